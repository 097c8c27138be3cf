/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where multicast goes when no interface is named: the kernel's routes, as they change. */

#include "interfaces/mcast-interface-table-private.h"

#include "lib-test.h"

static McastInterfaceTable *
acquire (void)
{
  g_autoptr (GError) error = NULL;
  McastInterfaceTable *table = _mcast_interface_table_acquire (&error);

  g_assert_no_error (error);
  return table;
}

/* The name of the interface, or NULL without a route. */
static char *
find (McastInterfaceTable *table, const char *group)
{
  g_autoptr (GPtrArray) interfaces = _mcast_interface_table_snapshot (table, NULL);
  g_autoptr (GError) error = NULL;
  McastInterface *iface;
  McastAddress address;
  guint index;

  g_assert_true (_mcast_address_parse (group, &address));
  g_assert_true (_mcast_interface_table_find_route (table, &address, &index, &error));
  g_assert_no_error (error);
  iface = _mcast_interface_by_index (interfaces, index);
  return iface != NULL ? g_strdup (mcast_interface_get_name (iface)) : NULL;
}

static gboolean
leads_to (McastInterfaceTable *table, const char *group, const char *name)
{
  g_autofree char *found = find (table, group);

  return g_strcmp0 (found, name) == 0;
}

/* --- What the kernel says ---------------------------------------------------------------- */

/* Lines for `ip -batch`, and where two groups go after them. */
typedef struct
{
  const char *what;
  const char *lines;
  const char *group;
  const char *name;
  const char *other_group;
  const char *other_name;
} Step;

static const Step steps[] = {
  { "no route", "", "233.252.0.1", NULL, "ff15::1", "v0" },
  { "default", "route add default dev v0 metric 10\n", "233.252.0.1", "v0", "233.252.9.1", "v0" },
  { "better default", "route add default dev v1 metric 5\n", "233.252.0.1", "v1", "233.252.9.1",
    "v1" },
  { "a group's own", "route add 233.252.9.0/24 dev v0\n", "233.252.0.1", "v1", "233.252.9.1",
    "v0" },
  { "unreachable", "route add unreachable 233.252.0.0/24\n", "233.252.0.1", NULL, "233.252.9.1",
    "v0" },
  { "prohibit",
    "route del unreachable 233.252.0.0/24\nroute add prohibit 233.252.0.0/24\n"
    "route add blackhole 233.252.7.0/24\n",
    "233.252.0.1", NULL, "233.252.7.1", NULL },
  { "gone again", "route del prohibit 233.252.0.0/24\nroute del 233.252.9.0/24 dev v0\n",
    "233.252.0.1", "v1", "233.252.9.1", "v1" },
  { "link down", "link set dev v1 down\n", "233.252.0.1", "v0", "233.252.9.1", "v0" },
  { "IPv6 default", "link set dev v1 up\nroute add ::/0 dev v1 metric 7\n", "ff15::1", "v1",
    "ff15::2", "v1" },
};

/* A change is noticed, whichever message of the kernel says so. */
static void
test_changes (World *world)
{
  g_autoptr (McastInterfaceTable) table = acquire ();

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_test_message ("%s", steps[i].what);
      netns_ip (world->here, "%s", steps[i].lines);
      netns_assert_soon (leads_to (table, steps[i].group, steps[i].name));
      netns_assert_soon (leads_to (table, steps[i].other_group, steps[i].other_name));
    }
}

/* With the address the kernel removes a route that has it as its source; older ones send no
 * message. */
static void
test_source_removed (World *world)
{
  g_autoptr (McastInterfaceTable) table = NULL;

  netns_address_add (world->here, "v1", "192.0.2.1/24");
  netns_ip (world->here, "route add default dev v0 metric 10\n"
                         "route add default dev v1 metric 5 src 192.0.2.1\n");
  table = acquire ();
  g_assert_true (leads_to (table, TEST_GROUP, "v1"));
  netns_address_remove (world->here, "v1", "192.0.2.1/24");
  netns_assert_soon (leads_to (table, TEST_GROUP, "v0"));
}

static void
test_rule (World *world)
{
  g_autoptr (McastInterfaceTable) table = NULL;

  netns_ip (world->here, "route add default dev v0\nroute add default dev v1 table 100\n");
  table = acquire ();
  g_assert_true (leads_to (table, TEST_GROUP, "v0"));
  netns_ip (world->here, "rule add to 233.252.0.0/24 lookup 100\n");
  netns_assert_soon (leads_to (table, TEST_GROUP, "v1"));
  netns_ip (world->here, "rule del to 233.252.0.0/24 lookup 100\n");
  netns_assert_soon (leads_to (table, TEST_GROUP, "v0"));
}

/* --- Without descriptors ----------------------------------------------------------------- */

/* Has the MTU of v0 changed during the shortage, and waits until the table has been notified. */
static void
change_mtu (World *world, McastInterfaceMonitor *monitor, Shortage *shortage)
{
  g_autoptr (GSubprocess) changer = NULL;
  g_autoptr (McastInterface) iface = NULL;
  guint position = 0;

  changer = netns_spawn (world->here, G_SUBPROCESS_FLAGS_STDIN_PIPE, "sh", "-c",
                         "read line; ip link set dev v0 mtu 1400", NULL);
  shortage_begin (shortage);
  g_assert_true (
    g_output_stream_write_all (g_subprocess_get_stdin_pipe (changer), "\n", 1, NULL, NULL, NULL));
  while (iface == NULL || !g_str_equal (mcast_interface_get_name (iface), "v0"))
    {
      g_clear_object (&iface);
      iface = g_list_model_get_item (G_LIST_MODEL (monitor), position++);
    }
  position--;
  while (mcast_interface_get_mtu (iface) != 1400)
    {
      g_assert_true (g_main_context_iteration (NULL, TRUE));
      g_clear_object (&iface);
      iface = g_list_model_get_item (G_LIST_MODEL (monitor), position);
    }
}

static void
test_sender_without_descriptors (World *world)
{
  g_autoptr (McastInterfaceMonitor) monitor = NULL;
  g_autoptr (McastTxSocket) tx = NULL;
  Shortage shortage;

  netns_add_default_route (world->here, G_SOCKET_FAMILY_IPV4, "v0");
  tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, NULL);
  /* Called after the socket, which subscribed before. */
  monitor = mcast_interface_monitor_get_default ();
  change_mtu (world, monitor, &shortage);
  tx_send (tx, "during");
  shortage_end (&shortage);
  tx_send (tx, "after");
  g_assert_true (tx_path_is (tx, TEST_GROUP, "v0", "ready"));
}

static void
test_receiver_on_lo_without_descriptors (World *world)
{
  g_autoptr (McastInterfaceMonitor) monitor = NULL;
  g_autoptr (McastRxSocket) rx = NULL;
  Shortage shortage;

  netns_ip (world->here, "route add 224.0.0.0/4 dev lo\n");
  rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, NULL);
  g_assert_true (rx_path_is (rx, TEST_GROUP, "lo", "joined"));
  monitor = mcast_interface_monitor_get_default ();
  change_mtu (world, monitor, &shortage);
  g_assert_true (rx_path_is (rx, TEST_GROUP, "lo", "joined"));
  shortage_end (&shortage);
  g_assert_true (rx_path_is (rx, TEST_GROUP, "lo", "joined"));
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  world_test_add ("/routes/changes", 2, test_changes);
  world_test_add ("/routes/source-removed", 2, test_source_removed);
  world_test_add ("/routes/rule", 2, test_rule);
  world_test_add ("/routes/without-descriptors/sender", 1, test_sender_without_descriptors);
  world_test_add ("/routes/without-descriptors/receiver-on-lo", 1,
                  test_receiver_on_lo_without_descriptors);
  return g_test_run ();
}
