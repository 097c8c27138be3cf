/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Senders whose link goes away and comes back: F1 to F5. */

#include <gst/gst.h>

#include "fault-output.h"
#include "fault-scene.h"
#include "lib-test.h"

/* A peer is not waited for long, and after this number of times in vain only counted. */
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
  SceneFunc repair;
  /* The interface goes, so that another one must be used. */
  gboolean vanishes;
} SendFault;

static guint last_index;

/* An output with a group and port of its own, and its receiver. */
typedef struct
{
  Output *output;
  GSocket *receiver;
  FaultFigures *figures;
  gboolean given_up;
  /* At the start. */
  OutputEvents before;
  /* When the first came after the fault, or 0. */
  gint64 time;
} Sender;

/* --- Senders ------------------------------------------------------------------------------- */

static Sender *
sender_new (Scene *scene, const SendFault *fault, OutputKind kind, gboolean is_ipv4)
{
  Sender *self = g_new0 (Sender, 1);
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
sender_free (gpointer data)
{
  Sender *self = data;

  fault_figures_finish (self->figures);
  output_free (self->output);
  g_object_unref (self->receiver);
  g_free (self);
}

static gboolean
receives (Sender *sender, char wanted)
{
  char byte;

  while (g_socket_receive (sender->receiver, &byte, 1, NULL, NULL) > 0)
    if (byte == wanted)
      return TRUE;
  return FALSE;
}

static gboolean
is_awaited (Sender *sender, gint64 since)
{
  guint timeout_ms = output_is_ours (sender->output) ? NETNS_DEADLINE_MS : PEER_TIMEOUT_MS;

  return sender->time == 0 && !sender->given_up
         && g_get_monotonic_time () < since + timeout_ms * G_TIME_SPAN_MILLISECOND;
}

/* One datagram each, about every millisecond, until all are received. */
static void
send_until_received (GPtrArray *senders, const char *text)
{
  gint64 start = g_get_monotonic_time ();
  gboolean waiting = TRUE;

  for (guint i = 0; i < senders->len; i++)
    ((Sender *) senders->pdata[i])->time = 0;
  while (waiting)
    {
      waiting = FALSE;
      for (guint i = 0; i < senders->len; i++)
        if (is_awaited (senders->pdata[i], start))
          output_send (((Sender *) senders->pdata[i])->output, text, 1);
      g_usleep (1000);
      for (guint i = 0; i < senders->len; i++)
        {
          Sender *sender = senders->pdata[i];

          if (!is_awaited (sender, start))
            continue;
          if (receives (sender, *text))
            sender->time = g_get_monotonic_time ();
          else
            waiting = TRUE;
        }
    }
}

/* --- One fault, again and again ---------------------------------------------------------- */

static void
judge (Sender *sender, gint64 up)
{
  if (output_is_ours (sender->output))
    {
      g_assert_cmpstr (output_get_failure (sender->output), ==, NULL);
      g_assert_cmpint (sender->time, !=, 0);
      /* The element may still be sending in its own thread. */
      netns_assert_soon (output_get_counter (sender->output, "attempted")
                         == output_get_counter (sender->output, "accepted")
                              + output_get_counter (sender->output, "refused"));
    }
  if (sender->time != 0)
    fault_figures_add_time (sender->figures, MAX (sender->time - up, 0));
  else
    fault_figures_add_never (sender->figures);
  sender->given_up = fault_figures_get_never (sender->figures) >= PEER_TRIES;
}

static void
happen (Scene *scene, const SendFault *fault, GPtrArray *senders, guint round)
{
  /* What was sent before does not count. */
  const char text[] = { (char) ('a' + round % 20), '\0' };
  gint64 up;

  fault->cut (scene);
  for (guint i = 0; i < senders->len; i++)
    for (guint j = 0; j < N_IN_VAIN; j++)
      output_send (((Sender *) senders->pdata[i])->output, "!", 1);
  fault_watch_reset (scene->watch);
  fault->repair (scene);
  up = fault_watch_wait (scene->watch);
  send_until_received (senders, text);
  for (guint i = 0; i < senders->len; i++)
    judge (senders->pdata[i], up);
}

static void
add_events (Sender *sender)
{
  OutputEvents events = output_get_events (sender->output);

  fault_figures_set (sender->figures, "ready_events", events.ready - sender->before.ready);
  fault_figures_set (sender->figures, "lost_events", events.lost - sender->before.lost);
  output_add_errors (sender->output, sender->figures);
}

static void
assert_events (Sender *sender, guint n)
{
  const OutputEvents *before = &sender->before;

  netns_assert_soon (output_get_events (sender->output).ready == before->ready + n);
  g_assert_cmpuint (output_get_events (sender->output).lost, ==, before->lost + n);
}

static void
run_fault (World *world)
{
  const SendFault *fault = world->data;
  g_autoptr (Scene) scene = scene_new (world, NULL);
  g_autoptr (GPtrArray) senders = g_ptr_array_new_with_free_func (sender_free);
  guint n = scene_count (fault->quick, fault->full);
  OutputKind last = g_test_slow () ? OUTPUT_PLAIN : OUTPUT_ELEMENT;

  for (OutputKind kind = OUTPUT_LIBRARY; kind <= last; kind++)
    for (guint is_ipv4 = 0; is_ipv4 < 2; is_ipv4++)
      g_ptr_array_add (senders, sender_new (scene, fault, kind, is_ipv4));
  send_until_received (senders, "z");
  for (guint i = 0; i < senders->len; i++)
    ((Sender *) senders->pdata[i])->before =
      output_get_events (((Sender *) senders->pdata[i])->output);
  for (guint i = 0; i < n; i++)
    happen (scene, fault, senders, i);
  for (guint i = 0; i < senders->len; i++)
    {
      Sender *sender = senders->pdata[i];

      if (!output_is_ours (sender->output))
        continue;
      if (fault->vanishes)
        assert_events (sender, n);
      add_events (sender);
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
create_new (Scene *scene)
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
  { "F3", 8, 100, delete, create_new, TRUE },  { "F4", 8, 50, delete, create_same, TRUE },
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
