/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "os/mcast-os-socket-private.h"

G_BEGIN_DECLS

/* An OS socket to send with. A call that waits for it holds a reference, so that it stays open
 * when its owner closes. */
typedef struct _McastTxEndpoint McastTxEndpoint;

McastTxEndpoint *_mcast_tx_endpoint_new (const McastOsTxOptions *options, GError **error);
McastTxEndpoint *_mcast_tx_endpoint_new_shared (int fd, int family, GError **error);
McastTxEndpoint *_mcast_tx_endpoint_ref (McastTxEndpoint *self);
void _mcast_tx_endpoint_unref (McastTxEndpoint *self);
int _mcast_tx_endpoint_get_fd (McastTxEndpoint *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastTxEndpoint, _mcast_tx_endpoint_unref)

G_END_DECLS
