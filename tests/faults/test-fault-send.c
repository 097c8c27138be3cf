/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Senders whose link goes away and comes back: F1 to F5. */

#include <gst/gst.h>

#include "fault-output.h"
#include "fault-scene.h"
#include "lib-test.h"

/* A peer is not waited for long, and after so many times in vain only counted. */
#define PEER_TIMEOUT_MS 2000
#define PEER_TRIES 3
/* Sent while nothing can get through. */
#define N_IN_VAIN 20

typedef void (*SceneFunc) (Scene *scene);

typedef struct
{
  const char *row;
  guint quick;
  guint full;
  SceneFunc cut;
  SceneFunc mend;
  /* The interface goes, so that one must begin anew with another. */
  gboolean vanishes;
} SendFault;

static guint last_index;

/* One that sends, on a group and port of its own, and who hears it. */
typedef struct
{
  Output *output;
  GSocket *receiver;
  FaultFigures *figures;
  gboolean given_up;
  /* Those of the start. */
  OutputEvents before;
  /* When the first came after the fault, or 0. */
  gint64 time;
} Lane;

/* --- Lanes ------------------------------------------------------------------------------- */

static Lane *
lane_new (Scene *scene, const SendFault *fault, OutputKind kind, gboolean is_ipv4)
{
  Lane *self = g_new0 (Lane, 1);
  guint port = TEST_PORT + 2 * kind + is_ipv4;
  const char *group = is_ipv4 ? TEST_GROUP : TEST_GROUP6;
  g_autofree char *row = g_strconcat (fault->row, " sending", NULL);

  self->receiver = plain_receiver_new (scene->there, SCENE_IFACE, group, port);
  g_socket_set_blocking (self->receiver, FALSE);
  self->output = output_new (kind, group, port, SCENE_IFACE, NULL);
  self->figures = fault_figures_new (row, output_kind_name (kind), is_ipv4 ? "IPv4" : "IPv6");
  return self;
}

static void
lane_free (gpointer data)
{
  Lane *self = data;

  fault_figures_finish (self->figures);
  output_free (self->output);
  g_object_unref (self->receiver);
  g_free (self);
}

static gboolean
hears (Lane *lane, char wanted)
{
  char byte;

  while (g_socket_receive (lane->receiver, &byte, 1, NULL, NULL) > 0)
    if (byte == wanted)
      return TRUE;
  return FALSE;
}

static gboolean
is_awaited (Lane *lane, gint64 since)
{
  guint timeout_ms = output_is_ours (lane->output) ? NETNS_DEADLINE_MS : PEER_TIMEOUT_MS;

  return lane->time == 0 && !lane->given_up
         && g_get_monotonic_time () < since + timeout_ms * G_TIME_SPAN_MILLISECOND;
}

/* One datagram each, about every millisecond, until all are heard. */
static void
send_until_heard (GPtrArray *lanes, const char *text)
{
  gint64 start = g_get_monotonic_time ();
  gboolean waiting = TRUE;

  for (guint i = 0; i < lanes->len; i++)
    ((Lane *) lanes->pdata[i])->time = 0;
  while (waiting)
    {
      waiting = FALSE;
      for (guint i = 0; i < lanes->len; i++)
        if (is_awaited (lanes->pdata[i], start))
          output_send (((Lane *) lanes->pdata[i])->output, text, 1);
      g_usleep (1000);
      for (guint i = 0; i < lanes->len; i++)
        {
          Lane *lane = lanes->pdata[i];

          if (!is_awaited (lane, start))
            continue;
          if (hears (lane, *text))
            lane->time = g_get_monotonic_time ();
          else
            waiting = TRUE;
        }
    }
}

/* --- One fault, again and again ---------------------------------------------------------- */

static void
judge (Lane *lane, gint64 up)
{
  if (output_is_ours (lane->output))
    {
      g_assert_cmpstr (output_get_failure (lane->output), ==, NULL);
      g_assert_cmpint (lane->time, !=, 0);
      g_assert_cmpuint (output_get_counter (lane->output, "attempted"), ==,
                        output_get_counter (lane->output, "accepted")
                          + output_get_counter (lane->output, "refused"));
    }
  if (lane->time != 0)
    fault_figures_add_time (lane->figures, MAX (lane->time - up, 0));
  else
    fault_figures_add_never (lane->figures);
  lane->given_up = fault_figures_get_never (lane->figures) >= PEER_TRIES;
}

static void
happen (Scene *scene, const SendFault *fault, GPtrArray *lanes, guint round)
{
  /* What was sent before does not count. */
  const char text[] = { (char) ('a' + round % 20), '\0' };
  gint64 up;

  fault->cut (scene);
  for (guint i = 0; i < lanes->len; i++)
    for (guint j = 0; j < N_IN_VAIN; j++)
      output_send (((Lane *) lanes->pdata[i])->output, "!", 1);
  fault_watch_reset (scene->watch);
  fault->mend (scene);
  up = fault_watch_wait (scene->watch);
  send_until_heard (lanes, text);
  for (guint i = 0; i < lanes->len; i++)
    judge (lanes->pdata[i], up);
}

static void
tell (Lane *lane)
{
  OutputEvents events = output_get_events (lane->output);

  fault_figures_set (lane->figures, "ready_events", events.ready - lane->before.ready);
  fault_figures_set (lane->figures, "lost_events", events.lost - lane->before.lost);
  output_tell_errors (lane->output, lane->figures);
}

static void
assert_events (Lane *lane, guint n)
{
  const OutputEvents *before = &lane->before;

  netns_assert_soon (output_get_events (lane->output).ready == before->ready + n);
  g_assert_cmpuint (output_get_events (lane->output).lost, ==, before->lost + n);
}

static void
run_fault (World *world)
{
  const SendFault *fault = world->data;
  g_autoptr (Scene) scene = scene_new (world, NULL);
  g_autoptr (GPtrArray) lanes = g_ptr_array_new_with_free_func (lane_free);
  guint n = scene_count (fault->quick, fault->full);
  OutputKind last = g_test_slow () ? OUTPUT_PLAIN : OUTPUT_ELEMENT;

  for (OutputKind kind = OUTPUT_LIBRARY; kind <= last; kind++)
    for (guint is_ipv4 = 0; is_ipv4 < 2; is_ipv4++)
      g_ptr_array_add (lanes, lane_new (scene, fault, kind, is_ipv4));
  send_until_heard (lanes, "z");
  for (guint i = 0; i < lanes->len; i++)
    ((Lane *) lanes->pdata[i])->before = output_get_events (((Lane *) lanes->pdata[i])->output);
  for (guint i = 0; i < n; i++)
    happen (scene, fault, lanes, i);
  for (guint i = 0; i < lanes->len; i++)
    {
      Lane *lane = lanes->pdata[i];

      if (!output_is_ours (lane->output))
        continue;
      if (fault->vanishes)
        assert_events (lane, n);
      tell (lane);
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

static void delete (Scene *scene)
{
  last_index = netns_index (scene->here, SCENE_IFACE);
  netns_link_delete (scene->here, SCENE_IFACE);
}

static void
create_anew (Scene *scene)
{
  netns_link_recreate (scene->here, SCENE_IFACE, 0, 0);
}

static void
create_same (Scene *scene)
{
  netns_link_recreate (scene->here, SCENE_IFACE, last_index, 0);
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

static const SendFault send_faults[] = {
  { "F1", 8, 100, set_down, set_up, FALSE },   { "F2", 8, 100, set_port_down, set_port_up, FALSE },
  { "F3", 8, 100, delete, create_anew, TRUE }, { "F4", 8, 50, delete, create_same, TRUE },
  { "F5", 4, 20, move_away, move_back, TRUE },
};

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  gst_init (&argc, &argv);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);

  for (guint i = 0; i < G_N_ELEMENTS (send_faults); i++)
    {
      g_autofree char *path = g_strconcat ("/fault/", send_faults[i].row, " sending", NULL);

      scene_test_add (path, &send_faults[i], run_fault);
    }
  return g_test_run ();
}
