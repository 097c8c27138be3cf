/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

void gst_mcast_uri_handler_init (gpointer iface, gpointer data);

gboolean gst_mcast_uri_apply (GstElement *element, const char *uri, GError **error);
GError *gst_mcast_uri_set_property (GstElement *element, const char *uri);
char *gst_mcast_uri_build (const char *address, guint port, const char *interfaces,
                           const char *sources);

G_END_DECLS
