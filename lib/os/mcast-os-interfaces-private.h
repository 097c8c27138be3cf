/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "os/mcast-netlink-message-private.h"

G_BEGIN_DECLS

gboolean _mcast_os_interfaces_dump (const McastNetlinkHandler *handler, gpointer user_data,
                                    GError **error);
guint _mcast_os_interfaces_find (const McastAddress *address);

G_END_DECLS
