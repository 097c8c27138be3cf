/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <mcast.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "answerer.h"
#include "backlog.h"
#include "environment.h"
#include "options.h"
#include "output.h"
#include "printer.h"
#include "receiver.h"
#include "signals.h"
#include "verb.h"

#define BATCH 256
#define STOP_WORD "STOP"

static const char description[] =
  "Each sender gets an answer at its own address and port:\n"
  "  HEAR [ TEXT SAID ('10.0.0.1', 40000) ] from 224.0.0.1\n"
  "What is heard on another group of --groups is sent on to the group of --group,\n"
  "with --ttl and on --interface. A datagram with the word STOP ends it; anybody on\n"
  "the network can send one, so there is --no-stop. What is heard is printed on a\n"
  "terminal; elsewhere --use-std, --format or --json ask for it.\n"
  "\n"
  "Examples:\n"
  "  mcast hear --use-std\n"
  "  mcast hear --group 239.1.2.3 --port 5004 --no-stop\n"
  "  mcast hear --group 239.1.2.3 --groups 239.1.2.4 239.1.2.5\n";

typedef struct
{
  McastRxSocket *rx;
  McastTxSocket *relay; /* NULL when there is but one group */
  GInetAddress *group;  /* what is relayed to */
  PrinterFormat format;
  gboolean no_stop;
  Backlog *backlog;
  Answerer *answerer;
  GCancellable *stop;
  gboolean stopped;
  gboolean output_failed;
  guint64 n_relay_failures;
} Hear;

static void
hear_clear (Hear *self)
{
  g_clear_object (&self->rx);
  g_clear_object (&self->relay);
  g_clear_object (&self->group);
  g_clear_pointer (&self->backlog, backlog_free);
  g_clear_pointer (&self->answerer, answerer_free);
  g_clear_object (&self->stop);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Hear, hear_clear)

static char *
to_upper (const char *data, gsize length)
{
  if (g_utf8_validate_len (data, length, NULL))
    return g_utf8_strup (data, length);
  return g_ascii_strup (data, length);
}

static GBytes *
make_answer (McastDatagram *datagram)
{
  GInetSocketAddress *source = mcast_datagram_get_source (datagram);
  g_autofree char *address
      = g_inet_address_to_string (g_inet_socket_address_get_address (source));
  g_autofree char *group = g_inet_address_to_string (mcast_datagram_get_group (datagram));
  gsize length;
  const char *data = g_bytes_get_data (mcast_datagram_get_payload (datagram), &length);
  gboolean is_text = g_utf8_validate_len (data != NULL ? data : "", length, NULL);
  g_autofree char *upper = to_upper (data != NULL ? data : "", length);
  GString *answer = g_string_new ("HEAR [ ");

  /* Bytes that are no text may have a zero among them. */
  g_string_append_len (answer, upper, is_text ? strlen (upper) : length);
  g_string_append_printf (answer, " SAID ('%s', %u) ] from %s", address,
                          g_inet_socket_address_get_port (source), group);
  return g_string_free_to_bytes (answer);
}

/* Whether we sent it ourselves, as a relay: it comes back, since others here shall hear it. */
static gboolean
is_own (Hear *self, McastDatagram *datagram)
{
  GInetSocketAddress *source = mcast_datagram_get_source (datagram);
  g_autoptr (GPtrArray) own = NULL;

  if (self->relay == NULL)
    return FALSE;
  own = mcast_tx_socket_get_local_addresses (self->relay);
  for (guint i = 0; i < own->len; i++)
    if (g_inet_socket_address_get_port (own->pdata[i]) == g_inet_socket_address_get_port (source)
        && g_inet_address_equal (g_inet_socket_address_get_address (own->pdata[i]),
                                 g_inet_socket_address_get_address (source)))
      return TRUE;
  return FALSE;
}

static void
relay (Hear *self, McastDatagram *datagram)
{
  g_autoptr (GError) error = NULL;

  if (self->relay == NULL
      || g_inet_address_equal (mcast_datagram_get_group (datagram), self->group))
    return;
  if (!mcast_tx_socket_send (self->relay, mcast_datagram_get_payload (datagram), self->stop,
                             &error)
      && self->n_relay_failures++ == 0)
    output_warning ("not relayed: %s", error->message);
}

static gboolean
says_stop (Hear *self, McastDatagram *datagram)
{
  gsize length;
  const char *data = g_bytes_get_data (mcast_datagram_get_payload (datagram), &length);

  return !self->no_stop && memmem (data, length, STOP_WORD, strlen (STOP_WORD)) != NULL;
}

static void
answer (Hear *self, McastDatagram *datagram)
{
  g_autoptr (GBytes) text = NULL;

  if (is_own (self, datagram))
    return;
  text = make_answer (datagram);
  printer_print (self->format, datagram);
  answerer_send (self->answerer, mcast_datagram_get_source (datagram), text);
  relay (self, datagram);
  self->stopped = says_stop (self, datagram);
}

static void
end (Hear *self)
{
  g_cancellable_cancel (self->stop);
  backlog_end (self->backlog, TRUE);
}

static gpointer
answer_all (gpointer data)
{
  Hear *self = data;
  GPtrArray *datagrams;

  /* Answers can wait; what is not taken from the kernel in time is lost. */
  setpriority (PRIO_PROCESS, gettid (), 10);
  while ((datagrams = backlog_pop (self->backlog)) != NULL)
    {
      for (guint i = 0; i < datagrams->len && !self->stopped; i++)
        answer (self, datagrams->pdata[i]);
      g_ptr_array_unref (datagrams);
      answerer_flush (self->answerer);
      self->output_failed = !output_flush ();
      if (self->stopped || self->output_failed)
        end (self);
    }
  return NULL;
}

static gboolean
receive_all (Hear *self, GError **error)
{
  while (TRUE)
    {
      g_autoptr (GPtrArray) datagrams
          = mcast_rx_socket_receive_batch (self->rx, BATCH, self->stop, error);

      if (datagrams == NULL)
        return FALSE;
      backlog_push (self->backlog, datagrams);
    }
}

static void
warn_of_failures (Hear *self)
{
  const char *reason;
  guint64 n = answerer_get_failures (self->answerer, &reason);

  if (n > 0)
    output_warning ("%" G_GUINT64_FORMAT " answers could not be sent: %s", n, reason);
  if (self->n_relay_failures > 1)
    output_warning ("not relayed: %" G_GUINT64_FORMAT " datagrams", self->n_relay_failures);
  receiver_warn_of_drops (self->rx);
}

static void
cancel_stop (GCancellable *signals, GCancellable *stop)
{
  g_cancellable_cancel (stop);
}

static int
run (Hear *self)
{
  g_autoptr (GError) error = NULL;
  gulong connection = g_cancellable_connect (signals_get_cancellable (),
                                             G_CALLBACK (cancel_stop), self->stop, NULL);
  GThread *thread = g_thread_new ("answers", answer_all, self);

  receive_all (self, &error);
  backlog_end (self->backlog, TRUE);
  g_thread_join (thread);
  g_cancellable_disconnect (signals_get_cancellable (), connection);
  warn_of_failures (self);

  if (signals_caught () != 0)
    {
      receiver_say_interrupted (self->rx, "HEAR");
      return signals_exit_status (EXIT_STATUS_FAILURE);
    }
  if (self->stopped)
    return EXIT_STATUS_OK;
  if (!self->output_failed)
    output_error ("%s", error->message);
  return EXIT_STATUS_FAILURE;
}

/* Opens what relays to the first group, when others are heard, too. */
static gboolean
open_relay (Hear *self, const Options *options, const char *group, int *status)
{
  g_auto (GStrv) heard = mcast_rx_socket_get_groups (self->rx);
  g_auto (GStrv) interfaces = options_dup_interfaces (options);
  const char *groups[] = { group, NULL };
  g_autoptr (McastGroup) parsed = mcast_group_parse (group, NULL);
  g_autoptr (GError) error = NULL;
  guint port;
  guint ttl;

  if (!options_get_port (options, &port, status) || !options_get_ttl (options, &ttl, status))
    return FALSE;
  if (g_strv_length (heard) < 2)
    return TRUE;
  self->group = g_object_ref (mcast_group_get_address (parsed));
  self->relay = g_initable_new (MCAST_TYPE_TX_SOCKET, NULL, &error,
                                "groups", groups,
                                "port", port,
                                "interfaces", interfaces,
                                "ttl", ttl,
                                NULL);
  if (self->relay != NULL)
    return TRUE;
  output_error ("could not relay to %s: %s", group, error->message);
  *status = EXIT_STATUS_FAILURE;
  return FALSE;
}

int
verb_hear (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  g_auto (Hear) hear = { 0 };
  const GOptionEntry entries[] = {
    { "no-stop", 0, 0, G_OPTION_ARG_NONE, &hear.no_stop, "go on when somebody says STOP", NULL },
    { NULL },
  };
  const OptionsSpec spec = {
    .flags = OPTIONS_GROUPS | OPTIONS_PORT | OPTIONS_INTERFACES | OPTIONS_TTL | OPTIONS_FORMAT,
    .entries = entries,
    .words = "[GROUP...]",
    .summary = "Hears a group, or several, and answers each datagram.",
    .description = description,
  };
  const char *group;
  int status;

  if (!options_parse (&options, &spec, argc, argv, &status)
      || !printer_get_format (&options, &hear.format, &status))
    return status;
  signals_start ();
  group = options.group != NULL     ? options.group
          : options.words != NULL ? options.words[0]
                                    : environment_get_group ();
  hear.rx = receiver_open (&options, group, &status);
  if (hear.rx == NULL || !open_relay (&hear, &options, group, &status))
    return status;
  hear.backlog = backlog_new ();
  hear.answerer = answerer_new ();
  hear.stop = g_cancellable_new ();
  return run (&hear);
}
