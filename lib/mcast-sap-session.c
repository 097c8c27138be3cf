/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-sap-session-private.h"

#include "sap/mcast-sap-sdp-private.h"

/**
 * McastSapSession:
 *
 * A session that is announced on the network with SAP (RFC 2974), such as an AES67 stream.
 *
 * A [class@SapListener] lists sessions and updates them. Each announcement updates
 * [property@SapSession:last-seen-us], a new version of the session
 * [property@SapSession:sdp] and [property@SapSession:message-hash]; `notify` is emitted for what
 * changed.
 *
 * The text is what a host of the network sent. It can be anything: parse it as such, and escape
 * control characters before printing it.
 *
 * Use a session only in the thread of the listener's main context.
 *
 * Since: 0.2
 */
struct _McastSapSession
{
  GObject parent_instance;

  McastAddress origin;
  guint16 hash;
  gboolean is_authenticated;
  char *payload_type;
  char *sdp;
  char *name;
  GInetAddress *origin_address;

  /* Real time, for the user. */
  gint64 first_seen_us;
  gint64 last_seen_us;

  /* Monotonic time. */
  gint64 first_us;
  gint64 last_us;
  gint64 period_us;
  gboolean is_confirmed;

  GArray *receptions;
};

/* An interface on which the session is announced, and the host that announced it there first. */
typedef struct
{
  guint iface_index;
  char *iface_name;
  McastAddress sender;
  gint64 last_us;
} Reception;

/* Announcements that follow each other faster are copies: in several groups or on several paths. */
#define COPY_WINDOW_US G_USEC_PER_SEC

/* RFC 2974 section 4: a session ends when it was silent for this many periods. */
#define TIMEOUT_PERIODS 10

typedef enum
{
  PROP_NAME = 1,
  PROP_SDP,
  PROP_PAYLOAD_TYPE,
  PROP_ORIGIN,
  PROP_MESSAGE_HASH,
  PROP_INTERFACES,
  PROP_FIRST_SEEN_US,
  PROP_LAST_SEEN_US,
  PROP_PERIOD_US,
} McastSapSessionProperty;

static GParamSpec *properties[PROP_PERIOD_US + 1];

G_DEFINE_FINAL_TYPE (McastSapSession, mcast_sap_session, G_TYPE_OBJECT)

static void
notify (McastSapSession *self, McastSapSessionProperty property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
clear_reception (gpointer data)
{
  g_free (((Reception *) data)->iface_name);
}

static void
mcast_sap_session_finalize (GObject *object)
{
  McastSapSession *self = MCAST_SAP_SESSION (object);

  g_free (self->payload_type);
  g_free (self->sdp);
  g_free (self->name);
  g_clear_object (&self->origin_address);
  g_array_unref (self->receptions);

  G_OBJECT_CLASS (mcast_sap_session_parent_class)->finalize (object);
}

static void
mcast_sap_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  McastSapSession *self = MCAST_SAP_SESSION (object);

  switch ((McastSapSessionProperty) id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_SDP:
      g_value_set_string (value, self->sdp);
      break;
    case PROP_PAYLOAD_TYPE:
      g_value_set_string (value, self->payload_type);
      break;
    case PROP_ORIGIN:
      g_value_set_object (value, mcast_sap_session_get_origin (self));
      break;
    case PROP_MESSAGE_HASH:
      g_value_set_uint (value, self->hash);
      break;
    case PROP_INTERFACES:
      g_value_take_boxed (value, mcast_sap_session_get_interfaces (self));
      break;
    case PROP_FIRST_SEEN_US:
      g_value_set_int64 (value, self->first_seen_us);
      break;
    case PROP_LAST_SEEN_US:
      g_value_set_int64 (value, self->last_seen_us);
      break;
    case PROP_PERIOD_US:
      g_value_set_int64 (value, self->period_us);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

#define READABLE (G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS)

static void
install_content_properties (void)
{
  /**
   * McastSapSession:name: (getter get_name)
   *
   * The name of the session, the line `s=` of its description.
   *
   * Since: 0.2
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, READABLE);
  /**
   * McastSapSession:sdp: (getter get_sdp)
   *
   * The description of the session.
   *
   * Since: 0.2
   */
  properties[PROP_SDP] = g_param_spec_string ("sdp", NULL, NULL, NULL, READABLE);
  /**
   * McastSapSession:payload-type: (getter get_payload_type)
   *
   * The media type of [property@SapSession:sdp], in lower case.
   *
   * Since: 0.2
   */
  properties[PROP_PAYLOAD_TYPE] = g_param_spec_string ("payload-type", NULL, NULL, NULL, READABLE);
  /**
   * McastSapSession:origin: (getter get_origin)
   *
   * The originating source that the announcement states. Together with
   * [property@SapSession:message-hash], it identifies the announcement.
   *
   * Since: 0.2
   */
  properties[PROP_ORIGIN] = g_param_spec_object ("origin", NULL, NULL, G_TYPE_INET_ADDRESS,
                                                 READABLE);
  /**
   * McastSapSession:message-hash: (getter get_message_hash)
   *
   * The message identifier hash. It changes when the description changes.
   *
   * Since: 0.2
   */
  properties[PROP_MESSAGE_HASH] = g_param_spec_uint ("message-hash", NULL, NULL, 0, G_MAXUINT16, 0,
                                                     READABLE);
}

static void
install_reception_properties (void)
{
  /**
   * McastSapSession:interfaces: (getter get_interfaces)
   *
   * The names of the interfaces on which the session is announced.
   *
   * Since: 0.2
   */
  properties[PROP_INTERFACES] = g_param_spec_boxed ("interfaces", NULL, NULL, G_TYPE_STRV,
                                                    READABLE);
  /**
   * McastSapSession:first-seen-us: (getter get_first_seen_us)
   *
   * The time of the first announcement, in microseconds since 1970.
   *
   * Since: 0.2
   */
  properties[PROP_FIRST_SEEN_US] = g_param_spec_int64 ("first-seen-us", NULL, NULL, 0, G_MAXINT64,
                                                       0, READABLE);
  /**
   * McastSapSession:last-seen-us: (getter get_last_seen_us)
   *
   * The time of the last announcement, in microseconds since 1970.
   *
   * Since: 0.2
   */
  properties[PROP_LAST_SEEN_US] = g_param_spec_int64 ("last-seen-us", NULL, NULL, 0, G_MAXINT64, 0,
                                                      READABLE);
  /**
   * McastSapSession:period-us: (getter get_period_us)
   *
   * The measured time from one announcement to the next, in microseconds. 0 before the second one.
   *
   * Since: 0.2
   */
  properties[PROP_PERIOD_US] = g_param_spec_int64 ("period-us", NULL, NULL, 0, G_MAXINT64, 0,
                                                   READABLE);
}

static void
mcast_sap_session_class_init (McastSapSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = mcast_sap_session_finalize;
  object_class->get_property = mcast_sap_session_get_property;
  install_content_properties ();
  install_reception_properties ();
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
mcast_sap_session_init (McastSapSession *self)
{
  self->receptions = g_array_new (FALSE, FALSE, sizeof (Reception));
  g_array_set_clear_func (self->receptions, clear_reception);
}

static Reception *
get_reception (McastSapSession *self, guint index)
{
  return &g_array_index (self->receptions, Reception, index);
}

static Reception *
find_reception (McastSapSession *self, guint iface_index)
{
  for (guint i = 0; i < self->receptions->len; i++)
    if (get_reception (self, i)->iface_index == iface_index)
      return get_reception (self, i);
  return NULL;
}

static void
add_reception (McastSapSession *self, const McastSapArrival *arrival)
{
  const Reception reception = {
    .iface_index = arrival->iface_index,
    .iface_name = g_strdup (arrival->iface_name),
    .sender = arrival->sender,
    .last_us = arrival->now_us,
  };

  g_array_append_val (self->receptions, reception);
}

/* Takes the texts out of @packet. */
static void
take_content (McastSapSession *self, McastSapPacket *packet)
{
  self->hash = packet->hash;
  g_free (self->payload_type);
  self->payload_type = g_steal_pointer (&packet->payload_type);
  g_free (self->sdp);
  self->sdp = g_steal_pointer (&packet->text);
  g_free (self->name);
  self->name = _mcast_sap_sdp_dup_name (self->sdp);
}

/* Creates the session that an announcement describes, and takes the texts out of @packet. */
McastSapSession *
_mcast_sap_session_new (McastSapPacket *packet, const McastSapArrival *arrival)
{
  McastSapSession *self = g_object_new (MCAST_TYPE_SAP_SESSION, NULL);

  self->origin = packet->origin;
  self->is_authenticated = packet->is_authenticated;
  self->first_us = self->last_us = arrival->now_us;
  self->first_seen_us = self->last_seen_us = arrival->real_time_us;
  take_content (self, packet);
  add_reception (self, arrival);
  return self;
}

/* Replaces what the session is by a new version, and takes the texts out of @packet. */
void
_mcast_sap_session_change (McastSapSession *self, McastSapPacket *packet)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (self->hash != packet->hash)
    notify (self, PROP_MESSAGE_HASH);
  take_content (self, packet);
  notify (self, PROP_SDP);
  notify (self, PROP_NAME);
  notify (self, PROP_PAYLOAD_TYPE);
  g_object_thaw_notify (G_OBJECT (self));
}

/* Removes the interfaces that have been silent for as long as a session may be. */
static gboolean
remove_silent (McastSapSession *self, gint64 now_us, gint64 timeout_us)
{
  guint n_before = self->receptions->len;

  for (guint i = n_before; i-- > 0;)
    if (now_us - get_reception (self, i)->last_us > timeout_us)
      g_array_remove_index (self->receptions, i);
  return self->receptions->len < n_before;
}

static void
measure_period (McastSapSession *self, Reception *reception, gint64 now_us)
{
  gint64 gap = now_us - reception->last_us;

  if (gap < COPY_WINDOW_US)
    return;
  self->period_us = self->period_us == 0 ? gap : (3 * self->period_us + gap) / 4;
  reception->last_us = now_us;
  notify (self, PROP_PERIOD_US);
}

static gboolean
rename_reception (Reception *reception, const char *name)
{
  if (g_strcmp0 (reception->iface_name, name) == 0)
    return FALSE;
  g_free (reception->iface_name);
  reception->iface_name = g_strdup (name);
  return TRUE;
}

static gint64
get_timeout (McastSapSession *self, gint64 min_timeout_us)
{
  return MAX (min_timeout_us, TIMEOUT_PERIODS * self->period_us);
}

/* Records a further announcement. Returns whether the list of senders changed. */
gboolean
_mcast_sap_session_repeat (McastSapSession *self, const McastSapArrival *arrival,
                           gint64 min_timeout_us)
{
  gboolean changed;
  gboolean renamed = FALSE;
  Reception *reception;

  g_object_freeze_notify (G_OBJECT (self));
  changed = remove_silent (self, arrival->now_us, get_timeout (self, min_timeout_us));
  reception = find_reception (self, arrival->iface_index);
  if (reception == NULL)
    {
      add_reception (self, arrival);
      changed = TRUE;
    }
  else
    {
      renamed = rename_reception (reception, arrival->iface_name);
      if (_mcast_address_equal (&reception->sender, &arrival->sender))
        measure_period (self, reception, arrival->now_us);
    }
  if (changed || renamed)
    notify (self, PROP_INTERFACES);
  self->is_confirmed |= arrival->now_us - self->first_us >= COPY_WINDOW_US;
  self->last_us = arrival->now_us;
  self->last_seen_us = arrival->real_time_us;
  notify (self, PROP_LAST_SEEN_US);
  g_object_thaw_notify (G_OBJECT (self));
  return changed;
}

/* Returns whether a packet comes from a host that announces the session: only such a host can
 * change or delete it, RFC 2974 section 5. */
gboolean
_mcast_sap_session_is_sender (McastSapSession *self, const McastSapArrival *arrival)
{
  for (guint i = 0; i < self->receptions->len; i++)
    if (_mcast_address_equal (&get_reception (self, i)->sender, &arrival->sender))
      return TRUE;
  return FALSE;
}

/* Returns NULL after the last sender. */
const McastAddress *
_mcast_sap_session_get_sender (McastSapSession *self, guint index)
{
  return index < self->receptions->len ? &get_reception (self, index)->sender : NULL;
}

gboolean
_mcast_sap_session_has_text (McastSapSession *self, const McastSapPacket *packet)
{
  return g_str_equal (self->sdp, packet->text)
         && g_str_equal (self->payload_type, packet->payload_type);
}

/* Returns whether the session was announced again later, which a single forged packet is not. */
gboolean
_mcast_sap_session_is_confirmed (McastSapSession *self)
{
  return self->is_confirmed;
}

gint64
_mcast_sap_session_get_last_us (McastSapSession *self)
{
  return self->last_us;
}

/* Returns when the session ends unless it is announced before. */
gint64
_mcast_sap_session_get_deadline_us (McastSapSession *self, gint64 min_timeout_us)
{
  return self->last_us + get_timeout (self, min_timeout_us);
}

const McastAddress *
_mcast_sap_session_origin (McastSapSession *self)
{
  return &self->origin;
}

gboolean
_mcast_sap_session_is_authenticated (McastSapSession *self)
{
  return self->is_authenticated;
}

/**
 * mcast_sap_session_get_name: (get-property name)
 * @self: a session
 *
 * Gets the name of the session, the line `s=` of its description.
 *
 * Returns: (nullable): the name, or %NULL if it has none. It is valid until the session changes
 * Since: 0.2
 */
const char *
mcast_sap_session_get_name (McastSapSession *self)
{
  g_return_val_if_fail (MCAST_IS_SAP_SESSION (self), NULL);

  return self->name;
}

/**
 * mcast_sap_session_get_sdp: (get-property sdp)
 * @self: a session
 *
 * Gets the description of the session. It is SDP (RFC 8866) unless
 * [property@SapSession:payload-type] is another than `application/sdp`. A text that is not UTF-8 is
 * converted from ISO 8859-1.
 *
 * Returns: the text. It is valid until the session changes
 * Since: 0.2
 */
const char *
mcast_sap_session_get_sdp (McastSapSession *self)
{
  g_return_val_if_fail (MCAST_IS_SAP_SESSION (self), NULL);

  return self->sdp;
}

/**
 * mcast_sap_session_get_payload_type: (get-property payload-type)
 * @self: a session
 *
 * Gets the media type of the description, in lower case. An announcement without one has
 * `application/sdp`.
 *
 * Returns: the media type. It is valid until the session changes
 * Since: 0.2
 */
const char *
mcast_sap_session_get_payload_type (McastSapSession *self)
{
  g_return_val_if_fail (MCAST_IS_SAP_SESSION (self), NULL);

  return self->payload_type;
}

/**
 * mcast_sap_session_get_origin: (get-property origin)
 * @self: a session
 *
 * Gets the originating source that the announcement states. It is not verified.
 *
 * Returns: (transfer none): the address
 * Since: 0.2
 */
GInetAddress *
mcast_sap_session_get_origin (McastSapSession *self)
{
  g_return_val_if_fail (MCAST_IS_SAP_SESSION (self), NULL);

  if (self->origin_address == NULL)
    self->origin_address = _mcast_address_to_gio (&self->origin);
  return self->origin_address;
}

/**
 * mcast_sap_session_get_message_hash: (get-property message-hash)
 * @self: a session
 *
 * Gets the message identifier hash of the current version of the session.
 *
 * Returns: the hash, 0 to 65535. 0 means that the announcer sets none
 * Since: 0.2
 */
guint
mcast_sap_session_get_message_hash (McastSapSession *self)
{
  g_return_val_if_fail (MCAST_IS_SAP_SESSION (self), 0);

  return self->hash;
}

/**
 * mcast_sap_session_get_interfaces: (get-property interfaces)
 * @self: a session
 *
 * Gets the names of the interfaces on which the session is announced. An interface that has been
 * silent for as long as a session may be is removed at the next announcement on another one.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names
 * Since: 0.2
 */
char **
mcast_sap_session_get_interfaces (McastSapSession *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  g_return_val_if_fail (MCAST_IS_SAP_SESSION (self), NULL);

  for (guint i = 0; i < self->receptions->len; i++)
    g_strv_builder_add (names, get_reception (self, i)->iface_name);
  return g_strv_builder_end (names);
}

/**
 * mcast_sap_session_get_first_seen_us: (get-property first-seen-us)
 * @self: a session
 *
 * Gets the time of the first announcement.
 *
 * Returns: the time in microseconds since 1970, as g_get_real_time() returns it
 * Since: 0.2
 */
gint64
mcast_sap_session_get_first_seen_us (McastSapSession *self)
{
  g_return_val_if_fail (MCAST_IS_SAP_SESSION (self), 0);

  return self->first_seen_us;
}

/**
 * mcast_sap_session_get_last_seen_us: (get-property last-seen-us)
 * @self: a session
 *
 * Gets the time of the last announcement.
 *
 * Returns: the time in microseconds since 1970, as g_get_real_time() returns it
 * Since: 0.2
 */
gint64
mcast_sap_session_get_last_seen_us (McastSapSession *self)
{
  g_return_val_if_fail (MCAST_IS_SAP_SESSION (self), 0);

  return self->last_seen_us;
}

/**
 * mcast_sap_session_get_period_us: (get-property period-us)
 * @self: a session
 *
 * Gets the measured time from one announcement to the next. Announcements that follow each other
 * within a second are copies, which do not count.
 *
 * Returns: the period in microseconds, or 0 before the second announcement
 * Since: 0.2
 */
gint64
mcast_sap_session_get_period_us (McastSapSession *self)
{
  g_return_val_if_fail (MCAST_IS_SAP_SESSION (self), 0);

  return self->period_us;
}
