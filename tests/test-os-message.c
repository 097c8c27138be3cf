/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reports of errors on a socket: what they wake, and what removes them. */

#include "os/mcast-os-message-private.h"

#include "lib-test.h"
#include "os/mcast-os-socket-private.h"
#include "os/mcast-os-wait-private.h"

/* A bound socket that asks for reports, and @n of them that came. */
static GSocket *
socket_new (guint n)
{
  g_autoptr (GSocketAddress) local = plain_address_new ("127.0.0.1", 0, 0);
  g_autoptr (GSocketAddress) closed_port = plain_address_new ("127.0.0.1", 9, 0);
  GSocket *socket = plain_socket_new (G_SOCKET_FAMILY_IPV4);

  plain_bind (socket, local);
  g_assert_true (g_socket_set_option (socket, IPPROTO_IP, IP_RECVERR, 1, NULL));
  for (guint i = 0; i < n; i++)
    {
      g_socket_send_to (socket, closed_port, "?", 1, NULL, NULL);
      /* It fails with the report of the one before. */
      g_socket_send_to (socket, closed_port, "?", 1, NULL, NULL);
    }
  return socket;
}

static gboolean
has_reports (GSocket *socket)
{
  return (g_socket_condition_check (socket, G_IO_ERR) & G_IO_ERR) != 0;
}

static void
send_to_itself (GSocket *socket, const char *text)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);
  g_autoptr (GSocket) sender = plain_socket_new (G_SOCKET_FAMILY_IPV4);

  plain_send_data (sender, local, text, strlen (text));
}

/* In the end nothing is left that would wake a reader, and no datagram was lost. A read leaves the
 * reports to the function that drains them. */
static void
test_receive (void)
{
  g_autoptr (GSocket) socket = socket_new (100);
  g_autoptr (McastOsBatch) batch = _mcast_os_batch_new ();
  int fd = g_socket_get_fd (socket);
  char text[16] = { 0 };
  GInputVector vector = { text, sizeof text };
  guint n_received = 0;

  g_assert_true (has_reports (socket));
  send_to_itself (socket, "one");
  _mcast_os_batch_set_memory (batch, 0, &vector, 1);
  for (guint i = 0; i < 100 && has_reports (socket); i++)
    if (_mcast_os_batch_receive (batch, fd, 1) == 1)
      n_received++;
    else
      _mcast_os_drain_errors (fd);
  g_assert_false (has_reports (socket));
  g_assert_cmpuint (n_received, ==, 1);
  g_assert_cmpstr (text, ==, "one");
  g_assert_cmpint (_mcast_os_batch_receive (batch, fd, 1), ==, -EAGAIN);
}

/* A sender that waits for room would not wait while a report is there. */
static void
test_wait_writable (void)
{
  g_autoptr (GSocket) socket = socket_new (10);
  const int fd = g_socket_get_fd (socket);

  g_assert_true (has_reports (socket));
  _mcast_os_wait_writable (&fd, 1, G_GINT64_CONSTANT (1000000000), NULL);
  g_assert_false (has_reports (socket));
}

/* A report is no datagram. */
static void
test_has_data (void)
{
  g_autoptr (GSocket) socket = socket_new (1);
  int fd = g_socket_get_fd (socket);

  g_assert_true (has_reports (socket));
  g_assert_false (_mcast_os_has_data (fd));
  send_to_itself (socket, "");
  g_assert_true (_mcast_os_has_data (fd));
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  g_test_add_func ("/os-message/reports/receive", test_receive);
  g_test_add_func ("/os-message/reports/wait-writable", test_wait_writable);
  g_test_add_func ("/os-message/reports/has-data", test_has_data);
  return g_test_run ();
}
