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

/* What one sender sends to one group, as it arrives on one interface. */
typedef struct
{
  char *group;
  char *destination; /* group and port, as the user writes them */
  char *source;
  char *interface_name;
  guint port;
  FlowCount total;
  FlowCount since;             /* in the interval that has begun */
  double datagrams_per_second; /* in the last one that is over */
  double bits_per_second;
  gsize min_size;
  gsize max_size;
  guint history[FLOW_HISTORY]; /* bytes per second in each interval, the newest last */
  FlowRtp rtp;
  FlowTs ts;
} Flow;

/* All flows; new ones are made as they appear. */
typedef struct _FlowTable FlowTable;

FlowTable *flow_table_new (void);
void flow_table_free (FlowTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FlowTable, flow_table_free)

void flow_table_add (FlowTable *self, const RxRun *run);

/* Ends an interval of that length. */
void flow_table_tick (FlowTable *self, double seconds);

/* Ordered by group, port, source and interface. */
GPtrArray *flow_table_get_flows (FlowTable *self);

/* How many datagrams were left out since there are too many senders. */
guint64 flow_table_get_left_out (FlowTable *self);
