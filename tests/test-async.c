/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

#include <fcntl.h>
#include <poll.h>

/* What became of a request, in the order of completion. */
typedef struct
{
  McastDatagram *datagram;
  GError *error;
  gboolean is_done;
  GThread *thread;
} Answer;

static void
answer_clear (Answer *answer)
{
  g_clear_pointer (&answer->datagram, mcast_datagram_unref);
  g_clear_error (&answer->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

static void
on_received (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  g_assert_false (answer->is_done);
  answer->datagram = mcast_rx_socket_receive_finish (MCAST_RX_SOCKET (source), result,
                                                     &answer->error);
  g_assert_true ((answer->datagram == NULL) == (answer->error != NULL));
  answer->is_done = TRUE;
  answer->thread = g_thread_self ();
}

static void
assert_answer_is (const Answer *answer, const char *text)
{
  g_autofree char *received = NULL;

  g_assert_no_error (answer->error);
  received = datagram_text (answer->datagram);
  g_assert_cmpstr (received, ==, text);
}

static void
assert_readable (McastRxSocket *rx, int n)
{
  struct pollfd fd = { mcast_rx_socket_get_fd (rx), POLLIN, 0 };

  g_assert_cmpint (poll (&fd, 1, n > 0 ? NETNS_DEADLINE_MS : 0), ==, n);
}

/* --- Requests ---------------------------------------------------------------------------- */

static void
test_waits (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_auto (Answer) answer = { 0 };

  mcast_rx_socket_receive_async (rx, G_PRIORITY_DEFAULT, NULL, on_received, &answer);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_false (answer.is_done);
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "later");
  netns_assert_soon (answer.is_done);
  assert_answer_is (&answer, "later");
  g_assert_true (answer.thread == g_thread_self ());
}

/* Even when a datagram is there, the callback comes from the main loop. */
static void
test_is_not_called_at_once (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_auto (Answer) answer = { 0 };

  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "there");
  assert_readable (rx, 1);
  mcast_rx_socket_receive_async (rx, G_PRIORITY_DEFAULT, NULL, on_received, &answer);
  g_assert_false (answer.is_done);
  netns_assert_soon (answer.is_done);
  assert_answer_is (&answer, "there");
}

/* The socket lives as long as its request. */
static void
test_keeps_the_socket (World *world)
{
  g_auto (Answer) answer = { 0 };
  McastRxSocket *rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));

  mcast_rx_socket_receive_async (rx, G_PRIORITY_DEFAULT, NULL, on_received, &answer);
  g_object_add_weak_pointer (G_OBJECT (rx), (gpointer *) &rx);
  g_object_unref (rx);
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "alive");
  netns_assert_soon (answer.is_done);
  assert_answer_is (&answer, "alive");
  netns_assert_soon (rx == NULL);
}

static void
test_several_requests (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  Answer answers[5] = { { 0 } };
  guint n_right = 0;

  for (guint i = 0; i < 5; i++)
    mcast_rx_socket_receive_async (rx, G_PRIORITY_DEFAULT, NULL, on_received, &answers[i]);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, text);
    }
  for (guint i = 0; i < 5; i++)
    netns_assert_soon (answers[i].is_done);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *text = NULL;

      g_assert_no_error (answers[i].error);
      text = datagram_text (answers[i].datagram);
      n_right |= 1u << (text[0] - '0');
      answer_clear (&answers[i]);
    }
  g_assert_cmpuint (n_right, ==, 31);
  rx_assert_empty (rx);
}

static void
test_other_context (World *world)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_auto (Answer) answer = { 0 };

  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "elsewhere");
  g_main_context_push_thread_default (context);
  mcast_rx_socket_receive_async (rx, G_PRIORITY_DEFAULT, NULL, on_received, &answer);
  g_main_context_pop_thread_default (context);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_false (answer.is_done);
  while (!answer.is_done)
    g_main_context_iteration (context, TRUE);
  assert_answer_is (&answer, "elsewhere");
}

static void
test_timeout (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_auto (Answer) answer = { 0 };

  mcast_rx_socket_set_timeout_us (rx, 20000, NULL);
  mcast_rx_socket_receive_async (rx, G_PRIORITY_DEFAULT, NULL, on_received, &answer);
  netns_assert_soon (answer.is_done);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "kept");
  mcast_rx_socket_set_timeout_us (rx, -1, NULL);
  rx_assert_receives (rx, "kept");
}

/* A request does not block, so that a socket that never blocks has requests, too. */
static void
test_timeout_none (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_auto (Answer) answer = { 0 };

  mcast_rx_socket_set_timeout_us (rx, 0, NULL);
  mcast_rx_socket_receive_async (rx, G_PRIORITY_DEFAULT, NULL, on_received, &answer);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_false (answer.is_done);
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "later");
  netns_assert_soon (answer.is_done);
  assert_answer_is (&answer, "later");
}

/* The longest timeout there is neither ends at once nor keeps the loop busy. */
static void
test_timeout_longest (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_auto (Answer) answer = { 0 };
  guint n_iterations = 0;

  mcast_rx_socket_set_timeout_us (rx, G_MAXINT64, NULL);
  mcast_rx_socket_receive_async (rx, G_PRIORITY_DEFAULT, NULL, on_received, &answer);
  while (n_iterations < 1000 && g_main_context_iteration (NULL, FALSE))
    n_iterations++;
  g_assert_cmpuint (n_iterations, <, 1000);
  g_assert_false (answer.is_done);
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "at last");
  netns_assert_soon (answer.is_done);
  assert_answer_is (&answer, "at last");
}

static void
test_cancel (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Answer) answer = { 0 };

  mcast_rx_socket_receive_async (rx, G_PRIORITY_DEFAULT, cancellable, on_received, &answer);
  g_cancellable_cancel (cancellable);
  g_assert_false (answer.is_done);
  netns_assert_soon (answer.is_done);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "not lost");
  rx_assert_receives (rx, "not lost");
}

static gpointer
cancel_in_thread (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return NULL;
}

/* Requests that are cancelled from another thread just when datagrams come: each datagram is either
 * in an answer or still there. */
static void
test_cancel_loses_nothing (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GSocket) sender = plain_sender_new (world->there, "v0", G_SOCKET_FAMILY_IPV4, NULL);
  g_autoptr (GSocketAddress) to = plain_address_new (TEST_GROUP, TEST_PORT, 0);
  guint n_received = 0;
  guint n_cancelled = 0;

  for (guint i = 0; i < 500; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_auto (Answer) answer = { 0 };
      GThread *thread;

      mcast_rx_socket_receive_async (rx, G_PRIORITY_DEFAULT, cancellable, on_received, &answer);
      thread = g_thread_new ("canceller", cancel_in_thread, cancellable);
      plain_send_data (sender, to, "x", 1);
      while (!answer.is_done)
        g_main_context_iteration (NULL, TRUE);
      n_received += answer.error == NULL;
      n_cancelled += g_error_matches (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_thread_join (thread);
      if (answer.error != NULL)
        rx_assert_receives (rx, "x");
      rx_assert_empty (rx);
    }
  g_assert_cmpuint (n_received + n_cancelled, ==, 500);
}

static void
test_close (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_auto (Answer) answer = { 0 };

  mcast_rx_socket_set_timeout_us (rx, -1, NULL);
  mcast_rx_socket_receive_async (rx, G_PRIORITY_DEFAULT, NULL, on_received, &answer);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  mcast_rx_socket_close (rx);
  netns_assert_soon (answer.is_done);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* Without waiting for any timeout. */
static void
test_after_close (World *world)
{
  const gint64 *timeout_us = world->data;
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_auto (Answer) answer = { 0 };

  mcast_rx_socket_set_timeout_us (rx, *timeout_us, NULL);
  mcast_rx_socket_close (rx);
  mcast_rx_socket_receive_async (rx, G_PRIORITY_DEFAULT, NULL, on_received, &answer);
  netns_assert_soon (answer.is_done);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* --- Sources ----------------------------------------------------------------------------- */

typedef struct
{
  McastRxSocket *rx;
  guint n_calls;
  guint n_received;
  gboolean continues;
} Reader;

static gboolean
on_ready (gpointer user_data)
{
  Reader *reader = user_data;
  g_autoptr (McastDatagram) datagram = mcast_rx_socket_receive (reader->rx, NULL, NULL);

  reader->n_calls++;
  reader->n_received += datagram != NULL;
  return reader->continues;
}

static GSource *
attach (Reader *reader, GCancellable *cancellable)
{
  GSource *source = mcast_rx_socket_create_source (reader->rx, cancellable);

  g_source_set_callback (source, on_ready, reader, NULL);
  g_source_attach (source, NULL);
  return source;
}

static void
test_source (World *world)
{
  g_autoptr (McastRxSocket)
    rx = rx_new (WORDS (TEST_GROUP, TEST_GROUP6), TEST_PORT, WORDS ("v0", "v1"));
  g_autoptr (GSource) source = NULL;
  Reader reader = { .continues = TRUE };
  guint n_calls;

  mcast_rx_socket_set_timeout_us (rx, 0, NULL);
  reader.rx = rx;
  source = attach (&reader, NULL);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpuint (reader.n_calls, ==, 0);
  for (guint i = 0; i < 10; i++)
    {
      plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "four");
      plain_send (world->there, "v1", TEST_GROUP6, TEST_PORT, "six");
    }
  netns_assert_soon (reader.n_received == 20);
  /* It rests when there is nothing to read. */
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  n_calls = reader.n_calls;
  g_assert_false (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpuint (reader.n_calls, ==, n_calls);
  g_source_destroy (source);
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "unheard");
  assert_readable (rx, 1);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpuint (reader.n_calls, ==, n_calls);
}

static void
test_source_once (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GSource) source = NULL;
  Reader reader = { 0 };

  reader.rx = rx;
  source = attach (&reader, NULL);
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "one");
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "two");
  netns_assert_soon (g_source_is_destroyed (source));
  g_assert_cmpuint (reader.n_received, ==, 1);
  rx_assert_receives (rx, "two");
}

static gboolean
on_ready_closure (Reader *reader)
{
  return on_ready (reader);
}

/* As a language binding attaches its functions. */
static void
test_source_closure (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GSource) source = mcast_rx_socket_create_source (rx, NULL);
  Reader reader = { .continues = TRUE };

  reader.rx = rx;
  g_source_set_closure (source, g_cclosure_new_swap (G_CALLBACK (on_ready_closure), &reader, NULL));
  g_source_attach (source, NULL);
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "one");
  netns_assert_soon (reader.n_received == 1);
  g_assert_false (g_source_is_destroyed (source));
  reader.continues = FALSE;
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "two");
  netns_assert_soon (g_source_is_destroyed (source));
  g_assert_cmpuint (reader.n_received, ==, 2);
}

static void
test_source_cancel (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GSource) source = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Reader reader = { 0 };

  mcast_rx_socket_set_timeout_us (rx, 0, NULL);
  reader.rx = rx;
  source = attach (&reader, cancellable);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpuint (reader.n_calls, ==, 0);
  g_cancellable_cancel (cancellable);
  netns_assert_soon (reader.n_calls == 1);
}

static void
test_source_close (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GSource) before = NULL;
  g_autoptr (GSource) after = NULL;
  Reader reader = { 0 };

  reader.rx = rx;
  before = attach (&reader, NULL);
  mcast_rx_socket_close (rx);
  netns_assert_soon (reader.n_calls == 1);
  after = attach (&reader, NULL);
  netns_assert_soon (reader.n_calls == 2);
  g_assert_cmpuint (reader.n_received, ==, 0);
}

/* A source is dispatched for groups that were joined after it was created. */
static void
test_source_follows_changes (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (NULL, TEST_PORT, WORDS ("v0"));
  g_autoptr (GSource) source = NULL;
  Reader reader = { .continues = TRUE };

  mcast_rx_socket_set_timeout_us (rx, 0, NULL);
  reader.rx = rx;
  source = attach (&reader, NULL);
  g_assert_true (mcast_rx_socket_join (rx, TEST_GROUP, NULL));
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "x");
  netns_assert_soon (reader.n_received == 1);
  g_assert_true (mcast_rx_socket_add_interface (rx, "v1", NULL));
  g_assert_true (mcast_rx_socket_join (rx, TEST_GROUP6, NULL));
  plain_send (world->there, "v1", TEST_GROUP6, TEST_PORT, "x");
  netns_assert_soon (reader.n_received == 2);
  g_assert_true (mcast_rx_socket_leave (rx, TEST_GROUP, NULL));
  plain_send (world->there, "v0", TEST_GROUP6, TEST_PORT, "x");
  netns_assert_soon (reader.n_received == 3);
  g_source_destroy (source);
}

/* --- The descriptor ---------------------------------------------------------------------- */

static void
test_fd (World *world)
{
  g_autoptr (McastRxSocket)
    rx = rx_new (WORDS (TEST_GROUP, TEST_GROUP6), TEST_PORT, WORDS ("v0", "v1"));
  int fd = mcast_rx_socket_get_fd (rx);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (fcntl (fd, F_GETFD) & FD_CLOEXEC, !=, 0);
  assert_readable (rx, 0);
  plain_send (world->there, "v1", TEST_GROUP6, TEST_PORT, "x");
  assert_readable (rx, 1);
  assert_readable (rx, 1);
  rx_assert_receives (rx, "x");
  rx_assert_empty (rx);
  assert_readable (rx, 0);
  g_assert_true (mcast_rx_socket_join (rx, TEST_GROUP_2, NULL));
  g_assert_true (mcast_rx_socket_leave (rx, TEST_GROUP, NULL));
  g_assert_cmpint (mcast_rx_socket_get_fd (rx), ==, fd);
  plain_send (world->there, "v1", TEST_GROUP_2, TEST_PORT, "y");
  assert_readable (rx, 1);
  rx_assert_receives (rx, "y");
}

/* A reader that empties the socket whenever the descriptor says so gets everything. */
static void
test_fd_loop (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP, TEST_GROUP_2), TEST_PORT, WORDS ("v0"));
  guint n = 0;

  mcast_rx_socket_set_timeout_us (rx, 0, NULL);
  for (guint i = 0; i < 100; i++)
    {
      plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "x");
      plain_send (world->there, "v0", TEST_GROUP_2, TEST_PORT, "y");
    }
  while (n < 200)
    {
      g_autoptr (GPtrArray) batch = NULL;

      assert_readable (rx, 1);
      while ((batch = mcast_rx_socket_receive_batch (rx, 7, NULL, NULL)) != NULL)
        {
          n += batch->len;
          g_clear_pointer (&batch, g_ptr_array_unref);
        }
    }
  g_assert_cmpuint (n, ==, 200);
  assert_readable (rx, 0);
}

int
main (int argc, char **argv)
{
  static const gint64 hour = G_GINT64_CONSTANT (3600000000);
  static const gint64 none = 0;
  static const gint64 ever = -1;

  netns_test_init (&argc, &argv);
  world_test_add ("/async/waits", 1, test_waits);
  world_test_add ("/async/is-not-called-at-once", 1, test_is_not_called_at_once);
  world_test_add ("/async/keeps-the-socket", 1, test_keeps_the_socket);
  world_test_add ("/async/several-requests", 1, test_several_requests);
  world_test_add ("/async/other-context", 1, test_other_context);
  world_test_add ("/async/timeout", 1, test_timeout);
  world_test_add ("/async/timeout/none", 1, test_timeout_none);
  world_test_add ("/async/timeout/longest", 1, test_timeout_longest);
  world_test_add ("/async/cancel", 1, test_cancel);
  world_test_add ("/async/cancel/loses-nothing", 1, test_cancel_loses_nothing);
  world_test_add ("/async/close", 1, test_close);
  world_test_add_data ("/async/close/after/an-hour", 1, &hour, test_after_close);
  world_test_add_data ("/async/close/after/no-wait", 1, &none, test_after_close);
  world_test_add_data ("/async/close/after/ever", 1, &ever, test_after_close);
  world_test_add ("/async/source", 2, test_source);
  world_test_add ("/async/source/once", 1, test_source_once);
  world_test_add ("/async/source/closure", 1, test_source_closure);
  world_test_add ("/async/source/cancel", 1, test_source_cancel);
  world_test_add ("/async/source/close", 1, test_source_close);
  world_test_add ("/async/source/follows-changes", 2, test_source_follows_changes);
  world_test_add ("/async/fd", 2, test_fd);
  world_test_add ("/async/fd/loop", 1, test_fd_loop);
  return g_test_run ();
}
