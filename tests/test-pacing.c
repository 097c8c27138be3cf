/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"
#include "os/mcast-os-wait-private.h"

/* How fast a socket with a pacing rate sends. The library's clock is ours, which only its own
 * pauses move on (the linker puts these two functions in the place of its own), so that what is
 * asserted does not depend on the machine. */

#define RATE G_GUINT64_CONSTANT (1000000000)
#define SIZE 1250
#define N_IN_CALL 50
#define N_CALLS 200
/* Of 12,500,000 bytes at 1 Gbit/s. */
#define EXPECTED_NS G_GINT64_CONSTANT (100000000)

gint64 __wrap__mcast_os_now (void);
void __wrap__mcast_os_sleep (gint64 nanoseconds, GCancellable *cancellable);

static gint64 now = 1;
/* By how much longer than asked for a pause is. */
static gint64 lateness;
/* Cancelled at the end of n_pauses_left pauses, if not NULL. */
static GCancellable *to_cancel;
static guint n_pauses_left;

gint64
__wrap__mcast_os_now (void)
{
  return now;
}

void
__wrap__mcast_os_sleep (gint64 nanoseconds, GCancellable *cancellable)
{
  now += nanoseconds + lateness;
  if (to_cancel != NULL && --n_pauses_left == 0)
    g_cancellable_cancel (to_cancel);
}

static McastTxSocket *
paced_new (const char *const *groups, GSocket *socket)
{
  McastTxSocket *tx = tx_new_full ("groups", groups, "port", TEST_PORT, "interfaces", WORDS ("v0"),
                                   "socket", socket, "pacing-rate", RATE, NULL);
  return tx;
}

/* Returns how much time that took by our clock. */
static gint64
send_all (McastTxSocket *tx)
{
  static guint8 data[N_IN_CALL * SIZE];
  const GOutputVector vector = { data, sizeof data };
  const McastTxMessage message = { &vector, 1, SIZE };
  gint64 began = now;

  for (guint i = 0; i < N_CALLS; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (mcast_tx_socket_send_messages (tx, &message, 1, NULL, &error), ==, 1);
      g_assert_no_error (error);
    }
  return now - began;
}

static void
assert_rate_is_kept (McastTxSocket *tx)
{
  gint64 took = send_all (tx);

  g_assert_cmpint (took, >=, EXPECTED_NS * 98 / 100);
  g_assert_cmpint (took, <=, EXPECTED_NS * 102 / 100);
}

static void
test_groups (World *world)
{
  g_autoptr (McastTxSocket) tx = paced_new (world->data, NULL);

  assert_rate_is_kept (tx);
}

/* The kernel does not cut on a socket that sends without checksums; on the other one it does. */
static void
test_some_uncut (World *world)
{
  g_autoptr (GSocket) socket = plain_socket_new (G_SOCKET_FAMILY_IPV4);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GVariant) path = NULL;
  gboolean offloads = TRUE;

  g_assert_true (g_socket_set_option (socket, SOL_SOCKET, SO_NO_CHECK, 1, NULL));
  tx = paced_new (WORDS (TEST_GROUP, TEST_GROUP6), socket);
  assert_rate_is_kept (tx);
  assert_rate_is_kept (tx);

  path = take_path (mcast_tx_socket_get_stats (tx), TEST_GROUP, "v0");
  g_assert_true (g_variant_lookup (path, "segmentation-offload", "b", &offloads));
  g_assert_false (offloads);
  g_clear_pointer (&path, g_variant_unref);
  path = take_path (mcast_tx_socket_get_stats (tx), TEST_GROUP6, "v0");
  g_assert_true (g_variant_lookup (path, "segmentation-offload", "b", &offloads));
  g_assert_true (offloads);
  g_assert_cmpuint (tx_counter (tx, "accepted"), ==, 2 * 2 * N_CALLS * N_IN_CALL);
}

#define N_MESSAGES 20

static void
assert_receives_each_once (GSocket *receiver)
{
  for (guint8 i = 0; i < N_MESSAGES; i++)
    {
      guint8 payload[2 * SIZE];
      gssize size = g_socket_receive (receiver, (char *) payload, sizeof payload, NULL, NULL);

      g_assert_cmpint (size, ==, SIZE);
      g_assert_cmpuint (payload[0], ==, i);
    }
}

/* A caller that continues where a cancelled call stopped loses nothing, and sends nothing twice. */
static void
test_cancelled_midway (World *world)
{
  g_autoptr (GSocket) ipv4 = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  g_autoptr (GSocket) ipv6 = plain_receiver_new (world->there, "v0", TEST_GROUP6, TEST_PORT);
  g_autoptr (McastTxSocket) tx = paced_new (WORDS (TEST_GROUP, TEST_GROUP6), NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  static guint8 data[N_MESSAGES][SIZE];
  GOutputVector vectors[N_MESSAGES];
  McastTxMessage messages[N_MESSAGES];
  gint n;

  mcast_tx_socket_set_pacing_rate (tx, 1000000);
  for (guint8 i = 0; i < N_MESSAGES; i++)
    {
      data[i][0] = i;
      vectors[i] = (GOutputVector) { data[i], SIZE };
      messages[i] = (McastTxMessage) { &vectors[i], 1, 0 };
    }
  to_cancel = cancellable;
  n_pauses_left = 7;
  n = mcast_tx_socket_send_messages (tx, messages, N_MESSAGES, cancellable, &error);
  to_cancel = NULL;
  g_assert_no_error (error);
  g_assert_cmpint (n, >, 0);
  g_assert_cmpint (n, <, N_MESSAGES);
  g_assert_cmpint (mcast_tx_socket_send_messages (tx, messages + n, N_MESSAGES - (guint) n, NULL,
                                                  &error),
                   ==, N_MESSAGES - n);
  g_assert_no_error (error);
  assert_receives_each_once (ipv4);
  assert_receives_each_once (ipv6);
  g_assert_cmpuint (tx_counter (tx, "accepted"), ==, 2 * N_MESSAGES);
  g_assert_cmpuint (tx_counter (tx, "refused"), ==, 0);
}

#define BURST_RATE G_GUINT64_CONSTANT (50000000)
#define N_DATAGRAMS 500
/* In that time the rate allows 95 datagrams of 1316 bytes, and five more make up for lateness. */
#define WINDOW_NS G_GINT64_CONSTANT (20000000)
#define MOST_IN_WINDOW (95 + 5)

/* A late pacer catches up a little, and no more. */
static void
test_burst_after_lateness (World *world)
{
  g_autoptr (McastTxSocket) tx = paced_new (WORDS (TEST_GROUP), NULL);
  g_autoptr (GBytes) payload = g_bytes_new_take (g_malloc0 (1316), 1316);
  gint64 sent_at[N_DATAGRAMS];

  mcast_tx_socket_set_pacing_rate (tx, BURST_RATE);
  for (guint i = 0; i < N_DATAGRAMS; i++)
    {
      lateness = i == N_DATAGRAMS / 2 ? WINDOW_NS : 0;
      g_assert_true (mcast_tx_socket_send (tx, payload, NULL, NULL));
      sent_at[i] = now;
    }
  lateness = 0;
  for (guint i = 0; i + MOST_IN_WINDOW < N_DATAGRAMS; i++)
    g_assert_cmpint (sent_at[i + MOST_IN_WINDOW] - sent_at[i], >=, WINDOW_NS);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  world_test_add_data ("/pacing/one-group", 1, WORDS (TEST_GROUP), test_groups);
  world_test_add_data ("/pacing/both-families", 1, WORDS (TEST_GROUP, TEST_GROUP6), test_groups);
  world_test_add_data ("/pacing/many-groups", 1, WORDS (TEST_GROUP, TEST_GROUP_2, TEST_GROUP6_2),
                       test_groups);
  world_test_add ("/pacing/some-uncut", 1, test_some_uncut);
  world_test_add ("/pacing/cancelled-midway", 1, test_cancelled_midway);
  world_test_add ("/pacing/burst-after-lateness", 1, test_burst_after_lateness);
  return g_test_run ();
}
