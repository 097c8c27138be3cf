/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Network namespaces for tests: every program makes its own, as an ordinary user too. Most tests
 * need only the fixture of world.h.
 *
 * - Every topology, address and route of the tests is made here and nowhere else.
 * - A command that fails makes the test fail and shows its stderr.
 * - A veth pair or bridge has a number N of its own, 1 to 254. Its host x has 10.N.0.x/24,
 *   fd00:N::x/64 and fe80::N:x/64 (both figures in hexadecimal digits that read as decimals:
 *   N = 12 is fd00:12::), usable at once, without duplicate address detection.
 * - Interfaces are named by namespace and name. netns_home () is the program's own namespace.
 * - A thread keeps the namespace in which it was made, and so does every thread that a library
 *   makes: let the library under test live in one namespace of a program, and reach the others
 *   with plain sockets, netns_spawn () or netns_thread_new ().
 */

#include <gio/gio.h>

G_BEGIN_DECLS

/* Longest wait for something that must happen; only a failing test waits that long. */
#define NETNS_DEADLINE_MS 20000

/* --- The program ------------------------------------------------------------------------- */

/* Enters a new network namespace with lo up (as root of a new user namespace when not root) and
 * a mount namespace with a fresh /sys. To be called first in main (), before there is a thread.
 * Where this is forbidden, prints the reason as a TAP skip of the whole program and exits. */
void netns_init (void);

/* netns_init () and g_test_init (). */
void netns_test_init (int *argc, char ***argv);

/* --- Abilities --------------------------------------------------------------------------- */

typedef enum
{
  NETNS_VETH = 1 << 0,
  NETNS_BRIDGE = 1 << 1,
  NETNS_NFT = 1 << 2,    /* packet filter rules, and the command nft */
  NETNS_SYSCTL = 1 << 3, /* writing below /proc/sys/net */
  NETNS_TC = 1 << 4,     /* queueing disciplines, and the command tc */
} NetnsAbility;

/* The reason why one of @abilities is missing here, or NULL when all are there. */
const char *netns_missing (NetnsAbility abilities);

/* Whether all @abilities are there. If not, the running test is skipped with the reason:
 * if (!netns_require (NETNS_VETH)) return; */
gboolean netns_require (NetnsAbility abilities);

/* --- Namespaces -------------------------------------------------------------------------- */

typedef struct _Netns Netns;

/* A new namespace, with lo up and rp_filter off. */
Netns *netns_new (void);

/* Removes its interfaces and gives the namespace up. */
void netns_free (Netns *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Netns, netns_free)

/* The namespace of the program itself; not to be freed. */
Netns *netns_home (void);

/* A descriptor of @self that the programs started from here inherit. */
int netns_dup (Netns *self);

typedef struct _NetnsVisit NetnsVisit;

/* Takes the calling thread into @self until netns_leave (). */
NetnsVisit *netns_enter (Netns *self) G_GNUC_WARN_UNUSED_RESULT;
void netns_leave (NetnsVisit *visit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetnsVisit, netns_leave)

/* The same to the end of the scope, as a declaration: NETNS_VISIT (receiver); */
#define NETNS_VISIT(self) \
  g_autoptr (NetnsVisit) G_PASTE (netns_visit_, __LINE__) G_GNUC_UNUSED = netns_enter (self)

/* Starts a program inside @self. It is killed when the calling thread ends before it. */
GSubprocess *netns_spawn (Netns *self, GSubprocessFlags flags, const char *argv0,
                          ...) G_GNUC_NULL_TERMINATED;
GSubprocess *netns_spawnv (Netns *self, GSubprocessFlags flags, const char *const *argv);

/* Runs a program inside @self to its end, which must be a success; returns its stdout. */
char *netns_run (Netns *self, const char *argv0, ...) G_GNUC_NULL_TERMINATED;

/* A thread inside @self; to be joined with g_thread_join (). */
GThread *netns_thread_new (Netns *self, GThreadFunc func, gpointer data);

/* --- Links ------------------------------------------------------------------------------- */

typedef enum
{
  NETNS_LINK_DEFAULT = 0,
  NETNS_LINK_DOWN = 1 << 0, /* made, with its IPv4 addresses, but not set up */
  NETNS_LINK_NO_IPV4 = 1 << 1,
  NETNS_LINK_NO_IPV6 = 1 << 2,
} NetnsLinkFlags;

/* A veth pair, host 1 in @a and host 2 in @b, up on both ends. @a may be @b: both ends then
 * accept datagrams with a source address of their own machine. Returns its number N. */
guint netns_add_veth (Netns *a, const char *a_name, Netns *b, const char *b_name,
                      NetnsLinkFlags flags);

/* A bridge without an address. @options: those of `ip link add type bridge`, such as
 * "mcast_snooping 1 mcast_querier 1", or NULL for a plain switch that floods. Returns its
 * number N. */
guint netns_add_bridge (Netns *self, const char *name, const char *options);

/* A veth pair that makes @host host @x of the bridge @bridge of @self; the end at the bridge is
 * named portX. */
void netns_add_bridge_host (Netns *self, const char *bridge, guint x, Netns *host,
                            const char *host_name);

/* --- Topologies -------------------------------------------------------------------------- */

typedef struct
{
  Netns *bridge; /* with br0, only of a star */
  Netns **hosts;
  guint n_hosts;
  guint *numbers; /* N of each link, only one of a star */
} NetnsTopology;

/* @n_hosts hosts, each with one interface eth0, on one bridge: host i is host i + 1 of it.
 * @options as of netns_add_bridge (). */
NetnsTopology *netns_star_new (guint n_hosts, const char *options);

/* hosts[0] is a sender with v0, v1, ...; each goes to the eth0 of a receiver of its own,
 * hosts[1], hosts[2], ... */
NetnsTopology *netns_fan_new (guint n_receivers);

/* hosts[0] and hosts[1] with @n_links links in parallel, named v0, v1, ... on both ends. */
NetnsTopology *netns_parallel_new (guint n_links);

void netns_topology_free (NetnsTopology *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetnsTopology, netns_topology_free)

/* --- What an interface has ----------------------------------------------------------------- */

/* Its index, or 0 when no interface has this name. */
guint netns_index (Netns *self, const char *name);

/* The address it was given here: IPv4, global IPv6 or link-local IPv6. Free with g_free (). */
char *netns_ipv4 (Netns *self, const char *name);
char *netns_ipv6 (Netns *self, const char *name);
char *netns_ipv6_local (Netns *self, const char *name);

/* How many users the kernel counts for @group, IPv4 or IPv6, on the interface: 0 when it has
 * not joined. */
guint netns_group_users (Netns *self, const char *name, const char *group);

/* --- Routes ------------------------------------------------------------------------------ */

/* The default route of @family through the interface. */
void netns_add_default_route (Netns *self, GSocketFamily family, const char *name);

/* Lets IPv6 multicast pass lo; IPv4 multicast does when a socket names lo. */
void netns_add_lo_route (Netns *self);

/* --- Faults ------------------------------------------------------------------------------ */

void netns_link_set_down (Netns *self, const char *name);

/* Up again, with the IPv6 addresses that the kernel took away when it went down. */
void netns_link_set_up (Netns *self, const char *name);

/* Takes the pair away, both ends of it. */
void netns_link_delete (Netns *self, const char *name);

/* Deletes the pair if it is still there, and makes it again: same names, addresses and bridge,
 * both ends up, routes not. @index and @peer_index: wanted indices, 0 for new ones. */
void netns_link_recreate (Netns *self, const char *name, guint index, guint peer_index);

/* The interface is down for a moment, as older kernels want it. */
void netns_link_rename (Netns *self, const char *name, const char *new_name);

/* To another namespace, where it gets its addresses again and is set up. It keeps its index when
 * that is free there. */
void netns_link_move (Netns *self, const char *name, Netns *to);

/* @address with its prefix length: "10.9.0.1/24". An IPv6 address is usable at once. */
void netns_address_add (Netns *self, const char *name, const char *address);
void netns_address_remove (Netns *self, const char *name, const char *address);

/* netns_sysctl (ns, "ipv4/igmp_max_memberships", "1"): @key is a path below /proc/sys/net. */
void netns_sysctl (Netns *self, const char *key, const char *value);

/* Loads a file of rules as for `nft -f`. */
void netns_nft (Netns *self, const char *rules);

/* Anything else: lines for `ip -batch`, in printf format. */
void netns_ip (Netns *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* --- Waiting ----------------------------------------------------------------------------- */

typedef gboolean (*NetnsCondition) (gpointer data);

/* Checks the condition about every millisecond, and iterates the default main context in between.
 * Returns FALSE when it is not true in time. For the main thread. */
gboolean netns_wait_until (NetnsCondition done, gpointer data, guint timeout_ms);

/* Fails the test unless @expr, which is evaluated repeatedly, is true before NETNS_DEADLINE_MS:
 * netns_assert_soon (netns_group_users (rx, "eth0", "239.1.1.1") == 1); */
#define netns_assert_soon(expr) \
  G_STMT_START \
  { \
    gint64 netns_deadline_ = g_get_monotonic_time () \
                             + NETNS_DEADLINE_MS * G_TIME_SPAN_MILLISECOND; \
    while (!(expr)) \
      if (!netns_step (netns_deadline_)) \
        g_assertion_message_expr (G_LOG_DOMAIN, __FILE__, __LINE__, G_STRFUNC, #expr " (soon)"); \
  } \
  G_STMT_END

/* One step of such a wait: FALSE when @deadline, of g_get_monotonic_time (), has passed. */
gboolean netns_step (gint64 deadline);

G_END_DECLS
