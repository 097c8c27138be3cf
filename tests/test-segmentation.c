/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

/* Payloads that are cut into datagrams: the receiver sees exactly the datagrams that were meant,
 * whether the kernel cuts or we do. */

static guint8 data[70000];

/* The next datagrams are these bytes of the payload, cut like that. */
static void
assert_pieces (GSocket *receiver, gsize at, gsize length, gsize segment_size)
{
  g_autofree char *buffer = g_malloc (65535);

  do
    {
      gsize expected = segment_size == 0 ? length : MIN (length, segment_size);
      g_autoptr (GError) error = NULL;
      gssize size = g_socket_receive (receiver, buffer, 65535, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpmem (buffer, size, data + at, expected);
      at += expected;
      length -= expected;
    }
  while (length > 0);
}

typedef struct
{
  World *world;
  GSocket *receiver;
  McastTxSocket *tx;
} Scene;

static Scene *
scene_new (World *world)
{
  const char *group = world->family->group;
  Scene *self = g_new0 (Scene, 1);

  self->world = world;
  self->receiver = plain_receiver_new (world->there, "v0", group, TEST_PORT);
  g_socket_set_option (self->receiver, SOL_SOCKET, SO_RCVBUF, 200000, NULL);
  self->tx = tx_new (WORDS (group), TEST_PORT, WORDS ("v0"));
  return self;
}

static void
scene_free (Scene *self)
{
  g_object_unref (self->tx);
  g_object_unref (self->receiver);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

static void
assert_nothing_else (Scene *self)
{
  plain_send (self->world->here, "v0", self->world->family->group, TEST_PORT, "the end");
  plain_assert_receives (self->receiver, "the end");
}

static void
send_messages (Scene *self, const McastTxMessage *messages, guint n)
{
  g_autoptr (GError) error = NULL;
  gint sent = mcast_tx_socket_send_messages (self->tx, messages, n, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (sent, ==, (gint) n);
}

static gboolean
path_offloads (Scene *self)
{
  const char *group = self->world->family->group;
  g_autoptr (GVariant) path = take_path (mcast_tx_socket_get_stats (self->tx), group, "v0");
  gboolean offloads = FALSE;

  g_assert_true (g_variant_lookup (path, "segmentation-offload", "b", &offloads));
  return offloads;
}

static void
test_cut (World *world)
{
  g_autoptr (Scene) scene = scene_new (world);
  static const gsize lengths[] = { 1, 1315, 1316, 1317, 2632, 13160, 20000 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      const GOutputVector vector = { data, lengths[i] };
      const McastTxMessage message = { &vector, 1, 1316 };

      send_messages (scene, &message, 1);
      assert_pieces (scene->receiver, 0, lengths[i], 1316);
    }
  assert_nothing_else (scene);
  tx_assert_sums (scene->tx);
  g_assert_cmpuint (tx_counter (scene->tx, "refused"), ==, 0);
  g_assert_cmpuint (tx_counter (scene->tx, "accepted"), ==, 1 + 1 + 1 + 2 + 2 + 10 + 16);
  g_assert_true (path_offloads (scene));
}

/* More than the kernel cuts at a time: 64 datagrams, or 65507 bytes. */
static void
test_cut_beyond_limits (World *world)
{
  g_autoptr (Scene) scene = scene_new (world);
  const GOutputVector small = { data, 6 * 150 };
  const GOutputVector large = { data, 70000 };
  const McastTxMessage many = { &small, 1, 6 };
  const McastTxMessage much = { &large, 1, 1400 };

  send_messages (scene, &many, 1);
  assert_pieces (scene->receiver, 0, 6 * 150, 6);
  send_messages (scene, &much, 1);
  assert_pieces (scene->receiver, 0, 70000, 1400);
  assert_nothing_else (scene);
  g_assert_cmpuint (tx_counter (scene->tx, "refused"), ==, 0);
}

/* Sizes change, end short, or are nothing; the order stays. */
static void
test_mixed (World *world)
{
  g_autoptr (Scene) scene = scene_new (world);
  const GOutputVector vectors[] = { { data, 1000 },       { data + 1000, 1000 },
                                    { data + 2000, 700 }, { data + 2700, 700 },
                                    { NULL, 0 },          { data + 3400, 5000 },
                                    { data + 8400, 3 },   { data + 8403, 8000 },
                                    { data, 0 },          { data + 16403, 100 } };
  static const guint segments[] = { 0, 0, 0, 0, 0, 1000, 0, 0, 7, 30 };
  McastTxMessage messages[G_N_ELEMENTS (vectors)];

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    messages[i] = (McastTxMessage) { &vectors[i], 1, segments[i] };
  send_messages (scene, messages, G_N_ELEMENTS (messages));
  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    assert_pieces (scene->receiver,
                   vectors[i].buffer != NULL ? (const guint8 *) vectors[i].buffer - data : 0,
                   vectors[i].size, segments[i]);
  assert_nothing_else (scene);
  g_assert_cmpuint (tx_counter (scene->tx, "refused"), ==, 0);
}

/* A payload in parts is cut as if it were whole. */
static void
test_parts (World *world)
{
  g_autoptr (Scene) scene = scene_new (world);
  GOutputVector vectors[200];
  const McastTxMessage message = { vectors, G_N_ELEMENTS (vectors), 188 };
  gsize at = 0;

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      vectors[i] = (GOutputVector) { data + at, i % 40 };
      at += i % 40;
    }
  send_messages (scene, &message, 1);
  assert_pieces (scene->receiver, 0, at, 188);
  assert_nothing_else (scene);
}

/* More parts than one system call takes: of one datagram, and of many. */
static void
test_many_parts (World *world)
{
  g_autoptr (Scene) scene = scene_new (world);
  g_autofree GOutputVector *vectors = g_new (GOutputVector, 3000);
  const McastTxMessage cut = { vectors, 3000, 100 };
  const McastTxMessage whole = { vectors, 1200, 0 };

  for (guint i = 0; i < 3000; i++)
    vectors[i] = (GOutputVector) { data + i, 1 };
  send_messages (scene, &cut, 1);
  assert_pieces (scene->receiver, 0, 3000, 100);
  send_messages (scene, &whole, 1);
  assert_pieces (scene->receiver, 0, 1200, 0);
  assert_nothing_else (scene);
}

/* More messages than one batch, on several paths. */
static void
test_many_messages (World *world)
{
  g_autoptr (Scene) scene = scene_new (world);
  GOutputVector vectors[300];
  McastTxMessage messages[300];

  for (guint i = 0; i < 300; i++)
    {
      vectors[i] = (GOutputVector) { data + i, 1 + i % 9 };
      messages[i] = (McastTxMessage) { &vectors[i], 1, 0 };
    }
  send_messages (scene, messages, 300);
  for (guint i = 0; i < 300; i++)
    assert_pieces (scene->receiver, i, 1 + i % 9, 0);
  assert_nothing_else (scene);
  g_assert_cmpuint (tx_counter (scene->tx, "accepted"), ==, 300);
}

/* The interface carries less than a datagram: that is fragmented, and not cut by the kernel. */
static void
test_small_mtu (World *world)
{
  g_autoptr (Scene) scene = scene_new (world);
  const GOutputVector vector = { data, 20000 };
  const McastTxMessage message = { &vector, 1, 1400 };

  netns_ip (world->here, "link set dev v0 mtu 1280\n");
  /* At once, when we may not know it yet, and again later. */
  for (guint i = 0; i < 3; i++)
    {
      send_messages (scene, &message, 1);
      assert_pieces (scene->receiver, 0, 20000, 1400);
    }
  netns_ip (world->here, "link set dev v0 mtu 1500\n");
  for (guint i = 0; i < 3; i++)
    {
      send_messages (scene, &message, 1);
      assert_pieces (scene->receiver, 0, 20000, 1400);
    }
  assert_nothing_else (scene);
  g_assert_cmpuint (tx_counter (scene->tx, "refused"), ==, 0);
  g_assert_true (path_offloads (scene));
}

/* The largest that the kernel cuts for an interface, and one more. */
static void
test_border_of_mtu (World *world)
{
  g_autoptr (Scene) scene = scene_new (world);
  guint headers = world->family->socket_family == G_SOCKET_FAMILY_IPV4 ? 20 + 8 : 40 + 8;

  for (guint size = 1500 - headers - 1; size <= 1500 - headers + 1; size++)
    {
      const GOutputVector vector = { data, size * 5 };
      const McastTxMessage message = { &vector, 1, size };

      send_messages (scene, &message, 1);
      assert_pieces (scene->receiver, 0, size * 5, size);
    }
  assert_nothing_else (scene);
  g_assert_cmpuint (tx_counter (scene->tx, "refused"), ==, 0);
}

/* Paths of different sizes in one call. */
static void
test_two_mtus (World *world)
{
  const TestFamily *family = world->family;
  g_autoptr (McastTxSocket) tx = NULL;
  const GOutputVector vector = { data, 14000 };
  const McastTxMessage message = { &vector, 1, 1400 };

  netns_ip (world->here, "link set dev v1 mtu 1280\n");
  tx = tx_new (WORDS (family->group), TEST_PORT, WORDS ("v0", "v1"));
  for (guint i = 0; i < 2; i++)
    {
      const char *name = i == 0 ? "v0" : "v1";
      g_autoptr (GSocket)
        receiver = plain_receiver_new (world->there, name, family->group, TEST_PORT);

      g_assert_cmpint (mcast_tx_socket_send_messages (tx, &message, 1, NULL, NULL), ==, 1);
      assert_pieces (receiver, 0, 14000, 1400);
    }
  g_assert_cmpuint (tx_path_counter (tx, family->group, "v0", "accepted"), ==, 20);
  g_assert_cmpuint (tx_path_counter (tx, family->group, "v1", "accepted"), ==, 20);
  tx_assert_sums (tx);
}

/* Our own receiver gets datagrams, never a run of them. */
static void
test_own_receiver (World *world)
{
  g_autoptr (Scene) scene = scene_new (world);
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (world->family->group), TEST_PORT, WORDS ("v0"));
  const GOutputVector vector = { data, 1316 * 20 };
  const McastTxMessage message = { &vector, 1, 1316 };

  send_messages (scene, &message, 1);
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (McastDatagram) datagram = rx_receive (rx);
      gsize size;
      gconstpointer payload = g_bytes_get_data (mcast_datagram_get_payload (datagram), &size);

      g_assert_cmpmem (payload, size, data + i * 1316, 1316);
    }
  rx_assert_empty (rx);
  g_assert_cmpuint (rx_counter (rx, "delivered"), ==, 20);
}

/* Slowed down it is the same. */
static void
test_paced (World *world)
{
  g_autoptr (Scene) scene = scene_new (world);
  const GOutputVector vector = { data, 40000 };
  const McastTxMessage message = { &vector, 1, 1316 };

  mcast_tx_socket_set_pacing_rate (scene->tx, 20000000);
  send_messages (scene, &message, 1);
  assert_pieces (scene->receiver, 0, 40000, 1316);
  assert_nothing_else (scene);
}

static void
test_too_large_segment (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GError) error = NULL;
  const GOutputVector vector = { data, 70000 };
  const McastTxMessage message = { &vector, 1, 65508 };

  g_assert_cmpint (mcast_tx_socket_send_messages (tx, &message, 1, NULL, &error), ==, -1);
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, "65508");
}

/* One message that is too large does not keep the others from going. */
static void
test_one_too_large (World *world)
{
  g_autoptr (Scene) scene = scene_new (world);
  const GOutputVector vectors[] = { { data, 10 }, { data, 70000 }, { data + 10, 10 } };
  const McastTxMessage messages[] = { { &vectors[0], 1, 0 },
                                      { &vectors[1], 1, 0 },
                                      { &vectors[2], 1, 0 } };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (mcast_tx_socket_send_messages (scene->tx, messages, 3, NULL, &error), ==, 3);
  g_assert_no_error (error);
  assert_pieces (scene->receiver, 0, 10, 0);
  assert_pieces (scene->receiver, 10, 10, 0);
  tx_assert_sums (scene->tx);
  g_assert_cmpuint (tx_counter (scene->tx, "refused"), ==, 1);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  for (gsize i = 0; i < sizeof data; i++)
    data[i] = (guint8) (i * 13 + (i >> 8) * 7);
  world_test_add_families ("/segmentation/cut", 1, test_cut);
  world_test_add_families ("/segmentation/cut-beyond-limits", 1, test_cut_beyond_limits);
  world_test_add_families ("/segmentation/mixed", 1, test_mixed);
  world_test_add_families ("/segmentation/parts", 1, test_parts);
  world_test_add_families ("/segmentation/many-parts", 1, test_many_parts);
  world_test_add_families ("/segmentation/many-messages", 1, test_many_messages);
  world_test_add_families ("/segmentation/small-mtu", 1, test_small_mtu);
  world_test_add_families ("/segmentation/border-of-mtu", 1, test_border_of_mtu);
  world_test_add_families ("/segmentation/two-mtus", 2, test_two_mtus);
  world_test_add_families ("/segmentation/own-receiver", 1, test_own_receiver);
  world_test_add_families ("/segmentation/paced", 1, test_paced);
  world_test_add ("/segmentation/too-large", 1, test_too_large_segment);
  world_test_add ("/segmentation/one-too-large", 1, test_one_too_large);
  return g_test_run ();
}
