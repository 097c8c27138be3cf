/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How to build and run it: see fuzz-rtp-merge.c. */

#include <mcast.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_round_trip (McastGroup *group)
{
  g_autofree char *text = mcast_group_to_string (group);
  g_autoptr (McastGroup) back = mcast_group_parse (text, NULL);
  g_autofree char *again = back != NULL ? mcast_group_to_string (back) : NULL;

  if (back == NULL || !mcast_group_equal (group, back) || strcmp (text, again) != 0)
    abort ();
}

static void
check_values (McastGroup *group)
{
  GInetAddress *address = mcast_group_get_address (group);
  GPtrArray *sources = mcast_group_get_sources (group);

  if (!g_inet_address_get_is_multicast (address) || mcast_group_get_port (group) > G_MAXUINT16
      || mcast_group_get_family (group) != g_inet_address_get_family (address)
      || (mcast_group_get_filter_mode (group) == MCAST_FILTER_MODE_INCLUDE && sources->len == 0))
    abort ();
  for (guint i = 0; i < sources->len; i++)
    if (g_inet_address_get_family (sources->pdata[i]) != mcast_group_get_family (group)
        || g_inet_address_get_is_multicast (sources->pdata[i]))
      abort ();
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (McastGroup) group = mcast_group_parse (text, &error);

  if ((group == NULL) != (error != NULL))
    abort ();
  if (group == NULL)
    {
      if (strstr (error->message, text) == NULL)
        abort ();
      return 0;
    }
  check_values (group);
  check_round_trip (group);
  return 0;
}
