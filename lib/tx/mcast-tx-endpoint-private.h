/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An OS socket to send with. A path holds a reference, so that it stays open for a call that sends
 * on the path when its owner closes. */
typedef struct _McastTxEndpoint McastTxEndpoint;

McastTxEndpoint *_mcast_tx_endpoint_new (int fd, int family);
McastTxEndpoint *_mcast_tx_endpoint_new_shared (int fd, int family);
McastTxEndpoint *_mcast_tx_endpoint_ref (McastTxEndpoint *self);
void _mcast_tx_endpoint_unref (McastTxEndpoint *self);
int _mcast_tx_endpoint_get_fd (McastTxEndpoint *self);
int _mcast_tx_endpoint_get_family (McastTxEndpoint *self);
void _mcast_tx_endpoint_set_congested (McastTxEndpoint *self, gboolean congested);
gboolean _mcast_tx_endpoint_is_congested (McastTxEndpoint *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastTxEndpoint, _mcast_tx_endpoint_unref)

G_END_DECLS
