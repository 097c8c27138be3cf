/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-address-private.h"

G_BEGIN_DECLS

/*
 * Delivers each flow (the datagrams of one source address and port to one group and port) from one
 * path at a time, so that a network that is reached through several interfaces is received once.
 * This module uses no socket, clock or lock; only one thread may use it at a time.
 *
 * The first path that brings a flow delivers it. Another path replaces it when it brings at least
 * three datagrams over 50 ms while the first path is silent, beginning 50 ms after the last
 * datagram of the first path, so that copies may be 50 ms apart. When the whole flow is silent for
 * two seconds, the next path that brings it delivers it.
 *
 * All times are arrival times: the datagrams of different OS sockets are read in batches, in any
 * order. Before a path is replaced, its OS socket must have been read beyond the silence.
 *
 * There is memory for MCAST_FLOW_MERGE_MAX_FLOWS flows. A new flow replaces the one that has been
 * silent longest.
 */
typedef struct _McastFlowMerge McastFlowMerge;

#define MCAST_FLOW_MERGE_MAX_FLOWS 4096

typedef enum
{
  MCAST_FLOW_VERDICT_FORWARD,
  /* To be forwarded: the first datagram from a path that replaces another one. */
  MCAST_FLOW_VERDICT_SWITCH,
  MCAST_FLOW_VERDICT_DUPLICATE,
} McastFlowVerdict;

typedef struct
{
  const McastAddress *group;
  guint port;
  const McastAddress *source;
  guint source_port;
  /* Chosen by the caller. */
  guint path_id;
  /* More than 1 for a run that the kernel merged. */
  guint n_datagrams;
  /* In nanoseconds of a clock common to all paths. */
  gint64 time;
} McastFlowDatagram;

/* Returns whether every datagram that arrived on a path until @time has been checked. */
typedef gboolean (*McastFlowIsReadFunc) (guint path_id, gint64 time, gpointer user_data);

McastFlowMerge *_mcast_flow_merge_new (McastFlowIsReadFunc is_read, gpointer user_data);
void _mcast_flow_merge_free (McastFlowMerge *self);

McastFlowVerdict _mcast_flow_merge_check (McastFlowMerge *self, const McastFlowDatagram *datagram);
void _mcast_flow_merge_forget_path (McastFlowMerge *self, guint path_id);
guint64 _mcast_flow_merge_get_n_switches (McastFlowMerge *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastFlowMerge, _mcast_flow_merge_free)

G_END_DECLS
