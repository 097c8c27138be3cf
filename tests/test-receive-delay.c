/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reads that wait so that datagrams gather. The counter of these reads shows what was decided. */

#include "lib-test.h"

#define LONG_DELAY ((gint64) 10 * G_USEC_PER_SEC)

static McastRxSocket *
open_rx (gint64 receive_delay_us)
{
  return rx_new_full ("groups", WORDS (TEST_GROUP), "port", TEST_PORT, "interfaces", WORDS ("v0"),
                      "receive-delay-us", receive_delay_us, NULL);
}

/* Receives without waiting until nothing is left. */
static guint
drain (McastRxSocket *rx)
{
  guint n = 0;

  while (TRUE)
    {
      g_autoptr (McastDatagram) datagram = mcast_rx_socket_try_receive (rx, NULL);

      if (datagram == NULL)
        return n;
      n++;
    }
}

/* Receives enough datagrams for a delay of ten seconds. */
static void
begin_to_gather (World *world, McastRxSocket *rx)
{
  guint n_drained = 0;

  for (guint i = 0; i < 20; i++)
    plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "many");
  netns_assert_soon ((n_drained += drain (rx)) == 20);
  drain (rx);
}

/* A datagram comes when the last one was received: far fewer than one in each microsecond. */
static void
test_low_rate (World *world)
{
  g_autoptr (McastRxSocket) rx = open_rx (2);

  for (guint i = 0; i < 100; i++)
    {
      plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "text");
      rx_assert_receives (rx, "text");
    }
  g_assert_cmpuint (rx_counter (rx, "delayed-reads"), ==, 0);
}

static void
test_high_rate (World *world)
{
  g_autoptr (McastRxSocket) rx = open_rx (LONG_DELAY);
  g_autoptr (GPtrArray) datagrams = NULL;
  g_autoptr (GError) error = NULL;

  begin_to_gather (world, rx);
  g_assert_cmpuint (rx_counter (rx, "delayed-reads"), ==, 0);
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "first");
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "second");
  /* The limit of the call ends the wait, and is no failure. */
  datagrams = mcast_rx_socket_receive_batch_with_timeout (rx, 64, 50000, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (datagrams->len, ==, 2);
  g_assert_cmpuint (rx_counter (rx, "delayed-reads"), ==, 1);
}

/* A call that does not wait is not delayed. */
static void
test_no_wait (World *world)
{
  g_autoptr (McastRxSocket) rx = open_rx (LONG_DELAY);
  g_autoptr (McastDatagram) datagram = NULL;

  begin_to_gather (world, rx);
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "text");
  netns_assert_soon ((datagram = mcast_rx_socket_try_receive (rx, NULL)) != NULL);
  g_assert_cmpuint (rx_counter (rx, "delayed-reads"), ==, 0);
}

typedef struct
{
  McastRxSocket *rx;
  GCancellable *cancellable;
  GError *error;
} Call;

static gpointer
receive_in_thread (gpointer data)
{
  Call *call = data;

  g_assert_null (mcast_rx_socket_receive_batch (call->rx, 64, call->cancellable, &call->error));
  return NULL;
}

static void
test_cancel (World *world)
{
  g_autoptr (McastRxSocket) rx = open_rx (LONG_DELAY);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Call call = { rx, cancellable, NULL };
  g_autoptr (GThread) thread = NULL;

  begin_to_gather (world, rx);
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "kept");
  thread = g_thread_new ("receive", receive_in_thread, &call);
  netns_assert_soon (rx_counter (rx, "delayed-reads") == 1);
  g_cancellable_cancel (cancellable);
  g_thread_join (g_steal_pointer (&thread));
  g_assert_error (call.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&call.error);
  g_assert_cmpuint (drain (rx), ==, 1);
}

static void
test_close (World *world)
{
  g_autoptr (McastRxSocket) rx = open_rx (LONG_DELAY);
  Call call = { rx, NULL, NULL };
  g_autoptr (GThread) thread = NULL;

  begin_to_gather (world, rx);
  thread = g_thread_new ("receive", receive_in_thread, &call);
  netns_assert_soon (rx_counter (rx, "delayed-reads") == 1);
  mcast_rx_socket_close (rx);
  g_thread_join (g_steal_pointer (&thread));
  g_assert_error (call.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&call.error);
}

static void
assert_refused (McastRxSocket *rx, gint64 receive_delay_us)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (mcast_rx_socket_set_receive_delay_us (rx, receive_delay_us, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
test_setting (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GVariant) stats = mcast_rx_socket_get_stats (rx);
  g_autoptr (McastRxSocket) refused = NULL;
  g_autoptr (GError) error = NULL;
  gint64 value;

  g_assert_cmpint (mcast_rx_socket_get_receive_delay_us (rx), ==, 0);
  g_assert_false (g_variant_lookup (stats, "delayed-reads", "t", NULL));
  g_assert_true (mcast_rx_socket_set_receive_delay_us (rx, 500, &error));
  g_assert_no_error (error);
  g_object_get (rx, "receive-delay-us", &value, NULL);
  g_assert_cmpint (value, ==, 500);
  assert_refused (rx, -1);
  assert_refused (rx, LONG_DELAY + 1);

  refused = g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, &error, "receive-delay-us", (gint64) -1,
                            NULL);
  g_assert_null (refused);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  mcast_rx_socket_close (rx);
  g_assert_false (mcast_rx_socket_set_receive_delay_us (rx, 600, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpint (mcast_rx_socket_get_receive_delay_us (rx), ==, 500);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  world_test_add ("/receive-delay/low-rate", 1, test_low_rate);
  world_test_add ("/receive-delay/high-rate", 1, test_high_rate);
  world_test_add ("/receive-delay/no-wait", 1, test_no_wait);
  world_test_add ("/receive-delay/cancel", 1, test_cancel);
  world_test_add ("/receive-delay/close", 1, test_close);
  world_test_add ("/receive-delay/setting", 1, test_setting);
  return g_test_run ();
}
