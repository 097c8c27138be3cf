/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <mcast.h>

#include "answerer.h"
#include "exit-status.h"
#include "intake.h"
#include "options.h"
#include "output.h"
#include "printer.h"
#include "receiver.h"
#include "signals.h"
#include "verbs/ping-message.h"
#include "verbs/verbs.h"

static const char description[] =
  "Each ping is answered twice: to the address it came from, and to the group. So\n"
  "the other side learns whether the group reaches this host, and comes back.\n"
  "For a source-specific group name the host that runs ping as the source. Pings\n"
  "are printed on a terminal; elsewhere --use-std or --json ask for it.\n"
  "\n"
  "Examples:\n"
  "  mcast pong 239.1.2.3\n"
  "  mcast pong --interface eth0 10.0.0.1@232.1.2.3\n";

typedef struct
{
  McastRxSocket *rx;
  GHashTable *senders; /* McastTxSocket by name of interface */
  guint ttl;
  Answerer *answerer;
  guint64 id;
  PrinterFormat format;
  guint64 n_failures;
} Pong;

static void
pong_clear (Pong *self)
{
  g_clear_object (&self->rx);
  g_clear_pointer (&self->senders, g_hash_table_unref);
  g_clear_pointer (&self->answerer, answerer_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pong, pong_clear)

static void
print_request (Pong *self, const Heard *heard, const PingMessage *message)
{
  g_autofree char *source = printer_format_source (heard);
  GVariantBuilder builder;

  if (self->format == PRINTER_JSON)
    {
      g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
      printer_add (&builder, "source", g_variant_new_string (source));
      printer_add (&builder, "interface", g_variant_new_string (heard->run->interface_name));
      printer_add (&builder, "sequence", g_variant_new_uint32 (message->sequence));
      printer_add (&builder, "hop-limit", g_variant_new_int32 (heard->run->hop_limit));
      output_json_line (g_variant_builder_end (&builder));
    }
  else if (self->format != PRINTER_NONE)
    output_print ("%s: seq=%u on %s, hop limit %d\n", source, message->sequence,
                  heard->run->interface_name, heard->run->hop_limit);
}

/* An answer leaves where the ping came in. */
static McastTxSocket *
get_sender (Pong *self, const char *iface, GError **error)
{
  McastTxSocket *tx = g_hash_table_lookup (self->senders, iface);
  const char *interfaces[] = { iface, NULL };

  if (tx != NULL)
    return tx;
  tx = g_initable_new (MCAST_TYPE_TX_SOCKET, NULL, error, "interfaces", interfaces, "ttl",
                       self->ttl, NULL);
  if (tx != NULL)
    g_hash_table_insert (self->senders, g_strdup (iface), tx);
  return tx;
}

static void
reply_to_group (Pong *self, const Heard *heard, GBytes *payload)
{
  g_autoptr (GSocketAddress)
    group = g_inet_socket_address_new (heard->run->group, heard->run->port);
  g_autoptr (GError) error = NULL;
  McastTxSocket *tx = get_sender (self, heard->run->interface_name, &error);

  if ((tx == NULL
       || !mcast_tx_socket_send_to (tx, group, payload, signals_get_cancellable (), &error))
      && self->n_failures++ == 0)
    output_warning ("could not answer to the group: %s", error->message);
}

static void
answer (Pong *self, const Heard *heard)
{
  PingMessage message;
  g_autoptr (GBytes) unicast = NULL;
  g_autoptr (GBytes) multicast = NULL;

  if (!ping_message_parse (&message, heard->data, heard->length) || message.type != PING_REQUEST)
    return;
  print_request (self, heard, &message);
  message.replier = self->id;
  message.type = PING_REPLY_UNICAST;
  unicast = ping_message_to_bytes (&message, heard->length);
  answerer_send (self->answerer, heard->run->source, unicast);
  message.type = PING_REPLY_MULTICAST;
  multicast = ping_message_to_bytes (&message, heard->length);
  reply_to_group (self, heard, multicast);
}

static int
answer_all (Pong *self)
{
  g_autoptr (Intake) intake = intake_new (self->rx);

  while (TRUE)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) runs = intake_pop (intake, -1, &error);
      Heard heard;

      if (runs == NULL)
        {
          if (signals_caught () == 0)
            output_error ("%s", error->message);
          return EXIT_STATUS_FAILURE;
        }
      for (guint i = 0; i < runs->len; i++)
        for (gboolean more = heard_first (&heard, runs->pdata[i]); more; more = heard_next (&heard))
          answer (self, &heard);
      answerer_flush (self->answerer);
      if (!output_flush ())
        return EXIT_STATUS_FAILURE;
    }
}

int
verb_pong (int argc, char **argv)
{
  const OptionsSpec spec = {
    .flags = OPTIONS_GROUPS | OPTIONS_PORT | OPTIONS_INTERFACES | OPTIONS_TTL,
    .words = "[GROUP...]",
    .summary = "Answers the pings of mcast ping.",
    .description = description,
  };
  g_auto (Options) options = { 0 };
  g_auto (Pong) pong = { 0 };
  const char *reason;
  int status;

  if (!options_parse (&options, &spec, argc, argv, &status)
      || !printer_get_format (&options, &pong.format, &status)
      || !options_get_ttl (&options, &pong.ttl, &status))
    return status;
  signals_start ();
  pong.rx = receiver_open (&options, NULL, &status);
  if (pong.rx == NULL)
    return status;
  pong.senders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  pong.answerer = answerer_new ();
  pong.id = ping_message_random_id ();
  status = answer_all (&pong);
  if (answerer_get_failures (pong.answerer, &reason) > 0)
    output_warning ("%" G_GUINT64_FORMAT " answers could not be sent: %s",
                    answerer_get_failures (pong.answerer, &reason), reason);
  return signals_exit_status (status);
}
