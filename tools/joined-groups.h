/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* A group that is joined on an interface. */
typedef struct
{
  guint interface_index;
  GInetAddress *group;
  guint users; /* sockets, and the kernel for its own groups */
} JoinedGroup;

void joined_group_free (JoinedGroup *self);

/* Lists the joined groups of the machine, IPv4 first. Warns if the kernel does not list them. */
GPtrArray *joined_groups_list (void);

/* Returns the version of IGMP in use on an interface, 1 to 3, or 0 if it is unknown. */
guint joined_groups_get_igmp_version (guint interface_index);
