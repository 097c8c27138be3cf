/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastenums.h"

#include <mcast.h>

GType
gst_mcast_socket_timestamp_mode_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { GST_MCAST_SOCKET_TIMESTAMP_DISABLED, "Pipeline clock when the datagram is read", "disabled" },
    { GST_MCAST_SOCKET_TIMESTAMP_REALTIME,
      "Kernel's arrival time (nanoseconds; follows steps of the system time)", "realtime" },
    { 0, NULL, NULL }
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstMcastSocketTimestampMode", values));
  return type;
}

GType
gst_mcast_merge_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { MCAST_MERGE_NONE, "Push every copy of a datagram", "none" },
    { MCAST_MERGE_FLOW,
      "Push each flow (source address and port, group, port) from one interface at a time",
      "flow" },
    { MCAST_MERGE_RTP,
      "Push the first copy of an RTP packet that arrives on several paths "
      "(SMPTE ST 2022-7)",
      "rtp" },
    { 0, NULL, NULL }
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstMcastMerge", values));
  return type;
}
