/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <mcast.h>

#include "gstmcastorigin.h"

G_BEGIN_DECLS

#define GST_MCAST_META_NAME "GstMcastMeta"

void gst_mcast_meta_register (void);

void gst_mcast_meta_set (GstBuffer *buffer, GstMcastOrigin *origin);
void gst_mcast_meta_set_sender (GstBuffer *buffer, GSocketAddress *sender);
void gst_mcast_meta_set_arrival (GstBuffer *buffer, gint64 arrival);

G_END_DECLS
