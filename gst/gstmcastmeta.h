/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <mcast.h>

G_BEGIN_DECLS

#define GST_MCAST_META_NAME "GstMcastMeta"

void gst_mcast_meta_register (void);
void gst_mcast_meta_request (GstQuery *query);
gboolean gst_mcast_meta_is_requested (GstQuery *query);

void gst_mcast_meta_add_origin (GstBuffer *buffer, const McastRxMessage *message);
void gst_mcast_meta_add_arrival (GstBuffer *buffer, const McastRxMessage *message);
void gst_mcast_meta_set_sender (GstBuffer *buffer, const McastRxMessage *message);

G_END_DECLS
