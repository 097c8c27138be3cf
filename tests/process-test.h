/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a test asks of its own process: what it holds, and what it may do. */

#include <glib.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

G_BEGIN_DECLS

static inline guint
count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static inline guint
count_descriptors (void)
{
  return count_entries ("/proc/self/fd");
}

static inline guint
count_threads (void)
{
  return count_entries ("/proc/self/task");
}

/* CAP_NET_RAW or another below 32, of the calling thread and of those that it makes. It can be had
 * again by who had it. */
static inline void
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

G_END_DECLS
