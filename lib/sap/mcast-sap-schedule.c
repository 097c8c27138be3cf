/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

/* When to repeat an announcement, RFC 2974 section 3.1: all announcers of a scope together use a
 * fixed bandwidth. */

#include "sap/mcast-sap-schedule-private.h"

/* Bits per second of all announcements in a scope. */
#define BANDWIDTH 4000

/* Gets the mean time between two announcements of a session, of which one packet has @ad_size
 * bytes with its headers, in a scope with @n_ads sessions. */
gint64
_mcast_sap_schedule_get_interval_us (gint64 min_interval_us, guint n_ads, gsize ad_size)
{
  gint64 shared_us = (gint64) n_ads * (gint64) ad_size * 8 * G_USEC_PER_SEC / BANDWIDTH;

  return MAX (min_interval_us, shared_us);
}

/* Gets the time until the next announcement: the interval, shorter or longer by up to a third, so
 * that announcers do not run in step. @random: from 0 to 1. */
gint64
_mcast_sap_schedule_get_delay_us (gint64 interval_us, double random)
{
  gint64 third_us = interval_us / 3;

  return interval_us - third_us + (gint64) (random * 2 * (double) third_us);
}
