/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastelement.h"

#include "gstmcastbufferpool.h"
#include "gstmcastdebug.h"
#include "gstmcastmeta.h"

GST_DEBUG_CATEGORY (gst_mcast_debug);
GST_DEBUG_CATEGORY (gst_mcast_src_debug);
GST_DEBUG_CATEGORY (gst_mcast_sink_debug);

#define GST_CAT_DEFAULT gst_mcast_debug

/* Registers what the elements share. Called when each element is registered, because a program with
 * a static build can register a single one. */
void
gst_mcast_element_init (GstPlugin *plugin)
{
  static gsize done = 0;

  if (!g_once_init_enter (&done))
    return;
  GST_DEBUG_CATEGORY_INIT (gst_mcast_debug, "mcast", 0, "IP multicast plugin");
  GST_DEBUG_CATEGORY_INIT (gst_mcast_src_debug, "mcastsrc", 0, "IP multicast receiver");
  GST_DEBUG_CATEGORY_INIT (gst_mcast_sink_debug, "mcastsink", 0, "IP multicast sender");
  gst_mcast_meta_register ();
  gst_mcast_buffer_pool_register ();
  GST_INFO_OBJECT (plugin, "Registering elements of version %s", PACKAGE_VERSION);
  g_once_init_leave (&done, 1);
}
