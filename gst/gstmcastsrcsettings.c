/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastsrcsettings.h"

#include <mcast.h>

GParamSpec *gst_mcast_src_pspecs[GST_MCAST_SRC_N_PROPERTIES];

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)
/* Takes effect when the element leaves READY. */
#define OPENING (FLAGS | GST_PARAM_MUTABLE_READY)
/* Takes effect immediately, in every state. */
#define AT_ONCE (FLAGS | GST_PARAM_MUTABLE_PLAYING)

static void
make_groups (void)
{
  gst_mcast_src_pspecs[GST_MCAST_SRC_ADDRESS] = g_param_spec_string (
    "address", "Address",
    "Multicast group to receive: GROUP, SOURCE@GROUP or [GROUP%INTERFACE], for example 239.1.2.3, "
    "10.0.0.1@232.1.2.3 or [ff12::5%eth0]; required unless groups, legs or uri is set, because "
    "unicast is not received",
    GST_MCAST_SRC_DEFAULT_ADDRESS, AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_MULTICAST_GROUP] =
    g_param_spec_string ("multicast-group", "Multicast group", "Older name of address",
                         GST_MCAST_SRC_DEFAULT_ADDRESS, AT_ONCE | G_PARAM_DEPRECATED);
  gst_mcast_src_pspecs[GST_MCAST_SRC_GROUPS] =
    g_param_spec_string ("groups", "Groups",
                         "Comma-separated additional multicast groups to receive, each in the form "
                         "[SOURCE[+SOURCE...]@]GROUP[%INTERFACE][:PORT]",
                         NULL, AT_ONCE);
  /**
   * GstMcastSrc:legs:
   *
   * The paths of one stream (SMPTE ST 2022-7): structures with the name `leg` and the fields
   * `group` (string), `interface` (string), `source-address` (string: the sender to accept),
   * `enabled` (boolean, %TRUE) and `name` (string: in statistics and messages). Only `group` is
   * required. They replace #GstMcastSrc:address, #GstMcastSrc:groups and #GstMcastSrc:uri, which
   * then read %NULL. Setting one of those removes the legs.
   *
   * Since: 0.2
   */
  gst_mcast_src_pspecs[GST_MCAST_SRC_LEGS] = gst_param_spec_array (
    "legs", "Legs",
    "Paths of one stream (SMPTE ST 2022-7), which replace address and groups: structures such as "
    "leg, group=239.1.2.3:5004, interface=eth0, source-address=10.0.0.1, enabled=true, "
    "name=primary; with several of them, merge is rtp unless it is set",
    g_param_spec_boxed ("leg", "Leg", "A structure", GST_TYPE_STRUCTURE, FLAGS), AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_PORT] =
    g_param_spec_int ("port", "Port",
                      "Port of groups that are given without one (0 = chosen by the system, "
                      "readable in READY and later states)",
                      0, G_MAXUINT16, 5004, OPENING);
}

static void
make_membership (void)
{
  gst_mcast_src_pspecs[GST_MCAST_SRC_INTERFACES] =
    g_param_spec_string ("interfaces", "Interfaces",
                         "Comma-separated network interfaces to receive on, by name, index or "
                         "address, for example eth0,eth1 (* = every present and future interface "
                         "that is up, except loopback; unset = the same, plus loopback if the "
                         "route to the group uses it)",
                         NULL, AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_MULTICAST_IFACE] =
    g_param_spec_string ("multicast-iface", "Multicast interface", "Older name of interfaces", NULL,
                         AT_ONCE | G_PARAM_DEPRECATED);
  gst_mcast_src_pspecs[GST_MCAST_SRC_WAIT_FOR_INTERFACES] =
    g_param_spec_boolean ("wait-for-interfaces", "Wait for interfaces",
                          "Start even if a named interface is missing, and join when it appears "
                          "(false = a missing interface is an error)",
                          FALSE, OPENING);
  gst_mcast_src_pspecs[GST_MCAST_SRC_RECOVERY_INTERVAL] =
    g_param_spec_uint64 ("recovery-interval", "Recovery interval",
                         "Nanoseconds of silence after which a membership is reported again, for "
                         "a switch that forgets it (0 = disabled)",
                         0, G_MAXUINT64, 0, OPENING);
  gst_mcast_src_pspecs[GST_MCAST_SRC_MULTICAST_SOURCE] =
    g_param_spec_string ("multicast-source", "Multicast source",
                         "Source addresses to accept (+10.0.0.1+10.0.0.2) or to exclude "
                         "(-10.0.0.9) (unset = accept every source)",
                         NULL, AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_SOURCE_FILTER] = g_param_spec_string (
    "source-filter", "Source filter",
    "Comma-separated source addresses to accept, or to exclude with "
    "source-filter-exclusive, for udpsrc2 compatibility; use multicast-source, "
    "or sources in the group",
    NULL, AT_ONCE | G_PARAM_DEPRECATED);
  gst_mcast_src_pspecs[GST_MCAST_SRC_SOURCE_FILTER_EXCLUSIVE] =
    g_param_spec_boolean ("source-filter-exclusive", "Source filter exclusive",
                          "Exclude the sources in source-filter instead of accepting them; use "
                          "multicast-source=-SOURCE, or !SOURCE@GROUP",
                          FALSE, AT_ONCE | G_PARAM_DEPRECATED);
}

static void
make_socket (void)
{
  gst_mcast_src_pspecs[GST_MCAST_SRC_MERGE] =
    g_param_spec_enum ("merge", "Merge",
                       "How to handle copies of one stream that arrive on several interfaces or "
                       "groups (unset with several legs = rtp)",
                       GST_TYPE_MCAST_MERGE, MCAST_MERGE_FLOW, OPENING);
  gst_mcast_src_pspecs[GST_MCAST_SRC_BUFFER_SIZE] =
    g_param_spec_int ("buffer-size", "Buffer size",
                      "Size of the kernel's receive buffer in bytes; stats has the size that the "
                      "system granted (0 = system default)",
                      0, G_MAXINT, 0, OPENING);
  gst_mcast_src_pspecs[GST_MCAST_SRC_AUTO_MULTICAST] =
    g_param_spec_boolean ("auto-multicast", "Auto multicast",
                          "Join the groups (false = receive them only on interfaces where another "
                          "socket has joined them)",
                          TRUE, OPENING);
  gst_mcast_src_pspecs[GST_MCAST_SRC_REUSE] =
    g_param_spec_boolean ("reuse", "Reuse",
                          "Allow other programs on this machine to use the same groups and port",
                          TRUE, OPENING);
  gst_mcast_src_pspecs[GST_MCAST_SRC_LOOP] =
    g_param_spec_boolean ("loop", "Loop",
                          "Ignored, for udpsrc compatibility: on Linux the sender controls "
                          "loopback (mcastsink loop=false)",
                          TRUE, OPENING | G_PARAM_DEPRECATED);
}

static void
make_shared_socket (void)
{
  gst_mcast_src_pspecs[GST_MCAST_SRC_SOCKET] =
    g_param_spec_object ("socket", "Socket",
                         "Bound UDP socket of the application to receive from (unset = the element "
                         "opens its own)",
                         G_TYPE_SOCKET, OPENING);
  gst_mcast_src_pspecs[GST_MCAST_SRC_USED_SOCKET] =
    g_param_spec_object ("used-socket", "Used socket",
                         "Socket that receives the first group, in READY and later states, for a "
                         "sender that shares its port",
                         G_TYPE_SOCKET, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  gst_mcast_src_pspecs[GST_MCAST_SRC_CLOSE_SOCKET] =
    g_param_spec_boolean ("close-socket", "Close socket",
                          "Close the application's socket when the element stops using it", TRUE,
                          OPENING);
}

static void
make_buffers (void)
{
  gst_mcast_src_pspecs[GST_MCAST_SRC_CAPS] =
    g_param_spec_boxed ("caps", "Caps",
                        "Caps of the datagrams, for example video/mpegts or application/x-rtp,... "
                        "(unset = any)",
                        GST_TYPE_CAPS, AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_MTU] =
    g_param_spec_uint ("mtu", "MTU",
                       "Size of the buffers in bytes, large enough for a typical datagram; larger "
                       "datagrams arrive complete at a higher cost",
                       0, G_MAXINT, 1492, AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_TIMEOUT] =
    g_param_spec_uint64 ("timeout", "Timeout",
                         "Nanoseconds without a datagram after which a GstUDPSrcTimeout message is "
                         "posted (0 = disabled)",
                         0, G_MAXUINT64, 0, AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_SKIP_FIRST_BYTES] =
    g_param_spec_int ("skip-first-bytes", "Skip first bytes",
                      "Number of bytes to skip at the start of each datagram; a shorter datagram "
                      "is dropped and counted in stats (0 = disabled)",
                      0, G_MAXINT, 0, AT_ONCE);
}

static void
make_batches (void)
{
  gst_mcast_src_pspecs[GST_MCAST_SRC_BATCH_SIZE] =
    g_param_spec_uint ("batch-size", "Batch size",
                       "Maximum number of datagrams to read per system call (a GRO run counts as "
                       "one); more than one is pushed as a buffer list (1 = single buffers only)",
                       1, GST_MCAST_SRC_MAX_BATCH_SIZE, 16, OPENING);
  gst_mcast_src_pspecs[GST_MCAST_SRC_ALLOW_GRO] =
    g_param_spec_boolean ("allow-gro", "Allow GRO",
                          "Let the kernel deliver a run of datagrams in one piece (UDP GRO). "
                          "Ignored with merge=rtp, with socket, and with batch-size=1 and "
                          "preserve-packetization=true",
                          TRUE, OPENING);
  gst_mcast_src_pspecs[GST_MCAST_SRC_PRESERVE_PACKETIZATION] =
    g_param_spec_boolean ("preserve-packetization", "Preserve packetization",
                          "Push one buffer per datagram (false = push a GRO run as one buffer, for "
                          "byte streams such as MPEG-TS; ignored with skip-first-bytes)",
                          TRUE, OPENING);
}

static void
make_metas (void)
{
  gst_mcast_src_pspecs[GST_MCAST_SRC_RETRIEVE_SENDER_ADDRESS] =
    g_param_spec_boolean ("retrieve-sender-address", "Retrieve sender address",
                          "Add the sender's address to each buffer as GstNetAddressMeta", TRUE,
                          AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_SOCKET_TIMESTAMP] =
    g_param_spec_enum ("socket-timestamp", "Socket timestamp", "Source of the buffer timestamps",
                       GST_TYPE_MCAST_SOCKET_TIMESTAMP_MODE, GST_MCAST_SOCKET_TIMESTAMP_DISABLED,
                       AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_ADD_REFERENCE_TIMESTAMP_META] =
    g_param_spec_boolean ("add-reference-timestamp-meta", "Add reference timestamp meta",
                          "Add the kernel's arrival time to each buffer as "
                          "GstReferenceTimestampMeta with caps timestamp/x-unix",
                          FALSE, AT_ONCE);
  /**
   * GstMcastSrc:add-origin-meta:
   *
   * Whether to add `GstMcastMeta` to each buffer.
   *
   * Since: 0.2
   */
  gst_mcast_src_pspecs[GST_MCAST_SRC_ADD_ORIGIN_META] =
    g_param_spec_boolean ("add-origin-meta", "Add origin meta",
                          "Add group, port, interface and hop limit of the datagram to each buffer "
                          "as GstMcastMeta, a GstCustomMeta",
                          FALSE, AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_URI] =
    g_param_spec_string ("uri", "URI",
                         "Group, port and other settings, with properties as parameters: "
                         "mcast://239.1.2.3:5004?interfaces=eth0&...; while playing, only groups, "
                         "sources and interfaces may differ",
                         "mcast://0.0.0.0:5004", AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_STATS] =
    g_param_spec_boxed ("stats", "Statistics",
                        "Datagrams and bytes delivered, filtered, merged and dropped, in total and "
                        "per group and interface",
                        GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

void
gst_mcast_src_make_pspecs (void)
{
  make_groups ();
  make_membership ();
  make_socket ();
  make_shared_socket ();
  make_buffers ();
  make_batches ();
  make_metas ();
}
