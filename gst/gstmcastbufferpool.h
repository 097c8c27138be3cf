/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _GstMcastBufferPool GstMcastBufferPool;

/**
 * GstMcastPooled:
 * @buffer: a buffer of a pool
 * @memory: its only memory
 * @data: the start of the memory, with room for the size of the pool
 * @offset: the offset of the data in the memory
 *
 * Details of a buffer, cached to avoid lookups. Lives as long as the buffer.
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
