/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What the programs that are measured have in common: their options, the datagrams, and the
 * accounts of time, memory and heap, which are printed as one line of JSON.
 *
 * A receiver prints "ready" when it has joined, takes what comes, and ends with the first datagram
 * of one byte. What it costs is counted from the first datagrams on, see BENCH_WARM_UP.
 */

#include <glib.h>

G_BEGIN_DECLS

#define BENCH_BATCH 64
/* Datagrams of the same size that fit one payload of 65507 bytes, at 1316 bytes each. */
#define BENCH_DEFAULT_SIZE 1316
#define BENCH_MAX_PAYLOAD 65507
#define BENCH_SLOT_SIZE 65536
#define BENCH_END_SIZE 1

/* Not counted: caches and pools fill up in the beginning. */
#define BENCH_WARM_UP 2000

/* In nanoseconds: that in which a burst is counted. */
#define BENCH_WINDOW G_GINT64_CONSTANT (1000000)

/* How each datagram begins. */
typedef struct
{
  guint64 sequence;
  gint64 sent_at;
} BenchHead;

typedef struct
{
  char *mode;
  char *group;
  char *interfaces;
  char *pipeline;
  int port;
  int n_groups;
  int size;
  int batch;
  int buffer_size;
  int max_datagrams;
  gint64 rate;
  gint64 pacing_rate;
  double seconds;
  gboolean info;
  gboolean check;
  gboolean latency;
  char **groups;
  char **interface_list;
} BenchOptions;

/* Exits with a message when they are wrong. */
void bench_options_parse (BenchOptions *self, int argc, char **argv);
void bench_options_clear (BenchOptions *self);

/* Ends the program. */
void bench_fail (const char *format, ...) G_GNUC_PRINTF (1, 2) G_GNUC_NORETURN;

/* Why something is not to be had here: the row is named as missing. */
void bench_skip (const char *format, ...) G_GNUC_PRINTF (1, 2) G_GNUC_NORETURN;

/* Monotonic time in nanoseconds, the same in every process. */
gint64 bench_now (void);

/* --- The account of a run ---------------------------------------------------------------- */

typedef struct
{
  gint64 cpu;
  gint64 user;
  gint64 system;
  guint64 allocations;
  gsize resident;
} BenchUsage;

typedef struct
{
  const BenchOptions *options;
  guint64 n_datagrams;
  guint64 n_calls;
  guint64 n_counted;
  gboolean is_warm;
  gint64 started_at;
  gint64 ended_at;
  BenchUsage before;
  BenchUsage after;

  guint64 next_sequence;
  guint64 n_out_of_order;
  GArray *stamps;
  guint32 *delays;
  guint n_delays;

  double open_seconds;
  double close_seconds;
} BenchMeter;

void bench_meter_init (BenchMeter *self, const BenchOptions *options);
void bench_meter_clear (BenchMeter *self);

/* To be called when open, and before closing. */
void bench_meter_ready (BenchMeter *self);
void bench_meter_stop (BenchMeter *self);
void bench_meter_print (BenchMeter *self);

void bench_meter_warm (BenchMeter *self);
void bench_meter_look (BenchMeter *self, const guint8 *data, gsize length);

/* When the kernel had the next datagram, in nanoseconds: what is printed then is how far apart they
 * are and how many come within BENCH_WINDOW. */
void bench_meter_stamp (BenchMeter *self, gint64 arrived_at);

/* A call that brought @n datagrams, or sent them. */
static inline void
bench_meter_count (BenchMeter *self, guint n)
{
  self->n_datagrams += n;
  self->n_calls++;
  if (G_UNLIKELY (!self->is_warm) && self->n_datagrams >= BENCH_WARM_UP)
    bench_meter_warm (self);
}

/* How many datagrams a payload of @length bytes consists of. */
static inline guint
bench_meter_split (const BenchMeter *self, gsize length)
{
  guint size = (guint) self->options->size;

  return length <= size ? 1 : (guint) ((length + size - 1) / size);
}

/* Whether what is in the datagrams is to be looked at, which costs. */
static inline gboolean
bench_meter_looks (const BenchMeter *self)
{
  return self->options->check || self->options->latency;
}

/* --- Sending ------------------------------------------------------------------------------ */

/* Writes the heads of the datagrams in @payload, numbered from *@sequence on, sent @now. */
void bench_write_heads (guint8 *payload, gsize length, guint size, guint64 *sequence, gint64 now);

typedef struct
{
  gint64 started_at;
  gint64 ends_at;
  gint64 now;
  gint64 rate;
  guint64 n;
} BenchClock;

void bench_clock_start (BenchClock *self, const BenchOptions *options);

/* Waits until it is time for the next @n datagrams; FALSE when the time is over. */
gboolean bench_clock_tick (BenchClock *self, guint n);

G_END_DECLS
