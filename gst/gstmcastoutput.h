/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "gstmcastsockets.h"

G_BEGIN_DECLS

typedef struct _GstMcastOutput GstMcastOutput;

GstMcastOutput *gst_mcast_output_new (GstElement *element, GstMcastSockets *sockets);
void gst_mcast_output_free (GstMcastOutput *self);

gboolean gst_mcast_output_add (GstMcastOutput *self, GstBuffer *buffer, guint packet_size,
                               gboolean paced);
gsize gst_mcast_output_get_n_bytes (GstMcastOutput *self);
gboolean gst_mcast_output_send (GstMcastOutput *self, GCancellable *cancellable);
void gst_mcast_output_clear (GstMcastOutput *self);

G_END_DECLS
