/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "mcast-address-private.h"

G_BEGIN_DECLS

/* What became of the datagrams of a sending socket: counters for each path, which outlive the path,
 * and their sums. Counters are read and written with the ledger locked. */
typedef struct _McastTxLedger McastTxLedger;

/* Identifies a path, also after it was removed and added again. */
typedef struct
{
  McastAddress group;
  guint port;
  const char *interface_name;
} McastTxPathKey;

/* The state of a path that its last event reported. */
typedef enum
{
  MCAST_TX_REPORTED_NONE,
  MCAST_TX_REPORTED_WAITING,
  MCAST_TX_REPORTED_READY,
  MCAST_TX_REPORTED_FAILED,
  MCAST_TX_REPORTED_LOST,
} McastTxReported;

typedef struct
{
  gatomicrefcount ref_count;
  McastTxPathKey key;
  McastTxReported reported;
  /* The number of the last update of the paths in which one had these counters. */
  guint64 last_update;
  guint64 accepted;
  guint64 bytes;
  guint64 refused;
  /* How many were refused for each errno. */
  GHashTable *errors;
  /* The errno and the size in bytes of the last datagram that was refused; 0 before. */
  int last_code;
  gsize last_size;
  /* The kernel refused to segment on this path, and is not asked again. Written by the thread that
   * sends, which reads it without the lock. */
  gboolean offload_refused;
} McastTxCounters;

guint _mcast_tx_path_key_hash (gconstpointer key);
gboolean _mcast_tx_path_key_equal (gconstpointer a, gconstpointer b);

McastTxLedger *_mcast_tx_ledger_new (void);
void _mcast_tx_ledger_free (McastTxLedger *self);
McastTxCounters *_mcast_tx_ledger_find (McastTxLedger *self, const McastTxPathKey *key);
void _mcast_tx_ledger_forget_oldest (McastTxLedger *self, guint max);
void _mcast_tx_ledger_lock (McastTxLedger *self);
void _mcast_tx_ledger_unlock (McastTxLedger *self);
void _mcast_tx_ledger_add_stats (McastTxLedger *self, GVariantDict *dict);

McastTxCounters *_mcast_tx_counters_ref (McastTxCounters *self);
void _mcast_tx_counters_unref (McastTxCounters *self);
gboolean _mcast_tx_counters_refuse (McastTxCounters *self, int code, guint n_datagrams, gsize size);
void _mcast_tx_counters_add_stats (const McastTxCounters *self, GVariantDict *dict);

static inline void
_mcast_tx_counters_accept (McastTxCounters *self, guint n_datagrams, gsize bytes)
{
  self->accepted += n_datagrams;
  self->bytes += bytes;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastTxLedger, _mcast_tx_ledger_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastTxCounters, _mcast_tx_counters_unref)

G_END_DECLS
