/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gst-test.h"

void
gst_test_init (int *argc, char ***argv)
{
  netns_test_init (argc, argv);
  gst_init (argc, argv);
}

void
gst_test_add (const char *path, guint n_links, WorldTestFunc func)
{
  world_test_add_full (path, (WorldTest) { n_links, func, .at_home = TRUE });
}

void
gst_test_allow_warnings (gboolean allow)
{
  g_log_set_always_fatal (
    (GLogLevelFlags) (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL | (allow ? 0 : G_LOG_LEVEL_WARNING)));
}

/* --- Pipelines --------------------------------------------------------------------------- */

GstElement *
gst_test_launch (const char *description)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (description, &error);

  g_assert_no_error (error);
  g_assert_nonnull (pipeline);
  return pipeline;
}

void
gst_test_play (GstElement *pipeline)
{
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_PLAYING), !=,
                   GST_STATE_CHANGE_FAILURE);
}

void
gst_test_stop (GstElement *pipeline)
{
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_NULL), ==, GST_STATE_CHANGE_SUCCESS);
  gst_object_unref (pipeline);
}

char *
gst_test_get_error (const char *description)
{
  GstElement *pipeline = gst_test_launch (description);
  g_autoptr (GstMessage) message = NULL;
  char *text;

  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_PLAYING), ==,
                   GST_STATE_CHANGE_FAILURE);
  message = gst_test_wait_message (pipeline, GST_MESSAGE_ERROR, NULL);
  text = gst_test_message_text (message);
  gst_test_stop (pipeline);
  return text;
}

GstElement *
gst_test_get_element (GstElement *pipeline, const char *name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), name);

  g_assert_nonnull (element);
  return element;
}

void
gst_test_push (GstElement *pipeline, GstBuffer *buffer)
{
  g_autoptr (GstElement) in = gst_test_get_element (pipeline, "in");

  g_assert_cmpint (gst_app_src_push_buffer (GST_APP_SRC (in), buffer), ==, GST_FLOW_OK);
}

guint64
gst_test_get_stat (GstElement *pipeline, const char *name, const char *counter)
{
  g_autoptr (GstElement) element = gst_test_get_element (pipeline, name);
  g_autoptr (GstStructure) stats = NULL;
  guint64 value = 0;

  g_object_get (element, "stats", &stats, NULL);
  g_assert_true (gst_structure_get_uint64 (stats, counter, &value));
  return value;
}

/* --- Messages ---------------------------------------------------------------------------- */

char *
gst_test_message_text (GstMessage *message)
{
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING)
    gst_message_parse_warning (message, &error, NULL);
  else if (gst_message_get_structure (message) != NULL)
    return gst_structure_to_string (gst_message_get_structure (message));
  return g_strdup (error != NULL ? error->message : "");
}

GstMessage *
gst_test_wait_message (GstElement *pipeline, GstMessageType types, const char *what)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gint64 deadline = g_get_monotonic_time () + NETNS_DEADLINE_MS * G_TIME_SPAN_MILLISECOND;

  for (;;)
    {
      gint64 left = MAX (deadline - g_get_monotonic_time (), 0);
      g_autoptr (GstMessage)
        message = gst_bus_timed_pop_filtered (bus, (GstClockTime) left * GST_USECOND, types);
      g_autofree char *text = message != NULL ? gst_test_message_text (message) : NULL;

      if (message == NULL)
        g_error ("no message %s in time", what != NULL ? what : gst_message_type_get_name (types));
      if (what == NULL || strstr (text, what) != NULL)
        return g_steal_pointer (&message);
    }
}

guint
gst_test_count_messages (GstElement *pipeline, GstMessageType types, const char *what)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessage *message;
  guint n = 0;

  while ((message = gst_bus_pop_filtered (bus, types)) != NULL)
    {
      g_autofree char *text = gst_test_message_text (message);

      g_test_message ("%s", text);
      n += strstr (text, what) != NULL ? 1 : 0;
      gst_message_unref (message);
    }
  return n;
}

/* --- What comes out ---------------------------------------------------------------------- */

GstSample *
gst_test_try_pull (GstElement *pipeline, guint timeout_ms)
{
  g_autoptr (GstElement) out = gst_test_get_element (pipeline, "out");

  return gst_app_sink_try_pull_sample (GST_APP_SINK (out), timeout_ms * GST_MSECOND);
}

GstBuffer *
gst_test_pull (GstElement *pipeline)
{
  g_autoptr (GstSample) sample = gst_test_try_pull (pipeline, NETNS_DEADLINE_MS);

  g_assert_nonnull (sample);
  return gst_buffer_ref (gst_sample_get_buffer (sample));
}

void
gst_test_assert_buffer (GstBuffer *buffer, gconstpointer data, gsize size)
{
  GstMapInfo map;

  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  g_assert_cmpmem (map.data, map.size, data, size);
  gst_buffer_unmap (buffer, &map);
}

void
gst_test_assert_pull (GstElement *pipeline, gconstpointer data, gsize size)
{
  g_autoptr (GstBuffer) buffer = gst_test_pull (pipeline);

  gst_test_assert_buffer (buffer, data, size);
}

/* --- Properties -------------------------------------------------------------------------- */

void
gst_test_compare_properties (const char *name, const char *peer, const char *const *others)
{
  g_autoptr (GstElement) ours = gst_element_factory_make (name, NULL);
  g_autoptr (GstElement) theirs = gst_element_factory_make (peer, NULL);
  g_autofree GParamSpec **pspecs = NULL;
  guint n;

  g_assert_nonnull (ours);
  gst_object_ref_sink (ours);
  if (theirs == NULL)
    {
      g_test_skip ("the peer element is not installed");
      return;
    }
  gst_object_ref_sink (theirs);
  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (theirs), &n);
  for (guint i = 0; i < n; i++)
    {
      GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (ours), pspecs[i]->name);

      if (g_strv_contains (others, pspecs[i]->name))
        continue;
      g_test_message ("%s", pspecs[i]->name);
      g_assert_nonnull (pspec);
      g_assert_cmpstr (g_type_name (pspec->value_type), ==, g_type_name (pspecs[i]->value_type));
      g_assert_cmpint (pspec->flags & G_PARAM_READWRITE, ==, pspecs[i]->flags & G_PARAM_READWRITE);
      g_assert_cmpint (g_param_values_cmp (pspec, g_param_spec_get_default_value (pspec),
                                           g_param_spec_get_default_value (pspecs[i])),
                       ==, 0);
    }
}

/* Sets every property but @others to the value that it has. Returns all of them as NAME=VALUE. */
static char **
set_again (GstElement *element, const char *const *others)
{
  GPtrArray *texts = g_ptr_array_new ();
  guint n;
  g_autofree GParamSpec **pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (element),
                                                                   &n);

  for (guint i = 0; i < n; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      g_autofree char *text = NULL;

      if ((pspecs[i]->flags & G_PARAM_READWRITE) != G_PARAM_READWRITE
          || g_str_equal (pspecs[i]->name, "parent") || g_str_equal (pspecs[i]->name, "name"))
        continue;
      g_value_init (&value, pspecs[i]->value_type);
      g_object_get_property (G_OBJECT (element), pspecs[i]->name, &value);
      text = gst_value_serialize (&value);
      g_ptr_array_add (texts, g_strdup_printf ("%s=%s", pspecs[i]->name, text));
      if (!g_strv_contains (others, pspecs[i]->name))
        g_object_set_property (G_OBJECT (element), pspecs[i]->name, &value);
    }
  g_ptr_array_add (texts, NULL);
  return (char **) g_ptr_array_free (texts, FALSE);
}

void
gst_test_walk_states (GstElement *pipeline, GstElement *element, const char *const *others)
{
  static const GstState states[] = { GST_STATE_NULL,    GST_STATE_READY,  GST_STATE_PAUSED,
                                     GST_STATE_PLAYING, GST_STATE_PAUSED, GST_STATE_READY,
                                     GST_STATE_NULL,    GST_STATE_PLAYING };
  g_auto (GStrv) before = set_again (element, others);

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_auto (GStrv) now = NULL;

      g_assert_cmpint (gst_element_set_state (pipeline, states[i]), !=, GST_STATE_CHANGE_FAILURE);
      now = set_again (element, others);
      g_assert_cmpstrv (now, before);
      g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_WARNING, ""), ==, 0);
    }
}

GstElement *
gst_test_make (const char *name)
{
  GstElement *element = gst_element_factory_make (name, NULL);

  g_assert_nonnull (element);
  return gst_object_ref_sink (element);
}

void
gst_test_assert_reads (GstElement *element, const char *property, const char *expected)
{
  g_autofree char *value = NULL;

  g_object_get (element, property, &value, NULL);
  g_test_message ("%s", property);
  g_assert_cmpstr (value, ==, expected);
}

void
gst_test_add_name (GObject *object, GParamSpec *pspec, gpointer names)
{
  g_hash_table_add (names, (gpointer) pspec->name);
}

void
gst_test_assert_notified (GHashTable *names, const char *expected)
{
  g_auto (GStrv) list = g_strsplit (expected, " ", -1);

  for (guint i = 0; list[i] != NULL; i++)
    {
      g_test_message ("%s", list[i]);
      g_assert_true (g_hash_table_contains (names, list[i]));
    }
  g_assert_cmpuint (g_hash_table_size (names), ==, g_strv_length (list));
  g_hash_table_remove_all (names);
}
