/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastvectors.h"

/* Buffers as the messages that the library sends: it reads their memory where it lies. The arrays
 * are used again and again, so that a steady stream allocates nothing. */
struct _GstMcastVectors
{
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

/* Room for one more element of an array that has @n of them. */
static gpointer
grow (gpointer array, guint n, guint *max, gsize size)
{
  if (n < *max)
    return array;
  *max = 2 * (n + 1);
  return g_realloc_n (array, *max, size);
}

static GstMapInfo *
map_memory (GstMcastVectors *self, GstMemory *memory)
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
begin_message (GstMcastVectors *self)
{
  self->messages = grow (self->messages, self->n_messages, &self->max_messages,
                         sizeof *self->messages);
  self->messages[self->n_messages++] = (McastTxMessage) { NULL, 0, 0 };
  self->length = 0;
}

static void
append (GstMcastVectors *self, const guint8 *data, gsize size)
{
  self->vectors = grow (self->vectors, self->n_vectors, &self->max_vectors, sizeof *self->vectors);
  self->vectors[self->n_vectors++] = (GOutputVector) { data, size };
  self->messages[self->n_messages - 1].n_vectors++;
  self->length += size;
}

/* Over as many messages of @limit bytes as it takes. */
static void
append_cut (GstMcastVectors *self, const guint8 *data, gsize size, gsize limit)
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

/* @buffer must stay as it is until the next clear. @packet_size: 0 to send it as one datagram.
 * @max_packets: how many a message may have; what is stopped goes on with the next message. */
gboolean
gst_mcast_vectors_add (GstMcastVectors *self, GstBuffer *buffer, guint packet_size,
                       guint max_packets)
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
  for (guint i = 0; i < self->n_maps; i++)
    gst_memory_unmap (self->maps[i].memory, &self->maps[i]);
  self->n_maps = 0;
  self->n_vectors = 0;
  self->n_messages = 0;
  self->n_bytes = 0;
}
