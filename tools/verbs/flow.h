/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "verbs/flow-rtp.h"
#include "verbs/flow-ts.h"
#include "rx-run.h"

#define FLOW_HISTORY 60

typedef struct
{
  guint64 n_datagrams;
  guint64 n_bytes;
} FlowCount;

/* The datagrams of one source to one group and port, on one interface. */
typedef struct
{
  char *group;
  char *destination; /* group and port */
  char *source;
  char *interface_name;
  guint port;
  FlowCount total;
  FlowCount since;             /* in the current interval */
  double datagrams_per_second; /* in the last interval */
  double bits_per_second;
  gsize min_size;
  gsize max_size;
  guint history[FLOW_HISTORY]; /* bytes per second in each interval, the newest last */
  FlowRtp rtp;
  FlowTs ts;
} Flow;

/* A table of all flows. */
typedef struct _FlowTable FlowTable;

FlowTable *flow_table_new (void);
void flow_table_free (FlowTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FlowTable, flow_table_free)

void flow_table_add (FlowTable *self, const RxRun *run);

/* Ends an interval of that length. */
void flow_table_tick (FlowTable *self, double seconds);

/* Returns the flows, ordered by group, port, source and interface. */
GPtrArray *flow_table_get_flows (FlowTable *self);

/* Returns how many datagrams are not in any flow because there are too many senders. */
guint64 flow_table_get_left_out (FlowTable *self);
