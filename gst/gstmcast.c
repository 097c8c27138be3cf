/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <gst/gst.h>

#include "gstmcastdebug.h"
#include "gstmcastmeta.h"
#include "gstmcastbufferpool.h"
#include "gstmcastsink.h"
#include "gstmcastsrc.h"

GST_DEBUG_CATEGORY (gst_mcast_debug);
GST_DEBUG_CATEGORY (gst_mcast_src_debug);
GST_DEBUG_CATEGORY (gst_mcast_sink_debug);

#define GST_CAT_DEFAULT gst_mcast_debug

static gboolean
plugin_init (GstPlugin *plugin)
{
  GST_DEBUG_CATEGORY_INIT (gst_mcast_debug, "mcast", 0, "IP multicast plugin");
  GST_DEBUG_CATEGORY_INIT (gst_mcast_src_debug, "mcastsrc", 0, "IP multicast receiver");
  GST_DEBUG_CATEGORY_INIT (gst_mcast_sink_debug, "mcastsink", 0, "IP multicast sender");
  gst_mcast_meta_register ();
  gst_mcast_buffer_pool_register ();

  GST_INFO_OBJECT (plugin, "Registering mcastsrc and mcastsink of version %s", PACKAGE_VERSION);

  /* No rank: udp:// stays with udpsrc and udpsink, and no other element handles mcast://. */
  return gst_element_register (plugin, "mcastsrc", GST_RANK_NONE, GST_TYPE_MCAST_SRC)
         && gst_element_register (plugin, "mcastsink", GST_RANK_NONE, GST_TYPE_MCAST_SINK);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, mcast,
                   "Sends and receives IP multicast on every network interface", plugin_init,
                   PACKAGE_VERSION, "LGPL", PACKAGE, PACKAGE_URL)
