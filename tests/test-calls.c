/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

/* The calls that spare a program a few lines: with a time limit, without waiting, with bytes, of
 * batches, and asynchronous. */

/* --- Receiving ------------------------------------------------------------------------------- */

static McastRxSocket *
open_rx (void)
{
  return rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
}

static void
assert_no_datagram (McastDatagram *datagram, GError **error, int code)
{
  g_assert_null (datagram);
  g_assert_error (*error, G_IO_ERROR, code);
  g_clear_error (error);
}

static void
test_receive_with_timeout (World *world)
{
  g_autoptr (McastRxSocket) rx = open_rx ();
  g_autoptr (McastDatagram) datagram = NULL;
  g_autoptr (GError) error = NULL;
  gint64 timeout_us = mcast_rx_socket_get_timeout_us (rx);

  assert_no_datagram (mcast_rx_socket_receive_with_timeout (rx, 0, NULL, &error), &error,
                      G_IO_ERROR_WOULD_BLOCK);
  assert_no_datagram (mcast_rx_socket_receive_with_timeout (rx, 1000, NULL, &error), &error,
                      G_IO_ERROR_TIMED_OUT);
  assert_no_datagram (mcast_rx_socket_receive_with_timeout (rx, -2, NULL, &error), &error,
                      G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_null (mcast_rx_socket_receive_batch_with_timeout (rx, 5, 1000, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);

  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "one");
  datagram = mcast_rx_socket_receive_with_timeout (rx, -1, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (datagram);
  g_assert_cmpint (mcast_rx_socket_get_timeout_us (rx), ==, timeout_us);
}

static void
test_batch_with_timeout (World *world)
{
  g_autoptr (McastRxSocket) rx = open_rx ();
  guint n = 0;

  mcast_rx_socket_set_timeout_us (rx, 0, NULL);
  for (guint i = 0; i < 5; i++)
    plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "x");
  while (n < 5)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) batch =
        mcast_rx_socket_receive_batch_with_timeout (rx, 5, NETNS_DEADLINE_MS * 1000, NULL, &error);

      g_assert_no_error (error);
      n += batch->len;
    }
  g_assert_cmpuint (n, ==, 5);
}

static void
test_try_receive (World *world)
{
  g_autoptr (McastRxSocket) rx = open_rx ();
  g_autoptr (McastDatagram) datagram = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (mcast_rx_socket_try_receive (rx, &error));
  g_assert_no_error (error);
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "one");
  netns_assert_soon ((datagram = mcast_rx_socket_try_receive (rx, &error)) != NULL);
  mcast_rx_socket_close (rx);
  g_assert_null (mcast_rx_socket_try_receive (rx, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
test_datagram (World *world)
{
  g_autoptr (McastRxSocket) rx = open_rx ();
  g_autoptr (McastDatagram) datagram = NULL;
  g_autofree char *source = NULL;
  g_autofree char *address = netns_ipv4 (world->there, "v0");
  g_autofree char *expected = NULL;
  const guint8 *data;
  gsize size;

  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "bytes");
  datagram = rx_receive (rx);
  data = mcast_datagram_get_data (datagram, &size);
  g_assert_cmpmem (data, size, "bytes", 5);
  source = mcast_datagram_get_source_text (datagram);
  expected =
    g_strdup_printf ("%s:%u", address,
                     g_inet_socket_address_get_port (mcast_datagram_get_source (datagram)));
  g_assert_cmpstr (source, ==, expected);
}

/* Sends @n datagrams, of which the last one is "end", and waits until they are there. */
static void
fill (World *world, const char *group, guint n)
{
  g_autoptr (GSocket) witness = plain_receiver_new (world->here, "v0", group, TEST_PORT);
  g_autoptr (GSocket) sender = plain_sender_new (world->there, "v0", G_SOCKET_FAMILY_IPV4, NULL);
  g_autoptr (GSocketAddress) to = plain_address_new (group, TEST_PORT, 0);
  char text[10];
  gssize size;

  for (guint i = 0; i < n; i++)
    plain_send_data (sender, to, i < n - 1 ? "x" : "end", i < n - 1 ? 1 : 3);
  do
    {
      size = g_socket_receive (witness, text, sizeof text, NULL, NULL);
      g_assert_cmpint (size, >, 0);
    }
  while (size != 3);
}

/* There is no other limit than the caller's. */
static void
test_many_payloads (World *world)
{
  g_autoptr (McastRxSocket) rx = open_rx ();
  g_autoptr (GBytes) payloads = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint *sizes = NULL;
  gsize n;

  fill (world, TEST_GROUP, 150);
  payloads = mcast_rx_socket_receive_payloads (rx, 140, &sizes, &n, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 140);
  g_assert_cmpuint (g_bytes_get_size (payloads), ==, 140);
  g_clear_pointer (&payloads, g_bytes_unref);
  g_clear_pointer (&sizes, g_free);
  payloads = mcast_rx_socket_receive_payloads (rx, 140, &sizes, &n, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 10);
  g_assert_cmpuint (sizes[9], ==, 3);
}

static void
test_payloads_with_paths (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP, TEST_GROUP_2), TEST_PORT, WORDS ("v0"));
  guint n_of[2] = { 0, 0 };
  guint ids[2] = { rx_path_id (rx, TEST_GROUP, "v0"), rx_path_id (rx, TEST_GROUP_2, "v0") };

  fill (world, TEST_GROUP, 2);
  fill (world, TEST_GROUP_2, 3);
  while (n_of[0] + n_of[1] < 5)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) payloads = NULL;
      g_autofree guint *sizes = NULL;
      g_autofree guint *path_ids = NULL;
      gsize n, n_ids;

      payloads = mcast_rx_socket_receive_payloads_with_paths (rx, 9, &sizes, &n, &path_ids, &n_ids,
                                                              NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (n, ==, n_ids);
      for (gsize i = 0; i < n; i++)
        for (guint j = 0; j < 2; j++)
          n_of[j] += path_ids[i] == ids[j];
    }
  g_assert_cmpuint (n_of[0], ==, 2);
  g_assert_cmpuint (n_of[1], ==, 3);
}

/* --- Asynchronous batches -------------------------------------------------------------------- */

typedef struct
{
  GPtrArray *batch;
  GError *error;
  gboolean is_done;
} Answer;

static void
answer_clear (Answer *answer)
{
  g_clear_pointer (&answer->batch, g_ptr_array_unref);
  g_clear_error (&answer->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

static void
on_batch (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->batch = mcast_rx_socket_receive_batch_finish (MCAST_RX_SOCKET (source), result,
                                                        &answer->error);
  answer->is_done = TRUE;
}

static void
test_batch_async (World *world)
{
  g_autoptr (McastRxSocket) rx = open_rx ();
  g_auto (Answer) answer = { 0 };

  fill (world, TEST_GROUP, 100);
  mcast_rx_socket_receive_batch_async (rx, 80, G_PRIORITY_DEFAULT, NULL, on_batch, &answer);
  g_assert_false (answer.is_done);
  netns_assert_soon (answer.is_done);
  g_assert_no_error (answer.error);
  g_assert_cmpuint (answer.batch->len, ==, 80);
}

static void
test_batch_async_fails (World *world)
{
  g_autoptr (McastRxSocket) rx = open_rx ();
  g_auto (Answer) none = { 0 };
  g_auto (Answer) closed = { 0 };

  mcast_rx_socket_receive_batch_async (rx, 0, G_PRIORITY_DEFAULT, NULL, on_batch, &none);
  netns_assert_soon (none.is_done);
  g_assert_error (none.error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  mcast_rx_socket_receive_batch_async (rx, 5, G_PRIORITY_DEFAULT, NULL, on_batch, &closed);
  mcast_rx_socket_close (rx);
  netns_assert_soon (closed.is_done);
  g_assert_error (closed.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* --- Sending --------------------------------------------------------------------------------- */

static McastTxSocket *
open_tx (void)
{
  return tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
}

static void
test_send_data (World *world)
{
  g_autoptr (McastTxSocket) tx = open_tx ();
  g_autoptr (GSocket) peer = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  g_autoptr (GError) error = NULL;

  g_assert_true (mcast_tx_socket_send_data (tx, "bytes", 5, NULL, &error));
  g_assert_no_error (error);
  plain_assert_receives (peer, "bytes");
  g_assert_true (mcast_tx_socket_send_data (tx, NULL, 0, NULL, &error));
  g_assert_no_error (error);
  plain_assert_receives (peer, "");
}

static void
test_send_payloads (World *world)
{
  g_autoptr (McastTxSocket) tx = open_tx ();
  g_autoptr (GSocket) peer = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  g_autoptr (GBytes) payloads = g_bytes_new_static ("onethree", 8);
  const guint sizes[] = { 3, 0, 5 };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (mcast_tx_socket_send_payloads (tx, payloads, sizes, 3, NULL, &error), ==, 3);
  g_assert_no_error (error);
  plain_assert_receives (peer, "one");
  plain_assert_receives (peer, "");
  plain_assert_receives (peer, "three");

  g_assert_cmpint (mcast_tx_socket_send_payloads (tx, payloads, sizes, 2, NULL, &error), ==, -1);
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "8 bytes");
}

/* The rate lets one datagram go in a second, so that the next one must wait. */
static void
test_send_with_timeout (World *world)
{
  g_autoptr (McastTxSocket) tx = open_tx ();
  g_autofree char *memory = g_malloc0 (1000);
  g_autoptr (GBytes) payload = g_bytes_new (memory, 1000);
  g_autoptr (GError) error = NULL;

  mcast_tx_socket_set_pacing_rate (tx, 800);
  g_assert_true (mcast_tx_socket_send_with_timeout (tx, payload, 0, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (mcast_tx_socket_send_with_timeout (tx, payload, 0, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  g_assert_false (mcast_tx_socket_send_with_timeout (tx, payload, 1000, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);
  g_assert_false (mcast_tx_socket_send_with_timeout (tx, payload, -2, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 1);
}

static void
test_send_to_with_timeout (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (NULL, 0, WORDS ("v0"));
  g_autoptr (GSocket) peer = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  g_autoptr (GSocketAddress) to = g_inet_socket_address_new_from_string (TEST_GROUP, TEST_PORT);
  g_autofree char *memory = g_malloc0 (1000);
  g_autoptr (GBytes) large = g_bytes_new (memory, 1000);
  g_autoptr (GBytes) payload = g_bytes_new_static ("text", 4);
  g_autoptr (GError) error = NULL;

  g_assert_true (mcast_tx_socket_send_to_with_timeout (tx, to, payload, 0, NULL, &error));
  g_assert_no_error (error);
  plain_assert_receives (peer, "text");
  mcast_tx_socket_set_pacing_rate (tx, 800);
  g_assert_true (mcast_tx_socket_send_to_with_timeout (tx, to, large, 0, NULL, &error));
  g_assert_false (mcast_tx_socket_send_to_with_timeout (tx, to, large, 0, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);
  g_assert_false (mcast_tx_socket_send_to_with_timeout (tx, to, large, 1000, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);
  g_assert_false (mcast_tx_socket_send_to_with_timeout (tx, to, large, -2, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 2);
}

typedef struct
{
  guint n_done;
  guint n_sent;
  GError *error;
} Sent;

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Sent *sent = user_data;

  g_clear_error (&sent->error);
  sent->n_sent += mcast_tx_socket_send_finish (MCAST_TX_SOCKET (source), result, &sent->error);
  sent->n_done++;
}

static void
test_send_async (World *world)
{
  g_autoptr (McastTxSocket) tx = open_tx ();
  g_autoptr (GSocket) peer = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  Sent sent = { 0 };

  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      g_autoptr (GBytes) payload = g_bytes_new (text, strlen (text));

      mcast_tx_socket_send_async (tx, payload, G_PRIORITY_DEFAULT, NULL, on_sent, &sent);
    }
  g_assert_cmpuint (sent.n_done, ==, 0);
  netns_assert_soon (sent.n_done == 50);
  g_assert_cmpuint (sent.n_sent, ==, 50);
  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      plain_assert_receives (peer, text);
    }
}

static void
test_send_async_fails (World *world)
{
  g_autoptr (McastTxSocket) tx = open_tx ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GBytes) payload = g_bytes_new_static ("x", 1);
  Sent sent = { 0 };

  g_cancellable_cancel (cancellable);
  mcast_tx_socket_send_async (tx, payload, G_PRIORITY_DEFAULT, cancellable, on_sent, &sent);
  netns_assert_soon (sent.n_done == 1);
  g_assert_error (sent.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  mcast_tx_socket_close (tx);
  mcast_tx_socket_send_async (tx, payload, G_PRIORITY_DEFAULT, NULL, on_sent, &sent);
  netns_assert_soon (sent.n_done == 2);
  g_assert_error (sent.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&sent.error);
  g_assert_cmpuint (sent.n_sent, ==, 0);
}

static gboolean
on_ready (gpointer user_data)
{
  (*(guint *) user_data)++;
  return G_SOURCE_REMOVE;
}

static void
assert_dispatched (McastTxSocket *tx, GCancellable *cancellable)
{
  g_autoptr (GSource) source = mcast_tx_socket_create_source (tx, cancellable);
  guint n_calls = 0;

  g_source_set_callback (source, on_ready, &n_calls, NULL);
  g_source_attach (source, NULL);
  netns_assert_soon (n_calls == 1);
  g_assert_true (g_source_is_destroyed (source));
}

static void
test_source (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP, TEST_GROUP6), TEST_PORT, WORDS ("v0"));

  assert_dispatched (tx, NULL);
  mcast_tx_socket_close (tx);
  assert_dispatched (tx, NULL);
}

/* --- Options --------------------------------------------------------------------------------- */

static void
assert_same_properties (gpointer a, gpointer b)
{
  guint n;
  g_autofree GParamSpec **pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (a), &n);

  for (guint i = 0; i < n; i++)
    {
      g_auto (GValue) of_a = G_VALUE_INIT;
      g_auto (GValue) of_b = G_VALUE_INIT;

      g_object_get_property (a, pspecs[i]->name, &of_a);
      g_object_get_property (b, pspecs[i]->name, &of_b);
      if (!G_VALUE_HOLDS_BOXED (&of_a) && g_param_values_cmp (pspecs[i], &of_a, &of_b) != 0)
        g_test_fail_printf ("%s differs", pspecs[i]->name);
    }
}

/* The defaults of the options are those of the properties. */
static void
test_default_options (World *world)
{
  const McastRxOptions rx_options = MCAST_RX_OPTIONS_INIT;
  const McastTxOptions tx_options = MCAST_TX_OPTIONS_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (McastRxSocket) rx = mcast_rx_socket_new (NULL, TEST_PORT, WORDS ("v0"), &error);
  g_autoptr (McastRxSocket) other_rx =
    mcast_rx_socket_new_with_options (NULL, TEST_PORT, WORDS ("v0"), &rx_options, &error);
  g_autoptr (McastTxSocket) tx = mcast_tx_socket_new (NULL, 0, WORDS ("v0"), &error);
  g_autoptr (McastTxSocket)
    other_tx = mcast_tx_socket_new_with_options (NULL, 0, WORDS ("v0"), &tx_options, &error);

  g_assert_no_error (error);
  assert_same_properties (rx, other_rx);
  assert_same_properties (tx, other_tx);
}

static void
test_options (World *world)
{
  McastRxOptions rx_options = MCAST_RX_OPTIONS_INIT;
  McastTxOptions tx_options = MCAST_TX_OPTIONS_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (McastTxSocket) tx = NULL;
  gboolean receive_offload, reuse_address;
  guint source_port;

  rx_options.timeout_us = 5;
  rx_options.receive_offload = TRUE;
  rx_options.reuse_address = FALSE;
  rx = mcast_rx_socket_new_with_options (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"), &rx_options,
                                         &error);
  g_assert_no_error (error);
  g_object_get (rx, "receive-offload", &receive_offload, "reuse-address", &reuse_address, NULL);
  g_assert_true (receive_offload);
  g_assert_false (reuse_address);
  g_assert_cmpint (mcast_rx_socket_get_timeout_us (rx), ==, 5);

  tx_options.ttl = 7;
  tx_options.dscp = 34;
  tx_options.source_port = 7001;
  tx = mcast_tx_socket_new_with_options (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"), &tx_options,
                                         &error);
  g_assert_no_error (error);
  g_object_get (tx, "source-port", &source_port, NULL);
  g_assert_cmpuint (source_port, ==, 7001);
  g_assert_cmpuint (mcast_tx_socket_get_ttl (tx), ==, 7);
  g_assert_cmpint (mcast_tx_socket_get_dscp (tx), ==, 34);

  tx_options.ttl = 256;
  g_assert_null (
    mcast_tx_socket_new_with_options (NULL, TEST_PORT, WORDS ("v0"), &tx_options, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

/* --- A sender on the port of a receiver ------------------------------------------------------ */

static void
test_for_receiver (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP, TEST_GROUP6), TEST_PORT, WORDS ("v0"));
  g_autoptr (GSocket) peer = plain_receiver_new (world->there, "v0", TEST_GROUP_2, TEST_PORT);
  g_autoptr (GSocketAddress) source = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (McastTxSocket)
    tx = mcast_tx_socket_new_for_receiver (rx, WORDS (TEST_GROUP_2), WORDS ("v0"), &error);
  char text[10];

  g_assert_no_error (error);
  tx_send (tx, "report");
  g_assert_cmpint (g_socket_receive_from (peer, &source, text, sizeof text, NULL, NULL), ==, 6);
  g_assert_cmpuint (g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (source)), ==, TEST_PORT);
}

static void
test_for_receiver_without_group (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (NULL, TEST_PORT, WORDS ("v0"));
  g_autoptr (GError) error = NULL;

  g_assert_null (mcast_tx_socket_new_for_receiver (rx, NULL, NULL, &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no group");
  g_clear_error (&error);
  mcast_rx_socket_close (rx);
  g_assert_null (mcast_tx_socket_new_for_receiver (rx, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* --- Interfaces ------------------------------------------------------------------------------ */

static void
test_lookup (World *world)
{
  g_autofree char *index = g_strdup_printf ("%u", netns_index (world->here, "v1"));
  g_autofree char *address = netns_ipv4 (world->here, "v1");
  const char *specifiers[] = { "v1", index, address };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (specifiers); i++)
    {
      g_autoptr (McastInterface) iface = mcast_interface_lookup (specifiers[i], &error);

      g_assert_no_error (error);
      g_assert_cmpstr (mcast_interface_get_name (iface), ==, "v1");
    }
  g_assert_null (mcast_interface_lookup ("nope", &error));
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE);
  g_clear_error (&error);
  g_assert_null (mcast_interface_lookup ("*", &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_AMBIGUOUS_INTERFACE, "2 interfaces");
}

static void
test_lookup_any_of_none (World *world)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (mcast_interface_lookup ("*", &error));
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  world_test_add ("/calls/receive-with-timeout", 1, test_receive_with_timeout);
  world_test_add ("/calls/batch-with-timeout", 1, test_batch_with_timeout);
  world_test_add ("/calls/try-receive", 1, test_try_receive);
  world_test_add ("/calls/datagram", 1, test_datagram);
  world_test_add ("/calls/payloads/many", 1, test_many_payloads);
  world_test_add ("/calls/payloads/with-paths", 1, test_payloads_with_paths);
  world_test_add ("/calls/batch-async", 1, test_batch_async);
  world_test_add ("/calls/batch-async/fails", 1, test_batch_async_fails);
  world_test_add ("/calls/send-data", 1, test_send_data);
  world_test_add ("/calls/send-payloads", 1, test_send_payloads);
  world_test_add ("/calls/send-with-timeout", 1, test_send_with_timeout);
  world_test_add ("/calls/send-to-with-timeout", 1, test_send_to_with_timeout);
  world_test_add ("/calls/send-async", 1, test_send_async);
  world_test_add ("/calls/send-async/fails", 1, test_send_async_fails);
  world_test_add ("/calls/source", 1, test_source);
  world_test_add ("/calls/options", 1, test_options);
  world_test_add ("/calls/options/default", 1, test_default_options);
  world_test_add ("/calls/for-receiver", 1, test_for_receiver);
  world_test_add ("/calls/for-receiver/without-group", 1, test_for_receiver_without_group);
  world_test_add ("/calls/lookup", 2, test_lookup);
  world_test_add ("/calls/lookup/any-of-none", 0, test_lookup_any_of_none);
  return g_test_run ();
}
