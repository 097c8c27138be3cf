/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastoutput.h"

#include "gstmcasterror.h"
#include "gstmcastpathwatch.h"
#include "gstmcastvectors.h"

/* The largest payload of a datagram over IPv4. */
#define MAX_PAYLOAD 65507
/* Most datagrams in a message, which the kernel cuts in one piece. */
#define MAX_PACKETS 64
/* How often the counters of the paths are looked at. */
#define WATCH_INTERVAL_US G_USEC_PER_SEC
/* How many calls share a look at the clock, which costs as much as a good part of the rest. */
#define CALLS_PER_LOOK 8

/* What the streaming thread of mcastsink has to send, and what it has told of its failures.
 * Losing datagrams is what a network does: it is never an error, and said once however long it
 * lasts. */
struct _GstMcastOutput
{
  GstElement *element; /* not a reference: it owns this */
  GstMcastVectors *vectors;
  guint n_sent; /* of the messages */
  GstMcastPathWatch *watch;
  gint64 next_watch;
  guint n_calls; /* since the last look at the clock */
  gboolean failing;
  gboolean warned_of_size;
};

GstMcastOutput *
gst_mcast_output_new (GstElement *element)
{
  GstMcastOutput *self = g_new0 (GstMcastOutput, 1);

  self->element = element;
  self->vectors = gst_mcast_vectors_new ();
  self->watch = gst_mcast_path_watch_new ();
  return self;
}

void
gst_mcast_output_free (GstMcastOutput *self)
{
  gst_mcast_vectors_free (self->vectors);
  gst_mcast_path_watch_free (self->watch);
  g_free (self);
}

static void
check_size (GstMcastOutput *self, gsize size)
{
  if (size <= MAX_PAYLOAD || self->warned_of_size)
    return;
  self->warned_of_size = TRUE;
  GST_ELEMENT_WARNING (self->element, RESOURCE, WRITE,
                       ("A buffer of %" G_GSIZE_FORMAT " bytes does not fit into a datagram of at "
                        "most %d: set packet-size to cut it.",
                        size, MAX_PAYLOAD),
                       (NULL));
}

/* A pause between two pieces must not be one in the middle of a message, whose rest would be lost:
 * with pacing, the library chooses the pieces. */
static guint
get_max_packets (guint packet_size, gboolean paced)
{
  return paced ? 1 : CLAMP (MAX_PAYLOAD / MAX (packet_size, 1), 1, MAX_PACKETS);
}

/* Adds what a buffer holds to what is sent next; the buffer must stay as it is until the next
 * clear. @paced: whether there is a pacing rate. FALSE, with an error on the bus, when it cannot
 * be read. */
gboolean
gst_mcast_output_add (GstMcastOutput *self, GstBuffer *buffer, guint packet_size, gboolean paced)
{
  if (packet_size == 0)
    check_size (self, gst_buffer_get_size (buffer));
  if (gst_mcast_vectors_add (self->vectors, buffer, packet_size,
                             get_max_packets (packet_size, paced)))
    return TRUE;
  GST_ELEMENT_ERROR (self->element, RESOURCE, READ, ("The memory of a buffer cannot be read."),
                     (NULL));
  return FALSE;
}

gsize
gst_mcast_output_get_n_bytes (GstMcastOutput *self)
{
  return gst_mcast_vectors_get_n_bytes (self->vectors);
}

static void
post_failed (GstMcastOutput *self, const GstStructure *change)
{
  const char *reason = gst_structure_get_string (change, "error");
  guint port = 0;

  gst_structure_get_uint (change, "port", &port);
  GST_ELEMENT_WARNING_WITH_DETAILS (self->element, RESOURCE, WRITE,
                                    ("Nothing can be sent to group %s port %u on %s: %s.",
                                     gst_structure_get_string (change, "group"), port,
                                     gst_structure_get_string (change, "interface"),
                                     reason != NULL ? reason : "the system refuses it"),
                                    (NULL), ("path", GST_TYPE_STRUCTURE, change, NULL));
}

static void
post_change (GstMcastOutput *self, const GstStructure *change)
{
  if (gst_structure_has_name (change, GST_MCAST_PATH_FAILED))
    post_failed (self, change);
  else
    gst_element_post_message (self->element, gst_message_new_element (GST_OBJECT (self->element),
                                                                      gst_structure_copy (change)));
}

static void
watch_paths (GstMcastOutput *self, GstMcastSender *sender)
{
  g_autoptr (GPtrArray) stats = gst_mcast_sender_get_stats (sender);

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
  self->n_calls = (self->n_calls + 1) % CALLS_PER_LOOK;
  return self->n_calls == 0 && g_get_monotonic_time () >= self->next_watch;
}

static void
note_result (GstMcastOutput *self, GstMcastSender *sender, const GError *error)
{
  gboolean changed = (error != NULL) != self->failing;

  self->failing = error != NULL;
  if (changed && error != NULL)
    gst_mcast_post_warning (self->element, GST_RESOURCE_ERROR_WRITE, error);
  if (changed || is_watch_due (self))
    watch_paths (self, sender);
}

/* Sends what was added. FALSE when it was cancelled with something left for the next call. */
gboolean
gst_mcast_output_send (GstMcastOutput *self, GstMcastSender *sender, GCancellable *cancellable)
{
  guint n_messages;
  const McastTxMessage *messages = gst_mcast_vectors_get_messages (self->vectors, &n_messages);
  guint n_left = n_messages - self->n_sent;
  g_autoptr (GError) error = NULL;
  gint n_sent;

  if (n_left == 0)
    return TRUE;
  n_sent = gst_mcast_sender_send (sender, messages + self->n_sent, n_left, cancellable, &error);
  if (g_cancellable_is_cancelled (cancellable))
    self->n_sent += (guint) MAX (n_sent, 0);
  else
    {
      note_result (self, sender, error);
      self->n_sent = n_messages;
    }
  return self->n_sent == n_messages;
}

void
gst_mcast_output_clear (GstMcastOutput *self)
{
  gst_mcast_vectors_clear (self->vectors);
  self->n_sent = 0;
}
