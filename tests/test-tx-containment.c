/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

#include <sys/resource.h>

/* A time to live of 0 keeps datagrams on this host. On Linux that takes a membership of the group
 * on each interface. */

/* Fails the test unless the receiver gets the marker, and nothing before it. */
static void
assert_only_marker (GSocket *receiver, World *world, const char *name, const char *group)
{
  plain_send (world->here, name, group, TEST_PORT, "marker");
  plain_assert_receives (receiver, "marker");
}

static McastTxSocket *
contained_new (World *world, const char *const *interfaces)
{
  return tx_new_full ("groups", WORDS (world->family->group), "port", TEST_PORT, "interfaces",
                      interfaces, "ttl", 0, NULL);
}

/* Also while the interfaces change, and no longer than the TTL is 0. */
static void
test_memberships (World *world)
{
  const char *group = world->family->group;
  g_autoptr (McastTxSocket) tx = contained_new (world, WORDS ("*"));

  g_assert_cmpuint (netns_group_users (world->here, "v0", group), ==, 1);
  g_assert_cmpuint (netns_group_users (world->here, "v1", group), ==, 1);
  netns_link_recreate (world->here, "v1", 0, 0);
  netns_assert_soon (netns_group_users (world->here, "v1", group) == 1);
  netns_assert_soon (tx_path_is (tx, group, "v1", "ready"));
  g_assert_cmpuint (netns_group_users (world->here, "v0", group), ==, 1);

  g_assert_true (mcast_tx_socket_set_ttl (tx, 1, NULL));
  g_assert_cmpuint (netns_group_users (world->here, "v0", group), ==, 0);
  g_assert_cmpuint (netns_group_users (world->here, "v1", group), ==, 0);
  g_assert_true (mcast_tx_socket_set_ttl (tx, 0, NULL));
  g_assert_cmpuint (netns_group_users (world->here, "v0", group), ==, 1);
  mcast_tx_socket_close (tx);
  g_assert_cmpuint (netns_group_users (world->here, "v0", group), ==, 0);
}

/* An interface that is recreated with the same index has no membership, although the socket that
 * joined there still has its record of one. */
static void
test_same_index (World *world)
{
  const char *group = world->family->group;
  guint index = netns_index (world->here, "v0");
  g_autoptr (McastTxSocket) tx = contained_new (world, WORDS ("v0"));
  g_autoptr (GSocket) receiver = NULL;

  netns_link_recreate (world->here, "v0", index, 0);
  netns_assert_soon (tx_path_is (tx, group, "v0", "ready"));
  g_assert_cmpuint (netns_group_users (world->here, "v0", group), ==, 1);
  receiver = plain_receiver_new (world->there, "v0", group, TEST_PORT);
  netns_assert_soon (tx_try_send (tx, "stays", NULL));
  assert_only_marker (receiver, world, "v0", group);
}

/* Starts a program that brings v1 up when it reads a line: a test without descriptors cannot. */
static GSubprocess *
prepare_link_up (World *world)
{
  return netns_spawn (world->here, G_SUBPROCESS_FLAGS_STDIN_PIPE, "sh", "-c",
                      "read -r line; ip link set v1 up; "
                      "ip address add fd00:ffff::1/64 dev v1 nodad; "
                      "ip address add fe80::ffff/64 dev v1 nodad",
                      NULL);
}

static void
finish_link_up (GSubprocess *process)
{
  GOutputStream *input = g_subprocess_get_stdin_pipe (process);

  g_assert_true (g_output_stream_write_all (input, "go\n", 3, NULL, NULL, NULL));
}

/* Where joining fails, nothing is sent until it succeeds. */
static void
test_descriptors (World *world)
{
  const char *group = world->family->group;
  g_autoptr (GSubprocess) link_up = prepare_link_up (world);
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v1", group, TEST_PORT);
  g_autoptr (McastTxSocket) tx = NULL;
  struct rlimit before, few;

  netns_link_set_down (world->here, "v1");
  tx = contained_new (world, WORDS ("*"));
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &before), ==, 0);
  few = before;
  few.rlim_cur = 3;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &few), ==, 0);
  finish_link_up (link_up);
  netns_assert_soon (tx_path_is (tx, group, "v1", "failed"));
  tx_send (tx, "stays");
  g_assert_cmpuint (tx_path_counter (tx, group, "v0", "accepted"), ==, 1);
  g_assert_cmpuint (tx_path_counter (tx, group, "v1", "refused"), ==, 1);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &before), ==, 0);

  netns_assert_soon (tx_path_is (tx, group, "v1", "ready"));
  g_assert_cmpuint (netns_group_users (world->here, "v1", group), ==, 1);
  netns_assert_soon (tx_try_send (tx, "stays", NULL));
  assert_only_marker (receiver, world, "v1", group);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  world_test_add_families ("/tx-containment/memberships", 2, test_memberships);
  world_test_add_families ("/tx-containment/same-index", 1, test_same_index);
  world_test_add_families ("/tx-containment/descriptors", 2, test_descriptors);
  return g_test_run ();
}
