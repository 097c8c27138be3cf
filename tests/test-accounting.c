/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

#include <netinet/udp.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

/* Every datagram is accounted for: what arrived is delivered, dropped by the kernel, filtered or a
 * duplicate; what was attempted is accepted or refused. Each kind of loss is forced here. */

/* --- Receiving --------------------------------------------------------------------------- */

static void
send_many (World *world, const char *name, const char *group, guint n)
{
  g_autoptr (GSocketAddress)
    to = plain_address_new (group, TEST_PORT, netns_index (world->there, name));
  g_autoptr (GSocket)
    sender = plain_sender_new (world->there, name, g_socket_address_get_family (to), NULL);

  for (guint i = 0; i < n; i++)
    plain_send_data (sender, to, "0123456789", 10);
}

static guint
receive_all (McastRxSocket *rx)
{
  guint n = 0;

  mcast_rx_socket_set_timeout_us (rx, 0, NULL);
  while (TRUE)
    {
      g_autoptr (GPtrArray) batch = mcast_rx_socket_receive_batch (rx, 64, NULL, NULL);

      if (batch == NULL)
        return n;
      n += batch->len;
    }
}

static void
test_delivered (World *world)
{
  g_autoptr (McastRxSocket)
    rx = rx_new (WORDS (TEST_GROUP, TEST_GROUP6), TEST_PORT, WORDS ("v0", "v1"));

  send_many (world, "v0", TEST_GROUP, 10);
  send_many (world, "v1", TEST_GROUP, 20);
  send_many (world, "v1", TEST_GROUP6, 30);
  g_assert_cmpuint (receive_all (rx), ==, 60);
  g_assert_cmpuint (rx_counter (rx, "arrived"), ==, 60);
  g_assert_cmpuint (rx_counter (rx, "delivered"), ==, 60);
  g_assert_cmpuint (rx_counter (rx, "bytes"), ==, 600);
  g_assert_cmpuint (rx_path_counter (rx, TEST_GROUP, "v0", "delivered"), ==, 10);
  g_assert_cmpuint (rx_path_counter (rx, TEST_GROUP, "v1", "delivered"), ==, 20);
  g_assert_cmpuint (rx_path_counter (rx, TEST_GROUP6, "v1", "delivered"), ==, 30);
  g_assert_cmpuint (rx_path_counter (rx, TEST_GROUP6, "v0", "delivered"), ==, 0);
  g_assert_cmpuint (rx_path_counter (rx, TEST_GROUP, "v1", "bytes"), ==, 200);
  rx_assert_sums (rx);
}

/* The buffer overflows; nothing that was sent is missing in the sum, at once and without a further
 * datagram. */
static void
test_kernel_dropped (World *world)
{
  const char *group = world->family->group;
  g_autoptr (McastRxSocket)
    rx = rx_new_full ("groups", WORDS (group), "port", TEST_PORT, "interfaces", WORDS ("v0"),
                      "receive-buffer-size", 4096, NULL);
  guint n_delivered;

  send_many (world, "v0", group, 2000);
  netns_assert_soon (rx_counter (rx, "kernel-dropped") > 0);
  n_delivered = receive_all (rx);
  g_assert_cmpuint (rx_counter (rx, "delivered"), ==, n_delivered);
  g_assert_cmpuint (rx_counter (rx, "arrived"), ==, 2000);
  g_assert_cmpuint (rx_path_counter (rx, group, "v0", "kernel-dropped"), ==, 2000 - n_delivered);
  rx_assert_sums (rx);

  send_many (world, "v0", group, 1);
  g_assert_cmpuint (receive_all (rx), ==, 1);
  g_assert_cmpuint (rx_counter (rx, "arrived"), ==, 2001);
  rx_assert_sums (rx);
}

/* What the kernel dropped is not forgotten when its socket goes. */
static void
test_kernel_dropped_and_left (World *world)
{
  g_autoptr (McastRxSocket)
    rx = rx_new_full ("groups", WORDS (TEST_GROUP, TEST_GROUP_2), "port", TEST_PORT, "interfaces",
                      WORDS ("v0"), "receive-buffer-size", 4096, NULL);
  guint64 dropped;

  send_many (world, "v0", TEST_GROUP, 500);
  netns_assert_soon (rx_counter (rx, "kernel-dropped") > 0);
  receive_all (rx);
  dropped = rx_counter (rx, "kernel-dropped");
  g_assert_true (mcast_rx_socket_leave (rx, TEST_GROUP, NULL));
  g_assert_cmpuint (rx_counter (rx, "kernel-dropped"), ==, dropped);
  g_assert_cmpuint (rx_counter (rx, "arrived"), ==, 500);
  mcast_rx_socket_close (rx);
  g_assert_cmpuint (rx_counter (rx, "arrived"), ==, 500);
  rx_assert_sums (rx);
}

/* Datagrams of a group that is left before they are received are filtered, not lost. */
static void
test_left_before_received (World *world)
{
  const char *group = world->family->group;
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (group, "233.252.0.99"), TEST_PORT, WORDS ("v0"));

  send_many (world, "v0", group, 10);
  g_assert_true (mcast_rx_socket_leave (rx, group, NULL));
  send_many (world, "v0", "233.252.0.99", 1);
  receive_all (rx);
  g_assert_cmpuint (rx_counter (rx, "delivered"), ==, 1);
  g_assert_cmpuint (rx_counter (rx, "filtered"), ==, 10);
  g_assert_cmpuint (rx_counter (rx, "arrived"), ==, 11);
  rx_assert_sums (rx);
}

static void
test_interface_removed_before_received (World *world)
{
  const char *group = world->family->group;
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (group), TEST_PORT, WORDS ("v0", "v1"));

  send_many (world, "v0", group, 10);
  g_assert_true (mcast_rx_socket_remove_interface (rx, "v0", NULL));
  send_many (world, "v1", group, 1);
  receive_all (rx);
  g_assert_cmpuint (rx_counter (rx, "delivered"), ==, 1);
  g_assert_cmpuint (rx_counter (rx, "filtered-interface"), ==, 10);
  rx_assert_sums (rx);
}

/* A call that does not wait reads on after what is unwanted. */
static void
test_unwanted_before_wanted (World *world)
{
  const char *group = world->family->group;
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (group), TEST_PORT, WORDS ("v0", "v1"));
  g_autoptr (McastDatagram) datagram = NULL;
  g_autoptr (GError) error = NULL;

  send_many (world, "v0", group, 10);
  g_assert_true (mcast_rx_socket_remove_interface (rx, "v0", NULL));
  send_many (world, "v1", group, 1);
  g_assert_true (mcast_rx_socket_set_timeout_us (rx, 0, NULL));
  datagram = mcast_rx_socket_receive (rx, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (datagram);
  g_assert_cmpuint (rx_counter (rx, "filtered-interface"), ==, 10);
}

/* What came before its interface vanished is delivered all the same, also by a first socket: the
 * kernel then has not begun to note when datagrams arrive. */
static void
test_interface_vanished_before_received (World *world)
{
  const char *group = world->family->group;
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (group), TEST_PORT, WORDS ("v0", "v1"));

  send_many (world, "v0", group, 10);
  netns_link_delete (world->here, "v0");
  netns_assert_soon (!rx_path_is (rx, group, "v0", "joined"));
  g_assert_cmpuint (receive_all (rx), ==, 10);
  g_assert_cmpuint (rx_counter (rx, "delivered"), ==, 10);
  rx_assert_sums (rx);
}

/* Sockets that carry several groups take in what is sent to one machine. */
static void
test_filtered_group (World *world)
{
  g_autofree char *own = netns_ipv6 (world->here, "v0");
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP6_LOCAL), TEST_PORT, WORDS ("v0"));

  send_many (world, "v0", own, 10);
  send_many (world, "v0", TEST_GROUP6_LOCAL, 5);
  receive_all (rx);
  g_assert_cmpuint (rx_counter (rx, "delivered"), ==, 5);
  g_assert_cmpuint (rx_counter (rx, "filtered-group"), ==, 10);
  g_assert_cmpuint (rx_counter (rx, "bytes"), ==, 50);
  rx_assert_sums (rx);
}

/* For IPv6 the kernel does not separate interfaces. The library does, and counts it. */
static void
test_filtered_interface (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP6), TEST_PORT, WORDS ("v0"));
  g_autoptr (GSocket) witness = plain_receiver_new (world->here, "v1", TEST_GROUP6, TEST_PORT);

  send_many (world, "v1", TEST_GROUP6, 10);
  send_many (world, "v0", TEST_GROUP6, 5);
  receive_all (rx);
  g_assert_true (plain_has_data (witness));
  g_assert_cmpuint (rx_counter (rx, "delivered"), ==, 5);
  g_assert_cmpuint (rx_counter (rx, "filtered-interface"), ==, 10);
  rx_assert_sums (rx);
}

static void
test_duplicates (World *world)
{
  g_autoptr (McastRxSocket)
    rx = rx_new_full ("groups", WORDS (TEST_GROUP), "port", TEST_PORT, "interfaces",
                      WORDS ("v0", "v1"), "merge", MCAST_MERGE_RTP, NULL);
  g_autoptr (GSocketAddress) to = plain_address_new (TEST_GROUP, TEST_PORT, 0);
  guint8 packet[20] = { 0x80, 33 };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GSocket)
        sender = plain_sender_new (world->there, i == 0 ? "v0" : "v1", G_SOCKET_FAMILY_IPV4, NULL);

      for (packet[3] = 0; packet[3] < 50; packet[3]++)
        plain_send_data (sender, to, packet, sizeof packet);
    }
  g_assert_cmpuint (receive_all (rx), ==, 50);
  g_assert_cmpuint (rx_counter (rx, "arrived"), ==, 100);
  g_assert_cmpuint (rx_counter (rx, "duplicates"), ==, 50);
  g_assert_cmpuint (rx_counter (rx, "bytes"), ==, 50 * sizeof packet);
  g_assert_cmpuint (rx_path_counter (rx, TEST_GROUP, "v0", "duplicates")
                      + rx_path_counter (rx, TEST_GROUP, "v1", "duplicates"),
                    ==, 50);
  rx_assert_sums (rx);
}

static void
send_rtp_to (GSocket *sender, const char *group, guint8 payload_type, guint number)
{
  g_autoptr (GSocketAddress) to = plain_address_new (group, TEST_PORT, 0);
  const guint8 packet[20] = { 0x80, payload_type, (guint8) (number >> 8), (guint8) number };

  plain_send_data (sender, to, packet, sizeof packet);
}

static void
send_rtp (GSocket *sender, guint number)
{
  send_rtp_to (sender, TEST_GROUP, 33, number);
}

/* A packet that is older than what is remembered counts as a copy, and as late. */
static void
test_late (World *world)
{
  g_autoptr (McastRxSocket)
    rx = rx_new_full ("groups", WORDS (TEST_GROUP), "port", TEST_PORT, "interfaces", WORDS ("v0"),
                      "merge", MCAST_MERGE_RTP, NULL);
  g_autoptr (GSocket) sender = plain_sender_new (world->there, "v0", G_SOCKET_FAMILY_IPV4, NULL);

  for (guint i = 0; i <= 12; i++)
    send_rtp (sender, i * 2999);
  send_rtp (sender, 0);
  send_rtp (sender, 500);
  send_rtp (sender, 12 * 2999);
  g_assert_cmpuint (receive_all (rx), ==, 13);
  g_assert_cmpuint (rx_counter (rx, "arrived"), ==, 16);
  g_assert_cmpuint (rx_counter (rx, "duplicates"), ==, 3);
  g_assert_cmpuint (rx_counter (rx, "late"), ==, 2);
  g_assert_cmpuint (rx_path_counter (rx, TEST_GROUP, "v0", "late"), ==, 2);
  rx_assert_sums (rx);
}

/* Two streams that have one SSRC by mistake, to two groups, are both delivered. */
static void
test_one_ssrc (World *world)
{
  g_autoptr (McastRxSocket)
    rx = rx_new_full ("groups", WORDS (TEST_GROUP, TEST_GROUP_2), "port", TEST_PORT, "interfaces",
                      WORDS ("v0"), "merge", MCAST_MERGE_RTP, NULL);
  g_autoptr (GSocket) sender = plain_sender_new (world->there, "v0", G_SOCKET_FAMILY_IPV4, NULL);

  for (guint i = 0; i < 100; i++)
    {
      send_rtp_to (sender, TEST_GROUP, 96, i);
      send_rtp_to (sender, TEST_GROUP_2, 97, i);
    }
  g_assert_cmpuint (receive_all (rx), ==, 200);
  g_assert_cmpuint (rx_counter (rx, "duplicates"), ==, 0);
  rx_assert_sums (rx);
}

/* While one source sends, the packets of another one with its SSRC are filtered. */
static void
test_second_source (World *world)
{
  g_autoptr (McastRxSocket)
    rx = rx_new_full ("groups", WORDS (TEST_GROUP), "port", TEST_PORT, "interfaces", WORDS ("v0"),
                      "merge", MCAST_MERGE_RTP, NULL);
  g_autofree char *first_source = netns_ipv4 (world->there, "v0");
  g_autoptr (GSocket) first = NULL;
  g_autoptr (GSocket) second = NULL;

  netns_sysctl (world->here, "ipv4/conf/all/rp_filter", "0");
  netns_sysctl (world->here, "ipv4/conf/v0/rp_filter", "0");
  netns_address_add (world->there, "v0", "192.0.2.77/24");
  first = plain_sender_new (world->there, "v0", G_SOCKET_FAMILY_IPV4, first_source);
  second = plain_sender_new (world->there, "v0", G_SOCKET_FAMILY_IPV4, "192.0.2.77");
  for (guint i = 0; i < 100; i++)
    {
      send_rtp (first, i);
      send_rtp (second, i + 16000);
    }
  g_assert_cmpuint (receive_all (rx), ==, 100);
  g_assert_cmpuint (rx_counter (rx, "filtered-source"), ==, 100);
  g_assert_cmpuint (rx_path_counter (rx, TEST_GROUP, "v0", "filtered"), ==, 100);
  g_assert_cmpuint (rx_counter (rx, "unrecovered"), ==, 0);
  rx_assert_sums (rx);
}

static guint
receive_runs (McastRxSocket *rx)
{
  static char memory[4][65536];
  guint n = 0;

  mcast_rx_socket_set_timeout_us (rx, 0, NULL);
  while (TRUE)
    {
      GInputVector vectors[4];
      McastRxMessage messages[4] = { { 0 } };
      gint received;

      for (guint i = 0; i < 4; i++)
        {
          vectors[i] = (GInputVector) { memory[i], sizeof memory[i] };
          messages[i].vectors = &vectors[i];
          messages[i].n_vectors = 1;
        }
      received = mcast_rx_socket_receive_messages (rx, messages, 4, NULL, NULL);
      if (received < 0)
        return n;
      for (gint i = 0; i < received; i++)
        {
          guint size = messages[i].segment_size;

          n += size == 0 ? 1 : (guint) ((messages[i].length + size - 1) / size);
        }
    }
}

/* Where the kernel hands over runs, each datagram of a run counts. (What it drops it counts in
 * runs: there the sum cannot hold.) */
static void
test_runs (World *world)
{
  g_autoptr (McastRxSocket)
    rx = rx_new_full ("groups", WORDS (TEST_GROUP), "port", TEST_PORT, "interfaces", WORDS ("v0"),
                      "receive-offload", TRUE, NULL);
  g_autoptr (GSocket) sender = plain_sender_new (world->there, "v0", G_SOCKET_FAMILY_IPV4, NULL);
  g_autoptr (GSocketAddress) to = plain_address_new (TEST_GROUP, TEST_PORT, 0);
  static char payload[10000];

  if (!g_socket_set_option (sender, IPPROTO_UDP, UDP_SEGMENT, 1000, NULL))
    {
      g_test_skip ("the kernel does not cut datagrams (UDP_SEGMENT)");
      return;
    }
  for (guint i = 0; i < 50; i++)
    {
      plain_send_data (sender, to, payload, sizeof payload - i);
      g_assert_cmpuint (receive_runs (rx), ==, 10);
    }
  g_assert_cmpuint (rx_counter (rx, "delivered"), ==, 500);
  g_assert_cmpuint (rx_counter (rx, "bytes"), ==, 50 * sizeof payload - 49 * 25);
  g_assert_cmpuint (rx_counter (rx, "arrived"), ==, 500);
  rx_assert_sums (rx);
}

/* All at once, at random: the sum of the paths is the whole. */
static void
test_everything (World *world)
{
  g_autoptr (McastRxSocket) rx =
    rx_new_full ("groups", WORDS (TEST_GROUP, TEST_GROUP_2, TEST_GROUP6, TEST_GROUP6_LOCAL), "port",
                 TEST_PORT, "interfaces", WORDS ("v0", "v1"), "receive-buffer-size", 20000, NULL);
  g_autoptr (GVariant) stats = NULL;
  g_autoptr (GVariant) paths = NULL;
  guint64 delivered = 0;
  guint n_wanted = 0;

  for (guint i = 0; i < 3000; i++)
    {
      static const char *const groups[] = { TEST_GROUP, TEST_GROUP_2, TEST_GROUP6,
                                            TEST_GROUP6_LOCAL };
      const char *group = groups[g_test_rand_int_range (0, 4)];

      send_many (world, g_test_rand_bit () ? "v0" : "v1", group, 1);
      n_wanted++;
      if (g_test_rand_int_range (0, 100) == 0)
        receive_all (rx);
    }
  receive_all (rx);
  g_assert_cmpuint (rx_counter (rx, "arrived"), ==, n_wanted);
  rx_assert_sums (rx);
  stats = mcast_rx_socket_get_stats (rx);
  paths = g_variant_lookup_value (stats, "paths", NULL);
  for (gsize i = 0; i < g_variant_n_children (paths); i++)
    {
      g_autoptr (GVariant) path = g_variant_get_child_value (paths, i);

      delivered += take_counter (g_variant_ref (path), "delivered");
    }
  g_assert_cmpuint (delivered, ==, rx_counter (rx, "delivered"));
}

/* --- Sending ----------------------------------------------------------------------------- */

static guint
send_texts (McastTxSocket *tx, guint n)
{
  guint n_sent = 0;

  for (guint i = 0; i < n; i++)
    n_sent += tx_try_send (tx, "0123456789", NULL);
  return n_sent;
}

static guint64
tx_error_count (McastTxSocket *tx, const char *group, const char *name, const char *code)
{
  g_autoptr (GVariant) path = take_path (mcast_tx_socket_get_stats (tx), group, name);
  g_autoptr (GVariant) errors = NULL;
  guint64 count = 0;

  g_assert_nonnull (path);
  errors = g_variant_lookup_value (path, "errors", G_VARIANT_TYPE ("a{st}"));
  g_variant_lookup (errors, code, "t", &count);
  return count;
}

static void
test_accepted (World *world)
{
  g_autoptr (McastTxSocket)
    tx = tx_new (WORDS (TEST_GROUP, TEST_GROUP6), TEST_PORT, WORDS ("v0", "v1"));

  g_assert_cmpuint (send_texts (tx, 25), ==, 25);
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 100);
  g_assert_cmpuint (tx_counter (tx, "accepted"), ==, 100);
  g_assert_cmpuint (tx_counter (tx, "bytes"), ==, 1000);
  g_assert_cmpuint (tx_path_counter (tx, TEST_GROUP6, "v1", "accepted"), ==, 25);
  g_assert_cmpuint (tx_path_counter (tx, TEST_GROUP6, "v1", "bytes"), ==, 250);
  tx_assert_sums (tx);
}

static guint64
read_packets (Netns *ns, const char *name, const char *counter)
{
  g_autofree char *output = netns_run (ns, "ip", "-s", "-j", "link", "show", "dev", name, NULL);
  const char *at = strstr (output, counter);

  g_assert_nonnull (at);
  at = strstr (at, "\"packets\":");
  g_assert_nonnull (at);
  return g_ascii_strtoull (at + strlen ("\"packets\":"), NULL, 10);
}

/* A queue of a few datagrams: what it has no room for is refused, and what it took is what left the
 * interface. */
static void
check_full_queue (World *world, McastTxSocket *tx)
{
  guint64 before;
  guint n_sent;

  /* No router solicitation of the kernel's own must be counted. */
  netns_sysctl (world->here, "ipv6/conf/v0/disable_ipv6", "1");
  g_free (netns_run (world->here, "tc", "qdisc", "add", "dev", "v0", "root", "tbf", "rate",
                     "100kbit", "burst", "1600", "limit", "3000", NULL));
  before = read_packets (world->here, "v0", "\"tx\"");
  n_sent = send_texts (tx, 500);
  g_assert_cmpuint (n_sent, <, 500);
  g_assert_cmpuint (n_sent, >, 0);
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 500);
  g_assert_cmpuint (tx_counter (tx, "accepted"), ==, n_sent);
  g_assert_cmpuint (tx_error_count (tx, TEST_GROUP, "v0", "ENOBUFS"), ==, 500 - n_sent);
  tx_assert_sums (tx);
  netns_assert_soon (read_packets (world->here, "v0", "\"tx\"") - before == n_sent);
}

static void
test_full_queue (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));

  check_full_queue (world, tx);
}

/* The same on a socket that the caller opened. */
static void
test_full_queue_of_shared_socket (World *world)
{
  g_autoptr (GSocket) socket = plain_socket_new (G_SOCKET_FAMILY_IPV4);
  g_autoptr (McastTxSocket) tx = tx_new_full ("groups", WORDS (TEST_GROUP), "port", TEST_PORT,
                                              "interfaces", WORDS ("v0"), "socket", socket, NULL);

  check_full_queue (world, tx);
}

static void
test_firewall (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0", "v1"));
  g_autoptr (GError) error = NULL;

  netns_nft (world->here, "table ip t {\nchain out {\ntype filter hook output priority 0\n"
                          "oifname v0 ip daddr " TEST_GROUP " drop\n}\n}\n");
  /* The other path takes it. */
  g_assert_cmpuint (send_texts (tx, 20), ==, 20);
  g_assert_cmpuint (tx_path_counter (tx, TEST_GROUP, "v0", "accepted"), ==, 0);
  g_assert_cmpuint (tx_error_count (tx, TEST_GROUP, "v0", "EPERM"), ==, 20);
  g_assert_cmpuint (tx_path_counter (tx, TEST_GROUP, "v1", "accepted"), ==, 20);
  tx_assert_sums (tx);

  g_assert_true (mcast_tx_socket_remove_interface (tx, "v1", NULL));
  g_assert_false (tx_try_send (tx, "x", &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, TEST_GROUP);
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "v0");
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "firewall");
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 41);
  tx_assert_sums (tx);
}

static void
test_link_down (World *world)
{
  const char *group = world->family->group;
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (group), TEST_PORT, WORDS ("v0", "v1"));
  g_autoptr (GError) error = NULL;

  netns_link_set_down (world->here, "v0");
  g_assert_cmpuint (send_texts (tx, 10), ==, 10);
  g_assert_cmpuint (tx_path_counter (tx, group, "v0", "refused"), ==, 10);
  g_assert_cmpuint (tx_path_counter (tx, group, "v1", "accepted"), ==, 10);
  netns_link_set_down (world->here, "v1");
  netns_assert_soon (!tx_try_send (tx, "x", NULL));
  g_assert_false (tx_try_send (tx, "x", &error));
  /* It is there, but down: an error that says otherwise leads astray. */
  g_assert_nonnull (strstr (error->message, "down"));
  g_assert_null (strstr (error->message, "does not exist"));
  netns_link_set_up (world->here, "v0");
  netns_assert_soon (tx_try_send (tx, "x", NULL));
  tx_assert_sums (tx);
}

static void
test_too_large (World *world)
{
  const char *group = world->family->group;
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (group), TEST_PORT, WORDS ("v0"));
  g_autofree guint8 *data = g_malloc0 (70000);
  g_autoptr (GBytes) payload = g_bytes_new_static (data, 70000);
  g_autoptr (GError) error = NULL;

  g_assert_false (mcast_tx_socket_send (tx, payload, NULL, &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, "65507");
  g_assert_cmpuint (tx_error_count (tx, group, "v0", "EMSGSIZE"), ==, 1);
  tx_assert_sums (tx);
}

/* What could not go because its interface is not there is refused, too. */
static void
test_waiting (World *world)
{
  g_autoptr (McastTxSocket)
    tx = tx_new_full ("groups", WORDS (TEST_GROUP), "port", TEST_PORT, "interfaces",
                      WORDS ("v0", "later"), "wait-for-interfaces", TRUE, NULL);

  g_assert_cmpuint (send_texts (tx, 10), ==, 10);
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 20);
  g_assert_cmpuint (tx_path_counter (tx, TEST_GROUP, "later", "refused"), ==, 10);
  g_assert_cmpuint (tx_error_count (tx, TEST_GROUP, "later", "ENODEV"), ==, 10);
  g_assert_true (tx_path_is (tx, TEST_GROUP, "later", "waiting"));
  tx_assert_sums (tx);
}

/* Counters continue after an interface was away. */
static void
test_continues_counting (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP_2), TEST_PORT, WORDS ("v0"));

  send_texts (tx, 10);
  send_many (world, "v0", TEST_GROUP_2, 10);
  receive_all (rx);
  netns_link_recreate (world->here, "v0", 0, 0);
  netns_assert_soon (tx_path_is (tx, TEST_GROUP, "v0", "ready"));
  netns_assert_soon (rx_path_is (rx, TEST_GROUP_2, "v0", "joined"));
  netns_assert_soon (tx_try_send (tx, "0123456789", NULL));
  netns_assert_soon (netns_group_users (world->here, "v0", TEST_GROUP_2) == 1);
  send_many (world, "v0", TEST_GROUP_2, 1);
  netns_assert_soon (receive_all (rx) == 1);
  g_assert_cmpuint (tx_path_counter (tx, TEST_GROUP, "v0", "accepted"), ==, 11);
  g_assert_cmpuint (rx_path_counter (rx, TEST_GROUP_2, "v0", "delivered"), ==, 11);
  g_assert_cmpuint (rx_path_counter (rx, TEST_GROUP_2, "v0", "joins"), ==, 2);
  tx_assert_sums (tx);
  rx_assert_sums (rx);
}

/* A path that is removed keeps its part of the sums. */
static void
test_removed_path_counts (World *world)
{
  g_autoptr (McastTxSocket)
    tx = tx_new (WORDS (TEST_GROUP, TEST_GROUP_2), TEST_PORT, WORDS ("v0", "v1"));

  send_texts (tx, 5);
  g_assert_true (mcast_tx_socket_remove_interface (tx, "v1", NULL));
  g_assert_true (mcast_tx_socket_remove_group (tx, TEST_GROUP_2, NULL));
  g_assert_cmpuint (tx_counter (tx, "accepted"), ==, 20);
  send_texts (tx, 5);
  g_assert_cmpuint (tx_counter (tx, "accepted"), ==, 25);
  mcast_tx_socket_close (tx);
  g_assert_cmpuint (tx_counter (tx, "accepted"), ==, 25);
  tx_assert_sums (tx);
}

/* A firewall that takes every second one, with messages that the kernel cuts. */
static void
test_random_firewall (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autofree char *data = g_malloc0 (13000);
  const GOutputVector vector = { data, 13000 };
  const McastTxMessage messages[3] = { { &vector, 1, 1300 },
                                       { &vector, 1, 1000 },
                                       { &vector, 1, 0 } };

  netns_nft (world->here, "table ip t {\nchain out {\ntype filter hook output priority 0\n"
                          "ip daddr " TEST_GROUP " numgen random mod 2 0 drop\n}\n}\n");
  for (guint i = 0; i < 100; i++)
    mcast_tx_socket_send_messages (tx, messages, 3, NULL, NULL);
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 100 * (10 + 13 + 1));
  g_assert_cmpuint (tx_counter (tx, "accepted"), >, 0);
  g_assert_cmpuint (tx_counter (tx, "refused"), >, 0);
  tx_assert_sums (tx);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  world_test_add ("/accounting/rx/delivered", 2, test_delivered);
  world_test_add_families ("/accounting/rx/kernel-dropped", 1, test_kernel_dropped);
  world_test_add ("/accounting/rx/kernel-dropped-and-left", 1, test_kernel_dropped_and_left);
  world_test_add_families ("/accounting/rx/left-before-received", 1, test_left_before_received);
  world_test_add_families ("/accounting/rx/interface-removed-before-received", 2,
                           test_interface_removed_before_received);
  world_test_add_families ("/accounting/rx/interface-vanished-before-received", 2,
                           test_interface_vanished_before_received);
  world_test_add ("/accounting/rx/filtered-group", 1, test_filtered_group);
  world_test_add_families ("/accounting/rx/unwanted-before-wanted", 2, test_unwanted_before_wanted);
  world_test_add ("/accounting/rx/filtered-interface", 2, test_filtered_interface);
  world_test_add ("/accounting/rx/duplicates", 2, test_duplicates);
  world_test_add ("/accounting/rx/late", 1, test_late);
  world_test_add ("/accounting/rx/one-ssrc", 1, test_one_ssrc);
  world_test_add_full ("/accounting/rx/second-source",
                       (WorldTest) { 1, test_second_source, .needs = NETNS_SYSCTL });
  world_test_add ("/accounting/rx/runs", 1, test_runs);
  world_test_add ("/accounting/rx/everything", 3, test_everything);
  world_test_add ("/accounting/tx/accepted", 2, test_accepted);
  world_test_add_full ("/accounting/tx/full-queue",
                       (WorldTest) { 1, test_full_queue, .needs = NETNS_TC | NETNS_SYSCTL });
  world_test_add_full ("/accounting/tx/full-queue-of-shared-socket",
                       (WorldTest) { 1, test_full_queue_of_shared_socket,
                                     .needs = NETNS_TC | NETNS_SYSCTL });
  world_test_add_full ("/accounting/tx/firewall",
                       (WorldTest) { 2, test_firewall, .needs = NETNS_NFT });
  world_test_add_full ("/accounting/tx/random-firewall",
                       (WorldTest) { 1, test_random_firewall, .needs = NETNS_NFT });
  world_test_add_families ("/accounting/tx/link-down", 2, test_link_down);
  world_test_add_families ("/accounting/tx/too-large", 1, test_too_large);
  world_test_add ("/accounting/tx/waiting", 1, test_waiting);
  world_test_add ("/accounting/continues-counting", 1, test_continues_counting);
  world_test_add ("/accounting/tx/removed-path", 2, test_removed_path_counts);
  return g_test_run ();
}
