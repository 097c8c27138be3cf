/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <mcast.h>

G_BEGIN_DECLS

#define GST_MCAST_PATH_CHANGED "mcast-path-changed"

typedef struct _GstMcastMessages GstMcastMessages;

GstMcastMessages *gst_mcast_messages_new (GstElement *element, GstDebugCategory *category,
                                          const char *gained, const char *lost);
GstMcastMessages *gst_mcast_messages_ref (GstMcastMessages *self);
void gst_mcast_messages_unref (GstMcastMessages *self);

void gst_mcast_messages_post (GstMcastMessages *self, McastInterface *iface, gboolean gained);
void gst_mcast_messages_post_present (GstMcastMessages *self, GPtrArray *interfaces);
void gst_mcast_messages_post_ineffective (GstMcastMessages *self, McastInterface *iface,
                                          const char *group);
void gst_mcast_messages_on_event (GObject *socket, McastEvent *event, gpointer self);
void gst_mcast_messages_post_paths (GstMcastMessages *self, GObject *socket, GVariant *stats);
void gst_mcast_messages_hold (GstMcastMessages *self);
void gst_mcast_messages_release (GstMcastMessages *self);
void gst_mcast_messages_flush (GstMcastMessages *self);

G_END_DECLS
