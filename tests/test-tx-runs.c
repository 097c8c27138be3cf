/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tx/mcast-tx-runs-private.h"

#include <string.h>

static const McastTxRunLimits wide = { 64, 65507, 1472 };
static const McastTxRunLimits single = { 1, G_MAXSIZE, G_MAXUINT };

/* Numbered bytes, so that a datagram says where in the payload it was. */
static guint8 data[70000];

typedef struct
{
  McastTxRuns *runs;
  const McastTxRun *run;
  guint n;
} Built;

static Built
build (const McastTxMessage *messages, guint n_messages, const McastTxRunLimits *limits)
{
  Built built = { .runs = _mcast_tx_runs_new () };

  _mcast_tx_runs_build (built.runs, messages, n_messages, limits);
  built.run = _mcast_tx_runs_get (built.runs, &built.n);
  return built;
}

static gsize
vectors_size (const McastTxRun *run)
{
  gsize size = 0;

  for (guint i = 0; i < run->n_vectors; i++)
    size += run->vectors[i].size;
  return size;
}

/* The runs are the payload of the messages in their order, each byte once. */
static void
assert_same_bytes (const Built *built, const guint8 *expected, gsize size)
{
  gsize at = 0;

  for (guint i = 0; i < built->n; i++)
    {
      const McastTxRun *run = &built->run[i];

      g_assert_cmpuint (vectors_size (run), ==, run->bytes);
      for (guint j = 0; j < run->n_vectors; j++)
        {
          g_assert_cmpuint (at + run->vectors[j].size, <=, size);
          g_assert_cmpmem (run->vectors[j].buffer, run->vectors[j].size, expected + at,
                           run->vectors[j].size);
          at += run->vectors[j].size;
        }
    }
  g_assert_cmpuint (at, ==, size);
}

static void
assert_run (const Built *built, guint i, guint n_datagrams, guint segment_size, gsize bytes)
{
  g_assert_cmpuint (i, <, built->n);
  g_assert_cmpuint (built->run[i].n_datagrams, ==, n_datagrams);
  g_assert_cmpuint (built->run[i].segment_size, ==, segment_size);
  g_assert_cmpuint (built->run[i].bytes, ==, bytes);
}

static void
test_one_datagram (void)
{
  const GOutputVector vector = { data, 1400 };
  const McastTxMessage message = { &vector, 1, 0 };
  Built built = build (&message, 1, &wide);

  g_assert_cmpuint (built.n, ==, 1);
  assert_run (&built, 0, 1, 1400, 1400);
  assert_same_bytes (&built, data, 1400);
  _mcast_tx_runs_free (built.runs);
}

static void
test_cut (void)
{
  const GOutputVector vector = { data, 1316 * 3 + 100 };
  const McastTxMessage message = { &vector, 1, 1316 };
  Built built = build (&message, 1, &wide);

  g_assert_cmpuint (built.n, ==, 1);
  assert_run (&built, 0, 4, 1316, 1316 * 3 + 100);
  assert_same_bytes (&built, data, 1316 * 3 + 100);
  _mcast_tx_runs_free (built.runs);
}

/* A segment size that divides evenly makes no empty datagram after the last one. */
static void
test_cut_evenly (void)
{
  const GOutputVector vectors[] = { { data, 1000 }, { data, 0 } };
  const McastTxMessage message = { vectors, 2, 500 };
  Built built = build (&message, 1, &wide);

  g_assert_cmpuint (built.n, ==, 1);
  assert_run (&built, 0, 2, 500, 1000);
  _mcast_tx_runs_free (built.runs);
}

static void
test_cut_across_parts (void)
{
  const GOutputVector vectors[] = {
    { data, 7 }, { data + 7, 0 }, { data + 7, 20 }, { data + 27, 3 }, { data + 30, 1 }
  };
  const McastTxMessage message = { vectors, 5, 10 };
  Built built = build (&message, 1, &wide);

  g_assert_cmpuint (built.n, ==, 1);
  assert_run (&built, 0, 4, 10, 31);
  assert_same_bytes (&built, data, 31);
  _mcast_tx_runs_free (built.runs);
}

/* Messages of one size go together; a shorter one ends the run, a longer one begins another. */
static void
test_mixed_messages (void)
{
  const GOutputVector vectors[] = { { data, 100 },      { data + 100, 100 }, { data + 200, 40 },
                                    { data + 240, 40 }, { data + 280, 41 },  { data + 321, 41 } };
  McastTxMessage messages[6];
  Built built;

  for (guint i = 0; i < 6; i++)
    messages[i] = (McastTxMessage) { &vectors[i], 1, 0 };
  built = build (messages, 6, &wide);

  g_assert_cmpuint (built.n, ==, 3);
  assert_run (&built, 0, 3, 100, 240);
  assert_run (&built, 1, 1, 40, 40);
  assert_run (&built, 2, 2, 41, 82);
  g_assert_cmpuint (built.run[0].first_message, ==, 0);
  g_assert_cmpuint (built.run[0].last_message, ==, 2);
  g_assert_cmpuint (built.run[2].first_message, ==, 4);
  g_assert_cmpuint (built.run[2].last_message, ==, 5);
  assert_same_bytes (&built, data, 362);
  _mcast_tx_runs_free (built.runs);
}

/* An empty datagram is one all the same, and the kernel cuts none. */
static void
test_empty_datagrams (void)
{
  const GOutputVector vectors[] = { { data, 10 }, { NULL, 0 }, { data + 10, 10 } };
  const McastTxMessage messages[] = {
    { &vectors[0], 1, 0 }, { &vectors[1], 1, 5 }, { NULL, 0, 0 }, { &vectors[2], 1, 0 }
  };
  Built built = build (messages, 4, &wide);

  g_assert_cmpuint (built.n, ==, 4);
  assert_run (&built, 0, 1, 10, 10);
  assert_run (&built, 1, 1, 0, 0);
  assert_run (&built, 2, 1, 0, 0);
  assert_run (&built, 3, 1, 10, 10);
  _mcast_tx_runs_free (built.runs);
}

static void
test_limit_of_datagrams (void)
{
  const GOutputVector vector = { data, 150 };
  const McastTxMessage message = { &vector, 1, 1 };
  Built built = build (&message, 1, &wide);

  g_assert_cmpuint (built.n, ==, 3);
  assert_run (&built, 0, 64, 1, 64);
  assert_run (&built, 1, 64, 1, 64);
  assert_run (&built, 2, 22, 1, 22);
  assert_same_bytes (&built, data, 150);
  _mcast_tx_runs_free (built.runs);
}

static void
test_limit_of_bytes (void)
{
  const McastTxRunLimits limits = { 64, 2500, 1472 };
  const GOutputVector vector = { data, 5000 };
  const McastTxMessage message = { &vector, 1, 1000 };
  Built built = build (&message, 1, &limits);

  g_assert_cmpuint (built.n, ==, 3);
  assert_run (&built, 0, 2, 1000, 2000);
  assert_run (&built, 1, 2, 1000, 2000);
  assert_run (&built, 2, 1, 1000, 1000);
  _mcast_tx_runs_free (built.runs);
}

/* A datagram larger than the limits goes alone. */
static void
test_limit_of_segment (void)
{
  const GOutputVector vector = { data, 4000 };
  const McastTxMessage message = { &vector, 1, 1473 };
  Built built = build (&message, 1, &wide);

  g_assert_cmpuint (built.n, ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (built.run[i].n_datagrams, ==, 1);
  assert_same_bytes (&built, data, 4000);
  _mcast_tx_runs_free (built.runs);
}

static void
test_single (void)
{
  const GOutputVector vector = { data, 65507 };
  const McastTxMessage messages[] = { { &vector, 1, 0 }, { &vector, 1, 1316 } };
  Built built = build (messages, 2, &single);

  g_assert_cmpuint (built.n, ==, 1 + 50);
  assert_run (&built, 0, 1, 65507, 65507);
  assert_run (&built, 50, 1, 65507 - 49 * 1316, 65507 - 49 * 1316);
  g_assert_cmpuint (built.run[50].first_message, ==, 1);
  _mcast_tx_runs_free (built.runs);
}

/* More parts than the kernel takes in one call end a run. */
static void
test_many_parts (void)
{
  g_autofree GOutputVector *vectors = g_new (GOutputVector, 3000);
  const McastTxMessage message = { vectors, 3000, 60 };
  Built built;

  for (guint i = 0; i < 3000; i++)
    vectors[i] = (GOutputVector) { data + i, 1 };
  built = build (&message, 1, &wide);

  for (guint i = 0; i < built.n; i++)
    g_assert_cmpuint (built.run[i].n_vectors, <=, 1024);
  assert_same_bytes (&built, data, 3000);
  _mcast_tx_runs_free (built.runs);
}

static guint
count_expected (const McastTxMessage *message, gsize length)
{
  if (message->segment_size == 0 || length == 0)
    return 1;
  return (guint) ((length + message->segment_size - 1) / message->segment_size);
}

/* Whatever the messages and limits are, no byte is lost and no limit passed. */
static void
test_random (void)
{
  GOutputVector vectors[8][4];
  McastTxMessage messages[8];

  for (guint round = 0; round < 2000; round++)
    {
      guint n = (guint) g_test_rand_int_range (1, 9);
      const McastTxRunLimits limits = { (guint) g_test_rand_int_range (1, 65),
                                        (gsize) g_test_rand_int_range (0, 5000),
                                        (guint) g_test_rand_int_range (0, 1500) };
      gsize at = 0;
      guint n_expected = 0;
      guint n_datagrams = 0;
      Built built;

      for (guint i = 0; i < n; i++)
        {
          gsize begin = at;

          messages[i].vectors = vectors[i];
          messages[i].n_vectors = (guint) g_test_rand_int_range (0, 5);
          messages[i].segment_size = (guint) g_test_rand_int_range (0, 300);
          for (guint j = 0; j < messages[i].n_vectors; j++)
            {
              vectors[i][j] = (GOutputVector) { data + at, g_test_rand_int_range (0, 700) };
              at += vectors[i][j].size;
            }
          n_expected += count_expected (&messages[i], at - begin);
        }

      built = build (messages, n, &limits);
      assert_same_bytes (&built, data, at);
      for (guint i = 0; i < built.n; i++)
        {
          const McastTxRun *run = &built.run[i];

          n_datagrams += run->n_datagrams;
          g_assert_cmpuint (run->n_datagrams, <=, limits.max_datagrams);
          if (run->n_datagrams > 1)
            {
              g_assert_cmpuint (run->bytes, <=, limits.max_bytes);
              g_assert_cmpuint (run->segment_size, <=, limits.max_segment);
              g_assert_cmpuint (run->bytes, >, (run->n_datagrams - 1) * run->segment_size);
              g_assert_cmpuint (run->bytes, <=, run->n_datagrams * run->segment_size);
            }
        }
      g_assert_cmpuint (n_datagrams, ==, n_expected);
      _mcast_tx_runs_free (built.runs);
    }
}

/* What was built before does not show in what is built next. */
static void
test_again (void)
{
  const GOutputVector vector = { data, 100 };
  const McastTxMessage message = { &vector, 1, 10 };
  const McastTxMessage small = { &vector, 1, 0 };
  McastTxRuns *runs = _mcast_tx_runs_new ();
  guint n;

  _mcast_tx_runs_build (runs, &message, 1, &single);
  _mcast_tx_runs_build (runs, &small, 1, &single);
  _mcast_tx_runs_get (runs, &n);
  g_assert_cmpuint (n, ==, 1);
  _mcast_tx_runs_free (runs);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < sizeof data; i++)
    data[i] = (guint8) (i ^ (i >> 8));

  g_test_add_func ("/tx-runs/one-datagram", test_one_datagram);
  g_test_add_func ("/tx-runs/cut", test_cut);
  g_test_add_func ("/tx-runs/cut/evenly", test_cut_evenly);
  g_test_add_func ("/tx-runs/cut/across-parts", test_cut_across_parts);
  g_test_add_func ("/tx-runs/mixed-messages", test_mixed_messages);
  g_test_add_func ("/tx-runs/empty-datagrams", test_empty_datagrams);
  g_test_add_func ("/tx-runs/limit/datagrams", test_limit_of_datagrams);
  g_test_add_func ("/tx-runs/limit/bytes", test_limit_of_bytes);
  g_test_add_func ("/tx-runs/limit/segment", test_limit_of_segment);
  g_test_add_func ("/tx-runs/single", test_single);
  g_test_add_func ("/tx-runs/many-parts", test_many_parts);
  g_test_add_func ("/tx-runs/random", test_random);
  g_test_add_func ("/tx-runs/again", test_again);
  return g_test_run ();
}
