/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "gstmcastcore.h"

G_BEGIN_DECLS

void gst_mcast_uri_handler_init (gpointer iface, gpointer data);

gboolean gst_mcast_uri_apply (GstMcastCore *core, const char *uri, GError **error);
char *gst_mcast_uri_build (GstMcastCore *core);

G_END_DECLS
