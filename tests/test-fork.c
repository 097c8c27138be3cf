/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A forked child can use sockets of its own, and its exit does not disturb the parent's. */

#include <mcast.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "netns.h"

#define PORT 5004
#define GROUP "233.252.0.1"
#define GROUP6 "ff15::1"

#define WORDS(...) ((const char *const[]) { __VA_ARGS__, NULL })

/* Runs ip without GSubprocess, whose thread may hold a lock of GLib just when the test forks. */
static gboolean
try_ip (const char *arguments)
{
  g_autofree char *command = g_strconcat ("ip ", arguments, NULL);
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_command_line_sync (command, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  return status == 0;
}

static void
run_ip (const char *arguments)
{
  g_assert_true (try_ip (arguments));
}

static McastRxSocket *
rx_new (const char *group, const char *iface)
{
  g_autoptr (GError) error = NULL;
  McastRxSocket *rx = mcast_rx_socket_new (WORDS (group), PORT, WORDS (iface), &error);

  g_assert_no_error (error);
  g_assert_true (mcast_rx_socket_set_timeout_us (rx, NETNS_DEADLINE_MS * 1000, NULL));
  return rx;
}

static McastTxSocket *
tx_new (const char *group, const char *iface)
{
  g_autoptr (GError) error = NULL;
  McastTxSocket *tx = mcast_tx_socket_new (WORDS (group), PORT, WORDS (iface), &error);

  g_assert_no_error (error);
  return tx;
}

static void
assert_passes (McastTxSocket *tx, McastRxSocket *rx)
{
  g_autoptr (GBytes) payload = g_bytes_new_static ("hello", 5);
  g_autoptr (GError) error = NULL;
  g_autoptr (McastDatagram) datagram = NULL;

  g_assert_true (mcast_tx_socket_send (tx, payload, NULL, &error));
  g_assert_no_error (error);
  datagram = mcast_rx_socket_receive (rx, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (mcast_datagram_get_payload (datagram), payload));
}

static pid_t
start_child (void (*in_child) (gpointer data), gpointer data)
{
  pid_t child = fork ();

  g_assert_cmpint (child, >=, 0);
  if (child > 0)
    return child;
  alarm (NETNS_DEADLINE_MS / 1000);
  in_child (data);
  _exit (0);
}

/* The child must end by itself, and in time. */
static void
finish_child (pid_t child)
{
  int status;

  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
}

static void
run_child (void (*in_child) (gpointer data), gpointer data)
{
  finish_child (start_child (in_child, data));
}

typedef struct
{
  McastRxSocket *rx;
  McastTxSocket *tx;
} Pair;

static void
drop_sockets (gpointer data)
{
  Pair *pair = data;

  g_object_unref (pair->rx);
  g_object_unref (pair->tx);
}

static void
close_and_drop_sockets (gpointer data)
{
  Pair *pair = data;

  mcast_rx_socket_close (pair->rx);
  mcast_tx_socket_close (pair->tx);
  drop_sockets (data);
}

/* What a child drops, an interpreter's exit for example, stays the parent's. */
static void
test_exit (gconstpointer group)
{
  Pair pair = { rx_new (group, "lo"), tx_new (group, "lo") };

  assert_passes (pair.tx, pair.rx);
  run_child (drop_sockets, &pair);
  run_child (close_and_drop_sockets, &pair);
  assert_passes (pair.tx, pair.rx);
  g_assert_cmpuint (netns_group_users (netns_home (), "lo", group), ==, 1);
  g_object_unref (pair.rx);
  g_object_unref (pair.tx);
}

static gpointer
wait_for_datagram (gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (McastDatagram) datagram = mcast_rx_socket_receive (data, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (datagram);
  return NULL;
}

/* A receive call of the parent that waits is not woken by the child's close. */
static void
test_exit_while_waiting (void)
{
  Pair pair = { rx_new (GROUP, "lo"), tx_new (GROUP, "lo") };
  g_autoptr (GBytes) payload = g_bytes_new_static ("hello", 5);
  GThread *thread = g_thread_new ("wait", wait_for_datagram, pair.rx);

  run_child (drop_sockets, &pair);
  g_assert_false (mcast_rx_socket_is_closed (pair.rx));
  g_assert_true (mcast_tx_socket_send (pair.tx, payload, NULL, NULL));
  g_thread_join (thread);
  drop_sockets (&pair);
}

static void
use_new_sockets (gpointer data)
{
  g_autoptr (McastRxSocket) rx = rx_new (GROUP, data);
  g_autoptr (McastTxSocket) tx = tx_new (GROUP, data);

  assert_passes (tx, rx);
}

static void
test_new_sockets (void)
{
  g_autoptr (McastRxSocket) rx = rx_new (GROUP, "lo");

  run_child (use_new_sockets, (gpointer) "lo");
  g_assert_false (mcast_rx_socket_is_closed (rx));
}

static void
wait_for_interface (gpointer data)
{
  const int *ready = data;
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (McastDatagram) datagram = NULL;
  g_autoptr (GError) error = NULL;

  rx = g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, &error, "groups", WORDS (GROUP), "port", PORT,
                       "interfaces", WORDS ("late0"), "wait-for-interfaces", TRUE, NULL);
  g_assert_no_error (error);
  g_assert_cmpint (write (ready[1], "", 1), ==, 1);
  datagram = mcast_rx_socket_receive (rx, NULL, &error);
  g_assert_no_error (error);
}

/* The child follows the interfaces: it joins on one that appears after the fork. */
static void
test_later_interface (void)
{
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GBytes) payload = g_bytes_new_static ("hello", 5);
  int ready[2];
  char byte;
  pid_t child;

  if (!try_ip ("link add late0 type veth peer late1"))
    {
      g_test_skip ("ip cannot create a veth pair here");
      return;
    }
  run_ip ("link delete late0");
  rx = rx_new (GROUP, "lo");
  g_assert_cmpint (pipe (ready), ==, 0);
  child = start_child (wait_for_interface, ready);
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  run_ip ("link add late0 type veth peer late1");
  run_ip ("address add 10.77.0.1/24 dev late0");
  run_ip ("link set late0 up");
  run_ip ("link set late1 up");
  netns_assert_soon (netns_group_users (netns_home (), "late0", GROUP) == 1);
  tx = tx_new (GROUP, "late0");
  g_assert_true (mcast_tx_socket_send (tx, payload, NULL, NULL));
  finish_child (child);
  close (ready[0]);
  close (ready[1]);
}

typedef struct
{
  McastInterfaceMonitor *monitor;
  int change[2];
} Watch;

static gboolean
has_mtu (McastInterfaceMonitor *monitor, const char *name, guint mtu)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (monitor)); i++)
    {
      g_autoptr (McastInterface) iface = g_list_model_get_item (G_LIST_MODEL (monitor), i);

      if (g_str_equal (mcast_interface_get_name (iface), name))
        return mcast_interface_get_mtu (iface) == mtu;
    }
  return FALSE;
}

static void
use_new_monitor (gpointer data)
{
  Watch *watch = data;
  g_autoptr (McastInterfaceMonitor) monitor = mcast_interface_monitor_get (NULL);

  g_assert_true (monitor != watch->monitor);
  g_object_unref (watch->monitor);
  g_assert_true (has_mtu (monitor, "lo", 65536));
  g_assert_cmpint (write (watch->change[1], "", 1), ==, 1);
  netns_assert_soon (has_mtu (monitor, "lo", 60000));
}

/* The monitor of the child follows the interfaces, and that of the parent does so still. */
static void
test_monitor (void)
{
  Watch watch = { mcast_interface_monitor_get (NULL) };
  char byte;
  pid_t child;

  g_assert_cmpint (pipe (watch.change), ==, 0);
  child = start_child (use_new_monitor, &watch);
  g_assert_cmpint (read (watch.change[0], &byte, 1), ==, 1);
  run_ip ("link set dev lo mtu 60000");
  finish_child (child);
  netns_assert_soon (has_mtu (watch.monitor, "lo", 60000));
  run_ip ("link set dev lo mtu 65536");
  netns_assert_soon (has_mtu (watch.monitor, "lo", 65536));
  g_object_unref (watch.monitor);
  close (watch.change[0]);
  close (watch.change[1]);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  run_ip ("-6 route add local ff00::/8 dev lo");
  g_test_add_data_func ("/fork/exit/ipv4", GROUP, test_exit);
  g_test_add_data_func ("/fork/exit/ipv6", GROUP6, test_exit);
  g_test_add_func ("/fork/exit/while-waiting", test_exit_while_waiting);
  g_test_add_func ("/fork/new-sockets", test_new_sockets);
  g_test_add_func ("/fork/later-interface", test_later_interface);
  g_test_add_func ("/fork/monitor", test_monitor);
  return g_test_run ();
}
