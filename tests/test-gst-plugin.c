/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The plugin in a program that contains it, what it says about itself, and its elements in every
 * state without a setting. */

#include <gst/gst.h>

GST_ELEMENT_REGISTER_DECLARE (mcastsrc)
GST_PLUGIN_STATIC_DECLARE (mcast);

static void
test_element (void)
{
  g_autoptr (GstElement) src = NULL;

  g_assert_null (gst_element_factory_find ("mcastsrc"));
  g_assert_true (GST_ELEMENT_REGISTER (mcastsrc, NULL));
  src = gst_object_ref_sink (gst_element_factory_make ("mcastsrc", NULL));
  g_assert_nonnull (src);
  g_assert_null (gst_element_factory_find ("mcastsink"));
}

static void
test_plugin (void)
{
  g_autoptr (GstPlugin) plugin = NULL;

  GST_PLUGIN_STATIC_REGISTER (mcast);
  plugin = gst_registry_find_plugin (gst_registry_get (), "mcast");
  g_assert_nonnull (plugin);
  g_assert_null (gst_plugin_get_filename (plugin));
  g_assert_true (g_str_has_prefix (gst_plugin_get_origin (plugin), "https://"));
  g_assert_cmpstr (gst_plugin_get_license (plugin), ==, "LGPL");
  g_assert_cmpstr (gst_plugin_get_package (plugin), ==, "mcast");
}

static void
walk (GstElement *element)
{
  static const GstState states[] = {
    GST_STATE_READY,  GST_STATE_NULL,  GST_STATE_READY, GST_STATE_PAUSED,  GST_STATE_PLAYING,
    GST_STATE_PAUSED, GST_STATE_READY, GST_STATE_NULL,  GST_STATE_PLAYING, GST_STATE_NULL,
  };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    gst_element_set_state (element, states[i]);
}

/* As generic/states of GStreamer: no element depends on a setting to stay alive, and none is
 * leaked. */
static void
test_states (void)
{
  GList *features = gst_registry_get_feature_list_by_plugin (gst_registry_get (), "mcast");

  g_assert_cmpuint (g_list_length (features), >=, 2);
  for (GList *l = features; l != NULL; l = l->next)
    {
      GstElement *element;

      if (!GST_IS_ELEMENT_FACTORY (l->data))
        continue;
      g_test_message ("%s", gst_plugin_feature_get_name (l->data));
      element = gst_object_ref_sink (gst_element_factory_create (l->data, NULL));
      g_object_add_weak_pointer (G_OBJECT (element), (gpointer *) &element);
      walk (element);
      gst_object_unref (element);
      g_assert_null (element);
    }
  gst_plugin_feature_list_free (features);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* Not the plugin of the build or of the system. */
  g_setenv ("GST_PLUGIN_PATH", "", TRUE);
  g_setenv ("GST_PLUGIN_SYSTEM_PATH", "", TRUE);
  g_setenv ("GST_REGISTRY", "/dev/null", TRUE);
  gst_init (&argc, &argv);

  g_test_add_func ("/gst-plugin/static/element", test_element);
  g_test_add_func ("/gst-plugin/static/plugin", test_plugin);
  g_test_add_func ("/gst-plugin/static/states", test_states);
  return g_test_run ();
}
