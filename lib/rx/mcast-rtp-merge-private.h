/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rx/mcast-rtp-stream-private.h"

G_BEGIN_DECLS

/*
 * SMPTE ST 2022-7: of the copies of an RTP packet that arrive on several paths, the first one is
 * forwarded, immediately and in order of arrival. This module uses no socket, clock or lock; only
 * one thread may use it at a time.
 *
 * Copies have the same SSRC, sequence number and content, and are fewer than MCAST_RTP_WINDOW_SIZE
 * packets apart. Paths that bring copies of the same packets are legs of one stream. Paths that
 * bring different packets are separate streams, even if they have the same SSRC.
 *
 * Limits against disorder and forgery:
 * - On each path, the first source with an SSRC has precedence: until it has been silent for one
 *   second, packets of other sources with this SSRC are rejected.
 * - A gap of 3000 packets or more, or a different packet with a number that was used, is accepted
 *   when the next packet of the path follows it (RFC 3550, A.1). Packets that the path has brought
 *   before, more than 100 back, count as a restart after 20 in a row. After one second of silence
 *   each of these is accepted at once.
 * - There is memory for MCAST_RTP_MERGE_MAX_STREAMS streams. A new stream replaces the one that has
 *   been silent longest; streams with few packets are replaced first.
 * A forger who uses the address of the source can still disturb its stream.
 */
typedef struct _McastRtpMerge McastRtpMerge;

#define MCAST_RTP_MERGE_MAX_STREAMS 64
/* The bytes of a datagram that identify it: the fixed header of RFC 3550, section 5.1, and part of
 * the payload. */
#define MCAST_RTP_MERGE_HEAD_SIZE 32

typedef enum
{
  MCAST_RTP_VERDICT_FORWARD,
  MCAST_RTP_VERDICT_DUPLICATE,
  /* To be dropped: too old to know whether it was forwarded, or a jump that is not confirmed
   * yet. */
  MCAST_RTP_VERDICT_LATE,
  /* To be dropped: another source has precedence. */
  MCAST_RTP_VERDICT_FOREIGN,
  /* To be forwarded: RTCP and other datagrams to the same port. */
  MCAST_RTP_VERDICT_NOT_RTP,
} McastRtpVerdict;

typedef struct
{
  /* The first MCAST_RTP_MERGE_HEAD_SIZE bytes of the datagram, or all of it. */
  const guint8 *head;
  gsize length;
  /* Chosen by the caller. */
  guint path_id;
  const McastAddress *source;
  /* In nanoseconds of a clock common to all paths, 0 if unknown. */
  gint64 time;
} McastRtpDatagram;

typedef struct
{
  guint64 late;
  /* Numbers between the first and the newest that no path has brought yet. */
  guint64 unrecovered;
} McastRtpStats;

typedef struct
{
  /* Numbers between the first and the newest of this path that it has not brought yet. */
  guint64 lost;
  guint64 reordered;
  /* Packets that this path brought first. */
  guint64 first;
  /* Delay after the first copy, in nanoseconds; 0 unless another path was first. */
  gint64 skew_min;
  gint64 skew_avg;
  gint64 skew_max;
} McastRtpPathStats;

McastRtpMerge *_mcast_rtp_merge_new (void);
void _mcast_rtp_merge_free (McastRtpMerge *self);

McastRtpVerdict _mcast_rtp_merge_check (McastRtpMerge *self, const McastRtpDatagram *datagram);
void _mcast_rtp_merge_forget_path (McastRtpMerge *self, guint path_id);
void _mcast_rtp_merge_get_stats (McastRtpMerge *self, McastRtpStats *stats);
void _mcast_rtp_merge_get_path_stats (McastRtpMerge *self, guint path_id, McastRtpPathStats *stats);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastRtpMerge, _mcast_rtp_merge_free)

G_END_DECLS
