/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <mcast.h>

#include "console.h"
#include "datagram-print.h"
#include "exit-status.h"
#include "json.h"
#include "options.h"
#include "reader.h"
#include "reply-queue.h"
#include "rx-open.h"
#include "signals.h"
#include "verbs/ping-message.h"
#include "verbs/verbs.h"

static const char description[] =
  "It answers each ping twice: to the source address, which shows that the group\n"
  "reaches this host, and to the group, which shows that the group also works in\n"
  "the opposite direction. For a source-specific group, name the host that runs\n"
  "ping as the source. It prints the pings if standard output is a terminal, or\n"
  "with --use-std or --json.\n"
  "\n"
  "A source gets at most --reply-rate replies per second, two for each ping, and\n"
  "five times as many in a burst; other replies are dropped and counted.\n"
  "\n"
  "Examples:\n"
  "  mcast pong 239.1.2.3\n"
  "  mcast pong --interface eth0 10.0.0.1@232.1.2.3\n";

typedef struct
{
  McastRxSocket *rx;
  GHashTable *tx_sockets; /* McastTxSocket by interface name */
  guint ttl;
  ReplyQueue *replies;
  guint64 id;
  DatagramFormat format;
} Pong;

static void
pong_clear (Pong *self)
{
  g_clear_object (&self->rx);
  g_clear_pointer (&self->tx_sockets, g_hash_table_unref);
  g_clear_pointer (&self->replies, reply_queue_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pong, pong_clear)

static void
print_request (Pong *self, const RxDatagram *datagram, const PingMessage *message)
{
  g_autofree char *source = rx_run_dup_source (datagram->run);
  GVariantBuilder builder;

  if (self->format == DATAGRAM_FORMAT_JSON)
    {
      g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
      json_add (&builder, "source", g_variant_new_string (source));
      json_add (&builder, "interface", g_variant_new_string (datagram->run->interface_name));
      json_add (&builder, "sequence", g_variant_new_uint32 (message->sequence));
      json_add (&builder, "hop-limit", g_variant_new_int32 (datagram->run->hop_limit));
      console_json_line (g_variant_builder_end (&builder));
    }
  else if (self->format != DATAGRAM_FORMAT_NONE)
    console_print ("%s: seq=%u on %s, hop limit %d\n", source, message->sequence,
                   datagram->run->interface_name, datagram->run->hop_limit);
}

/* Returns a socket for the interface that the ping arrived on. */
static McastTxSocket *
get_tx_socket (Pong *self, const RxRun *run, GError **error)
{
  const char *interfaces[] = { run->interface_name, NULL };
  McastTxSocket *tx = g_hash_table_lookup (self->tx_sockets, run->interface_name);
  McastTxOptions options = MCAST_TX_OPTIONS_INIT;

  if (tx != NULL)
    return tx;
  options.ttl = self->ttl;
  tx = mcast_tx_socket_new_with_options (NULL, 0, interfaces, &options, error);
  if (tx != NULL)
    {
      g_debug ("opened a socket for replies to groups on %s", run->interface_name);
      g_hash_table_insert (self->tx_sockets, g_strdup (run->interface_name), tx);
    }
  return tx;
}

static void
reply_to_group (Pong *self, const RxRun *run, GBytes *payload)
{
  g_autoptr (GSocketAddress) group = g_inet_socket_address_new (run->group, run->port);
  g_autoptr (GError) error = NULL;
  McastTxSocket *tx = get_tx_socket (self, run, &error);

  if (tx != NULL && mcast_tx_socket_send_to_with_timeout (tx, group, payload, 0, NULL, &error))
    return;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    reply_queue_add_blocked (self->replies);
  else
    reply_queue_add_failure (self->replies, error);
}

static void
reply (Pong *self, const RxDatagram *datagram)
{
  PingMessage message;
  g_autoptr (GBytes) unicast = NULL;
  g_autoptr (GBytes) multicast = NULL;

  if (!ping_message_parse (&message, datagram->data, datagram->length)
      || message.type != PING_REQUEST)
    return;
  print_request (self, datagram, &message);
  if (!reply_queue_admit (self->replies, datagram->run->source, 2))
    return;
  message.responder = self->id;
  message.type = PING_REPLY_UNICAST;
  unicast = ping_message_to_bytes (&message, datagram->length);
  reply_queue_push (self->replies, datagram->run->source, unicast);
  message.type = PING_REPLY_MULTICAST;
  multicast = ping_message_to_bytes (&message, datagram->length);
  reply_to_group (self, datagram->run, multicast);
}

static int
reply_to_all (Pong *self)
{
  g_autoptr (Reader) reader = reader_new (self->rx);

  while (TRUE)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) runs = reader_pop (reader, -1, &error);

      if (runs == NULL)
        {
          if (signals_caught () == 0)
            console_error ("%s", error->message);
          return EXIT_STATUS_FAILURE;
        }
      for (guint i = 0; i < runs->len; i++)
        {
          RxDatagram datagram = { runs->pdata[i] };

          while (rx_datagram_next (&datagram))
            reply (self, &datagram);
        }
      reply_queue_flush (self->replies);
      if (!console_flush ())
        return EXIT_STATUS_FAILURE;
    }
}

int
verb_pong (int argc, char **argv)
{
  const OptionsSpec spec = {
    .flags = OPTIONS_GROUPS | OPTIONS_PORT | OPTIONS_INTERFACES | OPTIONS_TTL | OPTIONS_REPLY_RATE,
    .words = "[GROUP...]",
    .summary = "Answers the pings of mcast ping.",
    .description = description,
  };
  g_auto (Options) options = { 0 };
  g_auto (Pong) pong = { 0 };
  int status;

  if (!options_parse (&options, &spec, argc, argv, &status)
      || !datagram_format_get (&options, &pong.format, &status)
      || !options_get_ttl (&options, &pong.ttl, &status)
      || (pong.replies = reply_queue_new (&options, &status)) == NULL)
    return status;
  signals_start ();
  pong.rx = rx_open (&options, NULL, &status);
  if (pong.rx == NULL)
    return status;
  pong.tx_sockets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  pong.id = ping_message_random_id ();
  status = reply_to_all (&pong);
  reply_queue_warn (pong.replies);
  return signals_exit_status (status);
}
