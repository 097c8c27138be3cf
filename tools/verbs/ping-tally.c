/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "verbs/ping-tally.h"

PingTally *
ping_tally_new (guint64 id, const char *address)
{
  PingTally *self = g_new0 (PingTally, 1);

  self->id = id;
  self->address = g_strdup (address);
  self->unicast.seen = g_byte_array_new ();
  self->multicast.seen = g_byte_array_new ();
  return self;
}

void
ping_tally_free (PingTally *self)
{
  g_byte_array_unref (self->unicast.seen);
  g_byte_array_unref (self->multicast.seen);
  g_free (self->address);
  g_free (self);
}

PingWay *
ping_tally_get_way (PingTally *self, PingType type)
{
  return type == PING_REPLY_UNICAST ? &self->unicast : &self->multicast;
}

gboolean
ping_way_add (PingWay *self, guint32 sequence, gint64 time_us)
{
  static const guint8 zeros[256] = { 0 };

  while (self->seen->len <= sequence)
    g_byte_array_append (self->seen, zeros, sizeof zeros);
  if (self->seen->data[sequence])
    {
      self->n_duplicates++;
      return FALSE;
    }
  self->seen->data[sequence] = TRUE;
  self->min_us = self->n_received == 0 ? time_us : MIN (self->min_us, time_us);
  self->max_us = MAX (self->max_us, time_us);
  self->sum_us += time_us;
  self->n_received++;
  return TRUE;
}

double
ping_way_get_loss (const PingWay *self, guint32 n_sent)
{
  return n_sent == 0 ? 0 : 100.0 * (n_sent - MIN (self->n_received, n_sent)) / n_sent;
}
