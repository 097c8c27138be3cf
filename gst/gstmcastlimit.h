/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Opens a socket whose kernel buffer has @buffer_size bytes, 0 for the system's default. */
typedef gpointer (*GstMcastOpenFunc) (gconstpointer options, guint buffer_size, GError **error);

gpointer gst_mcast_open_within_limit (GstMcastOpenFunc open, gconstpointer options,
                                      guint buffer_size, GError **limit, GError **error);

G_END_DECLS
