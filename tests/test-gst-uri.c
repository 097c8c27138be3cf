/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What applications do with URIs: a player plays them, and says what is wrong with one. */

#include "gst-test.h"

#define URI "mcast://" TEST_GROUP ":5004"

static gboolean
require_elements (const char *const *names)
{
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GstElementFactory) factory = gst_element_factory_find (names[i]);

      if (factory != NULL)
        continue;
      g_test_skip ("an element of another package is missing");
      g_test_message ("%s", names[i]);
      return FALSE;
    }
  return TRUE;
}

/* uridecodebin finds mcastsrc by the scheme, and what the datagrams carry by itself. */
static void
test_play (void)
{
  static const char *const needed[] = { "uridecodebin", "audiotestsrc", "wavenc",
                                        "wavparse",     "audioconvert", NULL };
  GstElement *playing;
  GstElement *sending;
  g_autoptr (GstSample) sample = NULL;
  const GstStructure *structure;
  int rate = 0;

  if (!require_elements (needed))
    return;
  playing = gst_test_launch ("uridecodebin uri=" URI "?interfaces=lo ! audioconvert "
                             "! appsink name=out sync=false async=false");
  sending = gst_test_launch ("audiotestsrc is-live=true ! audio/x-raw,format=S16LE,rate=44100 "
                             "! wavenc ! mcastsink packet-size=1400 sync=false async=false "
                             "interfaces=lo host=" TEST_GROUP);
  gst_test_play (playing);
  netns_assert_soon (netns_group_users (netns_home (), "lo", TEST_GROUP) == 1);
  gst_test_play (sending);
  sample = gst_test_try_pull (playing, NETNS_DEADLINE_MS);
  g_assert_nonnull (sample);
  structure = gst_caps_get_structure (gst_sample_get_caps (sample), 0);
  g_assert_cmpstr (gst_structure_get_name (structure), ==, "audio/x-raw");
  g_assert_true (gst_structure_get_int (structure, "rate", &rate));
  g_assert_cmpint (rate, ==, 44100);
  gst_test_stop (sending);
  gst_test_stop (playing);
}

/* The player passes the reason on. */
static void
test_typo (void)
{
  static const char *const needed[] = { "uridecodebin", NULL };
  GstElement *playing;
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *details = NULL;
  g_autofree char *all = NULL;

  if (!require_elements (needed))
    return;
  playing = gst_test_launch ("uridecodebin uri=" URI "?intarface=lo ! fakesink");
  g_assert_cmpint (gst_element_set_state (playing, GST_STATE_PLAYING), ==,
                   GST_STATE_CHANGE_FAILURE);
  message = gst_test_wait_message (playing, GST_MESSAGE_ERROR, NULL);
  gst_message_parse_error (message, &error, &details);
  all = g_strdup_printf ("%s %s", error->message, details);
  g_test_message ("%s", all);
  g_assert_nonnull (strstr (all, "the nearest name is “interface”"));
  gst_test_stop (playing);
}

/* The scheme udp is left to the elements that claim it; as a property, such a URI is understood. */
static void
test_udp (gconstpointer data)
{
  gboolean sends = g_str_equal (data, "mcastsink");
  g_autoptr (GstElement) element = gst_element_factory_make (data, NULL);
  g_autoptr (GstElement) chosen = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL;
  const char *const *protocols;

  gst_object_ref_sink (element);
  protocols = gst_uri_handler_get_protocols (GST_URI_HANDLER (element));
  g_assert_cmpstr (protocols[0], ==, "mcast");
  g_assert_null (protocols[1]);
  g_assert_false (gst_uri_handler_set_uri (GST_URI_HANDLER (element), "udp://239.1.2.3:7", &error));
  g_assert_error (error, GST_URI_ERROR, GST_URI_ERROR_UNSUPPORTED_PROTOCOL);

  g_object_set (element, "uri", "udp://239.1.2.3:7", NULL);
  g_object_get (element, sends ? "host" : "address", &address, NULL);
  g_assert_cmpstr (address, ==, "239.1.2.3");

  chosen = gst_element_make_from_uri (sends ? GST_URI_SINK : GST_URI_SRC, "udp://239.1.2.3:7", NULL,
                                      NULL);
  if (chosen == NULL)
    {
      g_test_skip ("nobody here handles udp://");
      return;
    }
  gst_object_ref_sink (chosen);
  g_assert_false (g_str_has_prefix (G_OBJECT_TYPE_NAME (chosen), "GstMcast"));
}

/* URIs as other programs have them, and the URI that says the same. */
static void
test_other_programs (void)
{
  static const char *const cases[][3] = {
    { "mcastsrc", "udp://@239.1.2.3:7", "mcast://239.1.2.3:7" },
    { "mcastsrc", "rtp://@239.1.2.3:5004", "mcast://239.1.2.3:5004" },
    { "mcastsrc", "rtp://10.0.0.1@232.1.2.3:7", "mcast://10.0.0.1@232.1.2.3:7" },
    { "mcastsrc", "udp+mpegts://239.1.2.3:7", "mcast://239.1.2.3:7" },
    { "mcastsrc", "UDP://239.1.2.3:7/", "mcast://239.1.2.3:7" },
    { "mcastsrc", "udp://239.1.2.3:7?localaddr=10.0.0.1",
      "mcast://239.1.2.3:7?interfaces=10.0.0.1" },
    { "mcastsrc", "udp://239.1.2.3:7?interface=eth0", "mcast://239.1.2.3:7?interfaces=eth0" },
    { "mcastsrc", "udp://239.1.2.3:7?iface=eth0", "mcast://239.1.2.3:7?interfaces=eth0" },
    { "mcastsrc", "udp://239.1.2.3:7?fifo_size=1000000&overrun_nonfatal=1&reuse=1",
      "mcast://239.1.2.3:7" },
    { "mcastsrc", "udp://239.1.2.3:7?pkt_size=1316&ttl=2", "mcast://239.1.2.3:7" },
    { "mcastsrc", "udp://239.1.2.3:7?buffer_size=400000",
      "mcast://239.1.2.3:7?buffer-size=400000" },
    { "mcastsink", "udp://239.1.2.3:7?ttl=4", "mcast://239.1.2.3:7?ttl-mc=4" },
    { "mcastsink", "udp://239.1.2.3:7?pkt_size=1316", "mcast://239.1.2.3:7?packet-size=1316" },
    { "mcastsink", "udp://239.1.2.3:7?localaddr=10.0.0.1",
      "mcast://239.1.2.3:7?bind-address=10.0.0.1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GstElement)
        element = gst_object_ref_sink (gst_element_factory_make (cases[i][0], NULL));
      g_autofree char *uri = NULL;

      g_test_message ("%s", cases[i][1]);
      g_object_set (element, "uri", cases[i][1], NULL);
      g_object_get (element, "uri", &uri, NULL);
      g_assert_cmpstr (uri, ==, cases[i][2]);
    }
}

/* FFmpeg's lists of sources. */
static void
test_sources (void)
{
  static const char *const cases[][2] = {
    { "sources=10.0.0.1", "+10.0.0.1" },
    { "sources=10.0.0.1,10.0.0.2", "+10.0.0.1+10.0.0.2" },
    { "block=10.0.0.9,10.0.0.8", "-10.0.0.9-10.0.0.8" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GstElement)
        element = gst_object_ref_sink (gst_element_factory_make ("mcastsrc", NULL));
      g_autofree char *uri = g_strconcat ("udp://239.1.2.3:7?", cases[i][0], NULL);
      g_autofree char *sources = NULL;

      g_object_set (element, "uri", uri, NULL);
      g_object_get (element, "multicast-source", &sources, NULL);
      g_assert_cmpstr (sources, ==, cases[i][1]);
    }
}

/* One warning names all that has no equivalent. */
static void
test_ignored (void)
{
  GstElement *pipeline = gst_test_launch ("mcastsrc name=src ! fakesink");
  g_autoptr (GstElement) src = gst_bin_get_by_name (GST_BIN (pipeline), "src");

  g_object_set (src, "uri", "udp://239.1.2.3:7?fifo_size=1&iface=lo&overrun_nonfatal=1", NULL);
  gst_message_unref (
    gst_test_wait_message (pipeline, GST_MESSAGE_WARNING, "fifo_size, overrun_nonfatal"));
  gst_test_stop (pipeline);
}

/* It would change nothing, and says so at once; the next start has nothing to do with it. */
static void
test_while_playing (gconstpointer data)
{
  GstElement *pipeline = gst_test_launch (data);
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), "element");
  g_autofree char *uri = NULL;

  gst_test_play (pipeline);
  g_object_set (element, "uri", "mcast://239.1.2.3:7", NULL);
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_WARNING, "mcast://239.1.2.3:7"));
  g_object_get (element, "uri", &uri, NULL);
  g_assert_cmpstr (uri, ==, URI "?interfaces=lo");

  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_test_play (pipeline);
  gst_test_stop (pipeline);
}

/* --- What a URI sets and resets -------------------------------------------------------------- */

static char *
get_uri (GstElement *element)
{
  char *uri;

  g_object_get (element, "uri", &uri, NULL);
  return uri;
}

#define LONG_SRC_URI \
  "mcast://10.0.0.1@232.1.2.3:7?groups=!10.0.0.9@239.1.2.4:8,[ff15::1]:9&interfaces=eth0,*&" \
  "wait-for-interfaces=true&recovery-interval=1000&source-filter=10.0.0.3&" \
  "source-filter-exclusive=true&merge=rtp&buffer-size=1000&auto-multicast=false&reuse=false&" \
  "mtu=100&batch-size=2&allow-gro=false&preserve-packetization=false&timeout=5&" \
  "skip-first-bytes=3&retrieve-sender-address=false&socket-timestamp=realtime&" \
  "add-reference-timestamp-meta=true&add-origin-meta=true"
#define LONG_SINK_URI \
  "mcast://[ff15::1]:9?groups=239.1.2.4:8,239.1.2.5%25eth0&send-duplicates=false&interfaces=eth0&" \
  "wait-for-interfaces=true&ttl-mc=3&loop=false&qos-dscp=10&pacing-rate=1000&packet-size=1316&" \
  "buffer-size=1000&bind-address=10.0.0.1&bind-port=77"

/* Every parameter arrives in the URI of another element, and a short URI resets all of them. */
static void
test_round_trip (gconstpointer name)
{
  gboolean is_src = g_str_equal (name, "mcastsrc");
  const char *uri = is_src ? LONG_SRC_URI : LONG_SINK_URI;
  g_autoptr (GstElement) element = gst_test_make (name);
  g_autoptr (GstElement) other = gst_test_make (name);
  g_autoptr (GError) error = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *reset = NULL;

  g_assert_true (gst_uri_handler_set_uri (GST_URI_HANDLER (element), uri, &error));
  g_assert_no_error (error);
  first = get_uri (element);
  g_assert_cmpstr (first, ==, uri);
  g_assert_true (gst_uri_handler_set_uri (GST_URI_HANDLER (other), first, &error));
  g_assert_no_error (error);
  second = get_uri (other);
  g_assert_cmpstr (second, ==, uri);

  g_object_set (element, "uri", URI, NULL);
  reset = get_uri (element);
  g_assert_cmpstr (reset, ==, URI);
}

/* What the application has set stays. */
static void
test_own_settings (void)
{
  g_autoptr (GstElement) src = gst_test_make ("mcastsrc");
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  g_object_set (src, "interfaces", "eth7", "uri", URI "?mtu=9000&timeout=5", NULL);
  first = get_uri (src);
  g_assert_cmpstr (first, ==, URI "?interfaces=eth7&mtu=9000&timeout=5");
  g_object_set (src, "mtu", 100, NULL);
  g_object_set (src, "uri", URI, NULL);
  second = get_uri (src);
  g_assert_cmpstr (second, ==, URI "?interfaces=eth7&mtu=100");
}

/* Groups belong to the channel, so that a URI replaces all of them. */
static void
test_resets_groups (gconstpointer name)
{
  g_autoptr (GstElement) element = gst_test_make (name);
  g_autofree char *first = NULL;
  g_autofree char *groups = NULL;
  g_autofree char *second = NULL;

  g_object_set (element, "groups", TEST_GROUP_2, "uri", URI, NULL);
  first = get_uri (element);
  g_assert_cmpstr (first, ==, URI);
  g_object_get (element, "groups", &groups, NULL);
  g_assert_null (groups);
  g_object_set (element, "groups", TEST_GROUP_2, NULL);
  second = get_uri (element);
  g_assert_cmpstr (second, ==, URI "?groups=" TEST_GROUP_2);
}

/* Properties of the base classes are not parameters. */
static void
test_base_class (gconstpointer name)
{
  static const char *const parameters[] = { "do-timestamp", "num-buffers", "sync",
                                            "caps",         "socket",      "name" };

  for (guint i = 0; i < G_N_ELEMENTS (parameters); i++)
    {
      g_autoptr (GstElement) element = gst_test_make (name);
      g_autofree char *uri = g_strdup_printf (URI "?%s=1", parameters[i]);
      g_autoptr (GError) error = NULL;

      g_assert_false (gst_uri_handler_set_uri (GST_URI_HANDLER (element), uri, &error));
      g_assert_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_REFERENCE);
      g_assert_nonnull (strstr (error->message, parameters[i]));
    }
}

/* Another channel while it plays, on another interface: the membership changes once, and nothing
 * is joined that neither URI asks for. */
static void
test_zap (World *world)
{
  GstElement *pipeline = gst_test_launch ("mcastsrc name=element uri=" URI "?interfaces=v0 "
                                          "! appsink name=out sync=false async=false");
  g_autoptr (GstElement) element = gst_test_get_element (pipeline, "element");
  g_autofree char *uri = NULL;

  gst_test_play (pipeline);
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "one");
  gst_test_assert_pull (pipeline, "one", 3);
  g_object_set (element, "uri", "mcast://" TEST_GROUP_2 ":5004?interfaces=v1", NULL);
  plain_send (world->there, "v1", TEST_GROUP_2, TEST_PORT, "two");
  gst_test_assert_pull (pipeline, "two", 3);
  g_assert_cmpuint (netns_group_users (world->here, "v0", TEST_GROUP), ==, 0);
  g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_WARNING, ""), ==, 0);

  g_object_set (element, "uri", URI "?interfaces=v1&mtu=7", NULL);
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_WARNING, "mtu"));
  uri = get_uri (element);
  g_assert_cmpstr (uri, ==, "mcast://" TEST_GROUP_2 ":5004?interfaces=v1");
  gst_test_stop (pipeline);
}

/* --- Stream-id ------------------------------------------------------------------------------- */

static char *
dup_stream_id (const char *properties)
{
  g_autofree char *description = g_strdup_printf ("mcastsrc interfaces=lo %s name=element "
                                                  "! fakesink sync=false async=false",
                                                  properties);
  GstElement *pipeline = gst_test_launch (description);
  g_autoptr (GstElement) element = gst_test_get_element (pipeline, "element");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");
  char *id = NULL;

  gst_test_play (pipeline);
  netns_assert_soon ((id = gst_pad_get_stream_id (pad)) != NULL);
  gst_test_stop (pipeline);
  return id;
}

/* Sources of different groups or senders are different streams, for decodebin3. */
static void
test_stream_id (void)
{
  static const char *const properties[] = {
    "address=" TEST_GROUP,
    "address=" TEST_GROUP " groups=" TEST_GROUP_2,
    "groups=" TEST_GROUP_2,
    "groups=" TEST_GROUP_2 ":7",
    "address=" TEST_GROUP " multicast-source=127.0.0.1",
    "address=" TEST_GROUP " source-filter=127.0.0.2",
    "address=" TEST_GROUP " source-filter=127.0.0.2 source-filter-exclusive=true",
  };
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
    g_assert_true (g_hash_table_add (ids, dup_stream_id (properties[i])));
}

int
main (int argc, char **argv)
{
  gst_test_init (&argc, &argv);

  g_test_add_func ("/uri/play", test_play);
  g_test_add_func ("/uri/typo", test_typo);
  g_test_add_func ("/uri/other-programs", test_other_programs);
  g_test_add_func ("/uri/sources", test_sources);
  g_test_add_func ("/uri/ignored", test_ignored);
  g_test_add_data_func ("/uri/udp/mcastsrc", "mcastsrc", test_udp);
  g_test_add_data_func ("/uri/udp/mcastsink", "mcastsink", test_udp);
  g_test_add_data_func ("/uri/while-playing/mcastsrc",
                        "mcastsrc name=element uri=" URI "?interfaces=lo ! fakesink",
                        test_while_playing);
  g_test_add_data_func ("/uri/while-playing/mcastsink",
                        "audiotestsrc is-live=true "
                        "! mcastsink name=element async=false uri=" URI "?interfaces=lo",
                        test_while_playing);
  g_test_add_data_func ("/uri/round-trip/mcastsrc", "mcastsrc", test_round_trip);
  g_test_add_data_func ("/uri/round-trip/mcastsink", "mcastsink", test_round_trip);
  g_test_add_func ("/uri/own-settings", test_own_settings);
  g_test_add_data_func ("/uri/resets-groups/mcastsrc", "mcastsrc", test_resets_groups);
  g_test_add_data_func ("/uri/resets-groups/mcastsink", "mcastsink", test_resets_groups);
  g_test_add_data_func ("/uri/base-class/mcastsrc", "mcastsrc", test_base_class);
  g_test_add_data_func ("/uri/base-class/mcastsink", "mcastsink", test_base_class);
  gst_test_add ("/uri/zap", 2, test_zap);
  g_test_add_func ("/uri/stream-id", test_stream_id);

  return g_test_run ();
}
