/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What the kernel needs for a run of datagrams that it merged, at most. */
#define GST_MCAST_SLAB_SIZE 65536

#define GST_TYPE_MCAST_SLAB_ALLOCATOR (gst_mcast_slab_allocator_get_type ())
G_DECLARE_FINAL_TYPE (GstMcastSlabAllocator, gst_mcast_slab_allocator, GST, MCAST_SLAB_ALLOCATOR,
                      GstAllocator)

/* Memory for one run, which the buffers of its datagrams share. */
typedef struct _GstMcastSlab GstMcastSlab;

GstMcastSlabAllocator *gst_mcast_slab_allocator_new (gsize headroom);
void gst_mcast_slab_allocator_close (GstMcastSlabAllocator *self);
GstMcastSlab *gst_mcast_slab_allocator_acquire (GstMcastSlabAllocator *self);

guint8 *gst_mcast_slab_get_data (GstMcastSlab *self);
GstBuffer *gst_mcast_slab_take (GstMcastSlab *self, gssize offset, gsize size);
void gst_mcast_slab_release (GstMcastSlab *self);

G_END_DECLS
