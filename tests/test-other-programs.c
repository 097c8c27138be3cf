/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

/* Ports that are shared with other programs. */

/* A socket on a port that is shared with SO_REUSEPORT alone, and has joined @group on v0. */
static GSocket *
load_sharer_new (World *world, const char *group)
{
  const TestFamily *family = world->family;
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GInetAddress) joined = g_inet_address_new_from_string (group);
  g_autoptr (GError) error = NULL;
  GSocket *self = plain_socket_new (family->socket_family);

  address = plain_address_new (family->socket_family == G_SOCKET_FAMILY_IPV4 ? "0.0.0.0" : "::",
                               TEST_PORT, 0);
  g_assert_true (g_socket_set_option (self, SOL_SOCKET, SO_REUSEPORT, 1, &error));
  if (family->socket_family == G_SOCKET_FAMILY_IPV6)
    g_assert_true (g_socket_set_option (self, IPPROTO_IPV6, IPV6_V6ONLY, 1, &error));
  /* Without g_socket_bind(), which sets the options itself. */
  {
    struct sockaddr_storage native;
    gssize size = g_socket_address_get_native_size (address);

    g_assert_true (g_socket_address_to_native (address, &native, sizeof native, &error));
    g_assert_cmpint (bind (g_socket_get_fd (self), (struct sockaddr *) &native, (socklen_t) size),
                     ==, 0);
  }
  g_assert_true (g_socket_join_multicast_group (self, joined, FALSE, "v0", &error));
  return self;
}

/* Each gets every datagram of its group, and the unicast is the other program's. */
static void
test_load_sharer (World *world)
{
  const TestFamily *family = world->family;
  g_autoptr (GSocket) other = load_sharer_new (world, family->other_group);
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));
  g_autofree char *unicast = test_family_address (family, world->here, "v0");

  for (guint i = 0; i < 20; i++)
    {
      plain_send (world->there, "v0", family->group, TEST_PORT, "mine");
      plain_send (world->there, "v0", unicast, TEST_PORT, "unicast");
      plain_send (world->there, "v0", family->other_group, TEST_PORT, "theirs");
      rx_assert_receives (rx, "mine");
    }
  rx_assert_empty (rx);
  g_assert_cmpuint (rx_counter (rx, "filtered"), ==, 0);
  /* It gets the first group, too, as every socket does that has not restricted itself. */
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *text = NULL;

      do
        {
          g_free (text);
          text = plain_receive (other, NULL);
        }
      while (g_str_equal (text, "mine"));
      g_assert_cmpstr (text, ==, "unicast");
      plain_assert_receives (other, "theirs");
    }
}

/* A socket for several groups cannot be bound to one; the error says what the other program did. */
static void
test_load_sharer_link_local (World *world)
{
  GSocket *other = load_sharer_new (world, TEST_GROUP6);
  g_autoptr (GError) error = NULL;
  g_autoptr (McastRxSocket) rx = NULL;

  rx = mcast_rx_socket_new (WORDS (TEST_GROUP6_LOCAL), TEST_PORT, WORDS ("v0"), &error);
  g_assert_null (rx);
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE, "SO_REUSEPORT");
  g_object_unref (other);
}

static McastTxSocket *
fixed_sender_new (World *world)
{
  return tx_new_full ("groups", WORDS (world->family->group), "port", TEST_PORT, "interfaces",
                      WORDS ("v0"), "source-port", TEST_PORT, NULL);
}

static void
assert_sends_from_port (World *world, McastTxSocket *tx)
{
  g_autoptr (GSocket)
    receiver = plain_receiver_new (world->there, "v0", world->family->group, TEST_PORT);
  g_autoptr (GSocketAddress) from = NULL;

  tx_send (tx, "text");
  g_free (plain_receive (receiver, &from));
  g_assert_cmpuint (plain_address_port (from), ==, TEST_PORT);
}

/* One port for both directions, in either order. */
static void
test_fixed_port (World *world)
{
  const TestFamily *family = world->family;
  g_autoptr (McastTxSocket) first = fixed_sender_new (world);
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (family->other_group), TEST_PORT, WORDS ("v0"));
  g_autoptr (McastTxSocket) second = fixed_sender_new (world);

  assert_sends_from_port (world, first);
  assert_sends_from_port (world, second);
  plain_send (world->there, "v0", family->other_group, TEST_PORT, "text");
  rx_assert_receives (rx, "text");
}

/* A responder on all groups of its port. */
static void
test_fixed_port_beside_responder (World *world)
{
  GSocket *responder = plain_bound_new (world->here, world->family->socket_family, TEST_PORT);
  g_autoptr (McastTxSocket) tx = fixed_sender_new (world);

  assert_sends_from_port (world, tx);
  g_object_unref (responder);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  for (guint i = 0; i < 2; i++)
    {
      const TestFamily *family = &test_families[i];
      g_autofree char *path = g_strconcat ("/other-programs/load-sharer/", family->name, NULL);

      world_test_add_full (path, (WorldTest) { 1, test_load_sharer, .family = family });
    }
  world_test_add_full ("/other-programs/load-sharer/ipv6-link-local",
                       (WorldTest) { 1, test_load_sharer_link_local, .family = &test_families[2] });
  world_test_add_families ("/other-programs/fixed-port", 1, test_fixed_port);
  world_test_add_families ("/other-programs/fixed-port/beside-responder", 1,
                           test_fixed_port_beside_responder);
  return g_test_run ();
}
