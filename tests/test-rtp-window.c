/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rx/mcast-rtp-window-private.h"

#define SIZE MCAST_RTP_WINDOW_SIZE
#define FIRST G_GUINT64_CONSTANT (100000)

static McastRtpWindow *
window_new (guint64 base)
{
  McastRtpWindow *self = g_new0 (McastRtpWindow, 1);

  _mcast_rtp_window_reset (self, base);
  return self;
}

static void
test_empty (void)
{
  g_autofree McastRtpWindow *unused = g_new0 (McastRtpWindow, 1);
  g_autofree McastRtpWindow *window = window_new (FIRST);

  g_assert_cmpuint (_mcast_rtp_window_count_missing (unused), ==, 0);
  g_assert_cmpuint (_mcast_rtp_window_count_missing (window), ==, 0);
  g_assert_cmpint (_mcast_rtp_window_get_place (window, FIRST), ==, MCAST_RTP_AHEAD);
  g_assert_cmpint (_mcast_rtp_window_get_place (window, FIRST - 1), ==, MCAST_RTP_HOLE);
  g_assert_cmpuint (_mcast_rtp_window_find_seen (window, 0), ==, FIRST);
}

static void
test_places (void)
{
  g_autofree McastRtpWindow *window = window_new (FIRST);

  g_assert_cmpint (_mcast_rtp_window_add (window, FIRST), ==, MCAST_RTP_AHEAD);
  g_assert_cmpint (_mcast_rtp_window_add (window, FIRST), ==, MCAST_RTP_SEEN);
  g_assert_cmpint (_mcast_rtp_window_add (window, FIRST + 3), ==, MCAST_RTP_AHEAD);
  g_assert_cmpuint (_mcast_rtp_window_count_missing (window), ==, 2);
  g_assert_cmpint (_mcast_rtp_window_add (window, FIRST + 1), ==, MCAST_RTP_HOLE);
  g_assert_cmpuint (_mcast_rtp_window_count_missing (window), ==, 1);
  g_assert_cmpint (_mcast_rtp_window_add (window, FIRST + 3 - SIZE + 1), ==, MCAST_RTP_HOLE);
  g_assert_cmpint (_mcast_rtp_window_add (window, FIRST + 3 - SIZE), ==, MCAST_RTP_OLD);
  /* Numbers before the base are not counted. */
  g_assert_cmpuint (_mcast_rtp_window_count_missing (window), ==, 1);
}

static void
test_extend (void)
{
  static const gint distances[] = { 0, 1, -1, 32767, -32768 };
  g_autofree McastRtpWindow *window = window_new (FIRST);

  for (guint i = 0; i < 70000; i += 999)
    {
      _mcast_rtp_window_add (window, FIRST + i);
      for (guint j = 0; j < G_N_ELEMENTS (distances); j++)
        {
          guint64 number = FIRST + i + (guint64) (gint64) distances[j];

          g_assert_cmpuint (_mcast_rtp_window_extend (window, (guint16) number), ==, number);
        }
    }
}

/* Gaps of every length forget the numbers that leave the window, and only those. */
static void
test_gaps (void)
{
  for (guint gap = 1; gap <= SIZE + 1; gap += gap < 200 || gap > SIZE - 200 ? 1 : 97)
    {
      g_autofree McastRtpWindow *window = window_new (FIRST);
      guint64 newest = FIRST + SIZE - 1 + gap;

      for (guint i = 0; i < SIZE; i++)
        _mcast_rtp_window_add (window, FIRST + i);
      g_assert_cmpint (_mcast_rtp_window_add (window, newest), ==, MCAST_RTP_AHEAD);
      g_assert_cmpuint (_mcast_rtp_window_count_missing (window), ==, gap - 1);
      g_assert_cmpint (_mcast_rtp_window_get_place (window, FIRST + gap - 1), ==, MCAST_RTP_OLD);
      g_assert_cmpuint (_mcast_rtp_window_find_seen (window, 0), ==,
                        gap < SIZE ? FIRST + gap : newest);
      g_assert_cmpuint (_mcast_rtp_window_find_seen (window, FIRST + SIZE), ==, newest);
      g_assert_cmpuint (_mcast_rtp_window_find_seen (window, newest + 1), ==, newest + 1);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/rtp-window/empty", test_empty);
  g_test_add_func ("/rtp-window/places", test_places);
  g_test_add_func ("/rtp-window/extend", test_extend);
  g_test_add_func ("/rtp-window/gaps", test_gaps);

  return g_test_run ();
}
