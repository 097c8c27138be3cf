/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <mcast.h>
#include <string.h>

#include "console.h"
#include "exit-status.h"
#include "json.h"
#include "options.h"
#include "reader.h"
#include "relay-port.h"
#include "rx-open.h"
#include "signals.h"
#include "statistics.h"
#include "ticker.h"
#include "verbs/verbs.h"

/* How many messages one call sends. */
#define MAX_MESSAGES 64

static const char description[] =
  "FROM and TO are groups, or comma-separated lists of groups. Each datagram of a\n"
  "group in FROM is sent to each group in TO. Address families may differ. The\n"
  "payload is not changed; the source address is that of this host.\n"
  "\n"
  "Any number of relays can run without a loop: a relay sends from a port between\n"
  "61910 and 61941 and ignores datagrams from these ports, unless --relayed is\n"
  "given. It prints statistics at the end, and every --interval seconds.\n"
  "\n"
  "Examples:\n"
  "  mcast relay 239.1.2.3%eth0:5004 239.1.2.3%eth1:5004\n"
  "  mcast relay --from eth0 --to eth1,eth2 239.1.2.3,239.1.2.4 ff15::5 --ttl 8\n"
  "  mcast relay --interval 10 10.0.0.1@232.1.2.3:5004 239.9.9.9:5004\n";

typedef struct
{
  McastRxSocket *rx;
  McastTxSocket *tx;
  Ticker ticker; /* of the statistics */
  gboolean relayed;
  gboolean json;
  guint64 n_looped;
} Relay;

static void
relay_clear (Relay *self)
{
  g_clear_object (&self->rx);
  g_clear_object (&self->tx);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Relay, relay_clear)

static guint64
lookup (GVariant *stats, const char *key)
{
  guint64 value = 0;

  g_variant_lookup (stats, key, "t", &value);
  return value;
}

static void
print_statistics (Relay *self)
{
  g_autoptr (GVariant) rx = mcast_rx_socket_get_stats (self->rx);
  g_autoptr (GVariant) tx = mcast_tx_socket_get_stats (self->tx);
  GVariantBuilder builder;

  if (!self->json)
    {
      console_print ("received %" G_GUINT64_FORMAT ", dropped %" G_GUINT64_FORMAT
                     ", from relays %" G_GUINT64_FORMAT ", sent %" G_GUINT64_FORMAT
                     ", refused %" G_GUINT64_FORMAT ", bytes sent %" G_GUINT64_FORMAT "\n",
                     lookup (rx, "delivered"), lookup (rx, "kernel-dropped"), self->n_looped,
                     lookup (tx, "accepted"), lookup (tx, "refused"), lookup (tx, "bytes"));
      return;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  json_add (&builder, "from-relays", g_variant_new_uint64 (self->n_looped));
  json_add (&builder, "received", statistics_in_order (rx));
  json_add (&builder, "sent", statistics_in_order (tx));
  console_json_line (g_variant_builder_end (&builder));
}

static gboolean
is_from_relay (Relay *self, const RxRun *run)
{
  if (self->relayed || !relay_port_sent (run))
    return FALSE;
  if (self->n_looped == 0)
    console_warning ("a datagram from a relay (port %u) is not relayed again",
                     g_inet_socket_address_get_port (run->source));
  self->n_looped += rx_run_count_datagrams (run);
  return TRUE;
}

/* Refused datagrams are in the statistics, and must not stop the ones after them. */
static void
send_runs (Relay *self, GPtrArray *runs)
{
  GOutputVector vectors[MAX_MESSAGES];
  McastTxMessage messages[MAX_MESSAGES];
  guint n = 0;

  for (guint i = 0; i < runs->len; i++)
    {
      RxRun *run = runs->pdata[i];

      if (!is_from_relay (self, run))
        {
          vectors[n] = (GOutputVector) { run->data, run->length };
          messages[n] = (McastTxMessage) { &vectors[n], 1, run->segment_size };
          n++;
        }
      if (n == MAX_MESSAGES || (n > 0 && i == runs->len - 1))
        {
          mcast_tx_socket_send_messages (self->tx, messages, n, signals_get_cancellable (), NULL);
          n = 0;
        }
    }
}

static int
relay_all (Relay *self)
{
  g_autoptr (Reader) reader = reader_new (self->rx);

  while (TRUE)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) runs = reader_pop (reader, ticker_get_left (&self->ticker), &error);

      if (runs != NULL)
        send_runs (self, runs);
      else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
        {
          if (signals_caught () == 0)
            console_error ("%s", error->message);
          return EXIT_STATUS_FAILURE;
        }
      if (!ticker_is_due (&self->ticker))
        continue;
      ticker_tick (&self->ticker);
      print_statistics (self);
      if (!console_flush ())
        return EXIT_STATUS_FAILURE;
    }
}

static gboolean
open_sockets (Relay *self, Options *options, char **to_interfaces, int *status)
{
  char *from_words[] = { options->words[0], NULL };
  g_auto (GStrv) groups = NULL;
  g_auto (GStrv) interfaces = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Options) from = { .port = g_strdup (options->port),
                            .interfaces = g_strdupv (options->interfaces),
                            .words = g_strdupv (from_words) };
  g_auto (Options) to = { .interfaces = g_strdupv (to_interfaces) };
  guint port;
  guint ttl;

  interfaces = options_dup_interfaces (&to);
  groups = options_dup_groups (&to, &options->words[1], FALSE, status);
  if (groups == NULL || !options_get_port (options, &port, status)
      || !options_get_ttl (options, &ttl, status))
    return FALSE;
  self->tx = relay_port_open ((const char *const *) groups, interfaces, port, ttl, &error);
  if (self->tx == NULL)
    return console_fail (status, EXIT_STATUS_FAILURE, "%s", error->message);
  self->rx = rx_open (&from, NULL, status);
  return self->rx != NULL;
}

int
verb_relay (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  g_auto (Relay) relay = { 0 };
  g_auto (GStrv) to = NULL;
  g_autofree char *interval = NULL;
  gint64 interval_us = 0;
  const GOptionEntry entries[] = {
    { "from", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.interfaces, "interfaces to receive on (*)",
      "IFACE" },
    { "to", 0, 0, G_OPTION_ARG_STRING_ARRAY, &to, "interfaces to send on (that of the route)",
      "IFACE" },
    { "interval", 0, 0, G_OPTION_ARG_STRING, &interval, "print statistics periodically",
      "SECONDS" },
    { "relayed", 0, 0, G_OPTION_ARG_NONE, &relay.relayed,
      "also forward datagrams from other relays", NULL },
    { NULL },
  };
  const OptionsSpec spec = {
    .flags = OPTIONS_PORT | OPTIONS_TTL,
    .entries = entries,
    .words = "FROM TO",
    .summary = "Forwards received datagrams to other groups and interfaces.",
    .description = description,
  };
  int status;

  if (!options_parse (&options, &spec, argc, argv, &status)
      || !options_get_seconds ("--interval", interval, &interval_us, &status))
    return status;
  if (options.words == NULL || g_strv_length (options.words) != 2)
    {
      console_error (
        "two arguments are required: FROM and TO, the groups to receive and to send to");
      return EXIT_STATUS_USAGE;
    }
  signals_start ();
  relay.json = options.json;
  if (!open_sockets (&relay, &options, to, &status))
    return status;
  ticker_start (&relay.ticker, interval_us);
  status = relay_all (&relay);
  print_statistics (&relay);
  console_flush ();
  return signals_exit_status (status);
}
