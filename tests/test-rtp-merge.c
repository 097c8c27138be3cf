/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rx/mcast-rtp-merge-private.h"

#define SSRC 0x12345678
#define SOURCE "192.0.2.1"
#define OTHER_SOURCE "192.0.2.2"
#define MILLISECOND G_GINT64_CONSTANT (1000000)
#define SECOND (1000 * MILLISECOND)
/* Any time but 0, which means that the kernel gave none. */
#define START (5 * SECOND)
#define RESTART_RUN 20
#define MAX_DROPOUT 3000
#define WINDOW MCAST_RTP_WINDOW_SIZE

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

typedef struct
{
  guint32 ssrc;
  guint number;
  guint32 timestamp;
  guint8 payload;
  guint path;
  const char *source;
  gint64 time;
} Packet;

static const McastAddress *
get_source (const char *text)
{
  static const char *last;
  static McastAddress address;

  if (text != last)
    g_assert_true (_mcast_address_parse (text, &address));
  last = text;
  return &address;
}

static McastRtpVerdict
check_packet (Scene *scene, const Packet *packet)
{
  const guint8 data[] = {
    0x80,
    96,
    (guint8) (packet->number >> 8),
    (guint8) packet->number,
    (guint8) (packet->timestamp >> 24),
    (guint8) (packet->timestamp >> 16),
    (guint8) (packet->timestamp >> 8),
    (guint8) packet->timestamp,
    (guint8) (packet->ssrc >> 24),
    (guint8) (packet->ssrc >> 16),
    (guint8) (packet->ssrc >> 8),
    (guint8) packet->ssrc,
    packet->payload,
  };
  const McastRtpDatagram datagram = {
    .head = data,
    .length = sizeof data,
    .path_id = packet->path,
    .source = get_source (packet->source),
    .time = packet->time,
  };
  McastRtpVerdict verdict;

  verdict = _mcast_rtp_merge_check (scene->merge, &datagram);
  scene->n[verdict]++;
  return verdict;
}

/* A sender that numbers its packets without a wrap has a clock that does not wrap either. */
static McastRtpVerdict
check_at (Scene *scene, guint32 ssrc, guint number, guint path, gint64 time)
{
  const Packet packet = { ssrc, number, 90 * number, 0, path, SOURCE, time };

  return check_packet (scene, &packet);
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
  McastRtpStats stats;

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

  McastAddress source = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (McastRtpMerge) merge = _mcast_rtp_merge_new ();
      /* Ends with the length, so that a sanitizer sees a read after it. */
      g_autofree guint8 *packet = g_malloc0 (cases[i].length);
      McastRtpDatagram datagram = { packet, cases[i].length, 0, &source, START };
      McastRtpVerdict first;
      McastRtpVerdict second;

      if (cases[i].length > 1)
        {
          packet[0] = cases[i].first;
          packet[1] = cases[i].second;
        }
      first = _mcast_rtp_merge_check (merge, &datagram);
      datagram.path_id = 1;
      second = _mcast_rtp_merge_check (merge, &datagram);

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
  g_assert_cmpint (check (scene, newest - WINDOW + 1, 0), ==, MCAST_RTP_VERDICT_FORWARD);
  g_assert_cmpint (check (scene, newest - WINDOW, 0), ==, MCAST_RTP_VERDICT_LATE);
  g_assert_cmpint (check (scene, newest - WINDOW + 1, 0), ==, MCAST_RTP_VERDICT_DUPLICATE);
  g_assert_cmpuint (scene->n[MCAST_RTP_VERDICT_LATE], ==, 1);
}

/* Gaps of every length clear what they pass, whatever the alignment, and nothing else. From 3000
 * on they are believed at the second packet. */
static void
test_gaps (void)
{
  for (guint gap = 1; gap <= WINDOW / 2 - 2; gap += gap < 300 ? 1 : 99)
    {
      g_autoptr (Scene) scene = scene_new ();
      const guint first = 70000 + gap;
      const guint last = first + WINDOW - 1;
      const guint n_rejected = gap < MAX_DROPOUT ? 0 : 1;

      check_run (scene, first, WINDOW, 0);
      if (n_rejected > 0)
        g_assert_cmpint (check (scene, last + gap, 0), ==, MCAST_RTP_VERDICT_LATE);
      g_assert_cmpint (check (scene, last + gap + n_rejected, 0), ==, MCAST_RTP_VERDICT_FORWARD);
      g_assert_cmpuint (unrecovered (scene), ==, gap + n_rejected - 1);
      g_assert_cmpint (check (scene, last, 0), ==, MCAST_RTP_VERDICT_DUPLICATE);
      g_assert_cmpint (check (scene, first + gap + n_rejected, 0), ==, MCAST_RTP_VERDICT_DUPLICATE);
      if (gap == 1)
        continue;
      g_assert_cmpuint (check_run (scene, last + 1, gap - 1 + n_rejected, 0), ==,
                        gap - 1 + n_rejected);
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
  const guint n_paths = MCAST_RTP_STREAM_MAX_LEGS + 8;

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

/* A gap is loss, up to half of what is remembered. A longer one is a sender that restarted. */
static void
test_restart_forwards (void)
{
  static const guint steps[] = { 1, 100, 2998, 2999, 16382, 20000, 30000, 32700 };
  const guint end = 100000;

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (Scene) scene = scene_new ();
      guint n_rejected = steps[i] + 1 < MAX_DROPOUT ? 0 : 1;

      g_test_message ("%u", steps[i]);
      g_assert_cmpuint (check_run (scene, 0, end, 0), ==, end);
      g_assert_cmpuint (check_run (scene, end + steps[i], 50000, 0), ==, 50000 - n_rejected);
      g_assert_cmpuint (unrecovered (scene), ==, steps[i] < WINDOW / 2 ? steps[i] + n_rejected : 0);
    }
}

/* A sender that restarts with other packets needs one of them to be believed, on each path. */
static void
test_restart_with_other_packets (void)
{
  static const guint steps[] = { 1, 50, 121, 1000, 16384, 30000 };
  const guint end = 100000;

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (Scene) scene = scene_new ();
      guint forwarded = 0;

      for (guint j = 0; j < end; j++)
        for (guint path = 0; path < 2; path++)
          check (scene, j, path);
      for (guint j = 0; j < 40000; j++)
        for (guint path = 0; path < 2; path++)
          {
            const Packet packet = {
              SSRC, end - steps[i] + j, 5000 + 90 * j, 1, path, SOURCE, START
            };

            forwarded += check_packet (scene, &packet) == MCAST_RTP_VERDICT_FORWARD;
          }
      g_test_message ("%u", steps[i]);
      g_assert_cmpuint (forwarded, ==, 40000 - 1);
    }
}

/* The slow path still brings the end of the old stream, packet by packet or in batches. Each packet
 * of the new one is forwarded once, by whichever path. */
static void
check_restart_with_slow_path (guint first, guint lag, guint batch)
{
  g_autoptr (Scene) scene = scene_new ();
  const guint end = 100000;
  g_autofree guint8 *n_forwarded = g_new0 (guint8, 40000 + batch);
  guint forwarded = 0;

  check_run (scene, end - 2 * lag, 2 * lag, 0);
  check_run (scene, end - 2 * lag, lag, 1);
  for (guint i = 0; i < 40000; i += batch)
    {
      for (guint j = i; j < i + batch; j++)
        n_forwarded[j] += check (scene, first + j, 0) == MCAST_RTP_VERDICT_FORWARD;
      if (i < lag)
        g_assert_cmpuint (check_run (scene, end - lag + i, batch, 1), ==, 0);
      else
        for (guint j = i - lag; j < i - lag + batch; j++)
          n_forwarded[j] += check (scene, first + j, 1) == MCAST_RTP_VERDICT_FORWARD;
    }
  for (guint i = 0; i < 40000; i++)
    {
      g_assert_cmpuint (n_forwarded[i], <=, 1);
      forwarded += n_forwarded[i];
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
      g_assert_cmpuint (forwarded, ==, 1000);
    }
}

/* --- Silence ----------------------------------------------------------------------------- */

/* Sends @count packets, one each millisecond, on two paths of which the second is @skew later.
 * Returns how many are forwarded. */
static guint
send_life (Scene *scene, guint first, guint count, guint8 payload, guint skew, gint64 time)
{
  guint forwarded = 0;

  for (guint i = 0; i < count + skew; i++)
    for (guint path = 0; path < 2; path++)
      {
        guint number = first + i - path * skew;
        const Packet packet = { SSRC, number, 90 * number,           payload,
                                path, SOURCE, time + i * MILLISECOND };

        if (i >= path * skew && i - path * skew < count)
          forwarded += check_packet (scene, &packet) == MCAST_RTP_VERDICT_FORWARD;
      }
  return forwarded;
}

/* A sender that pauses for a second and restarts loses nothing, be it with the same packets, and
 * nothing is forwarded twice. */
static void
test_restart_after_silence (void)
{
  static const struct
  {
    guint first;
    guint count;
    guint then;
  } lives[] = {
    { 0, 80, 0 },         { 0, 60, 0 },       { 1000, 1000, 1000 }, { 1000, 1000, 1990 },
    { 1000, 1000, 500 },  { 0, 40000, 3000 }, { 0, 1, 0 },          { 65000, 1000, 65000 },
    { 500, 1000, 32000 }, { 0, 40000, 10 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lives); i++)
    for (guint skew = 0; skew <= 450; skew += 150)
      for (guint8 payload = 0; payload < 2; payload++)
        {
          g_autoptr (Scene) scene = scene_new ();
          guint count = lives[i].count;
          gint64 pause = START + (count + skew + 1001) * MILLISECOND;

          g_test_message ("from %u on %u, skew %u, payload %u", lives[i].first, lives[i].then, skew,
                          payload);
          g_assert_cmpuint (send_life (scene, lives[i].first, count, 0, skew, START), ==, count);
          g_assert_cmpuint (send_life (scene, lives[i].then, count, payload, skew, pause), ==,
                            count);
          g_assert_cmpuint (scene->n[MCAST_RTP_VERDICT_DUPLICATE], ==, 2 * count);
        }
}

/* A copy is one however late, on a path that has not brought it before. */
static void
test_silence_of_slow_path (void)
{
  g_autoptr (Scene) scene = scene_new ();

  for (guint i = 0; i < 1000; i++)
    check_at (scene, SSRC, i, 0, START + i * MILLISECOND);
  for (guint i = 0; i < 1000; i++)
    g_assert_cmpint (check_at (scene, SSRC, i, 1, START + 20 * SECOND + i * MILLISECOND), ==,
                     MCAST_RTP_VERDICT_DUPLICATE);
}

/* A link that repeats packets after a pause is not a restart while another path delivers. */
static void
test_silence_and_replay (void)
{
  g_autoptr (Scene) scene = scene_new ();

  for (guint i = 0; i < 5000; i++)
    {
      gint64 time = START + i * MILLISECOND;

      g_assert_cmpint (check_at (scene, SSRC, i, 0, time), ==, MCAST_RTP_VERDICT_FORWARD);
      if (i < 1000)
        g_assert_cmpint (check_at (scene, SSRC, i, 1, time), ==, MCAST_RTP_VERDICT_DUPLICATE);
      if (i >= 3000)
        g_assert_cmpint (check_at (scene, SSRC, i - 3000, 1, time), ==,
                         MCAST_RTP_VERDICT_DUPLICATE);
    }
}

/* A clock that is set does not make copies of anything else. */
static void
test_clock_is_set (void)
{
  static const gint64 steps[] = { 3600 * SECOND, -3600 * SECOND };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (Scene) scene = scene_new ();

      for (guint j = 0; j < 2000; j++)
        {
          gint64 time = 5000 * SECOND + j * MILLISECOND + (j < 1000 ? 0 : steps[i]);

          g_assert_cmpint (check_at (scene, SSRC, j, 0, time), ==, MCAST_RTP_VERDICT_FORWARD);
          if (j >= 100)
            g_assert_cmpint (check_at (scene, SSRC, j - 100, 1, time), ==,
                             MCAST_RTP_VERDICT_DUPLICATE);
        }
    }
}

/* --- Forgery ----------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  const char *source;
  guint path;
  /* How far ahead the forged packets are, and how much further each time. */
  guint distance;
  guint step;
  guint n_each;
  /* How many of 10,000 true packets may be lost. */
  guint max_lost;
} Forgery;

static const Forgery forgeries[] = {
  { "other-source", OTHER_SOURCE, 0, 16000, 0, 1, 0 },
  { "other-source/rows", OTHER_SOURCE, 0, 16000, 1, 30, 0 },
  { "other-source/steps", OTHER_SOURCE, 0, 0, 2999, 5, 0 },
  { "other-source/back", OTHER_SOURCE, 0, 65536 - 20000, 1, 30, 0 },
  { "other-path", OTHER_SOURCE, 1, 16000, 0, 1, 0 },
  { "other-path/rows", OTHER_SOURCE, 1, 16000, 1, 30, 0 },
  { "other-path/steps", SOURCE, 1, 0, 2999, 5, 0 },
  { "other-path/near", SOURCE, 1, 100, 7, 1, 0 },
  { "same-source", SOURCE, 0, 16000, 0, 1, 0 },
  { "same-source/conflicts", SOURCE, 0, 65536 - 50, 0, 1, 0 },
};

/* A forger has the SSRC and sends between the true packets. */
static void
test_forgery (gconstpointer data)
{
  const Forgery *forgery = data;
  g_autoptr (Scene) scene = scene_new ();
  guint n_lost = 0;
  guint forged = 0;

  for (guint i = 0; i < 10000; i++)
    {
      gint64 time = START + i * MILLISECOND;

      if (check_at (scene, SSRC, i, 0, time) != MCAST_RTP_VERDICT_FORWARD)
        n_lost++;
      for (guint j = 0; i >= 100 && j < forgery->n_each; j++, forged += forgery->step)
        {
          const Packet packet = { SSRC,          i + forgery->distance + forged,
                                  77 * forged,   9,
                                  forgery->path, forgery->source,
                                  time };
          McastRtpVerdict verdict = check_packet (scene, &packet);

          if (forgery->path == 0 && !g_str_equal (forgery->source, SOURCE))
            g_assert_cmpint (verdict, ==, MCAST_RTP_VERDICT_FOREIGN);
        }
    }
  g_assert_cmpuint (n_lost, <=, forgery->max_lost);
}

/* Most of what a forger with the true source's address spoils on one path, the other path
 * brings. */
static void
test_forgery_of_one_leg (void)
{
  g_autoptr (Scene) scene = scene_new ();
  guint n_lost = 0;

  for (guint i = 0; i < 10000; i++)
    {
      gint64 time = START + i * MILLISECOND;
      gboolean is_forwarded = check_at (scene, SSRC, i, 0, time) == MCAST_RTP_VERDICT_FORWARD;

      if (i >= 100)
        for (guint j = 0; j < 5; j++)
          {
            const Packet packet = { SSRC, 7 * i + 40000 + j, 77, 9, 0, SOURCE, time };

            check_packet (scene, &packet);
          }
      is_forwarded |= check_at (scene, SSRC, i, 1, time) == MCAST_RTP_VERDICT_FORWARD;
      n_lost += !is_forwarded;
    }
  g_assert_cmpuint (n_lost, <, 500);
}

static McastRtpVerdict
check_from (Scene *scene, const char *source, guint number, gint64 time)
{
  const Packet packet = { SSRC, number, 90 * number, 0, 0, source, time };

  return check_packet (scene, &packet);
}

/* The source that was there first has precedence until it has been silent for a second, and again
 * when it returns. */
static void
test_precedence (void)
{
  g_autoptr (Scene) scene = scene_new ();
  gint64 time = START;

  g_assert_cmpint (check_from (scene, SOURCE, 1, time), ==, MCAST_RTP_VERDICT_FORWARD);
  time += SECOND - 1;
  g_assert_cmpint (check_from (scene, OTHER_SOURCE, 700, time), ==, MCAST_RTP_VERDICT_FOREIGN);
  g_assert_cmpint (check_from (scene, SOURCE, 2, time), ==, MCAST_RTP_VERDICT_FORWARD);
  time += SECOND - 1;
  g_assert_cmpint (check_from (scene, OTHER_SOURCE, 701, time), ==, MCAST_RTP_VERDICT_FOREIGN);
  time += 1;
  g_assert_cmpint (check_from (scene, OTHER_SOURCE, 702, time), ==, MCAST_RTP_VERDICT_FORWARD);
  g_assert_cmpint (check_from (scene, OTHER_SOURCE, 703, time), ==, MCAST_RTP_VERDICT_FORWARD);
  g_assert_cmpint (check_from (scene, SOURCE, 3, time), ==, MCAST_RTP_VERDICT_FORWARD);
  g_assert_cmpint (check_from (scene, OTHER_SOURCE, 704, time), ==, MCAST_RTP_VERDICT_FOREIGN);
}

/* A sender that takes over from another one, with the same packets or with others. */
static void
test_takeover (void)
{
  static const guint firsts[] = { 2, 1000, 40000 };

  for (guint i = 0; i < G_N_ELEMENTS (firsts); i++)
    {
      g_autoptr (Scene) scene = scene_new ();
      gint64 time = START + 2 * SECOND;

      g_assert_cmpint (check_from (scene, SOURCE, 1, START), ==, MCAST_RTP_VERDICT_FORWARD);
      for (guint j = 0; j < 1000; j++)
        g_assert_cmpint (check_from (scene, OTHER_SOURCE, firsts[i] + j, time), ==,
                         MCAST_RTP_VERDICT_FORWARD);
    }
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

/* 40 streams of 500 packets a second each, with copies that are 450 ms late. */
static void
test_40_streams (void)
{
  g_autoptr (Scene) scene = scene_new ();
  const guint skew = 225;

  for (guint i = 0; i < 5000 + skew; i++)
    for (guint32 ssrc = 0; ssrc < 40; ssrc++)
      {
        gint64 time = START + i * 2 * MILLISECOND;

        if (i < 5000)
          g_assert_cmpint (check_at (scene, ssrc, i + 1000 * ssrc, 0, time), ==,
                           MCAST_RTP_VERDICT_FORWARD);
        if (i >= skew)
          g_assert_cmpint (check_at (scene, ssrc, i - skew + 1000 * ssrc, 1, time), ==,
                           MCAST_RTP_VERDICT_DUPLICATE);
      }
}

/* A flood of 20,000 SSRCs a second does not displace a slow stream whose copies are 450 ms late. */
static void
test_flood (void)
{
  g_autoptr (Scene) scene = scene_new ();
  const guint skew = 9;
  guint32 forged = 1;

  for (guint i = 0; i < 1000; i++)
    {
      gint64 time = START + i * 50 * MILLISECOND;

      g_assert_cmpint (check_at (scene, SSRC, i, 0, time), ==, MCAST_RTP_VERDICT_FORWARD);
      if (i >= skew)
        g_assert_cmpint (check_at (scene, SSRC, i - skew, 1, time), ==,
                         MCAST_RTP_VERDICT_DUPLICATE);
      for (guint j = 0; i > 16 && j < 1000; j++)
        check_at (scene, 1000000 + forged++, i, 0, time);
    }
}

/* --- Two streams with one SSRC ----------------------------------------------------------- */

typedef struct
{
  const char *name;
  guint first;
  guint32 timestamp;
  guint8 payload;
} Collision;

static const Collision collisions[] = {
  { "in-step", 0, 5000, 0 },
  { "in-step/same-header", 0, 0, 1 },
  { "ahead", 500, 5000, 0 },
  { "far-ahead", 16000, 5000, 0 },
  { "opposite", 32768, 5000, 0 },
  { "back", 65536 - 300, 5000, 0 },
  { "far-back", 65536 - 9000, 5000, 0 },
};

/* All packets of both are forwarded, each of them once, although each arrives on two paths. */
static void
test_collision (gconstpointer data)
{
  const Collision *collision = data;

  for (guint skew = 0; skew <= 450; skew += 225)
    {
      g_autoptr (Scene) scene = scene_new ();
      const guint n = 40000;

      for (guint i = 0; i < n + skew; i++)
        for (guint path = 0; path < 4; path++)
          {
            gboolean is_first = path % 2 == 0;
            gboolean is_second_stream = path >= 2;
            guint number = is_first ? i : i - skew;
            Packet packet = { SSRC, number, 90 * number, 0, path, SOURCE, START + i * MILLISECOND };

            if (is_first ? i >= n : i < skew)
              continue;
            if (is_second_stream)
              {
                packet.number += collision->first;
                packet.timestamp += collision->timestamp;
                packet.payload = collision->payload;
                packet.source = OTHER_SOURCE;
              }
            g_assert_cmpint (check_packet (scene, &packet), ==,
                             is_first ? MCAST_RTP_VERDICT_FORWARD : MCAST_RTP_VERDICT_DUPLICATE);
          }
      g_assert_cmpuint (unrecovered (scene), ==, 0);
      for (guint path = 0; path < 4; path++)
        g_assert_cmpuint (path_stats (scene, path).first, ==, path % 2 == 0 ? n : 0);
    }
}

/* --- Room -------------------------------------------------------------------------------- */

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

/* Streams on the same paths differ in their SSRC. With @collide they have the same, and paths of
 * their own. */
static McastRtpVerdict
check_arrival (Scene *scene, const Arrival *arrival, guint n_paths, gboolean collide)
{
  const Packet packet = {
    .ssrc = collide ? SSRC : arrival->ssrc,
    .number = arrival->number,
    .timestamp = 90 * arrival->number + 1000003 * arrival->ssrc,
    .path = arrival->path + (collide ? arrival->ssrc * n_paths : 0),
    .source = SOURCE,
    .time = arrival->time,
  };

  return check_packet (scene, &packet);
}

static McastRtpPathStats
sum_path_stats (Scene *scene, guint n_streams, guint path, guint n_paths, gboolean collide)
{
  McastRtpPathStats sum = path_stats (scene, path);

  for (guint s = 1; collide && s < n_streams; s++)
    {
      McastRtpPathStats stats = path_stats (scene, s * n_paths + path);

      sum.first += stats.first;
      sum.lost += stats.lost;
    }
  return sum;
}

static void
check_stats_against_oracles (Scene *scene, const Oracle *streams, guint n_streams,
                             const Oracle *paths, guint n_paths, gboolean collide)
{
  g_assert_cmpuint (unrecovered (scene), ==, sum_missing (streams, n_streams, 1));
  g_assert_cmpuint (scene->n[MCAST_RTP_VERDICT_LATE], ==, 0);
  for (guint p = 0; p < n_paths; p++)
    {
      McastRtpPathStats stats = sum_path_stats (scene, n_streams, p, n_paths, collide);
      guint64 n_first = 0;

      for (guint s = 0; s < n_streams; s++)
        n_first += paths[s * n_paths + p].n_first;
      g_assert_cmpuint (stats.first, ==, n_first);
      g_assert_cmpuint (stats.lost, ==, sum_missing (&paths[p], n_streams, n_paths));
    }
}

static void
check_property (guint32 seed, gboolean collide)
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
      g_assert_cmpint (check_arrival (scene, arrival, n_paths, collide), ==,
                       is_new ? MCAST_RTP_VERDICT_FORWARD : MCAST_RTP_VERDICT_DUPLICATE);
    }

  check_stats_against_oracles (scene, streams, n_streams, paths, n_paths, collide);
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
      check_property (seed, FALSE);
    }
}

static void
test_property_of_collision (void)
{
  for (guint32 seed = 100; seed < 125; seed++)
    {
      g_test_message ("seed %u", seed);
      check_property (seed, TRUE);
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

/* Nothing is delivered twice, and all is, but at the end of one life and the beginning of the
 * next. */
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

static void
add_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (forgeries); i++)
    {
      g_autofree char *path = g_strdup_printf ("/rtp-merge/forgery/%s", forgeries[i].name);

      g_test_add_data_func (path, &forgeries[i], test_forgery);
    }
  for (guint i = 0; i < G_N_ELEMENTS (collisions); i++)
    {
      g_autofree char *path = g_strdup_printf ("/rtp-merge/collision/%s", collisions[i].name);

      g_test_add_data_func (path, &collisions[i], test_collision);
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
  g_test_add_func ("/rtp-merge/gaps", test_gaps);
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
  g_test_add_func ("/rtp-merge/no-restart/fast-path-dies", test_fast_path_dies);
  g_test_add_func ("/rtp-merge/restart/all-paths-away", test_all_paths_away);
  g_test_add_func ("/rtp-merge/restart/other-packets", test_restart_with_other_packets);
  g_test_add_func ("/rtp-merge/restart/after-silence", test_restart_after_silence);
  g_test_add_func ("/rtp-merge/no-restart/slow-path-after-silence", test_silence_of_slow_path);
  g_test_add_func ("/rtp-merge/no-restart/replay-after-silence", test_silence_and_replay);
  g_test_add_func ("/rtp-merge/no-restart/clock-is-set", test_clock_is_set);
  add_cases ();
  g_test_add_func ("/rtp-merge/forgery/of-one-leg", test_forgery_of_one_leg);
  g_test_add_func ("/rtp-merge/source/precedence", test_precedence);
  g_test_add_func ("/rtp-merge/source/takeover", test_takeover);
  g_test_add_func ("/rtp-merge/streams/40", test_40_streams);
  g_test_add_func ("/rtp-merge/streams/flood", test_flood);
  g_test_add_func ("/rtp-merge/streams/apart", test_streams_apart);
  g_test_add_func ("/rtp-merge/streams/many", test_many_streams);
  g_test_add_func ("/rtp-merge/streams/makes-room", test_stream_makes_room);
  g_test_add_func ("/rtp-merge/property", test_property);
  g_test_add_func ("/rtp-merge/property/collision", test_property_of_collision);
  g_test_add_func ("/rtp-merge/property/restart", test_restart_property);

  return g_test_run ();
}
