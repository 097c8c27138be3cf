/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <mcast.h>

G_BEGIN_DECLS

typedef struct _GstMcastNews GstMcastNews;

GstMcastNews *gst_mcast_news_new (GstElement *element, const char *gained, const char *lost);
GstMcastNews *gst_mcast_news_ref (GstMcastNews *self);
void gst_mcast_news_unref (GstMcastNews *self);

void gst_mcast_news_tell (GstMcastNews *self, McastInterface *iface, gboolean gained);
void gst_mcast_news_tell_ineffective (GstMcastNews *self, McastInterface *iface, const char *group);
void gst_mcast_news_tell_all (GstMcastNews *self, GPtrArray *interfaces);
void gst_mcast_news_hold (GstMcastNews *self);
void gst_mcast_news_release (GstMcastNews *self);

G_END_DECLS
