/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: 0BSD */

/* Prints the datagrams of a group: receive [GROUP], as in: receive 239.1.2.3%eth0:5004 */
#include <locale.h>
#include <mcast.h>

static void
print_datagram (McastDatagram *datagram)
{
  g_autofree char *from = mcast_datagram_get_source_text (datagram);
  gsize size;
  const guint8 *text = mcast_datagram_get_data (datagram, &size);

  g_print ("%s, from %s: %.*s\n", mcast_datagram_get_interface_name (datagram), from, (int) size,
           (const char *) text);
}

int
main (int argc, char **argv)
{
  const char *groups[] = { argc > 1 ? argv[1] : "239.1.2.3:5004", NULL };
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  rx = mcast_rx_socket_new (groups, 0, NULL, &error);
  while (rx != NULL)
    {
      g_autoptr (McastDatagram) datagram = mcast_rx_socket_receive (rx, NULL, &error);

      if (datagram == NULL)
        break;
      print_datagram (datagram);
    }
  g_printerr ("%s\n", error->message);
  return 1;
}
