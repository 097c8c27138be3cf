/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint _mcast_os_get_n_forks (void);
void _mcast_os_at_fork (void (*prepare) (void), void (*parent) (void), void (*child) (void));

G_END_DECLS
