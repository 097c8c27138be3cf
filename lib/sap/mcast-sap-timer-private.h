/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GSource *_mcast_sap_timer_new (void);
void _mcast_sap_timer_set_no_later_than (GSource *timer, gint64 time_us);

G_END_DECLS
