/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_MCAST_PATH_FAILED "mcast-path-failed"
#define GST_MCAST_PATH_RECOVERED "mcast-path-recovered"

typedef struct _GstMcastPathWatch GstMcastPathWatch;

GstMcastPathWatch *gst_mcast_path_watch_new (void);
void gst_mcast_path_watch_free (GstMcastPathWatch *self);
GPtrArray *gst_mcast_path_watch_update (GstMcastPathWatch *self, GVariant *stats);

G_END_DECLS
