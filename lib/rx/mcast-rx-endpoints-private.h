/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "os/mcast-os-poll-private.h"
#include "rx/mcast-rx-endpoint-private.h"

G_BEGIN_DECLS

/* The OS sockets of a receiver, among which its paths are distributed. */
typedef struct _McastRxEndpoints McastRxEndpoints;

typedef struct
{
  gboolean reuse;
  gboolean auto_join;
  guint receive_buffer_size;
  gboolean merge_segments;
} McastRxEndpointsOptions;

typedef gboolean (*McastRxIsWantedFunc) (const McastRxEndpointState *endpoint, gpointer user_data);

McastRxEndpoints *_mcast_rx_endpoints_new (const McastRxEndpointsOptions *options,
                                           McastOsPoll *poll);
void _mcast_rx_endpoints_close_all (McastRxEndpoints *self);
void _mcast_rx_endpoints_free (McastRxEndpoints *self);

const McastRxEndpointState *_mcast_rx_endpoints_find_foreign (McastRxEndpoints *self);
gboolean _mcast_rx_endpoints_add_foreign (McastRxEndpoints *self, int fd, int family,
                                          GError **error);
gboolean _mcast_rx_endpoints_join (McastRxEndpoints *self, McastRxPath *path, GError **error);
int _mcast_rx_endpoints_reserve_port (McastRxEndpoints *self, const McastAddress *group,
                                      GError **error);
void _mcast_rx_endpoints_close_unwanted (McastRxEndpoints *self, McastRxIsWantedFunc is_wanted,
                                         gpointer user_data);
void _mcast_rx_endpoints_note_interfaces (McastRxEndpoints *self, GPtrArray *interfaces);

GPtrArray *_mcast_rx_endpoints_get_all (McastRxEndpoints *self);
gboolean _mcast_rx_endpoints_are_read (McastRxEndpoints *self, guint counters_id, gint64 time);
McastRxEndpoint *_mcast_rx_endpoints_find (McastRxEndpoints *self, const McastAddress *group,
                                           guint port);
guint64 _mcast_rx_endpoints_get_dropped (McastRxEndpoints *self);
guint64 _mcast_rx_endpoints_get_discarded (McastRxEndpoints *self);
guint _mcast_rx_endpoints_get_receive_buffer (McastRxEndpoints *self);

G_END_DECLS
