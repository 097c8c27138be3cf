/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GSource *_mcast_socket_source_new (GObject *socket, GCancellable *cancellable);
void _mcast_socket_source_watch (GSource *source, int fd, GIOCondition condition, gpointer owner,
                                 GDestroyNotify release);

G_END_DECLS
