/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* What the counters of MPEG transport stream packets tell (ISO/IEC 13818-1, 2.4.3.3). */
typedef struct
{
  guint8 *counters; /* of each PID, with a mark for those not seen; NULL before the first packet */
  guint64 n_packets;
  guint64 n_errors; /* breaks of the continuity counter */
} FlowTs;

void flow_ts_clear (FlowTs *self);

/* Looks at the payload of a datagram; FALSE when it is no transport stream. */
gboolean flow_ts_add (FlowTs *self, const char *data, gsize length);
