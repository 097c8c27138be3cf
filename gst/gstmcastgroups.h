/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstMcastSources:
 * @include: the senders to accept; empty for any
 * @exclude: the senders to exclude
 *
 * The senders in the properties, before they become part of the text of each group.
 */
typedef struct
{
  GPtrArray *include;
  GPtrArray *exclude;
} GstMcastSources;

void gst_mcast_sources_init (GstMcastSources *sources);
void gst_mcast_sources_clear (GstMcastSources *sources);
void gst_mcast_sources_add_signed (GstMcastSources *sources, const char *text);
void gst_mcast_sources_add_list (GstMcastSources *sources, const char *text, gboolean exclusive);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstMcastSources, gst_mcast_sources_clear)

gboolean gst_mcast_group_check (const char *text, GError **error);
char *gst_mcast_group_resolve (const char *text, GError **error);
char *gst_mcast_group_resolve_with_sources (const char *named, const GstMcastSources *sources,
                                            GError **error);
char *gst_mcast_group_canonical (const char *text, GError **error);
char *gst_mcast_groups_find_contradiction (const char *const *groups, gboolean has_sources,
                                           const char *interfaces, guint port);
char **gst_mcast_groups_resolve (const char *const *named, const GstMcastSources *sources,
                                 GError **error);

G_END_DECLS
