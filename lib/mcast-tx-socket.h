/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <gio/gio.h>

#include "mcast-event.h"
#include "mcast-group.h"
#include "mcast-interface.h"
#include "mcast-path.h"
#include "mcast-rx-socket.h"
#include "mcast-tx-message.h"
#include "mcast-tx-options.h"
#include "mcast-version-macros.h"

G_BEGIN_DECLS

#define MCAST_TYPE_TX_SOCKET (mcast_tx_socket_get_type ())
MCAST_AVAILABLE_IN_0_1
G_DECLARE_FINAL_TYPE (McastTxSocket, mcast_tx_socket, MCAST, TX_SOCKET, GObject)

MCAST_AVAILABLE_IN_0_1
McastTxSocket *mcast_tx_socket_new (const char *const *groups, guint port,
                                    const char *const *interfaces, GError **error);
MCAST_AVAILABLE_IN_0_2
McastTxSocket *mcast_tx_socket_new_with_options (const char *const *groups, guint port,
                                                 const char *const *interfaces,
                                                 const McastTxOptions *options, GError **error);

MCAST_AVAILABLE_IN_0_2
McastTxSocket *mcast_tx_socket_new_for_receiver (McastRxSocket *receiver, const char *const *groups,
                                                 const char *const *interfaces, GError **error);

MCAST_AVAILABLE_IN_0_1
gboolean mcast_tx_socket_send (McastTxSocket *self, GBytes *payload, GCancellable *cancellable,
                               GError **error);
MCAST_AVAILABLE_IN_0_2
gboolean mcast_tx_socket_send_data (McastTxSocket *self, gconstpointer data, gsize size,
                                    GCancellable *cancellable, GError **error);
MCAST_AVAILABLE_IN_0_2
gboolean mcast_tx_socket_send_with_timeout (McastTxSocket *self, GBytes *payload, gint64 timeout_us,
                                            GCancellable *cancellable, GError **error);
MCAST_AVAILABLE_IN_0_1
gboolean mcast_tx_socket_send_to (McastTxSocket *self, GSocketAddress *destination, GBytes *payload,
                                  GCancellable *cancellable, GError **error);
MCAST_AVAILABLE_IN_0_2
gboolean mcast_tx_socket_send_to_with_timeout (McastTxSocket *self, GSocketAddress *destination,
                                               GBytes *payload, gint64 timeout_us,
                                               GCancellable *cancellable, GError **error);
MCAST_AVAILABLE_IN_0_1
gint mcast_tx_socket_send_messages (McastTxSocket *self, const McastTxMessage *messages,
                                    guint n_messages, GCancellable *cancellable, GError **error);
MCAST_AVAILABLE_IN_0_2
gint mcast_tx_socket_send_payloads (McastTxSocket *self, GBytes *payloads, const guint *sizes,
                                    gsize n_sizes, GCancellable *cancellable, GError **error);
MCAST_AVAILABLE_IN_0_2
void mcast_tx_socket_send_async (McastTxSocket *self, GBytes *payload, int io_priority,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data);
MCAST_AVAILABLE_IN_0_2
gboolean mcast_tx_socket_send_finish (McastTxSocket *self, GAsyncResult *result, GError **error);
MCAST_AVAILABLE_IN_0_2
GSource *mcast_tx_socket_create_source (McastTxSocket *self, GCancellable *cancellable);

MCAST_AVAILABLE_IN_0_1
gboolean mcast_tx_socket_add_group (McastTxSocket *self, const char *group, GError **error);
MCAST_AVAILABLE_IN_0_1
gboolean mcast_tx_socket_remove_group (McastTxSocket *self, const char *group, GError **error);
MCAST_AVAILABLE_IN_0_2
gboolean mcast_tx_socket_add_destination (McastTxSocket *self, McastGroup *group, GError **error);
MCAST_AVAILABLE_IN_0_2
gboolean mcast_tx_socket_remove_destination (McastTxSocket *self, McastGroup *group,
                                             GError **error);
MCAST_AVAILABLE_IN_0_1
gboolean mcast_tx_socket_add_interface (McastTxSocket *self, const char *iface, GError **error);
MCAST_AVAILABLE_IN_0_1
gboolean mcast_tx_socket_remove_interface (McastTxSocket *self, const char *iface, GError **error);

MCAST_AVAILABLE_IN_0_1
gboolean mcast_tx_socket_set_ttl (McastTxSocket *self, guint ttl, GError **error);
MCAST_AVAILABLE_IN_0_1
guint mcast_tx_socket_get_ttl (McastTxSocket *self);
MCAST_AVAILABLE_IN_0_1
gboolean mcast_tx_socket_set_loopback (McastTxSocket *self, gboolean loopback, GError **error);
MCAST_AVAILABLE_IN_0_1
gboolean mcast_tx_socket_get_loopback (McastTxSocket *self);
MCAST_AVAILABLE_IN_0_1
gboolean mcast_tx_socket_set_dscp (McastTxSocket *self, int dscp, GError **error);
MCAST_AVAILABLE_IN_0_1
int mcast_tx_socket_get_dscp (McastTxSocket *self);
MCAST_AVAILABLE_IN_0_1
void mcast_tx_socket_set_pacing_rate (McastTxSocket *self, guint64 pacing_rate);
MCAST_AVAILABLE_IN_0_1
guint64 mcast_tx_socket_get_pacing_rate (McastTxSocket *self);

/**
 * McastTxEventFunc: (skip)
 * @socket: the socket
 * @iface: the current state of the interface or, if @ready is %FALSE, its last known state
 * @ready: %TRUE if @socket can now send on @iface, %FALSE if it no longer can
 * @user_data: the data that was passed to [method@TxSocket.set_event_func]
 *
 * The type of function that is passed to [method@TxSocket.set_event_func].
 *
 * Since: 0.1
 */
typedef void (*McastTxEventFunc) (McastTxSocket *socket, McastInterface *iface, gboolean ready,
                                  gpointer user_data);

MCAST_DEPRECATED_IN_0_2_FOR (mcast_tx_socket_set_event_callback)
void mcast_tx_socket_set_event_func (McastTxSocket *self, McastTxEventFunc func, gpointer user_data,
                                     GDestroyNotify destroy);

MCAST_AVAILABLE_IN_0_2
void mcast_tx_socket_set_event_callback (McastTxSocket *self, McastEventFunc func,
                                         gpointer user_data, GDestroyNotify destroy);

MCAST_AVAILABLE_IN_0_1
char **mcast_tx_socket_get_groups (McastTxSocket *self);
MCAST_AVAILABLE_IN_0_2
GPtrArray *mcast_tx_socket_get_group_list (McastTxSocket *self);
MCAST_AVAILABLE_IN_0_1
guint mcast_tx_socket_get_port (McastTxSocket *self);
MCAST_AVAILABLE_IN_0_2
char **mcast_tx_socket_get_interfaces (McastTxSocket *self);
MCAST_AVAILABLE_IN_0_2
GPtrArray *mcast_tx_socket_get_active_interfaces (McastTxSocket *self);
MCAST_AVAILABLE_IN_0_1
GPtrArray *mcast_tx_socket_get_local_addresses (McastTxSocket *self);
MCAST_AVAILABLE_IN_0_1
GSocket *mcast_tx_socket_dup_socket (McastTxSocket *self, GSocketFamily family, GError **error);
MCAST_AVAILABLE_IN_0_2
GPtrArray *mcast_tx_socket_get_paths (McastTxSocket *self);
MCAST_AVAILABLE_IN_0_1
GVariant *mcast_tx_socket_get_stats (McastTxSocket *self);
MCAST_AVAILABLE_IN_0_1
void mcast_tx_socket_close (McastTxSocket *self);
MCAST_AVAILABLE_IN_0_1
gboolean mcast_tx_socket_is_closed (McastTxSocket *self);

G_END_DECLS
