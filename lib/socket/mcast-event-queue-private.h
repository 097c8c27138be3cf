/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-event-private.h"
#include "mcast-interface-private.h"

G_BEGIN_DECLS

/* The signals of a class; 0 for one that it does not have. All but the first are deprecated. */
typedef struct
{
  guint event;
  guint interface_gained;
  guint interface_lost;
  guint recovery_ineffective;
} McastEventSignals;

/* Calls @func, which has the type that the socket's class documents. */
typedef void (*McastEventInvoke) (gpointer socket, GCallback func, McastEvent *event,
                                  gpointer user_data);

/* The events of one socket, which go to functions that are called at once, and to signals in the
 * main context that was the thread's default when the queue was made. Events concern a path. For
 * the older function and signals, there are events of whole interfaces as well: `ready` when the
 * first path of an interface comes into use, `lost` when the last one is no longer in use. */
typedef struct _McastEventQueue McastEventQueue;

McastEventQueue *_mcast_event_queue_new (McastEventInvoke invoke, const McastEventSignals *signals);
void _mcast_event_queue_free (McastEventQueue *self);

void _mcast_event_queue_set_func (McastEventQueue *self, GCallback func, gpointer user_data,
                                  GDestroyNotify destroy);
void _mcast_event_queue_set_callback (McastEventQueue *self, McastEventFunc func,
                                      gpointer user_data, GDestroyNotify destroy);
void _mcast_event_queue_push (McastEventQueue *self, McastEvent *event);
void _mcast_event_queue_push_changes (McastEventQueue *self, GPtrArray *before, GPtrArray *after);
void _mcast_event_queue_deliver (McastEventQueue *self, GObject *socket);

G_END_DECLS
