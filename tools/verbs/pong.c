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
#include "udp-socket.h"
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
  GHashTable *tx_sockets; /* TxSocket by interface name */
  guint ttl;
  ReplyQueue *replies;
  guint64 id;
  DatagramFormat format;
} Pong;

/* Sends to groups on one interface. */
typedef struct
{
  McastTxSocket *tx;
  GSocket *socket; /* of @tx */
} TxSocket;

static void
tx_socket_free (TxSocket *self)
{
  g_clear_object (&self->tx);
  g_clear_object (&self->socket);
  g_free (self);
}
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

static TxSocket *
tx_socket_new (const char *iface, GSocketFamily family, guint ttl, GError **error)
{
  const char *interfaces[] = { iface, NULL };
  g_autoptr (GSocket) socket = udp_socket_new (family, error);
  McastTxOptions tx_options = MCAST_TX_OPTIONS_INIT;
  McastTxSocket *tx;
  TxSocket *self;

  if (socket == NULL)
    return NULL;
  tx_options.ttl = ttl;
  tx_options.socket = socket;
  tx = mcast_tx_socket_new_with_options (NULL, 0, interfaces, &tx_options, error);
  if (tx == NULL)
    return NULL;
  self = g_new (TxSocket, 1);
  *self = (TxSocket) { tx, g_steal_pointer (&socket) };
  return self;
}

/* Returns a socket for the interface that the ping arrived on. */
static TxSocket *
get_tx_socket (Pong *self, const RxRun *run, GError **error)
{
  GSocketFamily family = g_inet_address_get_family (run->group);
  g_autofree char *key = g_strdup_printf ("%s %d", run->interface_name, family);
  TxSocket *socket = g_hash_table_lookup (self->tx_sockets, key);

  if (socket != NULL)
    return socket;
  socket = tx_socket_new (run->interface_name, family, self->ttl, error);
  if (socket != NULL)
    {
      g_debug ("opened a socket for replies to IPv%d groups on %s",
               family == G_SOCKET_FAMILY_IPV4 ? 4 : 6, run->interface_name);
      g_hash_table_insert (self->tx_sockets, g_steal_pointer (&key), socket);
    }
  return socket;
}

static void
reply_to_group (Pong *self, const RxRun *run, GBytes *payload)
{
  g_autoptr (GSocketAddress) group = g_inet_socket_address_new (run->group, run->port);
  g_autoptr (GError) error = NULL;
  TxSocket *socket = get_tx_socket (self, run, &error);

  if (socket != NULL && (g_socket_condition_check (socket->socket, G_IO_OUT) & G_IO_OUT) == 0)
    reply_queue_add_blocked (self->replies);
  else if (socket == NULL
           || !mcast_tx_socket_send_to (socket->tx, group, payload, signals_get_cancellable (),
                                        &error))
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
  pong.tx_sockets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                           (GDestroyNotify) tx_socket_free);
  pong.id = ping_message_random_id ();
  status = reply_to_all (&pong);
  reply_queue_warn (pong.replies);
  return signals_exit_status (status);
}
