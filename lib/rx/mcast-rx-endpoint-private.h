/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "os/mcast-os-membership-private.h"
#include "os/mcast-os-message-private.h"
#include "os/mcast-os-socket-private.h"
#include "rx/mcast-rx-path-private.h"
#include "rx/mcast-rx-plan-private.h"

G_BEGIN_DECLS

typedef enum
{
  MCAST_RX_ACCEPTED,
  MCAST_RX_WRONG_GROUP,
  MCAST_RX_WRONG_INTERFACE,
  MCAST_RX_WRONG_SOURCE,
} McastRxVerdict;

/* An OS socket and the memberships that it holds. */
McastRxEndpoint *_mcast_rx_endpoint_new (const McastOsRxOptions *options, GError **error);
McastRxEndpoint *_mcast_rx_endpoint_new_foreign (int fd, const McastOsRxOptions *options,
                                                 GError **error);
void _mcast_rx_endpoint_free (McastRxEndpoint *self);

int _mcast_rx_endpoint_get_fd (McastRxEndpoint *self);
gboolean _mcast_rx_endpoint_is_owner (McastRxEndpoint *self);
const McastRxEndpointState *_mcast_rx_endpoint_get_state (McastRxEndpoint *self);
guint64 _mcast_rx_endpoint_get_dropped (McastRxEndpoint *self);

McastOsJoinResult _mcast_rx_endpoint_join (McastRxEndpoint *self, McastRxPath *path,
                                           GError **error);
gboolean _mcast_rx_endpoint_set_filter (McastRxEndpoint *self, const McastRxPath *path,
                                        McastSourceFilter *filter, GError **error);
gboolean _mcast_rx_endpoint_refresh (McastRxEndpoint *self, McastRxPath *path, GError **error);
void _mcast_rx_endpoint_leave (McastRxEndpoint *self, McastRxPath *path);
void _mcast_rx_endpoint_retire (McastRxEndpoint *self, McastRxPath *path);
void _mcast_rx_endpoint_note_interfaces (McastRxEndpoint *self, GPtrArray *interfaces);
void _mcast_rx_endpoint_begin_read (McastRxEndpoint *self);
void _mcast_rx_endpoint_end_read (McastRxEndpoint *self, int received, guint n);
gboolean _mcast_rx_endpoint_carries (McastRxEndpoint *self, guint counters_id);
gboolean _mcast_rx_endpoint_is_read (McastRxEndpoint *self, gint64 time);
void _mcast_rx_endpoint_note_drained (McastRxEndpoint *self);
McastRxVerdict _mcast_rx_endpoint_check (McastRxEndpoint *self, const McastOsRxInfo *info,
                                         McastRxPath **path);

G_END_DECLS
