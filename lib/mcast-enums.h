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
 * @MCAST_MERGE_FLOW: deliver each flow from one interface at a time. Since: 0.2
 *
 * How a [class@RxSocket] merges copies of a stream that arrive on several paths.
 *
 * A flow is the datagrams of one source address and port to one group and port. With
 * %MCAST_MERGE_FLOW, the first interface that brings a flow delivers it. When that interface has
 * been silent for 100 ms while another one brought the flow, the other one delivers it. This suits
 * a host with several links to one network; it does not repair losses. Two isolated networks with
 * the same addresses look like one flow.
 *
 * Since: 0.1
 */
typedef enum
{
  MCAST_MERGE_NONE,
  MCAST_MERGE_RTP,
  MCAST_MERGE_FLOW,
} McastMerge;

#define MCAST_TYPE_MERGE (mcast_merge_get_type ())
MCAST_AVAILABLE_IN_0_1
GType mcast_merge_get_type (void) G_GNUC_CONST;

/**
 * McastEventType:
 * @MCAST_EVENT_WAITING: the path waits for its interface to appear or to be set up
 * @MCAST_EVENT_READY: the path is in use for the first time: a receiving socket joined the group, a
 *   sending socket can send to it
 * @MCAST_EVENT_FAILED: the path cannot be used; the event has the error. The socket keeps trying
 * @MCAST_EVENT_LOST: the path is no longer in use: the interface disappeared, cannot be sent on or
 *   was removed, or the group was left
 * @MCAST_EVENT_RECOVERED: a path that was lost or had failed is in use again
 * @MCAST_EVENT_RECOVERY_INEFFECTIVE: the group has been silent for
 *   [property@RxSocket:recovery-interval-us], and the membership cannot be refreshed, because
 *   another socket of the machine is a member of the group and the program lacks CAP_NET_RAW
 * @MCAST_EVENT_FLOW_SWITCHED: a flow is now delivered from this path
 * @MCAST_EVENT_LEG_LOST: a leg of a stream is silent while another leg delivers
 * @MCAST_EVENT_LEG_RESTORED: a leg that was lost delivers again
 *
 * The type of an [struct@Event]. Later versions can add types; ignore a type that you do not know.
 * The elements use the nicks, such as `recovery-ineffective`, in their messages.
 *
 * Since: 0.2
 */
typedef enum
{
  MCAST_EVENT_WAITING,
  MCAST_EVENT_READY,
  MCAST_EVENT_FAILED,
  MCAST_EVENT_LOST,
  MCAST_EVENT_RECOVERED,
  MCAST_EVENT_RECOVERY_INEFFECTIVE,
  MCAST_EVENT_FLOW_SWITCHED,
  MCAST_EVENT_LEG_LOST,
  MCAST_EVENT_LEG_RESTORED,
} McastEventType;

#define MCAST_TYPE_EVENT_TYPE (mcast_event_type_get_type ())
MCAST_AVAILABLE_IN_0_2
GType mcast_event_type_get_type (void) G_GNUC_CONST;

/**
 * McastPathState:
 * @MCAST_PATH_STATE_WAITING: the interface does not exist, or a sending socket waits until it is up
 * @MCAST_PATH_STATE_READY: the group is joined, or can be sent to
 * @MCAST_PATH_STATE_FAILED: the path cannot be used; [method@Path.get_error] has the reason. The
 *   socket keeps trying
 *
 * The state of a [class@Path]. The nicks are those of [enum@EventType].
 *
 * Since: 0.2
 */
typedef enum
{
  MCAST_PATH_STATE_WAITING,
  MCAST_PATH_STATE_READY,
  MCAST_PATH_STATE_FAILED,
} McastPathState;

#define MCAST_TYPE_PATH_STATE (mcast_path_state_get_type ())
MCAST_AVAILABLE_IN_0_2
GType mcast_path_state_get_type (void) G_GNUC_CONST;

G_END_DECLS
