/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/base/gstbasesink.h>

G_BEGIN_DECLS

#define GST_TYPE_MCAST_SINK (gst_mcast_sink_get_type ())
G_DECLARE_FINAL_TYPE (GstMcastSink, gst_mcast_sink, GST, MCAST_SINK, GstBaseSink)

GST_ELEMENT_REGISTER_DECLARE (mcastsink)

G_END_DECLS
