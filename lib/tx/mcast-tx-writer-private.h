/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-tx-message.h"
#include "tx/mcast-pacer-private.h"
#include "tx/mcast-tx-ledger-private.h"

G_BEGIN_DECLS

/* Writes messages to paths, and accounts for each datagram. One thread at a time. */
typedef struct _McastTxWriter McastTxWriter;

/* What one call works with. */
typedef struct
{
  /* Paths that are not ready refuse. */
  GPtrArray *paths;
  McastPacer *pacer;
  /* When to stop waiting, in microseconds of g_get_monotonic_time(); 0 is never, and -1 is not to
   * wait. */
  gint64 deadline;
  GCancellable *cancellable;
} McastTxWriterJob;

McastTxWriter *_mcast_tx_writer_new (McastTxLedger *ledger, const gint *closed);
void _mcast_tx_writer_free (McastTxWriter *self);
gint _mcast_tx_writer_write (McastTxWriter *self, const McastTxWriterJob *job,
                             const McastTxMessage *messages, guint n_messages, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastTxWriter, _mcast_tx_writer_free)

G_END_DECLS
