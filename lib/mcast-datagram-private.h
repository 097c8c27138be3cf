/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-datagram.h"

G_BEGIN_DECLS

/* Copies the payload, takes references of its own to the rest. */
McastDatagram *_mcast_datagram_new (gconstpointer payload, gsize length, GSocketAddress *source,
                                    GInetAddress *group, guint port, guint interface_index,
                                    GRefString *interface_name, gint64 arrival_time, int hop_limit,
                                    gboolean truncated);

G_END_DECLS
