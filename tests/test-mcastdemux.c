/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gst-test.h"

/* One receiver of several groups, and a pad for each of them. */

/* Pulls the next buffer of the appsink @name. */
static void
assert_pull (GstElement *pipeline, const char *name, const char *text)
{
  g_autoptr (GstElement) out = gst_test_get_element (pipeline, name);
  g_autoptr (GstSample)
    sample = gst_app_sink_try_pull_sample (GST_APP_SINK (out), NETNS_DEADLINE_MS * GST_MSECOND);

  g_assert_nonnull (sample);
  gst_test_assert_buffer (gst_sample_get_buffer (sample), text, strlen (text));
}

static char *
dup_stream_id (GstElement *pipeline, const char *name)
{
  g_autoptr (GstElement) out = gst_test_get_element (pipeline, name);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (out, "sink");

  return gst_pad_get_stream_id (pad);
}

static void
send_to (const char *group, const char *text)
{
  g_autoptr (GSocket) sender = plain_sender_new_to (netns_home (), "lo", group, TEST_PORT);

  plain_send_data (sender, NULL, text, strlen (text));
}

#define LAUNCH(properties) \
  "mcastsrc name=src interfaces=lo groups=233.252.0.1,233.252.0.2,[ff15::1] " properties \
  " ! mcastdemux name=demux " \
  "demux.src_233-252-0-1_5004 ! queue ! appsink name=first sync=false async=false " \
  "demux.src_233-252-0-2_5004 ! queue ! appsink name=second sync=false async=false " \
  "demux.src_ff15--1_5004 ! queue ! appsink name=third sync=false async=false"

static void
send_round (guint i)
{
  g_autofree char *text = g_strdup_printf ("%u", i);

  send_to ("233.252.0.1", text);
  send_to ("233.252.0.2", text);
  send_to ("ff15::1", text);
}

static void
assert_round (GstElement *pipeline, guint i)
{
  g_autofree char *text = g_strdup_printf ("%u", i);

  assert_pull (pipeline, "first", text);
  assert_pull (pipeline, "second", text);
  assert_pull (pipeline, "third", text);
}

static void
run_groups (const char *description)
{
  GstElement *pipeline = gst_test_launch (description);
  g_autoptr (GstElement) demux = gst_test_get_element (pipeline, "demux");
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  /* What waits at the start comes as lists. */
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_READY), ==, GST_STATE_CHANGE_SUCCESS);
  for (guint i = 0; i < 5; i++)
    send_round (i);
  gst_test_play (pipeline);
  for (guint i = 0; i < 5; i++)
    assert_round (pipeline, i);
  send_round (9);
  assert_round (pipeline, 9);
  first = dup_stream_id (pipeline, "first");
  second = dup_stream_id (pipeline, "second");
  g_assert_cmpstr (first, !=, second);
  g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_WARNING, ""), ==, 0);

  g_assert_cmpint (demux->numsrcpads, ==, 3);
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_NULL), ==, GST_STATE_CHANGE_SUCCESS);
  g_assert_cmpint (demux->numsrcpads, ==, 0);
  gst_test_stop (pipeline);
}

static void
test_lists (void)
{
  run_groups (LAUNCH (""));
}

static void
test_single_buffers (void)
{
  run_groups (LAUNCH ("batch-size=1"));
}

static void
test_eos (void)
{
  GstElement *pipeline = gst_test_launch ("mcastsrc interfaces=lo num-buffers=1 address=" TEST_GROUP
                                          " ! mcastdemux ! appsink name=first sync=false");

  gst_test_play (pipeline);
  send_to (TEST_GROUP, "only");
  assert_pull (pipeline, "first", "only");
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_EOS, NULL));
  gst_test_stop (pipeline);
}

static void
test_without_meta (void)
{
  GstElement *pipeline = gst_test_launch ("fakesrc num-buffers=3 ! mcastdemux");

  gst_test_play (pipeline);
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_WARNING, "add-origin-meta"));
  g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_WARNING, ""), ==, 0);
  gst_test_stop (pipeline);
}

int
main (int argc, char **argv)
{
  gst_test_init (&argc, &argv);
  netns_add_lo_route (netns_home ());

  g_test_add_func ("/mcastdemux/lists", test_lists);
  g_test_add_func ("/mcastdemux/single-buffers", test_single_buffers);
  g_test_add_func ("/mcastdemux/eos", test_eos);
  g_test_add_func ("/mcastdemux/without-meta", test_without_meta);
  return g_test_run ();
}
