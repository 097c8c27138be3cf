/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-source-filter-private.h"

#include <stdlib.h>

/* The sources whose datagrams of a group are wanted, or are not (RFC 3376): immutable, shared
 * between threads by reference. The scope of a source is ignored, as in the kernel: a filter is
 * that of one interface. */
struct _McastSourceFilter
{
  gatomicrefcount ref_count;
  McastFilterMode mode;
  guint n_sources;
  McastAddress sources[];
};

/* Which sources a merge keeps, by whose list they are in. */
typedef struct
{
  gboolean only_first;
  gboolean both;
  gboolean only_second;
} Selection;

static McastSourceFilter *
filter_alloc (McastFilterMode mode, gsize capacity)
{
  McastSourceFilter *self = g_malloc (sizeof *self + capacity * sizeof self->sources[0]);

  g_atomic_ref_count_init (&self->ref_count);
  self->mode = mode;
  self->n_sources = 0;
  return self;
}

static void
filter_sort (McastSourceFilter *self)
{
  guint kept = 1;

  if (self->n_sources < 2)
    return;

  qsort (self->sources, self->n_sources, sizeof self->sources[0], _mcast_address_compare);
  for (guint i = 1; i < self->n_sources; i++)
    if (!_mcast_address_equal (&self->sources[i], &self->sources[kept - 1]))
      self->sources[kept++] = self->sources[i];
  self->n_sources = kept;
}

/* Copies the sources, which may be in any order and repeated. */
McastSourceFilter *
_mcast_source_filter_new (McastFilterMode mode, const McastAddress *sources, guint n_sources)
{
  McastSourceFilter *self = filter_alloc (mode, n_sources);

  for (guint i = 0; i < n_sources; i++)
    {
      self->sources[i] = sources[i];
      self->sources[i].scope_id = 0;
    }
  self->n_sources = n_sources;
  filter_sort (self);
  return self;
}

McastSourceFilter *
_mcast_source_filter_ref (McastSourceFilter *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
_mcast_source_filter_unref (McastSourceFilter *self)
{
  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}

McastFilterMode
_mcast_source_filter_get_mode (const McastSourceFilter *self)
{
  return self->mode;
}

/* Returns the sources, owned by the filter: sorted, without duplicates and scopes. */
const McastAddress *
_mcast_source_filter_get_sources (const McastSourceFilter *self, guint *n_sources)
{
  *n_sources = self->n_sources;
  return self->sources;
}

static gboolean
filter_lists (const McastSourceFilter *self, const McastAddress *source)
{
  McastAddress key = *source;

  key.scope_id = 0;
  return bsearch (&key, self->sources, self->n_sources, sizeof self->sources[0],
                  _mcast_address_compare)
         != NULL;
}

gboolean
_mcast_source_filter_matches (const McastSourceFilter *self, const McastAddress *source)
{
  gboolean include = self->mode == MCAST_FILTER_MODE_INCLUDE;

  if (self->n_sources == 0)
    return !include;
  return filter_lists (self, source) == include;
}

gboolean
_mcast_source_filter_equal (const McastSourceFilter *a, const McastSourceFilter *b)
{
  if (a->mode != b->mode || a->n_sources != b->n_sources)
    return FALSE;

  for (guint i = 0; i < a->n_sources; i++)
    if (!_mcast_address_equal (&a->sources[i], &b->sources[i]))
      return FALSE;
  return TRUE;
}

/* Walks both sorted lists side by side; negative where only @a has the next source. */
static int
compare_heads (const McastSourceFilter *a, guint i, const McastSourceFilter *b, guint j)
{
  if (i == a->n_sources)
    return 1;
  if (j == b->n_sources)
    return -1;
  return _mcast_address_compare (&a->sources[i], &b->sources[j]);
}

static McastSourceFilter *
filter_select (McastFilterMode mode, const McastSourceFilter *a, const McastSourceFilter *b,
               Selection selection)
{
  McastSourceFilter *self = filter_alloc (mode, (gsize) a->n_sources + b->n_sources);
  guint i = 0;
  guint j = 0;

  while (i < a->n_sources || j < b->n_sources)
    {
      int order = compare_heads (a, i, b, j);
      gboolean keep = order < 0    ? selection.only_first
                      : order == 0 ? selection.both
                                   : selection.only_second;

      if (keep)
        self->sources[self->n_sources++] = order <= 0 ? a->sources[i] : b->sources[j];
      i += order <= 0;
      j += order >= 0;
    }
  return self;
}

/* Returns a filter that passes what @a or @b passes, by the rules for several sockets on one
 * interface (RFC 3376, section 3.2). */
McastSourceFilter *
_mcast_source_filter_merge (const McastSourceFilter *a, const McastSourceFilter *b)
{
  static const Selection all = { TRUE, TRUE, TRUE };
  static const Selection common = { .both = TRUE };
  static const Selection difference = { .only_first = TRUE };

  if (a->mode == MCAST_FILTER_MODE_INCLUDE && b->mode == MCAST_FILTER_MODE_INCLUDE)
    return filter_select (MCAST_FILTER_MODE_INCLUDE, a, b, all);
  if (a->mode == b->mode)
    return filter_select (MCAST_FILTER_MODE_EXCLUDE, a, b, common);
  if (a->mode == MCAST_FILTER_MODE_EXCLUDE)
    return filter_select (MCAST_FILTER_MODE_EXCLUDE, a, b, difference);
  return filter_select (MCAST_FILTER_MODE_EXCLUDE, b, a, difference);
}

/* Returns "include {10.0.0.1, 10.0.0.2}", "exclude {}", ... */
char *
_mcast_source_filter_to_string (const McastSourceFilter *self)
{
  gboolean include = self->mode == MCAST_FILTER_MODE_INCLUDE;
  GString *text = g_string_new (include ? "include {" : "exclude {");

  for (guint i = 0; i < self->n_sources; i++)
    {
      g_autofree char *source = _mcast_address_to_string (&self->sources[i]);

      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", source);
    }
  g_string_append_c (text, '}');
  return g_string_free (text, FALSE);
}
