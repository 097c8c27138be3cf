/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcasturialias.h"

#include <string.h>

/* Those of FFmpeg, VLC, TSDuck, mediamtx and earlier versions; the manual has the same table. */
static const McastUriAlias aliases[] = {
  { "source", "multicast-source", NULL },
  { "sources", "multicast-source", NULL, '+' },
  { "block", "multicast-source", NULL, '-' },
  { "interface", "interfaces", "interfaces" },
  { "iface", "interfaces", "interfaces" },
  { "miface", "interfaces", "interfaces" },
  { "multicast-iface", "interfaces", "interfaces" },
  { "localaddr", "interfaces", "bind-address" },
  { "localport", NULL, "bind-port" },
  { "ttl", NULL, "ttl-mc" },
  { "dscp", NULL, "qos-dscp" },
  { "buffer_size", "buffer-size", "buffer-size" },
  { "pkt_size", NULL, "packet-size" },
  /* Without an equivalent. */
  { "fifo_size" },
  { "overrun_nonfatal" },
  { "reuse" },
  { "reuse_socket" },
  { "bitrate" },
  { "burst_bits" },
  { "broadcast" },
  { "connect" },
  { "cache" },
  { "network-caching" },
};

/* Returns NULL for a name that no known program uses. */
const McastUriAlias *
mcast_uri_alias_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (strcmp (aliases[i].name, name) == 0)
      return &aliases[i];
  return NULL;
}

/* Returns the value as the property has it: "+10.0.0.1+10.0.0.2" for "10.0.0.1,10.0.0.2". */
char *
mcast_uri_alias_convert (const McastUriAlias *self, const char *text)
{
  g_auto (GStrv) parts = NULL;
  g_autoptr (GString) value = g_string_new (NULL);

  if (self->prefix == 0)
    return g_strdup (text);
  parts = g_strsplit (text, ",", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    g_string_append_printf (value, "%c%s", self->prefix, g_strstrip (parts[i]));
  return g_string_free (g_steal_pointer (&value), FALSE);
}

/* Returns how many characters have to be inserted, removed or replaced (Levenshtein). */
static guint
get_distance (const char *a, const char *b)
{
  gsize length = strlen (b);
  g_autofree guint *row = g_new (guint, length + 1);

  for (gsize j = 0; j <= length; j++)
    row[j] = (guint) j;
  for (gsize i = 1; i <= strlen (a); i++)
    {
      guint diagonal = row[0];

      row[0] = (guint) i;
      for (gsize j = 1; j <= length; j++)
        {
          guint replaced = diagonal + (a[i - 1] != b[j - 1]);

          diagonal = row[j];
          row[j] = MIN (replaced, MIN (row[j], row[j - 1]) + 1);
        }
    }
  return row[length];
}

/* Returns the known name that is most similar to a misspelled one: of an alias, or of @names. */
const char *
mcast_uri_alias_find_nearest (const char *name, const char *const *names)
{
  const char *nearest = NULL;
  guint least = G_MAXUINT;

  for (guint i = 0; i < G_N_ELEMENTS (aliases) + g_strv_length ((char **) names); i++)
    {
      const char *candidate = i < G_N_ELEMENTS (aliases) ? aliases[i].name
                                                         : names[i - G_N_ELEMENTS (aliases)];
      guint distance = get_distance (name, candidate);

      if (distance >= least)
        continue;
      least = distance;
      nearest = candidate;
    }
  return nearest;
}
