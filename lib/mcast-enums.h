/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <glib-object.h>

#include "mcast-version-macros.h"

G_BEGIN_DECLS

/**
 * McastFilterMode:
 * @MCAST_FILTER_MODE_EXCLUDE: all sources except the listed ones; with an empty list, all sources
 *   (any-source multicast)
 * @MCAST_FILTER_MODE_INCLUDE: only the listed sources (source-specific multicast, RFC 4607)
 *
 * The meaning of the list of sources of a [struct@Group]. The names are those of RFC 3376 (IGMPv3)
 * and RFC 3810 (MLDv2).
 *
 * Since: 0.1
 */
typedef enum
{
  MCAST_FILTER_MODE_EXCLUDE,
  MCAST_FILTER_MODE_INCLUDE,
} McastFilterMode;

#define MCAST_TYPE_FILTER_MODE (mcast_filter_mode_get_type ())
MCAST_AVAILABLE_IN_0_1
GType mcast_filter_mode_get_type (void) G_GNUC_CONST;

/**
 * McastMerge:
 * @MCAST_MERGE_NONE: deliver every copy
 * @MCAST_MERGE_RTP: of RTP packets that arrive on several paths, deliver only the first copy of
 *   each (SMPTE ST 2022-7)
 *
 * How a [class@RxSocket] merges copies of a stream that arrive on several paths.
 *
 * Since: 0.1
 */
typedef enum
{
  MCAST_MERGE_NONE,
  MCAST_MERGE_RTP,
} McastMerge;

#define MCAST_TYPE_MERGE (mcast_merge_get_type ())
MCAST_AVAILABLE_IN_0_1
GType mcast_merge_get_type (void) G_GNUC_CONST;

G_END_DECLS
