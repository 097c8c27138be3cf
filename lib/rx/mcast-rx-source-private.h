/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "os/mcast-os-poll-private.h"

G_BEGIN_DECLS

GSource *_mcast_rx_source_new (GObject *socket, McastOsPoll *poll, GCancellable *cancellable);

G_END_DECLS
