/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Loss and jitter of RTP packets (RFC 3550). */
typedef struct
{
  guint n_in_order; /* consecutive packets, which show that it is RTP */
  guint32 ssrc;
  guint16 next_sequence;
  guint32 clock_rate;
  gint64 lost;   /* late packets are subtracted again */
  double jitter; /* seconds */
  double last_transit;
} FlowRtp;

gboolean flow_rtp_is_sure (const FlowRtp *self);

/* Adds a datagram that arrived at @time_ns. Returns the offset of its payload, or 0 if it is not
 * RTP. */
gsize flow_rtp_add (FlowRtp *self, const char *data, gsize length, gint64 time_ns);
