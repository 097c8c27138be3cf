/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-route-private.h"
#include "os/mcast-netlink-client-private.h"

G_BEGIN_DECLS

gboolean _mcast_netlink_find_route (McastNetlinkClient *client, const McastRouteQuestion *question,
                                    McastRoute *route, GError **error);

G_END_DECLS
