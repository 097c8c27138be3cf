/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "netns.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* netns-run [--veth] COMMAND [ARGUMENT...]: a command in a network namespace of its own, for
 * tests that are scripts. --veth gives it a veth pair v0 and v1, both ends in the namespace,
 * with the default routes through v0. */

static void
add_veth (void)
{
  Netns *home = netns_home ();
  const char *reason = netns_missing (NETNS_VETH | NETNS_SYSCTL);

  if (reason != NULL)
    {
      g_print ("1..0 # SKIP %s\n", reason);
      exit (EXIT_SUCCESS);
    }
  netns_add_veth (home, "v0", home, "v1", NETNS_LINK_DEFAULT);
  netns_add_default_route (home, G_SOCKET_FAMILY_IPV4, "v0");
  netns_add_default_route (home, G_SOCKET_FAMILY_IPV6, "v0");
}

int
main (int argc, char **argv)
{
  gboolean wants_veth = argc > 1 && strcmp (argv[1], "--veth") == 0;
  char **command = argv + (wants_veth ? 2 : 1);

  if (argc < 2 || command[0] == NULL)
    {
      g_printerr ("Usage: %s [--veth] COMMAND [ARGUMENT...]\n", argv[0]);
      return EXIT_FAILURE;
    }
  netns_init ();
  if (wants_veth)
    add_veth ();
  execvp (command[0], command);
  g_printerr ("%s: %s\n", command[0], g_strerror (errno));
  return EXIT_FAILURE;
}
