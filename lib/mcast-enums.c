/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-enums.h"

G_DEFINE_ENUM_TYPE (McastFilterMode, mcast_filter_mode,
                    G_DEFINE_ENUM_VALUE (MCAST_FILTER_MODE_EXCLUDE, "exclude"),
                    G_DEFINE_ENUM_VALUE (MCAST_FILTER_MODE_INCLUDE, "include"))

G_DEFINE_ENUM_TYPE (McastMerge, mcast_merge, G_DEFINE_ENUM_VALUE (MCAST_MERGE_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (MCAST_MERGE_RTP, "rtp"),
                    G_DEFINE_ENUM_VALUE (MCAST_MERGE_FLOW, "flow"))

G_DEFINE_ENUM_TYPE (McastEventType, mcast_event_type,
                    G_DEFINE_ENUM_VALUE (MCAST_EVENT_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (MCAST_EVENT_READY, "ready"),
                    G_DEFINE_ENUM_VALUE (MCAST_EVENT_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (MCAST_EVENT_LOST, "lost"),
                    G_DEFINE_ENUM_VALUE (MCAST_EVENT_RECOVERED, "recovered"),
                    G_DEFINE_ENUM_VALUE (MCAST_EVENT_RECOVERY_INEFFECTIVE, "recovery-ineffective"),
                    G_DEFINE_ENUM_VALUE (MCAST_EVENT_FLOW_SWITCHED, "flow-switched"),
                    G_DEFINE_ENUM_VALUE (MCAST_EVENT_LEG_LOST, "leg-lost"),
                    G_DEFINE_ENUM_VALUE (MCAST_EVENT_LEG_RESTORED, "leg-restored"))

G_DEFINE_ENUM_TYPE (McastPathState, mcast_path_state,
                    G_DEFINE_ENUM_VALUE (MCAST_PATH_STATE_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (MCAST_PATH_STATE_READY, "ready"),
                    G_DEFINE_ENUM_VALUE (MCAST_PATH_STATE_FAILED, "failed"))
