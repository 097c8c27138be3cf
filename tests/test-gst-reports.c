/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the elements report: lost datagrams, changes of paths, and statistics. */

#include "gst-test.h"

/* --- Loss ------------------------------------------------------------------------------------ */

typedef struct
{
  gint n_buffers;
  gint n_discont;
} Seen;

static gboolean
see (GstBuffer **buffer, guint i, gpointer data)
{
  Seen *seen = data;

  g_atomic_int_inc (&seen->n_buffers);
  if (GST_BUFFER_FLAG_IS_SET (*buffer, GST_BUFFER_FLAG_DISCONT))
    g_atomic_int_inc (&seen->n_discont);
  return TRUE;
}

static GstPadProbeReturn
on_buffers (GstPad *pad, GstPadProbeInfo *info, gpointer seen)
{
  GstBuffer *buffer;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (info), see, seen);
  else
    {
      buffer = GST_PAD_PROBE_INFO_BUFFER (info);
      see (&buffer, 0, seen);
    }
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
block (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  return GST_PAD_PROBE_OK;
}

/* The kernel reports a loss with the datagrams that it queues afterwards. */
static gboolean
send_until_discont (GSocket *sender, Seen *seen, guint *n_sent)
{
  plain_send_data (sender, NULL, "later", 5);
  ++*n_sent;
  return g_atomic_int_get (&seen->n_discont) == 2;
}

/* The kernel drops datagrams while downstream elements do not return. */
static void
test_loss (void)
{
  GstElement *pipeline = gst_test_launch ("mcastsrc name=src interfaces=lo address=" TEST_GROUP
                                          " ! fakesink sync=false async=false");
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "src");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");
  g_autoptr (GSocket) sender = plain_sender_new_to (netns_home (), "lo", TEST_GROUP, TEST_PORT);
  g_autoptr (GstMessage) message = NULL;
  Seen seen = { 0 };
  guint64 lost = 0;
  guint64 total = 0;
  guint n_sent = 3001;
  gulong probe;

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_buffers,
                     &seen, NULL);
  gst_test_play (pipeline);
  plain_send_data (sender, NULL, "first", 5);
  netns_assert_soon (g_atomic_int_get (&seen.n_buffers) == 1);
  g_assert_cmpint (seen.n_discont, ==, 1); /* of the base class, at the start */

  probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM, block, NULL, NULL);
  for (guint i = 0; i < 3000; i++)
    plain_send_data (sender, NULL, "flood", 5);
  gst_pad_remove_probe (pad, probe);
  netns_assert_soon (send_until_discont (sender, &seen, &n_sent));
  message = gst_test_wait_message (pipeline, GST_MESSAGE_ELEMENT, "mcast-packets-lost");
  g_assert_true (gst_structure_get_uint64 (gst_message_get_structure (message), "lost", &lost));
  g_assert_true (gst_structure_get_uint64 (gst_message_get_structure (message), "total", &total));
  g_assert_cmpuint (lost, >, 0);
  g_assert_cmpuint (total, ==, lost);
  g_assert_cmpuint (total, ==, gst_test_get_stat (pipeline, "src", "kernel-dropped"));

  netns_assert_soon (g_atomic_int_get (&seen.n_buffers) + (gint) lost == (gint) n_sent);
  g_assert_cmpint (seen.n_discont, ==, 2);
  g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_ELEMENT, "packets-lost"), ==, 0);
  gst_test_stop (pipeline);
}

/* --- Paths ----------------------------------------------------------------------------------- */

static void
assert_path (GstElement *pipeline, const char *state, guint index)
{
  g_autofree char *text = g_strdup_printf ("state=(string)%s", state);
  g_autoptr (GstMessage) message = NULL;
  const GstStructure *structure;
  guint number = 0;

  do
    {
      g_clear_pointer (&message, gst_message_unref);
      message = gst_test_wait_message (pipeline, GST_MESSAGE_ELEMENT, text);
      structure = gst_message_get_structure (message);
    }
  while (!gst_structure_has_name (structure, "mcast-path-changed"));
  g_assert_cmpstr (gst_structure_get_string (structure, "group"), ==, TEST_GROUP);
  g_assert_cmpstr (gst_structure_get_string (structure, "interface"), ==, "v0");
  g_assert_true (gst_structure_get_uint (structure, "port", &number));
  g_assert_cmpuint (number, ==, TEST_PORT);
  g_assert_true (gst_structure_get_uint (structure, "interface-index", &number));
  /* 0 while the interface is missing. */
  if (number != 0 || !g_str_equal (state, "lost"))
    g_assert_cmpuint (number, ==, index);
}

static void
run_paths (World *world, const char *description)
{
  GstElement *pipeline = gst_test_launch (description);
  guint before = netns_index (world->here, "v0");

  gst_test_allow_warnings (TRUE);
  gst_test_play (pipeline);
  assert_path (pipeline, "ready", before);
  netns_link_recreate (world->here, "v0", 0, 0);
  assert_path (pipeline, "lost", before);
  assert_path (pipeline, "recovered", netns_index (world->here, "v0"));
  gst_test_stop (pipeline);
  gst_test_allow_warnings (FALSE);
}

static void
test_paths_src (World *world)
{
  run_paths (world, "mcastsrc interfaces=v0 address=" TEST_GROUP " ! fakesink async=false");
}

static void
test_paths_sink (World *world)
{
  run_paths (world, "appsrc is-live=true format=time ! mcastsink interfaces=v0 sync=false "
                    "async=false host=" TEST_GROUP);
}

/* A path that is not in use from the start is reported too, once. */
static void
test_first_state (gconstpointer description)
{
  GstElement *pipeline = gst_test_launch (description);
  g_autoptr (GstMessage) message = NULL;
  const GstStructure *structure;
  guint index = 1;

  gst_test_play (pipeline);
  message = gst_test_wait_message (pipeline, GST_MESSAGE_ELEMENT, "mcast-path-changed");
  structure = gst_message_get_structure (message);
  g_assert_cmpstr (gst_structure_get_string (structure, "state"), ==, "waiting");
  g_assert_cmpstr (gst_structure_get_string (structure, "group"), ==, TEST_GROUP);
  g_assert_cmpstr (gst_structure_get_string (structure, "interface"), ==, "nosuch0");
  g_assert_true (gst_structure_get_uint (structure, "interface-index", &index));
  g_assert_cmpuint (index, ==, 0);
  g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_ELEMENT, "path-changed"), ==, 0);
  gst_test_stop (pipeline);
}

/* --- Copies ---------------------------------------------------------------------------------- */

/* Sends to the group on a link, always from the same address and port. */
static void
send_on (World *world, GSocket *sender, const char *name, const char *text)
{
  g_autoptr (GSocketAddress) to = plain_address_new (TEST_GROUP, TEST_PORT, 0);
  const struct ip_mreqn request = { .imr_ifindex = (int) netns_index (world->there, name) };

  g_assert_cmpint (setsockopt (g_socket_get_fd (sender), IPPROTO_IP, IP_MULTICAST_IF, &request,
                               sizeof request),
                   ==, 0);
  plain_send_data (sender, to, text, strlen (text));
}

/* Returns the sender of copies for @pipeline, which plays then. */
static GSocket *
play_and_send (World *world, GstElement *pipeline)
{
  g_autofree char *source = netns_ipv4 (world->there, "v0");
  GSocket *sender = plain_sender_new (world->there, "v0", G_SOCKET_FAMILY_IPV4, source);

  gst_test_play (pipeline);
  for (guint i = 0; i < 20; i++)
    {
      send_on (world, sender, "v0", "copy");
      send_on (world, sender, "v1", "copy");
    }
  return sender;
}

static gboolean
send_until_switched (World *world, GSocket *sender, GstElement *pipeline)
{
  send_on (world, sender, "v1", "rest");
  return gst_test_get_stat (pipeline, "src", "flow-switches") == 1;
}

/* Two links to one network, no setting: everything arrives once, and from the other link when one
 * is silent. */
static void
test_flow (World *world)
{
  GstElement *pipeline = gst_test_launch ("mcastsrc name=src address=" TEST_GROUP " ! appsink "
                                          "name=out sync=false async=false");
  g_autoptr (GSocket) sender = play_and_send (world, pipeline);
  g_autoptr (GstMessage) message = NULL;

  for (guint i = 0; i < 20; i++)
    gst_test_assert_pull (pipeline, "copy", 4);
  netns_assert_soon (gst_test_get_stat (pipeline, "src", "duplicates") == 20);
  netns_assert_soon (send_until_switched (world, sender, pipeline));
  gst_test_assert_pull (pipeline, "rest", 4);
  message = gst_test_wait_message (pipeline, GST_MESSAGE_ELEMENT, "mcast-flow-switched");
  g_assert_cmpstr (gst_structure_get_string (gst_message_get_structure (message), "interface"), ==,
                   "v1");
  gst_test_stop (pipeline);
}

static void
test_every_copy (World *world)
{
  GstElement *pipeline = gst_test_launch ("mcastsrc name=src merge=none address=" TEST_GROUP
                                          " ! appsink name=out sync=false async=false");

  g_object_unref (play_and_send (world, pipeline));
  for (guint i = 0; i < 40; i++)
    gst_test_assert_pull (pipeline, "copy", 4);
  gst_test_stop (pipeline);
}

/* --- Statistics ------------------------------------------------------------------------------ */

static GstStructure *
get_stats (GstElement *element)
{
  GstStructure *stats = NULL;

  g_object_get (element, "stats", &stats, NULL);
  g_assert_nonnull (stats);
  return stats;
}

static guint64
get_count (const GstStructure *stats, const char *name)
{
  guint64 count = 0;

  g_assert_true (gst_structure_get_uint64 (stats, name, &count));
  return count;
}

static void
test_src_stats (void)
{
  GstElement *pipeline = gst_test_launch ("mcastsrc name=src interfaces=lo "
                                          "address=127.0.0.1+127.0.0.2@232.1.2.3 ! appsink "
                                          "name=out sync=false async=false");
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "src");
  g_autoptr (GSocket) sender = plain_sender_new_to (netns_home (), "lo", "232.1.2.3", TEST_PORT);
  g_autoptr (GstStructure) stats = NULL;
  const GstStructure *path;
  const GValue *sources;

  gst_test_play (pipeline);
  plain_send_data (sender, NULL, "abc", 3);
  gst_test_assert_pull (pipeline, "abc", 3);
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_NULL), ==, GST_STATE_CHANGE_SUCCESS);

  /* The last ones are there after the stop. */
  stats = get_stats (src);
  g_assert_cmpstr (gst_structure_get_name (stats), ==, "application/x-mcast-src-stats");
  g_assert_cmpuint (get_count (stats, "delivered"), ==, 1);
  g_assert_cmpuint (get_count (stats, "packets-received"), ==, 1);
  g_assert_cmpuint (get_count (stats, "bytes-received"), ==, 3);
  path = gst_value_get_structure (
    gst_value_array_get_value (gst_structure_get_value (stats, "paths"), 0));
  g_assert_cmpstr (gst_structure_get_string (path, "filter-mode"), ==, "include");
  sources = gst_structure_get_value (path, "sources");
  g_assert_cmpuint (gst_value_array_get_size (sources), ==, 2);
  g_assert_cmpstr (g_value_get_string (gst_value_array_get_value (sources, 1)), ==, "127.0.0.2");
  gst_test_stop (pipeline);
}

static void
test_sink_stats (void)
{
  GstElement *pipeline = gst_test_launch ("appsrc name=in is-live=true format=time ! mcastsink "
                                          "name=sink sync=false async=false interfaces=lo "
                                          "clients=" TEST_GROUP ":5004," TEST_GROUP ":5004");
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "sink");
  g_autoptr (GSocket) receiver = plain_receiver_new (netns_home (), "lo", TEST_GROUP, TEST_PORT);
  g_autoptr (GstStructure) stats = NULL;
  const GstStructure *base;
  const GstStructure *copy;

  gst_test_play (pipeline);
  gst_test_push (pipeline, gst_buffer_new_memdup ("abc", 3));
  plain_assert_receives (receiver, "abc");
  plain_assert_receives (receiver, "abc");
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_NULL), ==, GST_STATE_CHANGE_SUCCESS);

  stats = get_stats (sink);
  g_assert_cmpstr (gst_structure_get_name (stats), ==, "application/x-mcast-sink-stats");
  g_assert_cmpuint (get_count (stats, "packets-sent"), ==, 1);
  g_assert_cmpuint (get_count (stats, "bytes-sent"), ==, 3);
  g_assert_false (gst_structure_has_field (stats, "duplicates"));
  base = gst_value_get_structure (gst_structure_get_value (stats, "base"));
  g_assert_cmpstr (gst_structure_get_name (base), ==, "application/x-gst-base-sink-stats");
  g_assert_true (gst_structure_has_field (base, "rendered"));
  copy = gst_value_get_structure (
    gst_value_array_get_value (gst_structure_get_value (stats, "copies"), 0));
  g_assert_cmpuint (get_count (copy, "packets-sent"), ==, 1);
  gst_test_stop (pipeline);
}

int
main (int argc, char **argv)
{
  gst_test_init (&argc, &argv);

  g_test_add_func ("/reports/loss", test_loss);
  gst_test_add ("/reports/paths/mcastsrc", 1, test_paths_src);
  gst_test_add ("/reports/paths/mcastsink", 1, test_paths_sink);
  g_test_add_data_func ("/reports/first-state/mcastsrc",
                        "mcastsrc wait-for-interfaces=true interfaces=nosuch0 address=" TEST_GROUP
                        " ! fakesink async=false",
                        test_first_state);
  g_test_add_data_func ("/reports/first-state/mcastsink",
                        "appsrc is-live=true format=time ! mcastsink wait-for-interfaces=true "
                        "interfaces=nosuch0 sync=false async=false host=" TEST_GROUP,
                        test_first_state);
  gst_test_add ("/reports/copies/flow", 2, test_flow);
  gst_test_add ("/reports/copies/none", 2, test_every_copy);
  g_test_add_func ("/reports/stats/mcastsrc", test_src_stats);
  g_test_add_func ("/reports/stats/mcastsink", test_sink_stats);
  return g_test_run ();
}
