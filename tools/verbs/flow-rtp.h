/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* What the header of an RTP packet says (RFC 3550, 5.1). */
typedef struct
{
  guint8 type;
  guint16 sequence;
  guint32 timestamp;
  guint32 ssrc;
  gsize size;
} FlowRtpHeader;

/* Returns FALSE if the bytes cannot be RTP. */
gboolean flow_rtp_header_read (FlowRtpHeader *self, const char *data, gsize length);

/* A late packet can follow that many others. */
#define FLOW_RTP_WINDOW 128

/* Loss and jitter of the RTP packets with one SSRC. */
typedef struct
{
  guint32 ssrc;
  guint32 clock_rate;
  guint16 last_sequence;
  /* What follows a packet that fits nowhere, which shows that the sequence starts again. */
  gint32 expected_after_jump;
  guint16 last_at_tick;
  gboolean is_missing[FLOW_RTP_WINDOW]; /* by sequence number */
  guint64 n_lost;
  guint64 n_packets;
  double jitter; /* seconds */
  double last_transit;
} FlowRtp;

void flow_rtp_start (FlowRtp *self, const FlowRtpHeader *header);

/* Adds a packet that arrived at @time_ns. */
void flow_rtp_add (FlowRtp *self, const FlowRtpHeader *header, gint64 time_ns);

/* Counts what is missing as lost before a report. The number never decreases. */
void flow_rtp_tick (FlowRtp *self);
