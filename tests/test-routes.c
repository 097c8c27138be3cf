/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where multicast goes when no interface is named: the kernel's routes, as they change. */

#include "interfaces/mcast-interface-table-private.h"

#include "lib-test.h"

/* Of every question here. */
#define MARK 77

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
  McastRouteQuestion question = { .mark = MARK, .port = TEST_PORT };
  McastRoute route;

  g_assert_true (_mcast_address_parse (group, &question.group));
  g_assert_true (_mcast_interface_table_find_route (table, &question, &route, &error));
  g_assert_no_error (error);
  iface = _mcast_interface_by_index (interfaces, route.interface_index);
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
  { "an IPv6 group's own", "route add multicast ff15::/112 dev v0 table local metric 1\n",
    "ff15::1", "v0", "ff15::1:1", "v1" },
  { "gone again", "route del multicast ff15::/112 dev v0 table local metric 1\n", "ff15::1", "v1",
    "ff15::1:1", "v1" },
  { "halves", "route add 0.0.0.0/1 dev v1\nroute add 128.0.0.0/1 dev v1\n", "233.252.0.1", "v1",
    "233.252.9.1", "v1" },
  { "halves gone", "route del 0.0.0.0/1 dev v1\nroute del 128.0.0.0/1 dev v1\n", "233.252.0.1",
    "v0", "233.252.9.1", "v0" },
  { "IPv6 halves", "route add ::/1 dev v0\nroute add 8000::/1 dev v0\n", "ff15::1", "v0", "ff15::2",
    "v0" },
  { "IPv6 halves gone", "route del ::/1 dev v0\nroute del 8000::/1 dev v0\n", "ff15::1", "v1",
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

/* The kernel is asked with all that a rule may look at. */
static void
test_rule_details (World *world)
{
  static const char *const selectors[] = { "fwmark 77", "ipproto udp", "dport 5004" };
  g_autoptr (McastInterfaceTable) table = NULL;

  netns_ip (world->here, "route add default dev v0\nroute add default dev v1 table 100\n");
  table = acquire ();
  for (guint i = 0; i < G_N_ELEMENTS (selectors); i++)
    {
      g_test_message ("%s", selectors[i]);
      netns_ip (world->here, "rule add %s lookup 100\n", selectors[i]);
      netns_assert_soon (leads_to (table, TEST_GROUP, "v1"));
      netns_ip (world->here, "rule del %s lookup 100\n", selectors[i]);
      netns_assert_soon (leads_to (table, TEST_GROUP, "v0"));
    }
}

static void
test_ipv6_rule (World *world)
{
  g_autoptr (McastInterfaceTable) table = NULL;

  netns_ip (world->here, "route add ::/0 dev v0\nroute add ::/0 dev v1 table 100\n");
  table = acquire ();
  g_assert_true (leads_to (table, TEST_GROUP6, "v0"));
  g_free (
    netns_run (world->here, "ip", "-6", "rule", "add", "fwmark", "77", "lookup", "100", NULL));
  netns_assert_soon (leads_to (table, TEST_GROUP6, "v1"));
  g_free (
    netns_run (world->here, "ip", "-6", "rule", "del", "fwmark", "77", "lookup", "100", NULL));
  netns_assert_soon (leads_to (table, TEST_GROUP6, "v0"));
}

/* --- Senders ----------------------------------------------------------------------------- */

/* The address of each path that a sender reports, separated by blanks. */
static char *
list_sources (McastTxSocket *tx)
{
  g_autoptr (GPtrArray) addresses = mcast_tx_socket_get_local_addresses (tx);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < addresses->len; i++)
    {
      g_autofree char *host = plain_address_host (addresses->pdata[i]);

      g_string_append_printf (text, "%s%s", i > 0 ? " " : "", host);
    }
  return g_string_free (text, FALSE);
}

static gboolean
sends_from (McastTxSocket *tx, const char *source)
{
  g_autofree char *sources = list_sources (tx);

  return g_str_equal (sources, source);
}

/* The address that the sender reports is the one that the peer sees, and changes are followed. */
static void
assert_sent_from (McastTxSocket *tx, GSocket *receiver, const char *source)
{
  g_autoptr (GSocketAddress) from = NULL;
  g_autofree char *text = NULL;
  g_autofree char *host = NULL;

  netns_assert_soon (sends_from (tx, source));
  tx_send (tx, "text");
  text = plain_receive (receiver, &from);
  host = plain_address_host (from);
  g_assert_cmpstr (host, ==, source);
}

/* A link whose only address has link scope, beside one with the route to everywhere. */
static void
test_source_of_link_scope (World *world)
{
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  g_autoptr (McastTxSocket) named = NULL;
  g_autoptr (McastTxSocket) any = NULL;

  netns_ip (world->here, "addr flush dev v0 scope global\n"
                         "addr add 169.254.7.7/16 dev v0 scope link\nroute add default dev v1\n");
  named = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  assert_sent_from (named, receiver, "169.254.7.7");
  any = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0", "*"));
  tx_send (any, "text");
  g_free (plain_receive (receiver, NULL));
  netns_address_add (world->here, "v0", "192.0.2.1/24");
  assert_sent_from (named, receiver, "192.0.2.1");
  netns_address_remove (world->here, "v0", "192.0.2.1/24");
  assert_sent_from (named, receiver, "169.254.7.7");
}

static void
test_source_of_selection (World *world)
{
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  g_autofree char *first = netns_ipv4 (world->here, "v0");
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (McastTxSocket) labeled = NULL;

  netns_ip (world->here, "addr add 192.0.2.7/24 dev v0 label v0:tv\n");
  tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("192.0.2.7"));
  assert_sent_from (tx, receiver, "192.0.2.7");
  labeled = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0:tv"));
  assert_sent_from (labeled, receiver, "192.0.2.7");
  netns_address_remove (world->here, "v0", "192.0.2.7/24");
  assert_sent_from (tx, receiver, first);
}

static void
test_source_of_selection_ipv6 (World *world)
{
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v0", TEST_GROUP6, TEST_PORT);
  g_autoptr (McastTxSocket) tx = NULL;

  netns_address_add (world->here, "v0", "fd00:99::7/64");
  tx = tx_new (WORDS (TEST_GROUP6), TEST_PORT, WORDS ("fd00:99::7"));
  assert_sent_from (tx, receiver, "fd00:99::7");
}

/* Where no interface is named, and where the interface of the route is. */
static void
test_source_of_route (World *world)
{
  const char *const *const interfaces[] = { NULL, WORDS ("v0") };
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  g_autofree char *first = netns_ipv4 (world->here, "v0");

  netns_ip (world->here, "addr add 192.0.2.7/24 dev v0\nroute add default dev v0\n");
  for (guint i = 0; i < G_N_ELEMENTS (interfaces); i++)
    {
      g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, interfaces[i]);

      assert_sent_from (tx, receiver, first);
      netns_ip (world->here, "route add 233.252.0.0/24 dev v0 src 192.0.2.7\n");
      assert_sent_from (tx, receiver, "192.0.2.7");
      netns_ip (world->here, "route del 233.252.0.0/24 dev v0\n");
      assert_sent_from (tx, receiver, first);
    }
}

/* The link has no address of its own; the address of the host is on lo. */
static void
test_source_of_unnumbered_link (World *world)
{
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  g_autoptr (GError) error = NULL;
  g_autoptr (McastTxSocket) refused = NULL;
  g_autoptr (McastTxSocket) given = NULL;
  g_autoptr (McastTxSocket) routed = NULL;

  netns_ip (world->here, "addr flush dev v0\naddr add 192.0.2.1/32 dev lo\n");
  refused = mcast_tx_socket_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"), &error);
  g_assert_null (refused);
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NO_ADDRESS, "source-address");
  given = tx_new_full ("groups", WORDS (TEST_GROUP), "port", TEST_PORT, "interfaces", WORDS ("v0"),
                       "source-address", "192.0.2.1", NULL);
  assert_sent_from (given, receiver, "192.0.2.1");
  netns_ip (world->here, "route add 233.252.0.0/24 dev v0 src 192.0.2.1\n");
  routed = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  assert_sent_from (routed, receiver, "192.0.2.1");
}

/* A source address without an interface selects its interface, not that of the route. */
static void
test_source_selects (World *world)
{
  const TestFamily *family = world->family;
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v1", family->group, TEST_PORT);
  g_autofree char *source = test_family_address (family, world->here, "v1");
  g_autoptr (McastTxSocket) tx = NULL;

  netns_add_default_route (world->here, family->socket_family, "v0");
  tx = tx_new_full ("groups", WORDS (family->group), "port", TEST_PORT, "source-address", source,
                    NULL);
  g_assert_true (tx_path_is (tx, family->group, "v1", "ready"));
  assert_sent_from (tx, receiver, source);
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
  monitor = mcast_interface_monitor_get (NULL);
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
  monitor = mcast_interface_monitor_get (NULL);
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
  world_test_add ("/routes/rule/details", 2, test_rule_details);
  world_test_add ("/routes/rule/ipv6", 2, test_ipv6_rule);
  world_test_add ("/routes/source/link-scope", 2, test_source_of_link_scope);
  world_test_add ("/routes/source/selection", 1, test_source_of_selection);
  world_test_add ("/routes/source/selection/ipv6", 1, test_source_of_selection_ipv6);
  world_test_add ("/routes/source/route", 1, test_source_of_route);
  world_test_add ("/routes/source/unnumbered-link", 1, test_source_of_unnumbered_link);
  world_test_add_families ("/routes/source/selects", 2, test_source_selects);
  world_test_add ("/routes/without-descriptors/sender", 1, test_sender_without_descriptors);
  world_test_add ("/routes/without-descriptors/receiver-on-lo", 1,
                  test_receiver_on_lo_without_descriptors);
  return g_test_run ();
}
