/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The codes and details of errors and warnings, settings that contradict each other, and settings
 * without an effect. */

#include "gst-test.h"

static GstMessage *
fail_to_start (const char *description)
{
  GstElement *pipeline = gst_test_launch (description);
  GstMessage *message;

  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_PLAYING), ==,
                   GST_STATE_CHANGE_FAILURE);
  message = gst_test_wait_message (pipeline, GST_MESSAGE_ERROR, NULL);
  gst_test_stop (pipeline);
  return message;
}

static void
assert_error_code (GstMessage *message, GstResourceError code)
{
  g_autoptr (GError) error = NULL;

  gst_message_parse_error (message, &error, NULL);
  g_assert_error (error, GST_RESOURCE_ERROR, (int) code);
}

static void
test_no_interface (void)
{
  g_autoptr (GstMessage)
    message = fail_to_start ("mcastsrc address=" TEST_GROUP " interfaces=nosuch0 ! fakesink");
  const GstStructure *details;
  int code = -1;

  assert_error_code (message, GST_RESOURCE_ERROR_NOT_FOUND);
  gst_message_parse_error_details (message, &details);
  g_assert_nonnull (details);
  g_assert_cmpstr (gst_structure_get_string (details, "domain"), ==, "mcast-error-quark");
  g_assert_true (gst_structure_get_int (details, "code", &code));
  g_assert_cmpint (code, ==, 1);
  g_assert_cmpstr (gst_structure_get_string (details, "group"), ==, TEST_GROUP);
  g_assert_cmpstr (gst_structure_get_string (details, "interface"), ==, "nosuch0");
}

/* A source filter of more sources than the kernel allows for a group. */
static void
test_too_many (void)
{
  g_autoptr (GString) description = g_string_new ("mcastsrc interfaces=lo address=10.0.0.1");
  g_autoptr (GstMessage) message = NULL;

  for (guint i = 2; i < 200; i++)
    g_string_append_printf (description, "+10.0.0.%u", i);
  g_string_append (description, "@232.1.2.3 ! fakesink");
  message = fail_to_start (description->str);
  assert_error_code (message, GST_RESOURCE_ERROR_SETTINGS);
}

/* One buffer that is too large is one warning, however long the stream continues. */
static void
test_bad_buffer (void)
{
  GstElement *pipeline = gst_test_launch ("appsrc name=in is-live=true format=time "
                                          "! mcastsink name=sink sync=false async=false "
                                          "interfaces=lo host=" TEST_GROUP);
  g_autoptr (GSocket) receiver = plain_receiver_new (netns_home (), "lo", TEST_GROUP, TEST_PORT);

  gst_test_play (pipeline);
  gst_test_push (pipeline, gst_buffer_new_allocate (NULL, 70000, NULL));
  gst_test_push (pipeline, gst_buffer_new_allocate (NULL, 1, NULL));
  g_bytes_unref (plain_receive_data (receiver, NULL));
  g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_WARNING, ""), ==, 1);
  gst_test_stop (pipeline);
}

/* --- Contradictions -------------------------------------------------------------------------- */

static void
test_contradictions (void)
{
  static const struct
  {
    const char *description;
    const char *text;
  } cases[] = {
    { "mcastsrc address=127.0.0.1@232.1.2.3 multicast-source=127.0.0.2 interfaces=lo ! fakesink",
      "its own sources" },
    { "mcastsrc address=239.1.2.3%lo interfaces=nosuch0 ! fakesink", "“nosuch0” are not used" },
    { "appsrc ! mcastsink async=false host=239.1.2.3%lo interfaces=lo", "“lo” are not used" },
    { "mcastsrc address=239.1.2.3:6000 port=7000 interfaces=lo ! fakesink", "Port 7000 is not" },
    { "mcastsrc address=239.1.2.3:6000 port=5004 interfaces=lo ! fakesink", "Port 5004 is not" },
    { "appsrc ! mcastsink async=false groups=239.1.2.3:6000 port=7000 interfaces=lo",
      "Port 7000 is not" },
    { "mcastsrc address=239.1.2.3:6000 interfaces=lo ! fakesink", NULL },
    { "mcastsrc address=239.1.2.3:6000 port=6000 interfaces=lo ! fakesink", NULL },
    { "mcastsrc address=239.1.2.3:6000 groups=239.1.2.4 port=7 interfaces=lo ! fakesink", NULL },
    { "appsrc ! mcastsink async=false host=239.1.2.3:6000 port=7000 interfaces=lo", NULL },
    { "mcastsrc address=127.0.0.1@232.1.2.3 interfaces=lo ! fakesink", NULL },
    { "mcastsrc address=239.1.2.3%lo groups=239.1.2.4 interfaces=lo ! fakesink", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GstElement *pipeline = gst_test_launch (cases[i].description);
      g_autoptr (GstMessage) message = NULL;

      g_test_message ("%s", cases[i].description);
      gst_test_play (pipeline);
      if (cases[i].text != NULL)
        message = gst_test_wait_message (pipeline, GST_MESSAGE_WARNING, cases[i].text);
      g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_WARNING, ""), ==, 0);
      gst_test_stop (pipeline);
    }
}

/* Other changes do not repeat the warning. */
static void
test_once (void)
{
  GstElement *pipeline =
    gst_test_launch ("mcastsrc name=src address=239.1.2.3%lo interfaces=lo ! fakesink");
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "src");

  gst_test_play (pipeline);
  g_object_set (src, "groups", "239.1.2.4%lo", NULL);
  g_object_set (src, "groups", "239.1.2.5%lo", NULL);
  g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_WARNING, "not used"), ==, 1);
  gst_test_stop (pipeline);
}

/* The port is that of the address. */
static void
test_port (void)
{
  g_autoptr (GstElement) src = gst_element_factory_make ("mcastsrc", NULL);
  int port;

  gst_object_ref_sink (src);
  g_object_set (src, "address", "239.1.2.3:6000", NULL);
  g_object_get (src, "port", &port, NULL);
  g_assert_cmpint (port, ==, 6000);
  g_object_set (src, "address", "239.1.2.3", NULL);
  g_object_get (src, "port", &port, NULL);
  g_assert_cmpint (port, ==, 5004);
}

/* --- Settings without an effect -------------------------------------------------------------- */

static void
count_ignored (GstDebugCategory *category, GstDebugLevel level, const char *file,
               const char *function, int line, GObject *object, GstDebugMessage *message,
               gpointer n_ignored)
{
  if (level == GST_LEVEL_INFO
      && strstr (gst_debug_message_get (message), "no effect on multicast") != NULL)
    ++*(guint *) n_ignored;
}

/* What udpsink ignores for a group too is logged, without a message on the bus. */
static void
test_ignored (void)
{
  GstElement *pipeline = gst_test_launch ("appsrc ! mcastsink name=sink async=false interfaces=lo "
                                          "host=239.1.2.3");
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "sink");
  g_autoptr (GstElement) src = gst_object_ref_sink (gst_element_factory_make ("mcastsrc", NULL));
  guint n_ignored = 0;

  gst_test_play (pipeline);
  gst_debug_set_threshold_for_name ("mcast*", GST_LEVEL_INFO);
  gst_debug_add_log_function (count_ignored, &n_ignored, NULL);
  g_object_set (sink, "ttl", 3, "auto-multicast", FALSE, "force-ipv4", TRUE, NULL);
  g_object_set (src, "loop", FALSE, NULL);
  gst_debug_remove_log_function (count_ignored);
  g_assert_cmpuint (n_ignored, ==, 4);
  g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_WARNING, ""), ==, 0);
  gst_test_stop (pipeline);
}

static void
test_deprecated (gconstpointer name)
{
  static const char *const deprecated[] = {
    "mcastsrc.multicast-group",
    "mcastsrc.multicast-iface",
    "mcastsrc.source-filter",
    "mcastsrc.loop",
    "mcastsrc.source-filter-exclusive",
    "mcastsink.multicast-iface",
    "mcastsink.ttl",
    "mcastsink.auto-multicast",
    "mcastsink.force-ipv4",
    NULL,
  };
  g_autoptr (GstElement) element = gst_element_factory_make (name, NULL);
  guint n;
  g_autofree GParamSpec **pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (element),
                                                                   &n);

  gst_object_ref_sink (element);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *full = g_strdup_printf ("%s.%s", (const char *) name, pspecs[i]->name);

      if (pspecs[i]->owner_type != G_OBJECT_TYPE (element))
        continue;
      g_test_message ("%s", full);
      g_assert_true (((pspecs[i]->flags & G_PARAM_DEPRECATED) != 0)
                     == g_strv_contains (deprecated, full));
    }
}

int
main (int argc, char **argv)
{
  gst_test_init (&argc, &argv);

  g_test_add_func ("/errors/no-interface", test_no_interface);
  g_test_add_func ("/errors/too-many", test_too_many);
  g_test_add_func ("/errors/bad-buffer", test_bad_buffer);
  g_test_add_func ("/errors/contradictions", test_contradictions);
  g_test_add_func ("/errors/contradictions/once", test_once);
  g_test_add_func ("/errors/contradictions/port", test_port);
  g_test_add_func ("/errors/ignored", test_ignored);
  g_test_add_data_func ("/errors/deprecated/mcastsrc", "mcastsrc", test_deprecated);
  g_test_add_data_func ("/errors/deprecated/mcastsink", "mcastsink", test_deprecated);
  return g_test_run ();
}
