/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcaststats.h"

#include <string.h>

#include <gio/gio.h>

/* Converts the library's statistics to a GstStructure. It depends on types, not on keys, so new
 * counters of the library appear without a change here. */

static void variant_to_value (GVariant *variant, const char *name, GValue *value);

static void
array_to_value (GVariant *array, const char *name, GValue *value)
{
  gsize n = g_variant_n_children (array);

  g_value_init (value, GST_TYPE_ARRAY);
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (array, i);
      GValue item = G_VALUE_INIT;

      variant_to_value (child, name, &item);
      gst_value_array_append_and_take_value (value, &item);
    }
}

static void
variant_to_value (GVariant *variant, const char *name, GValue *value)
{
  if (g_variant_is_of_type (variant, G_VARIANT_TYPE_DICTIONARY))
    {
      g_value_init (value, GST_TYPE_STRUCTURE);
      g_value_take_boxed (value, gst_mcast_stats_new (name, variant));
    }
  else if (g_variant_is_of_type (variant, G_VARIANT_TYPE_ARRAY))
    array_to_value (variant, name, value);
  else
    g_dbus_gvariant_to_gvalue (variant, value);
}

/* Sets the mode and the list of a source filter, which the library describes as
 * "include {10.0.0.1, 10.0.0.2}". */
static void
set_filter (GstStructure *structure, const char *text)
{
  gsize length = strcspn (text, " ");
  g_autofree char *mode = g_strndup (text, length);
  g_auto (GStrv) sources = g_strsplit_set (text + length, " {},", -1);
  GValue list = G_VALUE_INIT;

  g_value_init (&list, GST_TYPE_ARRAY);
  for (guint i = 0; sources[i] != NULL; i++)
    {
      GValue item = G_VALUE_INIT;

      if (*sources[i] == '\0')
        continue;
      g_value_init (&item, G_TYPE_STRING);
      g_value_set_string (&item, sources[i]);
      gst_value_array_append_and_take_value (&list, &item);
    }
  gst_structure_set (structure, "filter-mode", G_TYPE_STRING, mode, NULL);
  gst_structure_take_value (structure, "sources", &list);
}

/* Returns the name that other elements use for a counter, or %NULL. */
static const char *
get_usual_name (const char *name)
{
  static const char *const names[][2] = {
    { "delivered", "packets-received" },
    { "accepted", "packets-sent" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (name, names[i][0]))
      return names[i][1];
  return NULL;
}

static void
add_entry (GstStructure *structure, const char *name, GVariant *variant)
{
  const char *usual = get_usual_name (name);
  GValue value = G_VALUE_INIT;

  if (g_str_equal (name, "sources") && g_variant_is_of_type (variant, G_VARIANT_TYPE_STRING))
    {
      set_filter (structure, g_variant_get_string (variant, NULL));
      return;
    }
  variant_to_value (variant, name, &value);
  if (usual != NULL)
    gst_structure_set_value (structure, usual, &value);
  gst_structure_take_value (structure, name, &value);
}

/* Adds the entries of @stats, a dictionary with string keys, as fields to @structure. */
void
gst_mcast_stats_add (GstStructure *structure, GVariant *stats)
{
  GVariantIter iter;
  GVariant *entry;

  g_variant_iter_init (&iter, stats);
  while ((entry = g_variant_iter_next_value (&iter)) != NULL)
    {
      g_autoptr (GVariant) key = g_variant_get_child_value (entry, 0);
      g_autoptr (GVariant) boxed = g_variant_get_child_value (entry, 1);
      g_autoptr (GVariant) inner = NULL;

      if (g_variant_is_of_type (boxed, G_VARIANT_TYPE_VARIANT))
        inner = g_variant_get_variant (boxed);
      add_entry (structure, g_variant_get_string (key, NULL), inner != NULL ? inner : boxed);
      g_variant_unref (entry);
    }
}

/* Adds the number of bytes under the name that other elements use. */
void
gst_mcast_stats_add_usual_bytes (GstStructure *structure, const char *name)
{
  guint64 n_bytes = 0;

  if (gst_structure_get_uint64 (structure, "bytes", &n_bytes))
    gst_structure_set (structure, name, G_TYPE_UINT64, n_bytes, NULL);
}

GstStructure *
gst_mcast_stats_new (const char *name, GVariant *stats)
{
  GstStructure *structure = gst_structure_new_empty (name);

  gst_mcast_stats_add (structure, stats);
  return structure;
}
