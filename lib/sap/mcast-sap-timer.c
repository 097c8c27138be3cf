/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "sap/mcast-sap-timer-private.h"

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  g_source_set_ready_time (source, -1);
  return callback (user_data);
}

/* Returns a source that is dispatched once for each time that is set. */
GSource *
_mcast_sap_timer_new (void)
{
  static GSourceFuncs funcs = { .dispatch = dispatch };

  return g_source_new (&funcs, sizeof (GSource));
}

/* Has the timer dispatched at a monotonic time, unless it will be earlier. */
void
_mcast_sap_timer_set_no_later_than (GSource *timer, gint64 time_us)
{
  gint64 planned_us = g_source_get_ready_time (timer);

  if (planned_us < 0 || time_us < planned_us)
    g_source_set_ready_time (timer, time_us);
}
