/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <mcast.h>

/* A run of datagrams that came together: same sender, group, interface and, but for the last one,
 * size. */
typedef struct
{
  gsize length;
  gsize segment_size; /* of each datagram; @length when there is but one */
  guint port;
  guint interface_index;
  int hop_limit;
  gint64 arrival_time;
  const char *interface_name;
  GInetAddress *group;
  GInetSocketAddress *source;
  char data[];
} HeardRun;

HeardRun *heard_run_new (const McastRxMessage *message);
void heard_run_free (HeardRun *self);

/* One datagram of a run. */
typedef struct
{
  const HeardRun *run;
  const char *data;
  gsize length;
} Heard;

/* Moves @self to the first datagram of @run, or to the next one: FALSE when there is none.
 * for (gboolean more = heard_first (&heard, run); more; more = heard_next (&heard)) */
gboolean heard_first (Heard *self, const HeardRun *run);
gboolean heard_next (Heard *self);
