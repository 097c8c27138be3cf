/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "gstmcastfreelist.h"

G_BEGIN_DECLS

/* A pool of empty buffer lists is their free list. Closing the free list ends the pool. */
GstMcastFreeList *gst_mcast_list_pool_new (void);
GstBufferList *gst_mcast_list_pool_acquire (GstMcastFreeList *pool, guint size);

G_END_DECLS
