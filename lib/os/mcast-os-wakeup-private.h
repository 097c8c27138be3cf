/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _McastOsWakeup McastOsWakeup;

McastOsWakeup *_mcast_os_wakeup_new (GError **error);
void _mcast_os_wakeup_free (McastOsWakeup *self);
void _mcast_os_wakeup_wait (McastOsWakeup *self, int fd, gint64 deadline);
void _mcast_os_wakeup_signal (McastOsWakeup *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastOsWakeup, _mcast_os_wakeup_free)

G_END_DECLS
