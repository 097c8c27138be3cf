/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: 0BSD */

/* Sends text to a group: send [GROUP [TEXT]], as in: send 239.1.2.3%eth0:5004 hello */
#include <locale.h>
#include <mcast.h>
#include <string.h>

int
main (int argc, char **argv)
{
  const char *groups[] = { argc > 1 ? argv[1] : "239.1.2.3:5004", NULL };
  const char *text = argc > 2 ? argv[2] : "hello";
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  tx = mcast_tx_socket_new (groups, 0, NULL, &error);
  if (tx == NULL || !mcast_tx_socket_send_data (tx, text, strlen (text), NULL, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  g_print ("Sent to %s\n", groups[0]);
  return 0;
}
