/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The OS sockets that the library hands out, the groups that it leaves to others to join, and the
 * interfaces that nobody named. */

#include "lib-test.h"

static guint
get_port (GSocket *socket)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));
}

/* --- Handed out ------------------------------------------------------------------------------ */

/* Of the first group, whichever interfaces; to close it is no harm. */
static void
test_of_receiver (World *world)
{
  g_autoptr (McastRxSocket)
    rx = rx_new (WORDS (TEST_GROUP ":7001", TEST_GROUP_2 ":7002"), 7000, WORDS ("v0", "v1"));
  g_autoptr (GSocket) second = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) first = mcast_rx_socket_dup_socket (rx, G_SOCKET_FAMILY_INVALID, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (get_port (first), ==, 7001);
  second = mcast_rx_socket_dup_socket (rx, G_SOCKET_FAMILY_IPV4, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (get_port (second), ==, 7001);
  g_assert_true (g_socket_close (first, NULL));
  plain_send (world->there, "v1", TEST_GROUP, 7001, "still");
  rx_assert_receives (rx, "still");

  g_assert_null (mcast_rx_socket_dup_socket (rx, G_SOCKET_FAMILY_IPV6, &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "IPv6");
  g_clear_error (&error);
  mcast_rx_socket_close (rx);
  g_assert_false (g_socket_is_closed (second));
  g_assert_null (mcast_rx_socket_dup_socket (rx, G_SOCKET_FAMILY_IPV4, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* There is no socket while the first interface is waited for. */
static void
test_of_waiting_receiver (void)
{
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GError) error = NULL;

  rx = rx_new_full ("groups", WORDS (TEST_GROUP), "port", 7000, "interfaces", WORDS ("late0"),
                    "wait-for-interfaces", TRUE, NULL);
  g_assert_null (mcast_rx_socket_dup_socket (rx, G_SOCKET_FAMILY_INVALID, &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "interface");
}

/* One of each family, and what is sent to its port can be read. */
static void
test_of_sender (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP), 7000, WORDS ("v0"));
  g_autoptr (GSocket) ipv4 = NULL;
  g_autoptr (GSocket) ipv6 = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *own = NULL;
  char text[8] = { 0 };

  g_assert_null (mcast_tx_socket_dup_socket (tx, G_SOCKET_FAMILY_IPV6, &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "IPv6");
  g_clear_error (&error);
  g_assert_true (mcast_tx_socket_add_group (tx, TEST_GROUP6, NULL));
  ipv6 = mcast_tx_socket_dup_socket (tx, G_SOCKET_FAMILY_IPV6, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_socket_get_family (ipv6), ==, G_SOCKET_FAMILY_IPV6);
  ipv4 = mcast_tx_socket_dup_socket (tx, G_SOCKET_FAMILY_INVALID, &error);
  g_assert_no_error (error);

  own = netns_ipv4 (world->here, "v0");
  plain_send (world->there, "v0", own, get_port (ipv4), "answer");
  g_socket_set_timeout (ipv4, NETNS_DEADLINE_MS / 1000);
  g_assert_cmpint (g_socket_receive (ipv4, text, sizeof text, NULL, &error), ==, 6);
  g_assert_cmpstr (text, ==, "answer");

  mcast_tx_socket_close (tx);
  g_assert_null (mcast_tx_socket_dup_socket (tx, G_SOCKET_FAMILY_IPV4, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* --- Reports of errors ----------------------------------------------------------------------- */

/* Ends a wait that its timeout does not end. */
static gpointer
cancel_late (gpointer cancellable)
{
  gint64 deadline = g_get_monotonic_time () + NETNS_DEADLINE_MS * G_TIME_SPAN_MILLISECOND;

  while (!g_cancellable_is_cancelled (cancellable) && g_get_monotonic_time () < deadline)
    g_usleep (1000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
assert_times_out (McastRxSocket *rx)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GThread *thread = g_thread_new ("late", cancel_late, cancellable);
  g_autoptr (GError) error = NULL;
  g_autoptr (McastDatagram) datagram = mcast_rx_socket_receive (rx, cancellable, &error);

  g_cancellable_cancel (cancellable);
  g_thread_join (thread);
  g_assert_null (datagram);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

/* Each datagram to a port that nobody has bound comes back as a report, which waits in a queue of
 * the socket since it is one for sending, too. */
static void
provoke_reports (GSocket *socket, guint n)
{
  g_autoptr (GSocketAddress) closed_port = plain_address_new ("127.0.0.1", 9, 0);

  for (guint i = 0; i < n; i++)
    {
      /* It fails with the report of the one before. */
      g_socket_send_to (socket, closed_port, "?", 1, NULL, NULL);
      g_socket_send_to (socket, closed_port, "?", 1, NULL, NULL);
    }
}

/* Reports that nobody reads neither keep a receiver on the socket busy nor hold datagrams back. */
static void
test_reports (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP), 7000, WORDS ("v0"));
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = mcast_tx_socket_dup_socket (tx, G_SOCKET_FAMILY_IPV4, &error);

  g_assert_no_error (error);
  rx = rx_new_full ("groups", WORDS (TEST_GROUP, world->data), "interfaces", WORDS ("v0"), "socket",
                    socket, "timeout-us", (gint64) 500000, NULL);

  provoke_reports (socket, 100);
  assert_times_out (rx);
  provoke_reports (socket, 100);
  plain_send (world->there, "v0", TEST_GROUP, get_port (socket), "amid reports");
  rx_assert_receives (rx, "amid reports");
  assert_times_out (rx);
  rx_assert_sums (rx);
}

/* --- Of another family ----------------------------------------------------------------------- */

/* No other socket takes the place of one that can serve no group, in either direction. @socket may
 * be for both families. */
static void
assert_refused (GSocket *socket, const char *type, const char *group, const char *text)
{
  GType of_type = g_type_from_name (type);
  guint n_descriptors = count_descriptors ();
  g_autoptr (GError) error = NULL;

  g_assert_null (g_initable_new (of_type, NULL, &error, "groups", WORDS (group), "port",
                                 get_port (socket), "interfaces", WORDS ("v0"), "socket", socket,
                                 NULL));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_FAMILY_MISMATCH, text);
  netns_assert_soon (count_descriptors () <= n_descriptors);
}

static GSocket *
dual_stack_new (World *world)
{
  g_autoptr (GSocketAddress) any = plain_address_new ("::", 7005, 0);
  GSocket *socket = plain_socket_new (G_SOCKET_FAMILY_IPV6);

  plain_bind (socket, any);
  g_assert_true (g_socket_speaks_ipv4 (socket));
  return socket;
}

static void
test_other_family (World *world)
{
  g_autoptr (GSocket) ipv4 = plain_bound_new (world->here, G_SOCKET_FAMILY_IPV4, 7004);
  g_autoptr (GSocket) both = dual_stack_new (world);

  g_type_ensure (MCAST_TYPE_RX_SOCKET);
  g_type_ensure (MCAST_TYPE_TX_SOCKET);
  assert_refused (both, "McastRxSocket", TEST_GROUP, "it is an IPv6 socket");
  assert_refused (both, "McastTxSocket", TEST_GROUP, "it is an IPv6 socket");
  assert_refused (ipv4, "McastRxSocket", TEST_GROUP6, "it is an IPv4 socket");
  assert_refused (ipv4, "McastTxSocket", TEST_GROUP6, "it is an IPv4 socket");
}

/* A socket that is in use stays so beside groups of the other family. */
static void
test_both_families (World *world)
{
  g_autoptr (GSocket) both = dual_stack_new (world);
  g_autoptr (McastRxSocket) rx = rx_new_full ("groups", WORDS (TEST_GROUP6), "interfaces",
                                              WORDS ("v0"), "socket", both, NULL);
  g_autoptr (McastTxSocket) tx = tx_new_full ("groups", WORDS (TEST_GROUP6), "port", 7005,
                                              "interfaces", WORDS ("v0"), "socket", both, NULL);
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v0", TEST_GROUP, 7005);
  g_autoptr (GError) error = NULL;

  g_assert_true (mcast_tx_socket_add_group (tx, TEST_GROUP, &error));
  g_assert_no_error (error);
  tx_send (tx, "both");
  rx_assert_receives (rx, "both");
  plain_assert_receives (receiver, "both");
}

/* --- Not joined ------------------------------------------------------------------------------ */

static McastRxSocket *
listen_new (gint64 recovery_interval, GError **error)
{
  return g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, error, "groups", WORDS (TEST_GROUP), "port",
                         7000, "interfaces", WORDS ("v0"), "auto-join", FALSE,
                         "recovery-interval-us", recovery_interval, "timeout-us",
                         (gint64) NETNS_DEADLINE_MS * 1000, NULL);
}

static void
test_no_join (World *world)
{
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GSocket) member = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (listen_new (1000, &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "recovery interval");
  g_clear_error (&error);

  rx = listen_new (0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (netns_group_users (world->here, "v0", TEST_GROUP), ==, 0);
  member = plain_receiver_new (world->here, "v0", TEST_GROUP, 5999);
  plain_send (world->there, "v0", TEST_GROUP, 7000, "arrives");
  rx_assert_receives (rx, "arrives");
  mcast_rx_socket_close (rx);
  g_assert_cmpuint (netns_group_users (world->here, "v0", TEST_GROUP), ==, 1);
}

/* --- Not named ------------------------------------------------------------------------------- */

/* What is there without a choice can be taken away and given back, beside "*". */
static void
test_default_interfaces (World *world)
{
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GError) error = NULL;

  netns_ip (world->here, "route add 233.252.0.0/24 dev lo\n");
  rx = rx_new (WORDS (TEST_GROUP), 7000, NULL);
  g_assert_cmpuint (netns_group_users (world->here, "lo", TEST_GROUP), ==, 1);
  g_assert_cmpuint (netns_group_users (world->here, "v0", TEST_GROUP), ==, 1);
  g_assert_false (mcast_rx_socket_add_interface (rx, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);

  g_assert_true (mcast_rx_socket_add_interface (rx, "*", NULL));
  g_assert_true (mcast_rx_socket_remove_interface (rx, NULL, NULL));
  g_assert_cmpuint (netns_group_users (world->here, "lo", TEST_GROUP), ==, 0);
  g_assert_cmpuint (netns_group_users (world->here, "v0", TEST_GROUP), ==, 1);
  g_assert_false (mcast_rx_socket_remove_interface (rx, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);

  g_assert_true (mcast_rx_socket_add_interface (rx, NULL, NULL));
  g_assert_cmpuint (netns_group_users (world->here, "lo", TEST_GROUP), ==, 1);
  netns_ip (world->here, "route del 233.252.0.0/24 dev lo\n");
  netns_assert_soon (netns_group_users (world->here, "lo", TEST_GROUP) == 0);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  /* A socket that has to wait says so in the log. */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);

  world_test_add ("/shared-sockets/of-receiver", 2, test_of_receiver);
  g_test_add_func ("/shared-sockets/of-waiting-receiver", test_of_waiting_receiver);
  world_test_add ("/shared-sockets/of-sender", 1, test_of_sender);
  world_test_add ("/shared-sockets/reports", 1, test_reports);
  world_test_add_data ("/shared-sockets/reports/beside-another", 1, TEST_GROUP6, test_reports);
  world_test_add ("/shared-sockets/other-family", 1, test_other_family);
  world_test_add ("/shared-sockets/both-families", 1, test_both_families);
  world_test_add ("/shared-sockets/no-join", 1, test_no_join);
  world_test_add ("/shared-sockets/default-interfaces", 1, test_default_interfaces);
  return g_test_run ();
}
