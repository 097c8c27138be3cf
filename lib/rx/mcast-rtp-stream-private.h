/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-address-private.h"
#include "rx/mcast-rtp-window-private.h"

G_BEGIN_DECLS

/* With more legs, copies are still removed, but the order of the least recent leg is forgotten. */
#define MCAST_RTP_STREAM_MAX_LEGS 32

/* The properties that distinguish one RTP packet from another. */
typedef struct
{
  guint32 ssrc;
  guint16 sequence;
  /* A hash of the datagram. */
  guint32 content;
  /* Nanoseconds; 0 if unknown. */
  gint64 time;
} McastRtpPacket;

typedef struct
{
  /* Numbers that were missing when the window was reset. */
  guint64 lost;
  guint64 reordered;
  guint64 first;
  guint64 n_skews;
  gint64 skew_min;
  gint64 skew_max;
  /* Nanoseconds times packets outgrow 64 bits within weeks. */
  double skew_sum;
} McastRtpLegCounters;

/* The packets of one source on one path. */
typedef struct
{
  guint path_id;
  McastAddress source;
  /* Increases from leg to leg. */
  guint64 serial;
  /* When its last packet arrived; 0 if unknown. */
  gint64 time;
  McastRtpLegCounters counters;
  /* The numbers that this leg has brought. */
  McastRtpWindow window;
  guint64 last;
  /* The number of packets in a row that suggest a restart of the sender, and the newest number of
   * the stream at the last of them. */
  guint run_length;
  guint64 run_newest;
  /* The stream to which this leg belonged before its sender restarted, and its newest number
   * there. */
  guint64 former_serial;
  guint64 former_newest;
} McastRtpLeg;

/* An RTP stream: the legs that bring the same packets, and the packets that were delivered. */
typedef struct
{
  guint32 ssrc;
  /* Increases from stream to stream. */
  guint64 serial;
  /* The stream began with a restart, and the packets just before served to detect that. */
  gboolean is_restart;
  guint64 last_used;
  guint64 n_packets;
  /* When a packet was delivered last; 0 if unknown. */
  gint64 progress_time;
  McastRtpLeg *legs[MCAST_RTP_STREAM_MAX_LEGS];
  guint n_legs;
  McastRtpWindow window;
  /* For each number in the window, when it arrived first, and its content. */
  gint64 times[MCAST_RTP_WINDOW_SIZE];
  guint32 contents[MCAST_RTP_WINDOW_SIZE];
} McastRtpStream;

typedef enum
{
  MCAST_RTP_STREAM_NEW,
  MCAST_RTP_STREAM_COPY,
  /* Too old to know whether it was delivered, or a jump that is not confirmed yet. */
  MCAST_RTP_STREAM_REJECTED,
  /* The sender of the leg restarted. The packet was not added. */
  MCAST_RTP_STREAM_RESTART,
} McastRtpStreamResult;

McastRtpLeg *_mcast_rtp_leg_new (guint path_id, const McastAddress *source, guint64 serial);
guint64 _mcast_rtp_leg_get_lost (const McastRtpLeg *self);
gboolean _mcast_rtp_leg_is_silent (const McastRtpLeg *self, gint64 now);
void _mcast_rtp_leg_shift (McastRtpLeg *self, gint64 distance);

void _mcast_rtp_stream_reset (McastRtpStream *self, const McastRtpPacket *packet,
                              gboolean is_restart);
gboolean _mcast_rtp_stream_follows (const McastRtpStream *self, const McastRtpStream *other,
                                    const McastRtpPacket *packet);
void _mcast_rtp_stream_remove_leg (McastRtpStream *self, McastRtpLeg *leg);
void _mcast_rtp_stream_release_leg (McastRtpStream *self, McastRtpLeg *leg);
gboolean _mcast_rtp_stream_has_copy (const McastRtpStream *self, const McastRtpLeg *leg,
                                     const McastRtpPacket *packet);
gboolean _mcast_rtp_stream_continues_leg (const McastRtpStream *self, const McastRtpLeg *leg,
                                          const McastRtpPacket *packet);
gboolean _mcast_rtp_stream_is_repeated_in (const McastRtpStream *self, const McastRtpStream *other,
                                           const McastRtpPacket *packet);
gint64 _mcast_rtp_stream_merge (McastRtpStream *self, const McastRtpStream *other,
                                const McastRtpPacket *packet);
McastRtpStreamResult _mcast_rtp_stream_check (McastRtpStream *self, McastRtpLeg *leg,
                                              const McastRtpPacket *packet);

G_END_DECLS
