/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-interface-private.h"

G_BEGIN_DECLS

typedef enum
{
  MCAST_EVENT_INTERFACE_LOST,
  MCAST_EVENT_INTERFACE_GAINED,
  MCAST_EVENT_RECOVERY_INEFFECTIVE,
  MCAST_N_EVENT_KINDS,
} McastEventKind;

typedef struct
{
  McastEventKind kind;
  McastInterface *iface;
  /* The group concerned, for RECOVERY_INEFFECTIVE. */
  char *group;
} McastSocketEvent;

/* Calls @func, which has the type that the socket's class documents. */
typedef void (*McastEventInvoke) (gpointer socket, GCallback func, const McastSocketEvent *event,
                                  gpointer user_data);

/* The events of one socket, with two outlets: a function that is called at once, and signals in
 * the main context that was the thread's default when the queue was made. */
typedef struct _McastEventQueue McastEventQueue;

McastEventQueue *_mcast_event_queue_new (McastEventInvoke invoke, const guint *signals);
void _mcast_event_queue_free (McastEventQueue *self);

void _mcast_event_queue_set_func (McastEventQueue *self, GCallback func, gpointer user_data,
                                  GDestroyNotify destroy);
void _mcast_event_queue_push (McastEventQueue *self, McastEventKind kind, McastInterface *iface,
                              const char *group);
void _mcast_event_queue_push_changes (McastEventQueue *self, GPtrArray *before, GPtrArray *after);
void _mcast_event_queue_deliver (McastEventQueue *self, GObject *socket);

G_END_DECLS
