/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "verbs/flow.h"

/* A live table that fills the terminal. */

/* FALSE when this program or the terminal cannot. */
gboolean screen_open (void);
void screen_close (void);

/* @drops: what the kernel dropped. */
void screen_draw (FlowTable *flows, guint64 drops);

/* Whether the user wants to end; draws anew when the size has changed. */
gboolean screen_wants_end (FlowTable *flows, guint64 drops);
