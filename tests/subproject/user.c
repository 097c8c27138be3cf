/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Only the public headers are in reach. */
#if __has_include("config.h") || __has_include("mcast-address-private.h")
#error "The dependency exposes private headers"
#endif

#include <mcast.h>

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (McastGroup) group = mcast_group_parse ("10.0.0.1@232.1.2.3:5004", &error);
  g_autofree char *text = group != NULL ? mcast_group_to_string (group) : NULL;

  g_print ("%s from mcast %s\n", text, MCAST_VERSION_S);
  return group != NULL ? 0 : 1;
}
