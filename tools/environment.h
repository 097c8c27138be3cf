/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The variables MULTICAST_*, those of the Python package `multicast`. A value that is not valid is
 * left out with a warning. */

guint environment_get_port (void);
guint environment_get_ttl (void);
gsize environment_get_buffer_size (void);
const char *environment_get_group (void);

/* Returns the groups of MULTICAST_GROUPS and, to receive, of MULTICAST_BIND_ADDR. */
char **environment_dup_groups (gboolean receives);
