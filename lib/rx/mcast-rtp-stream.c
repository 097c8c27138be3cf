/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx/mcast-rtp-stream-private.h"

#define SIZE MCAST_RTP_WINDOW_SIZE

/* The limits of RFC 3550, appendix A.1. A longer gap, or a larger step back, is accepted after
 * MIN_SEQUENTIAL packets in sequence. */
#define MAX_DROPOUT 3000
#define MAX_MISORDER 100
#define MIN_SEQUENTIAL 2
/* Packets that a leg has brought before may come from a link that repeats them. This many in a row
 * mean that the sender restarted with the same ones. */
#define RESTART_RUN 20
/* After this silence, in nanoseconds, a restart needs no confirmation. It is longer than the 450 ms
 * that ST 2022-7 allows between copies, so no slow leg can look like a restart. */
#define SILENCE G_GINT64_CONSTANT (1000000000)
/* A longer gap counts as a restart, since a sequence number so far ahead may also be an old one. */
#define MAX_GAP (SIZE / 2)
/* Numbers start here, so that numbers before the first one are not negative. */
#define FIRST_NUMBER (G_GUINT64_CONSTANT (1) << 32)

typedef enum
{
  KIND_NEW,
  KIND_COPY,
  /* A different packet has the same number. */
  KIND_CONFLICT,
  KIND_OLD,
  KIND_FAR,
} Kind;

static gboolean
is_silent (gint64 since, gint64 now)
{
  /* The clock may have been set back. */
  return since > 0 && now > 0 && ABS (now - since) >= SILENCE;
}

/* --- Legs -------------------------------------------------------------------------------- */

McastRtpLeg *
_mcast_rtp_leg_new (guint path_id, const McastAddress *source, guint64 serial)
{
  McastRtpLeg *self = g_new0 (McastRtpLeg, 1);

  self->path_id = path_id;
  self->source = *source;
  self->serial = serial;
  return self;
}

guint64
_mcast_rtp_leg_get_lost (const McastRtpLeg *self)
{
  return self->counters.lost + _mcast_rtp_window_count_missing (&self->window);
}

gboolean
_mcast_rtp_leg_is_silent (const McastRtpLeg *self, gint64 now)
{
  return is_silent (self->time, now);
}

/* Adds @distance, a multiple of 65536, to all numbers of the leg. */
void
_mcast_rtp_leg_shift (McastRtpLeg *self, gint64 distance)
{
  if (self->window.base != 0)
    self->window.base += (guint64) distance;
  self->window.newest += (guint64) distance;
  self->last += (guint64) distance;
  self->run_newest += (guint64) distance;
}

static McastRtpPlace
leg_add (McastRtpLeg *self, guint64 number)
{
  if (self->window.base == 0)
    _mcast_rtp_window_reset (&self->window, number);
  return _mcast_rtp_window_add (&self->window, number);
}

static gboolean
leg_steps_back (const McastRtpLeg *self, guint64 number, guint64 tolerance)
{
  return self->window.base != 0 && number + tolerance < self->window.newest;
}

static void
leg_add_skew (McastRtpLeg *self, gint64 skew)
{
  McastRtpLegCounters *counters = &self->counters;

  counters->skew_min = counters->n_skews == 0 ? skew : MIN (counters->skew_min, skew);
  counters->skew_max = counters->n_skews == 0 ? skew : MAX (counters->skew_max, skew);
  counters->skew_sum += (double) skew;
  counters->n_skews++;
}

/* --- Streams ----------------------------------------------------------------------------- */

/* Initializes a stream that begins with @packet. The memory may hold an earlier stream. */
void
_mcast_rtp_stream_reset (McastRtpStream *self, const McastRtpPacket *packet, gboolean is_restart)
{
  self->ssrc = packet->ssrc;
  self->is_restart = is_restart;
  self->n_packets = 0;
  self->progress_time = 0;
  self->n_legs = 0;
  _mcast_rtp_window_reset (&self->window, FIRST_NUMBER + packet->sequence);
}

void
_mcast_rtp_stream_remove_leg (McastRtpStream *self, McastRtpLeg *leg)
{
  guint position = 0;

  while (self->legs[position] != leg)
    position++;
  self->legs[position] = self->legs[--self->n_legs];
}

/* Removes a leg whose sender restarted, so that it can join another stream. The gap between the two
 * is not counted as lost. */
void
_mcast_rtp_stream_release_leg (McastRtpStream *self, McastRtpLeg *leg)
{
  _mcast_rtp_stream_remove_leg (self, leg);
  leg->counters.lost = _mcast_rtp_leg_get_lost (leg);
  leg->former_serial = self->serial;
  leg->former_newest = leg->window.newest;
  leg->window.base = 0;
  leg->run_length = 0;
}

static gboolean
is_just_before (const McastRtpStream *self, guint64 number)
{
  return self->is_restart && number < self->window.base
         && number + MAX_MISORDER >= self->window.base;
}

/* Checks whether a leg of @other has restarted here, and @packet was one of its packets that served
 * to detect that. */
gboolean
_mcast_rtp_stream_follows (const McastRtpStream *self, const McastRtpStream *other,
                           const McastRtpPacket *packet)
{
  if (!is_just_before (self, _mcast_rtp_window_extend (&self->window, packet->sequence)))
    return FALSE;
  for (guint i = 0; i < self->n_legs; i++)
    if (self->legs[i]->former_serial == other->serial)
      return TRUE;
  return FALSE;
}

static Kind
classify (const McastRtpStream *self, guint64 number, guint32 content)
{
  switch (_mcast_rtp_window_get_place (&self->window, number))
    {
    case MCAST_RTP_AHEAD:
      return number - self->window.newest >= MAX_DROPOUT ? KIND_FAR : KIND_NEW;
    case MCAST_RTP_HOLE:
      return is_just_before (self, number) ? KIND_OLD : KIND_NEW;
    case MCAST_RTP_SEEN:
      return self->contents[number % SIZE] == content ? KIND_COPY : KIND_CONFLICT;
    case MCAST_RTP_OLD:
    default:
      return KIND_OLD;
    }
}

/* Checks whether @packet is a copy of one that the stream has delivered. After a restart, packets
 * of a leg are not copies of its earlier packets, even if they are equal. */
gboolean
_mcast_rtp_stream_has_copy (const McastRtpStream *self, const McastRtpLeg *leg,
                            const McastRtpPacket *packet)
{
  guint64 number = _mcast_rtp_window_extend (&self->window, packet->sequence);

  if (leg != NULL && leg->former_serial == self->serial && number <= leg->former_newest)
    return FALSE;
  return classify (self, number, packet->content) == KIND_COPY;
}

static gboolean
is_gap (const McastRtpStream *self, guint64 number, Kind kind)
{
  return kind == KIND_FAR && number - self->window.newest <= MAX_GAP;
}

/* Checks whether @packet continues @leg, possibly after a gap. */
gboolean
_mcast_rtp_stream_continues_leg (const McastRtpStream *self, const McastRtpLeg *leg,
                                 const McastRtpPacket *packet)
{
  guint64 number = _mcast_rtp_window_extend (&self->window, packet->sequence);
  Kind kind = classify (self, number, packet->content);

  return (kind == KIND_NEW || is_gap (self, number, kind))
         && !leg_steps_back (leg, number, MAX_MISORDER);
}

/* Checks whether @other repeats the stream: a leg that restarted brings the same packets there as
 * it brought here before. Then a slow leg that is still here brings no copies of them. */
gboolean
_mcast_rtp_stream_is_repeated_in (const McastRtpStream *self, const McastRtpStream *other,
                                  const McastRtpPacket *packet)
{
  guint64 number = _mcast_rtp_window_extend (&self->window, packet->sequence);

  for (guint i = 0; i < other->n_legs; i++)
    if (other->legs[i]->former_serial == self->serial && number <= other->legs[i]->former_newest)
      return TRUE;
  return FALSE;
}

static void
remember (McastRtpStream *self, guint64 number, guint32 content, gint64 time)
{
  _mcast_rtp_window_add (&self->window, number);
  self->contents[number % SIZE] = content;
  self->times[number % SIZE] = time;
}

/* Adds the packets of another stream that also has @packet. Returns the distance between the
 * numbers of the two. */
gint64
_mcast_rtp_stream_merge (McastRtpStream *self, const McastRtpStream *other,
                         const McastRtpPacket *packet)
{
  guint64 number = _mcast_rtp_window_extend (&self->window, packet->sequence);
  guint64 others_number = _mcast_rtp_window_extend (&other->window, packet->sequence);
  gint64 distance = (gint64) (number - others_number);

  number = _mcast_rtp_window_find_seen (&other->window, 0);
  while (number <= other->window.newest)
    {
      if (_mcast_rtp_window_get_place (&self->window, number + (guint64) distance)
          != MCAST_RTP_SEEN)
        remember (self, number + (guint64) distance, other->contents[number % SIZE],
                  other->times[number % SIZE]);
      number = _mcast_rtp_window_find_seen (&other->window, number + 1);
    }
  self->n_packets += other->n_packets;
  self->progress_time = MAX (self->progress_time, other->progress_time);
  return distance;
}

/* Checks whether the sender of a leg that was silent has restarted. Packets that the leg has not
 * brought before are copies while another leg is active. */
static gboolean
restarts_after_silence (const McastRtpStream *self, const McastRtpLeg *leg, guint64 number,
                        Kind kind, gint64 now)
{
  gboolean is_next = number > leg->window.newest && (kind == KIND_NEW || kind == KIND_COPY);

  return leg->window.base != 0 && !is_next && _mcast_rtp_leg_is_silent (leg, now)
         && (kind != KIND_COPY || is_silent (self->progress_time, now));
}

/* Checks whether a packet out of order follows the previous one. While another leg brings newer
 * packets, the run of a slow leg stays short. */
static gboolean
is_in_sequence (const McastRtpStream *self, const McastRtpLeg *leg, guint64 number, Kind kind)
{
  gboolean has_progressed = leg->run_newest != self->window.newest;

  if (kind == KIND_CONFLICT)
    return number == leg->last + 1;
  if (kind == KIND_FAR)
    return number == leg->last + 1 && !has_progressed;
  return !has_progressed && number + MAX_MISORDER >= leg->last
         && number <= leg->last + MAX_MISORDER;
}

/* Follows the order of a leg, and checks whether its sender has restarted. Packets that the leg
 * lost the first time neither confirm nor refute that. */
static gboolean
follow_order (const McastRtpStream *self, McastRtpLeg *leg, guint64 number, Kind kind)
{
  gboolean is_jump = kind == KIND_FAR || kind == KIND_CONFLICT;
  gboolean is_repeated = (kind == KIND_OLD || kind == KIND_COPY)
                         && leg_steps_back (leg, number, MAX_MISORDER);
  gboolean was_lost = kind == KIND_COPY
                      && _mcast_rtp_window_get_place (&leg->window, number) == MCAST_RTP_HOLE;

  if (!(is_jump || is_repeated) || !is_in_sequence (self, leg, number, kind))
    leg->run_length = 0;
  if (is_jump || (is_repeated && !was_lost))
    leg->run_length++;
  leg->last = number;
  leg->run_newest = self->window.newest;
  return leg->run_length >= (is_jump ? MIN_SEQUENTIAL : RESTART_RUN);
}

static void
add_new (McastRtpStream *self, McastRtpLeg *leg, guint64 number, const McastRtpPacket *packet)
{
  remember (self, number, packet->content, packet->time);
  if (packet->time > 0)
    self->progress_time = packet->time;
  leg->counters.first++;
  if (leg_add (leg, number) == MCAST_RTP_HOLE)
    leg->counters.reordered++;
}

static void
add_copy (McastRtpStream *self, McastRtpLeg *leg, guint64 number, const McastRtpPacket *packet)
{
  gint64 first_time = self->times[number % SIZE];
  McastRtpPlace place = leg_add (leg, number);

  if (place == MCAST_RTP_HOLE)
    leg->counters.reordered++;
  if (place != MCAST_RTP_SEEN && first_time > 0 && packet->time > 0)
    leg_add_skew (leg, packet->time - first_time);
}

/* Processes the next packet of a leg. */
McastRtpStreamResult
_mcast_rtp_stream_check (McastRtpStream *self, McastRtpLeg *leg, const McastRtpPacket *packet)
{
  guint64 number = _mcast_rtp_window_extend (&self->window, packet->sequence);
  Kind kind = classify (self, number, packet->content);
  gboolean is_next = leg->window.base != 0 && number == leg->window.newest + 1;
  gboolean is_accepted = restarts_after_silence (self, leg, number, kind, packet->time);

  is_accepted = follow_order (self, leg, number, kind) || is_accepted;
  if (is_accepted && is_gap (self, number, kind))
    kind = KIND_NEW;
  else if (is_accepted)
    return MCAST_RTP_STREAM_RESTART;

  self->n_packets++;
  if (packet->time > 0)
    leg->time = packet->time;
  /* Where a leg continues, a different packet with its number came from another sender, or after a
   * restart. */
  if (kind == KIND_NEW || (kind == KIND_CONFLICT && is_next))
    {
      add_new (self, leg, number, packet);
      return MCAST_RTP_STREAM_NEW;
    }
  if (kind != KIND_COPY)
    return MCAST_RTP_STREAM_REJECTED;
  add_copy (self, leg, number, packet);
  return MCAST_RTP_STREAM_COPY;
}
