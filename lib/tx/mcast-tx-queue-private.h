/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tx/mcast-tx-path-private.h"
#include "tx/mcast-tx-runs-private.h"

G_BEGIN_DECLS

/* What the next system calls give to one OS socket, in order. */
typedef struct _McastTxQueue McastTxQueue;

/* A run on a path, which one entry of a system call transfers. */
typedef struct
{
  McastTxPath *path;
  const McastTxRun *run;
} McastTxQueueItem;

McastTxQueue *_mcast_tx_queue_new (void);
void _mcast_tx_queue_free (McastTxQueue *self);
void _mcast_tx_queue_begin (McastTxQueue *self, McastTxEndpoint *endpoint);
McastTxEndpoint *_mcast_tx_queue_get_endpoint (const McastTxQueue *self);
int _mcast_tx_queue_get_fd (const McastTxQueue *self);

gboolean _mcast_tx_queue_is_full (const McastTxQueue *self);
void _mcast_tx_queue_append (McastTxQueue *self, McastTxPath *path, const McastTxRun *run);
const McastTxQueueItem *_mcast_tx_queue_peek (const McastTxQueue *self);
int _mcast_tx_queue_send (McastTxQueue *self);
void _mcast_tx_queue_remove (McastTxQueue *self, guint n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastTxQueue, _mcast_tx_queue_free)

G_END_DECLS
