/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-address-private.h"

G_BEGIN_DECLS

char *_mcast_sap_sdp_dup_name (const char *sdp);
char *_mcast_sap_sdp_dup_identity (const char *sdp);
char *_mcast_sap_sdp_dup_origin_line (const char *sdp);
gboolean _mcast_sap_sdp_find_origin (const char *sdp, McastAddress *address);
gboolean _mcast_sap_sdp_find_group (const char *sdp, McastAddress *group);

G_END_DECLS
