/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Every property of mcastsrc and mcastsink, in every state: it can be set where its flags say so,
 * reads back what was set, and data flows afterwards. A property that is new is tested with the
 * others; only a text or an object needs a line here that says which. */

#include "gst-test.h"

/* Texts by the names of properties. */
static const struct
{
  const char *property;
  const char *text;
} texts[] = {
  { "address", TEST_GROUP_2 },
  { "multicast-group", TEST_GROUP_2 },
  { "host", TEST_GROUP_2 },
  { "groups", TEST_GROUP_2 ":7" },
  { "clients", TEST_GROUP_2 ":7,[" TEST_GROUP6 "]:8" },
  { "interfaces", "*" },
  { "multicast-iface", "*" },
  { "multicast-source", "+10.0.0.1" },
  { "source-filter", "10.0.0.1" },
  { "bind-address", "127.0.0.1" },
  { "uri", "mcast://" TEST_GROUP_2 ":7?interfaces=lo" },
};

static const char *
find_text (GParamSpec *pspec)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_str_equal (texts[i].property, pspec->name))
      return texts[i].text;
  g_error ("the property %s has no text in this test", pspec->name);
}

static void
set_socket (GParamSpec *pspec, GValue *value)
{
  GSocketFamily family = g_str_has_suffix (pspec->name, "v6") ? G_SOCKET_FAMILY_IPV6
                                                              : G_SOCKET_FAMILY_IPV4;

  g_value_take_object (value, plain_bound_new (netns_home (), family, 0));
}

static int
other_enum (GParamSpec *pspec)
{
  GEnumClass *klass = G_PARAM_SPEC_ENUM (pspec)->enum_class;
  int standard = G_PARAM_SPEC_ENUM (pspec)->default_value;

  for (guint i = 0; i < klass->n_values; i++)
    if (klass->values[i].value != standard)
      return klass->values[i].value;
  g_assert_not_reached ();
}

static void
set_leg (GValue *array)
{
  g_auto (GValue) leg = G_VALUE_INIT;

  g_value_init (&leg, GST_TYPE_STRUCTURE);
  g_value_take_boxed (&leg,
                      gst_structure_new ("leg", "group", G_TYPE_STRING, TEST_GROUP, "interface",
                                         G_TYPE_STRING, "lo", "enabled", G_TYPE_BOOLEAN, TRUE,
                                         "name", G_TYPE_STRING, "primary", NULL));
  gst_value_array_append_value (array, &leg);
}

/* A good value that is not the default one. */
static void
init_other (GParamSpec *pspec, GValue *value)
{
  const GValue *standard = g_param_spec_get_default_value (pspec);
  GType type = pspec->value_type;

  g_value_init (value, type);
  if (type == G_TYPE_STRING)
    g_value_set_string (value, find_text (pspec));
  else if (type == G_TYPE_BOOLEAN)
    g_value_set_boolean (value, !g_value_get_boolean (standard));
  else if (type == G_TYPE_INT)
    g_value_set_int (value, g_value_get_int (standard) + 1);
  else if (type == G_TYPE_UINT)
    g_value_set_uint (value, g_value_get_uint (standard) + 1);
  else if (type == G_TYPE_UINT64)
    g_value_set_uint64 (value, g_value_get_uint64 (standard) + GST_SECOND);
  else if (G_TYPE_IS_ENUM (type))
    g_value_set_enum (value, other_enum (pspec));
  else if (type == GST_TYPE_CAPS)
    g_value_take_boxed (value, gst_caps_new_empty_simple ("video/mpegts"));
  else if (type == G_TYPE_SOCKET)
    set_socket (pspec, value);
  else if (type == GST_TYPE_ARRAY)
    set_leg (value);
  else
    g_error ("this test knows no value for the property %s", pspec->name);
}

static void
assert_reads (GstElement *element, GParamSpec *pspec, const GValue *expected)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, pspec->value_type);
  g_object_get_property (G_OBJECT (element), pspec->name, &value);
  if (pspec->value_type == GST_TYPE_CAPS || pspec->value_type == GST_TYPE_ARRAY)
    g_assert_cmpint (gst_value_compare (&value, expected), ==, GST_VALUE_EQUAL);
  else
    g_assert_cmpint (g_param_values_cmp (pspec, &value, expected), ==, 0);
}

/* There and back; a URI is refused while the element plays, and then changes nothing. */
static void
check_property (GstElement *element, GParamSpec *pspec, GstState state)
{
  g_auto (GValue) before = G_VALUE_INIT;
  g_auto (GValue) other = G_VALUE_INIT;
  gboolean refused = g_str_equal (pspec->name, "uri") && state > GST_STATE_READY;

  g_test_message ("%s in %s", pspec->name, gst_element_state_get_name (state));
  g_value_init (&before, pspec->value_type);
  g_object_get_property (G_OBJECT (element), pspec->name, &before);
  init_other (pspec, &other);
  g_object_set_property (G_OBJECT (element), pspec->name, &other);
  assert_reads (element, pspec, refused ? &before : &other);
  g_object_set_property (G_OBJECT (element), pspec->name, &before);
  assert_reads (element, pspec, &before);
}

static void
check_properties (GstElement *element, GstState state)
{
  guint n;
  g_autofree GParamSpec **pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (element),
                                                                   &n);

  for (guint i = 0; i < n; i++)
    if (pspecs[i]->owner_type == G_OBJECT_TYPE (element)
        && (pspecs[i]->flags & G_PARAM_READWRITE) == G_PARAM_READWRITE)
      check_property (element, pspecs[i], state);
}

/* Read only: they can be read in every state. */
static void
read_others (GstElement *element)
{
  guint n;
  g_autofree GParamSpec **pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (element),
                                                                   &n);

  for (guint i = 0; i < n; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;

      if ((pspecs[i]->flags & G_PARAM_WRITABLE) || !(pspecs[i]->flags & G_PARAM_READABLE))
        continue;
      g_value_init (&value, pspecs[i]->value_type);
      g_object_get_property (G_OBJECT (element), pspecs[i]->name, &value);
    }
}

static const GstState states[] = { GST_STATE_NULL,    GST_STATE_READY,  GST_STATE_PAUSED,
                                   GST_STATE_PLAYING, GST_STATE_PAUSED, GST_STATE_READY,
                                   GST_STATE_NULL,    GST_STATE_PLAYING };

static void
go_to (GstElement *pipeline, GstState state)
{
  GstState reached;

  g_assert_cmpint (gst_element_set_state (pipeline, state), !=, GST_STATE_CHANGE_FAILURE);
  gst_element_get_state (pipeline, &reached, NULL, NETNS_DEADLINE_MS * GST_MSECOND);
  g_assert_cmpint (reached, ==, state);
}

/* Setting an address takes back what a refused URI left: the next start would fail otherwise. */
static void
walk (GstElement *pipeline, GstElement *element, const char *address)
{
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      go_to (pipeline, states[i]);
      check_properties (element, states[i]);
      read_others (element);
      g_object_set (element, address, TEST_GROUP, NULL);
    }
  g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_ERROR, ""), ==, 0);
}

static void
test_src (void)
{
  GstElement *pipeline = gst_test_launch ("mcastsrc name=src interfaces=lo address=" TEST_GROUP
                                          " ! appsink name=out sync=false async=false");
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "src");
  g_autoptr (GSocket) sender = plain_sender_new_to (netns_home (), "lo", TEST_GROUP, TEST_PORT);

  gst_test_allow_warnings (TRUE);
  walk (pipeline, src, "address");
  plain_send_data (sender, NULL, "x", 1);
  gst_test_assert_pull (pipeline, "x", 1);
  gst_test_stop (pipeline);
  gst_test_allow_warnings (FALSE);
}

static void
test_sink (void)
{
  GstElement *pipeline = gst_test_launch (
    "appsrc name=in is-live=true format=time ! mcastsink name=sink interfaces=lo "
    "sync=false async=false host=" TEST_GROUP);
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "sink");
  g_autoptr (GSocket) receiver = plain_receiver_new (netns_home (), "lo", TEST_GROUP, TEST_PORT);

  gst_test_allow_warnings (TRUE);
  walk (pipeline, sink, "host");
  gst_test_push (pipeline, gst_buffer_new_memdup ("x", 1));
  plain_assert_receives (receiver, "x");
  gst_test_stop (pipeline);
  gst_test_allow_warnings (FALSE);
}

/* Each says in gst-inspect-1.0 when it takes effect, and what it does. */
static void
test_flags (gconstpointer data)
{
  g_autoptr (GstElement) element = gst_element_factory_make (data, NULL);
  guint n;
  g_autofree GParamSpec **pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (element),
                                                                   &n);

  gst_object_ref_sink (element);
  for (guint i = 0; i < n; i++)
    {
      if (pspecs[i]->owner_type != G_OBJECT_TYPE (element))
        continue;
      g_test_message ("%s", pspecs[i]->name);
      g_assert_cmpuint (strlen (g_param_spec_get_blurb (pspecs[i])), >, 10);
      if (pspecs[i]->flags & G_PARAM_WRITABLE)
        g_assert_true (pspecs[i]->flags & (GST_PARAM_MUTABLE_READY | GST_PARAM_MUTABLE_PLAYING));
    }
}

int
main (int argc, char **argv)
{
  gst_test_init (&argc, &argv);

  g_test_add_func ("/properties/mcastsrc", test_src);
  g_test_add_func ("/properties/mcastsink", test_sink);
  g_test_add_data_func ("/properties/mcastsrc/flags", "mcastsrc", test_flags);
  g_test_add_data_func ("/properties/mcastsink/flags", "mcastsink", test_flags);

  return g_test_run ();
}
