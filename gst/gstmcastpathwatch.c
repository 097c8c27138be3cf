/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastpathwatch.h"

/* Detects from the counters of a sending socket which paths start to fail or work again, so that
 * each change is reported once, however many datagrams were lost. */
struct _GstMcastPathWatch
{
  GHashTable *paths; /* text to Path */
};

typedef struct
{
  guint64 accepted;
  guint64 refused;
  GVariant *errors;
  gboolean failing;
} Path;

static void
path_free (gpointer data)
{
  Path *path = data;

  g_clear_pointer (&path->errors, g_variant_unref);
  g_free (path);
}

GstMcastPathWatch *
gst_mcast_path_watch_new (void)
{
  GstMcastPathWatch *self = g_new0 (GstMcastPathWatch, 1);

  self->paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, path_free);
  return self;
}

void
gst_mcast_path_watch_free (GstMcastPathWatch *self)
{
  g_hash_table_unref (self->paths);
  g_free (self);
}

static guint64
lookup_count (GVariant *dictionary, const char *name)
{
  guint64 count = 0;

  if (dictionary != NULL)
    g_variant_lookup (dictionary, name, "t", &count);
  return count;
}

/* Returns the name of the errno whose count grew most since @before. */
static char *
find_reason (GVariant *before, GVariant *now)
{
  GVariantIter iter;
  const char *name;
  guint64 count;
  guint64 max_growth = 0;
  char *reason = NULL;

  if (now == NULL)
    return NULL;
  g_variant_iter_init (&iter, now);
  while (g_variant_iter_next (&iter, "{&st}", &name, &count))
    if (count - lookup_count (before, name) > max_growth)
      {
        max_growth = count - lookup_count (before, name);
        g_free (reason);
        reason = g_strdup (name);
      }
  return reason;
}

/* Returns why a path fails: the error of the socket, or else the name of the errno. */
static char *
describe_reason (GVariant *stats, GVariant *errors_before, GVariant *errors)
{
  char *reason = NULL;

  if (g_variant_lookup (stats, "error", "s", &reason))
    return reason;
  return find_reason (errors_before, errors);
}

static GstStructure *
describe (const char *name, GVariant *stats, const char *reason)
{
  GstStructure *structure = gst_structure_new_empty (name);
  const char *group = "";
  const char *iface = "";
  const char *leg = NULL;
  guint port = 0;
  guint index = 0;

  g_variant_lookup (stats, "group", "&s", &group);
  g_variant_lookup (stats, "port", "u", &port);
  g_variant_lookup (stats, "interface", "&s", &iface);
  g_variant_lookup (stats, "interface-index", "u", &index);
  gst_structure_set (structure, "group", G_TYPE_STRING, group, "port", G_TYPE_UINT, port,
                     "interface", G_TYPE_STRING, iface, "interface-index", G_TYPE_UINT, index,
                     NULL);
  if (g_variant_lookup (stats, "leg", "&s", &leg))
    gst_structure_set (structure, "leg", G_TYPE_STRING, leg, NULL);
  if (reason != NULL)
    gst_structure_set (structure, "error", G_TYPE_STRING, reason, NULL);
  return structure;
}

static Path *
find_path (GstMcastPathWatch *self, GVariant *stats)
{
  const char *group = "";
  const char *iface = "";
  const char *leg = "";
  guint port = 0;
  g_autofree char *key = NULL;
  Path *path;

  g_variant_lookup (stats, "group", "&s", &group);
  g_variant_lookup (stats, "port", "u", &port);
  g_variant_lookup (stats, "interface", "&s", &iface);
  g_variant_lookup (stats, "leg", "&s", &leg);
  key = g_strdup_printf ("%s %u %s %s", group, port, iface, leg);
  path = g_hash_table_lookup (self->paths, key);
  if (path == NULL)
    {
      path = g_new0 (Path, 1);
      g_hash_table_insert (self->paths, g_steal_pointer (&key), path);
    }
  return path;
}

/* Returns how many datagrams the path refused, without the too large ones, which are not the
 * fault of a path. */
static guint64
count_refused (GVariant *stats, GVariant *errors)
{
  return lookup_count (stats, "refused") - lookup_count (errors, "EMSGSIZE");
}

/* Returns the change of a path, or %NULL. A path fails if everything was refused since the last
 * call, and works if anything was accepted. The state of an idle path does not change. */
static GstStructure *
update_path (GstMcastPathWatch *self, GVariant *stats)
{
  Path *path = find_path (self, stats);
  guint64 accepted = lookup_count (stats, "accepted");
  g_autoptr (GVariant) errors = g_variant_lookup_value (stats, "errors", NULL);
  guint64 refused = count_refused (stats, errors);
  g_autofree char *reason = describe_reason (stats, path->errors, errors);
  gboolean failing = path->failing;
  GstStructure *change = NULL;

  if (accepted != path->accepted)
    failing = FALSE;
  else if (refused != path->refused)
    failing = TRUE;
  if (failing != path->failing)
    change = describe (failing ? GST_MCAST_PATH_FAILED : GST_MCAST_PATH_RECOVERED, stats,
                       failing ? reason : NULL);

  path->failing = failing;
  path->accepted = accepted;
  path->refused = refused;
  g_clear_pointer (&path->errors, g_variant_unref);
  path->errors = g_steal_pointer (&errors);
  return change;
}

/* Returns the changes since the last call, as structures with one of the names in the header. */
GPtrArray *
gst_mcast_path_watch_update (GstMcastPathWatch *self, GVariant *stats)
{
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_structure_free);
  g_autoptr (GVariant) paths = g_variant_lookup_value (stats, "paths", G_VARIANT_TYPE ("aa{sv}"));
  gsize n = paths != NULL ? g_variant_n_children (paths) : 0;

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) path = g_variant_get_child_value (paths, i);
      GstStructure *change = update_path (self, path);

      if (change != NULL)
        g_ptr_array_add (changes, change);
    }
  return changes;
}
