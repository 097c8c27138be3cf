/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-address-private.h"

G_BEGIN_DECLS

#define MCAST_SAP_PORT 9875

const char *const *_mcast_sap_scope_list_groups (GSocketFamily family);
void _mcast_sap_scope_find_group (const McastAddress *session, McastAddress *group);

G_END_DECLS
