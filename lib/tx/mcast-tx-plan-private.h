/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "interfaces/mcast-wanted-private.h"
#include "mcast-route-private.h"
#include "tx/mcast-tx-path-private.h"

G_BEGIN_DECLS

/* Returns the route on which a datagram leaves. */
typedef McastRoute (*McastTxRouteFunc) (const McastRouteQuestion *question, gpointer user_data);

typedef struct
{
  McastWanted *wanted;
  /* For the groups that have none. */
  guint port;
  /* The address to send from, or AF_UNSPEC for one of the interface. */
  McastAddress source;
  /* Selects the interface of a link-local @source, or NULL. */
  McastInterfaceSelector *zone;
  gboolean wait_for_interfaces;
  McastTxRouteFunc find_route;
  gpointer route_data;
} McastTxPlanOptions;

/* The paths that the wanted groups and the present interfaces call for. Pure: it asks the kernel
 * for nothing, and the route through a function. */
typedef struct
{
  GPtrArray *paths;
  /* McastTxPathKey -> McastTxPath */
  GHashTable *paths_by_key;
  /* Why the first of the new paths that cannot be used cannot, or NULL. */
  GError *error;
} McastTxPlan;

gboolean _mcast_tx_plan_check_group (const McastTxPlanOptions *options, McastGroup *group,
                                     GError **error);

McastTxPlan *_mcast_tx_plan_new (const McastTxPlanOptions *options, GPtrArray *interfaces,
                                 const McastTxPlan *former);
void _mcast_tx_plan_block (McastTxPlan *self, guint position, McastTxObstacle obstacle);
void _mcast_tx_plan_free (McastTxPlan *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastTxPlan, _mcast_tx_plan_free)

G_END_DECLS
