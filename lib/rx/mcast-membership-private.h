/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "interfaces/mcast-wanted-private.h"
#include "mcast-group-private.h"
#include "os/mcast-os-poll-private.h"
#include "rx/mcast-rx-endpoint-private.h"

G_BEGIN_DECLS

/* What is wanted, groups times interfaces, against what the kernel holds. It has no lock: its owner
 * calls it under one. */
typedef struct _McastMembership McastMembership;

typedef struct
{
  guint port;
  gboolean reuse;
  gboolean auto_join;
  guint receive_buffer_size;
  gboolean merge_segments;
  gboolean wait_for_interfaces;
  /* Microseconds of silence after which a membership is refreshed; 0 is never. */
  gint64 recovery_interval;
  /* The groups and interfaces of the socket, which is the owner. */
  McastWanted *wanted;
  /* Called when the last counters with this path number are dropped. */
  void (*forget_path) (gpointer user_data, guint id);
  /* Called once for each silence of a group that no refresh of ours can end. */
  void (*report_ineffective) (gpointer user_data, McastInterface *iface, const char *group);
  gpointer user_data;
} McastMembershipOptions;

/* Adds what its owner knows of a path. */
typedef void (*McastRxPathStatsFunc) (McastRxPath *path, GVariantDict *dict, gpointer user_data);

McastMembership *_mcast_membership_new (const McastMembershipOptions *options, McastOsPoll *poll);
void _mcast_membership_free (McastMembership *self);

gboolean _mcast_membership_add_socket (McastMembership *self, int fd, int family, GError **error);
gboolean _mcast_membership_update (McastMembership *self, const McastAddress *only,
                                   GPtrArray *interfaces, GError **error);
gint64 _mcast_membership_recover (McastMembership *self, gint64 now);

guint _mcast_membership_get_port (McastMembership *self);
GPtrArray *_mcast_membership_list_active (McastMembership *self);
GPtrArray *_mcast_membership_get_endpoints (McastMembership *self);
McastRxEndpoint *_mcast_membership_find_endpoint (McastMembership *self, int family);
guint64 _mcast_membership_get_dropped (McastMembership *self);
guint64 _mcast_membership_get_discarded (McastMembership *self);
guint _mcast_membership_get_receive_buffer (McastMembership *self);
GVariant *_mcast_membership_paths_to_variant (McastMembership *self, McastRxPathStatsFunc more,
                                              gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastMembership, _mcast_membership_free)

G_END_DECLS
