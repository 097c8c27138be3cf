/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: 0BSD */

/* Announces a session until Ctrl-C, and withdraws it then: announce FILE.sdp [INTERFACE...] */
#include <glib-unix.h>
#include <locale.h>
#include <mcast.h>

static gboolean
on_interrupt (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (McastSapAnnouncer) announcer = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *sdp = NULL;

  setlocale (LC_ALL, "");
  if (argc < 2)
    {
      g_printerr ("Usage: announce FILE.sdp [INTERFACE...]\n");
      return 2;
    }
  announcer = mcast_sap_announcer_new ((const char *const *) argv + 2);
  /* As AES67 devices do. */
  mcast_sap_announcer_set_min_interval_us (announcer, 30 * G_USEC_PER_SEC);
  if (!g_file_get_contents (argv[1], &sdp, NULL, &error)
      || mcast_sap_announcer_add (announcer, sdp, &error) == 0)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  g_print ("Announcing %s\n", argv[1]);
  g_unix_signal_add (SIGINT, on_interrupt, loop);
  g_main_loop_run (loop);
  mcast_sap_announcer_close (announcer);
  return 0;
}
