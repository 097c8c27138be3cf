/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: 0BSD */

/* Receives datagrams in a main loop, until Ctrl-C: receive-async [GROUP] */
#include <glib-unix.h>
#include <locale.h>
#include <mcast.h>

typedef struct
{
  GMainLoop *loop;
  GCancellable *cancellable;
  guint n_datagrams;
} Program;

static void
on_received (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Program *program = user_data;
  McastRxSocket *rx = MCAST_RX_SOCKET (object);
  g_autoptr (GError) error = NULL;
  g_autoptr (McastDatagram) datagram = mcast_rx_socket_receive_finish (rx, result, &error);
  gsize size;

  if (datagram == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_printerr ("%s\n", error->message);
      g_main_loop_quit (program->loop);
      return;
    }
  program->n_datagrams++;
  mcast_datagram_get_data (datagram, &size);
  g_print ("%" G_GSIZE_FORMAT " bytes on %s\n", size, mcast_datagram_get_interface_name (datagram));
  mcast_rx_socket_receive_async (rx, G_PRIORITY_DEFAULT, program->cancellable, on_received,
                                 program);
}

static gboolean
on_interrupt (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  const char *groups[] = { argc > 1 ? argv[1] : "239.1.2.3:5004", NULL };
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Program program = { loop, cancellable, 0 };
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  rx = mcast_rx_socket_new (groups, 0, NULL, &error);
  if (rx == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  g_unix_signal_add (SIGINT, on_interrupt, cancellable);
  mcast_rx_socket_receive_async (rx, G_PRIORITY_DEFAULT, cancellable, on_received, &program);
  g_main_loop_run (loop);
  g_print ("%u datagrams\n", program.n_datagrams);
  return 0;
}
