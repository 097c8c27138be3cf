/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <gst/gst.h>

#include "gstmcastdemux.h"
#include "gstmcastsink.h"
#include "gstmcastsrc.h"

static gboolean
plugin_init (GstPlugin *plugin)
{
  return GST_ELEMENT_REGISTER (mcastsrc, plugin) && GST_ELEMENT_REGISTER (mcastsink, plugin)
         && GST_ELEMENT_REGISTER (mcastdemux, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, mcast,
                   "Sends and receives IP multicast on every network interface", plugin_init,
                   PACKAGE_VERSION, "LGPL", PACKAGE, PACKAGE_URL)
