/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The queue between the thread of the command that receives and the one that processes. */
#include <string.h>

#include "run-queue.h"

#define N_RUNS 300000
#define MAX_RUNS 4

typedef struct
{
  RunQueue queue;
  guint n_wakes; /* how often a push found the queue empty */
  gint has_ended;
} Fixture;

static RxRun *
run_new (guint number)
{
  RxRun *run = g_malloc (sizeof *run + sizeof number);

  memset (run, 0, sizeof *run);
  run->length = run->segment_size = sizeof number;
  run->group = g_inet_address_new_from_string ("233.252.0.1");
  run->source = G_INET_SOCKET_ADDRESS (g_inet_socket_address_new (run->group, 5004));
  memcpy (run->data, &number, sizeof number);
  return run;
}

static guint
get_number (const RxRun *run)
{
  guint number;

  memcpy (&number, run->data, sizeof number);
  return number;
}

static void
test_order (void)
{
  RunQueue queue = { 0 };
  g_autoptr (GPtrArray) none = run_queue_pop_all (&queue);
  g_autoptr (GPtrArray) runs = NULL;
  RxRun *first = run_new (0);
  RxRun *second = run_new (1);

  g_assert_cmpuint (none->len, ==, 0);
  second->next = first;
  g_assert_true (run_queue_push (&queue, second, first));
  first = run_new (2);
  g_assert_false (run_queue_push (&queue, first, first));
  g_assert_false (run_queue_is_empty (&queue));
  g_assert_cmpuint (run_queue_get_size (&queue), >, 3 * sizeof (guint));

  runs = run_queue_pop_all (&queue);
  g_assert_cmpuint (runs->len, ==, 3);
  for (guint i = 0; i < runs->len; i++)
    g_assert_cmpuint (get_number (runs->pdata[i]), ==, i);
  g_assert_true (run_queue_is_empty (&queue));
  g_assert_cmpuint (run_queue_get_size (&queue), ==, 0);
}

static void
test_clear (void)
{
  RunQueue queue = { 0 };
  RxRun *run = run_new (0);

  run_queue_push (&queue, run, run);
  run_queue_clear (&queue);
  g_assert_true (run_queue_is_empty (&queue));
}

static gpointer
push_all (gpointer data)
{
  Fixture *self = data;

  for (guint i = 0; i < N_RUNS; i += MAX_RUNS)
    {
      RxRun *oldest = run_new (i);
      RxRun *newest = oldest;

      for (guint j = 1; j < MAX_RUNS; j++)
        {
          RxRun *run = run_new (i + j);

          run->next = newest;
          newest = run;
        }
      if (run_queue_push (&self->queue, newest, oldest))
        self->n_wakes++;
    }
  g_atomic_int_set (&self->has_ended, TRUE);
  return NULL;
}

/* A run may be freed as soon as it is in the queue. Whether the queue was empty must not be read
 * from it: then a push would now and then not wake up the other thread. */
static void
test_stress (void)
{
  Fixture self = { 0 };
  GThread *thread = g_thread_new ("push", push_all, &self);
  gboolean has_ended = FALSE;
  guint n_pops = 0;
  guint n = 0;

  while (!has_ended)
    {
      g_autoptr (GPtrArray) runs = NULL;

      has_ended = g_atomic_int_get (&self.has_ended);
      runs = run_queue_pop_all (&self.queue);
      n_pops += runs->len > 0;
      for (guint i = 0; i < runs->len; i++)
        g_assert_cmpuint (get_number (runs->pdata[i]), ==, n++);
    }
  g_thread_join (thread);
  g_assert_cmpuint (n, ==, N_RUNS);
  g_assert_cmpuint (self.n_wakes, ==, n_pops);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run-queue/order", test_order);
  g_test_add_func ("/run-queue/clear", test_clear);
  g_test_add_func ("/run-queue/stress", test_stress);
  return g_test_run ();
}
