/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rx/mcast-flow-merge-private.h"

#define MILLISECOND G_GINT64_CONSTANT (1000000)
#define SECOND (1000 * MILLISECOND)
#define START (1000 * SECOND)
#define MAX_PATHS 3

/* --- Datagrams --------------------------------------------------------------------------- */

/* A merge, how far each path has been read, and how many datagrams had each verdict. */
typedef struct
{
  McastFlowMerge *merge;
  gint64 read_until[MAX_PATHS];
  guint n[MCAST_FLOW_VERDICT_DUPLICATE + 1];
} Scene;

static gboolean
is_read (guint path_id, gint64 time, gpointer user_data)
{
  Scene *self = user_data;

  g_assert_cmpuint (path_id, <, MAX_PATHS);
  return self->read_until[path_id] >= time;
}

/* Until a test says otherwise, every path has been read. */
static Scene *
scene_new (void)
{
  Scene *self = g_new0 (Scene, 1);

  self->merge = _mcast_flow_merge_new (is_read, self);
  for (guint i = 0; i < MAX_PATHS; i++)
    self->read_until[i] = G_MAXINT64;
  return self;
}

static void
scene_free (Scene *self)
{
  _mcast_flow_merge_free (self->merge);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

static McastAddress
parse (const char *text)
{
  McastAddress address;

  g_assert_true (_mcast_address_parse (text, &address));
  return address;
}

static McastFlowVerdict
check_datagram (Scene *self, const McastFlowDatagram *datagram)
{
  McastFlowVerdict verdict = _mcast_flow_merge_check (self->merge, datagram);

  self->n[verdict]++;
  return verdict;
}

static McastFlowVerdict
check_flow (Scene *self, guint flow, guint path, gint64 time)
{
  const McastAddress group = parse ("233.252.0.1");
  const McastAddress source = parse ("192.0.2.1");

  return check_datagram (self, &(McastFlowDatagram) { &group, 5004, &source, flow, path, 1, time });
}

/* Returns whether the datagram is delivered. */
static gboolean
check (Scene *self, guint path, gint64 time)
{
  return check_flow (self, 40000, path, time) != MCAST_FLOW_VERDICT_DUPLICATE;
}

static guint
n_switches (Scene *self)
{
  guint64 n = _mcast_flow_merge_get_n_switches (self->merge);

  g_assert_cmpuint (n, ==, self->n[MCAST_FLOW_VERDICT_SWITCH]);
  return (guint) n;
}

/* --- Copies ------------------------------------------------------------------------------ */

static void
test_first_path (void)
{
  g_autoptr (Scene) scene = scene_new ();

  for (guint i = 0; i < 1000; i++)
    {
      gint64 time = START + i * MILLISECOND;

      g_assert_true (check (scene, 1, time));
      g_assert_false (check (scene, 0, time + 1));
      g_assert_false (check (scene, 2, time + 2));
    }
  g_assert_cmpuint (n_switches (scene), ==, 0);
}

/* The order of the copies changes, and so does their distance. */
static void
test_skew (void)
{
  static const gint64 periods[] = { 5000, MILLISECOND, 40 * MILLISECOND, 90 * MILLISECOND, SECOND };
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint i = 0; i < G_N_ELEMENTS (periods); i++)
    {
      g_autoptr (Scene) scene = scene_new ();
      gint64 time = START;
      guint n = 0;

      g_assert_true (check (scene, 0, time));
      for (guint j = 0; j < 1000; j++)
        {
          gint64 skew = g_rand_int_range (random, 0, 45 * MILLISECOND);
          gboolean is_first = g_rand_boolean (random);

          time += MAX (periods[i], skew);
          n += check (scene, is_first ? 0 : 1, time);
          n += check (scene, is_first ? 1 : 0, time + skew);
        }
      g_test_message ("period of %" G_GINT64_FORMAT " ns", periods[i]);
      g_assert_cmpuint (n, ==, 1000);
      g_assert_cmpuint (n_switches (scene), ==, 0);
    }
}

/* Bursts with pauses, of which the copies overtake each other. */
static void
test_bursts (void)
{
  for (guint size = 1; size < 12; size++)
    {
      g_autoptr (Scene) scene = scene_new ();
      guint n = 0;

      for (guint i = 0; i < 100; i++)
        for (guint j = 0; j < 2 * size; j++)
          {
            guint path = (i + j / size) % 2;

            n += check (scene, path, START + i * SECOND + j * 1000);
          }
      g_assert_cmpuint (n, ==, 100 * size);
    }
}

/* The source of copies that arrive on different links has different scopes. */
static void
test_link_local (void)
{
  g_autoptr (Scene) scene = scene_new ();
  McastAddress group = parse ("ff12::1");
  McastAddress source = parse ("fe80::1");

  source.scope_id = 2;
  g_assert_cmpint (check_datagram (scene,
                                   &(McastFlowDatagram) { &group, 5004, &source, 1, 0, 1, START }),
                   ==, MCAST_FLOW_VERDICT_FORWARD);
  source.scope_id = 3;
  g_assert_cmpint (check_datagram (scene,
                                   &(McastFlowDatagram) { &group, 5004, &source, 1, 1, 1, START }),
                   ==, MCAST_FLOW_VERDICT_DUPLICATE);
}

static void
test_flows_apart (void)
{
  const McastAddress groups[] = { parse ("233.252.0.1"), parse ("233.252.0.2") };
  const McastAddress sources[] = { parse ("192.0.2.1"), parse ("192.0.2.2") };
  g_autoptr (Scene) scene = scene_new ();

  for (guint i = 0; i < 16; i++)
    {
      const McastFlowDatagram datagram = {
        &groups[i & 1], 5004 + (i >> 1 & 1), &sources[i >> 2 & 1], i >> 3, i % 2, 1, START,
      };

      g_assert_cmpint (check_datagram (scene, &datagram), ==, MCAST_FLOW_VERDICT_FORWARD);
    }
}

/* --- Switches ---------------------------------------------------------------------------- */

/* Path 0 ends, and the other one, which brought copies, replaces it. */
static void
test_switch (void)
{
  static const gint64 periods[] = { 5000, MILLISECOND, 20 * MILLISECOND, 200 * MILLISECOND,
                                    SECOND };

  for (guint i = 0; i < G_N_ELEMENTS (periods); i++)
    {
      g_autoptr (Scene) scene = scene_new ();
      gint64 time = START;
      guint n_lost = 0;

      for (guint j = 0; j < 100; j++, time += periods[i])
        {
          g_assert_true (check (scene, 0, time));
          g_assert_false (check (scene, 1, time));
        }
      while (!check (scene, 1, time) && n_lost++ < 100000)
        time += periods[i];
      g_test_message ("period of %" G_GINT64_FORMAT " ns, %u lost", periods[i], n_lost);
      g_assert_cmpuint (n_lost, <=, MAX (2, 120 * MILLISECOND / periods[i]));
      g_assert_cmpuint (n_lost, >=, MAX (2, 99 * MILLISECOND / periods[i]));
      g_assert_cmpuint (n_switches (scene), ==, 1);
      for (guint j = 0; j < 1000; j++, time += periods[i])
        {
          g_assert_true (check (scene, 1, time));
          g_assert_false (check (scene, 0, time));
        }
      g_assert_cmpuint (n_switches (scene), ==, 1);
    }
}

/* A silent path is not replaced before its OS socket was read. */
static void
test_unread (void)
{
  g_autoptr (Scene) scene = scene_new ();

  g_assert_true (check (scene, 0, START));
  scene->read_until[0] = START + 99 * MILLISECOND;
  for (guint i = 1; i < 1000; i++)
    g_assert_false (check (scene, 1, START + i * MILLISECOND));
  for (guint i = 1; i < 100; i++)
    g_assert_true (check (scene, 0, START + i * MILLISECOND));
  g_assert_cmpuint (n_switches (scene), ==, 0);

  scene->read_until[0] = START + 1000 * MILLISECOND;
  for (guint i = 1000; i < 1050; i++)
    g_assert_false (check (scene, 1, START + i * MILLISECOND));
  g_assert_true (check (scene, 1, START + 1050 * MILLISECOND));
}

/* A run counts as its datagrams. */
static void
test_run (void)
{
  const McastAddress group = parse ("233.252.0.1");
  const McastAddress source = parse ("192.0.2.1");
  g_autoptr (Scene) scene = scene_new ();
  McastFlowDatagram run = { &group, 5004, &source, 40000, 0, 40, START };

  g_assert_cmpint (check_datagram (scene, &run), ==, MCAST_FLOW_VERDICT_FORWARD);
  run.path_id = 1;
  run.time += 60 * MILLISECOND;
  g_assert_cmpint (check_datagram (scene, &run), ==, MCAST_FLOW_VERDICT_DUPLICATE);
  run.time += 50 * MILLISECOND;
  g_assert_cmpint (check_datagram (scene, &run), ==, MCAST_FLOW_VERDICT_SWITCH);
}

/* Of two paths that may replace the first one, one ends as well. */
static void
test_third_path (void)
{
  g_autoptr (Scene) scene = scene_new ();
  guint n_lost = 0;

  g_assert_true (check (scene, 0, START));
  g_assert_false (check (scene, 1, START + 60 * MILLISECOND));
  g_assert_false (check (scene, 1, START + 61 * MILLISECOND));
  while (!check (scene, 2, START + (62 + n_lost) * MILLISECOND))
    n_lost++;
  g_assert_cmpuint (n_lost, >=, 99);
  g_assert_cmpuint (n_lost, <=, 160);
  g_assert_cmpuint (n_switches (scene), ==, 1);
}

/* A path that was left is replaced at once. */
static void
test_forgotten_path (void)
{
  g_autoptr (Scene) scene = scene_new ();

  g_assert_true (check (scene, 0, START));
  g_assert_false (check (scene, 1, START));
  _mcast_flow_merge_forget_path (scene->merge, 0);
  g_assert_true (check (scene, 1, START + 1));
  g_assert_cmpuint (n_switches (scene), ==, 1);
  _mcast_flow_merge_forget_path (scene->merge, 1);
  g_assert_true (check (scene, 1, START + 2));
  g_assert_cmpuint (n_switches (scene), ==, 1);
}

/* --- Silence and time -------------------------------------------------------------------- */

/* A flow that pauses begins again on any path, and loses nothing. */
static void
test_pause (void)
{
  g_autoptr (Scene) scene = scene_new ();

  for (guint i = 0; i < 20; i++)
    for (guint j = 0; j < 50; j++)
      {
        gint64 time = START + i * 3 * SECOND + j * MILLISECOND;

        g_assert_true (check (scene, i % 2, time));
        g_assert_false (check (scene, (i + 1) % 2, time + 1));
      }
  g_assert_cmpuint (n_switches (scene), ==, 0);
}

static void
test_clock_is_set (void)
{
  static const gint64 steps[] = { 3600 * SECOND, -3600 * SECOND };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (Scene) scene = scene_new ();
      guint n_lost = 0;

      for (guint j = 0; j < 2000; j++)
        {
          gint64 time = START + 3600 * SECOND + j * MILLISECOND + (j < 1000 ? 0 : steps[i]);

          g_assert_true (check (scene, 0, time));
          g_assert_false (check (scene, 1, time + 1));
        }
      while (!check (scene, 1, START + 3602 * SECOND + steps[i] + n_lost * MILLISECOND))
        n_lost++;
      g_assert_cmpuint (n_lost, <=, 120);
    }
}

/* --- Memory ------------------------------------------------------------------------------ */

/* Flows that come and go do not displace the one in use. */
static void
test_many_flows (void)
{
  g_autoptr (Scene) scene = scene_new ();

  for (guint i = 1; i < 10 * MCAST_FLOW_MERGE_MAX_FLOWS; i++)
    {
      g_assert_cmpint (check_flow (scene, i, 0, START + i), ==, MCAST_FLOW_VERDICT_FORWARD);
      g_assert_cmpint (check_flow (scene, i, 1, START + i), ==, MCAST_FLOW_VERDICT_DUPLICATE);
      g_assert_cmpint (check_flow (scene, 0, 0, START + i), ==, MCAST_FLOW_VERDICT_FORWARD);
      g_assert_cmpint (check_flow (scene, 0, 1, START + i), ==, MCAST_FLOW_VERDICT_DUPLICATE);
    }
  /* The oldest one was forgotten, and begins again. */
  g_assert_cmpint (check_flow (scene, 1, 1, START), ==, MCAST_FLOW_VERDICT_FORWARD);
}

/* --- Batches ----------------------------------------------------------------------------- */

/* Two OS sockets with a queue each, which are read in batches of any size and in any order. */
typedef struct
{
  GArray *queues[2];
  guint n_read[2];
} Sockets;

typedef struct
{
  guint number;
  gint64 time;
} Queued;

static void
fill_queues (Sockets *self, GRand *random, guint n, gint64 period, guint end_of_first)
{
  for (guint path = 0; path < 2; path++)
    {
      gint64 last = 0;

      self->queues[path] = g_array_new (FALSE, FALSE, sizeof (Queued));
      self->n_read[path] = 0;
      for (guint i = 0; i < n && (path == 1 || i < end_of_first); i++)
        {
          gint64 delay = g_rand_int_range (random, 0, MILLISECOND);

          last = MAX (last, START + i * period + delay);
          g_array_append_val (self->queues[path], ((Queued) { i, last }));
        }
    }
}

static void
read_batch (Scene *scene, Sockets *self, guint path, guint n, guint8 *n_delivered)
{
  GArray *queue = self->queues[path];

  /* What shares a socket needs no check. */
  scene->read_until[path] = G_MAXINT64;
  for (guint i = 0; i < n && self->n_read[path] < queue->len; i++)
    {
      const Queued *datagram = &g_array_index (queue, Queued, self->n_read[path]++);

      n_delivered[datagram->number] += check (scene, path, datagram->time);
      scene->read_until[path] = datagram->time;
    }
  if (self->n_read[path] == queue->len)
    scene->read_until[path] = G_MAXINT64;
}

/* Returns how many datagrams were not delivered. */
static guint
count_lost (GRand *random, guint n, gint64 period, guint end_of_first)
{
  g_autoptr (Scene) scene = scene_new ();
  g_autofree guint8 *n_delivered = g_new0 (guint8, n);
  Sockets sockets;
  guint n_lost = 0;

  fill_queues (&sockets, random, n, period, end_of_first);
  scene->read_until[0] = scene->read_until[1] = 0;
  read_batch (scene, &sockets, 0, 1, n_delivered);
  while (sockets.n_read[0] < sockets.queues[0]->len || sockets.n_read[1] < sockets.queues[1]->len)
    read_batch (scene, &sockets, g_rand_boolean (random) ? 1 : 0,
                (guint) g_rand_int_range (random, 1, 2000), n_delivered);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpuint (n_delivered[i], <=, 1);
      n_lost += n_delivered[i] == 0;
    }
  g_assert_cmpuint (n_switches (scene), <=, end_of_first < n ? 1 : 0);
  for (guint i = 0; i < 2; i++)
    g_array_unref (sockets.queues[i]);
  return n_lost;
}

static void
test_batches (void)
{
  static const gint64 periods[] = { 5000, 100000, MILLISECOND, 10 * MILLISECOND, SECOND };

  for (guint32 seed = 0; seed < 20; seed++)
    for (guint i = 0; i < G_N_ELEMENTS (periods); i++)
      {
        g_autoptr (GRand) random = g_rand_new_with_seed (seed);

        g_test_message ("seed %u, period of %" G_GINT64_FORMAT " ns", seed, periods[i]);
        g_assert_cmpuint (count_lost (random, 50000, periods[i], 50000), ==, 0);
      }
}

/* Nothing is delivered twice, and what was not delivered is less than two silences. */
static void
test_switch_in_batches (void)
{
  for (guint32 seed = 0; seed < 20; seed++)
    {
      g_autoptr (GRand) random = g_rand_new_with_seed (seed);
      guint n_lost = count_lost (random, 100000, 5000, 30000);

      g_test_message ("seed %u, %u lost", seed, n_lost);
      g_assert_cmpuint (n_lost, >=, 19000);
      g_assert_cmpuint (n_lost, <=, 40000);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/flow-merge/first-path", test_first_path);
  g_test_add_func ("/flow-merge/skew", test_skew);
  g_test_add_func ("/flow-merge/bursts", test_bursts);
  g_test_add_func ("/flow-merge/link-local", test_link_local);
  g_test_add_func ("/flow-merge/flows-apart", test_flows_apart);
  g_test_add_func ("/flow-merge/switch", test_switch);
  g_test_add_func ("/flow-merge/unread", test_unread);
  g_test_add_func ("/flow-merge/run", test_run);
  g_test_add_func ("/flow-merge/third-path", test_third_path);
  g_test_add_func ("/flow-merge/forgotten-path", test_forgotten_path);
  g_test_add_func ("/flow-merge/pause", test_pause);
  g_test_add_func ("/flow-merge/clock-is-set", test_clock_is_set);
  g_test_add_func ("/flow-merge/many-flows", test_many_flows);
  g_test_add_func ("/flow-merge/batches", test_batches);
  g_test_add_func ("/flow-merge/batches/switch", test_switch_in_batches);

  return g_test_run ();
}
