/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

#include <sys/resource.h>

/* Any number of groups and interfaces, whatever one socket of the system carries. */

static GPtrArray *
make_groups (const TestFamily *family, guint n)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (groups, test_family_group (family, i));
  g_ptr_array_add (groups, NULL);
  return groups;
}

/* Each group on each interface brings its own datagram, and nothing else comes. */
static void
assert_all_arrive (World *world, McastRxSocket *rx, GPtrArray *groups, guint n_links)
{
  for (guint i = 0; i + 1 < groups->len; i++)
    for (guint j = 0; j < n_links; j++)
      {
        g_autofree char *name = g_strdup_printf ("v%u", j);
        g_autofree char *text = g_strdup_printf ("%s on %s", (char *) groups->pdata[i], name);
        g_autoptr (McastDatagram) datagram = NULL;
        g_autofree char *received = NULL;
        g_autofree char *group = NULL;

        plain_send (world->there, name, groups->pdata[i], TEST_PORT, text);
        datagram = rx_receive (rx);
        received = datagram_text (datagram);
        group = g_inet_address_to_string (mcast_datagram_get_group (datagram));
        g_assert_cmpstr (received, ==, text);
        g_assert_cmpstr (group, ==, groups->pdata[i]);
        g_assert_cmpstr (mcast_datagram_get_interface_name (datagram), ==, name);
      }
  rx_assert_empty (rx);
  rx_assert_sums (rx);
}

static void
assert_all_left (World *world, GPtrArray *groups)
{
  for (guint i = 0; i + 1 < groups->len; i += 7)
    g_assert_cmpuint (netns_group_users (world->here, "v0", groups->pdata[i]), ==, 0);
}

static void
test_45_groups_on_3_interfaces (World *world)
{
  g_autoptr (GPtrArray) groups = make_groups (world->family, 45);
  McastRxSocket *rx = rx_new ((const char *const *) groups->pdata, TEST_PORT,
                              WORDS ("v0", "v1", "v2"));

  assert_all_arrive (world, rx, groups, 3);
  g_object_unref (rx);
  assert_all_left (world, groups);
}

static void
test_1000_groups (World *world)
{
  g_autoptr (GPtrArray) groups = make_groups (world->family, 1000);
  guint descriptors = count_descriptors ();
  McastRxSocket *rx = rx_new ((const char *const *) groups->pdata, TEST_PORT, WORDS ("v0"));

  assert_all_arrive (world, rx, groups, 1);
  mcast_rx_socket_close (rx);
  g_assert_cmpuint (count_descriptors (), <=, descriptors + 8);
  g_object_unref (rx);
  assert_all_left (world, groups);
}

/* The process has few descriptors: groups must share sockets. */
static void
test_few_descriptors (World *world)
{
  g_autoptr (GPtrArray) groups = make_groups (world->family, 300);
  g_autoptr (McastRxSocket) rx = NULL;
  struct rlimit before;
  struct rlimit few;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &before), ==, 0);
  few = before;
  few.rlim_cur = 100;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &few), ==, 0);
  rx = rx_new ((const char *const *) groups->pdata, TEST_PORT, WORDS ("v0"));
  assert_all_arrive (world, rx, groups, 1);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &before), ==, 0);
}

/* With one membership for a socket it takes more sockets, no more. */
static void
test_one_membership_each (World *world)
{
  g_autoptr (GPtrArray) groups = make_groups (world->family, 12);
  g_autoptr (McastRxSocket) rx = NULL;

  netns_sysctl (world->here, "ipv4/igmp_max_memberships", "1");
  rx = rx_new ((const char *const *) groups->pdata, TEST_PORT, WORDS ("v0", "v1", "v2"));
  assert_all_arrive (world, rx, groups, 3);
}

/* Where there is room for none, the error names what to raise. */
static void
test_no_membership (World *world)
{
  const char *iface = world->data;
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GError) error = NULL;

  netns_sysctl (world->here, "ipv4/igmp_max_memberships", "0");
  rx = mcast_rx_socket_new (WORDS (TEST_GROUP), TEST_PORT, WORDS (iface), &error);
  g_assert_null (rx);
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_TOO_MANY_MEMBERSHIPS,
                     "net.ipv4.igmp_max_memberships");
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_TOO_MANY_MEMBERSHIPS, TEST_GROUP);
}

/* A group that fails everywhere is an error, although others are received. */
static void
test_no_membership_later (World *world)
{
  const char *iface = world->data;
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS (iface));
  g_autoptr (GError) error = NULL;

  netns_sysctl (world->here, "ipv4/igmp_max_memberships", "0");
  g_assert_false (mcast_rx_socket_join (rx, TEST_GROUP_2, &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_TOO_MANY_MEMBERSHIPS, TEST_GROUP_2);
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "still joined");
  rx_assert_receives (rx, "still joined");
}

/* What could not be joined for want of descriptors is when there are some again. */
static void
test_descriptors_come_back (World *world)
{
  g_autoptr (McastRxSocket)
    rx = rx_new_full ("groups", WORDS (TEST_GROUP), "port", TEST_PORT, "interfaces",
                      WORDS ("later"), "wait-for-interfaces", TRUE, NULL);
  g_autoptr (GError) error = NULL;
  struct rlimit before;
  struct rlimit none;

  netns_add_veth (world->here, "other", world->there, "later", NETNS_LINK_DEFAULT);
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &before), ==, 0);
  netns_link_move (world->there, "later", world->here);
  netns_assert_soon (rx_path_is (rx, TEST_GROUP, "later", "joined"));

  /* A second group, while there is no descriptor left. */
  none = before;
  none.rlim_cur = 3;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &none), ==, 0);
  g_assert_false (mcast_rx_socket_join (rx, TEST_GROUP_2, &error));
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &before), ==, 0);
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES, "ulimit -n");
  g_assert_true (mcast_rx_socket_join (rx, TEST_GROUP_2, NULL));
}

/* "*" leaves out an interface that cannot carry multicast, or is down. */
static void
test_any_passes_over (World *world)
{
  g_autoptr (McastRxSocket) rx = NULL;

  netns_ip (world->here, "link set dev v0 multicast off\n");
  netns_link_set_down (world->here, "v1");
  rx = rx_new (WORDS (TEST_GROUP, TEST_GROUP6), TEST_PORT, WORDS ("*"));
  g_assert_cmpuint (netns_group_users (world->here, "v0", TEST_GROUP), ==, 0);
  g_assert_cmpuint (netns_group_users (world->here, "v1", TEST_GROUP), ==, 0);
  g_assert_cmpuint (netns_group_users (world->here, "v2", TEST_GROUP), ==, 1);
}

/* Of "*", an interface without IPv6 does not keep the others from receiving. */
static void
test_any_without_ipv6 (World *world)
{
  g_autoptr (McastRxSocket) rx = NULL;

  netns_ip (world->here, "link set dev v0 mtu 1000\n");
  rx = rx_new (WORDS (TEST_GROUP, TEST_GROUP6), TEST_PORT, WORDS ("*"));
  plain_send (world->there, "v1", TEST_GROUP6, TEST_PORT, "six");
  rx_assert_receives (rx, "six");
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "four");
  rx_assert_receives (rx, "four");
}

static gint n_lines;

static GLogWriterOutput
count_lines (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if (level & (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING | G_LOG_LEVEL_MESSAGE))
    g_atomic_int_inc (&n_lines);
  return g_log_writer_default (level, fields, n_fields, user_data);
}

/* However many groups fail there, and however often they are tried again, that is one line. */
static void
test_any_without_ipv6_is_logged_once (World *world)
{
  g_autoptr (GPtrArray) groups = make_groups (&test_families[1], 50);
  g_autoptr (McastRxSocket) rx = NULL;

  netns_ip (world->here, "link set dev v0 mtu 1000\n");
  g_atomic_int_set (&n_lines, 0);
  rx = rx_new ((const char *const *) groups->pdata, TEST_PORT, WORDS ("*"));
  g_assert_cmpint (g_atomic_int_get (&n_lines), ==, 1);
  netns_add_veth (world->here, "v2", world->there, "v2", NETNS_LINK_DEFAULT);
  netns_assert_soon (rx_path_is (rx, groups->pdata[49], "v2", "joined"));
  g_assert_cmpint (g_atomic_int_get (&n_lines), ==, 1);
}

/* When all interfaces disappear, that is one line, too. */
static void
test_none_left_is_logged_once (World *world)
{
  g_autoptr (GPtrArray) groups = make_groups (&test_families[0], 50);
  g_autoptr (McastRxSocket) rx = NULL;

  rx = rx_new ((const char *const *) groups->pdata, TEST_PORT, WORDS ("*"));
  g_atomic_int_set (&n_lines, 0);
  netns_ip (world->here, "link del dev v0\nlink del dev v1\nlink del dev v2\n");
  netns_assert_soon (rx_path_is (rx, groups->pdata[49], "*", "waiting"));
  netns_add_veth (world->here, "v9", world->there, "v9", NETNS_LINK_DEFAULT);
  netns_assert_soon (rx_path_is (rx, groups->pdata[49], "v9", "joined"));
  g_assert_cmpint (g_atomic_int_get (&n_lines), ==, 1);
}

/* A named one is an error that says where to look. */
static void
test_named_without_ipv6 (World *world)
{
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GError) error = NULL;

  netns_ip (world->here, "link set dev v0 mtu 1000\n");
  rx = mcast_rx_socket_new (WORDS (TEST_GROUP6), TEST_PORT, WORDS ("v0"), &error);
  g_assert_null (rx);
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, TEST_GROUP6));
  g_assert_nonnull (strstr (error->message, "v0"));
  g_assert_nonnull (strstr (error->message, "IPv6"));
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  g_log_set_writer_func (count_lines, NULL, NULL);
  world_test_add_families ("/memberships/45-groups-on-3-interfaces", 3,
                           test_45_groups_on_3_interfaces);
  world_test_add_families ("/memberships/1000-groups", 1, test_1000_groups);
  world_test_add_families ("/memberships/few-descriptors", 1, test_few_descriptors);
  world_test_add_full ("/memberships/one-each",
                       (WorldTest) { 3, test_one_membership_each, .needs = NETNS_SYSCTL });
  world_test_add_full ("/memberships/none/named",
                       (WorldTest) { 1, test_no_membership, .needs = NETNS_SYSCTL, .data = "v0" });
  world_test_add_full ("/memberships/none/any",
                       (WorldTest) { 1, test_no_membership, .needs = NETNS_SYSCTL, .data = "*" });
  world_test_add_full ("/memberships/none-later/named",
                       (WorldTest) { 1, test_no_membership_later, .needs = NETNS_SYSCTL,
                                     .data = "v0" });
  world_test_add_full ("/memberships/none-later/any",
                       (WorldTest) { 1, test_no_membership_later, .needs = NETNS_SYSCTL,
                                     .data = "*" });
  world_test_add ("/memberships/descriptors-come-back", 1, test_descriptors_come_back);
  world_test_add ("/memberships/any-passes-over", 3, test_any_passes_over);
  world_test_add_full ("/memberships/any-without-ipv6",
                       (WorldTest) { 2, test_any_without_ipv6, .needs = NETNS_SYSCTL });
  world_test_add_full ("/memberships/any-without-ipv6/is-logged-once",
                       (WorldTest) { 2, test_any_without_ipv6_is_logged_once,
                                     .needs = NETNS_SYSCTL });
  world_test_add ("/memberships/none-left/is-logged-once", 3, test_none_left_is_logged_once);
  world_test_add ("/memberships/named-without-ipv6", 1, test_named_without_ipv6);
  return g_test_run ();
}
