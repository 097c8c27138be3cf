/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

void gst_mcast_post_error (GstElement *element, GstResourceError code, const GError *error);
void gst_mcast_post_warning (GstElement *element, GstResourceError code, const GError *error);
void gst_mcast_warn_late (GstElement *element, GParamSpec *pspec);

G_END_DECLS
