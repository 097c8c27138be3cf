/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "interfaces/mcast-interface-table-private.h"
#include "interfaces/mcast-wanted-private.h"
#include "mcast-event-private.h"
#include "mcast-path-private.h"
#include "rx/mcast-rx-endpoints-private.h"

G_BEGIN_DECLS

/* The paths of a socket and the OS sockets that carry them. It has no lock; the owner calls it
 * under the lock of the socket. */
typedef struct _McastMemberships McastMemberships;

typedef struct
{
  guint port;
  gboolean reuse;
  gboolean auto_join;
  guint receive_buffer_size;
  gboolean merge_segments;
  gboolean wait_for_interfaces;
  /* Microseconds of silence after which a membership is refreshed; 0 for never. */
  gint64 recovery_interval;
  /* The groups and interfaces of the socket, which owns them. */
  McastWanted *wanted;
  /* Where routes are looked up. */
  McastInterfaceTable *table;
  /* Called when a path was left because it is no longer wanted. */
  void (*leave_path) (gpointer user_data, guint id);
  /* Called when the counters of a path are dropped. */
  void (*forget_path) (gpointer user_data, guint id);
  void (*report_event) (gpointer user_data, const McastEventInfo *info);
  gpointer user_data;
} McastMembershipsOptions;

/* Adds the statistics that the owner has of a path. */
typedef void (*McastRxPathStatsFunc) (McastRxPath *path, GVariantDict *dict, gpointer user_data);

McastMemberships *_mcast_memberships_new (const McastMembershipsOptions *options,
                                          McastOsPoll *poll);
void _mcast_memberships_free (McastMemberships *self);
void _mcast_memberships_free_inherited (McastMemberships *self);

gboolean _mcast_memberships_add_socket (McastMemberships *self, int fd, int family, GError **error);
gboolean _mcast_memberships_update (McastMemberships *self, const McastAddress *only,
                                    GPtrArray *interfaces, GError **error);
gint64 _mcast_memberships_recover (McastMemberships *self, gint64 now);

guint _mcast_memberships_get_port (McastMemberships *self);
GPtrArray *_mcast_memberships_list_active (McastMemberships *self);
McastRxEndpoints *_mcast_memberships_get_endpoints (McastMemberships *self);
McastRxEndpoint *_mcast_memberships_find_endpoint (McastMemberships *self, int family);
GPtrArray *_mcast_memberships_take_snapshot (McastMemberships *self, McastRxPathStatsFunc more,
                                             gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastMemberships, _mcast_memberships_free)

G_END_DECLS
