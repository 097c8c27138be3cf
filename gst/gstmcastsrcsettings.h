/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

#include "gstmcastenums.h"

G_BEGIN_DECLS

/* The default of udpsrc, which is not a group. */
#define GST_MCAST_SRC_DEFAULT_ADDRESS "0.0.0.0"

#define GST_MCAST_SRC_MAX_BATCH_SIZE 1024

typedef enum
{
  GST_MCAST_SRC_ADDRESS = 1,
  GST_MCAST_SRC_MULTICAST_GROUP,
  GST_MCAST_SRC_GROUPS,
  GST_MCAST_SRC_LEGS,
  GST_MCAST_SRC_PORT,
  GST_MCAST_SRC_INTERFACES,
  GST_MCAST_SRC_MULTICAST_IFACE,
  GST_MCAST_SRC_WAIT_FOR_INTERFACES,
  GST_MCAST_SRC_RECOVERY_INTERVAL,
  GST_MCAST_SRC_MULTICAST_SOURCE,
  GST_MCAST_SRC_SOURCE_FILTER,
  GST_MCAST_SRC_SOURCE_FILTER_EXCLUSIVE,
  GST_MCAST_SRC_MERGE,
  GST_MCAST_SRC_BUFFER_SIZE,
  GST_MCAST_SRC_AUTO_MULTICAST,
  GST_MCAST_SRC_REUSE,
  GST_MCAST_SRC_LOOP,
  GST_MCAST_SRC_SOCKET,
  GST_MCAST_SRC_USED_SOCKET,
  GST_MCAST_SRC_CLOSE_SOCKET,
  GST_MCAST_SRC_CAPS,
  GST_MCAST_SRC_MTU,
  GST_MCAST_SRC_BATCH_SIZE,
  GST_MCAST_SRC_ALLOW_GRO,
  GST_MCAST_SRC_PRESERVE_PACKETIZATION,
  GST_MCAST_SRC_TIMEOUT,
  GST_MCAST_SRC_SKIP_FIRST_BYTES,
  GST_MCAST_SRC_RETRIEVE_SENDER_ADDRESS,
  GST_MCAST_SRC_SOCKET_TIMESTAMP,
  GST_MCAST_SRC_ADD_REFERENCE_TIMESTAMP_META,
  GST_MCAST_SRC_ADD_ORIGIN_META,
  GST_MCAST_SRC_URI,
  GST_MCAST_SRC_STATS,
  GST_MCAST_SRC_N_PROPERTIES,
} GstMcastSrcProperty;

/* The settings of mcastsrc. */
typedef struct
{
  /* Groups and sources */
  char *address;
  char *groups;
  int port;
  gboolean is_port_set;
  char *interfaces;
  gboolean wait_for_interfaces;
  guint64 recovery_interval;
  char *multicast_source;
  char *source_filter;
  gboolean source_filter_exclusive;
  /* The socket */
  int merge;
  gboolean is_merge_set; /* by the application, not by legs */
  int buffer_size;
  gboolean auto_multicast;
  gboolean reuse;
  gboolean loop;
  GSocket *socket;
  gboolean close_socket;
  /* Datagrams */
  GstCaps *caps;
  guint mtu;
  guint batch_size;
  gboolean allow_gro;
  gboolean preserve_packetization;
  guint64 timeout;
  int skip_first_bytes;
  gboolean retrieve_sender_address;
  GstMcastSocketTimestampMode socket_timestamp;
  gboolean add_reference_timestamp_meta;
  gboolean add_origin_meta;
} GstMcastSrcSettings;

extern GParamSpec *gst_mcast_src_pspecs[GST_MCAST_SRC_N_PROPERTIES];

void gst_mcast_src_make_pspecs (void);

G_END_DECLS
