/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <mcast.h>

G_BEGIN_DECLS

typedef struct _GstMcastBatch GstMcastBatch;

GstMcastBatch *gst_mcast_batch_new (guint size);
void gst_mcast_batch_free (GstMcastBatch *self);

guint gst_mcast_batch_get_size (GstMcastBatch *self);
void gst_mcast_batch_set_allocation (GstMcastBatch *self, gsize buffer_size,
                                     const GstAllocationParams *params);
void gst_mcast_batch_fill (GstMcastBatch *self, guint n);
McastRxMessage *gst_mcast_batch_get_messages (GstMcastBatch *self);
void gst_mcast_batch_clear (GstMcastBatch *self);

guint gst_mcast_batch_split (GstMcastBatch *self, guint i, gboolean keep_together);
GstBuffer *gst_mcast_batch_take (GstMcastBatch *self, guint i, guint part, gsize skip);

G_END_DECLS
