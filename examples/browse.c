/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: 0BSD */

/* Prints the sessions that are announced on the network, as they come and go: browse */
#include <locale.h>
#include <mcast.h>

static void
print_session (McastSapSession *session, const char *what)
{
  g_auto (GStrv) interfaces = mcast_sap_session_get_interfaces (session);
  g_autofree char *names = g_strjoinv (", ", interfaces);
  g_autofree char *origin = g_inet_address_to_string (mcast_sap_session_get_origin (session));
  const char *name = mcast_sap_session_get_name (session);
  /* The name is what a host of the network sent. */
  g_autofree char *printable = g_strescape (name != NULL ? name : "-", NULL);

  g_print ("%s: %s from %s on %s\n", what, printable, origin, names);
}

static void
on_items_changed (GListModel *listener, guint position, guint n_removed, guint n_added,
                  gpointer user_data)
{
  for (guint i = position; i < position + n_added; i++)
    {
      g_autoptr (McastSapSession) session = g_list_model_get_item (listener, i);

      print_session (session, n_removed > 0 ? "changed" : "added");
    }
  if (n_added == 0)
    g_print ("removed: %u left\n", g_list_model_get_n_items (listener));
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (McastSapListener) listener = NULL;
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  listener = mcast_sap_listener_new (NULL, &error);
  if (listener == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  g_signal_connect (listener, "items-changed", G_CALLBACK (on_items_changed), NULL);
  g_main_loop_run (loop);
  return 0;
}
