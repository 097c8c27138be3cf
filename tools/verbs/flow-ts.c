/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "verbs/flow-ts.h"

#include <string.h>

#define PACKET_SIZE 188
#define SYNC_BYTE 0x47
#define N_PIDS 8192
#define NULL_PID 0x1fff
#define UNSEEN 0xff
/* Stored with a counter that was repeated, which is allowed once. */
#define TWICE 0x10

void
flow_ts_clear (FlowTs *self)
{
  g_clear_pointer (&self->counters, g_free);
}

static gboolean
is_discontinuous (const guint8 *packet)
{
  gboolean has_adaptation = (packet[3] & 0x20) != 0;

  return has_adaptation && packet[4] > 0 && (packet[5] & 0x80) != 0;
}

static void
add_packet (FlowTs *self, const guint8 *packet)
{
  guint pid = (packet[1] & 0x1f) << 8 | packet[2];
  guint8 counter = packet[3] & 0x0f;
  gboolean has_payload = (packet[3] & 0x10) != 0;
  guint8 last = self->counters[pid];

  self->n_packets++;
  /* The counter does not change without a payload. */
  if (pid == NULL_PID || !has_payload)
    return;
  self->counters[pid] = counter;
  if (last == UNSEEN || is_discontinuous (packet) || counter == (((last & 0x0f) + 1) & 0x0f))
    return;
  if (counter == last)
    self->counters[pid] = counter | TWICE;
  else
    self->n_errors++;
}

gboolean
flow_ts_add (FlowTs *self, const char *data, gsize length)
{
  const guint8 *bytes = (const guint8 *) data;

  if (length == 0 || length % PACKET_SIZE != 0)
    return FALSE;
  for (gsize offset = 0; offset < length; offset += PACKET_SIZE)
    if (bytes[offset] != SYNC_BYTE)
      return FALSE;
  if (self->counters == NULL)
    {
      self->counters = g_malloc (N_PIDS);
      memset (self->counters, UNSEEN, N_PIDS);
    }
  for (gsize offset = 0; offset < length; offset += PACKET_SIZE)
    add_packet (self, bytes + offset);
  return TRUE;
}
