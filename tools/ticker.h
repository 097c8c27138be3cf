/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Times of something that happens regularly. */
typedef struct
{
  gint64 interval_us; /* 0 for never */
  gint64 last_us;
  gint64 next_us;
  gboolean is_postponed;
} Ticker;

void ticker_start (Ticker *self, gint64 interval_us);

/* Returns the time until the next tick, or -1 for never. */
gint64 ticker_get_left (const Ticker *self);

/* Returns whether the time of the next tick has come. After a pause of the program this is so a little
 * later, when it has received what arrived meanwhile. */
gboolean ticker_is_due (Ticker *self);

/* Moves to the next tick, without making up for ticks that were missed. Returns how many seconds have
 * passed since the last one. */
double ticker_tick (Ticker *self);
