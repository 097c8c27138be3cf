/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-mcastsrc
 * @title: mcastsrc
 * @short_description: receives IP multicast
 * @see_also: mcastsink, udpsrc
 *
 * Receives multicast groups on every network interface of the machine, or on those that are named,
 * and pushes each datagram as one buffer. It follows interfaces that go and come back, and delivers
 * only what it was asked for: no other group, port, interface or sender.
 *
 * What was received together is pushed as a buffer list, so a pad probe must ask for
 * #GST_PAD_PROBE_TYPE_BUFFER_LIST too, unless #GstMcastSrc:batch-size is 1. While the elements
 * behind it are at work it receives nothing: put a queue between.
 *
 * A pipeline that receives multicast with udpsrc works when the name is replaced.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 mcastsrc address=239.1.2.3 port=5004 interfaces=lo ! fakesink dump=true
 * ]| Shows what arrives on the machine's own loopback interface.
 * |[
 * gst-launch-1.0 videotestsrc is-live=true ! x264enc tune=zerolatency key-int-max=30 \
 *     ! mpegtsmux alignment=7 ! mcastsink host=239.1.2.3 port=5004 interfaces=lo
 * gst-launch-1.0 mcastsrc address=239.1.2.3 port=5004 interfaces=lo ! queue ! decodebin \
 *     ! videoconvert ! autovideosink
 * ]| A picture from one terminal to another.
 * |[
 * gst-launch-1.0 mcastsrc address=239.1.2.3 port=5004 interfaces=lo \
 *     caps="application/x-rtp,media=audio,clock-rate=44100,encoding-name=L16,channels=1" \
 *     ! rtpjitterbuffer ! rtpL16depay ! audioconvert ! autoaudiosink
 * ]| The tone that the first example of mcastsink sends.
 * |[
 * gst-launch-1.0 mcastsrc \
 *     uri="mcast://232.1.1.1:5004?source=10.0.0.1&interfaces=eth0,eth1" ! fakesink
 * ]| Source-specific multicast from one sender on two interfaces.
 *
 * ## Element messages
 * - `GstUDPSrcTimeout`: nothing came for the time in #GstMcastSrc:timeout. Field `timeout`
 *   (guint64): that time in nanoseconds.
 * - `mcast-interface-joined`, `mcast-interface-lost`: the groups are received on an interface from
 *   now on, or no longer. Fields `interface` (string) and `interface-index` (guint).
 * - `mcast-recovery-ineffective`: a group is silent for #GstMcastSrc:recovery-interval, and nothing
 *   can be done about it, since another program of the machine holds it too. Once for each silence.
 *   Field `group` (string) and the two above.
 *
 * ## Metas
 * - `GstMcastMeta`, a #GstCustomMeta: fields `group` (string), `port` (guint), `interface`
 *   (string), `interface-index` (guint), `hop-limit` (gint, -1 if unknown).
 * - #GstNetAddressMeta: the sender, unless #GstMcastSrc:retrieve-sender-address is off.
 * - #GstReferenceTimestampMeta with caps `timestamp/x-unix`: the kernel's time of arrival, when
 *   #GstMcastSrc:add-reference-timestamp-meta is on.
 */
#include "config.h"

#include "gstmcastsrc.h"

#include <gio/gio.h>
#include <mcast.h>

#include "gstmcastbatch.h"
#include "gstmcastdebug.h"
#include "gstmcasterror.h"
#include "gstmcastgroups.h"
#include "gstmcasttextlist.h"
#include "gstmcastlistpool.h"
#include "gstmcastmeta.h"
#include "gstmcastreceiver.h"
#include "gstmcastsrcsettings.h"
#include "gstmcaststats.h"
#include "gstmcasturi.h"

struct _GstMcastSrc
{
  GstPushSrc parent;

  /* Under the object lock */
  GstMcastSrcSettings settings;
  GError *uri_error; /* of the last URI, if it was wrong and no address came after it */
  GstMcastReceiver *receiver;
  GCancellable *cancellable;
  gboolean reopen; /* a setting changed that only opening applies */
  guint64 n_short;
  guint64 n_empty;

  /* Held while the receiver is opened, closed or updated, so that none of them misses a setting;
   * taken before the object lock */
  GMutex open_lock;
  GstMcastNews *news;

  /* Of the streaming thread; which metas there are changes only with the pool, whose buffers keep
   * them */
  GstMcastBatch *batch;
  GstMcastOrigins *origins;
  GstMcastFreeList *lists;
  GstBufferList *followers; /* what came together with the buffer that was created last */
  gboolean keeps_together;
  gboolean with_sender;
  gboolean with_arrival;
};

/* What the streaming thread needs to know of the settings for one batch. */
typedef struct
{
  guint skip;
  gboolean keep_together; /* what the kernel merged */
  gboolean use_arrival;
  GstClockTime running_time; /* GST_CLOCK_TIME_NONE to leave buffers without timestamps */
  gint64 real_time;          /* at that running time */
} Treatment;

static GstStaticPadTemplate src_template =
  GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

G_DEFINE_FINAL_TYPE_WITH_CODE (GstMcastSrc, gst_mcast_src, GST_TYPE_PUSH_SRC,
                               G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER,
                                                      gst_mcast_uri_handler_init))

/* --- Which groups, on which interfaces ------------------------------------------------------- */

/* The groups as the properties have them: address, unless it was never set, and groups. */
static char **
gst_mcast_src_dup_named_groups (GstMcastSrc *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GstMcastSrcSettings *settings = &self->settings;

  GST_OBJECT_LOCK (self);
  if (g_strcmp0 (settings->address, GST_MCAST_SRC_DEFAULT_ADDRESS) != 0)
    g_strv_builder_add (builder, settings->address);
  if (settings->groups != NULL)
    g_strv_builder_addv (builder, (const char **) settings->groups);
  GST_OBJECT_UNLOCK (self);
  return g_strv_builder_end (builder);
}

static void
gst_mcast_src_get_sources (GstMcastSrc *self, GstMcastSources *sources)
{
  GstMcastSrcSettings *settings = &self->settings;

  gst_mcast_sources_init (sources);
  GST_OBJECT_LOCK (self);
  gst_mcast_sources_add_signed (sources, settings->multicast_source);
  gst_mcast_sources_add_list (sources, settings->source_filter, settings->source_filter_exclusive);
  GST_OBJECT_UNLOCK (self);
}

static char **
gst_mcast_src_dup_groups (GstMcastSrc *self, GError **error)
{
  g_auto (GstMcastSources) sources = { NULL, NULL };
  g_auto (GStrv) named = gst_mcast_src_dup_named_groups (self);

  if (named[0] == NULL)
    {
      g_set_error (error, MCAST_ERROR, MCAST_ERROR_NOT_MULTICAST,
                   "Address %s is not a multicast group: set address to the one to receive, for "
                   "example address=239.1.2.3",
                   GST_MCAST_SRC_DEFAULT_ADDRESS);
      return NULL;
    }
  gst_mcast_src_get_sources (self, &sources);
  return gst_mcast_groups_resolve ((const char *const *) named, &sources, error);
}

static char **
gst_mcast_src_dup_interfaces (GstMcastSrc *self)
{
  char **interfaces;

  GST_OBJECT_LOCK (self);
  interfaces = gst_mcast_text_list_split (self->settings.interfaces);
  GST_OBJECT_UNLOCK (self);
  return interfaces;
}

static GstMcastReceiver *
gst_mcast_src_ref_receiver (GstMcastSrc *self)
{
  GstMcastReceiver *receiver;

  GST_OBJECT_LOCK (self);
  receiver = self->receiver != NULL ? gst_mcast_receiver_ref (self->receiver) : NULL;
  GST_OBJECT_UNLOCK (self);
  return receiver;
}

static void
gst_mcast_src_lock_open (GstMcastSrc *self)
{
  g_mutex_lock (&self->open_lock);
  gst_mcast_news_hold (self->news);
}

static void
gst_mcast_src_unlock_open (GstMcastSrc *self)
{
  g_mutex_unlock (&self->open_lock);
  gst_mcast_news_release (self->news);
}

static void
gst_mcast_src_update_membership (GstMcastSrc *self, GError **error)
{
  g_autoptr (GstMcastReceiver) receiver = gst_mcast_src_ref_receiver (self);
  g_auto (GStrv) groups = NULL;
  g_auto (GStrv) interfaces = NULL;

  if (receiver == NULL)
    return;
  interfaces = gst_mcast_src_dup_interfaces (self);
  gst_mcast_receiver_set_interfaces (receiver, (const char *const *) interfaces, error);
  groups = gst_mcast_src_dup_groups (self, *error == NULL ? error : NULL);
  if (groups != NULL)
    gst_mcast_receiver_set_groups (receiver, (const char *const *) groups,
                                   *error == NULL ? error : NULL);
}

/* Setting a property cannot fail, so what goes wrong while running is a warning on the bus. */
static void
gst_mcast_src_membership_changed (GstMcastSrc *self)
{
  g_autoptr (GError) error = NULL;

  gst_mcast_src_lock_open (self);
  gst_mcast_src_update_membership (self, &error);
  gst_mcast_src_unlock_open (self);

  if (error != NULL)
    gst_mcast_post_warning (GST_ELEMENT (self), GST_RESOURCE_ERROR_SETTINGS, error);
}

/* --- Opening and closing --------------------------------------------------------------------- */

/* Whether the kernel may merge datagrams. Not where each is to be a buffer of its own that is
 * pushed alone, where each is to be compared with others, and not on a socket that others read
 * too. Called with the object lock. */
static gboolean
gst_mcast_src_takes_runs (GstMcastSrc *self)
{
  const GstMcastSrcSettings *settings = &self->settings;

  return settings->allow_gro && (settings->batch_size > 1 || !settings->preserve_packetization)
         && settings->merge == MCAST_MERGE_NONE && settings->socket == NULL;
}

static gboolean
gst_mcast_src_get_options (GstMcastSrc *self, GstMcastReceiverOptions *options, GError **error)
{
  options->groups = gst_mcast_src_dup_groups (self, error);
  options->interfaces = gst_mcast_src_dup_interfaces (self);

  GST_OBJECT_LOCK (self);
  options->port = (guint) self->settings.port;
  options->wait_for_interfaces = self->settings.wait_for_interfaces;
  options->recovery_interval = self->settings.recovery_interval;
  options->reuse = self->settings.reuse;
  options->auto_join = self->settings.auto_multicast;
  if (self->settings.socket != NULL)
    options->socket = g_object_ref (self->settings.socket);
  options->merge = self->settings.merge;
  options->merge_segments = gst_mcast_src_takes_runs (self);
  options->buffer_size = (guint) self->settings.buffer_size;
  options->timeout = self->settings.timeout;
  GST_OBJECT_UNLOCK (self);
  return options->groups != NULL;
}

/* Called with the open lock. */
static GstMcastReceiver *
gst_mcast_src_open_receiver (GstMcastSrc *self, GError **limit, GError **error)
{
  g_auto (GstMcastReceiverOptions) options = { NULL };
  GstMcastReceiver *receiver;

  if (!gst_mcast_src_get_options (self, &options, error))
    return NULL;
  receiver = gst_mcast_receiver_open (&options, self->news, limit, error);
  if (receiver == NULL)
    return NULL;
  GST_OBJECT_LOCK (self);
  self->receiver = gst_mcast_receiver_ref (receiver);
  self->reopen = FALSE;
  self->n_short = self->n_empty = 0;
  GST_OBJECT_UNLOCK (self);
  return receiver;
}

/* Port 0 becomes the port that the system chose. */
static void
gst_mcast_src_learn_port (GstMcastSrc *self, GstMcastReceiver *receiver)
{
  int port = (int) mcast_rx_socket_get_port (gst_mcast_receiver_get_socket (receiver));
  gboolean changed;

  GST_OBJECT_LOCK (self);
  changed = self->settings.port != port;
  self->settings.port = port;
  GST_OBJECT_UNLOCK (self);
  if (changed)
    g_object_notify (G_OBJECT (self), "port");
}

static GError *
gst_mcast_src_dup_uri_error (GstMcastSrc *self)
{
  GError *error;

  GST_OBJECT_LOCK (self);
  error = self->uri_error != NULL ? g_error_copy (self->uri_error) : NULL;
  GST_OBJECT_UNLOCK (self);
  return error;
}

static gboolean
gst_mcast_src_open (GstMcastSrc *self)
{
  g_autoptr (GstMcastReceiver) receiver = NULL;
  g_autoptr (GError) limit = NULL;
  g_autoptr (GError) error = gst_mcast_src_dup_uri_error (self);

  gst_mcast_src_lock_open (self);
  if (error == NULL)
    receiver = gst_mcast_src_open_receiver (self, &limit, &error);
  gst_mcast_src_unlock_open (self);

  if (receiver == NULL)
    {
      gst_mcast_post_error (GST_ELEMENT (self), GST_RESOURCE_ERROR_OPEN_READ, error);
      return FALSE;
    }
  if (limit != NULL)
    gst_mcast_post_warning (GST_ELEMENT (self), GST_RESOURCE_ERROR_SETTINGS, limit);
  gst_mcast_src_learn_port (self, receiver);
  return TRUE;
}

static void
gst_mcast_src_close (GstMcastSrc *self)
{
  g_autoptr (GstMcastReceiver) receiver = NULL;
  gboolean close_socket;

  g_mutex_lock (&self->open_lock);
  GST_OBJECT_LOCK (self);
  receiver = g_steal_pointer (&self->receiver);
  close_socket = self->settings.close_socket;
  GST_OBJECT_UNLOCK (self);
  g_mutex_unlock (&self->open_lock);

  /* Without the locks: it waits for the end of a message that is being posted, in whose handler
   * the application may be setting a property. */
  if (receiver != NULL)
    gst_mcast_receiver_close (receiver, close_socket);
}

/* --- The stream ------------------------------------------------------------------------------ */

static GstClockTime
gst_mcast_src_get_running_time (GstMcastSrc *self)
{
  g_autoptr (GstClock) clock = NULL;
  GstClockTime base_time;
  GstClockTime now;

  GST_OBJECT_LOCK (self);
  if (GST_ELEMENT_CLOCK (self) != NULL)
    clock = gst_object_ref (GST_ELEMENT_CLOCK (self));
  base_time = GST_ELEMENT_CAST (self)->base_time;
  GST_OBJECT_UNLOCK (self);
  if (clock == NULL)
    return GST_CLOCK_TIME_NONE;
  now = gst_clock_get_time (clock);
  return now > base_time ? now - base_time : 0;
}

static void
gst_mcast_src_get_treatment (GstMcastSrc *self, Treatment *treatment)
{
  GST_OBJECT_LOCK (self);
  treatment->skip = (guint) self->settings.skip_first_bytes;
  treatment->keep_together = self->keeps_together && treatment->skip == 0;
  treatment->use_arrival = self->settings.socket_timestamp == GST_MCAST_SOCKET_TIMESTAMP_REALTIME;
  GST_OBJECT_UNLOCK (self);

  treatment->running_time = GST_CLOCK_TIME_NONE;
  treatment->real_time = 0;
  if (treatment->use_arrival || gst_base_src_get_do_timestamp (GST_BASE_SRC (self)))
    treatment->running_time = gst_mcast_src_get_running_time (self);
  if (treatment->use_arrival)
    treatment->real_time = g_get_real_time () * 1000;
}

/* The base class stamps only the first buffer of a list, so all are stamped here. */
static void
stamp (GstBuffer *buffer, const Treatment *treatment, const McastRxMessage *message)
{
  GstClockTime time = treatment->running_time;

  if (time == GST_CLOCK_TIME_NONE)
    return;
  if (treatment->use_arrival && message->arrival_time > 0
      && message->arrival_time < treatment->real_time)
    {
      GstClockTime age = (GstClockTime) (treatment->real_time - message->arrival_time);

      time = time > age ? time - age : 0;
    }
  GST_BUFFER_DTS (buffer) = time;
  GST_BUFFER_PTS (buffer) = time;
}

static void
gst_mcast_src_drop (GstMcastSrc *self, gsize length)
{
  GST_OBJECT_LOCK (self);
  if (length == 0)
    self->n_empty++;
  else
    self->n_short++;
  GST_OBJECT_UNLOCK (self);
}

/* The buffer of one part of the message @i of a batch; NULL if there is nothing in it to push. */
static GstBuffer *
gst_mcast_src_make_buffer (GstMcastSrc *self, const Treatment *treatment, guint i, guint part,
                           GstMcastOrigin *origin)
{
  const McastRxMessage *message = &gst_mcast_batch_get_messages (self->batch)[i];
  gsize length = gst_mcast_batch_get_length (self->batch, i, part);
  GstBuffer *buffer;

  if (length <= treatment->skip)
    {
      gst_mcast_src_drop (self, length);
      return NULL;
    }
  buffer = gst_mcast_batch_take (self->batch, i, part, treatment->skip);
  stamp (buffer, treatment, message);
  gst_mcast_meta_set (buffer, origin);
  if (self->with_sender)
    gst_mcast_meta_set_sender (buffer, message->source);
  if (self->with_arrival)
    gst_mcast_meta_set_arrival (buffer, message->arrival_time);
  return buffer;
}

/* What becomes of a batch: the first buffer, and as followers the others. */
typedef struct
{
  GstBuffer *first;
  guint n_buffers;
  guint most;
  guint n_parts;
} Collection;

static void
gst_mcast_src_collect_message (GstMcastSrc *self, const Treatment *treatment, guint i,
                               guint n_parts, Collection *collection)
{
  const McastRxMessage *message = &gst_mcast_batch_get_messages (self->batch)[i];
  GstMcastOrigin *origin = gst_mcast_origins_get (self->origins, message);

  for (guint part = 0; part < n_parts && collection->n_buffers < collection->most; part++)
    {
      GstBuffer *buffer = gst_mcast_src_make_buffer (self, treatment, i, part, origin);

      if (buffer == NULL)
        continue;
      if (collection->n_buffers++ == 0)
        {
          collection->first = buffer;
          continue;
        }
      if (self->followers == NULL)
        self->followers = gst_mcast_list_pool_acquire (self->lists, collection->n_parts);
      gst_buffer_list_add (self->followers, buffer);
    }
}

/* There may be no buffer at all, when no datagram had anything in it. */
static void
gst_mcast_src_collect (GstMcastSrc *self, guint n, Collection *collection)
{
  Treatment treatment;
  guint n_parts[GST_MCAST_SRC_MAX_BATCH_SIZE];

  gst_mcast_src_get_treatment (self, &treatment);
  collection->n_parts = 0;
  for (guint i = 0; i < n; i++)
    {
      n_parts[i] = gst_mcast_batch_split (self->batch, i, treatment.keep_together);
      collection->n_parts += n_parts[i];
    }
  for (guint i = 0; i < n; i++)
    gst_mcast_src_collect_message (self, &treatment, i, n_parts[i], collection);
}

static void
gst_mcast_src_post_timeout (GstMcastSrc *self)
{
  guint64 timeout;

  GST_OBJECT_LOCK (self);
  timeout = self->settings.timeout;
  GST_OBJECT_UNLOCK (self);
  gst_element_post_message (
    GST_ELEMENT (self),
    gst_message_new_element (GST_OBJECT (self), gst_structure_new ("GstUDPSrcTimeout", "timeout",
                                                                   G_TYPE_UINT64, timeout, NULL)));
}

/* Waits for datagrams; @n is how many came, 0 when none did in time. */
static GstFlowReturn
gst_mcast_src_wait (GstMcastSrc *self, guint max, guint *n)
{
  g_autoptr (GstMcastReceiver) receiver = gst_mcast_src_ref_receiver (self);
  McastRxMessage *messages = gst_mcast_batch_get_messages (self->batch);
  g_autoptr (GCancellable) cancellable = NULL;
  g_autoptr (GError) error = NULL;
  gint result;

  GST_OBJECT_LOCK (self);
  cancellable = g_object_ref (self->cancellable);
  GST_OBJECT_UNLOCK (self);

  result = mcast_rx_socket_receive_messages (gst_mcast_receiver_get_socket (receiver), messages,
                                             max, cancellable, &error);
  *n = (guint) MAX (result, 0);
  if (result >= 0)
    return GST_FLOW_OK;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return GST_FLOW_FLUSHING;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    {
      gst_mcast_src_post_timeout (self);
      return GST_FLOW_OK;
    }
  gst_mcast_post_error (GST_ELEMENT (self), GST_RESOURCE_ERROR_READ, error);
  return GST_FLOW_ERROR;
}

/* The base class has counted one buffer for this call already, whatever comes of it. */
static guint
gst_mcast_src_get_limit (GstMcastSrc *self)
{
  int left = GST_BASE_SRC (self)->num_buffers_left;

  return left >= 0 ? (guint) left + 1 : G_MAXUINT;
}

static void
gst_mcast_src_count (GstMcastSrc *self, guint n_buffers)
{
  if (GST_BASE_SRC (self)->num_buffers_left >= 0)
    GST_BASE_SRC (self)->num_buffers_left -= (int) n_buffers - 1;
}

static GstFlowReturn
gst_mcast_src_create (GstPushSrc *src, GstBuffer **buffer)
{
  GstMcastSrc *self = GST_MCAST_SRC (src);
  Collection collection = { .most = gst_mcast_src_get_limit (self) };
  guint max = MIN (gst_mcast_batch_get_size (self->batch), collection.most);
  GstFlowReturn flow = GST_FLOW_OK;

  /* Still there only when the base class threw their first away. */
  gst_clear_buffer_list (&self->followers);
  while (flow == GST_FLOW_OK && collection.n_buffers == 0)
    {
      guint n = 0;

      gst_mcast_batch_fill (self->batch, max);
      flow = gst_mcast_src_wait (self, max, &n);
      gst_mcast_src_collect (self, n, &collection);
    }
  if (collection.n_buffers > 0)
    gst_mcast_src_count (self, collection.n_buffers);
  *buffer = collection.first;
  return flow;
}

/* Pushes a list where the base class pushes the first buffer of it. The base class could do so
 * itself, but when it is flushing or at its end, that of 1.22 takes such a list for a buffer. */
static GstPadProbeReturn
gst_mcast_src_push_followers (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstMcastSrc *self = data;
  GstBufferList *list = g_steal_pointer (&self->followers);

  if (list == NULL)
    return GST_PAD_PROBE_OK;
  gst_buffer_list_insert (list, 0, GST_PAD_PROBE_INFO_BUFFER (info));
  GST_PAD_PROBE_INFO_DATA (info) = NULL;
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = gst_pad_push_list (pad, list);
  return GST_PAD_PROBE_HANDLED;
}

/* The buffers are the element's own, since the metas stay on them; only the wishes of
 * downstream for alignment and padding are followed. */
static gboolean
gst_mcast_src_decide_allocation (GstBaseSrc *src, GstQuery *query)
{
  GstMcastSrc *self = GST_MCAST_SRC (src);
  GstAllocationParams params;
  guint mtu;

  GST_OBJECT_LOCK (self);
  mtu = MAX (self->settings.mtu, 1);
  self->with_sender = self->settings.retrieve_sender_address;
  self->with_arrival = self->settings.add_reference_timestamp_meta;
  GST_OBJECT_UNLOCK (self);

  gst_allocation_params_init (&params);
  if (gst_query_get_n_allocation_params (query) > 0)
    gst_query_parse_nth_allocation_param (query, 0, NULL, &params);
  /* The base class would activate a pool, which nobody takes buffers of. */
  while (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_remove_nth_allocation_pool (query, 0);
  gst_mcast_batch_set_allocation (self->batch, mtu, &params);
  return TRUE;
}

static GstCaps *
gst_mcast_src_get_caps (GstBaseSrc *src, GstCaps *filter)
{
  GstMcastSrc *self = GST_MCAST_SRC (src);
  GstCaps *caps;
  GstCaps *result;

  GST_OBJECT_LOCK (self);
  caps = self->settings.caps != NULL ? gst_caps_ref (self->settings.caps) : gst_caps_new_any ();
  GST_OBJECT_UNLOCK (self);
  if (filter == NULL)
    return caps;
  result = gst_caps_intersect_full (filter, caps, GST_CAPS_INTERSECT_FIRST);
  gst_caps_unref (caps);
  return result;
}

static gboolean
gst_mcast_src_start (GstBaseSrc *src)
{
  GstMcastSrc *self = GST_MCAST_SRC (src);
  gboolean reopen;
  guint batch_size;

  GST_OBJECT_LOCK (self);
  self->keeps_together = !self->settings.preserve_packetization;
  reopen = self->reopen;
  batch_size = self->settings.batch_size;
  GST_OBJECT_UNLOCK (self);

  if (reopen)
    {
      gst_mcast_src_close (self);
      if (!gst_mcast_src_open (self))
        return FALSE;
    }
  self->batch = gst_mcast_batch_new (batch_size);
  self->origins = gst_mcast_origins_new ();
  self->lists = gst_mcast_list_pool_new ();
  return TRUE;
}

static gboolean
gst_mcast_src_stop (GstBaseSrc *src)
{
  GstMcastSrc *self = GST_MCAST_SRC (src);

  gst_clear_buffer_list (&self->followers);
  g_clear_pointer (&self->batch, gst_mcast_batch_free);
  g_clear_pointer (&self->origins, gst_mcast_origins_free);
  g_clear_pointer (&self->lists, gst_mcast_free_list_close);
  return TRUE;
}

static gboolean
gst_mcast_src_unlock (GstBaseSrc *src)
{
  GstMcastSrc *self = GST_MCAST_SRC (src);
  g_autoptr (GCancellable) cancellable = NULL;

  GST_OBJECT_LOCK (self);
  cancellable = g_object_ref (self->cancellable);
  GST_OBJECT_UNLOCK (self);
  g_cancellable_cancel (cancellable);
  return TRUE;
}

/* A new one each time: a call that has not yet seen the old one cancelled must still see it. */
static gboolean
gst_mcast_src_unlock_stop (GstBaseSrc *src)
{
  GstMcastSrc *self = GST_MCAST_SRC (src);
  g_autoptr (GCancellable) old = NULL;

  GST_OBJECT_LOCK (self);
  old = g_steal_pointer (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

/* Opened before READY, so that the port can be read there. */
static GstStateChangeReturn
gst_mcast_src_change_state (GstElement *element, GstStateChange transition)
{
  GstMcastSrc *self = GST_MCAST_SRC (element);
  GstStateChangeReturn result;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY && !gst_mcast_src_open (self))
    return GST_STATE_CHANGE_FAILURE;

  result = GST_ELEMENT_CLASS (gst_mcast_src_parent_class)->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_READY_TO_NULL
      || (transition == GST_STATE_CHANGE_NULL_TO_READY && result == GST_STATE_CHANGE_FAILURE))
    gst_mcast_src_close (self);
  return result;
}

/* --- Properties ------------------------------------------------------------------------------ */

static char *
gst_mcast_src_dup_uri (GstMcastSrc *self)
{
  char *uri;

  GST_OBJECT_LOCK (self);
  uri = gst_mcast_uri_build (self->settings.address, (guint) self->settings.port,
                             self->settings.interfaces, self->settings.multicast_source);
  GST_OBJECT_UNLOCK (self);
  return uri;
}

/* A wrong URI set as a property stops the element from starting: there is no other way to say
 * it. */
static void
gst_mcast_src_set_uri_property (GstMcastSrc *self, const char *uri)
{
  g_autoptr (GError) old = NULL;
  GError *error = gst_mcast_uri_set_property (GST_ELEMENT (self), uri);

  GST_OBJECT_LOCK (self);
  old = self->uri_error;
  self->uri_error = error;
  GST_OBJECT_UNLOCK (self);
}

static GstStructure *
gst_mcast_src_create_stats (GstMcastSrc *self)
{
  g_autoptr (GstMcastReceiver) receiver = gst_mcast_src_ref_receiver (self);
  GstStructure *structure = gst_structure_new_empty ("mcastsrc-stats");
  guint64 n_short;
  guint64 n_empty;

  GST_OBJECT_LOCK (self);
  n_short = self->n_short;
  n_empty = self->n_empty;
  GST_OBJECT_UNLOCK (self);
  gst_structure_set (structure, "dropped-short", G_TYPE_UINT64, n_short, "dropped-empty",
                     G_TYPE_UINT64, n_empty, NULL);
  if (receiver != NULL)
    {
      McastRxSocket *socket = gst_mcast_receiver_get_socket (receiver);
      g_autoptr (GVariant) stats = g_variant_take_ref (mcast_rx_socket_get_stats (socket));

      gst_mcast_stats_add (structure, stats);
    }
  return structure;
}

static void
gst_mcast_src_timeout_changed (GstMcastSrc *self)
{
  g_autoptr (GstMcastReceiver) receiver = gst_mcast_src_ref_receiver (self);
  guint64 timeout;

  GST_OBJECT_LOCK (self);
  timeout = self->settings.timeout;
  GST_OBJECT_UNLOCK (self);
  if (receiver != NULL)
    gst_mcast_receiver_set_timeout (receiver, timeout);
}

/* Makes a setting that was just stored take effect. */
static void
gst_mcast_src_setting_changed (GstMcastSrc *self, GstMcastSrcProperty property)
{
  switch ((int) property)
    {
    case GST_MCAST_SRC_ADDRESS:
    case GST_MCAST_SRC_MULTICAST_GROUP:
    case GST_MCAST_SRC_GROUPS:
    case GST_MCAST_SRC_INTERFACES:
    case GST_MCAST_SRC_MULTICAST_IFACE:
    case GST_MCAST_SRC_MULTICAST_SOURCE:
    case GST_MCAST_SRC_SOURCE_FILTER:
    case GST_MCAST_SRC_SOURCE_FILTER_EXCLUSIVE:
      gst_mcast_src_membership_changed (self);
      break;
    case GST_MCAST_SRC_PORT:
    case GST_MCAST_SRC_WAIT_FOR_INTERFACES:
    case GST_MCAST_SRC_RECOVERY_INTERVAL:
    case GST_MCAST_SRC_MERGE:
    case GST_MCAST_SRC_BUFFER_SIZE:
    case GST_MCAST_SRC_AUTO_MULTICAST:
    case GST_MCAST_SRC_REUSE:
    case GST_MCAST_SRC_SOCKET:
    case GST_MCAST_SRC_BATCH_SIZE:
    case GST_MCAST_SRC_ALLOW_GRO:
    case GST_MCAST_SRC_PRESERVE_PACKETIZATION:
      GST_OBJECT_LOCK (self);
      self->reopen = TRUE;
      GST_OBJECT_UNLOCK (self);
      break;
    case GST_MCAST_SRC_CAPS:
    case GST_MCAST_SRC_MTU:
    case GST_MCAST_SRC_RETRIEVE_SENDER_ADDRESS:
    case GST_MCAST_SRC_ADD_REFERENCE_TIMESTAMP_META:
      gst_pad_mark_reconfigure (GST_BASE_SRC_PAD (self));
      break;
    case GST_MCAST_SRC_TIMEOUT:
      gst_mcast_src_timeout_changed (self);
      break;
    default:
      break;
    }
}

static void
gst_mcast_src_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstMcastSrc *self = GST_MCAST_SRC (object);
  const GstMcastField *field = &gst_mcast_src_fields[id];
  gboolean is_new;

  if (id == GST_MCAST_SRC_URI)
    gst_mcast_src_set_uri_property (self, g_value_get_string (value));
  else if (field->exists)
    {
      GST_OBJECT_LOCK (self);
      is_new = !gst_mcast_field_is (field, pspec, &self->settings, value);
      gst_mcast_field_set (field, pspec, &self->settings, value);
      if (id == GST_MCAST_SRC_ADDRESS)
        g_clear_error (&self->uri_error);
      GST_OBJECT_UNLOCK (self);
      gst_mcast_src_setting_changed (self, (GstMcastSrcProperty) id);
      if (is_new)
        gst_mcast_warn_late (GST_ELEMENT (self), pspec);
    }
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static GSocket *
gst_mcast_src_dup_used_socket (GstMcastSrc *self)
{
  g_autoptr (GstMcastReceiver) receiver = gst_mcast_src_ref_receiver (self);

  return receiver != NULL ? gst_mcast_receiver_dup_used_socket (receiver) : NULL;
}

static void
gst_mcast_src_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstMcastSrc *self = GST_MCAST_SRC (object);

  if (id == GST_MCAST_SRC_URI)
    g_value_take_string (value, gst_mcast_src_dup_uri (self));
  else if (id == GST_MCAST_SRC_STATS)
    g_value_take_boxed (value, gst_mcast_src_create_stats (self));
  else if (id == GST_MCAST_SRC_USED_SOCKET)
    g_value_take_object (value, gst_mcast_src_dup_used_socket (self));
  else if (gst_mcast_src_fields[id].exists)
    {
      GST_OBJECT_LOCK (self);
      gst_mcast_field_get (&gst_mcast_src_fields[id], &self->settings, value);
      GST_OBJECT_UNLOCK (self);
    }
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

/* --- The type -------------------------------------------------------------------------------- */

static void
gst_mcast_src_finalize (GObject *object)
{
  GstMcastSrc *self = GST_MCAST_SRC (object);

  gst_mcast_fields_clear (gst_mcast_src_fields, GST_TYPE_MCAST_SRC, &self->settings);
  g_clear_error (&self->uri_error);
  g_clear_object (&self->cancellable);
  g_mutex_clear (&self->open_lock);
  gst_mcast_news_unref (self->news);
  G_OBJECT_CLASS (gst_mcast_src_parent_class)->finalize (object);
}

static void
gst_mcast_src_class_init (GstMcastSrcClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSrcClass *base_class = GST_BASE_SRC_CLASS (klass);

  object_class->set_property = gst_mcast_src_set_property;
  object_class->get_property = gst_mcast_src_get_property;
  object_class->finalize = gst_mcast_src_finalize;
  gst_mcast_src_settings_install (object_class);

  element_class->change_state = gst_mcast_src_change_state;
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Multicast receiver", "Source/Network",
                                         "Receives IP multicast on every network interface, or on "
                                         "chosen ones",
                                         "The mcast developers");

  base_class->start = gst_mcast_src_start;
  base_class->stop = gst_mcast_src_stop;
  base_class->unlock = gst_mcast_src_unlock;
  base_class->unlock_stop = gst_mcast_src_unlock_stop;
  base_class->get_caps = gst_mcast_src_get_caps;
  base_class->decide_allocation = gst_mcast_src_decide_allocation;
  GST_PUSH_SRC_CLASS (klass)->create = gst_mcast_src_create;

  gst_type_mark_as_plugin_api (GST_TYPE_MCAST_SOCKET_TIMESTAMP_MODE, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_MCAST_MERGE, 0);
}

static void
gst_mcast_src_init (GstMcastSrc *self)
{
  g_mutex_init (&self->open_lock);
  self->news = gst_mcast_news_new (GST_ELEMENT (self), "mcast-interface-joined",
                                   "mcast-interface-lost");
  self->cancellable = g_cancellable_new ();
  gst_mcast_fields_init (gst_mcast_src_fields, GST_TYPE_MCAST_SRC, &self->settings);

  gst_base_src_set_live (GST_BASE_SRC (self), TRUE);
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
  gst_base_src_set_do_timestamp (GST_BASE_SRC (self), TRUE);
  /* The first probe of the pad: those of the application see lists. */
  gst_pad_add_probe (GST_BASE_SRC_PAD (self), GST_PAD_PROBE_TYPE_BUFFER,
                     gst_mcast_src_push_followers, self, NULL);
}
