/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "tx/mcast-tx-endpoint-private.h"

struct _McastTxEndpoint
{
  gatomicrefcount ref_count;
  int fd;
  gboolean owns_fd;
};

static McastTxEndpoint *
endpoint_new (int fd, gboolean owns_fd)
{
  McastTxEndpoint *self = g_new0 (McastTxEndpoint, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->fd = fd;
  self->owns_fd = owns_fd;
  return self;
}

McastTxEndpoint *
_mcast_tx_endpoint_new (const McastOsTxOptions *options, GError **error)
{
  int fd = _mcast_os_tx_open (options, error);

  return fd >= 0 ? endpoint_new (fd, TRUE) : NULL;
}

/* Sends with a socket that the caller opened and still owns. */
McastTxEndpoint *
_mcast_tx_endpoint_new_shared (int fd, int family, GError **error)
{
  _mcast_os_tx_prepare (fd, family);
  return endpoint_new (fd, FALSE);
}

McastTxEndpoint *
_mcast_tx_endpoint_ref (McastTxEndpoint *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
_mcast_tx_endpoint_unref (McastTxEndpoint *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  if (self->owns_fd)
    _mcast_os_close (self->fd);
  g_free (self);
}

int
_mcast_tx_endpoint_get_fd (McastTxEndpoint *self)
{
  return self->fd;
}
