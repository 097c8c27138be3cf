/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The header is one that C++ understands, and its functions are found. */
#include <mcast.h>

static void
test_send_receive ()
{
  const char *const groups[] = { "239.1.2.3", nullptr };
  const char *const interfaces[] = { "lo", nullptr };
  g_autoptr (GError) error = nullptr;
  g_autoptr (McastRxSocket) rx = mcast_rx_socket_new (groups, 5004, interfaces, &error);
  g_assert_no_error (error);
  g_autoptr (McastTxSocket) tx = mcast_tx_socket_new (groups, 5004, interfaces, &error);
  g_assert_no_error (error);
  g_autoptr (GBytes) payload = g_bytes_new_static ("hello", 5);

  g_assert_true (mcast_tx_socket_send (tx, payload, nullptr, &error));
  g_autoptr (McastDatagram) datagram = mcast_rx_socket_receive (rx, nullptr, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (mcast_datagram_get_payload (datagram), payload));
}

static void
test_values ()
{
  g_autoptr (GError) error = nullptr;
  g_autoptr (McastGroup) group = mcast_group_parse ("10.0.0.1@232.1.2.3:5004", &error);

  g_assert_no_error (error);
  g_assert_cmpint (mcast_group_get_filter_mode (group), ==, MCAST_FILTER_MODE_INCLUDE);
  g_assert_null (mcast_group_parse ("10.1.2.3", &error));
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_NOT_MULTICAST);
  g_assert_cmpint (MCAST_MAJOR_VERSION, >=, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, nullptr);
  g_test_add_func ("/cxx/send-receive", test_send_receive);
  g_test_add_func ("/cxx/values", test_values);
  return g_test_run ();
}
