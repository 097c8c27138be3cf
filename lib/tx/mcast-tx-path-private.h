/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-interface-private.h"

G_BEGIN_DECLS

/* They outlive a path: when its interface is made anew, the next path goes on counting. */
typedef struct
{
  gatomicrefcount ref_count;
  guint64 accepted;
  guint64 bytes;
  guint64 refused;
  /* The last update of the paths that had this one. */
  guint64 round;
  /* How often for each errno. */
  GHashTable *errors;
  /* The kernel refused to cut for this path: it is not asked again. */
  gboolean no_offload;
  /* It worked once, so that what stands in its way now is no mistake of the caller's. */
  gboolean was_ready;
} McastTxCounters;

/* One group on one interface. It never changes, but for what it counts. */
typedef struct
{
  gatomicrefcount ref_count;
  McastAddress group;
  guint port;
  /* The interface as the user wrote it, or its name; for one that is not there, all there is. */
  char *interface_name;
  McastInterface *iface;
  guint interface_index;
  /* The largest datagram that the kernel cuts there: it does not fragment what it cuts. */
  guint max_segment;
  /* The pinned address to send from, or none: then the kernel takes the interface's. */
  McastAddress source;
  /* 0, or the errno with which everything is refused without asking the kernel. */
  int obstacle;
  McastTxCounters *counters;
} McastTxPath;

McastTxCounters *_mcast_tx_counters_new (void);
McastTxCounters *_mcast_tx_counters_ref (McastTxCounters *self);
void _mcast_tx_counters_unref (McastTxCounters *self);
void _mcast_tx_counters_refuse (McastTxCounters *self, int code, guint n_datagrams);

McastTxPath *_mcast_tx_path_ref (McastTxPath *self);
void _mcast_tx_path_unref (McastTxPath *self);
void _mcast_tx_path_set_interface (McastTxPath *self, McastInterface *iface);
void _mcast_tx_path_set_error (McastTxPath *self, int code, gsize size, GError **error);
GVariant *_mcast_tx_path_to_variant (McastTxPath *self);

/* Whether the kernel cuts for this path at all. */
static inline gboolean
_mcast_tx_path_cuts (const McastTxPath *self)
{
  return self->max_segment > 0 && !self->counters->no_offload;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastTxPath, _mcast_tx_path_unref)

G_END_DECLS
