/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-tx-socket.h"

#include <sys/socket.h>

#include "mcast-error.h"
#include "mcast-limits-private.h"
#include "os/mcast-os-option-private.h"
#include "socket/mcast-socket-core-private.h"
#include "socket/mcast-socket-source-private.h"
#include "tx/mcast-tx-endpoints-private.h"
#include "tx/mcast-tx-paths-private.h"
#include "tx/mcast-tx-writer-private.h"

/**
 * McastTxSocket:
 *
 * Sends datagrams to multicast groups on any number of interfaces.
 *
 * Each datagram is sent to every group on every interface; each such pair is a path. A path that
 * fails does not stop the others. A call fails only if no path accepted the datagram, and refused
 * datagrams are counted with their reason.
 *
 * Paths follow the kernel's interfaces. If an interface is deleted and recreated, sending on it
 * resumes.
 *
 * [ctor@TxSocket.new] returns an open socket. If a language binding constructs the object from
 * properties instead, [method@Gio.Initable.init] opens it; until then, every call fails with
 * `G_IO_ERROR_NOT_INITIALIZED`.
 *
 * After closing, settings can be read but not changed: a function that sets one fails with
 * `G_IO_ERROR_CLOSED`, and [method@TxSocket.set_pacing_rate] and setting a property do nothing.
 *
 * All functions can be called from any thread. Calls that send are serialized.
 *
 * ```c
 * const char *groups[] = { "239.1.2.3", NULL };
 * const char *interfaces[] = { "eth0", "eth1", NULL };
 * g_autoptr (McastTxSocket) tx = mcast_tx_socket_new (groups, 5004, interfaces, &error);
 * g_autoptr (GBytes) payload = g_bytes_new ("hello", 5);
 * mcast_tx_socket_send (tx, payload, NULL, &error);
 * ```
 *
 * Since: 0.1
 */
struct _McastTxSocket
{
  GObject parent_instance;

  McastSocketCore core;

  /* As given at construction. */
  guint port;
  char *source_text;
  gboolean wait_for_interfaces;

  McastAddress source;
  /* The interface of a link-local source, or NULL. */
  McastInterfaceSelector *zone;

  /* Held for a whole call, so that datagrams of several threads do not mix. */
  GMutex send_lock;
  McastTxWriter *writer;
  McastPacer pacer;

  McastTxLedger *ledger;

  /* Under the core's lock. */
  McastTxPaths *paths;
  McastTxEndpoints *endpoints;
  McastTxEndpointsOptions options;
  guint64 pacing_rate;
  /* Of one thread, for asynchronous requests; NULL before the first one. */
  GThreadPool *pool;
};

/* How long to wait before a failed containment is tried again. */
#define RETRY_US (G_USEC_PER_SEC / 4)

/* A socket without groups remembers this many destinations of single datagrams. */
#define MAX_AD_HOC 256

typedef enum
{
  PROP_GROUPS = 1,
  PROP_PORT,
  PROP_INTERFACES,
  PROP_TTL,
  PROP_LOOPBACK,
  PROP_DSCP,
  PROP_SOURCE_ADDRESS,
  PROP_SOURCE_PORT,
  PROP_SEND_BUFFER_SIZE,
  PROP_PACING_RATE,
  PROP_WAIT_FOR_INTERFACES,
  PROP_SOCKET,
  PROP_SOCKET_IPV6,
} McastTxSocketProperty;

static GParamSpec *properties[PROP_SOCKET_IPV6 + 1];

static McastEventSignals signals;

static void initable_iface_init (GInitableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (McastTxSocket, mcast_tx_socket, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, initable_iface_init))

static void
invoke_event_func (gpointer socket, GCallback func, McastEvent *event, gpointer user_data)
{
  ((McastTxEventFunc) func) (socket, mcast_event_get_interface (event),
                             mcast_event_get_event_type (event) == MCAST_EVENT_READY, user_data);
}

static gboolean
check_ttl (guint ttl, GError **error)
{
  if (ttl <= G_MAXUINT8)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "Time to live %u is out of range: use 0 to 255", ttl);
  return FALSE;
}

static gboolean
check_dscp (int dscp, GError **error)
{
  if (dscp >= -1 && dscp <= 63)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "DSCP %d is out of range: use 0 to 63, or -1 for the system's default", dscp);
  return FALSE;
}

static gboolean
check_port (guint port, const char *what, GError **error)
{
  if (port <= G_MAXUINT16)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "%s %u is out of range: use 0 to 65535", what, port);
  return FALSE;
}

static gboolean
parse_source (McastTxSocket *self, GError **error)
{
  g_autofree char *zone = NULL;

  if (self->source_text == NULL)
    return TRUE;
  if (!_mcast_address_parse_zoned (self->source_text, &self->source, &zone)
      || _mcast_address_is_multicast (&self->source) || _mcast_address_is_any (&self->source))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "Source address “%s” is not a numeric unicast address", self->source_text);
      return FALSE;
    }
  if (zone != NULL)
    self->zone = _mcast_interface_selector_new (zone, error);
  return zone == NULL || self->zone != NULL;
}

static gboolean
is_ipv6 (GSocket *socket)
{
  return socket != NULL && g_socket_get_family (socket) == G_SOCKET_FAMILY_IPV6;
}

static gboolean
check_sockets (McastTxSocket *self, GError **error)
{
  if (self->options.shared_ipv6 != NULL && !is_ipv6 (self->options.shared_ipv6))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         "The socket for IPv6 is an IPv4 socket; use it as the socket for IPv4");
  else if (self->options.shared_ipv6 != NULL && is_ipv6 (self->options.shared))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         "Both sockets are IPv6 sockets; use an IPv4 socket and an IPv6 socket");
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_properties (McastTxSocket *self, GError **error)
{
  return check_port (self->port, "Port", error)
         && check_port (self->options.source_port, "Source port", error)
         && check_ttl (self->options.ttl, error) && check_dscp (self->options.dscp, error)
         && parse_source (self, error) && check_sockets (self, error);
}

static void
report_event (gpointer user_data, const McastEventInfo *info)
{
  _mcast_socket_core_add_event (&MCAST_TX_SOCKET (user_data)->core, info);
}

static gboolean
open_layer (gpointer socket, GError **error)
{
  McastTxSocket *self = socket;
  McastTxPathsOptions options = {
    .wanted = &self->core.wanted,
    .table = self->core.table,
    .port = self->port,
    .wait_for_interfaces = self->wait_for_interfaces,
    .ledger = self->ledger,
    .report_event = report_event,
    .user_data = self,
  };

  if (!check_properties (self, error))
    return FALSE;
  options.source = self->source;
  options.zone = self->zone;
  self->writer = _mcast_tx_writer_new (self->ledger, &self->core.closed);
  self->paths = _mcast_tx_paths_new (&options);
  self->endpoints = _mcast_tx_endpoints_new (&self->options);
  return TRUE;
}

static gboolean
check_group (gpointer socket, McastGroup *group, GError **error)
{
  McastTxSocket *self = socket;

  return _mcast_tx_paths_check_group (self->paths, group, error);
}

/* Why a path is not ready stands in its statistics, and in the error of a call that finds no
 * other. */
static gboolean
update_layer (gpointer socket, const McastAddress *only, GPtrArray *interfaces, GError **error)
{
  McastTxSocket *self = socket;
  g_autoptr (GPtrArray) paths = NULL;
  gboolean updated;

  _mcast_tx_paths_set_marks (self->paths, _mcast_tx_endpoints_get_mark (self->endpoints, AF_INET),
                             _mcast_tx_endpoints_get_mark (self->endpoints, AF_INET6));
  updated = _mcast_tx_paths_update (self->paths, interfaces, self->options.ttl, error);
  paths = _mcast_tx_paths_get (self->paths);
  return _mcast_tx_endpoints_ensure_for (self->endpoints, paths, updated ? error : NULL) && updated;
}

/* Has the paths updated again soon after a failure that passes. */
static gint64
recover (gpointer socket, gint64 now)
{
  McastTxSocket *self = socket;

  return _mcast_tx_paths_is_contained (self->paths) ? MCAST_INTERFACE_TABLE_NEVER : now + RETRY_US;
}

static GPtrArray *
list_active (gpointer socket)
{
  McastTxSocket *self = socket;

  return _mcast_tx_paths_list_active (self->paths);
}

static gboolean
waits_for_interfaces (gpointer socket)
{
  return MCAST_TX_SOCKET (socket)->wait_for_interfaces;
}

static guint
get_port (gpointer socket)
{
  return MCAST_TX_SOCKET (socket)->port;
}

static GPtrArray *
list_paths (gpointer socket, GVariantDict *totals)
{
  McastTxSocket *self = socket;
  g_autoptr (GPtrArray) paths = _mcast_tx_paths_get (self->paths);
  g_autoptr (GPtrArray) addresses = NULL;

  addresses = _mcast_tx_endpoints_list_local_addresses (self->endpoints, paths);
  _mcast_os_add_missing (totals);
  return _mcast_tx_paths_take_snapshot (self->paths, addresses, totals);
}

/* The writer stays: another thread may be in a call of it, with references to its endpoints. */
static void
close_layer (gpointer socket, gboolean inherited)
{
  McastTxSocket *self = socket;

  g_clear_pointer (&self->paths, _mcast_tx_paths_free);
  g_clear_pointer (&self->endpoints, _mcast_tx_endpoints_free);
}

static const McastSocketLayer layer = {
  .closed_text = "The sending socket is closed",
  .present_text = "is already a destination",
  .absent_text = "is not a destination; to remove a group, use the port and interface that it was "
                 "added with",
  .open = open_layer,
  .check_group = check_group,
  .update = update_layer,
  .recover = recover,
  .list_active = list_active,
  .list_paths = list_paths,
  .get_port = get_port,
  .waits_for_interfaces = waits_for_interfaces,
  .close = close_layer,
};

static gboolean
mcast_tx_socket_initable_init (GInitable *initable, GCancellable *cancellable, GError **error)
{
  return _mcast_socket_core_open (&MCAST_TX_SOCKET (initable)->core, error);
}

static void
initable_iface_init (GInitableIface *iface)
{
  iface->init = mcast_tx_socket_initable_init;
}

static void
mcast_tx_socket_dispose (GObject *object)
{
  _mcast_socket_core_dispose (&MCAST_TX_SOCKET (object)->core);

  G_OBJECT_CLASS (mcast_tx_socket_parent_class)->dispose (object);
}

static void
mcast_tx_socket_finalize (GObject *object)
{
  McastTxSocket *self = MCAST_TX_SOCKET (object);

  g_free (self->source_text);
  g_clear_pointer (&self->zone, _mcast_interface_selector_free);
  g_clear_object (&self->options.shared);
  g_clear_object (&self->options.shared_ipv6);
  g_clear_pointer (&self->writer, _mcast_tx_writer_free);
  /* Requests keep the socket, so none is left; the last one may end in the pool's own thread. */
  if (self->pool != NULL)
    g_thread_pool_free (self->pool, FALSE, FALSE);
  /* A lock that was held when the parent forked cannot be cleared. */
  if (!_mcast_socket_core_is_inherited (&self->core))
    {
      _mcast_tx_ledger_free (self->ledger);
      g_mutex_clear (&self->send_lock);
    }
  _mcast_socket_core_clear (&self->core);

  G_OBJECT_CLASS (mcast_tx_socket_parent_class)->finalize (object);
}

static void
mcast_tx_socket_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  McastTxSocket *self = MCAST_TX_SOCKET (object);

  switch ((McastTxSocketProperty) id)
    {
    case PROP_GROUPS:
      g_value_take_boxed (value, mcast_tx_socket_get_groups (self));
      break;
    case PROP_PORT:
      g_value_set_uint (value, self->port);
      break;
    case PROP_INTERFACES:
      g_value_take_boxed (value, mcast_tx_socket_get_interfaces (self));
      break;
    case PROP_TTL:
      g_value_set_uint (value, mcast_tx_socket_get_ttl (self));
      break;
    case PROP_LOOPBACK:
      g_value_set_boolean (value, mcast_tx_socket_get_loopback (self));
      break;
    case PROP_DSCP:
      g_value_set_int (value, mcast_tx_socket_get_dscp (self));
      break;
    case PROP_SOURCE_ADDRESS:
      g_value_set_string (value, self->source_text);
      break;
    case PROP_SOURCE_PORT:
      g_value_set_uint (value, self->options.source_port);
      break;
    case PROP_SEND_BUFFER_SIZE:
      g_value_set_uint (value, self->options.send_buffer_size);
      break;
    case PROP_PACING_RATE:
      g_value_set_uint64 (value, mcast_tx_socket_get_pacing_rate (self));
      break;
    case PROP_WAIT_FOR_INTERFACES:
      g_value_set_boolean (value, self->wait_for_interfaces);
      break;
    case PROP_SOCKET:
      g_value_set_object (value, self->options.shared);
      break;
    case PROP_SOCKET_IPV6:
      g_value_set_object (value, self->options.shared_ipv6);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
set_changeable_property (McastTxSocket *self, McastTxSocketProperty id, const GValue *value)
{
  g_autoptr (GError) error = NULL;

  if (id == PROP_TTL && !self->core.was_opened)
    self->options.ttl = g_value_get_uint (value);
  else if (id == PROP_TTL)
    mcast_tx_socket_set_ttl (self, g_value_get_uint (value), &error);
  else if (id == PROP_LOOPBACK && !self->core.was_opened)
    self->options.loopback = g_value_get_boolean (value);
  else if (id == PROP_LOOPBACK)
    mcast_tx_socket_set_loopback (self, g_value_get_boolean (value), &error);
  else if (id == PROP_DSCP && !self->core.was_opened)
    self->options.dscp = g_value_get_int (value);
  else if (id == PROP_DSCP)
    mcast_tx_socket_set_dscp (self, g_value_get_int (value), &error);
  else if (id == PROP_PACING_RATE)
    mcast_tx_socket_set_pacing_rate (self, g_value_get_uint64 (value));

  if (error != NULL)
    _mcast_socket_core_report_unset (&self->core, error);
}

static void
mcast_tx_socket_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  McastTxSocket *self = MCAST_TX_SOCKET (object);

  switch ((McastTxSocketProperty) id)
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
    case PROP_SOURCE_ADDRESS:
      self->source_text = g_value_dup_string (value);
      break;
    case PROP_SOURCE_PORT:
      self->options.source_port = g_value_get_uint (value);
      break;
    case PROP_SEND_BUFFER_SIZE:
      self->options.send_buffer_size = g_value_get_uint (value);
      break;
    case PROP_WAIT_FOR_INTERFACES:
      self->wait_for_interfaces = g_value_get_boolean (value);
      break;
    case PROP_SOCKET:
      self->options.shared = g_value_dup_object (value);
      break;
    case PROP_SOCKET_IPV6:
      self->options.shared_ipv6 = g_value_dup_object (value);
      break;
    case PROP_TTL:
    case PROP_LOOPBACK:
    case PROP_DSCP:
    case PROP_PACING_RATE:
      set_changeable_property (self, (McastTxSocketProperty) id, value);
      if (!self->core.was_opened)
        g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

#define FIXED (G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS)

static void
install_destination_properties (void)
{
  /**
   * McastTxSocket:groups: (getter get_groups)
   *
   * The groups to send to, in the form described for [struct@Group], without sources. %NULL or an
   * empty array means no groups; see [method@TxSocket.send_to] and [method@TxSocket.add_group].
   *
   * Since: 0.1
   */
  properties[PROP_GROUPS] = g_param_spec_boxed ("groups", NULL, NULL, G_TYPE_STRV, FIXED);
  /**
   * McastTxSocket:port: (getter get_port)
   *
   * The UDP port of the groups that are written without a port, 1 to 65535, or 0 if all groups have
   * a port.
   *
   * Since: 0.1
   */
  properties[PROP_PORT] = g_param_spec_uint ("port", NULL, NULL, 0, G_MAXUINT, 0, FIXED);
  /**
   * McastTxSocket:interfaces: (getter get_interfaces)
   *
   * The interfaces to send on, as they were passed to the constructor or to
   * [method@TxSocket.add_interface]: names, indexes, addresses or `*`. `*` selects every interface
   * that is up, multicast-capable, not a loopback interface and not a port of a bridge, bond or
   * team, now and later. %NULL or an empty array selects the interface of the route to each group,
   * usually of the default route.
   *
   * Since: 0.1
   */
  properties[PROP_INTERFACES] = g_param_spec_boxed ("interfaces", NULL, NULL, G_TYPE_STRV, FIXED);
}

static void
install_opening_properties (void)
{
  /**
   * McastTxSocket:source-address:
   *
   * The numeric address to send from, or %NULL to use an address of the interface. While no
   * interface has the address, sending fails with %MCAST_ERROR_NO_ADDRESS. No other address
   * replaces it, since source-specific receivers would discard the datagrams.
   *
   * The address selects its interface if no other is selected. A link-local address can have a
   * zone, as in `fe80::1%eth0`, which selects the interface; selecting another one as well fails
   * with %MCAST_ERROR_NO_ADDRESS.
   *
   * Since: 0.1
   */
  properties[PROP_SOURCE_ADDRESS] = g_param_spec_string ("source-address", NULL, NULL, NULL, FIXED);
  /**
   * McastTxSocket:source-port:
   *
   * The UDP port to send from, 1 to 65535, or 0 to let the kernel choose one. A fixed port is
   * shared with receivers and senders that share it too, as those of this library do.
   *
   * Since: 0.1
   */
  properties[PROP_SOURCE_PORT] = g_param_spec_uint ("source-port", NULL, NULL, 0, G_MAXUINT, 0,
                                                    FIXED);
  /**
   * McastTxSocket:send-buffer-size:
   *
   * The number of bytes that can wait to be sent on each interface, without the kernel's
   * bookkeeping. 0 keeps the system's default. If the kernel grants less, opening the socket fails
   * with %MCAST_ERROR_BUFFER_LIMIT, and the message names the limit.
   *
   * Since: 0.1
   */
  properties[PROP_SEND_BUFFER_SIZE] = g_param_spec_uint ("send-buffer-size", NULL, NULL, 0,
                                                         G_MAXUINT, 0, FIXED);
  /**
   * McastTxSocket:wait-for-interfaces:
   *
   * Whether to wait for a named interface that does not exist or has no address yet. If %FALSE,
   * opening the socket fails. The socket always waits for an interface that disappears later.
   *
   * Since: 0.1
   */
  properties[PROP_WAIT_FOR_INTERFACES] = g_param_spec_boolean ("wait-for-interfaces", NULL, NULL,
                                                               FALSE, FIXED);
}

static void
install_sharing_properties (void)
{
  /**
   * McastTxSocket:socket:
   *
   * A UDP socket of the caller to send with, so that a sender and a receiver can share a port.
   * %NULL makes the sending socket open its own. It is used for the groups of its family. It still
   * belongs to the caller, and the sending socket never closes it. All interfaces share its send
   * buffer.
   *
   * Groups of the other family get a socket of their own. If there are only such groups, opening
   * fails with %MCAST_ERROR_FAMILY_MISMATCH, also with a socket for both families.
   *
   * Since: 0.1
   */
  properties[PROP_SOCKET] = g_param_spec_object ("socket", NULL, NULL, G_TYPE_SOCKET, FIXED);
  /**
   * McastTxSocket:socket-ipv6:
   *
   * A UDP socket of the caller for IPv6 groups, in addition to one for IPv4 groups in
   * [property@TxSocket:socket]; %NULL for none.
   *
   * Since: 0.1
   */
  properties[PROP_SOCKET_IPV6] = g_param_spec_object ("socket-ipv6", NULL, NULL, G_TYPE_SOCKET,
                                                      FIXED);
}

static void
install_changeable_properties (void)
{
  const GParamFlags always = G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_EXPLICIT_NOTIFY
                             | G_PARAM_STATIC_STRINGS;

  /**
   * McastTxSocket:ttl: (getter get_ttl) (setter set_ttl)
   *
   * The time to live of each datagram in hops, 0 to 255. With 0, a datagram never leaves the
   * machine; with 1, it stays on the link; with n, it crosses n-1 routers. This is the time to live
   * of IPv4 (RFC 1112 section 6.1) and the hop limit of IPv6 (RFC 8200). Setting it after closing
   * does nothing.
   *
   * Since: 0.1
   */
  properties[PROP_TTL] = g_param_spec_uint ("ttl", NULL, NULL, 0, G_MAXUINT, 1, always);
  /**
   * McastTxSocket:loopback: (getter get_loopback) (setter set_loopback)
   *
   * Whether receivers on this machine receive the datagrams, too. Setting it after closing does
   * nothing.
   *
   * Since: 0.1
   */
  properties[PROP_LOOPBACK] = g_param_spec_boolean ("loopback", NULL, NULL, TRUE, always);
  /**
   * McastTxSocket:dscp: (getter get_dscp) (setter set_dscp)
   *
   * The differentiated services code point of each datagram (RFC 2474), 0 to 63, or -1 for the
   * system's default. Setting it after closing does nothing.
   *
   * Since: 0.1
   */
  properties[PROP_DSCP] = g_param_spec_int ("dscp", NULL, NULL, G_MININT, G_MAXINT, -1, always);
  /**
   * McastTxSocket:pacing-rate: (getter get_pacing_rate) (setter set_pacing_rate)
   *
   * The maximum rate of payload on each path, in bits per second (0 = disabled). A call that sends
   * blocks as long as the rate requires. With 0, datagrams are sent as fast as the kernel accepts
   * them. Setting it after closing does nothing.
   *
   * Since: 0.1
   */
  properties[PROP_PACING_RATE] = g_param_spec_uint64 ("pacing-rate", NULL, NULL, 0, G_MAXUINT64, 0,
                                                      always);
}

static void
install_signals (void)
{
  /**
   * McastTxSocket::event:
   * @self: the socket
   * @event: the event
   *
   * Emitted when the state of a path changes after the socket was opened. Each path has events of
   * its own. The signal is emitted in the thread-default main context in which the socket was
   * created.
   *
   * Since: 0.2
   */
  signals.event = g_signal_new ("event", MCAST_TYPE_TX_SOCKET, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, MCAST_TYPE_EVENT);
}

static void
install_deprecated_signals (void)
{
  /**
   * McastTxSocket::interface-ready:
   * @self: the socket
   * @iface: the current state of the interface
   *
   * Emitted when sending on an interface becomes possible after construction, because the interface
   * appeared, returned, got an address or was added. The signal is emitted in the thread-default
   * main context in which the socket was created.
   *
   * Since: 0.1
   * Deprecated: 0.2: Use [signal@TxSocket::event], types `ready` and `recovered`
   */
  signals.interface_gained = g_signal_new ("interface-ready", MCAST_TYPE_TX_SOCKET,
                                           G_SIGNAL_RUN_LAST | G_SIGNAL_DEPRECATED, 0, NULL, NULL,
                                           NULL, G_TYPE_NONE, 1, MCAST_TYPE_INTERFACE);
  /**
   * McastTxSocket::interface-lost:
   * @self: the socket
   * @iface: the last known state of the interface
   *
   * Emitted when sending on an interface is no longer possible, because the interface disappeared,
   * lost its address or was removed. The signal is emitted in the thread-default main context in
   * which the socket was created.
   *
   * Since: 0.1
   * Deprecated: 0.2: Use [signal@TxSocket::event], type `lost`
   */
  signals.interface_lost = g_signal_new ("interface-lost", MCAST_TYPE_TX_SOCKET,
                                         G_SIGNAL_RUN_LAST | G_SIGNAL_DEPRECATED, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 1, MCAST_TYPE_INTERFACE);
}

static void
mcast_tx_socket_class_init (McastTxSocketClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = mcast_tx_socket_dispose;
  object_class->finalize = mcast_tx_socket_finalize;
  object_class->get_property = mcast_tx_socket_get_property;
  object_class->set_property = mcast_tx_socket_set_property;
  install_destination_properties ();
  install_opening_properties ();
  install_sharing_properties ();
  install_changeable_properties ();
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  install_signals ();
  install_deprecated_signals ();
}

static void
mcast_tx_socket_init (McastTxSocket *self)
{
  g_mutex_init (&self->send_lock);
  self->ledger = _mcast_tx_ledger_new ();
  _mcast_socket_core_init (&self->core, G_OBJECT (self), &layer, invoke_event_func, &signals);
}

/**
 * mcast_tx_socket_new:
 * @groups: (nullable) (array zero-terminated=1): the groups to send to, in the form described for
 *   [struct@Group], or %NULL for none
 * @port: the UDP port of the groups that are written without a port, 1 to 65535, or 0 if all groups
 *   have a port
 * @interfaces: (nullable) (array zero-terminated=1): names, indexes, addresses or `*`; %NULL
 *   selects the interface of the route to each group
 * @error: return location for an error
 *
 * Creates a socket that sends to @groups on @interfaces, with a time to live of 1 and loopback
 * enabled. This function does not block.
 *
 * Fails with %MCAST_ERROR_NOT_MULTICAST or %MCAST_ERROR_FAMILY_MISMATCH if a group is invalid,
 * %MCAST_ERROR_NO_SUCH_INTERFACE if an interface does not exist, %MCAST_ERROR_AMBIGUOUS_INTERFACE
 * if several interfaces have an address, %MCAST_ERROR_NO_ADDRESS if an interface has no address of
 * the family, %MCAST_ERROR_NO_ROUTE if no interface was named and no route selects one,
 * `G_IO_ERROR_INVALID_ARGUMENT` if a string or number is invalid, and other codes of
 * [error@Gio.IOErrorEnum] for errors of the kernel.
 *
 * Returns: (transfer full): the open socket
 * Since: 0.1
 */
McastTxSocket *
mcast_tx_socket_new (const char *const *groups, guint port, const char *const *interfaces,
                     GError **error)
{
  return g_initable_new (MCAST_TYPE_TX_SOCKET, NULL, error, "groups", groups, "port", port,
                         "interfaces", interfaces, NULL);
}

/**
 * mcast_tx_socket_new_with_options: (skip)
 * @groups: (nullable) (array zero-terminated=1): the groups to send to, in the form described for
 *   [struct@Group], or %NULL for none
 * @port: the UDP port of the groups that are written without a port, 1 to 65535, or 0 if all groups
 *   have a port
 * @interfaces: (nullable) (array zero-terminated=1): names, indexes, addresses or `*`; %NULL
 *   selects the interface of the route to each group
 * @options: the options; see [struct@TxOptions]
 * @error: return location for an error
 *
 * Creates a socket as [ctor@TxSocket.new] does, with options that the compiler checks. Other
 * languages construct the object with properties.
 *
 * Returns: (transfer full): the open socket
 * Since: 0.2
 */
McastTxSocket *
mcast_tx_socket_new_with_options (const char *const *groups, guint port,
                                  const char *const *interfaces, const McastTxOptions *options,
                                  GError **error)
{
  g_return_val_if_fail (options != NULL, NULL);

  return g_initable_new (MCAST_TYPE_TX_SOCKET, NULL, error, "groups", groups, "port", port,
                         "interfaces", interfaces, "ttl", options->ttl, "dscp", options->dscp,
                         "loopback", options->loopback, "wait-for-interfaces",
                         options->wait_for_interfaces, "source-address", options->source_address,
                         "source-port", options->source_port, "send-buffer-size",
                         options->send_buffer_size, "pacing-rate", options->pacing_rate, "socket",
                         options->socket, "socket-ipv6", options->socket_ipv6, NULL);
}

/* Duplicates the receiver's OS socket of a family; NULL without an error if it is not open. */
static gboolean
dup_of_family (McastRxSocket *receiver, GSocketFamily family, GSocket **socket, GError **error)
{
  g_autoptr (GError) failure = NULL;

  *socket = mcast_rx_socket_dup_socket (receiver, family, &failure);
  if (failure == NULL || g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/**
 * mcast_tx_socket_new_for_receiver:
 * @receiver: a receiving socket that has joined at least one group
 * @groups: (nullable) (array zero-terminated=1): the groups to send to, in the form described for
 *   [struct@Group], or %NULL for none
 * @interfaces: (nullable) (array zero-terminated=1): names, indexes, addresses or `*`; %NULL
 *   selects the interface of the route to each group
 * @error: return location for an error
 *
 * Creates a socket that sends from the port of @receiver, as RTCP requires. The port is also that
 * of the groups that are written without a port.
 *
 * The socket sends with the OS sockets that [method@RxSocket.dup_socket] returns now, and can only
 * send to groups of their families. It does not follow later changes of @receiver.
 *
 * Fails with `G_IO_ERROR_NOT_FOUND` if @receiver has joined no group, and as [ctor@TxSocket.new]
 * and [method@RxSocket.dup_socket] do.
 *
 * Returns: (transfer full): the open socket
 * Since: 0.2
 */
McastTxSocket *
mcast_tx_socket_new_for_receiver (McastRxSocket *receiver, const char *const *groups,
                                  const char *const *interfaces, GError **error)
{
  McastTxOptions options = MCAST_TX_OPTIONS_INIT;
  g_autoptr (GSocket) ipv4 = NULL;
  g_autoptr (GSocket) ipv6 = NULL;

  g_return_val_if_fail (MCAST_IS_RX_SOCKET (receiver), NULL);

  if (!dup_of_family (receiver, G_SOCKET_FAMILY_IPV4, &ipv4, error)
      || !dup_of_family (receiver, G_SOCKET_FAMILY_IPV6, &ipv6, error))
    return NULL;
  if (ipv4 == NULL && ipv6 == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           "The receiving socket has joined no group, so its port is not open yet");
      return NULL;
    }
  options.socket = ipv4 != NULL ? ipv4 : ipv6;
  options.socket_ipv6 = ipv4 != NULL ? ipv6 : NULL;
  return mcast_tx_socket_new_with_options (groups, mcast_rx_socket_get_port (receiver), interfaces,
                                           &options, error);
}

static McastGroup *
make_destination (const McastAddress *address, guint16 port, GError **error)
{
  McastAddress bare = *address;
  g_autofree char *text = NULL;
  g_autofree char *scope = NULL;
  g_autofree char *group = NULL;

  bare.scope_id = 0;
  text = _mcast_address_to_string (&bare);
  scope = address->scope_id != 0 ? g_strdup_printf ("%%%u", address->scope_id) : g_strdup ("");
  group = address->family == AF_INET6 ? g_strdup_printf ("[%s%s]:%u", text, scope, port)
                                      : g_strdup_printf ("%s:%u", text, port);
  return mcast_group_parse (group, error);
}

static gboolean
read_destination (GSocketAddress *destination, McastAddress *address, guint16 *port, GError **error)
{
  struct sockaddr_storage storage;
  gssize size = g_socket_address_get_native_size (destination);
  g_autofree char *text = NULL;

  if (!G_IS_INET_SOCKET_ADDRESS (destination) || size < 0 || (gsize) size > sizeof storage
      || !g_socket_address_to_native (destination, &storage, sizeof storage, error)
      || !_mcast_address_from_sockaddr ((struct sockaddr *) &storage, size, address, port))
    {
      if (error == NULL || *error == NULL)
        {
          text = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (destination));
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       "Destination %s is not an IPv4 or IPv6 address with a port", text);
        }
      return FALSE;
    }

  text = _mcast_address_to_string (address);
  if (!_mcast_address_is_multicast (address))
    g_set_error (error, MCAST_ERROR, MCAST_ERROR_NOT_MULTICAST,
                 "Destination %s is not a multicast group", text);
  else if (*port == 0)
    g_set_error (error, MCAST_ERROR, MCAST_ERROR_NO_PORT,
                 "Destination %s has no port; use 1 to 65535", text);
  else
    return TRUE;
  return FALSE;
}

/* Finds the paths to a destination, which a socket without groups adds. Called with the lock. */
static GPtrArray *
find_paths (McastTxSocket *self, const McastAddress *address, guint16 port, GError **error)
{
  McastAddress group = *address;
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (McastGroup) destination = NULL;

  group.scope_id = 0;
  paths = _mcast_tx_paths_get_to (self->paths, &group, port, address->scope_id);
  if (paths->len > 0)
    return g_steal_pointer (&paths);

  destination = make_destination (address, port, error);
  if (destination == NULL || !_mcast_tx_paths_check_ad_hoc (self->paths, destination, error)
      || !_mcast_socket_core_add_ad_hoc (&self->core, destination, MAX_AD_HOC, error))
    return NULL;
  g_ptr_array_unref (paths);
  paths = _mcast_tx_paths_get_to (self->paths, &group, port, address->scope_id);
  if (paths->len > 0)
    return g_steal_pointer (&paths);
  g_set_error (error, MCAST_ERROR, MCAST_ERROR_NOT_A_DESTINATION,
               "The socket does not send on the interface with the index %u; add the interface",
               address->scope_id);
  return NULL;
}

/* How long a call may wait, and what ends it early. */
typedef struct
{
  /* As in McastTxWriterJob. */
  gint64 deadline;
  GCancellable *cancellable;
} Wait;

static gint
send_on (McastTxSocket *self, GPtrArray *paths, const McastTxMessage *messages, guint n_messages,
         const Wait *wait, GError **error)
{
  const McastTxWriterJob job = { paths, &self->pacer, wait->deadline, wait->cancellable };

  return _mcast_tx_writer_write (self->writer, &job, messages, n_messages, error);
}

/* Returns the paths of a call, as they are now: the lock is not held while it sends. */
static GPtrArray *
snapshot_paths (McastTxSocket *self, GSocketAddress *destination, GError **error)
{
  McastAddress address;
  GPtrArray *paths;
  guint16 port;

  if (destination != NULL && !read_destination (destination, &address, &port, error))
    return NULL;
  if (!_mcast_socket_core_lock (&self->core, error))
    return NULL;
  paths = destination != NULL ? find_paths (self, &address, port, error)
                              : _mcast_tx_paths_get_regular (self->paths);
  self->pacer.rate = self->pacing_rate;
  _mcast_socket_core_unlock (&self->core);
  return paths;
}

/* Sends messages of one destination. */
static gint
send_part (McastTxSocket *self, const McastTxMessage *messages, guint n_messages, const Wait *wait,
           GError **error)
{
  g_autoptr (GPtrArray) paths = snapshot_paths (self, messages->destination, error);

  return paths != NULL ? send_on (self, paths, messages, n_messages, wait, error) : -1;
}

static guint
count_same_destination (const McastTxMessage *messages, guint n_messages)
{
  guint n = 1;

  while (n < n_messages && messages[n].destination == messages->destination)
    n++;
  return n;
}

/* Checks whether a failure concerns one destination only. */
static gboolean
may_continue_after (const GError *error)
{
  return !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED)
         && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED)
         && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
         && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)
         && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

/* Sends a batch, in parts of one destination each. Returns how many messages are done with; -1 with
 * the first failure if no path accepted any. */
static gint
send_parts (McastTxSocket *self, const McastTxMessage *messages, guint n_messages, const Wait *wait,
            GError **error)
{
  g_autoptr (GError) first_failure = NULL;
  gboolean any_sent = FALSE;
  guint n_done = 0;

  while (n_done < n_messages)
    {
      guint n = count_same_destination (messages + n_done, n_messages - n_done);
      g_autoptr (GError) failure = NULL;
      gint n_sent = send_part (self, messages + n_done, n, wait, &failure);

      any_sent = any_sent || n_sent > 0;
      if (failure != NULL && first_failure == NULL)
        first_failure = g_error_copy (failure);
      if (failure != NULL && !may_continue_after (failure))
        break;
      n_done += n_sent >= 0 ? (guint) n_sent : n;
      if (n_sent >= 0 && (guint) n_sent < n)
        break;
    }
  if (any_sent)
    return (gint) n_done;
  g_propagate_error (error, g_steal_pointer (&first_failure));
  return -1;
}

static gint
send_messages (McastTxSocket *self, const McastTxMessage *messages, guint n_messages,
               const Wait *wait, GError **error)
{
  gboolean is_one_part = count_same_destination (messages, n_messages) == n_messages;
  gint n_sent;

  g_mutex_lock (&self->send_lock);
  if (is_one_part)
    n_sent = send_part (self, messages, n_messages, wait, error);
  else
    n_sent = send_parts (self, messages, n_messages, wait, error);
  g_mutex_unlock (&self->send_lock);

  /* A destination can add a path. */
  if (!is_one_part || messages->destination != NULL)
    _mcast_socket_core_deliver (&self->core);
  return n_sent;
}

static gboolean
send_data (McastTxSocket *self, GSocketAddress *destination, gconstpointer data, gsize size,
           const Wait *wait, GError **error)
{
  const GOutputVector vector = { data, size };
  const McastTxMessage message = { .vectors = &vector, .n_vectors = 1, .destination = destination };

  return send_messages (self, &message, 1, wait, error) > 0;
}

static gboolean
send_payload (McastTxSocket *self, GSocketAddress *destination, GBytes *payload, const Wait *wait,
              GError **error)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (payload, &size);

  return send_data (self, destination, data, size, wait, error);
}

/* Returns a deadline of McastTxWriterJob. */
static gint64
deadline_after (gint64 timeout_us)
{
  gint64 now = g_get_monotonic_time ();

  if (timeout_us == 0)
    return -1;
  return timeout_us < 0 || timeout_us > G_MAXINT64 - now ? 0 : now + timeout_us;
}

/**
 * mcast_tx_socket_send:
 * @self: a sending socket
 * @payload: the payload, 0 to 65507 bytes over IPv4, 0 to 65527 bytes over IPv6
 * @cancellable: (nullable): a cancellable that ends the wait from any thread
 * @error: return location for an error
 *
 * Sends one datagram to every group on every interface. Blocks the calling thread while the send
 * buffer is full, and as long as [property@TxSocket:pacing-rate] requires.
 *
 * Each interface has a send buffer of its own. If another path has accepted the datagram, the call
 * waits for a full buffer for at most 20 milliseconds. After that, the path refuses the datagram
 * (`EAGAIN`), and calls do not wait for the interface again before a large part of the buffer is
 * free.
 *
 * Succeeds if at least one path accepted the datagram; refusals by other paths are counted.
 * Otherwise fails with %MCAST_ERROR_INTERFACE_NOT_READY, %MCAST_ERROR_NO_ADDRESS or
 * %MCAST_ERROR_NO_ROUTE while an interface is not ready, %MCAST_ERROR_NO_GROUPS if the socket has
 * no groups, `G_IO_ERROR_MESSAGE_TOO_LARGE`, %MCAST_ERROR_QUEUE_FULL, `G_IO_ERROR_CANCELLED`,
 * `G_IO_ERROR_CLOSED`, and other codes of [error@Gio.IOErrorEnum] for errors of the kernel.
 *
 * Returns: %TRUE on success
 * Since: 0.1
 */
gboolean
mcast_tx_socket_send (McastTxSocket *self, GBytes *payload, GCancellable *cancellable,
                      GError **error)
{
  const Wait wait = { 0, cancellable };

  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), FALSE);
  g_return_val_if_fail (payload != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  return send_payload (self, NULL, payload, &wait, error);
}

/**
 * mcast_tx_socket_send_data:
 * @self: a sending socket
 * @data: (array length=size) (element-type guint8): the payload
 * @size: the size of @data in bytes, 0 to 65507 over IPv4, 0 to 65527 over IPv6
 * @cancellable: (nullable): a cancellable that ends the wait from any thread
 * @error: return location for an error
 *
 * Sends one datagram to every group on every interface, as [method@TxSocket.send] does.
 *
 * Returns: %TRUE on success
 * Since: 0.2
 */
gboolean
mcast_tx_socket_send_data (McastTxSocket *self, gconstpointer data, gsize size,
                           GCancellable *cancellable, GError **error)
{
  const Wait wait = { 0, cancellable };

  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), FALSE);
  g_return_val_if_fail (data != NULL || size == 0, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  return send_data (self, NULL, data, size, &wait, error);
}

/**
 * mcast_tx_socket_send_with_timeout:
 * @self: a sending socket
 * @payload: the payload, 0 to 65507 bytes over IPv4, 0 to 65527 bytes over IPv6
 * @timeout_us: the time to wait in microseconds; -1 to wait forever, 0 not to wait
 * @cancellable: (nullable): a cancellable that ends the wait from any thread
 * @error: return location for an error
 *
 * Sends one datagram as [method@TxSocket.send] does, but waits only for a limited time for room in
 * the send buffer and for [property@TxSocket:pacing-rate]. Another call in progress delays this one
 * as well, which the limit does not include.
 *
 * Fails with `G_IO_ERROR_TIMED_OUT` after the timeout, with `G_IO_ERROR_WOULD_BLOCK` if @timeout_us
 * is 0 and the datagram cannot be sent at once, with `G_IO_ERROR_INVALID_ARGUMENT` if it is less
 * than -1, and as [method@TxSocket.send] does.
 *
 * Returns: %TRUE on success
 * Since: 0.2
 */
gboolean
mcast_tx_socket_send_with_timeout (McastTxSocket *self, GBytes *payload, gint64 timeout_us,
                                   GCancellable *cancellable, GError **error)
{
  const Wait wait = { deadline_after (timeout_us), cancellable };

  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), FALSE);
  g_return_val_if_fail (payload != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  return _mcast_socket_core_check_timeout (timeout_us, error)
         && send_payload (self, NULL, payload, &wait, error);
}

/**
 * mcast_tx_socket_send_to:
 * @self: a sending socket
 * @destination: a [class@Gio.InetSocketAddress] with a multicast address and a port. An IPv6 scope
 *   ID is the index of the only interface to send on
 * @payload: the payload, 0 to 65507 bytes over IPv4, 0 to 65527 bytes over IPv6
 * @cancellable: (nullable): a cancellable that ends the wait from any thread
 * @error: return location for an error
 *
 * Sends one datagram to one group on every interface. @destination must be one of the socket's
 * groups, unless the socket was created without groups. Such a socket remembers the last 256
 * destinations; sending to an older one takes longer, as the first datagram to a destination does.
 *
 * Blocks as [method@TxSocket.send] does. Fails with %MCAST_ERROR_NOT_MULTICAST,
 * %MCAST_ERROR_NOT_A_DESTINATION, %MCAST_ERROR_NO_PORT, and as [method@TxSocket.send] does.
 *
 * Returns: %TRUE on success
 * Since: 0.1
 */
gboolean
mcast_tx_socket_send_to (McastTxSocket *self, GSocketAddress *destination, GBytes *payload,
                         GCancellable *cancellable, GError **error)
{
  const Wait wait = { 0, cancellable };

  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), FALSE);
  g_return_val_if_fail (G_IS_SOCKET_ADDRESS (destination), FALSE);
  g_return_val_if_fail (payload != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  return send_payload (self, destination, payload, &wait, error);
}

/**
 * mcast_tx_socket_send_to_with_timeout:
 * @self: a sending socket
 * @destination: the destination, as for [method@TxSocket.send_to]
 * @payload: the payload, 0 to 65507 bytes over IPv4, 0 to 65527 bytes over IPv6
 * @timeout_us: the time to wait in microseconds; -1 to wait forever, 0 not to wait
 * @cancellable: (nullable): a cancellable that ends the wait from any thread
 * @error: return location for an error
 *
 * Sends one datagram to one group on every interface, as [method@TxSocket.send_to] does, but waits
 * only for a limited time, as [method@TxSocket.send_with_timeout] does.
 *
 * Fails with `G_IO_ERROR_TIMED_OUT` after the timeout, with `G_IO_ERROR_WOULD_BLOCK` if @timeout_us
 * is 0 and the datagram cannot be sent at once, with `G_IO_ERROR_INVALID_ARGUMENT` if it is less
 * than -1, and as [method@TxSocket.send_to] does.
 *
 * Returns: %TRUE on success
 * Since: 0.2
 */
gboolean
mcast_tx_socket_send_to_with_timeout (McastTxSocket *self, GSocketAddress *destination,
                                      GBytes *payload, gint64 timeout_us, GCancellable *cancellable,
                                      GError **error)
{
  const Wait wait = { deadline_after (timeout_us), cancellable };

  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), FALSE);
  g_return_val_if_fail (G_IS_SOCKET_ADDRESS (destination), FALSE);
  g_return_val_if_fail (payload != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  return _mcast_socket_core_check_timeout (timeout_us, error)
         && send_payload (self, destination, payload, &wait, error);
}

static gboolean
check_message (const McastTxMessage *message, GError **error)
{
  if (message->segment_size > MCAST_MAX_PAYLOAD)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                 "Datagram of %u bytes is too large: UDP carries at most %d bytes",
                 message->segment_size, MCAST_MAX_PAYLOAD);
  else if (message->flags != 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "Flags 0x%x of a message are unknown: use 0", message->flags);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_destination (GSocketAddress *destination, GError **error)
{
  McastAddress address;
  guint16 port;

  return destination == NULL || read_destination (destination, &address, &port, error);
}

/* Checks each destination once where consecutive messages share it. */
static gboolean
check_messages (const McastTxMessage *messages, guint n_messages, GError **error)
{
  GSocketAddress *last = NULL;

  for (guint i = 0; i < n_messages; i++)
    {
      if (!check_message (&messages[i], error)
          || (messages[i].destination != last
              && !check_destination (messages[i].destination, error)))
        return FALSE;
      last = messages[i].destination;
    }
  return TRUE;
}

/**
 * mcast_tx_socket_send_messages: (skip)
 * @self: a sending socket
 * @messages: (array length=n_messages): the messages to send; see [struct@TxMessage]
 * @n_messages: the number of messages, 1 or more
 * @cancellable: (nullable): a cancellable that ends the wait from any thread
 * @error: return location for an error
 *
 * Sends messages in order, each to every group on every interface or to its destination, in few
 * system calls and without copying a payload. Where it can, the kernel splits runs of datagrams of
 * one size (`UDP_SEGMENT`).
 * Blocks as [method@TxSocket.send] does.
 *
 * Succeeds if at least one path accepted at least one message, and otherwise fails as
 * [method@TxSocket.send] does. A message that a path does not accept is counted as refused and not
 * sent again. If the destination of any message is invalid, nothing is sent, and the call fails as
 * [method@TxSocket.send_to] does.
 *
 * If the call is cancelled or the socket is closed after part of the messages, the call returns the
 * number of completed messages. The others were not sent: to lose nothing, continue with the
 * message at that index. A message that was sent on some paths only is completed as well; the other
 * paths count it as refused (`ECANCELED`).
 *
 * Returns: the number of completed messages, from the first one: @n_messages unless the call was
 *   cancelled or the socket closed; -1 if no path accepted any message
 * Since: 0.1
 */
gint
mcast_tx_socket_send_messages (McastTxSocket *self, const McastTxMessage *messages,
                               guint n_messages, GCancellable *cancellable, GError **error)
{
  const Wait wait = { 0, cancellable };

  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), -1);
  g_return_val_if_fail (messages != NULL && n_messages > 0, -1);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), -1);

  if (!check_messages (messages, n_messages, error))
    return -1;
  return send_messages (self, messages, n_messages, &wait, error);
}

static gboolean
check_sizes (gsize size, const guint *sizes, gsize n_sizes, GError **error)
{
  gsize sum = 0;

  for (gsize i = 0; i < n_sizes; i++)
    sum += sizes[i];
  if (sum == size && n_sizes <= G_MAXINT)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "%" G_GSIZE_FORMAT " sizes with a sum of %" G_GSIZE_FORMAT
               " bytes do not match payloads of %" G_GSIZE_FORMAT " bytes",
               n_sizes, sum, size);
  return FALSE;
}

/**
 * mcast_tx_socket_send_payloads:
 * @self: a sending socket
 * @payloads: the concatenated payloads
 * @sizes: (array length=n_sizes): the size of each datagram in bytes, in the order of the payloads
 * @n_sizes: the number of datagrams, 1 or more
 * @cancellable: (nullable): a cancellable that ends the wait from any thread
 * @error: return location for an error
 *
 * Sends a batch of datagrams to every group on every interface, as
 * [method@TxSocket.send_messages] does. It is the counterpart of
 * [method@RxSocket.receive_payloads], whose result can be passed on as it is.
 *
 * Fails with `G_IO_ERROR_INVALID_ARGUMENT` if the sum of @sizes is not the size of @payloads, and
 * as [method@TxSocket.send] does.
 *
 * Returns: the number of completed datagrams, from the first one: @n_sizes unless the call was
 *   cancelled or the socket closed; -1 if no path accepted any datagram
 * Since: 0.2
 */
gint
mcast_tx_socket_send_payloads (McastTxSocket *self, GBytes *payloads, const guint *sizes,
                               gsize n_sizes, GCancellable *cancellable, GError **error)
{
  const Wait wait = { 0, cancellable };
  g_autofree GOutputVector *vectors = NULL;
  g_autofree McastTxMessage *messages = NULL;
  const char *data;
  gsize size;

  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), -1);
  g_return_val_if_fail (payloads != NULL, -1);
  g_return_val_if_fail (sizes != NULL && n_sizes > 0, -1);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), -1);

  data = g_bytes_get_data (payloads, &size);
  if (!check_sizes (size, sizes, n_sizes, error))
    return -1;
  vectors = g_new (GOutputVector, n_sizes);
  messages = g_new0 (McastTxMessage, n_sizes);
  for (gsize i = 0; i < n_sizes; i++)
    {
      vectors[i] = (GOutputVector) { data, sizes[i] };
      messages[i] = (McastTxMessage) { .vectors = &vectors[i], .n_vectors = 1 };
      data += sizes[i];
    }
  return send_messages (self, messages, (guint) n_sizes, &wait, error);
}

static void
send_in_thread (gpointer data, gpointer user_data)
{
  g_autoptr (GTask) task = data;
  const Wait wait = { 0, g_task_get_cancellable (task) };
  GError *error = NULL;

  if (send_payload (g_task_get_source_object (task), NULL, g_task_get_task_data (task), &wait,
                    &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Makes one thread at a time send, so that datagrams leave in the order of the requests. */
static void
push_request (McastTxSocket *self, GTask *task)
{
  g_mutex_lock (&self->core.lock);
  if (self->pool == NULL)
    self->pool = g_thread_pool_new (send_in_thread, NULL, 1, FALSE, NULL);
  g_thread_pool_push (self->pool, g_object_ref (task), NULL);
  _mcast_socket_core_unlock (&self->core);
}

/**
 * mcast_tx_socket_send_async:
 * @self: a sending socket
 * @payload: the payload, 0 to 65507 bytes over IPv4, 0 to 65527 bytes over IPv6
 * @io_priority: the priority of the request, usually `G_PRIORITY_DEFAULT`
 * @cancellable: (nullable): a cancellable that ends the wait
 * @callback: (scope async): the function to call when the datagram was sent or the request failed
 * @user_data: the data to pass to @callback
 *
 * Sends one datagram to every group on every interface, in another thread, so that neither a full
 * send buffer nor [property@TxSocket:pacing-rate] blocks the caller. Datagrams are sent in the
 * order of the requests.
 *
 * @callback is called in the thread-default main context of the caller, and gets the result from
 * [method@TxSocket.send_finish].
 *
 * Since: 0.2
 */
void
mcast_tx_socket_send_async (McastTxSocket *self, GBytes *payload, int io_priority,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (MCAST_IS_TX_SOCKET (self));
  g_return_if_fail (payload != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mcast_tx_socket_send_async);
  g_task_set_priority (task, io_priority);
  /* A datagram that was sent is reported as sent. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_bytes_ref (payload), (GDestroyNotify) g_bytes_unref);
  push_request (self, task);
}

/**
 * mcast_tx_socket_send_finish:
 * @self: a sending socket
 * @result: the result that was passed to the callback
 * @error: return location for an error
 *
 * Finishes a request that [method@TxSocket.send_async] started. Fails as [method@TxSocket.send]
 * does.
 *
 * Returns: %TRUE on success
 * Since: 0.2
 */
gboolean
mcast_tx_socket_send_finish (McastTxSocket *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Under the lock. Returns whether any path is ready. */
static gboolean
watch_paths (McastTxSocket *self, GSource *source)
{
  g_autoptr (GPtrArray) paths = _mcast_tx_paths_get (self->paths);
  g_autoptr (GHashTable) watched = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < paths->len; i++)
    {
      const McastTxPath *path = paths->pdata[i];

      if (path->obstacle == MCAST_TX_OBSTACLE_NONE && path->endpoint != NULL
          && g_hash_table_add (watched, path->endpoint))
        _mcast_socket_source_watch (source, _mcast_tx_endpoint_get_fd (path->endpoint), G_IO_OUT,
                                    _mcast_tx_endpoint_ref (path->endpoint),
                                    (GDestroyNotify) _mcast_tx_endpoint_unref);
    }
  return g_hash_table_size (watched) > 0;
}

/**
 * mcast_tx_socket_create_source:
 * @self: a sending socket
 * @cancellable: (nullable): a cancellable that dispatches the source when it is cancelled
 *
 * Creates a source for a main loop. The source is dispatched repeatedly while there is room in the
 * send buffer, and when @cancellable is cancelled. Create it after
 * [method@TxSocket.send_with_timeout] failed with `G_IO_ERROR_WOULD_BLOCK`.
 *
 * The callback is a [callback@GLib.SourceFunc]. The source does not wait for
 * [property@TxSocket:pacing-rate]; for a socket with that property, use
 * [method@TxSocket.send_async].
 *
 * Returns: (transfer full): the source, which is not attached to a context yet
 * Since: 0.2
 */
GSource *
mcast_tx_socket_create_source (McastTxSocket *self, GCancellable *cancellable)
{
  GSource *source;
  gboolean watches = FALSE;

  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  source = _mcast_socket_source_new (G_OBJECT (self), cancellable);
  if (_mcast_socket_core_lock (&self->core, NULL))
    {
      watches = watch_paths (self, source);
      _mcast_socket_core_unlock (&self->core);
    }
  /* The next call fails with the reason. */
  if (!watches)
    g_source_set_ready_time (source, 0);
  return source;
}

/**
 * mcast_tx_socket_add_group:
 * @self: a sending socket
 * @group: a group, in the form described for [struct@Group]
 * @error: return location for an error
 *
 * Adds a group to send to. Fails with `G_IO_ERROR_EXISTS`, `G_IO_ERROR_CLOSED`, and as
 * [ctor@TxSocket.new] does. On failure, nothing has changed.
 *
 * Returns: %TRUE on success
 * Since: 0.1
 */
gboolean
mcast_tx_socket_add_group (McastTxSocket *self, const char *group, GError **error)
{
  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), FALSE);
  g_return_val_if_fail (group != NULL, FALSE);

  return _mcast_socket_core_add_group_text (&self->core, group, error);
}

/**
 * mcast_tx_socket_remove_group:
 * @self: a sending socket
 * @group: a group that was added
 * @error: return location for an error
 *
 * Stops sending to a group. Fails with `G_IO_ERROR_NOT_FOUND` if @group is not one of the
 * socket's groups, with `G_IO_ERROR_CLOSED`, and as [func@Group.parse] does.
 *
 * Returns: %TRUE on success
 * Since: 0.1
 */
gboolean
mcast_tx_socket_remove_group (McastTxSocket *self, const char *group, GError **error)
{
  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), FALSE);
  g_return_val_if_fail (group != NULL, FALSE);

  return _mcast_socket_core_remove_group_text (&self->core, group, error);
}

/**
 * mcast_tx_socket_add_destination:
 * @self: a sending socket
 * @group: a group
 * @error: return location for an error
 *
 * Adds a group to send to, as [method@TxSocket.add_group] does.
 *
 * Fails with `G_IO_ERROR_EXISTS`, and otherwise as that function does.
 *
 * Returns: %TRUE on success
 * Since: 0.2
 */
gboolean
mcast_tx_socket_add_destination (McastTxSocket *self, McastGroup *group, GError **error)
{
  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), FALSE);
  g_return_val_if_fail (group != NULL, FALSE);

  return _mcast_socket_core_add_group (&self->core, group, error);
}

/**
 * mcast_tx_socket_remove_destination:
 * @self: a sending socket
 * @group: a group
 * @error: return location for an error
 *
 * Stops sending to a group, as [method@TxSocket.remove_group] does.
 *
 * Fails with `G_IO_ERROR_NOT_FOUND`, and otherwise as that function does.
 *
 * Returns: %TRUE on success
 * Since: 0.2
 */
gboolean
mcast_tx_socket_remove_destination (McastTxSocket *self, McastGroup *group, GError **error)
{
  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), FALSE);
  g_return_val_if_fail (group != NULL, FALSE);

  return _mcast_socket_core_remove_group (&self->core, group, error);
}

/**
 * mcast_tx_socket_add_interface:
 * @self: a sending socket
 * @iface: a name, index, address or `*`
 * @error: return location for an error
 *
 * Adds an interface to send on. If the routes selected the interface until now, @iface replaces
 * their selection. Fails with `G_IO_ERROR_EXISTS`, `G_IO_ERROR_CLOSED`, and as
 * [ctor@TxSocket.new] does. On failure, nothing has changed.
 *
 * Returns: %TRUE on success
 * Since: 0.1
 */
gboolean
mcast_tx_socket_add_interface (McastTxSocket *self, const char *iface, GError **error)
{
  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), FALSE);
  g_return_val_if_fail (iface != NULL, FALSE);

  return _mcast_socket_core_add_interface (&self->core, iface, error);
}

/**
 * mcast_tx_socket_remove_interface:
 * @self: a sending socket
 * @iface: an interface, as it was added
 * @error: return location for an error
 *
 * Stops sending on an interface. After the last interface is removed, the routes select the
 * interface again. Fails with `G_IO_ERROR_NOT_FOUND` if @iface is not one of the socket's
 * interfaces, and with `G_IO_ERROR_CLOSED`.
 *
 * Returns: %TRUE on success
 * Since: 0.1
 */
gboolean
mcast_tx_socket_remove_interface (McastTxSocket *self, const char *iface, GError **error)
{
  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), FALSE);
  g_return_val_if_fail (iface != NULL, FALSE);

  return _mcast_socket_core_remove_interface (&self->core, iface, error);
}

/**
 * mcast_tx_socket_set_ttl: (set-property ttl)
 * @self: a sending socket
 * @ttl: the time to live in hops, 0 to 255
 * @error: return location for an error
 *
 * Sets the time to live of the datagrams that are sent from now on. Fails with
 * `G_IO_ERROR_INVALID_ARGUMENT` if @ttl is out of range, and with `G_IO_ERROR_CLOSED`.
 *
 * Returns: %TRUE on success
 * Since: 0.1
 */
gboolean
mcast_tx_socket_set_ttl (McastTxSocket *self, guint ttl, GError **error)
{
  gboolean changed;
  gboolean set;

  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), FALSE);

  if (!check_ttl (ttl, error))
    return FALSE;
  if (!_mcast_socket_core_lock (&self->core, error))
    return FALSE;
  /* Join before TTL 0, leave after it. */
  set = (ttl != 0 || _mcast_tx_paths_contain (self->paths, ttl, error))
        && _mcast_tx_endpoints_set_ttl (self->endpoints, ttl, error);
  if (set && ttl != 0)
    _mcast_tx_paths_contain (self->paths, ttl, NULL);
  changed = set && self->options.ttl != ttl;
  if (set)
    self->options.ttl = ttl;
  _mcast_socket_core_unlock (&self->core);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TTL]);
  return set;
}

/**
 * mcast_tx_socket_get_ttl: (get-property ttl)
 * @self: a sending socket
 *
 * Gets the time to live of the datagrams that are sent.
 *
 * Returns: the time to live in hops, 0 to 255
 * Since: 0.1
 */
guint
mcast_tx_socket_get_ttl (McastTxSocket *self)
{
  guint ttl;

  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), 0);

  g_mutex_lock (&self->core.lock);
  ttl = self->options.ttl;
  _mcast_socket_core_unlock (&self->core);
  return ttl;
}

/**
 * mcast_tx_socket_set_loopback: (set-property loopback)
 * @self: a sending socket
 * @loopback: whether receivers on this machine receive the datagrams, too
 * @error: return location for an error
 *
 * Sets whether receivers on this machine receive the datagrams that are sent from now on. Fails
 * with `G_IO_ERROR_CLOSED`.
 *
 * Returns: %TRUE on success
 * Since: 0.1
 */
gboolean
mcast_tx_socket_set_loopback (McastTxSocket *self, gboolean loopback, GError **error)
{
  gboolean changed;
  gboolean set;

  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), FALSE);

  if (!_mcast_socket_core_lock (&self->core, error))
    return FALSE;
  set = _mcast_tx_endpoints_set_loopback (self->endpoints, loopback, error);
  changed = set && !self->options.loopback != !loopback;
  if (set)
    self->options.loopback = loopback;
  _mcast_socket_core_unlock (&self->core);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOOPBACK]);
  return set;
}

/**
 * mcast_tx_socket_get_loopback: (get-property loopback)
 * @self: a sending socket
 *
 * Gets whether receivers on this machine receive the datagrams, too.
 *
 * Returns: %TRUE if loopback is enabled
 * Since: 0.1
 */
gboolean
mcast_tx_socket_get_loopback (McastTxSocket *self)
{
  gboolean loopback;

  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), FALSE);

  g_mutex_lock (&self->core.lock);
  loopback = self->options.loopback;
  _mcast_socket_core_unlock (&self->core);
  return loopback;
}

/**
 * mcast_tx_socket_set_dscp: (set-property dscp)
 * @self: a sending socket
 * @dscp: the code point, 0 to 63, or -1 for the system's default
 * @error: return location for an error
 *
 * Sets the differentiated services code point of the datagrams that are sent from now on. Fails
 * with `G_IO_ERROR_INVALID_ARGUMENT` if @dscp is out of range, and with `G_IO_ERROR_CLOSED`.
 *
 * Returns: %TRUE on success
 * Since: 0.1
 */
gboolean
mcast_tx_socket_set_dscp (McastTxSocket *self, int dscp, GError **error)
{
  gboolean changed;
  gboolean set;

  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), FALSE);

  if (!check_dscp (dscp, error))
    return FALSE;
  if (!_mcast_socket_core_lock (&self->core, error))
    return FALSE;
  set = _mcast_tx_endpoints_set_dscp (self->endpoints, dscp, error);
  changed = set && self->options.dscp != dscp;
  if (set)
    self->options.dscp = dscp;
  _mcast_socket_core_unlock (&self->core);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DSCP]);
  return set;
}

/**
 * mcast_tx_socket_get_dscp: (get-property dscp)
 * @self: a sending socket
 *
 * Gets the differentiated services code point of the datagrams that are sent.
 *
 * Returns: the code point, 0 to 63, or -1 for the system's default
 * Since: 0.1
 */
int
mcast_tx_socket_get_dscp (McastTxSocket *self)
{
  int dscp;

  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), -1);

  g_mutex_lock (&self->core.lock);
  dscp = self->options.dscp;
  _mcast_socket_core_unlock (&self->core);
  return dscp;
}

/**
 * mcast_tx_socket_set_pacing_rate: (set-property pacing-rate)
 * @self: a sending socket
 * @pacing_rate: the maximum rate of payload on each path, in bits per second (0 = disabled)
 *
 * Sets the maximum rate for later calls that send. Setting it after closing does nothing.
 *
 * Since: 0.1
 */
void
mcast_tx_socket_set_pacing_rate (McastTxSocket *self, guint64 pacing_rate)
{
  gboolean changed;

  g_return_if_fail (MCAST_IS_TX_SOCKET (self));

  if (!_mcast_socket_core_lock_setting (&self->core, NULL))
    return;
  changed = self->pacing_rate != pacing_rate;
  self->pacing_rate = pacing_rate;
  _mcast_socket_core_unlock (&self->core);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PACING_RATE]);
}

/**
 * mcast_tx_socket_get_pacing_rate: (get-property pacing-rate)
 * @self: a sending socket
 *
 * Gets the maximum rate of payload on each path.
 *
 * Returns: the rate in bits per second (0 = disabled)
 * Since: 0.1
 */
guint64
mcast_tx_socket_get_pacing_rate (McastTxSocket *self)
{
  guint64 pacing_rate;

  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), 0);

  g_mutex_lock (&self->core.lock);
  pacing_rate = self->pacing_rate;
  _mcast_socket_core_unlock (&self->core);
  return pacing_rate;
}

/**
 * mcast_tx_socket_set_event_callback: (skip)
 * @self: a sending socket
 * @func: (nullable): the function to call for each event, or %NULL for none
 * @user_data: the data to pass to @func
 * @destroy: (nullable): the function to call with @user_data when it is no longer needed
 *
 * Sets a function that is called immediately, in the thread that detects it, for each event that
 * [signal@TxSocket::event] reports in a main context.
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
mcast_tx_socket_set_event_callback (McastTxSocket *self, McastEventFunc func, gpointer user_data,
                                    GDestroyNotify destroy)
{
  g_return_if_fail (MCAST_IS_TX_SOCKET (self));

  _mcast_event_queue_set_callback (self->core.events, func, user_data, destroy);
}

/**
 * mcast_tx_socket_set_event_func: (skip)
 * @self: a sending socket
 * @func: (nullable): the function to call for each event, or %NULL for none
 * @user_data: the data to pass to @func
 * @destroy: (nullable): the function to call with @user_data when it is no longer needed
 *
 * Sets a function that is called immediately, in the thread that detects it, for each event that
 * [signal@TxSocket::interface-ready] and [signal@TxSocket::interface-lost] report in a main
 * context.
 *
 * @func can call the socket, and can wait for another thread that does. Calls do not overlap and
 * follow the order of the events: a thread that detects an event during a call leaves it to the
 * thread that makes the call.
 *
 * This function does not block. A call of the previous function can still be in progress when it
 * returns; @destroy is called after the last such call.
 *
 * Since: 0.1
 * Deprecated: 0.2: Use [method@TxSocket.set_event_callback]
 */
void
mcast_tx_socket_set_event_func (McastTxSocket *self, McastTxEventFunc func, gpointer user_data,
                                GDestroyNotify destroy)
{
  g_return_if_fail (MCAST_IS_TX_SOCKET (self));

  _mcast_event_queue_set_func (self->core.events, G_CALLBACK (func), user_data, destroy);
}

/**
 * mcast_tx_socket_get_groups: (get-property groups)
 * @self: a sending socket
 *
 * Gets the groups to send to, in their canonical form.
 *
 * Returns: (transfer full) (array zero-terminated=1): the groups. Closing does not change them
 * Since: 0.1
 */
char **
mcast_tx_socket_get_groups (McastTxSocket *self)
{
  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), NULL);

  return _mcast_socket_core_get_groups (&self->core);
}

/**
 * mcast_tx_socket_get_group_list:
 * @self: a sending socket
 *
 * Gets the groups of [property@TxSocket:groups] as values.
 *
 * Returns: (transfer container) (element-type McastGroup): the groups. Closing does not change them
 * Since: 0.2
 */
GPtrArray *
mcast_tx_socket_get_group_list (McastTxSocket *self)
{
  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), NULL);

  return _mcast_socket_core_list_groups (&self->core);
}

/**
 * mcast_tx_socket_get_port: (get-property port)
 * @self: a sending socket
 *
 * Gets the port of the groups that are written without a port.
 *
 * Returns: 0 to 65535
 * Since: 0.1
 */
guint
mcast_tx_socket_get_port (McastTxSocket *self)
{
  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), 0);

  return self->port;
}

/**
 * mcast_tx_socket_get_interfaces: (get-property interfaces)
 * @self: a sending socket
 *
 * Gets the texts that select the interfaces of the groups that name none. An interface that a text
 * selects does not have to exist; see [method@TxSocket.get_active_interfaces] for those in use.
 *
 * Returns: (transfer full) (array zero-terminated=1): names, indexes, addresses or `*`; an empty
 *   array for the default. Closing does not change them
 * Since: 0.2
 */
char **
mcast_tx_socket_get_interfaces (McastTxSocket *self)
{
  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), NULL);

  return _mcast_socket_core_get_interfaces (&self->core);
}

/**
 * mcast_tx_socket_get_active_interfaces:
 * @self: a sending socket
 *
 * Gets the interfaces on which the socket can currently send.
 *
 * Returns: (transfer container) (element-type McastInterface): the interfaces; an empty array after
 *   closing
 * Since: 0.2
 */
GPtrArray *
mcast_tx_socket_get_active_interfaces (McastTxSocket *self)
{
  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), NULL);

  return _mcast_socket_core_get_active (&self->core);
}

/**
 * mcast_tx_socket_get_local_addresses:
 * @self: a sending socket
 *
 * Gets the source address and port of each path that is ready, which source-specific receivers have
 * to name. They are in the order of [method@TxSocket.get_paths].
 *
 * Returns: (transfer container) (element-type Gio.InetSocketAddress): one address for each path
 *   that is ready; an empty array after closing
 * Since: 0.1
 */
GPtrArray *
mcast_tx_socket_get_local_addresses (McastTxSocket *self)
{
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (GPtrArray) of_paths = NULL;
  GPtrArray *addresses;

  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), NULL);

  addresses = g_ptr_array_new_with_free_func (g_object_unref);
  g_mutex_lock (&self->core.lock);
  if (!self->core.closed)
    {
      paths = _mcast_tx_paths_get (self->paths);
      of_paths = _mcast_tx_endpoints_list_local_addresses (self->endpoints, paths);
    }
  _mcast_socket_core_unlock (&self->core);
  for (guint i = 0; of_paths != NULL && i < of_paths->len; i++)
    if (of_paths->pdata[i] != NULL)
      g_ptr_array_add (addresses, g_object_ref (of_paths->pdata[i]));
  return addresses;
}

/**
 * mcast_tx_socket_dup_socket:
 * @self: a sending socket
 * @family: an address family, or `G_SOCKET_FAMILY_INVALID` for IPv4 if there is an IPv4 socket, and
 *   otherwise IPv6
 * @error: return location for an error
 *
 * Gets the OS socket that sends to the groups of a family on the first interface, and that has the
 * port from which the datagrams on all interfaces are sent. It lets a receiver receive on the port
 * of the sender: pass it to the receiver as [property@RxSocket:socket].
 *
 * The result is a duplicate, and closing it does not affect @self. From now on, the OS socket
 * accepts datagrams that are sent to its port, and a receiver should read them. If
 * [property@TxSocket:socket] or [property@TxSocket:socket-ipv6] was set, that socket is returned
 * instead.
 *
 * Fails with `G_IO_ERROR_NOT_FOUND` if @self has no group of @family, with `G_IO_ERROR_CLOSED`, and
 * with other codes of [error@Gio.IOErrorEnum] for errors of the kernel.
 *
 * Returns: (transfer full): a socket
 * Since: 0.1
 */
GSocket *
mcast_tx_socket_dup_socket (McastTxSocket *self, GSocketFamily family, GError **error)
{
  GSocket *socket;

  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), NULL);

  if (!_mcast_socket_core_lock (&self->core, error))
    return NULL;
  socket = _mcast_tx_endpoints_dup_socket (self->endpoints, family, error);
  _mcast_socket_core_unlock (&self->core);
  return socket;
}

/**
 * mcast_tx_socket_get_paths:
 * @self: a sending socket
 *
 * Gets the paths of the socket with their state and counters: of one moment, in the order of the
 * groups and, for each group, of the interfaces. [method@TxSocket.get_local_addresses] and
 * [method@TxSocket.get_stats] have the same order.
 *
 * A socket without groups has a path for each of the last 256 destinations that were sent to, on
 * each interface. The statistics of the whole socket also include older ones.
 *
 * Returns: (transfer container) (element-type McastPath): the paths; after closing, they are
 *   those at the time of closing
 * Since: 0.2
 */
GPtrArray *
mcast_tx_socket_get_paths (McastTxSocket *self)
{
  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), NULL);

  return _mcast_socket_core_get_paths (&self->core);
}

/**
 * mcast_tx_socket_get_stats:
 * @self: a sending socket
 *
 * Gets statistics that account for every datagram to be sent, for display, as a dictionary of type
 * `a{sv}`. Each path counts separately. Counters have the type `t` and never decrease.
 * [method@TxSocket.get_paths] returns the paths as objects.
 *
 * - `attempted`: datagrams to be sent, the sum of the next two
 * - `accepted`: datagrams that the kernel accepted; `bytes` is the size of their payloads
 * - `refused`: datagrams that the kernel did not accept
 * - `paths` (`aa{sv}`): for each path (a group on an interface) `group` (`s`: the address),
 *   `group-text` (`s`: the canonical text, as in an [struct@Event]), `port` (`u`),
 *   `interface` (`s`), `interface-index` (`u`), `local-address` (`s`: the source address and port
 *   of a path that is ready), `state` (`s`: `ready`, `waiting` for an interface,
 *   or `failed`; `waiting` and `failed` come with an `error`), `segmentation-offload` (`b`: whether
 *   the kernel splits runs of datagrams), `errors` (`a{st}`: the number of refused datagrams for
 *   each errno), and the path's share of the counters above
 * - `missing-options` (`s`): the names of the options that the system lacks
 *
 * After closing, the statistics are those at the time of closing.
 *
 * Returns: (transfer full): the statistics
 * Since: 0.1
 */
GVariant *
mcast_tx_socket_get_stats (McastTxSocket *self)
{
  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), NULL);

  return _mcast_socket_core_get_stats (&self->core);
}

/**
 * mcast_tx_socket_close:
 * @self: a sending socket
 *
 * Closes the socket and frees the descriptors. A call that waits in another thread ends with
 * `G_IO_ERROR_CLOSED`. Closing again does nothing.
 *
 * Since: 0.1
 */
void
mcast_tx_socket_close (McastTxSocket *self)
{
  g_return_if_fail (MCAST_IS_TX_SOCKET (self));

  _mcast_socket_core_close (&self->core);
}

/**
 * mcast_tx_socket_is_closed:
 * @self: a sending socket
 *
 * Checks whether the socket is closed.
 *
 * Returns: %TRUE if it is closed
 * Since: 0.1
 */
gboolean
mcast_tx_socket_is_closed (McastTxSocket *self)
{
  g_return_val_if_fail (MCAST_IS_TX_SOCKET (self), TRUE);

  return _mcast_socket_core_is_closed (&self->core);
}
