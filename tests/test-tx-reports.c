/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <netinet/udp.h>
#include <sys/socket.h>

/* ICMP reports about datagrams that nobody could have reported, because they went to a group. A
 * plain socket is not disturbed by them, and neither is ours. */

#define N_DATAGRAMS 20000

typedef struct
{
  int fd;
  struct sockaddr_storage to;
  socklen_t to_length;
  guint8 data[128];
  gsize size;
  gint stop;
} Forger;

static guint16
checksum (const guint8 *data, gsize size)
{
  guint32 sum = 0;

  for (gsize i = 0; i + 1 < size; i += 2)
    sum += (guint32) data[i] << 8 | data[i + 1];
  while (sum >> 16 != 0)
    sum = (sum & 0xffff) + (sum >> 16);
  return g_htons ((guint16) ~sum);
}

static void
append (Forger *self, gconstpointer data, gsize size)
{
  g_assert_cmpuint (self->size + size, <=, sizeof self->data);
  memcpy (self->data + self->size, data, size);
  self->size += size;
}

/* The headers of the datagram follow that of the report. */
static void
write_ipv4 (Forger *self, guint8 code, const struct sockaddr_in *from,
            const struct sockaddr_in *group)
{
  struct icmphdr icmp = { .type = ICMP_DEST_UNREACH, .code = code };
  const struct iphdr ip = {
    .version = 4,
    .ihl = 5,
    .protocol = IPPROTO_UDP,
    .tot_len = g_htons (sizeof ip + sizeof (struct udphdr)),
    .ttl = 1,
    .saddr = from->sin_addr.s_addr,
    .daddr = group->sin_addr.s_addr,
  };
  const struct udphdr udp = { .source = from->sin_port, .dest = group->sin_port };

  append (self, &icmp, sizeof icmp);
  append (self, &ip, sizeof ip);
  append (self, &udp, sizeof udp);
  icmp.checksum = checksum (self->data, self->size);
  memcpy (self->data, &icmp, sizeof icmp);
}

/* The kernel fills in the checksum. */
static void
write_ipv6 (Forger *self, const struct sockaddr_in6 *from, const struct sockaddr_in6 *group)
{
  const struct icmp6_hdr icmp = { .icmp6_type = ICMP6_DST_UNREACH,
                                  .icmp6_code = ICMP6_DST_UNREACH_NOPORT };
  const struct ip6_hdr ip = {
    .ip6_flow = g_htonl (6u << 28),
    .ip6_nxt = IPPROTO_UDP,
    .ip6_plen = g_htons (sizeof (struct udphdr)),
    .ip6_hlim = 1,
    .ip6_src = from->sin6_addr,
    .ip6_dst = group->sin6_addr,
  };
  const struct udphdr udp = { .source = from->sin6_port, .dest = group->sin6_port };

  append (self, &icmp, sizeof icmp);
  append (self, &ip, sizeof ip);
  append (self, &udp, sizeof udp);
}

static int
open_raw (Netns *ns, gboolean is_ipv6)
{
  NETNS_VISIT (ns);
  int fd = socket (is_ipv6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC,
                   is_ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

static void
to_native (GSocketAddress *address, struct sockaddr_storage *storage)
{
  g_assert_true (g_socket_address_to_native (address, storage, sizeof *storage, NULL));
}

/* Forges in the peer's name, about what @tx sends. @code is for IPv4. */
static void
forger_init (Forger *self, World *world, McastTxSocket *tx, guint8 code)
{
  gboolean is_ipv6 = world->family->socket_family == G_SOCKET_FAMILY_IPV6;
  guint index = netns_index (world->there, "v0");
  g_autoptr (GPtrArray) addresses = mcast_tx_socket_get_local_addresses (tx);
  g_autofree char *host = plain_address_host (addresses->pdata[0]);
  g_autoptr (GSocketAddress) to = plain_address_new (host, 0, index);
  g_autoptr (GSocketAddress) group = plain_address_new (world->family->group, TEST_PORT, 0);
  struct sockaddr_storage from_native;
  struct sockaddr_storage group_native;

  self->fd = open_raw (world->there, is_ipv6);
  to_native (addresses->pdata[0], &from_native);
  to_native (group, &group_native);
  to_native (to, &self->to);
  self->to_length = g_socket_address_get_native_size (to);
  if (is_ipv6)
    write_ipv6 (self, (gpointer) &from_native, (gpointer) &group_native);
  else
    write_ipv4 (self, code, (gpointer) &from_native, (gpointer) &group_native);
}

static void
forger_clear (Forger *self)
{
  close (self->fd);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Forger, forger_clear)

static void
forge (Forger *self)
{
  gssize sent = sendto (self->fd, self->data, self->size, 0, (struct sockaddr *) &self->to,
                        self->to_length);

  g_assert_cmpint (sent, ==, (gssize) self->size);
}

static gpointer
flood (gpointer data)
{
  Forger *self = data;

  while (!g_atomic_int_get (&self->stop))
    forge (self);
  return NULL;
}

/* The kernel believes a forged report; a datagram is sent all the same. */
static void
test_one (World *world)
{
  const char *group = world->family->group;
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (group), TEST_PORT, WORDS ("v0"));
  g_autoptr (GSocket) socket = mcast_tx_socket_dup_socket (tx, G_SOCKET_FAMILY_INVALID, NULL);
  g_auto (Forger) forger = { 0 };

  forger_init (&forger, world, tx, ICMP_PORT_UNREACH);
  for (guint i = 0; i < 3; i++)
    {
      forge (&forger);
      netns_assert_soon ((g_socket_condition_check (socket, G_IO_ERR) & G_IO_ERR) != 0);
      tx_send (tx, "x");
    }
  g_assert_cmpuint (tx_counter (tx, "accepted"), ==, 3);
  g_assert_cmpuint (tx_counter (tx, "refused"), ==, 0);
}

static void
test_flood (World *world)
{
  const char *group = world->family->group;
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (group), TEST_PORT, WORDS ("v0"));
  g_auto (Forger) forger = { 0 };
  g_autoptr (GThread) thread = NULL;

  forger_init (&forger, world, tx, ICMP_PORT_UNREACH);
  thread = netns_thread_new (world->there, flood, &forger);
  for (guint i = 0; i < N_DATAGRAMS; i++)
    tx_send (tx, "x");
  g_atomic_int_set (&forger.stop, TRUE);
  g_thread_join (g_steal_pointer (&thread));
  g_assert_cmpuint (tx_counter (tx, "accepted"), ==, N_DATAGRAMS);
  g_assert_cmpuint (tx_counter (tx, "refused"), ==, 0);
}

/* This code is what the kernel says where it cannot segment. */
static void
test_offload (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GSocket) socket = mcast_tx_socket_dup_socket (tx, G_SOCKET_FAMILY_IPV4, NULL);
  g_autofree guint8 *payload = g_malloc0 (10000);
  const GOutputVector vector = { payload, 10000 };
  const McastTxMessage message = { &vector, 1, 1000 };
  g_auto (Forger) forger = { 0 };
  g_autoptr (GVariant) path = NULL;
  gboolean offload = FALSE;

  forger_init (&forger, world, tx, ICMP_SR_FAILED);
  forge (&forger);
  netns_assert_soon ((g_socket_condition_check (socket, G_IO_ERR) & G_IO_ERR) != 0);
  g_assert_cmpint (mcast_tx_socket_send_messages (tx, &message, 1, NULL, NULL), ==, 1);
  g_assert_cmpuint (tx_counter (tx, "accepted"), ==, 10);
  path = take_path (mcast_tx_socket_get_stats (tx), TEST_GROUP, "v0");
  g_assert_true (g_variant_lookup (path, "segmentation-offload", "b", &offload));
  g_assert_true (offload);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  world_test_add_families ("/tx-reports/one", 1, test_one);
  world_test_add_families ("/tx-reports/flood", 1, test_flood);
  world_test_add ("/tx-reports/offload", 1, test_offload);
  return g_test_run ();
}
