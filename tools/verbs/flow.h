/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "verbs/flow-count.h"
#include "verbs/flow-rtp.h"
#include "verbs/flow-ts.h"
#include "rx-run.h"

#define FLOW_HISTORY 60

/* One sender to one group and port, on one interface. */
typedef struct _FlowOrigin FlowOrigin;

/* The datagrams of one origin with one SSRC, or without RTP. */
typedef struct
{
  char *group;
  char *destination; /* group and port */
  char *source;
  char *interface_name;
  guint port;
  FlowOrigin *origin;
  GList link; /* in the order in which the flows had their last datagram */
  FlowCount total;
  FlowCount since;             /* in the current interval */
  double datagrams_per_second; /* in the last interval */
  double bits_per_second;
  guint n_silent_intervals;    /* since the last datagram */
  guint history[FLOW_HISTORY]; /* bytes per second in each interval, the newest last */
  gboolean is_rtp;
  FlowRtp rtp;
  FlowTs ts;
} Flow;

/* A table of all flows. It has a limited size: the flow that has been silent the longest makes room
 * for a new one. */
typedef struct _FlowTable FlowTable;

FlowTable *flow_table_new (void);
void flow_table_free (FlowTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FlowTable, flow_table_free)

void flow_table_add (FlowTable *self, const RxRun *run);

/* Ends an interval of that length. */
void flow_table_tick (FlowTable *self, double seconds);

/* Returns the flows, ordered by group, port, source, interface and SSRC; last the flows without a
 * datagram in the last FLOW_HISTORY intervals. */
GPtrArray *flow_table_get_flows (FlowTable *self);

/* Returns how many flows made room for others. */
guint64 flow_table_get_removed (FlowTable *self);
