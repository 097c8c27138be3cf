/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Spreads datagrams over time at a rate, so that a burst does not overrun the receivers. Pure: the
 * caller passes the time. */
typedef struct
{
  /* Bits of payload a second, 0 for no limit. */
  guint64 rate;
  /* When the next bit may go, in nanoseconds of the caller's clock. */
  gint64 next;
} McastPacer;

gsize _mcast_pacer_max_burst (const McastPacer *self);
gint64 _mcast_pacer_get_delay (const McastPacer *self, gint64 now);
void _mcast_pacer_take (McastPacer *self, gint64 now, gsize bytes);

G_END_DECLS
