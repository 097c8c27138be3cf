/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-interface-private.h"
#include "mcast-route-private.h"

G_BEGIN_DECLS

typedef struct _McastInterfaceTable McastInterfaceTable;
typedef struct _McastInterfaceSubscription McastInterfaceSubscription;

/* Not before something changes. */
#define MCAST_INTERFACE_TABLE_NEVER G_MAXINT64

/* Called in the listener thread with the present interfaces. @serial grows with each change, so
 * that a callee that has seen a later state can ignore an earlier one. Returns the time of the next
 * call if nothing changes before, in microseconds of g_get_monotonic_time(). */
typedef gint64 (*McastInterfaceTableFunc) (GPtrArray *interfaces, guint64 serial,
                                           gpointer user_data);

McastInterfaceTable *_mcast_interface_table_acquire (GError **error);
void _mcast_interface_table_release (McastInterfaceTable *self);
gboolean _mcast_interface_table_is_inherited (McastInterfaceTable *self);
GPtrArray *_mcast_interface_table_snapshot (McastInterfaceTable *self, guint64 *serial);
gboolean _mcast_interface_table_find_route (McastInterfaceTable *self,
                                            const McastRouteQuestion *question, McastRoute *route,
                                            GError **error);

McastInterfaceSubscription *_mcast_interface_table_subscribe (McastInterfaceTable *self,
                                                              McastInterfaceTableFunc func,
                                                              gpointer user_data,
                                                              GDestroyNotify destroy);
void _mcast_interface_subscription_call_at (McastInterfaceSubscription *self, gint64 time);
void _mcast_interface_subscription_cancel (McastInterfaceSubscription *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastInterfaceTable, _mcast_interface_table_release)

G_END_DECLS
