/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Notes when the kernel says that an interface of the program's own namespace is up and has its
 * carrier: the moment from which recovery is counted. */
typedef struct _FaultWatch FaultWatch;

FaultWatch *fault_watch_new (const char *iface);
void fault_watch_free (FaultWatch *self);

/* Forgets what was seen so far, down included. */
void fault_watch_reset (FaultWatch *self);

/* The time (g_get_monotonic_time ()) of the first such message since; fails the test if none
 * comes. */
gint64 fault_watch_wait (FaultWatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FaultWatch, fault_watch_free)

G_END_DECLS
