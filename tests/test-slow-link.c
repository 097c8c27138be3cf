/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sending on interfaces of which one is slow: v1, whose queue takes more than a send buffer. */

#include "lib-test.h"

#define N 600

static void
slow_down (World *world, const char *name, const char *rate)
{
  g_free (netns_run (world->here, "tc", "qdisc", "add", "dev", name, "root", "tbf", "rate", rate,
                     "burst", "4000", "limit", "100000000", NULL));
}

static guint64
refused_without_room (McastTxSocket *tx, const char *group, const char *name)
{
  g_autoptr (GVariant) path = take_path (mcast_tx_socket_get_stats (tx), group, name);
  g_autoptr (GVariant) errors = g_variant_lookup_value (path, "errors", G_VARIANT_TYPE ("a{st}"));
  guint64 count = 0;

  g_variant_lookup (errors, "EAGAIN", "t", &count);
  return count;
}

/* Fails the test unless v0 accepted everything and v1 counts for itself. */
static void
assert_apart (McastTxSocket *tx, const char *group)
{
  guint64 accepted = tx_path_counter (tx, group, "v1", "accepted");
  guint64 refused = tx_path_counter (tx, group, "v1", "refused");

  g_assert_cmpuint (tx_path_counter (tx, group, "v0", "accepted"), ==, N);
  g_assert_cmpuint (accepted + refused, ==, N);
  g_assert_cmpuint (accepted, >, 0);
  g_assert_cmpuint (refused, >, 0);
  g_assert_cmpuint (refused_without_room (tx, group, "v1"), ==, refused);
  tx_assert_sums (tx);
}

static GBytes *
numbered_new (guint i)
{
  guint8 payload[1000] = { (guint8) (i >> 8), (guint8) i };

  return g_bytes_new (payload, sizeof payload);
}

/* Sends one by one, and reads what the fast link brings. */
static void
send_all (McastTxSocket *tx, gint64 timeout_us, GSocket *fast)
{
  for (guint i = 0; i < N; i++)
    {
      g_autoptr (GBytes) payload = numbered_new (i);
      g_autoptr (GError) error = NULL;

      mcast_tx_socket_send_with_timeout (tx, payload, timeout_us, NULL, &error);
      g_assert_no_error (error);
      plain_assert_receives_data (fast, g_bytes_get_data (payload, NULL),
                                  g_bytes_get_size (payload));
    }
}

static void
test_without_waiting (World *world)
{
  const char *group = world->family->group;
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) fast = plain_receiver_new (world->there, "v0", group, 5004);

  slow_down (world, "v1", "200kbit");
  tx = tx_new (WORDS (group), 5004, WORDS ("v0", "v1"));
  send_all (tx, 0, fast);
  assert_apart (tx, group);
}

/* The call waits, but not as long as the slow link takes. */
static void
test_waiting (World *world)
{
  const char *group = world->family->group;
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) fast = plain_receiver_new (world->there, "v0", group, 5004);

  slow_down (world, "v1", "200kbit");
  tx = tx_new (WORDS (group), 5004, WORDS ("v1", "v0"));
  send_all (tx, -1, fast);
  assert_apart (tx, group);
}

static void
test_batch (World *world)
{
  const char *group = world->family->group;
  g_autoptr (McastTxSocket) tx = NULL;
  guint8 payload[1400] = { 0 };
  const GOutputVector vector = { payload, sizeof payload };
  McastTxMessage messages[N];
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N; i++)
    messages[i] = (McastTxMessage) { .vectors = &vector, .n_vectors = 1 };
  slow_down (world, "v1", "200kbit");
  tx = tx_new (WORDS (group), 5004, WORDS ("v0", "v1"));
  g_assert_cmpint (mcast_tx_socket_send_messages (tx, messages, N, NULL, &error), ==, N);
  g_assert_no_error (error);
  assert_apart (tx, group);
}

/* What is slow everywhere is waited for: nothing is refused. */
static void
test_only_slow (World *world)
{
  const char *groups[] = { world->family->group, world->family->other_group, NULL };
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GBytes) payload = numbered_new (0);
  g_autoptr (GError) error = NULL;

  slow_down (world, "v1", "10mbit");
  tx = tx_new (groups, 5004, WORDS ("v1"));
  for (guint i = 0; i < N; i++)
    mcast_tx_socket_send (tx, payload, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tx_path_counter (tx, groups[0], "v1", "accepted"), ==, N);
  g_assert_cmpuint (tx_path_counter (tx, groups[1], "v1", "accepted"), ==, N);
}

/* A link that was too slow sends again when it is fast enough. */
static void
test_recovery (World *world)
{
  const char *group = world->family->group;
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) fast = plain_receiver_new (world->there, "v0", group, 5004);
  g_autoptr (GSocket) slow = NULL;
  g_autoptr (GBytes) payload = g_bytes_new_static ("again", 5);
  guint64 refused;

  slow_down (world, "v1", "200kbit");
  tx = tx_new (WORDS (group), 5004, WORDS ("v0", "v1"));
  send_all (tx, -1, fast);
  refused = tx_path_counter (tx, group, "v1", "refused");
  g_free (netns_run (world->here, "tc", "qdisc", "del", "dev", "v1", "root", NULL));
  slow = plain_receiver_new (world->there, "v1", group, 5004);
  g_assert_true (mcast_tx_socket_send (tx, payload, NULL, NULL));
  plain_assert_receives (slow, "again");
  g_assert_cmpuint (tx_path_counter (tx, group, "v1", "refused"), ==, refused);
}

static guint
receive_port (GSocket *receiver)
{
  g_autoptr (GSocketAddress) from = NULL;

  g_free (plain_receive (receiver, &from));
  return plain_address_port (from);
}

/* All interfaces send from one port. What is sent to it is for the socket that was handed out. */
static void
test_one_port (World *world)
{
  const char *group = world->family->group;
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (group), 5004, WORDS ("v0", "v1"));
  g_autoptr (GSocket) socket = mcast_tx_socket_dup_socket (tx, G_SOCKET_FAMILY_INVALID, NULL);
  guint port = plain_local_port (socket);

  for (guint i = 0; i < 2; i++)
    {
      const char *name = i == 0 ? "v0" : "v1";
      g_autoptr (GSocket) receiver = plain_receiver_new (world->there, name, group, 5004);
      g_autofree char *own = test_family_address (world->family, world->here, name);

      tx_send (tx, "text");
      g_assert_cmpuint (receive_port (receiver), ==, port);
      plain_send (world->there, name, own, port, name);
      plain_assert_receives (socket, name);
    }
}

/* Without a descriptor for the second interface, both share one OS socket. */
static void
test_no_descriptor (World *world)
{
  const char *group = world->family->group;
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (group), 5004, WORDS ("v0"));
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v1", group, 5004);
  g_autoptr (GError) error = NULL;
  Shortage shortage;

  shortage_begin (&shortage);
  mcast_tx_socket_add_interface (tx, "v1", &error);
  shortage_end (&shortage);
  g_assert_no_error (error);
  tx_send (tx, "text");
  plain_assert_receives (receiver, "text");
}

/* An interface that is gone keeps no descriptor. */
static void
test_descriptors (World *world)
{
  const char *group = world->family->group;
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (group), 5004, WORDS ("v0", "v1"));
  guint n_descriptors = count_descriptors ();

  for (guint i = 0; i < 10; i++)
    {
      const char *name = i % 2 == 0 ? "v1" : "v0";

      netns_link_delete (world->here, name);
      netns_assert_soon (tx_path_is (tx, group, name, "waiting"));
      netns_link_recreate (world->here, name, 0, 0);
      netns_assert_soon (tx_path_is (tx, group, name, "ready"));
    }
  netns_assert_soon (count_descriptors () <= n_descriptors);
}

static void
add (const char *path, WorldTestFunc func, NetnsAbility needs)
{
  for (guint i = 0; i < N_TEST_FAMILIES; i++)
    {
      g_autofree char *full = g_strdup_printf ("/slow-link/%s/%s", path, test_families[i].name);

      world_test_add_full (full, (WorldTest) { 2, func, needs, .family = &test_families[i] });
    }
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  add ("without-waiting", test_without_waiting, NETNS_TC);
  add ("waiting", test_waiting, NETNS_TC);
  add ("batch", test_batch, NETNS_TC);
  add ("only-slow", test_only_slow, NETNS_TC);
  add ("recovery", test_recovery, NETNS_TC);
  add ("one-port", test_one_port, 0);
  add ("no-descriptor", test_no_descriptor, 0);
  add ("descriptors", test_descriptors, 0);
  return g_test_run ();
}
