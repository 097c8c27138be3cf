/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rx/mcast-rx-gather-private.h"

/* When to wait before a read. The clock of the test is in microseconds, for arrivals as well. */

#define DELAY 1000

typedef struct
{
  McastRxGather gather;
  gint64 now;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->gather = (McastRxGather) { .delay_us = DELAY };
  self->now = 1000000;
}

/* Reads @n datagrams, which arrived one after another every @gap. */
static void
read_datagrams (Fixture *self, guint n, gint64 gap)
{
  self->now += n * gap;
  _mcast_rx_gather_note_read (&self->gather, n, self->now * 1000, self->now);
}

static void
read_often (Fixture *self, guint n_reads, gint64 gap)
{
  for (guint i = 0; i < n_reads; i++)
    read_datagrams (self, 1, gap);
}

/* How long the next read waits from now on. */
static gint64
get_wait (Fixture *self)
{
  return _mcast_rx_gather_get_end (&self->gather, self->now) - self->now;
}

static void
test_begins_without (Fixture *self, gconstpointer data)
{
  g_assert_cmpint (get_wait (self), ==, 0);
  read_datagrams (self, 100, 1);
  g_assert_cmpint (get_wait (self), ==, 0);
}

static void
test_high_rate (Fixture *self, gconstpointer data)
{
  read_often (self, 16, DELAY / 2 - 1);
  g_assert_cmpint (get_wait (self), ==, 0);
  read_datagrams (self, 1, DELAY / 2 - 1);
  g_assert_cmpint (get_wait (self), ==, DELAY);
}

/* A rate at which a wait gathers fewer than two datagrams. */
static void
test_low_rate (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 100; i++)
    {
      read_datagrams (self, 1, DELAY / 2);
      g_assert_cmpint (get_wait (self), ==, 0);
    }
}

/* Between half of the delay and the delay, it stays as it is. */
static void
test_hysteresis (Fixture *self, gconstpointer data)
{
  read_often (self, 40, 10);
  g_assert_cmpint (get_wait (self), ==, DELAY);
  read_often (self, 100, DELAY - 1);
  g_assert_cmpint (get_wait (self), ==, DELAY);
  read_datagrams (self, 1, DELAY);
  g_assert_cmpint (get_wait (self), ==, 0);
  read_often (self, 100, DELAY - 1);
  g_assert_cmpint (get_wait (self), ==, 0);
}

/* After a pause of the stream, the first read does not wait. */
static void
test_lull (Fixture *self, gconstpointer data)
{
  read_often (self, 40, 10);
  read_datagrams (self, 1, 40 * DELAY);
  g_assert_cmpint (get_wait (self), ==, 0);
  read_often (self, 16, 10);
  g_assert_cmpint (get_wait (self), ==, DELAY);
}

/* The wait counts from the last read, so that the time of the caller is part of it. */
static void
test_counts_from_last_read (Fixture *self, gconstpointer data)
{
  read_often (self, 40, 10);
  self->now += DELAY - 100;
  g_assert_cmpint (get_wait (self), ==, 100);
  self->now += 200;
  g_assert_cmpint (get_wait (self), <, 0);
}

static void
test_batches (Fixture *self, gconstpointer data)
{
  read_datagrams (self, 8, 10);
  read_datagrams (self, 8, 10);
  g_assert_cmpint (get_wait (self), ==, 0);
  read_datagrams (self, 8, 10);
  g_assert_cmpint (get_wait (self), ==, DELAY);
}

/* Without arrival times, or when the clock is set back, the rate is unknown. */
static void
test_clock (Fixture *self, gconstpointer data)
{
  read_often (self, 40, 10);
  _mcast_rx_gather_note_read (&self->gather, 1, 5, self->now);
  g_assert_cmpint (get_wait (self), ==, 0);
  for (guint i = 0; i < 100; i++)
    _mcast_rx_gather_note_read (&self->gather, 10, 0, self->now);
  g_assert_cmpint (get_wait (self), ==, 0);
}

static void
test_disabled (Fixture *self, gconstpointer data)
{
  self->gather.delay_us = 0;
  read_often (self, 100, 0);
  g_assert_cmpint (get_wait (self), ==, 0);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "/rx-gather/begins-without", test_begins_without },
    { "/rx-gather/high-rate", test_high_rate },
    { "/rx-gather/low-rate", test_low_rate },
    { "/rx-gather/hysteresis", test_hysteresis },
    { "/rx-gather/lull", test_lull },
    { "/rx-gather/counts-from-last-read", test_counts_from_last_read },
    { "/rx-gather/batches", test_batches },
    { "/rx-gather/clock", test_clock },
    { "/rx-gather/disabled", test_disabled },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, NULL);
  return g_test_run ();
}
