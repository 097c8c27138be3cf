/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <mcast.h>

G_BEGIN_DECLS

#define GST_MCAST_META_NAME "GstMcastMeta"

typedef struct _GstMcastOrigin GstMcastOrigin;
typedef struct _GstMcastOrigins GstMcastOrigins;

GstMcastOrigins *gst_mcast_origins_new (void);
void gst_mcast_origins_free (GstMcastOrigins *self);
GstMcastOrigin *gst_mcast_origins_get (GstMcastOrigins *self, const McastRxMessage *message);

void gst_mcast_meta_register (void);

void gst_mcast_meta_set (GstBuffer *buffer, GstMcastOrigin *origin);
void gst_mcast_meta_set_sender (GstBuffer *buffer, GSocketAddress *sender);
void gst_mcast_meta_set_arrival (GstBuffer *buffer, gint64 arrival);

G_END_DECLS
