/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastslab.h"

#include "gstmcastbufferpool.h"
#include "gstmcastfreelist.h"

/* Idle slabs beyond this number are freed: they come from a queue that had filled up. */
#define MAX_IDLE 64

/* Memory for one run of datagrams. A slab is reused when its last memory is free. Its buffers
 * return before that, each to its place, with memory and metas, so that the next run allocates
 * nothing. */
struct _GstMcastSlab
{
  GstMcastSlabAllocator *allocator; /* alive while there is a claim */
  guint8 *start;
  gint n_claims;       /* of the batch that fills it, and of each memory in use; atomic */
  GPtrArray *memories; /* of SlabMemory, each with its buffer; NULL where one is out */
  guint n_taken;
};

/* Ends where its datagram ends, so that a buffer cannot grow into its neighbor. */
typedef struct
{
  GstMemory memory;
  guint8 *data;
  GstMcastSlab *slab; /* NULL for a part of another memory */
  GstBuffer *buffer;
  guint position;
  gboolean is_out;
} SlabMemory;

struct _GstMcastSlabAllocator
{
  GstAllocator parent;

  gsize headroom;
  GstMcastFreeList *idle;
};

G_DEFINE_FINAL_TYPE (GstMcastSlabAllocator, gst_mcast_slab_allocator, GST_TYPE_ALLOCATOR)

/* --- Slabs ----------------------------------------------------------------------------------- */

static void
free_buffer_of (gpointer data)
{
  SlabMemory *memory = data;

  if (memory == NULL)
    return;
  memory->buffer->mini_object.dispose = NULL;
  gst_buffer_unref (memory->buffer);
}

static GstMcastSlab *
gst_mcast_slab_new (GstMcastSlabAllocator *allocator)
{
  GstMcastSlab *self = g_new0 (GstMcastSlab, 1);

  self->allocator = allocator;
  self->start = g_malloc (allocator->headroom + GST_MCAST_SLAB_SIZE);
  self->memories = g_ptr_array_new_with_free_func (free_buffer_of);
  return self;
}

static void
gst_mcast_slab_free (GstMcastSlab *self)
{
  g_ptr_array_unref (self->memories);
  g_free (self->start);
  g_free (self);
}

static void
drop_claim (GstMcastSlab *self)
{
  if (g_atomic_int_dec_and_test (&self->n_claims)
      && !gst_mcast_free_list_push (self->allocator->idle, self))
    gst_mcast_slab_free (self);
}

/* Returns the address to which the kernel writes, after the headroom. */
guint8 *
gst_mcast_slab_get_data (GstMcastSlab *self)
{
  return self->start + self->allocator->headroom;
}

/* Drops the claim of the batch that filled the slab. */
void
gst_mcast_slab_release (GstMcastSlab *self)
{
  drop_claim (self);
}

static gpointer
map (GstMemory *memory, gsize size, GstMapFlags flags)
{
  return ((SlabMemory *) memory)->data;
}

/* --- Buffers --------------------------------------------------------------------------------- */

/* Returns the original memory of @buffer, or %NULL if it was replaced or is shared. */
static SlabMemory *
get_own_memory (GstBuffer *buffer)
{
  GstMemory *memory = gst_buffer_n_memory (buffer) == 1 ? gst_buffer_peek_memory (buffer, 0) : NULL;

  if (memory == NULL || memory->allocator->mem_map != map
      || GST_MINI_OBJECT_REFCOUNT_VALUE (memory) != 1 || ((SlabMemory *) memory)->buffer != buffer)
    return NULL;
  return (SlabMemory *) memory;
}

/* Returns a buffer to its place when its last reference is dropped, unless its memory was replaced
 * or is still in use. */
static gboolean
dispose_buffer (GstMiniObject *object)
{
  GstBuffer *buffer = GST_BUFFER_CAST (object);
  SlabMemory *memory = get_own_memory (buffer);

  if (memory == NULL)
    return TRUE;
  gst_buffer_ref (buffer);
  gst_mcast_buffer_reset (buffer);
  memory->slab->memories->pdata[memory->position] = memory;
  memory->is_out = FALSE;
  drop_claim (memory->slab);
  return FALSE;
}

static SlabMemory *
create_memory (GstMcastSlab *self, guint position)
{
  SlabMemory *memory = g_new0 (SlabMemory, 1);

  gst_memory_init (&memory->memory, 0, GST_ALLOCATOR (self->allocator), NULL, 0, 0, 0, 0);
  memory->slab = self;
  memory->position = position;
  memory->buffer = gst_buffer_new ();
  gst_buffer_append_memory (memory->buffer, &memory->memory);
  memory->buffer->mini_object.dispose = dispose_buffer;
  return memory;
}

/* Returns a buffer for @size bytes that start @offset bytes after the end of the headroom; @offset
 * may be negative. Buffers of a run must not overlap. */
GstBuffer *
gst_mcast_slab_take (GstMcastSlab *self, gssize offset, gsize size)
{
  guint position = self->n_taken++;
  SlabMemory *memory;

  if (position >= self->memories->len)
    g_ptr_array_set_size (self->memories, (gint) position + 1);
  memory = g_steal_pointer (&self->memories->pdata[position]);
  if (memory == NULL)
    memory = create_memory (self, position);

  memory->data = gst_mcast_slab_get_data (self) + offset;
  memory->memory.offset = 0;
  memory->memory.size = memory->memory.maxsize = size;
  memory->is_out = TRUE;
  g_atomic_int_inc (&self->n_claims);
  return memory->buffer;
}

/* --- The allocator --------------------------------------------------------------------------- */

static void
unmap (GstMemory *memory)
{
}

static GstMemory *
share (GstMemory *memory, gssize offset, gssize size)
{
  GstMemory *parent = memory->parent != NULL ? memory->parent : memory;
  SlabMemory *part = g_new0 (SlabMemory, 1);

  if (size == -1)
    size = (gssize) memory->size - offset;
  gst_memory_init (&part->memory,
                   GST_MINI_OBJECT_FLAGS (parent) | GST_MINI_OBJECT_FLAG_LOCK_READONLY,
                   memory->allocator, parent, memory->maxsize, memory->align,
                   memory->offset + (gsize) offset, (gsize) size);
  part->data = ((SlabMemory *) memory)->data;
  return &part->memory;
}

static void
gst_mcast_slab_allocator_free_memory (GstAllocator *allocator, GstMemory *memory)
{
  SlabMemory *self = (SlabMemory *) memory;

  if (self->is_out)
    drop_claim (self->slab);
  g_free (self);
}

static void
gst_mcast_slab_allocator_finalize (GObject *object)
{
  GstMcastSlabAllocator *self = GST_MCAST_SLAB_ALLOCATOR (object);

  gst_mcast_free_list_unref (self->idle);
  G_OBJECT_CLASS (gst_mcast_slab_allocator_parent_class)->finalize (object);
}

static void
gst_mcast_slab_allocator_class_init (GstMcastSlabAllocatorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_mcast_slab_allocator_finalize;
  GST_ALLOCATOR_CLASS (klass)->free = gst_mcast_slab_allocator_free_memory;
}

static void
gst_mcast_slab_allocator_init (GstMcastSlabAllocator *self)
{
  GstAllocator *allocator = GST_ALLOCATOR (self);

  self->idle = gst_mcast_free_list_new (MAX_IDLE, (GDestroyNotify) gst_mcast_slab_free);
  allocator->mem_type = "McastSlab";
  allocator->mem_map = map;
  allocator->mem_unmap = unmap;
  allocator->mem_share = share;
  GST_OBJECT_FLAG_SET (self, GST_ALLOCATOR_FLAG_CUSTOM_ALLOC);
}

/* Creates an allocator of slabs with @headroom bytes before the data that the kernel writes. */
GstMcastSlabAllocator *
gst_mcast_slab_allocator_new (gsize headroom)
{
  GstMcastSlabAllocator *self = g_object_new (GST_TYPE_MCAST_SLAB_ALLOCATOR, NULL);

  gst_object_ref_sink (self);
  self->headroom = headroom;
  return self;
}

/* Frees the idle slabs, whose memories hold references to the allocator. */
void
gst_mcast_slab_allocator_close (GstMcastSlabAllocator *self)
{
  gst_mcast_free_list_close (gst_mcast_free_list_ref (self->idle));
}

/* Returns a slab to fill, divide with gst_mcast_slab_take() and release. */
GstMcastSlab *
gst_mcast_slab_allocator_acquire (GstMcastSlabAllocator *self)
{
  GstMcastSlab *slab = gst_mcast_free_list_pop (self->idle);

  if (slab == NULL)
    slab = gst_mcast_slab_new (self);
  slab->n_taken = 0;
  slab->n_claims = 1;
  return slab;
}
