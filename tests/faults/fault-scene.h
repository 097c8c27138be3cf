/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "fault-feed.h"
#include "fault-figures.h"
#include "fault-flow.h"
#include "fault-watch.h"
#include "netns.h"
#include "world.h"

G_BEGIN_DECLS

/* The machine under test, which is the program's own namespace, and a sender, both with an
 * interface v0 at a switch: a fault on this side does not reach the other. */
typedef struct
{
  Netns *here;
  Netns *there;
  Netns *bridge;
  /* Where an interface can go for a while. */
  Netns *aside;
  char *source_ipv4;
  char *source_ipv6;
  FaultWatch *watch;
  FaultFeed *feed;
  GPtrArray *flows;
} Scene;

#define SCENE_IFACE "v0"
#define SCENE_PORT "port1"

/* Adds a test that makes a scene. It is skipped where none can be made. */
void scene_test_add (const char *path, gconstpointer data, WorldTestFunc func);

/* The same for a test that needs more. */
void scene_test_add_needing (const char *path, NetnsAbility needs, gconstpointer data,
                             WorldTestFunc func);

/* @bridge_options: as of netns_add_bridge (). */
Scene *scene_new (World *world, const char *bridge_options);
void scene_free (Scene *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

/* Ours in all four modes and, in the long tier, the peers. */
void scene_add_flows (Scene *self, const FlowOptions *options);
/* Several of one kind and mode receive the same. */
Flow *scene_add_flow (Scene *self, FlowKind kind, FlowMode mode);
guint scene_count_flows (Scene *self, const char *group);

/* Sends, and waits until all of ours receive. */
void scene_begin (Scene *self);

/* The count of the long tier when that runs, else a few. */
guint scene_count (guint quick, guint full);

G_END_DECLS
