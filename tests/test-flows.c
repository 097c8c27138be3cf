/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Flows that arrive on two interfaces of one network. Each datagram is sent on both, by one socket
 * with one source address and port. */

#include "lib-test.h"

static GSocket *
sender_new (World *world)
{
  gboolean is_ipv4 = world->family->socket_family == G_SOCKET_FAMILY_IPV4;
  g_autofree char *source = is_ipv4 ? netns_ipv4 (world->there, "v0")
                                    : netns_ipv6 (world->there, "v0");

  return plain_sender_new (world->there, "v0", world->family->socket_family, source);
}

static void
send_on (World *world, GSocket *sender, const char *name, guint32 number)
{
  guint index = netns_index (world->there, name);
  g_autoptr (GSocketAddress) to = plain_address_new (world->family->group, TEST_PORT, index);
  const struct ip_mreqn request = { .imr_ifindex = (int) index };
  int fd = g_socket_get_fd (sender);

  if (world->family->socket_family == G_SOCKET_FAMILY_IPV4)
    g_assert_cmpint (setsockopt (fd, IPPROTO_IP, IP_MULTICAST_IF, &request, sizeof request), ==, 0);
  else
    g_assert_cmpint (setsockopt (fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof index), ==, 0);
  plain_send_data (sender, to, &number, sizeof number);
}

static McastRxSocket *
flow_rx_new (World *world)
{
  return rx_new_full ("groups", WORDS (world->family->group), "port", TEST_PORT, "interfaces",
                      WORDS ("v0", "v1"), "merge", MCAST_MERGE_FLOW, NULL);
}

/* Whether the next datagram that is there now has this number. */
static gboolean
receives_now (McastRxSocket *rx, guint32 number)
{
  g_autoptr (McastDatagram) datagram = NULL;
  guint32 received;

  mcast_rx_socket_set_timeout_us (rx, 0, NULL);
  datagram = mcast_rx_socket_receive (rx, NULL, NULL);
  if (datagram == NULL)
    return FALSE;
  memcpy (&received, g_bytes_get_data (mcast_datagram_get_payload (datagram), NULL),
          sizeof received);
  g_assert_cmpuint (received, ==, number);
  return TRUE;
}

static guint64
path_duplicates (World *world, McastRxSocket *rx, const char *name)
{
  return rx_path_counter (rx, world->family->group, name, "duplicates");
}

static void
test_copies (World *world)
{
  g_autoptr (McastRxSocket) rx = flow_rx_new (world);
  g_autoptr (GSocket) sender = sender_new (world);

  for (guint i = 0; i < 100; i++)
    {
      send_on (world, sender, "v1", i);
      netns_assert_soon (receives_now (rx, i));
      send_on (world, sender, "v0", i);
      g_assert_false (receives_now (rx, i));
    }
  g_assert_cmpuint (rx_counter (rx, "delivered"), ==, 100);
  g_assert_cmpuint (rx_counter (rx, "duplicates"), ==, 100);
  g_assert_cmpuint (path_duplicates (world, rx, "v0"), ==, 100);
  g_assert_cmpuint (rx_counter (rx, "flow-switches"), ==, 0);
  rx_assert_sums (rx);
}

/* Each interface has an OS socket of its own, and all of them are read in batches. */
static void
test_batches (World *world)
{
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GSocket) sender = sender_new (world);

  netns_sysctl (world->here, "ipv4/igmp_max_memberships", "1");
  rx = flow_rx_new (world);
  for (guint32 i = 0, n_received = 0; i < 5000; i++)
    {
      send_on (world, sender, i % 2 == 0 ? "v0" : "v1", i);
      send_on (world, sender, i % 2 == 0 ? "v1" : "v0", i);
      if (i % 100 < 99)
        continue;
      while (n_received <= i)
        netns_assert_soon (receives_now (rx, n_received) && ++n_received);
      netns_assert_soon (!receives_now (rx, 0) && rx_counter (rx, "duplicates") == n_received);
    }
  g_assert_cmpuint (rx_counter (rx, "delivered"), ==, 5000);
  g_assert_cmpuint (rx_counter (rx, "duplicates"), ==, 5000);
  rx_assert_sums (rx);
}

typedef struct
{
  guint n;
  McastEvent *event;
} Switches;

static void
on_event (GObject *socket, McastEvent *event, gpointer user_data)
{
  Switches *switches = user_data;

  if (mcast_event_get_event_type (event) != MCAST_EVENT_FLOW_SWITCHED)
    return;
  switches->n++;
  g_clear_pointer (&switches->event, mcast_event_unref);
  switches->event = mcast_event_ref (event);
}

/* Sends on one interface until a datagram is delivered. Returns how many were not. */
static guint
send_until_delivered (World *world, McastRxSocket *rx, GSocket *sender, const char *name)
{
  guint32 number = 1000;

  netns_assert_soon ((send_on (world, sender, name, number), receives_now (rx, number++)));
  return number - 1001;
}

static void
test_switch (World *world)
{
  g_autoptr (McastRxSocket) rx = flow_rx_new (world);
  g_autoptr (GSocket) sender = sender_new (world);
  Switches switches = { 0 };
  guint n_lost;

  mcast_rx_socket_set_event_callback (rx, on_event, &switches, NULL);
  for (guint i = 0; i < 10; i++)
    {
      send_on (world, sender, "v0", i);
      send_on (world, sender, "v1", i);
      netns_assert_soon (receives_now (rx, i));
      netns_assert_soon (!receives_now (rx, i) && rx_counter (rx, "duplicates") == i + 1);
    }
  n_lost = send_until_delivered (world, rx, sender, "v1");
  g_assert_cmpuint (n_lost, >=, 2);
  g_assert_cmpuint (switches.n, ==, 1);
  g_assert_cmpstr (mcast_event_get_interface_name (switches.event), ==, "v1");
  g_assert_nonnull (strstr (mcast_event_get_group (switches.event), world->family->group));
  mcast_event_unref (switches.event);

  send_on (world, sender, "v0", 5000);
  send_on (world, sender, "v1", 5001);
  netns_assert_soon (receives_now (rx, 5001));
  g_assert_cmpuint (rx_counter (rx, "flow-switches"), ==, 1);
  g_assert_cmpuint (rx_counter (rx, "duplicates"), ==, 10 + n_lost + 1);
  rx_assert_sums (rx);
}

/* An interface that is removed is replaced at once. */
static void
test_remove_interface (World *world)
{
  g_autoptr (McastRxSocket) rx = flow_rx_new (world);
  g_autoptr (GSocket) sender = sender_new (world);

  send_on (world, sender, "v0", 1);
  send_on (world, sender, "v1", 1);
  netns_assert_soon (receives_now (rx, 1));
  netns_assert_soon (!receives_now (rx, 1) && rx_counter (rx, "duplicates") == 1);
  g_assert_true (mcast_rx_socket_remove_interface (rx, "v0", NULL));
  send_on (world, sender, "v1", 2);
  netns_assert_soon (receives_now (rx, 2));
  rx_assert_sums (rx);
}

static void
test_interface_disappears (World *world)
{
  g_autoptr (McastRxSocket) rx = flow_rx_new (world);
  g_autofree char *source = netns_ipv4 (world->there, "v1");
  g_autoptr (GSocket) sender = plain_sender_new (world->there, "v0", G_SOCKET_FAMILY_IPV4, source);

  send_on (world, sender, "v0", 1);
  netns_assert_soon (receives_now (rx, 1));
  netns_link_delete (world->here, "v0");
  send_until_delivered (world, rx, sender, "v1");
  rx_assert_sums (rx);
}

/* Another port is another flow, which is delivered from the only interface that brings it. */
static void
test_other_flow (World *world)
{
  g_autoptr (McastRxSocket) rx = flow_rx_new (world);
  g_autoptr (GSocket) first = sender_new (world);
  g_autoptr (GSocket) second = sender_new (world);

  for (guint i = 0; i < 50; i++)
    {
      send_on (world, first, "v0", i);
      netns_assert_soon (receives_now (rx, i));
      send_on (world, second, "v1", i);
      netns_assert_soon (receives_now (rx, i));
    }
  g_assert_cmpuint (rx_counter (rx, "duplicates"), ==, 0);
  rx_assert_sums (rx);
}

/* Datagrams that were not requested do not belong to a flow. */
static void
test_isolation (World *world)
{
  const char *other = world->family->other_group;
  g_autoptr (McastRxSocket) rx = flow_rx_new (world);
  g_autoptr (GSocket) witness = plain_receiver_new (world->here, "v0", other, TEST_PORT);

  plain_send (world->there, "v0", other, TEST_PORT, "other group");
  plain_assert_receives (witness, "other group");
  plain_send (world->there, "v1", world->family->group, TEST_PORT, "ours");
  rx_assert_receives (rx, "ours");
  rx_assert_empty (rx);
  rx_assert_sums (rx);
}

/* Runs belong to one flow, while RTP packets must be single. */
static void
test_runs (World *world)
{
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GError) error = NULL;

  rx = rx_new_full ("groups", WORDS (TEST_GROUP), "port", TEST_PORT, "interfaces", WORDS ("v0"),
                    "merge", MCAST_MERGE_FLOW, "segment-merging", TRUE, NULL);
  g_clear_object (&rx);
  rx = g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, &error, "port", TEST_PORT, "merge",
                       MCAST_MERGE_RTP, "segment-merging", TRUE, NULL);
  g_assert_null (rx);
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "mutually exclusive");
}

static void
add_tests (const TestFamily *family)
{
  static const struct
  {
    const char *name;
    WorldTest test;
  } tests[] = {
    { "copies", { 2, test_copies } },
    { "switch", { 2, test_switch } },
    { "remove-interface", { 2, test_remove_interface } },
    { "other-flow", { 2, test_other_flow } },
    { "isolation", { 2, test_isolation } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/flows/%s/%s", tests[i].name, family->name);
      WorldTest test = tests[i].test;

      test.family = family;
      world_test_add_full (path, test);
    }
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  add_tests (&test_families[0]);
  add_tests (&test_families[1]);
  world_test_add ("/flows/interface-disappears", 2, test_interface_disappears);
  world_test_add_full ("/flows/batches", (WorldTest) { 2, test_batches, .needs = NETNS_SYSCTL });
  world_test_add ("/flows/runs", 1, test_runs);
  return g_test_run ();
}
