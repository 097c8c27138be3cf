/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-address-private.h"
#include "mcast-source-filter-private.h"

G_BEGIN_DECLS

guint _mcast_igmp_count_users (const McastAddress *group, guint index);
gboolean _mcast_igmp_reports_filters (const McastAddress *group, guint index);
gboolean _mcast_igmp_report (const McastAddress *group, guint index, McastSourceFilter *filter);

G_END_DECLS
