/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* mcastsink stopped in the middle of a buffer that becomes many datagrams, which a pacing rate
 * draws out. */

#include "gst-test.h"

#define PACKET_SIZE 1316
#define N_PACKETS 150

static GstElement *
launch_playing (const char *properties)
{
  g_autofree char *description =
    g_strdup_printf ("appsrc name=in ! mcastsink name=sink interfaces=lo sync=false "
                     "packet-size=1316 pacing-rate=10000000 %s",
                     properties);
  GstElement *pipeline = gst_test_launch (description);

  gst_test_play (pipeline);
  return pipeline;
}

/* In parts whose ends are no ends of packets; each packet begins with its number. */
static GstBuffer *
make_buffer (guint8 first, guint n_packets)
{
  gsize size = (gsize) n_packets * PACKET_SIZE;
  g_autofree guint8 *data = g_malloc (size);
  GstBuffer *buffer = gst_buffer_new ();

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) (first + i / PACKET_SIZE);
  for (gsize begin = 0, part; begin < size; begin += part)
    {
      part = MIN (size - begin, 50000);
      gst_buffer_append (buffer, gst_buffer_new_memdup (data + begin, part));
    }
  return buffer;
}

/* The packets from @first to before @end, each once and whole. */
static void
assert_packets (GSocket *receiver, guint first, guint end)
{
  for (guint i = first; i < end; i++)
    {
      g_autoptr (GBytes) payload = plain_receive_data (receiver, NULL);
      gsize size;
      const guint8 *data = g_bytes_get_data (payload, &size);

      g_assert_cmpuint (size, ==, PACKET_SIZE);
      g_assert_cmpuint (data[0], ==, i);
      g_assert_cmpuint (data[size - 1], ==, i);
    }
}

static void
pause_and_play (GstElement *pipeline)
{
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_PAUSED), !=,
                   GST_STATE_CHANGE_FAILURE);
  gst_test_play (pipeline);
}

/* The rest goes after the pause. */
static void
test_pause (void)
{
  GstElement *pipeline = launch_playing ("host=" TEST_GROUP);
  g_autoptr (GSocket) receiver = plain_receiver_new (netns_home (), "lo", TEST_GROUP, TEST_PORT);

  gst_test_push (pipeline, make_buffer (0, N_PACKETS));
  assert_packets (receiver, 0, 20);
  pause_and_play (pipeline);
  assert_packets (receiver, 20, 60);
  pause_and_play (pipeline);
  assert_packets (receiver, 60, N_PACKETS);
  gst_test_push (pipeline, make_buffer (200, 1));
  assert_packets (receiver, 200, 201);
  gst_test_stop (pipeline);
}

/* To everyone: also over the other IP version. */
static void
test_pause_groups (void)
{
  GstElement *pipeline = launch_playing ("groups=<" TEST_GROUP "," TEST_GROUP_2 "," TEST_GROUP6
                                         ">");
  g_autoptr (GSocket) first = plain_receiver_new (netns_home (), "lo", TEST_GROUP, TEST_PORT);
  g_autoptr (GSocket) second = plain_receiver_new (netns_home (), "lo", TEST_GROUP_2, TEST_PORT);
  g_autoptr (GSocket) third = plain_receiver_new (netns_home (), "lo", TEST_GROUP6, TEST_PORT);

  /* No more than the buffer of a receiver holds that does not read yet. */
  gst_test_push (pipeline, make_buffer (0, 60));
  assert_packets (first, 0, 30);
  pause_and_play (pipeline);
  assert_packets (first, 30, 60);
  assert_packets (second, 0, 60);
  assert_packets (third, 0, 60);
  gst_test_stop (pipeline);
}

/* A destination that was added twice gets everything twice. */
static void
test_pause_duplicates (void)
{
  GstElement *pipeline = launch_playing ("clients=" TEST_GROUP ":5004," TEST_GROUP ":5004");
  g_autoptr (GSocket) receiver = plain_receiver_new (netns_home (), "lo", TEST_GROUP, TEST_PORT);
  guint n_copies[60] = { 0 };

  gst_test_push (pipeline, make_buffer (0, G_N_ELEMENTS (n_copies)));
  for (guint i = 0; i < 2 * G_N_ELEMENTS (n_copies); i++)
    {
      g_autoptr (GBytes) payload = plain_receive_data (receiver, NULL);
      const guint8 *data = g_bytes_get_data (payload, NULL);

      g_assert_cmpuint (data[0], <, G_N_ELEMENTS (n_copies));
      n_copies[data[0]]++;
      if (i == 30)
        pause_and_play (pipeline);
    }
  for (guint i = 0; i < G_N_ELEMENTS (n_copies); i++)
    g_assert_cmpuint (n_copies[i], ==, 2);
  gst_test_stop (pipeline);
}

/* A flush throws the rest away. */
static void
test_flush (void)
{
  GstElement *pipeline = launch_playing ("host=" TEST_GROUP);
  g_autoptr (GstElement) in = gst_test_get_element (pipeline, "in");
  g_autoptr (GSocket) receiver = plain_receiver_new (netns_home (), "lo", TEST_GROUP, TEST_PORT);
  guint8 packet[PACKET_SIZE];

  gst_test_push (pipeline, make_buffer (0, N_PACKETS));
  assert_packets (receiver, 0, 20);
  g_assert_true (gst_element_send_event (in, gst_event_new_flush_start ()));
  g_assert_true (gst_element_send_event (in, gst_event_new_flush_stop (TRUE)));
  gst_test_push (pipeline, make_buffer (200, 1));
  do
    g_assert_cmpint (g_socket_receive (receiver, (char *) packet, sizeof packet, NULL, NULL), ==,
                     PACKET_SIZE);
  while (packet[0] < N_PACKETS - 1 && packet[0] != 200);
  g_assert_cmpuint (packet[0], ==, 200);
  gst_test_stop (pipeline);
}

/* It does not take until everything is sent. */
static void
test_stop (void)
{
  GstElement *pipeline = launch_playing ("host=" TEST_GROUP);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_autoptr (GSocket) receiver = plain_receiver_new (netns_home (), "lo", TEST_GROUP, TEST_PORT);
  guint64 n_bytes;

  gst_test_push (pipeline, make_buffer (0, N_PACKETS));
  assert_packets (receiver, 0, 20);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_object_get (sink, "bytes-served", &n_bytes, NULL);
  g_assert_cmpuint (n_bytes, <, N_PACKETS * PACKET_SIZE);
  gst_test_stop (pipeline);
}

int
main (int argc, char **argv)
{
  gst_test_init (&argc, &argv);
  netns_add_lo_route (netns_home ());

  g_test_add_func ("/mcastsink/pause", test_pause);
  g_test_add_func ("/mcastsink/pause/groups", test_pause_groups);
  g_test_add_func ("/mcastsink/pause/duplicates", test_pause_duplicates);
  g_test_add_func ("/mcastsink/flush", test_flush);
  g_test_add_func ("/mcastsink/stop", test_stop);

  return g_test_run ();
}
