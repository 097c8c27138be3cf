/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define EXIT_SKIPPED 77
#define MAX_DELAYS (1 << 20)
#define SECOND G_GINT64_CONSTANT (1000000000)

/* Of the counter that is preloaded to count allocations, or absent. */
extern guint64 bench_allocations (void) __attribute__ ((weak));

void
bench_fail (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  vfprintf (stderr, format, args);
  va_end (args);
  fputc ('\n', stderr);
  exit (EXIT_FAILURE);
}

void
bench_skip (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  vfprintf (stderr, format, args);
  va_end (args);
  fputc ('\n', stderr);
  exit (EXIT_SKIPPED);
}

gint64
bench_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (gint64) now.tv_sec * SECOND + now.tv_nsec;
}

/* --- Options ------------------------------------------------------------------------------ */

static void
fill_groups (BenchOptions *self)
{
  struct in_addr address;

  if (inet_pton (AF_INET, self->group, &address) != 1)
    bench_fail ("%s is not an IPv4 address", self->group);
  self->groups = g_new0 (char *, self->n_groups + 1);
  for (int i = 0; i < self->n_groups; i++)
    {
      struct in_addr next = { htonl (ntohl (address.s_addr) + (guint32) i) };
      char text[INET_ADDRSTRLEN];

      self->groups[i] = g_strdup (inet_ntop (AF_INET, &next, text, sizeof text));
    }
}

void
bench_options_parse (BenchOptions *self, int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("MODE");
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    { "group", 0, 0, G_OPTION_ARG_STRING, &self->group, "first group", "ADDRESS" },
    { "groups", 0, 0, G_OPTION_ARG_INT, &self->n_groups, "how many, one after another", "N" },
    { "port", 0, 0, G_OPTION_ARG_INT, &self->port, "UDP port", "N" },
    { "interfaces", 0, 0, G_OPTION_ARG_STRING, &self->interfaces, "by name", "A,B" },
    { "pipeline", 0, 0, G_OPTION_ARG_STRING, &self->pipeline, "as gst-launch-1.0 has it", "TEXT" },
    { "size", 0, 0, G_OPTION_ARG_INT, &self->size, "bytes in a datagram", "N" },
    { "batch", 0, 0, G_OPTION_ARG_INT, &self->batch, "datagrams in a call", "N" },
    { "buffer-size", 0, 0, G_OPTION_ARG_INT, &self->buffer_size, "of the socket", "BYTES" },
    { "rate", 0, 0, G_OPTION_ARG_INT64, &self->rate, "datagrams a second, 0: all there is", "N" },
    { "pacing-rate", 0, 0, G_OPTION_ARG_INT64, &self->pacing_rate, "of the library", "BITS/S" },
    { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &self->seconds, "how long to send", "S" },
    { "max-datagrams", 0, 0, G_OPTION_ARG_INT, &self->max_datagrams, "in one payload", "N" },
    { "info", 0, 0, G_OPTION_ARG_NONE, &self->info, "ask all that the library asks", NULL },
    { "check", 0, 0, G_OPTION_ARG_NONE, &self->check, "look at the sequence numbers", NULL },
    { "latency", 0, 0, G_OPTION_ARG_NONE, &self->latency, "look at the times", NULL },
    { NULL },
  };

  *self = (BenchOptions) {
    .port = 5004,
    .n_groups = 1,
    .size = BENCH_DEFAULT_SIZE,
    .batch = BENCH_BATCH,
    .seconds = 1,
    .max_datagrams = BENCH_MAX_PAYLOAD,
  };
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    bench_fail ("%s", error->message);
  if (argc != 2 || self->n_groups < 1 || self->batch < 1 || self->batch > BENCH_BATCH
      || self->size < (int) sizeof (BenchHead) || self->size > BENCH_MAX_PAYLOAD)
    bench_fail ("Usage: %s [OPTION...] MODE; --help for the options", argv[0]);

  self->mode = g_strdup (argv[1]);
  self->max_datagrams = MIN (self->max_datagrams, BENCH_MAX_PAYLOAD / self->size);
  self->group = self->group != NULL ? self->group : g_strdup ("233.252.0.1");
  self->interfaces = self->interfaces != NULL ? self->interfaces : g_strdup ("v0");
  self->interface_list = g_strsplit (self->interfaces, ",", -1);
  fill_groups (self);
}

void
bench_options_clear (BenchOptions *self)
{
  g_free (self->mode);
  g_free (self->group);
  g_free (self->interfaces);
  g_free (self->pipeline);
  g_strfreev (self->interface_list);
  g_strfreev (self->groups);
}

/* --- The account of a run ---------------------------------------------------------------- */

static gint64
to_nanoseconds (const struct timeval *time)
{
  return (gint64) time->tv_sec * SECOND + (gint64) time->tv_usec * 1000;
}

static gsize
get_resident (void)
{
  g_autofree char *text = NULL;
  long pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    sscanf (text, "%*s %ld", &pages);
  return (gsize) pages * (gsize) sysconf (_SC_PAGESIZE);
}

/* Not getrusage(), which begins with what the program had that started this one. */
static int
get_peak_kb (void)
{
  g_autofree char *text = NULL;
  const char *line = NULL;

  if (g_file_get_contents ("/proc/self/status", &text, NULL, NULL))
    line = strstr (text, "VmHWM:");
  return line != NULL ? atoi (line + strlen ("VmHWM:")) : 0;
}

static void
take_usage (BenchUsage *usage)
{
  struct rusage rusage;
  struct timespec cpu;

  usage->resident = get_resident ();
  usage->allocations = bench_allocations != NULL ? bench_allocations () : 0;
  getrusage (RUSAGE_SELF, &rusage);
  usage->user = to_nanoseconds (&rusage.ru_utime);
  usage->system = to_nanoseconds (&rusage.ru_stime);
  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &cpu);
  usage->cpu = (gint64) cpu.tv_sec * SECOND + cpu.tv_nsec;
}

void
bench_meter_init (BenchMeter *self, const BenchOptions *options)
{
  *self = (BenchMeter) { .options = options, .started_at = bench_now () };
  if (options->latency)
    self->delays = g_new0 (guint32, MAX_DELAYS);
}

void
bench_meter_clear (BenchMeter *self)
{
  g_free (self->delays);
  g_clear_pointer (&self->stamps, g_array_unref);
}

void
bench_meter_ready (BenchMeter *self)
{
  self->open_seconds = (double) (bench_now () - self->started_at) / SECOND;
  puts ("ready");
  fflush (stdout);
  take_usage (&self->before);
}

void
bench_meter_warm (BenchMeter *self)
{
  self->is_warm = TRUE;
  self->n_counted = self->n_datagrams;
  self->n_calls = 0;
  self->started_at = bench_now ();
  take_usage (&self->before);
}

void
bench_meter_stop (BenchMeter *self)
{
  take_usage (&self->after);
  self->ended_at = bench_now ();
}

static void
note_delay (BenchMeter *self, gint64 sent_at)
{
  gint64 delay = bench_now () - sent_at;

  if (self->n_delays < MAX_DELAYS)
    self->delays[self->n_delays++] = (guint32) CLAMP (delay, 0, G_MAXUINT32);
}

/* @data is one datagram or a run of them. */
void
bench_meter_look (BenchMeter *self, const guint8 *data, gsize length)
{
  gsize size = (gsize) self->options->size;

  for (gsize at = 0; at + sizeof (BenchHead) <= length; at += size)
    {
      BenchHead head;

      memcpy (&head, data + at, sizeof head);
      if (head.sequence < self->next_sequence)
        self->n_out_of_order++;
      self->next_sequence = head.sequence + 1;
      if (self->delays != NULL)
        note_delay (self, head.sent_at);
    }
}

void
bench_meter_stamp (BenchMeter *self, gint64 arrived_at)
{
  if (self->stamps == NULL)
    self->stamps = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_val (self->stamps, arrived_at);
}

static int
compare_gaps (gconstpointer a, gconstpointer b)
{
  gint64 first = *(const gint64 *) a;
  gint64 second = *(const gint64 *) b;

  return first < second ? -1 : first > second;
}

static guint
count_burst (const gint64 *stamps, guint n)
{
  guint most = 0;

  for (guint first = 0, i = 0; i < n; i++)
    {
      while (stamps[i] - stamps[first] >= BENCH_WINDOW)
        first++;
      most = MAX (most, i - first + 1);
    }
  return most;
}

static void
print_gaps (BenchMeter *self)
{
  gint64 *stamps = (gint64 *) (gpointer) self->stamps->data;
  guint n = self->stamps->len - 1;

  printf (", \"burst\": %u", count_burst (stamps, self->stamps->len));
  for (guint i = 0; i < n; i++)
    stamps[i] = stamps[i + 1] - stamps[i];
  qsort (stamps, n, sizeof *stamps, compare_gaps);
  printf (", \"gap50\": %" G_GINT64_FORMAT ", \"gap99\": %" G_GINT64_FORMAT, stamps[n / 2],
          stamps[(guint) ((double) n * 0.99)]);
}

static int
compare_delays (gconstpointer a, gconstpointer b)
{
  guint32 first = *(const guint32 *) a;
  guint32 second = *(const guint32 *) b;

  return first < second ? -1 : first > second;
}

static void
print_delays (BenchMeter *self)
{
  static const struct
  {
    const char *name;
    double part;
  } wanted[] = { { "p50", 0.5 }, { "p99", 0.99 }, { "p999", 0.999 } };

  qsort (self->delays, self->n_delays, sizeof *self->delays, compare_delays);
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    printf (", \"%s\": %u", wanted[i].name,
            self->delays[(guint) ((double) (self->n_delays - 1) * wanted[i].part)]);
}

void
bench_meter_print (BenchMeter *self)
{
  guint64 counted = self->n_datagrams - self->n_counted;

  printf ("{\"datagrams\": %" G_GUINT64_FORMAT ", \"counted\": %" G_GUINT64_FORMAT
          ", \"calls\": %" G_GUINT64_FORMAT ", \"cpu_ns\": %" G_GINT64_FORMAT
          ", \"user_ns\": %" G_GINT64_FORMAT ", \"system_ns\": %" G_GINT64_FORMAT,
          self->n_datagrams, counted, self->n_calls, self->after.cpu - self->before.cpu,
          self->after.user - self->before.user, self->after.system - self->before.system);
  printf (", \"seconds\": %.6f, \"open_seconds\": %.6f, \"close_seconds\": %.6f",
          (double) (self->ended_at - self->started_at) / SECOND, self->open_seconds,
          self->close_seconds);
  printf (", \"peak_rss_kb\": %d, \"rss_growth\": %" G_GINT64_FORMAT, get_peak_kb (),
          (gint64) self->after.resident - (gint64) self->before.resident);
  if (bench_allocations != NULL)
    printf (", \"allocations\": %" G_GUINT64_FORMAT,
            self->after.allocations - self->before.allocations);
  if (bench_meter_looks (self))
    printf (", \"out_of_order\": %" G_GUINT64_FORMAT, self->n_out_of_order);
  if (self->n_delays > 0)
    print_delays (self);
  if (self->stamps != NULL && self->stamps->len > 1)
    print_gaps (self);
  puts ("}");
}

/* --- Sending ------------------------------------------------------------------------------ */

void
bench_write_heads (guint8 *payload, gsize length, guint size, guint64 *sequence, gint64 now)
{
  BenchHead head = { .sent_at = now };

  for (gsize at = 0; at + sizeof head <= length; at += size)
    {
      head.sequence = (*sequence)++;
      memcpy (payload + at, &head, sizeof head);
    }
}

void
bench_clock_start (BenchClock *self, const BenchOptions *options)
{
  self->started_at = bench_now ();
  self->ends_at = self->started_at + (gint64) (options->seconds * SECOND);
  self->rate = options->rate;
  self->n = 0;
}

/* To sleep would come back too late by more than the time between two datagrams. */
gboolean
bench_clock_tick (BenchClock *self, guint n)
{
  self->now = bench_now ();
  if (self->rate > 0)
    {
      gint64 due = self->started_at + (gint64) ((double) self->n * SECOND / (double) self->rate);

      while (self->now < due && self->now < self->ends_at)
        self->now = bench_now ();
    }
  self->n += n;
  return self->now < self->ends_at;
}
