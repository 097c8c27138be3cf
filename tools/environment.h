/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The environment variables of the Python package `multicast`. An invalid value is ignored with a
 * warning. */

guint environment_get_port (void);
guint environment_get_ttl (void);
gsize environment_get_buffer_size (void);
const char *environment_get_group (void);

/* Returns the groups of MULTICAST_GROUPS and, to receive, of MULTICAST_BIND_ADDR. */
char **environment_dup_groups (gboolean receives);
