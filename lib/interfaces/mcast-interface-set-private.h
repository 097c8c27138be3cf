/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-interface-private.h"
#include "os/mcast-netlink-private.h"

G_BEGIN_DECLS

typedef struct _McastInterfaceSet McastInterfaceSet;

McastInterfaceSet *_mcast_interface_set_new (void);
void _mcast_interface_set_free (McastInterfaceSet *self);
void _mcast_interface_set_apply_link (McastInterfaceSet *self, const McastNetlinkLink *link);
void _mcast_interface_set_apply_address (McastInterfaceSet *self,
                                         const McastNetlinkAddress *address);
void _mcast_interface_set_begin_resync (McastInterfaceSet *self);
void _mcast_interface_set_end_resync (McastInterfaceSet *self);
GPtrArray *_mcast_interface_set_snapshot (McastInterfaceSet *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastInterfaceSet, _mcast_interface_set_free)

G_END_DECLS
