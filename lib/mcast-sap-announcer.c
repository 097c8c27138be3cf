/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-sap-announcer.h"

#include <string.h>

#include "mcast-limits-private.h"
#include "mcast-log-private.h"
#include "mcast-tx-socket.h"
#include "mcast-weak-ref-private.h"
#include "sap/mcast-sap-packet-private.h"
#include "sap/mcast-sap-schedule-private.h"
#include "sap/mcast-sap-scope-private.h"
#include "sap/mcast-sap-sdp-private.h"
#include "sap/mcast-sap-timer-private.h"

/**
 * McastSapAnnouncer:
 *
 * Announces sessions on the network with SAP (RFC 2974), so that receivers such as AES67 devices
 * and [class@SapListener] find them.
 *
 * A session is a description in SDP. It is announced at once, and then at the interval of RFC 2974
 * section 3.1: [property@SapAnnouncer:min-interval-us] or, if the sessions of the scope would take
 * more than 4000 bits per second, longer, and each time shorter or longer by up to a third. It is
 * also announced when an interface becomes ready. Removing it, and closing the announcer, sends its
 * deletion.
 *
 * The group of the session, in the first line `c=`, selects the group of the announcement:
 * 239.255.255.255 for 239.0.0.0/8 (as AES67 devices do), except 239.195.255.255 for 239.192.0.0/14;
 * 224.0.0.255 for 224.0.0.0/24; 224.2.127.254 for all others; and `ff0X::2:7ffe` with the scope X
 * of the group for IPv6. Packets have a time to live of 255.
 *
 * Announcements are sent in the thread-default main context in which the announcer was created. Use
 * the announcer only in the thread of that context.
 *
 * ```c
 * const char *sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=Radio\r\nc=IN IP4 239.1.2.3/32\r\n";
 * McastSapAnnouncer *announcer = mcast_sap_announcer_new (NULL);
 * guint id = mcast_sap_announcer_add (announcer, sdp, &error);
 * ```
 *
 * Since: 0.2
 */
struct _McastSapAnnouncer
{
  GObject parent_instance;

  /* As given at construction. */
  char **interfaces;
  McastSapListener *listener;

  gint64 min_interval_us;
  GMainContext *context;
  GSource *timer;

  GPtrArray *ads;
  GPtrArray *channels;
  guint last_id;

  guint64 n_announcements;
  guint64 n_deletions;
  guint64 n_failed;
  McastLogLimit failure_limit;
};

/* A group in which sessions are announced. */
typedef struct
{
  McastSapAnnouncer *announcer;
  McastAddress group;
  McastTxSocket *socket;
  guint n_ads;
} Channel;

/* A session that is announced. The source is that of its first packet, for all its life. */
typedef struct
{
  guint id;
  char *sdp;
  guint16 hash;
  McastAddress origin;
  Channel *channel;
  gint64 next_us;
} Ad;

#define TTL 255
#define DEFAULT_MIN_INTERVAL_US (300 * G_USEC_PER_SEC)
#define HEADERS_IPV4 (20 + 8)
#define HEADERS_IPV6 (40 + 8)

typedef enum
{
  PROP_INTERFACES = 1,
  PROP_LISTENER,
  PROP_MIN_INTERVAL_US,
} McastSapAnnouncerProperty;

static GParamSpec *properties[PROP_MIN_INTERVAL_US + 1];

G_DEFINE_FINAL_TYPE (McastSapAnnouncer, mcast_sap_announcer, G_TYPE_OBJECT)

static void
channel_free (gpointer data)
{
  Channel *channel = data;

  g_signal_handlers_disconnect_by_data (channel->socket, channel);
  mcast_tx_socket_close (channel->socket);
  g_object_unref (channel->socket);
  g_free (channel);
}

static void
ad_free (gpointer data)
{
  Ad *ad = data;

  g_free (ad->sdp);
  g_free (ad);
}

static Ad *
get_ad (McastSapAnnouncer *self, guint index)
{
  return self->ads->pdata[index];
}

/* --- Channels ------------------------------------------------------------------------------ */

/* An interface that becomes ready has not seen the announcements yet. */
static void
on_event (McastTxSocket *socket, McastEvent *event, gpointer user_data)
{
  Channel *channel = user_data;
  McastSapAnnouncer *self = channel->announcer;
  McastEventType type = mcast_event_get_event_type (event);

  if (type != MCAST_EVENT_READY && type != MCAST_EVENT_RECOVERED)
    return;
  for (guint i = 0; i < self->ads->len; i++)
    if (get_ad (self, i)->channel == channel)
      get_ad (self, i)->next_us = 0;
  _mcast_sap_timer_set_no_later_than (self->timer, 0);
}

static Channel *
open_channel (McastSapAnnouncer *self, const McastAddress *group, GError **error)
{
  McastTxOptions options = MCAST_TX_OPTIONS_INIT;
  g_autofree char *text = _mcast_address_to_string (group);
  const char *const groups[] = { text, NULL };
  Channel *channel;
  McastTxSocket *socket;

  options.ttl = TTL;
  g_main_context_push_thread_default (self->context);
  socket = mcast_tx_socket_new_with_options (groups, MCAST_SAP_PORT,
                                             (const char *const *) self->interfaces, &options,
                                             error);
  g_main_context_pop_thread_default (self->context);
  if (socket == NULL)
    return NULL;
  channel = g_new0 (Channel, 1);
  channel->announcer = self;
  channel->group = *group;
  channel->socket = socket;
  g_signal_connect (socket, "event", G_CALLBACK (on_event), channel);
  g_ptr_array_add (self->channels, channel);
  return channel;
}

static Channel *
find_channel (McastSapAnnouncer *self, const McastAddress *group, GError **error)
{
  for (guint i = 0; i < self->channels->len; i++)
    {
      Channel *channel = self->channels->pdata[i];

      if (_mcast_address_equal (&channel->group, group))
        return channel;
    }
  return open_channel (self, group, error);
}

static void
leave_channel (McastSapAnnouncer *self, Channel *channel)
{
  if (--channel->n_ads == 0)
    g_ptr_array_remove (self->channels, channel);
}

/* --- Packets ------------------------------------------------------------------------------- */

/* Finds the address that the packets name as their source: that of the first interface that is
 * ready, else what the description says. */
static gboolean
find_origin (Ad *ad)
{
  g_autoptr (GPtrArray) addresses = NULL;
  GInetSocketAddress *first;

  if (ad->origin.family != AF_UNSPEC)
    return TRUE;
  addresses = mcast_tx_socket_get_local_addresses (ad->channel->socket);
  if (addresses->len == 0)
    return _mcast_sap_sdp_find_origin (ad->sdp, &ad->origin);
  first = addresses->pdata[0];
  ad->origin = _mcast_address_from_gio (g_inet_socket_address_get_address (first));
  return TRUE;
}

/* A deletion contains the line "o=" alone. */
static GBytes *
write_packet (Ad *ad, gboolean is_deletion)
{
  g_autofree char *origin = is_deletion ? _mcast_sap_sdp_dup_origin_line (ad->sdp) : NULL;
  const McastSapPacket packet = {
    .is_deletion = is_deletion,
    .hash = ad->hash,
    .origin = ad->origin,
    .payload_type = (char *) MCAST_SAP_TYPE_SDP,
    .text = is_deletion ? origin : ad->sdp,
  };

  return _mcast_sap_packet_write (&packet);
}

static gboolean
send_packet (McastSapAnnouncer *self, Ad *ad, gboolean is_deletion)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) packet = NULL;

  if (!find_origin (ad))
    {
      self->n_failed++;
      return FALSE;
    }
  packet = write_packet (ad, is_deletion);
  if (mcast_tx_socket_send_with_timeout (ad->channel->socket, packet, 0, NULL, &error))
    return TRUE;
  self->n_failed++;
  MCAST_LOG_LIMITED (&self->failure_limit, DEBUG, (.group = &ad->channel->group),
                     "A session was not announced: %s", error->message);
  return FALSE;
}

static gsize
get_packet_size (const Ad *ad)
{
  gboolean is_ipv6 = ad->channel->group.family == AF_INET6;
  gsize headers = is_ipv6 ? HEADERS_IPV6 : HEADERS_IPV4;

  return headers + 4 + (is_ipv6 ? 16 : 4) + sizeof MCAST_SAP_TYPE_SDP + strlen (ad->sdp);
}

static guint
count_sessions (McastSapAnnouncer *self, const Channel *channel)
{
  guint n_listed = 0;

  if (self->listener != NULL)
    n_listed = g_list_model_get_n_items (G_LIST_MODEL (self->listener));
  return MAX (channel->n_ads, n_listed);
}

static void
announce (McastSapAnnouncer *self, Ad *ad)
{
  guint n_sessions = count_sessions (self, ad->channel);
  gint64 interval_us = _mcast_sap_schedule_get_interval_us (self->min_interval_us, n_sessions,
                                                            get_packet_size (ad));

  if (send_packet (self, ad, FALSE))
    self->n_announcements++;
  ad->next_us = g_get_monotonic_time ()
                + _mcast_sap_schedule_get_delay_us (interval_us, g_random_double ());
  _mcast_sap_timer_set_no_later_than (self->timer, ad->next_us);
}

static void
withdraw (McastSapAnnouncer *self, Ad *ad)
{
  if (send_packet (self, ad, TRUE))
    self->n_deletions++;
}

static gboolean
on_timer (gpointer user_data)
{
  g_autoptr (McastSapAnnouncer) self = g_weak_ref_get (user_data);
  gint64 now_us = g_get_monotonic_time ();

  if (self == NULL)
    return G_SOURCE_REMOVE;
  for (guint i = 0; i < self->ads->len; i++)
    {
      Ad *ad = get_ad (self, i);

      if (ad->next_us <= now_us)
        announce (self, ad);
      else
        _mcast_sap_timer_set_no_later_than (self->timer, ad->next_us);
    }
  return G_SOURCE_CONTINUE;
}

/* --- The object ---------------------------------------------------------------------------- */

static void
mcast_sap_announcer_dispose (GObject *object)
{
  McastSapAnnouncer *self = MCAST_SAP_ANNOUNCER (object);

  mcast_sap_announcer_close (self);
  g_clear_object (&self->listener);

  G_OBJECT_CLASS (mcast_sap_announcer_parent_class)->dispose (object);
}

static void
mcast_sap_announcer_finalize (GObject *object)
{
  McastSapAnnouncer *self = MCAST_SAP_ANNOUNCER (object);

  g_ptr_array_unref (self->ads);
  g_ptr_array_unref (self->channels);
  g_main_context_unref (self->context);
  g_strfreev (self->interfaces);

  G_OBJECT_CLASS (mcast_sap_announcer_parent_class)->finalize (object);
}

static void
mcast_sap_announcer_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  McastSapAnnouncer *self = MCAST_SAP_ANNOUNCER (object);

  switch ((McastSapAnnouncerProperty) id)
    {
    case PROP_INTERFACES:
      g_value_set_boxed (value, self->interfaces);
      break;
    case PROP_LISTENER:
      g_value_set_object (value, self->listener);
      break;
    case PROP_MIN_INTERVAL_US:
      g_value_set_int64 (value, self->min_interval_us);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mcast_sap_announcer_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  McastSapAnnouncer *self = MCAST_SAP_ANNOUNCER (object);

  switch ((McastSapAnnouncerProperty) id)
    {
    case PROP_INTERFACES:
      self->interfaces = g_value_dup_boxed (value);
      break;
    case PROP_LISTENER:
      self->listener = g_value_dup_object (value);
      break;
    case PROP_MIN_INTERVAL_US:
      mcast_sap_announcer_set_min_interval_us (self, g_value_get_int64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

#define FIXED (G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS)

static void
mcast_sap_announcer_class_init (McastSapAnnouncerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = mcast_sap_announcer_dispose;
  object_class->finalize = mcast_sap_announcer_finalize;
  object_class->get_property = mcast_sap_announcer_get_property;
  object_class->set_property = mcast_sap_announcer_set_property;
  /**
   * McastSapAnnouncer:interfaces: (getter get_interfaces)
   *
   * The interfaces to announce on: names, indexes, addresses or `*`. %NULL or an empty array
   * selects the interface of the route to the group of the announcements.
   *
   * Since: 0.2
   */
  properties[PROP_INTERFACES] = g_param_spec_boxed ("interfaces", NULL, NULL, G_TYPE_STRV, FIXED);
  /**
   * McastSapAnnouncer:listener:
   *
   * A listener whose sessions count for the interval, as RFC 2974 section 3.1 requires if others
   * announce sessions, too. With %NULL, only the sessions of this announcer count.
   *
   * Since: 0.2
   */
  properties[PROP_LISTENER] = g_param_spec_object ("listener", NULL, NULL, MCAST_TYPE_SAP_LISTENER,
                                                   FIXED);
  /**
   * McastSapAnnouncer:min-interval-us: (getter get_min_interval_us) (setter set_min_interval_us)
   *
   * The shortest mean time between two announcements of a session, in microseconds. RFC 2974 sets
   * 300 seconds; AES67 devices use 30 seconds.
   *
   * Since: 0.2
   */
  properties[PROP_MIN_INTERVAL_US] =
    g_param_spec_int64 ("min-interval-us", NULL, NULL, 1, G_MAXINT64 / 2, DEFAULT_MIN_INTERVAL_US,
                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
mcast_sap_announcer_init (McastSapAnnouncer *self)
{
  self->min_interval_us = DEFAULT_MIN_INTERVAL_US;
  self->context = g_main_context_ref_thread_default ();
  self->ads = g_ptr_array_new_with_free_func (ad_free);
  self->channels = g_ptr_array_new_with_free_func (channel_free);
  self->timer = _mcast_sap_timer_new ();
  g_source_set_callback (self->timer, on_timer, _mcast_weak_ref_new (self), _mcast_weak_ref_free);
  g_source_set_static_name (self->timer, "mcast SAP announcer");
  g_source_attach (self->timer, self->context);
}

/**
 * mcast_sap_announcer_new:
 * @interfaces: (nullable) (array zero-terminated=1): names, indexes, addresses or `*`; %NULL
 *   selects the interface of the route to the group of the announcements
 *
 * Creates an announcer without sessions. It opens sockets when sessions are added.
 *
 * Returns: (transfer full): the announcer
 * Since: 0.2
 */
McastSapAnnouncer *
mcast_sap_announcer_new (const char *const *interfaces)
{
  return g_object_new (MCAST_TYPE_SAP_ANNOUNCER, "interfaces", interfaces, NULL);
}

/* --- Sessions ------------------------------------------------------------------------------ */

static gboolean
fail (GError **error, const char *text)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, text);
  return FALSE;
}

static gboolean
check_sdp (const char *sdp, McastAddress *group, GError **error)
{
  g_autofree char *origin = _mcast_sap_sdp_dup_identity (sdp);

  if (!g_str_has_prefix (sdp, "v=0") || origin == NULL)
    return fail (error, "The text is not SDP: it must begin with “v=0” and have a line "
                        "“o=USER ID VERSION IN IP4|IP6 ADDRESS”");
  if (!_mcast_sap_sdp_find_group (sdp, group))
    return fail (error, "The SDP has no multicast address: add a line such as "
                        "“c=IN IP4 239.1.2.3/32”");
  if (strlen (sdp) > MCAST_MAX_PAYLOAD - 100)
    return fail (error, "The SDP does not fit into a datagram");
  return TRUE;
}

static gboolean
check_open (McastSapAnnouncer *self, GError **error)
{
  if (self->timer != NULL)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The announcer is closed");
  return FALSE;
}

static gboolean
is_hash_used (McastSapAnnouncer *self, guint16 hash)
{
  for (guint i = 0; i < self->ads->len; i++)
    if (get_ad (self, i)->hash == hash)
      return TRUE;
  return hash == 0;
}

/* Derives the hash from the text: an announcer that is restarted announces the same session. */
static guint16
choose_hash (McastSapAnnouncer *self, const char *sdp)
{
  guint32 full = g_str_hash (sdp);
  guint16 hash = (guint16) (full ^ full >> 16);

  while (is_hash_used (self, hash))
    hash++;
  return hash;
}

static Channel *
choose_channel (McastSapAnnouncer *self, const char *sdp, GError **error)
{
  McastAddress group;
  McastAddress scope;

  if (!check_open (self, error) || !check_sdp (sdp, &group, error))
    return NULL;
  if (self->ads->len >= G_MAXUINT16 / 2)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                           "An announcer can announce 32767 sessions; use another one");
      return NULL;
    }
  _mcast_sap_scope_find_group (&group, &scope);
  return find_channel (self, &scope, error);
}

static gboolean
find_ad (McastSapAnnouncer *self, guint id, guint *index, GError **error)
{
  for (guint i = 0; i < self->ads->len; i++)
    if (get_ad (self, i)->id == id)
      {
        *index = i;
        return TRUE;
      }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               "No session with the number %u is announced", id);
  return FALSE;
}

/**
 * mcast_sap_announcer_add:
 * @self: an announcer
 * @sdp: the description of the session, in SDP (RFC 8866)
 * @error: return location for an error
 *
 * Announces a session at once, and then repeatedly.
 *
 * A packet that cannot be sent now is no error: it is counted, and the session is announced as soon
 * as an interface is ready. RFC 2974 recommends that a description have at most 1000 bytes.
 *
 * Fails with `G_IO_ERROR_INVALID_ARGUMENT` if @sdp is not SDP or has no multicast address, with
 * `G_IO_ERROR_CLOSED`, and as [ctor@TxSocket.new] does.
 *
 * Returns: the number of the session, or 0 on error
 * Since: 0.2
 */
guint
mcast_sap_announcer_add (McastSapAnnouncer *self, const char *sdp, GError **error)
{
  Channel *channel;
  Ad *ad;

  g_return_val_if_fail (MCAST_IS_SAP_ANNOUNCER (self), 0);
  g_return_val_if_fail (sdp != NULL, 0);

  channel = choose_channel (self, sdp, error);
  if (channel == NULL)
    return 0;
  ad = g_new0 (Ad, 1);
  ad->id = ++self->last_id;
  ad->sdp = g_strdup (sdp);
  ad->hash = choose_hash (self, sdp);
  ad->channel = channel;
  channel->n_ads++;
  g_ptr_array_add (self->ads, ad);
  announce (self, ad);
  return ad->id;
}

/**
 * mcast_sap_announcer_update:
 * @self: an announcer
 * @id: the number of a session
 * @sdp: its new description, in SDP
 * @error: return location for an error
 *
 * Replaces the description of a session, and announces the new one at once. The version in the line
 * `o=` should be greater than before. An equal description changes nothing.
 *
 * Fails as [method@SapAnnouncer.add] does, and with `G_IO_ERROR_NOT_FOUND` if there is no such
 * session; the old description then stays.
 *
 * Returns: %TRUE on success
 * Since: 0.2
 */
gboolean
mcast_sap_announcer_update (McastSapAnnouncer *self, guint id, const char *sdp, GError **error)
{
  Channel *channel;
  guint index;
  Ad old;
  Ad *ad;

  g_return_val_if_fail (MCAST_IS_SAP_ANNOUNCER (self), FALSE);
  g_return_val_if_fail (sdp != NULL, FALSE);

  if (!check_open (self, error) || !find_ad (self, id, &index, error))
    return FALSE;
  ad = get_ad (self, index);
  if (g_str_equal (ad->sdp, sdp))
    return TRUE;
  channel = choose_channel (self, sdp, error);
  if (channel == NULL)
    return FALSE;
  old = *ad;
  ad->hash = choose_hash (self, sdp);
  ad->sdp = g_strdup (sdp);
  ad->channel = channel;
  if (channel->group.family != old.channel->group.family)
    ad->origin = (McastAddress) { .family = AF_UNSPEC };
  channel->n_ads++;
  announce (self, ad);
  /* Listeners that followed the change do not know the old version any more. */
  withdraw (self, &old);
  leave_channel (self, old.channel);
  g_free (old.sdp);
  return TRUE;
}

/**
 * mcast_sap_announcer_remove:
 * @self: an announcer
 * @id: the number of a session
 * @error: return location for an error
 *
 * Stops announcing a session, and sends its deletion.
 *
 * Fails with `G_IO_ERROR_NOT_FOUND` if there is no such session, and with `G_IO_ERROR_CLOSED`.
 *
 * Returns: %TRUE on success
 * Since: 0.2
 */
gboolean
mcast_sap_announcer_remove (McastSapAnnouncer *self, guint id, GError **error)
{
  guint index;
  Ad *ad;

  g_return_val_if_fail (MCAST_IS_SAP_ANNOUNCER (self), FALSE);

  if (!check_open (self, error) || !find_ad (self, id, &index, error))
    return FALSE;
  ad = get_ad (self, index);
  withdraw (self, ad);
  leave_channel (self, ad->channel);
  g_ptr_array_remove_index (self->ads, index);
  return TRUE;
}

/**
 * mcast_sap_announcer_set_min_interval_us: (set-property min-interval-us)
 * @self: an announcer
 * @min_interval_us: the time in microseconds, 1 or more
 *
 * Sets the shortest mean time between two announcements of a session. It applies from the next
 * announcement of each session on.
 *
 * Since: 0.2
 */
void
mcast_sap_announcer_set_min_interval_us (McastSapAnnouncer *self, gint64 min_interval_us)
{
  g_return_if_fail (MCAST_IS_SAP_ANNOUNCER (self));
  g_return_if_fail (min_interval_us > 0 && min_interval_us <= G_MAXINT64 / 2);

  if (self->min_interval_us == min_interval_us)
    return;
  self->min_interval_us = min_interval_us;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MIN_INTERVAL_US]);
}

/**
 * mcast_sap_announcer_get_min_interval_us: (get-property min-interval-us)
 * @self: an announcer
 *
 * Gets the shortest mean time between two announcements of a session.
 *
 * Returns: the time in microseconds
 * Since: 0.2
 */
gint64
mcast_sap_announcer_get_min_interval_us (McastSapAnnouncer *self)
{
  g_return_val_if_fail (MCAST_IS_SAP_ANNOUNCER (self), 0);

  return self->min_interval_us;
}

/**
 * mcast_sap_announcer_get_interfaces: (get-property interfaces)
 * @self: an announcer
 *
 * Gets the texts that select the interfaces.
 *
 * Returns: (transfer full) (array zero-terminated=1): names, indexes, addresses or `*`; an empty
 *   array for the default
 * Since: 0.2
 */
char **
mcast_sap_announcer_get_interfaces (McastSapAnnouncer *self)
{
  g_return_val_if_fail (MCAST_IS_SAP_ANNOUNCER (self), NULL);

  return self->interfaces != NULL ? g_strdupv (self->interfaces) : g_new0 (char *, 1);
}

/**
 * mcast_sap_announcer_get_stats:
 * @self: an announcer
 *
 * Gets statistics as a dictionary of type `a{sv}`. Counters have the type `t` and never decrease.
 *
 * - `sessions` (`u`): the number of sessions that are announced
 * - `announcements`, `deletions`: packets that were sent on at least one interface
 * - `failed`: packets that were sent on none
 *
 * Returns: (transfer full): the statistics
 * Since: 0.2
 */
GVariant *
mcast_sap_announcer_get_stats (McastSapAnnouncer *self)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_return_val_if_fail (MCAST_IS_SAP_ANNOUNCER (self), NULL);

  g_variant_dict_insert (&dict, "sessions", "u", self->ads->len);
  g_variant_dict_insert (&dict, "announcements", "t", self->n_announcements);
  g_variant_dict_insert (&dict, "deletions", "t", self->n_deletions);
  g_variant_dict_insert (&dict, "failed", "t", self->n_failed);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

/**
 * mcast_sap_announcer_close:
 * @self: an announcer
 *
 * Removes all sessions, sends their deletions and closes the sockets. Closing again does nothing.
 *
 * Since: 0.2
 */
void
mcast_sap_announcer_close (McastSapAnnouncer *self)
{
  g_return_if_fail (MCAST_IS_SAP_ANNOUNCER (self));

  if (self->timer == NULL)
    return;
  for (guint i = 0; i < self->ads->len; i++)
    withdraw (self, get_ad (self, i));
  g_ptr_array_set_size (self->ads, 0);
  g_ptr_array_set_size (self->channels, 0);
  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

/**
 * mcast_sap_announcer_is_closed:
 * @self: an announcer
 *
 * Checks whether the announcer is closed.
 *
 * Returns: %TRUE if it is closed
 * Since: 0.2
 */
gboolean
mcast_sap_announcer_is_closed (McastSapAnnouncer *self)
{
  g_return_val_if_fail (MCAST_IS_SAP_ANNOUNCER (self), TRUE);

  return self->timer == NULL;
}
