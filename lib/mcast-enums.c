/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-enums.h"

G_DEFINE_ENUM_TYPE (McastFilterMode, mcast_filter_mode,
                    G_DEFINE_ENUM_VALUE (MCAST_FILTER_MODE_EXCLUDE, "exclude"),
                    G_DEFINE_ENUM_VALUE (MCAST_FILTER_MODE_INCLUDE, "include"))

G_DEFINE_ENUM_TYPE (McastMerge, mcast_merge, G_DEFINE_ENUM_VALUE (MCAST_MERGE_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (MCAST_MERGE_RTP, "rtp"))
