/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastsinksettings.h"

#include "gstmcastlimits.h"

GParamSpec *gst_mcast_sink_pspecs[GST_MCAST_SINK_N_PROPERTIES];

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)
#define READABLE (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)
/* Takes effect when the element leaves READY. */
#define OPENING (FLAGS | GST_PARAM_MUTABLE_READY)
/* Takes effect immediately, in every state. */
#define AT_ONCE (FLAGS | GST_PARAM_MUTABLE_PLAYING)

static void
make_destinations (void)
{
  gst_mcast_sink_pspecs[GST_MCAST_SINK_HOST] = g_param_spec_string (
    "host", "Host",
    "Multicast group to send to, for example 239.1.2.3 or ff12::5; reads the "
    "first destination; nothing is sent until host, groups, clients or legs is set",
    GST_MCAST_SINK_DEFAULT_HOST, AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_PORT] =
    g_param_spec_int ("port", "Port",
                      "Port of groups that are given without one; reads the port of the first "
                      "destination",
                      0, G_MAXUINT16, GST_MCAST_SINK_DEFAULT_PORT, AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_GROUPS] =
    g_param_spec_string ("groups", "Groups",
                         "Comma-separated multicast groups to send to besides host, each in the "
                         "form GROUP[%INTERFACE][:PORT]; setting them replaces all destinations "
                         "except host",
                         NULL, AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_CLIENTS] =
    g_param_spec_string ("clients", "Clients",
                         "Comma-separated list of all destinations: "
                         "GROUP:PORT,[IPV6GROUP]:PORT,...; setting it replaces "
                         "all of them",
                         NULL, AT_ONCE);
  /**
   * GstMcastSink:legs:
   *
   * The paths that each carry the stream (SMPTE ST 2022-7): structures with the name `leg` and the
   * fields `group` (string), `interface` (string), `source-address` (string), `source-port` (gint),
   * `ttl` (gint), `dscp` (gint), `enabled` (boolean, %TRUE) and `name` (string: in statistics and
   * messages). Only `group` is required. They replace #GstMcastSink:host, #GstMcastSink:groups,
   * #GstMcastSink:clients and #GstMcastSink:uri, which then read %NULL. Setting one of those
   * removes the legs.
   *
   * Since: 0.2
   */
  gst_mcast_sink_pspecs[GST_MCAST_SINK_LEGS] = gst_param_spec_array (
    "legs", "Legs",
    "Paths that each carry the stream (SMPTE ST 2022-7), which replace all destinations: "
    "structures such as leg, group=239.1.2.3:5004, interface=eth0, source-address=10.0.0.2, "
    "source-port=5004, ttl=4, dscp=34, enabled=true, name=primary",
    g_param_spec_boxed ("leg", "Leg", "A structure", GST_TYPE_STRUCTURE, FLAGS), AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_SEND_DUPLICATES] =
    g_param_spec_boolean ("send-duplicates", "Send duplicates",
                          "Send one copy to a destination for each time that it was added", TRUE,
                          AT_ONCE);
}

static void
make_interfaces (void)
{
  gst_mcast_sink_pspecs[GST_MCAST_SINK_INTERFACES] =
    g_param_spec_string ("interfaces", "Interfaces",
                         "Comma-separated network interfaces to send a copy on, by name, index or "
                         "address, for example eth0,eth1 (* = every present and future interface "
                         "that is up, except loopback; unset = the interface of the route to the "
                         "group)",
                         NULL, AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_MULTICAST_IFACE] =
    g_param_spec_string ("multicast-iface", "Multicast interface", "Older name of interfaces", NULL,
                         AT_ONCE | G_PARAM_DEPRECATED);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_WAIT_FOR_INTERFACES] =
    g_param_spec_boolean ("wait-for-interfaces", "Wait for interfaces",
                          "Start even if a named interface is missing, and send on it when it "
                          "appears (false = a missing interface is an error)",
                          FALSE, OPENING);
}

static void
make_packets (void)
{
  gst_mcast_sink_pspecs[GST_MCAST_SINK_TTL_MC] =
    g_param_spec_int ("ttl-mc", "Multicast TTL",
                      "TTL (hop limit) of multicast datagrams: 0 stays in this machine, 1 stays on "
                      "the link, n crosses up to n-1 routers",
                      0, 255, 1, AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_TTL] =
    g_param_spec_int ("ttl", "Unicast TTL",
                      "Ignored, for udpsink compatibility: ttl-mc is the TTL of multicast "
                      "datagrams",
                      0, 255, 64, AT_ONCE | G_PARAM_DEPRECATED);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_LOOP] =
    g_param_spec_boolean ("loop", "Loop", "Deliver the datagrams to receivers on this machine too",
                          TRUE, AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_QOS_DSCP] =
    g_param_spec_int ("qos-dscp", "DSCP",
                      "Differentiated Services Code Point, by which switches and routers "
                      "prioritize (-1 = system default)",
                      -1, 63, -1, AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_PACING_RATE] =
    g_param_spec_uint64 ("pacing-rate", "Pacing rate",
                         "Maximum rate of payload in bits per second, counted for each path: each "
                         "group on each interface (0 = disabled)",
                         0, G_MAXUINT64, 0, AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_PACKET_SIZE] =
    g_param_spec_uint ("packet-size", "Packet size",
                       "Split larger buffers into datagrams of this many bytes, for example 1316 "
                       "for MPEG-TS (0 = disabled)",
                       0, GST_MCAST_MAX_PAYLOAD_IPV4, 0, AT_ONCE);
}

static void
make_socket (void)
{
  gst_mcast_sink_pspecs[GST_MCAST_SINK_BUFFER_SIZE] =
    g_param_spec_int ("buffer-size", "Buffer size",
                      "Size of the kernel's send buffer in bytes (0 = system default)", 0, G_MAXINT,
                      0, OPENING);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_BIND_ADDRESS] =
    g_param_spec_string ("bind-address", "Bind address",
                         "Source address of the datagrams (unset = the address of each interface)",
                         NULL, OPENING);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_BIND_PORT] =
    g_param_spec_int ("bind-port", "Bind port",
                      "Source port of the datagrams (0 = chosen by the system)", 0, G_MAXUINT16, 0,
                      OPENING);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_AUTO_MULTICAST] =
    g_param_spec_boolean ("auto-multicast", "Auto multicast",
                          "Ignored, for udpsink compatibility: a sender does not need to join the "
                          "groups that it sends to",
                          TRUE, AT_ONCE | G_PARAM_DEPRECATED);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_FORCE_IPV4] =
    g_param_spec_boolean ("force-ipv4", "Force IPv4",
                          "Ignored, for udpsink compatibility: each group has its family", FALSE,
                          AT_ONCE | G_PARAM_DEPRECATED);
}

static void
make_shared_socket (void)
{
  gst_mcast_sink_pspecs[GST_MCAST_SINK_SOCKET] =
    g_param_spec_object ("socket", "Socket",
                         "UDP socket of the application to send from to groups of its family "
                         "(unset = the element opens its own)",
                         G_TYPE_SOCKET, OPENING);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_SOCKET_V6] =
    g_param_spec_object ("socket-v6", "Socket v6",
                         "UDP socket of the application to send from to IPv6 groups, if socket is "
                         "for IPv4 (unset = the element opens its own)",
                         G_TYPE_SOCKET, OPENING);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_USED_SOCKET] =
    g_param_spec_object ("used-socket", "Used socket",
                         "Socket that sends to IPv4 groups, in READY and later states, for a "
                         "receiver that shares its port",
                         G_TYPE_SOCKET, READABLE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_USED_SOCKET_V6] =
    g_param_spec_object ("used-socket-v6", "Used socket v6",
                         "Socket that sends to IPv6 groups, in READY and later states, for a "
                         "receiver that shares its port",
                         G_TYPE_SOCKET, READABLE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_CLOSE_SOCKET] =
    g_param_spec_boolean ("close-socket", "Close socket",
                          "Close the application's sockets when the element stops using them", TRUE,
                          OPENING);
}

static void
make_state (void)
{
  gst_mcast_sink_pspecs[GST_MCAST_SINK_URI] =
    g_param_spec_string ("uri", "URI",
                         "Group, port and other settings, with properties as parameters: "
                         "mcast://239.1.2.3:5004?interfaces=eth0&...; replaces all destinations; "
                         "while playing, only groups and interfaces may differ",
                         "mcast://localhost:5004", AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_BYTES_TO_SERVE] =
    g_param_spec_uint64 ("bytes-to-serve", "Bytes to serve",
                         "Number of bytes received from upstream", 0, G_MAXUINT64, 0, READABLE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_BYTES_SERVED] =
    g_param_spec_uint64 ("bytes-served", "Bytes served",
                         "Number of bytes sent, counted for each destination and interface", 0,
                         G_MAXUINT64, 0, READABLE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_STATS] =
    g_param_spec_boxed ("stats", "Statistics",
                        "Buffers rendered and dropped; datagrams and bytes accepted and refused by "
                        "the system, in total and per group and interface",
                        GST_TYPE_STRUCTURE, READABLE);
}

void
gst_mcast_sink_make_pspecs (void)
{
  make_destinations ();
  make_interfaces ();
  make_packets ();
  make_socket ();
  make_shared_socket ();
  make_state ();
}
