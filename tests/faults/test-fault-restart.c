/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Started and stopped again and again, while the link comes and goes: F28. */

#include <gst/gst.h>
#include <sys/resource.h>

#include "fault-output.h"
#include "fault-scene.h"
#include "lib-test.h"

#define MAX_OPEN 8
/* One operation that takes longer hangs. */
#define OPERATION_DEADLINE_S 10

typedef struct
{
  Scene *scene;
  gint stopping;
  guint n_flaps;
} Flapper;

/* What is started and stopped: a receiver or a sender. */
typedef struct
{
  const char *name;
  gboolean sends;
  guint kind;
  guint quick;
} Subject;

typedef struct
{
  Flow *flow;
  Output *output;
} Slot;

static const Subject subjects[] = {
  { "library", FALSE, FLOW_LIBRARY, 1000 },
  { "mcastsrc", FALSE, FLOW_ELEMENT, 200 },
  { "library, sending", TRUE, OUTPUT_LIBRARY, 1000 },
  { "mcastsink", TRUE, OUTPUT_ELEMENT, 200 },
};

static gint64 last_progress;

/* Ends the program where an operation hangs: there is no way to continue. */
static gpointer
watch_progress (gpointer user_data)
{
  gint *stopping = user_data;

  while (!g_atomic_int_get (stopping))
    {
      gint64 since;

      g_usleep (50000);
      since = g_get_monotonic_time () - *(volatile gint64 *) &last_progress;
      if (since > OPERATION_DEADLINE_S * G_TIME_SPAN_SECOND)
        g_error ("An operation hangs");
    }
  return NULL;
}

static gpointer
flap (gpointer user_data)
{
  Flapper *self = user_data;
  GRand *random = g_rand_new_with_seed (1);

  while (!g_atomic_int_get (&self->stopping))
    {
      if (g_rand_boolean (random))
        netns_ip (self->scene->here, "link set dev %s down\nlink set dev %s up\n", SCENE_IFACE,
                  SCENE_IFACE);
      else
        netns_ip (self->scene->here, "link add f0 type veth peer name f1\nlink set f0 up\n"
                                     "link set f1 up\nlink del f0\n");
      self->n_flaps++;
    }
  g_rand_free (random);
  return NULL;
}

static void
stop (Slot *slot)
{
  g_clear_pointer (&slot->flow, flow_free);
  g_clear_pointer (&slot->output, output_free);
}

/* "*" goes with what flaps, too. A named interface loses its IPv6 addresses, without which nobody
 * can begin to send there. */
static void
start_or_stop (Slot *slot, const Subject *subject)
{
  const FlowOptions options = { .iface = g_test_rand_bit () ? SCENE_IFACE : "*" };
  gboolean ipv6 = g_test_rand_bit () && g_str_equal (options.iface, "*");

  if (slot->flow != NULL || slot->output != NULL)
    {
      stop (slot);
      return;
    }
  if (subject->sends)
    {
      slot->output = output_new (subject->kind, ipv6 ? TEST_GROUP6 : TEST_GROUP, TEST_PORT,
                                 options.iface, NULL);
      output_send (slot->output, "x", 1);
      return;
    }
  slot->flow = flow_new (subject->kind, g_test_rand_int_range (FLOW_ASM4, FLOW_SSM6 + 1), NULL);
  flow_start (slot->flow, &options);
}

static void
restart_often (const Subject *subject, Slot *slots, guint n, FaultFigures *figures)
{
  for (guint i = 0; i < n; i++)
    {
      gint64 start = g_get_monotonic_time ();

      start_or_stop (&slots[g_test_rand_int_range (0, MAX_OPEN)], subject);
      last_progress = g_get_monotonic_time ();
      fault_figures_add_time (figures, last_progress - start);
    }
  for (guint i = 0; i < MAX_OPEN; i++)
    stop (&slots[i]);
}

static void
test_restart (World *world)
{
  const Subject *subject = world->data;
  g_autoptr (Scene) scene = scene_new (world, NULL);
  Flapper flapper = { scene, FALSE, 0 };
  gint watch_stopping = FALSE;
  Slot slots[MAX_OPEN] = { { NULL } };
  guint descriptors;
  guint threads;
  GThread *thread;
  GThread *watch;
  FaultFigures *figures;

  last_progress = g_get_monotonic_time ();
  /* What the first one opens for the whole process is no leak. */
  start_or_stop (&slots[0], subject);
  start_or_stop (&slots[0], subject);
  descriptors = count_descriptors ();
  threads = count_threads ();
  watch = g_thread_new ("progress", watch_progress, &watch_stopping);
  thread = netns_thread_new (scene->here, flap, &flapper);
  figures = fault_figures_new ("F28", subject->name, "all");
  restart_often (subject, slots, scene_count (subject->quick, 10000), figures);
  g_atomic_int_set (&flapper.stopping, TRUE);
  g_thread_join (thread);
  g_atomic_int_set (&watch_stopping, TRUE);
  g_thread_join (watch);
  netns_assert_soon (count_descriptors () <= descriptors);
  /* GStreamer keeps threads for later. */
  if (subject->kind == FLOW_LIBRARY)
    netns_assert_soon (count_threads () <= threads);
  fault_figures_set (figures, "flaps", flapper.n_flaps);
  fault_figures_finish (figures);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  gst_init (&argc, &argv);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);

  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    {
      g_autofree char *path = g_strconcat ("/fault/F28/", subjects[i].name, NULL);

      scene_test_add (path, &subjects[i], test_restart);
    }
  return g_test_run ();
}
