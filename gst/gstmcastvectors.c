/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastvectors.h"

/* Buffers as the messages that the library sends: it reads their memory where it lies. The arrays
 * are used again and again, so that a steady stream allocates nothing. */
struct _GstMcastVectors
{
  GstMapInfo *maps;
  GOutputVector *vectors; /* one for each map */
  guint n_vectors;
  guint max_vectors;
  McastTxMessage *messages;
  guint n_messages;
  guint max_messages;
  gsize n_bytes;
};

GstMcastVectors *
gst_mcast_vectors_new (void)
{
  return g_new0 (GstMcastVectors, 1);
}

void
gst_mcast_vectors_free (GstMcastVectors *self)
{
  gst_mcast_vectors_clear (self);
  g_free (self->maps);
  g_free (self->vectors);
  g_free (self->messages);
  g_free (self);
}

static void
make_room (GstMcastVectors *self, guint n_vectors)
{
  if (self->n_vectors + n_vectors > self->max_vectors)
    {
      self->max_vectors = 2 * (self->n_vectors + n_vectors);
      self->maps = g_renew (GstMapInfo, self->maps, self->max_vectors);
      self->vectors = g_renew (GOutputVector, self->vectors, self->max_vectors);
    }
  if (self->n_messages == self->max_messages)
    {
      self->max_messages = 2 * (self->n_messages + 1);
      self->messages = g_renew (McastTxMessage, self->messages, self->max_messages);
    }
}

static gboolean
add_memory (GstMcastVectors *self, GstMemory *memory)
{
  GstMapInfo *map = &self->maps[self->n_vectors];
  GOutputVector *vector = &self->vectors[self->n_vectors];

  if (!gst_memory_map (memory, map, GST_MAP_READ))
    return FALSE;
  vector->buffer = map->data;
  vector->size = map->size;
  self->n_bytes += map->size;
  self->n_vectors++;
  return TRUE;
}

/* @buffer must stay as it is until the next clear. @packet_size: 0 to send it as one datagram. */
gboolean
gst_mcast_vectors_add (GstMcastVectors *self, GstBuffer *buffer, guint packet_size)
{
  gsize n_bytes_before = self->n_bytes;
  guint n_vectors = gst_buffer_n_memory (buffer);
  McastTxMessage *message;

  if (n_vectors == 0)
    return TRUE;
  make_room (self, n_vectors);
  for (guint i = 0; i < n_vectors; i++)
    if (!add_memory (self, gst_buffer_peek_memory (buffer, i)))
      return FALSE;
  message = &self->messages[self->n_messages++];
  message->n_vectors = n_vectors;
  message->segment_size = 0;
  if (packet_size > 0 && self->n_bytes - n_bytes_before > packet_size)
    message->segment_size = packet_size;
  return TRUE;
}

/* Valid until something is added or all is cleared. */
const McastTxMessage *
gst_mcast_vectors_get_messages (GstMcastVectors *self, guint *n_messages)
{
  const GOutputVector *next = self->vectors;

  /* Only now, as the array moves when it grows. */
  for (guint i = 0; i < self->n_messages; i++)
    {
      self->messages[i].vectors = next;
      next += self->messages[i].n_vectors;
    }
  *n_messages = self->n_messages;
  return self->messages;
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
  for (guint i = 0; i < self->n_vectors; i++)
    gst_memory_unmap (self->maps[i].memory, &self->maps[i]);
  self->n_vectors = 0;
  self->n_messages = 0;
  self->n_bytes = 0;
}
