/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One receiver at a time: a second one gets an error, not a part of the first one's data. */

#include <mcast.h>
#include <string.h>

#include "netns.h"

#define PORT 5004
#define GROUP "233.252.0.1"

static const char *const groups[] = { GROUP, NULL };
static const char *const interfaces[] = { "lo", NULL };

static McastRxSocket *
rx_new (void)
{
  g_autoptr (GError) error = NULL;
  McastRxSocket *rx = mcast_rx_socket_new (groups, PORT, interfaces, &error);

  g_assert_no_error (error);
  return rx;
}

static void
send_text (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (McastTxSocket) tx = mcast_tx_socket_new (groups, PORT, interfaces, &error);
  g_autoptr (GBytes) payload = g_bytes_new (text, strlen (text));

  g_assert_no_error (error);
  g_assert_true (mcast_tx_socket_send (tx, payload, NULL, &error));
  g_assert_no_error (error);
}

/* --- A receive call in another thread ------------------------------------------------------ */

typedef struct
{
  McastRxSocket *rx;
  GCancellable *cancellable;
  GThread *thread;
} Waiter;

static gpointer
wait_for_datagram (gpointer data)
{
  Waiter *waiter = data;
  g_autoptr (GError) error = NULL;

  /* The main thread's look may be the call that is in progress. */
  do
    {
      g_clear_error (&error);
      g_assert_null (mcast_rx_socket_receive (waiter->rx, waiter->cancellable, &error));
    }
  while (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PENDING));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  return NULL;
}

/* Whether the other thread's call has begun: until then, a call of ours finds nothing to read. */
static gboolean
is_pending (McastRxSocket *rx)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  guint8 memory[16];
  GInputVector vector = { memory, sizeof memory };
  McastRxMessage message = { .vectors = &vector, .n_vectors = 1 };

  g_cancellable_cancel (cancelled);
  g_assert_cmpint (mcast_rx_socket_receive_messages (rx, &message, 1, cancelled, &error), ==, -1);
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PENDING);
}

static void
waiter_start (Waiter *waiter)
{
  waiter->rx = rx_new ();
  waiter->cancellable = g_cancellable_new ();
  waiter->thread = g_thread_new ("waiter", wait_for_datagram, waiter);
  netns_assert_soon (is_pending (waiter->rx));
}

static void
waiter_stop (Waiter *waiter)
{
  g_cancellable_cancel (waiter->cancellable);
  g_thread_join (waiter->thread);
  g_object_unref (waiter->cancellable);
  g_object_unref (waiter->rx);
}

static void
test_blocking_calls (void)
{
  Waiter waiter;
  g_autoptr (GError) error = NULL;
  g_autofree guint *sizes = NULL;
  gsize n_sizes;

  waiter_start (&waiter);
  g_assert_null (mcast_rx_socket_receive (waiter.rx, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_assert_null (mcast_rx_socket_receive_batch (waiter.rx, 8, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);
  g_assert_null (mcast_rx_socket_receive_payloads (waiter.rx, 8, &sizes, &n_sizes, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  waiter_stop (&waiter);
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  g_set_object ((GAsyncResult **) data, result);
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *) data != NULL;
}

static void
test_async_beside_blocking (void)
{
  Waiter waiter;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  waiter_start (&waiter);
  mcast_rx_socket_receive_async (waiter.rx, G_PRIORITY_DEFAULT, NULL, keep_result, &result);
  g_assert_true (netns_wait_until (is_set, &result, NETNS_DEADLINE_MS));
  g_assert_null (mcast_rx_socket_receive_finish (waiter.rx, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  waiter_stop (&waiter);
}

/* --- Asynchronous requests ------------------------------------------------------------------ */

static void
assert_received (McastRxSocket *rx, GAsyncResult *result, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (McastDatagram) datagram = mcast_rx_socket_receive_finish (rx, result, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (mcast_datagram_get_payload (datagram), NULL),
                   g_bytes_get_size (mcast_datagram_get_payload (datagram)), text, strlen (text));
}

static void
test_blocking_beside_async (void)
{
  g_autoptr (McastRxSocket) rx = rx_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mcast_rx_socket_receive_async (rx, G_PRIORITY_DEFAULT, NULL, keep_result, &result);
  g_assert_null (mcast_rx_socket_receive (rx, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  send_text ("one");
  g_assert_true (netns_wait_until (is_set, &result, NETNS_DEADLINE_MS));
  assert_received (rx, result, "one");
  g_assert_false (is_pending (rx));
}

/* A request of another context is refused while one is pending, and accepted after it. */
static void
test_two_contexts (void)
{
  g_autoptr (McastRxSocket) rx = rx_new ();
  g_autoptr (GMainContext) other = g_main_context_new ();
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GAsyncResult) third = NULL;
  g_autoptr (GError) error = NULL;
  gint64 deadline = g_get_monotonic_time () + NETNS_DEADLINE_MS * G_TIME_SPAN_MILLISECOND;

  mcast_rx_socket_receive_async (rx, G_PRIORITY_DEFAULT, NULL, keep_result, &first);
  g_main_context_push_thread_default (other);
  mcast_rx_socket_receive_async (rx, G_PRIORITY_DEFAULT, NULL, keep_result, &second);
  while (second == NULL && g_get_monotonic_time () < deadline)
    g_main_context_iteration (other, FALSE);
  g_assert_null (mcast_rx_socket_receive_finish (rx, second, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);

  send_text ("one");
  g_assert_true (netns_wait_until (is_set, &first, NETNS_DEADLINE_MS));
  assert_received (rx, first, "one");
  mcast_rx_socket_receive_async (rx, G_PRIORITY_DEFAULT, NULL, keep_result, &third);
  send_text ("two");
  while (third == NULL && g_get_monotonic_time () < deadline)
    g_main_context_iteration (other, FALSE);
  assert_received (rx, third, "two");
  g_main_context_pop_thread_default (other);
}

/* A request that was cancelled does not occupy the socket any more. */
static void
test_cancelled (void)
{
  g_autoptr (McastRxSocket) rx = rx_new ();
  GMainContext *other = g_main_context_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  gint64 deadline = g_get_monotonic_time () + NETNS_DEADLINE_MS * G_TIME_SPAN_MILLISECOND;

  g_main_context_push_thread_default (other);
  mcast_rx_socket_receive_async (rx, G_PRIORITY_DEFAULT, cancellable, keep_result, &result);
  g_main_context_pop_thread_default (other);
  g_assert_true (is_pending (rx));
  g_cancellable_cancel (cancellable);
  while (result == NULL && g_get_monotonic_time () < deadline)
    g_main_context_iteration (other, FALSE);
  g_assert_false (is_pending (rx));
  g_main_context_unref (other);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  g_test_add_func ("/one-receiver/blocking-calls", test_blocking_calls);
  g_test_add_func ("/one-receiver/async-beside-blocking", test_async_beside_blocking);
  g_test_add_func ("/one-receiver/blocking-beside-async", test_blocking_beside_async);
  g_test_add_func ("/one-receiver/two-contexts", test_two_contexts);
  g_test_add_func ("/one-receiver/cancelled", test_cancelled);
  return g_test_run ();
}
