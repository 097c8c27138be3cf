/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gint64 _mcast_os_now (void);
void _mcast_os_sleep (gint64 nanoseconds, GCancellable *cancellable);
void _mcast_os_wait_writable (const int *fds, guint n, gint64 nanoseconds,
                              GCancellable *cancellable);
gboolean _mcast_os_is_writable (int fd);

G_END_DECLS
