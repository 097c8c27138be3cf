/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <gio/gio.h>

#include "mcast-datagram.h"
#include "mcast-enums.h"
#include "mcast-interface.h"
#include "mcast-version-macros.h"

G_BEGIN_DECLS

/**
 * McastRxMessage: (skip)
 * @vectors: (array length=n_vectors): in: the caller's memory for the payload, filled in order
 * @n_vectors: in: how many parts the memory has
 * @user_data: in: the caller's, to tell the memory by
 * @length: out: bytes of payload written to the memory
 * @segment_size: out: 0 for one datagram; otherwise the payload is a run of datagrams of this many
 *   bytes each, the last one possibly shorter
 * @truncated: out: the datagram was larger than the memory, the rest of it is lost
 * @hop_limit: out: time to live (IPv4) or hop limit (IPv6) on arrival, -1 if unknown
 * @interface_index: out: index of the interface it arrived on
 * @port: out: port it was sent to
 * @arrival_time: out: when the kernel got it, nanoseconds of real time since 1970, 0 if unknown
 * @interface_name: out: (transfer none): name of that interface
 * @group: out: (transfer none): group it was sent to
 * @source: out: (transfer none): who sent it
 *
 * One element of a batch for [method@RxSocket.receive_messages]. What the out pointers point to is
 * the socket's and valid until the next receive call on it; take a reference to keep it.
 *
 * The memory of a datagram that nobody asked for is used for the next one: then @vectors,
 * @n_vectors and @user_data have moved together to another element.
 *
 * Since: 1.0
 */
typedef struct
{
  GInputVector *vectors;
  guint n_vectors;
  gpointer user_data;
  gsize length;
  guint segment_size;
  gboolean truncated;
  int hop_limit;
  guint interface_index;
  guint port;
  gint64 arrival_time;
  const char *interface_name;
  GInetAddress *group;
  GSocketAddress *source;
} McastRxMessage;

#define MCAST_TYPE_RX_SOCKET (mcast_rx_socket_get_type ())
MCAST_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (McastRxSocket, mcast_rx_socket, MCAST, RX_SOCKET, GObject)

MCAST_AVAILABLE_IN_1_0
McastRxSocket *mcast_rx_socket_new (const char *const *groups, guint port,
                                    const char *const *interfaces, GError **error);

MCAST_AVAILABLE_IN_1_0
McastDatagram *mcast_rx_socket_receive (McastRxSocket *self, GCancellable *cancellable,
                                        GError **error);
MCAST_AVAILABLE_IN_1_0
GPtrArray *mcast_rx_socket_receive_batch (McastRxSocket *self, guint max, GCancellable *cancellable,
                                          GError **error);
MCAST_AVAILABLE_IN_1_0
GBytes *mcast_rx_socket_receive_payloads (McastRxSocket *self, guint max, guint **sizes,
                                          gsize *n_sizes, GCancellable *cancellable,
                                          GError **error);
MCAST_AVAILABLE_IN_1_0
void mcast_rx_socket_receive_async (McastRxSocket *self, int io_priority, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
MCAST_AVAILABLE_IN_1_0
McastDatagram *mcast_rx_socket_receive_finish (McastRxSocket *self, GAsyncResult *result,
                                               GError **error);
MCAST_AVAILABLE_IN_1_0
gint mcast_rx_socket_receive_messages (McastRxSocket *self, McastRxMessage *messages,
                                       guint n_messages, GCancellable *cancellable, GError **error);

MCAST_AVAILABLE_IN_1_0
GSource *mcast_rx_socket_create_source (McastRxSocket *self, GCancellable *cancellable);
MCAST_AVAILABLE_IN_1_0
int mcast_rx_socket_get_fd (McastRxSocket *self);

MCAST_AVAILABLE_IN_1_0
gboolean mcast_rx_socket_join (McastRxSocket *self, const char *group, GError **error);
MCAST_AVAILABLE_IN_1_0
gboolean mcast_rx_socket_leave (McastRxSocket *self, const char *group, GError **error);
MCAST_AVAILABLE_IN_1_0
gboolean mcast_rx_socket_add_interface (McastRxSocket *self, const char *iface, GError **error);
MCAST_AVAILABLE_IN_1_0
gboolean mcast_rx_socket_remove_interface (McastRxSocket *self, const char *iface, GError **error);

MCAST_AVAILABLE_IN_1_0
gboolean mcast_rx_socket_set_timeout_us (McastRxSocket *self, gint64 timeout_us, GError **error);
MCAST_AVAILABLE_IN_1_0
gint64 mcast_rx_socket_get_timeout_us (McastRxSocket *self);

/**
 * McastRxEvent: (skip)
 * @MCAST_RX_EVENT_INTERFACE_LOST: the socket can no longer hear an interface, as
 *   [signal@RxSocket::interface-lost] tells
 * @MCAST_RX_EVENT_INTERFACE_JOINED: it has begun to, as [signal@RxSocket::interface-joined] tells
 * @MCAST_RX_EVENT_RECOVERY_INEFFECTIVE: a silent group cannot be brought back there, as
 *   [signal@RxSocket::recovery-ineffective] tells
 *
 * What has happened on an interface.
 *
 * Since: 1.0
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
 * @event: what has happened
 * @iface: the interface concerned, as it is now or, when lost, as it last was
 * @group: (nullable): the address of the group that is silent; %NULL when the event is about the
 *   interface as a whole
 * @user_data: what was given with the callback
 *
 * Callback of [method@RxSocket.set_event_func].
 *
 * Since: 1.0
 */
typedef void (*McastRxEventFunc) (McastRxSocket *socket, McastRxEvent event, McastInterface *iface,
                                  const char *group, gpointer user_data);

MCAST_AVAILABLE_IN_1_0
void mcast_rx_socket_set_event_func (McastRxSocket *self, McastRxEventFunc func, gpointer user_data,
                                     GDestroyNotify destroy);

MCAST_AVAILABLE_IN_1_0
char **mcast_rx_socket_get_groups (McastRxSocket *self);
MCAST_AVAILABLE_IN_1_0
guint mcast_rx_socket_get_port (McastRxSocket *self);
MCAST_AVAILABLE_IN_1_0
GPtrArray *mcast_rx_socket_get_interfaces (McastRxSocket *self);
MCAST_AVAILABLE_IN_1_0
GSocket *mcast_rx_socket_dup_socket (McastRxSocket *self, GSocketFamily family, GError **error);
MCAST_AVAILABLE_IN_1_0
GVariant *mcast_rx_socket_get_stats (McastRxSocket *self);
MCAST_AVAILABLE_IN_1_0
void mcast_rx_socket_close (McastRxSocket *self);
MCAST_AVAILABLE_IN_1_0
gboolean mcast_rx_socket_is_closed (McastRxSocket *self);

G_END_DECLS
