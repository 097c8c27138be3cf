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
/* Takes effect at once, whatever the element does. */
#define AT_ONCE (FLAGS | GST_PARAM_MUTABLE_PLAYING)

static void
make_destinations (void)
{
  gst_mcast_sink_pspecs[GST_MCAST_SINK_HOST] =
    g_param_spec_string ("host", "Host",
                         "Multicast group to send to, as in 239.1.2.3 or ff12::5; nothing is sent "
                         "before it, groups or clients is set",
                         GST_MCAST_SINK_DEFAULT_HOST, AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_PORT] =
    g_param_spec_int ("port", "Port", "Port to send to, for groups without one of their own", 0,
                      G_MAXUINT16, GST_MCAST_SINK_DEFAULT_PORT, AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_GROUPS] =
    gst_param_spec_array ("groups", "Groups",
                          "Multicast groups to send to besides host, each in the form "
                          "GROUP[%INTERFACE][:PORT]",
                          g_param_spec_string ("group", "Group", "A multicast group", NULL, FLAGS),
                          AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_CLIENTS] =
    g_param_spec_string ("clients", "Clients",
                         "All destinations as one list: GROUP:PORT,[IPV6GROUP]:PORT,...", NULL,
                         AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_SEND_DUPLICATES] =
    g_param_spec_boolean ("send-duplicates", "Send duplicates",
                          "Send as many copies to a destination as it was added times", TRUE,
                          AT_ONCE);
}

static void
make_interfaces (void)
{
  gst_mcast_sink_pspecs[GST_MCAST_SINK_INTERFACES] =
    g_param_spec_string ("interfaces", "Interfaces",
                         "Network interfaces to send on, a copy on each, by name, index or "
                         "address, separated by commas: eth0,eth1 (* = every one that is up and "
                         "not loopback, now and later; unset = the one that the routing table "
                         "says)",
                         NULL, AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_MULTICAST_IFACE] =
    g_param_spec_string ("multicast-iface", "Multicast interface", "Older name of interfaces", NULL,
                         AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_WAIT_FOR_INTERFACES] =
    g_param_spec_boolean ("wait-for-interfaces", "Wait for interfaces",
                          "Start although a named interface is missing, and send on it when it "
                          "appears (false = an interface that is missing is an error)",
                          FALSE, OPENING);
}

static void
make_packets (void)
{
  gst_mcast_sink_pspecs[GST_MCAST_SINK_TTL_MC] =
    g_param_spec_int ("ttl-mc", "Multicast TTL",
                      "How far datagrams go: 0 stays in this machine, 1 on the link, more "
                      "crosses as many routers less one",
                      0, 255, 1, AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_TTL] =
    g_param_spec_int ("ttl", "Unicast TTL",
                      "For pipelines of udpsink: does nothing here, as only ttl-mc concerns "
                      "multicast",
                      0, 255, 64, AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_LOOP] =
    g_param_spec_boolean ("loop", "Loop", "Let receivers on this machine have the datagrams too",
                          TRUE, AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_QOS_DSCP] =
    g_param_spec_int ("qos-dscp", "DSCP",
                      "Differentiated services code point, for switches and routers that give "
                      "priority by it (-1 = the system's default)",
                      -1, 63, -1, AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_PACING_RATE] =
    g_param_spec_uint64 ("pacing-rate", "Pacing rate",
                         "Most bits per second to send on each interface, so that a burst does not "
                         "overrun receivers (0 = as fast as it can)",
                         0, G_MAXUINT64, 0, AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_PACKET_SIZE] =
    g_param_spec_uint ("packet-size", "Packet size",
                       "Cut larger buffers into datagrams of so many bytes: 1316 for MPEG-TS (0 = "
                       "each buffer is one datagram)",
                       0, GST_MCAST_MAX_PAYLOAD_IPV4, 0, AT_ONCE);
}

static void
make_socket (void)
{
  gst_mcast_sink_pspecs[GST_MCAST_SINK_BUFFER_SIZE] =
    g_param_spec_int ("buffer-size", "Buffer size",
                      "Size of the kernel's send buffer in bytes (0 = the system's default)", 0,
                      G_MAXINT, 0, OPENING);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_BIND_ADDRESS] =
    g_param_spec_string ("bind-address", "Bind address",
                         "Address of this machine to send from (unset = the one of each interface)",
                         NULL, OPENING);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_BIND_PORT] =
    g_param_spec_int ("bind-port", "Bind port", "Port to send from (0 = the system chooses one)", 0,
                      G_MAXUINT16, 0, OPENING);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_AUTO_MULTICAST] =
    g_param_spec_boolean ("auto-multicast", "Auto multicast",
                          "For pipelines of udpsink: a sender need not join the groups it sends "
                          "to, and this one never does",
                          TRUE, AT_ONCE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_FORCE_IPV4] =
    g_param_spec_boolean ("force-ipv4", "Force IPv4",
                          "For pipelines of udpsink, where it has had no effect for long", FALSE,
                          AT_ONCE | G_PARAM_DEPRECATED);
}

static void
make_shared_socket (void)
{
  gst_mcast_sink_pspecs[GST_MCAST_SINK_SOCKET] =
    g_param_spec_object ("socket", "Socket",
                         "A UDP socket of the application to send with to the groups of its family "
                         "(unset = the element opens its own)",
                         G_TYPE_SOCKET, OPENING);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_SOCKET_V6] =
    g_param_spec_object ("socket-v6", "Socket v6",
                         "The same for IPv6 groups, beside a socket for IPv4", G_TYPE_SOCKET,
                         OPENING);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_USED_SOCKET] =
    g_param_spec_object ("used-socket", "Used socket",
                         "The socket that IPv4 groups are sent to with, from READY on, for a "
                         "receiver that shall share its port",
                         G_TYPE_SOCKET, READABLE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_USED_SOCKET_V6] =
    g_param_spec_object ("used-socket-v6", "Used socket v6", "The same for IPv6", G_TYPE_SOCKET,
                         READABLE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_CLOSE_SOCKET] =
    g_param_spec_boolean ("close-socket", "Close socket",
                          "Close the application's socket when it is not needed any more", TRUE,
                          OPENING);
}

static void
make_state (void)
{
  gst_mcast_sink_pspecs[GST_MCAST_SINK_URI] =
    g_param_spec_string ("uri", "URI",
                         "All settings in one: mcast://239.1.2.3:5004?interfaces=eth0&... with any "
                         "property of this element as a parameter",
                         "mcast://localhost:5004", OPENING);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_BYTES_TO_SERVE] =
    g_param_spec_uint64 ("bytes-to-serve", "Bytes to serve", "Bytes that came to be sent", 0,
                         G_MAXUINT64, 0, READABLE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_BYTES_SERVED] =
    g_param_spec_uint64 ("bytes-served", "Bytes served",
                         "Bytes that were sent, counted for each destination and interface", 0,
                         G_MAXUINT64, 0, READABLE);
  gst_mcast_sink_pspecs[GST_MCAST_SINK_STATS] =
    g_param_spec_boxed ("stats", "Statistics",
                        "Buffers rendered and dropped; datagrams and bytes accepted and refused by "
                        "the system, in all and for each group and interface",
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
