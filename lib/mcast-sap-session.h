/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <gio/gio.h>

#include "mcast-version-macros.h"

G_BEGIN_DECLS

#define MCAST_TYPE_SAP_SESSION (mcast_sap_session_get_type ())
MCAST_AVAILABLE_IN_0_2
G_DECLARE_FINAL_TYPE (McastSapSession, mcast_sap_session, MCAST, SAP_SESSION, GObject)

MCAST_AVAILABLE_IN_0_2
const char *mcast_sap_session_get_name (McastSapSession *self);
MCAST_AVAILABLE_IN_0_2
const char *mcast_sap_session_get_sdp (McastSapSession *self);
MCAST_AVAILABLE_IN_0_2
const char *mcast_sap_session_get_payload_type (McastSapSession *self);
MCAST_AVAILABLE_IN_0_2
GInetAddress *mcast_sap_session_get_origin (McastSapSession *self);
MCAST_AVAILABLE_IN_0_2
guint mcast_sap_session_get_message_hash (McastSapSession *self);
MCAST_AVAILABLE_IN_0_2
char **mcast_sap_session_get_interfaces (McastSapSession *self);
MCAST_AVAILABLE_IN_0_2
gint64 mcast_sap_session_get_first_seen_us (McastSapSession *self);
MCAST_AVAILABLE_IN_0_2
gint64 mcast_sap_session_get_last_seen_us (McastSapSession *self);
MCAST_AVAILABLE_IN_0_2
gint64 mcast_sap_session_get_period_us (McastSapSession *self);

G_END_DECLS
