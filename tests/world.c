/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "world.h"

static World *
world_new (const WorldTest *test)
{
  World *self = g_new0 (World, 1);

  self->here = test->at_home ? netns_home () : netns_new ();
  self->there = netns_new ();
  self->family = test->family != NULL ? test->family : &test_families[0];
  self->data = test->data;
  for (guint i = 0; i < test->n_links; i++)
    {
      g_autofree char *name = g_strdup_printf ("v%u", i);

      netns_add_veth (self->here, name, self->there, name, NETNS_LINK_DEFAULT);
    }
  return self;
}

static void
world_free (World *self)
{
  netns_free (self->there);
  if (self->here != netns_home ())
    netns_free (self->here);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

static void
run (const WorldTest *test)
{
  g_autoptr (World) world = world_new (test);
  NETNS_VISIT (world->here);

  test->func (world);
}

static void
run_or_skip (gconstpointer data)
{
  const WorldTest *test = data;

  if (netns_require (test->needs | (test->n_links > 0 ? NETNS_VETH : 0)))
    run (test);
}

void
world_test_add_full (const char *path, WorldTest test)
{
  /* Keeps the data in reach: GLib frees none of a test that does not run, as in a subprocess. */
  static GPtrArray *tests;
  WorldTest *copy = g_memdup2 (&test, sizeof test);

  if (tests == NULL)
    tests = g_ptr_array_new ();
  g_ptr_array_add (tests, copy);
  g_test_add_data_func (path, copy, run_or_skip);
}

void
world_test_add_data (const char *path, guint n_links, gconstpointer data, WorldTestFunc func)
{
  world_test_add_full (path, (WorldTest) { n_links, func, .data = data });
}

void
world_test_add (const char *path, guint n_links, WorldTestFunc func)
{
  world_test_add_data (path, n_links, NULL, func);
}

void
world_test_add_families (const char *path, guint n_links, WorldTestFunc func)
{
  for (guint i = 0; i < N_TEST_FAMILIES; i++)
    {
      g_autofree char *full = g_strdup_printf ("%s/%s", path, test_families[i].name);

      world_test_add_full (full, (WorldTest) { n_links, func, .family = &test_families[i] });
    }
}
