/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <mcast.h>
#include <string.h>

#include "console.h"
#include "datagram-print.h"
#include "environment.h"
#include "exit-status.h"
#include "options.h"
#include "reader.h"
#include "relay-port.h"
#include "reply-queue.h"
#include "rx-open.h"
#include "signals.h"
#include "verbs/verbs.h"

#define STOP_WORD "STOP"

static const char description[] =
  "It sends each answer to the source address and port of the datagram:\n"
  "  HEAR [ TEXT SAID ('10.0.0.1', 40000) ] from 224.0.0.1\n"
  "Datagrams of the groups of --groups are forwarded to the group of --group, with\n"
  "--ttl and on --interface. A datagram that contains the word STOP ends it; anyone\n"
  "on the network can send it, and --no-stop disables this. It prints the datagrams\n"
  "if standard output is a terminal, or with --use-std, --format or --json.\n"
  "\n"
  "A source gets at most --reply-rate replies per second, and five times as many in\n"
  "a burst; other replies are dropped and counted. Datagrams from a relay (ports\n"
  "61910 to 61941) are not forwarded.\n"
  "\n"
  "Examples:\n"
  "  mcast hear --use-std\n"
  "  mcast hear --group 239.1.2.3 --port 5004 --no-stop\n"
  "  mcast hear --group 239.1.2.3 --groups 239.1.2.4 239.1.2.5\n";

typedef struct
{
  McastRxSocket *rx;
  McastTxSocket *relay; /* NULL if there is only one group */
  GInetAddress *group;  /* which @relay sends to */
  DatagramFormat format;
  gboolean no_stop;
  ReplyQueue *replies;
  gboolean stopped;
  guint64 n_relay_failures;
  guint64 n_looped;
} Hear;

static void
hear_clear (Hear *self)
{
  g_clear_object (&self->rx);
  g_clear_object (&self->relay);
  g_clear_object (&self->group);
  g_clear_pointer (&self->replies, reply_queue_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Hear, hear_clear)

/* Appends text in upper case, except for letters that take more bytes in upper case. */
static void
append_upper_characters (GString *reply, const char *data, gsize length)
{
  for (const char *at = data; at < data + length; at = g_utf8_next_char (at))
    {
      gsize size = g_utf8_next_char (at) - at;
      gunichar upper = g_unichar_toupper (g_utf8_get_char (at));

      if ((gsize) g_unichar_to_utf8 (upper, NULL) <= size)
        g_string_append_unichar (reply, upper);
      else
        g_string_append_len (reply, at, size);
    }
}

/* Appends at most @length bytes. Some letters take three times as many in upper case, and a reply
 * to a forged source must not be larger than necessary. */
static void
append_upper (GString *reply, const char *data, gsize length)
{
  g_autofree char *upper = NULL;

  if (!g_utf8_validate_len (data, length, NULL))
    {
      for (gsize i = 0; i < length; i++)
        g_string_append_c (reply, g_ascii_toupper (data[i]));
      return;
    }
  upper = g_utf8_strup (data, length);
  if (strlen (upper) <= length)
    g_string_append (reply, upper);
  else
    append_upper_characters (reply, data, length);
}

static GBytes *
make_reply (const RxDatagram *datagram)
{
  GInetSocketAddress *source = datagram->run->source;
  g_autofree char *address = g_inet_address_to_string (g_inet_socket_address_get_address (source));
  g_autofree char *group = g_inet_address_to_string (datagram->run->group);
  GString *reply = g_string_new ("HEAR [ ");

  append_upper (reply, datagram->data, datagram->length);
  g_string_append_printf (reply, " SAID ('%s', %u) ] from %s", address,
                          g_inet_socket_address_get_port (source), group);
  return g_string_free_to_bytes (reply);
}

/* Returns whether the relay sent it: a relayed datagram loops back to this machine. */
static gboolean
is_own (Hear *self, const RxRun *run)
{
  g_autoptr (GPtrArray) own = NULL;

  if (self->relay == NULL)
    return FALSE;
  own = mcast_tx_socket_get_local_addresses (self->relay);
  for (guint i = 0; i < own->len; i++)
    if (g_inet_socket_address_get_port (own->pdata[i])
          == g_inet_socket_address_get_port (run->source)
        && g_inet_address_equal (g_inet_socket_address_get_address (own->pdata[i]),
                                 g_inet_socket_address_get_address (run->source)))
      return TRUE;
  return FALSE;
}

static void
relay (Hear *self, const RxRun *run)
{
  GOutputVector vector = { run->data, run->length };
  McastTxMessage message = { &vector, 1, run->segment_size };
  g_autoptr (GError) error = NULL;

  if (self->relay == NULL || g_inet_address_equal (run->group, self->group))
    return;
  if (relay_port_sent (run))
    {
      if (self->n_looped++ == 0)
        console_warning ("a datagram from a relay (port %u) is not relayed again",
                         g_inet_socket_address_get_port (run->source));
      return;
    }
  if (mcast_tx_socket_send_messages (self->relay, &message, 1, signals_get_cancellable (), &error)
        < 0
      && self->n_relay_failures++ == 0)
    console_warning ("could not relay: %s", error->message);
}

static gboolean
says_stop (Hear *self, const RxDatagram *datagram)
{
  return !self->no_stop
         && memmem (datagram->data, datagram->length, STOP_WORD, strlen (STOP_WORD)) != NULL;
}

static void
log_stop (const RxRun *run)
{
  g_autofree char *source = rx_run_dup_source (run);

  g_debug ("%s sent %s, ending", source, STOP_WORD);
}

static void
reply_to_run (Hear *self, const RxRun *run)
{
  RxDatagram datagram = { run };

  if (is_own (self, run))
    return;
  while (!self->stopped && rx_datagram_next (&datagram))
    {
      g_autoptr (GBytes) reply = NULL;

      datagram_print (self->format, &datagram);
      if (reply_queue_admit (self->replies, run->source, 1))
        {
          reply = make_reply (&datagram);
          reply_queue_push (self->replies, run->source, reply);
        }
      self->stopped = says_stop (self, &datagram);
    }
  if (self->stopped)
    log_stop (run);
  relay (self, run);
}

static int
fail_receive (Hear *self, const GError *error)
{
  if (signals_caught () != 0)
    rx_print_interrupted (self->rx, "HEAR");
  else
    console_error ("%s", error->message);
  return EXIT_STATUS_FAILURE;
}

static int
reply_to_all (Hear *self)
{
  g_autoptr (Reader) reader = reader_new (self->rx);

  while (!self->stopped)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) runs = reader_pop (reader, -1, &error);

      if (runs == NULL)
        return fail_receive (self, error);
      for (guint i = 0; i < runs->len && !self->stopped; i++)
        reply_to_run (self, runs->pdata[i]);
      reply_queue_flush (self->replies);
      if (!console_flush ())
        return EXIT_STATUS_FAILURE;
    }
  return EXIT_STATUS_OK;
}

static void
warn_of_failures (Hear *self)
{
  reply_queue_warn (self->replies);
  if (self->n_relay_failures > 1)
    console_warning ("%" G_GUINT64_FORMAT " runs of datagrams could not be relayed",
                     self->n_relay_failures);
  rx_warn_of_drops (self->rx);
}

/* Opens the socket that relays to @group, if others are received, too. */
static gboolean
open_relay (Hear *self, const Options *options, const char *group, int *status)
{
  g_auto (GStrv) groups = mcast_rx_socket_get_groups (self->rx);
  g_auto (GStrv) interfaces = options_dup_interfaces (options);
  const char *destination[] = { group, NULL };
  g_autoptr (McastGroup) parsed = mcast_group_parse (group, NULL);
  g_autoptr (GError) error = NULL;
  guint port;
  guint ttl;

  if (!options_get_port (options, &port, status) || !options_get_ttl (options, &ttl, status))
    return FALSE;
  if (g_strv_length (groups) < 2)
    return TRUE;
  self->group = g_object_ref (mcast_group_get_address (parsed));
  self->relay = relay_port_open (destination, interfaces, port, ttl, &error);
  if (self->relay != NULL)
    return TRUE;
  return console_fail (status, EXIT_STATUS_FAILURE, "could not relay to %s: %s", group,
                       error->message);
}

int
verb_hear (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  g_auto (Hear) hear = { 0 };
  const GOptionEntry entries[] = {
    { "no-stop", 0, 0, G_OPTION_ARG_NONE, &hear.no_stop, "continue after a STOP message", NULL },
    { NULL },
  };
  const OptionsSpec spec = {
    .flags = OPTIONS_GROUPS | OPTIONS_PORT | OPTIONS_INTERFACES | OPTIONS_TTL | OPTIONS_FORMAT
             | OPTIONS_REPLY_RATE,
    .entries = entries,
    .words = "[GROUP...]",
    .summary = "Receives datagrams of one or several groups and answers each of them.",
    .description = description,
  };
  const char *group;
  int status;

  if (!options_parse (&options, &spec, argc, argv, &status)
      || !datagram_format_get (&options, &hear.format, &status)
      || (hear.replies = reply_queue_new (&options, &status)) == NULL)
    return status;
  signals_start ();
  group = options.group != NULL   ? options.group
          : options.words != NULL ? options.words[0]
                                  : environment_get_group ();
  hear.rx = rx_open (&options, group, &status);
  if (hear.rx == NULL || !open_relay (&hear, &options, group, &status))
    return status;
  status = reply_to_all (&hear);
  warn_of_failures (&hear);
  return signals_exit_status (status);
}
