/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

GstStructure *gst_mcast_stats_new (const char *name, GVariant *stats);
void gst_mcast_stats_add (GstStructure *structure, GVariant *stats);
void gst_mcast_stats_add_usual_bytes (GstStructure *structure, const char *name);

GVariant *gst_mcast_stats_add_legs (GVariant *stats, GPtrArray *groups);
GVariant *gst_mcast_stats_sum (GPtrArray *stats);

G_END_DECLS
