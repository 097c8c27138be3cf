/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

#include <malloc.h>
#include <unistd.h>

static gboolean
is_ipv4 (const char *address)
{
  return strchr (address, ':') == NULL;
}

/* Nothing else is there after what is sent last. */
static void
assert_only (GSocket *receiver, World *world, const char *name, const char *group)
{
  plain_send (world->here, name, group, TEST_PORT, "the end");
  plain_assert_receives (receiver, "the end");
}

/* --- Where it goes ----------------------------------------------------------------------- */

static void
test_every_group_on_every_interface (World *world)
{
  const TestFamily *family = world->family;
  const char *const groups[] = { family->group, family->other_group, NULL };
  const char *const names[] = { "v0", "v2" };
  g_autoptr (McastTxSocket) tx = tx_new (groups, TEST_PORT, WORDS ("v0", "v2"));
  g_autoptr (GSocket) elsewhere = plain_receiver_new (world->there, "v1", family->group, TEST_PORT);

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GSocket)
        receiver = plain_receiver_new (world->there, names[i / 2], groups[i % 2], 6000 + i);
      g_autoptr (McastTxSocket) one = tx_new (groups, 6000 + i, WORDS ("v0", "v2"));

      tx_send (one, "all");
      plain_assert_receives (receiver, "all");
    }
  tx_send (tx, "not on v1");
  assert_only (elsewhere, world, "v1", family->group);
}

static void
test_interface_of_group (World *world)
{
  g_autoptr (GSocket) on_v0 = plain_receiver_new (world->there, "v0", TEST_GROUP, 6000);
  g_autoptr (GSocket) on_v1 = plain_receiver_new (world->there, "v1", TEST_GROUP_2, TEST_PORT);
  g_autoptr (McastTxSocket)
    tx = tx_new (WORDS (TEST_GROUP "%v0:6000", TEST_GROUP_2), TEST_PORT, WORDS ("v1"));

  tx_send (tx, "each its own");
  plain_assert_receives (on_v0, "each its own");
  plain_assert_receives (on_v1, "each its own");
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 2);
}

/* Chosen by name, index and address it is one interface, and one datagram. */
static void
test_same_interface_thrice (World *world)
{
  g_autofree char *index = g_strdup_printf ("%u", netns_index (world->here, "v0"));
  g_autofree char *address = netns_ipv6_local (world->here, "v0");
  g_autoptr (McastTxSocket)
    tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0", index, address, "*", "v0"));
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);

  tx_send (tx, "once");
  plain_assert_receives (receiver, "once");
  assert_only (receiver, world, "v0", TEST_GROUP);
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 1);
}

static void
test_any_interface (World *world)
{
  g_autoptr (GSocket) on_v0 = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  g_autoptr (GSocket) on_v1 = plain_receiver_new (world->there, "v1", TEST_GROUP6, TEST_PORT);
  g_autoptr (McastTxSocket) tx = NULL;

  netns_ip (world->here, "addr flush dev v1\n");
  netns_address_add (world->here, "v1", "2001:db8::1/64");
  tx = tx_new (WORDS (TEST_GROUP, TEST_GROUP6), TEST_PORT, WORDS ("*"));
  tx_send (tx, "as it can");
  plain_assert_receives (on_v0, "as it can");
  plain_assert_receives (on_v1, "as it can");
  /* An interface without IPv4 is not meant by "*" for an IPv4 group. */
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 3);
  g_assert_cmpuint (tx_counter (tx, "refused"), ==, 0);
}

static void
test_default_route (World *world)
{
  const TestFamily *family = world->family;
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v1", family->group, TEST_PORT);
  g_autoptr (McastTxSocket) tx = NULL;

  netns_add_default_route (world->here, family->socket_family, "v1");
  tx = tx_new (WORDS (family->group), TEST_PORT, NULL);
  tx_send (tx, "the route's");
  plain_assert_receives (receiver, "the route's");
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 1);
}

/* A route to the groups counts more than the default one. */
static void
test_route_to_group (World *world)
{
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v1", TEST_GROUP, TEST_PORT);
  g_autoptr (McastTxSocket) tx = NULL;

  netns_add_default_route (world->here, G_SOCKET_FAMILY_IPV4, "v0");
  netns_ip (world->here, "route add 233.252.0.0/24 dev v1\n");
  tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, NULL);
  tx_send (tx, "this way");
  plain_assert_receives (receiver, "this way");
}

/* When the route changes, so does the way. */
static void
test_route_changes (World *world)
{
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v1", TEST_GROUP, TEST_PORT);
  g_autoptr (McastTxSocket) tx = NULL;

  netns_add_default_route (world->here, G_SOCKET_FAMILY_IPV4, "v0");
  tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, NULL);
  netns_ip (world->here, "route replace default dev v1\n");
  netns_assert_soon (tx_path_is (tx, TEST_GROUP, "v1", "ready"));
  tx_send (tx, "the other way");
  plain_assert_receives (receiver, "the other way");
}

static void
test_lo (World *world)
{
  g_autoptr (GSocket) four = plain_receiver_new (world->here, "lo", TEST_GROUP, TEST_PORT);
  g_autoptr (GSocket) six = plain_receiver_new (world->here, "lo", TEST_GROUP6, TEST_PORT);
  g_autoptr (McastTxSocket) tx = NULL;

  netns_add_lo_route (world->here);
  tx = tx_new (WORDS (TEST_GROUP, TEST_GROUP6), TEST_PORT, WORDS ("lo"));
  tx_send (tx, "around");
  plain_assert_receives (four, "around");
  plain_assert_receives (six, "around");
}

/* Where IPv6 has no way on lo, the error says how to make one, and what it says works. */
static void
test_lo_remedy (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP6), TEST_PORT, WORDS ("lo"));
  g_autoptr (GSocket) six = plain_receiver_new (world->here, "lo", TEST_GROUP6, TEST_PORT);
  g_autoptr (GError) error = NULL;
  g_autofree char *remedy = NULL;
  const char *command;

  g_assert_false (tx_try_send (tx, "lost", &error));
  g_assert_nonnull (error);
  command = strstr (error->message, "ip -6 route ");
  g_assert_nonnull (command);
  remedy = g_strdup (command + strlen ("ip -6 "));
  remedy[strcspn (remedy, "\n;,)")] = '\0';
  netns_ip (world->here, "%s\n", remedy);
  tx_send (tx, "found");
  plain_assert_receives (six, "found");
}

/* --- What it carries --------------------------------------------------------------------- */

static void
test_sizes (World *world)
{
  const TestFamily *family = world->family;
  static const gsize sizes[] = { 0, 1, 1452, 1472, 1473, 9000, 65507 };
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;
  g_autofree guint8 *payload = g_malloc (65507);
  g_autofree guint8 *buffer = g_malloc (65535);

  for (gsize i = 0; i < 65507; i++)
    payload[i] = (guint8) (i * 11 + (i >> 8));
  receiver = plain_receiver_new (world->there, "v0", family->group, TEST_PORT);
  tx = tx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (payload, sizes[i]);
      g_autoptr (GError) error = NULL;
      gssize size;

      g_assert_true (mcast_tx_socket_send (tx, bytes, NULL, &error));
      g_assert_no_error (error);
      size = g_socket_receive (receiver, (char *) buffer, 65535, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpmem (buffer, size, payload, sizes[i]);
    }
}

static GSocket *
detailed_receiver_new (World *world, const char *group)
{
  GSocket *receiver = plain_receiver_new (world->there, "v0", group, TEST_PORT);

  plain_request_header (receiver);
  return receiver;
}

static void
test_ttl (World *world)
{
  const TestFamily *family = world->family;
  g_autoptr (GSocket) receiver = detailed_receiver_new (world, family->group);
  g_autoptr (GError) error = NULL;
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));
  int hops, traffic_class;

  tx_send (tx, "x");
  plain_receive_header (receiver, &hops, &traffic_class);
  g_assert_cmpint (hops, ==, 1);
  g_assert_cmpint (traffic_class, ==, 0);
  g_assert_true (mcast_tx_socket_set_ttl (tx, 255, &error));
  tx_send (tx, "x");
  plain_receive_header (receiver, &hops, &traffic_class);
  g_assert_cmpint (hops, ==, 255);
  g_assert_false (mcast_tx_socket_set_ttl (tx, 256, &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "256");
  g_assert_cmpuint (mcast_tx_socket_get_ttl (tx), ==, 255);
  /* 0 does not leave the machine. */
  g_assert_true (mcast_tx_socket_set_ttl (tx, 0, NULL));
  tx_send (tx, "stays");
  assert_only (receiver, world, "v0", family->group);
}

/* Also a destination that is given with a datagram, and more groups than a socket may join. */
static void
test_ttl_0_of_many (World *world)
{
  g_autoptr (McastTxSocket) many = NULL;
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  g_autoptr (GSocketAddress) to = plain_address_new (TEST_GROUP, TEST_PORT, 0);
  g_autoptr (McastTxSocket) tx = tx_new_full ("interfaces", WORDS ("v0"), "ttl", 0, NULL);
  g_autoptr (GBytes) payload = g_bytes_new_static ("stays", 5);
  g_autoptr (GError) error = NULL;

  g_assert_true (mcast_tx_socket_send_to (tx, to, payload, NULL, &error));
  assert_only (receiver, world, "v0", TEST_GROUP);

  many = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  for (guint i = 2; i < 40; i++)
    {
      g_autofree char *group = g_strdup_printf ("233.252.0.%u", i);

      g_assert_true (mcast_tx_socket_add_group (many, group, NULL));
    }
  g_assert_true (mcast_tx_socket_set_ttl (many, 0, &error));
  g_assert_no_error (error);
  g_assert_true (mcast_tx_socket_set_loopback (many, FALSE, &error));
  tx_send (many, "stays");
  assert_only (receiver, world, "v0", TEST_GROUP);
}

static void
test_dscp (World *world)
{
  const TestFamily *family = world->family;
  static const int values[] = { 46, 63, 0, 8, -1 };
  g_autoptr (GSocket) receiver = detailed_receiver_new (world, family->group);
  g_autoptr (GError) error = NULL;
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));

  g_assert_cmpint (mcast_tx_socket_get_dscp (tx), ==, -1);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      int hops, traffic_class;

      g_assert_true (mcast_tx_socket_set_dscp (tx, values[i], &error));
      g_assert_cmpint (mcast_tx_socket_get_dscp (tx), ==, values[i]);
      tx_send (tx, "x");
      plain_receive_header (receiver, &hops, &traffic_class);
      g_assert_cmpint (traffic_class, ==, MAX (values[i], 0) << 2);
    }
  g_assert_false (mcast_tx_socket_set_dscp (tx, 64, &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "64");
  g_clear_error (&error);
  g_assert_false (mcast_tx_socket_set_dscp (tx, -2, &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "-2");
}

static void
test_set_at_construction (World *world)
{
  g_autoptr (GSocket) receiver = detailed_receiver_new (world, TEST_GROUP6);
  g_autoptr (McastTxSocket)
    tx = tx_new_full ("groups", WORDS (TEST_GROUP6), "port", TEST_PORT, "interfaces", WORDS ("v0"),
                      "ttl", 33, "dscp", 10, NULL);
  int hops, traffic_class;

  tx_send (tx, "x");
  plain_receive_header (receiver, &hops, &traffic_class);
  g_assert_cmpint (hops, ==, 33);
  g_assert_cmpint (traffic_class, ==, 40);
  /* What is set before a family is used holds for it as well. */
  g_clear_object (&receiver);
  receiver = detailed_receiver_new (world, TEST_GROUP);
  g_assert_true (mcast_tx_socket_add_group (tx, TEST_GROUP, NULL));
  tx_send (tx, "x");
  plain_receive_header (receiver, &hops, &traffic_class);
  g_assert_cmpint (hops, ==, 33);
  g_assert_cmpint (traffic_class, ==, 40);
}

static void
test_loopback (World *world)
{
  const TestFamily *family = world->family;
  g_autoptr (McastRxSocket) here = rx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));
  g_autoptr (GSocket) there = plain_receiver_new (world->there, "v0", family->group, TEST_PORT);
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));

  g_assert_true (mcast_tx_socket_get_loopback (tx));
  tx_send (tx, "both");
  rx_assert_receives (here, "both");
  plain_assert_receives (there, "both");
  g_assert_true (mcast_tx_socket_set_loopback (tx, FALSE, NULL));
  tx_send (tx, "there only");
  plain_assert_receives (there, "there only");
  g_assert_true (mcast_tx_socket_set_loopback (tx, TRUE, NULL));
  tx_send (tx, "both again");
  rx_assert_receives (here, "both again");
}

/* --- Where it comes from ----------------------------------------------------------------- */

/* What get_local_addresses () says is what a receiver sees. */
static void
assert_local_address_is_true (McastTxSocket *tx, GSocket *receiver)
{
  g_autoptr (GPtrArray) addresses = mcast_tx_socket_get_local_addresses (tx);
  g_autoptr (GSocketAddress) from = NULL;
  g_autofree char *text = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *seen = NULL;

  tx_send (tx, "from");
  text = plain_receive (receiver, &from);
  g_assert_cmpstr (text, ==, "from");
  g_assert_cmpuint (addresses->len, ==, 1);
  expected = plain_address_host (addresses->pdata[0]);
  seen = plain_address_host (from);
  g_assert_cmpstr (seen, ==, expected);
  g_assert_cmpuint (plain_address_port (from), ==, plain_address_port (addresses->pdata[0]));
}

static void
test_local_address (World *world)
{
  const TestFamily *family = world->family;
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v0", family->group, TEST_PORT);
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));

  assert_local_address_is_true (tx, receiver);
}

/* Of several addresses, too, whichever the kernel takes. */
static void
test_local_address_of_several (World *world)
{
  const TestFamily *family = world->family;
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;
  g_autofree char *first = NULL;

  netns_address_add (world->here, "v0", "192.0.2.1/24");
  netns_address_add (world->here, "v0", "192.0.2.2/24");
  netns_address_add (world->here, "v0", "2001:db8::1/64");
  netns_address_add (world->here, "v0", "2001:db8::2/128");
  netns_ip (world->here, "addr add 169.254.7.7/16 dev v0 scope link\n"
                         "addr add 2001:db8::3/64 dev v0 nodad preferred_lft 0\n");
  receiver = plain_receiver_new (world->there, "v0", family->group, TEST_PORT);
  tx = tx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));
  assert_local_address_is_true (tx, receiver);
  /* The first one is taken away, and comes back as the last. */
  first = netns_ipv4 (world->here, "v0");
  netns_ip (world->here, "addr del %s/24 dev v0\naddr add %s/24 dev v0\n", first, first);
  netns_assert_soon (tx_path_is (tx, family->group, "v0", "ready"));
  assert_local_address_is_true (tx, receiver);
}

/* On lo the kernel would rather take the address of another interface. */
static void
test_local_address_of_lo (World *world)
{
  const char *group = world->data;
  g_autoptr (GSocket) receiver = plain_receiver_new (world->here, "lo", group, TEST_PORT);
  g_autoptr (McastTxSocket) tx = NULL;

  netns_add_lo_route (world->here);
  tx = tx_new (WORDS (group), TEST_PORT, WORDS ("lo"));
  assert_local_address_is_true (tx, receiver);
}

/* One for each path, in the order of the paths. */
static void
test_local_addresses_of_paths (World *world)
{
  g_autoptr (McastTxSocket)
    tx = tx_new (WORDS (TEST_GROUP, TEST_GROUP6), TEST_PORT, WORDS ("v0", "v1"));
  g_autoptr (GPtrArray) addresses = mcast_tx_socket_get_local_addresses (tx);
  g_autoptr (GVariant) stats = mcast_tx_socket_get_stats (tx);
  g_autoptr (GVariant) paths = g_variant_lookup_value (stats, "paths", NULL);

  g_assert_cmpuint (addresses->len, ==, 4);
  g_assert_cmpuint (g_variant_n_children (paths), ==, 4);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GVariant) path = g_variant_get_child_value (paths, i);
      g_autofree char *host = plain_address_host (addresses->pdata[i]);
      g_autofree char *expected = NULL;
      const char *group;
      const char *name;

      g_assert_true (g_variant_lookup (path, "group", "&s", &group));
      g_assert_true (g_variant_lookup (path, "interface", "&s", &name));
      expected = test_family_address (&test_families[is_ipv4 (group) ? 0 : 1], world->here, name);
      g_assert_cmpstr (host, ==, expected);
    }
}

static McastTxSocket *
pinned_new (const char *group, const char *source, GError **error)
{
  return g_initable_new (MCAST_TYPE_TX_SOCKET, NULL, error, "groups", WORDS (group), "port",
                         TEST_PORT, "interfaces", WORDS ("v0"), "source-address", source, NULL);
}

static void
test_source_address (World *world)
{
  const TestFamily *family = world->family;
  const char *source = family->sources[0];
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v0", family->group, TEST_PORT);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) from = NULL;
  g_autofree char *text = NULL;
  g_autofree char *seen = NULL;

  test_family_add_source (family, world->here, "v0", 0);
  tx = pinned_new (family->group, source, &error);
  g_assert_no_error (error);
  tx_send (tx, "pinned");
  text = plain_receive (receiver, &from);
  seen = plain_address_host (from);
  g_assert_cmpstr (seen, ==, source);

  /* Without the address nothing goes out with another one. */
  test_family_remove_source (family, world->here, "v0", 0);
  netns_assert_soon (tx_path_is (tx, family->group, "v0", "failed"));
  g_assert_false (tx_try_send (tx, "no", &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NO_ADDRESS, source);
  test_family_add_source (family, world->here, "v0", 0);
  netns_assert_soon (tx_path_is (tx, family->group, "v0", "ready"));
  tx_send (tx, "pinned again");
  plain_assert_receives (receiver, "pinned again");
  tx_assert_sums (tx);
}

/* The zone of a link-local address selects the interface, of a sender and of a receiver. */
static void
test_source_zone (World *world)
{
  const char *group = "ff12::1234";
  g_autofree char *address = netns_ipv6_local (world->here, "v1");
  g_autofree char *source = g_strconcat (address, "%v1", NULL);
  g_autofree char *filtered = g_strdup_printf ("%s%%v1@%s", address, group);
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v1", group, TEST_PORT);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (filtered), TEST_PORT, NULL);
  g_autoptr (GSocketAddress) from = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *seen = NULL;

  g_assert_null (pinned_new (group, source, &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NO_ADDRESS, "zone");

  g_assert_cmpuint (netns_group_users (world->here, "v0", group), ==, 0);
  g_assert_cmpuint (netns_group_users (world->here, "v1", group), ==, 1);
  tx = tx_new_full ("groups", WORDS (group), "port", TEST_PORT, "source-address", source, NULL);
  tx_send (tx, "zone");
  text = plain_receive (receiver, &from);
  seen = plain_address_host (from);
  g_assert_cmpstr (seen, ==, address);
  rx_assert_receives (rx, "zone");
}

static void
test_source_address_missing (World *world)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pinned_new (TEST_GROUP, "192.0.2.99", &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NO_ADDRESS, "192.0.2.99");
  g_clear_error (&error);
  g_assert_null (pinned_new (TEST_GROUP, "fe80::1", &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_FAMILY_MISMATCH, "fe80::1");
  g_clear_error (&error);
  g_assert_null (pinned_new (TEST_GROUP, "host", &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "host");
  g_clear_error (&error);
  g_assert_null (pinned_new (TEST_GROUP, "239.1.1.1", &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "239.1.1.1");
  g_clear_error (&error);
  g_assert_null (pinned_new (TEST_GROUP, "0.0.0.0", &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "0.0.0.0");
}

static void
test_source_port (World *world)
{
  g_autoptr (McastTxSocket) second = NULL;
  g_autoptr (GSocket) four = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  g_autoptr (GSocket) six = plain_receiver_new (world->there, "v0", TEST_GROUP6, TEST_PORT);
  g_autoptr (GSocketAddress) from = NULL;
  g_autoptr (GSocket) other = NULL;
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (McastTxSocket)
    tx = tx_new_full ("groups", WORDS (TEST_GROUP, TEST_GROUP6), "port", TEST_PORT, "interfaces",
                      WORDS ("v0"), "source-port", 7777, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  tx_send (tx, "x");
  text = plain_receive (four, &from);
  g_assert_cmpuint (plain_address_port (from), ==, 7777);
  g_clear_object (&from);
  g_clear_pointer (&text, g_free);
  text = plain_receive (six, &from);
  g_assert_cmpuint (plain_address_port (from), ==, 7777);
  other = plain_socket_new (G_SOCKET_FAMILY_IPV4);
  address = plain_address_new ("0.0.0.0", 7778, 0);
  g_assert_true (g_socket_bind (other, address, FALSE, NULL));
  second = g_initable_new (MCAST_TYPE_TX_SOCKET, NULL, &error, "groups", WORDS (TEST_GROUP), "port",
                           TEST_PORT, "interfaces", WORDS ("v0"), "source-port", 7778, NULL);
  g_assert_null (second);
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE, "7778");
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE, "Could not send from");
}

/* --- send_to ----------------------------------------------------------------------------- */

static gboolean
send_to (McastTxSocket *tx, const char *group, guint port, guint scope_id, GError **error)
{
  g_autoptr (GSocketAddress) to = plain_address_new (group, port, scope_id);
  g_autoptr (GBytes) payload = g_bytes_new_static ("to", 2);

  return mcast_tx_socket_send_to (tx, to, payload, NULL, error);
}

static void
test_send_to_listed (World *world)
{
  const TestFamily *family = world->family;
  g_autoptr (GSocket) listed = plain_receiver_new (world->there, "v1", family->group, TEST_PORT);
  g_autoptr (GSocket) other = plain_receiver_new (world->there, "v1", family->other_group, 6000);
  g_autoptr (GError) error = NULL;
  g_autoptr (McastTxSocket)
    tx = tx_new (WORDS (family->group, family->other_group), TEST_PORT, WORDS ("v0", "v1"));

  g_assert_true (send_to (tx, family->group, TEST_PORT, 0, &error));
  g_assert_no_error (error);
  plain_assert_receives (listed, "to");
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 2);
  /* Another group or another port is not in the list. */
  g_assert_false (send_to (tx, family->other_group, 6000, 0, &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NOT_A_DESTINATION, "6000");
  g_clear_error (&error);
  g_assert_false (
    send_to (tx, is_ipv4 (family->group) ? "233.252.0.9" : "ff15::9", TEST_PORT, 0, &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NOT_A_DESTINATION,
                     is_ipv4 (family->group) ? "233.252.0.9" : "ff15::9");
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 2);
  g_assert_false (plain_has_data (other));
}

static void
test_send_to_scope (World *world)
{
  g_autoptr (GSocket) on_v1 = plain_receiver_new (world->there, "v1", TEST_GROUP6_LOCAL, TEST_PORT);
  g_autoptr (GError) error = NULL;
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP6_LOCAL), TEST_PORT, WORDS ("v0", "v1"));

  g_assert_true (
    send_to (tx, TEST_GROUP6_LOCAL, TEST_PORT, netns_index (world->here, "v1"), &error));
  plain_assert_receives (on_v1, "to");
  g_assert_cmpuint (tx_path_counter (tx, TEST_GROUP6_LOCAL, "v0", "accepted"), ==, 0);
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 1);
  g_assert_false (
    send_to (tx, TEST_GROUP6_LOCAL, TEST_PORT, netns_index (world->here, "lo"), &error));
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_NOT_A_DESTINATION);
}

/* A socket without groups sends to any destination. */
/* The rule for the source address holds for a destination of one datagram, too. */
static void
test_send_to_preferred_source (World *world)
{
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  g_autoptr (GSocketAddress) destination = plain_address_new (TEST_GROUP, TEST_PORT, 0);
  g_autoptr (GBytes) payload = g_bytes_new_static ("x", 1);
  g_autoptr (GSocketAddress) from = NULL;
  g_autofree char *text = NULL;
  g_autofree char *seen = NULL;

  netns_address_add (world->here, "v0", "10.99.0.7/24");
  netns_ip (world->here, "route add 233.252.0.0/24 dev v0 src 10.99.0.7\n");
  tx = tx_new (NULL, 0, WORDS ("v0"));
  g_assert_true (mcast_tx_socket_send_to (tx, destination, payload, NULL, NULL));
  text = plain_receive (receiver, &from);
  seen = plain_address_host (from);
  g_assert_cmpstr (seen, ==, "10.99.0.7");
}

static void
test_send_to_ad_hoc (World *world)
{
  const TestFamily *family = world->family;
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v1", family->group, 6000);
  g_autoptr (GError) error = NULL;
  g_autoptr (McastTxSocket) tx = tx_new (NULL, 0, WORDS ("v0", "v1"));
  g_auto (GStrv) groups = NULL;

  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (send_to (tx, family->group, 6000, 0, &error));
      g_assert_no_error (error);
      plain_assert_receives (receiver, "to");
    }
  g_assert_cmpuint (tx_counter (tx, "accepted"), ==, 6);
  /* It is no group of the socket because of that. */
  groups = mcast_tx_socket_get_groups (tx);
  g_assert_cmpuint (g_strv_length (groups), ==, 0);
  g_assert_false (tx_try_send (tx, "nowhere", &error));
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_NO_GROUPS);
}

/* A group may become one after it was a destination. */
static void
test_send_to_then_add (World *world)
{
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v0", TEST_GROUP_2, TEST_PORT);
  g_autoptr (GError) error = NULL;
  g_autoptr (McastTxSocket) tx = tx_new (NULL, 0, WORDS ("v0"));

  g_assert_true (send_to (tx, TEST_GROUP, TEST_PORT, 0, NULL));
  g_assert_true (send_to (tx, TEST_GROUP_2, TEST_PORT, 0, NULL));
  plain_assert_receives (receiver, "to");
  g_assert_true (mcast_tx_socket_add_group (tx, TEST_GROUP ":5004", &error));
  g_assert_no_error (error);
  tx_send (tx, "only to the first");
  assert_only (receiver, world, "v0", TEST_GROUP_2);
  g_assert_false (send_to (tx, TEST_GROUP_2, TEST_PORT, 0, &error));
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_NOT_A_DESTINATION);
}

/* More destinations than are remembered. */
static void
test_send_to_many (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (NULL, 0, WORDS ("v0"));
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 600; i++)
    {
      g_autofree char *group = g_strdup_printf ("233.252.%u.%u", i / 200, i % 200);

      g_assert_true (send_to (tx, group, TEST_PORT, 0, &error));
      g_assert_no_error (error);
    }
  g_assert_cmpuint (tx_counter (tx, "accepted"), ==, 600);
}

static void
send_to_numbered (McastTxSocket *tx, guint first, guint end)
{
  for (guint i = first; i < end; i++)
    {
      g_autofree char *group = g_strdup_printf ("239.%u.%u.1", i / 256, i % 256);

      g_assert_true (send_to (tx, group, TEST_PORT, 0, NULL));
    }
}

/* Destinations that are no longer remembered leave nothing but their share of the sums. The routes
 * to them are remembered for all sockets, and up to a limit, so the first round asks for them. */
static void
test_send_to_ever_new (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (NULL, 0, WORDS ("v0"));
  gsize before;

  send_to_numbered (tx, 0, 5000);
  before = mallinfo2 ().uordblks;
  send_to_numbered (tx, 0, 5000);
  g_assert_cmpuint (mallinfo2 ().uordblks, <, before + 100000);
  g_assert_cmpuint (tx_counter (tx, "accepted"), ==, 10000);
  g_assert_cmpuint (tx_counter (tx, "bytes"), ==, 2 * 10000);
  tx_assert_sums (tx);
}

static void
note_ready (McastTxSocket *tx, McastInterface *iface, gboolean ready, gpointer data)
{
  GPtrArray *names = data;

  g_assert_true (ready);
  g_ptr_array_add (names, g_strdup (mcast_interface_get_name (iface)));
  g_assert_true (send_to (tx, TEST_GROUP, TEST_PORT, 0, NULL));
}

/* The first destination makes an interface ready; a listener may send there at once. */
static void
test_send_to_becomes_ready (World *world)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (McastTxSocket) tx = tx_new (NULL, 0, WORDS ("v0"));

  mcast_tx_socket_set_event_func (tx, note_ready, names, NULL);
  g_assert_true (send_to (tx, TEST_GROUP, TEST_PORT, 0, NULL));
  g_assert_cmpuint (names->len, ==, 1);
  g_assert_cmpstr (names->pdata[0], ==, "v0");
  g_assert_cmpuint (tx_counter (tx, "accepted"), ==, 2);
  g_assert_true (send_to (tx, TEST_GROUP_2, TEST_PORT, 0, NULL));
  g_assert_cmpuint (names->len, ==, 1);
}

static void
test_send_to_mistakes (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (NULL, 0, WORDS ("v0"));
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) payload = g_bytes_new_static ("x", 1);
  g_autoptr (GSocketAddress) unix_address = NULL;

  g_assert_false (send_to (tx, "10.0.0.1", 5004, 0, &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NOT_MULTICAST, "10.0.0.1");
  g_clear_error (&error);
  g_assert_false (send_to (tx, "ff00::1", 5004, 0, &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NOT_MULTICAST, "ff00::1");
  g_clear_error (&error);
  g_assert_false (send_to (tx, TEST_GROUP, 0, 0, &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NO_PORT, TEST_GROUP);
  g_clear_error (&error);
  unix_address = g_object_new (G_TYPE_NATIVE_SOCKET_ADDRESS, NULL);
  g_assert_false (mcast_tx_socket_send_to (tx, unix_address, payload, NULL, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 0);
}

/* Where nothing leads, nothing is remembered either. */
static void
test_send_to_no_route (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (NULL, 0, NULL);
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (send_to (tx, TEST_GROUP, TEST_PORT, 0, &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NO_ROUTE, TEST_GROUP);
  netns_add_default_route (world->here, G_SOCKET_FAMILY_IPV4, "v0");
  receiver = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  netns_assert_soon (send_to (tx, TEST_GROUP, TEST_PORT, 0, NULL));
  plain_assert_receives (receiver, "to");
}

/* --- Errors ------------------------------------------------------------------------------ */

typedef struct
{
  const char *name;
  const char *group;
  guint port;
  const char *iface; /* NULL: the routes */
  gboolean is_mcast_error;
  int code;
  const char *says;
} Mistake;

static const Mistake mistakes[] = {
  { "not-multicast", "10.0.0.1", 5004, "v0", TRUE, MCAST_ERROR_NOT_MULTICAST, "10.0.0.1" },
  { "nonsense-group", "x.y", 5004, "v0", FALSE, G_IO_ERROR_INVALID_ARGUMENT, "x.y" },
  { "sources", "10.0.0.1@232.1.1.1", 5004, "v0", FALSE, G_IO_ERROR_INVALID_ARGUMENT,
    "10.0.0.1@232.1.1.1" },
  { "no-port", "239.1.1.1", 0, "v0", TRUE, MCAST_ERROR_NO_PORT, "239.1.1.1" },
  { "port", "239.1.1.1", 70000, "v0", FALSE, G_IO_ERROR_INVALID_ARGUMENT, "70000" },
  { "no-such-interface", "239.1.1.1", 5004, "eth77", TRUE, MCAST_ERROR_NO_SUCH_INTERFACE, "eth77" },
  { "no-such-address", "239.1.1.1", 5004, "192.0.2.77", TRUE, MCAST_ERROR_NO_SUCH_INTERFACE,
    "192.0.2.77" },
  { "interface-of-group", "239.1.1.1%eth78", 5004, "v0", TRUE, MCAST_ERROR_NO_SUCH_INTERFACE,
    "eth78" },
  { "ambiguous-interface", "239.1.1.1", 5004, "192.0.2.1", TRUE, MCAST_ERROR_AMBIGUOUS_INTERFACE,
    "192.0.2.1" },
  { "no-address", "239.1.1.1", 5004, "bare", TRUE, MCAST_ERROR_NO_ADDRESS, "bare" },
  { "no-ipv6-address", "ff15::1", 5004, "bare", TRUE, MCAST_ERROR_NO_ADDRESS, "bare" },
  { "no-route", "239.1.1.1", 5004, NULL, TRUE, MCAST_ERROR_NO_ROUTE, "239.1.1.1" },
  { "nonsense-interface", "239.1.1.1", 5004, "a b", FALSE, G_IO_ERROR_INVALID_ARGUMENT, "a b" },
};

/* What the mistakes are about. */
static void
add_mistaken_interfaces (World *world)
{
  netns_address_add (world->here, "v0", "192.0.2.1/24");
  netns_address_add (world->here, "v1", "192.0.2.1/24");
  netns_add_veth (world->here, "bare", world->there, "bare",
                  NETNS_LINK_NO_IPV4 | NETNS_LINK_NO_IPV6);
}

static void
test_mistake (World *world)
{
  const Mistake *mistake = world->data;
  const char *const interfaces[] = { mistake->iface, NULL };
  GQuark domain = mistake->is_mcast_error ? MCAST_ERROR : G_IO_ERROR;
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GError) error = NULL;

  add_mistaken_interfaces (world);
  tx = mcast_tx_socket_new (WORDS (mistake->group), mistake->port, interfaces, &error);
  g_assert_null (tx);
  assert_error_says (error, domain, mistake->code, mistake->says);
}

static void
test_mistake_later (World *world)
{
  const Mistake *mistake = world->data;
  const char *group = is_ipv4 (mistake->group) ? TEST_GROUP ":5004" : TEST_GROUP6;
  gboolean is_of_group = g_str_equal (mistake->iface, "v0");
  GQuark domain = mistake->is_mcast_error ? MCAST_ERROR : G_IO_ERROR;
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) groups = NULL;

  add_mistaken_interfaces (world);
  tx = tx_new (WORDS (group), mistake->port, WORDS ("v0"));
  g_assert_false (is_of_group ? mcast_tx_socket_add_group (tx, mistake->group, &error)
                              : mcast_tx_socket_add_interface (tx, mistake->iface, &error));
  assert_error_says (error, domain, mistake->code, mistake->says);
  groups = mcast_tx_socket_get_groups (tx);
  g_assert_cmpuint (g_strv_length (groups), ==, 1);
  tx_send (tx, "still ready");
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 1);
  g_assert_cmpuint (tx_counter (tx, "accepted"), ==, 1);
}

static void
test_wrong_numbers (void)
{
  static const struct
  {
    const char *property;
    int value;
  } wrong[] = { { "ttl", 256 }, { "dscp", 64 }, { "dscp", -2 }, { "source-port", 65536 } };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = g_strdup_printf ("%d", wrong[i].value);
      gpointer tx = g_initable_new (MCAST_TYPE_TX_SOCKET, NULL, &error, wrong[i].property,
                                    wrong[i].value, NULL);

      g_assert_null (tx);
      assert_error_says (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, text);
    }
}

static void
test_no_groups (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (NULL, TEST_PORT, WORDS ("v0"));
  g_autoptr (GError) error = NULL;

  g_assert_false (tx_try_send (tx, "nowhere", &error));
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_NO_GROUPS);
}

static gpointer
ask_for_large_buffer (gpointer data)
{
  GError **error = data;

  /* It may pass the system's limits. */
  set_capability (CAP_NET_ADMIN, FALSE);
  return g_initable_new (MCAST_TYPE_TX_SOCKET, NULL, error, "groups", WORDS (TEST_GROUP), "port",
                         TEST_PORT, "interfaces", WORDS ("v0"), "send-buffer-size", 1000000000u,
                         NULL);
}

static void
test_buffer_limit (World *world)
{
  g_autoptr (GError) error = NULL;
  gpointer tx = g_thread_join (netns_thread_new (world->here, ask_for_large_buffer, &error));

  g_assert_null (tx);
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_BUFFER_LIMIT, "1000000000");
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_BUFFER_LIMIT, "net.core.wmem_max");
}

/* --- Change ------------------------------------------------------------------------------ */

static void
test_change (World *world)
{
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v1", TEST_GROUP6, TEST_PORT);
  g_autoptr (GError) error = NULL;
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));

  g_assert_true (mcast_tx_socket_add_group (tx, TEST_GROUP6, &error));
  g_assert_true (mcast_tx_socket_add_interface (tx, "v1", &error));
  tx_send (tx, "new");
  plain_assert_receives (receiver, "new");
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 4);
  g_assert_false (mcast_tx_socket_add_group (tx, TEST_GROUP6, &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_EXISTS, TEST_GROUP6);
  g_clear_error (&error);
  g_assert_false (mcast_tx_socket_add_interface (tx, "v1", &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "v1");
  g_clear_error (&error);
  g_assert_true (mcast_tx_socket_remove_group (tx, TEST_GROUP, &error));
  g_assert_true (mcast_tx_socket_remove_interface (tx, "v0", &error));
  g_assert_no_error (error);
  tx_send (tx, "less");
  plain_assert_receives (receiver, "less");
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 5);
  g_assert_false (mcast_tx_socket_remove_group (tx, TEST_GROUP, &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, TEST_GROUP);
  g_clear_error (&error);
  g_assert_false (mcast_tx_socket_remove_interface (tx, "v0", &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "v0");
}

/* Without an interface of its own the routes choose. Removing succeeds although no route exists. */
static void
test_remove_last_interface (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GError) error = NULL;
  gboolean removed = mcast_tx_socket_remove_interface (tx, "v0", &error);

  g_assert_no_error (error);
  g_assert_true (removed);
  g_assert_false (tx_try_send (tx, "nowhere", &error));
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_NO_ROUTE);
  g_clear_error (&error);
  netns_add_default_route (world->here, G_SOCKET_FAMILY_IPV4, "v0");
  netns_assert_soon (tx_try_send (tx, "somewhere", NULL));
}

/* --- The end ----------------------------------------------------------------------------- */

static void
test_after_close (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) addresses = NULL;
  g_autoptr (GPtrArray) interfaces = NULL;
  g_auto (GStrv) selectors = NULL;
  g_auto (GStrv) groups = NULL;
  const GOutputVector vector = { "x", 1 };
  const McastTxMessage message = { &vector, 1, 0 };

  tx_send (tx, "one");
  g_assert_false (mcast_tx_socket_is_closed (tx));
  mcast_tx_socket_close (tx);
  mcast_tx_socket_close (tx);
  g_assert_true (mcast_tx_socket_is_closed (tx));

  g_assert_false (tx_try_send (tx, "two", &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "closed");
  g_clear_error (&error);
  g_assert_false (send_to (tx, TEST_GROUP, TEST_PORT, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_cmpint (mcast_tx_socket_send_messages (tx, &message, 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (mcast_tx_socket_add_group (tx, TEST_GROUP_2, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (mcast_tx_socket_remove_interface (tx, "v0", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (mcast_tx_socket_set_ttl (tx, 5, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (mcast_tx_socket_set_loopback (tx, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (mcast_tx_socket_set_dscp (tx, 5, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  mcast_tx_socket_set_pacing_rate (tx, 5);
  /* A warning would end the test. */
  g_object_set (tx, "ttl", 5, "loopback", FALSE, "dscp", 5, "pacing-rate", (guint64) 5, NULL);
  g_assert_cmpuint (mcast_tx_socket_get_ttl (tx), ==, 1);
  g_assert_true (mcast_tx_socket_get_loopback (tx));
  g_assert_cmpint (mcast_tx_socket_get_dscp (tx), ==, -1);
  g_assert_cmpuint (mcast_tx_socket_get_pacing_rate (tx), ==, 0);

  groups = mcast_tx_socket_get_groups (tx);
  g_assert_cmpstrv (groups, WORDS (TEST_GROUP));
  selectors = mcast_tx_socket_get_interfaces (tx);
  g_assert_cmpstrv (selectors, WORDS ("v0"));
  addresses = mcast_tx_socket_get_local_addresses (tx);
  g_assert_cmpuint (addresses->len, ==, 0);
  interfaces = mcast_tx_socket_get_active_interfaces (tx);
  g_assert_cmpuint (interfaces->len, ==, 0);
  g_assert_cmpuint (tx_counter (tx, "accepted"), ==, 1);
  tx_assert_sums (tx);
}

static void
test_leaves_nothing (World *world)
{
  guint descriptors;

  g_object_unref (tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0")));
  descriptors = count_descriptors ();
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (McastTxSocket)
        tx = tx_new (WORDS (TEST_GROUP, TEST_GROUP6), TEST_PORT, WORDS ("v0", "v1"));

      netns_assert_soon (count_threads () == 1);
      tx_send (tx, "x");
      g_assert_null (mcast_tx_socket_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("no"), NULL));
      if (i % 2 == 0)
        mcast_tx_socket_close (tx);
    }
  g_assert_cmpuint (count_descriptors (), <=, descriptors);
  netns_assert_soon (count_threads () == 0);
}

typedef struct
{
  McastTxSocket *tx;
  GCancellable *cancellable;
  GError *error;
} Sending;

static gpointer
send_in_thread (gpointer data)
{
  Sending *sending = data;

  while (sending->error == NULL)
    {
      g_autoptr (GBytes) payload = g_bytes_new_static ("snail", 5);

      mcast_tx_socket_send (sending->tx, payload, sending->cancellable, &sending->error);
    }
  return NULL;
}

/* Slow as a snail: when this returns, a call in the thread waits. */
static GThread *
start_sending (Sending *sending)
{
  GThread *thread;

  mcast_tx_socket_set_pacing_rate (sending->tx, 1);
  thread = g_thread_new ("sender", send_in_thread, sending);
  netns_assert_soon (tx_counter (sending->tx, "accepted") == 1);
  return thread;
}

static void
test_cancel_from_another_thread (World *world)
{
  g_autoptr (McastTxSocket) tx = NULL;
  Sending sending = { 0 };
  GThread *thread;

  sending.tx = tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  sending.cancellable = g_cancellable_new ();
  thread = start_sending (&sending);
  g_cancellable_cancel (sending.cancellable);
  g_thread_join (thread);
  g_assert_error (sending.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&sending.error);
  g_clear_object (&sending.cancellable);
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 1);
}

static void
test_close_from_another_thread (World *world)
{
  g_autoptr (McastTxSocket) tx = NULL;
  Sending sending = { 0 };
  GThread *thread;

  sending.tx = tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  thread = start_sending (&sending);
  mcast_tx_socket_close (tx);
  g_thread_join (thread);
  g_assert_error (sending.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&sending.error);
}

/* --- Several threads --------------------------------------------------------------------- */

static gpointer
send_many_in_thread (gpointer data)
{
  for (guint i = 0; i < 500; i++)
    {
      tx_send (data, "0123456789");
      g_assert_cmpuint (mcast_tx_socket_get_ttl (data), <, 256);
      g_assert_cmpint (mcast_tx_socket_get_dscp (data), <, 64);
      g_assert_true (mcast_tx_socket_get_loopback (data));
    }
  return NULL;
}

/* Every function may be called while others send. */
static void
test_threads (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP, TEST_GROUP6), TEST_PORT, WORDS ("v0"));
  GThread *threads[3];

  for (guint i = 0; i < 3; i++)
    threads[i] = g_thread_new ("sender", send_many_in_thread, tx);
  for (guint i = 0; i < 100; i++)
    {
      g_assert_true (mcast_tx_socket_add_interface (tx, "v1", NULL));
      g_assert_true (mcast_tx_socket_set_ttl (tx, i, NULL));
      g_assert_true (mcast_tx_socket_set_dscp (tx, (int) i % 64, NULL));
      g_assert_true (mcast_tx_socket_set_loopback (tx, TRUE, NULL));
      mcast_tx_socket_set_pacing_rate (tx, G_MAXUINT64 - i);
      g_ptr_array_unref (mcast_tx_socket_get_local_addresses (tx));
      g_ptr_array_unref (mcast_tx_socket_get_active_interfaces (tx));
      g_variant_unref (mcast_tx_socket_get_stats (tx));
      g_assert_cmpuint (mcast_tx_socket_get_ttl (tx), ==, i);
      g_assert_true (mcast_tx_socket_remove_interface (tx, "v1", NULL));
    }
  for (guint i = 0; i < 3; i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (tx_path_counter (tx, TEST_GROUP, "v0", "accepted"), ==, 1500);
  g_assert_cmpuint (tx_path_counter (tx, TEST_GROUP6, "v0", "accepted"), ==, 1500);
  tx_assert_sums (tx);
}

/* --- A socket of the caller's ------------------------------------------------------------ */

static void
test_shared_socket (World *world)
{
  g_autoptr (GSocket) socket = plain_bound_new (world->here, G_SOCKET_FAMILY_IPV4, 7001);
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  g_autoptr (McastTxSocket) tx = tx_new_full ("groups", WORDS (TEST_GROUP), "port", TEST_PORT,
                                              "interfaces", WORDS ("v0"), "socket", socket, NULL);
  g_autoptr (GSocketAddress) from = NULL;
  g_autofree char *text = NULL;

  tx_send (tx, "shared");
  text = plain_receive (receiver, &from);
  g_assert_cmpuint (plain_address_port (from), ==, 7001);
  mcast_tx_socket_close (tx);
  g_assert_false (g_socket_is_closed (socket));
  g_assert_cmpint (g_socket_get_fd (socket), >=, 0);
}

/* Sender and receiver on one socket: what the one does must not take the other's groups away. */
static void
test_shared_with_receiver (World *world)
{
  g_autoptr (GSocket) socket = plain_bound_new (world->here, G_SOCKET_FAMILY_IPV4, 7001);
  g_autoptr (McastRxSocket) rx = rx_new_full ("groups", WORDS (TEST_GROUP), "interfaces",
                                              WORDS ("v0"), "socket", socket, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (McastTxSocket) tx = tx_new_full ("groups", WORDS (TEST_GROUP), "port", 7001,
                                              "interfaces", WORDS ("v0"), "socket", socket, NULL);

  tx_send (tx, "to oneself");
  rx_assert_receives (rx, "to oneself");
  g_assert_true (mcast_tx_socket_set_ttl (tx, 0, &error));
  g_assert_no_error (error);
  tx_send (tx, "within");
  rx_assert_receives (rx, "within");
  g_assert_true (mcast_tx_socket_set_ttl (tx, 1, &error));
  mcast_tx_socket_close (tx);
  plain_send (world->there, "v0", TEST_GROUP, 7001, "from there");
  rx_assert_receives (rx, "from there");
}

static void
add_cases (void)
{
  world_test_add_families ("/tx-socket/every-group-on-every-interface", 3,
                           test_every_group_on_every_interface);
  world_test_add_families ("/tx-socket/default-route", 3, test_default_route);
  world_test_add_families ("/tx-socket/sizes", 1, test_sizes);
  world_test_add_families ("/tx-socket/ttl", 1, test_ttl);
  world_test_add_families ("/tx-socket/dscp", 1, test_dscp);
  world_test_add_families ("/tx-socket/loopback", 1, test_loopback);
  world_test_add_families ("/tx-socket/local-address", 2, test_local_address);
  world_test_add_families ("/tx-socket/local-address-of-several", 1, test_local_address_of_several);
  world_test_add_families ("/tx-socket/source-address", 1, test_source_address);
  world_test_add_families ("/tx-socket/send-to-listed", 2, test_send_to_listed);
  world_test_add_families ("/tx-socket/send-to-ad-hoc", 2, test_send_to_ad_hoc);
  world_test_add ("/tx-socket/send-to-preferred-source", 1, test_send_to_preferred_source);
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autofree char *now = g_strconcat ("/tx-socket/error/", mistakes[i].name, NULL);
      g_autofree char *later = g_strconcat ("/tx-socket/error-later/", mistakes[i].name, NULL);

      world_test_add_data (now, 2, &mistakes[i], test_mistake);
      if (mistakes[i].port > 0 && mistakes[i].port <= G_MAXUINT16 && mistakes[i].iface != NULL)
        world_test_add_data (later, 2, &mistakes[i], test_mistake_later);
    }
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  add_cases ();
  world_test_add ("/tx-socket/interface-of-group", 2, test_interface_of_group);
  world_test_add ("/tx-socket/same-interface-thrice", 1, test_same_interface_thrice);
  world_test_add ("/tx-socket/any-interface", 2, test_any_interface);
  world_test_add ("/tx-socket/route/to-group", 2, test_route_to_group);
  world_test_add ("/tx-socket/route/changes", 2, test_route_changes);
  world_test_add ("/tx-socket/lo", 0, test_lo);
  world_test_add ("/tx-socket/lo-remedy", 0, test_lo_remedy);
  world_test_add ("/tx-socket/ttl-0-of-many", 1, test_ttl_0_of_many);
  world_test_add ("/tx-socket/set-at-construction", 1, test_set_at_construction);
  world_test_add_data ("/tx-socket/local-address-of-lo/ipv4", 1, TEST_GROUP,
                       test_local_address_of_lo);
  world_test_add_data ("/tx-socket/local-address-of-lo/ipv6", 1, TEST_GROUP6,
                       test_local_address_of_lo);
  world_test_add ("/tx-socket/local-addresses-of-paths", 2, test_local_addresses_of_paths);
  world_test_add ("/tx-socket/source-address-missing", 1, test_source_address_missing);
  world_test_add ("/tx-socket/source-zone", 2, test_source_zone);
  world_test_add ("/tx-socket/source-port", 1, test_source_port);
  world_test_add ("/tx-socket/send-to/scope", 2, test_send_to_scope);
  world_test_add ("/tx-socket/send-to/then-add", 1, test_send_to_then_add);
  world_test_add ("/tx-socket/send-to/many", 1, test_send_to_many);
  world_test_add ("/tx-socket/send-to/ever-new", 1, test_send_to_ever_new);
  world_test_add ("/tx-socket/send-to/reports-ready", 1, test_send_to_becomes_ready);
  world_test_add ("/tx-socket/send-to/mistakes", 1, test_send_to_mistakes);
  world_test_add ("/tx-socket/send-to/no-route", 1, test_send_to_no_route);
  g_test_add_func ("/tx-socket/error/wrong-numbers", test_wrong_numbers);
  world_test_add ("/tx-socket/error/no-groups", 1, test_no_groups);
  world_test_add ("/tx-socket/error/buffer-limit", 1, test_buffer_limit);
  world_test_add ("/tx-socket/change", 2, test_change);
  world_test_add ("/tx-socket/change/remove-last-interface", 1, test_remove_last_interface);
  world_test_add ("/tx-socket/close/after", 1, test_after_close);
  world_test_add ("/tx-socket/close/from-another-thread", 1, test_close_from_another_thread);
  world_test_add ("/tx-socket/cancel/from-another-thread", 1, test_cancel_from_another_thread);
  world_test_add ("/tx-socket/leaves-nothing", 2, test_leaves_nothing);
  world_test_add ("/tx-socket/threads", 2, test_threads);
  world_test_add ("/tx-socket/shared-socket", 1, test_shared_socket);
  world_test_add ("/tx-socket/shared-socket/with-receiver", 1, test_shared_with_receiver);
  return g_test_run ();
}
