/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

/* Started and stopped again and again, while the link comes and goes: F28. */

#include <gst/gst.h>
#include <sys/resource.h>

#include "fault-scene.h"
#include "lib-test.h"

#define MAX_OPEN 8
/* One operation that takes longer hangs. */
#define OPERATION_DEADLINE_S 10

typedef struct
{
  Scene *scene;
  gint stopping;
} Flapper;

static gint64 last_progress;

/* Ends the program where an operation hangs: there is no way to go on. */
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
    }
  g_rand_free (random);
  return NULL;
}

static void
start_or_stop (Flow **slot, FlowKind kind, const FlowOptions *options)
{
  if (*slot != NULL)
    {
      g_clear_pointer (slot, flow_free);
      return;
    }
  *slot = flow_new (kind, g_test_rand_int_range (FLOW_ASM4, FLOW_SSM6 + 1),
                    NULL);
  flow_start (*slot, options);
}

static void
test_restart (gconstpointer data)
{
  FlowKind kind = GPOINTER_TO_UINT (data);
  g_autoptr (Scene) scene = scene_new (NULL);
  Flapper flapper = { scene, FALSE };
  gint watch_stopping = FALSE;
  Flow *slots[MAX_OPEN] = { NULL };
  guint n = kind == FLOW_LIBRARY ? scene_count (1000, 10000) : scene_count (200, 1000);
  guint descriptors;
  guint threads;
  GThread *thread;
  GThread *watch;
  FaultFigures *figures;

  if (scene == NULL)
    return;
  last_progress = g_get_monotonic_time ();
  /* What the first one opens for the whole process is no leak. */
  start_or_stop (&slots[0], kind, &(FlowOptions){ .iface = SCENE_IFACE });
  start_or_stop (&slots[0], kind, &(FlowOptions){ .iface = SCENE_IFACE });
  descriptors = count_descriptors ();
  threads = count_threads ();
  watch = g_thread_new ("progress", watch_progress, &watch_stopping);
  thread = netns_thread_new (scene->here, flap, &flapper);
  figures = fault_figures_new ("F28", flow_kind_name (kind), "all");
  for (guint i = 0; i < n; i++)
    {
      /* "*" goes with what flaps, too. */
      const FlowOptions options = { .iface = g_test_rand_bit () ? SCENE_IFACE : "*" };
      gint64 start = g_get_monotonic_time ();

      start_or_stop (&slots[g_test_rand_int_range (0, MAX_OPEN)], kind, &options);
      last_progress = g_get_monotonic_time ();
      fault_figures_add_time (figures, last_progress - start);
    }
  for (guint i = 0; i < MAX_OPEN; i++)
    g_clear_pointer (&slots[i], flow_free);
  g_atomic_int_set (&flapper.stopping, TRUE);
  g_thread_join (thread);
  g_atomic_int_set (&watch_stopping, TRUE);
  g_thread_join (watch);
  netns_assert_soon (count_descriptors () <= descriptors);
  if (kind == FLOW_LIBRARY)
    netns_assert_soon (count_threads () <= threads);
  fault_figures_finish (figures);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  gst_init (&argc, &argv);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);

  g_test_add_data_func ("/fault/F28/library", GUINT_TO_POINTER (FLOW_LIBRARY), test_restart);
  g_test_add_data_func ("/fault/F28/elements", GUINT_TO_POINTER (FLOW_ELEMENT), test_restart);
  return g_test_run ();
}
