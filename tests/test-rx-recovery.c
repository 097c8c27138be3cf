/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rx/mcast-rx-recovery-private.h"

#define MILLISECOND 1000
#define SECOND (1000 * MILLISECOND)
/* Any time but 0. */
#define START (77 * SECOND)

/* --- Retries ----------------------------------------------------------------------------- */

static void
test_retry_never (void)
{
  McastRxRecovery recovery = { 0 };

  g_assert_cmpint (_mcast_rx_recovery_plan_retry (&recovery, 0, START), ==,
                   MCAST_RX_RECOVERY_NEVER);
}

/* After each try that fails, the wait is twice as long, up to a second. */
static void
test_retry_backs_off (void)
{
  static const gint64 delays[] = { 4, 8, 16, 32, 64, 128, 256, 512, 1000, 1000, 1000 };
  McastRxRecovery recovery = { 0 };
  gint64 now = START;

  for (guint i = 0; i < G_N_ELEMENTS (delays); i++)
    {
      gint64 retry = _mcast_rx_recovery_plan_retry (&recovery, 3, now);

      g_assert_cmpint (retry - now, ==, delays[i] * MILLISECOND);
      now = retry;
    }
}

/* Updates for other reasons neither put off the retry nor hasten it. */
static void
test_retry_stays (void)
{
  McastRxRecovery recovery = { 0 };
  gint64 retry = _mcast_rx_recovery_plan_retry (&recovery, 1, START);

  for (gint64 now = START; now < retry; now += MILLISECOND)
    g_assert_cmpint (_mcast_rx_recovery_plan_retry (&recovery, 1, now), ==, retry);
  g_assert_cmpint (_mcast_rx_recovery_plan_retry (&recovery, 1, retry), ==,
                   retry + 8 * MILLISECOND);
}

/* A new failure beside one that lasts is tried again soon. */
static void
test_retry_of_more (void)
{
  McastRxRecovery recovery = { 0 };
  gint64 now = START;

  for (guint i = 0; i < 20; i++)
    now = _mcast_rx_recovery_plan_retry (&recovery, 1, now);
  now += 10 * MILLISECOND;
  g_assert_cmpint (_mcast_rx_recovery_plan_retry (&recovery, 2, now), ==, now + 4 * MILLISECOND);
}

/* That some of several failures are over changes nothing for the others. */
static void
test_retry_of_fewer (void)
{
  McastRxRecovery recovery = { 0 };
  gint64 first = _mcast_rx_recovery_plan_retry (&recovery, 5, START);
  gint64 second = _mcast_rx_recovery_plan_retry (&recovery, 4, first);

  g_assert_cmpint (second, ==, first + 8 * MILLISECOND);
  g_assert_cmpint (_mcast_rx_recovery_plan_retry (&recovery, 2, first + MILLISECOND), ==, second);
}

/* When all is well and fails again, it starts from the shortest wait. */
static void
test_retry_starts_over (void)
{
  McastRxRecovery recovery = { 0 };
  gint64 now = START;

  for (guint i = 0; i < 20; i++)
    now = _mcast_rx_recovery_plan_retry (&recovery, 1, now);
  g_assert_cmpint (_mcast_rx_recovery_plan_retry (&recovery, 0, now), ==, MCAST_RX_RECOVERY_NEVER);
  g_assert_cmpint (_mcast_rx_recovery_plan_retry (&recovery, 1, now), ==, now + 4 * MILLISECOND);
}

/* --- Silence ----------------------------------------------------------------------------- */

/* Returns when the path is due, looked at every millisecond from @now on while nothing arrives. */
static gint64
find_due (const McastRxRecovery *recovery, McastRxSilence *silence, guint64 delivered, gint64 now)
{
  gint64 limit = now + 1000 * (gint64) SECOND;

  while (!_mcast_rx_recovery_is_due (recovery, silence, delivered, now))
    {
      now += MILLISECOND;
      g_assert_cmpint (now, <, limit);
    }
  return now;
}

static void
test_silence_off (void)
{
  const McastRxRecovery recovery = { 0 };
  McastRxSilence silence = { 0 };

  g_assert_false (_mcast_rx_recovery_is_due (&recovery, &silence, 0, START));
  g_assert_false (_mcast_rx_recovery_is_due (&recovery, &silence, 0, START + 1000 * SECOND));
  g_assert_cmpint (_mcast_rx_recovery_plan_check (&recovery, START), ==, MCAST_RX_RECOVERY_NEVER);
}

/* A path that never brought anything is due as well, from its first look on. */
static void
test_silence_from_the_start (void)
{
  const McastRxRecovery recovery = { .interval = 300 * MILLISECOND };
  McastRxSilence silence = { 0 };

  g_assert_cmpint (find_due (&recovery, &silence, 0, START), ==, START + 300 * MILLISECOND);
}

static void
test_silence_after_traffic (void)
{
  const McastRxRecovery recovery = { .interval = 300 * MILLISECOND };
  McastRxSilence silence = { 0 };
  gint64 now = START;

  for (guint64 delivered = 0; delivered < 100; delivered++)
    {
      g_assert_false (_mcast_rx_recovery_is_due (&recovery, &silence, delivered, now));
      now += 299 * MILLISECOND;
    }
  g_assert_cmpint (find_due (&recovery, &silence, 100, now), ==, now + 300 * MILLISECOND);
}

/* What waits to be read ends a silence although nothing has been delivered. */
static void
test_silence_restart (void)
{
  const McastRxRecovery recovery = { .interval = 300 * MILLISECOND };
  McastRxSilence silence = { 0 };
  gint64 due = find_due (&recovery, &silence, 7, START);

  _mcast_rx_recovery_restart (&recovery, &silence, 7, due);
  g_assert_cmpint (find_due (&recovery, &silence, 7, due), ==, due + 300 * MILLISECOND);
}

/* Refreshes without effect are ever rarer, but not rarer than every 10 seconds; traffic resets
 * that. */
static void
test_refresh_backs_off (void)
{
  static const gint64 waits[] = { 600, 1200, 2400, 4800, 9600, 10000, 10000 };
  const McastRxRecovery recovery = { .interval = 300 * MILLISECOND };
  McastRxSilence silence = { 0 };
  gint64 due = find_due (&recovery, &silence, 0, START);

  for (guint i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      gint64 next;

      _mcast_rx_recovery_note_refresh (&recovery, &silence, due);
      next = find_due (&recovery, &silence, 0, due);
      g_assert_cmpint (next - due, ==, waits[i] * MILLISECOND);
      due = next;
    }
  g_assert_cmpint (find_due (&recovery, &silence, 1, due), ==, due + 300 * MILLISECOND);
}

/* An interval beyond 10 seconds stays the shortest wait. */
static void
test_refresh_of_long_interval (void)
{
  const McastRxRecovery recovery = { .interval = 30 * SECOND };
  McastRxSilence silence = { 0 };
  gint64 due = find_due (&recovery, &silence, 0, START);

  _mcast_rx_recovery_note_refresh (&recovery, &silence, due);
  g_assert_cmpint (find_due (&recovery, &silence, 0, due), ==, due + 30 * (gint64) SECOND);
}

/* That no refresh of ours helps is known until something arrives. */
static void
test_ineffective (void)
{
  const McastRxRecovery recovery = { .interval = 300 * MILLISECOND };
  McastRxSilence silence = { 0 };
  gint64 due = find_due (&recovery, &silence, 0, START);

  silence.ineffective = TRUE;
  _mcast_rx_recovery_note_refresh (&recovery, &silence, due);
  g_assert_true (silence.ineffective);
  g_assert_false (_mcast_rx_recovery_is_due (&recovery, &silence, 0, due));
  g_assert_true (silence.ineffective);
  g_assert_false (_mcast_rx_recovery_is_due (&recovery, &silence, 1, due));
  g_assert_false (silence.ineffective);
}

/* Paths are looked at often enough to notice a silence late by a sixteenth of the interval. */
static void
test_check (void)
{
  const McastRxRecovery recovery = { .interval = 1600 };
  const McastRxRecovery shortest = { .interval = 1 };

  g_assert_cmpint (_mcast_rx_recovery_plan_check (&recovery, START), ==, START + 100);
  g_assert_cmpint (_mcast_rx_recovery_plan_check (&shortest, START), ==, START + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rx-recovery/retry/never", test_retry_never);
  g_test_add_func ("/rx-recovery/retry/backs-off", test_retry_backs_off);
  g_test_add_func ("/rx-recovery/retry/stays", test_retry_stays);
  g_test_add_func ("/rx-recovery/retry/of-more", test_retry_of_more);
  g_test_add_func ("/rx-recovery/retry/of-fewer", test_retry_of_fewer);
  g_test_add_func ("/rx-recovery/retry/starts-over", test_retry_starts_over);
  g_test_add_func ("/rx-recovery/silence/off", test_silence_off);
  g_test_add_func ("/rx-recovery/silence/from-the-start", test_silence_from_the_start);
  g_test_add_func ("/rx-recovery/silence/after-traffic", test_silence_after_traffic);
  g_test_add_func ("/rx-recovery/silence/restart", test_silence_restart);
  g_test_add_func ("/rx-recovery/refresh/backs-off", test_refresh_backs_off);
  g_test_add_func ("/rx-recovery/refresh/of-long-interval", test_refresh_of_long_interval);
  g_test_add_func ("/rx-recovery/refresh/ineffective", test_ineffective);
  g_test_add_func ("/rx-recovery/check", test_check);
  return g_test_run ();
}
