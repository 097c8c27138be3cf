/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastvectors.h"

/* Buffers as the messages that the library sends: it reads their memory where it lies. The arrays are
 * used again and again, so that a steady stream allocates nothing. */
struct _GstMcastVectors
{
  GArray *maps;     /* GstMapInfo */
  GArray *vectors;  /* GOutputVector, one for each map */
  GArray *messages; /* McastTxMessage */
  gsize n_bytes;
};

GstMcastVectors *
gst_mcast_vectors_new (void)
{
  GstMcastVectors *self = g_new0 (GstMcastVectors, 1);

  self->maps = g_array_new (FALSE, FALSE, sizeof (GstMapInfo));
  self->vectors = g_array_new (FALSE, FALSE, sizeof (GOutputVector));
  self->messages = g_array_new (FALSE, FALSE, sizeof (McastTxMessage));
  return self;
}

void
gst_mcast_vectors_free (GstMcastVectors *self)
{
  gst_mcast_vectors_clear (self);
  g_array_unref (self->maps);
  g_array_unref (self->vectors);
  g_array_unref (self->messages);
  g_free (self);
}

static gboolean
add_memory (GstMcastVectors *self, GstMemory *memory)
{
  GstMapInfo map;
  GOutputVector vector;

  if (!gst_memory_map (memory, &map, GST_MAP_READ))
    return FALSE;
  vector.buffer = map.data;
  vector.size = map.size;
  g_array_append_val (self->maps, map);
  g_array_append_val (self->vectors, vector);
  self->n_bytes += map.size;
  return TRUE;
}

/* @buffer must stay as it is until the next clear. @packet_size: 0 to send it as one datagram. */
gboolean
gst_mcast_vectors_add (GstMcastVectors *self, GstBuffer *buffer, guint packet_size)
{
  gsize n_bytes_before = self->n_bytes;
  McastTxMessage message = { NULL, gst_buffer_n_memory (buffer), 0 };

  if (message.n_vectors == 0)
    return TRUE;
  for (guint i = 0; i < message.n_vectors; i++)
    if (!add_memory (self, gst_buffer_peek_memory (buffer, i)))
      return FALSE;
  if (packet_size > 0 && self->n_bytes - n_bytes_before > packet_size)
    message.segment_size = packet_size;
  g_array_append_val (self->messages, message);
  return TRUE;
}

/* Valid until the next call but this one. */
const McastTxMessage *
gst_mcast_vectors_get_messages (GstMcastVectors *self, guint *n_messages)
{
  const GOutputVector *next = (const GOutputVector *) (gpointer) self->vectors->data;

  /* Only now, as the arrays move when they grow. */
  for (guint i = 0; i < self->messages->len; i++)
    {
      McastTxMessage *message = &g_array_index (self->messages, McastTxMessage, i);

      message->vectors = next;
      next += message->n_vectors;
    }
  *n_messages = self->messages->len;
  return (const McastTxMessage *) (gpointer) self->messages->data;
}

gsize
gst_mcast_vectors_get_n_bytes (GstMcastVectors *self)
{
  return self->n_bytes;
}

/* Lets go of the memory of all buffers. */
void
gst_mcast_vectors_clear (GstMcastVectors *self)
{
  for (guint i = 0; i < self->maps->len; i++)
    {
      GstMapInfo *map = &g_array_index (self->maps, GstMapInfo, i);

      gst_memory_unmap (map->memory, map);
    }
  g_array_set_size (self->maps, 0);
  g_array_set_size (self->vectors, 0);
  g_array_set_size (self->messages, 0);
  self->n_bytes = 0;
}
