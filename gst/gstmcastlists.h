/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Buffer lists that come back empty when they are not needed any more, and are used again. */
typedef struct _GstMcastLists GstMcastLists;

GstMcastLists *gst_mcast_lists_new (void);
void gst_mcast_lists_close (GstMcastLists *self);
GstBufferList *gst_mcast_lists_acquire (GstMcastLists *self, guint size);

G_END_DECLS
