/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "verbs/flow-rtp.h"

#include <string.h>

#define HEADER_SIZE 12
/* A larger jump means that the sequence starts again (RFC 3550, A.1). */
#define MAX_JUMP 3000
/* A packet that this many others have overtaken is not expected before the next report. */
#define MAX_OVERTAKEN 3
#define NO_JUMP -1
#define JITTER_SHARE 16.0

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

gboolean
flow_rtp_header_read (FlowRtpHeader *self, const char *data, gsize length)
{
  gsize size = get_header_size (data, length);

  if (size == 0)
    return FALSE;
  *self = (FlowRtpHeader) {
    .type = data[1] & 0x7f,
    .sequence = (guint16) read_number (data + 2, 2),
    .timestamp = read_number (data + 4, 4),
    .ssrc = read_number (data + 8, 4),
    .size = size,
  };
  return TRUE;
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

void
flow_rtp_start (FlowRtp *self, const FlowRtpHeader *header)
{
  *self = (FlowRtp) {
    .ssrc = header->ssrc,
    .clock_rate = get_clock_rate (header->type),
    .last_sequence = header->sequence,
    .last_at_tick = header->sequence,
    .expected_after_jump = NO_JUMP,
  };
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
  if (self->n_packets > 1)
    self->jitter += (ABS (change) - self->jitter) / JITTER_SHARE;
}

static gboolean *
find_slot (FlowRtp *self, guint16 sequence)
{
  return &self->is_missing[sequence % FLOW_RTP_WINDOW];
}

/* Counts a packet as lost if it is still missing. */
static void
settle (FlowRtp *self, gboolean *is_missing)
{
  if (*is_missing)
    self->n_lost++;
  *is_missing = FALSE;
}

static void
settle_all (FlowRtp *self)
{
  for (guint i = 0; i < FLOW_RTP_WINDOW; i++)
    settle (self, &self->is_missing[i]);
}

/* Moves on to a packet that is @ahead of the last one. */
static void
advance (FlowRtp *self, guint ahead)
{
  if (ahead >= FLOW_RTP_WINDOW)
    {
      settle_all (self);
      self->n_lost += ahead - 1;
      self->last_sequence += ahead;
      return;
    }
  for (guint i = 1; i <= ahead; i++)
    {
      gboolean *slot = find_slot (self, ++self->last_sequence);

      settle (self, slot);
      *slot = i < ahead;
    }
}

/* One packet that fits nowhere is ignored. Two in order are a new sequence, whose losses are
 * added. */
static void
jump (FlowRtp *self, guint16 sequence)
{
  if (sequence == self->expected_after_jump)
    {
      settle_all (self);
      self->last_sequence = self->last_at_tick = sequence;
      self->expected_after_jump = NO_JUMP;
    }
  else
    self->expected_after_jump = (guint16) (sequence + 1);
}

void
flow_rtp_add (FlowRtp *self, const FlowRtpHeader *header, gint64 time_ns)
{
  gint16 ahead = (gint16) (guint16) (header->sequence - self->last_sequence);

  self->n_packets++;
  if (ahead > 0 && ahead <= MAX_JUMP)
    advance (self, (guint) ahead);
  else if (ahead <= 0 && ahead > -FLOW_RTP_WINDOW)
    *find_slot (self, header->sequence) = FALSE;
  else
    jump (self, header->sequence);
  update_jitter (self, header->timestamp, time_ns);
}

void
flow_rtp_tick (FlowRtp *self)
{
  for (guint i = 0; i < FLOW_RTP_WINDOW; i++)
    {
      guint16 sequence = (guint16) (self->last_sequence - i);
      gboolean is_old = (gint16) (guint16) (sequence - self->last_at_tick) <= 0;

      if (is_old || i > MAX_OVERTAKEN)
        settle (self, find_slot (self, sequence));
    }
  self->last_at_tick = self->last_sequence;
}
