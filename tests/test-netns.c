/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "netns.h"

#include <gio/gnetworking.h>
#include <string.h>

#define PORT 5004
#define GROUP4 "233.252.0.1"
#define GROUP6 "ff15::1"
#define GROUP6_LOCAL "ff12::1"

/* --- Plain sockets ----------------------------------------------------------------------- */

static GSocket *
open_socket (const char *group)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (group);
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (g_inet_address_get_family (address), G_SOCKET_TYPE_DATAGRAM,
                                  G_SOCKET_PROTOCOL_UDP, &error);

  g_assert_no_error (error);
  g_socket_set_timeout (socket, NETNS_DEADLINE_MS / 1000);
  return socket;
}

/* Link-local groups are reached and bound with the index of an interface. */
static GSocketAddress *
group_address_new (Netns *ns, const char *name, const char *group)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (group);

  return g_object_new (G_TYPE_INET_SOCKET_ADDRESS, "address", address, "port", PORT, "scope-id",
                       netns_index (ns, name), NULL);
}

static gboolean
try_join (GSocket *socket, const char *group, const char *name, GError **error)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (group);

  return g_socket_join_multicast_group (socket, address, FALSE, name, error);
}

static GSocket *
receiver_new (Netns *ns, const char *name, const char *group)
{
  NETNS_VISIT (ns);
  g_autoptr (GSocketAddress) address = group_address_new (ns, name, group);
  g_autoptr (GError) error = NULL;
  GSocket *socket = open_socket (group);

  g_socket_bind (socket, address, TRUE, &error);
  g_assert_no_error (error);
  try_join (socket, group, name, &error);
  g_assert_no_error (error);
  return socket;
}

static gboolean
try_send (Netns *ns, const char *name, const char *group, const char *payload, GError **error)
{
  NETNS_VISIT (ns);
  g_autoptr (GSocketAddress) address = group_address_new (ns, name, group);
  g_autoptr (GSocket) socket = open_socket (group);
  gboolean is_ipv4 = g_socket_get_family (socket) == G_SOCKET_FAMILY_IPV4;
  struct ip_mreqn egress = { .imr_ifindex = (int) netns_index (ns, name) };
  int index = egress.imr_ifindex;

  g_assert_cmpint (index, !=, 0);
  if (is_ipv4)
    setsockopt (g_socket_get_fd (socket), IPPROTO_IP, IP_MULTICAST_IF, &egress, sizeof egress);
  else
    setsockopt (g_socket_get_fd (socket), IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof index);
  return g_socket_send_to (socket, address, payload, strlen (payload), NULL, error) >= 0;
}

static void
assert_receives (GSocket *receiver, const char *payload)
{
  g_autoptr (GError) error = NULL;
  char buffer[100] = "";

  g_socket_receive (receiver, buffer, sizeof buffer - 1, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (buffer, ==, payload);
}

static void
assert_crosses (Netns *from, const char *from_name, Netns *to, const char *to_name,
                const char *group)
{
  g_autoptr (GSocket) receiver = receiver_new (to, to_name, group);
  g_autoptr (GError) error = NULL;

  try_send (from, from_name, group, "across", &error);
  g_assert_no_error (error);
  assert_receives (receiver, "across");
}

static void
assert_crosses_in_all_families (Netns *from, const char *from_name, Netns *to, const char *to_name)
{
  assert_crosses (from, from_name, to, to_name, GROUP4);
  assert_crosses (from, from_name, to, to_name, GROUP6);
  assert_crosses (from, from_name, to, to_name, GROUP6_LOCAL);
}

/* --- Namespaces -------------------------------------------------------------------------- */

static void
test_new_is_apart (void)
{
  g_autoptr (Netns) ns = netns_new ();

  if (!netns_require (NETNS_VETH))
    return;
  netns_add_veth (ns, "apart0", ns, "apart1", NETNS_LINK_DEFAULT);
  g_assert_cmpuint (netns_index (ns, "apart0"), !=, 0);
  g_assert_cmpuint (netns_index (netns_home (), "apart0"), ==, 0);
}

static void
test_enter_and_leave (void)
{
  g_autoptr (Netns) ns = netns_new ();
  g_autofree char *inside = netns_run (ns, "readlink", "/proc/self/ns/net", NULL);
  g_autofree char *before = g_file_read_link ("/proc/thread-self/ns/net", NULL);
  g_autofree char *during = NULL;
  g_autofree char *after = NULL;
  NetnsVisit *visit = netns_enter (ns);

  during = g_file_read_link ("/proc/thread-self/ns/net", NULL);
  netns_leave (visit);
  after = g_file_read_link ("/proc/thread-self/ns/net", NULL);
  g_assert_cmpstr (during, ==, g_strchomp (inside));
  g_assert_cmpstr (during, !=, before);
  g_assert_cmpstr (after, ==, before);
}

static gpointer
read_own_namespace (gpointer data)
{
  return g_file_read_link ("/proc/thread-self/ns/net", NULL);
}

static void
test_thread (void)
{
  g_autoptr (Netns) ns = netns_new ();
  g_autofree char *inside = netns_run (ns, "readlink", "/proc/self/ns/net", NULL);
  g_autofree char *of_thread = g_thread_join (netns_thread_new (ns, read_own_namespace, NULL));

  g_assert_cmpstr (of_thread, ==, g_strchomp (inside));
}

static gpointer
spawn_and_end (gpointer ns)
{
  return netns_spawn (ns, G_SUBPROCESS_FLAGS_NONE, "sleep", "3600", NULL);
}

static void
test_spawn_ends_with_its_thread (void)
{
  g_autoptr (GThread) thread = g_thread_new ("spawn", spawn_and_end, netns_home ());
  g_autoptr (GSubprocess) process = g_thread_join (g_steal_pointer (&thread));
  g_autoptr (GError) error = NULL;

  g_subprocess_wait (process, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_signaled (process));
}

/* --- Links ------------------------------------------------------------------------------- */

static void
test_veth (void)
{
  g_autoptr (Netns) a = netns_new ();
  g_autoptr (Netns) b = netns_new ();
  g_autofree char *address = NULL;
  g_autofree char *expected = NULL;
  guint number;

  if (!netns_require (NETNS_VETH))
    return;
  number = netns_add_veth (a, "v0", b, "v1", NETNS_LINK_DEFAULT);
  assert_crosses_in_all_families (a, "v0", b, "v1");
  assert_crosses_in_all_families (b, "v1", a, "v0");

  address = netns_ipv4 (b, "v1");
  expected = g_strdup_printf ("10.%u.0.2", number);
  g_assert_cmpstr (address, ==, expected);
}

static void
test_veth_in_one_namespace (void)
{
  g_autoptr (Netns) ns = netns_new ();

  if (!netns_require (NETNS_VETH | NETNS_SYSCTL))
    return;
  netns_add_veth (ns, "v0", ns, "v1", NETNS_LINK_DEFAULT);
  assert_crosses_in_all_families (ns, "v0", ns, "v1");
}

static void
test_veth_without_family (void)
{
  g_autoptr (Netns) a = netns_new ();
  g_autoptr (Netns) b = netns_new ();
  g_autofree char *addresses4 = NULL;
  g_autofree char *addresses6 = NULL;

  if (!netns_require (NETNS_VETH))
    return;
  netns_add_veth (a, "v0", b, "v1", NETNS_LINK_NO_IPV4);
  netns_add_veth (a, "w0", b, "w1", NETNS_LINK_NO_IPV6);
  addresses4 = netns_run (a, "ip", "-4", "-o", "addr", "show", "dev", "v0", NULL);
  addresses6 = netns_run (a, "ip", "-6", "-o", "addr", "show", "dev", "w0", NULL);
  g_assert_cmpstr (addresses4, ==, "");
  g_assert_cmpstr (addresses6, ==, "");
  assert_crosses (a, "v0", b, "v1", GROUP6);
  assert_crosses (a, "w0", b, "w1", GROUP4);
}

static void
test_name_is_free_again (void)
{
  if (!netns_require (NETNS_VETH))
    return;
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (Netns) ns = netns_new ();
      g_autofree char *address = NULL;
      g_autofree char *expected = NULL;
      guint number = netns_add_veth (ns, "v0", netns_home (), "again", NETNS_LINK_DOWN);

      address = netns_ipv4 (netns_home (), "again");
      expected = g_strdup_printf ("10.%u.0.2", number);
      g_assert_cmpstr (address, ==, expected);
    }
  g_assert_cmpuint (netns_index (netns_home (), "again"), ==, 0);
}

static void
test_star (void)
{
  g_autoptr (NetnsTopology) star = NULL;
  g_autoptr (GError) error = NULL;
  GSocket *receivers[3] = { NULL };

  if (!netns_require (NETNS_VETH | NETNS_BRIDGE))
    return;
  star = netns_star_new (4, NULL);
  for (guint i = 0; i < 3; i++)
    receivers[i] = receiver_new (star->hosts[i + 1], "eth0", GROUP6);
  try_send (star->hosts[0], "eth0", GROUP6, "to all", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 3; i++)
    {
      assert_receives (receivers[i], "to all");
      g_object_unref (receivers[i]);
    }
}

static void
test_fan (void)
{
  g_autoptr (NetnsTopology) fan = NULL;

  if (!netns_require (NETNS_VETH))
    return;
  fan = netns_fan_new (2);
  assert_crosses_in_all_families (fan->hosts[0], "v0", fan->hosts[1], "eth0");
  assert_crosses_in_all_families (fan->hosts[0], "v1", fan->hosts[2], "eth0");
}

static void
test_parallel (void)
{
  g_autoptr (NetnsTopology) parallel = NULL;

  if (!netns_require (NETNS_VETH))
    return;
  parallel = netns_parallel_new (3);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("v%u", i);
      assert_crosses_in_all_families (parallel->hosts[0], name, parallel->hosts[1], name);
    }
}

/* --- What an interface has --------------------------------------------------------------- */

static void
check_group_users (const char *group)
{
  g_autoptr (NetnsTopology) fan = netns_fan_new (1);
  Netns *host = fan->hosts[1];
  g_autoptr (GSocket) first = receiver_new (host, "eth0", group);
  g_autoptr (GSocket) second = receiver_new (host, "eth0", group);

  g_assert_cmpuint (netns_group_users (host, "eth0", group), ==, 2);
  g_assert_cmpuint (netns_group_users (host, "lo", group), ==, 0);
  g_assert_cmpuint (netns_group_users (fan->hosts[0], "v0", group), ==, 0);
  g_clear_object (&first);
  g_assert_cmpuint (netns_group_users (host, "eth0", group), ==, 1);
  g_clear_object (&second);
  g_assert_cmpuint (netns_group_users (host, "eth0", group), ==, 0);
}

static void
test_group_users (void)
{
  if (!netns_require (NETNS_VETH))
    return;
  check_group_users ("239.1.2.3");
  check_group_users (GROUP6);
}

/* --- Routes ------------------------------------------------------------------------------ */

static void
test_default_route (void)
{
  g_autoptr (Netns) a = netns_new ();
  g_autoptr (Netns) b = netns_new ();
  g_autofree char *route4 = NULL;
  g_autofree char *route6 = NULL;

  if (!netns_require (NETNS_VETH))
    return;
  netns_add_veth (a, "v0", b, "v1", NETNS_LINK_DEFAULT);
  netns_add_default_route (a, G_SOCKET_FAMILY_IPV4, "v0");
  netns_add_default_route (a, G_SOCKET_FAMILY_IPV6, "v0");
  route4 = netns_run (a, "ip", "route", "get", "192.0.2.1", NULL);
  route6 = netns_run (a, "ip", "-6", "route", "get", "2001:db8::1", NULL);
  g_assert_nonnull (strstr (route4, "dev v0"));
  g_assert_nonnull (strstr (route6, "dev v0"));
}

static void
test_lo (void)
{
  g_autoptr (Netns) ns = netns_new ();

  netns_add_lo_route (ns);
  assert_crosses (ns, "lo", ns, "lo", GROUP4);
  assert_crosses (ns, "lo", ns, "lo", GROUP6);
}

/* --- Faults ------------------------------------------------------------------------------ */

static void
test_down_and_up (void)
{
  g_autoptr (NetnsTopology) fan = NULL;
  g_autofree char *state = NULL;

  if (!netns_require (NETNS_VETH))
    return;
  fan = netns_fan_new (1);
  netns_link_set_down (fan->hosts[1], "eth0");
  state = netns_run (fan->hosts[1], "ip", "-o", "link", "show", "dev", "eth0", NULL);
  g_assert_nonnull (strstr (state, "state DOWN"));
  netns_link_set_up (fan->hosts[1], "eth0");
  assert_crosses_in_all_families (fan->hosts[0], "v0", fan->hosts[1], "eth0");
}

static void
test_recreate_with_new_index (void)
{
  g_autoptr (NetnsTopology) fan = NULL;
  guint before;

  if (!netns_require (NETNS_VETH))
    return;
  fan = netns_fan_new (1);
  before = netns_index (fan->hosts[1], "eth0");
  netns_link_delete (fan->hosts[1], "eth0");
  g_assert_cmpuint (netns_index (fan->hosts[1], "eth0"), ==, 0);
  g_assert_cmpuint (netns_index (fan->hosts[0], "v0"), ==, 0);
  netns_link_recreate (fan->hosts[1], "eth0", 0, 0);
  g_assert_cmpuint (netns_index (fan->hosts[1], "eth0"), !=, before);
  assert_crosses_in_all_families (fan->hosts[0], "v0", fan->hosts[1], "eth0");
}

static void
test_recreate_with_same_index (void)
{
  g_autoptr (NetnsTopology) fan = NULL;
  g_autofree char *hardware_before = NULL;
  g_autofree char *hardware_after = NULL;
  guint index;
  guint peer_index;

  if (!netns_require (NETNS_VETH))
    return;
  fan = netns_fan_new (1);
  index = netns_index (fan->hosts[1], "eth0");
  peer_index = netns_index (fan->hosts[0], "v0");
  hardware_before = netns_run (fan->hosts[1], "ip", "-br", "link", "show", "dev", "eth0", NULL);
  netns_link_recreate (fan->hosts[1], "eth0", index, peer_index + 7);
  hardware_after = netns_run (fan->hosts[1], "ip", "-br", "link", "show", "dev", "eth0", NULL);
  g_assert_cmpuint (netns_index (fan->hosts[1], "eth0"), ==, index);
  g_assert_cmpuint (netns_index (fan->hosts[0], "v0"), ==, peer_index + 7);
  g_assert_cmpstr (hardware_before, !=, hardware_after);
  assert_crosses_in_all_families (fan->hosts[0], "v0", fan->hosts[1], "eth0");
}

static void
test_recreate_on_a_bridge (void)
{
  g_autoptr (NetnsTopology) star = NULL;

  if (!netns_require (NETNS_VETH | NETNS_BRIDGE))
    return;
  star = netns_star_new (2, NULL);
  netns_link_recreate (star->hosts[1], "eth0", 0, 0);
  assert_crosses_in_all_families (star->hosts[0], "eth0", star->hosts[1], "eth0");
}

static void
test_rename (void)
{
  g_autoptr (NetnsTopology) fan = NULL;
  guint index;

  if (!netns_require (NETNS_VETH))
    return;
  fan = netns_fan_new (1);
  index = netns_index (fan->hosts[1], "eth0");
  netns_link_rename (fan->hosts[1], "eth0", "lan");
  g_assert_cmpuint (netns_index (fan->hosts[1], "eth0"), ==, 0);
  g_assert_cmpuint (netns_index (fan->hosts[1], "lan"), ==, index);
  assert_crosses_in_all_families (fan->hosts[0], "v0", fan->hosts[1], "lan");
}

static void
test_move_and_back (void)
{
  g_autoptr (NetnsTopology) fan = NULL;
  g_autoptr (Netns) elsewhere = netns_new ();
  guint index;

  if (!netns_require (NETNS_VETH))
    return;
  fan = netns_fan_new (1);
  index = netns_index (fan->hosts[1], "eth0");
  netns_link_move (fan->hosts[1], "eth0", elsewhere);
  g_assert_cmpuint (netns_index (fan->hosts[1], "eth0"), ==, 0);
  assert_crosses_in_all_families (fan->hosts[0], "v0", elsewhere, "eth0");
  netns_link_move (elsewhere, "eth0", fan->hosts[1]);
  g_assert_cmpuint (netns_index (fan->hosts[1], "eth0"), ==, index);
  assert_crosses_in_all_families (fan->hosts[0], "v0", fan->hosts[1], "eth0");
}

static void
test_addresses (void)
{
  g_autoptr (NetnsTopology) fan = NULL;
  g_autofree char *with = NULL;
  g_autofree char *without = NULL;

  if (!netns_require (NETNS_VETH))
    return;
  fan = netns_fan_new (1);
  netns_address_add (fan->hosts[1], "eth0", "192.0.2.1/24");
  netns_address_add (fan->hosts[1], "eth0", "2001:db8::1/64");
  with = netns_run (fan->hosts[1], "ip", "-o", "addr", "show", "dev", "eth0", NULL);
  g_assert_nonnull (strstr (with, " 192.0.2.1/24 "));
  g_assert_nonnull (strstr (with, " 2001:db8::1/64 "));
  g_assert_null (strstr (with, "tentative"));
  netns_address_remove (fan->hosts[1], "eth0", "192.0.2.1/24");
  without = netns_run (fan->hosts[1], "ip", "-o", "addr", "show", "dev", "eth0", NULL);
  g_assert_null (strstr (without, " 192.0.2.1/24 "));
}

static void
test_sysctl (void)
{
  g_autoptr (Netns) ns = netns_new ();
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (GError) error = NULL;

  if (!netns_require (NETNS_SYSCTL))
    return;
  netns_sysctl (ns, "ipv4/igmp_max_memberships", "1");
  receiver = receiver_new (ns, "lo", GROUP4);
  g_assert_false (try_join (receiver, "233.252.0.2", "lo", &error));
  g_assert_nonnull (error);
}

static void
test_nft (void)
{
  g_autoptr (Netns) ns = netns_new ();
  g_autoptr (GError) error = NULL;

  if (!netns_require (NETNS_NFT))
    return;
  netns_nft (ns, "table ip test {\n"
                 "  chain out {\n"
                 "    type filter hook output priority 0\n"
                 "    ip daddr " GROUP4 " drop\n"
                 "  }\n"
                 "}\n");
  g_assert_false (try_send (ns, "lo", GROUP4, "stopped", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
}

/* --- What happens when something is wrong ------------------------------------------------ */

static void
test_failing_command (void)
{
  if (g_test_subprocess ())
    {
      netns_ip (netns_home (), "link set dev nothere up\n");
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*nothere*");
}

static void
test_forbidden_namespaces (void)
{
  g_autofree char *is_allowed = netns_run (netns_home (), "sh", "-c",
                                           "unshare -Ur true && echo yes || true", NULL);
  g_autofree char *output = NULL;

  if (!g_str_equal (is_allowed, "yes\n"))
    {
      g_test_skip ("a further user namespace is forbidden here");
      return;
    }
  /* The limit of a user namespace of its own, nobody else's. */
  output = netns_run (netns_home (), "unshare", "-Ur", "sh", "-c",
                      "echo 0 > /proc/sys/user/max_net_namespaces && exec \"$0\"", g_get_prgname (),
                      NULL);
  g_assert_true (g_str_has_prefix (output, "1..0 # SKIP "));
  g_assert_nonnull (strstr (output, " user.max_net_namespaces="));
}

/* --- Waiting ----------------------------------------------------------------------------- */

static gboolean
count_down (gpointer data)
{
  guint *left = data;

  return --*left > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
is_zero (gpointer data)
{
  return *(guint *) data == 0;
}

static void
test_wait_until (void)
{
  guint left = 3;
  guint never = 1;

  g_timeout_add (1, count_down, &left);
  g_assert_true (netns_wait_until (is_zero, &left, NETNS_DEADLINE_MS));
  g_assert_false (netns_wait_until (is_zero, &never, 5));
  left = 3;
  g_timeout_add (1, count_down, &left);
  netns_assert_soon (left == 0);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  g_set_prgname (argv[0]);

  g_test_add_func ("/netns/new/is-apart", test_new_is_apart);
  g_test_add_func ("/netns/enter-and-leave", test_enter_and_leave);
  g_test_add_func ("/netns/thread", test_thread);
  g_test_add_func ("/netns/spawn/ends-with-its-thread", test_spawn_ends_with_its_thread);
  g_test_add_func ("/netns/veth/two-namespaces", test_veth);
  g_test_add_func ("/netns/veth/one-namespace", test_veth_in_one_namespace);
  g_test_add_func ("/netns/veth/without-a-family", test_veth_without_family);
  g_test_add_func ("/netns/veth/name-is-free-again", test_name_is_free_again);
  g_test_add_func ("/netns/star", test_star);
  g_test_add_func ("/netns/fan", test_fan);
  g_test_add_func ("/netns/parallel", test_parallel);
  g_test_add_func ("/netns/group-users", test_group_users);
  g_test_add_func ("/netns/route/default", test_default_route);
  g_test_add_func ("/netns/route/lo", test_lo);
  g_test_add_func ("/netns/link/down-and-up", test_down_and_up);
  g_test_add_func ("/netns/link/recreate/new-index", test_recreate_with_new_index);
  g_test_add_func ("/netns/link/recreate/same-index", test_recreate_with_same_index);
  g_test_add_func ("/netns/link/recreate/on-a-bridge", test_recreate_on_a_bridge);
  g_test_add_func ("/netns/link/rename", test_rename);
  g_test_add_func ("/netns/link/move-and-back", test_move_and_back);
  g_test_add_func ("/netns/address", test_addresses);
  g_test_add_func ("/netns/sysctl", test_sysctl);
  g_test_add_func ("/netns/nft", test_nft);
  g_test_add_func ("/netns/failing-command", test_failing_command);
  g_test_add_func ("/netns/forbidden", test_forbidden_namespaces);
  g_test_add_func ("/netns/wait-until", test_wait_until);
  return g_test_run ();
}
