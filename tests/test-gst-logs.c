/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The lines that the elements add to GStreamer's debug log. */

#include "gst-test.h"

#define SOURCE "mcastsrc name=src address=" TEST_GROUP " interfaces=v0"
#define SINK "appsrc name=in ! mcastsink name=sink sync=false async=false host=" TEST_GROUP

/* The lines of the categories of mcast, written by any thread. */
static GMutex lock;
static GPtrArray *lines;

static void
keep_line (GstDebugCategory *category, GstDebugLevel level, const char *file, const char *function,
           int line, GObject *object, GstDebugMessage *message, gpointer data)
{
  const char *name = gst_debug_category_get_name (category);
  g_autofree char *level_name = g_strchomp (g_strdup (gst_debug_level_get_name (level)));

  if (!g_str_has_prefix (name, "mcast"))
    return;
  g_mutex_lock (&lock);
  g_ptr_array_add (lines, g_strdup_printf ("%s %s %s: %s", name, level_name,
                                           GST_IS_OBJECT (object) ? GST_OBJECT_NAME (object) : "",
                                           gst_debug_message_get (message)));
  g_mutex_unlock (&lock);
}

static guint
count_lines (void)
{
  guint n;

  g_mutex_lock (&lock);
  n = lines->len;
  g_mutex_unlock (&lock);
  return n;
}

/* Returns the position of the first line from @from on that begins with @start and contains @text;
 * -1 without such a line. */
static int
find_line (int from, const char *start, const char *text)
{
  int found = -1;

  g_mutex_lock (&lock);
  for (guint i = (guint) from; i < lines->len && found < 0; i++)
    if (g_str_has_prefix (g_ptr_array_index (lines, i), start)
        && strstr (g_ptr_array_index (lines, i), text) != NULL)
      found = (int) i;
  g_mutex_unlock (&lock);
  return found;
}

/* Waits for such a line and returns the position after it. */
static int
wait_line (int from, const char *start, const char *text)
{
  g_test_message ("waiting for %s ... %s", start, text);
  netns_assert_soon (find_line (from, start, text) >= 0);
  return find_line (from, start, text) + 1;
}

static void
start_log (const char *level)
{
  g_autofree char *thresholds = g_strdup_printf ("mcast*:%s", level);

  g_ptr_array_set_size (lines, 0);
  gst_debug_set_threshold_from_string (thresholds, TRUE);
}

static void
stop_log (void)
{
  gst_debug_set_threshold_from_string ("", TRUE);
}

static void
test_default (World *world)
{
  GstElement *source = gst_test_launch (SOURCE " ! appsink name=out sync=false async=false");
  GstElement *sink = gst_test_launch (SINK " interfaces=v0");

  gst_test_play (source);
  gst_test_play (sink);
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "text");
  gst_test_assert_pull (source, "text", 4);
  gst_test_push (sink, gst_buffer_new_allocate (NULL, 100, NULL));
  gst_buffer_unref (gst_test_pull (source));
  gst_test_stop (sink);
  gst_test_stop (source);
  g_assert_cmpuint (count_lines (), ==, 0);
}

static void
test_source (World *world)
{
  GstElement *pipeline;
  int at;

  start_log ("INFO");
  pipeline = gst_test_launch (SOURCE " ! fakesink");
  gst_test_play (pipeline);
  at = wait_line (0, "mcastsrc INFO src: mcast-interface-joined", "interface=(string)v0");
  at = wait_line (at, "mcastsrc INFO src: Opened: ", "interfaces v0; groups " TEST_GROUP);
  g_assert_cmpint (find_line (at - 1, "mcastsrc INFO src: Opened: ", "port 5004, buffer of "), ==,
                   at - 1);
  wait_line (at, "mcastsrc INFO src: ", "GRO is requested");
  wait_line (at, "mcastsrc INFO src: Negotiated ", "1492 bytes");

  netns_link_recreate (world->here, "v0", 0, 0);
  at = wait_line (at, "mcastsrc INFO src: mcast-interface-lost", "interface=(string)v0");
  at = wait_line (at, "mcastsrc INFO src: mcast-interface-joined", "interface=(string)v0");
  gst_test_stop (pipeline);
  wait_line (at, "mcastsrc INFO src: ", "Closed");
  stop_log ();
}

/* Lists are new to users of udpsrc. */
static void
test_first_list (World *world)
{
  GstElement *pipeline;

  start_log ("INFO");
  pipeline = gst_test_launch (SOURCE " ! appsink name=out sync=false async=false");
  gst_element_set_state (pipeline, GST_STATE_READY);
  for (guint i = 0; i < 3; i++)
    plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "text");
  gst_test_play (pipeline);
  for (guint i = 0; i < 3; i++)
    gst_buffer_unref (gst_test_pull (pipeline));
  wait_line (0, "mcastsrc INFO src: ", "first buffer list");
  gst_test_stop (pipeline);
  stop_log ();
}

static void
test_source_decisions (World *world)
{
  GstElement *pipeline;
  g_autoptr (GstElement) src = NULL;
  int at;

  start_log ("DEBUG");
  pipeline = gst_test_launch (SOURCE " ! appsink name=out sync=false async=false");
  src = gst_test_get_element (pipeline, "src");
  gst_element_set_state (pipeline, GST_STATE_READY);
  at = wait_line (0, "mcastsrc INFO src: ", "Opened");
  g_object_set (src, "allow-gro", FALSE, NULL);
  at = wait_line (at, "mcastsrc DEBUG src: ", "allow-gro was set: reopening the sockets");
  gst_test_play (pipeline);
  at = wait_line (at, "mcastsrc DEBUG src: ", "Reopening the sockets");
  at = wait_line (at, "mcastsrc INFO src: ", "GRO is not requested: allow-gro is false");

  g_object_set (src, "address", TEST_GROUP_2, NULL);
  at = wait_line (at, "mcastsrc DEBUG src: ", "address was set: updating groups and interfaces");
  at = wait_line (at, "mcastsrc INFO src: ", "Changed: interfaces v0; groups " TEST_GROUP_2);
  g_object_set (src, "timeout", G_GUINT64_CONSTANT (0), NULL);
  at = wait_line (at, "mcastsrc DEBUG src: ", "timeout was set: applying it to the open sockets");
  g_object_set (src, "mtu", 1500, NULL);
  wait_line (at, "mcastsrc DEBUG src: ", "mtu was set: renegotiating caps and buffers");
  gst_test_stop (pipeline);
  stop_log ();
}

static void
test_source_data (World *world)
{
  GstElement *pipeline;

  start_log ("TRACE");
  pipeline = gst_test_launch (SOURCE " ! appsink name=out sync=false async=false");
  gst_test_play (pipeline);
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "text");
  gst_test_assert_pull (pipeline, "text", 4);
  wait_line (0, "mcastsrc LOG src: ", "Read 1 messages of 4 bytes: 1 buffers");
  wait_line (0, "mcastsrc TRACE src: ", "Created buffer");
  gst_test_stop (pipeline);
  stop_log ();
}

static void
test_sink (World *world)
{
  GstElement *pipeline;
  int at;

  start_log ("INFO");
  pipeline = gst_test_launch (SINK " interfaces=v0");
  gst_test_play (pipeline);
  at = wait_line (0, "mcastsink INFO sink: mcast-interface-ready", "interface=(string)v0");
  at = wait_line (at, "mcastsink INFO sink: Opened: ", "interfaces v0; groups " TEST_GROUP ":5004");

  netns_link_recreate (world->here, "v0", 0, 0);
  at = wait_line (at, "mcastsink INFO sink: mcast-interface-lost", "interface=(string)v0");
  at = wait_line (at, "mcastsink INFO sink: mcast-interface-ready", "interface=(string)v0");
  gst_test_stop (pipeline);
  wait_line (at, "mcastsink INFO sink: ", "Closed");
  stop_log ();
}

static void
test_sink_data (World *world)
{
  GstElement *pipeline;
  int at;

  start_log ("TRACE");
  pipeline = gst_test_launch (SINK " interfaces=v0 packet-size=10");
  gst_test_play (pipeline);
  gst_test_push (pipeline, gst_buffer_new_allocate (NULL, 100, NULL));
  at = wait_line (0, "mcastsink TRACE sink: ", "Sending buffer");
  at = wait_line (at, "mcastsink DEBUG sink: ", "Splitting buffers into datagrams of 10 bytes");
  wait_line (at, "mcastsink LOG sink: ", "100 bytes");
  gst_test_stop (pipeline);
  stop_log ();
}

int
main (int argc, char **argv)
{
  int result;

  g_unsetenv ("GST_DEBUG");
  gst_test_init (&argc, &argv);
  lines = g_ptr_array_new_with_free_func (g_free);
  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (keep_line, NULL, NULL);
  gst_test_add ("/gst-logs/default", 1, test_default);
  gst_test_add ("/gst-logs/source", 1, test_source);
  gst_test_add ("/gst-logs/first-list", 1, test_first_list);
  gst_test_add ("/gst-logs/source/decisions", 1, test_source_decisions);
  gst_test_add ("/gst-logs/source/data", 1, test_source_data);
  gst_test_add ("/gst-logs/sink", 1, test_sink);
  gst_test_add ("/gst-logs/sink/data", 1, test_sink_data);
  result = g_test_run ();
  gst_debug_remove_log_function (keep_line);
  g_ptr_array_unref (lines);
  return result;
}
