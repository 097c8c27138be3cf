/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fault-flow.h"

#include <gst/gst.h>
#include <string.h>

#include "lib-test.h"

struct _Flow
{
  FlowKind kind;
  FlowMode mode;
  char *group;
  char *source;

  McastRxSocket *rx;
  GSocket *socket;
  GstElement *pipeline;
  GThread *thread;
  GCancellable *cancellable;

  GMutex lock;
  GCond arrived;
  FlowCounts counts;
  guint64 mark;
  gint64 mark_time;
  gint64 last_time;
  guint ineffective;
  char *failure;
};

static const char *const kind_names[] = { "library", "mcastsrc", "udpsrc", "GSocket" };
static const char *const mode_names[] = { "IPv4", "IPv4 SSM", "IPv6", "IPv6 SSM" };
static const char *const group_starts[] = { "233.252.0.", "232.1.1.", "ff15::", "ff35::8000:" };

static gboolean
has_source (FlowMode mode)
{
  return mode == FLOW_SSM4 || mode == FLOW_SSM6;
}

/* Each kind has groups of its own: what one has joined must not help another. */
Flow *
flow_new (FlowKind kind, FlowMode mode, const char *source)
{
  Flow *self = g_new0 (Flow, 1);

  self->kind = kind;
  self->mode = mode;
  self->group = g_strdup_printf ("%s%u", group_starts[mode], (guint) kind + 1);
  self->source = has_source (mode) ? g_strdup (source) : NULL;
  g_mutex_init (&self->lock);
  g_cond_init (&self->arrived);
  return self;
}

void
flow_free (Flow *self)
{
  flow_stop (self);
  g_free (self->group);
  g_free (self->source);
  g_free (self->failure);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->arrived);
  g_free (self);
}

/* The udpsrc of GStreamer 1.22 knows no sources. */
gboolean
flow_is_possible (FlowKind kind, FlowMode mode)
{
  return kind != FLOW_UDPSRC || !has_source (mode);
}

gboolean
flow_is_ours (Flow *self)
{
  return self->kind == FLOW_LIBRARY || self->kind == FLOW_ELEMENT;
}

gboolean
flow_can_recover (FlowKind kind)
{
  g_autoptr (GstElement) element = NULL;

  if (kind != FLOW_ELEMENT)
    return kind == FLOW_LIBRARY;
  element = gst_object_ref_sink (gst_element_factory_make ("mcastsrc", NULL));
  return g_object_class_find_property (G_OBJECT_GET_CLASS (element), "recovery-interval") != NULL;
}

const char *
flow_kind_name (FlowKind kind)
{
  return kind_names[kind];
}

const char *
flow_mode_name (FlowMode mode)
{
  return mode_names[mode];
}

FlowKind
flow_get_kind (Flow *self)
{
  return self->kind;
}

FlowMode
flow_get_mode (Flow *self)
{
  return self->mode;
}

const char *
flow_get_group (Flow *self)
{
  return self->group;
}

static void
take (Flow *self, gconstpointer data, gsize size)
{
  gint64 now = g_get_monotonic_time ();
  guint64 number;

  g_assert_cmpuint (size, ==, sizeof number);
  memcpy (&number, data, sizeof number);
  g_mutex_lock (&self->lock);
  self->counts.received++;
  if (self->counts.last != 0 && number > self->counts.last)
    self->counts.missing += number - self->counts.last - 1;
  if (number <= self->counts.last)
    self->counts.repeated++;
  self->counts.last = MAX (self->counts.last, number);
  if (self->last_time != 0)
    self->counts.longest_gap = MAX (self->counts.longest_gap, now - self->last_time);
  self->last_time = now;
  if (number > self->mark && self->mark_time == 0)
    {
      self->mark_time = now;
      g_cond_broadcast (&self->arrived);
    }
  g_mutex_unlock (&self->lock);
}

static void
fail (Flow *self, const char *text)
{
  g_mutex_lock (&self->lock);
  if (self->failure == NULL)
    self->failure = g_strdup (text);
  g_mutex_unlock (&self->lock);
}

static void
count_event (Flow *self, gboolean joined)
{
  g_mutex_lock (&self->lock);
  if (joined)
    self->counts.joined++;
  else
    self->counts.lost++;
  g_mutex_unlock (&self->lock);
}

/* --- The library ------------------------------------------------------------------------- */

static void
on_event (McastRxSocket *rx, McastRxEvent event, McastInterface *iface, const char *group,
          gpointer user_data)
{
  if (event != MCAST_RX_EVENT_RECOVERY_INEFFECTIVE)
    count_event (user_data, event == MCAST_RX_EVENT_INTERFACE_JOINED);
}

static void
count_ineffective (Flow *self)
{
  g_mutex_lock (&self->lock);
  self->ineffective++;
  g_mutex_unlock (&self->lock);
}

static void
on_ineffective (McastRxSocket *rx, McastInterface *iface, const char *group, gpointer user_data)
{
  count_ineffective (user_data);
}

static gpointer
receive_from_library (gpointer user_data)
{
  Flow *self = user_data;

  while (TRUE)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (McastDatagram)
        datagram = mcast_rx_socket_receive (self->rx, self->cancellable, &error);
      gsize size;
      gconstpointer data;

      if (datagram == NULL)
        {
          if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
            fail (self, error->message);
          return NULL;
        }
      data = g_bytes_get_data (mcast_datagram_get_payload (datagram), &size);
      take (self, data, size);
    }
}

static void
start_library (Flow *self, const FlowOptions *options)
{
  g_autofree char *group = self->source != NULL
                             ? g_strdup_printf ("%s@%s", self->source, self->group)
                             : g_strdup (self->group);
  const char *groups[] = { group, NULL };
  const char *interfaces[] = { options->iface, NULL };
  g_autoptr (GError) error = NULL;

  self->rx = g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, &error, "groups", groups, "port",
                             FLOW_PORT, "interfaces", interfaces, "wait-for-interfaces",
                             options->wait_for_interfaces, "recovery-interval-us",
                             options->recovery_interval, NULL);
  g_assert_no_error (error);
  mcast_rx_socket_set_event_func (self->rx, on_event, self, NULL);
  g_signal_connect (self->rx, "recovery-ineffective", G_CALLBACK (on_ineffective), self);
  self->thread = g_thread_new ("library", receive_from_library, self);
}

/* --- Elements ---------------------------------------------------------------------------- */

static void
on_buffer (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer user_data)
{
  GstMapInfo map;

  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  take (user_data, map.data, map.size);
  gst_buffer_unmap (buffer, &map);
}

static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  const GstStructure *structure = gst_message_get_structure (message);
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    {
      gst_message_parse_error (message, &error, NULL);
      fail (user_data, error->message);
    }
  else if (structure != NULL && gst_structure_has_name (structure, "mcast-interface-joined"))
    count_event (user_data, TRUE);
  else if (structure != NULL && gst_structure_has_name (structure, "mcast-interface-lost"))
    count_event (user_data, FALSE);
  else if (structure != NULL && gst_structure_has_name (structure, "mcast-recovery-ineffective"))
    count_ineffective (user_data);
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static char *
describe_pipeline (Flow *self, const FlowOptions *options)
{
  g_autofree char *recovery = options->recovery_interval > 0
                                ? g_strdup_printf ("recovery-interval=%" G_GINT64_FORMAT,
                                                   options->recovery_interval * 1000)
                                : g_strdup ("");

  if (self->kind == FLOW_UDPSRC)
    return g_strdup_printf ("udpsrc address=%s port=%u multicast-iface=%s ! fakesink name=sink",
                            self->group, FLOW_PORT, options->iface);
  return g_strdup_printf ("mcastsrc name=source address=%s port=%u interfaces=%s "
                          "wait-for-interfaces=%s source-filter=\"%s\" %s ! fakesink name=sink",
                          self->group, FLOW_PORT, options->iface,
                          options->wait_for_interfaces ? "true" : "false",
                          self->source != NULL ? self->source : "", recovery);
}

static gboolean
start_pipeline (Flow *self, const FlowOptions *options)
{
  g_autofree char *description = describe_pipeline (self, options);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstBus) bus = NULL;

  self->pipeline = gst_parse_launch (description, &error);
  g_assert_no_error (error);
  sink = gst_bin_get_by_name (GST_BIN (self->pipeline), "sink");
  g_object_set (sink, "signal-handoffs", TRUE, "sync", FALSE, "async", FALSE, NULL);
  g_signal_connect (sink, "handoff", G_CALLBACK (on_buffer), self);
  bus = gst_element_get_bus (self->pipeline);
  gst_bus_set_sync_handler (bus, on_message, self, NULL);
  return gst_element_set_state (self->pipeline, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE;
}

/* --- A plain socket ---------------------------------------------------------------------- */

static gpointer
receive_from_socket (gpointer user_data)
{
  Flow *self = user_data;

  while (TRUE)
    {
      g_autoptr (GError) error = NULL;
      char data[64];
      gssize size = g_socket_receive (self->socket, data, sizeof data, self->cancellable, &error);

      if (size >= 0)
        take (self, data, size);
      else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return NULL;
    }
}

static gboolean
start_socket (Flow *self, const FlowOptions *options)
{
  g_autoptr (GInetAddress) group = g_inet_address_new_from_string (self->group);
  g_autoptr (GSocketAddress) address = plain_address_new (self->group, FLOW_PORT, 0);
  g_autoptr (GInetAddress) source = NULL;

  self->socket = plain_socket_new (g_inet_address_get_family (group));
  g_socket_set_timeout (self->socket, 0);
  plain_bind (self->socket, address);
  if (self->source != NULL)
    source = g_inet_address_new_from_string (self->source);
  if (!g_socket_join_multicast_group_ssm (self->socket, group, source, options->iface, NULL))
    return FALSE;
  self->thread = g_thread_new ("plain", receive_from_socket, self);
  return TRUE;
}

/* ----------------------------------------------------------------------------------------- */

gboolean
flow_start (Flow *self, const FlowOptions *options)
{
  self->cancellable = g_cancellable_new ();
  switch (self->kind)
    {
    case FLOW_LIBRARY:
      start_library (self, options);
      return TRUE;
    case FLOW_ELEMENT:
      g_assert_true (start_pipeline (self, options));
      return TRUE;
    case FLOW_UDPSRC:
      return start_pipeline (self, options);
    case FLOW_PLAIN:
    default:
      return start_socket (self, options);
    }
}

static void
stop_pipeline (Flow *self)
{
  g_autoptr (GstBus) bus = NULL;

  if (self->pipeline == NULL)
    return;
  bus = gst_element_get_bus (self->pipeline);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  g_clear_pointer (&self->pipeline, gst_object_unref);
}

void
flow_stop (Flow *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->thread, g_thread_join);
  if (self->rx != NULL)
    mcast_rx_socket_close (self->rx);
  g_clear_object (&self->rx);
  g_clear_object (&self->socket);
  stop_pipeline (self);
  g_clear_object (&self->cancellable);
}

void
flow_mark (Flow *self, guint64 after)
{
  g_mutex_lock (&self->lock);
  self->mark = after;
  self->mark_time = 0;
  self->last_time = 0;
  self->counts.longest_gap = 0;
  g_mutex_unlock (&self->lock);
}

gint64
flow_wait (Flow *self, guint timeout_ms)
{
  gint64 deadline = g_get_monotonic_time () + timeout_ms * G_TIME_SPAN_MILLISECOND;
  gint64 time;

  g_mutex_lock (&self->lock);
  while (self->mark_time == 0 && g_cond_wait_until (&self->arrived, &self->lock, deadline))
    continue;
  time = self->mark_time;
  g_mutex_unlock (&self->lock);
  return time;
}

FlowCounts
flow_get_counts (Flow *self)
{
  FlowCounts counts;

  g_mutex_lock (&self->lock);
  counts = self->counts;
  g_mutex_unlock (&self->lock);
  return counts;
}

/* --- What ours says of itself ------------------------------------------------------------ */

static GstStructure *
get_element_stats (Flow *self)
{
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (self->pipeline), "source");
  GstStructure *stats = NULL;

  g_object_get (source, "stats", &stats, NULL);
  return stats;
}

static guint64
sum_of_library (Flow *self, const char *name)
{
  g_autoptr (GVariant) stats = mcast_rx_socket_get_stats (self->rx);
  g_autoptr (GVariant) paths = g_variant_lookup_value (stats, "paths", G_VARIANT_TYPE ("aa{sv}"));
  guint64 sum = 0;

  for (gsize i = 0; i < g_variant_n_children (paths); i++)
    {
      g_autoptr (GVariant) path = g_variant_get_child_value (paths, i);
      guint64 value = 0;

      g_variant_lookup (path, name, "t", &value);
      sum += value;
    }
  return sum;
}

static guint64
sum_of_element (Flow *self, const char *name)
{
  g_autoptr (GstStructure) stats = get_element_stats (self);
  const GValue *paths = gst_structure_get_value (stats, "paths");
  guint64 sum = 0;

  for (guint i = 0; paths != NULL && i < gst_value_array_get_size (paths); i++)
    {
      const GstStructure *path = gst_value_get_structure (gst_value_array_get_value (paths, i));
      guint64 value = 0;

      gst_structure_get_uint64 (path, name, &value);
      sum += value;
    }
  return sum;
}

guint64
flow_get_path_counter (Flow *self, const char *name)
{
  if (self->rx != NULL)
    return sum_of_library (self, name);
  return self->kind == FLOW_ELEMENT ? sum_of_element (self, name) : 0;
}

guint64
flow_get_dropped (Flow *self)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 dropped = 0;

  if (self->rx != NULL)
    return rx_counter (self->rx, "kernel-dropped");
  stats = get_element_stats (self);
  gst_structure_get_uint64 (stats, "kernel-dropped", &dropped);
  return dropped;
}

static char *
describe_stats (Flow *self)
{
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GstStructure) structure = NULL;

  if (self->rx != NULL)
    {
      variant = mcast_rx_socket_get_stats (self->rx);
      return g_variant_print (variant, FALSE);
    }
  if (self->kind != FLOW_ELEMENT)
    return g_strdup ("");
  structure = get_element_stats (self);
  return gst_structure_to_string (structure);
}

void
flow_describe (Flow *self)
{
  g_autofree char *text = describe_stats (self);
  FlowCounts counts = flow_get_counts (self);

  g_test_message ("%s, %s: received %" G_GUINT64_FORMAT ", missing %" G_GUINT64_FORMAT
                  ", last %" G_GUINT64_FORMAT " %s",
                  flow_kind_name (self->kind), self->group, counts.received, counts.missing,
                  counts.last, text);
}

const char *
flow_get_failure (Flow *self)
{
  return self->failure;
}

guint
flow_get_ineffective (Flow *self)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = self->ineffective;
  g_mutex_unlock (&self->lock);
  return n;
}
