/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx/mcast-rx-gather-private.h"

/* A few datagrams in succession are no rate: a decision to begin needs this many arrivals. */
#define MIN_ARRIVALS 16

static void
restart (McastRxGather *self)
{
  self->is_gathering = FALSE;
  self->n_arrivals = 0;
  self->span = 0;
}

static gboolean
is_mean_under (gint64 span, guint n_arrivals, gint64 limit_us)
{
  return span / 1000 < limit_us * n_arrivals;
}

/* Notes a read of @n_datagrams, at least 1, that ended at @now. @newest is the latest arrival among
 * them, or 0 if the kernel did not report it. Waits begin while the mean gap of arrivals is under
 * half of the delay, and end when that of a single read is not under the delay. */
void
_mcast_rx_gather_note_read (McastRxGather *self, guint n_datagrams, gint64 newest, gint64 now)
{
  gint64 span = newest - self->newest;
  gboolean is_first = self->newest == 0;

  self->last_read = now;
  self->newest = newest;
  /* The clock may have been set back. */
  if (is_first || newest == 0 || span < 0 || !is_mean_under (span, n_datagrams, self->delay_us))
    {
      restart (self);
      return;
    }
  self->n_arrivals += n_datagrams;
  self->span += span;
  if (self->n_arrivals < MIN_ARRIVALS)
    return;
  self->is_gathering = self->is_gathering
                       || is_mean_under (2 * self->span, self->n_arrivals, self->delay_us);
  self->n_arrivals = 0;
  self->span = 0;
}

/* Returns until when to wait before the next read; at most @now if it is not to wait. */
gint64
_mcast_rx_gather_get_end (const McastRxGather *self, gint64 now)
{
  return self->is_gathering ? self->last_read + self->delay_us : now;
}
