/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <gio/gunixinputstream.h>
#include <mcast.h>
#include <string.h>
#include <unistd.h>

#include "console.h"
#include "environment.h"
#include "exit-status.h"
#include "options.h"
#include "signals.h"
#include "statistics.h"
#include "verbs/verbs.h"

/* How many copies of a message one call sends. */
#define MAX_COPIES 64
#define RETRY_DELAY_US (G_USEC_PER_SEC / 10)

static const char description[] =
  "The words are joined by spaces and sent as one datagram. With --pipe, standard\n"
  "input is sent unchanged in datagrams of MULTICAST_BUFFER_SIZE bytes (1316).\n"
  "\n"
  "Examples:\n"
  "  mcast say hello, all\n"
  "  mcast say --interface eth0,eth1 --groups 239.1.2.3 239.1.2.4 --message hello\n"
  "  mcast say --group 239.1.2.3:5004 --hex 47 40 00 10\n"
  "  mcast say --repeat 10 --rate 2 -m tick\n"
  "  mcast say --group 239.1.2.3 --pipe < film.ts\n";

typedef struct
{
  char *message;
  gboolean pipe;
  gboolean hex;
  char *rate;
  char *repeat;
  char *dscp;
  char *source;
  gboolean no_loopback;
} SayOptions;

typedef struct
{
  McastTxSocket *tx;
  gboolean hex;
  double rate;     /* datagrams per second, 0 = unlimited */
  gint64 repeat;   /* 0 = forever */
  gint64 start_us; /* when the first datagram is due */
  guint64 n_sent;
  gboolean is_piped;
  gboolean continues; /* while the network refuses datagrams */
  gboolean is_failing;
  gboolean was_accepted;
  GError *last_failure;
} Say;

static void
say_options_clear (SayOptions *self)
{
  g_free (self->message);
  g_free (self->rate);
  g_free (self->repeat);
  g_free (self->dscp);
  g_free (self->source);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SayOptions, say_options_clear)

static void
say_clear (Say *self)
{
  g_clear_object (&self->tx);
  g_clear_error (&self->last_failure);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Say, say_clear)

static GBytes *
decode_hex (const char *text, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  int high = -1;

  for (const char *c = text; *c != '\0'; c++)
    {
      int digit = g_ascii_xdigit_value (*c);

      if (g_ascii_isspace (*c) || *c == ':')
        continue;
      if (digit < 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       "argument --hex: '%c' is not a hexadecimal digit", *c);
          return NULL;
        }
      if (high >= 0)
        {
          guint8 byte = high << 4 | digit;

          g_byte_array_append (bytes, &byte, 1);
        }
      high = high < 0 ? digit : -1;
    }
  if (high < 0)
    return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       "argument --hex: the number of digits is odd; give two for each byte");
  return NULL;
}

/* Waits until the next datagram is due. */
static gboolean
wait_for_turn (Say *self, GError **error)
{
  gint64 due = self->start_us + self->n_sent * (G_USEC_PER_SEC / self->rate);
  gint64 wait = due - g_get_monotonic_time ();

  if (wait > 0)
    signals_sleep_us (wait);
  /* After a pause of the program, keep to the rate instead of catching up. */
  else if (wait < -G_USEC_PER_SEC)
    self->start_us -= wait;
  return !g_cancellable_set_error_if_cancelled (signals_get_cancellable (), error);
}

/* Returns whether the failure may end without the user: not that of a message. */
static gboolean
is_state_of_network (const GError *error)
{
  return !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
         && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED)
         && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
}

/* Reports each interruption once. Without a rate or a pipe nothing else limits the attempts. */
static void
note_failure (Say *self, GError *failure)
{
  if (!self->is_failing)
    console_warning ("%s; continuing", failure->message);
  self->is_failing = TRUE;
  g_clear_error (&self->last_failure);
  self->last_failure = failure;
  if (self->rate == 0 && !self->is_piped)
    signals_sleep_us (RETRY_DELAY_US);
}

static gboolean
send_copies (Say *self, GBytes *payload, guint64 n, GError **error)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (payload, &length);
  GOutputVector vector = { data, length };
  McastTxMessage messages[MAX_COPIES];
  g_autoptr (GError) failure = NULL;
  gint sent;

  for (guint i = 0; i < n; i++)
    messages[i] = (McastTxMessage) { &vector, 1, 0 };
  sent = mcast_tx_socket_send_messages (self->tx, messages, n, signals_get_cancellable (),
                                        &failure);
  self->n_sent += n;
  if (sent >= 0)
    {
      self->is_failing = FALSE;
      self->was_accepted = TRUE;
      return TRUE;
    }
  if (self->continues && is_state_of_network (failure))
    {
      note_failure (self, g_steal_pointer (&failure));
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
send_repeatedly (Say *self, GBytes *payload, GError **error)
{
  gint64 left = self->repeat;

  while (self->repeat == 0 || left > 0)
    {
      guint64 n = self->rate > 0 ? 1 : self->repeat == 0 ? MAX_COPIES : MIN (left, MAX_COPIES);

      if (self->rate > 0 && !wait_for_turn (self, error))
        return FALSE;
      if (!send_copies (self, payload, n, error))
        return FALSE;
      left -= n;
    }
  return TRUE;
}

static gboolean
send_hex_pipe (Say *self, GInputStream *stream, gsize chunk_size, GError **error)
{
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GBytes) bytes = NULL;
  gsize length;
  const char *data;

  if (g_output_stream_splice (memory, stream, 0, signals_get_cancellable (), error) < 0
      || !g_output_stream_write_all (memory, "", 1, NULL, NULL, error))
    return FALSE;
  data = g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (memory));
  bytes = decode_hex (data, error);
  if (bytes == NULL)
    return FALSE;
  length = g_bytes_get_size (bytes);
  for (gsize offset = 0; offset < length; offset += chunk_size)
    {
      g_autoptr (GBytes)
        chunk = g_bytes_new_from_bytes (bytes, offset, MIN (chunk_size, length - offset));

      if (!send_repeatedly (self, chunk, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
send_pipe (Say *self, GError **error)
{
  g_autoptr (GInputStream) stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  gsize chunk_size = environment_get_buffer_size ();
  g_autofree char *buffer = g_malloc (chunk_size);
  gsize length = 0;

  if (self->hex)
    return send_hex_pipe (self, stream, chunk_size, error);
  do
    {
      g_autoptr (GBytes) chunk = NULL;

      if (!g_input_stream_read_all (stream, buffer, chunk_size, &length, signals_get_cancellable (),
                                    error))
        {
          g_prefix_error (error, "Could not read standard input: ");
          return FALSE;
        }
      chunk = g_bytes_new (buffer, length);
      if (length > 0 && !send_repeatedly (self, chunk, error))
        return FALSE;
    }
  while (length == chunk_size);

  if (self->n_sent == 0)
    console_note ("nothing was piped in, so nothing was sent");
  return TRUE;
}

static gboolean
send_words (Say *self, const char *text, GError **error)
{
  g_autoptr (GBytes) payload = self->hex ? decode_hex (text, error)
                                         : g_bytes_new (text, strlen (text));

  return payload != NULL && send_repeatedly (self, payload, error);
}

/* Gets the words of the message, or NULL to send standard input. Reports it if there is neither. */
static gboolean
get_message (const Options *options, const SayOptions *say_options, char **message)
{
  g_autofree char *words = options->words != NULL ? g_strjoinv (" ", options->words) : NULL;

  *message = NULL;
  if (say_options->message != NULL && words != NULL)
    *message = g_strjoin (" ", say_options->message, words, NULL);
  else if (say_options->message != NULL)
    *message = g_strdup (say_options->message);
  else
    *message = g_steal_pointer (&words);

  if (say_options->pipe && *message != NULL)
    {
      console_error ("argument --pipe: not allowed with a message");
      return FALSE;
    }
  if (!say_options->pipe && *message == NULL)
    {
      console_error ("the message is missing: specify words, --message WORD..., or --pipe");
      return FALSE;
    }
  if (g_strcmp0 (*message, "-") == 0)
    g_clear_pointer (message, g_free);
  return TRUE;
}

/* Warns if a group is about to be sent as text. */
static void
warn_of_group (const Options *options)
{
  g_autoptr (McastGroup) group = NULL;

  if (options->group != NULL || options->groups != NULL || options->words == NULL)
    return;
  group = mcast_group_parse (options->words[0], NULL);
  if (group != NULL)
    console_warning ("'%s' is sent as a word of the message; --group %s sends to it",
                     options->words[0], options->words[0]);
}

static gboolean
get_numbers (Say *self, const SayOptions *say_options, gint64 *dscp, int *status)
{
  char *end;

  self->repeat = 1;
  *dscp = -1;
  if (!options_get_integer ("--repeat", say_options->repeat, 0, G_MAXINT64, &self->repeat, status)
      || !options_get_integer ("--dscp", say_options->dscp, 0, 63, dscp, status))
    return FALSE;
  if (say_options->rate == NULL)
    return TRUE;
  self->rate = g_ascii_strtod (say_options->rate, &end);
  if (end != say_options->rate && *end == '\0' && self->rate > 0)
    return TRUE;
  return console_fail (status, EXIT_STATUS_USAGE,
                       "argument --rate: invalid value: '%s' is not a number above 0",
                       say_options->rate);
}

static gboolean
open_socket (Say *self, const Options *options, const SayOptions *say_options, int *status)
{
  g_auto (GStrv) groups = options_dup_groups (options, NULL, FALSE, status);
  g_auto (GStrv) interfaces = options_dup_interfaces (options);
  g_autoptr (GError) error = NULL;
  McastTxOptions tx_options = MCAST_TX_OPTIONS_INIT;
  gint64 dscp;
  guint port;

  if (groups == NULL || !options_get_port (options, &port, status)
      || !options_get_ttl (options, &tx_options.ttl, status)
      || !get_numbers (self, say_options, &dscp, status))
    return FALSE;
  tx_options.dscp = (int) dscp;
  tx_options.loopback = !say_options->no_loopback;
  tx_options.source_address = say_options->source;
  self->tx = mcast_tx_socket_new_with_options ((const char *const *) groups, port,
                                               (const char *const *) interfaces, &tx_options,
                                               &error);
  if (self->tx != NULL)
    return TRUE;
  return console_fail (status, EXIT_STATUS_FAILURE, "%s", error->message);
}

static void
warn_of_refused (GVariant *stats)
{
  g_autoptr (GVariant) paths = g_variant_lookup_value (stats, "paths", NULL);
  GVariantIter iter;
  GVariant *path;

  g_variant_iter_init (&iter, paths);
  while ((path = g_variant_iter_next_value (&iter)) != NULL)
    {
      guint64 accepted = 0;
      guint64 refused = 0;
      const char *group = "";
      const char *iface = "";
      const char *reason = NULL;

      g_variant_lookup (path, "accepted", "t", &accepted);
      g_variant_lookup (path, "refused", "t", &refused);
      g_variant_lookup (path, "group", "&s", &group);
      g_variant_lookup (path, "interface", "&s", &iface);
      g_variant_lookup (path, "error", "&s", &reason);
      if (refused > 0)
        console_warning ("%s on %s: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                         " datagrams were refused%s%s",
                         group, iface, refused, accepted + refused, reason != NULL ? ": " : "",
                         reason != NULL ? reason : "");
      g_variant_unref (path);
    }
}

static int
report (Say *self, const Options *options, const GError *error)
{
  g_autoptr (GVariant) stats = mcast_tx_socket_get_stats (self->tx);

  g_debug ("sent %" G_GUINT64_FORMAT " datagrams in %.6f s", self->n_sent,
           (double) (g_get_monotonic_time () - self->start_us) / G_USEC_PER_SEC);
  if (options->json)
    console_json (statistics_in_order (stats));
  if (error == NULL)
    warn_of_refused (stats);
  else if (signals_caught () == 0)
    console_error ("%s", error->message);
  if (!console_flush () || error != NULL)
    return signals_exit_status (EXIT_STATUS_FAILURE);
  return EXIT_STATUS_OK;
}

int
verb_say (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  g_auto (SayOptions) own = { 0 };
  g_auto (Say) say = { 0 };
  const GOptionEntry entries[] = {
    { "message", 'm', 0, G_OPTION_ARG_FILENAME, &own.message, "the words; - is the same as --pipe",
      "WORD..." },
    { "pipe", 0, 0, G_OPTION_ARG_NONE, &own.pipe, "send standard input", NULL },
    { "hex", 0, 0, G_OPTION_ARG_NONE, &own.hex, "the message consists of hexadecimal digits",
      NULL },
    { "repeat", 0, 0, G_OPTION_ARG_STRING, &own.repeat, "send N times; 0 repeats forever (1)",
      "N" },
    { "rate", 0, 0, G_OPTION_ARG_STRING, &own.rate, "datagrams per second", "N" },
    { "dscp", 0, 0, G_OPTION_ARG_STRING, &own.dscp, "code point, 0 to 63", "N" },
    { "source", 0, 0, G_OPTION_ARG_STRING, &own.source, "source address", "ADDRESS" },
    { "no-loopback", 0, 0, G_OPTION_ARG_NONE, &own.no_loopback,
      "do not send to receivers on this machine", NULL },
    { NULL },
  };
  const OptionsSpec spec = {
    .flags = OPTIONS_GROUPS | OPTIONS_PORT | OPTIONS_INTERFACES | OPTIONS_TTL,
    .entries = entries,
    .words = "[WORD...]",
    .summary = "Sends a message to one or several groups.",
    .description = description,
  };
  g_autofree char *message = NULL;
  g_autoptr (GError) error = NULL;
  int status = EXIT_STATUS_USAGE;

  if (!options_parse (&options, &spec, argc, argv, &status)
      || !get_message (&options, &own, &message))
    return status;
  warn_of_group (&options);
  signals_start ();
  if (!open_socket (&say, &options, &own, &status))
    return status;
  say.hex = own.hex;
  say.is_piped = message == NULL;
  say.continues = options.daemon || say.is_piped;
  say.start_us = g_get_monotonic_time ();
  if (message == NULL)
    send_pipe (&say, &error);
  else
    send_words (&say, message, &error);
  /* Nothing at all was sent. */
  if (error == NULL && !say.was_accepted)
    error = g_steal_pointer (&say.last_failure);
  return report (&say, &options, error);
}
