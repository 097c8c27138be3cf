/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tx/mcast-pacer-private.h"
#include "tx/mcast-tx-endpoint-private.h"
#include "tx/mcast-tx-path-private.h"
#include "mcast-tx-message.h"

G_BEGIN_DECLS

/* Puts messages on paths and accounts for each datagram. One thread at a time. */
typedef struct _McastSender McastSender;

/* What a call of the sender works with. */
typedef struct
{
  GPtrArray *paths;
  McastTxEndpoint *ipv4;
  McastTxEndpoint *ipv6;
  McastPacer *pacer;
  GCancellable *cancellable;
} McastSenderJob;

McastSender *_mcast_sender_new (GMutex *counters_lock, gint *closed);
void _mcast_sender_free (McastSender *self);
gint _mcast_sender_send (McastSender *self, const McastSenderJob *job,
                         const McastTxMessage *messages, guint n_messages, GError **error);

G_END_DECLS
