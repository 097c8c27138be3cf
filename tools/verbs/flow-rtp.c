/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "verbs/flow-rtp.h"

#define HEADER_SIZE 12
#define MIN_IN_ORDER 5
/* A larger jump means another stream, or no RTP. */
#define MAX_JUMP 3000
#define JITTER_SHARE 16.0

gboolean
flow_rtp_is_sure (const FlowRtp *self)
{
  return self->n_in_order >= MIN_IN_ORDER;
}

static guint32
read_number (const char *data, guint n_bytes)
{
  guint32 number = 0;

  for (guint i = 0; i < n_bytes; i++)
    number = number << 8 | (guint8) data[i];
  return number;
}

/* Returns the offset of the payload, or 0 if the bytes cannot be RTP. */
static gsize
get_header_size (const char *data, gsize length)
{
  guint8 type;
  gsize size;

  if (length < HEADER_SIZE || ((guint8) data[0] >> 6) != 2)
    return 0;
  type = data[1] & 0x7f;
  /* These are types of RTCP, which may have a port of its own. */
  if (type >= 72 && type <= 76)
    return 0;
  size = HEADER_SIZE + 4 * (data[0] & 0x0f);
  if ((data[0] & 0x10) != 0)
    {
      if (length < size + 4)
        return 0;
      size += 4 + 4 * read_number (data + size + 2, 2);
    }
  return size <= length ? size : 0;
}

/* Returns the clock rate of static payload types (RFC 3551). Dynamic types are mostly video. */
static guint32
get_clock_rate (guint8 type)
{
  if (type == 10 || type == 11)
    return 44100;
  if (type == 6)
    return 16000;
  return type <= 18 && type != 14 ? 8000 : 90000;
}

static void
start (FlowRtp *self, guint32 ssrc, guint16 sequence, guint32 clock_rate)
{
  *self = (FlowRtp) { .ssrc = ssrc, .next_sequence = sequence + 1, .clock_rate = clock_rate };
}

static void
update_jitter (FlowRtp *self, guint32 timestamp, gint64 time_ns)
{
  double range = 4294967296.0 / self->clock_rate;
  double transit = time_ns / 1e9 - (double) timestamp / self->clock_rate;
  double change = transit - self->last_transit;

  self->last_transit = transit;
  /* The timestamp has wrapped around. */
  if (change > range / 2)
    change -= range;
  else if (change < -range / 2)
    change += range;
  if (self->n_in_order > 1)
    self->jitter += (ABS (change) - self->jitter) / JITTER_SHARE;
}

gsize
flow_rtp_add (FlowRtp *self, const char *data, gsize length, gint64 time_ns)
{
  gsize size = get_header_size (data, length);
  guint32 ssrc;
  guint16 sequence;
  gint16 ahead;

  if (size == 0)
    {
      if (!flow_rtp_is_sure (self))
        self->n_in_order = 0;
      return 0;
    }
  ssrc = read_number (data + 8, 4);
  sequence = read_number (data + 2, 2);
  ahead = (gint16) (guint16) (sequence - self->next_sequence);
  if (self->clock_rate == 0 || ssrc != self->ssrc || ABS (ahead) > MAX_JUMP
      || (!flow_rtp_is_sure (self) && ahead != 0))
    {
      start (self, ssrc, sequence, get_clock_rate (data[1] & 0x7f));
      return 0;
    }

  self->n_in_order = MIN (self->n_in_order + 1, MIN_IN_ORDER);
  /* A late packet was counted as lost before. A duplicate of a packet that was not lost must not
   * make the number negative. */
  if (ahead >= 0)
    {
      self->lost += ahead;
      self->next_sequence = sequence + 1;
    }
  else
    self->lost = MAX (self->lost - 1, 0);
  update_jitter (self, read_number (data + 4, 4), time_ns);
  return flow_rtp_is_sure (self) ? size : 0;
}
