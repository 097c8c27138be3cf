/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx/mcast-rx-counters-private.h"

McastRxCounters *
_mcast_rx_counters_new (guint id)
{
  McastRxCounters *self = g_new0 (McastRxCounters, 1);

  self->id = id;
  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

McastRxCounters *
_mcast_rx_counters_ref (McastRxCounters *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
_mcast_rx_counters_unref (McastRxCounters *self)
{
  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}

/* Checks whether there is another reference beside the caller's. */
gboolean
_mcast_rx_counters_are_in_use (McastRxCounters *self)
{
  return !g_atomic_ref_count_compare (&self->ref_count, 1);
}
