/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "bench.h"

G_BEGIN_DECLS

#define BENCH_TYPE_SRC (bench_src_get_type ())
G_DECLARE_FINAL_TYPE (BenchSrc, bench_src, BENCH, SRC, GstElement)

/* The element benchsrc: numbered datagrams for the time and at the rate of @meter's options.
 * Property per-buffer: how many in one buffer; per-list: how many buffers in one list, 0 for
 * none. */
void bench_src_register (BenchMeter *meter);

G_END_DECLS
