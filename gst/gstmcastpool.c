/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastpool.h"

/* The pool of buffers for single datagrams. That of the base class spends more on a buffer that
 * comes back as it went than all the rest of its way costs. */
struct _GstMcastPool
{
  GstBufferPool parent;
  gsize size;
};

G_DEFINE_FINAL_TYPE (GstMcastPool, gst_mcast_pool, GST_TYPE_BUFFER_POOL)

static gboolean
remove_foreign_meta (GstBuffer *buffer, GstMeta **meta, gpointer data)
{
  if (!GST_META_FLAG_IS_SET (*meta, GST_META_FLAG_POOLED))
    *meta = NULL;
  return TRUE;
}

/* Mostly there are none, which is seen sooner than done. */
static void
remove_foreign_metas (GstBuffer *buffer)
{
  gpointer state = NULL;
  GstMeta *meta;

  while ((meta = gst_buffer_iterate_meta (buffer, &state)) != NULL)
    if (!GST_META_FLAG_IS_SET (meta, GST_META_FLAG_POOLED))
      {
        gst_buffer_foreach_meta (buffer, remove_foreign_meta, NULL);
        return;
      }
}

/* Makes all of a buffer as new, but its memory and the metas that are marked as pooled. */
void
gst_mcast_buffer_reset (GstBuffer *buffer)
{
  GST_BUFFER_FLAGS (buffer) = 0;
  GST_BUFFER_PTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION (buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_OFFSET (buffer) = GST_BUFFER_OFFSET_NONE;
  GST_BUFFER_OFFSET_END (buffer) = GST_BUFFER_OFFSET_NONE;
  remove_foreign_metas (buffer);
}

static gboolean
has_memory_as_given (GstBuffer *buffer)
{
  return !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_TAG_MEMORY)
         && gst_buffer_n_memory (buffer) == 1
         && GST_MINI_OBJECT_REFCOUNT_VALUE (gst_buffer_peek_memory (buffer, 0)) == 1;
}

static void
gst_mcast_pool_reset_buffer (GstBufferPool *pool, GstBuffer *buffer)
{
  GstMemory *memory;

  if (!has_memory_as_given (buffer))
    {
      GST_BUFFER_POOL_CLASS (gst_mcast_pool_parent_class)->reset_buffer (pool, buffer);
      return;
    }
  memory = gst_buffer_peek_memory (buffer, 0);
  gst_memory_resize (memory, -(gssize) memory->offset, GST_MCAST_POOL (pool)->size);
  gst_mcast_buffer_reset (buffer);
}

static void
gst_mcast_pool_class_init (GstMcastPoolClass *klass)
{
  GST_BUFFER_POOL_CLASS (klass)->reset_buffer = gst_mcast_pool_reset_buffer;
}

static void
gst_mcast_pool_init (GstMcastPool *self)
{
}

/* A pool to be configured for buffers of @size bytes. */
GstBufferPool *
gst_mcast_pool_new (gsize size)
{
  GstMcastPool *self = g_object_new (GST_TYPE_MCAST_POOL, NULL);

  gst_object_ref_sink (self);
  self->size = size;
  return GST_BUFFER_POOL (self);
}
