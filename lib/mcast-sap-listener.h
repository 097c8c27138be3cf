/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <gio/gio.h>

#include "mcast-sap-session.h"
#include "mcast-version-macros.h"

G_BEGIN_DECLS

#define MCAST_TYPE_SAP_LISTENER (mcast_sap_listener_get_type ())
MCAST_AVAILABLE_IN_0_2
G_DECLARE_FINAL_TYPE (McastSapListener, mcast_sap_listener, MCAST, SAP_LISTENER, GObject)

MCAST_AVAILABLE_IN_0_2
McastSapListener *mcast_sap_listener_new (const char *const *interfaces, GError **error);

MCAST_AVAILABLE_IN_0_2
char **mcast_sap_listener_get_interfaces (McastSapListener *self);
MCAST_AVAILABLE_IN_0_2
GVariant *mcast_sap_listener_get_stats (McastSapListener *self);
MCAST_AVAILABLE_IN_0_2
void mcast_sap_listener_close (McastSapListener *self);
MCAST_AVAILABLE_IN_0_2
gboolean mcast_sap_listener_is_closed (McastSapListener *self);

G_END_DECLS
