/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcasttextlist.h"

#include <string.h>

#include "gstmcastdebug.h"

#define GST_CAT_DEFAULT gst_mcast_debug

/* Splits a comma-separated list and strips its parts. Returns %NULL for an empty text. Empty parts
 * are kept: their meaning is up to the caller. */
char **
gst_mcast_text_list_split (const char *text)
{
  char **parts;

  if (text == NULL || *text == '\0')
    return NULL;

  parts = g_strsplit (text, ",", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    g_strstrip (parts[i]);
  return parts;
}

/* Strips the brackets, quotes and types of the text of an array of strings: < "a", (string)"b"
 * >. */
static void
strip_array (char *text)
{
  gsize length = strlen (g_strstrip (text));

  if (length < 2 || text[0] != '<' || text[length - 1] != '>')
    return;
  text[0] = text[length - 1] = ' ';
  for (char *type = strstr (text, "(string)"); type != NULL; type = strstr (type, "(string)"))
    memset (type, ' ', strlen ("(string)"));
  for (char *c = text; *c != '\0'; c++)
    if (*c == '"')
      *c = ' ';
}

/* Splits a list of groups or destinations, which may also be the text of an array. Returns %NULL
 * without an item. */
char **
gst_mcast_text_list_split_array (const char *text)
{
  g_autofree char *copy = g_strdup (text != NULL ? text : "");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) parts = NULL;
  g_auto (GStrv) items = NULL;

  strip_array (copy);
  parts = g_strsplit (copy, ",", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (*g_strstrip (parts[i]) != '\0')
      g_strv_builder_add (builder, parts[i]);
  items = g_strv_builder_end (builder);
  return items[0] != NULL ? g_steal_pointer (&items) : NULL;
}

/* Returns the list as it reads, or %NULL for an empty list. */
char *
gst_mcast_text_list_join (const char *const *list)
{
  return list != NULL && list[0] != NULL ? g_strjoinv (",", (char **) list) : NULL;
}

static gboolean
contains (const char *const *list, const char *item)
{
  return list != NULL && g_strv_contains (list, item);
}

/* Calls @change for every item of @list that is not in @other. Adds the items to @done or to
 * @failed, and sets @error to the first failure. Returns %TRUE if no call failed. */
static gboolean
change_missing (const char *const *list, const char *const *other, GstMcastTextListFunc change,
                gpointer object, GStrvBuilder *done, GStrvBuilder *failed, GError **error)
{
  gboolean good = TRUE;

  for (guint i = 0; list != NULL && list[i] != NULL; i++)
    {
      g_autoptr (GError) reason = NULL;

      if (contains (other, list[i]))
        continue;
      if (change (object, list[i], &reason))
        {
          g_strv_builder_add (done, list[i]);
          continue;
        }
      g_strv_builder_add (failed, list[i]);
      GST_WARNING_OBJECT (object, "%s: %s", list[i], reason->message);
      if (good)
        g_propagate_error (error, g_steal_pointer (&reason));
      good = FALSE;
    }
  return good;
}

static void
add_matching (GStrvBuilder *builder, const char *const *list, const char *const *other,
              gboolean in_other)
{
  for (guint i = 0; list != NULL && list[i] != NULL; i++)
    if (contains (other, list[i]) == in_other)
      g_strv_builder_add (builder, list[i]);
}

/* Changes the items of an object from @current to @wanted. New items are added first, so that there
 * is no gap. If that fails, @error is set to the first failure and nothing is removed. Returns the
 * items that are in effect. */
char **
gst_mcast_text_list_update (const char *const *current, const char *const *wanted,
                            GstMcastTextListFunc add, GstMcastTextListFunc remove, gpointer object,
                            GError **error)
{
  g_autoptr (GStrvBuilder) effective = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) gone = g_strv_builder_new ();

  add_matching (effective, current, wanted, TRUE);
  if (change_missing (wanted, current, add, object, effective, gone, error))
    change_missing (current, wanted, remove, object, gone, effective, error);
  else
    add_matching (effective, current, wanted, FALSE);
  return g_strv_builder_end (effective);
}
