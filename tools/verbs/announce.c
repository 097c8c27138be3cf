/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <mcast.h>

#include "console.h"
#include "exit-status.h"
#include "options.h"
#include "signals.h"
#include "verbs/verbs.h"

static const char description[] =
  "It announces the sessions that the files describe with SAP, at once and then\n"
  "every --interval seconds on average, and withdraws them when it is stopped. The\n"
  "group of the session selects the group of the announcement: 239.255.255.255 for\n"
  "239.1.2.3, as AES67 devices do. If many sessions are announced on the network,\n"
  "the interval is longer (RFC 2974 section 3.1).\n"
  "\n"
  "Examples:\n"
  "  mcast announce radio.sdp\n"
  "  mcast announce --interface eth0,eth1 --interval 30 studio-1.sdp studio-2.sdp\n";

static gboolean
announce_file (McastSapAnnouncer *announcer, const char *name, int *status)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sdp = NULL;
  g_autofree char *display_name = g_filename_display_name (name);

  if (!g_file_get_contents (name, &sdp, NULL, &error))
    return console_fail (status, EXIT_STATUS_FAILURE, "%s", error->message);
  if (mcast_sap_announcer_add (announcer, sdp, &error) == 0)
    return console_fail (status, EXIT_STATUS_FAILURE, "%s: %s", display_name, error->message);
  console_note ("announcing %s", display_name);
  return TRUE;
}

static McastSapAnnouncer *
announcer_new (const Options *options, gint64 interval_us, int *status)
{
  g_auto (GStrv) interfaces = options_dup_interfaces (options);
  g_autoptr (GError) error = NULL;
  g_autoptr (McastSapListener)
    listener = mcast_sap_listener_new ((const char *const *) interfaces, &error);

  if (listener == NULL)
    {
      console_fail (status, EXIT_STATUS_FAILURE, "%s", error->message);
      return NULL;
    }
  return g_object_new (MCAST_TYPE_SAP_ANNOUNCER, "interfaces", interfaces, "listener", listener,
                       "min-interval-us", interval_us, NULL);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static void
run (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GSource) signal = g_cancellable_source_new (signals_get_cancellable ());

  g_source_set_callback (signal, G_SOURCE_FUNC (on_cancelled), loop, NULL);
  g_source_attach (signal, NULL);
  g_main_loop_run (loop);
}

int
verb_announce (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  g_autoptr (McastSapAnnouncer) announcer = NULL;
  g_autofree char *interval = NULL;
  gint64 interval_us = 300 * G_USEC_PER_SEC;
  const GOptionEntry entries[] = {
    { "interval", 0, 0, G_OPTION_ARG_STRING, &interval,
      "mean time between announcements of a session (300)", "SECONDS" },
    { NULL },
  };
  const OptionsSpec spec = {
    .flags = OPTIONS_INTERFACES,
    .entries = entries,
    .words = "FILE...",
    .summary = "Announces streams on the network (SAP).",
    .description = description,
  };
  int status;

  if (!options_parse (&options, &spec, argc, argv, &status)
      || !options_get_seconds ("--interval", interval, &interval_us, &status))
    return status;
  if (options.words == NULL || interval_us == 0)
    {
      console_error ("%s", options.words == NULL ? "a file with SDP is missing"
                                                 : "--interval must be more than 0");
      return EXIT_STATUS_USAGE;
    }
  signals_start ();
  announcer = announcer_new (&options, interval_us, &status);
  if (announcer == NULL)
    return status;
  for (guint i = 0; options.words[i] != NULL; i++)
    if (!announce_file (announcer, options.words[i], &status))
      return status;
  run ();
  mcast_sap_announcer_close (announcer);
  return signals_exit_status (EXIT_STATUS_OK);
}
