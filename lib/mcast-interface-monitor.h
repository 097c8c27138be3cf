/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <gio/gio.h>

#include "mcast-interface.h"
#include "mcast-version-macros.h"

G_BEGIN_DECLS

#define MCAST_TYPE_INTERFACE_MONITOR (mcast_interface_monitor_get_type ())
MCAST_AVAILABLE_IN_0_1
G_DECLARE_FINAL_TYPE (McastInterfaceMonitor, mcast_interface_monitor, MCAST, INTERFACE_MONITOR,
                      GObject)

MCAST_AVAILABLE_IN_0_2
McastInterfaceMonitor *mcast_interface_monitor_get (GError **error);
MCAST_AVAILABLE_IN_0_2
McastInterface *mcast_interface_monitor_lookup_index (McastInterfaceMonitor *self, guint index);

MCAST_DEPRECATED_IN_0_2_FOR (mcast_interface_monitor_get)
McastInterfaceMonitor *mcast_interface_monitor_get_default (void);

G_END_DECLS
