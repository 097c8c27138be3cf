/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "process-test.h"

#include <sys/syscall.h>
#include <unistd.h>

static GHashTable *marked_threads;

guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static gboolean
is_of_glib (const char *id)
{
  static const char *const prefixes[] = { "gmain", "gdbus", "pool-" };
  g_autofree char *path = g_build_filename ("/proc/self/task", id, "comm", NULL);
  g_autofree char *name = NULL;

  /* It may have ended since. */
  if (!g_file_get_contents (path, &name, NULL, NULL))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (name, prefixes[i]))
      return TRUE;
  return FALSE;
}

guint
count_threads (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  const char *id;
  guint n = 0;

  g_assert_nonnull (dir);
  while ((id = g_dir_read_name (dir)) != NULL)
    n += !g_hash_table_contains (marked_threads, id) && !is_of_glib (id);
  return n;
}

/* Their identifiers, since a thread of GLib may have no name yet. */
void
mark_threads (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  const char *id;

  g_assert_nonnull (dir);
  marked_threads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  while ((id = g_dir_read_name (dir)) != NULL)
    g_hash_table_add (marked_threads, g_strdup (id));
}

void
set_capability (int capability, gboolean wanted)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct sets[2];
  const guint bit = 1u << capability;

  g_assert_cmpint (syscall (SYS_capget, &header, sets), ==, 0);
  if (wanted)
    sets[0].effective |= bit;
  else
    sets[0].effective &= ~bit;
  g_assert_cmpint (syscall (SYS_capset, &header, sets), ==, 0);
}

void
shortage_begin (Shortage *self)
{
  struct rlimit limit;
  int fd;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &self->before), ==, 0);
  limit = self->before;
  limit.rlim_cur = 200;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  self->taken = g_array_new (FALSE, FALSE, sizeof fd);
  while ((fd = dup (STDERR_FILENO)) >= 0)
    g_array_append_val (self->taken, fd);
}

void
shortage_end (Shortage *self)
{
  for (guint i = 0; i < self->taken->len; i++)
    close (g_array_index (self->taken, int, i));
  g_array_unref (self->taken);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &self->before), ==, 0);
}
