/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-interface-private.h"

G_BEGIN_DECLS

/* An interface that a socket has begun to use, or cannot use any more. */
typedef struct
{
  McastInterface *iface;
  gboolean gained;
} McastInterfaceEvent;

GArray *_mcast_interface_events_new (void);
void _mcast_interface_events_compare (GArray *events, GPtrArray *before, GPtrArray *after);
void _mcast_interface_events_emit (GArray *events, GObject *object, GMainContext *context,
                                   guint gained_signal, guint lost_signal);

G_END_DECLS
