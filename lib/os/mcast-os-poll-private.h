/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _McastOsPoll McastOsPoll;

McastOsPoll *_mcast_os_poll_new (GError **error);
McastOsPoll *_mcast_os_poll_ref (McastOsPoll *self);
void _mcast_os_poll_unref (McastOsPoll *self);
int _mcast_os_poll_get_fd (McastOsPoll *self);
gboolean _mcast_os_poll_add (McastOsPoll *self, int fd, gpointer data, GError **error);
void _mcast_os_poll_remove (McastOsPoll *self, int fd);
void _mcast_os_poll_wake (McastOsPoll *self);
guint _mcast_os_poll_get_ready (McastOsPoll *self, gpointer *ready, guint max);
gboolean _mcast_os_poll_wait (McastOsPoll *self, gint64 deadline, GCancellable *cancellable,
                              GError **error);
gboolean _mcast_os_poll_pause (McastOsPoll *self, gint64 end, GCancellable *cancellable,
                               GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastOsPoll, _mcast_os_poll_unref)

G_END_DECLS
