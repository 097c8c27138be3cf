/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcasttextlist.h"

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

/* Returns the strings in @array, or %NULL if it is empty. */
char **
gst_mcast_text_list_from_value (const GValue *array)
{
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();
  guint n = gst_value_array_get_size (array);

  for (guint i = 0; i < n; i++)
    {
      const char *text = g_value_get_string (gst_value_array_get_value (array, i));

      g_strv_builder_add (list, text != NULL ? text : "");
    }
  return n > 0 ? g_strv_builder_end (list) : NULL;
}

void
gst_mcast_text_list_to_value (const char *const *list, GValue *array)
{
  for (guint i = 0; list != NULL && list[i] != NULL; i++)
    {
      GValue item = G_VALUE_INIT;

      g_value_init (&item, G_TYPE_STRING);
      g_value_set_string (&item, list[i]);
      gst_value_array_append_and_take_value (array, &item);
    }
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
