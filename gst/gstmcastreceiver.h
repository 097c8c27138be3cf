/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <mcast.h>

#include "gstmcastnews.h"

G_BEGIN_DECLS

/**
 * GstMcastReceiverOptions:
 * @groups: texts of groups as the library reads them
 * @interfaces: (nullable): what selects interfaces, %NULL for the default of the library
 * @port: for groups without one
 * @wait_for_interfaces: whether a missing interface is waited for
 * @recovery_interval: nanoseconds of silence after which a membership is refreshed, 0 for never
 * @reuse: whether other receivers may have the same groups and port
 * @auto_join: whether the groups are joined, or only heard where somebody else did
 * @socket: (nullable): a socket of the application
 * @merge: a McastMerge
 * @merge_segments: whether the kernel may merge datagrams
 * @buffer_size: of the kernel in bytes, 0 for its default
 * @timeout: in nanoseconds, 0 for none
 */
typedef struct
{
  char **groups;
  char **interfaces;
  guint port;
  gboolean wait_for_interfaces;
  guint64 recovery_interval;
  gboolean reuse;
  gboolean auto_join;
  GSocket *socket;
  int merge;
  gboolean merge_segments;
  guint buffer_size;
  guint64 timeout;
} GstMcastReceiverOptions;

void gst_mcast_receiver_options_clear (GstMcastReceiverOptions *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstMcastReceiverOptions, gst_mcast_receiver_options_clear)

typedef struct _GstMcastReceiver GstMcastReceiver;

GstMcastReceiver *gst_mcast_receiver_open (const GstMcastReceiverOptions *options,
                                           GstMcastNews *news, GError **limit, GError **error);
GstMcastReceiver *gst_mcast_receiver_ref (GstMcastReceiver *self);
void gst_mcast_receiver_unref (GstMcastReceiver *self);
void gst_mcast_receiver_close (GstMcastReceiver *self, gboolean close_shared);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstMcastReceiver, gst_mcast_receiver_unref)

McastRxSocket *gst_mcast_receiver_get_socket (GstMcastReceiver *self);
GSocket *gst_mcast_receiver_dup_used_socket (GstMcastReceiver *self);
void gst_mcast_receiver_set_groups (GstMcastReceiver *self, const char *const *groups,
                                    GError **error);
void gst_mcast_receiver_set_interfaces (GstMcastReceiver *self, const char *const *interfaces,
                                        GError **error);
void gst_mcast_receiver_set_timeout (GstMcastReceiver *self, guint64 timeout);

G_END_DECLS
