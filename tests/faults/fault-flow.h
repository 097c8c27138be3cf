/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Numbered datagrams of one group, and somebody who receives them: what came, what is missing, and
 * when it came back after a fault. */

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  FLOW_LIBRARY,
  FLOW_ELEMENT,
  FLOW_UDPSRC,
  FLOW_PLAIN,
} FlowKind;

typedef enum
{
  FLOW_ASM4,
  FLOW_SSM4,
  FLOW_ASM6,
  FLOW_SSM6,
} FlowMode;

#define FLOW_N_KINDS (FLOW_PLAIN + 1)
#define FLOW_N_MODES (FLOW_SSM6 + 1)
#define FLOW_PORT 5004

typedef struct
{
  /* A name, or "*", which only ours understand. */
  const char *iface;
  gboolean wait_for_interfaces;
  /* Microseconds, 0 for none; of ours only. */
  gint64 recovery_interval;
} FlowOptions;

typedef struct
{
  guint64 received;
  /* Numbers that were passed over. */
  guint64 missing;
  /* Numbers that came again, or after a larger one. */
  guint64 repeated;
  guint64 last;
  /* Longest time between two datagrams since flow_mark (), in microseconds. */
  gint64 longest_gap;
  /* Messages and events that an interface was joined, lost. */
  guint joined;
  guint lost;
} FlowCounts;

typedef struct _Flow Flow;

/* @source: the sender's address, for the source-specific modes. */
Flow *flow_new (FlowKind kind, FlowMode mode, const char *source);
void flow_free (Flow *self);

/* FALSE where the peer cannot do this at all. */
gboolean flow_is_possible (FlowKind kind, FlowMode mode);
gboolean flow_is_ours (Flow *self);
/* Whether it knows a recovery interval. */
gboolean flow_can_recover (FlowKind kind);
const char *flow_kind_name (FlowKind kind);
const char *flow_mode_name (FlowMode mode);
FlowKind flow_get_kind (Flow *self);
FlowMode flow_get_mode (Flow *self);
const char *flow_get_group (Flow *self);

/* Ours must start; a peer may fail to, which is then recorded. */
gboolean flow_start (Flow *self, const FlowOptions *options);
void flow_stop (Flow *self);

/* From now on waits for a number larger than @after. */
void flow_mark (Flow *self, guint64 after);

/* When the first number after the mark came (g_get_monotonic_time ()), 0 if it does not. */
gint64 flow_wait (Flow *self, guint timeout_ms);

FlowCounts flow_get_counts (Flow *self);

/* How often ours joined, or refreshed, by its statistics. */
guint64 flow_get_path_counter (Flow *self, const char *name);

/* How many datagrams the kernel threw away because ours was not quick enough. */
guint64 flow_get_dropped (Flow *self);

/* Prints the statistics of ours with the test, to explain a failure. */
void flow_describe (Flow *self);

/* The error that ended it, or NULL. */
const char *flow_get_failure (Flow *self);

/* How often the event was emitted that recovery has no effect. */
guint flow_get_ineffective (Flow *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Flow, flow_free)

G_END_DECLS
