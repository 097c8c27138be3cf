/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

#include <malloc.h>
#include <unistd.h>

typedef struct
{
  const char *name;
  const char *group;
  const char *other_group;
} Family;

static const Family families[] = {
  { "ipv4", TEST_GROUP, TEST_GROUP_2 },
  { "ipv6", TEST_GROUP6, TEST_GROUP6_2 },
  { "ipv6-link-local", TEST_GROUP6_LOCAL, "ff12::2" },
};

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
test_every_group_on_every_interface (gconstpointer data)
{
  const Family *family = data;
  g_autoptr (World) world = world_new (3);
  const char *const groups[] = { family->group, family->other_group, NULL };
  const char *const names[] = { "v0", "v2" };
  GSocket *receivers[4];
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) elsewhere = NULL;

  if (world == NULL)
    return;
  for (guint i = 0; i < 4; i++)
    receivers[i] = plain_receiver_new (world->there, names[i / 2], groups[i % 2], 6000 + i);
  elsewhere = plain_receiver_new (world->there, "v1", family->group, TEST_PORT);
  tx = tx_new (groups, TEST_PORT, WORDS ("v0", "v2"));
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (McastTxSocket) one = NULL;

      one = tx_new (groups, 6000 + i, WORDS ("v0", "v2"));
      tx_send (one, "all");
      plain_assert_receives (receivers[i], "all");
      g_object_unref (receivers[i]);
    }
  tx_send (tx, "not on v1");
  assert_only (elsewhere, world, "v1", family->group);
}

static void
test_interface_of_group (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) on_v0 = NULL;
  g_autoptr (GSocket) on_v1 = NULL;

  if (world == NULL)
    return;
  on_v0 = plain_receiver_new (world->there, "v0", TEST_GROUP, 6000);
  on_v1 = plain_receiver_new (world->there, "v1", TEST_GROUP_2, TEST_PORT);
  tx = tx_new (WORDS (TEST_GROUP "%v0:6000", TEST_GROUP_2), TEST_PORT, WORDS ("v1"));
  tx_send (tx, "each its own");
  plain_assert_receives (on_v0, "each its own");
  plain_assert_receives (on_v1, "each its own");
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 2);
}

/* Chosen by name, index and address it is one interface, and one datagram. */
static void
test_same_interface_thrice (void)
{
  g_autoptr (World) world = world_new (1);
  g_autofree char *index = NULL;
  g_autofree char *address = NULL;
  g_autoptr (McastTxSocket) tx = NULL;

  if (world == NULL)
    return;
  index = g_strdup_printf ("%u", netns_index (world->here, "v0"));
  address = netns_ipv6_local (world->here, "v0");
  tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0", index, address, "*", "v0"));
  tx_send (tx, "once");
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 1);
}

static void
test_any_interface (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) on_v0 = NULL;
  g_autoptr (GSocket) on_v1 = NULL;

  if (world == NULL)
    return;
  netns_ip (world->here, "addr flush dev v1\n");
  on_v0 = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  on_v1 = plain_receiver_new (world->there, "v1", TEST_GROUP6, TEST_PORT);
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
test_default_route (gconstpointer data)
{
  const Family *family = data;
  g_autoptr (World) world = world_new (3);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;
  GSocketFamily gfamily = is_ipv4 (family->group) ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6;

  if (world == NULL)
    return;
  netns_add_default_route (world->here, gfamily, "v1");
  receiver = plain_receiver_new (world->there, "v1", family->group, TEST_PORT);
  tx = tx_new (WORDS (family->group), TEST_PORT, NULL);
  tx_send (tx, "the route's");
  plain_assert_receives (receiver, "the route's");
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 1);
}

/* A route to the groups counts more than the default one. */
static void
test_route_to_group (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;

  if (world == NULL)
    return;
  netns_add_default_route (world->here, G_SOCKET_FAMILY_IPV4, "v0");
  netns_ip (world->here, "route add 233.252.0.0/24 dev v1\n");
  receiver = plain_receiver_new (world->there, "v1", TEST_GROUP, TEST_PORT);
  tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, NULL);
  tx_send (tx, "this way");
  plain_assert_receives (receiver, "this way");
}

/* When the route changes, so does the way. */
static void
test_route_changes (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;

  if (world == NULL)
    return;
  netns_add_default_route (world->here, G_SOCKET_FAMILY_IPV4, "v0");
  tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, NULL);
  receiver = plain_receiver_new (world->there, "v1", TEST_GROUP, TEST_PORT);
  netns_ip (world->here, "route replace default dev v1\n");
  netns_assert_soon (tx_path_is (tx, TEST_GROUP, "v1", "ready"));
  tx_send (tx, "the other way");
  plain_assert_receives (receiver, "the other way");
}

static void
test_lo (void)
{
  g_autoptr (Netns) ns = netns_new ();
  NETNS_VISIT (ns);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) four = NULL;
  g_autoptr (GSocket) six = NULL;

  netns_add_lo_route (ns);
  four = plain_receiver_new (ns, "lo", TEST_GROUP, TEST_PORT);
  six = plain_receiver_new (ns, "lo", TEST_GROUP6, TEST_PORT);
  tx = tx_new (WORDS (TEST_GROUP, TEST_GROUP6), TEST_PORT, WORDS ("lo"));
  tx_send (tx, "around");
  plain_assert_receives (four, "around");
  plain_assert_receives (six, "around");
}

/* Where IPv6 has no way on lo, the error says how to make one, and what it says works. */
static void
test_lo_remedy (void)
{
  g_autoptr (Netns) ns = netns_new ();
  NETNS_VISIT (ns);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) six = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *remedy = NULL;
  const char *command;

  tx = tx_new (WORDS (TEST_GROUP6), TEST_PORT, WORDS ("lo"));
  six = plain_receiver_new (ns, "lo", TEST_GROUP6, TEST_PORT);
  g_assert_false (tx_try_send (tx, "lost", &error));
  g_assert_nonnull (error);
  command = strstr (error->message, "ip -6 route ");
  g_assert_nonnull (command);
  remedy = g_strdup (command + strlen ("ip -6 "));
  remedy[strcspn (remedy, "\n;,)")] = '\0';
  netns_ip (ns, "%s\n", remedy);
  tx_send (tx, "found");
  plain_assert_receives (six, "found");
}

/* --- What it carries --------------------------------------------------------------------- */

static void
test_sizes (gconstpointer data)
{
  const Family *family = data;
  static const gsize sizes[] = { 0, 1, 1452, 1472, 1473, 9000, 65507 };
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;
  g_autofree guint8 *payload = g_malloc (65507);
  g_autofree guint8 *buffer = g_malloc (65535);

  if (world == NULL)
    return;
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

/* What a datagram came with: its hop limit and traffic class. */
static void
receive_with_details (GSocket *receiver, int *hops, int *traffic_class)
{
  char payload[100];
  char control[256];
  struct iovec vector = { payload, sizeof payload };
  struct msghdr message = {
    .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control
  };

  *hops = -1;
  *traffic_class = -1;
  g_assert_true (g_socket_condition_timed_wait (receiver, G_IO_IN,
                                                NETNS_DEADLINE_MS * G_TIME_SPAN_MILLISECOND, NULL,
                                                NULL));
  g_assert_cmpint (recvmsg (g_socket_get_fd (receiver), &message, 0), >=, 0);
  for (struct cmsghdr *item = CMSG_FIRSTHDR (&message); item != NULL;
       item = CMSG_NXTHDR (&message, item))
    {
      if (item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_TTL)
        memcpy (hops, CMSG_DATA (item), sizeof *hops);
      else if (item->cmsg_level == IPPROTO_IPV6 && item->cmsg_type == IPV6_HOPLIMIT)
        memcpy (hops, CMSG_DATA (item), sizeof *hops);
      else if (item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_TOS)
        *traffic_class = *(guint8 *) CMSG_DATA (item);
      else if (item->cmsg_level == IPPROTO_IPV6 && item->cmsg_type == IPV6_TCLASS)
        memcpy (traffic_class, CMSG_DATA (item), sizeof *traffic_class);
    }
}

static GSocket *
detailed_receiver_new (World *world, const char *group)
{
  GSocket *receiver = plain_receiver_new (world->there, "v0", group, TEST_PORT);
  int level = is_ipv4 (group) ? IPPROTO_IP : IPPROTO_IPV6;

  g_socket_set_option (receiver, level, is_ipv4 (group) ? IP_RECVTTL : IPV6_RECVHOPLIMIT, 1, NULL);
  g_socket_set_option (receiver, level, is_ipv4 (group) ? IP_RECVTOS : IPV6_RECVTCLASS, 1, NULL);
  return receiver;
}

static void
test_ttl (gconstpointer data)
{
  const Family *family = data;
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (GError) error = NULL;
  int hops, traffic_class;

  if (world == NULL)
    return;
  receiver = detailed_receiver_new (world, family->group);
  tx = tx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));
  tx_send (tx, "x");
  receive_with_details (receiver, &hops, &traffic_class);
  g_assert_cmpint (hops, ==, 1);
  g_assert_cmpint (traffic_class, ==, 0);
  g_assert_true (mcast_tx_socket_set_ttl (tx, 255, &error));
  tx_send (tx, "x");
  receive_with_details (receiver, &hops, &traffic_class);
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
test_ttl_0_of_many (void)
{
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (McastTxSocket) many = NULL;
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (GSocketAddress) to = plain_address_new (TEST_GROUP, TEST_PORT, 0);
  g_autoptr (GBytes) payload = g_bytes_new_static ("stays", 5);
  g_autoptr (GError) error = NULL;

  if (world == NULL)
    return;
  receiver = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  tx = g_initable_new (MCAST_TYPE_TX_SOCKET, NULL, &error, "interfaces", WORDS ("v0"), "ttl", 0,
                       NULL);
  g_assert_no_error (error);
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
test_dscp (gconstpointer data)
{
  const Family *family = data;
  static const int values[] = { 46, 63, 0, 8, -1 };
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (GError) error = NULL;

  if (world == NULL)
    return;
  receiver = detailed_receiver_new (world, family->group);
  tx = tx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));
  g_assert_cmpint (mcast_tx_socket_get_dscp (tx), ==, -1);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      int hops, traffic_class;

      g_assert_true (mcast_tx_socket_set_dscp (tx, values[i], &error));
      g_assert_cmpint (mcast_tx_socket_get_dscp (tx), ==, values[i]);
      tx_send (tx, "x");
      receive_with_details (receiver, &hops, &traffic_class);
      g_assert_cmpint (traffic_class, ==, MAX (values[i], 0) << 2);
    }
  g_assert_false (mcast_tx_socket_set_dscp (tx, 64, &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "64");
  g_clear_error (&error);
  g_assert_false (mcast_tx_socket_set_dscp (tx, -2, &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "-2");
}

static void
test_set_at_construction (void)
{
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (GError) error = NULL;
  int hops, traffic_class;

  if (world == NULL)
    return;
  receiver = detailed_receiver_new (world, TEST_GROUP6);
  tx = g_initable_new (MCAST_TYPE_TX_SOCKET, NULL, &error, "groups", WORDS (TEST_GROUP6), "port",
                       TEST_PORT, "interfaces", WORDS ("v0"), "ttl", 33, "dscp", 10, NULL);
  g_assert_no_error (error);
  tx_send (tx, "x");
  receive_with_details (receiver, &hops, &traffic_class);
  g_assert_cmpint (hops, ==, 33);
  g_assert_cmpint (traffic_class, ==, 40);
  /* What is set before a family is used holds for it as well. */
  g_clear_object (&receiver);
  receiver = detailed_receiver_new (world, TEST_GROUP);
  g_assert_true (mcast_tx_socket_add_group (tx, TEST_GROUP, NULL));
  tx_send (tx, "x");
  receive_with_details (receiver, &hops, &traffic_class);
  g_assert_cmpint (hops, ==, 33);
  g_assert_cmpint (traffic_class, ==, 40);
}

static void
test_loopback (gconstpointer data)
{
  const Family *family = data;
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (McastRxSocket) here = NULL;
  g_autoptr (GSocket) there = NULL;

  if (world == NULL)
    return;
  here = rx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));
  there = plain_receiver_new (world->there, "v0", family->group, TEST_PORT);
  tx = tx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));
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
  g_autofree char *told = NULL;
  g_autofree char *seen = NULL;

  tx_send (tx, "from");
  text = plain_receive (receiver, &from);
  g_assert_cmpstr (text, ==, "from");
  g_assert_cmpuint (addresses->len, ==, 1);
  told = g_inet_address_to_string (g_inet_socket_address_get_address (addresses->pdata[0]));
  seen =
    g_inet_address_to_string (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (from)));
  g_assert_cmpstr (told, ==, seen);
  g_assert_cmpuint (g_inet_socket_address_get_port (addresses->pdata[0]), ==,
                    g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (from)));
}

static void
test_local_address (gconstpointer data)
{
  const Family *family = data;
  g_autoptr (World) world = world_new (2);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;

  if (world == NULL)
    return;
  receiver = plain_receiver_new (world->there, "v0", family->group, TEST_PORT);
  tx = tx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));
  assert_local_address_is_true (tx, receiver);
}

/* Of several addresses, too, whichever the kernel takes. */
static void
test_local_address_of_several (gconstpointer data)
{
  const Family *family = data;
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;
  g_autofree char *first = NULL;

  if (world == NULL)
    return;
  netns_address_add (world->here, "v0", "192.0.2.1/24");
  netns_address_add (world->here, "v0", "192.0.2.2/24");
  netns_address_add (world->here, "v0", "2001:db8::1/64");
  netns_address_add (world->here, "v0", "2001:db8::2/128");
  netns_ip (world->here, "addr add 169.254.7.7/16 dev v0 scope link\n"
                         "addr add 2001:db8::3/64 dev v0 nodad preferred_lft 0\n");
  receiver = plain_receiver_new (world->there, "v0", family->group, TEST_PORT);
  tx = tx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));
  assert_local_address_is_true (tx, receiver);
  /* The first one goes, and comes back behind the others. */
  first = netns_ipv4 (world->here, "v0");
  netns_ip (world->here, "addr del %s/24 dev v0\naddr add %s/24 dev v0\n", first, first);
  netns_assert_soon (tx_path_is (tx, family->group, "v0", "ready"));
  assert_local_address_is_true (tx, receiver);
}

/* On lo the kernel would rather take the address of another interface. */
static void
test_local_address_of_lo (gconstpointer group)
{
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;

  if (world == NULL)
    return;
  netns_add_lo_route (world->here);
  receiver = plain_receiver_new (world->here, "lo", group, TEST_PORT);
  tx = tx_new (WORDS (group), TEST_PORT, WORDS ("lo"));
  assert_local_address_is_true (tx, receiver);
}

static void
test_local_addresses_of_paths (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GPtrArray) addresses = NULL;

  if (world == NULL)
    return;
  tx = tx_new (WORDS (TEST_GROUP, TEST_GROUP6), TEST_PORT, WORDS ("v0", "v1"));
  addresses = mcast_tx_socket_get_local_addresses (tx);
  g_assert_cmpuint (addresses->len, ==, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_true (G_IS_INET_SOCKET_ADDRESS (addresses->pdata[i]));
}

static McastTxSocket *
pinned_new (const char *group, const char *source, GError **error)
{
  return g_initable_new (MCAST_TYPE_TX_SOCKET, NULL, error, "groups", WORDS (group), "port",
                         TEST_PORT, "interfaces", WORDS ("v0"), "source-address", source, NULL);
}

static void
test_source_address (gconstpointer data)
{
  const Family *family = data;
  g_autoptr (World) world = world_new (1);
  const char *source = is_ipv4 (family->group)   ? "192.0.2.7"
                       : family->group[3] == '2' ? "fe80::7"
                                                 : "2001:db8::7";
  g_autofree char *with_prefix = g_strdup_printf ("%s/%d", source,
                                                  is_ipv4 (family->group) ? 24 : 64);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) from = NULL;
  g_autofree char *text = NULL;
  g_autofree char *seen = NULL;

  if (world == NULL)
    return;
  netns_address_add (world->here, "v0", with_prefix);
  receiver = plain_receiver_new (world->there, "v0", family->group, TEST_PORT);
  tx = pinned_new (family->group, source, &error);
  g_assert_no_error (error);
  tx_send (tx, "pinned");
  text = plain_receive (receiver, &from);
  seen =
    g_inet_address_to_string (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (from)));
  g_assert_cmpstr (seen, ==, source);

  /* Without the address nothing goes out with another one. */
  netns_address_remove (world->here, "v0", with_prefix);
  netns_assert_soon (tx_path_is (tx, family->group, "v0", "failed"));
  g_assert_false (tx_try_send (tx, "no", &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NO_ADDRESS, source);
  netns_address_add (world->here, "v0", with_prefix);
  netns_assert_soon (tx_path_is (tx, family->group, "v0", "ready"));
  tx_send (tx, "pinned again");
  plain_assert_receives (receiver, "pinned again");
  tx_assert_sums (tx);
}

static void
test_source_address_missing (void)
{
  g_autoptr (World) world = world_new (1);
  g_autoptr (GError) error = NULL;

  if (world == NULL)
    return;
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
test_source_port (void)
{
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (McastTxSocket) second = NULL;
  g_autoptr (GSocket) four = NULL;
  g_autoptr (GSocket) six = NULL;
  g_autoptr (GSocketAddress) from = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (world == NULL)
    return;
  four = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  six = plain_receiver_new (world->there, "v0", TEST_GROUP6, TEST_PORT);
  tx = g_initable_new (MCAST_TYPE_TX_SOCKET, NULL, &error, "groups",
                       WORDS (TEST_GROUP, TEST_GROUP6), "port", TEST_PORT, "interfaces",
                       WORDS ("v0"), "source-port", 7777, NULL);
  g_assert_no_error (error);
  tx_send (tx, "x");
  text = plain_receive (four, &from);
  g_assert_cmpuint (g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (from)), ==, 7777);
  g_clear_object (&from);
  g_clear_pointer (&text, g_free);
  text = plain_receive (six, &from);
  g_assert_cmpuint (g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (from)), ==, 7777);
  second = g_initable_new (MCAST_TYPE_TX_SOCKET, NULL, &error, "groups", WORDS (TEST_GROUP), "port",
                           TEST_PORT, "interfaces", WORDS ("v0"), "source-port", 7777, NULL);
  g_assert_null (second);
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE, "7777");
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
test_send_to_listed (gconstpointer data)
{
  const Family *family = data;
  g_autoptr (World) world = world_new (2);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) listed = NULL;
  g_autoptr (GSocket) other = NULL;
  g_autoptr (GError) error = NULL;

  if (world == NULL)
    return;
  listed = plain_receiver_new (world->there, "v1", family->group, TEST_PORT);
  other = plain_receiver_new (world->there, "v1", family->other_group, 6000);
  tx = tx_new (WORDS (family->group, family->other_group), TEST_PORT, WORDS ("v0", "v1"));
  g_assert_true (send_to (tx, family->group, TEST_PORT, 0, &error));
  g_assert_no_error (error);
  plain_assert_receives (listed, "to");
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 2);
  /* Another group or another port is none of the list. */
  g_assert_false (send_to (tx, family->other_group, 6000, 0, &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NOT_A_DESTINATION, "6000");
  g_clear_error (&error);
  g_assert_false (
    send_to (tx, is_ipv4 (family->group) ? "233.252.0.9" : "ff15::9", TEST_PORT, 0, &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NOT_A_DESTINATION,
                     is_ipv4 (family->group) ? "233.252.0.9" : "ff15::9");
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 2);
}

static void
test_send_to_scope (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) on_v0 = NULL;
  g_autoptr (GSocket) on_v1 = NULL;
  g_autoptr (GError) error = NULL;

  if (world == NULL)
    return;
  on_v0 = plain_receiver_new (world->there, "v0", TEST_GROUP6_LOCAL, 6000);
  on_v1 = plain_receiver_new (world->there, "v1", TEST_GROUP6_LOCAL, TEST_PORT);
  tx = tx_new (WORDS (TEST_GROUP6_LOCAL), TEST_PORT, WORDS ("v0", "v1"));
  g_assert_true (
    send_to (tx, TEST_GROUP6_LOCAL, TEST_PORT, netns_index (world->here, "v1"), &error));
  plain_assert_receives (on_v1, "to");
  g_assert_cmpuint (tx_path_counter (tx, TEST_GROUP6_LOCAL, "v0", "accepted"), ==, 0);
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 1);
  g_assert_false (
    send_to (tx, TEST_GROUP6_LOCAL, TEST_PORT, netns_index (world->here, "lo"), &error));
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_NOT_A_DESTINATION);
}

/* A socket without groups sends wherever it is told. */
static void
test_send_to_ad_hoc (gconstpointer data)
{
  const Family *family = data;
  g_autoptr (World) world = world_new (2);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) groups = NULL;

  if (world == NULL)
    return;
  receiver = plain_receiver_new (world->there, "v1", family->group, 6000);
  tx = tx_new (NULL, 0, WORDS ("v0", "v1"));
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
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_NOT_A_DESTINATION);
}

/* A group may become one after it was a destination. */
static void
test_send_to_then_add (void)
{
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (GError) error = NULL;

  if (world == NULL)
    return;
  receiver = plain_receiver_new (world->there, "v0", TEST_GROUP_2, TEST_PORT);
  tx = tx_new (NULL, 0, WORDS ("v0"));
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
test_send_to_many (void)
{
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GError) error = NULL;

  if (world == NULL)
    return;
  tx = tx_new (NULL, 0, WORDS ("v0"));
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

/* Destinations that are never seen again leave nothing but their share of the sums. */
static void
test_send_to_ever_new (void)
{
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  gsize before;

  if (world == NULL)
    return;
  tx = tx_new (NULL, 0, WORDS ("v0"));
  send_to_numbered (tx, 0, 1000);
  before = mallinfo2 ().uordblks;
  send_to_numbered (tx, 1000, 5000);
  g_assert_cmpuint (mallinfo2 ().uordblks, <, before + 300000);
  g_assert_cmpuint (tx_counter (tx, "accepted"), ==, 5000);
  g_assert_cmpuint (tx_counter (tx, "bytes"), ==, 2 * 5000);
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
test_send_to_tells_ready (void)
{
  g_autoptr (World) world = world_new (1);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (McastTxSocket) tx = NULL;

  if (world == NULL)
    return;
  tx = tx_new (NULL, 0, WORDS ("v0"));
  mcast_tx_socket_set_event_func (tx, note_ready, names, NULL);
  g_assert_true (send_to (tx, TEST_GROUP, TEST_PORT, 0, NULL));
  g_assert_cmpuint (names->len, ==, 1);
  g_assert_cmpstr (names->pdata[0], ==, "v0");
  g_assert_cmpuint (tx_counter (tx, "accepted"), ==, 2);
  g_assert_true (send_to (tx, TEST_GROUP_2, TEST_PORT, 0, NULL));
  g_assert_cmpuint (names->len, ==, 1);
}

static void
test_send_to_mistakes (void)
{
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) payload = g_bytes_new_static ("x", 1);
  g_autoptr (GSocketAddress) unix_address = NULL;

  if (world == NULL)
    return;
  tx = tx_new (NULL, 0, WORDS ("v0"));
  g_assert_false (send_to (tx, "10.0.0.1", 5004, 0, &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NOT_MULTICAST, "10.0.0.1");
  g_clear_error (&error);
  g_assert_false (send_to (tx, "ff00::1", 5004, 0, &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NOT_MULTICAST, "ff00::1");
  g_clear_error (&error);
  g_assert_false (send_to (tx, TEST_GROUP, 0, 0, &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, TEST_GROUP);
  g_clear_error (&error);
  unix_address = g_object_new (G_TYPE_NATIVE_SOCKET_ADDRESS, NULL);
  g_assert_false (mcast_tx_socket_send_to (tx, unix_address, payload, NULL, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 0);
}

/* Where nothing leads, nothing is remembered either. */
static void
test_send_to_no_route (void)
{
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (GError) error = NULL;

  if (world == NULL)
    return;
  tx = tx_new (NULL, 0, NULL);
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
  { "no-port", "239.1.1.1", 0, "v0", FALSE, G_IO_ERROR_INVALID_ARGUMENT, "239.1.1.1" },
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

static World *
world_for_mistakes (void)
{
  World *world = world_new (2);

  if (world == NULL)
    return NULL;
  netns_address_add (world->here, "v0", "192.0.2.1/24");
  netns_address_add (world->here, "v1", "192.0.2.1/24");
  netns_add_veth (world->here, "bare", world->there, "bare",
                  NETNS_LINK_NO_IPV4 | NETNS_LINK_NO_IPV6);
  return world;
}

static void
test_mistake (gconstpointer data)
{
  const Mistake *mistake = data;
  g_autoptr (World) world = world_for_mistakes ();
  const char *const interfaces[] = { mistake->iface, NULL };
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GError) error = NULL;
  GQuark domain = mistake->is_mcast_error ? MCAST_ERROR : G_IO_ERROR;

  if (world == NULL)
    return;
  tx = mcast_tx_socket_new (WORDS (mistake->group), mistake->port, interfaces, &error);
  g_assert_null (tx);
  assert_error_says (error, domain, mistake->code, mistake->says);
}

static void
test_mistake_later (gconstpointer data)
{
  const Mistake *mistake = data;
  g_autoptr (World) world = world_for_mistakes ();
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) groups = NULL;
  GQuark domain = mistake->is_mcast_error ? MCAST_ERROR : G_IO_ERROR;
  gboolean is_of_group = g_str_equal (mistake->iface, "v0");

  if (world == NULL)
    return;
  receiver = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  tx = tx_new (WORDS (is_ipv4 (mistake->group) ? TEST_GROUP ":5004" : TEST_GROUP6), mistake->port,
               WORDS ("v0"));
  g_assert_false (is_of_group ? mcast_tx_socket_add_group (tx, mistake->group, &error)
                              : mcast_tx_socket_add_interface (tx, mistake->iface, &error));
  assert_error_says (error, domain, mistake->code, mistake->says);
  groups = mcast_tx_socket_get_groups (tx);
  g_assert_cmpuint (g_strv_length (groups), ==, 1);
  tx_send (tx, "goes on");
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
test_no_groups (void)
{
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GError) error = NULL;

  if (world == NULL)
    return;
  tx = tx_new (NULL, TEST_PORT, WORDS ("v0"));
  g_assert_false (tx_try_send (tx, "nowhere", &error));
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_NOT_A_DESTINATION);
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
test_buffer_limit (void)
{
  g_autoptr (World) world = world_new (1);
  g_autoptr (GError) error = NULL;
  gpointer tx;

  if (world == NULL)
    return;
  tx = g_thread_join (netns_thread_new (world->here, ask_for_large_buffer, &error));
  g_assert_null (tx);
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_BUFFER_LIMIT, "1000000000");
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_BUFFER_LIMIT, "net.core.wmem_max");
}

/* --- Change ------------------------------------------------------------------------------ */

static void
test_change (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (GError) error = NULL;

  if (world == NULL)
    return;
  receiver = plain_receiver_new (world->there, "v1", TEST_GROUP6, TEST_PORT);
  tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_assert_true (mcast_tx_socket_add_group (tx, TEST_GROUP6, &error));
  g_assert_true (mcast_tx_socket_add_interface (tx, "v1", &error));
  tx_send (tx, "new");
  plain_assert_receives (receiver, "new");
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 4);
  g_assert_false (mcast_tx_socket_add_group (tx, TEST_GROUP6, &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_ALREADY_JOINED, TEST_GROUP6);
  g_clear_error (&error);
  g_assert_false (mcast_tx_socket_add_interface (tx, "v1", &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_ALREADY_JOINED, "v1");
  g_clear_error (&error);
  g_assert_true (mcast_tx_socket_remove_group (tx, TEST_GROUP, &error));
  g_assert_true (mcast_tx_socket_remove_interface (tx, "v0", &error));
  g_assert_no_error (error);
  tx_send (tx, "less");
  plain_assert_receives (receiver, "less");
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 5);
  g_assert_false (mcast_tx_socket_remove_group (tx, TEST_GROUP, &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NOT_A_DESTINATION, TEST_GROUP);
  g_clear_error (&error);
  g_assert_false (mcast_tx_socket_remove_interface (tx, "v0", &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NOT_A_MEMBER, "v0");
}

/* Without an interface of its own the routes choose; that there are none is no failure of
 * removing. */
static void
test_remove_last_interface (void)
{
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GError) error = NULL;
  gboolean removed;

  if (world == NULL)
    return;
  tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  removed = mcast_tx_socket_remove_interface (tx, "v0", &error);
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
test_after_close (void)
{
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) addresses = NULL;
  g_autoptr (GPtrArray) interfaces = NULL;
  g_auto (GStrv) groups = NULL;
  const GOutputVector vector = { "x", 1 };
  const McastTxMessage message = { &vector, 1, 0 };

  if (world == NULL)
    return;
  tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  tx_send (tx, "one");
  g_assert_false (mcast_tx_socket_is_closed (tx));
  mcast_tx_socket_close (tx);
  mcast_tx_socket_close (tx);
  g_assert_true (mcast_tx_socket_is_closed (tx));

  g_assert_false (tx_try_send (tx, "two", &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_CLOSED, "closed");
  g_clear_error (&error);
  g_assert_false (send_to (tx, TEST_GROUP, TEST_PORT, 0, &error));
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_cmpint (mcast_tx_socket_send_messages (tx, &message, 1, NULL, &error), ==, -1);
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (mcast_tx_socket_add_group (tx, TEST_GROUP_2, &error));
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (mcast_tx_socket_remove_interface (tx, "v0", &error));
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (mcast_tx_socket_set_ttl (tx, 5, &error));
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (mcast_tx_socket_set_loopback (tx, FALSE, &error));
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (mcast_tx_socket_set_dscp (tx, 5, &error));
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_CLOSED);
  mcast_tx_socket_set_pacing_rate (tx, 5);
  /* A warning would end the test. */
  g_object_set (tx, "ttl", 5, "loopback", FALSE, "dscp", 5, NULL);
  g_assert_cmpuint (mcast_tx_socket_get_ttl (tx), ==, 1);

  groups = mcast_tx_socket_get_groups (tx);
  g_assert_cmpuint (g_strv_length (groups), ==, 0);
  addresses = mcast_tx_socket_get_local_addresses (tx);
  g_assert_cmpuint (addresses->len, ==, 0);
  interfaces = mcast_tx_socket_get_interfaces (tx);
  g_assert_cmpuint (interfaces->len, ==, 0);
  g_assert_cmpuint (tx_counter (tx, "accepted"), ==, 1);
  tx_assert_sums (tx);
}

static void
test_leaves_nothing (void)
{
  g_autoptr (World) world = world_new (2);
  guint descriptors;
  guint threads;

  if (world == NULL)
    return;
  g_object_unref (tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0")));
  descriptors = count_descriptors ();
  threads = count_threads ();
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (McastTxSocket)
        tx = tx_new (WORDS (TEST_GROUP, TEST_GROUP6), TEST_PORT, WORDS ("v0", "v1"));

      g_assert_cmpuint (count_threads (), ==, threads + 1);
      tx_send (tx, "x");
      g_assert_null (mcast_tx_socket_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("no"), NULL));
      if (i % 2 == 0)
        mcast_tx_socket_close (tx);
    }
  g_assert_cmpuint (count_descriptors (), <=, descriptors);
  g_assert_cmpuint (count_threads (), ==, threads);
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
test_cancel_from_another_thread (void)
{
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  Sending sending = { 0 };
  GThread *thread;

  if (world == NULL)
    return;
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
test_close_from_another_thread (void)
{
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  Sending sending = { 0 };
  GThread *thread;

  if (world == NULL)
    return;
  sending.tx = tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  thread = start_sending (&sending);
  mcast_tx_socket_close (tx);
  g_thread_join (thread);
  g_assert_error (sending.error, MCAST_ERROR, MCAST_ERROR_CLOSED);
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
test_threads (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (McastTxSocket) tx = NULL;
  GThread *threads[3];

  if (world == NULL)
    return;
  tx = tx_new (WORDS (TEST_GROUP, TEST_GROUP6), TEST_PORT, WORDS ("v0"));
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
      g_ptr_array_unref (mcast_tx_socket_get_interfaces (tx));
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
test_shared_socket (void)
{
  g_autoptr (World) world = world_new (1);
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (GSocketAddress) any = NULL;
  g_autoptr (GSocketAddress) from = NULL;
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (world == NULL)
    return;
  socket = plain_socket_new (G_SOCKET_FAMILY_IPV4);
  any = plain_address_new ("0.0.0.0", 7001, 0);
  plain_bind (socket, any);
  receiver = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  tx = g_initable_new (MCAST_TYPE_TX_SOCKET, NULL, &error, "groups", WORDS (TEST_GROUP), "port",
                       TEST_PORT, "interfaces", WORDS ("v0"), "socket", socket, NULL);
  g_assert_no_error (error);
  tx_send (tx, "shared");
  text = plain_receive (receiver, &from);
  g_assert_cmpuint (g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (from)), ==, 7001);
  mcast_tx_socket_close (tx);
  g_assert_false (g_socket_is_closed (socket));
  g_assert_cmpint (g_socket_get_fd (socket), >=, 0);
}

/* Sender and receiver on one socket: what the one does must not take the other's groups away. */
static void
test_shared_with_receiver (void)
{
  g_autoptr (World) world = world_new (1);
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GError) error = NULL;

  if (world == NULL)
    return;
  socket = plain_receiver_new (world->here, NULL, TEST_GROUP, 7001);
  rx = g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, &error, "groups", WORDS (TEST_GROUP),
                       "interfaces", WORDS ("v0"), "socket", socket, "timeout-us",
                       (gint64) NETNS_DEADLINE_MS * 1000, NULL);
  g_assert_no_error (error);
  tx = g_initable_new (MCAST_TYPE_TX_SOCKET, NULL, &error, "groups", WORDS (TEST_GROUP), "port",
                       7001, "interfaces", WORDS ("v0"), "socket", socket, NULL);
  g_assert_no_error (error);
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
add_family_cases (const char *prefix, GTestDataFunc func)
{
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      g_autofree char *path = g_strdup_printf ("/tx-socket/%s/%s", prefix, families[i].name);

      g_test_add_data_func (path, &families[i], func);
    }
}

static void
add_cases (void)
{
  add_family_cases ("every-group-on-every-interface", test_every_group_on_every_interface);
  add_family_cases ("default-route", test_default_route);
  add_family_cases ("sizes", test_sizes);
  add_family_cases ("ttl", test_ttl);
  add_family_cases ("dscp", test_dscp);
  add_family_cases ("loopback", test_loopback);
  add_family_cases ("local-address", test_local_address);
  add_family_cases ("local-address-of-several", test_local_address_of_several);
  add_family_cases ("source-address", test_source_address);
  add_family_cases ("send-to-listed", test_send_to_listed);
  add_family_cases ("send-to-ad-hoc", test_send_to_ad_hoc);
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autofree char *now = g_strconcat ("/tx-socket/error/", mistakes[i].name, NULL);
      g_autofree char *later = g_strconcat ("/tx-socket/error-later/", mistakes[i].name, NULL);

      g_test_add_data_func (now, &mistakes[i], test_mistake);
      if (mistakes[i].port > 0 && mistakes[i].port <= G_MAXUINT16 && mistakes[i].iface != NULL)
        g_test_add_data_func (later, &mistakes[i], test_mistake_later);
    }
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  add_cases ();
  g_test_add_func ("/tx-socket/interface-of-group", test_interface_of_group);
  g_test_add_func ("/tx-socket/same-interface-thrice", test_same_interface_thrice);
  g_test_add_func ("/tx-socket/any-interface", test_any_interface);
  g_test_add_func ("/tx-socket/route/to-group", test_route_to_group);
  g_test_add_func ("/tx-socket/route/changes", test_route_changes);
  g_test_add_func ("/tx-socket/lo", test_lo);
  g_test_add_func ("/tx-socket/lo-remedy", test_lo_remedy);
  g_test_add_func ("/tx-socket/ttl-0-of-many", test_ttl_0_of_many);
  g_test_add_func ("/tx-socket/set-at-construction", test_set_at_construction);
  g_test_add_data_func ("/tx-socket/local-address-of-lo/ipv4", TEST_GROUP,
                        test_local_address_of_lo);
  g_test_add_data_func ("/tx-socket/local-address-of-lo/ipv6", TEST_GROUP6,
                        test_local_address_of_lo);
  g_test_add_func ("/tx-socket/local-addresses-of-paths", test_local_addresses_of_paths);
  g_test_add_func ("/tx-socket/source-address-missing", test_source_address_missing);
  g_test_add_func ("/tx-socket/source-port", test_source_port);
  g_test_add_func ("/tx-socket/send-to/scope", test_send_to_scope);
  g_test_add_func ("/tx-socket/send-to/then-add", test_send_to_then_add);
  g_test_add_func ("/tx-socket/send-to/many", test_send_to_many);
  g_test_add_func ("/tx-socket/send-to/ever-new", test_send_to_ever_new);
  g_test_add_func ("/tx-socket/send-to/tells-ready", test_send_to_tells_ready);
  g_test_add_func ("/tx-socket/send-to/mistakes", test_send_to_mistakes);
  g_test_add_func ("/tx-socket/send-to/no-route", test_send_to_no_route);
  g_test_add_func ("/tx-socket/error/wrong-numbers", test_wrong_numbers);
  g_test_add_func ("/tx-socket/error/no-groups", test_no_groups);
  g_test_add_func ("/tx-socket/error/buffer-limit", test_buffer_limit);
  g_test_add_func ("/tx-socket/change", test_change);
  g_test_add_func ("/tx-socket/change/remove-last-interface", test_remove_last_interface);
  g_test_add_func ("/tx-socket/close/after", test_after_close);
  g_test_add_func ("/tx-socket/close/from-another-thread", test_close_from_another_thread);
  g_test_add_func ("/tx-socket/cancel/from-another-thread", test_cancel_from_another_thread);
  g_test_add_func ("/tx-socket/leaves-nothing", test_leaves_nothing);
  g_test_add_func ("/tx-socket/threads", test_threads);
  g_test_add_func ("/tx-socket/shared-socket", test_shared_socket);
  g_test_add_func ("/tx-socket/shared-socket/with-receiver", test_shared_with_receiver);
  return g_test_run ();
}
