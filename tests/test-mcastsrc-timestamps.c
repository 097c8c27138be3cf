/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Timestamps of mcastsrc: never later than the running time, and never decreasing, whatever the
 * state and the clock do. The clocks stand still between their steps. */

#include <gst/check/gsttestclock.h>

#include "gst-test.h"

typedef struct
{
  GstElement *pipeline;
  GstTestClock *clock;
  GSocket *sender;
  GstClockTime last; /* timestamp */
} Stream;

static void
use_clock (Stream *self, GstClockTime start)
{
  g_clear_object (&self->clock);
  self->clock = GST_TEST_CLOCK (gst_test_clock_new_with_start_time (start));
  gst_pipeline_use_clock (GST_PIPELINE (self->pipeline), GST_CLOCK (self->clock));
}

static void
stream_init (Stream *self, const char *group, const char *properties)
{
  g_autofree char *description = g_strdup_printf ("mcastsrc name=src interfaces=lo address=%s %s "
                                                  "! appsink name=out sync=false async=false",
                                                  group, properties);

  *self = (Stream) { NULL };
  self->pipeline = gst_test_launch (description);
  self->sender = plain_sender_new_to (netns_home (), "lo", group, TEST_PORT);
  use_clock (self, 100 * GST_SECOND);
}

static void
stream_clear (Stream *self)
{
  gst_test_stop (self->pipeline);
  gst_object_unref (self->clock);
  g_object_unref (self->sender);
}

static void
go_to (Stream *self, GstState state)
{
  GstState reached;

  g_assert_cmpint (gst_element_set_state (self->pipeline, state), !=, GST_STATE_CHANGE_FAILURE);
  gst_element_get_state (self->pipeline, &reached, NULL, NETNS_DEADLINE_MS * GST_MSECOND);
  g_assert_cmpint (reached, ==, state);
}

static void
advance (Stream *self, guint seconds)
{
  gst_test_clock_advance_time (self->clock, seconds * GST_SECOND);
}

static GstClockTime
get_running_time (Stream *self)
{
  g_autoptr (GstElement) src = gst_test_get_element (self->pipeline, "src");

  return gst_clock_get_time (GST_CLOCK (self->clock)) - gst_element_get_base_time (src);
}

static void
send_all (Stream *self, guint n)
{
  for (guint i = 0; i < n; i++)
    plain_send_data (self->sender, NULL, "x", 1);
}

static GstClockTime
pull_time (Stream *self, gsize *size)
{
  g_autoptr (GstBuffer) buffer = gst_test_pull (self->pipeline);

  *size = gst_buffer_get_size (buffer);
  g_assert_true (GST_BUFFER_PTS_IS_VALID (buffer));
  g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, GST_BUFFER_DTS (buffer));
  return GST_BUFFER_PTS (buffer);
}

/* Sends a mark and pulls everything up to it. */
static void
check_all (Stream *self)
{
  gsize size = 0;

  plain_send_data (self->sender, NULL, "mark", 4);
  while (size != 4)
    {
      GstClockTime time = pull_time (self, &size);

      g_assert_cmpuint (time, >=, self->last);
      g_assert_cmpuint (time, <=, get_running_time (self));
      self->last = time;
    }
}

static void
for_each_mode (void (*check) (Stream *self))
{
  static const char *const groups[] = { TEST_GROUP, TEST_GROUP6 };
  static const char *const modes[] = { "", "batch-size=1", "socket-timestamp=realtime",
                                       "socket-timestamp=realtime batch-size=1",
                                       "socket-timestamp=realtime do-timestamp=false" };

  for (guint i = 0; i < G_N_ELEMENTS (groups) * G_N_ELEMENTS (modes); i++)
    {
      Stream stream;

      g_test_message ("%s %s", groups[i % 2], modes[i / 2]);
      stream_init (&stream, groups[i % 2], modes[i / 2]);
      check (&stream);
      stream_clear (&stream);
    }
}

/* --- Pauses ---------------------------------------------------------------------------------- */

/* What arrives in a pause is not from the future when that ends. */
static void
check_pause (Stream *self)
{
  go_to (self, GST_STATE_PLAYING);
  for (guint i = 0; i < 5; i++)
    {
      advance (self, 2);
      send_all (self, 20);
      check_all (self);

      go_to (self, GST_STATE_PAUSED);
      advance (self, 4);
      send_all (self, i == 0 ? 1 : 20);
      advance (self, 4);
      go_to (self, GST_STATE_PLAYING);
      check_all (self);
    }
}

static void
test_pause (void)
{
  for_each_mode (check_pause);
}

typedef struct
{
  GSocket *socket;
  gint stop;
} Busy;

static gpointer
send_busily (gpointer data)
{
  Busy *self = data;

  while (!g_atomic_int_get (&self->stop))
    plain_send_data (self->socket, NULL, "x", 1);
  return NULL;
}

/* How often a timestamp was before the one before it. */
typedef struct
{
  GstClockTime last;
  guint n_backward;
} Order;

static gboolean
check_order (GstBuffer **buffer, guint i, gpointer data)
{
  Order *self = data;

  self->n_backward += GST_BUFFER_PTS (*buffer) < self->last ? 1 : 0;
  self->last = GST_BUFFER_PTS (*buffer);
  return TRUE;
}

static GstPadProbeReturn
on_data (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstBuffer *buffer;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    gst_buffer_list_foreach (gst_pad_probe_info_get_buffer_list (info), check_order, data);
  else
    {
      buffer = gst_pad_probe_info_get_buffer (info);
      check_order (&buffer, 0, data);
    }
  return GST_PAD_PROBE_OK;
}

/* A sender that never stops, and the clock of the system. */
static void
check_busy (const char *properties)
{
  g_autofree char *description =
    g_strdup_printf ("mcastsrc name=src interfaces=lo address=" TEST_GROUP " %s "
                     "! fakesink sync=false async=false",
                     properties);
  Stream stream = { .pipeline = gst_test_launch (description) };
  g_autoptr (GstElement) src = gst_test_get_element (stream.pipeline, "src");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");
  g_autoptr (GSocket) socket = plain_sender_new_to (netns_home (), "lo", TEST_GROUP, TEST_PORT);
  Busy busy = { .socket = socket };
  Order order = { 0 };
  GThread *thread = g_thread_new ("busy", send_busily, &busy);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_data,
                     &order, NULL);
  for (guint i = 0; i < 60; i++)
    {
      go_to (&stream, GST_STATE_PLAYING);
      g_usleep (2000);
      go_to (&stream, GST_STATE_PAUSED);
      g_usleep (2000);
    }
  gst_test_stop (stream.pipeline);
  g_atomic_int_set (&busy.stop, TRUE);
  g_thread_join (thread);
  g_assert_cmpuint (order.last, >, 0);
  g_assert_cmpuint (order.n_backward, ==, 0);
}

static void
test_busy (void)
{
  check_busy ("");
}

static void
test_busy_realtime (void)
{
  check_busy ("socket-timestamp=realtime");
}

/* --- Clocks ---------------------------------------------------------------------------------- */

/* Another clock has another time, but running time continues. */
static void
check_other_clock (Stream *self)
{
  go_to (self, GST_STATE_PLAYING);
  for (guint i = 0; i < 4; i++)
    {
      advance (self, 2);
      send_all (self, 20);
      check_all (self);

      go_to (self, GST_STATE_PAUSED);
      send_all (self, 20);
      use_clock (self, (i % 2 == 0 ? 5000 : 10) * GST_SECOND);
      go_to (self, GST_STATE_PLAYING);
      check_all (self);
    }
}

static void
test_other_clock (void)
{
  for_each_mode (check_other_clock);
}

/* Running time begins again when the start time is reset, and timestamps with it. */
static void
check_restart (Stream *self)
{
  go_to (self, GST_STATE_PLAYING);
  advance (self, 50);
  check_all (self);

  go_to (self, GST_STATE_PAUSED);
  gst_element_set_start_time (self->pipeline, 0);
  go_to (self, GST_STATE_PLAYING);
  self->last = 0;
  advance (self, 1);
  check_all (self);
  g_assert_cmpuint (self->last, <=, GST_SECOND);
}

static void
test_restart (void)
{
  for_each_mode (check_restart);
}

/* As when several machines agree on a start: what comes before it has no negative time. */
static void
check_future_start (Stream *self)
{
  gsize size = 0;

  gst_element_set_start_time (self->pipeline, GST_CLOCK_TIME_NONE);
  gst_element_set_base_time (self->pipeline, 200 * GST_SECOND);
  go_to (self, GST_STATE_PLAYING);
  send_all (self, 20);
  for (guint i = 0; i < 20; i++)
    g_assert_cmpuint (pull_time (self, &size), ==, 0);
}

static void
test_future_start (void)
{
  for_each_mode (check_future_start);
}

/* --- Segments -------------------------------------------------------------------------------- */

static void
check_flush (Stream *self)
{
  g_autoptr (GstElement) src = gst_test_get_element (self->pipeline, "src");

  go_to (self, GST_STATE_PLAYING);
  for (guint i = 0; i < 5; i++)
    {
      advance (self, 2);
      send_all (self, 20);
      check_all (self);
      g_assert_true (gst_element_send_event (src, gst_event_new_flush_start ()));
      send_all (self, 20);
      g_assert_true (gst_element_send_event (src, gst_event_new_flush_stop (FALSE)));
      advance (self, 2);
      check_all (self);
    }
}

static void
test_flush (void)
{
  for_each_mode (check_flush);
}

/* --- Reads ----------------------------------------------------------------------------------- */

/* Datagrams of one read are as far apart as they arrived, and those of one run have one time. */
static void
test_spacing (void)
{
  Stream stream;
  GstClockTime first;
  GstClockTime second;
  gsize size;

  stream_init (&stream, TEST_GROUP, "socket-timestamp=realtime");
  go_to (&stream, GST_STATE_READY);
  plain_send_data (stream.sender, NULL, "a", 1);
  g_usleep (20 * 1000);
  plain_send_data (stream.sender, NULL, "b", 1);
  advance (&stream, 10);
  gst_element_set_start_time (stream.pipeline, GST_CLOCK_TIME_NONE);
  gst_element_set_base_time (stream.pipeline, 50 * GST_SECOND);
  go_to (&stream, GST_STATE_PLAYING);
  first = pull_time (&stream, &size);
  second = pull_time (&stream, &size);
  g_assert_cmpuint (second, <=, 60 * GST_SECOND);
  g_assert_cmpuint (second - first, >=, 20 * GST_MSECOND);
  stream_clear (&stream);
}

static gboolean
try_send_run (GSocket *socket, guint n, guint size)
{
  g_autofree guint8 *data = g_malloc0 (n * size);

  return g_socket_set_option (socket, IPPROTO_UDP, 103 /* UDP_SEGMENT */, (int) size, NULL)
         && g_socket_send (socket, (const char *) data, n * size, NULL, NULL)
              == (gssize) (n * size);
}

static void
test_run (void)
{
  Stream stream;
  GstClockTime first = 0;
  gsize size;

  stream_init (&stream, TEST_GROUP, "socket-timestamp=realtime");
  go_to (&stream, GST_STATE_READY);
  if (!try_send_run (stream.sender, 20, 1000))
    g_test_skip ("the kernel sends no runs");
  else
    {
      advance (&stream, 10);
      gst_element_set_start_time (stream.pipeline, GST_CLOCK_TIME_NONE);
      gst_element_set_base_time (stream.pipeline, 50 * GST_SECOND);
      go_to (&stream, GST_STATE_PLAYING);
      first = pull_time (&stream, &size);
      for (guint i = 1; i < 20; i++)
        g_assert_cmpuint (pull_time (&stream, &size), ==, first);
    }
  stream_clear (&stream);
}

/* Without do-timestamp nothing but the first buffer of the base class has a time. */
static void
test_none (void)
{
  Stream stream;

  stream_init (&stream, TEST_GROUP, "do-timestamp=false");
  go_to (&stream, GST_STATE_READY);
  send_all (&stream, 40);
  go_to (&stream, GST_STATE_PLAYING);
  for (guint i = 0; i < 40; i++)
    {
      g_autoptr (GstBuffer) buffer = gst_test_pull (stream.pipeline);

      g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, i == 0 ? 0 : GST_CLOCK_TIME_NONE);
      g_assert_cmpuint (GST_BUFFER_DTS (buffer), ==, i == 0 ? 0 : GST_CLOCK_TIME_NONE);
    }
  stream_clear (&stream);
}

int
main (int argc, char **argv)
{
  gst_test_init (&argc, &argv);
  netns_add_lo_route (netns_home ());

  g_test_add_func ("/mcastsrc/timestamps/pause", test_pause);
  g_test_add_func ("/mcastsrc/timestamps/pause/busy", test_busy);
  g_test_add_func ("/mcastsrc/timestamps/pause/busy-realtime", test_busy_realtime);
  g_test_add_func ("/mcastsrc/timestamps/other-clock", test_other_clock);
  g_test_add_func ("/mcastsrc/timestamps/restart", test_restart);
  g_test_add_func ("/mcastsrc/timestamps/future-start", test_future_start);
  g_test_add_func ("/mcastsrc/timestamps/flush", test_flush);
  g_test_add_func ("/mcastsrc/timestamps/spacing", test_spacing);
  g_test_add_func ("/mcastsrc/timestamps/run", test_run);
  g_test_add_func ("/mcastsrc/timestamps/none", test_none);
  return g_test_run ();
}
