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
  playing = gst_test_launch ("uridecodebin uri=" URI "?interface=lo ! fakesink");
  g_assert_cmpint (gst_element_set_state (playing, GST_STATE_PLAYING), ==,
                   GST_STATE_CHANGE_FAILURE);
  message = gst_test_wait_message (playing, GST_MESSAGE_ERROR, NULL);
  gst_message_parse_error (message, &error, &details);
  all = g_strdup_printf ("%s %s", error->message, details);
  g_test_message ("%s", all);
  g_assert_nonnull (strstr (all, "“interface”"));
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

int
main (int argc, char **argv)
{
  gst_test_init (&argc, &argv);

  g_test_add_func ("/uri/play", test_play);
  g_test_add_func ("/uri/typo", test_typo);
  g_test_add_data_func ("/uri/udp/mcastsrc", "mcastsrc", test_udp);
  g_test_add_data_func ("/uri/udp/mcastsink", "mcastsink", test_udp);
  g_test_add_data_func ("/uri/while-playing/mcastsrc",
                        "mcastsrc name=element uri=" URI "?interfaces=lo ! fakesink",
                        test_while_playing);
  g_test_add_data_func ("/uri/while-playing/mcastsink",
                        "audiotestsrc is-live=true "
                        "! mcastsink name=element async=false uri=" URI "?interfaces=lo",
                        test_while_playing);

  return g_test_run ();
}
