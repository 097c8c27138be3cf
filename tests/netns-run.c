/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "netns.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* netns-run [--veth | --pair] COMMAND [ARGUMENT...]: a command in a network namespace of its own,
 * for tests that are scripts.
 * --veth gives it a veth pair v0 and v1, both ends in the namespace, with the default routes
 * through v0.
 * --pair gives it eth0, with the default routes, and a second machine at the other end, with an
 * eth0 and routes as well; the environment variable NETNS_PEER is the path of its namespace. */

static void
require (NetnsAbility abilities)
{
  const char *reason = netns_missing (abilities);

  if (reason != NULL)
    {
      g_print ("1..0 # SKIP %s\n", reason);
      exit (EXIT_SUCCESS);
    }
}

static void
add_default_routes (Netns *ns, const char *interface)
{
  netns_add_default_route (ns, G_SOCKET_FAMILY_IPV4, interface);
  netns_add_default_route (ns, G_SOCKET_FAMILY_IPV6, interface);
}

static void
add_veth (void)
{
  Netns *home = netns_home ();

  require (NETNS_VETH | NETNS_SYSCTL);
  netns_add_veth (home, "v0", home, "v1", NETNS_LINK_DEFAULT);
  add_default_routes (home, "v0");
}

static void
add_pair (void)
{
  g_autofree char *path = NULL;
  Netns *peer = NULL;

  require (NETNS_VETH);
  peer = netns_new ();
  netns_add_veth (netns_home (), "eth0", peer, "eth0", NETNS_LINK_DEFAULT);
  add_default_routes (netns_home (), "eth0");
  add_default_routes (peer, "eth0");
  path = g_strdup_printf ("/proc/%d/fd/%d", getpid (), netns_dup (peer));
  g_setenv ("NETNS_PEER", path, TRUE);
}

int
main (int argc, char **argv)
{
  gboolean wants_veth = argc > 1 && strcmp (argv[1], "--veth") == 0;
  gboolean wants_pair = argc > 1 && strcmp (argv[1], "--pair") == 0;
  char **command = argv + (wants_veth || wants_pair ? 2 : 1);

  if (argc < 2 || command[0] == NULL)
    {
      g_printerr ("Usage: %s [--veth | --pair] COMMAND [ARGUMENT...]\n", argv[0]);
      return EXIT_FAILURE;
    }
  netns_init ();
  if (wants_veth)
    add_veth ();
  if (wants_pair)
    add_pair ();
  execvp (command[0], command);
  g_printerr ("%s: %s\n", command[0], g_strerror (errno));
  return EXIT_FAILURE;
}
