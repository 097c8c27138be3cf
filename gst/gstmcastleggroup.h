/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GstMcastLegGroup:
 * @group: (nullable): the group in the form that the library parses; %NULL if the leg has none,
 *   because the name of its host is unknown
 * @leg: (nullable): the name of its leg; %NULL for a group without one
 *
 * A group of a socket.
 */
typedef struct
{
  char *group;
  char *leg;
} GstMcastLegGroup;

GPtrArray *gst_mcast_leg_groups_new (void);
void gst_mcast_leg_groups_add (GPtrArray *self, const char *group, const char *leg);
void gst_mcast_leg_groups_add_all (GPtrArray *self, const char *const *groups);
GPtrArray *gst_mcast_leg_groups_concat (GPtrArray *self, GPtrArray *others);
gboolean gst_mcast_leg_groups_contain (GPtrArray *self, const char *group);
gboolean gst_mcast_leg_groups_have_legs (GPtrArray *self);
char **gst_mcast_leg_groups_list (GPtrArray *self);
const char *gst_mcast_leg_groups_find (GPtrArray *self, const char *address, guint port,
                                       const char *iface, guint interface_index, GPtrArray **known);

void gst_mcast_leg_groups_attach (GPtrArray *self, GObject *socket);
GPtrArray *gst_mcast_leg_groups_of (GObject *socket);

G_END_DECLS
