/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "environment.h"

#include <mcast.h>

#include "console.h"

#define DEFAULT_GROUP "224.0.0.1"
#define DEFAULT_PORT 59259
#define DEFAULT_TTL 1
#define DEFAULT_BUFFER_SIZE 1316

static guint64
get_number (const char *name, guint64 min, guint64 max, guint64 fallback)
{
  const char *text = g_getenv (name);
  guint64 number;

  if (text == NULL || *text == '\0')
    return fallback;
  if (g_ascii_string_to_unsigned (text, 10, min, max, &number, NULL))
    {
      g_debug ("%s=%s", name, text);
      return number;
    }
  console_warning ("%s=%s is not a number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
                   "; using the default %" G_GUINT64_FORMAT,
                   name, text, min, max, fallback);
  return fallback;
}

guint
environment_get_port (void)
{
  return get_number ("MULTICAST_PORT", 49152, 65535, DEFAULT_PORT);
}

guint
environment_get_ttl (void)
{
  return get_number ("MULTICAST_TTL", 1, 126, DEFAULT_TTL);
}

gsize
environment_get_buffer_size (void)
{
  return get_number ("MULTICAST_BUFFER_SIZE", 1, 65507, DEFAULT_BUFFER_SIZE);
}

static gboolean
is_group (const char *text)
{
  g_autoptr (McastGroup) group = mcast_group_parse (text, NULL);

  return group != NULL;
}

const char *
environment_get_group (void)
{
  const char *text = g_getenv ("MULTICAST_GROUP");

  if (text == NULL || *text == '\0')
    return DEFAULT_GROUP;
  if (is_group (text))
    {
      g_debug ("MULTICAST_GROUP=%s", text);
      return text;
    }
  console_warning ("MULTICAST_GROUP=%s is not a multicast group; using the default %s", text,
                   DEFAULT_GROUP);
  return DEFAULT_GROUP;
}

static void
add_groups (GStrvBuilder *builder, const char *name, const char *remark)
{
  const char *text = g_getenv (name);
  g_auto (GStrv) words = g_strsplit_set (text != NULL ? text : "", " \t\n", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (is_group (words[i]))
      g_strv_builder_add (builder, words[i]);
    else if (*words[i] != '\0')
      console_warning ("%s in %s is ignored because it is not a multicast group%s", words[i], name,
                       remark);
}

char **
environment_dup_groups (gboolean receives)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  add_groups (builder, "MULTICAST_GROUPS", "");
  if (receives)
    add_groups (builder, "MULTICAST_BIND_ADDR", "; mcast receives only multicast");
  return g_strv_builder_end (builder);
}
