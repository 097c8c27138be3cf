/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "statistics.h"

#include <string.h>

/* Totals before their parts, and the identity of a path before its counters. */
static const char *const order[] = {
  "group",     "port",     "interface", "interface-index", "sources",  "state",
  "error",     "arrived",  "delivered", "kernel-dropped",  "filtered", "duplicates",
  "attempted", "accepted", "refused",   "bytes",           "errors",
};

static guint
get_rank (const char *key)
{
  guint rank = 0;

  while (rank < G_N_ELEMENTS (order) && strcmp (order[rank], key) != 0)
    rank++;
  /* The list of paths comes last. */
  return strcmp (key, "paths") == 0 ? G_MAXUINT : rank;
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const char *left;
  const char *right;
  guint left_rank;
  guint right_rank;

  g_variant_get_child (*(GVariant *const *) a, 0, "&s", &left);
  g_variant_get_child (*(GVariant *const *) b, 0, "&s", &right);
  left_rank = get_rank (left);
  right_rank = get_rank (right);
  if (left_rank != right_rank)
    return left_rank < right_rank ? -1 : 1;
  return strcmp (left, right);
}

/* Returns the entries of a dictionary whose keys are strings, in order. */
static GPtrArray *
sort_entries (GVariant *dictionary)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);

  for (gsize i = 0; i < g_variant_n_children (dictionary); i++)
    g_ptr_array_add (entries, g_variant_get_child_value (dictionary, i));
  g_ptr_array_sort (entries, compare_entries);
  return entries;
}

static GVariant *
order_counts (GVariant *counts)
{
  g_autoptr (GPtrArray) entries = sort_entries (counts);

  return g_variant_new_array (G_VARIANT_TYPE ("{st}"), (GVariant *const *) entries->pdata,
                              entries->len);
}

static GVariant *
order_value (GVariant *value)
{
  GVariantBuilder builder;
  GVariantIter iter;
  GVariant *child;

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
    return statistics_in_order (value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE ("a{st}")))
    return order_counts (value);
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE ("aa{sv}")))
    return value;
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  g_variant_iter_init (&iter, value);
  while ((child = g_variant_iter_next_value (&iter)) != NULL)
    {
      g_variant_builder_add_value (&builder, statistics_in_order (child));
      g_variant_unref (child);
    }
  return g_variant_builder_end (&builder);
}

GVariant *
statistics_in_order (GVariant *stats)
{
  g_autoptr (GPtrArray) entries = sort_entries (stats);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; i < entries->len; i++)
    {
      g_autoptr (GVariant) value = NULL;
      const char *key;

      g_variant_get (entries->pdata[i], "{&sv}", &key, &value);
      g_variant_builder_add (&builder, "{sv}", key, order_value (value));
    }
  return g_variant_builder_end (&builder);
}
