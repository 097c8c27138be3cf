/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <mcast.h>

G_BEGIN_DECLS

typedef struct _GstMcastVectors GstMcastVectors;

GstMcastVectors *gst_mcast_vectors_new (void);
void gst_mcast_vectors_free (GstMcastVectors *self);

gboolean gst_mcast_vectors_add (GstMcastVectors *self, GstBuffer *buffer, guint packet_size,
                                guint max_packets);
const McastTxMessage *gst_mcast_vectors_get_messages (GstMcastVectors *self, guint *n_messages);
gsize gst_mcast_vectors_get_n_bytes (GstMcastVectors *self);
void gst_mcast_vectors_clear (GstMcastVectors *self);

G_END_DECLS
