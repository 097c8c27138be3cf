/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

/* Interfaces that belong to another one, and names beside the name. */

/* --- Ports of a bridge ------------------------------------------------------------------- */

/* The number of messages that name the master. */
static guint n_messages;

static GLogWriterOutput
count_messages (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE") && level == G_LOG_LEVEL_MESSAGE
        && strstr (fields[i].value, "port of br0") != NULL)
      n_messages++;
  return G_LOG_WRITER_HANDLED;
}

/* v0 becomes a port of the new bridge br0. */
static void
enslave (World *world)
{
  netns_add_bridge (world->here, "br0", NULL);
  netns_ip (world->here, "link set dev v0 master br0\n");
}

static void
test_port_getters (World *world)
{
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GError) error = NULL;

  enslave (world);
  found = mcast_interface_find (WORDS ("v0", "br0"), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (mcast_interface_get_master (found->pdata[0]), ==, "br0");
  g_assert_cmpstr (mcast_interface_get_kind (found->pdata[0]), ==, "veth");
  g_assert_null (mcast_interface_get_master (found->pdata[1]));
  g_assert_cmpstr (mcast_interface_get_kind (found->pdata[1]), ==, "bridge");
}

/* Only the bridge is joined, and a port that is released is joined again. */
static void
test_port_received (World *world)
{
  const char *group = world->family->group;
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (group), TEST_PORT, WORDS ("*"));

  g_assert_cmpuint (netns_group_users (world->here, "v0", group), ==, 1);
  enslave (world);
  netns_assert_soon (netns_group_users (world->here, "v0", group) == 0);
  netns_assert_soon (netns_group_users (world->here, "br0", group) == 1);
  plain_send (world->there, "v0", group, TEST_PORT, "text");
  rx_assert_receives (rx, "text");
  netns_ip (world->here, "link set dev v0 nomaster\n");
  netns_assert_soon (netns_group_users (world->here, "v0", group) == 1);
}

static void
test_port_sent (World *world)
{
  const char *group = world->family->group;
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (McastTxSocket) tx = NULL;

  enslave (world);
  netns_address_add (world->here, "br0", "192.0.2.1/24");
  netns_address_add (world->here, "br0", "fd00:99::1/64");
  netns_address_add (world->here, "br0", "fe80::99/64");
  receiver = plain_receiver_new (world->there, "v0", group, TEST_PORT);
  tx = tx_new (WORDS (group), TEST_PORT, WORDS ("*"));
  tx_send (tx, "text");
  plain_assert_receives (receiver, "text");
  tx_send (tx, "last");
  plain_assert_receives (receiver, "last");
  g_assert_cmpuint (tx_counter (tx, "accepted"), ==, 2);
}

/* It works, as the ports of some bridges do, with a message that is logged once. */
static void
test_port_named (World *world)
{
  g_autoptr (McastRxSocket) rx = NULL;

  enslave (world);
  g_log_set_writer_func (count_messages, NULL, NULL);
  rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_assert_cmpuint (n_messages, ==, 1);
  g_assert_cmpuint (netns_group_users (world->here, "v0", TEST_GROUP), ==, 1);
  netns_ip (world->here, "link set dev v0 mtu 1400\n");
  netns_link_set_down (world->here, "v0");
  netns_assert_soon (rx_path_is (rx, TEST_GROUP, "v0", "joined"));
  g_assert_cmpuint (n_messages, ==, 1);
}

/* --- Names ------------------------------------------------------------------------------- */

static void
test_alternative_name (World *world)
{
  const char *group = world->family->group;
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v0", group, TEST_PORT);

  netns_ip (world->here, "link property add dev v0 altname enx00112233445566long\n");
  rx = rx_new (WORDS (group), TEST_PORT, WORDS ("enx00112233445566long"));
  plain_send (world->there, "v0", group, TEST_PORT, "text");
  rx_assert_receives (rx, "text");
  tx = tx_new (WORDS (group), TEST_PORT, WORDS ("enx00112233445566long"));
  tx_send (tx, "text");
  plain_assert_receives (receiver, "text");
}

/* An interface gets the name while a receiver waits for it. */
static void
test_alternative_name_appears (World *world)
{
  McastRxSocket *rx = rx_new_full ("groups", WORDS (TEST_GROUP), "port", TEST_PORT, "interfaces",
                                   WORDS ("cable"), "wait-for-interfaces", TRUE, NULL);

  netns_ip (world->here, "link property add dev v0 altname cable\n");
  netns_assert_soon (netns_group_users (world->here, "v0", TEST_GROUP) == 1);
  netns_ip (world->here, "link property del dev v0 altname cable\n");
  netns_assert_soon (netns_group_users (world->here, "v0", TEST_GROUP) == 0);
  g_object_unref (rx);
}

static void
test_label (World *world)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (McastRxSocket) rx = NULL;

  netns_ip (world->here, "addr add 192.0.2.7/24 dev v0 label v0:tv\n");
  rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0:tv"));
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "text");
  rx_assert_receives (rx, "text");
  found = mcast_interface_find (WORDS ("v0:radio"), NULL, &error);
  g_assert_null (found);
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE);
}

/* The kernel takes any bytes; as text they are escaped. */
static void
test_name_of_bytes (World *world)
{
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (McastDatagram) datagram = NULL;
  g_autoptr (GVariant) path = NULL;

  netns_link_rename (world->here, "v0", "caf\xe9");
  netns_link_set_up (world->here, "caf\xe9");
  rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("caf\xe9"));
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "text");
  datagram = rx_receive (rx);
  g_assert_cmpstr (mcast_datagram_get_interface_name (datagram), ==, "caf\\351");
  path = take_path (mcast_rx_socket_get_stats (rx), TEST_GROUP, "caf\\351");
  g_assert_nonnull (path);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  world_test_add_full ("/relations/port/getters",
                       (WorldTest) { 1, test_port_getters, .needs = NETNS_BRIDGE });
  for (guint i = 0; i < 2; i++)
    {
      const TestFamily *family = &test_families[i];
      g_autofree char *received = g_strconcat ("/relations/port/received/", family->name, NULL);
      g_autofree char *sent = g_strconcat ("/relations/port/sent/", family->name, NULL);
      g_autofree char *name = g_strconcat ("/relations/alternative-name/", family->name, NULL);

      world_test_add_full (received, (WorldTest) { 1, test_port_received, .needs = NETNS_BRIDGE,
                                                   .family = family });
      world_test_add_full (sent, (WorldTest) { 1, test_port_sent, .needs = NETNS_BRIDGE,
                                               .family = family });
      world_test_add_full (name, (WorldTest) { 1, test_alternative_name, .family = family });
    }
  world_test_add_full ("/relations/port/named",
                       (WorldTest) { 1, test_port_named, .needs = NETNS_BRIDGE });
  world_test_add ("/relations/alternative-name/appears", 1, test_alternative_name_appears);
  world_test_add ("/relations/label", 1, test_label);
  world_test_add ("/relations/name-of-bytes", 1, test_name_of_bytes);
  return g_test_run ();
}
