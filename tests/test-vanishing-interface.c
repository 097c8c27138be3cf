/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

#include "os/mcast-os-membership-private.h"

/* An interface vanishes after a receiving socket has selected it, and before the kernel is asked to
 * join there. The socket waits for it, as for one that vanishes later. */

/* Takes the interface v0 away when the library joins, or changes a filter. */
static World *vanishes_in;

static void
vanish (void)
{
  if (vanishes_in != NULL)
    netns_link_delete (g_steal_pointer (&vanishes_in)->here, "v0");
}

McastOsJoinResult __real__mcast_os_join (int fd, const McastAddress *group, guint index,
                                         McastSourceFilter *filter, GError **error);
McastOsJoinResult __wrap__mcast_os_join (int fd, const McastAddress *group, guint index,
                                         McastSourceFilter *filter, GError **error);

McastOsJoinResult
__wrap__mcast_os_join (int fd, const McastAddress *group, guint index, McastSourceFilter *filter,
                       GError **error)
{
  vanish ();
  return __real__mcast_os_join (fd, group, index, filter, error);
}

gboolean __real__mcast_os_set_filter (int fd, const McastAddress *group, guint index,
                                      McastSourceFilter *filter, GError **error);
gboolean __wrap__mcast_os_set_filter (int fd, const McastAddress *group, guint index,
                                      McastSourceFilter *filter, GError **error);

gboolean
__wrap__mcast_os_set_filter (int fd, const McastAddress *group, guint index,
                             McastSourceFilter *filter, GError **error)
{
  vanish ();
  return __real__mcast_os_set_filter (fd, group, index, filter, error);
}

static McastRxSocket *
open_on_v0 (World *world, const char *group, gboolean wait)
{
  return rx_new_full ("groups", WORDS (group), "port", TEST_PORT, "interfaces", WORDS ("v0"),
                      "wait-for-interfaces", wait, NULL);
}

/* The interface returns, and with it what is sent there. */
static void
assert_recovers (World *world, McastRxSocket *rx, const char *group)
{
  g_assert_null (vanishes_in);
  netns_link_recreate (world->here, "v0", 0, 0);
  netns_assert_soon (netns_group_users (world->here, "v0", group) > 0);
  plain_send (world->there, "v0", group, TEST_PORT, "back");
  rx_assert_receives (rx, "back");
}

static void
test_open (World *world)
{
  for (guint wait = 0; wait < 2; wait++)
    {
      g_autoptr (McastRxSocket) rx = NULL;

      vanishes_in = world;
      rx = open_on_v0 (world, world->family->group, wait);
      assert_recovers (world, rx, world->family->group);
    }
}

static void
test_join (World *world)
{
  g_autoptr (McastRxSocket) rx = open_on_v0 (world, world->family->group, FALSE);
  g_autoptr (GError) error = NULL;

  vanishes_in = world;
  mcast_rx_socket_join (rx, world->family->other_group, &error);
  g_assert_no_error (error);
  assert_recovers (world, rx, world->family->other_group);
}

static void
test_filter (World *world)
{
  const char *group = world->family->group;
  g_autofree char *one = g_strdup_printf ("%s@%s", world->family->sources[0], group);
  g_autofree char *source = test_family_address (world->family, world->there, "v0");
  g_autofree char *other = g_strdup_printf ("%s@%s", source, group);
  g_autoptr (McastRxSocket) rx = open_on_v0 (world, one, FALSE);
  g_autoptr (GError) error = NULL;

  vanishes_in = world;
  mcast_rx_socket_join (rx, other, &error);
  g_assert_no_error (error);
  assert_recovers (world, rx, group);
}

/* An interface without the protocol is another matter: nothing will change by itself. */
static void
test_without_ipv6 (World *world)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (McastRxSocket) rx = NULL;

  /* IPv6 needs 1,280 bytes. */
  netns_ip (world->here, "link set v0 mtu 1000\n");
  rx = mcast_rx_socket_new (WORDS (TEST_GROUP6), TEST_PORT, WORDS ("v0"), &error);
  g_assert_nonnull (error);
  g_assert_null (rx);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);

  world_test_add_families ("/vanishing-interface/open", 1, test_open);
  world_test_add_families ("/vanishing-interface/join", 1, test_join);
  world_test_add_families ("/vanishing-interface/filter", 1, test_filter);
  world_test_add ("/vanishing-interface/without-ipv6", 1, test_without_ipv6);
  return g_test_run ();
}
