/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <mcast.h>

/* A received run: datagrams of the same source, group, interface and, except for the last one,
 * size. */
typedef struct _RxRun RxRun;

struct _RxRun
{
  RxRun *next; /* the next older run in a RunQueue */
  gsize length;
  gsize segment_size; /* of each datagram; @length if there is only one */
  guint port;
  guint interface_index;
  int hop_limit;
  gint64 arrival_time;
  const char *interface_name;
  GInetAddress *group;
  GInetSocketAddress *source;
  char data[];
};

RxRun *rx_run_new (const McastRxMessage *message);
void rx_run_free (RxRun *self);

guint rx_run_count_datagrams (const RxRun *self);

/* Returns the source as "10.0.0.1:5004" or "[fe80::1%eth0]:5004". */
char *rx_run_dup_source (const RxRun *self);

/* One datagram of a run. */
typedef struct
{
  const RxRun *run;
  const char *data;
  gsize length;
} RxDatagram;

/* Moves @self to the next datagram, or to the first one if it was initialized with { run }. Returns
 * FALSE after the last datagram. */
gboolean rx_datagram_next (RxDatagram *self);
