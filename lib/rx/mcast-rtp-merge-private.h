/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * SMPTE ST 2022-7: of the copies of one RTP stream that arrive on several paths, the first one of
 * each packet goes on, at once and in the order of arrival. There is no socket, no clock and no
 * lock in here: one thread at a time.
 *
 * Copies have the same SSRC and sequence number and are less than MCAST_RTP_MERGE_WINDOW packets
 * apart. A path is what keeps an order of its own: one group on one interface. That order tells a
 * slow path from a sender that started again: a stream begins anew after twenty packets in a row
 * that step back by more than 100 to what their path has brought before, or leap ahead by more
 * than half the window, or are rejected when nothing has gone on for ten seconds.
 */
typedef struct _McastRtpMerge McastRtpMerge;

/* How many sequence numbers, up to the newest, are remembered of a stream. */
#define MCAST_RTP_MERGE_WINDOW 32768
/* So that hostile input takes no more memory, a new one takes that of the longest silent one. */
#define MCAST_RTP_MERGE_MAX_STREAMS 16
/* With more paths, copies are still removed, but losses on a path may be forgotten. */
#define MCAST_RTP_MERGE_MAX_STREAM_PATHS 32

typedef enum
{
  MCAST_RTP_VERDICT_FORWARD,
  MCAST_RTP_VERDICT_DUPLICATE,
  /* Too old to know whether it went on already, or too far ahead to be believed: to be dropped. */
  MCAST_RTP_VERDICT_LATE,
  /* To be forwarded: RTCP, and whatever else shares the port. */
  MCAST_RTP_VERDICT_NOT_RTP,
} McastRtpVerdict;

typedef struct
{
  guint64 late;
  /* Numbers between the first and the newest that no path has brought (yet). */
  guint64 unrecovered;
} McastRtpStreamStats;

typedef struct
{
  /* Numbers between the first and the newest of this path that it has not brought (yet). */
  guint64 lost;
  guint64 reordered;
  /* Packets that this path brought before any other. */
  guint64 first;
  /* How much later than the first copy, in nanoseconds; 0 unless another path was ever first. */
  gint64 skew_min;
  gint64 skew_avg;
  gint64 skew_max;
} McastRtpPathStats;

McastRtpMerge *_mcast_rtp_merge_new (void);
void _mcast_rtp_merge_free (McastRtpMerge *self);

/*
 * The caller numbers the paths as it likes. The arrival time is in nanoseconds of a clock common to
 * all paths, 0 if unknown.
 */
McastRtpVerdict _mcast_rtp_merge_check (McastRtpMerge *self, const guint8 *packet, gsize length,
                                        guint path_id, gint64 arrival_time);

/* Its number may then stand for another path. What the streams have counted stays. */
void _mcast_rtp_merge_forget_path (McastRtpMerge *self, guint path_id);

/* Over all streams, those included that had to make room. */
void _mcast_rtp_merge_get_stats (McastRtpMerge *self, McastRtpStreamStats *stats);
void _mcast_rtp_merge_get_path_stats (McastRtpMerge *self, guint path_id, McastRtpPathStats *stats);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastRtpMerge, _mcast_rtp_merge_free)

G_END_DECLS
