/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-tx-message.h"

G_BEGIN_DECLS

/* Messages laid out as runs, which the kernel takes in one piece and segments into datagrams of one
 * size, the last one perhaps shorter. No payload is copied. */
typedef struct _McastTxRuns McastTxRuns;

typedef struct
{
  guint n_datagrams;
  guint segment_size;
  gsize bytes;
  guint first_message;
  guint last_message;
  const GOutputVector *vectors;
  guint n_vectors;
} McastTxRun;

/* The limits of a run. One datagram is always allowed. */
typedef struct
{
  guint max_datagrams;
  gsize max_bytes;
  guint max_segment;
} McastTxRunLimits;

McastTxRuns *_mcast_tx_runs_new (void);
void _mcast_tx_runs_free (McastTxRuns *self);
void _mcast_tx_runs_build (McastTxRuns *self, const McastTxMessage *messages, guint n_messages,
                           const McastTxRunLimits *limits);
McastTxRun *_mcast_tx_runs_get (McastTxRuns *self, guint *n_runs);

G_END_DECLS
