/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "bench.h"

G_BEGIN_DECLS

#define BENCH_TYPE_SINK (bench_sink_get_type ())
G_DECLARE_FINAL_TYPE (BenchSink, bench_sink, BENCH, SINK, GstElement)

/* The element benchsink, which counts with @meter, unless that is NULL, and does nothing else; with
 * @hold it keeps what it gets. */
void bench_sink_register (BenchMeter *meter, gboolean hold);

/* Counts for @element, and has it post an application message at the end. */
gboolean bench_count_buffer (GstElement *element, BenchMeter *meter, GstBuffer *buffer);
gboolean bench_count_list (GstElement *element, BenchMeter *meter, GstBufferList *list);

G_END_DECLS
