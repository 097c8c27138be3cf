/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastbufferpool.h"

#include "gstmcastfreelist.h"

/* Buffers for single datagrams. GstBufferPool spends more on the return of an unchanged buffer than
 * the rest of the path costs, and makes system calls when the pool becomes empty and when the first
 * buffer returns. */
struct _GstMcastBufferPool
{
  gsize size;
  GstAllocationParams params;
  GstMcastFreeList *idle; /* of PoolMeta */
};

/* Binds a buffer to its pool. Never copied to another buffer. */
typedef struct
{
  GstMeta meta;
  GstMcastPooled pooled;
  GstMcastFreeList *idle;
} PoolMeta;

static const GstMetaInfo *pool_meta_info;

/* --- Resetting buffers ----------------------------------------------------------------------- */

static gboolean
remove_foreign_meta (GstBuffer *buffer, GstMeta **meta, gpointer data)
{
  if (!GST_META_FLAG_IS_SET (*meta, GST_META_FLAG_POOLED))
    *meta = NULL;
  return TRUE;
}

/* Iterating is cheaper than gst_buffer_foreach_meta(), and foreign metas are rare. */
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

/* Resets a buffer, except for its memory and its pooled metas. */
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

/* --- Returning buffers ----------------------------------------------------------------------- */

static gboolean
has_memory_as_given (const GstMcastPooled *pooled)
{
  return gst_buffer_n_memory (pooled->buffer) == 1
         && gst_buffer_peek_memory (pooled->buffer, 0) == pooled->memory
         && GST_MINI_OBJECT_REFCOUNT_VALUE (pooled->memory) == 1;
}

/* Returns a buffer to its pool when its last reference is dropped, unless its memory was replaced
 * or is still in use. */
static gboolean
dispose_buffer (GstMiniObject *object)
{
  GstBuffer *buffer = GST_BUFFER_CAST (object);
  PoolMeta *meta = (PoolMeta *) gst_buffer_get_meta (buffer, pool_meta_info->api);

  if (!has_memory_as_given (&meta->pooled))
    return TRUE;
  gst_buffer_ref (buffer);
  gst_mcast_buffer_reset (buffer);
  if (gst_mcast_free_list_push (meta->idle, meta))
    return FALSE;
  g_atomic_int_add (&object->refcount, -1);
  return TRUE;
}

/* --- The pool -------------------------------------------------------------------------------- */

static gboolean
pool_meta_init (GstMeta *meta, gpointer parameters, GstBuffer *buffer)
{
  ((PoolMeta *) meta)->idle = NULL;
  return TRUE;
}

static void
pool_meta_free (GstMeta *meta, GstBuffer *buffer)
{
  gst_mcast_free_list_unref (((PoolMeta *) meta)->idle);
}

/* Registers the meta that binds a buffer to its pool. Called once, before the first pool is
 * created. */
void
gst_mcast_buffer_pool_register (void)
{
  static const char *tags[] = { NULL };
  GType api = gst_meta_api_type_register ("GstMcastPoolMetaAPI", tags);

  pool_meta_info = gst_meta_register (api, "GstMcastPoolMeta", sizeof (PoolMeta), pool_meta_init,
                                      pool_meta_free, NULL);
}

static void
free_idle (gpointer meta)
{
  gst_buffer_unref (((PoolMeta *) meta)->pooled.buffer);
}

/* Creates a pool of buffers of @size bytes, allocated with @params. */
GstMcastBufferPool *
gst_mcast_buffer_pool_new (gsize size, const GstAllocationParams *params)
{
  GstMcastBufferPool *self = g_new0 (GstMcastBufferPool, 1);

  self->size = size;
  self->params = *params;
  self->idle = gst_mcast_free_list_new (G_MAXUINT, free_idle);
  return self;
}

/* Frees the pool; buffers in use are freed when their last reference is dropped. */
void
gst_mcast_buffer_pool_free (GstMcastBufferPool *self)
{
  gst_mcast_free_list_close (self->idle);
  g_free (self);
}

gsize
gst_mcast_buffer_pool_get_size (GstMcastBufferPool *self)
{
  return self->size;
}

/* Creates a buffer. System memory does not move, so it is mapped only once. */
static PoolMeta *
create_buffer (GstMcastBufferPool *self)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, self->size, &self->params);
  PoolMeta *meta = (PoolMeta *) gst_buffer_add_meta (buffer, pool_meta_info, NULL);
  GstMemory *memory = gst_buffer_peek_memory (buffer, 0);
  GstMapInfo map;

  gst_memory_map (memory, &map, GST_MAP_WRITE);
  meta->pooled = (GstMcastPooled) { buffer, memory, map.data, memory->offset };
  gst_memory_unmap (memory, &map);
  meta->idle = gst_mcast_free_list_ref (self->idle);
  GST_META_FLAG_SET (&meta->meta, GST_META_FLAG_POOLED | GST_META_FLAG_LOCKED);
  GST_MINI_OBJECT_CAST (buffer)->dispose = dispose_buffer;
  return meta;
}

/* Returns a buffer that returns to the pool when its last reference is dropped. Set its size with
 * gst_mcast_pooled_resize(). */
GstMcastPooled *
gst_mcast_buffer_pool_acquire (GstMcastBufferPool *self)
{
  PoolMeta *meta = gst_mcast_free_list_pop (self->idle);

  if (meta == NULL)
    meta = create_buffer (self);
  return &meta->pooled;
}

/* Sets the start of a buffer to @skip bytes after the start of its data, and its size to @size. */
void
gst_mcast_pooled_resize (GstMcastPooled *self, gsize skip, gsize size)
{
  gst_memory_resize (self->memory, (gssize) (self->offset + skip) - (gssize) self->memory->offset,
                     size);
}
