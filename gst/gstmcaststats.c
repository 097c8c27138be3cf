/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcaststats.h"

#include <string.h>

#include <gio/gio.h>

#include "gstmcastleggroup.h"

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

/* --- Legs ------------------------------------------------------------------------------------ */

/* Returns the statistics of a path with the name of its leg, one of @groups. @known: as in
 * gst_mcast_leg_groups_find() */
static GVariant *
add_leg (GVariant *path, GPtrArray *groups, GPtrArray **known)
{
  const char *group = "";
  const char *iface = "";
  guint port = 0;
  guint index = 0;
  const char *leg;
  GVariantDict dict;

  g_variant_lookup (path, "group", "&s", &group);
  g_variant_lookup (path, "port", "u", &port);
  g_variant_lookup (path, "interface", "&s", &iface);
  g_variant_lookup (path, "interface-index", "u", &index);
  leg = gst_mcast_leg_groups_find (groups, group, port, iface, index, known);
  g_variant_dict_init (&dict, path);
  if (leg != NULL)
    g_variant_dict_insert (&dict, "leg", "s", leg);
  return g_variant_dict_end (&dict);
}

/* Adds the paths of @stats to @builder, with the names of their legs unless @groups is %NULL. */
static void
append_paths (GVariantBuilder *builder, GVariant *stats, GPtrArray *groups)
{
  g_autoptr (GVariant) paths = g_variant_lookup_value (stats, "paths", G_VARIANT_TYPE ("aa{sv}"));
  g_autoptr (GPtrArray) known = NULL;
  gsize n = paths != NULL ? g_variant_n_children (paths) : 0;

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) path = g_variant_get_child_value (paths, i);

      g_variant_builder_add_value (builder, groups != NULL ? add_leg (path, groups, &known) : path);
    }
}

/* Returns @stats with the name of its leg in each path. */
GVariant *
gst_mcast_stats_add_legs (GVariant *stats, GPtrArray *groups)
{
  GVariantBuilder paths;
  GVariantDict dict;

  g_variant_builder_init (&paths, G_VARIANT_TYPE ("aa{sv}"));
  append_paths (&paths, stats, groups);
  g_variant_dict_init (&dict, stats);
  g_variant_dict_insert_value (&dict, "paths", g_variant_builder_end (&paths));
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

/* Adds the counters of @stats to those of @sum. */
static void
add_counters (GVariantDict *sum, GVariant *stats)
{
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_variant_iter_init (&iter, stats);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      guint64 count = 0;

      if (!g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
        g_variant_dict_insert_value (sum, name, value);
      else
        {
          g_variant_dict_lookup (sum, name, "t", &count);
          g_variant_dict_insert (sum, name, "t", count + g_variant_get_uint64 (value));
        }
      g_variant_unref (value);
    }
}

/* Returns the sums of the counters of several sockets, and all of their paths. */
GVariant *
gst_mcast_stats_sum (GPtrArray *stats)
{
  GVariantBuilder paths;
  GVariantDict sum;

  g_variant_dict_init (&sum, NULL);
  g_variant_builder_init (&paths, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < stats->len; i++)
    {
      add_counters (&sum, g_ptr_array_index (stats, i));
      append_paths (&paths, g_ptr_array_index (stats, i), NULL);
    }
  g_variant_dict_insert_value (&sum, "paths", g_variant_builder_end (&paths));
  return g_variant_ref_sink (g_variant_dict_end (&sum));
}
