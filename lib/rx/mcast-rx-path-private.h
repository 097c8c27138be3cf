/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-datagram-origin-private.h"
#include "mcast-interface-private.h"
#include "mcast-path-private.h"
#include "mcast-source-filter-private.h"
#include "rx/mcast-rx-counters-private.h"
#include "rx/mcast-rx-recovery-private.h"

G_BEGIN_DECLS

typedef struct _McastRxEndpoint McastRxEndpoint;

/* The identity of a path. */
typedef struct
{
  McastAddress group;
  guint port;
  guint interface_index;
} McastRxPathKey;

/* The number of recent sources that a path remembers. */
#define MCAST_RX_RECENT_SOURCES 8

/* One wanted group on one existing interface. */
typedef struct
{
  McastRxPathKey key;
  McastInterface *iface;
  McastSourceFilter *filter;
  GInetAddress *gio_group;
  McastRxCounters *counters;
  /* The origin of the last datagram, or NULL. */
  McastDatagramOrigin *origin;
  /* The OS socket that holds the membership; NULL while the kernel refuses it, with the reason. */
  McastRxEndpoint *endpoint;
  GError *failure;
  /* When its interface disappeared, in nanoseconds of real time, and whether another one has had
   * its index since. */
  gint64 retired_at;
  gboolean index_taken;
  /* The owner of a foreign socket had joined before. */
  gboolean borrowed;
  /* The update in which it failed for that reason for the first time. */
  guint64 failed_in_update;
  McastRxSilence silence;
  /* The most recent source is the first. */
  McastAddress recent[MCAST_RX_RECENT_SOURCES];
  guint n_recent;
} McastRxPath;

guint _mcast_rx_path_key_hash (gconstpointer key);
gboolean _mcast_rx_path_key_equal (gconstpointer a, gconstpointer b);

McastRxPath *_mcast_rx_path_new (const McastRxPathKey *key, McastInterface *iface,
                                 McastSourceFilter *filter, McastRxCounters *counters);
void _mcast_rx_path_free (McastRxPath *self);
void _mcast_rx_path_set_interface (McastRxPath *self, McastInterface *iface);
void _mcast_rx_path_set_filter (McastRxPath *self, McastSourceFilter *filter);
void _mcast_rx_path_set_origin (McastRxPath *self, McastDatagramOrigin *origin);
void _mcast_rx_path_note_source (McastRxPath *self, const McastAddress *source);
gboolean _mcast_rx_path_set_failure (McastRxPath *self, GError *failure);
char *_mcast_rx_path_get_text (const McastRxPath *self);
void _mcast_rx_path_add_stats (McastRxPath *self, GVariantDict *dict);
McastPath *_mcast_rx_path_take_snapshot (McastRxPath *self, GVariant *stats);

G_END_DECLS
