/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <gio/gio.h>

#include "mcast-sap-listener.h"
#include "mcast-version-macros.h"

G_BEGIN_DECLS

#define MCAST_TYPE_SAP_ANNOUNCER (mcast_sap_announcer_get_type ())
MCAST_AVAILABLE_IN_0_2
G_DECLARE_FINAL_TYPE (McastSapAnnouncer, mcast_sap_announcer, MCAST, SAP_ANNOUNCER, GObject)

MCAST_AVAILABLE_IN_0_2
McastSapAnnouncer *mcast_sap_announcer_new (const char *const *interfaces);

MCAST_AVAILABLE_IN_0_2
guint mcast_sap_announcer_add (McastSapAnnouncer *self, const char *sdp, GError **error);
MCAST_AVAILABLE_IN_0_2
gboolean mcast_sap_announcer_update (McastSapAnnouncer *self, guint id, const char *sdp,
                                     GError **error);
MCAST_AVAILABLE_IN_0_2
gboolean mcast_sap_announcer_remove (McastSapAnnouncer *self, guint id, GError **error);

MCAST_AVAILABLE_IN_0_2
void mcast_sap_announcer_set_min_interval_us (McastSapAnnouncer *self, gint64 min_interval_us);
MCAST_AVAILABLE_IN_0_2
gint64 mcast_sap_announcer_get_min_interval_us (McastSapAnnouncer *self);
MCAST_AVAILABLE_IN_0_2
char **mcast_sap_announcer_get_interfaces (McastSapAnnouncer *self);
MCAST_AVAILABLE_IN_0_2
GVariant *mcast_sap_announcer_get_stats (McastSapAnnouncer *self);
MCAST_AVAILABLE_IN_0_2
void mcast_sap_announcer_close (McastSapAnnouncer *self);
MCAST_AVAILABLE_IN_0_2
gboolean mcast_sap_announcer_is_closed (McastSapAnnouncer *self);

G_END_DECLS
