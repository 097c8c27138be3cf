/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx/mcast-rtp-merge-private.h"

#include <string.h>

#define WINDOW MCAST_RTP_MERGE_WINDOW
#define WORD_BITS 64
#define SEQUENCE_RANGE 65536
#define RTP_HEADER_SIZE 12

/* The MAX_MISORDER of RFC 3550, A.1: a step further back is not mere reordering on the wire. */
#define MAX_MISORDER 100
/* So many packets in a row have to agree that the sender started again. */
#define RESTART_RUN 20
/* ST 2022-7 allows copies 450 ms apart: nothing new for this long is no slow path's doing. */
#define STUCK_TIME (10 * G_GINT64_CONSTANT (1000000000))
/* A longer leap forward must be confirmed, too: an old number may seem to lie so far ahead. */
#define MAX_LEAP (WINDOW / 2)
/* Numbers are counted from here, so that those before a stream's first one are not negative. */
#define FIRST_NUMBER (G_GUINT64_CONSTANT (1) << 32)

/* Which of the last WINDOW numbers have been seen; numbers are sequence numbers that never wrap. */
typedef struct
{
  /* 0 before there is any number. */
  guint64 base;
  guint64 newest;
  guint64 n_since_base;
  guint64 missing_before_base;
  guint64 bits[WINDOW / WORD_BITS];
} Window;

typedef enum
{
  PLACE_AHEAD,
  PLACE_HOLE,
  PLACE_SEEN,
  PLACE_OLD,
  PLACE_FAR_AHEAD,
} Place;

typedef struct
{
  /* Of what made room; the window knows it of the others. */
  guint64 lost;
  guint64 reordered;
  guint64 first;
  guint64 n_skews;
  gint64 skew_min;
  gint64 skew_max;
  /* Nanoseconds times packets outgrow 64 bits within weeks. */
  double skew_sum;
} PathCounters;

typedef struct
{
  guint id;
  PathCounters counters;
  Window window;
  guint64 last;
  /* The last packet was rejected and not where the path's own order had led. */
  gboolean strays;
  /* The packets in a row that may turn out to be a restart of the sender. */
  guint run_length;
  guint64 run_newest;
} Path;

typedef struct
{
  guint32 ssrc;
  /* When a packet went on last, 0 if unknown. */
  gint64 progress_time;
  guint64 late;
  Window window;
  /* Most recently used first; behind them, memory kept for later. */
  Path *paths[MCAST_RTP_MERGE_MAX_STREAM_PATHS];
  guint n_paths;
  /* When each number of the window arrived first; meaningful from the window's base on. */
  gint64 arrival_times[WINDOW];
} Stream;

/* One packet: its number, and its place among those of the stream and among those of its path. */
typedef struct
{
  guint64 number;
  Place place;
  Place own_place;
  gint64 time;
} Arrival;

struct _McastRtpMerge
{
  /* Most recently used first. */
  Stream *streams[MCAST_RTP_MERGE_MAX_STREAMS];
  guint n_streams;
  /* What those that made room had counted; PathCounters by number of the path. */
  McastRtpStreamStats past;
  GHashTable *past_paths;
};

static void
window_begin (Window *self, guint64 first, gboolean seen_before)
{
  self->base = first;
  self->newest = first - 1;
  self->n_since_base = 0;
  memset (self->bits, seen_before ? 0xff : 0, sizeof self->bits);
}

static guint64 *
window_word (Window *self, guint64 number)
{
  return &self->bits[number % WINDOW / WORD_BITS];
}

static void
window_advance (Window *self, guint64 newest)
{
  guint64 number = self->newest + 1;

  if (newest - self->newest >= WINDOW)
    number = newest - WINDOW + 1;
  self->newest = newest;

  while (number <= newest)
    {
      /* A long leap must not cost a step per number: anyone can send one with every packet. */
      if (number % WORD_BITS == 0 && newest - number >= WORD_BITS - 1)
        {
          *window_word (self, number) = 0;
          number += WORD_BITS;
        }
      else
        {
          *window_word (self, number) &= ~(G_GUINT64_CONSTANT (1) << number % WORD_BITS);
          number++;
        }
    }
}

static Place
window_test_and_set (Window *self, guint64 number)
{
  guint64 bit = G_GUINT64_CONSTANT (1) << number % WORD_BITS;
  guint64 *word = window_word (self, number);
  Place place = PLACE_HOLE;

  if (number > self->newest)
    {
      window_advance (self, number);
      place = PLACE_AHEAD;
    }
  else if (self->newest - number >= WINDOW)
    return PLACE_OLD;
  else if (*word & bit)
    return PLACE_SEEN;

  *word |= bit;
  if (number >= self->base)
    self->n_since_base++;
  return place;
}

static guint64
window_missing (const Window *self)
{
  if (self->base == 0)
    return 0;
  return self->missing_before_base + self->newest + 1 - self->base - self->n_since_base;
}

/*
 * What was missing stays missing, and what seems to precede the new numbers may be an old one: it
 * counts as seen.
 */
static void
window_begin_again (Window *self, guint64 first)
{
  self->missing_before_base = window_missing (self);
  window_begin (self, first, TRUE);
}

static guint
stream_find_path (const Stream *self, guint id)
{
  guint index = 0;

  while (index < self->n_paths && self->paths[index]->id != id)
    index++;
  return index;
}

static void
stream_begin (Stream *self, guint32 ssrc, guint16 sequence)
{
  self->ssrc = ssrc;
  self->progress_time = 0;
  self->late = 0;
  self->n_paths = 0;
  self->window.missing_before_base = 0;
  window_begin (&self->window, FIRST_NUMBER + sequence, FALSE);
}

static void
stream_free (Stream *self)
{
  for (guint i = 0; i < MCAST_RTP_MERGE_MAX_STREAM_PATHS; i++)
    g_free (self->paths[i]);
  g_free (self);
}

static gint16
sequence_distance (guint16 sequence, guint64 number)
{
  return (gint16) (guint16) (sequence - (guint16) number);
}

/*
 * When the sender has started again, a slow path goes on with the old numbers for a while. Measured
 * from the newest number those could seem to lie ahead of it.
 */
static gboolean
path_is_before_restart (const Path *self, const Stream *stream, guint16 sequence)
{
  return !self->strays && self->last + WINDOW <= stream->window.base
         && stream->window.newest - stream->window.base < WINDOW
         && ABS (sequence_distance (sequence, self->last)) <= MAX_MISORDER;
}

static guint64
extend (const Stream *stream, const Path *path, guint16 sequence)
{
  guint64 reference = stream->window.newest;

  if (path_is_before_restart (path, stream, sequence))
    reference = path->last;
  return reference + (gint64) sequence_distance (sequence, reference);
}

static Place
stream_place (Stream *self, guint64 number)
{
  if (number > self->window.newest + MAX_LEAP)
    return PLACE_FAR_AHEAD;
  return window_test_and_set (&self->window, number);
}

static Place
path_place (Path *self, const Stream *stream, const Arrival *arrival)
{
  if (arrival->place == PLACE_OLD || arrival->place == PLACE_FAR_AHEAD)
    return arrival->place;

  if (self->window.base == 0)
    window_begin (&self->window, arrival->number, FALSE);
  else if (self->window.newest + WINDOW <= stream->window.base)
    /* The gap up to a restart is no loss. */
    window_begin_again (&self->window, arrival->number);

  return window_test_and_set (&self->window, arrival->number);
}

static gboolean
goes_on (const Arrival *arrival)
{
  return arrival->place == PLACE_AHEAD || arrival->place == PLACE_HOLE;
}

static gboolean
stream_is_stuck (const Stream *self, gint64 now)
{
  return self->progress_time > 0 && now > self->progress_time
         && now - self->progress_time > STUCK_TIME;
}

/*
 * A slow path is no restart: it neither leaps ahead nor steps back to what it has brought itself.
 * While a faster one brings newer packets, no run gets long.
 */
static void
path_watch_order (Path *self, const Stream *stream, const Arrival *arrival)
{
  gboolean leaps = arrival->place == PLACE_FAR_AHEAD || stream_is_stuck (stream, arrival->time);
  gboolean steps_back = arrival->number + MAX_MISORDER < self->window.newest;
  gboolean continues = self->run_newest == stream->window.newest
                       && arrival->number + MAX_MISORDER >= self->last
                       && arrival->number <= self->last + MAX_MISORDER;

  self->strays = !goes_on (arrival) && (leaps || steps_back);
  if (!self->strays || !continues)
    self->run_length = 0;
  /* What the path lost the first time is no evidence, for or against. */
  if (self->strays && (leaps || arrival->own_place != PLACE_HOLE))
    self->run_length++;

  self->last = arrival->number;
  self->run_newest = stream->window.newest;
}

/* The new numbers are taken for a leap forward that leaves all the old ones behind the window. */
static void
stream_restart (Stream *self, guint64 number)
{
  while (number < self->window.newest + WINDOW)
    number += SEQUENCE_RANGE;

  window_begin_again (&self->window, number);
}

static Arrival
stream_take_number (Stream *self, Path *path, guint64 number, gint64 time)
{
  Arrival arrival = { .number = number, .time = time };

  arrival.place = stream_place (self, number);
  arrival.own_place = path_place (path, self, &arrival);
  path_watch_order (path, self, &arrival);
  return arrival;
}

static Arrival
stream_take (Stream *self, Path *path, guint16 sequence, gint64 time)
{
  Arrival arrival = stream_take_number (self, path, extend (self, path, sequence), time);

  if (path->run_length < RESTART_RUN)
    return arrival;

  stream_restart (self, arrival.number);
  return stream_take_number (self, path, self->window.base, time);
}

static void
counters_add_skew (PathCounters *self, gint64 skew)
{
  self->skew_min = self->n_skews == 0 ? skew : MIN (self->skew_min, skew);
  self->skew_max = self->n_skews == 0 ? skew : MAX (self->skew_max, skew);
  self->skew_sum += (double) skew;
  self->n_skews++;
}

static void
path_count (Path *self, Stream *stream, const Arrival *arrival)
{
  PathCounters *counters = &self->counters;
  gint64 *first_time = &stream->arrival_times[arrival->number % WINDOW];

  counters->reordered += arrival->own_place == PLACE_HOLE;

  if (goes_on (arrival))
    {
      counters->first++;
      *first_time = arrival->time;
      stream->progress_time = arrival->time;
    }
  else if (arrival->place == PLACE_SEEN && arrival->own_place != PLACE_SEEN
           && arrival->number >= stream->window.base && *first_time > 0 && arrival->time > 0)
    counters_add_skew (counters, arrival->time - *first_time);
}

static McastRtpVerdict
stream_count (Stream *self, Place place)
{
  switch (place)
    {
    case PLACE_AHEAD:
    case PLACE_HOLE:
      return MCAST_RTP_VERDICT_FORWARD;
    case PLACE_SEEN:
      return MCAST_RTP_VERDICT_DUPLICATE;
    case PLACE_OLD:
    case PLACE_FAR_AHEAD:
    default:
      self->late++;
      return MCAST_RTP_VERDICT_LATE;
    }
}

static gboolean
is_rtp (const guint8 *packet, gsize length)
{
  guint payload_type;

  if (length < RTP_HEADER_SIZE || packet[0] >> 6 != 2)
    return FALSE;

  /* The packet types of RTCP, 192 to 223, look like these: RFC 5761, section 4. */
  payload_type = packet[1] & 0x7f;
  return payload_type < 64 || payload_type > 95;
}

static guint32
read_ssrc (const guint8 *packet)
{
  return (guint32) packet[8] << 24 | (guint32) packet[9] << 16 | (guint32) packet[10] << 8
         | packet[11];
}

static void
counters_add (PathCounters *self, const PathCounters *other)
{
  self->lost += other->lost;
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
counters_add_path (PathCounters *self, const Path *path)
{
  counters_add (self, &path->counters);
  self->lost += window_missing (&path->window);
}

static void
stats_add_stream (McastRtpStreamStats *self, const Stream *stream)
{
  self->late += stream->late;
  self->unrecovered += window_missing (&stream->window);
}

static void
merge_keep_path_counters (McastRtpMerge *self, const Path *path)
{
  PathCounters *past = g_hash_table_lookup (self->past_paths, GUINT_TO_POINTER (path->id));

  if (past == NULL)
    {
      past = g_new0 (PathCounters, 1);
      g_hash_table_insert (self->past_paths, GUINT_TO_POINTER (path->id), past);
    }
  counters_add_path (past, path);
}

static void
merge_keep_stream_counters (McastRtpMerge *self, const Stream *stream)
{
  stats_add_stream (&self->past, stream);
  for (guint i = 0; i < stream->n_paths; i++)
    merge_keep_path_counters (self, stream->paths[i]);
}

static void
merge_add_path (McastRtpMerge *self, Stream *stream, guint id)
{
  Path **path;

  if (stream->n_paths < MCAST_RTP_MERGE_MAX_STREAM_PATHS)
    stream->n_paths++;
  else
    merge_keep_path_counters (self, stream->paths[stream->n_paths - 1]);

  path = &stream->paths[stream->n_paths - 1];
  if (*path == NULL)
    *path = g_new (Path, 1);
  memset (*path, 0, sizeof **path);
  (*path)->id = id;
  (*path)->last = stream->window.newest;
}

static Path *
merge_use_path (McastRtpMerge *self, Stream *stream, guint id)
{
  guint index = stream_find_path (stream, id);
  Path *path;

  if (index == stream->n_paths)
    {
      merge_add_path (self, stream, id);
      index = stream->n_paths - 1;
    }

  path = stream->paths[index];
  memmove (&stream->paths[1], &stream->paths[0], index * sizeof stream->paths[0]);
  stream->paths[0] = path;
  return path;
}

static void
merge_add_stream (McastRtpMerge *self, guint32 ssrc, guint16 sequence)
{
  if (self->n_streams < MCAST_RTP_MERGE_MAX_STREAMS)
    self->streams[self->n_streams++] = g_new0 (Stream, 1);
  else
    merge_keep_stream_counters (self, self->streams[self->n_streams - 1]);

  stream_begin (self->streams[self->n_streams - 1], ssrc, sequence);
}

static guint
merge_find_stream (const McastRtpMerge *self, guint32 ssrc)
{
  guint index = 0;

  while (index < self->n_streams && self->streams[index]->ssrc != ssrc)
    index++;
  return index;
}

static Stream *
merge_use_stream (McastRtpMerge *self, guint32 ssrc, guint16 sequence)
{
  guint index = merge_find_stream (self, ssrc);
  Stream *stream;

  if (index == self->n_streams)
    {
      merge_add_stream (self, ssrc, sequence);
      index = self->n_streams - 1;
    }

  stream = self->streams[index];
  memmove (&self->streams[1], &self->streams[0], index * sizeof self->streams[0]);
  self->streams[0] = stream;
  return stream;
}

McastRtpMerge *
_mcast_rtp_merge_new (void)
{
  McastRtpMerge *self = g_new0 (McastRtpMerge, 1);

  self->past_paths = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return self;
}

void
_mcast_rtp_merge_free (McastRtpMerge *self)
{
  for (guint i = 0; i < self->n_streams; i++)
    stream_free (self->streams[i]);
  g_hash_table_unref (self->past_paths);
  g_free (self);
}

McastRtpVerdict
_mcast_rtp_merge_check (McastRtpMerge *self, const guint8 *packet, gsize length, guint path_id,
                        gint64 arrival_time)
{
  guint16 sequence;
  Stream *stream;
  Path *path;
  Arrival arrival;

  if (!is_rtp (packet, length))
    return MCAST_RTP_VERDICT_NOT_RTP;

  sequence = (guint16) (packet[2] << 8 | packet[3]);
  stream = merge_use_stream (self, read_ssrc (packet), sequence);
  path = merge_use_path (self, stream, path_id);
  arrival = stream_take (stream, path, sequence, arrival_time);
  path_count (path, stream, &arrival);
  return stream_count (stream, arrival.place);
}

static void
stream_forget_path (Stream *self, guint id)
{
  guint index = stream_find_path (self, id);
  Path *path;

  if (index == self->n_paths)
    return;

  path = self->paths[index];
  self->n_paths--;
  memmove (&self->paths[index], &self->paths[index + 1],
           (self->n_paths - index) * sizeof self->paths[0]);
  self->paths[self->n_paths] = path;
}

void
_mcast_rtp_merge_forget_path (McastRtpMerge *self, guint path_id)
{
  g_hash_table_remove (self->past_paths, GUINT_TO_POINTER (path_id));
  for (guint i = 0; i < self->n_streams; i++)
    stream_forget_path (self->streams[i], path_id);
}

void
_mcast_rtp_merge_get_stats (McastRtpMerge *self, McastRtpStreamStats *stats)
{
  *stats = self->past;
  for (guint i = 0; i < self->n_streams; i++)
    stats_add_stream (stats, self->streams[i]);
}

static void
path_stats_from_counters (McastRtpPathStats *self, const PathCounters *counters)
{
  *self = (McastRtpPathStats) {
    .lost = counters->lost,
    .reordered = counters->reordered,
    .first = counters->first,
    .skew_min = counters->skew_min,
    .skew_max = counters->skew_max,
  };
  if (counters->n_skews > 0)
    self->skew_avg = (gint64) (counters->skew_sum / (double) counters->n_skews);
}

void
_mcast_rtp_merge_get_path_stats (McastRtpMerge *self, guint path_id, McastRtpPathStats *stats)
{
  const PathCounters *past = g_hash_table_lookup (self->past_paths, GUINT_TO_POINTER (path_id));
  PathCounters counters = { 0 };

  if (past != NULL)
    counters = *past;
  for (guint i = 0; i < self->n_streams; i++)
    {
      const Stream *stream = self->streams[i];
      guint index = stream_find_path (stream, path_id);

      if (index < stream->n_paths)
        counters_add_path (&counters, stream->paths[index]);
    }
  path_stats_from_counters (stats, &counters);
}
