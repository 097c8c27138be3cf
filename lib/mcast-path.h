/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <gio/gio.h>

#include "mcast-enums.h"
#include "mcast-interface.h"
#include "mcast-version-macros.h"

G_BEGIN_DECLS

#define MCAST_TYPE_PATH (mcast_path_get_type ())
MCAST_AVAILABLE_IN_0_2
G_DECLARE_FINAL_TYPE (McastPath, mcast_path, MCAST, PATH, GObject)

MCAST_AVAILABLE_IN_0_2
guint mcast_path_get_id (McastPath *self);
MCAST_AVAILABLE_IN_0_2
const char *mcast_path_get_group (McastPath *self);
MCAST_AVAILABLE_IN_0_2
const char *mcast_path_get_interface_name (McastPath *self);
MCAST_AVAILABLE_IN_0_2
McastInterface *mcast_path_get_interface (McastPath *self);
MCAST_AVAILABLE_IN_0_2
GInetSocketAddress *mcast_path_get_local_address (McastPath *self);
MCAST_AVAILABLE_IN_0_2
McastPathState mcast_path_get_state (McastPath *self);
MCAST_AVAILABLE_IN_0_2
const GError *mcast_path_get_error (McastPath *self);
MCAST_AVAILABLE_IN_0_2
gboolean mcast_path_has_counter (McastPath *self, const char *name);
MCAST_AVAILABLE_IN_0_2
guint64 mcast_path_get_counter (McastPath *self, const char *name);
MCAST_AVAILABLE_IN_0_2
char **mcast_path_list_counters (McastPath *self);
MCAST_AVAILABLE_IN_0_2
char **mcast_path_list_unavailable (McastPath *self);

G_END_DECLS
