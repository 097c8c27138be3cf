/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* A group that the kernel has joined on an interface. */
typedef struct
{
  guint interface_index;
  GInetAddress *group;
  guint users; /* sockets, and the kernel itself for its own groups */
} Membership;

void membership_free (Membership *self);

/* All memberships of the machine, IPv4 first. */
GPtrArray *memberships_list (void);

/* The version of IGMP that is spoken on an interface, 1 to 3, or 0 when the kernel does not say. */
guint memberships_get_igmp_version (guint interface_index);
