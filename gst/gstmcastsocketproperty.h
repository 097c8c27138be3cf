/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstMcastSocketProperty:
 * @name: its name
 * @value: its value
 * @apply: (nullable): sets it on an open socket; %NULL if only opening sets it
 *
 * A property with which sockets are opened.
 */
typedef struct
{
  const char *name;
  GValue value;
  gboolean (*apply) (gpointer socket, const GValue *value, GError **error);
} GstMcastSocketProperty;

GArray *gst_mcast_socket_properties_new (void);
GValue *gst_mcast_socket_properties_add (GArray *self, const char *name, GType type);
GstMcastSocketProperty *gst_mcast_socket_properties_find (GArray *self, const char *name);

G_END_DECLS
