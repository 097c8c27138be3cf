/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "mcast-address-private.h"

G_BEGIN_DECLS

typedef struct
{
  McastAddress bind_address;
  guint port;
  gboolean reuse;
  guint receive_buffer_size;
  /* Receives every group that any socket of the machine has joined, not only this one's. */
  gboolean receive_all;
  /* The VRF whose datagrams are received, or 0 for those of no VRF. */
  guint vrf;
  /* Lets the kernel deliver a run of datagrams of one size in one piece (UDP_GRO). */
  gboolean merge_segments;
} McastOsRxOptions;

GSocket *_mcast_os_dup_socket (int fd, GError **error);
int _mcast_os_rx_open (const McastOsRxOptions *options, GError **error);
void _mcast_os_close (int fd);
gboolean _mcast_os_rx_prepare (int fd, const McastOsRxOptions *options, GError **error);
guint _mcast_os_get_port (int fd);
guint _mcast_os_get_receive_buffer (int fd);
guint _mcast_os_get_send_buffer (int fd);
gboolean _mcast_os_has_data (int fd);
guint64 _mcast_os_discard (int fd);
void _mcast_os_set_reuse (int fd, gboolean reuse);
guint32 _mcast_os_get_dropped (int fd);
guint _mcast_os_descriptor_limit (void);

typedef struct
{
  int family;
  guint source_port;
  guint send_buffer_size;
} McastOsTxOptions;

void _mcast_os_tx_prepare (int fd, int family);
void _mcast_os_accept_input (int fd);
int _mcast_os_tx_open (const McastOsTxOptions *options, GError **error);
int _mcast_os_tx_open_beside (int first, const McastOsTxOptions *options, GError **error);
guint _mcast_os_get_mark (int fd);
gboolean _mcast_os_find_source (const McastAddress *group, guint index, McastAddress *source);
gboolean _mcast_os_set_ttl (int fd, int family, guint ttl, GError **error);
gboolean _mcast_os_set_loopback (int fd, int family, gboolean loopback, GError **error);
gboolean _mcast_os_set_dscp (int fd, int family, int dscp, GError **error);

G_END_DECLS
