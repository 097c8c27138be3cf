/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_MCAST_DEMUX (gst_mcast_demux_get_type ())
G_DECLARE_FINAL_TYPE (GstMcastDemux, gst_mcast_demux, GST, MCAST_DEMUX, GstElement)

GST_ELEMENT_REGISTER_DECLARE (mcastdemux)

G_END_DECLS
