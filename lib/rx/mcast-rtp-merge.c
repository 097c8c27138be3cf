/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx/mcast-rtp-merge-private.h"

#define RTP_HEADER_SIZE 12
/* Streams with fewer packets are evicted first, so that a flood of SSRCs evicts only itself. */
#define ESTABLISHED_PACKETS 16

struct _McastRtpMerge
{
  /* The streams in use, followed by memory that is reused for new ones. */
  McastRtpStream *streams[MCAST_RTP_MERGE_MAX_STREAMS];
  guint n_streams;
  /* Counts events; the serial numbers of streams and legs come from it. */
  guint64 clock;
  guint64 late;
  /* The counters of removed streams, and McastRtpLegCounters of removed legs by path ID. */
  guint64 past_unrecovered;
  GHashTable *past_legs;
};

/* The stream and the leg that a datagram belongs to. */
typedef struct
{
  McastRtpStream *stream;
  McastRtpLeg *leg;
  /* Another source has precedence on this path. */
  gboolean is_blocked;
  /* Other streams have the same SSRC. */
  gboolean has_peers;
} Match;

McastRtpMerge *
_mcast_rtp_merge_new (void)
{
  McastRtpMerge *self = g_new0 (McastRtpMerge, 1);

  self->past_legs = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return self;
}

static void
free_legs (McastRtpStream *stream)
{
  for (guint i = 0; i < stream->n_legs; i++)
    g_free (stream->legs[i]);
  stream->n_legs = 0;
}

void
_mcast_rtp_merge_free (McastRtpMerge *self)
{
  for (guint i = 0; i < self->n_streams; i++)
    free_legs (self->streams[i]);
  for (guint i = 0; i < MCAST_RTP_MERGE_MAX_STREAMS; i++)
    g_free (self->streams[i]);
  g_hash_table_unref (self->past_legs);
  g_free (self);
}

/* --- Packets ----------------------------------------------------------------------------- */

static gboolean
is_rtp (const McastRtpDatagram *datagram)
{
  guint payload_type;

  if (datagram->length < RTP_HEADER_SIZE || datagram->head[0] >> 6 != 2)
    return FALSE;

  /* The packet types of RTCP, 192 to 223, look like these: RFC 5761, section 4. */
  payload_type = datagram->head[1] & 0x7f;
  return payload_type < 64 || payload_type > 95;
}

static guint32
read_ssrc (const guint8 *head)
{
  return (guint32) head[8] << 24 | (guint32) head[9] << 16 | (guint32) head[10] << 8 | head[11];
}

/* Returns the FNV-1a hash of the head and the length. Timestamp and payload type distinguish two
 * streams; the payload distinguishes packets of a sender that restarts with the same headers. */
static guint32
hash_content (const McastRtpDatagram *datagram)
{
  gsize n = MIN (datagram->length, MCAST_RTP_MERGE_HEAD_SIZE);
  guint32 hash = 2166136261u ^ (guint32) datagram->length;

  for (gsize i = 0; i < n; i++)
    hash = (hash ^ datagram->head[i]) * 16777619u;
  return hash;
}

static McastRtpPacket
read_packet (const McastRtpDatagram *datagram)
{
  return (McastRtpPacket) {
    .ssrc = read_ssrc (datagram->head),
    .sequence = (guint16) (datagram->head[2] << 8 | datagram->head[3]),
    .content = hash_content (datagram),
    .time = datagram->time,
  };
}

/* --- Counters ---------------------------------------------------------------------------- */

static void
counters_add_leg (McastRtpLegCounters *self, const McastRtpLegCounters *other, guint64 lost)
{
  self->lost += lost;
  self->reordered += other->reordered;
  self->first += other->first;
  if (other->n_skews == 0)
    return;

  self->skew_min = self->n_skews == 0 ? other->skew_min : MIN (self->skew_min, other->skew_min);
  self->skew_max = self->n_skews == 0 ? other->skew_max : MAX (self->skew_max, other->skew_max);
  self->skew_sum += other->skew_sum;
  self->n_skews += other->n_skews;
}

static void
keep_counters (McastRtpMerge *self, const McastRtpLeg *leg)
{
  McastRtpLegCounters *past = g_hash_table_lookup (self->past_legs,
                                                   GUINT_TO_POINTER (leg->path_id));

  if (past == NULL)
    {
      past = g_new0 (McastRtpLegCounters, 1);
      g_hash_table_insert (self->past_legs, GUINT_TO_POINTER (leg->path_id), past);
    }
  counters_add_leg (past, &leg->counters, _mcast_rtp_leg_get_lost (leg));
}

/* --- Streams and legs -------------------------------------------------------------------- */

/* Removes a stream without legs, and keeps its memory for a new one. */
static void
remove_stream (McastRtpMerge *self, McastRtpStream *stream)
{
  guint position = 0;

  while (self->streams[position] != stream)
    position++;
  self->n_streams--;
  self->streams[position] = self->streams[self->n_streams];
  self->streams[self->n_streams] = stream;
}

static void
drop_leg (McastRtpMerge *self, McastRtpStream *stream, McastRtpLeg *leg)
{
  keep_counters (self, leg);
  _mcast_rtp_stream_remove_leg (stream, leg);
  g_free (leg);
}

static void
drop_stream (McastRtpMerge *self, McastRtpStream *stream)
{
  while (stream->n_legs > 0)
    drop_leg (self, stream, stream->legs[0]);
  self->past_unrecovered += _mcast_rtp_window_count_missing (&stream->window);
  remove_stream (self, stream);
}

/* Returns the rank of a stream in eviction, lowest first. A stream without legs only serves to
 * recognize late copies. */
static guint
get_rank (const McastRtpStream *stream)
{
  if (stream->n_legs == 0)
    return 0;
  return stream->n_packets < ESTABLISHED_PACKETS ? 1 : 2;
}

static gboolean
is_before (const McastRtpStream *a, const McastRtpStream *b)
{
  if (get_rank (a) != get_rank (b))
    return get_rank (a) < get_rank (b);
  return a->last_used < b->last_used;
}

static void
evict_stream (McastRtpMerge *self)
{
  McastRtpStream *victim = self->streams[0];

  for (guint i = 1; i < self->n_streams; i++)
    if (is_before (self->streams[i], victim))
      victim = self->streams[i];
  drop_stream (self, victim);
}

static McastRtpStream *
add_stream (McastRtpMerge *self, const McastRtpPacket *packet, gboolean is_restart)
{
  McastRtpStream *stream;

  if (self->n_streams == MCAST_RTP_MERGE_MAX_STREAMS)
    evict_stream (self);
  if (self->streams[self->n_streams] == NULL)
    self->streams[self->n_streams] = g_new0 (McastRtpStream, 1);
  stream = self->streams[self->n_streams++];
  _mcast_rtp_stream_reset (stream, packet, is_restart);
  stream->serial = ++self->clock;
  return stream;
}

static void
add_leg (McastRtpMerge *self, McastRtpStream *stream, McastRtpLeg *leg)
{
  if (stream->n_legs == MCAST_RTP_STREAM_MAX_LEGS)
    {
      McastRtpLeg *victim = stream->legs[0];

      for (guint i = 1; i < stream->n_legs; i++)
        if (stream->legs[i]->time < victim->time)
          victim = stream->legs[i];
      drop_leg (self, stream, victim);
    }
  stream->legs[stream->n_legs++] = leg;
}

/* Finds another stream with the same SSRC that has delivered the packet. Only a new leg, for which
 * @leg is NULL, may join a stream without legs. */
static McastRtpStream *
find_peer (McastRtpMerge *self, const McastRtpStream *stream, const McastRtpLeg *leg,
           const McastRtpPacket *packet)
{
  McastRtpStream *found = NULL;

  for (guint i = 0; i < self->n_streams; i++)
    {
      McastRtpStream *peer = self->streams[i];

      if (peer->ssrc == packet->ssrc && peer != stream && (leg == NULL || peer->n_legs > 0)
          && (found == NULL || is_before (found, peer))
          && _mcast_rtp_stream_has_copy (peer, leg, packet))
        found = peer;
    }
  return found;
}

static void
match_leg (Match *self, const McastRtpDatagram *datagram, McastRtpStream *stream, McastRtpLeg *leg,
           McastRtpLeg **blocker)
{
  if (leg->path_id != datagram->path_id)
    return;
  if (_mcast_address_equal (&leg->source, datagram->source))
    {
      self->stream = stream;
      self->leg = leg;
    }
  else if (!_mcast_rtp_leg_is_silent (leg, datagram->time)
           && (*blocker == NULL || leg->serial < (*blocker)->serial))
    *blocker = leg;
}

static Match
find_match (McastRtpMerge *self, const McastRtpDatagram *datagram, const McastRtpPacket *packet)
{
  Match match = { NULL };
  McastRtpLeg *blocker = NULL;
  guint n_streams = 0;

  for (guint i = 0; i < self->n_streams; i++)
    {
      McastRtpStream *stream = self->streams[i];

      if (stream->ssrc != packet->ssrc)
        continue;
      n_streams++;
      for (guint j = 0; j < stream->n_legs; j++)
        match_leg (&match, datagram, stream, stream->legs[j], &blocker);
    }
  match.has_peers = n_streams > 1;
  match.is_blocked = blocker != NULL && (match.leg == NULL || blocker->serial < match.leg->serial);
  return match;
}

/* One stream without legs is enough for each SSRC. */
static void
drop_abandoned (McastRtpMerge *self, const McastRtpStream *except)
{
  for (guint i = self->n_streams; i > 0; i--)
    {
      McastRtpStream *stream = self->streams[i - 1];

      if (stream->ssrc == except->ssrc && stream != except && stream->n_legs == 0)
        drop_stream (self, stream);
    }
}

/* Moves a leg to a stream that brings the same packets, or to a new one. */
static McastRtpStream *
move_leg (McastRtpMerge *self, McastRtpStream *from, McastRtpLeg *leg, McastRtpStream *to,
          const McastRtpPacket *packet)
{
  _mcast_rtp_stream_release_leg (from, leg);
  if (from->n_legs == 0)
    drop_abandoned (self, from);
  if (to == NULL)
    to = add_stream (self, packet, TRUE);
  add_leg (self, to, leg);
  return to;
}

static void
rebase_former (McastRtpMerge *self, const McastRtpStream *from, const McastRtpStream *to,
               gint64 distance)
{
  for (guint i = 0; i < self->n_streams; i++)
    for (guint j = 0; j < self->streams[i]->n_legs; j++)
      {
        McastRtpLeg *leg = self->streams[i]->legs[j];

        if (leg->former_serial != from->serial)
          continue;
        leg->former_serial = to->serial;
        leg->former_newest += (guint64) distance;
      }
}

/* Merges two streams that turn out to bring the same packets. */
static McastRtpStream *
merge_streams (McastRtpMerge *self, McastRtpStream *a, McastRtpStream *b,
               const McastRtpPacket *packet)
{
  McastRtpStream *elder = a->serial < b->serial ? a : b;
  McastRtpStream *younger = elder == a ? b : a;
  gint64 distance = _mcast_rtp_stream_merge (elder, younger, packet);

  rebase_former (self, younger, elder, distance);
  while (younger->n_legs > 0)
    {
      McastRtpLeg *leg = younger->legs[0];

      _mcast_rtp_stream_remove_leg (younger, leg);
      _mcast_rtp_leg_shift (leg, distance);
      add_leg (self, elder, leg);
    }
  remove_stream (self, younger);
  return elder;
}

/* Follows the packet to another stream with the same SSRC if that one has delivered it. */
static void
compare_with_peers (McastRtpMerge *self, Match *match, const McastRtpPacket *packet)
{
  McastRtpStream *peer = NULL;

  if (!_mcast_rtp_stream_has_copy (match->stream, NULL, packet))
    peer = find_peer (self, match->stream, match->leg, packet);
  if (peer == NULL)
    return;
  if (!_mcast_rtp_stream_continues_leg (match->stream, match->leg, packet))
    match->stream = move_leg (self, match->stream, match->leg, peer, packet);
  else if (!_mcast_rtp_stream_is_repeated_in (match->stream, peer, packet))
    match->stream = merge_streams (self, match->stream, peer, packet);
}

static void
begin_leg (McastRtpMerge *self, Match *match, const McastRtpDatagram *datagram,
           const McastRtpPacket *packet)
{
  match->stream = find_peer (self, NULL, NULL, packet);
  if (match->stream == NULL)
    match->stream = add_stream (self, packet, FALSE);
  match->leg = _mcast_rtp_leg_new (datagram->path_id, datagram->source, ++self->clock);
  add_leg (self, match->stream, match->leg);
}

/* Finds the stream of another leg that noticed the same restart earlier. */
static McastRtpStream *
find_restarted (McastRtpMerge *self, const Match *match, const McastRtpPacket *packet)
{
  McastRtpStream *peer = find_peer (self, match->stream, match->leg, packet);

  for (guint i = 0; peer == NULL && i < self->n_streams; i++)
    if (self->streams[i]->ssrc == packet->ssrc
        && _mcast_rtp_stream_follows (self->streams[i], match->stream, packet))
      peer = self->streams[i];
  return peer;
}

static McastRtpVerdict
take (McastRtpMerge *self, Match *match, const McastRtpPacket *packet)
{
  McastRtpStreamResult result = _mcast_rtp_stream_check (match->stream, match->leg, packet);

  if (result == MCAST_RTP_STREAM_RESTART)
    {
      McastRtpStream *to = match->has_peers ? find_restarted (self, match, packet) : NULL;

      match->stream = move_leg (self, match->stream, match->leg, to, packet);
      result = _mcast_rtp_stream_check (match->stream, match->leg, packet);
    }
  match->stream->last_used = ++self->clock;
  switch (result)
    {
    case MCAST_RTP_STREAM_NEW:
      return MCAST_RTP_VERDICT_FORWARD;
    case MCAST_RTP_STREAM_COPY:
      return MCAST_RTP_VERDICT_DUPLICATE;
    case MCAST_RTP_STREAM_REJECTED:
    case MCAST_RTP_STREAM_RESTART:
    default:
      self->late++;
      return MCAST_RTP_VERDICT_LATE;
    }
}

McastRtpVerdict
_mcast_rtp_merge_check (McastRtpMerge *self, const McastRtpDatagram *datagram)
{
  McastRtpPacket packet;
  Match match;

  if (!is_rtp (datagram))
    return MCAST_RTP_VERDICT_NOT_RTP;

  packet = read_packet (datagram);
  match = find_match (self, datagram, &packet);
  if (match.is_blocked)
    return MCAST_RTP_VERDICT_FOREIGN;
  if (match.leg == NULL)
    begin_leg (self, &match, datagram, &packet);
  else if (match.has_peers)
    compare_with_peers (self, &match, &packet);
  return take (self, &match, &packet);
}

static void
forget_legs (McastRtpStream *stream, guint path_id)
{
  for (guint i = stream->n_legs; i > 0; i--)
    {
      McastRtpLeg *leg = stream->legs[i - 1];

      if (leg->path_id != path_id)
        continue;
      _mcast_rtp_stream_remove_leg (stream, leg);
      g_free (leg);
    }
}

/* Forgets a path, so that its ID can be reused. The counters of the streams are kept. */
void
_mcast_rtp_merge_forget_path (McastRtpMerge *self, guint path_id)
{
  g_hash_table_remove (self->past_legs, GUINT_TO_POINTER (path_id));
  for (guint i = self->n_streams; i > 0; i--)
    {
      McastRtpStream *stream = self->streams[i - 1];

      forget_legs (stream, path_id);
      if (stream->n_legs == 0)
        drop_stream (self, stream);
    }
}

/* Sums up the counters of all streams, including removed ones. */
void
_mcast_rtp_merge_get_stats (McastRtpMerge *self, McastRtpStats *stats)
{
  stats->late = self->late;
  stats->unrecovered = self->past_unrecovered;
  for (guint i = 0; i < self->n_streams; i++)
    stats->unrecovered += _mcast_rtp_window_count_missing (&self->streams[i]->window);
}

static void
add_legs (const McastRtpStream *stream, guint path_id, McastRtpLegCounters *counters)
{
  for (guint i = 0; i < stream->n_legs; i++)
    {
      const McastRtpLeg *leg = stream->legs[i];

      if (leg->path_id == path_id)
        counters_add_leg (counters, &leg->counters, _mcast_rtp_leg_get_lost (leg));
    }
}

void
_mcast_rtp_merge_get_path_stats (McastRtpMerge *self, guint path_id, McastRtpPathStats *stats)
{
  const McastRtpLegCounters *past = g_hash_table_lookup (self->past_legs,
                                                         GUINT_TO_POINTER (path_id));
  McastRtpLegCounters counters = { 0 };

  if (past != NULL)
    counters = *past;
  for (guint i = 0; i < self->n_streams; i++)
    add_legs (self->streams[i], path_id, &counters);
  *stats = (McastRtpPathStats) {
    .lost = counters.lost,
    .reordered = counters.reordered,
    .first = counters.first,
    .skew_min = counters.skew_min,
    .skew_max = counters.skew_max,
  };
  if (counters.n_skews > 0)
    stats->skew_avg = (gint64) (counters.skew_sum / (double) counters.n_skews);
}
