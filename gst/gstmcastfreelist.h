/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _GstMcastFreeList GstMcastFreeList;

GstMcastFreeList *gst_mcast_free_list_new (guint max_items, GDestroyNotify free_item);
GstMcastFreeList *gst_mcast_free_list_ref (GstMcastFreeList *self);
void gst_mcast_free_list_unref (GstMcastFreeList *self);
void gst_mcast_free_list_close (GstMcastFreeList *self);

gboolean gst_mcast_free_list_push (GstMcastFreeList *self, gpointer item);
gpointer gst_mcast_free_list_pop (GstMcastFreeList *self);

G_END_DECLS
