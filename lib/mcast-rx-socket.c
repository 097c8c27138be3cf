/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-rx-socket.h"

#include <string.h>

#include "mcast-datagram-private.h"
#include "mcast-error.h"
#include "os/mcast-os-option-private.h"
#include "rx/mcast-memberships-private.h"
#include "rx/mcast-receiver-private.h"
#include "rx/mcast-rx-claim-private.h"
#include "rx/mcast-rx-gather-private.h"
#include "socket/mcast-socket-core-private.h"
#include "socket/mcast-socket-source-private.h"

/**
 * McastRxSocket:
 *
 * Receives the datagrams of multicast groups on any number of interfaces.
 *
 * The socket delivers only datagrams that were requested. It never delivers datagrams of other
 * groups on the same port, of the same group on other interfaces, or of unwanted sources, and no
 * unicast datagrams.
 *
 * Memberships follow the kernel's interfaces. If an interface is deleted and recreated, with the
 * same index or with another, the socket joins its groups there again, even while no thread is
 * receiving.
 *
 * [ctor@RxSocket.new] returns an open socket. If a language binding constructs the object from
 * properties instead, [method@Gio.Initable.init] opens it; until then, every call fails with
 * `G_IO_ERROR_NOT_INITIALIZED`.
 *
 * After closing, settings can be read but not changed: [method@RxSocket.set_timeout_us] fails with
 * `G_IO_ERROR_CLOSED`, and setting the property does nothing.
 *
 * One thread can receive at a time. A receive call fails with `G_IO_ERROR_PENDING` while another
 * thread receives or an asynchronous request is pending. All other functions can be called from any
 * thread at any time.
 *
 * ```c
 * const char *groups[] = { "239.1.2.3", NULL };
 * g_autoptr (McastRxSocket) rx = mcast_rx_socket_new (groups, 5004, NULL, &error);
 * g_autoptr (McastDatagram) datagram = mcast_rx_socket_receive (rx, NULL, &error);
 * ```
 *
 * Since: 0.1
 */
struct _McastRxSocket
{
  GObject parent_instance;

  McastSocketCore core;

  /* As given at construction. */
  guint port;
  guint receive_buffer_size;
  gboolean wait_for_interfaces;
  gboolean reuse_address;
  gboolean auto_join;
  gint64 recovery_interval_us;
  gboolean receive_offload;
  McastMerge merge;
  /* Receiving has added events that are not delivered yet. */
  gboolean has_events;
  GSocket *shared;

  McastRxClaim claim;
  /* Of one receiving thread. */
  McastRxGather gather;
  /* The kernel writes datagrams here on their way to a payload of their own; of one receiving
   * thread. */
  guint8 *scratch;
  GInputVector *scratch_vectors;
  McastRxMessage *scratch_messages;
  guint scratch_slots;

  /* Under the core's lock. */
  gint64 timeout_us;
  gint64 receive_delay_us;
  guint64 n_delayed_reads;
  McastOsPoll *poll;
  McastMemberships *memberships;
  McastReceiver *receiver;
};

/* Room for the largest datagram or run. At a distance of a power of two the beginnings of all
 * slots would compete for the same few lines of the processor's caches. */
#define SLOT_SIZE (MCAST_OS_MAX_RUN + 23 * 64)

/* At this size a call for payloads ends, so that an array can hold one more batch of runs. */
#define MAX_PAYLOADS_SIZE G_MAXINT

#define MAX_RECEIVE_DELAY_US (10 * G_USEC_PER_SEC)

typedef enum
{
  PROP_GROUPS = 1,
  PROP_PORT,
  PROP_INTERFACES,
  PROP_TIMEOUT_US,
  PROP_RECEIVE_DELAY_US,
  PROP_RECEIVE_BUFFER_SIZE,
  PROP_WAIT_FOR_INTERFACES,
  PROP_REUSE_ADDRESS,
  PROP_AUTO_JOIN,
  PROP_RECOVERY_INTERVAL_US,
  PROP_RECEIVE_OFFLOAD,
  PROP_MERGE,
  PROP_SOCKET,
  PROP_RECOVERY_INTERVAL,
  PROP_SEGMENT_MERGING,
} McastRxSocketProperty;

static GParamSpec *properties[PROP_SEGMENT_MERGING + 1];

static McastEventSignals signals;

static void initable_iface_init (GInitableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (McastRxSocket, mcast_rx_socket, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, initable_iface_init))

static void
invoke_event_func (gpointer socket, GCallback func, McastEvent *event, gpointer user_data)
{
  McastEventType type = mcast_event_get_event_type (event);
  g_autofree char *address = _mcast_event_dup_address (event);
  McastRxEvent older = MCAST_RX_EVENT_RECOVERY_INEFFECTIVE;

  if (type == MCAST_EVENT_READY)
    older = MCAST_RX_EVENT_INTERFACE_JOINED;
  else if (type == MCAST_EVENT_LOST)
    older = MCAST_RX_EVENT_INTERFACE_LOST;
  ((McastRxEventFunc) func) (socket, older, mcast_event_get_interface (event), address, user_data);
}

static gboolean
check_receive_delay (gint64 receive_delay_us, GError **error)
{
  if (receive_delay_us >= 0 && receive_delay_us <= MAX_RECEIVE_DELAY_US)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "Receive delay of %" G_GINT64_FORMAT
               " µs is out of range: use 0 to %" G_GINT64_FORMAT,
               receive_delay_us, (gint64) MAX_RECEIVE_DELAY_US);
  return FALSE;
}

static gboolean
check_numbers (McastRxSocket *self, GError **error)
{
  if (self->port > G_MAXUINT16)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "Port %u is out of range: use 1 to 65535, or 0 to let the kernel choose one",
                 self->port);
  else if (self->recovery_interval_us < 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "Recovery interval of %" G_GINT64_FORMAT " µs is out of range: use 0 or more",
                 self->recovery_interval_us);
  else
    return _mcast_socket_core_check_timeout (self->timeout_us, error)
           && check_receive_delay (self->receive_delay_us, error);
  return FALSE;
}

static gboolean
check_combination (McastRxSocket *self, GError **error)
{
  if (self->recovery_interval_us > 0 && !self->auto_join)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         "A recovery interval requires auto-join");
  else if (self->receive_offload && self->merge == MCAST_MERGE_RTP)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         "merge=rtp and receive-offload are mutually exclusive");
  else
    return TRUE;
  return FALSE;
}

static gboolean
add_shared_socket (McastRxSocket *self, GError **error)
{
  if (self->shared == NULL)
    return TRUE;
  return _mcast_memberships_add_socket (self->memberships, g_socket_get_fd (self->shared),
                                        g_socket_get_family (self->shared) == G_SOCKET_FAMILY_IPV6
                                          ? AF_INET6
                                          : AF_INET,
                                        error);
}

static void
leave_path (gpointer user_data, guint id)
{
  _mcast_receiver_leave_path (MCAST_RX_SOCKET (user_data)->receiver, id);
}

static void
forget_path (gpointer user_data, guint id)
{
  _mcast_receiver_forget_path (MCAST_RX_SOCKET (user_data)->receiver, id);
}

static void
report_event (gpointer user_data, const McastEventInfo *info)
{
  _mcast_socket_core_add_event (&MCAST_RX_SOCKET (user_data)->core, info);
}

/* Adds an event while datagrams are received. */
static void
report_switch (gpointer user_data, const McastEventInfo *info)
{
  McastRxSocket *self = user_data;
  g_autoptr (McastEvent) event = _mcast_event_new (info);

  _mcast_event_queue_push (self->core.events, event);
  self->has_events = TRUE;
}

static gboolean
open_layer (gpointer socket, GError **error)
{
  McastRxSocket *self = socket;
  const McastMembershipsOptions options = {
    .wanted = &self->core.wanted,
    .table = self->core.table,
    .port = self->port,
    .reuse = self->reuse_address,
    .auto_join = self->auto_join,
    .receive_buffer_size = self->receive_buffer_size,
    .wait_for_interfaces = self->wait_for_interfaces,
    .recovery_interval = self->recovery_interval_us,
    .merge_segments = self->receive_offload,
    .leave_path = leave_path,
    .forget_path = forget_path,
    .report_event = report_event,
    .user_data = self,
  };

  if (!check_numbers (self, error) || !check_combination (self, error))
    return FALSE;
  self->poll = _mcast_os_poll_new (error);
  if (self->poll == NULL)
    return FALSE;
  self->receiver = _mcast_receiver_new (self->merge, report_switch, self);
  self->memberships = _mcast_memberships_new (&options, self->poll);
  return add_shared_socket (self, error);
}

static gboolean
update_layer (gpointer socket, const McastAddress *only, GPtrArray *interfaces, GError **error)
{
  McastRxSocket *self = socket;

  return _mcast_memberships_update (self->memberships, only, interfaces, error);
}

static gint64
recover_layer (gpointer socket, gint64 now)
{
  McastRxSocket *self = socket;

  return _mcast_memberships_recover (self->memberships, now);
}

static GPtrArray *
list_active (gpointer socket)
{
  McastRxSocket *self = socket;

  return _mcast_memberships_list_active (self->memberships);
}

static gboolean
waits_for_interfaces (gpointer socket)
{
  return MCAST_RX_SOCKET (socket)->wait_for_interfaces;
}

static guint
get_port (gpointer socket)
{
  return _mcast_memberships_get_port (MCAST_RX_SOCKET (socket)->memberships);
}

static GPtrArray *
list_paths (gpointer socket, GVariantDict *totals)
{
  McastRxSocket *self = socket;

  _mcast_receiver_add_stats (self->receiver, _mcast_memberships_get_endpoints (self->memberships),
                             totals);
  _mcast_os_add_missing (totals);
  if (self->receive_delay_us > 0)
    g_variant_dict_insert (totals, "delayed-reads", "t", self->n_delayed_reads);
  return _mcast_memberships_take_snapshot (self->memberships, _mcast_receiver_add_path_stats,
                                           self->receiver);
}

/* The receiver stays: another thread may still make datagrams of what it has received. */
static void
close_layer (gpointer socket, gboolean inherited)
{
  McastRxSocket *self = socket;

  if (self->memberships != NULL)
    self->port = _mcast_memberships_get_port (self->memberships);
  if (inherited)
    g_clear_pointer (&self->memberships, _mcast_memberships_free_inherited);
  g_clear_pointer (&self->memberships, _mcast_memberships_free);
  /* A thread that waits on it keeps it open until it has seen this. */
  if (self->poll != NULL && !inherited)
    _mcast_os_poll_wake (self->poll);
  g_clear_pointer (&self->poll, _mcast_os_poll_unref);
}

static const McastSocketLayer layer = {
  .closed_text = "The receiving socket is closed",
  .present_text = "is already joined",
  .absent_text = "is not joined; to leave a group, use the port, interface and sources that it was "
                 "joined with",
  .selects_by_default = TRUE,
  .open = open_layer,
  .update = update_layer,
  .recover = recover_layer,
  .list_active = list_active,
  .list_paths = list_paths,
  .get_port = get_port,
  .waits_for_interfaces = waits_for_interfaces,
  .close = close_layer,
};

static gboolean
mcast_rx_socket_initable_init (GInitable *initable, GCancellable *cancellable, GError **error)
{
  return _mcast_socket_core_open (&MCAST_RX_SOCKET (initable)->core, error);
}

static void
initable_iface_init (GInitableIface *iface)
{
  iface->init = mcast_rx_socket_initable_init;
}

static void
free_scratch (McastRxSocket *self)
{
  g_free (self->scratch);
  g_free (self->scratch_vectors);
  g_free (self->scratch_messages);
}

static void
mcast_rx_socket_dispose (GObject *object)
{
  _mcast_socket_core_dispose (&MCAST_RX_SOCKET (object)->core);

  G_OBJECT_CLASS (mcast_rx_socket_parent_class)->dispose (object);
}

static void
mcast_rx_socket_finalize (GObject *object)
{
  McastRxSocket *self = MCAST_RX_SOCKET (object);

  g_clear_object (&self->shared);
  g_clear_pointer (&self->receiver, _mcast_receiver_free);
  free_scratch (self);
  _mcast_socket_core_clear (&self->core);

  G_OBJECT_CLASS (mcast_rx_socket_parent_class)->finalize (object);
}

static void
mcast_rx_socket_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  McastRxSocket *self = MCAST_RX_SOCKET (object);

  switch ((McastRxSocketProperty) id)
    {
    case PROP_GROUPS:
      g_value_take_boxed (value, mcast_rx_socket_get_groups (self));
      break;
    case PROP_PORT:
      g_value_set_uint (value, mcast_rx_socket_get_port (self));
      break;
    case PROP_INTERFACES:
      g_value_take_boxed (value, mcast_rx_socket_get_interfaces (self));
      break;
    case PROP_TIMEOUT_US:
      g_value_set_int64 (value, mcast_rx_socket_get_timeout_us (self));
      break;
    case PROP_RECEIVE_DELAY_US:
      g_value_set_int64 (value, mcast_rx_socket_get_receive_delay_us (self));
      break;
    case PROP_RECEIVE_BUFFER_SIZE:
      g_value_set_uint (value, self->receive_buffer_size);
      break;
    case PROP_WAIT_FOR_INTERFACES:
      g_value_set_boolean (value, self->wait_for_interfaces);
      break;
    case PROP_REUSE_ADDRESS:
      g_value_set_boolean (value, self->reuse_address);
      break;
    case PROP_AUTO_JOIN:
      g_value_set_boolean (value, self->auto_join);
      break;
    case PROP_RECOVERY_INTERVAL_US:
    case PROP_RECOVERY_INTERVAL:
      g_value_set_int64 (value, self->recovery_interval_us);
      break;
    case PROP_RECEIVE_OFFLOAD:
    case PROP_SEGMENT_MERGING:
      g_value_set_boolean (value, self->receive_offload);
      break;
    case PROP_MERGE:
      g_value_set_enum (value, self->merge);
      break;
    case PROP_SOCKET:
      g_value_set_object (value, self->shared);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* A property has no way to return an error; before opening, the opening returns it. */
static void
set_timeout_property (McastRxSocket *self, gint64 timeout_us)
{
  g_autoptr (GError) error = NULL;

  if (!self->core.was_opened)
    {
      self->timeout_us = timeout_us;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TIMEOUT_US]);
    }
  else if (!mcast_rx_socket_set_timeout_us (self, timeout_us, &error))
    _mcast_socket_core_report_unset (&self->core, error);
}

static void
set_receive_delay_property (McastRxSocket *self, gint64 receive_delay_us)
{
  g_autoptr (GError) error = NULL;

  if (!self->core.was_opened)
    {
      self->receive_delay_us = receive_delay_us;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RECEIVE_DELAY_US]);
    }
  else if (!mcast_rx_socket_set_receive_delay_us (self, receive_delay_us, &error))
    _mcast_socket_core_report_unset (&self->core, error);
}

static void
mcast_rx_socket_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  McastRxSocket *self = MCAST_RX_SOCKET (object);

  switch ((McastRxSocketProperty) id)
    {
    case PROP_GROUPS:
      self->core.groups = g_value_dup_boxed (value);
      break;
    case PROP_PORT:
      self->port = g_value_get_uint (value);
      break;
    case PROP_INTERFACES:
      self->core.interfaces = g_value_dup_boxed (value);
      break;
    case PROP_TIMEOUT_US:
      set_timeout_property (self, g_value_get_int64 (value));
      break;
    case PROP_RECEIVE_DELAY_US:
      set_receive_delay_property (self, g_value_get_int64 (value));
      break;
    case PROP_RECEIVE_BUFFER_SIZE:
      self->receive_buffer_size = g_value_get_uint (value);
      break;
    case PROP_WAIT_FOR_INTERFACES:
      self->wait_for_interfaces = g_value_get_boolean (value);
      break;
    case PROP_REUSE_ADDRESS:
      self->reuse_address = g_value_get_boolean (value);
      break;
    case PROP_AUTO_JOIN:
      self->auto_join = g_value_get_boolean (value);
      break;
    case PROP_RECOVERY_INTERVAL_US:
    case PROP_RECOVERY_INTERVAL:
      /* Both names are set at construction; the default of one must not undo the other. */
      if (g_value_get_int64 (value) != 0)
        self->recovery_interval_us = g_value_get_int64 (value);
      break;
    case PROP_RECEIVE_OFFLOAD:
    case PROP_SEGMENT_MERGING:
      self->receive_offload |= g_value_get_boolean (value);
      break;
    case PROP_MERGE:
      self->merge = g_value_get_enum (value);
      break;
    case PROP_SOCKET:
      self->shared = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

#define FIXED (G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS)

static void
install_choosing_properties (void)
{
  /**
   * McastRxSocket:groups: (getter get_groups)
   *
   * The groups to receive, in the form described for [struct@Group]. %NULL or an empty array means
   * no groups yet; see [method@RxSocket.join].
   *
   * Since: 0.1
   */
  properties[PROP_GROUPS] = g_param_spec_boxed ("groups", NULL, NULL, G_TYPE_STRV, FIXED);
  /**
   * McastRxSocket:port: (getter get_port)
   *
   * The UDP port of the groups that are written without a port, 1 to 65535. With 0, the kernel
   * chooses a free port, which this property then returns; `notify` is emitted when that happens.
   *
   * Since: 0.1
   */
  properties[PROP_PORT] = g_param_spec_uint ("port", NULL, NULL, 0, G_MAXUINT, 0, FIXED);
  /**
   * McastRxSocket:interfaces: (getter get_interfaces)
   *
   * The interfaces to receive on, as they were passed to the constructor or to
   * [method@RxSocket.add_interface]: names, indexes, addresses or `*`. `*` selects every interface
   * that is up, multicast-capable, not a loopback interface and not a port of a bridge, bond or
   * team, now and later. %NULL or an empty array selects `*`, and also the loopback interface for
   * groups whose route leads there: the socket then receives the datagrams that a
   * [class@TxSocket] without interfaces sends.
   *
   * Since: 0.1
   */
  properties[PROP_INTERFACES] = g_param_spec_boxed ("interfaces", NULL, NULL, G_TYPE_STRV, FIXED);
  /**
   * McastRxSocket:wait-for-interfaces:
   *
   * Whether to wait for a named interface that does not exist. If %FALSE, opening the socket fails.
   * The socket always waits for an interface that disappears later.
   *
   * Since: 0.1
   */
  properties[PROP_WAIT_FOR_INTERFACES] = g_param_spec_boolean ("wait-for-interfaces", NULL, NULL,
                                                               FALSE, FIXED);
  /**
   * McastRxSocket:auto-join:
   *
   * Whether the socket joins the groups. If %FALSE, the socket receives a group on an interface
   * only while the group is joined there by another program of this machine or by the owner of
   * [property@RxSocket:socket]. Groups, interfaces and sources still select the datagrams that are
   * delivered. The signals and the state `joined` then mean that the socket listens on an
   * interface.
   *
   * Since: 0.1
   */
  properties[PROP_AUTO_JOIN] = g_param_spec_boolean ("auto-join", NULL, NULL, TRUE, FIXED);
}

static void
install_opening_properties (void)
{
  /**
   * McastRxSocket:receive-buffer-size:
   *
   * The number of bytes that each OS socket holds until they are read, without the kernel's
   * bookkeeping. 0 keeps the system's default. If the kernel grants less, opening the socket fails
   * with %MCAST_ERROR_BUFFER_LIMIT, and the message names the limit.
   *
   * Since: 0.1
   */
  properties[PROP_RECEIVE_BUFFER_SIZE] = g_param_spec_uint ("receive-buffer-size", NULL, NULL, 0,
                                                            G_MAXUINT, 0, FIXED);
  /**
   * McastRxSocket:reuse-address:
   *
   * Whether other programs on this machine can receive the same groups, provided that they share
   * the port as well. If %FALSE and the port is in use, opening the socket fails with
   * `G_IO_ERROR_ADDRESS_IN_USE`.
   *
   * Since: 0.1
   */
  properties[PROP_REUSE_ADDRESS] = g_param_spec_boolean ("reuse-address", NULL, NULL, TRUE, FIXED);
  /**
   * McastRxSocket:socket:
   *
   * A bound UDP socket of the caller to receive with, so that a sender and a receiver can share a
   * port. %NULL makes the receiving socket open its own. It still belongs to the caller: the
   * receiving socket configures it to receive only the groups joined here, but never closes it.
   *
   * It is used for the groups of its family and port; others get a socket of their own. If it can
   * receive none of the groups, opening fails: with %MCAST_ERROR_FAMILY_MISMATCH if they are of the
   * other family, also with a socket for both families.
   *
   * Since: 0.1
   */
  properties[PROP_SOCKET] = g_param_spec_object ("socket", NULL, NULL, G_TYPE_SOCKET, FIXED);
}

static void
install_waiting_properties (void)
{
  /**
   * McastRxSocket:timeout-us: (getter get_timeout_us) (setter set_timeout_us)
   *
   * The maximum time to wait for a datagram, in microseconds. -1 waits forever, 0 does not wait.
   * Setting it after closing does nothing.
   *
   * Since: 0.1
   */
  properties[PROP_TIMEOUT_US] =
    g_param_spec_int64 ("timeout-us", NULL, NULL, G_MININT64, G_MAXINT64, -1,
                        G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_EXPLICIT_NOTIFY
                          | G_PARAM_STATIC_STRINGS);
  /**
   * McastRxSocket:receive-delay-us: (getter get_receive_delay_us) (setter set_receive_delay_us)
   *
   * The maximum time to wait before a read so that datagrams gather, in microseconds, 0 to 10000000
   * (0 = disabled). Setting it after closing does nothing.
   *
   * One read of many datagrams costs far less than many reads. A call that can block and finds that
   * the last read took everything waits until this time after that read, while datagrams arrive at
   * gaps of less than half of it on average. At lower rates, nothing is delayed. Calls that do not
   * wait, asynchronous requests and sources are not affected. The receive buffer must have room for
   * the datagrams that arrive in this time.
   *
   * Since: 0.2
   */
  properties[PROP_RECEIVE_DELAY_US] =
    g_param_spec_int64 ("receive-delay-us", NULL, NULL, G_MININT64, G_MAXINT64, 0,
                        G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_EXPLICIT_NOTIFY
                          | G_PARAM_STATIC_STRINGS);
}

static void
install_receiving_properties (void)
{
  /**
   * McastRxSocket:recovery-interval-us:
   *
   * The time without a datagram after which a path refreshes its membership, in microseconds, 0 or
   * more (0 = disabled).
   *
   * A refresh brings back a stream that a switch has stopped forwarding. Without a refresh, the
   * stream stays away until the next query of a router (125 seconds by default, RFC 3376 section
   * 8.2), or forever if there is no router. A refresh loses no datagrams of recent senders where
   * IGMPv3 or MLDv2 is in use, and none with the capability CAP_NET_RAW; otherwise, the group is
   * left and joined.
   *
   * While another socket of the machine is a member of the group, a refresh requires the capability
   * CAP_NET_RAW. Without it, there is an event of the type `recovery-ineffective`.
   *
   * Since: 0.2
   */
  properties[PROP_RECOVERY_INTERVAL_US] = g_param_spec_int64 ("recovery-interval-us", NULL, NULL,
                                                              G_MININT64, G_MAXINT64, 0, FIXED);
  /**
   * McastRxSocket:receive-offload:
   *
   * Whether the kernel can merge consecutive datagrams of one size into a run (`UDP_GRO`), which
   * costs far less than single datagrams. Read such a socket with
   * [method@RxSocket.receive_messages] or [method@RxSocket.receive_payloads], which return the
   * sizes of the datagrams in a run. This property and [property@RxSocket:merge] `rtp` are mutually
   * exclusive.
   *
   * Since: 0.2
   */
  properties[PROP_RECEIVE_OFFLOAD] = g_param_spec_boolean ("receive-offload", NULL, NULL, FALSE,
                                                           FIXED);
  /**
   * McastRxSocket:merge:
   *
   * How to merge copies of a stream that arrive on several paths: [enum@Merge] `flow` delivers each
   * flow from one interface at a time, and `rtp` merges RTP packets (SMPTE ST 2022-7). If
   * [property@RxSocket:receive-offload] is set as well as `rtp`, opening the socket fails with
   * `G_IO_ERROR_INVALID_ARGUMENT`.
   *
   * Since: 0.1
   */
  properties[PROP_MERGE] = g_param_spec_enum ("merge", NULL, NULL, MCAST_TYPE_MERGE,
                                              MCAST_MERGE_NONE, FIXED);
}

static void
install_deprecated_properties (void)
{
  /**
   * McastRxSocket:recovery-interval:
   *
   * The name of [property@RxSocket:recovery-interval-us] in 0.1.
   *
   * Deprecated: 0.2: Use [property@RxSocket:recovery-interval-us] instead.
   * Since: 0.1
   */
  properties[PROP_RECOVERY_INTERVAL] = g_param_spec_int64 ("recovery-interval", NULL, NULL,
                                                           G_MININT64, G_MAXINT64, 0,
                                                           FIXED | G_PARAM_DEPRECATED);
  /**
   * McastRxSocket:segment-merging:
   *
   * The name of [property@RxSocket:receive-offload] in 0.1.
   *
   * Deprecated: 0.2: Use [property@RxSocket:receive-offload] instead.
   * Since: 0.1
   */
  properties[PROP_SEGMENT_MERGING] = g_param_spec_boolean ("segment-merging", NULL, NULL, FALSE,
                                                           FIXED | G_PARAM_DEPRECATED);
}

static void
install_signals (void)
{
  /**
   * McastRxSocket::event:
   * @self: the socket
   * @event: the event
   *
   * Emitted when the state of a path changes after the socket was opened. Each path has events of
   * its own. The signal is emitted in the thread-default main context in which the socket was
   * created.
   *
   * Since: 0.2
   */
  signals.event = g_signal_new ("event", MCAST_TYPE_RX_SOCKET, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, MCAST_TYPE_EVENT);
}

static void
install_deprecated_signals (void)
{
  /**
   * McastRxSocket::interface-joined:
   * @self: the socket
   * @iface: the current state of the interface
   *
   * Emitted when the first group was joined on an interface after construction, because the
   * interface appeared, returned or was added. The signal is emitted in the thread-default main
   * context in which the socket was created.
   *
   * Since: 0.1
   * Deprecated: 0.2: Use [signal@RxSocket::event], types `ready` and `recovered`
   */
  signals.interface_gained = g_signal_new ("interface-joined", MCAST_TYPE_RX_SOCKET,
                                           G_SIGNAL_RUN_LAST | G_SIGNAL_DEPRECATED, 0, NULL, NULL,
                                           NULL, G_TYPE_NONE, 1, MCAST_TYPE_INTERFACE);
  /**
   * McastRxSocket::interface-lost:
   * @self: the socket
   * @iface: the last known state of the interface
   *
   * Emitted when no group is joined on an interface any more, because the interface disappeared or
   * was removed, or the last group was left. The signal is emitted in the thread-default main
   * context in which the socket was created.
   *
   * Since: 0.1
   * Deprecated: 0.2: Use [signal@RxSocket::event], type `lost`
   */
  signals.interface_lost = g_signal_new ("interface-lost", MCAST_TYPE_RX_SOCKET,
                                         G_SIGNAL_RUN_LAST | G_SIGNAL_DEPRECATED, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 1, MCAST_TYPE_INTERFACE);
  /**
   * McastRxSocket::recovery-ineffective:
   * @self: the socket
   * @iface: the interface
   * @group: the address of the group
   *
   * Emitted once when a group has been silent for [property@RxSocket:recovery-interval-us] and the
   * membership cannot be refreshed, because another socket of the machine is a member of the group
   * and the program lacks CAP_NET_RAW. The signal is emitted in the thread-default main context in
   * which the socket was created.
   *
   * Since: 0.1
   * Deprecated: 0.2: Use [signal@RxSocket::event], type `recovery-ineffective`
   */
  signals.recovery_ineffective = g_signal_new ("recovery-ineffective", MCAST_TYPE_RX_SOCKET,
                                               G_SIGNAL_RUN_LAST | G_SIGNAL_DEPRECATED, 0, NULL,
                                               NULL, NULL, G_TYPE_NONE, 2, MCAST_TYPE_INTERFACE,
                                               G_TYPE_STRING);
}

static void
mcast_rx_socket_class_init (McastRxSocketClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = mcast_rx_socket_dispose;
  object_class->finalize = mcast_rx_socket_finalize;
  object_class->get_property = mcast_rx_socket_get_property;
  object_class->set_property = mcast_rx_socket_set_property;
  install_choosing_properties ();
  install_opening_properties ();
  install_waiting_properties ();
  install_receiving_properties ();
  install_deprecated_properties ();
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  install_signals ();
  install_deprecated_signals ();
}

static void
mcast_rx_socket_init (McastRxSocket *self)
{
  _mcast_socket_core_init (&self->core, G_OBJECT (self), &layer, invoke_event_func, &signals);
}

/**
 * mcast_rx_socket_new:
 * @groups: (nullable) (array zero-terminated=1): the groups to receive, in the form described for
 *   [struct@Group], or %NULL for none yet
 * @port: the UDP port of the groups that are written without a port, 1 to 65535, or 0 to let the
 *   kernel choose one
 * @interfaces: (nullable) (array zero-terminated=1): names, indexes, addresses or `*`; %NULL
 *   selects `*`, and also the loopback interface for groups whose route leads there
 * @error: return location for an error
 *
 * Creates a socket that receives @groups on @interfaces. This function does not block: if `*`
 * matches no interface yet, the socket logs this and waits for one.
 *
 * Fails with %MCAST_ERROR_NOT_MULTICAST or %MCAST_ERROR_FAMILY_MISMATCH if a group is invalid,
 * %MCAST_ERROR_NO_SUCH_INTERFACE if an interface does not exist, %MCAST_ERROR_TOO_MANY_MEMBERSHIPS
 * if a limit of the kernel is reached, `G_IO_ERROR_INVALID_ARGUMENT` if a string or number is
 * invalid, `G_IO_ERROR_ADDRESS_IN_USE` if another program uses the port without sharing it, and
 * other codes of [error@Gio.IOErrorEnum] for errors of the kernel.
 *
 * Returns: (transfer full): the open socket
 * Since: 0.1
 */
McastRxSocket *
mcast_rx_socket_new (const char *const *groups, guint port, const char *const *interfaces,
                     GError **error)
{
  return g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, error, "groups", groups, "port", port,
                         "interfaces", interfaces, NULL);
}

/**
 * mcast_rx_socket_new_with_options: (skip)
 * @groups: (nullable) (array zero-terminated=1): the groups to receive, in the form described for
 *   [struct@Group], or %NULL for none yet
 * @port: the UDP port of the groups that are written without a port, 1 to 65535, or 0 to let the
 *   kernel choose one
 * @interfaces: (nullable) (array zero-terminated=1): names, indexes, addresses or `*`; %NULL
 *   selects `*`, and also the loopback interface for groups whose route leads there
 * @options: the options; see [struct@RxOptions]
 * @error: return location for an error
 *
 * Creates a socket as [ctor@RxSocket.new] does, with options that the compiler checks. Other
 * languages construct the object with properties.
 *
 * Returns: (transfer full): the open socket
 * Since: 0.2
 */
McastRxSocket *
mcast_rx_socket_new_with_options (const char *const *groups, guint port,
                                  const char *const *interfaces, const McastRxOptions *options,
                                  GError **error)
{
  g_return_val_if_fail (options != NULL, NULL);

  return g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, error, "groups", groups, "port", port,
                         "interfaces", interfaces, "timeout-us", options->timeout_us,
                         "receive-delay-us", options->receive_delay_us, "recovery-interval-us",
                         options->recovery_interval_us, "receive-buffer-size",
                         options->receive_buffer_size, "merge", options->merge, "receive-offload",
                         options->receive_offload, "wait-for-interfaces",
                         options->wait_for_interfaces, "reuse-address", options->reuse_address,
                         "auto-join", options->auto_join, "socket", options->socket, NULL);
}

static gint64
find_newest (const McastRxMessage *messages, guint n_messages)
{
  gint64 newest = 0;

  for (guint i = 0; i < n_messages; i++)
    newest = MAX (newest, messages[i].arrival_time);
  return newest;
}

/* Notes a read of at least one message, under the lock. */
static void
note_read (McastRxSocket *self, const McastRxMessage *messages, guint n_messages)
{
  self->gather.delay_us = self->receive_delay_us;
  if (self->receive_delay_us > 0)
    _mcast_rx_gather_note_read (&self->gather, n_messages, find_newest (messages, n_messages),
                                g_get_monotonic_time ());
}

/* Fills messages without waiting, under the lock. Returns FALSE when closed, or where waiting would
 * not help. */
static gboolean
try_receive (McastRxSocket *self, McastRxMessage *messages, guint n_messages, guint *n_received,
             McastReceiverResult *result, McastOsPoll **poll, gint64 *timeout_us, GError **error)
{
  gboolean has_events;

  if (!_mcast_socket_core_lock (&self->core, error))
    return FALSE;
  *timeout_us = self->timeout_us;
  *result = _mcast_receiver_receive (self->receiver,
                                     _mcast_memberships_get_endpoints (self->memberships),
                                     self->poll, messages, n_messages, n_received, error);
  if (*n_received > 0)
    note_read (self, messages, *n_received);
  else
    *poll = _mcast_os_poll_ref (self->poll);
  has_events = self->has_events;
  self->has_events = FALSE;
  _mcast_socket_core_unlock (&self->core);
  if (has_events)
    _mcast_socket_core_deliver (&self->core);
  return *result != MCAST_RECEIVER_FAILED;
}

static gint
set_would_block_error (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "No datagram is available");
  return -1;
}

static gint
set_timed_out_error (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "Timed out waiting for a datagram");
  return -1;
}

/* In microseconds of g_get_monotonic_time(); -1 for a wait without end, or one that outlasts the
 * clock. */
static gint64
deadline_after (gint64 timeout_us)
{
  gint64 now = g_get_monotonic_time ();

  return timeout_us < 0 || timeout_us > G_MAXINT64 - now ? -1 : now + timeout_us;
}

/* Waits before a read so that datagrams gather, and sets @deadline, which limits the whole call. */
static gboolean
wait_to_gather (McastRxSocket *self, const gint64 *limit_us, gint64 *deadline,
                GCancellable *cancellable, GError **error)
{
  g_autoptr (McastOsPoll) poll = NULL;
  gint64 now = g_get_monotonic_time ();
  gint64 end = _mcast_rx_gather_get_end (&self->gather, now);
  gint64 timeout_us;

  if (end <= now || _mcast_receiver_left_some (self->receiver))
    return TRUE;
  if (!_mcast_socket_core_lock (&self->core, error))
    return FALSE;
  timeout_us = limit_us != NULL ? *limit_us : self->timeout_us;
  if (timeout_us != 0)
    {
      self->n_delayed_reads++;
      poll = _mcast_os_poll_ref (self->poll);
    }
  _mcast_socket_core_unlock (&self->core);
  if (timeout_us == 0)
    return TRUE;
  *deadline = timeout_us > 0 ? deadline_after (timeout_us) : -1;
  return _mcast_os_poll_pause (poll, *deadline >= 0 ? MIN (end, *deadline) : end, cancellable,
                               error);
}

/* How often a call that does not wait reads on after copies and unwanted datagrams: a flood of them
 * must not keep it busy forever. */
#define MAX_PASSES 10000

/* Receives at least one message, waiting at most *@limit_us if given, else as long as the socket
 * says. Returns how many, or -1. */
static gint
receive_some (McastRxSocket *self, McastRxMessage *messages, guint n_messages,
              const gint64 *limit_us, GCancellable *cancellable, GError **error)
{
  gint64 deadline = -1;
  guint n_passes = 0;

  if (self->gather.is_gathering && !wait_to_gather (self, limit_us, &deadline, cancellable, error))
    return -1;
  while (!g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      g_autoptr (McastOsPoll) poll = NULL;
      McastReceiverResult result;
      guint n_received;
      gint64 timeout_us;

      if (!try_receive (self, messages, n_messages, &n_received, &result, &poll, &timeout_us,
                        error))
        return -1;
      if (n_received > 0)
        return (gint) n_received;

      if (limit_us != NULL)
        timeout_us = *limit_us;
      if (timeout_us == 0 && (result != MCAST_RECEIVER_GOT_NONE || ++n_passes == MAX_PASSES))
        return set_would_block_error (error);
      if (timeout_us == 0)
        continue;
      /* Neither a flood of unwanted datagrams nor a socket that stays ready stretches the wait. */
      if (timeout_us > 0 && deadline < 0)
        deadline = deadline_after (timeout_us);
      else if (deadline >= 0 && g_get_monotonic_time () >= deadline)
        return set_timed_out_error (error);
      if (result == MCAST_RECEIVER_GOT_NONE)
        continue;
      if (!_mcast_os_poll_wait (poll, deadline, cancellable, error))
        return -1;
    }
  return -1;
}

static void
ensure_scratch (McastRxSocket *self, guint slots)
{
  if (slots <= self->scratch_slots)
    return;
  free_scratch (self);
  self->scratch = g_malloc ((gsize) slots * SLOT_SIZE);
  self->scratch_vectors = g_new (GInputVector, slots);
  self->scratch_messages = g_new0 (McastRxMessage, slots);
  self->scratch_slots = slots;
  for (guint i = 0; i < slots; i++)
    {
      self->scratch_vectors[i].buffer = self->scratch + (gsize) i * SLOT_SIZE;
      self->scratch_vectors[i].size = SLOT_SIZE;
      self->scratch_messages[i].vectors = &self->scratch_vectors[i];
      self->scratch_messages[i].n_vectors = 1;
    }
}

static McastDatagram *
make_datagram (McastRxSocket *self, guint i)
{
  const McastRxMessage *message = &self->scratch_messages[i];

  return _mcast_datagram_new (message->vectors[0].buffer, message->length,
                              _mcast_receiver_get_origin (self->receiver, i), message->arrival_time,
                              message->hop_limit, message->truncated);
}

static gboolean
check_max (guint max, GError **error)
{
  if (max > 0)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       "max must be at least 1, not 0");
  return FALSE;
}

static gboolean
check_single_datagrams (McastRxSocket *self, GError **error)
{
  if (!self->receive_offload)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       "A socket with receive-offload receives runs of datagrams: use "
                       "receive_payloads() or receive_messages()");
  return FALSE;
}

/* Receives what is there into the scratch messages, at most a batch. Returns how many, or -1. */
static gint
receive_scratch (McastRxSocket *self, guint max, const gint64 *limit_us, GCancellable *cancellable,
                 GError **error)
{
  const guint slots = MIN (max, MCAST_OS_BATCH_SIZE);

  ensure_scratch (self, slots);
  return receive_some (self, self->scratch_messages, slots, limit_us, cancellable, error);
}

/* Appends what is there, at most @max, and waits for the first one only. */
static gboolean
receive_datagrams (McastRxSocket *self, GPtrArray *datagrams, guint max, const gint64 *limit_us,
                   GCancellable *cancellable, GError **error)
{
  gint n = receive_scratch (self, max, limit_us, cancellable, error);

  for (gint i = 0; i < n; i++)
    g_ptr_array_add (datagrams, make_datagram (self, i));
  return n > 0;
}

/* Receives a batch of at most @max; only the first read waits. */
static GPtrArray *
receive_up_to (McastRxSocket *self, guint max, const gint64 *limit_us, GCancellable *cancellable,
               GError **error)
{
  const gint64 no_wait = 0;
  g_autoptr (GPtrArray) datagrams = g_ptr_array_new_full (MIN (max, MCAST_OS_BATCH_SIZE),
                                                          (GDestroyNotify) mcast_datagram_unref);

  if (!check_single_datagrams (self, error)
      || !receive_datagrams (self, datagrams, max, limit_us, cancellable, error))
    return NULL;
  while (datagrams->len < max && _mcast_receiver_left_some (self->receiver)
         && receive_datagrams (self, datagrams, max - datagrams->len, &no_wait, NULL, NULL))
    continue;
  return g_steal_pointer (&datagrams);
}

static McastDatagram *
receive_one (McastRxSocket *self, const gint64 *limit_us, GCancellable *cancellable, GError **error)
{
  if (!check_single_datagrams (self, error)
      || receive_scratch (self, 1, limit_us, cancellable, error) < 0)
    return NULL;
  return make_datagram (self, 0);
}

static McastDatagram *
call_receive_one (McastRxSocket *self, const gint64 *limit_us, GCancellable *cancellable,
                  GError **error)
{
  McastDatagram *datagram;

  if (!_mcast_rx_claim_begin_call (&self->claim, error))
    return NULL;
  datagram = receive_one (self, limit_us, cancellable, error);
  _mcast_rx_claim_end_call (&self->claim);
  return datagram;
}

static GPtrArray *
call_receive_up_to (McastRxSocket *self, guint max, const gint64 *limit_us,
                    GCancellable *cancellable, GError **error)
{
  GPtrArray *datagrams;

  if (!check_max (max, error) || !_mcast_rx_claim_begin_call (&self->claim, error))
    return NULL;
  datagrams = receive_up_to (self, max, limit_us, cancellable, error);
  _mcast_rx_claim_end_call (&self->claim);
  return datagrams;
}

/**
 * mcast_rx_socket_receive:
 * @self: a receiving socket
 * @cancellable: (nullable): a cancellable that ends the wait from any thread
 * @error: return location for an error
 *
 * Receives one datagram. Datagrams of up to 65507 bytes over IPv4 and 65527 bytes over IPv6 arrive
 * whole.
 *
 * Blocks the calling thread until a datagram arrives, at most for [property@RxSocket:timeout-us]. A
 * wait that ends early consumes no datagram.
 *
 * A wait needs a descriptor of @cancellable, which is created and closed each time. A program that
 * receives many datagrams one by one can keep it open with [method@Gio.Cancellable.make_pollfd].
 *
 * Fails with `G_IO_ERROR_TIMED_OUT` after the timeout, `G_IO_ERROR_WOULD_BLOCK` if the timeout is 0
 * and no datagram is available, `G_IO_ERROR_PENDING` while another thread or an asynchronous
 * request receives, `G_IO_ERROR_CANCELLED`, `G_IO_ERROR_CLOSED`, or `G_IO_ERROR_NOT_SUPPORTED` on a
 * socket with [property@RxSocket:receive-offload].
 *
 * Returns: (transfer full): the datagram
 * Since: 0.1
 */
McastDatagram *
mcast_rx_socket_receive (McastRxSocket *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  return call_receive_one (self, NULL, cancellable, error);
}

/**
 * mcast_rx_socket_receive_with_timeout:
 * @self: a receiving socket
 * @timeout_us: the time to wait in microseconds; -1 to wait forever, 0 not to wait
 * @cancellable: (nullable): a cancellable that ends the wait from any thread
 * @error: return location for an error
 *
 * Receives one datagram as [method@RxSocket.receive] does, with a time limit for this call instead
 * of [property@RxSocket:timeout-us].
 *
 * Also fails with `G_IO_ERROR_INVALID_ARGUMENT` if @timeout_us is less than -1.
 *
 * Returns: (transfer full): the datagram
 * Since: 0.2
 */
McastDatagram *
mcast_rx_socket_receive_with_timeout (McastRxSocket *self, gint64 timeout_us,
                                      GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  if (!_mcast_socket_core_check_timeout (timeout_us, error))
    return NULL;
  return call_receive_one (self, &timeout_us, cancellable, error);
}

/**
 * mcast_rx_socket_try_receive:
 * @self: a receiving socket
 * @error: return location for an error
 *
 * Receives one datagram without waiting. Fails as [method@RxSocket.receive] does, but not if no
 * datagram is available.
 *
 * Returns: (transfer full) (nullable): the datagram; %NULL without an error if none is available
 * Since: 0.2
 */
McastDatagram *
mcast_rx_socket_try_receive (McastRxSocket *self, GError **error)
{
  const gint64 no_wait = 0;
  g_autoptr (GError) failure = NULL;
  McastDatagram *datagram;

  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), NULL);

  datagram = call_receive_one (self, &no_wait, NULL, &failure);
  if (failure != NULL && !g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    g_propagate_error (error, g_steal_pointer (&failure));
  return datagram;
}

/**
 * mcast_rx_socket_receive_batch:
 * @self: a receiving socket
 * @max: the maximum number of datagrams to receive, 1 or more
 * @cancellable: (nullable): a cancellable that ends the wait from any thread
 * @error: return location for an error
 *
 * Receives the available datagrams, at most @max. If none is available, waits for the first one,
 * but never for a second one.
 *
 * Blocks and fails as [method@RxSocket.receive] does, and fails with `G_IO_ERROR_INVALID_ARGUMENT`
 * if @max is 0.
 *
 * Returns: (transfer container) (element-type McastDatagram): one or more datagrams
 * Since: 0.1
 */
GPtrArray *
mcast_rx_socket_receive_batch (McastRxSocket *self, guint max, GCancellable *cancellable,
                               GError **error)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  return call_receive_up_to (self, max, NULL, cancellable, error);
}

/**
 * mcast_rx_socket_receive_batch_with_timeout:
 * @self: a receiving socket
 * @max: the maximum number of datagrams to receive, 1 or more
 * @timeout_us: the time to wait in microseconds; -1 to wait forever, 0 not to wait
 * @cancellable: (nullable): a cancellable that ends the wait from any thread
 * @error: return location for an error
 *
 * Receives the available datagrams as [method@RxSocket.receive_batch] does, with a time limit for
 * this call instead of [property@RxSocket:timeout-us].
 *
 * Also fails with `G_IO_ERROR_INVALID_ARGUMENT` if @timeout_us is less than -1.
 *
 * Returns: (transfer container) (element-type McastDatagram): one or more datagrams
 * Since: 0.2
 */
GPtrArray *
mcast_rx_socket_receive_batch_with_timeout (McastRxSocket *self, guint max, gint64 timeout_us,
                                            GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  if (!_mcast_socket_core_check_timeout (timeout_us, error))
    return NULL;
  return call_receive_up_to (self, max, &timeout_us, cancellable, error);
}

/* What a call for payloads returns. */
typedef struct
{
  GByteArray *data;
  GArray *sizes;
  GArray *path_ids;
} Payloads;

static void
payloads_clear (Payloads *self)
{
  g_clear_pointer (&self->data, g_byte_array_unref);
  g_clear_pointer (&self->sizes, g_array_unref);
  g_clear_pointer (&self->path_ids, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Payloads, payloads_clear)

/* A run that the kernel merged counts as the datagrams it consists of. */
static void
payloads_append_sizes (Payloads *self, const McastRxMessage *message)
{
  gsize left = message->length;
  guint size;

  do
    {
      size = (guint) (message->segment_size > 0 ? MIN (left, message->segment_size) : left);
      g_array_append_val (self->sizes, size);
      g_array_append_val (self->path_ids, message->path_id);
      left -= size;
    }
  while (left > 0);
}

static void
payloads_append (Payloads *self, const McastRxMessage *messages, guint n_messages)
{
  for (guint i = 0; i < n_messages; i++)
    {
      g_byte_array_append (self->data, messages[i].vectors[0].buffer, (guint) messages[i].length);
      payloads_append_sizes (self, &messages[i]);
    }
}

static guint
count_bytes (const McastRxMessage *messages, guint n_messages)
{
  gsize n_bytes = 0;

  for (guint i = 0; i < n_messages; i++)
    n_bytes += messages[i].length;
  return (guint) n_bytes;
}

static guint *
steal_numbers (GArray **numbers)
{
  return (guint *) (gpointer) g_array_free (g_steal_pointer (numbers), FALSE);
}

/* Receives at most @max messages; only the first read waits. */
static gboolean
receive_payloads (McastRxSocket *self, guint max, Payloads *payloads, GCancellable *cancellable,
                  GError **error)
{
  const gint64 no_wait = 0;
  gint n = receive_scratch (self, max, NULL, cancellable, error);
  guint n_received = 0;

  if (n < 0)
    return FALSE;
  payloads->data = g_byte_array_sized_new (count_bytes (self->scratch_messages, (guint) n));
  payloads->sizes = g_array_new (FALSE, FALSE, sizeof (guint));
  payloads->path_ids = g_array_new (FALSE, FALSE, sizeof (guint));
  while (n > 0)
    {
      payloads_append (payloads, self->scratch_messages, (guint) n);
      n_received += (guint) n;
      if (n_received == max || !_mcast_receiver_left_some (self->receiver)
          || payloads->data->len > MAX_PAYLOADS_SIZE)
        break;
      n = receive_scratch (self, max - n_received, &no_wait, NULL, NULL);
    }
  return TRUE;
}

static gboolean
call_receive_payloads (McastRxSocket *self, guint max, Payloads *payloads,
                       GCancellable *cancellable, GError **error)
{
  gboolean received;

  if (!check_max (max, error) || !_mcast_rx_claim_begin_call (&self->claim, error))
    return FALSE;
  received = receive_payloads (self, max, payloads, cancellable, error);
  _mcast_rx_claim_end_call (&self->claim);
  return received;
}

/**
 * mcast_rx_socket_receive_payloads:
 * @self: a receiving socket
 * @max: the maximum number of datagrams to receive, 1 or more
 * @sizes: (out) (transfer full) (array length=n_sizes): return location for the size of each
 *   datagram in bytes, in the order of the payloads; 0 for an empty datagram
 * @n_sizes: (out): return location for the number of datagrams, 1 or more
 * @cancellable: (nullable): a cancellable that ends the wait from any thread
 * @error: return location for an error
 *
 * Receives the payloads of the available datagrams, at most @max, without other details of the
 * datagrams. The payloads are concatenated. If no datagram is available, waits for the first one,
 * but never for a second one.
 *
 * In languages in which an object for each datagram costs more than the datagram itself, this
 * function is several times faster than [method@RxSocket.receive_batch].
 *
 * On a socket with [property@RxSocket:receive-offload], a run of datagrams counts as one toward
 * @max, and @sizes contains the sizes of all its datagrams.
 *
 * Blocks and fails as [method@RxSocket.receive] does, and fails with `G_IO_ERROR_INVALID_ARGUMENT`
 * if @max is 0.
 *
 * Returns: (transfer full): the payloads, or %NULL on error, in which case @sizes is not set
 * Since: 0.1
 */
GBytes *
mcast_rx_socket_receive_payloads (McastRxSocket *self, guint max, guint **sizes, gsize *n_sizes,
                                  GCancellable *cancellable, GError **error)
{
  g_auto (Payloads) payloads = { NULL, NULL, NULL };

  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), NULL);
  g_return_val_if_fail (sizes != NULL && n_sizes != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  if (!call_receive_payloads (self, max, &payloads, cancellable, error))
    return NULL;
  *n_sizes = payloads.sizes->len;
  *sizes = steal_numbers (&payloads.sizes);
  return g_byte_array_free_to_bytes (g_steal_pointer (&payloads.data));
}

/**
 * mcast_rx_socket_receive_payloads_with_paths:
 * @self: a receiving socket
 * @max: the maximum number of datagrams to receive, 1 or more
 * @sizes: (out) (transfer full) (array length=n_sizes): return location for the size of each
 *   datagram in bytes, in the order of the payloads; 0 for an empty datagram
 * @n_sizes: (out): return location for the number of datagrams, 1 or more
 * @path_ids: (out) (transfer full) (array length=n_path_ids): return location for the path of each
 *   datagram, in the same order: `id` of a path in the result of [method@RxSocket.get_stats]
 * @n_path_ids: (out): return location for the number of datagrams, the same as @n_sizes
 * @cancellable: (nullable): a cancellable that ends the wait from any thread
 * @error: return location for an error
 *
 * Receives payloads as [method@RxSocket.receive_payloads] does, with the path (the group and
 * interface) of each datagram.
 *
 * Returns: (transfer full): the payloads, or %NULL on error, in which case @sizes and @path_ids are
 *   not set
 * Since: 0.2
 */
GBytes *
mcast_rx_socket_receive_payloads_with_paths (McastRxSocket *self, guint max, guint **sizes,
                                             gsize *n_sizes, guint **path_ids, gsize *n_path_ids,
                                             GCancellable *cancellable, GError **error)
{
  g_auto (Payloads) payloads = { NULL, NULL, NULL };

  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), NULL);
  g_return_val_if_fail (sizes != NULL && n_sizes != NULL, NULL);
  g_return_val_if_fail (path_ids != NULL && n_path_ids != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  if (!call_receive_payloads (self, max, &payloads, cancellable, error))
    return NULL;
  *n_sizes = *n_path_ids = payloads.sizes->len;
  *sizes = steal_numbers (&payloads.sizes);
  *path_ids = steal_numbers (&payloads.path_ids);
  return g_byte_array_free_to_bytes (g_steal_pointer (&payloads.data));
}

/* A request for datagrams. */
typedef struct
{
  /* 0 for one datagram, else the maximum number of a batch. */
  guint max;
  gint64 deadline;
} Request;

static gpointer
receive_request (McastRxSocket *self, const Request *request, GCancellable *cancellable,
                 GError **error)
{
  const gint64 no_wait = 0;

  if (request->max == 0)
    return receive_one (self, &no_wait, cancellable, error);
  return receive_up_to (self, request->max, &no_wait, cancellable, error);
}

static gboolean
receive_ready (gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (G_TASK (user_data));
  McastRxSocket *self = g_task_get_source_object (task);
  const Request *request = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  gpointer received = receive_request (self, request, g_task_get_cancellable (task), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    {
      if (request->deadline < 0 || g_get_monotonic_time () < request->deadline)
        return G_SOURCE_CONTINUE;
      g_clear_error (&error);
      set_timed_out_error (&error);
    }
  /* The callback may receive again. */
  _mcast_rx_claim_end_request (&self->claim);
  if (received != NULL)
    g_task_return_pointer (task, received,
                           request->max == 0 ? (GDestroyNotify) mcast_datagram_unref
                                             : (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
  return G_SOURCE_REMOVE;
}

/* Returns whether the request may wait for a datagram; else it has failed. */
static gboolean
begin_request (McastRxSocket *self, GTask *task)
{
  GError *error = NULL;
  gboolean begun;

  g_mutex_lock (&self->core.lock);
  begun = _mcast_rx_claim_begin_request (&self->claim, g_task_get_context (task), &error);
  _mcast_socket_core_unlock (&self->core);
  if (!begun)
    g_task_return_error (task, error);
  return begun;
}

/* Waits for one datagram or, unless @max is 0, for a batch. */
static void
start_request (McastRxSocket *self, guint max, GTask *task)
{
  g_autoptr (GSource) source = NULL;
  gint64 timeout_us;
  Request *request;

  /* A datagram that was taken is handed over, even if the request is cancelled just then. */
  g_task_set_check_cancellable (task, FALSE);
  if (!begin_request (self, task))
    return;
  timeout_us = mcast_rx_socket_get_timeout_us (self);
  request = g_new (Request, 1);
  request->max = max;
  request->deadline = timeout_us > 0 ? deadline_after (timeout_us) : -1;
  g_task_set_task_data (task, request, g_free);

  source = mcast_rx_socket_create_source (self, g_task_get_cancellable (task));
  /* A closed socket's source is ready as it is. */
  if (request->deadline >= 0 && g_source_get_ready_time (source) < 0)
    g_source_set_ready_time (source, request->deadline);
  g_task_attach_source (task, source, receive_ready);
}

/**
 * mcast_rx_socket_receive_async:
 * @self: a receiving socket
 * @io_priority: the priority of the request, usually `G_PRIORITY_DEFAULT`
 * @cancellable: (nullable): a cancellable that ends the wait
 * @callback: (scope async): the function to call when a datagram was received or the request failed
 * @user_data: the data to pass to @callback
 *
 * Receives one datagram asynchronously. A positive [property@RxSocket:timeout-us] limits the wait;
 * with 0, a request waits as with -1, since it does not block.
 *
 * @callback is called in the thread-default main context of the caller, and gets the datagram from
 * [method@RxSocket.receive_finish]. Several requests of one context can be pending; they receive
 * datagrams in the order in which they were made.
 *
 * A request that is cancelled consumes no datagram. Closing the socket ends the request with
 * `G_IO_ERROR_CLOSED`.
 *
 * Fails with `G_IO_ERROR_PENDING` while another thread receives or a request of another context is
 * pending.
 *
 * Since: 0.1
 */
void
mcast_rx_socket_receive_async (McastRxSocket *self, int io_priority, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (MCAST_IS_RX_SOCKET (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mcast_rx_socket_receive_async);
  g_task_set_priority (task, io_priority);
  start_request (self, 0, task);
}

/**
 * mcast_rx_socket_receive_finish:
 * @self: a receiving socket
 * @result: the result that was passed to the callback
 * @error: return location for an error
 *
 * Finishes a request that [method@RxSocket.receive_async] started. Fails as
 * [method@RxSocket.receive] does.
 *
 * Returns: (transfer full): the datagram
 * Since: 0.1
 */
McastDatagram *
mcast_rx_socket_receive_finish (McastRxSocket *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * mcast_rx_socket_receive_batch_async:
 * @self: a receiving socket
 * @max: the maximum number of datagrams to receive, 1 or more
 * @io_priority: the priority of the request, usually `G_PRIORITY_DEFAULT`
 * @cancellable: (nullable): a cancellable that ends the wait
 * @callback: (scope async): the function to call when datagrams were received or the request failed
 * @user_data: the data to pass to @callback
 *
 * Receives the available datagrams asynchronously, at most @max. If none is available, waits for
 * the first one, but never for a second one. See [method@RxSocket.receive_async].
 *
 * Since: 0.2
 */
void
mcast_rx_socket_receive_batch_async (McastRxSocket *self, guint max, int io_priority,
                                     GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;

  g_return_if_fail (MCAST_IS_RX_SOCKET (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mcast_rx_socket_receive_batch_async);
  g_task_set_priority (task, io_priority);
  if (check_max (max, &error))
    start_request (self, max, task);
  else
    g_task_return_error (task, error);
}

/**
 * mcast_rx_socket_receive_batch_finish:
 * @self: a receiving socket
 * @result: the result that was passed to the callback
 * @error: return location for an error
 *
 * Finishes a request that [method@RxSocket.receive_batch_async] started. Fails as
 * [method@RxSocket.receive_batch] does.
 *
 * Returns: (transfer container) (element-type McastDatagram): one or more datagrams
 * Since: 0.2
 */
GPtrArray *
mcast_rx_socket_receive_batch_finish (McastRxSocket *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Of a run that does not fit, whole datagrams would be lost. */
static gboolean
check_run_memory (const McastRxMessage *messages, guint n_messages, GError **error)
{
  for (guint i = 0; i < n_messages; i++)
    {
      gsize size = 0;

      if (messages[i].n_vectors > 0 && messages[i].vectors[0].size >= MCAST_OS_MAX_RUN)
        continue;
      for (guint j = 0; j < messages[i].n_vectors; j++)
        size += messages[i].vectors[j].size;
      if (size >= MCAST_OS_MAX_RUN)
        continue;
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "A message has %" G_GSIZE_FORMAT " bytes of memory; receive-offload requires %d",
                   size, MCAST_OS_MAX_RUN);
      return FALSE;
    }
  return TRUE;
}

/**
 * mcast_rx_socket_receive_messages: (skip)
 * @self: a receiving socket
 * @messages: (array length=n_messages): the messages to fill; see [struct@RxMessage]
 * @n_messages: the number of messages, 1 or more
 * @cancellable: (nullable): a cancellable that ends the wait from any thread
 * @error: return location for an error
 *
 * Receives datagrams into memory of the caller, in few system calls, without copying a datagram or
 * allocating memory for it. Waits and fails as [method@RxSocket.receive_batch] does.
 *
 * A datagram that is larger than the memory of its message is truncated and marked as such.
 *
 * With [property@RxSocket:receive-offload], the memory of each message must have at least 65536
 * bytes; otherwise the call fails with `G_IO_ERROR_INVALID_ARGUMENT`. It also fails with this error
 * if memory is not writable, which loses a datagram, or if the memory of a message has more than
 * 1024 parts.
 *
 * Returns: the number of messages that were filled, from the first one; -1 on error
 * Since: 0.1
 */
gint
mcast_rx_socket_receive_messages (McastRxSocket *self, McastRxMessage *messages, guint n_messages,
                                  GCancellable *cancellable, GError **error)
{
  gint n;

  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), -1);
  g_return_val_if_fail (messages != NULL && n_messages > 0, -1);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), -1);

  if (self->receive_offload && !check_run_memory (messages, n_messages, error))
    return -1;
  if (!_mcast_rx_claim_begin_call (&self->claim, error))
    return -1;
  n = receive_some (self, messages, n_messages, NULL, cancellable, error);
  _mcast_rx_claim_end_call (&self->claim);
  return n;
}

static McastOsPoll *
ref_poll (McastRxSocket *self)
{
  McastOsPoll *poll = NULL;

  g_mutex_lock (&self->core.lock);
  if (self->poll != NULL)
    poll = _mcast_os_poll_ref (self->poll);
  _mcast_socket_core_unlock (&self->core);
  return poll;
}

/**
 * mcast_rx_socket_create_source:
 * @self: a receiving socket
 * @cancellable: (nullable): a cancellable that dispatches the source when it is cancelled
 *
 * Creates a source for a main loop. The source is dispatched repeatedly while a datagram is
 * available, and when the socket is closed or @cancellable is cancelled.
 *
 * The callback is a [callback@GLib.SourceFunc]. To receive in it without blocking, use
 * [method@RxSocket.try_receive], which may find no datagram, since unwanted datagrams are filtered
 * only when they are received.
 *
 * Returns: (transfer full): the source, which is not attached to a context yet
 * Since: 0.1
 */
GSource *
mcast_rx_socket_create_source (McastRxSocket *self, GCancellable *cancellable)
{
  McastOsPoll *poll;
  GSource *source;

  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  poll = ref_poll (self);
  source = _mcast_socket_source_new (G_OBJECT (self), cancellable);
  /* A closed socket has none. */
  if (poll != NULL)
    _mcast_socket_source_watch (source, _mcast_os_poll_get_fd (poll), G_IO_IN, poll,
                                (GDestroyNotify) _mcast_os_poll_unref);
  else
    g_source_set_ready_time (source, 0);
  return source;
}

/**
 * mcast_rx_socket_get_fd:
 * @self: a receiving socket
 *
 * Gets one file descriptor for all groups and interfaces, which is readable while a datagram is
 * available. It is meant for main loops other than GLib's.
 *
 * The descriptor remains the same while groups and interfaces change. Only wait for it: do not read
 * from it or close it.
 *
 * Returns: the descriptor, or -1 after closing
 * Since: 0.1
 */
int
mcast_rx_socket_get_fd (McastRxSocket *self)
{
  int fd;

  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), -1);

  g_mutex_lock (&self->core.lock);
  fd = self->core.closed ? -1 : _mcast_os_poll_get_fd (self->poll);
  _mcast_socket_core_unlock (&self->core);
  return fd;
}

/**
 * mcast_rx_socket_join:
 * @self: a receiving socket
 * @group: a group, in the form described for [struct@Group]
 * @error: return location for an error
 *
 * Joins a group. Groups that are already joined are received without a gap. Any thread can call
 * this function, even while another thread receives.
 *
 * After the same address is joined again with other sources, the socket receives the datagrams that
 * match at least one of the source filters.
 *
 * Fails with `G_IO_ERROR_EXISTS`, `G_IO_ERROR_CLOSED`, and as [ctor@RxSocket.new] does. On
 * failure, nothing has changed.
 *
 * Returns: %TRUE on success
 * Since: 0.1
 */
gboolean
mcast_rx_socket_join (McastRxSocket *self, const char *group, GError **error)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), FALSE);
  g_return_val_if_fail (group != NULL, FALSE);

  return _mcast_socket_core_add_group_text (&self->core, group, error);
}

/**
 * mcast_rx_socket_leave:
 * @self: a receiving socket
 * @group: a group that was joined
 * @error: return location for an error
 *
 * Leaves a group. Groups that remain joined are received without a gap. Datagrams of @group that
 * were not received yet are counted as filtered.
 *
 * Fails with `G_IO_ERROR_NOT_FOUND` if @group was not joined with the same port, interface and
 * sources, with `G_IO_ERROR_CLOSED`, and as [func@Group.parse] does.
 *
 * Returns: %TRUE on success
 * Since: 0.1
 */
gboolean
mcast_rx_socket_leave (McastRxSocket *self, const char *group, GError **error)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), FALSE);
  g_return_val_if_fail (group != NULL, FALSE);

  return _mcast_socket_core_remove_group_text (&self->core, group, error);
}

/**
 * mcast_rx_socket_join_group:
 * @self: a receiving socket
 * @group: a group
 * @error: return location for an error
 *
 * Joins a group, as [method@RxSocket.join] does.
 *
 * Fails with `G_IO_ERROR_EXISTS`, and otherwise as that function does.
 *
 * Returns: %TRUE on success
 * Since: 0.2
 */
gboolean
mcast_rx_socket_join_group (McastRxSocket *self, McastGroup *group, GError **error)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), FALSE);
  g_return_val_if_fail (group != NULL, FALSE);

  return _mcast_socket_core_add_group (&self->core, group, error);
}

/**
 * mcast_rx_socket_leave_group:
 * @self: a receiving socket
 * @group: a group
 * @error: return location for an error
 *
 * Leaves a group, as [method@RxSocket.leave] does.
 *
 * Fails with `G_IO_ERROR_NOT_FOUND`, and otherwise as that function does.
 *
 * Returns: %TRUE on success
 * Since: 0.2
 */
gboolean
mcast_rx_socket_leave_group (McastRxSocket *self, McastGroup *group, GError **error)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), FALSE);
  g_return_val_if_fail (group != NULL, FALSE);

  return _mcast_socket_core_remove_group (&self->core, group, error);
}

/**
 * mcast_rx_socket_add_interface:
 * @self: a receiving socket
 * @iface: (nullable): a name, index, address or `*`; %NULL has the same meaning as in
 *   [ctor@RxSocket.new]
 * @error: return location for an error
 *
 * Adds an interface, and joins on it all groups that do not name an interface. Groups that are
 * already joined are received without a gap.
 *
 * Fails with `G_IO_ERROR_EXISTS`, %MCAST_ERROR_NO_SUCH_INTERFACE,
 * %MCAST_ERROR_TOO_MANY_MEMBERSHIPS, `G_IO_ERROR_CLOSED`, or `G_IO_ERROR_INVALID_ARGUMENT`. On
 * failure, nothing has changed.
 *
 * Returns: %TRUE on success
 * Since: 0.1
 */
gboolean
mcast_rx_socket_add_interface (McastRxSocket *self, const char *iface, GError **error)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), FALSE);

  return _mcast_socket_core_add_interface (&self->core, iface, error);
}

/**
 * mcast_rx_socket_remove_interface:
 * @self: a receiving socket
 * @iface: (nullable): an interface, as it was added; %NULL or `*` if none was passed to the
 *   constructor
 * @error: return location for an error
 *
 * Removes an interface, and leaves on it all groups that do not name an interface. After the last
 * interface is removed, only groups that name an interface are received.
 *
 * Fails with `G_IO_ERROR_NOT_FOUND` if @iface was not added, and with `G_IO_ERROR_CLOSED`.
 *
 * Returns: %TRUE on success
 * Since: 0.1
 */
gboolean
mcast_rx_socket_remove_interface (McastRxSocket *self, const char *iface, GError **error)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), FALSE);

  return _mcast_socket_core_remove_interface (&self->core, iface, error);
}

/**
 * mcast_rx_socket_set_event_callback: (skip)
 * @self: a receiving socket
 * @func: (nullable): the function to call for each event, or %NULL for none
 * @user_data: the data to pass to @func
 * @destroy: (nullable): the function to call with @user_data when it is no longer needed
 *
 * Sets a function that is called immediately, in the thread that detects it, for each event that
 * [signal@RxSocket::event] reports in a main context.
 *
 * @func can call the socket, and can wait for another thread that does. Calls do not overlap and
 * follow the order of the events: a thread that detects an event during a call leaves it to the
 * thread that makes the call.
 *
 * This function does not block. A call of the previous function can still be in progress when it
 * returns; @destroy is called after the last such call.
 *
 * Since: 0.2
 */
void
mcast_rx_socket_set_event_callback (McastRxSocket *self, McastEventFunc func, gpointer user_data,
                                    GDestroyNotify destroy)
{
  g_return_if_fail (MCAST_IS_RX_SOCKET (self));

  _mcast_event_queue_set_callback (self->core.events, func, user_data, destroy);
}

/**
 * mcast_rx_socket_set_event_func: (skip)
 * @self: a receiving socket
 * @func: (nullable): the function to call for each event, or %NULL for none
 * @user_data: the data to pass to @func
 * @destroy: (nullable): the function to call with @user_data when it is no longer needed
 *
 * Sets a function that is called immediately, in the thread that detects it, for each event that
 * the signals report in a main context.
 *
 * @func can call the socket, and can wait for another thread that does. Calls do not overlap and
 * follow the order of the events: a thread that detects an event during a call leaves it to the
 * thread that makes the call.
 *
 * This function does not block. A call of the previous function can still be in progress when it
 * returns; @destroy is called after the last such call.
 *
 * Since: 0.1
 * Deprecated: 0.2: Use [method@RxSocket.set_event_callback]
 */
void
mcast_rx_socket_set_event_func (McastRxSocket *self, McastRxEventFunc func, gpointer user_data,
                                GDestroyNotify destroy)
{
  g_return_if_fail (MCAST_IS_RX_SOCKET (self));

  _mcast_event_queue_set_func (self->core.events, G_CALLBACK (func), user_data, destroy);
}

static gboolean
set_time (McastRxSocket *self, gint64 *member, gint64 time_us, guint property, GError **error)
{
  gboolean changed;

  if (!_mcast_socket_core_lock_setting (&self->core, error))
    return FALSE;
  changed = *member != time_us;
  *member = time_us;
  _mcast_socket_core_unlock (&self->core);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
  return TRUE;
}

static gint64
get_time (McastRxSocket *self, const gint64 *member)
{
  gint64 time_us;

  g_mutex_lock (&self->core.lock);
  time_us = *member;
  _mcast_socket_core_unlock (&self->core);
  return time_us;
}

/**
 * mcast_rx_socket_set_timeout_us: (set-property timeout-us)
 * @self: a receiving socket
 * @timeout_us: the timeout in microseconds; -1 to wait forever, 0 not to wait
 * @error: return location for an error
 *
 * Sets the maximum time to wait for a datagram. A wait in progress does not change. Fails with
 * `G_IO_ERROR_INVALID_ARGUMENT` if @timeout_us is less than -1, and with `G_IO_ERROR_CLOSED` after
 * closing.
 *
 * Returns: %TRUE on success
 * Since: 0.1
 */
gboolean
mcast_rx_socket_set_timeout_us (McastRxSocket *self, gint64 timeout_us, GError **error)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), FALSE);

  return _mcast_socket_core_check_timeout (timeout_us, error)
         && set_time (self, &self->timeout_us, timeout_us, PROP_TIMEOUT_US, error);
}

/**
 * mcast_rx_socket_get_timeout_us: (get-property timeout-us)
 * @self: a receiving socket
 *
 * Gets the maximum time to wait for a datagram.
 *
 * Returns: the timeout in microseconds; -1 if it waits forever, 0 if it does not wait
 * Since: 0.1
 */
gint64
mcast_rx_socket_get_timeout_us (McastRxSocket *self)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), -1);

  return get_time (self, &self->timeout_us);
}

/**
 * mcast_rx_socket_set_receive_delay_us: (set-property receive-delay-us)
 * @self: a receiving socket
 * @receive_delay_us: the delay in microseconds, 0 to 10000000; 0 to disable it
 * @error: return location for an error
 *
 * Sets the maximum time to wait before a read so that datagrams gather; see
 * [property@RxSocket:receive-delay-us]. It applies after the next read. Fails with
 * `G_IO_ERROR_INVALID_ARGUMENT` if @receive_delay_us is out of range, and with `G_IO_ERROR_CLOSED`
 * after closing.
 *
 * Returns: %TRUE on success
 * Since: 0.2
 */
gboolean
mcast_rx_socket_set_receive_delay_us (McastRxSocket *self, gint64 receive_delay_us, GError **error)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), FALSE);

  return check_receive_delay (receive_delay_us, error)
         && set_time (self, &self->receive_delay_us, receive_delay_us, PROP_RECEIVE_DELAY_US,
                      error);
}

/**
 * mcast_rx_socket_get_receive_delay_us: (get-property receive-delay-us)
 * @self: a receiving socket
 *
 * Gets the maximum time to wait before a read so that datagrams gather.
 *
 * Returns: the delay in microseconds; 0 if it is disabled
 * Since: 0.2
 */
gint64
mcast_rx_socket_get_receive_delay_us (McastRxSocket *self)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), 0);

  return get_time (self, &self->receive_delay_us);
}

/**
 * mcast_rx_socket_get_groups: (get-property groups)
 * @self: a receiving socket
 *
 * Gets the groups to receive, in their canonical form.
 *
 * Returns: (transfer full) (array zero-terminated=1): the groups. Closing does not change them
 * Since: 0.1
 */
char **
mcast_rx_socket_get_groups (McastRxSocket *self)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), NULL);

  return _mcast_socket_core_get_groups (&self->core);
}

/**
 * mcast_rx_socket_get_group_list:
 * @self: a receiving socket
 *
 * Gets the groups of [property@RxSocket:groups] as values.
 *
 * Returns: (transfer container) (element-type McastGroup): the groups. Closing does not change them
 * Since: 0.2
 */
GPtrArray *
mcast_rx_socket_get_group_list (McastRxSocket *self)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), NULL);

  return _mcast_socket_core_list_groups (&self->core);
}

/**
 * mcast_rx_socket_get_port: (get-property port)
 * @self: a receiving socket
 *
 * Gets the port of the groups that are written without a port.
 *
 * Returns: 1 to 65535, or 0 if the kernel chooses the port and no group has required one yet
 * Since: 0.1
 */
guint
mcast_rx_socket_get_port (McastRxSocket *self)
{
  guint port;

  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), 0);

  g_mutex_lock (&self->core.lock);
  if (!self->core.closed)
    self->port = _mcast_memberships_get_port (self->memberships);
  port = self->port;
  _mcast_socket_core_unlock (&self->core);
  return port;
}

/**
 * mcast_rx_socket_get_interfaces: (get-property interfaces)
 * @self: a receiving socket
 *
 * Gets the texts that select the interfaces of the groups that name none. An interface that a text
 * selects does not have to exist; see [method@RxSocket.get_active_interfaces] for those in use.
 *
 * Returns: (transfer full) (array zero-terminated=1): names, indexes, addresses or `*`; an empty
 *   array for the default. Closing does not change them
 * Since: 0.2
 */
char **
mcast_rx_socket_get_interfaces (McastRxSocket *self)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), NULL);

  return _mcast_socket_core_get_interfaces (&self->core);
}

/**
 * mcast_rx_socket_get_active_interfaces:
 * @self: a receiving socket
 *
 * Gets the interfaces on which at least one group is currently joined.
 *
 * Returns: (transfer container) (element-type McastInterface): the interfaces; an empty array after
 *   closing
 * Since: 0.2
 */
GPtrArray *
mcast_rx_socket_get_active_interfaces (McastRxSocket *self)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), NULL);

  return _mcast_socket_core_get_active (&self->core);
}

/* Under the lock. */
static GSocket *
dup_socket (McastRxSocket *self, GSocketFamily family, GError **error)
{
  McastRxEndpoint *endpoint = _mcast_memberships_find_endpoint (self->memberships, family);

  if (endpoint == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   "No OS socket is open for %s; join one on an interface that exists",
                   family == G_SOCKET_FAMILY_IPV6   ? "an IPv6 group"
                   : family == G_SOCKET_FAMILY_IPV4 ? "an IPv4 group"
                                                    : "any group");
      return NULL;
    }
  if (!_mcast_rx_endpoint_is_owner (endpoint))
    return g_object_ref (self->shared);
  return _mcast_os_dup_socket (_mcast_rx_endpoint_get_fd (endpoint), error);
}

/**
 * mcast_rx_socket_dup_socket:
 * @self: a receiving socket
 * @family: an address family, or `G_SOCKET_FAMILY_INVALID` for the family of the first group
 * @error: return location for an error
 *
 * Gets the OS socket that receives the first group of a family. It lets a sender share the port of
 * the receiver, as RTCP requires: pass it to the sender as [property@TxSocket:socket].
 *
 * One OS socket serves any number of interfaces. Further groups usually have OS sockets of their
 * own, which this function does not return.
 *
 * The result is a duplicate. Closing it does not affect @self, and it can still send after @self is
 * closed. Do not read from it, which would take datagrams away from @self. Do not join or leave
 * groups with it, or change options that @self sets. If [property@RxSocket:socket] was set, that
 * socket is returned instead.
 *
 * While @self waits for its first interface, there may be no OS socket. After the group is left,
 * the result is of no further use; get a new one.
 *
 * Fails with `G_IO_ERROR_NOT_FOUND` if there is no OS socket for @family, with `G_IO_ERROR_CLOSED`,
 * and with other codes of [error@Gio.IOErrorEnum] for errors of the kernel.
 *
 * Returns: (transfer full): a socket
 * Since: 0.1
 */
GSocket *
mcast_rx_socket_dup_socket (McastRxSocket *self, GSocketFamily family, GError **error)
{
  GSocket *socket;

  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), NULL);

  if (!_mcast_socket_core_lock (&self->core, error))
    return NULL;
  socket = dup_socket (self, family, error);
  _mcast_socket_core_unlock (&self->core);
  return socket;
}

/**
 * mcast_rx_socket_get_paths:
 * @self: a receiving socket
 *
 * Gets the paths of the socket with their state and counters: of one moment, in the order of the
 * groups and, for each group, of the indexes of the interfaces. Paths that wait for their interface
 * follow. [method@RxSocket.get_stats] has the same order.
 *
 * Returns: (transfer container) (element-type McastPath): the paths; after closing, they are
 *   those at the time of closing
 * Since: 0.2
 */
GPtrArray *
mcast_rx_socket_get_paths (McastRxSocket *self)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), NULL);

  return _mcast_socket_core_get_paths (&self->core);
}

/**
 * mcast_rx_socket_get_stats:
 * @self: a receiving socket
 *
 * Gets statistics that account for every datagram that reached the socket, for display, as a
 * dictionary of type `a{sv}`. Counters have the type `t` and never decrease, except `unrecovered`
 * and `lost`. [method@RxSocket.get_paths] returns the paths as objects.
 *
 * - `arrived`: datagrams that arrived, the sum of the next four
 * - `delivered`: datagrams returned to the caller; `bytes` is the size of their payloads
 * - `kernel-dropped`: datagrams that the kernel dropped because the receive buffer was full; with
 *   [property@RxSocket:receive-offload], a run that the kernel merged counts as one
 * - `filtered`: datagrams that were not requested, in three parts: `filtered-group` (another
 *   destination, such as unicast), `filtered-interface`, `filtered-source`
 * - `duplicates`: datagrams that the merge removed: copies, and datagrams too late to be
 *   distinguished from copies
 * - `truncated`: delivered datagrams that were larger than the caller's memory
 * - `without-timestamp`: delivered datagrams for which the kernel provided no arrival time
 * - `unrecovered`, `late`: with [enum@Merge] `rtp`, packets that have not arrived on any path, and
 *   duplicates that arrived too late or far out of order
 * - `flow-switches`: with [enum@Merge] `flow`, how often a flow was switched to another interface
 * - `delayed-reads`: with [property@RxSocket:receive-delay-us], how often a read waited
 * - `receive-buffer-size` (`u`): the size of the receive buffer in bytes that the kernel granted an
 *   OS socket
 * - `sockets` (`u`): the number of OS sockets in use
 * - `paths` (`aa{sv}`): for each path (a group on an interface) `group` (`s`: the address),
 *   `group-text` (`s`: the canonical text, as in an [struct@Event]), `port` (`u`),
 *   `interface` (`s`), `interface-index` (`u`), `sources` (`s`), `state` (`s`: `joined`, `waiting`
 *   or `failed`; `failed` comes with an `error`), `joins` (the number of joins), `refreshes` (the
 *   number of times that the membership was refreshed, after silence or because the carrier of the
 *   interface returned), `recovery-ineffective` (`b`), and the path's share of the counters above.
 *   `kernel-dropped` is that of the OS socket, which paths can share.
 * - `unavailable` (`as`): the names of the counters that the system cannot provide, which are
 *   absent, also in each path: `kernel-dropped` without the option `SO_MEMINFO`
 * - `missing-options` (`s`): the names of the options that the system lacks
 *
 * With [enum@Merge] `rtp`, a path also has `late`, `lost` (packets that did not arrive on it),
 * `reordered`, `first` (packets that arrived on it before any other path), and `skew-min`,
 * `skew-avg` and `skew-max` (`x`: the delay of its copies after the first copy, in nanoseconds).
 *
 * After closing, the statistics are those at the time of closing.
 *
 * Returns: (transfer full): the statistics
 * Since: 0.1
 */
GVariant *
mcast_rx_socket_get_stats (McastRxSocket *self)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), NULL);

  return _mcast_socket_core_get_stats (&self->core);
}

/**
 * mcast_rx_socket_close:
 * @self: a receiving socket
 *
 * Closes the socket, leaves all groups and frees the descriptors. A wait in progress in another
 * thread ends with `G_IO_ERROR_CLOSED`. Closing again does nothing.
 *
 * Since: 0.1
 */
void
mcast_rx_socket_close (McastRxSocket *self)
{
  g_return_if_fail (MCAST_IS_RX_SOCKET (self));

  _mcast_socket_core_close (&self->core);
}

/**
 * mcast_rx_socket_is_closed:
 * @self: a receiving socket
 *
 * Checks whether the socket is closed.
 *
 * Returns: %TRUE if it is closed
 * Since: 0.1
 */
gboolean
mcast_rx_socket_is_closed (McastRxSocket *self)
{
  g_return_val_if_fail (MCAST_IS_RX_SOCKET (self), TRUE);

  return _mcast_socket_core_is_closed (&self->core);
}
