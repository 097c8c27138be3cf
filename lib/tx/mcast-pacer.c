/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "tx/mcast-pacer-private.h"

#define NS_PER_SECOND G_GINT64_CONSTANT (1000000000)
/* The length of a burst: short enough to be smooth, and long enough that a high rate does not need
 * a wake-up for every datagram. */
#define BURST_NS (NS_PER_SECOND / 10000)
/* How late a wake-up may be without a loss of rate: a busy machine often needs that long. */
#define LATENESS_NS (NS_PER_SECOND / 1000)

/* Returns how many bytes may go in one burst. A larger datagram goes all the same. */
gsize
_mcast_pacer_max_burst (const McastPacer *self)
{
  if (self->rate == 0)
    return G_MAXSIZE;
  return (gsize) (self->rate / 8 / (NS_PER_SECOND / BURST_NS));
}

/* Returns how many nanoseconds to wait before the next burst. */
gint64
_mcast_pacer_get_delay (const McastPacer *self, gint64 now)
{
  return self->rate == 0 ? 0 : MAX (self->next - now, 0);
}

/* Accounts for a burst. Unused time is not saved, except for lateness: it would become a larger
 * burst. */
void
_mcast_pacer_take (McastPacer *self, gint64 now, gsize bytes)
{
  if (self->rate == 0)
    return;
  self->next = MAX (self->next, now - LATENESS_NS)
               + (gint64) ((double) bytes * 8.0 * NS_PER_SECOND / (double) self->rate);
}
