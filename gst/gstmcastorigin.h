/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <mcast.h>

G_BEGIN_DECLS

/* Where datagrams came from, and how; made once for all that have it in common. Immutable, and
 * shared by threads. */
typedef struct _GstMcastOrigin GstMcastOrigin;

GstMcastOrigin *gst_mcast_origin_ref (GstMcastOrigin *self);
void gst_mcast_origin_unref (GstMcastOrigin *self);
void gst_mcast_origin_describe (GstMcastOrigin *self, GstStructure *structure);

/* Those met so far. Of one thread. */
typedef struct _GstMcastOrigins GstMcastOrigins;

GstMcastOrigins *gst_mcast_origins_new (void);
void gst_mcast_origins_free (GstMcastOrigins *self);
GstMcastOrigin *gst_mcast_origins_get (GstMcastOrigins *self, const McastRxMessage *message);

G_END_DECLS
