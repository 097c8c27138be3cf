/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-interface-private.h"
#include "mcast-source-filter-private.h"

G_BEGIN_DECLS

typedef struct _McastRxEndpoint McastRxEndpoint;

/* What makes a path the one it is. */
typedef struct
{
  McastAddress group;
  guint port;
  guint interface_index;
} McastRxPathKey;

/* They outlive a path: when its interface is made anew, the next path goes on counting. */
typedef struct
{
  gatomicrefcount ref_count;
  /* Small number that the merge knows the path by. */
  guint id;
  guint64 delivered;
  guint64 bytes;
  guint64 filtered;
  guint64 duplicates;
  /* Those of the duplicates of which it is not known whether they are. */
  guint64 late;
  guint64 truncated;
  guint64 joins;
  guint64 refreshes;
} McastRxCounters;

/* The senders heard last, the newest first. */
#define MCAST_RX_RECENT_SOURCES 8

/* One wanted group on one interface that exists. */
typedef struct
{
  McastRxPathKey key;
  McastInterface *iface;
  McastSourceFilter *filter;
  GInetAddress *gio_group;
  McastRxCounters *counters;
  /* The OS socket that holds the membership; NULL while the kernel refuses it, with the reason. */
  McastRxEndpoint *endpoint;
  GError *failure;
  /* When its interface went, in nanoseconds of real time, and whether another has been seen with
   * its index since. */
  gint64 retired_at;
  gboolean index_taken;
  /* The membership is that of whoever owns the socket. */
  gboolean borrowed;
  /* In which update of the membership it failed with that reason for the first time. */
  guint64 failed_in_update;
  /* Since when nothing came, and what had been delivered by then. */
  gint64 quiet_since;
  /* How long the silence may last until the next refresh. */
  gint64 patience;
  guint64 delivered_then;
  gboolean recovery_ineffective;
  McastAddress recent[MCAST_RX_RECENT_SOURCES];
  guint n_recent;
} McastRxPath;

guint _mcast_rx_path_key_hash (gconstpointer key);
gboolean _mcast_rx_path_key_equal (gconstpointer a, gconstpointer b);

McastRxCounters *_mcast_rx_counters_new (guint id);
McastRxCounters *_mcast_rx_counters_ref (McastRxCounters *self);
void _mcast_rx_counters_unref (McastRxCounters *self);

McastRxPath *_mcast_rx_path_new (const McastRxPathKey *key, McastInterface *iface,
                                 McastSourceFilter *filter, McastRxCounters *counters);
void _mcast_rx_path_free (McastRxPath *self);
void _mcast_rx_path_set_interface (McastRxPath *self, McastInterface *iface);
void _mcast_rx_path_set_filter (McastRxPath *self, McastSourceFilter *filter);
void _mcast_rx_path_note_source (McastRxPath *self, const McastAddress *source);
gboolean _mcast_rx_path_set_failure (McastRxPath *self, GError *failure);
void _mcast_rx_path_add_stats (McastRxPath *self, GVariantDict *dict);

G_END_DECLS
