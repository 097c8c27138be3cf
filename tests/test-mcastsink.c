/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/app/gstappsrc.h>

#include "gst-test.h"

/* mcastsink in the program's own namespace, plain sockets as receivers. */

/* An appsrc before the sink with @properties. */
static GstElement *
launch_playing (const char *properties)
{
  g_autofree char *description =
    g_strdup_printf ("appsrc name=in format=time is-live=true ! mcastsink name=sink sync=false "
                     "async=false %s",
                     properties);
  GstElement *pipeline = gst_test_launch (description);

  gst_test_play (pipeline);
  return pipeline;
}

static GSocket *
lo_receiver (const char *group, guint port)
{
  return plain_receiver_new (netns_home (), "lo", group, port);
}

static GstElement *
get_in (GstElement *pipeline)
{
  return gst_bin_get_by_name (GST_BIN (pipeline), "in");
}

static void
push (GstElement *pipeline, gconstpointer data, gsize size)
{
  gst_test_push (pipeline, gst_buffer_new_memdup (data, size));
}

static void
fill (guint8 *data, gsize size, guint seed)
{
  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) (seed + i * 13);
}

static guint64
get_counter (GstElement *sink, const char *name)
{
  guint64 count;

  g_object_get (sink, name, &count, NULL);
  return count;
}

/* --- Properties ------------------------------------------------------------------------------ */

static void
test_defaults (void)
{
  /* "stats" is richer, but of the same type. */
  static const char *const others[] = { "name", NULL };

  gst_test_compare_properties ("mcastsink", "udpsink", others);
}

/* A change of state changes no property, and data flows afterwards. */
static void
test_states (void)
{
  GstElement *pipeline = gst_test_launch (
    "appsrc name=in format=time is-live=true ! mcastsink name=sink sync=false async=false "
    "interfaces=lo clients=" TEST_GROUP_2 ":5006 host=" TEST_GROUP " ttl-mc=3 qos-dscp=10 "
    "packet-size=2 pacing-rate=100000000 send-duplicates=false bind-port=7009");
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "sink");
  g_autoptr (GSocket) receiver = lo_receiver (TEST_GROUP, TEST_PORT);

  static const char *const others[] = { NULL };

  gst_test_walk_states (pipeline, sink, others);
  push (pipeline, "xyz", 3);
  plain_assert_receives (receiver, "xy");
  plain_assert_receives (receiver, "z");
  gst_test_stop (pipeline);
}

/* --- The stream ------------------------------------------------------------------------------ */

static void
test_buffers (void)
{
  GstElement *pipeline = launch_playing ("interfaces=lo host=" TEST_GROUP);
  g_autoptr (GSocket) receiver = lo_receiver (TEST_GROUP, TEST_PORT);
  guint8 data[1400];

  for (guint i = 0; i < 300; i++)
    {
      gsize size = 1 + (i * 41) % sizeof data;

      fill (data, size, i);
      push (pipeline, data, size);
      plain_assert_receives_data (receiver, data, size);
    }
  gst_test_stop (pipeline);
}

static void
test_list (void)
{
  GstElement *pipeline = launch_playing ("interfaces=lo host=" TEST_GROUP);
  g_autoptr (GstElement) in = get_in (pipeline);
  g_autoptr (GSocket) receiver = lo_receiver (TEST_GROUP, TEST_PORT);
  GstBufferList *list = gst_buffer_list_new ();
  guint8 data[1000];

  for (guint i = 0; i < 100; i++)
    {
      gsize size = i < 50 ? 700 : 1 + i;

      fill (data, size, i);
      gst_buffer_list_add (list, gst_buffer_new_memdup (data, size));
    }
  g_assert_cmpint (gst_app_src_push_buffer_list (GST_APP_SRC (in), list), ==, GST_FLOW_OK);
  for (guint i = 0; i < 100; i++)
    {
      gsize size = i < 50 ? 700 : 1 + i;

      fill (data, size, i);
      plain_assert_receives_data (receiver, data, size);
    }
  gst_test_stop (pipeline);
}

/* A buffer of many memories, some of them empty, is one datagram. */
static GstBuffer *
make_scattered (const guint8 *data, gsize size, gsize part)
{
  GstBuffer *buffer = gst_buffer_new ();

  for (gsize i = 0; i < size; i += part)
    {
      gsize n = MIN (part, size - i);
      gpointer copy = g_memdup2 (data + i, n);

      gst_buffer_append_memory (buffer, gst_memory_new_wrapped (0, copy, n, 0, n, copy, g_free));
    }
  return buffer;
}

static void
test_many_memories (void)
{
  GstElement *pipeline = launch_playing ("interfaces=lo host=" TEST_GROUP);
  g_autoptr (GSocket) receiver = lo_receiver (TEST_GROUP, TEST_PORT);
  guint8 data[1200];

  fill (data, sizeof data, 3);
  gst_test_push (pipeline, make_scattered (data, sizeof data, 100));
  plain_assert_receives_data (receiver, data, sizeof data);
  gst_test_stop (pipeline);
}

static void
test_packet_size (void)
{
  GstElement *pipeline = launch_playing ("interfaces=lo packet-size=1316 host=" TEST_GROUP);
  g_autoptr (GSocket) receiver = lo_receiver (TEST_GROUP, TEST_PORT);
  gsize size = 40 * 1316 + 188;
  g_autofree guint8 *data = g_malloc (size);

  fill (data, size, 9);
  push (pipeline, data, size);
  for (guint i = 0; i < 40; i++)
    plain_assert_receives_data (receiver, data + i * 1316, 1316);
  plain_assert_receives_data (receiver, data + 40 * 1316, 188);

  gst_test_push (pipeline, make_scattered (data, 4000, 333));
  for (guint i = 0; i < 3; i++)
    plain_assert_receives_data (receiver, data + i * 1316, 1316);
  plain_assert_receives_data (receiver, data + 3 * 1316, 4000 - 3 * 1316);

  push (pipeline, data, 1316);
  plain_assert_receives_data (receiver, data, 1316);
  gst_test_stop (pipeline);
}

static void
test_too_large (void)
{
  GstElement *pipeline = launch_playing ("interfaces=lo host=" TEST_GROUP);
  g_autoptr (GSocket) receiver = lo_receiver (TEST_GROUP, TEST_PORT);
  g_autofree guint8 *data = g_malloc0 (70000);

  push (pipeline, data, 70000);
  push (pipeline, data, 70000);
  push (pipeline, data, 65507);
  plain_assert_receives_data (receiver, data, 65507);
  g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_WARNING, "packet-size"), ==, 1);
  gst_test_stop (pipeline);
}

static void
test_eos (void)
{
  GstElement *pipeline = launch_playing ("interfaces=lo host=" TEST_GROUP);
  g_autoptr (GstElement) in = get_in (pipeline);

  push (pipeline, "last", 4);
  g_assert_cmpint (gst_app_src_end_of_stream (GST_APP_SRC (in)), ==, GST_FLOW_OK);
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_EOS, NULL));
  gst_test_stop (pipeline);
}

/* Stopping does not wait until a slow rate has let everything go. */
static void
test_stop_while_pacing (void)
{
  GstElement *pipeline =
    launch_playing ("interfaces=lo packet-size=1000 pacing-rate=8000 host=" TEST_GROUP);
  g_autoptr (GSocket) receiver = lo_receiver (TEST_GROUP, TEST_PORT);
  g_autofree guint8 *data = g_malloc0 (60000);

  push (pipeline, data, 60000);
  plain_assert_receives_data (receiver, data, 1000);
  gst_test_stop (pipeline);
}

static void
test_counters (void)
{
  GstElement *pipeline = launch_playing ("interfaces=lo clients=" TEST_GROUP ":5004," TEST_GROUP_2
                                         ":5006");
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "sink");
  g_autoptr (GSocket) first = lo_receiver (TEST_GROUP, 5004);
  g_autoptr (GSocket) second = lo_receiver (TEST_GROUP_2, 5006);
  g_autoptr (GstStructure) stats = NULL;
  guint64 value = 0;

  push (pipeline, "12345", 5);
  push (pipeline, "678", 3);
  for (guint i = 0; i < 2; i++)
    {
      g_bytes_unref (plain_receive_data (first, NULL));
      g_bytes_unref (plain_receive_data (second, NULL));
    }
  g_assert_cmpuint (get_counter (sink, "bytes-to-serve"), ==, 8);
  netns_assert_soon (get_counter (sink, "bytes-served") == 16);

  g_signal_emit_by_name (sink, "get-stats", TEST_GROUP_2, 5006, &stats);
  g_assert_true (gst_structure_has_name (stats, "multiudpsink-stats"));
  g_assert_true (gst_structure_get_uint64 (stats, "bytes-sent", &value));
  g_assert_cmpuint (value, ==, 8);
  g_assert_true (gst_structure_get_uint64 (stats, "packets-sent", &value));
  g_assert_cmpuint (value, ==, 2);
  g_assert_true (gst_structure_get_uint64 (stats, "connect-time", &value));
  g_assert_cmpuint (value, >, 0);
  g_assert_true (gst_structure_get_uint64 (stats, "disconnect-time", &value));
  g_assert_cmpuint (value, ==, 0);
  gst_clear_structure (&stats);

  g_object_get (sink, "stats", &stats, NULL);
  g_assert_true (gst_structure_has_field (stats, "base"));
  g_assert_true (gst_structure_get_uint64 (stats, "accepted", &value));
  g_assert_cmpuint (value, ==, 4);
  g_assert_cmpuint (gst_value_array_get_size (gst_structure_get_value (stats, "paths")), ==, 2);
  gst_test_stop (pipeline);
  g_assert_cmpuint (get_counter (sink, "bytes-served"), ==, 16);
}

/* --- Destinations ---------------------------------------------------------------------------- */

static void
record_client (GstElement *sink, const char *host, int port, gpointer data)
{
  g_string_append_printf (data, "%s:%d ", host, port);
}

static void
assert_record (GString *record, const char *expected)
{
  g_assert_cmpstr (record->str, ==, expected);
  g_string_truncate (record, 0);
}

static void
assert_clients (GstElement *sink, const char *expected)
{
  g_autofree char *clients = NULL;

  g_object_get (sink, "clients", &clients, NULL);
  g_assert_cmpstr (clients, ==, expected);
}

/* The same calls make the same signals with both elements. */
static void
run_clients (const char *name)
{
  g_autoptr (GstElement) sink = gst_element_factory_make (name, NULL);
  g_autoptr (GString) added = g_string_new (NULL);
  g_autoptr (GString) removed = g_string_new (NULL);

  gst_object_ref_sink (sink);
  g_signal_connect (sink, "client-added", G_CALLBACK (record_client), added);
  g_signal_connect (sink, "client-removed", G_CALLBACK (record_client), removed);

  g_object_set (sink, "host", "239.1.1.1", NULL);
  assert_record (added, "239.1.1.1:5004 ");
  assert_record (removed, "localhost:5004 ");
  g_object_set (sink, "port", 5005, NULL);
  assert_record (added, "239.1.1.1:5005 ");
  assert_record (removed, "239.1.1.1:5004 ");
  assert_clients (sink, "239.1.1.1:5005");

  g_signal_emit_by_name (sink, "add", "239.1.1.1", 5005);
  assert_record (added, "239.1.1.1:5005 ");
  g_signal_emit_by_name (sink, "remove", "239.1.1.1", 5005);
  assert_record (removed, "");
  g_signal_emit_by_name (sink, "remove", "239.1.1.1", 5005);
  assert_record (removed, "239.1.1.1:5005 ");
  assert_clients (sink, "");

  g_object_set (sink, "clients", "239.1.1.1:1,239.1.1.2:2", NULL);
  assert_record (added, "239.1.1.1:1 239.1.1.2:2 ");
}

static void
test_clients (void)
{
  g_autoptr (GstElementFactory) udpsink = gst_element_factory_find ("udpsink");

  run_clients ("mcastsink");
  if (udpsink == NULL)
    g_test_skip ("udpsink is not installed");
  else
    run_clients ("udpsink");
}

static void
test_client_list (void)
{
  g_autoptr (GstElement) sink = gst_element_factory_make ("mcastsink", NULL);
  g_autoptr (GString) removed = g_string_new (NULL);

  gst_object_ref_sink (sink);
  g_signal_connect (sink, "client-removed", G_CALLBACK (record_client), removed);
  assert_clients (sink, "localhost:5004");

  g_object_set (sink, "clients", " 239.1.1.1:1, [ff15::1]:2,ff15::2 ,239.1.1.4,", NULL);
  assert_clients (sink, "239.1.1.1:1,[ff15::1]:2,[ff15::2]:5004,239.1.1.4:5004");
  assert_record (removed, "localhost:5004 ");
  gst_util_set_object_arg (G_OBJECT (sink), "groups", "<239.2.2.2,239.2.2.3:9>");
  g_object_set (sink, "host", "239.3.3.3", NULL);
  assert_clients (sink, "239.3.3.3:5004,239.2.2.2:5004,239.2.2.3:9");
  gst_util_set_object_arg (G_OBJECT (sink), "groups", "<>");
  g_object_set (sink, "port", 7, NULL);
  assert_clients (sink, "239.3.3.3:7");
  g_string_truncate (removed, 0);
  g_signal_emit_by_name (sink, "clear");
  assert_record (removed, "239.3.3.3:7 ");
  assert_clients (sink, "");
}

static void
test_add_while_playing (void)
{
  GstElement *pipeline = launch_playing ("interfaces=lo");
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "sink");
  g_autoptr (GSocket) first = lo_receiver (TEST_GROUP, 5004);
  g_autoptr (GSocket) second = lo_receiver (TEST_GROUP_2, 5006);
  g_autoptr (GstMessage) warning = NULL;

  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_WARNING, "no group to send to"));
  push (pipeline, "nobody", 6);
  netns_assert_soon (get_counter (sink, "bytes-to-serve") == 6);
  g_signal_emit_by_name (sink, "add", TEST_GROUP, 5004);
  push (pipeline, "one", 3);
  plain_assert_receives_data (first, "one", 3);

  g_signal_emit_by_name (sink, "add", TEST_GROUP_2, 5006);
  push (pipeline, "both", 4);
  plain_assert_receives_data (first, "both", 4);
  plain_assert_receives_data (second, "both", 4);

  g_signal_emit_by_name (sink, "remove", TEST_GROUP, 5004);
  push (pipeline, "second", 6);
  plain_assert_receives_data (second, "second", 6);
  g_assert_false (plain_has_data (first));

  g_signal_emit_by_name (sink, "add", "10.0.0.1", 5004);
  warning = gst_test_wait_message (pipeline, GST_MESSAGE_WARNING, "10.0.0.1");
  push (pipeline, "another", 7);
  plain_assert_receives_data (second, "another", 7);
  gst_test_stop (pipeline);
}

static void
test_duplicates (void)
{
  GstElement *pipeline = launch_playing ("interfaces=lo host=" TEST_GROUP);
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "sink");
  g_autoptr (GSocket) receiver = lo_receiver (TEST_GROUP, TEST_PORT);
  g_autoptr (GstStructure) stats = NULL;
  guint64 packets = 0;

  g_signal_emit_by_name (sink, "add", TEST_GROUP, TEST_PORT);
  g_signal_emit_by_name (sink, "add", TEST_GROUP, TEST_PORT);
  push (pipeline, "thrice", 6);
  for (guint i = 0; i < 3; i++)
    plain_assert_receives_data (receiver, "thrice", 6);
  netns_assert_soon (get_counter (sink, "bytes-served") == 18);
  g_signal_emit_by_name (sink, "get-stats", TEST_GROUP, TEST_PORT, &stats);
  g_assert_true (gst_structure_get_uint64 (stats, "packets-sent", &packets));
  g_assert_cmpuint (packets, ==, 3);

  g_signal_emit_by_name (sink, "remove", TEST_GROUP, TEST_PORT);
  push (pipeline, "twice", 5);
  for (guint i = 0; i < 2; i++)
    plain_assert_receives_data (receiver, "twice", 5);

  g_object_set (sink, "send-duplicates", FALSE, NULL);
  push (pipeline, "once", 4);
  plain_assert_receives_data (receiver, "once", 4);
  push (pipeline, "end", 3);
  plain_assert_receives_data (receiver, "end", 3);
  gst_test_stop (pipeline);
}

static void
test_ipv6 (void)
{
  GstElement *pipeline;
  g_autoptr (GSocket) receiver = NULL;

  netns_add_lo_route (netns_home ());
  pipeline = launch_playing ("interfaces=lo host=" TEST_GROUP6 " port=7777");
  receiver = lo_receiver (TEST_GROUP6, 7777);
  push (pipeline, "six", 3);
  plain_assert_receives_data (receiver, "six", 3);
  gst_test_stop (pipeline);
}

/* --- How datagrams go ------------------------------------------------------------------------ */

static void
test_header (void)
{
  GstElement *pipeline = launch_playing ("interfaces=lo ttl-mc=7 qos-dscp=46 host=" TEST_GROUP);
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "sink");
  g_autoptr (GSocket) receiver = lo_receiver (TEST_GROUP, TEST_PORT);
  int ttl, tos;

  plain_request_header (receiver);
  push (pipeline, "x", 1);
  plain_receive_header (receiver, &ttl, &tos);
  g_assert_cmpint (ttl, ==, 7);
  g_assert_cmpint (tos, ==, 46 << 2);

  g_object_set (sink, "ttl-mc", 3, "qos-dscp", 10, NULL);
  push (pipeline, "x", 1);
  plain_receive_header (receiver, &ttl, &tos);
  g_assert_cmpint (ttl, ==, 3);
  g_assert_cmpint (tos, ==, 10 << 2);
  gst_test_stop (pipeline);
}

static void
test_bind (void)
{
  GstElement *pipeline =
    launch_playing ("interfaces=lo bind-address=127.0.0.1 bind-port=7001 host=" TEST_GROUP);
  g_autoptr (GSocket) receiver = lo_receiver (TEST_GROUP, TEST_PORT);
  g_autoptr (GSocketAddress) from = NULL;
  g_autofree char *text = NULL;
  g_autofree char *host = NULL;

  push (pipeline, "x", 1);
  text = plain_receive (receiver, &from);
  g_assert_cmpstr (text, ==, "x");
  host = plain_address_host (from);
  g_assert_cmpstr (host, ==, "127.0.0.1");
  g_assert_cmpuint (plain_address_port (from), ==, 7001);
  gst_test_stop (pipeline);
}

/* The any address chooses nothing, as with udpsink. */
static void
test_bind_any (void)
{
  GstElement *pipeline = launch_playing ("interfaces=lo bind-address=0.0.0.0 host=" TEST_GROUP);
  g_autoptr (GSocket) receiver = lo_receiver (TEST_GROUP, TEST_PORT);

  push (pipeline, "x", 1);
  plain_assert_receives_data (receiver, "x", 1);
  gst_test_stop (pipeline);
}

static void
test_socket (void)
{
  g_autoptr (GSocket) shared = plain_bound_new (netns_home (), G_SOCKET_FAMILY_IPV4, 7002);
  g_autoptr (GSocket) receiver = lo_receiver (TEST_GROUP, TEST_PORT);
  g_autoptr (GSocket) used = NULL;
  g_autoptr (GSocketAddress) from = NULL;
  GstElement *pipeline = gst_test_launch ("appsrc name=in format=time is-live=true ! mcastsink "
                                          "name=sink sync=false async=false interfaces=lo "
                                          "host=" TEST_GROUP);
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "sink");
  g_autofree char *text = NULL;

  g_object_set (sink, "socket", shared, NULL);
  gst_test_play (pipeline);
  g_object_get (sink, "used-socket", &used, NULL);
  g_assert_true (used == shared);
  push (pipeline, "x", 1);
  text = plain_receive (receiver, &from);
  g_assert_cmpstr (text, ==, "x");
  g_assert_cmpuint (plain_address_port (from), ==, 7002);
  gst_test_stop (pipeline);
  g_assert_true (g_socket_is_closed (shared));
}

/* --- Interfaces ------------------------------------------------------------------------------ */

static void
test_interfaces (World *world)
{
  g_autoptr (GSocket) first = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  g_autoptr (GSocket) second = plain_receiver_new (world->there, "v1", TEST_GROUP_2, TEST_PORT);
  GstElement *pipeline;
  g_autoptr (GstElement) sink = NULL;

  gst_test_allow_warnings (TRUE);
  pipeline = launch_playing ("multicast-iface=\"v0, v1\" "
                             "groups=\"<" TEST_GROUP "," TEST_GROUP_2 ">\"");
  sink = gst_test_get_element (pipeline, "sink");
  push (pipeline, "both", 4);
  plain_assert_receives_data (first, "both", 4);
  plain_assert_receives_data (second, "both", 4);

  g_object_set (sink, "interfaces", "v1", NULL);
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_ELEMENT,
                                            "mcast-interface-lost, interface=(string)v0"));
  push (pipeline, "v1", 2);
  plain_assert_receives_data (second, "v1", 2);
  g_assert_false (plain_has_data (first));

  netns_link_recreate (world->here, "v1", 0, 0);
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_ELEMENT,
                                            "mcast-interface-lost, interface=(string)v1"));
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_ELEMENT,
                                            "mcast-interface-ready, interface=(string)v1"));
  g_clear_object (&second);
  second = plain_receiver_new (world->there, "v1", TEST_GROUP_2, TEST_PORT);
  push (pipeline, "again", 5);
  plain_assert_receives_data (second, "again", 5);
  gst_test_stop (pipeline);
  gst_test_allow_warnings (FALSE);
}

/* A wrong name changes nothing, and the next list takes the place of what was in effect. */
static void
test_wrong_interface (World *world)
{
  g_autoptr (GSocket) first = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  g_autoptr (GSocket) second = plain_receiver_new (world->there, "v1", TEST_GROUP_2, TEST_PORT);
  GstElement *pipeline;
  g_autoptr (GstElement) sink = NULL;

  gst_test_allow_warnings (TRUE);
  pipeline = launch_playing ("interfaces=v0 groups=\"<" TEST_GROUP "," TEST_GROUP_2 ">\"");
  sink = gst_test_get_element (pipeline, "sink");
  g_object_set (sink, "interfaces", "nosuch0", NULL);
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_WARNING, "nosuch0"));
  push (pipeline, "still", 5);
  plain_assert_receives_data (first, "still", 5);

  g_object_set (sink, "interfaces", "v1", NULL);
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_ELEMENT,
                                            "mcast-interface-lost, interface=(string)v0"));
  push (pipeline, "v1", 2);
  plain_assert_receives_data (second, "v1", 2);
  g_assert_false (plain_has_data (first));
  gst_test_stop (pipeline);
  gst_test_allow_warnings (FALSE);
}

/* A path that fails posts one warning, however much is lost, and one message when it works again.
 * The other path is not affected. */
static void
test_path_failure (World *world)
{
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v1", TEST_GROUP, TEST_PORT);
  GstElement *pipeline = launch_playing ("interfaces=v0,v1 host=" TEST_GROUP);
  gint64 deadline;
  gboolean recovered = FALSE;

  gst_test_allow_warnings (TRUE);
  push (pipeline, "ok", 2);
  plain_assert_receives_data (receiver, "ok", 2);

  netns_link_set_down (world->here, "v0");
  for (deadline = g_get_monotonic_time () + 5 * G_USEC_PER_SEC / 2;
       g_get_monotonic_time () < deadline;)
    {
      push (pipeline, "lost", 4);
      plain_assert_receives_data (receiver, "lost", 4);
    }
  g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_WARNING, "v0"), ==, 1);

  netns_link_set_up (world->here, "v0");
  for (deadline = g_get_monotonic_time () + NETNS_DEADLINE_MS * 1000;
       !recovered && g_get_monotonic_time () < deadline;)
    {
      push (pipeline, "back", 4);
      plain_assert_receives_data (receiver, "back", 4);
      recovered = gst_test_count_messages (pipeline, GST_MESSAGE_ELEMENT, "mcast-path-recovered")
                  > 0;
    }
  g_assert_true (recovered);
  g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_WARNING, ""), ==, 0);
  gst_test_stop (pipeline);
  gst_test_allow_warnings (FALSE);
}

/* --- Both elements --------------------------------------------------------------------------- */

static void
test_round_trip (void)
{
  GstElement *receiver = gst_test_launch ("mcastsrc address=" TEST_GROUP
                                          " interfaces=lo num-buffers=2000 "
                                          "buffer-size=4000000 ! fakesink name=out sync=false");
  GstElement *sender = gst_test_launch (
    "fakesrc num-buffers=2000 sizetype=fixed sizemax=1316 filltype=pattern ! "
    "mcastsink host=" TEST_GROUP " interfaces=lo sync=false "
    "pacing-rate=100000000");

  gst_test_play (receiver);
  gst_test_play (sender);
  gst_message_unref (gst_test_wait_message (sender, GST_MESSAGE_EOS, NULL));
  gst_message_unref (gst_test_wait_message (receiver, GST_MESSAGE_EOS, NULL));
  gst_test_stop (sender);
  gst_test_stop (receiver);
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
    { "host=localhost", "localhost" },
    { "host=10.0.0.1", "10.0.0.1" },
    { "host=127.0.0.1", "127.0.0.1" },
    { "host=::1", "::1" },
    { "host=239.1.1", "239.1.1" },
    { "host=239.1.1.300", "239.1.1.300" },
    { "host=239.1.1.1 port=0", "239.1.1.1” has no port" },
    { "host=239.1.1.1:x", "239.1.1.1:x" },
    { "host=239.1.1.1:70000", "70000" },
    { "host=10.0.0.1@232.1.1.1", "10.0.0.1" },
    { "groups=\"<239.1.1.1,10.9.9.9>\"", "10.9.9.9" },
    { "clients=239.1.1.1:5,10.9.9.9:5", "10.9.9.9" },
    { "clients=239.1.1.1:5:6", "239.1.1.1:5:6" },
    { "clients=[ff15::1:5", "[ff15::1:5" },
    { "host=239.1.1.1 interfaces=nosuch0", "nosuch0" },
    { "host=239.1.1.1 interfaces=lo,,lo", "“”" },
    { "host=239.1.1.1 multicast-iface=77777", "77777" },
    { "host=239.1.1.1%nosuch0", "nosuch0" },
    { "host=239.1.1.1 interfaces=lo bind-address=10.99.99.99", "10.99.99.99" },
    { "host=239.1.1.1 interfaces=lo bind-address=here", "here" },
    { "host=239.1.1.1 interfaces=lo bind-address=fd00::1", "fd00::1" },
    { "host=239.1.1.1 interfaces=lo bind-address=239.1.1.1", "239.1.1.1" },
    { "uri=mcast://10.1.2.3:5004", "10.1.2.3" },
    { "uri=mcast://239.1.2.3?ttl-mc=300", "300" },
    { "uri=mcast://239.1.2.3?ttl-cm=3", "ttl-cm" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *description = g_strdup_printf ("fakesrc ! mcastsink %s",
                                                      cases[i].properties);
      g_autofree char *text = NULL;

      g_test_message ("%s", cases[i].properties);
      text = gst_test_get_error (description);
      g_test_message ("%s", text);
      g_assert_nonnull (strstr (text, cases[i].text));
    }
}

static void
test_uri (void)
{
  g_autoptr (GstElement)
    sink = gst_element_make_from_uri (GST_URI_SINK,
                                      "mcast://[ff15::7]:99?ttl-mc=4&interfaces=eth0,eth1&groups="
                                      "239.1.1.1,239.1.1.2:7&loop=false",
                                      NULL, NULL);
  g_autofree char *uri = NULL;
  int ttl;
  gboolean loop;

  g_assert_nonnull (sink);
  gst_object_ref_sink (sink);
  g_object_get (sink, "uri", &uri, "ttl-mc", &ttl, "loop", &loop, NULL);
  g_assert_cmpstr (uri, ==,
                   "mcast://[ff15::7]:99?groups=239.1.1.1,239.1.1.2:7&interfaces=eth0,"
                   "eth1&ttl-mc=4&loop=false");
  g_assert_cmpint (ttl, ==, 4);
  g_assert_false (loop);
  assert_clients (sink, "[ff15::7]:99,239.1.1.1:99,239.1.1.2:7");
}

int
main (int argc, char **argv)
{
  gst_test_init (&argc, &argv);

  g_test_add_func ("/mcastsink/properties/defaults", test_defaults);
  g_test_add_func ("/mcastsink/properties/states", test_states);
  g_test_add_func ("/mcastsink/stream/buffers", test_buffers);
  g_test_add_func ("/mcastsink/stream/list", test_list);
  g_test_add_func ("/mcastsink/stream/many-memories", test_many_memories);
  g_test_add_func ("/mcastsink/stream/packet-size", test_packet_size);
  g_test_add_func ("/mcastsink/stream/too-large", test_too_large);
  g_test_add_func ("/mcastsink/stream/eos", test_eos);
  g_test_add_func ("/mcastsink/stream/stop-while-pacing", test_stop_while_pacing);
  g_test_add_func ("/mcastsink/stream/counters", test_counters);
  g_test_add_func ("/mcastsink/clients", test_clients);
  g_test_add_func ("/mcastsink/clients/list", test_client_list);
  g_test_add_func ("/mcastsink/clients/add-while-playing", test_add_while_playing);
  g_test_add_func ("/mcastsink/clients/duplicates", test_duplicates);
  g_test_add_func ("/mcastsink/clients/ipv6", test_ipv6);
  g_test_add_func ("/mcastsink/datagram/header", test_header);
  g_test_add_func ("/mcastsink/datagram/bind", test_bind);
  g_test_add_func ("/mcastsink/datagram/bind-any", test_bind_any);
  g_test_add_func ("/mcastsink/datagram/socket", test_socket);
  gst_test_add ("/mcastsink/interfaces", 2, test_interfaces);
  gst_test_add ("/mcastsink/interfaces/wrong", 2, test_wrong_interface);
  gst_test_add ("/mcastsink/interfaces/path-failure", 2, test_path_failure);
  g_test_add_func ("/mcastsink/round-trip", test_round_trip);
  g_test_add_func ("/mcastsink/errors", test_errors);
  g_test_add_func ("/mcastsink/uri", test_uri);

  return g_test_run ();
}
