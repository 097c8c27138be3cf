/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <mcast.h>

#include "console.h"
#include "exit-status.h"
#include "json.h"
#include "options.h"
#include "reader.h"
#include "rx-open.h"
#include "signals.h"
#include "ticker.h"
#include "verbs/flow.h"
#include "verbs/pcap-writer.h"
#include "verbs/screen.h"
#include "verbs/verbs.h"

#define KEY_INTERVAL_US (G_USEC_PER_SEC / 10)

static const char description[] =
  "It shows for each group, sender, interface and SSRC the datagrams and bits per\n"
  "second, sizes, loss and jitter of RTP, discontinuities of MPEG-TS, and the last\n"
  "minute.\n"
  "On a terminal, it shows a live table, and q quits; otherwise, it prints lines\n"
  "every --interval seconds. --record writes the datagrams to a capture file for\n"
  "Wireshark. The jitter of dynamic RTP types assumes a clock of 90 kHz.\n"
  "\n"
  "Examples:\n"
  "  mcast monitor 239.1.2.3:5004 239.1.2.4:5004\n"
  "  mcast monitor --interface eth0 --record film.pcap 239.1.2.3\n"
  "  mcast monitor --json --interval 10 239.1.2.3 | jq .datagrams\n";

typedef struct
{
  McastRxSocket *rx;
  FlowTable *flows;
  PcapWriter *pcap; /* NULL without --record */
  Ticker ticker;
  gint64 count; /* of reports, 0 = unlimited */
  gint64 n_reports;
  gboolean json;
  gboolean on_screen;
  gboolean has_failed;
} Monitor;

static void
monitor_clear (Monitor *self)
{
  g_clear_object (&self->rx);
  g_clear_pointer (&self->flows, flow_table_free);
  g_clear_pointer (&self->pcap, pcap_writer_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Monitor, monitor_clear)

static guint64
get_drops (Monitor *self)
{
  g_autoptr (GVariant) stats = mcast_rx_socket_get_stats (self->rx);
  guint64 drops = 0;

  g_variant_lookup (stats, "kernel-dropped", "t", &drops);
  return drops;
}

static GVariant *
flow_to_variant (const Flow *flow, guint64 drops)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  json_add (&builder, "group", g_variant_new_string (flow->group));
  json_add (&builder, "port", g_variant_new_uint32 (flow->port));
  json_add (&builder, "source", g_variant_new_string (flow->source));
  json_add (&builder, "interface", g_variant_new_string (flow->interface_name));
  json_add (&builder, "datagrams", g_variant_new_uint64 (flow->total.n_datagrams));
  json_add (&builder, "bytes", g_variant_new_uint64 (flow->total.n_bytes));
  json_add (&builder, "datagrams-per-second", g_variant_new_double (flow->datagrams_per_second));
  json_add (&builder, "mbit-per-second", g_variant_new_double (flow->bits_per_second / 1e6));
  json_add (&builder, "min-size", g_variant_new_uint64 (flow->total.min_size));
  json_add (&builder, "max-size", g_variant_new_uint64 (flow->total.max_size));
  json_add (&builder, "kernel-drops", g_variant_new_uint64 (drops));
  if (flow->is_rtp)
    {
      json_add (&builder, "ssrc", g_variant_new_uint32 (flow->rtp.ssrc));
      json_add (&builder, "rtp-lost", g_variant_new_uint64 (flow->rtp.n_lost));
      json_add (&builder, "rtp-jitter-ms", g_variant_new_double (flow->rtp.jitter * 1000));
    }
  if (flow->ts.n_packets > 0)
    json_add (&builder, "ts-continuity-errors", g_variant_new_uint64 (flow->ts.n_errors));
  return g_variant_builder_end (&builder);
}

static void
print_flow (const Flow *flow)
{
  console_print ("%s from %s on %s: %.4g/s, %.4g Mbit/s, %" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT
                 " bytes",
                 flow->destination, flow->source, flow->interface_name, flow->datagrams_per_second,
                 flow->bits_per_second / 1e6, flow->total.min_size, flow->total.max_size);
  if (flow->is_rtp)
    console_print (", RTP ssrc 0x%08x lost %" G_GUINT64_FORMAT " jitter %.3f ms", flow->rtp.ssrc,
                   flow->rtp.n_lost, flow->rtp.jitter * 1000);
  if (flow->ts.n_packets > 0)
    console_print (", TS errors %" G_GUINT64_FORMAT, flow->ts.n_errors);
  console_print ("\n");
}

static void
print_report (Monitor *self, guint64 drops)
{
  GPtrArray *flows = flow_table_get_flows (self->flows);

  for (guint i = 0; i < flows->len; i++)
    if (self->json)
      console_json_line (flow_to_variant (flows->pdata[i], drops));
    else
      print_flow (flows->pdata[i]);
  if (!self->json && flows->len == 0)
    console_print ("nothing arrives\n");
  if (!self->json && drops > 0)
    console_print ("the kernel dropped %" G_GUINT64_FORMAT "\n", drops);
}

static gboolean
report (Monitor *self)
{
  guint64 drops = get_drops (self);

  flow_table_tick (self->flows, ticker_tick (&self->ticker));
  self->n_reports++;
  if (self->on_screen)
    screen_draw (self->flows, drops);
  else
    print_report (self, drops);
  self->has_failed = !self->on_screen && !console_flush ();
  return !self->has_failed && (self->count == 0 || self->n_reports < self->count);
}

static gboolean
take_runs (Monitor *self, GPtrArray *runs, GError **error)
{
  for (guint i = 0; i < runs->len; i++)
    {
      flow_table_add (self->flows, runs->pdata[i]);
      if (self->pcap != NULL && !pcap_writer_add (self->pcap, runs->pdata[i], error))
        return FALSE;
    }
  return TRUE;
}

/* Waits for datagrams, and reports when it is time. Returns FALSE without an error at the end. */
static gboolean
watch (Monitor *self, Reader *reader, GError **error)
{
  gint64 left = ticker_get_left (&self->ticker);
  g_autoptr (GError) failure = NULL;
  g_autoptr (GPtrArray)
    runs = reader_pop (reader, self->on_screen ? MIN (left, KEY_INTERVAL_US) : left, &failure);

  if (runs != NULL && !take_runs (self, runs, error))
    return FALSE;
  if (runs == NULL && !g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (self->on_screen && screen_wants_end (self->flows, get_drops (self)))
    return FALSE;
  return !ticker_is_due (&self->ticker) || report (self);
}

static int
end (Monitor *self, const GError *reason)
{
  g_autoptr (GError) error = NULL;
  int status = self->has_failed ? EXIT_STATUS_FAILURE : EXIT_STATUS_OK;

  if (reason != NULL && signals_caught () == 0)
    {
      console_error ("%s", reason->message);
      status = EXIT_STATUS_FAILURE;
    }
  signals_set_flush_func (NULL, NULL);
  if (self->pcap != NULL && !pcap_writer_close (self->pcap, &error))
    {
      console_error ("%s", error->message);
      status = EXIT_STATUS_FAILURE;
    }
  if (flow_table_get_removed (self->flows) > 0)
    console_warning ("%" G_GUINT64_FORMAT
                     " flows were removed because there were too many; they had been silent the "
                     "longest",
                     flow_table_get_removed (self->flows));
  rx_warn_of_drops (self->rx);
  return status;
}

static int
run (Monitor *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Reader) reader = reader_new (self->rx);

  if (self->on_screen)
    screen_draw (self->flows, 0);
  while (watch (self, reader, &error))
    ;
  if (self->on_screen)
    screen_close ();
  return end (self, error);
}

static gboolean
open_pcap (Monitor *self, const char *filename, int *status)
{
  g_autoptr (GError) error = NULL;

  if (filename == NULL)
    return TRUE;
  self->pcap = pcap_writer_new (filename, &error);
  if (self->pcap != NULL)
    {
      signals_set_flush_func (pcap_writer_flush, self->pcap);
      return TRUE;
    }
  return console_fail (status, EXIT_STATUS_FAILURE, "%s", error->message);
}

static gboolean
get_interval (const char *interval, gint64 *interval_us, int *status)
{
  *interval_us = G_USEC_PER_SEC;
  if (!options_get_seconds ("--interval", interval, interval_us, status))
    return FALSE;
  if (*interval_us > 0)
    return TRUE;
  return console_fail (status, EXIT_STATUS_FAILURE, "argument --interval: %s is not above 0",
                       interval);
}

int
verb_monitor (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  g_auto (Monitor) monitor = { 0 };
  g_autofree char *interval = NULL;
  g_autofree char *record = NULL;
  gboolean lines = FALSE;
  gint64 interval_us;
  const GOptionEntry entries[] = {
    { "record", 'r', 0, G_OPTION_ARG_FILENAME, &record,
      "write the received datagrams to FILE (pcap)", "FILE" },
    { "interval", 0, 0, G_OPTION_ARG_STRING, &interval, "time between two reports (1)", "SECONDS" },
    { "count", 'c', 0, G_OPTION_ARG_STRING, &options.count, "exit after N reports", "N" },
    { "lines", 0, 0, G_OPTION_ARG_NONE, &lines, "print lines even on a terminal", NULL },
    { NULL },
  };
  const OptionsSpec spec = {
    .flags = OPTIONS_GROUPS | OPTIONS_PORT | OPTIONS_INTERFACES,
    .entries = entries,
    .words = "[GROUP...]",
    .summary = "Watches groups: rates, sizes, losses, errors.",
    .description = description,
  };
  int status;

  if (!options_parse (&options, &spec, argc, argv, &status)
      || !get_interval (interval, &interval_us, &status)
      || !options_get_integer ("--count", options.count, 1, G_MAXINT64, &monitor.count, &status))
    return status;
  signals_start ();
  monitor.json = options.json;
  monitor.flows = flow_table_new ();
  monitor.rx = rx_open (&options, NULL, &status);
  if (monitor.rx == NULL || !open_pcap (&monitor, record, &status))
    return status;
  monitor.on_screen = !lines && !options.json && screen_open ();
  g_debug ("reporting as %s every %" G_GINT64_FORMAT " us",
           monitor.on_screen ? "table"
           : monitor.json    ? "JSON"
                             : "lines",
           interval_us);
  ticker_start (&monitor.ticker, interval_us);
  status = run (&monitor);
  return signals_exit_status (status);
}
