/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <mcast.h>

#include "console.h"
#include "datagram-print.h"
#include "exit-status.h"
#include "options.h"
#include "reader.h"
#include "rx-open.h"
#include "signals.h"
#include "verbs/verbs.h"

static const char description[] =
  "By default, it receives one datagram and waits one second for it. It prints the\n"
  "datagrams; RECV, in upper case, prints them only if standard output is a\n"
  "terminal, or with --use-std, --format or --json. The exit status is 70 if\n"
  "nothing arrived in time.\n"
  "\n"
  "Formats: text (a line each, escaped on a terminal), hex (a line of digits each),\n"
  "json (a line each, with sender, group, interface, time and payload) and raw (the\n"
  "bytes without a separator).\n"
  "\n"
  "Examples:\n"
  "  mcast recv --timeout 10\n"
  "  mcast recv --daemon 239.1.2.3:5004 239.1.2.4:5004 --format json\n"
  "  mcast recv -i eth0 10.0.0.1@232.1.2.3 --count 100 --format raw > film.ts\n";

typedef struct
{
  McastRxSocket *rx;
  DatagramFormat format;
  gint64 timeout_us;
  guint64 wanted; /* 0 = unlimited */
  guint64 n_received;
} Recv;

static gboolean
is_done (Recv *self)
{
  return self->wanted != 0 && self->n_received >= self->wanted;
}

static void
take_run (Recv *self, const RxRun *run)
{
  RxDatagram datagram = { run };

  while (!is_done (self) && rx_datagram_next (&datagram))
    {
      datagram_print (self->format, &datagram);
      self->n_received++;
    }
}

static gboolean
get_limits (const Options *options, Recv *self, int *status)
{
  gint64 count = options->daemon ? 0 : 1;

  if (options->daemon && options->count != NULL)
    return console_fail (status, EXIT_STATUS_USAGE,
                         "argument --count: not allowed with argument --daemon");
  self->timeout_us = options->daemon || options->count != NULL ? 0 : G_USEC_PER_SEC;
  if (!options_get_integer ("--count", options->count, 1, G_MAXINT64, &count, status)
      || !options_get_seconds ("--timeout", options->timeout, &self->timeout_us, status))
    return FALSE;
  self->wanted = count;
  if (self->timeout_us == 0)
    self->timeout_us = -1;
  return TRUE;
}

static int
fail_receive (Recv *self, const GError *error)
{
  if (signals_caught () != 0)
    {
      rx_print_interrupted (self->rx, "RECV");
      return EXIT_STATUS_FAILURE;
    }
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    {
      console_error ("%s", error->message);
      return EXIT_STATUS_FAILURE;
    }
  if (self->wanted == 0 && self->n_received > 0)
    return EXIT_STATUS_OK;
  console_error ("%s within %g s%s; --timeout waits longer, and mcast doctor finds out why "
                 "nothing arrives",
                 self->n_received == 0 ? "nothing arrived" : "no further datagram arrived",
                 (double) self->timeout_us / G_USEC_PER_SEC,
                 self->n_received == 0 ? "" : " after the last one");
  return EXIT_STATUS_FAILURE;
}

static int
receive_all (Recv *self)
{
  g_autoptr (Reader) reader = reader_new (self->rx);

  while (!is_done (self))
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) runs = reader_pop (reader, self->timeout_us, &error);

      if (runs == NULL)
        return fail_receive (self, error);
      for (guint i = 0; i < runs->len; i++)
        take_run (self, runs->pdata[i]);
      if (!console_flush ())
        return EXIT_STATUS_FAILURE;
    }
  return EXIT_STATUS_OK;
}

static int
run (Recv *self)
{
  int status = receive_all (self);

  rx_warn_of_drops (self->rx);
  if (self->format == DATAGRAM_FORMAT_NONE && self->n_received > 0)
    console_note ("%" G_GUINT64_FORMAT " datagrams received and not printed; --use-std or --format "
                  "prints them",
                  self->n_received);
  return signals_exit_status (status);
}

int
verb_recv (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "count", 'c', 0, G_OPTION_ARG_STRING, &options.count, "exit after N datagrams", "N" },
    { "timeout", 't', 0, G_OPTION_ARG_STRING, &options.timeout,
      "maximum time without a datagram; 0 waits forever", "SECONDS" },
    { NULL },
  };
  const OptionsSpec spec = {
    .flags = OPTIONS_GROUPS | OPTIONS_PORT | OPTIONS_INTERFACES | OPTIONS_FORMAT,
    .entries = entries,
    .words = "[GROUP... [PORT]]",
    .summary = "Receives datagrams of one or several groups.",
    .description = description,
  };
  g_autoptr (McastRxSocket) rx = NULL;
  Recv recv = { 0 };
  int status;

  if (!options_parse (&options, &spec, argc, argv, &status))
    return status;
  options_take_port (&options);
  if (!get_limits (&options, &recv, &status)
      || !datagram_format_get (&options, &recv.format, &status))
    return status;
  /* Only RECV is as silent as that of the Python package. */
  if (recv.format == DATAGRAM_FORMAT_NONE && g_str_equal (argv[0], "recv"))
    recv.format = DATAGRAM_FORMAT_TEXT;
  signals_start ();
  rx = rx_open (&options, NULL, &status);
  recv.rx = rx;
  if (rx == NULL)
    return status;
  return run (&recv);
}
