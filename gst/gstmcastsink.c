/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-mcastsink
 * @title: mcastsink
 * @short_description: sends IP multicast
 * @see_also: mcastsrc, udpsink, multiudpsink
 *
 * Sends each buffer as one datagram, or cut into datagrams of #GstMcastSink:packet-size bytes, to
 * every group on every interface it was given. A path, which is a group on an interface, that fails
 * does not stop the others and never the stream.
 *
 * A pipeline that sends multicast with udpsink or multiudpsink works when the name is replaced.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 audiotestsrc is-live=true ! audioconvert ! rtpL16pay \
 *     ! mcastsink host=239.1.2.3 port=5004 interfaces=lo
 * ]| A tone as RTP on the machine's own loopback interface.
 * |[
 * gst-launch-1.0 videotestsrc is-live=true ! x264enc tune=zerolatency key-int-max=30 \
 *     ! mpegtsmux alignment=7 ! mcastsink host=239.1.2.3 port=5004 interfaces="*" ttl-mc=4
 * ]| A picture on every interface, across up to three routers.
 * |[
 * gst-launch-1.0 filesrc location=film.ts blocksize=65800 ! tsparse set-timestamps=true \
 *     ! mcastsink groups="<239.1.2.3,239.1.2.4:5006>" packet-size=1316
 * ]| A recording to two groups, in datagrams of seven MPEG-TS packets.
 *
 * ## Messages
 * - `mcast-path-failed`: nothing can be sent to a group on an interface. It comes as the details of
 *   a warning, in the field `path`, once, until the path has worked again. Fields `group` (string),
 *   `port` (guint), `interface` (string), `interface-index` (guint), `error` (string).
 * - `mcast-path-recovered`: such a path works again. An element message with the same fields.
 * - `mcast-interface-ready`, `mcast-interface-lost`: an interface is sent to from now on, or no
 *   longer. Element messages with the fields `interface` (string) and `interface-index` (guint).
 */
#include "config.h"

#include "gstmcastsink.h"

#include <gio/gio.h>
#include <mcast.h>

#include "gstmcastclients.h"
#include "gstmcastdebug.h"
#include "gstmcasterror.h"
#include "gstmcastgroups.h"
#include "gstmcasttextlist.h"
#include "gstmcastoutput.h"
#include "gstmcastsender.h"
#include "gstmcastsinksettings.h"
#include "gstmcaststats.h"
#include "gstmcasturi.h"

struct _GstMcastSink
{
  GstBaseSink parent;

  /* Under the object lock */
  GstMcastSinkSettings settings;
  GstMcastClients *clients;
  GError *uri_error; /* of the last URI, if it was wrong and no host came after it */
  GstMcastSender *sender;
  GCancellable *cancellable;
  guint64 bytes_to_serve;
  guint64 bytes_served; /* of the last sender, when it is closed */

  /* Held while the sender is opened, closed or updated, so that none of them misses a setting;
   * taken before the object lock */
  GMutex open_lock;
  GstMcastNews *news;

  /* Of the streaming thread */
  GstMcastOutput *output;
};

enum
{
  SIGNAL_ADD,
  SIGNAL_REMOVE,
  SIGNAL_CLEAR,
  SIGNAL_GET_STATS,
  SIGNAL_CLIENT_ADDED,
  SIGNAL_CLIENT_REMOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GstStaticPadTemplate sink_template =
  GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

G_DEFINE_FINAL_TYPE_WITH_CODE (GstMcastSink, gst_mcast_sink, GST_TYPE_BASE_SINK,
                               G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER,
                                                      gst_mcast_uri_handler_init))

static GstMcastSender *
gst_mcast_sink_ref_sender (GstMcastSink *self)
{
  GstMcastSender *sender;

  GST_OBJECT_LOCK (self);
  sender = self->sender != NULL ? gst_mcast_sender_ref (self->sender) : NULL;
  GST_OBJECT_UNLOCK (self);
  return sender;
}

/* --- Where to -------------------------------------------------------------------------------- */

static GstMcastClients *
gst_mcast_sink_copy_clients (GstMcastSink *self)
{
  GstMcastClients *copy;

  GST_OBJECT_LOCK (self);
  copy = gst_mcast_clients_copy (self->clients, (guint) self->settings.port);
  GST_OBJECT_UNLOCK (self);
  return copy;
}

/* The group of @client as the library writes it; NULL if it is none. */
static char *
client_to_group (const GstMcastClient *client, GError **error)
{
  g_autofree char *address = gst_mcast_group_resolve (client->host, error);
  const GstMcastClient numeric = { client->origin, address, client->port, client->connect_time };
  g_autofree char *text = address != NULL ? gst_mcast_client_to_string (&numeric) : NULL;

  return text != NULL ? gst_mcast_group_canonical (text, error) : NULL;
}

/* The groups to send to; @error gets the first destination that is none. */
static char **
gst_mcast_sink_dup_groups (GstMcastSink *self, GError **error)
{
  g_autoptr (GPtrArray) clients = gst_mcast_sink_copy_clients (self);
  g_autoptr (GPtrArray) groups = g_ptr_array_new ();
  gboolean send_duplicates;

  GST_OBJECT_LOCK (self);
  send_duplicates = self->settings.send_duplicates;
  GST_OBJECT_UNLOCK (self);

  for (guint i = 0; i < clients->len; i++)
    {
      const GstMcastClient *client = g_ptr_array_index (clients, i);
      GError **first = *error == NULL ? error : NULL;
      char *group;

      if (client->origin == GST_MCAST_CLIENT_DEFAULT)
        continue;
      group = client_to_group (client, first);
      if (group != NULL
          && (send_duplicates
              || !g_ptr_array_find_with_equal_func (groups, group, g_str_equal, NULL)))
        g_ptr_array_add (groups, group);
      else
        g_free (group);
    }
  g_ptr_array_add (groups, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&groups), FALSE);
}

static void
gst_mcast_sink_update_groups (GstMcastSink *self, GstMcastSender *sender, GError **limit,
                              GError **error)
{
  g_auto (GStrv) groups = gst_mcast_sink_dup_groups (self, error);

  gst_mcast_sender_set_groups (sender, (const char *const *) groups, limit, error);
}

static void
gst_mcast_sink_lock_open (GstMcastSink *self)
{
  g_mutex_lock (&self->open_lock);
  gst_mcast_news_hold (self->news);
}

static void
gst_mcast_sink_unlock_open (GstMcastSink *self)
{
  g_mutex_unlock (&self->open_lock);
  gst_mcast_news_release (self->news);
}

static void
gst_mcast_sink_warn (GstMcastSink *self, GError *error)
{
  if (error == NULL)
    return;
  gst_mcast_post_warning (GST_ELEMENT (self), GST_RESOURCE_ERROR_SETTINGS, error);
  g_error_free (error);
}

/* Makes new destinations take effect. Setting a property or adding a client cannot fail, so
 * what goes wrong while running is a warning on the bus. */
static void
gst_mcast_sink_groups_changed (GstMcastSink *self)
{
  g_autoptr (GstMcastSender) sender = NULL;
  GError *limit = NULL;
  GError *error = NULL;

  gst_mcast_sink_lock_open (self);
  sender = gst_mcast_sink_ref_sender (self);
  if (sender != NULL)
    gst_mcast_sink_update_groups (self, sender, &limit, &error);
  gst_mcast_sink_unlock_open (self);

  gst_mcast_sink_warn (self, limit);
  gst_mcast_sink_warn (self, error);
}

static void
gst_mcast_sink_emit (GstMcastSink *self, guint signal, GstMcastClients *clients)
{
  for (guint i = 0; i < clients->len; i++)
    {
      const GstMcastClient *client = g_ptr_array_index (clients, i);

      g_signal_emit (self, signals[signal], 0, client->host, (int) client->port);
    }
}

/* Makes the list of clients, which was as in @before, take effect, and tells what is new in it. */
static void
gst_mcast_sink_clients_changed (GstMcastSink *self, GstMcastClients *before)
{
  g_autoptr (GPtrArray) now = gst_mcast_sink_copy_clients (self);
  g_autoptr (GPtrArray) removed = gst_mcast_clients_get_removed (now, before);
  g_autoptr (GPtrArray) added = gst_mcast_clients_get_added (now, before);

  gst_mcast_sink_groups_changed (self);
  gst_mcast_sink_emit (self, SIGNAL_CLIENT_REMOVED, removed);
  gst_mcast_sink_emit (self, SIGNAL_CLIENT_ADDED, added);
}

static void
gst_mcast_sink_add (GstMcastSink *self, const char *host, int port)
{
  g_autoptr (GPtrArray) before = gst_mcast_sink_copy_clients (self);

  g_return_if_fail (host != NULL && port >= 0 && port <= G_MAXUINT16);

  GST_OBJECT_LOCK (self);
  gst_mcast_clients_add (self->clients, GST_MCAST_CLIENT_ADDED, host, (guint) port);
  GST_OBJECT_UNLOCK (self);
  gst_mcast_sink_clients_changed (self, before);
}

static void
gst_mcast_sink_remove (GstMcastSink *self, const char *host, int port)
{
  g_autoptr (GPtrArray) before = gst_mcast_sink_copy_clients (self);
  gboolean found;

  g_return_if_fail (host != NULL && port >= 0 && port <= G_MAXUINT16);

  GST_OBJECT_LOCK (self);
  found = gst_mcast_clients_remove_one (self->clients, host, (guint) port,
                                        (guint) self->settings.port);
  GST_OBJECT_UNLOCK (self);
  if (found)
    gst_mcast_sink_clients_changed (self, before);
  else
    GST_WARNING_OBJECT (self, "no client %s:%d to remove", host, port);
}

static void
gst_mcast_sink_clear (GstMcastSink *self)
{
  g_autoptr (GPtrArray) before = gst_mcast_sink_copy_clients (self);

  GST_OBJECT_LOCK (self);
  gst_mcast_clients_clear (self->clients);
  GST_OBJECT_UNLOCK (self);
  gst_mcast_sink_clients_changed (self, before);
}

static void
add_path (GVariant *path, McastGroup *group, guint64 *bytes, guint64 *packets)
{
  g_autofree char *address = g_inet_address_to_string (mcast_group_get_address (group));
  const char *path_group = "";
  guint port = 0;
  guint64 count = 0;

  g_variant_lookup (path, "group", "&s", &path_group);
  g_variant_lookup (path, "port", "u", &port);
  if (port != mcast_group_get_port (group) || !g_str_equal (path_group, address))
    return;
  if (g_variant_lookup (path, "bytes", "t", &count))
    *bytes += count;
  if (g_variant_lookup (path, "accepted", "t", &count))
    *packets += count;
}

/* Adds up what the paths of one socket say of @group. */
static void
add_socket (GVariant *stats, McastGroup *group, guint64 *bytes, guint64 *packets)
{
  g_autoptr (GVariant) paths = g_variant_lookup_value (stats, "paths", G_VARIANT_TYPE ("aa{sv}"));
  gsize n = paths != NULL ? g_variant_n_children (paths) : 0;

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) path = g_variant_get_child_value (paths, i);

      add_path (path, group, bytes, packets);
    }
}

static void
gst_mcast_sink_count_sent (GstMcastSink *self, const GstMcastClient *client, guint64 *bytes,
                           guint64 *packets)
{
  g_autoptr (GstMcastSender) sender = gst_mcast_sink_ref_sender (self);
  g_autofree char *text = client_to_group (client, NULL);
  g_autoptr (McastGroup) group = text != NULL ? mcast_group_parse (text, NULL) : NULL;
  g_autoptr (GPtrArray) stats = sender != NULL ? gst_mcast_sender_get_stats (sender) : NULL;

  for (guint i = 0; group != NULL && stats != NULL && i < stats->len; i++)
    add_socket (g_ptr_array_index (stats, i), group, bytes, packets);
}

/* The name and the fields are those of multiudpsink. */
static GstStructure *
gst_mcast_sink_get_client_stats (GstMcastSink *self, const char *host, int port)
{
  g_autoptr (GPtrArray) clients = gst_mcast_sink_copy_clients (self);
  GstStructure *result = gst_structure_new_empty ("multiudpsink-stats");
  const GstMcastClient *client = gst_mcast_clients_find (clients, host, (guint) port);
  guint64 bytes = 0;
  guint64 packets = 0;

  if (client == NULL)
    return result;
  gst_mcast_sink_count_sent (self, client, &bytes, &packets);
  gst_structure_set (result, "bytes-sent", G_TYPE_UINT64, bytes, "packets-sent", G_TYPE_UINT64,
                     packets, "connect-time", G_TYPE_UINT64, client->connect_time,
                     "disconnect-time", G_TYPE_UINT64, G_GUINT64_CONSTANT (0), NULL);
  return result;
}

/* --- Opening and closing --------------------------------------------------------------------- */

/* Any address means none: each interface has its own. */
static char *
dup_bind_address (const char *text)
{
  g_autoptr (GInetAddress) address = text != NULL ? g_inet_address_new_from_string (text) : NULL;

  return address != NULL && g_inet_address_get_is_any (address) ? NULL : g_strdup (text);
}

static void
gst_mcast_sink_get_options (GstMcastSink *self, GstMcastSenderOptions *options)
{
  const GstMcastSinkSettings *settings = &self->settings;

  GST_OBJECT_LOCK (self);
  options->interfaces = gst_mcast_text_list_split (settings->interfaces);
  options->wait_for_interfaces = settings->wait_for_interfaces;
  options->bind_address = dup_bind_address (settings->bind_address);
  options->bind_port = (guint) settings->bind_port;
  if (settings->socket != NULL)
    options->socket = g_object_ref (settings->socket);
  if (settings->socket_v6 != NULL)
    options->socket_v6 = g_object_ref (settings->socket_v6);
  options->buffer_size = (guint) settings->buffer_size;
  options->ttl = (guint) settings->ttl_mc;
  options->loopback = settings->loop;
  options->dscp = settings->qos_dscp;
  options->pacing_rate = settings->pacing_rate;
  GST_OBJECT_UNLOCK (self);
}

/* Called with the open lock. */
static GstMcastSender *
gst_mcast_sink_open_sender (GstMcastSink *self, GError **limit, GError **error)
{
  GstMcastSenderOptions options = { NULL };
  GstMcastSender *sender;

  gst_mcast_sink_get_options (self, &options);
  sender = gst_mcast_sender_new (&options, self->news);
  gst_mcast_sink_update_groups (self, sender, limit, error);
  if (*error != NULL)
    {
      gst_mcast_sender_close (sender, FALSE);
      gst_mcast_sender_unref (sender);
      return NULL;
    }
  GST_OBJECT_LOCK (self);
  self->sender = gst_mcast_sender_ref (sender);
  self->bytes_to_serve = 0;
  self->bytes_served = 0;
  GST_OBJECT_UNLOCK (self);
  return sender;
}

static GError *
gst_mcast_sink_dup_uri_error (GstMcastSink *self)
{
  GError *error;

  GST_OBJECT_LOCK (self);
  error = self->uri_error != NULL ? g_error_copy (self->uri_error) : NULL;
  GST_OBJECT_UNLOCK (self);
  return error;
}

static gboolean
gst_mcast_sink_has_destination (GstMcastSink *self)
{
  g_autoptr (GPtrArray) clients = gst_mcast_sink_copy_clients (self);

  for (guint i = 0; i < clients->len; i++)
    if (((GstMcastClient *) g_ptr_array_index (clients, i))->origin != GST_MCAST_CLIENT_DEFAULT)
      return TRUE;
  return FALSE;
}

static gboolean
gst_mcast_sink_open (GstMcastSink *self)
{
  g_autoptr (GstMcastSender) sender = NULL;
  GError *limit = NULL;
  g_autoptr (GError) error = gst_mcast_sink_dup_uri_error (self);

  gst_mcast_sink_lock_open (self);
  if (error == NULL)
    sender = gst_mcast_sink_open_sender (self, &limit, &error);
  gst_mcast_sink_unlock_open (self);

  gst_mcast_sink_warn (self, limit);
  if (sender == NULL)
    {
      gst_mcast_post_error (GST_ELEMENT (self), GST_RESOURCE_ERROR_OPEN_WRITE, error);
      return FALSE;
    }
  if (!gst_mcast_sink_has_destination (self))
    GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS,
                         ("There is no group to send to yet: set host, groups or clients, for "
                          "example host=239.1.2.3."),
                         (NULL));
  return TRUE;
}

static void
gst_mcast_sink_close (GstMcastSink *self)
{
  g_autoptr (GstMcastSender) sender = NULL;
  gboolean close_socket;

  g_mutex_lock (&self->open_lock);
  GST_OBJECT_LOCK (self);
  sender = g_steal_pointer (&self->sender);
  close_socket = self->settings.close_socket;
  GST_OBJECT_UNLOCK (self);
  g_mutex_unlock (&self->open_lock);

  /* Without the locks: it waits for the end of a message that is being posted, in whose handler
   * the application may be setting a property. */
  if (sender == NULL)
    return;
  gst_mcast_sender_close (sender, close_socket);
  GST_OBJECT_LOCK (self);
  self->bytes_served = gst_mcast_sender_get_n_bytes (sender);
  GST_OBJECT_UNLOCK (self);
}

static gboolean
gst_mcast_sink_start (GstBaseSink *sink)
{
  GstMcastSink *self = GST_MCAST_SINK (sink);

  if (!gst_mcast_sink_open (self))
    return FALSE;
  self->output = gst_mcast_output_new (GST_ELEMENT (self));
  return TRUE;
}

static gboolean
gst_mcast_sink_stop (GstBaseSink *sink)
{
  GstMcastSink *self = GST_MCAST_SINK (sink);

  gst_mcast_sink_close (self);
  g_clear_pointer (&self->output, gst_mcast_output_free);
  return TRUE;
}

/* --- The stream ------------------------------------------------------------------------------ */

static GCancellable *
gst_mcast_sink_ref_cancellable (GstMcastSink *self)
{
  GCancellable *cancellable;

  GST_OBJECT_LOCK (self);
  cancellable = g_object_ref (self->cancellable);
  GST_OBJECT_UNLOCK (self);
  return cancellable;
}

/* How to cut the buffers of one call, and whether they are paced. */
static guint
gst_mcast_sink_get_packet_size (GstMcastSink *self, gboolean *paced)
{
  guint packet_size;

  GST_OBJECT_LOCK (self);
  packet_size = self->settings.packet_size;
  *paced = self->settings.pacing_rate > 0;
  GST_OBJECT_UNLOCK (self);
  return packet_size;
}

/* Returns FALSE when a pause came between, with something left for the time after it. */
static gboolean
gst_mcast_sink_try_send (GstMcastSink *self, gsize n_new_bytes)
{
  g_autoptr (GstMcastSender) sender = NULL;
  g_autoptr (GCancellable) cancellable = NULL;

  GST_OBJECT_LOCK (self);
  self->bytes_to_serve += n_new_bytes;
  sender = gst_mcast_sender_ref (self->sender);
  cancellable = g_object_ref (self->cancellable);
  GST_OBJECT_UNLOCK (self);
  return gst_mcast_output_send (self->output, sender, cancellable);
}

static GstFlowReturn
gst_mcast_sink_send (GstMcastSink *self)
{
  GstFlowReturn flow = GST_FLOW_OK;
  gboolean done = gst_mcast_sink_try_send (self, gst_mcast_output_get_n_bytes (self->output));

  while (!done && flow == GST_FLOW_OK)
    {
      flow = gst_base_sink_wait_preroll (GST_BASE_SINK (self));
      done = flow == GST_FLOW_OK && gst_mcast_sink_try_send (self, 0);
    }
  return flow;
}

static GstFlowReturn
gst_mcast_sink_render (GstBaseSink *sink, GstBuffer *buffer)
{
  GstMcastSink *self = GST_MCAST_SINK (sink);
  GstFlowReturn flow = GST_FLOW_ERROR;
  gboolean paced;
  guint packet_size = gst_mcast_sink_get_packet_size (self, &paced);

  if (gst_mcast_output_add (self->output, buffer, packet_size, paced))
    flow = gst_mcast_sink_send (self);
  gst_mcast_output_clear (self->output);
  return flow;
}

static GstFlowReturn
gst_mcast_sink_render_list (GstBaseSink *sink, GstBufferList *list)
{
  GstMcastSink *self = GST_MCAST_SINK (sink);
  GstFlowReturn flow = GST_FLOW_ERROR;
  gboolean paced;
  guint packet_size = gst_mcast_sink_get_packet_size (self, &paced);
  guint n = gst_buffer_list_length (list);
  gboolean good = TRUE;

  for (guint i = 0; i < n && good; i++)
    good = gst_mcast_output_add (self->output, gst_buffer_list_get (list, i), packet_size, paced);
  if (good)
    flow = gst_mcast_sink_send (self);
  gst_mcast_output_clear (self->output);
  return flow;
}

static gboolean
gst_mcast_sink_unlock (GstBaseSink *sink)
{
  g_autoptr (GCancellable) cancellable = gst_mcast_sink_ref_cancellable (GST_MCAST_SINK (sink));

  g_cancellable_cancel (cancellable);
  return TRUE;
}

/* A new one each time: a call that has not yet seen the old one cancelled must still see it. */
static gboolean
gst_mcast_sink_unlock_stop (GstBaseSink *sink)
{
  GstMcastSink *self = GST_MCAST_SINK (sink);
  g_autoptr (GCancellable) old = NULL;

  GST_OBJECT_LOCK (self);
  old = g_steal_pointer (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

/* --- Properties ------------------------------------------------------------------------------ */

static char *
gst_mcast_sink_dup_uri (GstMcastSink *self)
{
  char *uri;

  GST_OBJECT_LOCK (self);
  uri = gst_mcast_uri_build (self->settings.host, (guint) self->settings.port,
                             self->settings.interfaces, NULL);
  GST_OBJECT_UNLOCK (self);
  return uri;
}

/* A wrong URI set as a property stops the element from starting: there is no other way to say
 * it. */
static void
gst_mcast_sink_set_uri_property (GstMcastSink *self, const char *uri)
{
  g_autoptr (GError) old = NULL;
  GError *error = gst_mcast_uri_set_property (GST_ELEMENT (self), uri);

  GST_OBJECT_LOCK (self);
  old = self->uri_error;
  self->uri_error = error;
  GST_OBJECT_UNLOCK (self);
}

static GSocket *
gst_mcast_sink_dup_used_socket (GstMcastSink *self, GSocketFamily family)
{
  g_autoptr (GstMcastSender) sender = gst_mcast_sink_ref_sender (self);

  return sender != NULL ? gst_mcast_sender_dup_used_socket (sender, family) : NULL;
}

static char *
gst_mcast_sink_dup_clients (GstMcastSink *self)
{
  g_autoptr (GPtrArray) clients = gst_mcast_sink_copy_clients (self);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < clients->len; i++)
    {
      g_autofree char *client = gst_mcast_client_to_string (g_ptr_array_index (clients, i));

      g_string_append_printf (text, "%s%s", i > 0 ? "," : "", client);
    }
  return g_string_free (text, FALSE);
}

static guint64
gst_mcast_sink_get_bytes_served (GstMcastSink *self)
{
  g_autoptr (GstMcastSender) sender = gst_mcast_sink_ref_sender (self);
  guint64 bytes;

  if (sender != NULL)
    return gst_mcast_sender_get_n_bytes (sender);
  GST_OBJECT_LOCK (self);
  bytes = self->bytes_served;
  GST_OBJECT_UNLOCK (self);
  return bytes;
}

/* What the base class counts and what the first socket does; the further ones, which are there
 * only for duplicates, follow as an array. */
static GstStructure *
gst_mcast_sink_create_stats (GstMcastSink *self)
{
  g_autoptr (GstMcastSender) sender = gst_mcast_sink_ref_sender (self);
  g_autoptr (GPtrArray) stats = sender != NULL ? gst_mcast_sender_get_stats (sender) : NULL;
  GstStructure *structure = gst_base_sink_get_stats (GST_BASE_SINK (self));
  GValue others = G_VALUE_INIT;

  if (stats == NULL || stats->len == 0)
    return structure;
  gst_mcast_stats_add (structure, g_ptr_array_index (stats, 0));
  g_value_init (&others, GST_TYPE_ARRAY);
  for (guint i = 1; i < stats->len; i++)
    {
      GValue item = G_VALUE_INIT;

      g_value_init (&item, GST_TYPE_STRUCTURE);
      g_value_take_boxed (&item, gst_mcast_stats_new ("duplicates", g_ptr_array_index (stats, i)));
      gst_value_array_append_and_take_value (&others, &item);
    }
  gst_structure_take_value (structure, "duplicates", &others);
  return structure;
}

static void
gst_mcast_sink_apply_option (GstMcastSink *self, GstMcastSender *sender,
                             GstMcastSinkProperty property, GError **error)
{
  g_auto (GstMcastSenderOptions) options = { NULL };

  gst_mcast_sink_get_options (self, &options);
  switch ((int) property)
    {
    case GST_MCAST_SINK_INTERFACES:
    case GST_MCAST_SINK_MULTICAST_IFACE:
      gst_mcast_sender_set_interfaces (sender, g_steal_pointer (&options.interfaces), error);
      break;
    case GST_MCAST_SINK_TTL_MC:
      gst_mcast_sender_set_ttl (sender, options.ttl, error);
      break;
    case GST_MCAST_SINK_LOOP:
      gst_mcast_sender_set_loopback (sender, options.loopback, error);
      break;
    case GST_MCAST_SINK_QOS_DSCP:
      gst_mcast_sender_set_dscp (sender, options.dscp, error);
      break;
    case GST_MCAST_SINK_PACING_RATE:
      gst_mcast_sender_set_pacing_rate (sender, options.pacing_rate);
      break;
    default:
      break;
    }
}

static void
gst_mcast_sink_option_changed (GstMcastSink *self, GstMcastSinkProperty property)
{
  g_autoptr (GstMcastSender) sender = NULL;
  GError *error = NULL;

  gst_mcast_sink_lock_open (self);
  sender = gst_mcast_sink_ref_sender (self);
  if (sender != NULL)
    gst_mcast_sink_apply_option (self, sender, property, &error);
  gst_mcast_sink_unlock_open (self);
  gst_mcast_sink_warn (self, error);
}

/* Replaces the clients that came from the property @origin stands for; with the object lock. */
static void
gst_mcast_sink_replace_clients (GstMcastSink *self, GstMcastClientOrigin origin,
                                const char *const *texts)
{
  if (origin == GST_MCAST_CLIENT_ADDED)
    gst_mcast_clients_clear (self->clients);
  gst_mcast_clients_remove_origin (self->clients, origin);
  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    if (*texts[i] != '\0')
      gst_mcast_clients_add_text (self->clients, origin, texts[i]);
}

/* Makes the list of clients what @property says; with the object lock. */
static void
gst_mcast_sink_name_clients (GstMcastSink *self, GstMcastSinkProperty property, const GValue *value)
{
  const char *host[] = { NULL, NULL };
  g_auto (GStrv) texts = NULL;

  switch ((int) property)
    {
    case GST_MCAST_SINK_HOST:
      g_clear_error (&self->uri_error);
      host[0] = g_value_get_string (value);
      gst_mcast_sink_replace_clients (self, GST_MCAST_CLIENT_HOST, host);
      break;
    case GST_MCAST_SINK_GROUPS:
      gst_mcast_sink_replace_clients (self, GST_MCAST_CLIENT_GROUPS,
                                      (const char *const *) self->settings.groups);
      break;
    case GST_MCAST_SINK_CLIENTS:
      texts = gst_mcast_text_list_split (g_value_get_string (value));
      gst_mcast_sink_replace_clients (self, GST_MCAST_CLIENT_ADDED, (const char *const *) texts);
      break;
    default:
      break;
    }
}

static gboolean
is_destination (GstMcastSinkProperty property)
{
  switch ((int) property)
    {
    case GST_MCAST_SINK_HOST:
    case GST_MCAST_SINK_PORT:
    case GST_MCAST_SINK_GROUPS:
    case GST_MCAST_SINK_CLIENTS:
    case GST_MCAST_SINK_SEND_DUPLICATES:
      return TRUE;
    default:
      return FALSE;
    }
}

static void
gst_mcast_sink_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstMcastSink *self = GST_MCAST_SINK (object);
  GstMcastSinkProperty property = (GstMcastSinkProperty) id;
  const GstMcastField *field = &gst_mcast_sink_fields[id];
  g_autoptr (GPtrArray) before = gst_mcast_sink_copy_clients (self);
  gboolean is_new = FALSE;

  if (property == GST_MCAST_SINK_URI)
    {
      gst_mcast_sink_set_uri_property (self, g_value_get_string (value));
      return;
    }
  GST_OBJECT_LOCK (self);
  if (field->exists)
    {
      is_new = !gst_mcast_field_is (field, pspec, &self->settings, value);
      gst_mcast_field_set (field, pspec, &self->settings, value);
    }
  gst_mcast_sink_name_clients (self, property, value);
  GST_OBJECT_UNLOCK (self);

  if (is_destination (property))
    gst_mcast_sink_clients_changed (self, before);
  else
    gst_mcast_sink_option_changed (self, property);
  if (is_new)
    gst_mcast_warn_late (GST_ELEMENT (self), pspec);
}

static void
gst_mcast_sink_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstMcastSink *self = GST_MCAST_SINK (object);

  switch ((int) id)
    {
    case GST_MCAST_SINK_CLIENTS:
      g_value_take_string (value, gst_mcast_sink_dup_clients (self));
      break;
    case GST_MCAST_SINK_URI:
      g_value_take_string (value, gst_mcast_sink_dup_uri (self));
      break;
    case GST_MCAST_SINK_USED_SOCKET:
      g_value_take_object (value, gst_mcast_sink_dup_used_socket (self, G_SOCKET_FAMILY_IPV4));
      break;
    case GST_MCAST_SINK_USED_SOCKET_V6:
      g_value_take_object (value, gst_mcast_sink_dup_used_socket (self, G_SOCKET_FAMILY_IPV6));
      break;
    case GST_MCAST_SINK_BYTES_TO_SERVE:
      GST_OBJECT_LOCK (self);
      g_value_set_uint64 (value, self->bytes_to_serve);
      GST_OBJECT_UNLOCK (self);
      break;
    case GST_MCAST_SINK_BYTES_SERVED:
      g_value_set_uint64 (value, gst_mcast_sink_get_bytes_served (self));
      break;
    case GST_MCAST_SINK_STATS:
      g_value_take_boxed (value, gst_mcast_sink_create_stats (self));
      break;
    default:
      GST_OBJECT_LOCK (self);
      gst_mcast_field_get (&gst_mcast_sink_fields[id], &self->settings, value);
      GST_OBJECT_UNLOCK (self);
      break;
    }
}

/* --- The type -------------------------------------------------------------------------------- */

static void
gst_mcast_sink_finalize (GObject *object)
{
  GstMcastSink *self = GST_MCAST_SINK (object);

  gst_mcast_fields_clear (gst_mcast_sink_fields, GST_TYPE_MCAST_SINK, &self->settings);
  g_ptr_array_unref (self->clients);
  g_clear_error (&self->uri_error);
  g_clear_object (&self->cancellable);
  g_mutex_clear (&self->open_lock);
  gst_mcast_news_unref (self->news);
  G_OBJECT_CLASS (gst_mcast_sink_parent_class)->finalize (object);
}

static void
install_action (GstMcastSinkClass *klass, guint signal, const char *name, GCallback handler,
                GType result, guint n_parameters)
{
  signals[signal] = g_signal_new_class_handler (name, G_TYPE_FROM_CLASS (klass),
                                                G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, handler, NULL,
                                                NULL, NULL, result, n_parameters, G_TYPE_STRING,
                                                G_TYPE_INT);
}

static void
install_notification (GstMcastSinkClass *klass, guint signal, const char *name)
{
  signals[signal] = g_signal_new (name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_INT);
}

/**
 * GstMcastSink::add:
 * @sink: the element
 * @host: the group
 * @port: its port
 *
 * Action signal: sends to one more destination.
 */
/**
 * GstMcastSink::remove:
 * @sink: the element
 * @host: the group
 * @port: its port
 *
 * Action signal: no longer sends to a destination, or to one copy of it less.
 */
/**
 * GstMcastSink::clear:
 * @sink: the element
 *
 * Action signal: removes all destinations.
 */
/**
 * GstMcastSink::get-stats:
 * @sink: the element
 * @host: the group
 * @port: its port
 *
 * Action signal: tells what was sent to a destination, on all interfaces together.
 *
 * Returns: fields `bytes-sent`, `packets-sent`, `connect-time` and `disconnect-time`, all guint64,
 *   times in nanoseconds since 1970; none for a destination that is not there
 */
static void
install_signals (GstMcastSinkClass *klass)
{
  install_action (klass, SIGNAL_ADD, "add", G_CALLBACK (gst_mcast_sink_add), G_TYPE_NONE, 2);
  install_action (klass, SIGNAL_REMOVE, "remove", G_CALLBACK (gst_mcast_sink_remove), G_TYPE_NONE,
                  2);
  install_action (klass, SIGNAL_CLEAR, "clear", G_CALLBACK (gst_mcast_sink_clear), G_TYPE_NONE, 0);
  install_action (klass, SIGNAL_GET_STATS, "get-stats",
                  G_CALLBACK (gst_mcast_sink_get_client_stats), GST_TYPE_STRUCTURE, 2);
  install_notification (klass, SIGNAL_CLIENT_ADDED, "client-added");
  install_notification (klass, SIGNAL_CLIENT_REMOVED, "client-removed");
}

static void
gst_mcast_sink_class_init (GstMcastSinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSinkClass *base_class = GST_BASE_SINK_CLASS (klass);

  object_class->set_property = gst_mcast_sink_set_property;
  object_class->get_property = gst_mcast_sink_get_property;
  object_class->finalize = gst_mcast_sink_finalize;
  gst_mcast_sink_settings_install (object_class);
  install_signals (klass);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "Multicast sender", "Sink/Network",
                                         "Sends IP multicast on one, several or all network "
                                         "interfaces",
                                         "The mcast developers");

  base_class->start = gst_mcast_sink_start;
  base_class->stop = gst_mcast_sink_stop;
  base_class->unlock = gst_mcast_sink_unlock;
  base_class->unlock_stop = gst_mcast_sink_unlock_stop;
  base_class->render = gst_mcast_sink_render;
  base_class->render_list = gst_mcast_sink_render_list;
}

static void
gst_mcast_sink_init (GstMcastSink *self)
{
  g_mutex_init (&self->open_lock);
  self->news = gst_mcast_news_new (GST_ELEMENT (self), "mcast-interface-ready",
                                   "mcast-interface-lost");
  self->cancellable = g_cancellable_new ();
  gst_mcast_fields_init (gst_mcast_sink_fields, GST_TYPE_MCAST_SINK, &self->settings);
  self->clients = gst_mcast_clients_new ();
  gst_mcast_clients_add (self->clients, GST_MCAST_CLIENT_DEFAULT, GST_MCAST_SINK_DEFAULT_HOST, 0);
}
