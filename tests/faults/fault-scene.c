/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fault-scene.h"

#include <gst/gst.h>

void
scene_test_add_needing (const char *path, NetnsAbility needs, gconstpointer data,
                        WorldTestFunc func)
{
  world_test_add_full (path, (WorldTest) { 0, func, needs | NETNS_VETH | NETNS_BRIDGE, .data = data,
                                           .at_home = TRUE });
}

void
scene_test_add (const char *path, gconstpointer data, WorldTestFunc func)
{
  scene_test_add_needing (path, 0, data, func);
}

Scene *
scene_new (World *world, const char *bridge_options)
{
  Scene *self = g_new0 (Scene, 1);

  self->here = world->here;
  self->there = world->there;
  self->bridge = netns_new ();
  self->aside = netns_new ();
  netns_add_bridge (self->bridge, "br0", bridge_options);
  netns_add_bridge_host (self->bridge, "br0", 1, self->here, SCENE_IFACE);
  netns_add_bridge_host (self->bridge, "br0", 2, self->there, SCENE_IFACE);
  self->source_ipv4 = netns_ipv4 (self->there, SCENE_IFACE);
  self->source_ipv6 = netns_ipv6 (self->there, SCENE_IFACE);
  self->watch = fault_watch_new (SCENE_IFACE);
  self->feed = fault_feed_new (self->there, SCENE_IFACE);
  self->flows = g_ptr_array_new_with_free_func ((GDestroyNotify) flow_free);
  return self;
}

/* What is left of the own namespace's link goes with the bridge's. */
void
scene_free (Scene *self)
{
  fault_feed_free (self->feed);
  g_ptr_array_unref (self->flows);
  fault_watch_free (self->watch);
  if (netns_index (self->here, SCENE_IFACE) != 0)
    netns_link_delete (self->here, SCENE_IFACE);
  netns_free (self->aside);
  netns_free (self->bridge);
  g_free (self->source_ipv4);
  g_free (self->source_ipv6);
  g_free (self);
}

guint
scene_count (guint quick, guint full)
{
  return g_test_slow () ? full : quick;
}

guint
scene_count_flows (Scene *self, const char *group)
{
  guint n = 0;

  for (guint i = 0; i < self->flows->len; i++)
    n += g_str_equal (flow_get_group (self->flows->pdata[i]), group);
  return n;
}

Flow *
scene_add_flow (Scene *self, FlowKind kind, FlowMode mode)
{
  Flow *flow = flow_new (kind, mode, mode == FLOW_SSM4 ? self->source_ipv4 : self->source_ipv6);

  if (scene_count_flows (self, flow_get_group (flow)) == 0)
    fault_feed_add (self->feed, flow_get_group (flow), FLOW_PORT);
  g_ptr_array_add (self->flows, flow);
  return flow;
}

void
scene_add_flows (Scene *self, const FlowOptions *options)
{
  FlowKind last = g_test_slow () && g_strcmp0 (options->iface, "*") != 0 ? FLOW_PLAIN
                                                                         : FLOW_ELEMENT;

  for (FlowKind kind = FLOW_LIBRARY; kind <= last; kind++)
    for (FlowMode mode = 0; mode < FLOW_N_MODES; mode++)
      if (flow_is_possible (kind, mode))
        flow_start (scene_add_flow (self, kind, mode), options);
}

void
scene_begin (Scene *self)
{
  fault_feed_start (self->feed);
  for (guint i = 0; i < self->flows->len; i++)
    {
      gint64 time = flow_wait (self->flows->pdata[i], NETNS_DEADLINE_MS);

      g_assert_cmpint (time, !=, 0);
    }
}
