/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastoutput.h"

#include "gstmcastdebug.h"
#include "gstmcasterror.h"
#include "gstmcastlimits.h"
#include "gstmcastmessages.h"
#include "gstmcastpathwatch.h"

#define GST_CAT_DEFAULT gst_mcast_sink_debug

/* How often the counters of the paths are compared. */
#define WATCH_INTERVAL_US G_USEC_PER_SEC
/* The number of calls per reading of the clock, which is a large part of the cost of a call. */
#define CALLS_PER_CLOCK_READING 8

/* The output of the streaming thread of mcastsink: buffers as messages of the library, without a
 * copy. The arrays are reused, so that a steady stream allocates nothing. Lost datagrams are normal
 * on a network: they are never an error, and a loss is reported once, however long it lasts. */
struct _GstMcastOutput
{
  GstElement *element; /* unowned: it owns this */
  GstMcastSockets *sockets;

  GstMapInfo *maps;
  guint n_maps;
  guint max_maps;
  GOutputVector *vectors;
  guint n_vectors;
  guint max_vectors;
  McastTxMessage *messages;
  guint n_messages;
  guint max_messages;
  gsize length; /* of the last message */
  gsize n_bytes;
  guint n_sent; /* of the messages */
  gboolean is_paced;

  GstMcastPathWatch *watch;
  gint64 next_watch;
  guint n_calls; /* since the last reading of the clock */
  gboolean is_failing;
  gboolean warned_of_size;

  /* The values that were logged last */
  guint packet_size;
  guint max_packets;
};

GstMcastOutput *
gst_mcast_output_new (GstElement *element, GstMcastSockets *sockets)
{
  GstMcastOutput *self = g_new0 (GstMcastOutput, 1);

  self->element = element;
  self->sockets = gst_mcast_sockets_ref (sockets);
  self->watch = gst_mcast_path_watch_new ();
  return self;
}

void
gst_mcast_output_free (GstMcastOutput *self)
{
  gst_mcast_output_clear (self);
  gst_mcast_sockets_unref (self->sockets);
  gst_mcast_path_watch_free (self->watch);
  g_free (self->maps);
  g_free (self->vectors);
  g_free (self->messages);
  g_free (self);
}

/* --- Messages -------------------------------------------------------------------------------- */

/* Makes room for one more element in an array of @n elements. */
static gpointer
grow (gpointer array, guint n, guint *max, gsize size)
{
  if (n < *max)
    return array;
  *max = 2 * (n + 1);
  return g_realloc_n (array, *max, size);
}

static GstMapInfo *
map_memory (GstMcastOutput *self, GstMemory *memory)
{
  GstMapInfo *map;

  self->maps = grow (self->maps, self->n_maps, &self->max_maps, sizeof *self->maps);
  map = &self->maps[self->n_maps];
  if (!gst_memory_map (memory, map, GST_MAP_READ))
    return NULL;
  self->n_maps++;
  self->n_bytes += map->size;
  return map;
}

static void
begin_message (GstMcastOutput *self)
{
  self->messages = grow (self->messages, self->n_messages, &self->max_messages,
                         sizeof *self->messages);
  self->messages[self->n_messages++] = (McastTxMessage) { NULL, 0, 0 };
  self->length = 0;
}

static void
append (GstMcastOutput *self, const guint8 *data, gsize size)
{
  self->vectors = grow (self->vectors, self->n_vectors, &self->max_vectors, sizeof *self->vectors);
  self->vectors[self->n_vectors++] = (GOutputVector) { data, size };
  self->messages[self->n_messages - 1].n_vectors++;
  self->length += size;
}

/* Appends @data, split into messages of @limit bytes. */
static void
append_cut (GstMcastOutput *self, const guint8 *data, gsize size, gsize limit)
{
  while (size > 0)
    {
      gsize part;

      if (self->length == limit)
        begin_message (self);
      part = MIN (size, limit - self->length);
      append (self, data, part);
      data += part;
      size -= part;
    }
}

/* Adds @buffer as one datagram, or split into messages of up to @max_packets datagrams of
 * @packet_size bytes. An interrupted send resumes with the next message. */
static gboolean
append_buffer (GstMcastOutput *self, GstBuffer *buffer, guint packet_size, guint max_packets)
{
  guint n_memories = gst_buffer_n_memory (buffer);
  gboolean cut = packet_size > 0 && gst_buffer_get_size (buffer) > packet_size;
  guint first = self->n_messages;

  if (n_memories == 0)
    return TRUE;
  begin_message (self);
  for (guint i = 0; i < n_memories; i++)
    {
      const GstMapInfo *map = map_memory (self, gst_buffer_peek_memory (buffer, i));

      if (map == NULL)
        return FALSE;
      if (cut)
        append_cut (self, map->data, map->size, (gsize) packet_size * max_packets);
      else
        append (self, map->data, map->size);
    }
  for (guint i = first; cut && i < self->n_messages; i++)
    self->messages[i].segment_size = packet_size;
  return TRUE;
}

static gboolean
sends_to_ipv4 (McastTxSocket *socket)
{
  g_auto (GStrv) groups = mcast_tx_socket_get_groups (socket);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autoptr (McastGroup) group = mcast_group_parse (groups[i], NULL);

      if (group != NULL && mcast_group_get_family (group) == G_SOCKET_FAMILY_IPV4)
        return TRUE;
    }
  return FALSE;
}

static gboolean
has_ipv4_group (GstMcastOutput *self)
{
  g_autoptr (GPtrArray) sockets = gst_mcast_sockets_ref_all (self->sockets);

  for (guint i = 0; i < sockets->len; i++)
    if (sends_to_ipv4 (g_ptr_array_index (sockets, i)))
      return TRUE;
  return FALSE;
}

static void
check_size (GstMcastOutput *self, gsize size)
{
  gsize max_payload = GST_MCAST_MAX_PAYLOAD_IPV6;

  if (size <= GST_MCAST_MAX_PAYLOAD_IPV4 || self->warned_of_size)
    return;
  if (has_ipv4_group (self))
    max_payload = GST_MCAST_MAX_PAYLOAD_IPV4;
  if (size <= max_payload)
    return;
  self->warned_of_size = TRUE;
  GST_ELEMENT_WARNING (self->element, RESOURCE, WRITE,
                       ("A buffer of %" G_GSIZE_FORMAT " bytes exceeds the maximum payload of a "
                        "datagram, %" G_GSIZE_FORMAT " bytes: set packet-size to split it.",
                        size, max_payload),
                       (NULL));
}

/* Returns the maximum number of datagrams per message: one with pacing, because a pause in the
 * middle of a message would lose the rest of it. */
static guint
get_max_packets (guint packet_size, gboolean paced)
{
  return paced
           ? 1
           : CLAMP (GST_MCAST_MAX_PAYLOAD_IPV4 / MAX (packet_size, 1), 1, GST_MCAST_MAX_SEGMENTS);
}

/* Logs how buffers are split when that changes. */
static void
log_split (GstMcastOutput *self, guint packet_size, guint max_packets)
{
  if (packet_size == self->packet_size && max_packets == self->max_packets)
    return;
  self->packet_size = packet_size;
  self->max_packets = max_packets;
  if (packet_size == 0)
    GST_DEBUG_OBJECT (self->element, "Sending each buffer as one datagram");
  else
    GST_DEBUG_OBJECT (self->element,
                      "Splitting buffers into datagrams of %u bytes, up to %u per message (%s)",
                      packet_size, max_packets,
                      max_packets > 1 ? "segmentation offload" : "one by one");
}

/* Adds a buffer, which must not change until gst_mcast_output_clear(). @paced: whether a pacing
 * rate is set. Returns %FALSE, with an error on the bus, if the buffer cannot be read. */
gboolean
gst_mcast_output_add (GstMcastOutput *self, GstBuffer *buffer, guint packet_size, gboolean paced)
{
  guint max_packets = get_max_packets (packet_size, paced);

  self->is_paced = paced;
  GST_TRACE_OBJECT (self->element, "Sending %" GST_PTR_FORMAT, buffer);
  log_split (self, packet_size, max_packets);
  if (packet_size == 0)
    check_size (self, gst_buffer_get_size (buffer));
  if (append_buffer (self, buffer, packet_size, max_packets))
    return TRUE;
  GST_ELEMENT_ERROR (self->element, RESOURCE, READ,
                     ("Failed to map the memory of a buffer for reading."), (NULL));
  return FALSE;
}

gsize
gst_mcast_output_get_n_bytes (GstMcastOutput *self)
{
  return self->n_bytes;
}

/* --- Sending --------------------------------------------------------------------------------- */

static void
post_failed (GstMcastOutput *self, const GstStructure *change)
{
  const char *reason = gst_structure_get_string (change, "error");
  guint port = 0;

  gst_structure_get_uint (change, "port", &port);
  GST_ELEMENT_WARNING_WITH_DETAILS (self->element, RESOURCE, WRITE,
                                    ("Failed to send to group %s port %u on %s: %s.",
                                     gst_structure_get_string (change, "group"), port,
                                     gst_structure_get_string (change, "interface"),
                                     reason != NULL ? reason : "refused by the system"),
                                    (NULL),
                                    ("path", GST_TYPE_STRUCTURE, change, "group", G_TYPE_STRING,
                                     gst_structure_get_string (change, "group"), "interface",
                                     G_TYPE_STRING, gst_structure_get_string (change, "interface"),
                                     NULL));
}

/* Posts @change in the form of the events of the library, too. */
static void
post_path_changed (GstMcastOutput *self, const GstStructure *change)
{
  const char *reason = gst_structure_get_string (change, "error");
  gboolean failed = gst_structure_has_name (change, GST_MCAST_PATH_FAILED);
  g_autoptr (GError) error = NULL;
  GstStructure *structure = gst_structure_copy (change);

  gst_structure_set_name (structure, GST_MCAST_PATH_CHANGED);
  gst_structure_remove_field (structure, "error");
  gst_structure_set (structure, "state", G_TYPE_STRING, failed ? "failed" : "recovered", NULL);
  if (failed)
    {
      error = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "The system refuses datagrams%s%s",
                           reason != NULL ? ": " : "", reason != NULL ? reason : "");
      gst_structure_set (structure, "error", G_TYPE_ERROR, error, "text", G_TYPE_STRING,
                         error->message, NULL);
    }
  gst_element_post_message (self->element,
                            gst_message_new_element (GST_OBJECT (self->element), structure));
}

static void
post_change (GstMcastOutput *self, const GstStructure *change)
{
  post_path_changed (self, change);
  GST_INFO_OBJECT (self->element, "%" GST_PTR_FORMAT, change);
  if (gst_structure_has_name (change, GST_MCAST_PATH_FAILED))
    post_failed (self, change);
  else
    gst_element_post_message (self->element, gst_message_new_element (GST_OBJECT (self->element),
                                                                      gst_structure_copy (change)));
}

static void
watch_paths (GstMcastOutput *self)
{
  g_autoptr (GPtrArray) stats = gst_mcast_sockets_get_stats (self->sockets);

  self->next_watch = g_get_monotonic_time () + WATCH_INTERVAL_US;
  for (guint i = 0; i < stats->len; i++)
    {
      g_autoptr (GPtrArray)
        changes = gst_mcast_path_watch_update (self->watch, g_ptr_array_index (stats, i));

      for (guint j = 0; j < changes->len; j++)
        post_change (self, g_ptr_array_index (changes, j));
    }
}

static gboolean
is_watch_due (GstMcastOutput *self)
{
  self->n_calls = (self->n_calls + 1) % CALLS_PER_CLOCK_READING;
  return self->n_calls == 0 && g_get_monotonic_time () >= self->next_watch;
}

/* A buffer that is too large was warned of when it was added. */
static void
note_result (GstMcastOutput *self, const GError *result)
{
  const GError *error = g_error_matches (result, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE) ? NULL
                                                                                           : result;
  gboolean changed = (error != NULL) != self->is_failing;

  self->is_failing = error != NULL;
  if (changed && error != NULL)
    gst_mcast_post_warning (self->element, GST_RESOURCE_ERROR_WRITE, error);
  if (changed || is_watch_due (self))
    watch_paths (self);
}

/* Sets the vectors of each message. Not done earlier, because the array moves when it grows. */
static void
point_messages (GstMcastOutput *self)
{
  const GOutputVector *next = self->vectors;

  for (guint i = 0; i < self->n_messages; i++)
    {
      self->messages[i].vectors = next;
      next += self->messages[i].n_vectors;
    }
}

/* Sends the same messages on each socket. Only the first socket can be cancelled: the others send
 * the messages that it sent, or all if it failed. */
static gint
send_on_each (GPtrArray *sockets, const McastTxMessage *messages, guint n_messages,
              GCancellable *cancellable, GError **error)
{
  gint n_taken = sockets->len == 0 ? (gint) n_messages : -1;

  for (guint i = 0; i < sockets->len; i++)
    {
      g_autoptr (GError) reason = NULL;
      gint n_sent = mcast_tx_socket_send_messages (g_ptr_array_index (sockets, i), messages,
                                                   n_messages, i == 0 ? cancellable : NULL,
                                                   &reason);

      n_taken = MAX (n_taken, n_sent);
      if (i == 0 && g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return -1;
      if (i == 0 && n_sent > 0)
        n_messages = (guint) n_sent;
      if (reason != NULL && *error == NULL)
        g_propagate_error (error, g_steal_pointer (&reason));
    }
  return n_taken;
}

/* Returns the number of messages that were handled, less than @n_messages only after cancellation;
 * -1 with @error if every path refused all of them. Without a group, nothing fails. */
static gint
send_messages (GstMcastOutput *self, GPtrArray *sockets, const McastTxMessage *messages,
               guint n_messages, GCancellable *cancellable, GError **error)
{
  /* Paced sockets take turns: a pause waits for the others, but not longer than for one message. */
  guint step = sockets->len > 1 && self->is_paced ? 1 : n_messages;
  gboolean any_sent = FALSE;
  gboolean is_cancelled = FALSE;
  guint n_done = 0;

  while (n_done < n_messages && !is_cancelled)
    {
      guint n_now = MIN (step, n_messages - n_done);
      gint n_sent = send_on_each (sockets, messages + n_done, n_now, cancellable, error);

      any_sent = any_sent || n_sent > 0;
      is_cancelled = g_cancellable_is_cancelled (cancellable);
      if (n_sent > 0)
        n_done += (guint) n_sent;
      else if (!is_cancelled)
        n_done += n_now;
    }
  if (any_sent || sockets->len == 0)
    g_clear_error (error);
  return any_sent || sockets->len == 0 ? (gint) n_done : -1;
}

/* Sends the remaining messages. Returns %FALSE if it was cancelled with messages left for the next
 * call. */
gboolean
gst_mcast_output_send (GstMcastOutput *self, GCancellable *cancellable)
{
  g_autoptr (GPtrArray) sockets = gst_mcast_sockets_ref_all (self->sockets);
  guint n_left = self->n_messages - self->n_sent;
  g_autoptr (GError) error = NULL;
  gint n_sent;

  if (n_left == 0)
    return TRUE;
  point_messages (self);
  n_sent = send_messages (self, sockets, self->messages + self->n_sent, n_left, cancellable,
                          &error);
  GST_LOG_OBJECT (self->element, "Sent %d of %u messages, %" G_GSIZE_FORMAT " bytes in all", n_sent,
                  n_left, self->n_bytes);
  if (g_cancellable_is_cancelled (cancellable))
    self->n_sent += (guint) MAX (n_sent, 0);
  else
    {
      note_result (self, error);
      self->n_sent = self->n_messages;
    }
  return self->n_sent == self->n_messages;
}

/* Releases the memory of all buffers. */
void
gst_mcast_output_clear (GstMcastOutput *self)
{
  for (guint i = 0; i < self->n_maps; i++)
    gst_memory_unmap (self->maps[i].memory, &self->maps[i]);
  self->n_maps = 0;
  self->n_vectors = 0;
  self->n_messages = 0;
  self->n_bytes = 0;
  self->n_sent = 0;
}
