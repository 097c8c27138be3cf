/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _GstMcastBufferPool GstMcastBufferPool;

/**
 * GstMcastPooled:
 * @buffer: a buffer of a pool
 * @memory: the only one it has
 * @data: where that begins, with room for the size of the pool
 * @offset: of the data in the memory
 *
 * What is known of a buffer, so that nobody has to look it up. Lives as long as the buffer.
 */
typedef struct
{
  GstBuffer *buffer;
  GstMemory *memory;
  guint8 *data;
  gsize offset;
} GstMcastPooled;

void gst_mcast_buffer_pool_register (void);

GstMcastBufferPool *gst_mcast_buffer_pool_new (gsize size, const GstAllocationParams *params);
void gst_mcast_buffer_pool_free (GstMcastBufferPool *self);
gsize gst_mcast_buffer_pool_get_size (GstMcastBufferPool *self);
GstMcastPooled *gst_mcast_buffer_pool_acquire (GstMcastBufferPool *self);
void gst_mcast_pooled_resize (GstMcastPooled *self, gsize skip, gsize size);

void gst_mcast_buffer_reset (GstBuffer *buffer);

G_END_DECLS
