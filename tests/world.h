/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The fixture of tests on the network: two machines with links v0, v1, ... between them.
 *
 *   static void
 *   test_receives (World *world)
 *   {
 *     g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
 *
 *     plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "text");
 *     rx_assert_receives (rx, "text");
 *   }
 *
 * and in main (), after netns_test_init ():
 *
 *   world_test_add ("/rx-socket/receives", 1, test_receives);
 *
 * Each test has a world of its own, which is made before it and freed after it. Where the world
 * cannot be made, the test is skipped with the reason, and its function is not called.
 */

#include "family.h"

G_BEGIN_DECLS

typedef struct
{
  Netns *here;              /* the calling thread is there, and so is the library */
  Netns *there;             /* the peer */
  const TestFamily *family; /* IPv4 unless the test was added with another one */
  gconstpointer data;       /* as the test was added with */
} World;

typedef void (*WorldTestFunc) (World *world);

/* Adds a test with @n_links links, which may be 0. */
void world_test_add (const char *path, guint n_links, WorldTestFunc func);

/* The same, with data for the function. They must stay valid until the test has run. */
void world_test_add_data (const char *path, guint n_links, gconstpointer data, WorldTestFunc func);

/* Adds the test once for each family, as PATH/ipv4, PATH/ipv6 and PATH/ipv6-link-local. */
void world_test_add_families (const char *path, guint n_links, WorldTestFunc func);

typedef struct
{
  guint n_links;
  WorldTestFunc func;
  NetnsAbility needs; /* what the test needs beside its links: NETNS_NFT | NETNS_SYSCTL */
  const TestFamily *family;
  gconstpointer data;

  /* TRUE when the first machine is to be the program's own namespace: a thread stays where it was
   * started, and some libraries keep threads for later. What such a test changes there, its links
   * apart, it takes back itself. */
  gboolean at_home;
} WorldTest;

/* Adds a test with everything it may have:
 * world_test_add_full (path, (WorldTest) { 1, test_firewall, .needs = NETNS_NFT }); */
void world_test_add_full (const char *path, WorldTest test);

G_END_DECLS
