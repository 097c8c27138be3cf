/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/base/gstpushsrc.h>

G_BEGIN_DECLS

#define GST_TYPE_MCAST_SRC (gst_mcast_src_get_type ())
G_DECLARE_FINAL_TYPE (GstMcastSrc, gst_mcast_src, GST, MCAST_SRC, GstPushSrc)

GST_ELEMENT_REGISTER_DECLARE (mcastsrc)

G_END_DECLS
