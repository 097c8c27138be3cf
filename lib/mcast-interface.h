/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <gio/gio.h>

#include "mcast-version-macros.h"

G_BEGIN_DECLS

#define MCAST_TYPE_INTERFACE (mcast_interface_get_type ())
MCAST_AVAILABLE_IN_0_1
G_DECLARE_FINAL_TYPE (McastInterface, mcast_interface, MCAST, INTERFACE, GObject)

MCAST_AVAILABLE_IN_0_1
GPtrArray *mcast_interface_list (GError **error);
MCAST_AVAILABLE_IN_0_1
GPtrArray *mcast_interface_find (const char *const *specifiers, GPtrArray *known, GError **error);
MCAST_AVAILABLE_IN_0_2
McastInterface *mcast_interface_lookup (const char *specifier, GError **error);
MCAST_AVAILABLE_IN_0_1
McastInterface *mcast_interface_get_default (GSocketFamily family, GError **error);

MCAST_AVAILABLE_IN_0_1
const char *mcast_interface_get_name (McastInterface *self);
MCAST_AVAILABLE_IN_0_1
guint mcast_interface_get_index (McastInterface *self);
MCAST_AVAILABLE_IN_0_1
guint mcast_interface_get_mtu (McastInterface *self);
MCAST_AVAILABLE_IN_0_1
const char *mcast_interface_get_hardware_address (McastInterface *self);
MCAST_AVAILABLE_IN_0_1
GPtrArray *mcast_interface_get_addresses (McastInterface *self);
MCAST_AVAILABLE_IN_0_2
const char *mcast_interface_get_master (McastInterface *self);
MCAST_AVAILABLE_IN_0_2
const char *const *mcast_interface_get_alt_names (McastInterface *self);
MCAST_AVAILABLE_IN_0_2
const char *mcast_interface_get_kind (McastInterface *self);
MCAST_AVAILABLE_IN_0_1
gboolean mcast_interface_is_up (McastInterface *self);
MCAST_AVAILABLE_IN_0_1
gboolean mcast_interface_is_running (McastInterface *self);
MCAST_AVAILABLE_IN_0_1
gboolean mcast_interface_is_loopback (McastInterface *self);
MCAST_AVAILABLE_IN_0_1
gboolean mcast_interface_is_multicast (McastInterface *self);
MCAST_AVAILABLE_IN_0_1
gboolean mcast_interface_is_point_to_point (McastInterface *self);

G_END_DECLS
