/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-mcastsink
 * @title: mcastsink
 * @short_description: sends IP multicast
 * @see_also: mcastsrc, udpsink, multiudpsink
 *
 * Sends each buffer as one datagram, or splits it into datagrams of #GstMcastSink:packet-size
 * bytes, to every group on every selected interface. A path is one group on one interface. A
 * failing path stops neither the other paths nor the stream.
 *
 * mcastsink replaces udpsink and multiudpsink in pipelines that send multicast.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 audiotestsrc is-live=true ! audioconvert ! rtpL16pay \
 *     ! mcastsink host=239.1.2.3 port=5004 interfaces=lo
 * ]| A tone as RTP on the loopback interface.
 * |[
 * gst-launch-1.0 videotestsrc is-live=true ! x264enc tune=zerolatency key-int-max=30 \
 *     ! mpegtsmux alignment=7 ! mcastsink host=239.1.2.3 port=5004 interfaces="*" ttl-mc=4
 * ]| Video on every interface, across up to three routers.
 * |[
 * gst-launch-1.0 filesrc location=film.ts blocksize=65800 ! tsparse set-timestamps=true \
 *     ! mcastsink groups=239.1.2.3,239.1.2.4:5006 packet-size=1316
 * ]| A recording to two groups, in datagrams of seven MPEG-TS packets.
 *
 * ## Messages
 * - `mcast-path-changed`: the state of a path at the start and when it changes, or the system began
 *   or stopped refusing its datagrams. An element message with the fields `group` (string), `port`
 *   (guint), `interface` (string), `interface-index` (guint, 0 if the interface is missing), `leg`
 *   (string, only with #GstMcastSink:legs), `state` (string, a nick of #McastEventType: `waiting`,
 *   `ready`, `failed`, `lost`, `recovered`), `error` (#GError, only if the path failed) and `text`
 *   (string, only with a reason).
 *
 * Deprecated, use `mcast-path-changed`:
 * - `mcast-path-failed`: a path refuses datagrams. It is the field `path` of the details of a
 *   warning, which is posted once until the path works again. Fields `group` (string), `port`
 *   (guint), `interface` (string), `interface-index` (guint), `leg` (string, only with legs),
 *   `error` (string).
 * - `mcast-path-recovered`: the path works again. An element message with the same fields.
 * - `mcast-interface-ready`, `mcast-interface-lost`: the element starts or stops sending on an
 *   interface. Element messages with the fields `interface` (string) and `interface-index` (guint).
 *
 * Since: 0.1
 */
#include "config.h"

#include "gstmcastsink.h"

#include <gio/gio.h>
#include <mcast.h>

#include "gstmcastclients.h"
#include "gstmcastcore.h"
#include "gstmcastdebug.h"
#include "gstmcastelement.h"
#include "gstmcastgroups.h"
#include "gstmcastoutput.h"
#include "gstmcastsinksettings.h"
#include "gstmcaststats.h"
#include "gstmcasttextlist.h"
#include "gstmcasturi.h"

#define GST_CAT_DEFAULT gst_mcast_sink_debug

struct _GstMcastSink
{
  GstBaseSink parent;

  GstMcastCore core;

  /* Under the object lock */
  GstMcastSinkSettings settings;
  GstMcastClients *clients;
  guint64 bytes_to_serve;

  GstMcastOutput *output; /* of the streaming thread */
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

/* No rank: udp:// stays with udpsrc and udpsink, and no other element handles mcast://. */
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (mcastsink, "mcastsink", GST_RANK_NONE, GST_TYPE_MCAST_SINK,
                                       gst_mcast_element_init (plugin))

/* --- Destinations ---------------------------------------------------------------------------- */

static GstMcastClients *
gst_mcast_sink_copy_clients (GstMcastSink *self)
{
  GstMcastClients *copy;

  GST_OBJECT_LOCK (self);
  copy = gst_mcast_clients_copy (self->clients, (guint) self->settings.port);
  GST_OBJECT_UNLOCK (self);
  return copy;
}

/* Returns the group of @client in the canonical form, or %NULL, with @error, if it is not one. */
static char *
client_to_group (const GstMcastClient *client, GError **error)
{
  g_autofree char *address = gst_mcast_group_resolve (client->host, error);
  const GstMcastClient numeric = { client->kind, address, client->port, client->connect_time };
  g_autofree char *text = address != NULL ? gst_mcast_client_to_string (&numeric) : NULL;

  return text != NULL ? gst_mcast_group_canonical (text, error) : NULL;
}

/* Returns the groups to send to. Sets @error for the first destination that is not a group. */
static char **
gst_mcast_sink_dup_groups (GstElement *element, GError **error)
{
  GstMcastSink *self = GST_MCAST_SINK (element);
  g_autoptr (GPtrArray) clients = gst_mcast_sink_copy_clients (self);
  g_autoptr (GPtrArray) groups = g_ptr_array_new ();
  g_autoptr (GError) reason = NULL;
  gboolean send_duplicates;

  GST_OBJECT_LOCK (self);
  send_duplicates = self->settings.send_duplicates;
  GST_OBJECT_UNLOCK (self);

  for (guint i = 0; i < clients->len; i++)
    {
      const GstMcastClient *client = g_ptr_array_index (clients, i);
      char *group;

      if (client->kind == GST_MCAST_CLIENT_DEFAULT)
        continue;
      group = client_to_group (client, reason == NULL ? &reason : NULL);
      if (group != NULL
          && (send_duplicates
              || !g_ptr_array_find_with_equal_func (groups, group, g_str_equal, NULL)))
        g_ptr_array_add (groups, group);
      else
        g_free (group);
    }
  if (reason != NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  g_ptr_array_add (groups, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&groups), FALSE);
}

static char *
gst_mcast_sink_dup_leg_group (GstElement *element, const GstMcastLeg *leg, GError **error)
{
  guint port;

  GST_OBJECT_LOCK (element);
  port = (guint) GST_MCAST_SINK (element)->settings.port;
  GST_OBJECT_UNLOCK (element);
  return gst_mcast_leg_get_group (leg, TRUE, port, error);
}

static void
gst_mcast_sink_clear_destinations (GstElement *element, gboolean restore)
{
  GstMcastClients *clients = GST_MCAST_SINK (element)->clients;

  gst_mcast_clients_clear (clients);
  if (restore)
    gst_mcast_clients_add (clients, GST_MCAST_CLIENT_DEFAULT, GST_MCAST_SINK_DEFAULT_HOST, 0);
}

/* Returns the destinations as they were written. */
static char **
gst_mcast_sink_list_destinations (GstMcastSink *self)
{
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();

  GST_OBJECT_LOCK (self);
  for (guint i = 0; i < self->clients->len; i++)
    {
      g_autofree char *text = gst_mcast_client_to_string (g_ptr_array_index (self->clients, i));

      g_strv_builder_add (list, text);
    }
  GST_OBJECT_UNLOCK (self);
  return g_strv_builder_end (list);
}

static char *
gst_mcast_sink_find_contradiction (GstElement *element)
{
  GstMcastSink *self = GST_MCAST_SINK (element);
  g_auto (GStrv) list = gst_mcast_core_dup_leg_groups (&self->core);
  g_autofree char *interfaces = NULL;
  guint port;

  if (list == NULL)
    list = gst_mcast_sink_list_destinations (self);
  GST_OBJECT_LOCK (self);
  interfaces = g_strdup (self->settings.interfaces);
  port = self->settings.is_port_set ? (guint) self->settings.port : 0;
  GST_OBJECT_UNLOCK (self);
  return gst_mcast_groups_find_contradiction ((const char *const *) list, FALSE, interfaces, port);
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

/* Emits the signals for the changes of the list of clients since @before. */
static void
gst_mcast_sink_emit_changes (GstMcastSink *self, GstMcastClients *before)
{
  g_autoptr (GPtrArray) now = gst_mcast_sink_copy_clients (self);
  g_autoptr (GPtrArray) removed = gst_mcast_clients_get_removed (now, before);
  g_autoptr (GPtrArray) added = gst_mcast_clients_get_added (now, before);

  gst_mcast_sink_emit (self, SIGNAL_CLIENT_REMOVED, removed);
  gst_mcast_sink_emit (self, SIGNAL_CLIENT_ADDED, added);
}

/* Applies the list of clients, which was @before, with @views of it. */
static void
gst_mcast_sink_clients_changed (GstMcastSink *self, GstMcastClients *before, GArray *views)
{
  gst_mcast_core_notify_views (&self->core, views);
  gst_mcast_sink_emit_changes (self, before);
}

static void
gst_mcast_sink_add (GstMcastSink *self, const char *host, int port)
{
  g_autoptr (GPtrArray) before = gst_mcast_sink_copy_clients (self);
  g_autoptr (GArray) views = gst_mcast_core_read_views (&self->core);

  g_return_if_fail (host != NULL && port >= 0 && port <= G_MAXUINT16);

  GST_OBJECT_LOCK (self);
  gst_mcast_core_clear_legs (&self->core);
  gst_mcast_clients_add (self->clients, GST_MCAST_CLIENT_ADDED, host, (guint) port);
  GST_OBJECT_UNLOCK (self);
  gst_mcast_sink_clients_changed (self, before, views);
}

static void
gst_mcast_sink_remove (GstMcastSink *self, const char *host, int port)
{
  g_autoptr (GPtrArray) before = gst_mcast_sink_copy_clients (self);
  g_autoptr (GArray) views = gst_mcast_core_read_views (&self->core);
  gboolean found;

  g_return_if_fail (host != NULL && port >= 0 && port <= G_MAXUINT16);

  GST_OBJECT_LOCK (self);
  found = gst_mcast_clients_remove_one (self->clients, host, (guint) port,
                                        (guint) self->settings.port);
  GST_OBJECT_UNLOCK (self);
  if (found)
    gst_mcast_sink_clients_changed (self, before, views);
  else
    GST_WARNING_OBJECT (self, "No client %s:%d to remove", host, port);
}

static void
gst_mcast_sink_clear (GstMcastSink *self)
{
  g_autoptr (GPtrArray) before = gst_mcast_sink_copy_clients (self);
  g_autoptr (GArray) views = gst_mcast_core_read_views (&self->core);

  GST_OBJECT_LOCK (self);
  gst_mcast_core_clear_legs (&self->core);
  gst_mcast_clients_clear (self->clients);
  GST_OBJECT_UNLOCK (self);
  gst_mcast_sink_clients_changed (self, before, views);
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

/* Adds up the counters of @group in the statistics of one socket. */
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
  g_autoptr (GstMcastSockets) sockets = gst_mcast_core_ref_sockets (&self->core);
  g_autofree char *text = client_to_group (client, NULL);
  g_autoptr (McastGroup) group = text != NULL ? mcast_group_parse (text, NULL) : NULL;
  g_autoptr (GPtrArray) stats = sockets != NULL ? gst_mcast_sockets_get_stats (sockets) : NULL;

  for (guint i = 0; group != NULL && stats != NULL && i < stats->len; i++)
    add_socket (g_ptr_array_index (stats, i), group, bytes, packets);
}

/* Returns the counters of a client. The name and the fields are those of multiudpsink. */
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

static gboolean
gst_mcast_sink_has_destination (GstMcastSink *self)
{
  g_autoptr (GPtrArray) clients = gst_mcast_sink_copy_clients (self);
  g_autoptr (GPtrArray) legs = gst_mcast_core_ref_legs (&self->core);

  /* Also if none is enabled: they are kept for later. */
  if (legs != NULL)
    return TRUE;
  for (guint i = 0; i < clients->len; i++)
    if (((GstMcastClient *) g_ptr_array_index (clients, i))->kind != GST_MCAST_CLIENT_DEFAULT)
      return TRUE;
  return FALSE;
}

/* Prepares to send with sockets that were just opened. */
static void
gst_mcast_sink_prepare (GstMcastSink *self)
{
  g_autoptr (GstMcastSockets) sockets = gst_mcast_core_ref_sockets (&self->core);

  GST_OBJECT_LOCK (self);
  self->bytes_to_serve = 0;
  GST_OBJECT_UNLOCK (self);
  g_clear_pointer (&self->output, gst_mcast_output_free);
  self->output = gst_mcast_output_new (GST_ELEMENT (self), sockets);
}

static gboolean
gst_mcast_sink_start (GstBaseSink *sink)
{
  GstMcastSink *self = GST_MCAST_SINK (sink);

  if (!gst_mcast_core_open (&self->core))
    return FALSE;
  gst_mcast_sink_prepare (self);
  if (!gst_mcast_sink_has_destination (self))
    GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS,
                         ("There is no group to send to yet: set host, groups, clients or legs, "
                          "for example host=239.1.2.3."),
                         (NULL));
  return TRUE;
}

static gboolean
gst_mcast_sink_stop (GstBaseSink *sink)
{
  GstMcastSink *self = GST_MCAST_SINK (sink);

  gst_mcast_core_close (&self->core);
  g_clear_pointer (&self->output, gst_mcast_output_free);
  return TRUE;
}

/* The base class starts the element before READY, so that the sockets can be read in READY.
 * Settings that change after that take effect here. */
static GstStateChangeReturn
gst_mcast_sink_change_state (GstElement *element, GstStateChange transition)
{
  GstMcastSink *self = GST_MCAST_SINK (element);

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED
      && gst_mcast_core_needs_reopening (&self->core))
    {
      if (!gst_mcast_core_reopen (&self->core))
        return GST_STATE_CHANGE_FAILURE;
      gst_mcast_sink_prepare (self);
    }
  return GST_ELEMENT_CLASS (gst_mcast_sink_parent_class)->change_state (element, transition);
}

/* --- The stream ------------------------------------------------------------------------------ */

/* Returns the packet size for the buffers of one call, and whether they are paced. */
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

/* Returns %FALSE if a pause interrupted it with data left to send. */
static gboolean
gst_mcast_sink_try_send (GstMcastSink *self, gsize n_new_bytes)
{
  g_autoptr (GCancellable) cancellable = NULL;

  GST_OBJECT_LOCK (self);
  self->bytes_to_serve += n_new_bytes;
  cancellable = g_object_ref (self->core.cancellable);
  GST_OBJECT_UNLOCK (self);
  return gst_mcast_output_send (self->output, cancellable);
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
  gst_mcast_core_cancel (&GST_MCAST_SINK (sink)->core);
  return TRUE;
}

static gboolean
gst_mcast_sink_unlock_stop (GstBaseSink *sink)
{
  gst_mcast_core_renew_cancellable (&GST_MCAST_SINK (sink)->core);
  return TRUE;
}

/* --- The sockets ----------------------------------------------------------------------------- */

static void
on_interface_event (McastTxSocket *socket, McastInterface *iface, gboolean ready, gpointer messages)
{
  gst_mcast_messages_post (messages, iface, ready);
}

static void
watch (gpointer socket, GstMcastMessages *messages)
{
  mcast_tx_socket_set_event_func (socket, on_interface_event, gst_mcast_messages_ref (messages),
                                  (GDestroyNotify) gst_mcast_messages_unref);
  mcast_tx_socket_set_event_callback (socket, gst_mcast_messages_on_event,
                                      gst_mcast_messages_ref (messages),
                                      (GDestroyNotify) gst_mcast_messages_unref);
}

static const GstMcastSocketInfo socket_info = {
  .get_type = mcast_tx_socket_get_type,
  .buffer_size = "send-buffer-size",
  .get_groups = (char **(*) (gpointer)) mcast_tx_socket_get_groups,
  .add_group = (GstMcastTextListFunc) mcast_tx_socket_add_group,
  .remove_group = (GstMcastTextListFunc) mcast_tx_socket_remove_group,
  .get_interfaces = (GPtrArray * (*) (gpointer)) mcast_tx_socket_get_active_interfaces,
  .add_interface = (GstMcastTextListFunc) mcast_tx_socket_add_interface,
  .remove_interface = (GstMcastTextListFunc) mcast_tx_socket_remove_interface,
  .watch = watch,
  .dup_socket = (GSocket * (*) (gpointer, GSocketFamily, GError **) ) mcast_tx_socket_dup_socket,
  .get_stats = (GVariant * (*) (gpointer)) mcast_tx_socket_get_stats,
  .close = (void (*) (gpointer)) mcast_tx_socket_close,
};

/* Gets the source address. The any address selects the address of each interface. */
static void
get_source_address (GstElement *element, GValue *value)
{
  const char *text = GST_MCAST_SINK (element)->settings.bind_address;
  g_autoptr (GInetAddress) address = text != NULL ? g_inet_address_new_from_string (text) : NULL;

  if (address == NULL || !g_inet_address_get_is_any (address))
    g_value_set_string (value, text);
}

static gboolean
set_ttl (gpointer socket, const GValue *value, GError **error)
{
  return mcast_tx_socket_set_ttl (socket, g_value_get_uint (value), error);
}

static gboolean
set_loopback (gpointer socket, const GValue *value, GError **error)
{
  return mcast_tx_socket_set_loopback (socket, g_value_get_boolean (value), error);
}

static gboolean
set_dscp (gpointer socket, const GValue *value, GError **error)
{
  return mcast_tx_socket_set_dscp (socket, g_value_get_int (value), error);
}

static gboolean
set_pacing_rate (gpointer socket, const GValue *value, GError **error)
{
  mcast_tx_socket_set_pacing_rate (socket, g_value_get_uint64 (value));
  return TRUE;
}

/* --- Properties ------------------------------------------------------------------------------ */

static void
set_host (GstElement *element, const GValue *value)
{
  gst_mcast_clients_set_host (GST_MCAST_SINK (element)->clients, g_value_get_string (value));
}

static void
get_host (GstElement *element, GValue *value)
{
  const GstMcastClient *first;

  GST_OBJECT_LOCK (element);
  first = gst_mcast_clients_get_first (GST_MCAST_SINK (element)->clients);
  g_value_set_string (value, first != NULL ? first->host : NULL);
  GST_OBJECT_UNLOCK (element);
}

static void
set_port (GstElement *element, const GValue *value)
{
  GST_MCAST_SINK (element)->settings.port = g_value_get_int (value);
  GST_MCAST_SINK (element)->settings.is_port_set = TRUE;
  gst_mcast_clients_reset_port (GST_MCAST_SINK (element)->clients);
}

static void
get_port (GstElement *element, GValue *value)
{
  GstMcastSink *self = GST_MCAST_SINK (element);
  const GstMcastClient *first;

  GST_OBJECT_LOCK (self);
  first = gst_mcast_clients_get_first (self->clients);
  g_value_set_int (value,
                   first != NULL && first->port != 0 ? (int) first->port : self->settings.port);
  GST_OBJECT_UNLOCK (self);
}

static void
set_groups (GstElement *element, const GValue *value)
{
  g_auto (GStrv) groups = gst_mcast_text_list_split_array (g_value_get_string (value));

  gst_mcast_clients_set_list (GST_MCAST_SINK (element)->clients, GST_MCAST_CLIENT_GROUP,
                              (const char *const *) groups);
}

static void
get_groups (GstElement *element, GValue *value)
{
  GST_OBJECT_LOCK (element);
  g_value_take_string (value, gst_mcast_clients_list_groups (GST_MCAST_SINK (element)->clients));
  GST_OBJECT_UNLOCK (element);
}

static void
set_clients (GstElement *element, const GValue *value)
{
  GstMcastSink *self = GST_MCAST_SINK (element);
  const char *text = g_value_get_string (value);
  g_auto (GStrv) clients = gst_mcast_text_list_split_array (text);
  g_autofree char *current = gst_mcast_clients_to_string (self->clients,
                                                          (guint) self->settings.port);

  /* The value that it has already would lose which destination is that of host. */
  if (g_strcmp0 (text, current) == 0)
    return;
  gst_mcast_clients_clear (self->clients);
  gst_mcast_clients_set_list (self->clients, GST_MCAST_CLIENT_ADDED, (const char *const *) clients);
}

static void
get_clients (GstElement *element, GValue *value)
{
  GstMcastSink *self = GST_MCAST_SINK (element);

  GST_OBJECT_LOCK (self);
  g_value_take_string (value,
                       gst_mcast_clients_to_string (self->clients, (guint) self->settings.port));
  GST_OBJECT_UNLOCK (self);
}

/* Gets the destinations after the first one, which is the host of the URI. */
static void
get_other_groups (GstElement *element, GValue *value)
{
  GST_OBJECT_LOCK (element);
  g_value_take_string (value, gst_mcast_clients_list_others (GST_MCAST_SINK (element)->clients));
  GST_OBJECT_UNLOCK (element);
}

static void
get_uri (GstElement *element, GValue *value)
{
  g_value_take_string (value, gst_mcast_uri_build (&GST_MCAST_SINK (element)->core));
}

static void
get_used (GstElement *element, GSocketFamily family, GValue *value)
{
  g_autoptr (GstMcastSockets)
    sockets = gst_mcast_core_ref_sockets (&GST_MCAST_SINK (element)->core);

  if (sockets != NULL)
    g_value_take_object (value, gst_mcast_sockets_dup_used (sockets, family));
}

static void
get_used_socket (GstElement *element, GValue *value)
{
  get_used (element, G_SOCKET_FAMILY_IPV4, value);
}

static void
get_used_socket_v6 (GstElement *element, GValue *value)
{
  get_used (element, G_SOCKET_FAMILY_IPV6, value);
}

static void
get_bytes_to_serve (GstElement *element, GValue *value)
{
  GST_OBJECT_LOCK (element);
  g_value_set_uint64 (value, GST_MCAST_SINK (element)->bytes_to_serve);
  GST_OBJECT_UNLOCK (element);
}

static void
get_bytes_served (GstElement *element, GValue *value)
{
  g_value_set_uint64 (value, gst_mcast_core_get_n_bytes (&GST_MCAST_SINK (element)->core));
}

/* Sets the statistics of the sockets for duplicates, which are all but the first. */
static void
set_copies (GstStructure *structure, GPtrArray *stats)
{
  GValue copies = G_VALUE_INIT;

  g_value_init (&copies, GST_TYPE_ARRAY);
  for (guint i = 1; i < stats->len; i++)
    {
      GValue item = G_VALUE_INIT;

      g_value_init (&item, GST_TYPE_STRUCTURE);
      g_value_take_boxed (&item, gst_mcast_stats_new ("copy", g_ptr_array_index (stats, i)));
      gst_value_array_append_and_take_value (&copies, &item);
    }
  gst_structure_take_value (structure, "copies", &copies);
}

static GstStructure *
gst_mcast_sink_create_stats (GstMcastSink *self)
{
  g_autoptr (GPtrArray) stats = gst_mcast_core_get_stats (&self->core);
  g_autoptr (GstStructure) base = gst_base_sink_get_stats (GST_BASE_SINK (self));
  GstStructure *structure = gst_structure_new ("application/x-mcast-sink-stats", "base",
                                               GST_TYPE_STRUCTURE, base, NULL);

  if (stats == NULL || stats->len == 0)
    return structure;
  gst_mcast_stats_add (structure, g_ptr_array_index (stats, 0));
  gst_mcast_stats_add_usual_bytes (structure, "bytes-sent");
  set_copies (structure, stats);
  return structure;
}

static void
get_stats (GstElement *element, GValue *value)
{
  g_value_take_boxed (value, gst_mcast_sink_create_stats (GST_MCAST_SINK (element)));
}

#define FIELD(name) GST_MCAST_FIELD (GstMcastSinkSettings, name)
#define VIEW .is_view = TRUE
#define DESTINATION VIEW, .is_destination = TRUE
#define PARAMETER .in_uri = GST_MCAST_IN_URI_YES
#define NONE GST_MCAST_EFFECT_NONE
#define IGNORED GST_MCAST_EFFECT_IGNORED
#define IMMEDIATE GST_MCAST_EFFECT_IMMEDIATE
#define MEMBERSHIP GST_MCAST_EFFECT_MEMBERSHIP
#define REOPEN GST_MCAST_EFFECT_REOPEN

static const GstMcastProperty properties[GST_MCAST_SINK_N_PROPERTIES] = {
  [GST_MCAST_SINK_HOST] = { MEMBERSHIP, DESTINATION, .get = get_host, .set = set_host },
  [GST_MCAST_SINK_PORT] = { MEMBERSHIP, VIEW, .get = get_port, .set = set_port },
  [GST_MCAST_SINK_GROUPS] = { MEMBERSHIP, DESTINATION, .in_uri = GST_MCAST_IN_URI_ALWAYS,
                              .get_in_uri = get_other_groups, .get = get_groups,
                              .set = set_groups },
  [GST_MCAST_SINK_CLIENTS] = { MEMBERSHIP, DESTINATION, .get = get_clients, .set = set_clients },
  [GST_MCAST_SINK_LEGS] = { MEMBERSHIP, VIEW, .get = gst_mcast_core_get_legs },
  [GST_MCAST_SINK_SEND_DUPLICATES] = { MEMBERSHIP, PARAMETER, FIELD (send_duplicates) },
  [GST_MCAST_SINK_INTERFACES] = { MEMBERSHIP, VIEW, PARAMETER, FIELD (interfaces) },
  [GST_MCAST_SINK_MULTICAST_IFACE] = { MEMBERSHIP, VIEW, FIELD (interfaces) },
  [GST_MCAST_SINK_WAIT_FOR_INTERFACES] = { REOPEN, PARAMETER, FIELD (wait_for_interfaces),
                                           .socket_property = "wait-for-interfaces" },
  [GST_MCAST_SINK_TTL_MC] = { IMMEDIATE, PARAMETER, FIELD (ttl_mc), .socket_property = "ttl",
                              .apply = set_ttl },
  [GST_MCAST_SINK_TTL] = { IGNORED, FIELD (ttl) },
  [GST_MCAST_SINK_LOOP] = { IMMEDIATE, PARAMETER, FIELD (loop), .socket_property = "loopback",
                            .apply = set_loopback },
  [GST_MCAST_SINK_QOS_DSCP] = { IMMEDIATE, PARAMETER, FIELD (qos_dscp), .socket_property = "dscp",
                                .apply = set_dscp },
  [GST_MCAST_SINK_PACING_RATE] = { IMMEDIATE, PARAMETER, FIELD (pacing_rate),
                                   .socket_property = "pacing-rate", .apply = set_pacing_rate },
  [GST_MCAST_SINK_PACKET_SIZE] = { NONE, PARAMETER, FIELD (packet_size) },
  [GST_MCAST_SINK_BUFFER_SIZE] = { REOPEN, PARAMETER, FIELD (buffer_size),
                                   .socket_property = "send-buffer-size" },
  [GST_MCAST_SINK_BIND_ADDRESS] = { REOPEN, PARAMETER, FIELD (bind_address),
                                    .socket_property = "source-address",
                                    .convert = get_source_address },
  [GST_MCAST_SINK_BIND_PORT] = { REOPEN, PARAMETER, FIELD (bind_port),
                                 .socket_property = "source-port" },
  [GST_MCAST_SINK_SOCKET] = { REOPEN, FIELD (socket), .socket_property = "socket" },
  [GST_MCAST_SINK_SOCKET_V6] = { REOPEN, FIELD (socket_v6), .socket_property = "socket-ipv6" },
  [GST_MCAST_SINK_USED_SOCKET] = { .get = get_used_socket },
  [GST_MCAST_SINK_USED_SOCKET_V6] = { .get = get_used_socket_v6 },
  [GST_MCAST_SINK_CLOSE_SOCKET] = { NONE, FIELD (close_socket) },
  [GST_MCAST_SINK_AUTO_MULTICAST] = { IGNORED, FIELD (auto_multicast) },
  [GST_MCAST_SINK_FORCE_IPV4] = { IGNORED, FIELD (force_ipv4) },
  [GST_MCAST_SINK_URI] = { VIEW, .get = get_uri },
  [GST_MCAST_SINK_BYTES_TO_SERVE] = { .get = get_bytes_to_serve },
  [GST_MCAST_SINK_BYTES_SERVED] = { .get = get_bytes_served },
  [GST_MCAST_SINK_STATS] = { .get = get_stats },
};

static const GstMcastCoreInfo core_info = {
  .properties = properties,
  .pspecs = gst_mcast_sink_pspecs,
  .n_properties = GST_MCAST_SINK_N_PROPERTIES,
  .address = GST_MCAST_SINK_HOST,
  .port = GST_MCAST_SINK_PORT,
  .interfaces = GST_MCAST_SINK_INTERFACES,
  .close_socket = GST_MCAST_SINK_CLOSE_SOCKET,
  .uri = GST_MCAST_SINK_URI,
  .legs = GST_MCAST_SINK_LEGS,
  .sends = TRUE,
  .sockets = &socket_info,
  .category = &gst_mcast_sink_debug,
  .gained = "mcast-interface-ready",
  .open_error = GST_RESOURCE_ERROR_OPEN_WRITE,
  .set_uri = gst_mcast_uri_apply,
  .dup_groups = gst_mcast_sink_dup_groups,
  .dup_leg_group = gst_mcast_sink_dup_leg_group,
  .clear_destinations = gst_mcast_sink_clear_destinations,
  .find_contradiction = gst_mcast_sink_find_contradiction,
};

static void
gst_mcast_sink_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstMcastSink *self = GST_MCAST_SINK (object);
  g_autoptr (GPtrArray) before = gst_mcast_sink_copy_clients (self);

  gst_mcast_core_set_property (&self->core, id, value);
  gst_mcast_sink_emit_changes (self, before);
}

static void
gst_mcast_sink_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  gst_mcast_core_get_property (&GST_MCAST_SINK (object)->core, id, value);
}

static void
gst_mcast_sink_dispatch_properties_changed (GObject *object, guint n_pspecs, GParamSpec **pspecs)
{
  gst_mcast_core_dispatch (&GST_MCAST_SINK (object)->core, pspecs, n_pspecs);
  G_OBJECT_CLASS (gst_mcast_sink_parent_class)
    ->dispatch_properties_changed (object, n_pspecs, pspecs);
}

/* --- The type -------------------------------------------------------------------------------- */

static void
gst_mcast_sink_finalize (GObject *object)
{
  GstMcastSink *self = GST_MCAST_SINK (object);

  gst_mcast_core_clear (&self->core);
  g_ptr_array_unref (self->clients);
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
 * Action signal: adds a destination.
 */
/**
 * GstMcastSink::remove:
 * @sink: the element
 * @host: the group
 * @port: its port
 *
 * Action signal: removes a destination, or one of its duplicates.
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
 * Action signal: gets the counters of a destination, over all interfaces.
 *
 * Returns: a structure with the fields `bytes-sent`, `packets-sent`, `connect-time` and
 *   `disconnect-time` (all guint64, times in nanoseconds since 1970), without fields if the
 *   destination does not exist
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
  object_class->dispatch_properties_changed = gst_mcast_sink_dispatch_properties_changed;
  object_class->finalize = gst_mcast_sink_finalize;
  gst_mcast_sink_make_pspecs ();
  gst_mcast_properties_install (object_class, properties, gst_mcast_sink_pspecs,
                                GST_MCAST_SINK_N_PROPERTIES);
  install_signals (klass);

  element_class->change_state = gst_mcast_sink_change_state;
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
  gst_mcast_core_init (&self->core, &core_info, GST_ELEMENT (self), &self->settings);
  self->settings.port = GST_MCAST_SINK_DEFAULT_PORT;
  self->clients = gst_mcast_clients_new ();
  gst_mcast_clients_add (self->clients, GST_MCAST_CLIENT_DEFAULT, GST_MCAST_SINK_DEFAULT_HOST, 0);
}
