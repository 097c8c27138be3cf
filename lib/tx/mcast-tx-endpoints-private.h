/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "tx/mcast-tx-path-private.h"

G_BEGIN_DECLS

/* The OS sockets of one sending socket, all on one port: one for each family and interface, since
 * the kernel limits what waits to be sent for each OS socket, and a slow interface must not use up
 * what belongs to a fast one. It has no lock: its owner calls it under one, and keeps the
 * options. */
typedef struct _McastTxEndpoints McastTxEndpoints;

typedef struct
{
  guint source_port;
  guint send_buffer_size;
  /* Sockets of the caller to send with instead of own ones, or NULL: one of any family, and one of
   * IPv6 beside it. */
  GSocket *shared;
  GSocket *shared_ipv6;
  guint ttl;
  gboolean loopback;
  /* 0 to 63, or -1 for the system's default. */
  int dscp;
} McastTxEndpointsOptions;

McastTxEndpoints *_mcast_tx_endpoints_new (const McastTxEndpointsOptions *options);
void _mcast_tx_endpoints_free (McastTxEndpoints *self);

gboolean _mcast_tx_endpoints_ensure_for (McastTxEndpoints *self, GPtrArray *paths, GError **error);

gboolean _mcast_tx_endpoints_set_ttl (McastTxEndpoints *self, guint ttl, GError **error);
gboolean _mcast_tx_endpoints_set_loopback (McastTxEndpoints *self, gboolean loopback,
                                           GError **error);
gboolean _mcast_tx_endpoints_set_dscp (McastTxEndpoints *self, int dscp, GError **error);

guint _mcast_tx_endpoints_get_mark (McastTxEndpoints *self, int family);
GPtrArray *_mcast_tx_endpoints_list_local_addresses (McastTxEndpoints *self, GPtrArray *paths);
GSocket *_mcast_tx_endpoints_dup_socket (McastTxEndpoints *self, GSocketFamily family,
                                         GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastTxEndpoints, _mcast_tx_endpoints_free)

G_END_DECLS
