/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gint64 _mcast_sap_schedule_get_interval_us (gint64 min_interval_us, guint n_ads, gsize ad_size);
gint64 _mcast_sap_schedule_get_delay_us (gint64 interval_us, double random);

G_END_DECLS
