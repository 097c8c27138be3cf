/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastsrcsettings.h"

#include <mcast.h>

GParamSpec *gst_mcast_src_pspecs[GST_MCAST_SRC_N_PROPERTIES];

#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)
/* Takes effect when the element leaves READY. */
#define OPENING (FLAGS | GST_PARAM_MUTABLE_READY)
/* Takes effect at once, whatever the element does. */
#define AT_ONCE (FLAGS | GST_PARAM_MUTABLE_PLAYING)

static void
make_groups (void)
{
  gst_mcast_src_pspecs[GST_MCAST_SRC_ADDRESS] =
    g_param_spec_string ("address", "Address",
                         "Multicast group to receive, as in 239.1.2.3; with a source filter "
                         "10.0.0.1@232.1.2.3, on one interface [ff12::5%eth0]",
                         GST_MCAST_SRC_DEFAULT_ADDRESS, AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_MULTICAST_GROUP] =
    g_param_spec_string ("multicast-group", "Multicast group", "Older name of address",
                         GST_MCAST_SRC_DEFAULT_ADDRESS, AT_ONCE | G_PARAM_DEPRECATED);
  gst_mcast_src_pspecs[GST_MCAST_SRC_GROUPS] =
    gst_param_spec_array ("groups", "Groups",
                          "Multicast groups to receive besides address, each in the form "
                          "[SOURCE[+SOURCE...]@]GROUP[%INTERFACE][:PORT]",
                          g_param_spec_string ("group", "Group", "A multicast group", NULL, FLAGS),
                          AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_PORT] =
    g_param_spec_int ("port", "Port",
                      "Port to receive on, for groups without one of their own (0 = the system "
                      "chooses one, which can be read from READY on)",
                      0, G_MAXUINT16, 5004, OPENING);
}

static void
make_membership (void)
{
  gst_mcast_src_pspecs[GST_MCAST_SRC_INTERFACES] =
    g_param_spec_string ("interfaces", "Interfaces",
                         "Network interfaces to receive on, by name, index or address, separated "
                         "by commas: eth0,eth1 (* = every one that is up and not loopback, now and "
                         "later; unset = the same, and the loopback when the routing table sends "
                         "the group there)",
                         NULL, AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_MULTICAST_IFACE] =
    g_param_spec_string ("multicast-iface", "Multicast interface", "Older name of interfaces", NULL,
                         AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_WAIT_FOR_INTERFACES] =
    g_param_spec_boolean ("wait-for-interfaces", "Wait for interfaces",
                          "Start although a named interface is missing, and join when it appears "
                          "(false = an interface that is missing is an error)",
                          FALSE, OPENING);
  gst_mcast_src_pspecs[GST_MCAST_SRC_RECOVERY_INTERVAL] =
    g_param_spec_uint64 ("recovery-interval", "Recovery interval",
                         "Report a membership again when nothing came for so many nanoseconds, "
                         "for a switch that forgets who wants a group (0 = never)",
                         0, G_MAXUINT64, 0, OPENING);
  gst_mcast_src_pspecs[GST_MCAST_SRC_MULTICAST_SOURCE] =
    g_param_spec_string ("multicast-source", "Multicast source",
                         "Addresses of the only senders to hear, as +10.0.0.1+10.0.0.2, or of "
                         "those not to hear, as -10.0.0.9 (unset = everyone)",
                         NULL, AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_SOURCE_FILTER] =
    g_param_spec_string ("source-filter", "Source filter",
                         "The same as a comma-separated list of addresses, in the manner of "
                         "udpsrc2",
                         NULL, AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_SOURCE_FILTER_EXCLUSIVE] =
    g_param_spec_boolean ("source-filter-exclusive", "Source filter exclusive",
                          "The senders in source-filter are those not to hear", FALSE, AT_ONCE);
}

static void
make_socket (void)
{
  gst_mcast_src_pspecs[GST_MCAST_SRC_MERGE] =
    g_param_spec_enum ("merge", "Merge",
                       "What to do with copies of one stream that arrive on several interfaces or "
                       "groups",
                       GST_TYPE_MCAST_MERGE, MCAST_MERGE_NONE, OPENING);
  gst_mcast_src_pspecs[GST_MCAST_SRC_BUFFER_SIZE] =
    g_param_spec_int ("buffer-size", "Buffer size",
                      "Size of the kernel's receive buffer in bytes (0 = the system's default); "
                      "what the system grants is in stats",
                      0, G_MAXINT, 0, OPENING);
  gst_mcast_src_pspecs[GST_MCAST_SRC_AUTO_MULTICAST] =
    g_param_spec_boolean ("auto-multicast", "Auto multicast",
                          "Join the groups (false = receive them only while another program, or "
                          "the owner of the socket, has joined them on an interface)",
                          TRUE, OPENING);
  gst_mcast_src_pspecs[GST_MCAST_SRC_REUSE] =
    g_param_spec_boolean ("reuse", "Reuse",
                          "Let other receivers of this machine have the same groups and port", TRUE,
                          OPENING);
  gst_mcast_src_pspecs[GST_MCAST_SRC_LOOP] =
    g_param_spec_boolean ("loop", "Loop",
                          "For pipelines of udpsrc: whether a machine hears itself is for its "
                          "sender to say (mcastsink loop=false)",
                          TRUE, OPENING);
}

static void
make_shared_socket (void)
{
  gst_mcast_src_pspecs[GST_MCAST_SRC_SOCKET] =
    g_param_spec_object ("socket", "Socket",
                         "A bound UDP socket of the application to receive with (unset = the "
                         "element opens its own)",
                         G_TYPE_SOCKET, OPENING);
  gst_mcast_src_pspecs[GST_MCAST_SRC_USED_SOCKET] =
    g_param_spec_object ("used-socket", "Used socket",
                         "The socket that the first group is received with, from READY on, for a "
                         "sender that shall share its port",
                         G_TYPE_SOCKET, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  gst_mcast_src_pspecs[GST_MCAST_SRC_CLOSE_SOCKET] =
    g_param_spec_boolean ("close-socket", "Close socket",
                          "Close the application's socket when it is not needed any more", TRUE,
                          OPENING);
}

static void
make_buffers (void)
{
  gst_mcast_src_pspecs[GST_MCAST_SRC_CAPS] =
    g_param_spec_boxed ("caps", "Caps",
                        "What the datagrams carry, as in video/mpegts or application/x-rtp,... "
                        "(unset = anything)",
                        GST_TYPE_CAPS, AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_MTU] =
    g_param_spec_uint ("mtu", "MTU",
                       "Size of the buffers in bytes: what a datagram normally needs. Larger ones "
                       "arrive whole, at a higher cost",
                       0, G_MAXINT, 1492, AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_TIMEOUT] =
    g_param_spec_uint64 ("timeout", "Timeout",
                         "Post a message GstUDPSrcTimeout when nothing came for so many "
                         "nanoseconds (0 = never)",
                         0, G_MAXUINT64, 0, AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_SKIP_FIRST_BYTES] =
    g_param_spec_int ("skip-first-bytes", "Skip first bytes",
                      "Bytes to leave out at the start of every datagram; a shorter one is dropped "
                      "and counted in stats",
                      0, G_MAXINT, 0, AT_ONCE);
}

static void
make_batches (void)
{
  gst_mcast_src_pspecs[GST_MCAST_SRC_BATCH_SIZE] =
    g_param_spec_uint ("batch-size", "Batch size",
                       "Most datagrams to take from the system at once, a run of them that came "
                       "merged counting as one; several are pushed as a buffer list. Never waits "
                       "for more to come (1 = single buffers only)",
                       1, GST_MCAST_SRC_MAX_BATCH_SIZE, 16, OPENING);
  gst_mcast_src_pspecs[GST_MCAST_SRC_ALLOW_GRO] =
    g_param_spec_boolean ("allow-gro", "Allow GRO",
                          "Let the kernel hand over runs of datagrams in one piece, which costs "
                          "far less where the sender sends them so. Without effect with merge, "
                          "socket, or batch-size=1 and preserve-packetization",
                          TRUE, OPENING);
  gst_mcast_src_pspecs[GST_MCAST_SRC_PRESERVE_PACKETIZATION] =
    g_param_spec_boolean ("preserve-packetization", "Preserve packetization",
                          "Make one buffer of each datagram (false = what the kernel merged stays "
                          "one buffer, for streams of bytes as MPEG-TS; without effect with "
                          "skip-first-bytes)",
                          TRUE, OPENING);
}

static void
make_metas (void)
{
  gst_mcast_src_pspecs[GST_MCAST_SRC_RETRIEVE_SENDER_ADDRESS] =
    g_param_spec_boolean ("retrieve-sender-address", "Retrieve sender address",
                          "Add the sender's address to each buffer, as GstNetAddressMeta", TRUE,
                          AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_SOCKET_TIMESTAMP] =
    g_param_spec_enum ("socket-timestamp", "Socket timestamp",
                       "Where the timestamps of buffers come from",
                       GST_TYPE_MCAST_SOCKET_TIMESTAMP_MODE, GST_MCAST_SOCKET_TIMESTAMP_DISABLED,
                       AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_ADD_REFERENCE_TIMESTAMP_META] =
    g_param_spec_boolean ("add-reference-timestamp-meta", "Add reference timestamp meta",
                          "Add the kernel's time of arrival to each buffer, as "
                          "GstReferenceTimestampMeta with caps timestamp/x-unix",
                          FALSE, AT_ONCE);
  gst_mcast_src_pspecs[GST_MCAST_SRC_URI] =
    g_param_spec_string ("uri", "URI",
                         "All settings in one: mcast://239.1.2.3:5004?interfaces=eth0&... with any "
                         "property of this element as a parameter",
                         "mcast://0.0.0.0:5004", OPENING);
  gst_mcast_src_pspecs[GST_MCAST_SRC_STATS] =
    g_param_spec_boxed ("stats", "Statistics",
                        "Datagrams and bytes delivered, filtered, merged and dropped, in all and "
                        "for each group and interface",
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
