/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The times of a periodic event. */
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

/* Returns whether the next tick is due. After a pause of the program, the tick is postponed, so
 * that the program can first receive what arrived during the pause. */
gboolean ticker_is_due (Ticker *self);

/* Moves to the next tick, and skips missed ones. Returns the time since the last tick in
 * seconds. */
double ticker_tick (Ticker *self);
