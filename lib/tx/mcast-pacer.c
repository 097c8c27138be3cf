/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "tx/mcast-pacer-private.h"

#define NS_PER_SECOND G_GINT64_CONSTANT (1000000000)
/* What goes in one piece: short enough to be smooth, long enough not to wake up for every
 * datagram at rates where that would take the whole processor. */
#define BURST_NS (NS_PER_SECOND / 10000)
/* How late a wake-up may be without the rate suffering: a busy machine often needs that long. */
#define LATENESS_NS (NS_PER_SECOND / 1000)

/* Bytes that may go in one piece; a datagram that is larger goes all the same. */
gsize
_mcast_pacer_max_burst (const McastPacer *self)
{
  if (self->rate == 0)
    return G_MAXSIZE;
  return (gsize) (self->rate / 8 / (NS_PER_SECOND / BURST_NS));
}

/* How many nanoseconds to wait before the next piece. */
gint64
_mcast_pacer_get_delay (const McastPacer *self, gint64 now)
{
  return self->rate == 0 ? 0 : MAX (self->next - now, 0);
}

/* Time that was not used is not saved up, but for lateness: it would come out as a burst. */
void
_mcast_pacer_take (McastPacer *self, gint64 now, gsize bytes)
{
  if (self->rate == 0)
    return;
  self->next = MAX (self->next, now - LATENESS_NS)
               + (gint64) ((double) bytes * 8.0 * NS_PER_SECOND / (double) self->rate);
}
