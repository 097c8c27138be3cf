/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-interface-private.h"

G_BEGIN_DECLS

typedef struct _McastInterfaceTable McastInterfaceTable;
typedef struct _McastInterfaceSubscription McastInterfaceSubscription;

/* Called in the listener thread with the interfaces as they are now. @serial grows with each
 * change, so that a caller who has seen a later state can ignore an earlier one. Returns TRUE to
 * be called again in a second even if nothing changes, because something could not be done yet.
 * */
typedef gboolean (*McastInterfaceTableFunc) (GPtrArray *interfaces, guint64 serial,
                                             gpointer user_data);

McastInterfaceTable *_mcast_interface_table_acquire (GError **error);
void _mcast_interface_table_release (McastInterfaceTable *self);
GPtrArray *_mcast_interface_table_snapshot (McastInterfaceTable *self, guint64 *serial);

McastInterfaceSubscription *_mcast_interface_table_subscribe (McastInterfaceTable *self,
                                                              McastInterfaceTableFunc func,
                                                              gpointer user_data,
                                                              GDestroyNotify destroy);
void _mcast_interface_subscription_retry (McastInterfaceSubscription *self);
void _mcast_interface_subscription_cancel (McastInterfaceSubscription *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastInterfaceTable, _mcast_interface_table_release)

G_END_DECLS
