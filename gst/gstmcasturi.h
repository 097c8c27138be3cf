/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

gboolean gst_mcast_uri_apply (GObject *element, const char *address_property, const char *uri,
                              GError **error);
char *gst_mcast_uri_build (const char *address, guint port, const char *interfaces,
                           const char *sources);

G_END_DECLS
