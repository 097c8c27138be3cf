/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: 0BSD */

/* Receives only the datagrams of one sender: source-specific SOURCE [GROUP [PORT]], as in:
 * source-specific 10.0.0.1 232.1.2.3 5004 */
#include <locale.h>
#include <mcast.h>

int
main (int argc, char **argv)
{
  guint port = argc > 3 ? (guint) g_ascii_strtoull (argv[3], NULL, 10) : 5004;
  g_autofree char *group = NULL;
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  if (argc < 2)
    {
      g_printerr ("Usage: %s SOURCE [GROUP [PORT]]\n", argv[0]);
      return 2;
    }
  group = g_strdup_printf ("%s@%s", argv[1], argc > 2 ? argv[2] : "232.1.2.3");
  rx = mcast_rx_socket_new ((const char *[]) { group, NULL }, port, NULL, &error);
  while (rx != NULL)
    {
      g_autoptr (McastDatagram) datagram = mcast_rx_socket_receive (rx, NULL, &error);
      gsize size;

      if (datagram == NULL)
        break;
      mcast_datagram_get_data (datagram, &size);
      g_print ("%" G_GSIZE_FORMAT " bytes\n", size);
    }
  g_printerr ("%s\n", error->message);
  return 1;
}
