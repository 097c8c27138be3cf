/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* What the numbers of RTP packets tell (RFC 3550). */
typedef struct
{
  guint n_in_order; /* so many have followed each other that it must be RTP */
  guint32 ssrc;
  guint16 next_sequence;
  guint32 clock_rate;
  gint64 lost;   /* what comes late is taken off again */
  double jitter; /* seconds */
  double last_transit;
} FlowRtp;

gboolean flow_rtp_is_sure (const FlowRtp *self);

/* Looks at a datagram that arrived at @time_ns; gives where its payload begins, 0 when it is no
 * RTP. */
gsize flow_rtp_add (FlowRtp *self, const char *data, gsize length, gint64 time_ns);
