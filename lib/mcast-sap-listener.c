/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-sap-listener.h"

#include "mcast-log-private.h"
#include "mcast-rx-socket.h"
#include "mcast-weak-ref-private.h"
#include "sap/mcast-sap-scope-private.h"
#include "sap/mcast-sap-table-private.h"
#include "sap/mcast-sap-timer-private.h"

/**
 * McastSapListener:
 *
 * Lists the sessions that are announced on the network with SAP (RFC 2974), such as AES67 streams.
 *
 * The listener is a [iface@Gio.ListModel] of [class@SapSession]. `items-changed` is emitted when a
 * session is announced for the first time, is deleted or ends, and, with one item removed and
 * added, when its description changed. A repeated announcement emits `notify` of the session only.
 * A session that is announced on several interfaces, or in several groups, is one item.
 *
 * The listener receives the groups of all scopes (224.2.127.254, 239.255.255.255, 239.195.255.255,
 * 224.0.0.255, and `ff0X::2:7ffe` for the scopes 2, 5, 8 and e), port 9875, and follows the
 * interfaces as a [class@RxSocket] does.
 *
 * A session ends when it is deleted, or when it was silent for ten times its period, and for at
 * least [property@SapListener:timeout-us]. Only a host that announces a session can delete or
 * change it: other packets are counted, and a changed description from another host is another
 * session.
 *
 * Announcements are not authenticated, and anyone can send them. Memory is limited by
 * [property@SapListener:max-sessions] and [property@SapListener:max-size]. When the list is full,
 * a new session replaces the oldest one that was announced only once. Sessions that were announced
 * again, a second or more after the first time, stay, and new ones are refused if all are such. A
 * flood of forged packets thus does not displace what is known.
 *
 * Everything happens in the thread-default main context in which the listener was created. Use the
 * listener only in the thread of that context.
 *
 * ```c
 * McastSapListener *listener = mcast_sap_listener_new (NULL, &error);
 * guint n_sessions = g_list_model_get_n_items (G_LIST_MODEL (listener));
 * ```
 *
 * Since: 0.2
 */
struct _McastSapListener
{
  GObject parent_instance;

  /* As given at construction. */
  char **interfaces;
  guint max_sessions;
  guint max_size;
  gint64 timeout_us;

  McastRxSocket *socket;
  GSource *source;
  GSource *expiry;
  McastSapTable *table;

  guint64 n_packets;
  guint64 n_encrypted;
  guint64 n_malformed;
  guint64 n_too_large;
  guint64 n_outcomes[MCAST_SAP_N_OUTCOMES];
  McastLogLimit malformed_limit;
};

/* So that a flood of packets does not stall the main context. */
#define BATCH_SIZE 64

#define DEFAULT_MAX_SESSIONS 16384
#define DEFAULT_MAX_SIZE 8192
#define DEFAULT_TIMEOUT_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

typedef enum
{
  PROP_INTERFACES = 1,
  PROP_MAX_SESSIONS,
  PROP_MAX_SIZE,
  PROP_TIMEOUT_US,
} McastSapListenerProperty;

static GParamSpec *properties[PROP_TIMEOUT_US + 1];

static GType
get_item_type (GListModel *model)
{
  return MCAST_TYPE_SAP_SESSION;
}

static guint
get_n_items (GListModel *model)
{
  McastSapListener *self = MCAST_SAP_LISTENER (model);

  return self->table != NULL ? _mcast_sap_table_get_n_sessions (self->table) : 0;
}

static gpointer
get_item (GListModel *model, guint position)
{
  McastSapListener *self = MCAST_SAP_LISTENER (model);
  McastSapSession *session = NULL;

  if (self->table != NULL)
    session = _mcast_sap_table_get_session (self->table, position);
  return session != NULL ? g_object_ref (session) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void initable_iface_init (GInitableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (McastSapListener, mcast_sap_listener, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, initable_iface_init)
                                 G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static void
emit_items_changed (guint position, guint n_removed, guint n_added, gpointer user_data)
{
  g_list_model_items_changed (user_data, position, n_removed, n_added);
}

static gboolean
on_expiry (gpointer user_data)
{
  g_autoptr (McastSapListener) self = g_weak_ref_get (user_data);
  gint64 next_us;

  if (self == NULL)
    return G_SOURCE_REMOVE;
  next_us = _mcast_sap_table_expire (self->table, g_get_monotonic_time ());
  if (self->expiry != NULL && next_us != G_MAXINT64)
    _mcast_sap_timer_set_no_later_than (self->expiry, next_us);
  return G_SOURCE_CONTINUE;
}

static McastSapArrival
arrival_of (McastDatagram *datagram, gint64 now_us)
{
  GInetAddress *source = g_inet_socket_address_get_address (mcast_datagram_get_source (datagram));
  gint64 time_ns = mcast_datagram_get_arrival_time (datagram);
  McastSapArrival arrival = {
    .iface_index = mcast_datagram_get_interface_index (datagram),
    .iface_name = mcast_datagram_get_interface_name (datagram),
    .now_us = now_us,
    .real_time_us = time_ns != 0 ? time_ns / 1000 : g_get_real_time (),
    .sender = _mcast_address_from_gio (source),
  };

  return arrival;
}

static void
count_unusable (McastSapListener *self, McastDatagram *datagram, const GError *error)
{
  g_autofree char *source = mcast_datagram_get_source_text (datagram);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    self->n_too_large++;
  else
    self->n_malformed++;
  MCAST_LOG_LIMITED (&self->malformed_limit, DEBUG,
                     (.iface = mcast_datagram_get_interface_name (datagram)),
                     "%s: ignored a SAP packet: %s", source, error->message);
}

static void
handle_datagram (McastSapListener *self, McastDatagram *datagram, gint64 now_us)
{
  g_autoptr (GError) error = NULL;
  g_auto (McastSapPacket) packet = { 0 };
  McastSapArrival arrival;
  McastSapOutcome outcome;
  gsize size;
  const guint8 *data = mcast_datagram_get_data (datagram, &size);

  self->n_packets++;
  if (!_mcast_sap_packet_parse (&packet, data, size, self->max_size, &error))
    {
      count_unusable (self, datagram, error);
      return;
    }
  if (packet.is_encrypted)
    {
      self->n_encrypted++;
      return;
    }
  arrival = arrival_of (datagram, now_us);
  outcome = _mcast_sap_table_handle (self->table, &packet, &arrival);
  self->n_outcomes[outcome]++;
}

static gboolean
on_readable (gpointer user_data)
{
  g_autoptr (McastSapListener) self = g_weak_ref_get (user_data);
  g_autoptr (GPtrArray) datagrams = NULL;
  gint64 now_us = g_get_monotonic_time ();

  if (self == NULL)
    return G_SOURCE_REMOVE;
  datagrams = mcast_rx_socket_receive_batch_with_timeout (self->socket, BATCH_SIZE, 0, NULL, NULL);
  if (datagrams == NULL)
    return G_SOURCE_CONTINUE;
  for (guint i = 0; i < datagrams->len; i++)
    {
      /* A handler may close the listener. */
      if (mcast_sap_listener_is_closed (self))
        return G_SOURCE_REMOVE;
      handle_datagram (self, datagrams->pdata[i], now_us);
    }
  if (self->expiry != NULL && get_n_items (G_LIST_MODEL (self)) > 0)
    _mcast_sap_timer_set_no_later_than (self->expiry, now_us + self->timeout_us);
  return G_SOURCE_CONTINUE;
}

/* Joins an IPv6 group on each of the interfaces that has IPv6. */
static void
join_on_each (McastSapListener *self, const char *group)
{
  for (guint i = 0; self->interfaces != NULL && self->interfaces[i] != NULL; i++)
    {
      g_autofree char *text = g_strdup_printf ("%s%%%s", group, self->interfaces[i]);
      g_autoptr (GError) error = NULL;

      if (!mcast_rx_socket_join (self->socket, text, &error))
        MCAST_LOG (INFO, (.iface = self->interfaces[i]), "No sessions are received in %s: %s", text,
                   error->message);
    }
}

/* A machine or an interface without IPv6 is no error: it receives the groups of IPv4. */
static void
join_ipv6 (McastSapListener *self)
{
  const char *const *groups = _mcast_sap_scope_list_groups (G_SOCKET_FAMILY_IPV6);

  for (guint i = 0; groups[i] != NULL; i++)
    if (!mcast_rx_socket_join (self->socket, groups[i], NULL))
      join_on_each (self, groups[i]);
}

static GSource *
attach (McastSapListener *self, GSource *source, GSourceFunc func, const char *name)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  g_source_set_callback (source, func, _mcast_weak_ref_new (self), _mcast_weak_ref_free);
  g_source_set_static_name (source, name);
  g_source_attach (source, context);
  return source;
}

static gboolean
mcast_sap_listener_initable_init (GInitable *initable, GCancellable *cancellable, GError **error)
{
  McastSapListener *self = MCAST_SAP_LISTENER (initable);
  const McastSapTableOptions options = {
    .max_sessions = self->max_sessions,
    .timeout_us = self->timeout_us,
    .changed = emit_items_changed,
    .user_data = self,
  };

  if (self->socket != NULL)
    return TRUE;
  self->socket = mcast_rx_socket_new (_mcast_sap_scope_list_groups (G_SOCKET_FAMILY_IPV4),
                                      MCAST_SAP_PORT, (const char *const *) self->interfaces,
                                      error);
  if (self->socket == NULL)
    return FALSE;
  join_ipv6 (self);
  self->table = _mcast_sap_table_new (&options);
  self->source = attach (self, mcast_rx_socket_create_source (self->socket, NULL), on_readable,
                         "mcast SAP listener");
  self->expiry = attach (self, _mcast_sap_timer_new (), on_expiry, "mcast SAP expiry");
  return TRUE;
}

static void
initable_iface_init (GInitableIface *iface)
{
  iface->init = mcast_sap_listener_initable_init;
}

static void
mcast_sap_listener_dispose (GObject *object)
{
  mcast_sap_listener_close (MCAST_SAP_LISTENER (object));

  G_OBJECT_CLASS (mcast_sap_listener_parent_class)->dispose (object);
}

static void
mcast_sap_listener_finalize (GObject *object)
{
  McastSapListener *self = MCAST_SAP_LISTENER (object);

  g_clear_pointer (&self->table, _mcast_sap_table_free);
  g_clear_object (&self->socket);
  g_strfreev (self->interfaces);

  G_OBJECT_CLASS (mcast_sap_listener_parent_class)->finalize (object);
}

static void
mcast_sap_listener_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  McastSapListener *self = MCAST_SAP_LISTENER (object);

  switch ((McastSapListenerProperty) id)
    {
    case PROP_INTERFACES:
      g_value_set_boxed (value, self->interfaces);
      break;
    case PROP_MAX_SESSIONS:
      g_value_set_uint (value, self->max_sessions);
      break;
    case PROP_MAX_SIZE:
      g_value_set_uint (value, self->max_size);
      break;
    case PROP_TIMEOUT_US:
      g_value_set_int64 (value, self->timeout_us);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mcast_sap_listener_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  McastSapListener *self = MCAST_SAP_LISTENER (object);

  switch ((McastSapListenerProperty) id)
    {
    case PROP_INTERFACES:
      self->interfaces = g_value_dup_boxed (value);
      break;
    case PROP_MAX_SESSIONS:
      self->max_sessions = g_value_get_uint (value);
      break;
    case PROP_MAX_SIZE:
      self->max_size = g_value_get_uint (value);
      break;
    case PROP_TIMEOUT_US:
      self->timeout_us = g_value_get_int64 (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

#define FIXED (G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS)

static void
mcast_sap_listener_class_init (McastSapListenerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = mcast_sap_listener_dispose;
  object_class->finalize = mcast_sap_listener_finalize;
  object_class->get_property = mcast_sap_listener_get_property;
  object_class->set_property = mcast_sap_listener_set_property;
  /**
   * McastSapListener:interfaces: (getter get_interfaces)
   *
   * The interfaces to listen on: names, indexes, addresses or `*`. %NULL or an empty array selects
   * them as [property@RxSocket:interfaces] does.
   *
   * Since: 0.2
   */
  properties[PROP_INTERFACES] = g_param_spec_boxed ("interfaces", NULL, NULL, G_TYPE_STRV, FIXED);
  /**
   * McastSapListener:max-sessions:
   *
   * The largest number of sessions in the list.
   *
   * Since: 0.2
   */
  properties[PROP_MAX_SESSIONS] = g_param_spec_uint ("max-sessions", NULL, NULL, 1, G_MAXINT,
                                                     DEFAULT_MAX_SESSIONS, FIXED);
  /**
   * McastSapListener:max-size:
   *
   * The largest size of a description in bytes, after decompression.
   *
   * Since: 0.2
   */
  properties[PROP_MAX_SIZE] = g_param_spec_uint ("max-size", NULL, NULL, 1, G_MAXUINT16,
                                                 DEFAULT_MAX_SIZE, FIXED);
  /**
   * McastSapListener:timeout-us:
   *
   * The shortest time without an announcement after which a session ends, in microseconds. RFC 2974
   * sets one hour. A session whose period is longer than a tenth of it ends after ten periods.
   *
   * Since: 0.2
   */
  properties[PROP_TIMEOUT_US] = g_param_spec_int64 ("timeout-us", NULL, NULL, 1, G_MAXINT64 / 2,
                                                    DEFAULT_TIMEOUT_US, FIXED);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
mcast_sap_listener_init (McastSapListener *self)
{
}

/**
 * mcast_sap_listener_new:
 * @interfaces: (nullable) (array zero-terminated=1): names, indexes, addresses or `*`; %NULL
 *   selects `*`, and also the loopback interface if the route to a group of SAP leads there
 * @error: return location for an error
 *
 * Creates a listener that lists the sessions announced on @interfaces. This function does not
 * block. The list begins empty: announcers repeat themselves every 30 seconds (AES67 devices) to
 * some minutes.
 *
 * Fails as [ctor@RxSocket.new] does. An interface without IPv6 is no error.
 *
 * Returns: (transfer full): the listener
 * Since: 0.2
 */
McastSapListener *
mcast_sap_listener_new (const char *const *interfaces, GError **error)
{
  return g_initable_new (MCAST_TYPE_SAP_LISTENER, NULL, error, "interfaces", interfaces, NULL);
}

/**
 * mcast_sap_listener_get_interfaces: (get-property interfaces)
 * @self: a listener
 *
 * Gets the texts that select the interfaces.
 *
 * Returns: (transfer full) (array zero-terminated=1): names, indexes, addresses or `*`; an empty
 *   array for the default
 * Since: 0.2
 */
char **
mcast_sap_listener_get_interfaces (McastSapListener *self)
{
  g_return_val_if_fail (MCAST_IS_SAP_LISTENER (self), NULL);

  return self->interfaces != NULL ? g_strdupv (self->interfaces) : g_new0 (char *, 1);
}

static void
insert_counter (GVariantDict *dict, const char *name, guint64 value)
{
  g_variant_dict_insert (dict, name, "t", value);
}

static void
insert_table (McastSapListener *self, GVariantDict *dict)
{
  static const char *const names[MCAST_SAP_N_OUTCOMES] = {
    [MCAST_SAP_OUTCOME_ADDED] = "added",     [MCAST_SAP_OUTCOME_REPEATED] = "repeated",
    [MCAST_SAP_OUTCOME_CHANGED] = "changed", [MCAST_SAP_OUTCOME_DELETED] = "deleted",
    [MCAST_SAP_OUTCOME_UNKNOWN] = "unknown", [MCAST_SAP_OUTCOME_CONFLICT] = "conflicts",
    [MCAST_SAP_OUTCOME_REFUSED] = "refused",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    insert_counter (dict, names[i], self->n_outcomes[i]);
  insert_counter (dict, "displaced", _mcast_sap_table_get_n_displaced (self->table));
  insert_counter (dict, "expired", _mcast_sap_table_get_n_expired (self->table));
  g_variant_dict_insert (dict, "sessions", "u", _mcast_sap_table_get_n_sessions (self->table));
  g_variant_dict_insert (dict, "unconfirmed", "u",
                         _mcast_sap_table_get_n_unconfirmed (self->table));
}

/**
 * mcast_sap_listener_get_stats:
 * @self: a listener
 *
 * Gets statistics as a dictionary of type `a{sv}`. Counters have the type `t` and never decrease.
 *
 * - `packets`: the packets that arrived, the sum of the next ten
 * - `malformed`: packets that are no SAP packets, `too-large`: packets whose description exceeds
 *   [property@SapListener:max-size], `encrypted`: encrypted packets, which are ignored
 * - `added`, `repeated`, `changed`: announcements of new, known and changed sessions
 * - `deleted`, `unknown`: deletions of listed and of other sessions
 * - `conflicts`: packets that would change or delete the session of another host, which are ignored
 * - `refused`: announcements of new sessions for which there was no room
 * - `displaced`: sessions, announced only once, that made room for new ones
 * - `expired`: sessions that ended because they were silent
 * - `sessions` (`u`): the number of sessions in the list
 * - `unconfirmed` (`u`): how many of them were announced only once
 * - `socket` (`a{sv}`): the statistics of the socket; see [method@RxSocket.get_stats]
 *
 * Returns: (transfer full): the statistics
 * Since: 0.2
 */
GVariant *
mcast_sap_listener_get_stats (McastSapListener *self)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) stats = NULL;

  g_return_val_if_fail (MCAST_IS_SAP_LISTENER (self), NULL);
  g_return_val_if_fail (self->socket != NULL, NULL);

  stats = mcast_rx_socket_get_stats (self->socket);
  insert_counter (&dict, "packets", self->n_packets);
  insert_counter (&dict, "malformed", self->n_malformed);
  insert_counter (&dict, "too-large", self->n_too_large);
  insert_counter (&dict, "encrypted", self->n_encrypted);
  insert_table (self, &dict);
  g_variant_dict_insert_value (&dict, "socket", stats);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static void
destroy_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/**
 * mcast_sap_listener_close:
 * @self: a listener
 *
 * Stops listening and frees the descriptors. The list keeps its sessions, and does not change any
 * more. Closing again does nothing.
 *
 * Since: 0.2
 */
void
mcast_sap_listener_close (McastSapListener *self)
{
  g_return_if_fail (MCAST_IS_SAP_LISTENER (self));

  destroy_source (&self->source);
  destroy_source (&self->expiry);
  if (self->socket != NULL)
    mcast_rx_socket_close (self->socket);
}

/**
 * mcast_sap_listener_is_closed:
 * @self: a listener
 *
 * Checks whether the listener is closed.
 *
 * Returns: %TRUE if it is closed
 * Since: 0.2
 */
gboolean
mcast_sap_listener_is_closed (McastSapListener *self)
{
  g_return_val_if_fail (MCAST_IS_SAP_LISTENER (self), TRUE);

  return self->source == NULL;
}
