/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Receivers whose link goes away and comes back: F1 to F6 and F9. */

#include <gst/gst.h>

#include "fault-scene.h"

/* A peer is not waited for long, and after this number of times in vain only counted. */
#define PEER_TIMEOUT_MS 2000
#define PEER_TRIES 3

typedef void (*SceneFunc) (Scene *scene);

typedef struct
{
  const char *row;
  guint quick;
  guint full;
  SceneFunc cut;
  SceneFunc repair;
  /* The kernel forgets the memberships, so that a new one is needed each time. */
  gboolean forgets;
} LinkFault;

/* --- One fault, again and again ---------------------------------------------------------- */

static void
measure (Flow *flow, FaultFigures *figures, gint64 up)
{
  gboolean ours = flow_is_ours (flow);
  gint64 time;

  if (!ours && fault_figures_get_never (figures) >= PEER_TRIES)
    {
      fault_figures_add_never (figures);
      return;
    }
  time = flow_wait (flow, ours ? NETNS_DEADLINE_MS : PEER_TIMEOUT_MS);
  if (ours && time == 0)
    g_test_message ("%s, %s: %s", flow_kind_name (flow_get_kind (flow)), flow_get_group (flow),
                    flow_get_failure (flow) != NULL ? flow_get_failure (flow) : "nothing came");
  if (ours)
    g_assert_cmpint (time, !=, 0);
  if (time == 0)
    fault_figures_add_never (figures);
  else
    fault_figures_add_time (figures, MAX (time - up, 0));
}

static void
happen (Scene *scene, const LinkFault *fault, FaultFigures **figures)
{
  guint64 last;
  gint64 up;

  fault->cut (scene);
  last = fault_feed_get_last (scene->feed);
  for (guint i = 0; i < scene->flows->len; i++)
    flow_mark (scene->flows->pdata[i], last + 1);
  fault_watch_reset (scene->watch);
  fault->repair (scene);
  up = fault_watch_wait (scene->watch);
  for (guint i = 0; i < scene->flows->len; i++)
    measure (scene->flows->pdata[i], figures[i], up);
}

/* One for each that wants the group, and no stale ones. */
static void
assert_memberships (Scene *scene)
{
  for (guint i = 0; i < scene->flows->len; i++)
    {
      Flow *flow = scene->flows->pdata[i];

      if (flow_is_ours (flow))
        netns_assert_soon (netns_group_users (scene->here, SCENE_IFACE, flow_get_group (flow))
                           == scene_count_flows (scene, flow_get_group (flow)));
    }
}

static void
assert_events (Flow *flow, const FlowCounts *before, guint n)
{
  FlowCounts counts = flow_get_counts (flow);

  g_assert_cmpuint (counts.joined - before->joined, ==, n);
  g_assert_cmpuint (counts.lost - before->lost, ==, n);
  g_assert_null (flow_get_failure (flow));
}

static void
run_fault (World *world)
{
  const LinkFault *fault = world->data;
  g_autoptr (Scene) scene = scene_new (world, NULL);
  const FlowOptions options = { .iface = SCENE_IFACE };
  guint n = scene_count (fault->quick, fault->full);
  g_autofree FaultFigures **figures = NULL;
  g_autofree FlowCounts *before = NULL;

  scene_add_flows (scene, &options);
  scene_begin (scene);
  figures = g_new0 (FaultFigures *, scene->flows->len);
  before = g_new0 (FlowCounts, scene->flows->len);
  for (guint i = 0; i < scene->flows->len; i++)
    {
      Flow *flow = scene->flows->pdata[i];

      figures[i] = fault_figures_new (fault->row, flow_kind_name (flow_get_kind (flow)),
                                      flow_mode_name (flow_get_mode (flow)));
      before[i] = flow_get_counts (flow);
    }

  for (guint i = 0; i < n; i++)
    {
      happen (scene, fault, figures);
      assert_memberships (scene);
    }

  for (guint i = 0; i < scene->flows->len; i++)
    {
      Flow *flow = scene->flows->pdata[i];

      if (flow_is_ours (flow))
        assert_events (flow, &before[i], fault->forgets ? n : 0);
      if (flow_get_kind (flow) == FLOW_LIBRARY)
        {
          guint64 joins = flow_get_path_counter (flow, "joins");

          fault_figures_set (figures[i], "joins", (gint64) joins - 1);
          g_assert_cmpuint (joins, ==, fault->forgets ? n + 1 : 1);
        }
      fault_figures_set (figures[i], "repeated", flow_get_counts (flow).repeated);
      fault_figures_finish (figures[i]);
    }
}

/* --- The faults -------------------------------------------------------------------------- */

static void
set_down (Scene *scene)
{
  netns_link_set_down (scene->here, SCENE_IFACE);
}

static void
set_up (Scene *scene)
{
  netns_link_set_up (scene->here, SCENE_IFACE);
}

static void
set_port_down (Scene *scene)
{
  netns_link_set_down (scene->bridge, SCENE_PORT);
}

static void
set_port_up (Scene *scene)
{
  netns_link_set_up (scene->bridge, SCENE_PORT);
}

static guint last_index;

static void delete (Scene *scene)
{
  last_index = netns_index (scene->here, SCENE_IFACE);
  netns_link_delete (scene->here, SCENE_IFACE);
}

static void
create_new (Scene *scene)
{
  netns_link_recreate (scene->here, SCENE_IFACE, 0, 0);
}

static void
create_same (Scene *scene)
{
  netns_link_recreate (scene->here, SCENE_IFACE, last_index, 0);
  g_assert_cmpuint (netns_index (scene->here, SCENE_IFACE), ==, last_index);
}

static void
move_away (Scene *scene)
{
  netns_link_move (scene->here, SCENE_IFACE, scene->aside);
}

static void
move_back (Scene *scene)
{
  netns_link_move (scene->aside, SCENE_IFACE, scene->here);
}

static const LinkFault link_faults[] = {
  { "F1", 8, 100, set_down, set_up, FALSE },   { "F2", 8, 100, set_port_down, set_port_up, FALSE },
  { "F3", 25, 100, delete, create_new, TRUE }, { "F4", 8, 50, delete, create_same, TRUE },
  { "F5", 4, 20, move_away, move_back, TRUE },
};

/* --- F6: what the kernel survives -------------------------------------------------------- */

static void
assert_nothing_missed (Scene *scene, const FlowCounts *before, FaultFigures **figures)
{
  guint64 last = fault_feed_stop (scene->feed);

  for (guint i = 0; i < scene->flows->len; i++)
    {
      Flow *flow = scene->flows->pdata[i];
      FlowCounts counts;

      flow_mark (flow, 0);
      if (flow_is_ours (flow))
        netns_assert_soon (flow_get_counts (flow).last == last);
      counts = flow_get_counts (flow);
      fault_figures_set (figures[i], "missed", counts.missing - before[i].missing);
      if (flow_is_ours (flow))
        g_assert_cmpuint (counts.missing, ==, before[i].missing);
    }
}

static void
change_address (Scene *scene, guint i)
{
  g_autofree char *own = netns_ipv4 (scene->here, SCENE_IFACE);
  g_autofree char *full = g_strconcat (own, "/24", NULL);
  const char *other = "10.254.1.1/24";

  netns_address_remove (scene->here, SCENE_IFACE, i % 2 == 0 ? full : other);
  netns_address_add (scene->here, SCENE_IFACE, i % 2 == 0 ? other : full);
}

static void
rename_and_back (Scene *scene, guint i)
{
  netns_ip (scene->here, "link set dev %s name w0\n", SCENE_IFACE);
  netns_ip (scene->here, "link set dev w0 name %s\n", SCENE_IFACE);
}

typedef struct
{
  const char *row;
  const char *iface;
  void (*change) (Scene *scene, guint i);
} Survivor;

static const Survivor survivors[] = {
  { "F6 address", SCENE_IFACE, change_address },
  { "F6 rename", "*", rename_and_back },
};

static void
test_survives (World *world)
{
  const Survivor *survivor = world->data;
  g_autoptr (Scene) scene = scene_new (world, NULL);
  const FlowOptions options = { .iface = survivor->iface };
  guint n = scene_count (8, 50);
  FaultFigures *figures[FLOW_N_KINDS * FLOW_N_MODES];
  FlowCounts before[FLOW_N_KINDS * FLOW_N_MODES];

  scene_add_flows (scene, &options);
  scene_begin (scene);
  for (guint i = 0; i < scene->flows->len; i++)
    {
      Flow *flow = scene->flows->pdata[i];

      figures[i] = fault_figures_new (survivor->row, flow_kind_name (flow_get_kind (flow)),
                                      flow_mode_name (flow_get_mode (flow)));
      before[i] = flow_get_counts (flow);
    }
  for (guint i = 0; i < n; i++)
    survivor->change (scene, i);
  assert_nothing_missed (scene, before, figures);
  assert_memberships (scene);
  for (guint i = 0; i < scene->flows->len; i++)
    {
      Flow *flow = scene->flows->pdata[i];

      fault_figures_set (figures[i], "runs", n);
      if (flow_is_ours (flow))
        assert_events (flow, &before[i], 0);
      if (flow_get_kind (flow) == FLOW_LIBRARY)
        {
          fault_figures_set (figures[i], "joins", flow_get_path_counter (flow, "joins") - 1);
          g_assert_cmpuint (flow_get_path_counter (flow, "joins"), ==, 1);
        }
      fault_figures_finish (figures[i]);
    }
}

/* Out of the wanted set and into it again: one event each, and datagrams arrive again. */
static void
test_rename_named (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, NULL);
  const FlowOptions options = { .iface = SCENE_IFACE };
  guint n = scene_count (8, 50);
  Flow *flows[] = { NULL, NULL };
  FlowCounts before[2];

  for (guint i = 0; i < 2; i++)
    {
      flows[i] = scene_add_flow (scene, i == 0 ? FLOW_LIBRARY : FLOW_ELEMENT, FLOW_ASM4);
      flow_start (flows[i], &options);
    }
  scene_begin (scene);
  for (guint i = 0; i < 2; i++)
    before[i] = flow_get_counts (flows[i]);
  for (guint round = 0; round < n; round++)
    {
      netns_ip (scene->here, "link set dev %s name w0\n", SCENE_IFACE);
      for (guint i = 0; i < 2; i++)
        netns_assert_soon (netns_group_users (scene->here, "w0", flow_get_group (flows[i])) == 0);
      for (guint i = 0; i < 2; i++)
        flow_mark (flows[i], fault_feed_get_last (scene->feed) + 1);
      netns_ip (scene->here, "link set dev w0 name %s\n", SCENE_IFACE);
      for (guint i = 0; i < 2; i++)
        {
          gint64 time = flow_wait (flows[i], NETNS_DEADLINE_MS);

          g_assert_cmpint (time, !=, 0);
        }
    }
  for (guint i = 0; i < 2; i++)
    assert_events (flows[i], &before[i], n);
}

/* --- F9: absent at the start ------------------------------------------------------------- */

/* Each start waits for the interface for so long, side by side with others. */
#define ABSENCE_US (3 * G_USEC_PER_SEC)
#define N_SIDE_BY_SIDE 8
#define N_OURS (FLOW_ELEMENT + 1)

static void
start_without_interface (Scene *scene)
{
  const FlowOptions options = { .iface = SCENE_IFACE, .wait_for_interfaces = TRUE };

  netns_link_delete (scene->here, SCENE_IFACE);
  for (guint i = 0; i < scene->flows->len; i++)
    {
      flow_mark (scene->flows->pdata[i], fault_feed_get_last (scene->feed) + 1);
      flow_start (scene->flows->pdata[i], &options);
    }
  if (g_test_slow ())
    g_usleep (ABSENCE_US);
}

static void
appear_once (Scene *scene, FaultFigures **figures)
{
  gint64 up;

  start_without_interface (scene);
  fault_watch_reset (scene->watch);
  create_new (scene);
  up = fault_watch_wait (scene->watch);
  for (guint i = 0; i < scene->flows->len; i++)
    measure (scene->flows->pdata[i], figures[i % (N_OURS * FLOW_N_MODES)], up);
  assert_memberships (scene);
  for (guint i = 0; i < scene->flows->len; i++)
    flow_stop (scene->flows->pdata[i]);
}

static void
test_appears_later (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, NULL);
  guint n_side_by_side = scene_count (1, N_SIDE_BY_SIDE);
  guint n = scene_count (8, 200);
  FaultFigures *figures[N_OURS * FLOW_N_MODES];

  for (guint i = 0; i < n_side_by_side * G_N_ELEMENTS (figures); i++)
    scene_add_flow (scene, i / FLOW_N_MODES % N_OURS, i % FLOW_N_MODES);
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    figures[i] = fault_figures_new ("F9", flow_kind_name (i / FLOW_N_MODES),
                                    flow_mode_name (i % FLOW_N_MODES));
  fault_feed_start (scene->feed);
  for (guint i = 0; i < n; i += n_side_by_side)
    appear_once (scene, figures);
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    fault_figures_finish (figures[i]);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  gst_init (&argc, &argv);
  /* That an interface is missing, or a name is gone, is warned of in the log. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);

  for (guint i = 0; i < G_N_ELEMENTS (link_faults); i++)
    {
      g_autofree char *path = g_strconcat ("/fault/", link_faults[i].row, NULL);

      scene_test_add (path, &link_faults[i], run_fault);
    }
  for (guint i = 0; i < G_N_ELEMENTS (survivors); i++)
    {
      g_autofree char *path = g_strconcat ("/fault/", survivors[i].row, NULL);

      scene_test_add (path, &survivors[i], test_survives);
    }
  scene_test_add ("/fault/F6 named", NULL, test_rename_named);
  scene_test_add ("/fault/F9", NULL, test_appears_later);
  return g_test_run ();
}
