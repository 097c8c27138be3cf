/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Discontinuities of MPEG transport stream packets (ISO/IEC 13818-1, 2.4.3.3). */
typedef struct
{
  guint8 *counters; /* the last one of each PID; NULL before the first packet */
  guint64 n_packets;
  guint64 n_errors; /* discontinuities */
} FlowTs;

void flow_ts_clear (FlowTs *self);

/* Adds the payload of a datagram. Returns FALSE if it is not a transport stream. */
gboolean flow_ts_add (FlowTs *self, const char *data, gsize length);
