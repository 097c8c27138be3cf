/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

/* The structures of a batch: their layout, which is part of the ABI, and what their members do. */

#define SIZE 100

/* Programs allocate them, so that every number is fixed. A new member takes reserved space. */
static void
test_layout (void)
{
  if (sizeof (gpointer) != 8)
    {
      g_test_skip ("the numbers are those of 64-bit systems");
      return;
    }
  g_assert_cmpuint (sizeof (McastRxMessage), ==, 128);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastRxMessage, vectors), ==, 0);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastRxMessage, n_vectors), ==, 8);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastRxMessage, user_data), ==, 16);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastRxMessage, length), ==, 24);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastRxMessage, segment_size), ==, 32);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastRxMessage, truncated), ==, 36);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastRxMessage, hop_limit), ==, 40);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastRxMessage, interface_index), ==, 44);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastRxMessage, port), ==, 48);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastRxMessage, arrival_time), ==, 56);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastRxMessage, interface_name), ==, 64);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastRxMessage, group), ==, 72);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastRxMessage, source), ==, 80);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastRxMessage, flags), ==, 88);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastRxMessage, path_id), ==, 92);

  g_assert_cmpuint (sizeof (McastTxMessage), ==, 64);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastTxMessage, vectors), ==, 0);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastTxMessage, n_vectors), ==, 8);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastTxMessage, segment_size), ==, 12);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastTxMessage, destination), ==, 16);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastTxMessage, flags), ==, 24);

  g_assert_cmpuint (sizeof (McastRxOptions), ==, 112);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastRxOptions, socket), ==, 40);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastRxOptions, receive_delay_us), ==, 48);
  g_assert_cmpuint (sizeof (McastTxOptions), ==, 120);
  g_assert_cmpuint (G_STRUCT_OFFSET (McastTxOptions, socket_ipv6), ==, 48);
}

static void
test_enums (void)
{
  g_assert_cmpint (MCAST_RX_MESSAGE_FLAGS_NONE, ==, 0);
  g_assert_cmpint (MCAST_RX_MESSAGE_FLAGS_KEEP_MEMORY, ==, 1);
  g_assert_cmpint (MCAST_FILTER_MODE_EXCLUDE, ==, 0);
  g_assert_cmpint (MCAST_FILTER_MODE_INCLUDE, ==, 1);
  g_assert_cmpint (MCAST_MERGE_NONE, ==, 0);
  g_assert_cmpint (MCAST_MERGE_RTP, ==, 1);
  g_assert_cmpint (MCAST_MERGE_FLOW, ==, 2);
  g_assert_cmpint (MCAST_EVENT_WAITING, ==, 0);
  g_assert_cmpint (MCAST_EVENT_READY, ==, 1);
  g_assert_cmpint (MCAST_EVENT_FAILED, ==, 2);
  g_assert_cmpint (MCAST_EVENT_LOST, ==, 3);
  g_assert_cmpint (MCAST_EVENT_RECOVERED, ==, 4);
  g_assert_cmpint (MCAST_EVENT_RECOVERY_INEFFECTIVE, ==, 5);
  g_assert_cmpint (MCAST_EVENT_FLOW_SWITCHED, ==, 6);
  g_assert_cmpint (MCAST_EVENT_LEG_LOST, ==, 7);
  g_assert_cmpint (MCAST_EVENT_LEG_RESTORED, ==, 8);
}

/* --- Receiving ------------------------------------------------------------------------------- */

static void
send_rtp (World *world, const char *name, guint8 sequence)
{
  g_autoptr (GSocket) sender = plain_sender_new (world->there, name, G_SOCKET_FAMILY_IPV4, NULL);
  g_autoptr (GSocketAddress) to = plain_address_new (TEST_GROUP, TEST_PORT, 0);
  const char packet[20] = { (char) 0x80, 96, 0, (char) sequence, 0, 0, 0, 0, 7, 7, 7, 7, 'p' };

  plain_send_data (sender, to, packet, sizeof packet);
}

static void
wait_for_rtp (GSocket *witness, guint8 sequence)
{
  char packet[SIZE];

  do
    g_assert_cmpint (g_socket_receive (witness, packet, sizeof packet, NULL, NULL), >, 0);
  while (packet[3] != sequence);
}

/* Receives three packets, of which the second one is a copy. Returns in @memory where each of the
 * others was written. */
static void
receive_with_copy (World *world, McastRxMessageFlags flags, McastRxMessage *messages,
                   GInputVector *vectors, char memory[3][SIZE])
{
  g_autoptr (McastRxSocket)
    rx = rx_new_full ("groups", WORDS (TEST_GROUP), "port", TEST_PORT, "interfaces",
                      WORDS ("v0", "v1"), "merge", MCAST_MERGE_RTP, NULL);
  g_autoptr (GSocket) on_v0 = plain_receiver_new (world->here, "v0", TEST_GROUP, TEST_PORT);
  g_autoptr (GSocket) on_v1 = plain_receiver_new (world->here, "v1", TEST_GROUP, TEST_PORT);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 3; i++)
    {
      vectors[i] = (GInputVector) { memory[i], SIZE };
      messages[i] = (McastRxMessage) {
        .vectors = &vectors[i], .n_vectors = 1, .user_data = memory[i], .flags = flags
      };
    }
  send_rtp (world, "v0", 1);
  wait_for_rtp (on_v0, 1);
  send_rtp (world, "v1", 1);
  wait_for_rtp (on_v1, 1);
  send_rtp (world, "v0", 2);
  wait_for_rtp (on_v0, 2);
  g_assert_cmpint (mcast_rx_socket_receive_messages (rx, messages, 3, NULL, &error), ==, 2);
  g_assert_no_error (error);
  g_assert_cmpuint (rx_counter (rx, "duplicates"), ==, 1);
  g_assert_cmpuint (messages[0].length, ==, 20);
  g_assert_cmpuint (messages[1].length, ==, 20);
  g_assert_cmpint (((char *) messages[0].vectors->buffer)[3], ==, 1);
  g_assert_cmpint (((char *) messages[1].vectors->buffer)[3], ==, 2);
}

static void
test_exchange_memory (World *world)
{
  McastRxMessage messages[3];
  GInputVector vectors[3];
  char memory[3][SIZE];

  receive_with_copy (world, MCAST_RX_MESSAGE_FLAGS_NONE, messages, vectors, memory);
  g_assert_true (messages[0].user_data == memory[0]);
  g_assert_true (messages[1].user_data == memory[2]);
  g_assert_true (messages[1].vectors == &vectors[2]);
  g_assert_true (messages[2].user_data == memory[1]);
}

static void
test_keep_memory (World *world)
{
  McastRxMessage messages[3];
  GInputVector vectors[3];
  char memory[3][SIZE];

  receive_with_copy (world, MCAST_RX_MESSAGE_FLAGS_KEEP_MEMORY, messages, vectors, memory);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (messages[i].user_data == memory[i]);
      g_assert_true (messages[i].vectors == &vectors[i]);
    }
  g_assert_false (messages[1].truncated);
}

static void
test_path_id (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP, TEST_GROUP_2), TEST_PORT, WORDS ("v0"));
  const char *groups[] = { TEST_GROUP_2, TEST_GROUP };

  g_assert_cmpuint (rx_path_id (rx, TEST_GROUP, "v0"), !=, rx_path_id (rx, TEST_GROUP_2, "v0"));
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      char memory[SIZE];
      GInputVector vector = { memory, SIZE };
      McastRxMessage message = { .vectors = &vector, .n_vectors = 1 };

      plain_send (world->there, "v0", groups[i], TEST_PORT, "x");
      g_assert_cmpint (mcast_rx_socket_receive_messages (rx, &message, 1, NULL, NULL), ==, 1);
      g_assert_cmpuint (message.path_id, ==, rx_path_id (rx, groups[i], "v0"));
    }
}

/* --- Sending --------------------------------------------------------------------------------- */

static void
test_destination (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (NULL, 0, WORDS ("v0"));
  g_autoptr (GSocket) first = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  g_autoptr (GSocket) second = plain_receiver_new (world->there, "v0", TEST_GROUP_2, TEST_PORT);
  g_autoptr (GSocketAddress) to_first = plain_address_new (TEST_GROUP, TEST_PORT, 0);
  g_autoptr (GSocketAddress) to_second = plain_address_new (TEST_GROUP_2, TEST_PORT, 0);
  const GOutputVector vectors[] = { { "a", 1 }, { "b", 1 }, { "c", 1 } };
  const McastTxMessage messages[] = {
    { .vectors = &vectors[0], .n_vectors = 1, .destination = to_first },
    { .vectors = &vectors[1], .n_vectors = 1, .destination = to_second },
    { .vectors = &vectors[2], .n_vectors = 1, .destination = to_second },
  };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (mcast_tx_socket_send_messages (tx, messages, 3, NULL, &error), ==, 3);
  g_assert_no_error (error);
  plain_assert_receives (first, "a");
  plain_assert_receives (second, "b");
  plain_assert_receives (second, "c");
}

/* A destination that is not one of the groups does not stop the other messages. */
static void
test_destination_undeclared (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GSocket) peer = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  g_autoptr (GSocketAddress) undeclared = plain_address_new (TEST_GROUP_2, TEST_PORT, 0);
  const GOutputVector vector = { "a", 1 };
  const McastTxMessage messages[] = {
    { .vectors = &vector, .n_vectors = 1, .destination = undeclared },
    { .vectors = &vector, .n_vectors = 1 },
  };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (mcast_tx_socket_send_messages (tx, messages, 2, NULL, &error), ==, 2);
  g_assert_no_error (error);
  plain_assert_receives (peer, "a");
  g_assert_cmpint (mcast_tx_socket_send_messages (tx, messages, 1, NULL, &error), ==, -1);
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_NOT_A_DESTINATION);
}

static void
assert_refused (const McastTxMessage *message, GQuark domain, int code)
{
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  const GOutputVector vector = { "a", 1 };
  const McastTxMessage messages[] = { { .vectors = &vector, .n_vectors = 1 }, *message };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (mcast_tx_socket_send_messages (tx, messages, 2, NULL, &error), ==, -1);
  g_assert_error (error, domain, code);
  g_assert_cmpuint (tx_counter (tx, "attempted"), ==, 0);
}

/* With an invalid message, nothing is sent. */
static void
test_invalid_message (World *world)
{
  g_autoptr (GSocketAddress) unicast = plain_address_new ("10.0.0.1", TEST_PORT, 0);
  g_autoptr (GSocketAddress) without_port = plain_address_new (TEST_GROUP, 0, 0);

  assert_refused (&(McastTxMessage) { .destination = unicast }, MCAST_ERROR,
                  MCAST_ERROR_NOT_MULTICAST);
  assert_refused (&(McastTxMessage) { .destination = without_port }, MCAST_ERROR,
                  MCAST_ERROR_NO_PORT);
  assert_refused (&(McastTxMessage) { .flags = 1 }, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  g_test_add_func ("/messages/layout", test_layout);
  g_test_add_func ("/messages/enums", test_enums);
  world_test_add ("/messages/memory/exchange", 2, test_exchange_memory);
  world_test_add ("/messages/memory/keep", 2, test_keep_memory);
  world_test_add ("/messages/path-id", 1, test_path_id);
  world_test_add ("/messages/destination", 1, test_destination);
  world_test_add ("/messages/destination/undeclared", 1, test_destination_undeclared);
  world_test_add ("/messages/invalid", 1, test_invalid_message);
  return g_test_run ();
}
