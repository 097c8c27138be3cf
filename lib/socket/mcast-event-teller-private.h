/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "socket/mcast-interface-events-private.h"

G_BEGIN_DECLS

/* Calls a function for each event of a socket: one at a time, in their order, and with no lock
 * held, so that the function may wait for another thread that has events to tell. */
typedef struct _McastEventTeller McastEventTeller;

/* Calls @func, which is of the socket's own type. */
typedef void (*McastEventInvoke) (gpointer socket, GCallback func, const McastInterfaceEvent *event,
                                  gpointer user_data);

McastEventTeller *_mcast_event_teller_new (McastEventInvoke invoke);
void _mcast_event_teller_free (McastEventTeller *self);

void _mcast_event_teller_set_func (McastEventTeller *self, GCallback func, gpointer user_data,
                                   GDestroyNotify destroy);
void _mcast_event_teller_tell (McastEventTeller *self, gpointer socket, GArray *events);

G_END_DECLS
