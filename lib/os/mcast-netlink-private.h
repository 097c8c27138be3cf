/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "os/mcast-netlink-message-private.h"

G_BEGIN_DECLS

typedef enum
{
  MCAST_NETLINK_DRAINED,
  MCAST_NETLINK_MORE,
  MCAST_NETLINK_OVERRUN,
  MCAST_NETLINK_FAILED,
} McastNetlinkStatus;

typedef struct _McastNetlink McastNetlink;

McastNetlink *_mcast_netlink_new (GError **error);
void _mcast_netlink_free (McastNetlink *self);
int _mcast_netlink_get_fd (McastNetlink *self);
McastNetlinkStatus _mcast_netlink_read (McastNetlink *self, const McastNetlinkHandler *handler,
                                        gpointer user_data, GError **error);
gboolean _mcast_netlink_discard (McastNetlink *self, GError **error);
void _mcast_netlink_parse (gconstpointer data, gsize length, const McastNetlinkHandler *handler,
                           gpointer user_data);

gboolean _mcast_netlink_dump (const McastNetlinkHandler *handler, gpointer user_data,
                              GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastNetlink, _mcast_netlink_free)

G_END_DECLS
