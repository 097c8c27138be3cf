/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

G_BEGIN_DECLS

typedef enum
{
  GST_MCAST_SINK_HOST = 1,
  GST_MCAST_SINK_PORT,
  GST_MCAST_SINK_GROUPS,
  GST_MCAST_SINK_CLIENTS,
  GST_MCAST_SINK_LEGS,
  GST_MCAST_SINK_SEND_DUPLICATES,
  GST_MCAST_SINK_INTERFACES,
  GST_MCAST_SINK_MULTICAST_IFACE,
  GST_MCAST_SINK_WAIT_FOR_INTERFACES,
  GST_MCAST_SINK_TTL_MC,
  GST_MCAST_SINK_TTL,
  GST_MCAST_SINK_LOOP,
  GST_MCAST_SINK_QOS_DSCP,
  GST_MCAST_SINK_PACING_RATE,
  GST_MCAST_SINK_PACKET_SIZE,
  GST_MCAST_SINK_BUFFER_SIZE,
  GST_MCAST_SINK_BIND_ADDRESS,
  GST_MCAST_SINK_BIND_PORT,
  GST_MCAST_SINK_SOCKET,
  GST_MCAST_SINK_SOCKET_V6,
  GST_MCAST_SINK_USED_SOCKET,
  GST_MCAST_SINK_USED_SOCKET_V6,
  GST_MCAST_SINK_CLOSE_SOCKET,
  GST_MCAST_SINK_AUTO_MULTICAST,
  GST_MCAST_SINK_FORCE_IPV4,
  GST_MCAST_SINK_URI,
  GST_MCAST_SINK_BYTES_TO_SERVE,
  GST_MCAST_SINK_BYTES_SERVED,
  GST_MCAST_SINK_STATS,
  GST_MCAST_SINK_N_PROPERTIES,
} GstMcastSinkProperty;

/* The default destination of udpsink. */
#define GST_MCAST_SINK_DEFAULT_HOST "localhost"
#define GST_MCAST_SINK_DEFAULT_PORT 5004

/* The settings of mcastsink. */
typedef struct
{
  /* Destinations */
  int port; /* of destinations without one */
  gboolean is_port_set;
  gboolean send_duplicates;
  char *interfaces;
  gboolean wait_for_interfaces;
  /* Datagrams and sockets */
  int ttl_mc;
  int ttl;
  gboolean loop;
  int qos_dscp;
  guint64 pacing_rate;
  guint packet_size;
  int buffer_size;
  char *bind_address;
  int bind_port;
  GSocket *socket;
  GSocket *socket_v6;
  gboolean close_socket;
  gboolean auto_multicast;
  gboolean force_ipv4;
} GstMcastSinkSettings;

extern GParamSpec *gst_mcast_sink_pspecs[GST_MCAST_SINK_N_PROPERTIES];

void gst_mcast_sink_make_pspecs (void);

G_END_DECLS
