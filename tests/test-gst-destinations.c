/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lists of groups, and the one list of destinations that host, port, groups, clients and uri of
 * mcastsink show. */

#include "gst-test.h"

/* --- Groups ---------------------------------------------------------------------------------- */

/* As a launch line sets it, as a list of strings, and as the text of an array. */
static void
test_groups (gconstpointer name)
{
  static const struct
  {
    const char *text;
    const char *reads;
  } cases[] = {
    { "239.1.2.3", "239.1.2.3" },
    { " 239.1.2.3 ,239.1.2.4:7", "239.1.2.3,239.1.2.4:7" },
    { "<239.1.2.3,239.1.2.4:7>", "239.1.2.3,239.1.2.4:7" },
    { "< \"239.1.2.3\", \"[ff15::1]:7\" >", "239.1.2.3,[ff15::1]:7" },
    { "<10.0.0.1@232.1.2.3>", "10.0.0.1@232.1.2.3" },
    { "<(string)\"239.1.2.3\",(string)239.1.2.4>", "239.1.2.3,239.1.2.4" },
    { "239.1.2.3,", "239.1.2.3" },
    { "<>", NULL },
    { "", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GstElement) element = gst_test_make (name);

      g_test_message ("%s", cases[i].text);
      gst_util_set_object_arg (G_OBJECT (element), "groups", cases[i].text);
      gst_test_assert_reads (element, "groups", cases[i].reads);
      g_object_set (element, "groups", NULL, NULL);
      gst_test_assert_reads (element, "groups", NULL);
      g_object_set (element, "groups", cases[i].text, NULL);
      gst_test_assert_reads (element, "groups", cases[i].reads);
    }
}

static void
test_group_array (gconstpointer name)
{
  g_autoptr (GstElement) element = gst_test_make (name);
  g_auto (GValue) array = G_VALUE_INIT;
  g_auto (GValue) item = G_VALUE_INIT;

  g_value_init (&array, GST_TYPE_ARRAY);
  g_value_init (&item, G_TYPE_STRING);
  g_value_set_static_string (&item, "239.1.2.3");
  gst_value_array_append_value (&array, &item);
  g_value_set_static_string (&item, "10.0.0.1@232.1.2.3:7");
  gst_value_array_append_value (&array, &item);
  g_object_set_property (G_OBJECT (element), "groups", &array);
  gst_test_assert_reads (element, "groups", "239.1.2.3,10.0.0.1@232.1.2.3:7");
}

/* --- One list of destinations ---------------------------------------------------------------- */

/* Sets the properties in @settings, separated by spaces, in this order. */
static void
set_all (GstElement *sink, const char *settings)
{
  g_auto (GStrv) list = g_strsplit (settings, " ", -1);

  for (guint i = 0; list[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (list[i], "=", 2);

      if (g_str_equal (parts[0], "clear"))
        g_signal_emit_by_name (sink, "clear");
      else
        gst_util_set_object_arg (G_OBJECT (sink), parts[0], parts[1]);
    }
}

static void
test_views (void)
{
  static const struct
  {
    const char *settings;
    const char *clients;
    const char *host;
    int port;
    const char *groups;
    const char *uri;
  } cases[] = {
    { "host=239.1.1.1 groups=239.1.1.2", "239.1.1.1:5004,239.1.1.2:5004", "239.1.1.1", 5004,
      "239.1.1.2", "mcast://239.1.1.1:5004?groups=239.1.1.2" },
    { "groups=239.1.1.2:9,239.1.1.3 host=239.1.1.1 port=7", "239.1.1.1:7,239.1.1.2:9,239.1.1.3:7",
      "239.1.1.1", 7, "239.1.1.2:9,239.1.1.3", "mcast://239.1.1.1:7?groups=239.1.1.2:9,239.1.1.3" },
    { "groups=239.1.1.2:9,239.1.1.3", "239.1.1.2:9,239.1.1.3:5004", "239.1.1.2", 9,
      "239.1.1.2:9,239.1.1.3", "mcast://239.1.1.2:9?groups=239.1.1.3" },
    { "host=239.1.1.1 groups=239.1.1.2 clients=239.1.1.3:3,239.1.1.4:4", "239.1.1.3:3,239.1.1.4:4",
      "239.1.1.3", 3, "239.1.1.3:3,239.1.1.4:4", "mcast://239.1.1.3:3?groups=239.1.1.4:4" },
    { "clients=239.1.1.3:3,239.1.1.4:4 groups=239.1.1.2:2", "239.1.1.2:2", "239.1.1.2", 2,
      "239.1.1.2:2", "mcast://239.1.1.2:2" },
    { "clients=239.1.1.3:3,239.1.1.4:4 uri=mcast://239.1.1.5:5", "239.1.1.5:5", "239.1.1.5", 5,
      NULL, "mcast://239.1.1.5:5" },
    { "groups=239.1.1.5 uri=mcast://239.1.1.5:5?groups=239.1.1.6", "239.1.1.5:5,239.1.1.6:5",
      "239.1.1.5", 5, "239.1.1.6", "mcast://239.1.1.5:5?groups=239.1.1.6" },
    { "host=239.1.1.1 groups=239.1.1.2 clear", "", NULL, 5004, NULL, NULL },
    { "clients=239.1.1.3:3 host=239.1.1.1", "239.1.1.1:5004,239.1.1.3:3", "239.1.1.1", 5004,
      "239.1.1.3:3", "mcast://239.1.1.1:5004?groups=239.1.1.3:3" },
    { "groups=239.1.1.3:3,239.1.1.4 port=9", "239.1.1.3:3,239.1.1.4:9", "239.1.1.3", 3,
      "239.1.1.3:3,239.1.1.4", "mcast://239.1.1.3:3?groups=239.1.1.4" },
    { "clients=239.1.1.3:3 port=9", "239.1.1.3:9", "239.1.1.3", 9, "239.1.1.3",
      "mcast://239.1.1.3:9" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GstElement) sink = gst_test_make ("mcastsink");
      int port;

      g_test_message ("%s", cases[i].settings);
      set_all (sink, cases[i].settings);
      gst_test_assert_reads (sink, "clients", cases[i].clients);
      gst_test_assert_reads (sink, "host", cases[i].host);
      gst_test_assert_reads (sink, "groups", cases[i].groups);
      gst_test_assert_reads (sink, "uri", cases[i].uri);
      g_object_get (sink, "port", &port, NULL);
      g_assert_cmpint (port, ==, cases[i].port);
    }
}

/* Whatever changes a destination, what shows it is notified, and nothing else. */
static void
test_notify (void)
{
  g_autoptr (GstElement) sink = gst_test_make ("mcastsink");
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  g_signal_connect (sink, "notify", G_CALLBACK (gst_test_add_name), names);
  g_object_set (sink, "host", "239.1.1.1", NULL);
  gst_test_assert_notified (names, "host clients uri");
  g_object_set (sink, "port", 7, NULL);
  gst_test_assert_notified (names, "port clients uri");
  g_object_set (sink, "groups", "239.1.1.2", NULL);
  gst_test_assert_notified (names, "groups clients uri");
  g_object_set (sink, "clients", "239.1.1.3:3", NULL);
  gst_test_assert_notified (names, "host port groups clients uri");
  g_signal_emit_by_name (sink, "add", "239.1.1.4", 4);
  gst_test_assert_notified (names, "groups clients uri");
  g_object_set (sink, "uri", "mcast://239.1.1.5:5", NULL);
  gst_test_assert_notified (names, "host port groups clients uri");
  g_signal_emit_by_name (sink, "clear");
  gst_test_assert_notified (names, "host clients uri");
  g_object_set (sink, "multicast-iface", "lo", NULL);
  gst_test_assert_notified (names, "multicast-iface interfaces");
}

/* --- Changes --------------------------------------------------------------------------------- */

/* What is set between freeze and thaw is one change: nothing happens before, and the values in
 * between cause no warning. */
static void
test_freeze_src (World *world)
{
  GstElement *pipeline = gst_test_launch ("mcastsrc name=element address=" TEST_GROUP
                                          " interfaces=v0 ! appsink name=out sync=false "
                                          "async=false");
  g_autoptr (GstElement) element = gst_test_get_element (pipeline, "element");

  gst_test_play (pipeline);
  g_object_freeze_notify (G_OBJECT (element));
  g_object_set (element, "interfaces", "nosuch0", NULL);
  g_object_set (element, "address", "10.0.0.1", NULL);
  g_object_set (element, "address", TEST_GROUP_2, "interfaces", "v1", NULL);
  g_assert_cmpuint (netns_group_users (world->here, "v0", TEST_GROUP), ==, 1);
  g_assert_cmpuint (netns_group_users (world->here, "v1", TEST_GROUP_2), ==, 0);
  g_object_thaw_notify (G_OBJECT (element));
  g_assert_cmpuint (netns_group_users (world->here, "v0", TEST_GROUP), ==, 0);
  g_assert_cmpuint (netns_group_users (world->here, "v1", TEST_GROUP_2), ==, 1);
  g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_WARNING, ""), ==, 0);
  plain_send (world->there, "v1", TEST_GROUP_2, TEST_PORT, "new");
  gst_test_assert_pull (pipeline, "new", 3);
  gst_test_stop (pipeline);
}

static void
test_freeze_sink (World *world)
{
  GstElement *pipeline = gst_test_launch ("appsrc is-live=true format=time "
                                          "! mcastsink name=element host=" TEST_GROUP
                                          " interfaces=v0 sync=false async=false");
  g_autoptr (GstElement) element = gst_test_get_element (pipeline, "element");
  g_autofree char *clients = NULL;

  gst_test_play (pipeline);
  g_object_freeze_notify (G_OBJECT (element));
  g_object_set (element, "interfaces", "nosuch0", "host", "10.0.0.1", NULL);
  g_object_set (element, "interfaces", "v1", NULL);
  g_object_set (element, "host", TEST_GROUP_2, NULL);
  g_object_thaw_notify (G_OBJECT (element));
  g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_WARNING, ""), ==, 0);
  g_object_get (element, "clients", &clients, NULL);
  g_assert_cmpstr (clients, ==, TEST_GROUP_2 ":5004");
  gst_test_stop (pipeline);
}

int
main (int argc, char **argv)
{
  gst_test_init (&argc, &argv);

  g_test_add_data_func ("/destinations/groups/mcastsrc", "mcastsrc", test_groups);
  g_test_add_data_func ("/destinations/groups/mcastsink", "mcastsink", test_groups);
  g_test_add_data_func ("/destinations/group-array/mcastsrc", "mcastsrc", test_group_array);
  g_test_add_data_func ("/destinations/group-array/mcastsink", "mcastsink", test_group_array);
  g_test_add_func ("/destinations/views", test_views);
  g_test_add_func ("/destinations/notify", test_notify);
  gst_test_add ("/destinations/freeze/mcastsrc", 2, test_freeze_src);
  gst_test_add ("/destinations/freeze/mcastsink", 2, test_freeze_sink);
  return g_test_run ();
}
