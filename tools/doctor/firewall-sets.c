/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "doctor/firewall-sets.h"

#include <string.h>

/* Joins the lines of an element list, which nft breaks. */
static char *
join_lines (const char *text)
{
  g_autoptr (GRegex) breaks = g_regex_new ("\\s+", 0, 0, NULL);

  return g_regex_replace (breaks, text, -1, 0, " ", 0, NULL);
}

/* Returns the elements of the sets and maps of one table by name, in braces. */
static GHashTable *
find_sets (const char *table)
{
  GHashTable *sets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GRegex) set = g_regex_new ("^\\s*(?:set|map) (\\S+) \\{[^{}]*elements = (\\{[^}]*\\})",
                                        G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  for (g_regex_match (set, table, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree char *elements = g_match_info_fetch (match, 2);

      g_hash_table_insert (sets, g_match_info_fetch (match, 1), join_lines (elements));
    }
  return sets;
}

static gboolean
put_elements (const GMatchInfo *match, GString *result, gpointer sets)
{
  g_autofree char *name = g_match_info_fetch (match, 1);
  g_autofree char *whole = g_match_info_fetch (match, 0);
  const char *elements = g_hash_table_lookup (sets, name);

  g_string_append (result, elements != NULL ? elements : whole);
  return FALSE;
}

/* Appends a rule for each element of the map in a line like
 * "ip daddr vmap { 239.1.2.3 : drop, 239.1.2.4 : accept } # handle 7", or the line as it is. */
static void
append_rules (GString *result, const char *line)
{
  g_autoptr (GRegex) map = g_regex_new ("^(.*) vmap \\{([^}]*)\\}(.*)$", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *list = NULL;
  g_auto (GStrv) elements = NULL;

  if (!g_regex_match (map, line, 0, &match))
    {
      g_string_append_printf (result, "%s\n", line);
      return;
    }
  before = g_match_info_fetch (match, 1);
  list = g_match_info_fetch (match, 2);
  after = g_match_info_fetch (match, 3);
  elements = g_strsplit (list, ",", -1);
  for (guint i = 0; elements[i] != NULL; i++)
    {
      const char *element = g_strstrip (elements[i]);
      const char *colon = g_strrstr (element, " : ");

      if (colon != NULL)
        g_string_append_printf (result, "%s %.*s %s%s\n", before, (int) (colon - element), element,
                                colon + strlen (" : "), after);
    }
}

static void
append_table (GString *result, const char *table)
{
  g_autoptr (GHashTable) sets = find_sets (table);
  g_autoptr (GRegex) name = g_regex_new ("(?<!!= )@(\\S+)", 0, 0, NULL);
  g_autofree char *expanded = g_regex_replace_eval (name, table, -1, 0, 0, put_elements, sets,
                                                    NULL);
  g_auto (GStrv) lines = g_strsplit (expanded, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    append_rules (result, lines[i]);
}

char *
firewall_expand_sets (const char *text)
{
  g_auto (GStrv) tables = g_strsplit (text, "\ntable ", -1);
  g_autoptr (GString) result = g_string_new (NULL);

  for (guint i = 0; tables[i] != NULL; i++)
    {
      g_string_append (result, i > 0 ? "table " : "");
      append_table (result, tables[i]);
    }
  return g_string_free (g_steal_pointer (&result), FALSE);
}
