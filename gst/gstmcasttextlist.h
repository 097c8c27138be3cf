/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Lists of strings in properties: "eth0, eth1". */

char **gst_mcast_text_list_split (const char *text);
char **gst_mcast_text_list_split_array (const char *text);
char *gst_mcast_text_list_join (const char *const *list);

/* Adds an item to an object, or removes it. */
typedef gboolean (*GstMcastTextListFunc) (gpointer object, const char *item, GError **error);

char **gst_mcast_text_list_update (const char *const *current, const char *const *wanted,
                                   GstMcastTextListFunc add, GstMcastTextListFunc remove,
                                   gpointer object, GError **error);

G_END_DECLS
