/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The state of a path that its last event reported. */
typedef enum
{
  MCAST_RX_REPORTED_NONE,
  MCAST_RX_REPORTED_READY,
  /* Lost or failed. */
  MCAST_RX_REPORTED_LOST,
} McastRxReported;

/* The counters and the reported state of a path. They outlive it: when its interface is recreated,
 * the next path continues them. */
typedef struct
{
  gatomicrefcount ref_count;
  /* Identifies the path in the merge. */
  guint id;
  McastRxReported reported;
  guint64 delivered;
  guint64 bytes;
  guint64 filtered;
  guint64 duplicates;
  /* The duplicates that may not have been copies. */
  guint64 late;
  guint64 truncated;
  guint64 joins;
  guint64 refreshes;
} McastRxCounters;

McastRxCounters *_mcast_rx_counters_new (guint id);
McastRxCounters *_mcast_rx_counters_ref (McastRxCounters *self);
void _mcast_rx_counters_unref (McastRxCounters *self);
gboolean _mcast_rx_counters_are_in_use (McastRxCounters *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastRxCounters, _mcast_rx_counters_unref)

G_END_DECLS
