/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* A number of a leg that is not set: the value of the element applies. */
#define GST_MCAST_LEG_UNSET G_MININT

/**
 * GstMcastLeg:
 * @group: the group as it was written
 * @iface: (nullable): the interface, if @group does not name it
 * @source_address: (nullable): of a sender the address to send from, of a receiver the sender to
 *   accept
 * @source_port: the port to send from
 * @ttl: the TTL
 * @dscp: the DSCP
 * @enabled: whether the leg is in use
 * @name: its name in statistics and messages
 *
 * One of several paths of a stream, which the property legs holds as a structure. It is immutable.
 */
typedef struct
{
  char *group;
  char *iface;
  char *source_address;
  int source_port;
  int ttl;
  int dscp;
  gboolean enabled;
  char *name;
} GstMcastLeg;

char *gst_mcast_leg_get_group (const GstMcastLeg *self, gboolean sends, guint default_port,
                               GError **error);
void gst_mcast_leg_add_socket_properties (const GstMcastLeg *self, GArray *properties);

/* The legs of an element, at least one. */
typedef GPtrArray GstMcastLegs;

GstMcastLegs *gst_mcast_legs_parse (const GValue *array, gboolean sends, GError **error);
void gst_mcast_legs_write (GstMcastLegs *self, GValue *array);

G_END_DECLS
