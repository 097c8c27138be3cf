/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "tx/mcast-tx-endpoint-private.h"

#include "os/mcast-os-socket-private.h"

struct _McastTxEndpoint
{
  gatomicrefcount ref_count;
  int fd;
  int family;
  gboolean owns_fd;
  gboolean is_congested;
};

static McastTxEndpoint *
endpoint_new (int fd, int family, gboolean owns_fd)
{
  McastTxEndpoint *self = g_new0 (McastTxEndpoint, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->fd = fd;
  self->family = family;
  self->owns_fd = owns_fd;
  return self;
}

/* Takes over @fd. */
McastTxEndpoint *
_mcast_tx_endpoint_new (int fd, int family)
{
  return endpoint_new (fd, family, TRUE);
}

/* Sends with a socket that the caller opened and still owns. */
McastTxEndpoint *
_mcast_tx_endpoint_new_shared (int fd, int family)
{
  return endpoint_new (fd, family, FALSE);
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

int
_mcast_tx_endpoint_get_family (McastTxEndpoint *self)
{
  return self->family;
}

/* Notes that the send buffer did not get free in time. For the thread that sends. */
void
_mcast_tx_endpoint_set_congested (McastTxEndpoint *self, gboolean congested)
{
  self->is_congested = congested;
}

/* For the thread that sends. */
gboolean
_mcast_tx_endpoint_is_congested (McastTxEndpoint *self)
{
  return self->is_congested;
}
