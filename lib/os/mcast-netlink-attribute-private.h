/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "mcast-address-private.h"

G_BEGIN_DECLS

struct nlattr;
struct nlmsghdr;

gboolean _mcast_netlink_collect_attributes (const struct nlmsghdr *header, gsize size,
                                            const struct nlattr **attributes, guint n_attributes);
gboolean _mcast_netlink_read_u32 (const struct nlattr *attribute, guint32 *value);
gboolean _mcast_netlink_read_address (const struct nlattr *attribute, int family,
                                      McastAddress *address);

G_END_DECLS
