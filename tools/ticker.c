/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "ticker.h"

#define MAX_POSTPONEMENT_US G_USEC_PER_SEC

void
ticker_start (Ticker *self, gint64 interval_us)
{
  gint64 now = g_get_monotonic_time ();

  *self = (Ticker) { .interval_us = interval_us, .last_us = now, .next_us = now + interval_us };
}

gint64
ticker_get_left (const Ticker *self)
{
  return self->interval_us == 0 ? -1 : MAX (self->next_us - g_get_monotonic_time (), 0);
}

gboolean
ticker_is_due (Ticker *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->interval_us == 0 || now < self->next_us)
    return FALSE;
  if (self->is_postponed || now < self->next_us + self->interval_us)
    return TRUE;
  g_debug ("%.3f s late, receiving before the report",
           (double) (now - self->next_us) / G_USEC_PER_SEC);
  self->next_us = now + MIN (self->interval_us, MAX_POSTPONEMENT_US);
  self->is_postponed = TRUE;
  return FALSE;
}

double
ticker_tick (Ticker *self)
{
  gint64 now = g_get_monotonic_time ();
  double seconds = (double) (now - self->last_us) / G_USEC_PER_SEC;

  self->last_us = now;
  self->next_us += self->interval_us;
  if (self->next_us <= now)
    self->next_us = now + self->interval_us;
  self->is_postponed = FALSE;
  return seconds;
}
