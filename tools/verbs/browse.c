/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <mcast.h>
#include <string.h>

#include "console.h"
#include "exit-status.h"
#include "json.h"
#include "options.h"
#include "signals.h"
#include "verbs/sdp-stream.h"
#include "verbs/verbs.h"

#define DRAW_INTERVAL_MS 500

static const char description[] =
  "It lists the sessions that devices and programs announce with SAP, such as AES67\n"
  "streams: name, origin, interfaces, streams, and a command that plays each. AES67\n"
  "devices announce every 30 seconds, others every few minutes.\n"
  "On a terminal, the list is live; otherwise, it prints a line for each change.\n"
  "--once collects for --timeout seconds, prints the list and exits. --sdp prints\n"
  "the description of the session with this number in the list of --once, which is\n"
  "sorted by name.\n"
  "\n"
  "Examples:\n"
  "  mcast browse\n"
  "  mcast browse --once --timeout 35 --json | jq -r '.[].name'\n"
  "  mcast browse --timeout 35 --sdp 1 > radio.sdp\n";

typedef struct
{
  McastSapListener *listener;
  GMainLoop *loop;
  GPtrArray *sessions; /* as in the list, to know which were removed */
  gboolean json;
} Browse;

static void
browse_clear (Browse *self)
{
  g_clear_object (&self->listener);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->sessions, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Browse, browse_clear)

/* Returns the name without characters that control a terminal or the direction of text. */
static char *
dup_printable_name (McastSapSession *session)
{
  const char *name = mcast_sap_session_get_name (session);
  GString *text = g_string_new (NULL);

  for (const char *p = name != NULL ? name : "-"; *p != '\0'; p = g_utf8_next_char (p))
    g_string_append_unichar (text, g_unichar_isprint (g_utf8_get_char (p)) ? g_utf8_get_char (p)
                                                                           : 0xfffd);
  return g_string_free (text, FALSE);
}

static char *
dup_interfaces (McastSapSession *session)
{
  g_auto (GStrv) names = mcast_sap_session_get_interfaces (session);

  return g_strjoinv (", ", names);
}

static char *
dup_origin (McastSapSession *session)
{
  return g_inet_address_to_string (mcast_sap_session_get_origin (session));
}

/* --- Order ------------------------------------------------------------------------------- */

static int
compare_sessions (gconstpointer a, gconstpointer b)
{
  McastSapSession *left = *(McastSapSession **) a;
  McastSapSession *right = *(McastSapSession **) b;
  g_autofree char *left_origin = dup_origin (left);
  g_autofree char *right_origin = dup_origin (right);
  int order = g_strcmp0 (mcast_sap_session_get_name (left), mcast_sap_session_get_name (right));

  if (order == 0)
    order = strcmp (left_origin, right_origin);
  if (order == 0)
    order = strcmp (mcast_sap_session_get_sdp (left), mcast_sap_session_get_sdp (right));
  return order;
}

static GPtrArray *
list_sorted (Browse *self)
{
  GPtrArray *sorted = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->sessions->len; i++)
    g_ptr_array_add (sorted, g_object_ref (self->sessions->pdata[i]));
  g_ptr_array_sort (sorted, compare_sessions);
  return sorted;
}

/* --- JSON -------------------------------------------------------------------------------- */

static GVariant *
streams_to_variant (McastSapSession *session)
{
  g_autoptr (GPtrArray) streams = sdp_stream_list (mcast_sap_session_get_sdp (session));
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < streams->len; i++)
    {
      const SdpStream *stream = streams->pdata[i];

      g_variant_builder_open (&builder, G_VARIANT_TYPE_VARDICT);
      json_add (&builder, "media", g_variant_new_string (stream->media));
      json_add (&builder, "group", g_variant_new_string (stream->group));
      json_add (&builder, "encoding", json_new_string (stream->encoding));
      json_add (&builder, "clock-rate", g_variant_new_uint32 (stream->clock_rate));
      json_add (&builder, "play", g_variant_new_take_string (sdp_stream_format_launch (stream)));
      g_variant_builder_close (&builder);
    }
  return g_variant_builder_end (&builder);
}

static void
add_session (GVariantBuilder *builder, McastSapSession *session)
{
  g_auto (GStrv) interfaces = mcast_sap_session_get_interfaces (session);

  json_add (builder, "name", json_new_string (mcast_sap_session_get_name (session)));
  json_add (builder, "origin", g_variant_new_take_string (dup_origin (session)));
  json_add (builder, "message-hash",
            g_variant_new_uint32 (mcast_sap_session_get_message_hash (session)));
  json_add (builder, "interfaces", g_variant_new_strv ((const char *const *) interfaces, -1));
  json_add (builder, "first-seen",
            g_variant_new_double ((double) mcast_sap_session_get_first_seen_us (session) / 1e6));
  json_add (builder, "last-seen",
            g_variant_new_double ((double) mcast_sap_session_get_last_seen_us (session) / 1e6));
  json_add (builder, "period",
            g_variant_new_double ((double) mcast_sap_session_get_period_us (session) / 1e6));
  json_add (builder, "streams", streams_to_variant (session));
  json_add (builder, "payload-type",
            g_variant_new_string (mcast_sap_session_get_payload_type (session)));
  json_add (builder, "sdp", g_variant_new_string (mcast_sap_session_get_sdp (session)));
}

static void
print_json_list (GPtrArray *sessions)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < sessions->len; i++)
    {
      g_variant_builder_open (&builder, G_VARIANT_TYPE_VARDICT);
      add_session (&builder, sessions->pdata[i]);
      g_variant_builder_close (&builder);
    }
  console_json (g_variant_builder_end (&builder));
}

/* --- Text -------------------------------------------------------------------------------- */

static void
print_session (guint number, McastSapSession *session)
{
  g_autofree char *name = dup_printable_name (session);
  g_autofree char *origin = dup_origin (session);
  g_autofree char *interfaces = dup_interfaces (session);
  g_autoptr (GPtrArray) streams = sdp_stream_list (mcast_sap_session_get_sdp (session));

  console_print ("%u  %s%s%s  from %s on %s\n", number, console_style (CONSOLE_BOLD), name,
                 console_style (CONSOLE_PLAIN), origin, interfaces);
  for (guint i = 0; i < streams->len; i++)
    {
      g_autofree char *stream = sdp_stream_format (streams->pdata[i]);
      g_autofree char *launch = sdp_stream_format_launch (streams->pdata[i]);

      console_print ("   %s\n   %s%s%s\n", stream, console_style (CONSOLE_DIM), launch,
                     console_style (CONSOLE_PLAIN));
    }
}

static void
print_list (GPtrArray *sessions)
{
  for (guint i = 0; i < sessions->len; i++)
    print_session (i + 1, sessions->pdata[i]);
}

/* Prints the description: unchanged, but not to a terminal, which it could control. */
static void
print_sdp (McastSapSession *session)
{
  const char *sdp = mcast_sap_session_get_sdp (session);
  g_auto (GStrv) lines = NULL;

  if (!console_is_terminal ())
    {
      console_bytes (sdp, strlen (sdp));
      return;
    }
  lines = g_strsplit (sdp, "\n", -1);
  for (guint i = 0; lines[i] != NULL && (lines[i][0] != '\0' || lines[i + 1] != NULL); i++)
    console_line (g_strchomp (lines[i]), strlen (lines[i]));
}

/* --- Changes ----------------------------------------------------------------------------- */

static void
print_change (Browse *self, const char *event, McastSapSession *session)
{
  g_autofree char *name = dup_printable_name (session);
  g_autofree char *origin = dup_origin (session);
  g_autofree char *interfaces = dup_interfaces (session);
  GVariantBuilder builder;

  if (self->json)
    {
      g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
      json_add (&builder, "event", g_variant_new_string (event));
      add_session (&builder, session);
      console_json_line (g_variant_builder_end (&builder));
    }
  else
    console_print ("%s %s from %s on %s\n", event, name, origin, interfaces);
  if (!console_flush ())
    g_main_loop_quit (self->loop);
}

static void
update_sessions (Browse *self, guint position, guint n_removed, guint n_added)
{
  if (n_removed > 0)
    g_ptr_array_remove_range (self->sessions, position, n_removed);
  for (guint i = position; i < position + n_added; i++)
    g_ptr_array_insert (self->sessions, (int) i,
                        g_list_model_get_item (G_LIST_MODEL (self->listener), i));
}

static void
on_items_changed (GListModel *listener, guint position, guint n_removed, guint n_added,
                  gpointer user_data)
{
  update_sessions (user_data, position, n_removed, n_added);
}

static void
on_change (GListModel *listener, guint position, guint n_removed, guint n_added, gpointer user_data)
{
  Browse *self = user_data;
  g_autoptr (GPtrArray) removed = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = position; i < position + n_removed; i++)
    g_ptr_array_add (removed, g_object_ref (self->sessions->pdata[i]));
  update_sessions (self, position, n_removed, n_added);
  for (guint i = n_added; i < n_removed; i++)
    print_change (self, "removed", removed->pdata[i]);
  for (guint i = position; i < position + n_added; i++)
    print_change (self, n_removed > 0 ? "changed" : "added", self->sessions->pdata[i]);
}

/* --- Runs -------------------------------------------------------------------------------- */

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer loop)
{
  return quit (loop);
}

/* Runs until a signal and, unless it is negative, for a time. Returns FALSE after a signal. */
static gboolean
run_loop (Browse *self, gint64 duration_us)
{
  g_autoptr (GSource) signal = g_cancellable_source_new (signals_get_cancellable ());
  g_autoptr (GSource)
    timeout = g_timeout_source_new ((guint) CLAMP (duration_us / 1000, 0, G_MAXUINT));

  g_source_set_callback (signal, G_SOURCE_FUNC (on_cancelled), self->loop, NULL);
  g_source_attach (signal, NULL);
  g_source_set_callback (timeout, quit, self->loop, NULL);
  if (duration_us >= 0)
    g_source_attach (timeout, NULL);
  g_main_loop_run (self->loop);
  g_source_destroy (timeout);
  g_source_destroy (signal);
  return signals_caught () == 0;
}

static int
run_once (Browse *self, gint64 timeout_us, guint number)
{
  g_autoptr (GPtrArray) sorted = NULL;

  g_signal_connect (self->listener, "items-changed", G_CALLBACK (on_items_changed), self);
  if (!run_loop (self, timeout_us))
    return EXIT_STATUS_OK;
  sorted = list_sorted (self);
  if (number > sorted->len)
    {
      console_error ("there is no session %u; %u were announced within %.0f seconds", number,
                     sorted->len, (double) timeout_us / 1e6);
      return EXIT_STATUS_FAILURE;
    }
  if (number > 0)
    print_sdp (sorted->pdata[number - 1]);
  else if (self->json)
    print_json_list (sorted);
  else
    print_list (sorted);
  if (sorted->len == 0 && number == 0)
    console_note ("no session was announced within %.0f seconds; --timeout waits longer",
                  (double) timeout_us / 1e6);
  return console_flush () ? EXIT_STATUS_OK : EXIT_STATUS_FAILURE;
}

static gboolean
draw (gpointer user_data)
{
  Browse *self = user_data;
  g_autoptr (GPtrArray) sorted = list_sorted (self);

  /* To the top left, and erases the screen. */
  console_print ("\033[H\033[2Jmcast browse  %u session%s  Ctrl-C: quit\n\n", sorted->len,
                 sorted->len == 1 ? "" : "s");
  print_list (sorted);
  if (!console_flush ())
    g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static int
run_live (Browse *self)
{
  gboolean on_screen = !self->json && console_is_terminal ();
  guint timer = 0;

  g_signal_connect (self->listener, "items-changed",
                    on_screen ? G_CALLBACK (on_items_changed) : G_CALLBACK (on_change), self);
  if (on_screen)
    {
      draw (self);
      timer = g_timeout_add (DRAW_INTERVAL_MS, draw, self);
    }
  run_loop (self, -1);
  if (timer != 0)
    g_source_remove (timer);
  return console_flush () ? EXIT_STATUS_OK : EXIT_STATUS_FAILURE;
}

static gboolean
browse_init (Browse *self, const Options *options, int *status)
{
  g_auto (GStrv) interfaces = options_dup_interfaces (options);
  g_autoptr (GError) error = NULL;

  self->json = options->json;
  self->sessions = g_ptr_array_new_with_free_func (g_object_unref);
  self->loop = g_main_loop_new (NULL, FALSE);
  self->listener = mcast_sap_listener_new ((const char *const *) interfaces, &error);
  if (self->listener == NULL)
    return console_fail (status, EXIT_STATUS_FAILURE, "%s", error->message);
  return TRUE;
}

int
verb_browse (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  g_auto (Browse) browse = { 0 };
  g_autofree char *number = NULL;
  gboolean once = FALSE;
  gint64 timeout_us = 5 * G_USEC_PER_SEC;
  gint64 n = 0;
  const GOptionEntry entries[] = {
    { "once", 0, 0, G_OPTION_ARG_NONE, &once, "print the list after --timeout, and exit", NULL },
    { "sdp", 0, 0, G_OPTION_ARG_STRING, &number, "print the description of session N, and exit",
      "N" },
    { "timeout", 't', 0, G_OPTION_ARG_STRING, &options.timeout,
      "how long --once and --sdp collect (5)", "SECONDS" },
    { NULL },
  };
  const OptionsSpec spec = {
    .flags = OPTIONS_INTERFACES,
    .entries = entries,
    .summary = "Lists the streams that are announced on the network (SAP).",
    .description = description,
  };
  int status;

  if (!options_parse (&options, &spec, argc, argv, &status)
      || !options_get_seconds ("--timeout", options.timeout, &timeout_us, &status)
      || !options_get_integer ("--sdp", number, 1, G_MAXINT, &n, &status))
    return status;
  signals_start ();
  if (!browse_init (&browse, &options, &status))
    return status;
  status = once || n > 0 ? run_once (&browse, timeout_us, (guint) n) : run_live (&browse);
  return signals_exit_status (status);
}
