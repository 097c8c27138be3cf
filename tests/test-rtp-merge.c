/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rx/mcast-rtp-merge-private.h"

#define SSRC 0x12345678
#define MILLISECOND G_GINT64_CONSTANT (1000000)
#define SECOND (1000 * MILLISECOND)
/* Any time but 0, which means that the kernel gave none. */
#define START (5 * SECOND)
#define RESTART_RUN 20
#define MAX_LEAP (MCAST_RTP_MERGE_WINDOW / 2)

/* --- Packets ----------------------------------------------------------------------------- */

/* A merge, and how many packets had each verdict. */
typedef struct
{
  McastRtpMerge *merge;
  guint64 n[MCAST_RTP_VERDICT_NOT_RTP + 1];
} Scene;

static Scene *
scene_new (void)
{
  Scene *self = g_new0 (Scene, 1);

  self->merge = _mcast_rtp_merge_new ();
  return self;
}

static void
scene_free (Scene *self)
{
  _mcast_rtp_merge_free (self->merge);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

static void
fill_packet (guint8 packet[12], guint32 ssrc, guint16 sequence)
{
  const guint8 header[12] = {
    0x80,
    96,
    (guint8) (sequence >> 8),
    (guint8) sequence,
    0,
    0,
    0,
    0,
    (guint8) (ssrc >> 24),
    (guint8) (ssrc >> 16),
    (guint8) (ssrc >> 8),
    (guint8) ssrc,
  };

  for (guint i = 0; i < sizeof header; i++)
    packet[i] = header[i];
}

static McastRtpVerdict
check_at (Scene *scene, guint32 ssrc, guint number, guint path, gint64 time)
{
  guint8 packet[12];
  McastRtpVerdict verdict;

  fill_packet (packet, ssrc, (guint16) number);
  verdict = _mcast_rtp_merge_check (scene->merge, packet, sizeof packet, path, time);
  scene->n[verdict]++;
  return verdict;
}

static McastRtpVerdict
check (Scene *scene, guint number, guint path)
{
  return check_at (scene, SSRC, number, path, START);
}

/* How many of the numbers from @first are delivered, in the order of a healthy wire. */
static guint
check_run (Scene *scene, guint first, guint count, guint path)
{
  guint forwarded = 0;

  for (guint i = 0; i < count; i++)
    forwarded += check (scene, first + i, path) == MCAST_RTP_VERDICT_FORWARD;
  return forwarded;
}

static guint64
unrecovered (Scene *scene)
{
  McastRtpStreamStats stats;

  _mcast_rtp_merge_get_stats (scene->merge, &stats);
  g_assert_cmpuint (stats.late, ==, scene->n[MCAST_RTP_VERDICT_LATE]);
  return stats.unrecovered;
}

static McastRtpPathStats
path_stats (Scene *scene, guint path)
{
  McastRtpPathStats stats;

  _mcast_rtp_merge_get_path_stats (scene->merge, path, &stats);
  return stats;
}

/* --- What is RTP ------------------------------------------------------------------------- */

static void
test_not_rtp (void)
{
  static const struct
  {
    guint8 first;
    guint8 second;
    gsize length;
    gboolean rtp;
  } cases[] = {
    { 0x80, 96, 12, TRUE },   { 0x80, 96, 1500, TRUE },      { 0x80, 0, 12, TRUE },
    { 0x80, 33, 12, TRUE },   { 0x80, 0x80 | 96, 12, TRUE }, { 0x80, 127, 12, TRUE },
    { 0xbf, 96, 12, TRUE },   { 0x80, 63, 12, TRUE },        { 0x80, 96, 11, FALSE },
    { 0x80, 96, 0, FALSE },   { 0x00, 96, 12, FALSE },       { 0x40, 96, 12, FALSE },
    { 0xc0, 96, 12, FALSE },  { 0x47, 0x40, 1316, FALSE },   { 0x80, 200, 28, FALSE },
    { 0x81, 201, 32, FALSE }, { 0x80, 202, 12, FALSE },      { 0x80, 203, 12, FALSE },
    { 0x80, 204, 12, FALSE }, { 0x81, 205, 16, FALSE },      { 0x80, 207, 16, FALSE },
    { 0x80, 72, 12, FALSE },  { 0x80, 76, 12, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (McastRtpMerge) merge = _mcast_rtp_merge_new ();
      /* Ends with the length, so that a sanitizer sees a read after it. */
      g_autofree guint8 *packet = g_malloc0 (cases[i].length);
      McastRtpVerdict first;
      McastRtpVerdict second;

      if (cases[i].length > 1)
        {
          packet[0] = cases[i].first;
          packet[1] = cases[i].second;
        }
      first = _mcast_rtp_merge_check (merge, packet, cases[i].length, 0, START);
      second = _mcast_rtp_merge_check (merge, packet, cases[i].length, 1, START);

      g_test_message ("%02x %u, %" G_GSIZE_FORMAT " bytes", cases[i].first, cases[i].second,
                      cases[i].length);
      g_assert_cmpint (first, ==,
                       cases[i].rtp ? MCAST_RTP_VERDICT_FORWARD : MCAST_RTP_VERDICT_NOT_RTP);
      g_assert_cmpint (second, ==,
                       cases[i].rtp ? MCAST_RTP_VERDICT_DUPLICATE : MCAST_RTP_VERDICT_NOT_RTP);
    }
}

/* --- Copies ------------------------------------------------------------------------------ */

static void
test_first_copy_wins (void)
{
  g_autoptr (Scene) scene = scene_new ();

  for (guint i = 0; i < 1000; i++)
    {
      g_assert_cmpint (check (scene, i, i % 2), ==, MCAST_RTP_VERDICT_FORWARD);
      g_assert_cmpint (check (scene, i, (i + 1) % 2), ==, MCAST_RTP_VERDICT_DUPLICATE);
      g_assert_cmpint (check (scene, i, 2), ==, MCAST_RTP_VERDICT_DUPLICATE);
    }

  g_assert_cmpuint (scene->n[MCAST_RTP_VERDICT_FORWARD], ==, 1000);
  g_assert_cmpuint (scene->n[MCAST_RTP_VERDICT_DUPLICATE], ==, 2000);
  g_assert_cmpuint (unrecovered (scene), ==, 0);
  g_assert_cmpuint (path_stats (scene, 0).first, ==, 500);
  g_assert_cmpuint (path_stats (scene, 1).first, ==, 500);
  g_assert_cmpuint (path_stats (scene, 2).first, ==, 0);
}

static void
test_other_path_fills_gaps (void)
{
  g_autoptr (Scene) scene = scene_new ();

  for (guint i = 0; i < 999; i++)
    {
      if (i % 3 != 1)
        g_assert_cmpint (check (scene, i, 0), ==, MCAST_RTP_VERDICT_FORWARD);
      if (i % 3 != 2)
        g_assert_cmpint (check (scene, i, 1), ==,
                         i % 3 == 1 ? MCAST_RTP_VERDICT_FORWARD : MCAST_RTP_VERDICT_DUPLICATE);
    }

  g_assert_cmpuint (scene->n[MCAST_RTP_VERDICT_FORWARD], ==, 999);
  g_assert_cmpuint (unrecovered (scene), ==, 0);
  g_assert_cmpuint (path_stats (scene, 0).lost, ==, 333);
  /* The last packet that the path misses has no successor on it that would show it. */
  g_assert_cmpuint (path_stats (scene, 1).lost, ==, 332);
}

static void
test_wrap (void)
{
  g_autoptr (Scene) scene = scene_new ();

  for (guint i = 65000; i < 65000 + 3 * 65536; i++)
    {
      g_assert_cmpint (check (scene, i, 0), ==, MCAST_RTP_VERDICT_FORWARD);
      g_assert_cmpint (check (scene, i, 1), ==, MCAST_RTP_VERDICT_DUPLICATE);
    }
  g_assert_cmpuint (unrecovered (scene), ==, 0);
  g_assert_cmpuint (path_stats (scene, 0).lost, ==, 0);
  g_assert_cmpuint (path_stats (scene, 1).lost, ==, 0);
}

static void
test_reordered (void)
{
  g_autoptr (Scene) scene = scene_new ();
  static const guint order[] = { 65534, 2, 1, 65535, 0, 3 };

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    g_assert_cmpint (check (scene, order[i], 0), ==, MCAST_RTP_VERDICT_FORWARD);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    g_assert_cmpint (check (scene, order[i], 0), ==, MCAST_RTP_VERDICT_DUPLICATE);

  g_assert_cmpuint (unrecovered (scene), ==, 0);
  g_assert_cmpuint (path_stats (scene, 0).reordered, ==, 3);
  g_assert_cmpuint (path_stats (scene, 0).lost, ==, 0);
}

/* What was there before the first packet of a faster path is no copy of anything. */
static void
test_before_first (void)
{
  g_autoptr (Scene) scene = scene_new ();

  g_assert_cmpuint (check_run (scene, 1000, 10, 0), ==, 10);
  g_assert_cmpuint (check_run (scene, 500, 520, 1), ==, 510);
  g_assert_cmpuint (scene->n[MCAST_RTP_VERDICT_FORWARD], ==, 520);
  g_assert_cmpuint (unrecovered (scene), ==, 0);
}

static void
test_window_edge (void)
{
  g_autoptr (Scene) scene = scene_new ();
  const guint newest = 40000;

  g_assert_cmpint (check (scene, newest, 0), ==, MCAST_RTP_VERDICT_FORWARD);
  g_assert_cmpint (check (scene, newest - MCAST_RTP_MERGE_WINDOW + 1, 0), ==,
                   MCAST_RTP_VERDICT_FORWARD);
  g_assert_cmpint (check (scene, newest - MCAST_RTP_MERGE_WINDOW, 0), ==, MCAST_RTP_VERDICT_LATE);
  g_assert_cmpint (check (scene, newest - MCAST_RTP_MERGE_WINDOW + 1, 0), ==,
                   MCAST_RTP_VERDICT_DUPLICATE);
  g_assert_cmpuint (scene->n[MCAST_RTP_VERDICT_LATE], ==, 1);
}

/* Leaps of every length clear what they pass, whatever the alignment, and nothing else. */
static void
test_leaps (void)
{
  for (guint leap = 1; leap <= MAX_LEAP; leap += leap < 300 ? 1 : 99)
    {
      g_autoptr (Scene) scene = scene_new ();
      const guint first = 70000 + leap;
      const guint last = first + MCAST_RTP_MERGE_WINDOW - 1;

      check_run (scene, first, MCAST_RTP_MERGE_WINDOW, 0);
      g_assert_cmpint (check (scene, last + leap, 0), ==, MCAST_RTP_VERDICT_FORWARD);
      g_assert_cmpuint (unrecovered (scene), ==, leap - 1);
      g_assert_cmpint (check (scene, last, 0), ==, MCAST_RTP_VERDICT_DUPLICATE);
      g_assert_cmpint (check (scene, first + leap, 0), ==, MCAST_RTP_VERDICT_DUPLICATE);
      if (leap == 1)
        continue;
      g_assert_cmpint (check (scene, last + 1, 0), ==, MCAST_RTP_VERDICT_FORWARD);
      g_assert_cmpuint (check_run (scene, last + 2, leap - 2, 0), ==, leap - 2);
      g_assert_cmpuint (unrecovered (scene), ==, 0);
    }
}

/* --- Statistics -------------------------------------------------------------------------- */

static void
test_lagging_path_loses_nothing (void)
{
  g_autoptr (Scene) scene = scene_new ();

  g_assert_cmpuint (check_run (scene, 0, 20000, 0), ==, 20000);
  g_assert_cmpuint (check_run (scene, 0, 10000, 1), ==, 0);
  g_assert_cmpuint (path_stats (scene, 1).lost, ==, 0);
  g_assert_cmpuint (path_stats (scene, 1).reordered, ==, 0);
}

static void
test_skew (void)
{
  g_autoptr (Scene) scene = scene_new ();
  static const gint64 skews[] = { 10, 450, 20 };

  for (guint i = 0; i < G_N_ELEMENTS (skews); i++)
    {
      gint64 time = START + i * SECOND;

      check_at (scene, SSRC, i, 0, time);
      check_at (scene, SSRC, i, 1, time + skews[i] * MILLISECOND);
      /* A second copy on the same path says nothing of the path's delay. */
      check_at (scene, SSRC, i, 1, time + 900 * MILLISECOND);
    }
  check_at (scene, SSRC, 3, 0, 0);
  check_at (scene, SSRC, 3, 1, START);
  check_at (scene, SSRC, 4, 0, START);
  check_at (scene, SSRC, 4, 1, 0);

  g_assert_cmpint (path_stats (scene, 1).skew_min, ==, 10 * MILLISECOND);
  g_assert_cmpint (path_stats (scene, 1).skew_avg, ==, 160 * MILLISECOND);
  g_assert_cmpint (path_stats (scene, 1).skew_max, ==, 450 * MILLISECOND);
  g_assert_cmpint (path_stats (scene, 0).skew_max, ==, 0);
}

static void
test_path_comes_and_goes (void)
{
  g_autoptr (Scene) scene = scene_new ();

  for (guint i = 0; i < 200000; i++)
    {
      gboolean away = i >= 1000 && i < 199000;

      g_assert_cmpint (check (scene, i, 0), ==, MCAST_RTP_VERDICT_FORWARD);
      if (!away)
        g_assert_cmpint (check (scene, i, 1), ==, MCAST_RTP_VERDICT_DUPLICATE);
    }
  g_assert_cmpuint (path_stats (scene, 0).lost, ==, 0);
  g_assert_cmpuint (path_stats (scene, 1).lost, ==, 198000);
  g_assert_cmpuint (unrecovered (scene), ==, 0);
}

static void
test_unknown_path (void)
{
  g_autoptr (Scene) scene = scene_new ();

  check (scene, 1, 3);
  check (scene, 3, 3);
  g_assert_cmpuint (path_stats (scene, 3).first, ==, 2);
  g_assert_cmpuint (path_stats (scene, 3).lost, ==, 1);
  for (guint path = 2; path <= 4; path += 2)
    {
      g_assert_cmpuint (path_stats (scene, path).first, ==, 0);
      g_assert_cmpuint (path_stats (scene, path).lost, ==, 0);
    }
}

/* More than are remembered, one after the other; the numbers may be any. */
static void
test_many_paths (void)
{
  g_autoptr (Scene) scene = scene_new ();
  const guint n_paths = MCAST_RTP_MERGE_MAX_STREAM_PATHS + 8;

  for (guint i = 0; i < 1000; i++)
    for (guint path = 0; path < n_paths; path++)
      g_assert_cmpint (check (scene, i, G_MAXUINT - path), ==,
                       path == 0 ? MCAST_RTP_VERDICT_FORWARD : MCAST_RTP_VERDICT_DUPLICATE);
  for (guint path = 0; path < n_paths; path++)
    g_assert_cmpuint (path_stats (scene, G_MAXUINT - path).first, ==, path == 0 ? 1000 : 0);
  g_assert_cmpuint (scene->n[MCAST_RTP_VERDICT_FORWARD], ==, 1000);
}

/* The number of a path may be given to another one, which starts from nothing. */
static void
test_forget_path (void)
{
  g_autoptr (Scene) scene = scene_new ();

  for (guint path = 0; path < 3; path++)
    {
      check_run (scene, 0, 50, path);
      check_run (scene, 60, 40, path);
    }
  _mcast_rtp_merge_forget_path (scene->merge, 1);
  _mcast_rtp_merge_forget_path (scene->merge, 7);
  g_assert_cmpuint (path_stats (scene, 0).lost, ==, 10);
  g_assert_cmpuint (path_stats (scene, 1).lost, ==, 0);
  g_assert_cmpuint (path_stats (scene, 2).lost, ==, 10);

  g_assert_cmpuint (check_run (scene, 80, 30, 1), ==, 10);
  g_assert_cmpuint (path_stats (scene, 1).lost, ==, 0);
  g_assert_cmpuint (path_stats (scene, 1).first, ==, 10);
  g_assert_cmpuint (scene->n[MCAST_RTP_VERDICT_FORWARD], ==, 100);
}

/* --- Restarts ---------------------------------------------------------------------------- */

/* Of a stream that has run for long, back by each distance: a run of 19 is what it may cost. */
static void
test_restart (void)
{
  static const guint steps[] = { 121, 150, 1000, 16384, 20000, 32767, 32768 };
  const guint end = 100000;

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (Scene) scene = scene_new ();
      guint first = end - steps[i];

      g_assert_cmpuint (check_run (scene, 0, end, 0), ==, end);
      g_assert_cmpuint (check_run (scene, first, 30000, 0), ==, 30000 - (RESTART_RUN - 1));
      g_assert_cmpuint (check_run (scene, first, 30000, 1), ==, 0);
      g_assert_cmpuint (unrecovered (scene), ==, 0);
      g_assert_cmpuint (path_stats (scene, 0).lost, ==, 0);
    }
}

/* That can as well be a wire that repeats itself: what is older is lost, no more. */
static void
test_restart_nearby (void)
{
  static const guint steps[] = { 1, 20, 100, 101, 120 };
  const guint end = 100000;

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (Scene) scene = scene_new ();

      g_assert_cmpuint (check_run (scene, 0, end, 0), ==, end);
      g_assert_cmpuint (check_run (scene, end - steps[i], 50000, 0), ==, 50000 - steps[i]);
    }
}

static void
test_restart_forwards (void)
{
  static const guint steps[] = { 1, 100, 16383, 16384, 30000, 32700 };
  const guint end = 100000;

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (Scene) scene = scene_new ();
      guint forwarded;

      g_assert_cmpuint (check_run (scene, 0, end, 0), ==, end);
      forwarded = check_run (scene, end + steps[i], 50000, 0);
      g_assert_cmpuint (forwarded, ==, 50000 - (steps[i] < MAX_LEAP ? 0 : RESTART_RUN - 1));
      g_assert_cmpuint (unrecovered (scene), ==, steps[i] < MAX_LEAP ? steps[i] : 0);
    }
}

/* The slow path still brings the end of the old stream, packet by packet or in batches. */
static void
check_restart_with_slow_path (guint first, guint lag, guint batch)
{
  g_autoptr (Scene) scene = scene_new ();
  const guint end = 100000;
  guint forwarded = 0;

  check_run (scene, end - 2 * lag, 2 * lag, 0);
  check_run (scene, end - 2 * lag, lag, 1);
  for (guint i = 0; i < 40000; i += batch)
    {
      forwarded += check_run (scene, first + i, batch, 0);
      if (i < lag)
        g_assert_cmpuint (check_run (scene, end - lag + i, batch, 1), ==, 0);
      else
        g_assert_cmpuint (check_run (scene, first + i - lag, batch, 1), ==, 0);
    }
  g_assert_cmpuint (forwarded, >=, 40000 - (RESTART_RUN - 1));
}

static void
test_restart_with_slow_path (void)
{
  static const guint batches[] = { 1, 32, 500 };

  for (guint first = 0; first < 65536; first += 4003)
    for (guint i = 0; i < G_N_ELEMENTS (batches); i++)
      {
        guint back = (guint16) (100000 - first);

        if (back > 100)
          check_restart_with_slow_path (first, 4000, batches[i]);
      }
}

/* A recording played again and again, all of it remembered. */
static void
test_loop (void)
{
  g_autoptr (Scene) scene = scene_new ();

  g_assert_cmpuint (check_run (scene, 65000, 1000, 0), ==, 1000);
  for (guint i = 0; i < 20; i++)
    g_assert_cmpuint (check_run (scene, 65000, 1000, 0), ==, 1000 - (RESTART_RUN - 1));
}

/* One wire that repeats itself does not take the others with it. */
static void
test_replay_on_one_path (void)
{
  g_autoptr (Scene) scene = scene_new ();

  check_run (scene, 0, 10000, 0);
  check_run (scene, 0, 10000, 1);
  for (guint i = 0; i < 5000; i++)
    {
      g_assert_cmpint (check (scene, 2000 + i, 1), ==, MCAST_RTP_VERDICT_DUPLICATE);
      g_assert_cmpint (check (scene, 10000 + i, 0), ==, MCAST_RTP_VERDICT_FORWARD);
    }
}

static void
test_fast_path_dies (void)
{
  g_autoptr (Scene) scene = scene_new ();

  check_run (scene, 0, 10000, 0);
  g_assert_cmpuint (check_run (scene, 0, 20000, 1), ==, 10000);
}

/* The only path was away for so long that its numbers seem to be older. */
static void
test_all_paths_away (void)
{
  for (guint path = 0; path < 2; path++)
    {
      g_autoptr (Scene) scene = scene_new ();
      guint forwarded = 0;

      check_run (scene, 0, 60000, 0);
      for (guint i = 0; i < 1000; i++)
        forwarded += check_at (scene, SSRC, 100000 + i, path, START + 60 * SECOND)
                     == MCAST_RTP_VERDICT_FORWARD;
      g_assert_cmpuint (forwarded, ==, 1000 - (RESTART_RUN - 1));
    }
}

/* Anybody can send packets that carry the window far away. */
static void
test_forged_leaps (void)
{
  g_autoptr (Scene) scene = scene_new ();

  check_run (scene, 0, 1000, 0);
  for (guint i = 0; i < 20000; i++)
    {
      g_assert_cmpint (check (scene, 1000 + i, 0), ==, MCAST_RTP_VERDICT_FORWARD);
      g_assert_cmpint (check (scene, 21000 + i, 1), ==, MCAST_RTP_VERDICT_LATE);
    }
}

/* Even when they succeed, it does not last. */
static void
test_forged_restart (void)
{
  g_autoptr (Scene) scene = scene_new ();
  guint last_rejected = 0;

  check_run (scene, 0, 1000, 0);
  check_run (scene, 31000, 100, 1);
  for (guint i = 0; i < 20000; i++)
    if (check_at (scene, SSRC, 1000 + i, 0, START + i * MILLISECOND) != MCAST_RTP_VERDICT_FORWARD)
      last_rejected = i;
  g_assert_cmpuint (last_rejected, <, 10100);
}

/* --- Streams ----------------------------------------------------------------------------- */

static void
test_streams_apart (void)
{
  g_autoptr (Scene) scene = scene_new ();

  for (guint i = 0; i < 5000; i++)
    for (guint32 ssrc = 0; ssrc < MCAST_RTP_MERGE_MAX_STREAMS; ssrc++)
      {
        guint number = 60000 + i + ssrc * 3000;

        g_assert_cmpint (check_at (scene, ssrc, number, 0, START), ==, MCAST_RTP_VERDICT_FORWARD);
        g_assert_cmpint (check_at (scene, ssrc, number, 1, START), ==, MCAST_RTP_VERDICT_DUPLICATE);
      }
  g_assert_cmpuint (scene->n[MCAST_RTP_VERDICT_FORWARD], ==, 5000 * MCAST_RTP_MERGE_MAX_STREAMS);
}

/* Others come and go; the one in use keeps its memory, and no packet is missing in the sums. */
static void
test_many_streams (void)
{
  g_autoptr (Scene) scene = scene_new ();
  const guint n = 30000;

  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpint (check (scene, i, 0), ==, MCAST_RTP_VERDICT_FORWARD);
      g_assert_cmpint (check_at (scene, SSRC + 1 + i, 7 * i, 2, START), ==,
                       MCAST_RTP_VERDICT_FORWARD);
      g_assert_cmpint (check_at (scene, SSRC + 1 + i, 7 * i, 3, START), ==,
                       MCAST_RTP_VERDICT_DUPLICATE);
      g_assert_cmpint (check (scene, i, 1), ==, MCAST_RTP_VERDICT_DUPLICATE);
    }

  g_assert_cmpuint (unrecovered (scene), ==, 0);
  g_assert_cmpuint (path_stats (scene, 0).first, ==, n);
  g_assert_cmpuint (path_stats (scene, 1).first, ==, 0);
  g_assert_cmpuint (path_stats (scene, 2).first, ==, n);
  g_assert_cmpuint (path_stats (scene, 3).lost, ==, 0);
}

/* The memory of one that has made room is gone, and what it had counted is not. */
static void
test_stream_makes_room (void)
{
  g_autoptr (Scene) scene = scene_new ();

  check (scene, 0, 0);
  check (scene, 3, 0);
  for (guint i = 1; i <= MCAST_RTP_MERGE_MAX_STREAMS; i++)
    check_at (scene, SSRC + i, 0, 0, START);
  g_assert_cmpuint (unrecovered (scene), ==, 2);
  g_assert_cmpuint (path_stats (scene, 0).lost, ==, 2);
  g_assert_cmpint (check (scene, 3, 1), ==, MCAST_RTP_VERDICT_FORWARD);
}

/* --- Properties -------------------------------------------------------------------------- */

typedef struct
{
  guint32 ssrc;
  guint path;
  guint number;
  /* Distinguishes packets of one number when the sender starts again. */
  guint identity;
  gint64 time;
  guint order;
} Arrival;

typedef struct
{
  guint delay;
  guint jitter;
  double loss;
  double duplicate;
  guint away_from;
  guint away_until;
} Wire;

static int
compare_arrivals (gconstpointer a, gconstpointer b)
{
  const Arrival *first = a;
  const Arrival *second = b;

  if (first->time != second->time)
    return first->time < second->time ? -1 : 1;
  return (first->order > second->order) - (first->order < second->order);
}

static void
wire_fill (Wire *self, GRand *random, guint count)
{
  self->delay = g_rand_boolean (random) ? 0 : (guint) g_rand_int_range (random, 0, 3000);
  self->jitter = (guint) g_rand_int_range (random, 1, 50);
  self->loss = g_rand_double_range (random, 0, 0.3);
  self->duplicate = g_rand_boolean (random) ? 0 : 0.1;
  self->away_from = (guint) g_rand_int_range (random, 0, (gint32) count);
  self->away_until = self->away_from + (guint) g_rand_int_range (random, 0, 4000);
}

static void
wire_carry (const Wire *self, GArray *arrivals, GRand *random, Arrival packet)
{
  gboolean away = packet.identity >= self->away_from && packet.identity < self->away_until;
  guint copies = 1;

  if (away || g_rand_double (random) < self->loss)
    return;
  if (g_rand_double (random) < self->duplicate)
    copies = 2;

  for (guint i = 0; i < copies; i++)
    {
      Arrival arrival = packet;
      gint64 delay = self->delay + g_rand_int_range (random, 0, (gint32) self->jitter);

      arrival.time += delay * MILLISECOND;
      arrival.order = arrivals->len;
      g_array_append_val (arrivals, arrival);
    }
}

static GArray *
make_arrivals (GRand *random, guint n_streams, guint n_paths, guint count)
{
  GArray *arrivals = g_array_new (FALSE, FALSE, sizeof (Arrival));

  for (guint s = 0; s < n_streams; s++)
    {
      guint first = (guint) g_rand_int_range (random, 0, 65536);

      for (guint p = 0; p < n_paths; p++)
        {
          Wire wire;

          wire_fill (&wire, random, count);
          for (guint i = 0; i < count; i++)
            wire_carry (&wire, arrivals, random,
                        (Arrival) { .ssrc = s,
                                    .path = p,
                                    .number = first + i,
                                    .identity = i,
                                    .time = START + i * MILLISECOND });
        }
    }
  g_array_sort (arrivals, compare_arrivals);
  return arrivals;
}

/* What a merge of unlimited memory would do. */
typedef struct
{
  guint8 *seen;
  guint first;
  guint newest;
  guint n_first;
} Oracle;

static void
oracle_init (Oracle *self, guint count)
{
  self->seen = g_new0 (guint8, count);
  self->first = G_MAXUINT;
  self->newest = 0;
}

static gboolean
oracle_is_new (Oracle *self, guint identity)
{
  gboolean is_new = !self->seen[identity];

  if (self->first == G_MAXUINT)
    self->first = identity;
  self->newest = MAX (self->newest, identity);
  self->seen[identity] = TRUE;
  return is_new;
}

static guint
oracle_missing (const Oracle *self)
{
  guint missing = 0;

  if (self->first == G_MAXUINT)
    return 0;
  for (guint i = self->first; i <= self->newest; i++)
    missing += !self->seen[i];
  return missing;
}

static guint64
sum_missing (const Oracle *oracles, guint n, guint step)
{
  guint64 sum = 0;

  for (guint i = 0; i < n; i++)
    sum += oracle_missing (&oracles[i * step]);
  return sum;
}

static void
check_stats_against_oracles (Scene *scene, const Oracle *streams, guint n_streams,
                             const Oracle *paths, guint n_paths)
{
  g_assert_cmpuint (unrecovered (scene), ==, sum_missing (streams, n_streams, 1));
  g_assert_cmpuint (scene->n[MCAST_RTP_VERDICT_LATE], ==, 0);
  for (guint p = 0; p < n_paths; p++)
    {
      guint64 n_first = 0;

      for (guint s = 0; s < n_streams; s++)
        n_first += paths[s * n_paths + p].n_first;
      g_assert_cmpuint (path_stats (scene, p).first, ==, n_first);
      g_assert_cmpuint (path_stats (scene, p).lost, ==,
                        sum_missing (&paths[p], n_streams, n_paths));
    }
}

static void
check_property (guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (Scene) scene = scene_new ();
  guint n_streams = (guint) g_rand_int_range (random, 1, 5);
  guint n_paths = (guint) g_rand_int_range (random, 1, 6);
  guint count = (guint) g_rand_int_range (random, 1, 12000);
  g_autoptr (GArray) arrivals = make_arrivals (random, n_streams, n_paths, count);
  g_autofree Oracle *streams = g_new0 (Oracle, n_streams);
  g_autofree Oracle *paths = g_new0 (Oracle, n_streams * n_paths);

  for (guint i = 0; i < n_streams; i++)
    oracle_init (&streams[i], count);
  for (guint i = 0; i < n_streams * n_paths; i++)
    oracle_init (&paths[i], count);

  for (guint i = 0; i < arrivals->len; i++)
    {
      const Arrival *arrival = &g_array_index (arrivals, Arrival, i);
      Oracle *path = &paths[arrival->ssrc * n_paths + arrival->path];
      gboolean is_new = oracle_is_new (&streams[arrival->ssrc], arrival->identity);

      oracle_is_new (path, arrival->identity);
      path->n_first += is_new;
      g_assert_cmpint (check_at (scene, arrival->ssrc, arrival->number, arrival->path,
                                 arrival->time),
                       ==, is_new ? MCAST_RTP_VERDICT_FORWARD : MCAST_RTP_VERDICT_DUPLICATE);
    }

  check_stats_against_oracles (scene, streams, n_streams, paths, n_paths);
  for (guint i = 0; i < n_streams; i++)
    g_free (streams[i].seen);
  for (guint i = 0; i < n_streams * n_paths; i++)
    g_free (paths[i].seen);
}

static void
test_property (void)
{
  for (guint32 seed = 0; seed < 25; seed++)
    {
      g_test_message ("seed %u", seed);
      check_property (seed);
    }
}

/* A sender that starts again at any number, several times. */
static GArray *
make_restarts (GRand *random, guint life, guint n_lives, guint lag)
{
  GArray *arrivals = g_array_new (FALSE, FALSE, sizeof (Arrival));
  const Wire wires[2] = {
    { .loss = 0.02, .jitter = 1 },
    { .loss = 0.02, .jitter = 1, .delay = lag },
  };
  guint number = 0;

  for (guint i = 0; i < n_lives * life; i++)
    {
      number = i % life == 0 ? (guint) g_rand_int_range (random, 0, 65536) : number + 1;
      for (guint p = 0; p < G_N_ELEMENTS (wires); p++)
        wire_carry (&wires[p], arrivals, random,
                    (Arrival) { .ssrc = SSRC,
                                .path = p,
                                .number = number,
                                .identity = i,
                                .time = START + i * MILLISECOND });
    }
  g_array_sort (arrivals, compare_arrivals);
  return arrivals;
}

/* Nothing is delivered twice, and all is, but at the end of one life and the beginning of the next. */
static void
check_restart_property (guint32 seed)
{
  enum
  {
    LIFE = 36000,
    LIVES = 4,
    BEGINNING = 400
  };
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (Scene) scene = scene_new ();
  guint lag = (guint) g_rand_int_range (random, 0, 2000);
  g_autoptr (GArray) arrivals = make_restarts (random, LIFE, LIVES, lag);
  g_autofree guint8 *forwarded = g_new0 (guint8, LIFE * LIVES);

  for (guint i = 0; i < arrivals->len; i++)
    {
      const Arrival *arrival = &g_array_index (arrivals, Arrival, i);
      guint age = arrival->identity % LIFE;
      gboolean delivers = check_at (scene, SSRC, arrival->number, arrival->path, arrival->time)
                          == MCAST_RTP_VERDICT_FORWARD;

      g_assert_false (delivers && forwarded[arrival->identity]);
      forwarded[arrival->identity] |= delivers;
      if (age >= BEGINNING && age < LIFE - lag)
        g_assert_true (forwarded[arrival->identity]);
    }
}

static void
test_restart_property (void)
{
  for (guint32 seed = 0; seed < 10; seed++)
    {
      g_test_message ("seed %u", seed);
      check_restart_property (seed);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/rtp-merge/not-rtp", test_not_rtp);
  g_test_add_func ("/rtp-merge/first-copy-wins", test_first_copy_wins);
  g_test_add_func ("/rtp-merge/other-path-fills-gaps", test_other_path_fills_gaps);
  g_test_add_func ("/rtp-merge/wrap", test_wrap);
  g_test_add_func ("/rtp-merge/reordered", test_reordered);
  g_test_add_func ("/rtp-merge/before-first", test_before_first);
  g_test_add_func ("/rtp-merge/window-edge", test_window_edge);
  g_test_add_func ("/rtp-merge/leaps", test_leaps);
  g_test_add_func ("/rtp-merge/lagging-path-loses-nothing", test_lagging_path_loses_nothing);
  g_test_add_func ("/rtp-merge/skew", test_skew);
  g_test_add_func ("/rtp-merge/path-comes-and-goes", test_path_comes_and_goes);
  g_test_add_func ("/rtp-merge/many-paths", test_many_paths);
  g_test_add_func ("/rtp-merge/forget-path", test_forget_path);
  g_test_add_func ("/rtp-merge/unknown-path", test_unknown_path);
  g_test_add_func ("/rtp-merge/restart/backwards", test_restart);
  g_test_add_func ("/rtp-merge/restart/nearby", test_restart_nearby);
  g_test_add_func ("/rtp-merge/restart/forwards", test_restart_forwards);
  g_test_add_func ("/rtp-merge/restart/slow-path", test_restart_with_slow_path);
  g_test_add_func ("/rtp-merge/restart/loop", test_loop);
  g_test_add_func ("/rtp-merge/no-restart/replay-on-one-path", test_replay_on_one_path);
  g_test_add_func ("/rtp-merge/no-restart/forged-leaps", test_forged_leaps);
  g_test_add_func ("/rtp-merge/no-restart/fast-path-dies", test_fast_path_dies);
  g_test_add_func ("/rtp-merge/restart/all-paths-away", test_all_paths_away);
  g_test_add_func ("/rtp-merge/restart/forged", test_forged_restart);
  g_test_add_func ("/rtp-merge/streams/apart", test_streams_apart);
  g_test_add_func ("/rtp-merge/streams/many", test_many_streams);
  g_test_add_func ("/rtp-merge/streams/makes-room", test_stream_makes_room);
  g_test_add_func ("/rtp-merge/property", test_property);
  g_test_add_func ("/rtp-merge/property/restart", test_restart_property);

  return g_test_run ();
}
