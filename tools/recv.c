/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <mcast.h>

#include "options.h"
#include "output.h"
#include "printer.h"
#include "receiver.h"
#include "signals.h"
#include "verb.h"

#define BATCH 64

static const char description[] =
  "Without --count or --daemon it receives one datagram, and waits 1 second for it\n"
  "unless --timeout says otherwise. What arrives is printed on a terminal; elsewhere\n"
  "--use-std, --format or --json ask for it. Ends with 70 when nothing arrived.\n"
  "\n"
  "Formats: text (escaped on a terminal), hex (one line of digits for each datagram),\n"
  "json (one line with sender, group, interface, time and payload) and raw (the\n"
  "bytes and nothing between).\n"
  "\n"
  "Examples:\n"
  "  mcast recv --use-std --timeout 10\n"
  "  mcast recv --daemon 239.1.2.3:5004 239.1.2.4:5004 --format json\n"
  "  mcast recv --interface eth0 10.0.0.1@232.1.2.3 --count 100 --format raw > film.ts\n";

typedef struct
{
  McastRxSocket *rx;
  PrinterFormat format;
  guint64 wanted; /* 0 for no limit */
  guint64 n_received;
} Recv;

static void
recv_clear (Recv *self)
{
  g_clear_object (&self->rx);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Recv, recv_clear)

static gboolean
receive_some (Recv *self, GError **error)
{
  guint64 left = self->wanted == 0 ? BATCH : MIN (self->wanted - self->n_received, BATCH);
  g_autoptr (GPtrArray) datagrams
      = mcast_rx_socket_receive_batch (self->rx, left, signals_get_cancellable (), error);

  if (datagrams == NULL)
    return FALSE;
  for (guint i = 0; i < datagrams->len; i++)
    printer_print (self->format, datagrams->pdata[i]);
  self->n_received += datagrams->len;
  return TRUE;
}

static gboolean
get_limits (const Options *options, Recv *self, gint64 *timeout_us, int *status)
{
  gint64 count = options->daemon ? 0 : 1;

  if (options->daemon && options->count != NULL)
    {
      output_error ("argument --count: not allowed with argument --daemon");
      *status = EXIT_STATUS_USAGE;
      return FALSE;
    }
  *timeout_us = options->daemon || options->count != NULL ? 0 : G_USEC_PER_SEC;
  if (!options_get_integer ("--count", options->count, 1, G_MAXINT64, &count, status)
      || !options_get_seconds ("--timeout", options->timeout, timeout_us, status))
    return FALSE;
  self->wanted = count;
  /* For the library 0 is not to wait at all. */
  if (*timeout_us == 0)
    *timeout_us = -1;
  return TRUE;
}

static int
fail_receive (Recv *self, const GError *error)
{
  if (signals_caught () != 0)
    {
      receiver_say_interrupted (self->rx, "RECV");
      return signals_exit_status (EXIT_STATUS_FAILURE);
    }
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    {
      output_error ("%s", error->message);
      return EXIT_STATUS_FAILURE;
    }
  if (self->wanted == 0 && self->n_received > 0)
    return EXIT_STATUS_OK;
  output_error ("%s within %g s%s; --timeout waits longer, and mcast doctor finds out why "
                "nothing arrives",
                self->n_received == 0 ? "nothing arrived" : "no further datagram arrived",
                (double) mcast_rx_socket_get_timeout_us (self->rx) / G_USEC_PER_SEC,
                self->n_received == 0 ? "" : " of the last");
  return EXIT_STATUS_FAILURE;
}

static int
run (Recv *self)
{
  g_autoptr (GError) error = NULL;
  int status = EXIT_STATUS_OK;

  while (self->wanted == 0 || self->n_received < self->wanted)
    {
      if (!receive_some (self, &error))
        {
          output_flush ();
          status = fail_receive (self, error);
          break;
        }
      if (!output_flush ())
        return EXIT_STATUS_FAILURE;
    }
  receiver_warn_of_drops (self->rx);
  if (self->format == PRINTER_NONE && self->n_received > 0)
    output_note ("received and not printed: %" G_GUINT64_FORMAT
                 " (--use-std or --format prints)", self->n_received);
  return status;
}

int
verb_recv (int argc, char **argv)
{
  const OptionsSpec spec = {
    .flags = OPTIONS_GROUPS | OPTIONS_PORT | OPTIONS_INTERFACES | OPTIONS_FORMAT
             | OPTIONS_TIMEOUT | OPTIONS_COUNT,
    .words = "[GROUP...]",
    .summary = "Receives what is sent to a group, or to several.",
    .description = description,
  };
  g_auto (Options) options = { 0 };
  g_auto (Recv) recv = { 0 };
  g_autoptr (GError) error = NULL;
  gint64 timeout_us;
  int status;

  if (!options_parse (&options, &spec, argc, argv, &status)
      || !get_limits (&options, &recv, &timeout_us, &status)
      || !printer_get_format (&options, &recv.format, &status))
    return status;
  signals_start ();
  recv.rx = receiver_open (&options, NULL, &status);
  if (recv.rx == NULL)
    return status;
  if (!mcast_rx_socket_set_timeout_us (recv.rx, timeout_us, &error))
    {
      output_error ("%s", error->message);
      return EXIT_STATUS_FAILURE;
    }
  return run (&recv);
}
