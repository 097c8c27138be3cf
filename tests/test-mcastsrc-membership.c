/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What mcastsrc joins, and what it does to stay joined. */

#include "gst-test.h"

/* What `bridge` calls the port that the program's own eth0 is plugged into. */
#define PORT "port1"

/* mcastsrc with @properties, and an appsink that keeps everything. */
static GstElement *
launch_playing (const char *properties)
{
  g_autofree char *description = g_strdup_printf ("mcastsrc name=src address=" TEST_GROUP " %s "
                                                  "! appsink name=out sync=false async=false",
                                                  properties);
  GstElement *pipeline = gst_test_launch (description);

  gst_test_play (pipeline);
  return pipeline;
}

/* Of all paths together. */
static guint64
count_refreshes (GstElement *pipeline)
{
  g_autoptr (GstElement) src = gst_bin_get_by_name (GST_BIN (pipeline), "src");
  g_autoptr (GstStructure) stats = NULL;
  const GValue *paths;
  guint64 sum = 0;

  g_object_get (src, "stats", &stats, NULL);
  paths = gst_structure_get_value (stats, "paths");
  for (guint i = 0; i < gst_value_array_get_size (paths); i++)
    {
      guint64 refreshes = 0;

      gst_structure_get_uint64 (gst_value_get_structure (gst_value_array_get_value (paths, i)),
                                "refreshes", &refreshes);
      sum += refreshes;
    }
  return sum;
}

/* --- Recovery -------------------------------------------------------------------------------- */

/* A switch that passes on only what was asked for, with this program and its peer on it. */
static Netns *
switch_new (World *world)
{
  Netns *self = netns_new ();

  netns_add_bridge (self, "br0",
                    "mcast_snooping 1 mcast_query_response_interval 10 mcast_igmp_version 3");
  netns_add_bridge_host (self, "br0", 1, world->here, "eth0");
  netns_add_bridge_host (self, "br0", 2, world->there, "eth0");
  netns_ip (self, "link set dev br0 type bridge mcast_querier 1\n");
  g_free (netns_run (self, "bridge", "link", "set", "dev", PORT, "mcast_flood", "off", NULL));
  return self;
}

/* The entry may be gone already. */
static void
switch_forget (Netns *self, const char *group)
{
  const char *const argv[] = { "bridge", "mdb", "del", "dev", "br0",
                               "port",   PORT,  "grp", group, NULL };
  g_autoptr (GSubprocess) process = netns_spawnv (self, G_SUBPROCESS_FLAGS_STDERR_SILENCE, argv);

  g_subprocess_wait (process, NULL, NULL);
}

/* The switch forgets the group until a refresh was needed, and the stream is back after it. */
static void
test_recovery (World *world)
{
  g_autoptr (Netns) lan = switch_new (world);
  GstElement *pipeline = launch_playing ("interfaces=eth0 recovery-interval=100000000");
  g_autoptr (GSocket) sender = plain_sender_new_to (world->there, "eth0", TEST_GROUP, TEST_PORT);
  g_autoptr (GstSample) sample = NULL;

  netns_assert_soon ((switch_forget (lan, TEST_GROUP), count_refreshes (pipeline) > 0));
  netns_assert_soon (
    (plain_send_data (sender, NULL, "back", 4), (sample = gst_test_try_pull (pipeline, 10))));
  gst_test_stop (pipeline);
}

/* Another program holds the group: without a main loop, a message on the bus says that nothing
 * can be done. Here everything is in a URI. */
static void
test_recovery_ineffective (World *world)
{
  Netns *lan = switch_new (world);
  GSocket *other = plain_receiver_new (world->here, "eth0", TEST_GROUP, 5999);
  GstElement *pipeline;
  g_autoptr (GstMessage) message = NULL;
  const GstStructure *structure;
  guint index = 0;

  set_capability (CAP_NET_RAW, FALSE);
  pipeline = gst_test_launch ("mcastsrc name=src uri=mcast://" TEST_GROUP
                              "?interfaces=eth0&recovery-interval=50000000 ! fakesink");
  gst_test_play (pipeline);
  set_capability (CAP_NET_RAW, TRUE);
  message = gst_test_wait_message (pipeline, GST_MESSAGE_ELEMENT, "mcast-recovery-ineffective");
  structure = gst_message_get_structure (message);
  g_assert_cmpstr (gst_structure_get_string (structure, "group"), ==, TEST_GROUP);
  g_assert_cmpstr (gst_structure_get_string (structure, "interface"), ==, "eth0");
  g_assert_true (gst_structure_get_uint (structure, "interface-index", &index));
  g_assert_cmpuint (index, ==, netns_index (world->here, "eth0"));
  gst_test_stop (pipeline);
  g_object_unref (other);
  netns_free (lan);
}

/* Off unless it is asked for, and a time below the library's microseconds is not off. */
static void
test_recovery_interval (World *world)
{
  Netns *lan = switch_new (world);
  GstElement *off = launch_playing ("interfaces=eth0");
  GstElement *pipeline = launch_playing ("interfaces=eth0 recovery-interval=1");

  set_capability (CAP_NET_RAW, FALSE);
  netns_assert_soon (count_refreshes (pipeline) > 0);
  set_capability (CAP_NET_RAW, TRUE);
  g_assert_cmpuint (count_refreshes (off), ==, 0);
  gst_test_stop (pipeline);
  gst_test_stop (off);
  netns_free (lan);
}

/* --- Without joining ------------------------------------------------------------------------- */

/* What somebody else has joined, on the interfaces that were asked for. */
static void
test_no_join (World *world)
{
  g_autoptr (GSocket) first = plain_sender_new_to (world->there, "v0", TEST_GROUP, TEST_PORT);
  g_autoptr (GSocket) second = plain_sender_new_to (world->there, "v1", TEST_GROUP, TEST_PORT);
  GstElement *pipeline = launch_playing ("interfaces=v0 auto-multicast=false");
  g_autoptr (GSocket) member = NULL;
  g_autoptr (GSocket) elsewhere = NULL;

  g_assert_cmpuint (netns_group_users (world->here, "v0", TEST_GROUP), ==, 0);
  plain_send_data (first, NULL, "nobody", 6);
  member = plain_receiver_new (world->here, "v0", TEST_GROUP, 5999);
  elsewhere = plain_receiver_new (world->here, "v1", TEST_GROUP, 5999);
  plain_send_data (second, NULL, "elsewhere", 9);
  plain_send_data (first, NULL, "member", 6);
  gst_test_assert_pull (pipeline, "member", 6);

  g_clear_object (&member);
  netns_assert_soon (netns_group_users (world->here, "v0", TEST_GROUP) == 0);
  plain_send_data (first, NULL, "nobody", 6);
  member = plain_receiver_new (world->here, "v0", TEST_GROUP, 5999);
  plain_send_data (first, NULL, "again", 5);
  gst_test_assert_pull (pipeline, "again", 5);
  gst_test_stop (pipeline);
  g_assert_cmpuint (netns_group_users (world->here, "v0", TEST_GROUP), ==, 1);
}

/* A filter of sources holds without a membership that would carry it. */
static void
test_no_join_source (void)
{
  GstElement *pipeline;
  g_autoptr (GstElement) src = NULL;
  g_autoptr (GSocket) member = NULL;
  g_autoptr (GSocket) sender = plain_sender_new_to (netns_home (), "lo", TEST_GROUP, TEST_PORT);

  member = plain_receiver_new (netns_home (), "lo", TEST_GROUP, 5999);
  pipeline = launch_playing ("interfaces=lo auto-multicast=false multicast-source=+192.0.2.1");
  src = gst_bin_get_by_name (GST_BIN (pipeline), "src");
  plain_send_data (sender, NULL, "stranger", 8);
  netns_assert_soon (gst_test_get_stat (pipeline, "src", "filtered-source") == 1);
  g_object_set (src, "multicast-source", "+127.0.0.1", NULL);
  plain_send_data (sender, NULL, "friend", 6);
  gst_test_assert_pull (pipeline, "friend", 6);
  gst_test_stop (pipeline);
}

static void
test_no_join_errors (void)
{
  g_autofree char *text = gst_test_get_error (
    "mcastsrc interfaces=lo address=" TEST_GROUP
    " auto-multicast=false recovery-interval=1000000 ! fakesink");

  g_assert_nonnull (strstr (text, "recovery interval requires auto-join"));
}

/* --- Without a choice ------------------------------------------------------------------------ */

static void
assert_message (GstElement *pipeline, const char *text)
{
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_ELEMENT, text));
}

/* Without a named interface, the source also receives on the one that a sender would use, even the
 * loopback, and only as long as the routes lead there. */
static void
test_loopback_by_route (void)
{
  GstElement *pipeline;
  GstElement *sending;
  g_autoptr (GSocket) sender = plain_sender_new_to (netns_home (), "lo", TEST_GROUP, TEST_PORT);

  netns_ip (netns_home (), "route add 233.252.0.0/24 dev lo\n");
  pipeline = launch_playing ("");
  sending = gst_test_launch ("fakesrc num-buffers=1 sizetype=fixed sizemax=4 filltype=zero "
                             "! mcastsink host=" TEST_GROUP);
  gst_test_play (sending);
  gst_test_assert_pull (pipeline, "\0\0\0\0", 4);
  gst_test_stop (sending);

  gst_test_allow_warnings (TRUE);
  netns_ip (netns_home (), "route del 233.252.0.0/24 dev lo\n");
  assert_message (pipeline, "mcast-interface-lost, interface=(string)lo");
  plain_send_data (sender, NULL, "no", 2);
  netns_ip (netns_home (), "route add default dev lo\n");
  assert_message (pipeline, "mcast-interface-joined, interface=(string)lo");
  plain_send_data (sender, NULL, "yes", 3);
  gst_test_assert_pull (pipeline, "yes", 3);
  gst_test_stop (pipeline);
  netns_ip (netns_home (), "route del default dev lo\n");
  gst_test_allow_warnings (FALSE);
}

static void
test_loopback_by_route_ipv6 (void)
{
  GstElement *pipeline;
  g_autoptr (GSocket) sender = NULL;

  netns_add_lo_route (netns_home ());
  pipeline = gst_test_launch ("mcastsrc address=" TEST_GROUP6 " ! appsink name=out sync=false "
                              "async=false");
  gst_test_play (pipeline);
  sender = plain_sender_new_to (netns_home (), "lo", TEST_GROUP6, TEST_PORT);
  plain_send_data (sender, NULL, "six", 3);
  gst_test_assert_pull (pipeline, "six", 3);
  gst_test_stop (pipeline);
}

/* "*" is never the loopback; what was asked for may change while playing, without a gap for what
 * stays. */
static void
test_loopback_by_choice (void)
{
  GstElement *pipeline;
  g_autoptr (GstElement) src = NULL;
  g_autoptr (GSocket) sender = plain_sender_new_to (netns_home (), "lo", TEST_GROUP, TEST_PORT);

  gst_test_allow_warnings (TRUE);
  netns_ip (netns_home (), "route add 233.252.0.0/24 dev lo\n");
  pipeline = launch_playing ("interfaces=*");
  src = gst_bin_get_by_name (GST_BIN (pipeline), "src");
  plain_send_data (sender, NULL, "no", 2);
  g_object_set (src, "interfaces", "lo", NULL);
  assert_message (pipeline, "mcast-interface-joined, interface=(string)lo");
  plain_send_data (sender, NULL, "named", 5);
  gst_test_assert_pull (pipeline, "named", 5);

  g_object_set (src, "interfaces", NULL, NULL);
  plain_send_data (sender, NULL, "routed", 6);
  gst_test_assert_pull (pipeline, "routed", 6);
  g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_ELEMENT, "lost"), ==, 0);

  g_object_set (src, "interfaces", "*", NULL);
  assert_message (pipeline, "mcast-interface-lost, interface=(string)lo");
  g_object_set (src, "interfaces", "", NULL);
  assert_message (pipeline, "mcast-interface-joined, interface=(string)lo");
  g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_WARNING, ""), ==, 0);
  gst_test_stop (pipeline);
  netns_ip (netns_home (), "route del 233.252.0.0/24 dev lo\n");
  gst_test_allow_warnings (FALSE);
}

int
main (int argc, char **argv)
{
  gst_test_init (&argc, &argv);

  g_test_add_func ("/mcastsrc/loopback/by-route", test_loopback_by_route);
  g_test_add_func ("/mcastsrc/loopback/by-route/ipv6", test_loopback_by_route_ipv6);
  g_test_add_func ("/mcastsrc/loopback/by-choice", test_loopback_by_choice);
  gst_test_add ("/mcastsrc/no-join", 2, test_no_join);
  g_test_add_func ("/mcastsrc/no-join/source", test_no_join_source);
  g_test_add_func ("/mcastsrc/no-join/errors", test_no_join_errors);
  world_test_add_full ("/mcastsrc/recovery",
                       (WorldTest) { 0, test_recovery, .needs = NETNS_VETH | NETNS_BRIDGE,
                                     .at_home = TRUE });
  world_test_add_full ("/mcastsrc/recovery/ineffective",
                       (WorldTest) { 0, test_recovery_ineffective,
                                     .needs = NETNS_VETH | NETNS_BRIDGE, .at_home = TRUE });
  world_test_add_full ("/mcastsrc/recovery/interval",
                       (WorldTest) { 0, test_recovery_interval, .needs = NETNS_VETH | NETNS_BRIDGE,
                                     .at_home = TRUE });

  return g_test_run ();
}
