/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx/mcast-rx-claim-private.h"

#define CALL_IN_PROGRESS (-1)

static gboolean
set_pending_error (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                       "Another thread or main context is receiving on this socket; receive from "
                       "one thread at a time");
  return FALSE;
}

/* Begins a call that receives. Fails with G_IO_ERROR_PENDING beside any other. */
gboolean
_mcast_rx_claim_begin_call (McastRxClaim *self, GError **error)
{
  return g_atomic_int_compare_and_exchange (&self->n_requests, 0, CALL_IN_PROGRESS)
         || set_pending_error (error);
}

void
_mcast_rx_claim_end_call (McastRxClaim *self)
{
  g_atomic_int_set (&self->n_requests, 0);
}

/* Adds a request of @context. Fails with G_IO_ERROR_PENDING beside a call, or requests of another
 * context. Requests begin under the lock of the socket; calls and ends do not need it. */
gboolean
_mcast_rx_claim_begin_request (McastRxClaim *self, GMainContext *context, GError **error)
{
  gint n;

  do
    {
      n = g_atomic_int_get (&self->n_requests);
      if (n == CALL_IN_PROGRESS || (n > 0 && self->context != context))
        return set_pending_error (error);
    }
  while (!g_atomic_int_compare_and_exchange (&self->n_requests, n, n + 1));
  self->context = context;
  return TRUE;
}

void
_mcast_rx_claim_end_request (McastRxClaim *self)
{
  g_atomic_int_add (&self->n_requests, -1);
}
