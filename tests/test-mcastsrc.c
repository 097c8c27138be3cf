/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/net/net.h>

#include "gst-test.h"

/* mcastsrc in the program's own namespace, plain sockets as senders. */

/* The source with @properties on lo, and an appsink that keeps everything. */
static GstElement *
launch (const char *properties)
{
  g_autofree char *description =
    g_strdup_printf ("mcastsrc name=src interfaces=lo %s ! appsink name=out sync=false "
                     "async=false",
                     properties);

  return gst_test_launch (description);
}

static GstElement *
launch_playing (const char *properties)
{
  g_autofree char *all = g_strdup_printf ("address=" TEST_GROUP " %s", properties);
  GstElement *pipeline = launch (all);

  gst_test_play (pipeline);
  return pipeline;
}

static GSocket *
lo_sender (void)
{
  return plain_sender_new_to (netns_home (), "lo", TEST_GROUP, TEST_PORT);
}

/* --- Properties ------------------------------------------------------------------------------ */

static void
test_defaults (void)
{
  /* Another scheme, and enumerations of our own with the same values. */
  static const char *const others[] = { "uri", "socket-timestamp", "name", NULL };

  gst_test_compare_properties ("mcastsrc", "udpsrc", others);
}

/* A change of state changes no property, and data flows afterwards. */
static void
test_states (void)
{
  GstElement *pipeline = launch ("address=" TEST_GROUP " groups=<" TEST_GROUP_2 "> mtu=1000 "
                                 "batch-size=7 skip-first-bytes=1 caps=video/mpegts "
                                 "retrieve-sender-address=false timeout=60000000000 "
                                 "multicast-source=+127.0.0.1 reuse=false buffer-size=100000");
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "src");
  g_autoptr (GSocket) sender = lo_sender ();
  /* It is refused while the element plays. */
  static const char *const others[] = { "uri", NULL };

  gst_test_walk_states (pipeline, src, others);
  plain_send_data (sender, NULL, "xyz", 3);
  gst_test_assert_pull (pipeline, "yz", 2);
  gst_test_stop (pipeline);
}

static void
count_notify (GObject *object, GParamSpec *pspec, gpointer data)
{
  (*(guint *) data)++;
}

static void
test_port_0 (void)
{
  GstElement *pipeline = launch ("address=" TEST_GROUP " port=0");
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "src");
  guint n_notified = 0;
  int port;

  g_signal_connect (src, "notify::port", G_CALLBACK (count_notify), &n_notified);
  g_assert_cmpint (gst_element_set_state (src, GST_STATE_READY), ==, GST_STATE_CHANGE_SUCCESS);
  g_object_get (src, "port", &port, NULL);
  g_assert_cmpint (port, >, 0);
  g_assert_cmpuint (n_notified, ==, 1);

  gst_test_play (pipeline);
  plain_send (netns_home (), "lo", TEST_GROUP, (guint) port, "found");
  gst_test_assert_pull (pipeline, "found", 5);
  gst_test_stop (pipeline);
}

/* What is set in READY takes effect although the socket was open already. */
static void
test_change_in_ready (void)
{
  GstElement *pipeline = launch ("address=" TEST_GROUP);
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "src");
  g_autoptr (GSocket) sender = plain_sender_new_to (netns_home (), "lo", TEST_GROUP_2, 6000);

  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_READY), ==, GST_STATE_CHANGE_SUCCESS);
  g_object_set (src, "port", 6000, "address", TEST_GROUP_2, NULL);
  gst_test_play (pipeline);
  plain_send_data (sender, NULL, "there", 5);
  gst_test_assert_pull (pipeline, "there", 5);
  gst_test_stop (pipeline);
}

static void
test_change_while_playing (void)
{
  GstElement *pipeline = launch_playing ("");
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "src");
  g_autoptr (GSocket) sender = lo_sender ();
  g_autoptr (GSocket) other = plain_sender_new_to (netns_home (), "lo", TEST_GROUP_2, TEST_PORT);

  plain_send_data (sender, NULL, "one", 3);
  gst_test_assert_pull (pipeline, "one", 3);

  gst_util_set_object_arg (G_OBJECT (src), "groups", "<" TEST_GROUP_2 ">");
  plain_send_data (other, NULL, "two", 3);
  gst_test_assert_pull (pipeline, "two", 3);

  g_object_set (src, "address", NULL, NULL);
  plain_send_data (sender, NULL, "gone", 4);
  plain_send_data (other, NULL, "stays", 5);
  gst_test_assert_pull (pipeline, "stays", 5);

  gst_util_set_object_arg (G_OBJECT (src), "groups", "<10.0.0.1>");
  g_object_set (src, "interfaces", "nosuch0", NULL);
  {
    g_autoptr (GstMessage)
      group = gst_test_wait_message (pipeline, GST_MESSAGE_WARNING, "10.0.0.1");
    g_autoptr (GstMessage) iface = gst_test_wait_message (pipeline, GST_MESSAGE_WARNING, "nosuch0");

    g_assert_nonnull (group);
    g_assert_nonnull (iface);
  }
  gst_test_stop (pipeline);
}

static void
test_change_caps (void)
{
  GstElement *pipeline = launch_playing ("caps=video/mpegts");
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "src");
  g_autoptr (GSocket) sender = lo_sender ();
  g_autoptr (GstCaps) rtp = gst_caps_new_empty_simple ("application/x-rtp");
  g_autoptr (GstSample) before = NULL;
  g_autoptr (GstSample) after = NULL;

  plain_send_data (sender, NULL, "a", 1);
  before = gst_test_try_pull (pipeline, NETNS_DEADLINE_MS);
  g_assert_true (gst_structure_has_name (gst_caps_get_structure (gst_sample_get_caps (before), 0),
                                         "video/mpegts"));

  g_object_set (src, "caps", rtp, NULL);
  /* The one that is being waited for may still go with the caps of before. */
  plain_send_data (sender, NULL, "b", 1);
  gst_sample_unref (gst_test_try_pull (pipeline, NETNS_DEADLINE_MS));
  plain_send_data (sender, NULL, "c", 1);
  after = gst_test_try_pull (pipeline, NETNS_DEADLINE_MS);
  g_assert_true (gst_caps_is_equal (gst_sample_get_caps (after), rtp));
  gst_test_stop (pipeline);
}

/* --- The stream ------------------------------------------------------------------------------ */

static void
test_bytes (void)
{
  GstElement *pipeline = launch_playing ("");
  g_autoptr (GSocket) sender = lo_sender ();
  guint8 data[1400];

  for (guint i = 0; i < 500; i++)
    {
      gsize size = 1 + (i * 37) % sizeof data;

      for (gsize j = 0; j < size; j++)
        data[j] = (guint8) (i + j);
      plain_send_data (sender, NULL, data, size);
      if (i % 50 == 49)
        for (guint k = i - 49; k <= i; k++)
          {
            gsize expected = 1 + (k * 37) % sizeof data;

            for (gsize j = 0; j < expected; j++)
              data[j] = (guint8) (k + j);
            gst_test_assert_pull (pipeline, data, expected);
          }
    }
  gst_test_stop (pipeline);
}

static void
test_ipv6 (void)
{
  GstElement *pipeline = launch ("address=" TEST_GROUP6);
  g_autoptr (GSocket) sender = NULL;

  netns_add_lo_route (netns_home ());
  sender = plain_sender_new_to (netns_home (), "lo", TEST_GROUP6, TEST_PORT);
  gst_test_play (pipeline);
  plain_send_data (sender, NULL, "six", 3);
  gst_test_assert_pull (pipeline, "six", 3);
  gst_test_stop (pipeline);
}

typedef struct
{
  guint n_lists;
  guint n_buffers;
  guint n_single;
  guint n_bad_times;
  guint longest;
} Pushed;

static gboolean
check_time (GstBuffer **buffer, guint i, gpointer data)
{
  Pushed *pushed = data;

  if (!GST_BUFFER_DTS_IS_VALID (*buffer) || !GST_BUFFER_PTS_IS_VALID (*buffer))
    pushed->n_bad_times++;
  pushed->n_buffers++;
  return TRUE;
}

static GstPadProbeReturn
on_push (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Pushed *pushed = data;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    {
      GstBufferList *list = gst_pad_probe_info_get_buffer_list (info);

      pushed->n_lists++;
      pushed->longest = MAX (pushed->longest, gst_buffer_list_length (list));
      gst_buffer_list_foreach (list, check_time, pushed);
    }
  else
    {
      GstBuffer *buffer = gst_pad_probe_info_get_buffer (info);

      pushed->n_single++;
      check_time (&buffer, 0, pushed);
    }
  return GST_PAD_PROBE_OK;
}

/* Sends 40 datagrams before it plays, so that they are all there, and lets it run to its end. */
static void
run_burst (const char *properties, Pushed *pushed)
{
  g_autofree char *all = g_strdup_printf ("address=" TEST_GROUP " num-buffers=40 %s", properties);
  GstElement *pipeline = launch (all);
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "src");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");
  g_autoptr (GSocket) sender = lo_sender ();

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_push,
                     pushed, NULL);
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_READY), ==, GST_STATE_CHANGE_SUCCESS);
  for (guint8 i = 0; i < 45; i++)
    plain_send_data (sender, NULL, &i, 1);
  gst_test_play (pipeline);
  for (guint8 i = 0; i < 40; i++)
    gst_test_assert_pull (pipeline, &i, 1);
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_EOS, NULL));
  gst_test_stop (pipeline);
}

static void
test_lists (void)
{
  Pushed pushed = { 0 };

  run_burst ("batch-size=16", &pushed);
  g_assert_cmpuint (pushed.n_buffers, ==, 40);
  g_assert_cmpuint (pushed.longest, ==, 16);
  g_assert_cmpuint (pushed.n_bad_times, ==, 0);
}

static void
test_single_buffers (void)
{
  Pushed pushed = { 0 };

  run_burst ("batch-size=1", &pushed);
  g_assert_cmpuint (pushed.n_single, ==, 40);
  g_assert_cmpuint (pushed.n_lists, ==, 0);
  g_assert_cmpuint (pushed.n_bad_times, ==, 0);
}

static GstPadProbeReturn
count_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer n_buffers)
{
  g_atomic_int_inc ((gint *) n_buffers);
  return GST_PAD_PROBE_OK;
}

/* A probe that knows no lists sees every buffer, one at a time and in bursts. */
static void
test_buffer_probe (void)
{
  GstElement *pipeline = launch_playing ("batch-size=1");
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "src");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");
  g_autoptr (GSocket) sender = lo_sender ();
  gint n_sent = 0;
  gint n_seen = 0;

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, count_buffer, &n_seen, NULL);
  for (gint burst = 1; n_sent < 1500; burst = burst < 100 ? burst + 1 : 1)
    {
      /* No more than the kernel queues while the element does not run. */
      for (gint i = 0; i < burst; i++)
        plain_send_data (sender, NULL, "x", 1);
      n_sent += burst;
      netns_assert_soon (g_atomic_int_get (&n_seen) == n_sent);
    }
  gst_test_stop (pipeline);
}

static void
test_socket_timestamp (void)
{
  Pushed pushed = { 0 };

  run_burst ("socket-timestamp=realtime", &pushed);
  g_assert_cmpuint (pushed.n_buffers, ==, 40);
  g_assert_cmpuint (pushed.n_bad_times, ==, 0);
}

static void
test_no_timestamp (void)
{
  Pushed pushed = { 0 };

  run_burst ("do-timestamp=false batch-size=1", &pushed);
  /* The base class gives the first one a time in any case. */
  g_assert_cmpuint (pushed.n_bad_times, >=, 39);
}

static void
test_large (void)
{
  GstElement *pipeline = launch_playing ("mtu=100");
  g_autoptr (GSocket) sender = lo_sender ();
  g_autofree guint8 *data = g_malloc (65507);

  for (guint i = 0; i < 65507; i++)
    data[i] = (guint8) (i * 7);
  plain_send_data (sender, NULL, data, 99);
  plain_send_data (sender, NULL, data, 100);
  plain_send_data (sender, NULL, data, 101);
  plain_send_data (sender, NULL, data, 65507);
  plain_send_data (sender, NULL, data, 50);
  gst_test_assert_pull (pipeline, data, 99);
  gst_test_assert_pull (pipeline, data, 100);
  gst_test_assert_pull (pipeline, data, 101);
  gst_test_assert_pull (pipeline, data, 65507);
  gst_test_assert_pull (pipeline, data, 50);
  g_assert_cmpuint (gst_test_get_stat (pipeline, "src", "truncated"), ==, 0);
  gst_test_stop (pipeline);
}

static void
test_empty (void)
{
  GstElement *pipeline = launch_playing ("");
  g_autoptr (GSocket) sender = lo_sender ();

  plain_send_data (sender, NULL, "", 0);
  plain_send_data (sender, NULL, "after", 5);
  gst_test_assert_pull (pipeline, "after", 5);
  g_assert_cmpuint (gst_test_get_stat (pipeline, "src", "dropped-empty"), ==, 1);
  gst_test_stop (pipeline);
}

static void
test_skip_first_bytes (void)
{
  GstElement *pipeline = launch_playing ("skip-first-bytes=4 mtu=8");
  g_autoptr (GSocket) sender = lo_sender ();

  plain_send_data (sender, NULL, "abc", 3);
  plain_send_data (sender, NULL, "headbody", 8);
  plain_send_data (sender, NULL, "headlonger body", 15);
  plain_send_data (sender, NULL, "headx", 5);
  gst_test_assert_pull (pipeline, "body", 4);
  gst_test_assert_pull (pipeline, "longer body", 11);
  gst_test_assert_pull (pipeline, "x", 1);
  g_assert_cmpuint (gst_test_get_stat (pipeline, "src", "dropped-short"), ==, 1);
  gst_test_stop (pipeline);
}

static void
test_source_filter (void)
{
  static const char *const wanted[] = { "multicast-source=+127.0.0.1", "source-filter=127.0.0.1",
                                        "multicast-source=-127.0.0.2",
                                        "multicast-source=+127.0.0.1+127.0.0.2-127.0.0.2",
                                        "source-filter=127.0.0.2 source-filter-exclusive=true" };

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      GstElement *pipeline = launch_playing (wanted[i]);
      g_autoptr (GSocket) sender = lo_sender ();

      g_test_message ("%s", wanted[i]);
      plain_send_from (netns_home (), "lo", "127.0.0.2", TEST_GROUP, TEST_PORT, "no");
      plain_send_data (sender, NULL, "yes", 3);
      gst_test_assert_pull (pipeline, "yes", 3);
      gst_test_stop (pipeline);
    }
}

/* --- Metas ----------------------------------------------------------------------------------- */

static void
assert_mcast_meta (GstBuffer *buffer)
{
  GstCustomMeta *meta = gst_buffer_get_custom_meta (buffer, "GstMcastMeta");
  const GstStructure *structure;
  guint number = 0;
  int hops = 0;

  g_assert_nonnull (meta);
  structure = gst_custom_meta_get_structure (meta);
  g_assert_cmpstr (gst_structure_get_string (structure, "group"), ==, TEST_GROUP);
  g_assert_cmpstr (gst_structure_get_string (structure, "interface"), ==, "lo");
  g_assert_true (gst_structure_get_uint (structure, "interface-index", &number));
  g_assert_cmpuint (number, ==, netns_index (netns_home (), "lo"));
  g_assert_true (gst_structure_get_uint (structure, "port", &number));
  g_assert_cmpuint (number, ==, TEST_PORT);
  g_assert_true (gst_structure_get_int (structure, "hop-limit", &hops));
  g_assert_cmpint (hops, ==, 1);
}

static void
test_metas (void)
{
  GstElement *pipeline = launch_playing ("add-reference-timestamp-meta=true add-origin-meta=true");
  g_autoptr (GSocket) sender = lo_sender ();
  g_autoptr (GstCaps) unix_time = gst_caps_new_empty_simple ("timestamp/x-unix");

  for (guint i = 0; i < 40; i++)
    {
      gint64 before = g_get_real_time ();
      g_autoptr (GstBuffer) buffer = NULL;
      g_autoptr (GstBuffer) copy = NULL;
      GstNetAddressMeta *address;
      GstReferenceTimestampMeta *arrival;

      plain_send_data (sender, NULL, "x", 1);
      buffer = gst_test_pull (pipeline);
      assert_mcast_meta (buffer);
      copy = gst_buffer_copy (buffer);
      assert_mcast_meta (copy);

      address = gst_buffer_get_net_address_meta (buffer);
      g_assert_nonnull (address);
      g_assert_cmpuint (plain_address_port (address->addr), ==, plain_local_port (sender));

      arrival = gst_buffer_get_reference_timestamp_meta (buffer, unix_time);
      g_assert_nonnull (arrival);
      g_assert_cmpuint (arrival->timestamp / 1000 + 1, >=, (guint64) before);
      g_assert_cmpuint (arrival->timestamp / 1000, <=, (guint64) g_get_real_time ());
    }
  gst_test_stop (pipeline);
}

/* Buffers come back from the pool with the metas of before. */
static void
test_metas_off (void)
{
  GstElement *pipeline = launch_playing ("add-reference-timestamp-meta=true add-origin-meta=true");
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "src");
  g_autoptr (GSocket) sender = lo_sender ();
  gboolean on = TRUE;

  for (guint i = 0; i < 60; i++)
    {
      g_autoptr (GstBuffer) buffer = NULL;

      plain_send_data (sender, NULL, "x", 1);
      buffer = gst_test_pull (pipeline);
      g_assert_true ((gst_buffer_get_net_address_meta (buffer) != NULL) == on);
      g_assert_true ((gst_buffer_get_reference_timestamp_meta (buffer, NULL) != NULL) == on);
      g_assert_true ((gst_buffer_get_custom_meta (buffer, "GstMcastMeta") != NULL) == on);
      if (i != 30)
        continue;
      on = FALSE;
      g_object_set (src, "retrieve-sender-address", on, "add-reference-timestamp-meta", on,
                    "add-origin-meta", on, NULL);
      /* The one that is being waited for may still be as before. */
      plain_send_data (sender, NULL, "x", 1);
      gst_buffer_unref (gst_test_pull (pipeline));
    }
  gst_test_stop (pipeline);
}

/* --- Starting and stopping ------------------------------------------------------------------- */

static void
test_stop_while_waiting (void)
{
  for (guint i = 0; i < 20; i++)
    {
      GstElement *pipeline = launch_playing ("");

      g_assert_cmpint (gst_element_get_state (pipeline, NULL, NULL, GST_CLOCK_TIME_NONE), !=,
                       GST_STATE_CHANGE_FAILURE);
      gst_test_stop (pipeline);
    }
}

static void
test_pause_and_flush (void)
{
  GstElement *pipeline = launch_playing ("");
  g_autoptr (GSocket) sender = lo_sender ();

  for (guint i = 0; i < 10; i++)
    {
      g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_PAUSED), !=,
                       GST_STATE_CHANGE_FAILURE);
      gst_test_play (pipeline);
      g_assert_cmpint (gst_element_get_state (pipeline, NULL, NULL, GST_CLOCK_TIME_NONE), !=,
                       GST_STATE_CHANGE_FAILURE);
      plain_send_data (sender, NULL, "x", 1);
      gst_test_assert_pull (pipeline, "x", 1);
    }
  gst_test_stop (pipeline);
}

static void
test_eos (void)
{
  GstElement *pipeline = launch_playing ("");

  g_assert_true (gst_element_send_event (pipeline, gst_event_new_eos ()));
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_EOS, NULL));
  gst_test_stop (pipeline);
}

/* Has the source end or pause in the middle of its work, with several datagrams at hand. */
typedef struct
{
  GstElement *src;
  GSocket *sender;
  gboolean pause;
  gboolean done;
} Interruption;

/* The source posts its message where it waits for datagrams, and then looks for more of them. */
static GstBusSyncReply
interrupt (GstBus *bus, GstMessage *message, gpointer data)
{
  Interruption *self = data;

  if (!gst_message_has_name (message, "GstUDPSrcTimeout") || self->done)
    return GST_BUS_PASS;
  self->done = TRUE;
  for (guint i = 0; i < 5; i++)
    plain_send_data (self->sender, NULL, "late", 4);
  if (self->pause)
    gst_element_set_state (self->src, GST_STATE_PAUSED);
  else
    gst_element_send_event (self->src, gst_event_new_eos ());
  return GST_BUS_PASS;
}

static void
run_interrupted (gboolean pause)
{
  GstElement *pipeline = launch ("address=" TEST_GROUP " timeout=1000000");
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "src");
  g_autoptr (GSocket) sender = lo_sender ();
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  Interruption self = { .src = src, .sender = sender, .pause = pause };

  gst_bus_set_sync_handler (bus, interrupt, &self, NULL);
  gst_test_play (pipeline);
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_ELEMENT, "GstUDPSrcTimeout"));
  if (!pause)
    gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_EOS, NULL));
  gst_test_stop (pipeline);
  g_assert_true (self.done);
}

/* What was received together is thrown away together, without a complaint of the base class. */
static void
test_stop_with_list (void)
{
  for (guint i = 0; i < 10; i++)
    run_interrupted (TRUE);
}

static void
test_eos_with_list (void)
{
  run_interrupted (FALSE);
}

static GstPadProbeReturn
refuse_lists (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  gst_buffer_list_unref (gst_pad_probe_info_get_buffer_list (info));
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = GST_FLOW_EOS;
  return GST_PAD_PROBE_HANDLED;
}

/* The peer of the source pad can end the stream with a list, too. */
static void
test_end_by_list (void)
{
  GstElement *pipeline = launch ("address=" TEST_GROUP);
  g_autoptr (GstElement) out = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (out, "sink");
  g_autoptr (GSocket) sender = lo_sender ();

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER_LIST, refuse_lists, NULL, NULL);
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_READY), ==, GST_STATE_CHANGE_SUCCESS);
  for (guint i = 0; i < 5; i++)
    plain_send_data (sender, NULL, "x", 1);
  gst_test_play (pipeline);
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_EOS, NULL));
  gst_test_stop (pipeline);
}

/* What a start applies is kept for the next one, and says so; what is set as it is says nothing. */
static void
test_late_setting (void)
{
  GstElement *pipeline = launch_playing ("");
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "src");
  g_autoptr (GstMessage) first = NULL;
  g_autofree char *text = NULL;

  g_object_set (src, "port", TEST_PORT, "merge", 1, NULL);
  first = gst_test_wait_message (pipeline, GST_MESSAGE_WARNING, NULL);
  text = gst_test_message_text (first);
  g_assert_nonnull (strstr (text, "The new merge takes effect at the next start"));
  gst_test_stop (pipeline);
}

static void
test_timeout (void)
{
  GstElement *pipeline = launch_playing ("timeout=20000000");
  g_autoptr (GSocket) sender = lo_sender ();

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GstMessage)
        message = gst_test_wait_message (pipeline, GST_MESSAGE_ELEMENT, "GstUDPSrcTimeout");
      guint64 timeout = 0;

      g_assert_true (
        gst_structure_get_uint64 (gst_message_get_structure (message), "timeout", &timeout));
      g_assert_cmpuint (timeout, ==, 20000000);
    }
  plain_send_data (sender, NULL, "on", 2);
  gst_test_assert_pull (pipeline, "on", 2);
  gst_test_stop (pipeline);
}

static void
cycle (guint n)
{
  GstElement *pipeline = launch ("address=" TEST_GROUP);

  for (guint i = 0; i < n; i++)
    {
      gst_test_play (pipeline);
      g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_NULL), ==,
                       GST_STATE_CHANGE_SUCCESS);
    }
  gst_object_unref (pipeline);
}

static void
test_cycles (void)
{
  guint before;

  cycle (2);
  before = count_descriptors ();
  cycle (100);
  g_assert_cmpuint (count_descriptors (), ==, before);
}

static void
test_buffer_size (void)
{
  GstElement *pipeline = launch_playing ("buffer-size=1000000000");
  g_autoptr (GSocket) sender = lo_sender ();
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "src");
  g_autoptr (GstMessage) warning = NULL;
  g_autoptr (GstStructure) stats = NULL;
  g_autoptr (GError) error = NULL;
  guint granted = 0;

  g_object_get (src, "stats", &stats, NULL);
  g_assert_true (gst_structure_get_uint (stats, "receive-buffer-size", &granted));
  g_assert_cmpuint (granted, >, 0);
  if (granted >= 1000000000)
    {
      g_test_skip ("the kernel grants any buffer");
      gst_test_stop (pipeline);
      return;
    }
  warning = gst_test_wait_message (pipeline, GST_MESSAGE_WARNING, "rmem_max");
  gst_message_parse_warning (warning, &error, NULL);
  g_assert_true (g_str_has_prefix (error->message, "The kernel grants a socket buffer of "));
  plain_send_data (sender, NULL, "x", 1);
  gst_test_assert_pull (pipeline, "x", 1);
  gst_test_stop (pipeline);
}

/* --- A socket of the application -------------------------------------------------------------- */

static void
test_socket (void)
{
  GstElement *pipeline = launch ("address=" TEST_GROUP " close-socket=false port=0");
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "src");
  g_autoptr (GSocket) shared = plain_bound_new (netns_home (), G_SOCKET_FAMILY_IPV4, 7003);
  g_autoptr (GSocket) used = NULL;
  g_autoptr (GSocket) sender = plain_sender_new_to (netns_home (), "lo", TEST_GROUP, 7003);
  int port;

  g_object_set (src, "socket", shared, NULL);
  gst_test_play (pipeline);
  g_object_get (src, "used-socket", &used, "port", &port, NULL);
  g_assert_true (used == shared);
  g_assert_cmpint (port, ==, 7003);
  plain_send_data (sender, NULL, "shared", 6);
  gst_test_assert_pull (pipeline, "shared", 6);
  gst_test_stop (pipeline);
  g_assert_false (g_socket_is_closed (shared));
}

/* As RTCP does it: what is sent comes from the port that is received on. */
static void
test_socket_of_both (void)
{
  GstElement *pipeline = launch ("address=" TEST_GROUP " port=7004");
  GstElement *sending = gst_test_launch (
    "fakesrc num-buffers=1 sizetype=fixed sizemax=4 filltype=zero ! mcastsink "
    "name=sink close-socket=false interfaces=lo port=7004 host=" TEST_GROUP);
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "src");
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (sending), "sink");
  g_autoptr (GSocket) shared = plain_bound_new (netns_home (), G_SOCKET_FAMILY_IPV4, 7004);
  g_autoptr (GstBuffer) buffer = NULL;
  GstNetAddressMeta *from;

  g_object_set (src, "socket", shared, NULL);
  g_object_set (sink, "socket", shared, NULL);
  gst_test_play (pipeline);
  gst_test_play (sending);
  buffer = gst_test_pull (pipeline);
  gst_test_assert_buffer (buffer, "\0\0\0\0", 4);
  from = gst_buffer_get_net_address_meta (buffer);
  g_assert_cmpuint (plain_address_port (from->addr), ==, 7004);
  gst_test_stop (sending);
  gst_test_stop (pipeline);
  g_assert_true (g_socket_is_closed (shared));
}

/* --- Interfaces ------------------------------------------------------------------------------ */

static void
test_interfaces (World *world)
{
  g_autoptr (GSocket) first = plain_sender_new_to (world->there, "v0", TEST_GROUP, TEST_PORT);
  g_autoptr (GSocket) second = plain_sender_new_to (world->there, "v1", TEST_GROUP, TEST_PORT);
  GstElement *pipeline = gst_test_launch ("mcastsrc name=src address=" TEST_GROUP
                                          " multicast-iface=\"v0, v1\""
                                          " ! appsink name=out sync=false async=false");
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "src");

  gst_test_allow_warnings (TRUE);
  gst_test_play (pipeline);
  plain_send_data (first, NULL, "1", 1);
  gst_test_assert_pull (pipeline, "1", 1);
  plain_send_data (second, NULL, "2", 1);
  gst_test_assert_pull (pipeline, "2", 1);

  g_object_set (src, "interfaces", "v1", NULL);
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_ELEMENT,
                                            "mcast-interface-lost, interface=(string)v0"));
  plain_send_data (first, NULL, "no", 2);
  plain_send_data (second, NULL, "3", 1);
  gst_test_assert_pull (pipeline, "3", 1);

  netns_link_recreate (world->here, "v1", 0, 0);
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_ELEMENT,
                                            "mcast-interface-lost, interface=(string)v1"));
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_ELEMENT,
                                            "mcast-interface-joined, interface=(string)v1"));
  g_clear_object (&second);
  second = plain_sender_new_to (world->there, "v1", TEST_GROUP, TEST_PORT);
  plain_send_data (second, NULL, "4", 1);
  gst_test_assert_pull (pipeline, "4", 1);
  gst_test_stop (pipeline);
  gst_test_allow_warnings (FALSE);
}

static void
test_wait_for_interfaces (World *world)
{
  GstElement *pipeline = gst_test_launch ("mcastsrc name=src address=" TEST_GROUP
                                          " interfaces=late0 wait-for-interfaces=true"
                                          " ! appsink name=out sync=false async=false");

  gst_test_allow_warnings (TRUE);
  gst_test_play (pipeline);
  netns_link_rename (world->here, "v0", "late0");
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_ELEMENT,
                                            "mcast-interface-joined, interface=(string)late0"));
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "late");
  gst_test_assert_pull (pipeline, "late", 4);
  gst_test_stop (pipeline);
  gst_test_allow_warnings (FALSE);
}

/* --- Bad input ------------------------------------------------------------------------------- */

static void
test_errors (void)
{
  static const struct
  {
    const char *properties;
    const char *text;
  } cases[] = {
    { "", "0.0.0.0" },
    { "address=10.0.0.1", "10.0.0.1" },
    { "address=127.0.0.1", "127.0.0.1" },
    { "address=::1", "::1" },
    { "address=239.1.1", "239.1.1" },
    { "address=239.1.1.256", "239.1.1.256" },
    { "address=239.1.1.1.1", "239.1.1.1.1" },
    { "address=\"239.1.1.1 \"", "239.1.1.1 " },
    { "address=ff00::zz", "ff00::zz" },
    { "address=[ff15::1", "[ff15::1" },
    { "address=239.1.1.1%nosuch0", "nosuch0" },
    { "address=10.0.0.1@10.0.0.2", "10.0.0.2" },
    { "address=239.1.1.1@239.1.1.2", "239.1.1.1" },
    { "groups=\"<10.0.0.7>\"", "10.0.0.7" },
    { "groups=\"<239.1.1.1,10.0.0.7>\"", "10.0.0.7" },
    { "groups=\"<239.1.1.1:99999>\"", "99999" },
    { "address=239.1.1.1 interfaces=nosuch0", "nosuch0" },
    { "address=239.1.1.1 interfaces=lo,nosuch0", "nosuch0" },
    { "address=239.1.1.1 interfaces=lo,", "“”" },
    { "address=239.1.1.1 interfaces=a/b", "a/b" },
    { "address=239.1.1.1 multicast-iface=99999", "99999" },
    { "address=239.1.1.1 interfaces=10.99.99.99", "10.99.99.99" },
    { "address=239.1.1.1 multicast-source=+x", "x" },
    { "address=239.1.1.1 multicast-source=+239.1.1.2", "239.1.1.2" },
    { "address=239.1.1.1 multicast-source=+10.0.0.1-10.0.0.1", "239.1.1.1" },
    { "address=239.1.1.1 multicast-source=+fd00::1", "fd00::1" },
    { "address=239.1.1.1 source-filter=10.0.0.300", "10.0.0.300" },
    { "uri=mcast://10.1.2.3:5004", "10.1.2.3" },
    { "uri=mcast://239.1.2.3?mtu=no", "mtu" },
    { "uri=http://239.1.2.3", "http" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *description = g_strdup_printf ("mcastsrc %s ! fakesink",
                                                      cases[i].properties);
      g_autofree char *text = gst_test_get_error (description);

      g_test_message ("%s: %s", cases[i].properties, text);
      g_assert_nonnull (strstr (text, cases[i].text));
    }
}

/* After an error the same element works when the cause is removed. */
static void
test_error_and_again (void)
{
  GstElement *pipeline = launch ("address=10.0.0.1");
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "src");
  g_autoptr (GSocket) sender = lo_sender ();

  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_PLAYING), ==,
                   GST_STATE_CHANGE_FAILURE);
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_NULL), ==, GST_STATE_CHANGE_SUCCESS);
  g_object_set (src, "address", TEST_GROUP, NULL);
  gst_test_play (pipeline);
  plain_send_data (sender, NULL, "x", 1);
  gst_test_assert_pull (pipeline, "x", 1);
  gst_test_stop (pipeline);
}

/* --- URI ------------------------------------------------------------------------------------- */

static void
test_uri (void)
{
  static const struct
  {
    const char *uri;
    const char *address;
    int port;
    const char *same;
  } cases[] = {
    { "mcast://239.1.2.3:6000", "239.1.2.3", 6000, "mcast://239.1.2.3:6000" },
    { "mcast://239.1.2.3", "239.1.2.3", 5004, "mcast://239.1.2.3:5004" },
    { "mcast://@239.1.2.3:1", "239.1.2.3", 1, "mcast://239.1.2.3:1" },
    { "mcast://10.0.0.1@232.1.2.3:1", "10.0.0.1@232.1.2.3", 1, "mcast://10.0.0.1@232.1.2.3:1" },
    { "mcast://[ff15::1]:7", "ff15::1", 7, "mcast://[ff15::1]:7" },
    { "mcast://[ff12::1%25eth0]:7", "ff12::1%eth0", 7, "mcast://[ff12::1%25eth0]:7" },
    { "mcast://232.1.1.1:5004?source=10.0.0.1&interfaces=eth0,eth1", "232.1.1.1", 5004,
      "mcast://232.1.1.1:5004?interfaces=eth0,eth1&multicast-source=10.0.0.1" },
    { "mcast://232.1.1.1?multicast-source=+10.0.0.1-10.0.0.2", "232.1.1.1", 5004,
      "mcast://232.1.1.1:5004?multicast-source=+10.0.0.1-10.0.0.2" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GstElement)
        src = gst_element_make_from_uri (GST_URI_SRC, cases[i].uri, NULL, NULL);
      g_autofree char *address = NULL;
      g_autofree char *uri = NULL;
      int port;

      g_test_message ("%s", cases[i].uri);
      g_assert_nonnull (src);
      gst_object_ref_sink (src);
      g_object_get (src, "address", &address, "port", &port, "uri", &uri, NULL);
      g_assert_cmpstr (address, ==, cases[i].address);
      g_assert_cmpint (port, ==, cases[i].port);
      g_assert_cmpstr (uri, ==, cases[i].same);
    }
}

static void
test_uri_errors (void)
{
  static const struct
  {
    const char *uri;
    const char *text;
  } cases[] = {
    { "mcast://", "group is missing" },
    { "mcast://10.0.0.1", "10.0.0.1" },
    { "mcast://239.1.2.3:70000", "70000" },
    { "mcast://239.1.2.3:x", "x" },
    { "mcast://239.1.2.3:5004/path", "path" },
    { "mcast://239.1.2.3#x", "#" },
    { "mcast://239.1.2.3?nosuch=1", "nosuch" },
    { "mcast://239.1.2.3?name=x", "name" },
    { "mcast://239.1.2.3?mtu", "=" },
    { "mcast://239.1.2.3?mtu=", "mtu" },
    { "mcast://239.1.2.3?mtu=12x", "12x" },
    { "mcast://239.1.2.3?mtu=-1", "-1" },
    { "mcast://239.1.2.3?batch-size=0", "batch-size" },
    { "mcast://239.1.2.3?batch-size=5000", "5000" },
    { "mcast://239.1.2.3?merge=both", "both" },
    { "mcast://239.1.2.3?reuse=perhaps", "perhaps" },
    { "mcast://239.1.2.3?caps=video/x-raw,width", "width" },
    { "mcast://239.1.2.3?source=10.0.0.1&source=10.0.0.2", "twice" },
    { "mcast://239.1.2.3?interfaces=a&iface=b", "twice" },
    { "mcast://[ff15::1", "ff15::1" },
    { "mcast://ff15::1:5004", "in brackets" },
    { "mcast://[ff15::1%eth0]:5004", "%25" },
    { "mcast://239.1.2.3?intarface=eth0", "interface" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GstElement) src = gst_element_factory_make ("mcastsrc", NULL);
      g_autoptr (GError) error = NULL;
      g_autofree char *address = NULL;

      gst_object_ref_sink (src);
      g_test_message ("%s", cases[i].uri);
      g_assert_false (gst_uri_handler_set_uri (GST_URI_HANDLER (src), cases[i].uri, &error));
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, cases[i].text));
      g_object_get (src, "address", &address, NULL);
      g_assert_cmpstr (address, ==, "0.0.0.0");
    }
}

static void
test_uri_notify (void)
{
  g_autoptr (GstElement) src = gst_element_factory_make ("mcastsrc", NULL);
  guint n_address = 0;
  guint n_port = 0;
  guint n_source = 0;
  g_autofree char *source = NULL;

  gst_object_ref_sink (src);
  g_object_set (src, "multicast-source", "+10.0.0.1", NULL);
  g_signal_connect (src, "notify::address", G_CALLBACK (count_notify), &n_address);
  g_signal_connect (src, "notify::port", G_CALLBACK (count_notify), &n_port);
  g_signal_connect (src, "notify::multicast-source", G_CALLBACK (count_notify), &n_source);
  g_object_set (src, "uri", "udp://239.1.2.3:7", NULL);
  g_object_get (src, "multicast-source", &source, NULL);
  g_assert_cmpstr (source, ==, NULL);
  g_assert_cmpuint (n_address, ==, 1);
  g_assert_cmpuint (n_port, ==, 1);
  g_assert_cmpuint (n_source, ==, 1);
  /* It is unset already. */
  g_object_set (src, "uri", "udp://239.1.2.4:8", NULL);
  g_assert_cmpuint (n_address, ==, 2);
  g_assert_cmpuint (n_source, ==, 1);
}

int
main (int argc, char **argv)
{
  gst_test_init (&argc, &argv);

  g_test_add_func ("/mcastsrc/properties/defaults", test_defaults);
  g_test_add_func ("/mcastsrc/properties/states", test_states);
  g_test_add_func ("/mcastsrc/properties/port-0", test_port_0);
  g_test_add_func ("/mcastsrc/properties/change-in-ready", test_change_in_ready);
  g_test_add_func ("/mcastsrc/properties/change-while-playing", test_change_while_playing);
  g_test_add_func ("/mcastsrc/properties/change-caps", test_change_caps);
  g_test_add_func ("/mcastsrc/stream/bytes", test_bytes);
  g_test_add_func ("/mcastsrc/stream/ipv6", test_ipv6);
  g_test_add_func ("/mcastsrc/stream/lists", test_lists);
  g_test_add_func ("/mcastsrc/stream/single-buffers", test_single_buffers);
  g_test_add_func ("/mcastsrc/stream/buffer-probe", test_buffer_probe);
  g_test_add_func ("/mcastsrc/stream/socket-timestamp", test_socket_timestamp);
  g_test_add_func ("/mcastsrc/stream/no-timestamp", test_no_timestamp);
  g_test_add_func ("/mcastsrc/stream/large", test_large);
  g_test_add_func ("/mcastsrc/stream/empty", test_empty);
  g_test_add_func ("/mcastsrc/stream/skip-first-bytes", test_skip_first_bytes);
  g_test_add_func ("/mcastsrc/stream/source-filter", test_source_filter);
  g_test_add_func ("/mcastsrc/metas", test_metas);
  g_test_add_func ("/mcastsrc/metas/off", test_metas_off);
  g_test_add_func ("/mcastsrc/stop/while-waiting", test_stop_while_waiting);
  g_test_add_func ("/mcastsrc/stop/pause", test_pause_and_flush);
  g_test_add_func ("/mcastsrc/stop/eos", test_eos);
  g_test_add_func ("/mcastsrc/stop/with-list", test_stop_with_list);
  g_test_add_func ("/mcastsrc/stop/eos-with-list", test_eos_with_list);
  g_test_add_func ("/mcastsrc/stop/end-by-list", test_end_by_list);
  g_test_add_func ("/mcastsrc/stop/cycles", test_cycles);
  g_test_add_func ("/mcastsrc/late-setting", test_late_setting);
  g_test_add_func ("/mcastsrc/timeout", test_timeout);
  g_test_add_func ("/mcastsrc/buffer-size", test_buffer_size);
  g_test_add_func ("/mcastsrc/socket", test_socket);
  g_test_add_func ("/mcastsrc/socket/of-both", test_socket_of_both);
  gst_test_add ("/mcastsrc/interfaces", 2, test_interfaces);
  gst_test_add ("/mcastsrc/interfaces/wait", 1, test_wait_for_interfaces);
  g_test_add_func ("/mcastsrc/errors", test_errors);
  g_test_add_func ("/mcastsrc/errors/again", test_error_and_again);
  g_test_add_func ("/mcastsrc/uri", test_uri);
  g_test_add_func ("/mcastsrc/uri/errors", test_uri_errors);
  g_test_add_func ("/mcastsrc/uri/notify", test_uri_notify);

  return g_test_run ();
}
