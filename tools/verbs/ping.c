/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <mcast.h>
#include <poll.h>
#include <signal.h>

#include "console.h"
#include "exit-status.h"
#include "json.h"
#include "options.h"
#include "signals.h"
#include "udp-socket.h"
#include "verbs/ping-host.h"
#include "verbs/ping-message.h"
#include "verbs/verbs.h"

#define MAX_HOSTS 1000

static const char description[] =
  "It sends pings to the group. Each mcast pong that receives one answers to this\n"
  "host (unicast) and to the group (multicast). A unicast answer shows that the\n"
  "group reaches the other host; a multicast answer shows that the group also works\n"
  "in the opposite direction. For a source-specific group, name the host that runs\n"
  "pong as the source. The exit status is 0 if both kinds of answer arrived,\n"
  "otherwise 70.\n"
  "\n"
  "Examples:\n"
  "  mcast ping 239.1.2.3\n"
  "  mcast ping --count 5 --interval 0.2 --size 1400 --ttl 4 239.1.2.3\n"
  "  mcast ping --interface eth0 10.0.0.2@232.1.2.3\n";

typedef struct
{
  McastRxSocket *rx;
  McastTxSocket *tx;
  GSocket *socket; /* sends for @tx, and receives unicast replies */
  GPtrArray *hosts;
  char *group; /* as a destination */
  guint64 id;
  guint32 n_sent;
  gint64 count; /* 0 = unlimited */
  gint64 size;
  gint64 interval_us;
  gint64 timeout_us;
  gboolean json;
  gboolean has_failed; /* stdout could not be written */
} Ping;

static void
ping_clear (Ping *self)
{
  g_clear_object (&self->rx);
  g_clear_object (&self->tx);
  g_clear_object (&self->socket);
  g_clear_pointer (&self->hosts, g_ptr_array_unref);
  g_free (self->group);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ping, ping_clear)

/* Returns NULL if there are too many hosts, since anyone can forge one. */
static PingHost *
find_host (Ping *self, guint64 id, const char *address)
{
  for (guint i = 0; i < self->hosts->len; i++)
    {
      PingHost *host = self->hosts->pdata[i];

      if (host->id == id)
        return host;
    }
  if (self->hosts->len == MAX_HOSTS)
    return NULL;
  g_ptr_array_add (self->hosts, ping_host_new (id, address));
  return self->hosts->pdata[self->hosts->len - 1];
}

static void
print_reply (Ping *self, const char *address, const PingMessage *message, gint64 time_us,
             gboolean first)
{
  const char *way = message->type == PING_REPLY_UNICAST ? "unicast" : "multicast";
  GVariantBuilder builder;

  if (!self->json)
    {
      console_print ("%s: seq=%u %s time=%.3f ms%s\n", address, message->sequence, way,
                     time_us / 1000.0, first ? "" : " (duplicate)");
      return;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  json_add (&builder, "host", g_variant_new_string (address));
  json_add (&builder, "sequence", g_variant_new_uint32 (message->sequence));
  json_add (&builder, "way", g_variant_new_string (way));
  json_add (&builder, "time-ms", g_variant_new_double (time_us / 1000.0));
  json_add (&builder, "duplicate", g_variant_new_boolean (!first));
  console_json_line (g_variant_builder_end (&builder));
}

static void
take_reply (Ping *self, gconstpointer data, gsize length, GInetSocketAddress *source,
            gboolean unicast)
{
  gint64 now = g_get_monotonic_time ();
  g_autofree char *address = g_inet_address_to_string (g_inet_socket_address_get_address (source));
  PingMessage message;
  PingHost *host;
  gint64 time_us;

  if (!ping_message_parse (&message, data, length) || message.requester != self->id
      || message.type != (unicast ? PING_REPLY_UNICAST : PING_REPLY_MULTICAST)
      || message.sequence == 0 || message.sequence > self->n_sent)
    return;
  time_us = now - message.sent_at;
  host = find_host (self, message.responder, address);
  if (host != NULL && time_us >= 0)
    print_reply (self, address, &message, time_us,
                 ping_replies_add (ping_host_get_replies (host, message.type), message.sequence,
                                   time_us));
}

/* Returns whether to receive more, which datagrams that arrive too fast must not decide. */
static gboolean
has_time (gint64 end_time)
{
  return g_get_monotonic_time () < end_time
         && !g_cancellable_is_cancelled (signals_get_cancellable ());
}

static void
receive_unicast (Ping *self, gint64 end_time)
{
  char buffer[65536];

  do
    {
      g_autoptr (GSocketAddress) source = NULL;
      gssize n = g_socket_receive_from (self->socket, &source, buffer, sizeof buffer, NULL, NULL);

      if (n < 0)
        return;
      take_reply (self, buffer, n, G_INET_SOCKET_ADDRESS (source), TRUE);
    }
  while (has_time (end_time));
}

static void
receive_multicast (Ping *self, gint64 end_time)
{
  do
    {
      g_autoptr (McastDatagram) datagram = mcast_rx_socket_try_receive (self->rx, NULL);
      gconstpointer data;
      gsize length;

      if (datagram == NULL)
        return;
      data = mcast_datagram_get_data (datagram, &length);
      take_reply (self, data, length, mcast_datagram_get_source (datagram), FALSE);
    }
  while (has_time (end_time));
}

/* Takes replies until @end_time. Returns FALSE after a signal, or if stdout cannot be written. */
static gboolean
receive_until (Ping *self, gint64 end_time)
{
  struct pollfd fds[] = {
    { g_socket_get_fd (self->socket), POLLIN, 0 },
    { mcast_rx_socket_get_fd (self->rx), POLLIN, 0 },
    { signals_get_fd (), POLLIN, 0 },
  };

  do
    {
      gint64 left = MAX (end_time - g_get_monotonic_time (), 0);
      struct timespec timeout = { left / G_USEC_PER_SEC, left % G_USEC_PER_SEC * 1000 };

      ppoll (fds, G_N_ELEMENTS (fds), &timeout, NULL);
      receive_unicast (self, end_time);
      receive_multicast (self, end_time);
      self->has_failed = !console_flush ();
    }
  while (has_time (end_time) && !self->has_failed);
  return !self->has_failed && signals_caught () == 0;
}

static gboolean
send_one (Ping *self, GError **error)
{
  const PingMessage message = { PING_REQUEST, ++self->n_sent, self->id, 0,
                                g_get_monotonic_time () };
  g_autoptr (GBytes) payload = ping_message_to_bytes (&message, self->size);

  return mcast_tx_socket_send (self->tx, payload, signals_get_cancellable (), error);
}

static gboolean
run (Ping *self, GError **error)
{
  gint64 next = g_get_monotonic_time ();

  while (self->count == 0 || self->n_sent < self->count)
    {
      if (!send_one (self, error))
        return FALSE;
      /* After a pause of the program, skip the missed pings. */
      next = MAX (next + self->interval_us, g_get_monotonic_time ());
      if (self->n_sent != self->count && !receive_until (self, next))
        return TRUE;
    }
  receive_until (self, g_get_monotonic_time () + self->timeout_us);
  return TRUE;
}

static GVariant *
replies_to_variant (Ping *self, const PingReplies *replies)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  json_add (&builder, "received", g_variant_new_uint64 (replies->n_received));
  json_add (&builder, "loss-percent",
            g_variant_new_double (ping_replies_get_loss (replies, self->n_sent)));
  json_add (&builder, "duplicates", g_variant_new_uint64 (replies->n_duplicates));
  if (replies->n_received > 0)
    {
      json_add (&builder, "min-ms", g_variant_new_double (replies->min_us / 1000.0));
      json_add (&builder, "avg-ms",
                g_variant_new_double (replies->sum_us / 1000.0 / replies->n_received));
      json_add (&builder, "max-ms", g_variant_new_double (replies->max_us / 1000.0));
    }
  return g_variant_builder_end (&builder);
}

static void
print_summary_json (Ping *self)
{
  GVariantBuilder hosts;
  GVariantBuilder builder;

  g_variant_builder_init (&hosts, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < self->hosts->len; i++)
    {
      PingHost *host = self->hosts->pdata[i];

      g_variant_builder_open (&hosts, G_VARIANT_TYPE_VARDICT);
      json_add (&hosts, "host", g_variant_new_string (host->address));
      json_add (&hosts, "unicast", replies_to_variant (self, &host->unicast));
      json_add (&hosts, "multicast", replies_to_variant (self, &host->multicast));
      g_variant_builder_close (&hosts);
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  json_add (&builder, "group", g_variant_new_string (self->group));
  json_add (&builder, "sent", g_variant_new_uint32 (self->n_sent));
  json_add (&builder, "hosts", g_variant_builder_end (&hosts));
  console_json_line (g_variant_builder_end (&builder));
}

static void
print_replies (Ping *self, const char *address, const char *name, const PingReplies *replies)
{
  console_print ("%s %s: %" G_GUINT64_FORMAT " received, %.3g%% loss, %" G_GUINT64_FORMAT
                 " duplicates",
                 address, name, replies->n_received, ping_replies_get_loss (replies, self->n_sent),
                 replies->n_duplicates);
  if (replies->n_received > 0)
    console_print (", min/avg/max %.3f/%.3f/%.3f ms", replies->min_us / 1000.0,
                   replies->sum_us / 1000.0 / replies->n_received, replies->max_us / 1000.0);
  console_print ("\n");
}

static void
print_summary (Ping *self)
{
  if (self->json)
    {
      print_summary_json (self);
      return;
    }
  console_print ("--- %s: %u sent, %u host%s answered ---\n", self->group, self->n_sent,
                 self->hosts->len, self->hosts->len == 1 ? "" : "s");
  for (guint i = 0; i < self->hosts->len; i++)
    {
      PingHost *host = self->hosts->pdata[i];

      print_replies (self, host->address, "unicast", &host->unicast);
      print_replies (self, host->address, "multicast", &host->multicast);
    }
}

static int
judge (Ping *self)
{
  gboolean there = FALSE;
  gboolean back = FALSE;

  for (guint i = 0; i < self->hosts->len; i++)
    {
      PingHost *host = self->hosts->pdata[i];

      there = there || host->unicast.n_received > 0;
      back = back || host->multicast.n_received > 0;
    }
  if (there && back)
    return EXIT_STATUS_OK;
  if (there)
    console_error ("the group reaches the other host but does not come back; run mcast doctor on "
                   "this host");
  else if (back)
    console_error ("answers arrived only by multicast; the other host cannot reach the address of "
                   "this host");
  else
    console_error ("no answer; check that mcast pong %s runs on the other host", self->group);
  return EXIT_STATUS_FAILURE;
}

/* Formats the group as a destination, which has a port and no sources. */
static char *
format_destination (McastGroup *group, guint port)
{
  g_autofree char *address = g_inet_address_to_string (mcast_group_get_address (group));
  const char *iface = mcast_group_get_interface (group);
  guint own_port = mcast_group_get_port (group) != 0 ? mcast_group_get_port (group) : port;
  gboolean ipv6 = mcast_group_get_family (group) == G_SOCKET_FAMILY_IPV6;

  return g_strdup_printf ("%s%s%s%s%s:%u", ipv6 ? "[" : "", address, iface != NULL ? "%" : "",
                          iface != NULL ? iface : "", ipv6 ? "]" : "", own_port);
}

static gboolean
open_sockets (Ping *self, const Options *options, const char *text, guint port, guint ttl,
              GError **error)
{
  g_autoptr (McastGroup) group = mcast_group_parse (text, error);
  g_auto (GStrv) interfaces = options_dup_interfaces (options);
  const char *const *iface_list = (const char *const *) interfaces;
  const char *groups[] = { text, NULL };
  const char *destination[] = { NULL, NULL };
  McastTxOptions tx_options = MCAST_TX_OPTIONS_INIT;

  if (group == NULL)
    return FALSE;
  self->group = format_destination (group, port);
  destination[0] = self->group;
  self->socket = udp_socket_new (mcast_group_get_family (group), error);
  if (self->socket == NULL)
    return FALSE;
  self->rx = mcast_rx_socket_new (groups, port, iface_list, error);
  if (self->rx == NULL)
    return FALSE;
  tx_options.ttl = ttl;
  tx_options.socket = self->socket;
  self->tx = mcast_tx_socket_new_with_options (destination, 0, iface_list, &tx_options, error);
  return self->tx != NULL;
}

static gboolean
get_group (const Options *options, char **group, int *status)
{
  g_auto (GStrv) groups = options_dup_groups (options, options->words, FALSE, status);

  if (groups == NULL)
    return FALSE;
  *group = g_strdup (groups[0]);
  if (groups[1] == NULL || (options->words == NULL && options->group == NULL))
    return TRUE;
  return console_fail (status, EXIT_STATUS_USAGE,
                       "unrecognized argument: '%s' (one group at a time)", groups[1]);
}

static int
run_and_report (Ping *self)
{
  g_autoptr (GError) error = NULL;

  self->id = ping_message_random_id ();
  g_debug ("pinging %s, id %" G_GINT64_MODIFIER "x, interval %" G_GINT64_FORMAT " us", self->group,
           self->id, self->interval_us);
  self->hosts = g_ptr_array_new_with_free_func ((GDestroyNotify) ping_host_free);
  if (!self->json)
    console_print ("PING %s: %" G_GINT64_FORMAT " bytes\n", self->group, self->size);
  if (!run (self, &error) && signals_caught () == 0)
    console_error ("%s", error->message);
  if (self->has_failed)
    return EXIT_STATUS_FAILURE;
  print_summary (self);
  if (!console_flush () || error != NULL)
    return EXIT_STATUS_FAILURE;
  return judge (self);
}

int
verb_ping (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  g_auto (Ping) ping = { .size = 64, .interval_us = G_USEC_PER_SEC, .timeout_us = G_USEC_PER_SEC };
  g_autofree char *size = NULL;
  g_autofree char *interval = NULL;
  g_autofree char *group = NULL;
  const GOptionEntry entries[] = {
    { "count", 'c', 0, G_OPTION_ARG_STRING, &options.count, "exit after N pings", "N" },
    { "interval", 0, 0, G_OPTION_ARG_STRING, &interval, "time between two pings (1)", "SECONDS" },
    { "timeout", 't', 0, G_OPTION_ARG_STRING, &options.timeout,
      "how long to wait for the last answers (1)", "SECONDS" },
    { "size", 's', 0, G_OPTION_ARG_STRING, &size, "bytes of a ping, 36 to 65507 (64)", "N" },
    { NULL },
  };
  const OptionsSpec spec = {
    .flags = OPTIONS_GROUPS | OPTIONS_PORT | OPTIONS_INTERFACES | OPTIONS_TTL,
    .entries = entries,
    .words = "[GROUP]",
    .summary = "Measures reachability, loss, duplicates and round-trip time to mcast pong.",
    .description = description,
  };
  g_autoptr (GError) error = NULL;
  guint port;
  guint ttl;
  int status;

  if (!options_parse (&options, &spec, argc, argv, &status)
      || !options_get_port (&options, &port, &status) || !options_get_ttl (&options, &ttl, &status)
      || !options_get_integer ("--count", options.count, 1, G_MAXINT32, &ping.count, &status)
      || !options_get_integer ("--size", size, PING_MESSAGE_SIZE, 65507, &ping.size, &status)
      || !options_get_seconds ("--interval", interval, &ping.interval_us, &status)
      || !options_get_seconds ("--timeout", options.timeout, &ping.timeout_us, &status)
      || !get_group (&options, &group, &status))
    return status;
  signals_start ();
  ping.json = options.json;
  if (!open_sockets (&ping, &options, group, port, ttl, &error))
    {
      console_error ("%s", error->message);
      return EXIT_STATUS_FAILURE;
    }
  status = run_and_report (&ping);
  return signals_caught () == SIGINT ? status : signals_exit_status (status);
}
