/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * GstMcastSocketTimestampMode:
 * @GST_MCAST_SOCKET_TIMESTAMP_DISABLED: stamp with the clock of the pipeline
 * @GST_MCAST_SOCKET_TIMESTAMP_REALTIME: stamp with the kernel's arrival time
 *
 * The source of buffer timestamps.
 */
typedef enum
{
  GST_MCAST_SOCKET_TIMESTAMP_DISABLED,
  GST_MCAST_SOCKET_TIMESTAMP_REALTIME,
} GstMcastSocketTimestampMode;

#define GST_TYPE_MCAST_SOCKET_TIMESTAMP_MODE (gst_mcast_socket_timestamp_mode_get_type ())
GType gst_mcast_socket_timestamp_mode_get_type (void);

/* The library's McastMerge with the descriptions that gst-inspect-1.0 shows. */
#define GST_TYPE_MCAST_MERGE (gst_mcast_merge_get_type ())
GType gst_mcast_merge_get_type (void);

G_END_DECLS
