/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: 0BSD */

/* Receives only the datagrams of one sender: source-specific SOURCE [GROUP [PORT]], as in:
 * source-specific 10.0.0.1 232.1.2.3 5004 */
#include <locale.h>
#include <mcast.h>

static int
receive_all (McastRxSocket *rx)
{
  g_autoptr (GError) error = NULL;

  for (;;)
    {
      g_autoptr (McastDatagram) datagram = mcast_rx_socket_receive (rx, NULL, &error);

      if (datagram == NULL)
        {
          g_printerr ("%s\n", error->message);
          return 1;
        }
      g_print ("%" G_GSIZE_FORMAT " bytes\n",
               g_bytes_get_size (mcast_datagram_get_payload (datagram)));
    }
}

int
main (int argc, char **argv)
{
  const char *group = argc > 2 ? argv[2] : "232.1.2.3";
  guint port = argc > 3 ? (guint) g_ascii_strtoull (argv[3], NULL, 10) : 5004;
  g_autofree char *text = NULL;
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  if (argc < 2)
    {
      g_printerr ("Usage: %s SOURCE [GROUP [PORT]]\n", argv[0]);
      return 2;
    }
  text = g_strdup_printf ("%s@%s", argv[1], group);
  rx = mcast_rx_socket_new (NULL, port, NULL, &error);
  if (rx == NULL || !mcast_rx_socket_join (rx, text, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  return receive_all (rx);
}
