/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "gstmcastleg.h"

G_BEGIN_DECLS

/**
 * GstMcastSocketSetup:
 * @key: identifies the socket when the setups change
 * @is_copy: whether another socket has the same groups and posts the messages about them
 * @groups: its groups, a #GstMcastLegGroup each
 * @properties: the properties in which it differs from the other sockets
 *
 * What one of the sockets of an element is for.
 */
typedef struct
{
  char *key;
  gboolean is_copy;
  GPtrArray *groups;
  GArray *properties;
} GstMcastSocketSetup;

GstMcastSocketSetup *gst_mcast_socket_setup_new (const char *key, GPtrArray *groups);
void gst_mcast_socket_setup_free (GstMcastSocketSetup *self);
GstMcastSocketSetup *gst_mcast_socket_setup_copy (const GstMcastSocketSetup *self,
                                                  GPtrArray *groups);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstMcastSocketSetup, gst_mcast_socket_setup_free)

GPtrArray *gst_mcast_socket_setups_new (void);
void gst_mcast_socket_setups_add_copies (GPtrArray *self, const char *const *groups);
void gst_mcast_socket_setups_add_shared (GPtrArray *self, GPtrArray *groups);
void gst_mcast_socket_setups_add_leg (GPtrArray *self, const GstMcastLeg *leg, const char *group);
GstMcastSocketSetup *gst_mcast_socket_setups_find (GPtrArray *self, const char *key,
                                                   guint *position);

G_END_DECLS
