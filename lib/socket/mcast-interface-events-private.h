/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-interface-private.h"

G_BEGIN_DECLS

typedef enum
{
  /* A socket cannot use the interface any more. */
  MCAST_INTERFACE_LOST,
  /* It has begun to. */
  MCAST_INTERFACE_GAINED,
  /* A group went silent there, and nothing can be done about it. */
  MCAST_INTERFACE_RECOVERY_INEFFECTIVE,
} McastInterfaceEventKind;

typedef struct
{
  McastInterface *iface;
  McastInterfaceEventKind kind;
  /* The group concerned, for the last kind. */
  char *group;
} McastInterfaceEvent;

GArray *_mcast_interface_events_new (void);
void _mcast_interface_events_compare (GArray *events, GPtrArray *before, GPtrArray *after);
void _mcast_interface_events_add (GArray *events, McastInterface *iface,
                                  McastInterfaceEventKind kind, const char *group);
/* @signals has the signal for each kind, 0 for none. */
void _mcast_interface_events_emit (GArray *events, GObject *object, GMainContext *context,
                                   const guint *signals);

G_END_DECLS
