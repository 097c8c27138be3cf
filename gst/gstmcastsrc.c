/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-mcastsrc
 * @title: mcastsrc
 * @short_description: receives IP multicast
 * @see_also: mcastsink, udpsrc
 *
 * Receives multicast groups on every network interface, or on selected ones, and pushes each
 * datagram as one buffer. It joins again when an interface returns, and delivers only the selected
 * groups, ports, interfaces and sources.
 *
 * Datagrams that arrive together are pushed as a buffer list. Elements without a chain_list
 * function receive the buffers one by one; pad probes see the list. A pad probe must therefore also
 * be added for #GST_PAD_PROBE_TYPE_BUFFER_LIST, unless #GstMcastSrc:batch-size is 1. The element
 * does not read from its socket while downstream elements process a buffer: put a queue after it.
 *
 * mcastsrc replaces udpsrc in pipelines that receive multicast. One mcastsrc is one stream with one
 * caps; mcastdemux separates several groups that share a receiver.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 mcastsrc address=239.1.2.3 port=5004 interfaces=lo ! fakesink dump=true
 * ]| Dumps the datagrams that arrive on the loopback interface.
 * |[
 * gst-launch-1.0 videotestsrc is-live=true ! x264enc tune=zerolatency key-int-max=30 \
 *     ! mpegtsmux alignment=7 ! mcastsink host=239.1.2.3 port=5004 interfaces=lo
 * gst-launch-1.0 mcastsrc address=239.1.2.3 port=5004 interfaces=lo ! queue ! decodebin \
 *     ! videoconvert ! autovideosink
 * ]| A video from one terminal to another.
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
 * - `GstUDPSrcTimeout`: no datagram arrived for #GstMcastSrc:timeout. Field `timeout` (guint64):
 *   the timeout in nanoseconds.
 * - `mcast-packets-lost`: the kernel dropped datagrams, because its buffer was full. The next
 *   buffer has #GST_BUFFER_FLAG_DISCONT. Posted at most once per second. Fields `lost` (guint64:
 *   since the last message) and `total` (guint64: since the start).
 * - `mcast-path-changed`: the state of a path, one group on one interface, at the start and when it
 *   changes. Fields `group` (string), `port` (guint), `interface` (string), `interface-index`
 *   (guint, 0 if the interface is missing), `leg` (string, only with #GstMcastSrc:legs), `state`
 *   (string, a nick of #McastEventType: `waiting`, `ready`, `failed`, `lost`, `recovered`,
 *   `recovery-ineffective`, ...), `error` (#GError, only if the path failed) and `text` (string,
 *   only with a reason).
 * - `mcast-flow-switched`: with #GstMcastSrc:merge `flow`, a flow is pushed from another interface
 *   now. The same fields.
 * - `mcast-interface-joined`, `mcast-interface-lost`: the groups were joined on an interface, or
 *   are no longer received on it. Fields `interface` (string) and `interface-index` (guint).
 *   Deprecated: use `mcast-path-changed`.
 * - `mcast-recovery-ineffective`: deprecated: use `mcast-path-changed`. A group was silent for
 *   #GstMcastSrc:recovery-interval, and its membership cannot be reported again, because another
 *   program on the machine is a member too. Posted once per silence. Field `group` (string) and the
 *   two above.
 *
 * ## Metas
 * - `GstMcastMeta`, a #GstCustomMeta, if #GstMcastSrc:add-origin-meta is %TRUE or a downstream
 *   element requests it in its ALLOCATION query: fields `group` (string), `port` (guint),
 *   `interface` (string), `interface-index` (guint), `hop-limit` (gint, -1 if unknown).
 * - #GstNetAddressMeta: the sender, if #GstMcastSrc:retrieve-sender-address is %TRUE.
 * - #GstReferenceTimestampMeta with caps `timestamp/x-unix`: the kernel's arrival time, if
 *   #GstMcastSrc:add-reference-timestamp-meta is %TRUE.
 *
 * Since: 0.1
 */
#include "config.h"

#include "gstmcastsrc.h"

#include <gio/gio.h>
#include <mcast.h>

#include "gstmcastbatch.h"
#include "gstmcastcore.h"
#include "gstmcastdebug.h"
#include "gstmcastelement.h"
#include "gstmcasterror.h"
#include "gstmcastgroups.h"
#include "gstmcastlistpool.h"
#include "gstmcastloss.h"
#include "gstmcastmeta.h"
#include "gstmcastsrcsettings.h"
#include "gstmcaststats.h"
#include "gstmcasttextlist.h"
#include "gstmcasturi.h"

#define GST_CAT_DEFAULT gst_mcast_src_debug

/* The source of buffer timestamps. */
typedef enum
{
  STAMPING_NONE,
  STAMPING_READ,    /* the running time at which the first buffer of a read is pushed */
  STAMPING_ARRIVAL, /* the running time at which each datagram arrived */
} Stamping;

struct _GstMcastSrc
{
  GstPushSrc parent;

  GstMcastCore core;

  /* Under the object lock */
  GstMcastSrcSettings settings;
  guint64 n_short;
  guint64 n_empty;

  /* Of the streaming thread. Buffers keep the sender in the pool, so the choice of metas changes
   * only with the pool. */
  McastRxSocket *socket;
  GCancellable *polled; /* of the last wait */
  GstMcastBatch *batch;
  GstMcastFreeList *lists;
  GstMcastLoss *loss;
  gboolean is_discont; /* datagrams were lost before the next buffer */
  gboolean pushed_list;
  gboolean submits_lists;   /* to the base class; constant */
  GstBufferList *followers; /* read together with the buffer that was created last */
  gint64 first_arrival;     /* of that buffer; followers have theirs as DTS until they are pushed */
  Stamping stamping;        /* of that buffer and the followers */
  GstClockTime last_time;   /* the last timestamp */
  gboolean keeps_runs;
  gboolean with_sender;
  gboolean with_arrival;
  gboolean with_origin;
};

/* How the buffers of one read are made. */
typedef struct
{
  guint skip;
  gboolean keep_runs; /* a GRO run stays one buffer */
  guint max_buffers;
} ReadOptions;

/* The result of a read. Further buffers are in followers. */
typedef struct
{
  GstBuffer *first;
  guint n_buffers;
  guint n_parts; /* maximum number of buffers */
} ReadResult;

static GstStaticPadTemplate src_template =
  GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

G_DEFINE_FINAL_TYPE_WITH_CODE (GstMcastSrc, gst_mcast_src, GST_TYPE_PUSH_SRC,
                               G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER,
                                                      gst_mcast_uri_handler_init))

/* No rank: udp:// stays with udpsrc and udpsink, and no other element handles mcast://. */
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (mcastsrc, "mcastsrc", GST_RANK_NONE, GST_TYPE_MCAST_SRC,
                                       gst_mcast_element_init (plugin))

/* --- Groups and sources ---------------------------------------------------------------------- */

/* Returns the groups in the properties address (unless it has its default) and groups. */
static char **
gst_mcast_src_dup_named_groups (GstMcastSrc *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GstMcastSrcSettings *settings = &self->settings;
  g_auto (GStrv) groups = NULL;

  GST_OBJECT_LOCK (self);
  groups = gst_mcast_text_list_split_array (settings->groups);
  if (g_strcmp0 (settings->address, GST_MCAST_SRC_DEFAULT_ADDRESS) != 0)
    g_strv_builder_add (builder, settings->address);
  if (groups != NULL)
    g_strv_builder_addv (builder, (const char **) groups);
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
gst_mcast_src_dup_groups (GstElement *element, GError **error)
{
  GstMcastSrc *self = GST_MCAST_SRC (element);
  g_auto (GstMcastSources) sources = { NULL, NULL };
  g_auto (GStrv) named = gst_mcast_src_dup_named_groups (self);

  if (named[0] == NULL)
    {
      g_set_error (error, MCAST_ERROR, MCAST_ERROR_NOT_MULTICAST,
                   "Address %s is not a multicast group: set address to the group to receive, for "
                   "example address=239.1.2.3",
                   GST_MCAST_SRC_DEFAULT_ADDRESS);
      return NULL;
    }
  gst_mcast_src_get_sources (self, &sources);
  return gst_mcast_groups_resolve ((const char *const *) named, &sources, error);
}

static char *
gst_mcast_src_dup_leg_group (GstElement *element, const GstMcastLeg *leg, GError **error)
{
  g_auto (GstMcastSources) sources = { NULL, NULL };
  g_autofree char *group = gst_mcast_leg_get_group (leg, FALSE, 0, error);

  if (group == NULL)
    return NULL;
  gst_mcast_src_get_sources (GST_MCAST_SRC (element), &sources);
  return gst_mcast_group_resolve_with_sources (group, &sources, error);
}

static void
gst_mcast_src_clear_destinations (GstElement *element, gboolean restore)
{
  GstMcastSrcSettings *settings = &GST_MCAST_SRC (element)->settings;

  g_free (settings->address);
  settings->address = g_strdup (GST_MCAST_SRC_DEFAULT_ADDRESS);
  g_clear_pointer (&settings->groups, g_free);
}

static char *
gst_mcast_src_find_contradiction (GstElement *element)
{
  GstMcastSrc *self = GST_MCAST_SRC (element);
  g_auto (GstMcastSources) sources = { NULL, NULL };
  g_auto (GStrv) named = gst_mcast_core_dup_leg_groups (&self->core);
  g_autofree char *interfaces = NULL;
  guint port;

  if (named == NULL)
    named = gst_mcast_src_dup_named_groups (self);
  gst_mcast_src_get_sources (self, &sources);
  GST_OBJECT_LOCK (self);
  interfaces = g_strdup (self->settings.interfaces);
  port = self->settings.is_port_set ? (guint) self->settings.port : 0;
  GST_OBJECT_UNLOCK (self);
  return gst_mcast_groups_find_contradiction ((const char *const *) named,
                                              sources.include->len + sources.exclude->len > 0,
                                              interfaces, port);
}

/* --- Merging --------------------------------------------------------------------------------- */

/* Returns the mode in effect: several legs carry one RTP stream, also while only one of them is
 * enabled. Called with the object lock. */
static int
gst_mcast_src_get_merge (GstMcastSrc *self)
{
  gboolean by_legs = !self->settings.is_merge_set && self->core.legs != NULL
                     && self->core.legs->len > 1;

  return by_legs ? MCAST_MERGE_RTP : self->settings.merge;
}

static int
gst_mcast_src_read_merge (GstMcastSrc *self)
{
  int merge;

  GST_OBJECT_LOCK (self);
  merge = gst_mcast_src_get_merge (self);
  GST_OBJECT_UNLOCK (self);
  return merge;
}

/* --- Opening and closing --------------------------------------------------------------------- */

static McastRxSocket *
gst_mcast_src_ref_socket (GstMcastSrc *self)
{
  g_autoptr (GstMcastSockets) sockets = gst_mcast_core_ref_sockets (&self->core);
  g_autoptr (GPtrArray) all = sockets != NULL ? gst_mcast_sockets_ref_all (sockets) : NULL;

  return all != NULL && all->len > 0 ? g_object_ref (g_ptr_array_index (all, 0)) : NULL;
}

/* Replaces port 0 with the port that the system chose. */
static void
gst_mcast_src_learn_port (GstMcastSrc *self)
{
  g_autoptr (McastRxSocket) socket = gst_mcast_src_ref_socket (self);
  int port = (int) mcast_rx_socket_get_port (socket);
  gboolean changed;

  GST_OBJECT_LOCK (self);
  changed = self->settings.port != port;
  self->settings.port = port;
  GST_OBJECT_UNLOCK (self);
  if (changed)
    g_object_notify (G_OBJECT (self), "port");
}

static gboolean
gst_mcast_src_open (GstMcastSrc *self, gboolean (*open) (GstMcastCore *core))
{
  if (!open (&self->core))
    return FALSE;
  GST_OBJECT_LOCK (self);
  self->n_short = self->n_empty = 0;
  GST_OBJECT_UNLOCK (self);
  gst_mcast_src_learn_port (self);
  return TRUE;
}

/* --- The stream ------------------------------------------------------------------------------ */

static void
gst_mcast_src_prepare_read (GstMcastSrc *self, ReadOptions *options)
{
  gboolean do_timestamp = gst_base_src_get_do_timestamp (GST_BASE_SRC (self));

  GST_OBJECT_LOCK (self);
  options->skip = (guint) self->settings.skip_first_bytes;
  options->keep_runs = self->keeps_runs && options->skip == 0;
  if (GST_ELEMENT_CLOCK (self) == NULL)
    self->stamping = STAMPING_NONE;
  else if (self->settings.socket_timestamp == GST_MCAST_SOCKET_TIMESTAMP_REALTIME)
    self->stamping = STAMPING_ARRIVAL;
  else
    self->stamping = do_timestamp ? STAMPING_READ : STAMPING_NONE;
  GST_OBJECT_UNLOCK (self);
}

static void
gst_mcast_src_drop (GstMcastSrc *self, const McastRxMessage *message)
{
  GST_OBJECT_LOCK (self);
  if (message->length == 0)
    self->n_empty++;
  else
    self->n_short++;
  GST_OBJECT_UNLOCK (self);
}

static void
gst_mcast_src_add_buffer (GstMcastSrc *self, GstBuffer *buffer, const McastRxMessage *message,
                          ReadResult *result)
{
  if (self->with_sender)
    gst_mcast_meta_set_sender (buffer, message);
  if (self->with_arrival)
    gst_mcast_meta_add_arrival (buffer, message);
  if (self->with_origin)
    gst_mcast_meta_add_origin (buffer, message);
  GST_TRACE_OBJECT (self, "Created %" GST_PTR_FORMAT, buffer);

  if (result->n_buffers++ == 0)
    {
      result->first = buffer;
      if (self->is_discont)
        GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
      self->is_discont = FALSE;
      self->first_arrival = message->arrival_time;
      return;
    }
  if (self->followers == NULL)
    self->followers = gst_mcast_list_pool_acquire (self->lists, result->n_parts);
  if (self->stamping != STAMPING_NONE)
    GST_BUFFER_DTS (buffer) = (GstClockTime) message->arrival_time;
  gst_buffer_list_add (self->followers, buffer);
}

static void
gst_mcast_src_take_message (GstMcastSrc *self, const ReadOptions *options, guint i, guint n_parts,
                            ReadResult *result)
{
  const McastRxMessage *message = &gst_mcast_batch_get_messages (self->batch)[i];

  for (guint part = 0; part < n_parts && result->n_buffers < options->max_buffers; part++)
    {
      GstBuffer *buffer = gst_mcast_batch_take (self->batch, i, part, options->skip);

      if (buffer != NULL)
        gst_mcast_src_add_buffer (self, buffer, message, result);
      else
        gst_mcast_src_drop (self, message);
    }
}

static gsize
count_bytes (const McastRxMessage *messages, guint n)
{
  gsize n_bytes = 0;

  for (guint i = 0; i < n; i++)
    n_bytes += messages[i].length;
  return n_bytes;
}

/* Creates up to @max_buffers buffers from @n messages. An empty datagram has no buffer. */
static void
gst_mcast_src_take_messages (GstMcastSrc *self, guint n, guint max_buffers, ReadResult *result)
{
  ReadOptions options = { .max_buffers = max_buffers };
  guint n_parts[GST_MCAST_SRC_MAX_BATCH_SIZE];

  gst_mcast_src_prepare_read (self, &options);
  result->n_parts = 0;
  for (guint i = 0; i < n; i++)
    {
      n_parts[i] = gst_mcast_batch_split (self->batch, i, options.keep_runs);
      result->n_parts += n_parts[i];
    }
  for (guint i = 0; i < n; i++)
    gst_mcast_src_take_message (self, &options, i, n_parts[i], result);
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

/* Keeps the descriptor of the cancellable between waits: to create one each time costs more than
 * the wait. */
static void
gst_mcast_src_keep_descriptor (GstMcastSrc *self, GCancellable *cancellable)
{
  GPollFD unused;

  if (self->polled == cancellable)
    return;
  if (self->polled != NULL)
    g_cancellable_release_fd (self->polled);
  g_clear_object (&self->polled);
  if (cancellable != NULL && g_cancellable_make_pollfd (cancellable, &unused))
    self->polled = g_object_ref (cancellable);
}

/* Waits for datagrams and sets @n to the number of messages, 0 after a timeout. */
static GstFlowReturn
gst_mcast_src_wait (GstMcastSrc *self, guint max, guint *n)
{
  McastRxMessage *messages = gst_mcast_batch_get_messages (self->batch);
  g_autoptr (GCancellable) cancellable = gst_mcast_core_ref_cancellable (&self->core);
  g_autoptr (GError) error = NULL;
  gint result;

  gst_mcast_src_keep_descriptor (self, cancellable);
  result = mcast_rx_socket_receive_messages (self->socket, messages, max, cancellable, &error);
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

/* Returns how many buffers one call may create. The base class has already counted one. */
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

/* --- Timestamps ------------------------------------------------------------------------------ */

/* Maps arrival, in real time, to running time. */
typedef struct
{
  GstClockTime running_time; /* at @real_time */
  gint64 real_time;
  GstClockTime now;
} TimeMapping;

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

/* Stamps a buffer that arrived at @arrival (0 if unknown). Timestamps never decrease while the
 * running time does not, although the real time may be set back and continues during a pause. */
static void
gst_mcast_src_stamp (GstMcastSrc *self, const TimeMapping *mapping, GstBuffer *buffer,
                     gint64 arrival)
{
  gint64 offset = arrival > 0 ? arrival - mapping->real_time : 0;
  gint64 time = MAX ((gint64) mapping->running_time + offset, (gint64) self->last_time);

  self->last_time = MIN ((GstClockTime) time, mapping->now);
  GST_BUFFER_DTS (buffer) = self->last_time;
  GST_BUFFER_PTS (buffer) = self->last_time;
}

static void
gst_mcast_src_stamp_followers (GstMcastSrc *self, const TimeMapping *mapping, GstBufferList *list)
{
  guint n = gst_buffer_list_length (list);

  for (guint i = 0; i < n; i++)
    {
      GstBuffer *buffer = gst_buffer_list_get (list, i);

      gst_mcast_src_stamp (self, mapping, buffer, (gint64) GST_BUFFER_DTS (buffer));
    }
}

/* Stamps the buffers of one read. @first has the current running time as its DTS: that of the push,
 * if the base class has set it, because the element may have paused after the read. */
static void
gst_mcast_src_stamp_read (GstMcastSrc *self, GstBuffer *first, GstBufferList *followers)
{
  TimeMapping mapping = { GST_BUFFER_DTS (first), self->first_arrival, GST_BUFFER_DTS (first) };

  if (self->stamping == STAMPING_NONE)
    return;
  if (self->stamping == STAMPING_ARRIVAL || followers != NULL)
    mapping.now = gst_mcast_src_get_running_time (self);
  if (self->stamping == STAMPING_ARRIVAL)
    {
      mapping.running_time = mapping.now;
      mapping.real_time = g_get_real_time () * 1000;
    }
  gst_mcast_src_stamp (self, &mapping, first, self->first_arrival);
  if (followers != NULL)
    gst_mcast_src_stamp_followers (self, &mapping, followers);
}

/* --- Pushing --------------------------------------------------------------------------------- */

/* Returns the buffers of one read as a list. */
static GstBufferList *
gst_mcast_src_make_list (GstMcastSrc *self, GstBuffer *first, GstBufferList *followers)
{
  if (!self->pushed_list)
    GST_INFO_OBJECT (self, "Pushing the first buffer list, which probes for single buffers do not "
                           "see (batch-size=1 pushes single buffers only)");
  self->pushed_list = TRUE;
  gst_buffer_list_insert (followers, 0, first);
  return followers;
}

/* Before 1.22.12, 1.24.2 and 1.26, a GstBaseSrc that is flushing or at EOS unreferences the missing
 * buffer of a list that was submitted to it (GStreamer merge request 6460). */
static gboolean
can_submit_lists (void)
{
  guint major;
  guint minor;
  guint micro;
  guint nano;

  gst_version (&major, &minor, &micro, &nano);
  return minor > 24 || (minor == 24 && micro >= 2) || (minor == 22 && micro >= 12);
}

/* Stamps the buffers of one read, and submits several to the base class as a list, instead of
 * @first. Waits while the element is paused, because the running time is not known until that
 * ends. */
static GstFlowReturn
gst_mcast_src_submit_read (GstMcastSrc *self, GstBuffer **first)
{
  GstBufferList *followers = g_steal_pointer (&self->followers);
  GstFlowReturn flow = gst_base_src_wait_playing (GST_BASE_SRC (self));

  if (flow != GST_FLOW_OK)
    {
      gst_clear_buffer (first);
      gst_clear_buffer_list (&followers);
      return flow;
    }
  if (self->stamping != STAMPING_NONE)
    GST_BUFFER_DTS (*first) = gst_mcast_src_get_running_time (self);
  gst_mcast_src_stamp_read (self, *first, followers);
  if (followers != NULL)
    gst_base_src_submit_buffer_list (GST_BASE_SRC (self),
                                     gst_mcast_src_make_list (self, g_steal_pointer (first),
                                                              followers));
  return GST_FLOW_OK;
}

/* Where lists cannot be submitted, pushes the buffers of one read when the base class pushes the
 * first one. A pad probe. */
static GstPadProbeReturn
gst_mcast_src_push_read (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstMcastSrc *self = data;
  GstBuffer *first = GST_PAD_PROBE_INFO_BUFFER (info);
  GstBufferList *followers = g_steal_pointer (&self->followers);

  gst_mcast_src_stamp_read (self, first, followers);
  if (followers == NULL)
    return GST_PAD_PROBE_OK;
  GST_PAD_PROBE_INFO_DATA (info) = NULL;
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) =
    gst_pad_push_list (pad, gst_mcast_src_make_list (self, first, followers));
  return GST_PAD_PROBE_HANDLED;
}

static GstFlowReturn
gst_mcast_src_create (GstPushSrc *src, GstBuffer **buffer)
{
  GstMcastSrc *self = GST_MCAST_SRC (src);
  guint max_buffers = gst_mcast_src_get_limit (self);
  guint max = MIN (gst_mcast_batch_get_size (self->batch), max_buffers);
  GstFlowReturn flow = GST_FLOW_OK;
  ReadResult result = { NULL };

  /* There are still some only if the base class dropped the first buffer. */
  gst_clear_buffer_list (&self->followers);
  while (flow == GST_FLOW_OK && result.n_buffers == 0)
    {
      guint n = 0;

      gst_mcast_batch_fill (self->batch, max);
      flow = gst_mcast_src_wait (self, max, &n);
      if (flow == GST_FLOW_OK && gst_mcast_loss_check (self->loss))
        self->is_discont = TRUE;
      gst_mcast_src_take_messages (self, n, max_buffers, &result);
      GST_LOG_OBJECT (self, "Read %u messages of %" G_GSIZE_FORMAT " bytes: %u buffers", n,
                      count_bytes (gst_mcast_batch_get_messages (self->batch), n),
                      result.n_buffers);
    }
  if (result.n_buffers > 0)
    gst_mcast_src_count (self, result.n_buffers);
  *buffer = result.first;
  if (result.n_buffers > 0 && self->submits_lists)
    flow = gst_mcast_src_submit_read (self, buffer);
  return flow;
}

/* --- The base class -------------------------------------------------------------------------- */

/* Uses the alignment, the padding and the request for GstMcastMeta from downstream. The element has
 * its own pool, because the senders stay on the buffers. */
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
  self->with_origin = self->settings.add_origin_meta || gst_mcast_meta_is_requested (query);
  GST_OBJECT_UNLOCK (self);

  gst_allocation_params_init (&params);
  if (gst_query_get_n_allocation_params (query) > 0)
    gst_query_parse_nth_allocation_param (query, 0, NULL, &params);
  /* Otherwise the base class activates a pool that is never used. */
  while (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_remove_nth_allocation_pool (query, 0);
  gst_mcast_batch_set_allocation (self->batch, mtu, &params);
  GST_INFO_OBJECT (self, "Negotiated buffers of %u bytes (mtu), batches of up to %u messages", mtu,
                   gst_mcast_batch_get_size (self->batch));
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

/* Returns why the kernel may not merge datagrams, %NULL if it may. Each datagram must stay single
 * if it becomes a buffer that is pushed alone, is compared with copies, or is read from a socket
 * that other programs may read from. Called with the object lock. */
static const char *
gst_mcast_src_get_gro_obstacle (GstMcastSrc *self)
{
  const GstMcastSrcSettings *settings = &self->settings;

  if (!settings->allow_gro)
    return "allow-gro is false";
  if (settings->batch_size == 1 && settings->preserve_packetization)
    return "batch-size is 1 and preserve-packetization is true";
  if (gst_mcast_src_get_merge (self) == MCAST_MERGE_RTP)
    return "merge=rtp compares single datagrams";
  if (settings->socket != NULL)
    return "the socket belongs to the application";
  return NULL;
}

static gboolean
gst_mcast_src_start (GstBaseSrc *src)
{
  GstMcastSrc *self = GST_MCAST_SRC (src);
  const char *gro_obstacle;
  guint batch_size;

  if (gst_mcast_core_needs_reopening (&self->core)
      && !gst_mcast_src_open (self, gst_mcast_core_reopen))
    return FALSE;
  GST_OBJECT_LOCK (self);
  self->keeps_runs = !self->settings.preserve_packetization;
  batch_size = self->settings.batch_size;
  gro_obstacle = gst_mcast_src_get_gro_obstacle (self);
  GST_OBJECT_UNLOCK (self);
  if (gro_obstacle == NULL)
    GST_INFO_OBJECT (self, "GRO is requested");
  else
    GST_INFO_OBJECT (self, "GRO is not requested: %s", gro_obstacle);

  self->socket = gst_mcast_src_ref_socket (self);
  self->batch = gst_mcast_batch_new (batch_size);
  self->lists = gst_mcast_list_pool_new ();
  self->loss = gst_mcast_loss_new (GST_ELEMENT (self), self->socket);
  self->is_discont = FALSE;
  self->pushed_list = FALSE;
  self->last_time = 0;
  return TRUE;
}

static gboolean
gst_mcast_src_stop (GstBaseSrc *src)
{
  GstMcastSrc *self = GST_MCAST_SRC (src);

  gst_clear_buffer_list (&self->followers);
  g_clear_pointer (&self->loss, gst_mcast_loss_free);
  gst_mcast_src_keep_descriptor (self, NULL);
  g_clear_object (&self->socket);
  g_clear_pointer (&self->batch, gst_mcast_batch_free);
  g_clear_pointer (&self->lists, gst_mcast_free_list_close);
  return TRUE;
}

static gboolean
gst_mcast_src_unlock (GstBaseSrc *src)
{
  gst_mcast_core_cancel (&GST_MCAST_SRC (src)->core);
  return TRUE;
}

static gboolean
gst_mcast_src_unlock_stop (GstBaseSrc *src)
{
  gst_mcast_core_renew_cancellable (&GST_MCAST_SRC (src)->core);
  return TRUE;
}

/* Opens the socket before READY, so that the port can be read in READY. */
static GstStateChangeReturn
gst_mcast_src_change_state (GstElement *element, GstStateChange transition)
{
  GstMcastSrc *self = GST_MCAST_SRC (element);
  GstStateChangeReturn result;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY
      && !gst_mcast_src_open (self, gst_mcast_core_open))
    return GST_STATE_CHANGE_FAILURE;

  result = GST_ELEMENT_CLASS (gst_mcast_src_parent_class)->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_READY_TO_NULL
      || (transition == GST_STATE_CHANGE_NULL_TO_READY && result == GST_STATE_CHANGE_FAILURE))
    gst_mcast_core_close (&self->core);
  return result;
}

/* --- The socket ------------------------------------------------------------------------------ */

/* Represents the interfaces that the library uses by default. Items of a user have no spaces. */
#define DEFAULT_INTERFACE " "

static const char *
to_interface (const char *item)
{
  return g_str_equal (item, DEFAULT_INTERFACE) ? NULL : item;
}

static gboolean
add_interface (gpointer socket, const char *item, GError **error)
{
  return mcast_rx_socket_add_interface (socket, to_interface (item), error);
}

static gboolean
remove_interface (gpointer socket, const char *item, GError **error)
{
  return mcast_rx_socket_remove_interface (socket, to_interface (item), error);
}

static void
on_event (McastRxSocket *socket, McastRxEvent event, McastInterface *iface, const char *group,
          gpointer messages)
{
  switch (event)
    {
    case MCAST_RX_EVENT_INTERFACE_LOST:
      gst_mcast_messages_post (messages, iface, FALSE);
      break;
    case MCAST_RX_EVENT_INTERFACE_JOINED:
      gst_mcast_messages_post (messages, iface, TRUE);
      break;
    case MCAST_RX_EVENT_RECOVERY_INEFFECTIVE:
      gst_mcast_messages_post_ineffective (messages, iface, group);
      break;
    }
}

static void
watch (gpointer socket, GstMcastMessages *messages)
{
  mcast_rx_socket_set_event_func (socket, on_event, gst_mcast_messages_ref (messages),
                                  (GDestroyNotify) gst_mcast_messages_unref);
  mcast_rx_socket_set_event_callback (socket, gst_mcast_messages_on_event,
                                      gst_mcast_messages_ref (messages),
                                      (GDestroyNotify) gst_mcast_messages_unref);
}

static const GstMcastSocketInfo socket_info = {
  .get_type = mcast_rx_socket_get_type,
  .buffer_size = "receive-buffer-size",
  .default_interface = DEFAULT_INTERFACE,
  .leaves_first = TRUE,
  .shares_legs = TRUE,
  .get_groups = (char **(*) (gpointer)) mcast_rx_socket_get_groups,
  .add_group = (GstMcastTextListFunc) mcast_rx_socket_join,
  .remove_group = (GstMcastTextListFunc) mcast_rx_socket_leave,
  .get_interfaces = (GPtrArray * (*) (gpointer)) mcast_rx_socket_get_active_interfaces,
  .add_interface = add_interface,
  .remove_interface = remove_interface,
  .watch = watch,
  .dup_socket = (GSocket * (*) (gpointer, GSocketFamily, GError **) ) mcast_rx_socket_dup_socket,
  .get_stats = (GVariant * (*) (gpointer)) mcast_rx_socket_get_stats,
  .close = (void (*) (gpointer)) mcast_rx_socket_close,
};

/* Rounds up to 1, because 0 means disabled. */
static gint64
to_us (guint64 time)
{
  return time > 0 ? (gint64) MAX (time / 1000, 1) : 0;
}

static void
get_recovery_interval_us (GstElement *element, GValue *value)
{
  g_value_set_int64 (value, to_us (GST_MCAST_SRC (element)->settings.recovery_interval));
}

static void
get_timeout_us (GstElement *element, GValue *value)
{
  guint64 timeout = GST_MCAST_SRC (element)->settings.timeout;

  g_value_set_int64 (value, timeout > 0 ? to_us (timeout) : -1);
}

static gboolean
set_timeout_us (gpointer socket, const GValue *value, GError **error)
{
  return mcast_rx_socket_set_timeout_us (socket, g_value_get_int64 (value), error);
}

static void
get_segment_merging (GstElement *element, GValue *value)
{
  g_value_set_boolean (value, gst_mcast_src_get_gro_obstacle (GST_MCAST_SRC (element)) == NULL);
}

static void
convert_merge (GstElement *element, GValue *value)
{
  g_value_set_enum (value, gst_mcast_src_get_merge (GST_MCAST_SRC (element)));
}

/* --- Properties ------------------------------------------------------------------------------ */

/* Stores the list as it reads, without the brackets, quotes and spaces of an array. */
static void
set_groups (GstElement *element, const GValue *value)
{
  char **groups = &GST_MCAST_SRC (element)->settings.groups;
  g_auto (GStrv) list = gst_mcast_text_list_split_array (*groups);

  g_free (*groups);
  *groups = gst_mcast_text_list_join ((const char *const *) list);
}

static void
set_port (GstElement *element, const GValue *value)
{
  GST_MCAST_SRC (element)->settings.is_port_set = TRUE;
}

/* Gets the port in use, which is that of the address if it has one. */
static void
get_port (GstElement *element, GValue *value)
{
  GstMcastSrcSettings *settings = &GST_MCAST_SRC (element)->settings;
  g_autoptr (McastGroup) group = NULL;

  GST_OBJECT_LOCK (element);
  group = mcast_group_parse (settings->address, NULL);
  if (group != NULL && mcast_group_get_port (group) != 0)
    g_value_set_int (value, (int) mcast_group_get_port (group));
  else
    g_value_set_int (value, settings->port);
  GST_OBJECT_UNLOCK (element);
}

static void
set_merge (GstElement *element, const GValue *value)
{
  GST_MCAST_SRC (element)->settings.is_merge_set = TRUE;
}

static void
get_merge (GstElement *element, GValue *value)
{
  g_value_set_enum (value, gst_mcast_src_read_merge (GST_MCAST_SRC (element)));
}

static void
get_uri (GstElement *element, GValue *value)
{
  g_value_take_string (value, gst_mcast_uri_build (&GST_MCAST_SRC (element)->core));
}

static void
get_stats (GstElement *element, GValue *value)
{
  GstMcastSrc *self = GST_MCAST_SRC (element);
  g_autoptr (GPtrArray) stats = gst_mcast_core_get_stats (&self->core);
  GstStructure *structure = gst_structure_new_empty ("application/x-mcast-src-stats");
  guint64 n_short;
  guint64 n_empty;

  GST_OBJECT_LOCK (self);
  n_short = self->n_short;
  n_empty = self->n_empty;
  GST_OBJECT_UNLOCK (self);
  gst_structure_set (structure, "dropped-short", G_TYPE_UINT64, n_short, "dropped-empty",
                     G_TYPE_UINT64, n_empty, NULL);
  if (stats != NULL && stats->len > 0)
    gst_mcast_stats_add (structure, g_ptr_array_index (stats, 0));
  gst_mcast_stats_add_usual_bytes (structure, "bytes-received");
  g_value_take_boxed (value, structure);
}

static void
get_used_socket (GstElement *element, GValue *value)
{
  g_autoptr (GstMcastSockets) sockets = gst_mcast_core_ref_sockets (&GST_MCAST_SRC (element)->core);

  if (sockets != NULL)
    g_value_take_object (value, gst_mcast_sockets_dup_used (sockets, G_SOCKET_FAMILY_INVALID));
}

#define FIELD(name) GST_MCAST_FIELD (GstMcastSrcSettings, name)
#define VIEW .is_view = TRUE
#define DESTINATION VIEW, .is_destination = TRUE
#define PARAMETER .in_uri = GST_MCAST_IN_URI_YES
#define MEMBERSHIP GST_MCAST_EFFECT_MEMBERSHIP
#define ALLOCATION GST_MCAST_EFFECT_ALLOCATION
#define REOPEN GST_MCAST_EFFECT_REOPEN

static const GstMcastProperty properties[GST_MCAST_SRC_N_PROPERTIES] = {
  [GST_MCAST_SRC_ADDRESS] = { MEMBERSHIP, DESTINATION, FIELD (address) },
  [GST_MCAST_SRC_MULTICAST_GROUP] = { MEMBERSHIP, DESTINATION, FIELD (address) },
  [GST_MCAST_SRC_GROUPS] = { MEMBERSHIP, DESTINATION, .in_uri = GST_MCAST_IN_URI_ALWAYS,
                             FIELD (groups), .set = set_groups },
  [GST_MCAST_SRC_LEGS] = { MEMBERSHIP, VIEW, .get = gst_mcast_core_get_legs },
  [GST_MCAST_SRC_PORT] = { REOPEN, VIEW, FIELD (port), .get = get_port, .set = set_port,
                           .socket_property = "port" },
  [GST_MCAST_SRC_INTERFACES] = { MEMBERSHIP, VIEW, PARAMETER, FIELD (interfaces) },
  [GST_MCAST_SRC_MULTICAST_IFACE] = { MEMBERSHIP, VIEW, FIELD (interfaces) },
  [GST_MCAST_SRC_WAIT_FOR_INTERFACES] = { REOPEN, PARAMETER, FIELD (wait_for_interfaces),
                                          .socket_property = "wait-for-interfaces" },
  [GST_MCAST_SRC_RECOVERY_INTERVAL] = { REOPEN, PARAMETER, FIELD (recovery_interval),
                                        .socket_property = "recovery-interval-us",
                                        .convert = get_recovery_interval_us },
  [GST_MCAST_SRC_MULTICAST_SOURCE] = { MEMBERSHIP, VIEW, .in_uri = GST_MCAST_IN_URI_ALWAYS,
                                       FIELD (multicast_source) },
  [GST_MCAST_SRC_SOURCE_FILTER] = { MEMBERSHIP, PARAMETER, FIELD (source_filter) },
  [GST_MCAST_SRC_SOURCE_FILTER_EXCLUSIVE] = { MEMBERSHIP, PARAMETER,
                                              FIELD (source_filter_exclusive) },
  [GST_MCAST_SRC_MERGE] = { REOPEN, VIEW, PARAMETER, FIELD (merge), .get = get_merge,
                            .set = set_merge, .socket_property = "merge",
                            .convert = convert_merge },
  [GST_MCAST_SRC_BUFFER_SIZE] = { REOPEN, PARAMETER, FIELD (buffer_size),
                                  .socket_property = "receive-buffer-size" },
  [GST_MCAST_SRC_AUTO_MULTICAST] = { REOPEN, PARAMETER, FIELD (auto_multicast),
                                     .socket_property = "auto-join" },
  [GST_MCAST_SRC_REUSE] = { REOPEN, PARAMETER, FIELD (reuse), .socket_property = "reuse-address" },
  [GST_MCAST_SRC_LOOP] = { GST_MCAST_EFFECT_IGNORED, FIELD (loop) },
  [GST_MCAST_SRC_SOCKET] = { REOPEN, FIELD (socket), .socket_property = "socket" },
  [GST_MCAST_SRC_USED_SOCKET] = { .get = get_used_socket },
  [GST_MCAST_SRC_CLOSE_SOCKET] = { GST_MCAST_EFFECT_NONE, FIELD (close_socket) },
  [GST_MCAST_SRC_CAPS] = { ALLOCATION, FIELD (caps) },
  [GST_MCAST_SRC_MTU] = { ALLOCATION, PARAMETER, FIELD (mtu) },
  [GST_MCAST_SRC_BATCH_SIZE] = { REOPEN, PARAMETER, FIELD (batch_size) },
  [GST_MCAST_SRC_ALLOW_GRO] = { REOPEN, PARAMETER, FIELD (allow_gro),
                                .socket_property = "receive-offload",
                                .convert = get_segment_merging },
  [GST_MCAST_SRC_PRESERVE_PACKETIZATION] = { REOPEN, PARAMETER, FIELD (preserve_packetization) },
  [GST_MCAST_SRC_TIMEOUT] = { GST_MCAST_EFFECT_IMMEDIATE, PARAMETER, FIELD (timeout),
                              .socket_property = "timeout-us", .convert = get_timeout_us,
                              .apply = set_timeout_us },
  [GST_MCAST_SRC_SKIP_FIRST_BYTES] = { GST_MCAST_EFFECT_NONE, PARAMETER, FIELD (skip_first_bytes) },
  [GST_MCAST_SRC_RETRIEVE_SENDER_ADDRESS] = { ALLOCATION, PARAMETER,
                                              FIELD (retrieve_sender_address) },
  [GST_MCAST_SRC_SOCKET_TIMESTAMP] = { GST_MCAST_EFFECT_NONE, PARAMETER, FIELD (socket_timestamp) },
  [GST_MCAST_SRC_ADD_REFERENCE_TIMESTAMP_META] = { ALLOCATION, PARAMETER,
                                                   FIELD (add_reference_timestamp_meta) },
  [GST_MCAST_SRC_ADD_ORIGIN_META] = { ALLOCATION, PARAMETER, FIELD (add_origin_meta) },
  [GST_MCAST_SRC_URI] = { VIEW, .get = get_uri },
  [GST_MCAST_SRC_STATS] = { .get = get_stats },
};

static const GstMcastCoreInfo core_info = {
  .properties = properties,
  .pspecs = gst_mcast_src_pspecs,
  .n_properties = GST_MCAST_SRC_N_PROPERTIES,
  .address = GST_MCAST_SRC_ADDRESS,
  .port = GST_MCAST_SRC_PORT,
  .interfaces = GST_MCAST_SRC_INTERFACES,
  .close_socket = GST_MCAST_SRC_CLOSE_SOCKET,
  .uri = GST_MCAST_SRC_URI,
  .legs = GST_MCAST_SRC_LEGS,
  .sockets = &socket_info,
  .category = &gst_mcast_src_debug,
  .gained = "mcast-interface-joined",
  .open_error = GST_RESOURCE_ERROR_OPEN_READ,
  .set_uri = gst_mcast_uri_apply,
  .dup_groups = gst_mcast_src_dup_groups,
  .dup_leg_group = gst_mcast_src_dup_leg_group,
  .clear_destinations = gst_mcast_src_clear_destinations,
  .find_contradiction = gst_mcast_src_find_contradiction,
};

static void
gst_mcast_src_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstMcastSrc *self = GST_MCAST_SRC (object);
  int merge = gst_mcast_src_read_merge (self);

  gst_mcast_core_set_property (&self->core, id, value);
  /* Legs may have changed it. */
  if (id != GST_MCAST_SRC_MERGE && gst_mcast_src_read_merge (self) != merge)
    gst_mcast_core_set_late (&self->core, GST_MCAST_SRC_MERGE);
}

static void
gst_mcast_src_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  gst_mcast_core_get_property (&GST_MCAST_SRC (object)->core, id, value);
}

static void
gst_mcast_src_dispatch_properties_changed (GObject *object, guint n_pspecs, GParamSpec **pspecs)
{
  gst_mcast_core_dispatch (&GST_MCAST_SRC (object)->core, pspecs, n_pspecs);
  G_OBJECT_CLASS (gst_mcast_src_parent_class)
    ->dispatch_properties_changed (object, n_pspecs, pspecs);
}

static GstStructure *
gst_mcast_src_get_origin (GstMcastSrc *self, GstBuffer *buffer)
{
  GstCustomMeta *meta = gst_buffer_get_custom_meta (buffer, GST_MCAST_META_NAME);

  return meta != NULL ? gst_structure_copy (gst_custom_meta_get_structure (meta)) : NULL;
}

/* --- The type -------------------------------------------------------------------------------- */

static void
gst_mcast_src_finalize (GObject *object)
{
  gst_mcast_core_clear (&GST_MCAST_SRC (object)->core);
  G_OBJECT_CLASS (gst_mcast_src_parent_class)->finalize (object);
}

/**
 * GstMcastSrc::get-origin:
 * @src: the element
 * @buffer: a buffer of mcastsrc
 *
 * Action signal: gets the fields of `GstMcastMeta`. It is for JavaScript, where gjs copies a
 * #GstCustomMeta without its structure.
 *
 * Returns: (nullable): a structure with the fields of the meta, %NULL if @buffer does not have it
 * Since: 0.2
 */
static void
install_signals (GstMcastSrcClass *klass)
{
  g_signal_new_class_handler ("get-origin", G_TYPE_FROM_CLASS (klass),
                              G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
                              G_CALLBACK (gst_mcast_src_get_origin), NULL, NULL, NULL,
                              GST_TYPE_STRUCTURE, 1, GST_TYPE_BUFFER | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
gst_mcast_src_class_init (GstMcastSrcClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSrcClass *base_class = GST_BASE_SRC_CLASS (klass);

  object_class->set_property = gst_mcast_src_set_property;
  object_class->get_property = gst_mcast_src_get_property;
  object_class->dispatch_properties_changed = gst_mcast_src_dispatch_properties_changed;
  object_class->finalize = gst_mcast_src_finalize;
  gst_mcast_src_make_pspecs ();
  gst_mcast_properties_install (object_class, properties, gst_mcast_src_pspecs,
                                GST_MCAST_SRC_N_PROPERTIES);
  install_signals (klass);

  element_class->change_state = gst_mcast_src_change_state;
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Multicast receiver", "Source/Network",
                                         "Receives IP multicast on every network interface, or on "
                                         "selected ones",
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
  gst_mcast_core_init (&self->core, &core_info, GST_ELEMENT (self), &self->settings);
  gst_base_src_set_live (GST_BASE_SRC (self), TRUE);
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
  gst_base_src_set_do_timestamp (GST_BASE_SRC (self), TRUE);
  self->submits_lists = can_submit_lists ();
  /* The first probe of the pad, so that the probes of the application see lists. */
  if (!self->submits_lists)
    gst_pad_add_probe (GST_BASE_SRC_PAD (self), GST_PAD_PROBE_TYPE_BUFFER, gst_mcast_src_push_read,
                       self, NULL);
}
