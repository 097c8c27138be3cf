/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastbatch.h"

/* The largest payload that UDP can carry, over IPv6. */
#define MAX_PAYLOAD 65527

/* Memory for one datagram: a buffer of the pool, as large as a datagram normally is, and for
 * what does not fit an area that stays here. An area that is never written to costs no memory.
 * */
typedef struct
{
  GstBuffer *buffer;
  GstMemory *memory; /* the only one of the buffer */
  GstMapInfo map;
  GInputVector vectors[2];
} Slot;

/* Memory for a number of datagrams to be received in one call. The library may let messages
 * exchange their memory, so a message leads to its slot, never its position. */
struct _GstMcastBatch
{
  guint size;
  McastRxMessage *messages;
  Slot *slots;
  guint8 *overflow;
};

static void
connect_slot (GstMcastBatch *self, guint i)
{
  McastRxMessage *message = &self->messages[i];
  Slot *slot = &self->slots[i];

  slot->vectors[1].buffer = self->overflow + (gsize) i * MAX_PAYLOAD;
  slot->vectors[1].size = MAX_PAYLOAD;
  message->vectors = slot->vectors;
  message->n_vectors = G_N_ELEMENTS (slot->vectors);
  message->user_data = slot;
}

GstMcastBatch *
gst_mcast_batch_new (guint size)
{
  GstMcastBatch *self = g_new0 (GstMcastBatch, 1);

  self->size = size;
  self->messages = g_new0 (McastRxMessage, size);
  self->slots = g_new0 (Slot, size);
  self->overflow = g_malloc ((gsize) size * MAX_PAYLOAD);
  for (guint i = 0; i < size; i++)
    connect_slot (self, i);
  return self;
}

void
gst_mcast_batch_free (GstMcastBatch *self)
{
  gst_mcast_batch_clear (self);
  g_free (self->messages);
  g_free (self->slots);
  g_free (self->overflow);
  g_free (self);
}

guint
gst_mcast_batch_get_size (GstMcastBatch *self)
{
  return self->size;
}

static GstFlowReturn
fill_slot (Slot *slot, GstBufferPool *pool)
{
  GstFlowReturn flow = gst_buffer_pool_acquire_buffer (pool, &slot->buffer, NULL);

  if (flow != GST_FLOW_OK)
    return flow;
  slot->memory = gst_buffer_peek_memory (slot->buffer, 0);
  if (!gst_memory_map (slot->memory, &slot->map, GST_MAP_WRITE))
    {
      gst_clear_buffer (&slot->buffer);
      return GST_FLOW_ERROR;
    }
  slot->vectors[0].buffer = slot->map.data;
  slot->vectors[0].size = slot->map.size;
  return GST_FLOW_OK;
}

/* Sees to it that the first @n messages have memory to receive into. */
GstFlowReturn
gst_mcast_batch_fill (GstMcastBatch *self, GstBufferPool *pool, guint n)
{
  GstFlowReturn flow = GST_FLOW_OK;

  for (guint i = 0; i < n && flow == GST_FLOW_OK; i++)
    {
      Slot *slot = self->messages[i].user_data;

      if (slot->buffer == NULL)
        flow = fill_slot (slot, pool);
    }
  return flow;
}

McastRxMessage *
gst_mcast_batch_get_messages (GstMcastBatch *self)
{
  return self->messages;
}

static void
append_overflow (GstBuffer *buffer, const Slot *slot, gsize size)
{
  GstMemory *memory = gst_allocator_alloc (NULL, size, NULL);

  gst_buffer_append_memory (buffer, memory);
  gst_buffer_fill (buffer, slot->map.size, slot->vectors[1].buffer, size);
}

/* The buffer with what was received into message @i, without its first @skip bytes. */
GstBuffer *
gst_mcast_batch_take (GstMcastBatch *self, guint i, gsize skip)
{
  Slot *slot = self->messages[i].user_data;
  GstBuffer *buffer = g_steal_pointer (&slot->buffer);
  gsize length = self->messages[i].length;

  gst_memory_unmap (slot->memory, &slot->map);
  if (length > slot->map.size)
    {
      append_overflow (buffer, slot, length - slot->map.size);
      gst_buffer_resize (buffer, (gssize) skip, -1);
    }
  else
    gst_memory_resize (slot->memory, (gssize) skip, length - skip);
  return buffer;
}

/* Gives all buffers back to where they came from. */
void
gst_mcast_batch_clear (GstMcastBatch *self)
{
  for (guint i = 0; i < self->size; i++)
    {
      Slot *slot = &self->slots[i];

      if (slot->buffer == NULL)
        continue;
      gst_memory_unmap (slot->memory, &slot->map);
      gst_clear_buffer (&slot->buffer);
    }
}
