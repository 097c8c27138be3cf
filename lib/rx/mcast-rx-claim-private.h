/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The right to receive from a socket, which one call has, or the asynchronous requests of one main
 * context. All zero bytes if nobody has it. */
typedef struct
{
  /* -1 for a call in progress, else the number of requests; atomic. */
  gint n_requests;
  /* The context of the requests. Only compared, never used. */
  GMainContext *context;
} McastRxClaim;

gboolean _mcast_rx_claim_begin_call (McastRxClaim *self, GError **error);
void _mcast_rx_claim_end_call (McastRxClaim *self);
gboolean _mcast_rx_claim_begin_request (McastRxClaim *self, GMainContext *context, GError **error);
void _mcast_rx_claim_end_request (McastRxClaim *self);

G_END_DECLS
