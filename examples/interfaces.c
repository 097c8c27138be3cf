/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: 0BSD */

/* Lists the network interfaces and prints every change, until Ctrl-C: interfaces */
#include <locale.h>
#include <mcast.h>

static void
print_interface (McastInterface *iface)
{
  GPtrArray *addresses = mcast_interface_get_addresses (iface);

  g_print ("%u %s:%s%s", mcast_interface_get_index (iface), mcast_interface_get_name (iface),
           mcast_interface_is_up (iface) ? " up" : " down",
           mcast_interface_is_multicast (iface) ? " multicast" : "");
  for (guint i = 0; i < addresses->len; i++)
    {
      g_autofree char *address = g_inet_address_mask_to_string (addresses->pdata[i]);

      g_print (" %s", address);
    }
  g_print ("\n");
}

static void
on_items_changed (GListModel *monitor, guint position, guint removed, guint added,
                  gpointer user_data)
{
  g_print ("-- %u removed, %u new or changed\n", removed, added);
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (McastInterface) iface = g_list_model_get_item (monitor, i);

      print_interface (iface);
    }
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (McastInterfaceMonitor) monitor = mcast_interface_monitor_get (&error);
  GListModel *list = G_LIST_MODEL (monitor);

  setlocale (LC_ALL, "");
  if (monitor == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  g_signal_connect (list, "items-changed", G_CALLBACK (on_items_changed), NULL);
  on_items_changed (list, 0, 0, g_list_model_get_n_items (list), NULL);
  g_main_loop_run (loop);
  return 0;
}
