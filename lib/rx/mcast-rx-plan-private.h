/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "interfaces/mcast-wanted-private.h"
#include "rx/mcast-rx-path-private.h"

G_BEGIN_DECLS

/* Returns the index of the interface to which the route to @group leads, or 0 for none. */
typedef guint (*McastRxRouteFunc) (const McastAddress *group, gpointer user_data);

/* The input of a plan. */
typedef struct
{
  McastWanted *wanted;
  /* The interfaces that are present, in order of their index. */
  GPtrArray *interfaces;
  /* The existing paths: McastRxPath by its key. */
  GHashTable *paths;
  /* The only group to plan for, or NULL for all. */
  const McastAddress *only;
  /* The port of groups without one. */
  guint port;
  gboolean wait_for_interfaces;
  McastRxRouteFunc find_route;
  gpointer user_data;
} McastRxPlanInput;

/* The actions of a plan, in order of execution. */
typedef enum
{
  /* Drop a path that is not joined. */
  MCAST_RX_FORGET,
  /* Leave on a removed interface. */
  MCAST_RX_RETIRE,
  /* Leave the membership of an interface whose index now belongs to another one. */
  MCAST_RX_LEAVE_STALE,
  MCAST_RX_LEAVE,
  MCAST_RX_KEEP,
  /* Report the membership again, since the carrier has returned: the switch may be another one, or
   * have forgotten it. */
  MCAST_RX_REFRESH,
  MCAST_RX_SET_FILTER,
  /* Leave, and join on another OS socket. */
  MCAST_RX_REJOIN,
  MCAST_RX_JOIN,
} McastRxAction;

typedef struct
{
  McastRxAction action;
  McastRxPathKey key;
  /* The existing path; NULL for a new one. */
  McastRxPath *path;
  McastInterface *iface;
  McastSourceFilter *filter;
  /* The interface was named, and not selected by "*", so a failure is reported to the caller. */
  gboolean named;
} McastRxStep;

/* The properties on which the choice of an OS socket depends. */
typedef struct
{
  /* The group to which it is bound; no address if it carries several groups. */
  McastAddress bind_address;
  guint port;
  /* The VRF whose datagrams it receives, or 0. */
  guint vrf;
  /* The caller opened it. */
  gboolean is_foreign;
  /* The kernel refused a further membership. */
  gboolean is_full;
  /* The paths that it carries: McastRxPath. */
  GPtrArray *paths;
} McastRxEndpointState;

GPtrArray *_mcast_rx_plan_new (const McastRxPlanInput *input, GError **error);

gboolean _mcast_rx_plan_serves (const McastRxEndpointState *endpoint, const McastAddress *group,
                                guint port);
gboolean _mcast_rx_plan_can_take (const McastRxEndpointState *endpoint, const McastRxPath *path);
gboolean _mcast_rx_plan_binds_to_group (const McastAddress *group, guint n_bound,
                                        guint descriptor_limit);

G_END_DECLS
