/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-address-private.h"
#include "mcast-group.h"
#include "mcast-source-filter-private.h"

G_BEGIN_DECLS

const McastAddress *_mcast_group_address (McastGroup *self);
McastSourceFilter *_mcast_group_filter (McastGroup *self);
char *_mcast_group_format (const McastAddress *group, guint port, const char *iface,
                           McastSourceFilter *filter);
GPtrArray *_mcast_group_parse_list (const char *const *texts, GError **error);

G_END_DECLS
