/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

/* The debug categories of the plugin ("mcast") and of its elements ("mcastsrc", "mcastsink"). Each
 * file defines its own GST_CAT_DEFAULT. */
GST_DEBUG_CATEGORY_EXTERN (gst_mcast_debug);
GST_DEBUG_CATEGORY_EXTERN (gst_mcast_src_debug);
GST_DEBUG_CATEGORY_EXTERN (gst_mcast_sink_debug);
