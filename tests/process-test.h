/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a test asks of its own process: what it holds, and what it may do. */

#include <glib.h>
#include <linux/capability.h>
#include <sys/resource.h>

G_BEGIN_DECLS

guint count_descriptors (void);

/* How many threads were started after mark_threads () and are still there, without the ones that
 * GLib starts for itself. A sanitizer has started its own by then. A thread that was joined is
 * counted for a moment longer: netns_assert_soon (count_threads () == 0); */
guint count_threads (void);

/* No thread that is there now counts. netns_init () calls it; a program without namespaces calls it
 * itself, before it counts. */
void mark_threads (void);

/* Takes CAP_NET_RAW, or another capability below 32, from the calling thread and from the threads
 * that it starts, or gives it back. */
void set_capability (int capability, gboolean wanted);

/* A time in which the process has no descriptor left. */
typedef struct
{
  struct rlimit before;
  GArray *taken;
} Shortage;

void shortage_begin (Shortage *self);
void shortage_end (Shortage *self);

G_END_DECLS
