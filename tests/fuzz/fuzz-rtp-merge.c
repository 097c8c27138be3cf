/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * To build and run it for a minute:
 *
 *   CC=clang meson setup build-fuzz -Dc_args=-fsanitize=fuzzer-no-link \
 *     -Db_sanitize=address,undefined -Db_lundef=false
 *   ninja -C build-fuzz tests/fuzz/fuzz-rtp-merge
 *   build-fuzz/tests/fuzz/fuzz-rtp-merge -max_total_time=60
 */

#include "rx/mcast-rtp-merge-private.h"

#include <stdlib.h>
#include <string.h>

/* The input is a row of these, so that few bytes make many packets. */
typedef struct
{
  guint8 path;
  guint8 ssrc;
  guint8 count;
  guint8 step;
  guint8 sequence[2];
  guint8 time[2];
} Run;

typedef struct
{
  guint64 verdicts[MCAST_RTP_VERDICT_NOT_RTP + 1];
} Totals;

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_totals (McastRtpMerge *merge, const Totals *totals)
{
  McastRtpStats stats;
  guint64 first = 0;

  _mcast_rtp_merge_get_stats (merge, &stats);
  for (guint path = 0; path < 4; path++)
    {
      McastRtpPathStats path_stats;

      _mcast_rtp_merge_get_path_stats (merge, path, &path_stats);
      first += path_stats.first;
    }

  if (stats.late != totals->verdicts[MCAST_RTP_VERDICT_LATE]
      || first != totals->verdicts[MCAST_RTP_VERDICT_FORWARD] || stats.unrecovered > G_MAXINT64)
    abort ();
}

/* Two bits of @path are the path, and one is the source. */
static McastRtpVerdict
check (McastRtpMerge *merge, const guint8 *data, gsize size, guint8 path, gint64 time)
{
  const McastAddress source = { .family = AF_INET, .bytes = { 192, 0, 2, path >> 2 & 1 } };
  const McastRtpDatagram datagram = { data, size, path & 3, &source, time };

  return _mcast_rtp_merge_check (merge, &datagram);
}

static void
check_run (McastRtpMerge *merge, const Run *run, gint64 *time, Totals *totals)
{
  guint16 sequence = (guint16) (run->sequence[0] << 8 | run->sequence[1]);

  for (guint i = 0; i < run->count; i++)
    {
      const guint8 packet[13] = { 0x80,
                                  96,
                                  (guint8) (sequence >> 8),
                                  (guint8) sequence,
                                  [11] = run->ssrc,
                                  [12] = run->path >> 3 };
      McastRtpVerdict verdict;

      *time += (run->time[0] << 8 | run->time[1]) * G_GINT64_CONSTANT (100000);
      verdict = check (merge, packet, sizeof packet, run->path, *time);
      totals->verdicts[verdict]++;
      sequence = (guint16) (sequence + (gint8) run->step);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (McastRtpMerge) merge = _mcast_rtp_merge_new ();
  Totals totals = { 0 };
  gint64 time = 0;

  /* As one raw packet first: what is no RTP must be seen as such whatever its length. */
  totals.verdicts[check (merge, data, size, 0, 0)]++;
  for (gsize offset = 0; size - offset >= sizeof (Run); offset += sizeof (Run))
    {
      Run run;

      memcpy (&run, data + offset, sizeof run);
      check_run (merge, &run, &time, &totals);
    }
  check_totals (merge, &totals);
  return 0;
}
