/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "verbs/ping-host.h"

PingHost *
ping_host_new (guint64 id, const char *address)
{
  PingHost *self = g_new0 (PingHost, 1);

  self->id = id;
  self->address = g_strdup (address);
  self->unicast.seen = g_byte_array_new ();
  self->multicast.seen = g_byte_array_new ();
  return self;
}

void
ping_host_free (PingHost *self)
{
  g_byte_array_unref (self->unicast.seen);
  g_byte_array_unref (self->multicast.seen);
  g_free (self->address);
  g_free (self);
}

PingReplies *
ping_host_get_replies (PingHost *self, PingType type)
{
  return type == PING_REPLY_UNICAST ? &self->unicast : &self->multicast;
}

gboolean
ping_replies_add (PingReplies *self, guint32 sequence, gint64 time_us)
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
ping_replies_get_loss (const PingReplies *self, guint32 n_sent)
{
  return n_sent == 0 ? 0 : 100.0 * (n_sent - MIN (self->n_received, n_sent)) / n_sent;
}
