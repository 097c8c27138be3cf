/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_MCAST_POOL (gst_mcast_pool_get_type ())
G_DECLARE_FINAL_TYPE (GstMcastPool, gst_mcast_pool, GST, MCAST_POOL, GstBufferPool)

GstBufferPool *gst_mcast_pool_new (gsize size);

void gst_mcast_buffer_reset (GstBuffer *buffer);

G_END_DECLS
