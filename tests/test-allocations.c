/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

/* In steady state the calls in batches take nothing from the heap. */

/* Counts what the program takes from the heap; absent where a sanitizer does the same. */
extern guint64 bench_allocations (void) __attribute__ ((weak));

#define N_WARM_UP 50
#define N_ROUNDS 200
#define SIZE 1316
#define N_MESSAGES 10
/* Nine datagrams of their own, and a payload that is cut into five. */
#define N_DATAGRAMS (N_MESSAGES - 1 + 5)
/* The listener of the library may get a message of the kernel just then. */
#define N_ATTEMPTS 10
/* Senders of one group, or groups of one sender, that take turns. */
#define N_TURNS 60

static gboolean
can_count (void)
{
  g_autofree char *memory = NULL;
  guint64 before = bench_allocations != NULL ? bench_allocations () : 0;

  memory = g_malloc (100);
  if (bench_allocations != NULL && bench_allocations () == before + 1)
    return TRUE;
  g_test_skip ("Something else replaces malloc() here");
  return FALSE;
}

typedef struct
{
  McastRxSocket *rx;
  McastTxSocket *tx;
  GCancellable *cancellable;
  guint8 *memory;
  GBytes *payload;
  GOutputVector out_vectors[N_MESSAGES];
  McastTxMessage out[N_MESSAGES];
  GInputVector in_vectors[N_DATAGRAMS];
  McastRxMessage in[N_DATAGRAMS];
} Scene;

static Scene *
scene_new (void)
{
  Scene *self = g_new0 (Scene, 1);

  self->rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  self->tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  self->cancellable = g_cancellable_new ();
  self->memory = g_malloc0 (N_DATAGRAMS * 2 * SIZE);
  self->payload = g_bytes_new_static (self->memory, SIZE);
  for (guint i = 0; i < N_MESSAGES; i++)
    {
      self->out_vectors[i] = (GOutputVector) { self->memory, SIZE };
      self->out[i] = (McastTxMessage) { &self->out_vectors[i], 1, 0 };
    }
  self->out_vectors[0].size = 5 * SIZE;
  self->out[0].segment_size = SIZE;
  for (guint i = 0; i < N_DATAGRAMS; i++)
    {
      self->in_vectors[i] = (GInputVector) { self->memory + i * 2 * SIZE, 2 * SIZE };
      self->in[i] = (McastRxMessage) { .vectors = &self->in_vectors[i], .n_vectors = 1 };
    }
  return self;
}

static void
scene_free (Scene *self)
{
  g_object_unref (self->rx);
  g_object_unref (self->tx);
  g_object_unref (self->cancellable);
  g_bytes_unref (self->payload);
  g_free (self->memory);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

static void
receive (Scene *self, guint n)
{
  for (guint n_received = 0; n_received < n;)
    {
      gint some = mcast_rx_socket_receive_messages (self->rx, self->in, N_DATAGRAMS,
                                                    self->cancellable, NULL);

      g_assert_cmpint (some, >, 0);
      n_received += (guint) some;
    }
}

static void
messages_round (Scene *self)
{
  g_assert_cmpint (mcast_tx_socket_send_messages (self->tx, self->out, N_MESSAGES,
                                                  self->cancellable, NULL),
                   ==, N_MESSAGES);
  receive (self, N_DATAGRAMS);
}

static void
send_round (Scene *self)
{
  g_assert_true (mcast_tx_socket_send (self->tx, self->payload, self->cancellable, NULL));
  receive (self, 1);
}

/* --- Many flows -------------------------------------------------------------------------- */

/* Plain sockets send here, since the system's calls take nothing from the heap. */
typedef struct
{
  McastRxSocket *rx;
  GPtrArray *senders;
  struct sockaddr_in groups[N_TURNS];
  guint n_groups;
  guint8 memory[2 * SIZE];
} Crowd;

static Crowd *
crowd_new (World *world, guint n_senders, guint n_groups)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  Crowd *self = g_new0 (Crowd, 1);

  self->n_groups = n_groups;
  for (guint i = 0; i < n_groups; i++)
    {
      char *text = g_strdup_printf ("233.252.0.%u", 1 + i);

      self->groups[i].sin_family = AF_INET;
      self->groups[i].sin_port = g_htons (TEST_PORT);
      self->groups[i].sin_addr.s_addr = inet_addr (text);
      g_ptr_array_add (texts, text);
    }
  g_ptr_array_add (texts, NULL);
  self->rx = rx_new ((const char *const *) texts->pdata, TEST_PORT, WORDS ("v0"));
  self->senders = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < n_senders; i++)
    g_ptr_array_add (self->senders,
                     plain_sender_new (world->there, "v0", G_SOCKET_FAMILY_IPV4, NULL));
  return self;
}

static void
crowd_free (Crowd *self)
{
  g_object_unref (self->rx);
  g_ptr_array_unref (self->senders);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Crowd, crowd_free)

static void
crowd_round (Crowd *self)
{
  for (guint i = 0; i < N_TURNS; i++)
    {
      GSocket *sender = self->senders->pdata[i % self->senders->len];
      GInputVector vector = { self->memory, sizeof self->memory };
      McastRxMessage message = { .vectors = &vector, .n_vectors = 1 };

      g_assert_cmpint (sendto (g_socket_get_fd (sender), self->memory, SIZE, 0,
                               (struct sockaddr *) &self->groups[i % self->n_groups],
                               sizeof self->groups[0]),
                       ==, SIZE);
      g_assert_cmpint (mcast_rx_socket_receive_messages (self->rx, &message, 1, NULL, NULL), ==, 1);
    }
}

static void
check_crowd (World *world, guint n_senders, guint n_groups)
{
  g_autoptr (Crowd) crowd = NULL;
  guint64 n_taken = 1;

  if (!can_count ())
    return;
  crowd = crowd_new (world, n_senders, n_groups);
  crowd_round (crowd);
  for (guint i = 0; i < N_ATTEMPTS && n_taken > 0; i++)
    {
      guint64 before = bench_allocations ();

      crowd_round (crowd);
      n_taken = bench_allocations () - before;
    }
  g_assert_cmpuint (n_taken, ==, 0);
}

static void
test_many_senders (World *world)
{
  check_crowd (world, N_TURNS, 1);
}

static void
test_many_groups (World *world)
{
  check_crowd (world, 1, N_TURNS);
}

static void
test_none (World *world)
{
  void (*const *round) (Scene *) = world->data;
  g_autoptr (Scene) scene = NULL;
  guint64 n_taken = 1;

  if (!can_count ())
    return;
  scene = scene_new ();
  for (guint i = 0; i < N_WARM_UP; i++)
    (*round) (scene);
  for (guint i = 0; i < N_ATTEMPTS && n_taken > 0; i++)
    {
      guint64 before = bench_allocations ();

      for (guint j = 0; j < N_ROUNDS; j++)
        (*round) (scene);
      n_taken = bench_allocations () - before;
    }
  g_assert_cmpuint (n_taken, ==, 0);
}

int
main (int argc, char **argv)
{
  static void (*const in_messages) (Scene *) = messages_round;
  static void (*const one_by_one) (Scene *) = send_round;

  netns_test_init (&argc, &argv);
  world_test_add_data ("/allocations/messages", 1, &in_messages, test_none);
  world_test_add_data ("/allocations/send", 1, &one_by_one, test_none);
  world_test_add ("/allocations/many-senders", 1, test_many_senders);
  world_test_add ("/allocations/many-groups", 1, test_many_groups);
  return g_test_run ();
}
