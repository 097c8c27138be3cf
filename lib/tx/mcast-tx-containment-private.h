/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tx/mcast-tx-path-private.h"

G_BEGIN_DECLS

/* The memberships that keep datagrams with a time to live of 0 inside the machine. The kernel sends
 * them out of an interface all the same, unless the machine is a member of their group there. */
typedef struct _McastTxContainment McastTxContainment;

McastTxContainment *_mcast_tx_containment_new (void);
void _mcast_tx_containment_free (McastTxContainment *self);
gboolean _mcast_tx_containment_update (McastTxContainment *self, GPtrArray *paths, guint ttl,
                                       GError **error);
gboolean _mcast_tx_containment_holds (McastTxContainment *self, const McastTxPath *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastTxContainment, _mcast_tx_containment_free)

G_END_DECLS
