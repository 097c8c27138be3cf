/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fault-figures.h"

#include <stdio.h>

struct _FaultFigures
{
  char *row;
  char *subject;
  char *variant;
  GArray *times;
  guint never;
  GString *others;
};

FaultFigures *
fault_figures_new (const char *row, const char *subject, const char *variant)
{
  FaultFigures *self = g_new0 (FaultFigures, 1);

  self->row = g_strdup (row);
  self->subject = g_strdup (subject);
  self->variant = g_strdup (variant);
  self->times = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->others = g_string_new (NULL);
  return self;
}

void
fault_figures_add_time (FaultFigures *self, gint64 us)
{
  g_array_append_val (self->times, us);
}

void
fault_figures_add_never (FaultFigures *self)
{
  self->never++;
}

guint
fault_figures_get_never (FaultFigures *self)
{
  return self->never;
}

void
fault_figures_set (FaultFigures *self, const char *name, gint64 value)
{
  g_string_append_printf (self->others, ", \"%s\": %" G_GINT64_FORMAT, name, value);
}

static gint
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *) a;
  gint64 right = *(const gint64 *) b;

  return left < right ? -1 : left > right;
}

/* The smallest time that this percentage did not exceed. */
static gint64
percentile (FaultFigures *self, guint percent)
{
  guint rank = (self->times->len * percent + 99) / 100;

  return g_array_index (self->times, gint64, MAX (rank, 1) - 1);
}

static char *
to_json (FaultFigures *self)
{
  GString *text = g_string_new (NULL);

  g_array_sort (self->times, compare_times);
  g_string_append_printf (text, "{\"row\": \"%s\", \"subject\": \"%s\", \"variant\": \"%s\"",
                          self->row, self->subject, self->variant);
  g_string_append_printf (text, ", \"runs\": %u, \"never\": %u", self->times->len + self->never,
                          self->never);
  if (self->times->len > 0)
    g_string_append_printf (text,
                            ", \"p50_us\": %" G_GINT64_FORMAT ", \"p99_us\": %" G_GINT64_FORMAT
                            ", \"worst_us\": %" G_GINT64_FORMAT,
                            percentile (self, 50), percentile (self, 99), percentile (self, 100));
  g_string_append_printf (text, "%s}", self->others->str);
  return g_string_free (text, FALSE);
}

static void
append_line (const char *path, const char *line)
{
  FILE *file = fopen (path, "a");

  g_assert_nonnull (file);
  fprintf (file, "%s\n", line);
  fclose (file);
}

void
fault_figures_finish (FaultFigures *self)
{
  const char *path = g_getenv ("MCAST_FAULTS_JSON");
  g_autofree char *line = to_json (self);

  g_test_message ("%s", line);
  if (path != NULL)
    append_line (path, line);
  g_free (self->row);
  g_free (self->subject);
  g_free (self->variant);
  g_array_unref (self->times);
  g_string_free (self->others, TRUE);
  g_free (self);
}
