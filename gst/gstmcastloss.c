/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastloss.h"

#define CHECK_INTERVAL_US (50 * G_TIME_SPAN_MILLISECOND)
#define POST_INTERVAL_US G_TIME_SPAN_SECOND
/* Statistics of many paths take long to read: the part of the time that is spent on them. */
#define MAX_CHECKING 100

/* Detects from the statistics of a socket that the kernel dropped datagrams, and posts how many. Of
 * the streaming thread. */
struct _GstMcastLoss
{
  GstElement *element; /* unowned: it owns this */
  McastRxSocket *socket;
  guint64 n_dropped;
  guint64 n_posted;
  gint64 next_check;
  gint64 next_post;
};

static guint64
count_dropped (McastRxSocket *socket)
{
  g_autoptr (GVariant) stats = g_variant_take_ref (mcast_rx_socket_get_stats (socket));
  guint64 n_dropped = 0;

  g_variant_lookup (stats, "kernel-dropped", "t", &n_dropped);
  return n_dropped;
}

GstMcastLoss *
gst_mcast_loss_new (GstElement *element, McastRxSocket *socket)
{
  GstMcastLoss *self = g_new0 (GstMcastLoss, 1);

  self->element = element;
  self->socket = g_object_ref (socket);
  /* What was dropped before belongs to no stream. */
  self->n_dropped = self->n_posted = count_dropped (socket);
  return self;
}

static void
post (GstMcastLoss *self)
{
  GstStructure *structure = gst_structure_new ("mcast-packets-lost", "lost", G_TYPE_UINT64,
                                               self->n_dropped - self->n_posted, "total",
                                               G_TYPE_UINT64, self->n_dropped, NULL);

  self->n_posted = self->n_dropped;
  gst_element_post_message (self->element,
                            gst_message_new_element (GST_OBJECT (self->element), structure));
}

/* Posts what was not posted yet because of the limit of the rate. */
void
gst_mcast_loss_free (GstMcastLoss *self)
{
  if (self->n_dropped != self->n_posted)
    post (self);
  g_object_unref (self->socket);
  g_free (self);
}

/* Returns whether the kernel has dropped datagrams since the last check, which may be a moment
 * ago. */
gboolean
gst_mcast_loss_check (GstMcastLoss *self)
{
  gint64 start = g_get_monotonic_time ();
  guint64 before = self->n_dropped;
  gint64 end;

  if (start < self->next_check)
    return FALSE;
  self->n_dropped = count_dropped (self->socket);
  end = g_get_monotonic_time ();
  self->next_check = end + MAX (CHECK_INTERVAL_US, MAX_CHECKING * (end - start));
  if (self->n_dropped != self->n_posted && end >= self->next_post)
    {
      self->next_post = end + POST_INTERVAL_US;
      post (self);
    }
  return self->n_dropped != before;
}
