/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-interface-private.h"
#include "mcast-path-private.h"
#include "tx/mcast-tx-endpoint-private.h"
#include "tx/mcast-tx-ledger-private.h"

G_BEGIN_DECLS

/* Why nothing can be sent on a path. */
typedef enum
{
  MCAST_TX_OBSTACLE_NONE,
  /* The path waits: these end without the user, who may have caused them. */
  MCAST_TX_OBSTACLE_NO_INTERFACE,
  MCAST_TX_OBSTACLE_INTERFACE_DOWN,
  /* The path has failed. */
  MCAST_TX_OBSTACLE_NO_ADDRESS,
  MCAST_TX_OBSTACLE_ADDRESS_TENTATIVE,
  MCAST_TX_OBSTACLE_OTHER_ZONE,
  MCAST_TX_OBSTACLE_NO_ROUTE,
  /* With a time to live of 0, the datagrams would leave the machine there. */
  MCAST_TX_OBSTACLE_NOT_CONTAINED,
} McastTxObstacle;

/* One group on one interface, at one moment: it never changes, except for its counters, and for its
 * OS socket, which is set once. */
typedef struct
{
  gatomicrefcount ref_count;
  /* Names the interface. If that is missing, the name is what the user wrote. */
  McastTxPathKey key;
  McastInterface *iface;
  guint interface_index;
  /* The largest datagram that the kernel segments to: it does not fragment these. */
  guint max_segment;
  /* The address to send from; AF_UNSPEC leaves the choice to the kernel. */
  McastAddress source;
  McastTxObstacle obstacle;
  McastTxCounters *counters;
  /* NULL until it is open; read and written atomically. */
  McastTxEndpoint *endpoint;
} McastTxPath;

McastTxPath *_mcast_tx_path_new (const McastTxPathKey *key, McastInterface *iface);
McastTxPath *_mcast_tx_path_copy_blocked (const McastTxPath *self, McastTxObstacle obstacle);
McastTxPath *_mcast_tx_path_ref (McastTxPath *self);
void _mcast_tx_path_unref (McastTxPath *self);
char *_mcast_tx_path_get_text (const McastTxPath *self);
gboolean _mcast_tx_path_is_waiting (const McastTxPath *self);
int _mcast_tx_path_get_errno (const McastTxPath *self);
void _mcast_tx_path_log_state (const McastTxPath *self);
void _mcast_tx_path_set_obstacle_error (const McastTxPath *self, GError **error);
void _mcast_tx_path_set_send_error (const McastTxPath *self, int code, gsize size, GError **error);
McastPath *_mcast_tx_path_take_snapshot (const McastTxPath *self, GSocketAddress *local_address);

/* Checks whether the kernel segments for this path at all. */
static inline gboolean
_mcast_tx_path_has_offload (const McastTxPath *self)
{
  return self->max_segment > 0 && !self->counters->offload_refused;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastTxPath, _mcast_tx_path_unref)

G_END_DECLS
