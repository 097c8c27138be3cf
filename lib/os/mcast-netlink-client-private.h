/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

struct nlmsghdr;

typedef struct _McastNetlinkClient McastNetlinkClient;

/* Called with each message of an answer. Returns what libmnl expects of a callback. */
typedef int (*McastNetlinkFunc) (const struct nlmsghdr *header, void *user_data);

gboolean _mcast_netlink_means_forbidden (int code);
gboolean _mcast_netlink_is_forbidden (void);
McastNetlinkClient *_mcast_netlink_client_new (GError **error);
void _mcast_netlink_client_free (McastNetlinkClient *self);
int _mcast_netlink_client_ask (McastNetlinkClient *self, struct nlmsghdr *request,
                               McastNetlinkFunc func, gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastNetlinkClient, _mcast_netlink_client_free)

G_END_DECLS
