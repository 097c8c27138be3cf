/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Decides how long to wait before a read, so that datagrams gather and one read takes many. All
 * members are 0 at the beginning. */
typedef struct
{
  /* The longest wait, in microseconds; 0 for none. */
  gint64 delay_us;
  /* The end of the last read, in microseconds of a monotonic clock. */
  gint64 last_read;
  /* The arrival of the newest datagram so far, in nanoseconds of real time; 0 before. */
  gint64 newest;
  /* The arrivals since the last decision, and the time that they took in nanoseconds. */
  guint n_arrivals;
  gint64 span;
  gboolean is_gathering;
} McastRxGather;

void _mcast_rx_gather_note_read (McastRxGather *self, guint n_datagrams, gint64 newest, gint64 now);
gint64 _mcast_rx_gather_get_end (const McastRxGather *self, gint64 now);

G_END_DECLS
