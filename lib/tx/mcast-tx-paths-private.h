/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "interfaces/mcast-interface-table-private.h"
#include "interfaces/mcast-wanted-private.h"
#include "mcast-event-private.h"
#include "mcast-group-private.h"
#include "tx/mcast-tx-ledger-private.h"

G_BEGIN_DECLS

/* The paths of a sending socket, as its groups, the interfaces and the routes are now. It has no
 * lock: its owner calls it under one. */
typedef struct _McastTxPaths McastTxPaths;

typedef struct
{
  /* The groups and interfaces of the socket, which is the owner. */
  McastWanted *wanted;
  /* Where routes are looked up. */
  McastInterfaceTable *table;
  guint port;
  McastAddress source;
  /* As in McastTxPlanOptions; must outlive the paths. */
  McastInterfaceSelector *zone;
  gboolean wait_for_interfaces;
  /* Must outlive the paths, and the calls that send on them. */
  McastTxLedger *ledger;
  void (*report_event) (gpointer user_data, const McastEventInfo *info);
  gpointer user_data;
} McastTxPathsOptions;

McastTxPaths *_mcast_tx_paths_new (const McastTxPathsOptions *options);
void _mcast_tx_paths_free (McastTxPaths *self);

gboolean _mcast_tx_paths_check_group (McastTxPaths *self, McastGroup *group, GError **error);
gboolean _mcast_tx_paths_check_ad_hoc (McastTxPaths *self, McastGroup *group, GError **error);
void _mcast_tx_paths_set_marks (McastTxPaths *self, guint ipv4, guint ipv6);
gboolean _mcast_tx_paths_update (McastTxPaths *self, GPtrArray *interfaces, guint ttl,
                                 GError **error);
gboolean _mcast_tx_paths_contain (McastTxPaths *self, guint ttl, GError **error);
gboolean _mcast_tx_paths_is_contained (McastTxPaths *self);

GPtrArray *_mcast_tx_paths_get (McastTxPaths *self);
GPtrArray *_mcast_tx_paths_get_regular (McastTxPaths *self);
GPtrArray *_mcast_tx_paths_get_to (McastTxPaths *self, const McastAddress *group, guint port,
                                   guint interface_index);
GPtrArray *_mcast_tx_paths_list_active (McastTxPaths *self);
GPtrArray *_mcast_tx_paths_take_snapshot (McastTxPaths *self, GPtrArray *local_addresses,
                                          GVariantDict *totals);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastTxPaths, _mcast_tx_paths_free)

G_END_DECLS
