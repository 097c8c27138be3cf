/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <mcast.h>

G_BEGIN_DECLS

typedef struct _GstMcastBatch GstMcastBatch;

GstMcastBatch *gst_mcast_batch_new (guint size);
void gst_mcast_batch_free (GstMcastBatch *self);

guint gst_mcast_batch_get_size (GstMcastBatch *self);
GstFlowReturn gst_mcast_batch_fill (GstMcastBatch *self, GstBufferPool *pool, guint n);
McastRxMessage *gst_mcast_batch_get_messages (GstMcastBatch *self);
GstBuffer *gst_mcast_batch_take (GstMcastBatch *self, guint i, gsize skip);
void gst_mcast_batch_clear (GstMcastBatch *self);

G_END_DECLS
