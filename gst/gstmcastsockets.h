/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <mcast.h>

#include "gstmcastmessages.h"
#include "gstmcastsocketsetup.h"
#include "gstmcasttextlist.h"

G_BEGIN_DECLS

/**
 * GstMcastSocketInfo:
 * @get_type: gets the type of the sockets
 * @buffer_size: their property for the size of the kernel's buffer
 * @shares_legs: whether one socket is for all legs
 * @default_interface: (nullable): an item that represents the default interfaces
 * @leaves_first: whether unwanted groups are left before interfaces are added; a sender would lose
 *   data
 * @get_groups: gets the groups of a socket
 * @add_group: adds a group to a socket
 * @remove_group: removes a group from a socket
 * @get_interfaces: gets the interfaces in use
 * @add_interface: adds an interface
 * @remove_interface: removes an interface
 * @watch: has messages posted when interfaces come into use or are lost
 * @dup_socket: duplicates the OS socket of a family
 * @get_stats: gets the statistics
 * @close: closes a socket
 *
 * The differences between the receiving and the sending sockets of the library.
 */
typedef struct
{
  GType (*get_type) (void);
  const char *buffer_size;
  gboolean shares_legs;
  const char *default_interface;
  gboolean leaves_first;
  char **(*get_groups) (gpointer socket);
  GstMcastTextListFunc add_group;
  GstMcastTextListFunc remove_group;
  GPtrArray *(*get_interfaces) (gpointer socket);
  GstMcastTextListFunc add_interface;
  GstMcastTextListFunc remove_interface;
  void (*watch) (gpointer socket, GstMcastMessages *messages);
  GSocket *(*dup_socket) (gpointer socket, GSocketFamily family, GError **error);
  GVariant *(*get_stats) (gpointer socket);
  void (*close) (gpointer socket);
} GstMcastSocketInfo;

typedef struct _GstMcastSockets GstMcastSockets;

GstMcastSockets *gst_mcast_sockets_new (const GstMcastSocketInfo *info, GArray *properties,
                                        GstMcastMessages *messages);
GstMcastSockets *gst_mcast_sockets_ref (GstMcastSockets *self);
void gst_mcast_sockets_unref (GstMcastSockets *self);
void gst_mcast_sockets_close (GstMcastSockets *self);
void gst_mcast_sockets_close_unused (GstMcastSockets *self);
void gst_mcast_sockets_close_shared (GstMcastSockets *self, GstMcastSockets *others);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstMcastSockets, gst_mcast_sockets_unref)

GPtrArray *gst_mcast_sockets_ref_all (GstMcastSockets *self);
void gst_mcast_sockets_change (GstMcastSockets *self, GPtrArray *setups,
                               const char *const *interfaces, GError **limit, GPtrArray *errors);
void gst_mcast_sockets_add_error (GPtrArray *errors, GError *error, const char *leg);

void gst_mcast_sockets_set_property (GstMcastSockets *self, const char *name, const GValue *value,
                                     GError **error);

char *gst_mcast_sockets_to_string (GstMcastSockets *self);
GSocket *gst_mcast_sockets_dup_used (GstMcastSockets *self, GSocketFamily family);
GPtrArray *gst_mcast_sockets_get_stats (GstMcastSockets *self);
guint64 gst_mcast_sockets_get_n_bytes (GstMcastSockets *self);

G_END_DECLS
