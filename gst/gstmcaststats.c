/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcaststats.h"

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
      const char *name = g_variant_get_string (key, NULL);
      GValue value = G_VALUE_INIT;

      if (g_variant_is_of_type (boxed, G_VARIANT_TYPE_VARIANT))
        inner = g_variant_get_variant (boxed);
      variant_to_value (inner != NULL ? inner : boxed, name, &value);
      gst_structure_take_value (structure, name, &value);
      g_variant_unref (entry);
    }
}

GstStructure *
gst_mcast_stats_new (const char *name, GVariant *stats)
{
  GstStructure *structure = gst_structure_new_empty (name);

  gst_mcast_stats_add (structure, stats);
  return structure;
}
