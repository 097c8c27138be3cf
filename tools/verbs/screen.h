/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "verbs/flow.h"

/* A live table that fills the terminal. */

/* Returns FALSE if the program or the terminal does not support the table. */
gboolean screen_open (void);
void screen_close (void);

/* Draws the table. @drops is the number of datagrams that the kernel dropped. */
void screen_draw (FlowTable *flows, guint64 drops);

/* Returns whether the user quits. Redraws the table if the size of the terminal has changed. */
gboolean screen_wants_end (FlowTable *flows, guint64 drops);
