/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <gio/gio.h>

#include "mcast-enums.h"
#include "mcast-version-macros.h"

G_BEGIN_DECLS

#define MCAST_TYPE_GROUP (mcast_group_get_type ())

typedef struct _McastGroup McastGroup;

MCAST_AVAILABLE_IN_0_1
GType mcast_group_get_type (void) G_GNUC_CONST;

MCAST_AVAILABLE_IN_0_1
McastGroup *mcast_group_parse (const char *text, GError **error);
MCAST_AVAILABLE_IN_0_2
McastGroup *mcast_group_new (GInetAddress *address, guint port, const char *iface,
                             GPtrArray *sources, McastFilterMode mode, GError **error);
MCAST_AVAILABLE_IN_0_1
McastGroup *mcast_group_ref (McastGroup *self);
MCAST_AVAILABLE_IN_0_1
void mcast_group_unref (McastGroup *self);

MCAST_AVAILABLE_IN_0_1
char *mcast_group_to_string (McastGroup *self);
MCAST_AVAILABLE_IN_0_1
gboolean mcast_group_equal (McastGroup *self, McastGroup *other);
MCAST_AVAILABLE_IN_0_2
guint mcast_group_hash (McastGroup *self);
MCAST_AVAILABLE_IN_0_1
GInetAddress *mcast_group_get_address (McastGroup *self);
MCAST_AVAILABLE_IN_0_1
guint mcast_group_get_port (McastGroup *self);
MCAST_AVAILABLE_IN_0_1
const char *mcast_group_get_interface (McastGroup *self);
MCAST_AVAILABLE_IN_0_1
GPtrArray *mcast_group_get_sources (McastGroup *self);
MCAST_AVAILABLE_IN_0_1
McastFilterMode mcast_group_get_filter_mode (McastGroup *self);
MCAST_AVAILABLE_IN_0_1
GSocketFamily mcast_group_get_family (McastGroup *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastGroup, mcast_group_unref)

G_END_DECLS
