/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

/* A socket delivers nothing that it was not asked for. Every test lets a plain socket of the same
 * machine join what is not wanted, so that the kernel takes it in, and waits until that socket has
 * it; then something wanted follows, which must come first. */

static void
test_other_group (World *world)
{
  const TestFamily *family = world->family;
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));
  g_autoptr (GSocket)
    witness = plain_receiver_new (world->here, "v0", family->other_group, TEST_PORT);

  plain_send (world->there, "v0", family->other_group, TEST_PORT, "of others");
  plain_assert_receives (witness, "of others");
  plain_send (world->there, "v0", family->group, TEST_PORT, "ours");
  rx_assert_receives (rx, "ours");
  rx_assert_empty (rx);
}

/* Also when many groups share one socket of the system. */
static void
test_other_group_beside_many (World *world)
{
  const TestFamily *family = world->family;
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));
  g_autoptr (GSocket)
    witness = plain_receiver_new (world->here, "v0", family->other_group, TEST_PORT);

  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *group = test_family_group (family, i);

      g_assert_true (mcast_rx_socket_join (rx, group, NULL));
    }
  plain_send (world->there, "v0", family->other_group, TEST_PORT, "of others");
  plain_assert_receives (witness, "of others");
  plain_send (world->there, "v0", family->group, TEST_PORT, "ours");
  rx_assert_receives (rx, "ours");
  rx_assert_empty (rx);
}

static void
test_other_interface (World *world)
{
  const TestFamily *family = world->family;
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));
  g_autoptr (GSocket) witness = plain_receiver_new (world->here, "v1", family->group, TEST_PORT);

  plain_send (world->there, "v1", family->group, TEST_PORT, "elsewhere");
  plain_assert_receives (witness, "elsewhere");
  plain_send (world->there, "v0", family->group, TEST_PORT, "here");
  rx_assert_receives (rx, "here");
  rx_assert_empty (rx);
  rx_assert_sums (rx);
}

/* One group on one interface, another on the other: not the product of both. */
static void
test_interface_of_group (World *world)
{
  const TestFamily *family = world->family;
  g_autofree char *first = g_strdup_printf ("%s%%v0", family->group);
  g_autofree char *second = g_strdup_printf ("%s%%v1", family->other_group);
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (first, second), TEST_PORT, NULL);
  g_autoptr (GSocket) witness = plain_receiver_new (world->here, "v1", family->group, TEST_PORT);

  plain_send (world->there, "v1", family->group, TEST_PORT, "crossed");
  plain_assert_receives (witness, "crossed");
  plain_send (world->there, "v1", family->other_group, TEST_PORT, "second");
  rx_assert_receives (rx, "second");
  plain_send (world->there, "v0", family->group, TEST_PORT, "first");
  rx_assert_receives (rx, "first");
}

static void
test_unicast (World *world)
{
  const TestFamily *family = world->family;
  gboolean is_ipv4 = family->socket_family == G_SOCKET_FAMILY_IPV4;
  g_autofree char *own = is_ipv4 ? netns_ipv4 (world->here, "v0") : netns_ipv6 (world->here, "v0");
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));

  plain_send (world->there, "v0", own, TEST_PORT, "to one");
  plain_send (world->here, "lo", own, TEST_PORT, "to one from here");
  if (is_ipv4)
    {
      g_autoptr (GSocket)
        sender = plain_sender_new (world->there, "v0", G_SOCKET_FAMILY_IPV4, NULL);
      g_autoptr (GSocketAddress) all = plain_address_new ("255.255.255.255", TEST_PORT, 0);

      g_socket_set_broadcast (sender, TRUE);
      netns_add_default_route (world->there, G_SOCKET_FAMILY_IPV4, "v0");
      plain_send_data (sender, all, "to all", 6);
    }
  plain_send (world->there, "v0", family->group, TEST_PORT, "to many");
  rx_assert_receives (rx, "to many");
  rx_assert_empty (rx);
  rx_assert_sums (rx);
}

static void
test_other_port (World *world)
{
  const TestFamily *family = world->family;
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));
  g_autoptr (GSocket) witness = plain_receiver_new (world->here, "v0", family->group, 6000);

  plain_send (world->there, "v0", family->group, 6000, "other port");
  plain_assert_receives (witness, "other port");
  plain_send (world->there, "v0", family->group, TEST_PORT, "our port");
  rx_assert_receives (rx, "our port");
}

static void
test_two_objects (World *world)
{
  const TestFamily *family = world->family;
  g_autoptr (McastRxSocket) first = rx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));
  g_autoptr (McastRxSocket) second = rx_new (WORDS (family->other_group), TEST_PORT, WORDS ("v0"));
  g_autoptr (McastRxSocket)
    both = rx_new (WORDS (family->group, family->other_group), TEST_PORT, WORDS ("v0"));

  for (guint i = 0; i < 20; i++)
    {
      plain_send (world->there, "v0", family->group, TEST_PORT, "first");
      plain_send (world->there, "v0", family->other_group, TEST_PORT, "second");
      rx_assert_receives (first, "first");
      rx_assert_receives (second, "second");
      mcast_datagram_unref (rx_receive (both));
      mcast_datagram_unref (rx_receive (both));
    }
  rx_assert_empty (first);
  rx_assert_empty (second);
  rx_assert_empty (both);
}

/* Each of several sockets of one group gets every datagram. */
static void
test_same_group_in_several_objects (World *world)
{
  const TestFamily *family = world->family;
  McastRxSocket *sockets[5];
  g_autoptr (GSocket) plain = plain_receiver_new (world->here, "v0", family->group, TEST_PORT);

  for (guint i = 0; i < 5; i++)
    sockets[i] = rx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));
  for (guint i = 0; i < 20; i++)
    plain_send (world->there, "v0", family->group, TEST_PORT, "to each");
  for (guint i = 0; i < 5; i++)
    {
      for (guint j = 0; j < 20; j++)
        rx_assert_receives (sockets[i], "to each");
      rx_assert_empty (sockets[i]);
      g_object_unref (sockets[i]);
    }
  for (guint j = 0; j < 20; j++)
    plain_assert_receives (plain, "to each");
}

/* After leaving, although the rest of the machine stays. */
static void
test_left_group (World *world)
{
  const TestFamily *family = world->family;
  g_autoptr (McastRxSocket)
    rx = rx_new (WORDS (family->group, family->other_group), TEST_PORT, WORDS ("v0", "v1"));
  g_autoptr (GSocket)
    witness = plain_receiver_new (world->here, "v0", family->other_group, TEST_PORT);
  g_autoptr (GSocket) witness_of_interface = NULL;

  g_assert_true (mcast_rx_socket_leave (rx, family->other_group, NULL));
  plain_send (world->there, "v0", family->other_group, TEST_PORT, "left");
  plain_assert_receives (witness, "left");
  plain_send (world->there, "v0", family->group, TEST_PORT, "kept");
  rx_assert_receives (rx, "kept");

  g_assert_true (mcast_rx_socket_remove_interface (rx, "v1", NULL));
  witness_of_interface = plain_receiver_new (world->here, "v1", family->group, TEST_PORT);
  plain_send (world->there, "v1", family->group, TEST_PORT, "removed");
  plain_assert_receives (witness_of_interface, "removed");
  plain_send (world->there, "v0", family->group, TEST_PORT, "still kept");
  rx_assert_receives (rx, "still kept");
}

/* An interface that vanished had an index which another one may get. What comes in on that one was
 * not asked for, whatever the socket remembers of the first. */
static void
test_index_of_another (World *world)
{
  const TestFamily *family = world->family;
  g_autoptr (McastRxSocket)
    rx = rx_new (WORDS (family->group, family->other_group), TEST_PORT, WORDS ("v0"));
  g_autoptr (GSocket) witness = NULL;
  guint index = netns_index (world->here, "v0");

  netns_link_recreate (world->here, "v0", index + 50, 0);
  netns_assert_soon (netns_group_users (world->here, "v0", family->group) == 1);
  netns_ip (world->here,
            "link add name w0 index %u type veth peer name w1\n"
            "link set dev w0 up\nlink set dev w1 up\n"
            "addr add 192.0.2.1/24 dev w0\naddr add 2001:db8::1/64 dev w0 nodad\n"
            "addr add 192.0.2.2/24 dev w1\naddr add 2001:db8::2/64 dev w1 nodad\n"
            "addr add fe80::77:1/64 dev w0 nodad\n"
            "addr add fe80::77:2/64 dev w1 nodad\n",
            index);
  netns_sysctl (world->here, "ipv4/conf/w0/accept_local", "1");
  g_assert_cmpuint (netns_index (world->here, "w0"), ==, index);
  witness = plain_receiver_new (world->here, "w0", family->group, TEST_PORT);
  plain_send (world->here, "w1", family->group, TEST_PORT, "another");
  plain_assert_receives (witness, "another");
  netns_assert_soon (netns_group_users (world->here, "v0", family->group) == 1);
  plain_send (world->there, "v0", family->group, TEST_PORT, "ours");
  rx_assert_receives (rx, "ours");
  rx_assert_empty (rx);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  /* A socket that loses its interface says so in the log. */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  world_test_add_families ("/isolation/other-group", 1, test_other_group);
  world_test_add_families ("/isolation/other-group-beside-many", 1, test_other_group_beside_many);
  world_test_add_families ("/isolation/other-interface", 2, test_other_interface);
  world_test_add_families ("/isolation/interface-of-group", 2, test_interface_of_group);
  world_test_add_families ("/isolation/unicast", 1, test_unicast);
  world_test_add_families ("/isolation/other-port", 1, test_other_port);
  world_test_add_families ("/isolation/two-objects", 1, test_two_objects);
  world_test_add_families ("/isolation/same-group-in-several-objects", 1,
                           test_same_group_in_several_objects);
  world_test_add_families ("/isolation/left-group", 2, test_left_group);
  world_test_add_families ("/isolation/index-of-another", 1, test_index_of_another);
  return g_test_run ();
}
