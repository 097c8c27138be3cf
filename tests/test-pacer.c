/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tx/mcast-pacer-private.h"

#define SECOND G_GINT64_CONSTANT (1000000000)

/* Sends datagrams of @bytes as the pacer allows for a second of its clock; returns how many. */
static guint
send_for_a_second (McastPacer *pacer, gint64 now, gsize bytes)
{
  const gint64 end = now + SECOND;
  guint n = 0;

  while (TRUE)
    {
      now += _mcast_pacer_get_delay (pacer, now);
      if (now >= end)
        return n;
      _mcast_pacer_take (pacer, now, bytes);
      n++;
    }
}

/* As many datagrams of 1250 bytes, which are 10,000 bits, as the rate allows; besides those the
 * first one, and what a millisecond may catch up. */
static void
assert_sends_at_rate (McastPacer *pacer, gint64 now)
{
  guint expected = (guint) (pacer->rate / 10000);
  guint n = send_for_a_second (pacer, now, 1250);

  g_assert_cmpuint (n, >=, expected);
  g_assert_cmpuint (n, <=, expected + expected / 1000 + 1);
}

static void
test_off (void)
{
  McastPacer pacer = { 0, 0 };

  _mcast_pacer_take (&pacer, 5, 65507);
  g_assert_cmpint (_mcast_pacer_get_delay (&pacer, 5), ==, 0);
  g_assert_cmpuint (_mcast_pacer_max_burst (&pacer), ==, G_MAXSIZE);
}

static void
test_first_goes_at_once (void)
{
  McastPacer pacer = { 1000000, 0 };

  g_assert_cmpint (_mcast_pacer_get_delay (&pacer, 1234 * SECOND), ==, 0);
}

static void
test_rate (void)
{
  static const guint64 rates[] = { 10000, 1000000, 10000000, 100000000, 1000000000 };

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      McastPacer pacer = { rates[i], 0 };

      assert_sends_at_rate (&pacer, 77 * SECOND);
    }
}

static void
test_large_datagram_is_paid_for (void)
{
  McastPacer pacer = { 8000, 0 };

  _mcast_pacer_take (&pacer, SECOND, 65507);
  g_assert_cmpint (_mcast_pacer_get_delay (&pacer, SECOND), >=, 65 * SECOND);
  g_assert_cmpint (_mcast_pacer_get_delay (&pacer, SECOND), <=, 66 * SECOND);
}

/* After an hour of silence nothing comes faster than before. */
static void
test_silence_is_not_saved_up (void)
{
  McastPacer pacer = { 1000000, 0 };

  assert_sends_at_rate (&pacer, SECOND);
  assert_sends_at_rate (&pacer, 3600 * SECOND);
}

/* A sleep that ends late by half a millisecond each time, on a busy machine, does not cost rate. */
static void
test_late_wake_ups (void)
{
  McastPacer pacer = { 10000000, 0 };
  gint64 now = SECOND;
  guint n = 0;

  for (; now < 2 * SECOND; n++)
    {
      gint64 delay = _mcast_pacer_get_delay (&pacer, now);

      now += delay > 0 ? delay + SECOND / 2000 : 0;
      _mcast_pacer_take (&pacer, now, 1250);
    }
  g_assert_cmpuint (n, >=, 999);
  g_assert_cmpuint (n, <=, 1003);
}

/* A rate that changes holds for what comes next. */
static void
test_new_rate (void)
{
  McastPacer pacer = { 1000000, 0 };
  gint64 now = SECOND;

  assert_sends_at_rate (&pacer, now);
  now += SECOND + _mcast_pacer_get_delay (&pacer, now + SECOND);
  pacer.rate = 2000000;
  assert_sends_at_rate (&pacer, now);
}

static void
test_burst (void)
{
  const McastPacer slow = { 1, 0 };
  const McastPacer fast = { 1000000000, 0 };
  const McastPacer fastest = { G_MAXUINT64, 0 };

  g_assert_cmpuint (_mcast_pacer_max_burst (&slow), ==, 0);
  g_assert_cmpuint (_mcast_pacer_max_burst (&fast), ==, 12500);
  g_assert_cmpuint (_mcast_pacer_max_burst (&fastest), >, 65507);
}

static void
test_extreme_rates (void)
{
  McastPacer fastest = { G_MAXUINT64, 0 };
  McastPacer slowest = { 1, 0 };

  _mcast_pacer_take (&fastest, SECOND, 65507);
  g_assert_cmpint (_mcast_pacer_get_delay (&fastest, SECOND), ==, 0);
  _mcast_pacer_take (&slowest, SECOND, 65507);
  g_assert_cmpint (_mcast_pacer_get_delay (&slowest, SECOND), >, 500000 * SECOND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pacer/off", test_off);
  g_test_add_func ("/pacer/first-goes-at-once", test_first_goes_at_once);
  g_test_add_func ("/pacer/rate", test_rate);
  g_test_add_func ("/pacer/large-datagram-is-paid-for", test_large_datagram_is_paid_for);
  g_test_add_func ("/pacer/silence-is-not-saved-up", test_silence_is_not_saved_up);
  g_test_add_func ("/pacer/late-wake-ups", test_late_wake_ups);
  g_test_add_func ("/pacer/new-rate", test_new_rate);
  g_test_add_func ("/pacer/burst", test_burst);
  g_test_add_func ("/pacer/extreme-rates", test_extreme_rates);
  return g_test_run ();
}
