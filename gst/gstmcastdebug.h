/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

/* The debug category "mcast" of the whole plugin, made by its entry point. */
GST_DEBUG_CATEGORY_EXTERN (gst_mcast_debug);
#define GST_CAT_DEFAULT gst_mcast_debug
