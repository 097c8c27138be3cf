/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The paths of both sockets: their order, their state, their errors and their counters. */

#include "lib-test.h"

G_STATIC_ASSERT (TEST_PORT == 5004);

static McastPath *
get_path (GPtrArray *paths, guint position)
{
  g_assert_cmpuint (position, <, paths->len);
  return paths->pdata[position];
}

static void
assert_path (GPtrArray *paths, guint position, const char *group, const char *interface_name,
             McastPathState state)
{
  McastPath *path = get_path (paths, position);
  McastInterface *iface = mcast_path_get_interface (path);

  g_assert_cmpstr (mcast_path_get_group (path), ==, group);
  g_assert_cmpstr (mcast_path_get_interface_name (path), ==, interface_name);
  g_assert_cmpint (mcast_path_get_state (path), ==, state);
  if (iface != NULL)
    g_assert_cmpstr (mcast_interface_get_name (iface), ==, interface_name);
}

/* The dictionary has the same paths, in the same order. */
static void
assert_same (GPtrArray *paths, GVariant *stats)
{
  g_autoptr (GVariant) entries = g_variant_lookup_value (stats, "paths", NULL);

  g_assert_cmpuint (g_variant_n_children (entries), ==, paths->len);
  for (guint i = 0; i < paths->len; i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (entries, i);
      g_auto (GStrv) names = mcast_path_list_counters (get_path (paths, i));
      const char *text;

      g_assert_true (g_variant_lookup (entry, "group-text", "&s", &text));
      g_assert_cmpstr (mcast_path_get_group (get_path (paths, i)), ==, text);
      g_assert_true (g_variant_lookup (entry, "interface", "&s", &text));
      g_assert_cmpstr (mcast_path_get_interface_name (get_path (paths, i)), ==, text);
      for (guint j = 0; names[j] != NULL; j++)
        g_assert_cmpuint (mcast_path_get_counter (get_path (paths, i), names[j]), ==,
                          take_counter (g_variant_ref (entry), names[j]));
    }
}

static void
test_receiver (World *world)
{
  g_autoptr (McastRxSocket) rx =
    rx_new_full ("groups", WORDS (TEST_GROUP_2, TEST_GROUP, "233.252.0.7%late0"), "port", TEST_PORT,
                 "interfaces", WORDS ("v1", "v0"), "wait-for-interfaces", TRUE, NULL);
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (GVariant) stats = NULL;

  plain_send (world->there, "v1", TEST_GROUP, TEST_PORT, "text");
  rx_assert_receives (rx, "text");
  paths = mcast_rx_socket_get_paths (rx);
  stats = mcast_rx_socket_get_stats (rx);
  assert_same (paths, stats);
  g_assert_cmpuint (paths->len, ==, 5);
  assert_path (paths, 0, TEST_GROUP_2 ":5004", "v0", MCAST_PATH_STATE_READY);
  assert_path (paths, 1, TEST_GROUP_2 ":5004", "v1", MCAST_PATH_STATE_READY);
  assert_path (paths, 2, TEST_GROUP ":5004", "v0", MCAST_PATH_STATE_READY);
  assert_path (paths, 3, TEST_GROUP ":5004", "v1", MCAST_PATH_STATE_READY);
  assert_path (paths, 4, "233.252.0.7:5004", "late0", MCAST_PATH_STATE_WAITING);

  g_assert_cmpuint (mcast_path_get_counter (get_path (paths, 2), "delivered"), ==, 0);
  g_assert_cmpuint (mcast_path_get_counter (get_path (paths, 3), "delivered"), ==, 1);
  g_assert_cmpuint (mcast_path_get_id (get_path (paths, 3)), ==, rx_path_id (rx, TEST_GROUP, "v1"));
  g_assert_null (mcast_path_get_error (get_path (paths, 3)));
  g_assert_null (mcast_path_get_local_address (get_path (paths, 3)));
}

/* A path that waits has no interface, no number and no counter. */
static void
test_waiting (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new_full ("groups", WORDS (TEST_GROUP "%late0"), "port",
                                              TEST_PORT, "wait-for-interfaces", TRUE, NULL);
  g_autoptr (GPtrArray) paths = mcast_rx_socket_get_paths (rx);
  McastPath *path = get_path (paths, 0);
  g_auto (GStrv) counters = mcast_path_list_counters (path);

  g_assert_null (mcast_path_get_interface (path));
  g_assert_cmpuint (mcast_path_get_id (path), ==, G_MAXUINT);
  assert_error_says (mcast_path_get_error (path), MCAST_ERROR, MCAST_ERROR_INTERFACE_NOT_READY,
                     "late0");
  g_assert_cmpuint (g_strv_length (counters), ==, 0);
  g_assert_false (mcast_path_has_counter (path, "delivered"));
  g_assert_cmpuint (mcast_path_get_counter (path, "delivered"), ==, 0);
}

/* A path is of one moment; after closing, it is of the last one. */
static void
test_closed (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GPtrArray) before = mcast_rx_socket_get_paths (rx);
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (GVariant) stats = NULL;

  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "text");
  rx_assert_receives (rx, "text");
  mcast_rx_socket_close (rx);
  after = mcast_rx_socket_get_paths (rx);
  stats = mcast_rx_socket_get_stats (rx);
  assert_same (after, stats);
  g_assert_cmpuint (mcast_path_get_counter (get_path (before, 0), "delivered"), ==, 0);
  g_assert_cmpuint (mcast_path_get_counter (get_path (after, 0), "delivered"), ==, 1);
}

static void
test_unopened (World *world)
{
  g_autoptr (McastRxSocket) rx = g_object_new (MCAST_TYPE_RX_SOCKET, NULL);
  g_autoptr (McastTxSocket) tx = g_object_new (MCAST_TYPE_TX_SOCKET, NULL);
  g_autoptr (GPtrArray) rx_paths = mcast_rx_socket_get_paths (rx);
  g_autoptr (GPtrArray) tx_paths = mcast_tx_socket_get_paths (tx);

  g_assert_cmpuint (rx_paths->len, ==, 0);
  g_assert_cmpuint (tx_paths->len, ==, 0);
}

static char *
address_text (gpointer address)
{
  return g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));
}

static void
test_sender (World *world)
{
  g_autoptr (McastTxSocket)
    tx = tx_new (WORDS (TEST_GROUP_2, TEST_GROUP, TEST_GROUP6), TEST_PORT, WORDS ("v1", "v0"));
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (GPtrArray) addresses = NULL;
  g_autoptr (GVariant) stats = NULL;

  tx_send (tx, "text");
  paths = mcast_tx_socket_get_paths (tx);
  addresses = mcast_tx_socket_get_local_addresses (tx);
  stats = mcast_tx_socket_get_stats (tx);
  assert_same (paths, stats);
  g_assert_cmpuint (paths->len, ==, 6);
  assert_path (paths, 0, TEST_GROUP_2 ":5004", "v1", MCAST_PATH_STATE_READY);
  assert_path (paths, 1, TEST_GROUP_2 ":5004", "v0", MCAST_PATH_STATE_READY);
  assert_path (paths, 2, TEST_GROUP ":5004", "v1", MCAST_PATH_STATE_READY);
  g_assert_cmpuint (addresses->len, ==, paths->len);
  for (guint i = 0; i < paths->len; i++)
    {
      McastPath *path = get_path (paths, i);
      g_autofree char *local = address_text (mcast_path_get_local_address (path));
      g_autofree char *expected = address_text (addresses->pdata[i]);

      g_assert_cmpstr (local, ==, expected);
      g_assert_cmpuint (mcast_path_get_id (path), ==, G_MAXUINT);
      g_assert_cmpuint (mcast_path_get_counter (path, "accepted"), ==, 1);
      g_assert_null (mcast_path_get_error (path));
    }
}

/* A path that waits has its place in the order, and no local address. */
static void
test_sender_down (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0", "v1"));
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (GPtrArray) addresses = NULL;

  netns_link_set_down (world->here, "v0");
  netns_assert_soon (tx_path_is (tx, TEST_GROUP, "v0", "waiting"));
  paths = mcast_tx_socket_get_paths (tx);
  addresses = mcast_tx_socket_get_local_addresses (tx);
  assert_path (paths, 0, TEST_GROUP ":5004", "v0", MCAST_PATH_STATE_WAITING);
  assert_path (paths, 1, TEST_GROUP ":5004", "v1", MCAST_PATH_STATE_READY);
  assert_error_says (mcast_path_get_error (get_path (paths, 0)), MCAST_ERROR,
                     MCAST_ERROR_INTERFACE_NOT_READY, "v0");
  g_assert_null (mcast_path_get_local_address (get_path (paths, 0)));
  g_assert_cmpuint (addresses->len, ==, 1);
}

/* The error of a datagram that was refused is kept although the path is ready. */
static void
test_refused (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GPtrArray) paths = NULL;
  g_autofree char *large = g_malloc0 (65508);

  g_assert_false (mcast_tx_socket_send_data (tx, large, 65508, NULL, NULL));
  paths = mcast_tx_socket_get_paths (tx);
  assert_path (paths, 0, TEST_GROUP ":5004", "v0", MCAST_PATH_STATE_READY);
  assert_error_says (mcast_path_get_error (get_path (paths, 0)), G_IO_ERROR,
                     G_IO_ERROR_MESSAGE_TOO_LARGE, "65508");
  g_assert_cmpuint (mcast_path_get_counter (get_path (paths, 0), "refused"), ==, 1);
}

/* A socket without groups remembers 256 destinations; the sums include the others. */
static void
test_destinations (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (NULL, 0, WORDS ("v0"));
  g_autoptr (GBytes) payload = g_bytes_new_static ("text", 4);
  g_autoptr (GPtrArray) paths = NULL;
  guint64 n_accepted = 0;

  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *group = g_strdup_printf ("233.252.%u.%u", i / 200, i % 200);
      g_autoptr (GSocketAddress) to = g_inet_socket_address_new_from_string (group, TEST_PORT);

      g_assert_true (mcast_tx_socket_send_to (tx, to, payload, NULL, NULL));
    }
  paths = mcast_tx_socket_get_paths (tx);
  g_assert_cmpuint (paths->len, ==, 256);
  assert_path (paths, 0, "233.252.0.44:5004", "v0", MCAST_PATH_STATE_READY);
  assert_path (paths, 255, "233.252.1.99:5004", "v0", MCAST_PATH_STATE_READY);
  for (guint i = 0; i < paths->len; i++)
    n_accepted += mcast_path_get_counter (get_path (paths, i), "accepted");
  g_assert_cmpuint (n_accepted, ==, 256);
  g_assert_cmpuint (tx_counter (tx, "accepted"), ==, 300);
  tx_assert_sums (tx);
}

static void
test_properties (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GPtrArray) paths = mcast_tx_socket_get_paths (tx);
  McastPath *path = get_path (paths, 0);
  g_autofree char *group = NULL;
  g_autofree char *name = NULL;
  g_autoptr (McastInterface) iface = NULL;
  g_autoptr (GInetSocketAddress) local = NULL;
  McastPathState state;
  guint id;

  g_object_get (path, "id", &id, "group", &group, "interface-name", &name, "interface", &iface,
                "local-address", &local, "state", &state, NULL);
  g_assert_cmpuint (id, ==, mcast_path_get_id (path));
  g_assert_cmpstr (group, ==, mcast_path_get_group (path));
  g_assert_cmpstr (name, ==, mcast_path_get_interface_name (path));
  g_assert_true (iface == mcast_path_get_interface (path));
  g_assert_true (local == mcast_path_get_local_address (path));
  g_assert_cmpint (state, ==, mcast_path_get_state (path));
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  world_test_add ("/paths/receiver", 2, test_receiver);
  world_test_add ("/paths/waiting", 0, test_waiting);
  world_test_add ("/paths/closed", 1, test_closed);
  world_test_add ("/paths/unopened", 0, test_unopened);
  world_test_add ("/paths/sender", 2, test_sender);
  world_test_add ("/paths/sender-down", 2, test_sender_down);
  world_test_add ("/paths/refused", 1, test_refused);
  world_test_add ("/paths/destinations", 1, test_destinations);
  world_test_add ("/paths/properties", 1, test_properties);
  return g_test_run ();
}
