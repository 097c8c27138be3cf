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
 * @MCAST_FILTER_MODE_EXCLUDE: everyone but the sources listed; with none listed, everyone
 *   (any-source multicast)
 * @MCAST_FILTER_MODE_INCLUDE: only the sources listed (source-specific multicast, RFC 4607)
 *
 * What the list of sources of a [struct@Group] means. The names are those of RFC 3376 (IGMPv3)
 * and RFC 3810 (MLDv2).
 *
 * Since: 1.0
 */
typedef enum
{
  MCAST_FILTER_MODE_EXCLUDE,
  MCAST_FILTER_MODE_INCLUDE,
} McastFilterMode;

#define MCAST_TYPE_FILTER_MODE (mcast_filter_mode_get_type ())
MCAST_AVAILABLE_IN_1_0
GType mcast_filter_mode_get_type (void) G_GNUC_CONST;

/**
 * McastMerge:
 * @MCAST_MERGE_NONE: every copy is delivered
 * @MCAST_MERGE_RTP: of the RTP packets that arrive on several paths the first copy of each is
 *   delivered (SMPTE ST 2022-7)
 *
 * What a [class@RxSocket] does with copies of one stream that arrive on several paths.
 *
 * Since: 1.0
 */
typedef enum
{
  MCAST_MERGE_NONE,
  MCAST_MERGE_RTP,
} McastMerge;

#define MCAST_TYPE_MERGE (mcast_merge_get_type ())
MCAST_AVAILABLE_IN_1_0
GType mcast_merge_get_type (void) G_GNUC_CONST;

G_END_DECLS
