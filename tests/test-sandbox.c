/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "lib-test.h"

/* Kernels and sandboxes that lack something. A filter for system calls, which a thread keeps until
 * it ends, makes a call fail as it does there. */

#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

/* Has a system call fail with @code if its first arguments, 0 for any, are these. */
static void
forbid (int call, const guint32 arguments[3], int code)
{
  struct sock_filter program[] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, (guint32) call, 0, 7),
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, args[0])),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, arguments[0], 0, arguments[0] != 0 ? 5 : 0),
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, args[1])),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, arguments[1], 0, arguments[1] != 0 ? 3 : 0),
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, args[2])),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, arguments[2], 0, arguments[2] != 0 ? 1 : 0),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (guint32) code),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog filter = { G_N_ELEMENTS (program), program };

  g_assert_cmpint (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), ==, 0);
  g_assert_cmpint (prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter), ==, 0);
}

/* --- Options ----------------------------------------------------------------------------- */

typedef struct
{
  const char *text;
  int level;
  int name;
  gboolean is_sender;
  int family; /* of the option, AF_UNSPEC for both */
  int call;
} Option;

static const Option options[] = {
  { "UDP_GRO", IPPROTO_UDP, UDP_GRO, FALSE, AF_UNSPEC, SYS_setsockopt },
  { "IP_MULTICAST_ALL", IPPROTO_IP, IP_MULTICAST_ALL, FALSE, AF_INET, SYS_setsockopt },
  { "IPV6_MULTICAST_ALL", IPPROTO_IPV6, IPV6_MULTICAST_ALL, FALSE, AF_INET6, SYS_setsockopt },
  { "SO_RXQ_OVFL", SOL_SOCKET, SO_RXQ_OVFL, FALSE, AF_UNSPEC, SYS_setsockopt },
  { "SO_TIMESTAMPNS", SOL_SOCKET, SO_TIMESTAMPNS, FALSE, AF_UNSPEC, SYS_setsockopt },
  { "SO_MEMINFO", SOL_SOCKET, SO_MEMINFO, FALSE, AF_UNSPEC, SYS_getsockopt },
  { "IP_RECVTTL", IPPROTO_IP, IP_RECVTTL, FALSE, AF_INET, SYS_setsockopt },
  { "IPV6_RECVHOPLIMIT", IPPROTO_IPV6, IPV6_RECVHOPLIMIT, FALSE, AF_INET6, SYS_setsockopt },
  { "IP_RECVERR", IPPROTO_IP, IP_RECVERR, TRUE, AF_INET, SYS_setsockopt },
  { "IPV6_RECVERR", IPPROTO_IPV6, IPV6_RECVERR, TRUE, AF_INET6, SYS_setsockopt },
  { "SO_ATTACH_FILTER", SOL_SOCKET, SO_ATTACH_FILTER, TRUE, AF_UNSPEC, SYS_setsockopt },
};

static const TestFamily *
get_family (const Option *option)
{
  return &test_families[option->family == AF_INET6 ? 1 : 0];
}

static gboolean
is_listed (GVariant *stats, const char *option)
{
  g_autofree char *missing = NULL;
  g_auto (GStrv) words = NULL;

  g_assert_true (g_variant_lookup (stats, "missing-options", "s", &missing));
  words = g_strsplit (missing, " ", -1);
  return g_strv_contains ((const char *const *) words, option);
}

/* Fails the test unless the next datagram is this one, and no other follows. */
static void
assert_receives_only (McastRxSocket *rx, const char *text)
{
  g_autofree guint *sizes = NULL;
  gsize n_sizes = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes)
    payloads = mcast_rx_socket_receive_payloads (rx, 8, &sizes, &n_sizes, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (n_sizes, ==, 1);
  g_assert_cmpmem (g_bytes_get_data (payloads, NULL), g_bytes_get_size (payloads), text,
                   strlen (text));
}

/* A counter that the kernel cannot deliver is absent, and listed. */
static void
assert_no_drops (McastRxSocket *rx, GVariant *stats)
{
  g_autoptr (GPtrArray) paths = mcast_rx_socket_get_paths (rx);
  g_auto (GStrv) unavailable = mcast_path_list_unavailable (paths->pdata[0]);
  g_autofree const char **listed = NULL;

  g_assert_false (g_variant_lookup (stats, "kernel-dropped", "t", NULL));
  g_assert_true (g_variant_lookup (stats, "unavailable", "^a&s", &listed));
  g_assert_true (g_strv_equal (listed, WORDS ("kernel-dropped")));
  g_assert_false (mcast_path_has_counter (paths->pdata[0], "kernel-dropped"));
  g_assert_true (mcast_path_has_counter (paths->pdata[0], "delivered"));
  g_assert_true (g_strv_equal ((const char *const *) unavailable, WORDS ("kernel-dropped")));
}

/* Makes the kernel of this thread lack the option. */
static void
forbid_option (const Option *option)
{
  const guint32 arguments[] = { 0, (guint32) option->level, (guint32) option->name };

  forbid (option->call, arguments, ENOPROTOOPT);
}

static gpointer
receive_without (gpointer data)
{
  World *world = data;
  const Option *option = world->data;
  const TestFamily *family = get_family (option);
  g_autoptr (GSocket) foreign = NULL;
  g_autoptr (GVariant) stats = NULL;
  g_autoptr (McastRxSocket) rx = NULL;

  /* A group of another program, which only the check of each datagram keeps out. */
  foreign = plain_receiver_new (world->here, "v0", family->other_group, TEST_PORT);
  forbid_option (option);
  rx = rx_new_full ("groups", WORDS (family->group), "port", TEST_PORT, "interfaces", WORDS ("v0"),
                    "segment-merging", TRUE, NULL);
  plain_send (world->there, "v0", family->other_group, TEST_PORT, "foreign");
  plain_send (world->there, "v0", family->group, TEST_PORT, "text");
  assert_receives_only (rx, "text");
  stats = mcast_rx_socket_get_stats (rx);
  g_assert_true (is_listed (stats, option->text));
  if (option->name == SO_MEMINFO && option->level == SOL_SOCKET)
    assert_no_drops (rx, stats);
  return NULL;
}

static gpointer
send_without (gpointer data)
{
  World *world = data;
  const Option *option = world->data;
  const TestFamily *family = get_family (option);
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (GVariant) stats = NULL;
  g_autoptr (McastTxSocket) tx = NULL;

  receiver = plain_receiver_new (world->there, "v0", family->group, TEST_PORT);
  forbid_option (option);
  tx = tx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));
  tx_send (tx, "text");
  plain_assert_receives (receiver, "text");
  stats = mcast_tx_socket_get_stats (tx);
  g_assert_true (is_listed (stats, option->text));
  return NULL;
}

static void
test_option (World *world)
{
  const Option *option = world->data;

  g_thread_join (
    netns_thread_new (world->here, option->is_sender ? send_without : receive_without, world));
}

/* --- Netlink ----------------------------------------------------------------------------- */

static gpointer
work_without_netlink (gpointer data)
{
  World *world = data;
  const TestFamily *family = world->family;
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (McastRxSocket) any = NULL;
  g_autoptr (McastRxSocket) named = NULL;
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (McastTxSocket) routed = NULL;

  forbid (SYS_socket, (guint32[]) { AF_NETLINK, 0, 0 }, EAFNOSUPPORT);
  any = rx_new (WORDS (family->group), TEST_PORT, WORDS ("*"));
  named = rx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));
  plain_send (world->there, "v0", family->group, TEST_PORT, "text");
  rx_assert_receives (any, "text");
  rx_assert_receives (named, "text");
  receiver = plain_receiver_new (world->there, "v0", family->group, TEST_PORT);
  tx = tx_new (WORDS (family->group), TEST_PORT, WORDS ("v0"));
  tx_send (tx, "named");
  plain_assert_receives (receiver, "named");
  routed = tx_new (WORDS (family->group), TEST_PORT, NULL);
  tx_send (routed, "routed");
  plain_assert_receives (receiver, "routed");
  return NULL;
}

static void
test_no_netlink (World *world)
{
  netns_add_default_route (world->here, world->family->socket_family, "v0");
  g_thread_join (netns_thread_new (world->here, work_without_netlink, world));
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_autofree char *path = g_strconcat ("/sandbox/option/", options[i].text, NULL);

      world_test_add_data (path, 1, &options[i], test_option);
    }
  world_test_add_full ("/sandbox/no-netlink/ipv4", (WorldTest) { 1, test_no_netlink });
  world_test_add_full ("/sandbox/no-netlink/ipv6",
                       (WorldTest) { 1, test_no_netlink, .family = &test_families[1] });
  return g_test_run ();
}
