/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The elements alone, in a harness: what their pads say and do; and that nothing of them is left
 * when they are gone, as GStreamer's own tracer of leaks sees it. */

#include <gst/check/gstharness.h>

#include "gst-test.h"

#define SRC "mcastsrc interfaces=lo batch-size=1 address=" TEST_GROUP
#define SINK "mcastsink interfaces=lo sync=false host=" TEST_GROUP

/* A live source: first stream-start, caps and segment, then buffers with running time; its latency
 * is that of a source that delivers at once. */
static void
test_src (void)
{
  GstHarness *harness = gst_harness_new_parse (SRC " caps=video/mpegts");
  g_autoptr (GSocket) sender = plain_sender_new_to (netns_home (), "lo", TEST_GROUP, TEST_PORT);
  static const GstEventType expected[] = { GST_EVENT_STREAM_START, GST_EVENT_CAPS,
                                           GST_EVENT_SEGMENT };
  const GstSegment *segment;

  gst_harness_use_systemclock (harness);
  gst_harness_play (harness);
  for (guint i = 0; i < 3; i++)
    plain_send_data (sender, NULL, "datagram", 8);
  for (guint i = 0; i < 3; i++)
    {
      GstBuffer *buffer = gst_harness_pull (harness);

      g_assert_nonnull (buffer);
      g_assert_cmpuint (gst_buffer_get_size (buffer), ==, 8);
      g_assert_true (GST_BUFFER_PTS_IS_VALID (buffer));
      gst_buffer_unref (buffer);
    }
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      GstEvent *event = gst_harness_pull_event (harness);

      g_assert_cmpint (GST_EVENT_TYPE (event), ==, expected[i]);
      if (expected[i] == GST_EVENT_SEGMENT)
        {
          gst_event_parse_segment (event, &segment);
          g_assert_cmpint (segment->format, ==, GST_FORMAT_TIME);
        }
      gst_event_unref (event);
    }
  g_assert_cmpuint (gst_harness_query_latency (harness), ==, 0);
  gst_harness_teardown (harness);
}

static void
assert_received (GSocket *receiver, const char *text)
{
  g_autoptr (GBytes) payload = plain_receive_data (receiver, NULL);

  g_assert_cmpmem (g_bytes_get_data (payload, NULL), g_bytes_get_size (payload), text,
                   strlen (text));
}

/* Buffers and lists, before and after a flush; nothing that was pushed is held. */
static void
test_sink (void)
{
  GstHarness *harness = gst_harness_new_parse (SINK);
  g_autoptr (GSocket) receiver = plain_receiver_new (netns_home (), "lo", TEST_GROUP, TEST_PORT);
  g_autoptr (GstBuffer) kept = gst_buffer_new_memdup ("one", 3);
  g_autoptr (GstElement) sink = NULL;
  GstBufferList *list = gst_buffer_list_new ();
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_set_src_caps_str (harness, "application/octet-stream");
  sink = gst_harness_find_element (harness, "mcastsink");
  g_object_set (sink, "enable-last-sample", FALSE, NULL);
  g_assert_cmpint (gst_harness_push (harness, gst_buffer_ref (kept)), ==, GST_FLOW_OK);
  assert_received (receiver, "one");
  netns_assert_soon (GST_MINI_OBJECT_REFCOUNT_VALUE (kept) == 1);

  gst_buffer_list_add (list, gst_buffer_new_memdup ("two", 3));
  gst_buffer_list_add (list, gst_buffer_new_memdup ("three", 5));
  g_assert_cmpint (gst_pad_push_list (harness->srcpad, list), ==, GST_FLOW_OK);
  assert_received (receiver, "two");
  assert_received (receiver, "three");

  g_assert_true (gst_harness_push_event (harness, gst_event_new_flush_start ()));
  g_assert_true (gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE)));
  g_assert_true (gst_harness_push_event (harness, gst_event_new_segment (&segment)));
  g_assert_cmpint (gst_harness_push (harness, gst_buffer_new_memdup ("four", 4)), ==, GST_FLOW_OK);
  assert_received (receiver, "four");
  g_assert_true (gst_harness_push_event (harness, gst_event_new_eos ()));
  gst_harness_teardown (harness);
}

/* --- Leaks ----------------------------------------------------------------------------------- */

static void
stream (void)
{
  GstElement *receiving =
    gst_test_launch (SRC " merge=rtp add-reference-timestamp-meta=true ! fakesink name=out");
  GstElement *sending = gst_test_launch ("fakesrc num-buffers=20 sizetype=fixed sizemax=3000 "
                                         "filltype=zero ! " SINK " packet-size=1316");

  gst_test_play (receiving);
  gst_test_play (sending);
  gst_message_unref (gst_test_wait_message (sending, GST_MESSAGE_EOS, NULL));
  gst_element_set_state (receiving, GST_STATE_READY);
  gst_element_set_state (receiving, GST_STATE_PLAYING);
  gst_test_stop (sending);
  gst_test_stop (receiving);
  g_free (gst_test_get_error ("mcastsrc address=127.0.0.1 ! fakesink"));
}

/* In a process of its own, since the tracer speaks at the very end. */
static void
test_leaks_traced (void)
{
  stream ();
  gst_deinit ();
}

static void
test_leaks_kept (void)
{
  stream ();
  g_assert_nonnull (gst_element_factory_make ("mcastsrc", "kept"));
  gst_deinit ();
}

/* The tracer warns, which ends a test. */
static void
trace (const char *path)
{
  g_setenv ("GST_TRACERS", "leaks(check-refs=true)", TRUE);
  g_test_trap_subprocess (path, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_unsetenv ("GST_TRACERS");
}

/* The second one proves that the tracer would see it. */
static void
test_leaks (void)
{
  trace ("/harness/leaks/subprocess/traced");
  g_test_trap_assert_passed ();
  trace ("/harness/leaks/subprocess/kept");
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*Leaks detected*");
}

int
main (int argc, char **argv)
{
  gst_test_init (&argc, &argv);

  g_test_add_func ("/harness/mcastsrc", test_src);
  g_test_add_func ("/harness/mcastsink", test_sink);
  g_test_add_func ("/harness/leaks", test_leaks);
  g_test_add_func ("/harness/leaks/subprocess/traced", test_leaks_traced);
  g_test_add_func ("/harness/leaks/subprocess/kept", test_leaks_kept);

  return g_test_run ();
}
