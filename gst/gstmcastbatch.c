/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastbatch.h"

#include <string.h>

#include "gstmcastbufferpool.h"
#include "gstmcastslab.h"

/* A shorter run is copied to buffers of the pool, so that a few queued datagrams do not keep the
 * memory of many. */
#define MIN_SHARED_RUN (GST_MCAST_SLAB_SIZE / 4)

/* Memory for one message: a buffer of the pool, large enough for a typical datagram, and a slab for
 * the rest, which is nearly all of a GRO run. */
typedef struct
{
  GstMcastPooled *pooled;
  GstMcastSlab *slab;
  GInputVector vectors[2];
  gsize room; /* in the buffer */

  /* How the message is divided */
  gsize part_size;
  gboolean is_first_in_buffer; /* else everything is in the slab */
  gboolean is_shared;
} Slot;

/* Memory for the messages of one receive call. The library may swap the memory of messages, so a
 * slot is found through its message, never through its position. */
struct _GstMcastBatch
{
  guint size;
  McastRxMessage *messages;
  Slot *slots;
  guint n_used; /* messages from this one on still have their memory */
  GstMcastBufferPool *pool;
  GstMcastSlabAllocator *slabs;
};

GstMcastBatch *
gst_mcast_batch_new (guint size)
{
  GstMcastBatch *self = g_new0 (GstMcastBatch, 1);

  self->size = self->n_used = size;
  self->messages = g_new0 (McastRxMessage, size);
  self->slots = g_new0 (Slot, size);
  for (guint i = 0; i < size; i++)
    {
      self->messages[i].vectors = self->slots[i].vectors;
      self->messages[i].n_vectors = G_N_ELEMENTS (self->slots[i].vectors);
      self->messages[i].user_data = &self->slots[i];
    }
  return self;
}

static void
drop_pool (GstMcastBatch *self)
{
  gst_mcast_batch_clear (self);
  if (self->slabs != NULL)
    gst_mcast_slab_allocator_close (self->slabs);
  g_clear_object (&self->slabs);
  g_clear_pointer (&self->pool, gst_mcast_buffer_pool_free);
}

void
gst_mcast_batch_free (GstMcastBatch *self)
{
  drop_pool (self);
  g_free (self->messages);
  g_free (self->slots);
  g_free (self);
}

guint
gst_mcast_batch_get_size (GstMcastBatch *self)
{
  return self->size;
}

static gsize
get_room (GstMcastBatch *self)
{
  return MIN (gst_mcast_buffer_pool_get_size (self->pool), GST_MCAST_SLAB_SIZE);
}

/* Sets the size and the allocation parameters of the buffers for single datagrams. Called before
 * the first gst_mcast_batch_fill(). */
void
gst_mcast_batch_set_allocation (GstMcastBatch *self, gsize buffer_size,
                                const GstAllocationParams *params)
{
  drop_pool (self);
  self->pool = gst_mcast_buffer_pool_new (buffer_size, params);
  self->slabs = gst_mcast_slab_allocator_new (get_room (self));
}

/* --- Memory to receive into ------------------------------------------------------------------ */

static void
add_slab (GstMcastBatch *self, Slot *slot)
{
  slot->slab = gst_mcast_slab_allocator_acquire (self->slabs);
  slot->vectors[1].buffer = gst_mcast_slab_get_data (slot->slab);
  slot->vectors[1].size = GST_MCAST_SLAB_SIZE;
}

static void
add_buffer (GstMcastBatch *self, Slot *slot)
{
  slot->pooled = gst_mcast_buffer_pool_acquire (self->pool);
  slot->room = get_room (self);
  slot->vectors[0].buffer = slot->pooled->data;
  slot->vectors[0].size = slot->room;
}

/* Gives the first @n messages memory to receive into. Only used messages can lack memory. */
void
gst_mcast_batch_fill (GstMcastBatch *self, guint n)
{
  guint n_to_fill = MIN (n, self->n_used);

  for (guint i = 0; i < n_to_fill; i++)
    {
      Slot *slot = self->messages[i].user_data;

      if (slot->is_shared)
        g_clear_pointer (&slot->slab, gst_mcast_slab_release);
      slot->is_shared = FALSE;
      if (slot->slab == NULL)
        add_slab (self, slot);
      if (slot->pooled == NULL)
        add_buffer (self, slot);
    }
  if (n_to_fill == self->n_used)
    self->n_used = 0;
}

McastRxMessage *
gst_mcast_batch_get_messages (GstMcastBatch *self)
{
  return self->messages;
}

/* Returns all memory to its pool or slab. */
void
gst_mcast_batch_clear (GstMcastBatch *self)
{
  for (guint i = 0; i < self->size; i++)
    {
      Slot *slot = &self->slots[i];

      g_clear_pointer (&slot->slab, gst_mcast_slab_release);
      slot->is_shared = FALSE;
      if (slot->pooled != NULL)
        gst_buffer_unref (g_steal_pointer (&slot->pooled)->buffer);
    }
  self->n_used = self->size;
}

/* --- Received messages ----------------------------------------------------------------------- */

/* Returns the address of byte @offset of the message in the slab. */
static guint8 *
locate (const Slot *slot, gsize offset)
{
  return gst_mcast_slab_get_data (slot->slab) + offset - slot->room;
}

/* Copies the part of the pool buffer that belongs to later datagrams in front of their rest in the
 * slab. */
static void
join (Slot *slot, gsize length)
{
  gsize from = slot->is_first_in_buffer ? slot->part_size : 0;
  gsize to = MIN (slot->room, length);

  if (from < to)
    memcpy (locate (slot, from), slot->pooled->data + from, to - from);
}

/* Divides message @i into parts, one per buffer: one for each datagram, or one for all. Returns the
 * number of parts. */
guint
gst_mcast_batch_split (GstMcastBatch *self, guint i, gboolean keep_together)
{
  const McastRxMessage *message = &self->messages[i];
  Slot *slot = message->user_data;
  gboolean is_run = message->segment_size != 0;

  self->n_used = MAX (self->n_used, i + 1);
  slot->is_shared = is_run && message->length >= MAX (MIN_SHARED_RUN, slot->room);
  slot->part_size = is_run && !keep_together ? message->segment_size : message->length;
  slot->is_first_in_buffer = slot->part_size <= slot->room || !slot->is_shared;
  if (slot->part_size == message->length && !slot->is_shared)
    return 1;
  join (slot, message->length);
  return (guint) ((message->length + slot->part_size - 1) / slot->part_size);
}

static void
append_overflow (GstBuffer *buffer, const guint8 *data, gsize offset, gsize size)
{
  GstMemory *memory = gst_allocator_alloc (NULL, size, NULL);

  gst_buffer_append_memory (buffer, memory);
  gst_buffer_fill (buffer, offset, data, size);
}

/* Returns the buffer into which the kernel wrote. */
static GstBuffer *
take_first (Slot *slot, gsize length, gsize skip)
{
  GstMcastPooled *pooled = g_steal_pointer (&slot->pooled);

  if (length <= slot->room)
    {
      gst_mcast_pooled_resize (pooled, skip, length - skip);
      return pooled->buffer;
    }
  gst_mcast_pooled_resize (pooled, 0, slot->room);
  append_overflow (pooled->buffer, slot->vectors[1].buffer, slot->room, length - slot->room);
  gst_buffer_resize (pooled->buffer, (gssize) skip, -1);
  return pooled->buffer;
}

static GstBuffer *
copy_part (GstMcastBatch *self, const guint8 *data, gsize size)
{
  GstMcastPooled *pooled = gst_mcast_buffer_pool_acquire (self->pool);
  gsize room = MIN (gst_mcast_buffer_pool_get_size (self->pool), size);

  memcpy (pooled->data, data, room);
  gst_mcast_pooled_resize (pooled, 0, room);
  if (room < size)
    append_overflow (pooled->buffer, data + room, room, size - room);
  return pooled->buffer;
}

/* Returns a buffer with part @part of message @i, without its first @skip bytes, or %NULL if no
 * byte remains. Called for the parts in order. */
GstBuffer *
gst_mcast_batch_take (GstMcastBatch *self, guint i, guint part, gsize skip)
{
  const McastRxMessage *message = &self->messages[i];
  Slot *slot = message->user_data;
  gsize offset = part * slot->part_size;
  gsize length = MIN (slot->part_size, message->length - offset);

  if (length <= skip)
    return NULL;
  if (part == 0 && slot->is_first_in_buffer)
    return take_first (slot, length, skip);
  if (!slot->is_shared)
    return copy_part (self, locate (slot, offset + skip), length - skip);
  return gst_mcast_slab_take (slot->slab, (gssize) (offset + skip) - (gssize) slot->room,
                              length - skip);
}
