/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <gio/gio.h>

#include "mcast-datagram.h"
#include "mcast-enums.h"
#include "mcast-event.h"
#include "mcast-group.h"
#include "mcast-interface.h"
#include "mcast-path.h"
#include "mcast-rx-message.h"
#include "mcast-rx-options.h"
#include "mcast-version-macros.h"

G_BEGIN_DECLS

#define MCAST_TYPE_RX_SOCKET (mcast_rx_socket_get_type ())
MCAST_AVAILABLE_IN_0_1
G_DECLARE_FINAL_TYPE (McastRxSocket, mcast_rx_socket, MCAST, RX_SOCKET, GObject)

MCAST_AVAILABLE_IN_0_1
McastRxSocket *mcast_rx_socket_new (const char *const *groups, guint port,
                                    const char *const *interfaces, GError **error);
MCAST_AVAILABLE_IN_0_2
McastRxSocket *mcast_rx_socket_new_with_options (const char *const *groups, guint port,
                                                 const char *const *interfaces,
                                                 const McastRxOptions *options, GError **error);

MCAST_AVAILABLE_IN_0_1
McastDatagram *mcast_rx_socket_receive (McastRxSocket *self, GCancellable *cancellable,
                                        GError **error);
MCAST_AVAILABLE_IN_0_1
GPtrArray *mcast_rx_socket_receive_batch (McastRxSocket *self, guint max, GCancellable *cancellable,
                                          GError **error);
MCAST_AVAILABLE_IN_0_2
McastDatagram *mcast_rx_socket_receive_with_timeout (McastRxSocket *self, gint64 timeout_us,
                                                     GCancellable *cancellable, GError **error);
MCAST_AVAILABLE_IN_0_2
McastDatagram *mcast_rx_socket_try_receive (McastRxSocket *self, GError **error);
MCAST_AVAILABLE_IN_0_2
GPtrArray *mcast_rx_socket_receive_batch_with_timeout (McastRxSocket *self, guint max,
                                                       gint64 timeout_us, GCancellable *cancellable,
                                                       GError **error);
MCAST_AVAILABLE_IN_0_1
GBytes *mcast_rx_socket_receive_payloads (McastRxSocket *self, guint max, guint **sizes,
                                          gsize *n_sizes, GCancellable *cancellable,
                                          GError **error);
MCAST_AVAILABLE_IN_0_2
GBytes *mcast_rx_socket_receive_payloads_with_paths (McastRxSocket *self, guint max, guint **sizes,
                                                     gsize *n_sizes, guint **path_ids,
                                                     gsize *n_path_ids, GCancellable *cancellable,
                                                     GError **error);
MCAST_AVAILABLE_IN_0_1
void mcast_rx_socket_receive_async (McastRxSocket *self, int io_priority, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
MCAST_AVAILABLE_IN_0_1
McastDatagram *mcast_rx_socket_receive_finish (McastRxSocket *self, GAsyncResult *result,
                                               GError **error);
MCAST_AVAILABLE_IN_0_2
void mcast_rx_socket_receive_batch_async (McastRxSocket *self, guint max, int io_priority,
                                          GCancellable *cancellable, GAsyncReadyCallback callback,
                                          gpointer user_data);
MCAST_AVAILABLE_IN_0_2
GPtrArray *mcast_rx_socket_receive_batch_finish (McastRxSocket *self, GAsyncResult *result,
                                                 GError **error);
MCAST_AVAILABLE_IN_0_1
gint mcast_rx_socket_receive_messages (McastRxSocket *self, McastRxMessage *messages,
                                       guint n_messages, GCancellable *cancellable, GError **error);

MCAST_AVAILABLE_IN_0_1
GSource *mcast_rx_socket_create_source (McastRxSocket *self, GCancellable *cancellable);
MCAST_AVAILABLE_IN_0_1
int mcast_rx_socket_get_fd (McastRxSocket *self);

MCAST_AVAILABLE_IN_0_1
gboolean mcast_rx_socket_join (McastRxSocket *self, const char *group, GError **error);
MCAST_AVAILABLE_IN_0_1
gboolean mcast_rx_socket_leave (McastRxSocket *self, const char *group, GError **error);
MCAST_AVAILABLE_IN_0_2
gboolean mcast_rx_socket_join_group (McastRxSocket *self, McastGroup *group, GError **error);
MCAST_AVAILABLE_IN_0_2
gboolean mcast_rx_socket_leave_group (McastRxSocket *self, McastGroup *group, GError **error);
MCAST_AVAILABLE_IN_0_1
gboolean mcast_rx_socket_add_interface (McastRxSocket *self, const char *iface, GError **error);
MCAST_AVAILABLE_IN_0_1
gboolean mcast_rx_socket_remove_interface (McastRxSocket *self, const char *iface, GError **error);

MCAST_AVAILABLE_IN_0_1
gboolean mcast_rx_socket_set_timeout_us (McastRxSocket *self, gint64 timeout_us, GError **error);
MCAST_AVAILABLE_IN_0_1
gint64 mcast_rx_socket_get_timeout_us (McastRxSocket *self);

MCAST_AVAILABLE_IN_0_2
gboolean mcast_rx_socket_set_receive_delay_us (McastRxSocket *self, gint64 receive_delay_us,
                                               GError **error);
MCAST_AVAILABLE_IN_0_2
gint64 mcast_rx_socket_get_receive_delay_us (McastRxSocket *self);

/**
 * McastRxEvent: (skip)
 * @MCAST_RX_EVENT_INTERFACE_LOST: no group is joined on the interface any more; see
 *   [signal@RxSocket::interface-lost]
 * @MCAST_RX_EVENT_INTERFACE_JOINED: the first group was joined on the interface; see
 *   [signal@RxSocket::interface-joined]
 * @MCAST_RX_EVENT_RECOVERY_INEFFECTIVE: the membership of a silent group cannot be refreshed on the
 *   interface; see [signal@RxSocket::recovery-ineffective]
 *
 * The events of a receiving socket.
 *
 * Since: 0.1
 */
typedef enum
{
  MCAST_RX_EVENT_INTERFACE_LOST,
  MCAST_RX_EVENT_INTERFACE_JOINED,
  MCAST_RX_EVENT_RECOVERY_INEFFECTIVE,
} McastRxEvent;

/**
 * McastRxEventFunc: (skip)
 * @socket: the socket
 * @event: the event
 * @iface: the interface; for %MCAST_RX_EVENT_INTERFACE_LOST, its last known state
 * @group: (nullable): the address of the silent group, or %NULL if the event concerns the whole
 *   interface
 * @user_data: the data that was passed to [method@RxSocket.set_event_func]
 *
 * The type of function that is passed to [method@RxSocket.set_event_func].
 *
 * Since: 0.1
 */
typedef void (*McastRxEventFunc) (McastRxSocket *socket, McastRxEvent event, McastInterface *iface,
                                  const char *group, gpointer user_data);

MCAST_DEPRECATED_IN_0_2_FOR (mcast_rx_socket_set_event_callback)
void mcast_rx_socket_set_event_func (McastRxSocket *self, McastRxEventFunc func, gpointer user_data,
                                     GDestroyNotify destroy);

MCAST_AVAILABLE_IN_0_2
void mcast_rx_socket_set_event_callback (McastRxSocket *self, McastEventFunc func,
                                         gpointer user_data, GDestroyNotify destroy);

MCAST_AVAILABLE_IN_0_1
char **mcast_rx_socket_get_groups (McastRxSocket *self);
MCAST_AVAILABLE_IN_0_2
GPtrArray *mcast_rx_socket_get_group_list (McastRxSocket *self);
MCAST_AVAILABLE_IN_0_1
guint mcast_rx_socket_get_port (McastRxSocket *self);
MCAST_AVAILABLE_IN_0_2
char **mcast_rx_socket_get_interfaces (McastRxSocket *self);
MCAST_AVAILABLE_IN_0_2
GPtrArray *mcast_rx_socket_get_active_interfaces (McastRxSocket *self);
MCAST_AVAILABLE_IN_0_1
GSocket *mcast_rx_socket_dup_socket (McastRxSocket *self, GSocketFamily family, GError **error);
MCAST_AVAILABLE_IN_0_2
GPtrArray *mcast_rx_socket_get_paths (McastRxSocket *self);
MCAST_AVAILABLE_IN_0_1
GVariant *mcast_rx_socket_get_stats (McastRxSocket *self);
MCAST_AVAILABLE_IN_0_1
void mcast_rx_socket_close (McastRxSocket *self);
MCAST_AVAILABLE_IN_0_1
gboolean mcast_rx_socket_is_closed (McastRxSocket *self);

G_END_DECLS
