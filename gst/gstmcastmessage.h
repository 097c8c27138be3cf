/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <mcast.h>

G_BEGIN_DECLS

void gst_mcast_post_interface (GstElement *element, const char *name, McastInterface *iface);

G_END_DECLS
