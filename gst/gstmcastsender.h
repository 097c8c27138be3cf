/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <mcast.h>

#include "gstmcastnews.h"

G_BEGIN_DECLS

/**
 * GstMcastSenderOptions:
 * @interfaces: (nullable): what selects interfaces, %NULL for the one of the routing table
 * @wait_for_interfaces: whether a missing interface is waited for
 * @bind_address: (nullable): address to send from
 * @bind_port: port to send from, 0 for any
 * @socket: (nullable): a socket of the application, for the groups of its family
 * @socket_v6: (nullable): the same, of IPv6
 * @buffer_size: of the kernel in bytes, 0 for its default
 * @ttl: how far datagrams go
 * @loopback: whether this machine gets them too
 * @dscp: their code point, -1 for the default
 * @pacing_rate: bits per second, 0 for no limit
 */
typedef struct
{
  char **interfaces;
  gboolean wait_for_interfaces;
  char *bind_address;
  guint bind_port;
  GSocket *socket;
  GSocket *socket_v6;
  guint buffer_size;
  guint ttl;
  gboolean loopback;
  int dscp;
  guint64 pacing_rate;
} GstMcastSenderOptions;

void gst_mcast_sender_options_clear (GstMcastSenderOptions *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstMcastSenderOptions, gst_mcast_sender_options_clear)

typedef struct _GstMcastSender GstMcastSender;

GstMcastSender *gst_mcast_sender_new (GstMcastSenderOptions *options, GstMcastNews *news);
GstMcastSender *gst_mcast_sender_ref (GstMcastSender *self);
void gst_mcast_sender_unref (GstMcastSender *self);
void gst_mcast_sender_close (GstMcastSender *self, gboolean close_shared);
GSocket *gst_mcast_sender_dup_used_socket (GstMcastSender *self, GSocketFamily family);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstMcastSender, gst_mcast_sender_unref)

void gst_mcast_sender_set_groups (GstMcastSender *self, const char *const *groups, GError **limit,
                                  GError **error);
void gst_mcast_sender_set_interfaces (GstMcastSender *self, char **interfaces, GError **error);
void gst_mcast_sender_set_ttl (GstMcastSender *self, guint ttl, GError **error);
void gst_mcast_sender_set_loopback (GstMcastSender *self, gboolean loopback, GError **error);
void gst_mcast_sender_set_dscp (GstMcastSender *self, int dscp, GError **error);
void gst_mcast_sender_set_pacing_rate (GstMcastSender *self, guint64 pacing_rate);

gint gst_mcast_sender_send (GstMcastSender *self, const McastTxMessage *messages, guint n_messages,
                            GCancellable *cancellable, GError **error);
GPtrArray *gst_mcast_sender_get_stats (GstMcastSender *self);
guint64 gst_mcast_sender_get_n_bytes (GstMcastSender *self);

G_END_DECLS
