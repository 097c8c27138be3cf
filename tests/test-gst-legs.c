/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The property legs of both elements. */

#include "gst-test.h"

/* --- Values ---------------------------------------------------------------------------------- */

/* Sets the legs from structures that are separated by semicolons, as a program does. */
static void
set_legs (GstElement *element, const char *text)
{
  g_auto (GStrv) legs = g_strsplit (text, ";", -1);
  g_auto (GValue) array = G_VALUE_INIT;

  g_value_init (&array, GST_TYPE_ARRAY);
  for (guint i = 0; legs[i] != NULL && *legs[i] != '\0'; i++)
    {
      g_auto (GValue) item = G_VALUE_INIT;

      g_value_init (&item, GST_TYPE_STRUCTURE);
      g_value_take_boxed (&item, gst_structure_from_string (legs[i], NULL));
      g_assert_nonnull (gst_value_get_structure (&item));
      gst_value_array_append_value (&array, &item);
    }
  g_object_set_property (G_OBJECT (element), "legs", &array);
}

/* Returns the legs as they read, in the form of set_legs(). */
static char *
read_legs (GstElement *element)
{
  g_auto (GValue) array = G_VALUE_INIT;
  GString *text = g_string_new (NULL);

  g_value_init (&array, GST_TYPE_ARRAY);
  g_object_get_property (G_OBJECT (element), "legs", &array);
  for (guint i = 0; i < gst_value_array_get_size (&array); i++)
    {
      const GValue *item = gst_value_array_get_value (&array, i);
      g_autofree char *leg = gst_structure_to_string (gst_value_get_structure (item));

      g_string_append (text, leg);
    }
  return g_string_free (text, FALSE);
}

static void
assert_legs (GstElement *element, const char *expected)
{
  g_autofree char *text = read_legs (element);

  g_assert_cmpstr (text, ==, expected);
}

#define TWO_LEGS \
  "leg, group=(string)239.1.1.1:5004, interface=(string)eth0, enabled=(boolean)true, " \
  "name=(string)primary;" \
  "leg, group=(string)239.1.1.2:5006, interface=(string)eth1, enabled=(boolean)false, " \
  "name=(string)secondary;"

static void
test_values (gconstpointer name)
{
  g_autoptr (GstElement) element = gst_test_make (name);

  assert_legs (element, "");
  set_legs (element, TWO_LEGS);
  assert_legs (element, TWO_LEGS);
  set_legs (element, "leg, group=ff15::1;leg, group=239.1.1.1, interface=3, name=7");
  assert_legs (element, "leg, group=(string)ff15::1, enabled=(boolean)true, name=(string)leg-1;"
                        "leg, group=(string)239.1.1.1, interface=(string)3, enabled=(boolean)true, "
                        "name=(string)7;");
  set_legs (element, "");
  assert_legs (element, "");
}

static void
test_sink_values (void)
{
  g_autoptr (GstElement) sink = gst_test_make ("mcastsink");

  set_legs (sink,
            "leg, group=239.1.1.1, source-address=10.0.0.1, source-port=5000, ttl=4, dscp=-1");
  assert_legs (sink, "leg, group=(string)239.1.1.1, source-address=(string)10.0.0.1, "
                     "source-port=(int)5000, ttl=(int)4, dscp=(int)-1, enabled=(boolean)true, "
                     "name=(string)leg-1;");
}

/* As in a launch line. */
static void
test_text (gconstpointer name)
{
  g_autofree char *description =
    g_strdup_printf ("%s name=element legs=\"<(structure)\\\"leg,group=239.1.1.1:5004,"
                     "interface=eth0,name=primary\\\", (structure)\\\"leg,"
                     "group=239.1.1.2:5006,interface=eth1,enabled=false,name=secondary\\\">\"",
                     (const char *) name);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) element = gst_parse_launch (description, &error);

  g_assert_no_error (error);
  gst_object_ref_sink (element);
  assert_legs (element, TWO_LEGS);
}

/* --- Errors ---------------------------------------------------------------------------------- */

typedef struct
{
  const char *legs;
  const char *error;
} BadLegs;

/* Returns the number of warnings about invalid legs, which change nothing. */
static void
check_errors (const char *launch, const BadLegs *bad, guint n)
{
  GstElement *pipeline = gst_test_launch (launch);
  g_autoptr (GstElement) element = gst_test_get_element (pipeline, "element");
  g_autofree char *before = NULL;

  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_READY), ==, GST_STATE_CHANGE_SUCCESS);
  set_legs (element, "leg, group=239.1.1.9, name=good");
  before = read_legs (element);
  for (guint i = 0; i < n; i++)
    {
      g_test_message ("%s", bad[i].legs);
      set_legs (element, bad[i].legs);
      assert_legs (element, before);
      g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_WARNING, bad[i].error), ==,
                        1);
    }
  gst_test_stop (pipeline);
}

/* Each error has the value and the remedy. */
static void
test_errors (gconstpointer name)
{
  static const BadLegs bad[] = {
    { "leg, name=primary", "Leg 1 (primary): the group is missing: add for example group=" },
    { "leg, group=239.1.1.1;leg, interface=eth0", "Leg 2: the group is missing" },
    { "leg, group=10.0.0.1", "10.0.0.1" },
    { "leg, group=\"239.1.1.1:70000\"", "70000" },
    { "leg, group=239.1.1.1, color=red", "“color” is not a field of a leg: use group, interface" },
    { "leg, group=239.1.1.1, enabled=7", "“enabled=7” is not a value: use true or false" },
    { "leg, group=239.1.1.1, source-address=red", "“source-address=red” is not a value: use an" },
    { "leg, group=239.1.1.1, source-address=ff15::1", "“source-address=ff15::1” is not a value" },
    { "leg, group=239.1.1.1, source-address=fd00::1", "not of the family of the group" },
    { "leg, group=\"239.1.1.1%eth0\", interface=eth1", "interface=eth1: set one of them" },
    { "leg, group=\"10.0.0.1@232.1.1.1\", source-address=10.0.0.2", "set source-address instead" },
    { "leg, group=239.1.1.1, name=a;leg, group=239.1.1.2, name=a", "“name=a” is the name of" },
    { "path, group=239.1.1.1", "the structure “path” is not a leg: use for example leg, group=" },
  };
  g_autofree char *launch =
    g_strcmp0 (name, "mcastsrc") == 0
      ? g_strdup ("mcastsrc name=element address=239.1.1.8 interfaces=lo ! fakesink")
      : g_strdup ("appsrc ! mcastsink name=element host=239.1.1.8 interfaces=lo");

  check_errors (launch, bad, G_N_ELEMENTS (bad));
}

static void
test_src_errors (void)
{
  static const BadLegs bad[] = {
    { "leg, group=239.1.1.1, ttl=4", "“ttl=4” is for legs of mcastsink only: remove it" },
    { "leg, group=239.1.1.1, dscp=34", "“dscp=34” is for legs of mcastsink only" },
    { "leg, group=239.1.1.1, source-port=5000",
      "“source-port=5000” is for legs of mcastsink only" },
  };

  check_errors ("mcastsrc name=element address=239.1.1.8 interfaces=lo ! fakesink", bad,
                G_N_ELEMENTS (bad));
}

static void
test_sink_errors (void)
{
  static const BadLegs bad[] = {
    { "leg, group=239.1.1.1, ttl=256", "“ttl=256” is not a value: use a number from 0 to 255" },
    { "leg, group=239.1.1.1, ttl=red", "“ttl=red” is not a value" },
    { "leg, group=239.1.1.1, dscp=64", "“dscp=64” is not a value: use a number from 0 to 63" },
    { "leg, group=239.1.1.1, source-port=-1", "“source-port=-1” is not a value: use a number" },
    { "leg, group=\"10.0.0.1@232.1.1.1\"", "set source-address instead" },
  };

  check_errors ("appsrc ! mcastsink name=element host=239.1.1.8 interfaces=lo", bad,
                G_N_ELEMENTS (bad));
}

/* In NULL, where there is no bus, the next start states it. */
static void
test_error_at_start (void)
{
  g_autofree char *text =
    gst_test_get_error ("mcastsrc legs=\"<(structure)\\\"leg,group=10.0.0.1\\\">\" ! fakesink");

  g_assert_nonnull (strstr (text, "Leg 1: "));
  g_assert_nonnull (strstr (text, "10.0.0.1"));
}

/* --- Views ----------------------------------------------------------------------------------- */

/* Legs replace the other destinations, and each of those replaces the legs. */
static void
test_sink_views (void)
{
  static const char *const settings[][2] = {
    { "host", "239.1.1.3" },
    { "groups", "239.1.1.3" },
    { "clients", "239.1.1.3:5004" },
    { "uri", "mcast://239.1.1.3:5004" },
  };
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      g_autoptr (GstElement) sink = gst_test_make ("mcastsink");

      g_object_set (sink, "host", "239.1.1.8", "groups", "239.1.1.9", NULL);
      g_signal_connect (sink, "notify", G_CALLBACK (gst_test_add_name), names);
      set_legs (sink, TWO_LEGS);
      gst_test_assert_notified (names, "legs host groups clients uri");
      for (guint j = 0; j < G_N_ELEMENTS (settings); j++)
        {
          gst_test_assert_reads (sink, settings[j][0], NULL);
          g_object_set (sink, settings[j][0], NULL, NULL);
        }
      assert_legs (sink, TWO_LEGS);
      g_hash_table_remove_all (names);
      set_legs (sink, TWO_LEGS);
      g_assert_false (g_hash_table_contains (names, "host"));
      g_object_set (sink, settings[i][0], settings[i][1], NULL);
      assert_legs (sink, "");
      gst_test_assert_reads (sink, "host", "239.1.1.3");
      gst_test_assert_reads (sink, "clients", "239.1.1.3:5004");
      g_hash_table_remove_all (names);
    }
}

static void
test_sink_signals (void)
{
  g_autoptr (GstElement) sink = gst_test_make ("mcastsink");

  set_legs (sink, TWO_LEGS);
  g_signal_emit_by_name (sink, "add", "239.1.1.3", 5004);
  assert_legs (sink, "");
  gst_test_assert_reads (sink, "clients", "239.1.1.3:5004");
  set_legs (sink, TWO_LEGS);
  g_signal_emit_by_name (sink, "clear");
  assert_legs (sink, "");
  gst_test_assert_reads (sink, "host", NULL);
  set_legs (sink, TWO_LEGS);
  set_legs (sink, "");
  gst_test_assert_reads (sink, "host", "localhost");
}

static void
test_src_views (void)
{
  static const char *const settings[][2] = {
    { "address", "239.1.1.3" },
    { "groups", "239.1.1.3" },
    { "uri", "mcast://239.1.1.3:5004" },
  };
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      g_autoptr (GstElement) src = gst_test_make ("mcastsrc");

      g_object_set (src, "address", "239.1.1.8", "groups", "239.1.1.9", NULL);
      g_signal_connect (src, "notify", G_CALLBACK (gst_test_add_name), names);
      set_legs (src, TWO_LEGS);
      gst_test_assert_notified (names, "legs address multicast-group groups merge uri");
      gst_test_assert_reads (src, "address", NULL);
      gst_test_assert_reads (src, "groups", NULL);
      gst_test_assert_reads (src, "uri", NULL);
      g_object_set (src, settings[i][0], settings[i][1], NULL);
      assert_legs (src, "");
      gst_test_assert_reads (src, "address", i == 1 ? "0.0.0.0" : "239.1.1.3");
      g_hash_table_remove_all (names);
    }
}

static void
assert_merge (GstElement *src, const char *expected)
{
  g_auto (GValue) merge = G_VALUE_INIT;
  g_autofree char *text = NULL;

  g_value_init (&merge,
                g_object_class_find_property (G_OBJECT_GET_CLASS (src), "merge")->value_type);
  g_object_get_property (G_OBJECT (src), "merge", &merge);
  text = gst_value_serialize (&merge);
  g_assert_cmpstr (text, ==, expected);
}

/* Several legs carry one RTP stream, unless the application knows better. */
static void
test_merge (void)
{
  g_autoptr (GstElement) src = gst_test_make ("mcastsrc");

  set_legs (src, "leg, group=239.1.1.1");
  assert_merge (src, "flow");
  set_legs (src, "leg, group=239.1.1.1;leg, group=239.1.1.2");
  assert_merge (src, "rtp");
  g_object_set (src, "address", "239.1.1.1", NULL);
  assert_merge (src, "flow");
  gst_util_set_object_arg (G_OBJECT (src), "merge", "none");
  set_legs (src, "leg, group=239.1.1.1;leg, group=239.1.1.2");
  assert_merge (src, "none");
}

/* --- Sending --------------------------------------------------------------------------------- */

static GstElement *
launch_sink (void)
{
  return gst_test_launch ("appsrc name=in is-live=true format=time "
                          "! mcastsink name=element sync=false async=false");
}

static void
push (GstElement *pipeline, const char *text)
{
  gst_test_push (pipeline, gst_buffer_new_memdup (text, strlen (text)));
}

static void set_legs_printf (GstElement *element, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
set_legs_printf (GstElement *element, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  set_legs (element, text);
}

/* Asserts that the next datagram is @text and returns the port that it came from. */
static guint
receive (GSocket *receiver, const char *text)
{
  g_autoptr (GSocketAddress) from = NULL;
  g_autofree char *received = plain_receive (receiver, &from);

  g_assert_cmpstr (received, ==, text);
  return plain_address_port (from);
}

/* Each leg has its own values, and takes the others from the element. */
static void
test_sink_wire (World *world)
{
  const TestFamily *family = world->family;
  GstElement *pipeline = launch_sink ();
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "element");
  g_autoptr (GSocket) first = plain_receiver_new (world->there, "v0", family->group, TEST_PORT);
  g_autoptr (GSocket)
    second = plain_receiver_new (world->there, "v1", family->other_group, TEST_PORT);
  int hops;
  int traffic_class;

  g_object_set (sink, "ttl-mc", 5, "qos-dscp", 8, "bind-port", 7100, NULL);
  set_legs_printf (sink,
                   "leg, group=%s, interface=v0, ttl=9, dscp=34, source-port=7101;"
                   "leg, group=%s, interface=v1",
                   family->group, family->other_group);
  gst_test_play (pipeline);
  push (pipeline, "one");
  g_assert_cmpuint (receive (first, "one"), ==, 7101);
  g_assert_cmpuint (receive (second, "one"), ==, 7100);
  plain_request_header (first);
  plain_request_header (second);
  push (pipeline, "two");
  plain_receive_header (first, &hops, &traffic_class);
  g_assert_cmpint (hops, ==, 9);
  g_assert_cmpint (traffic_class, ==, 34 << 2);
  plain_receive_header (second, &hops, &traffic_class);
  g_assert_cmpint (hops, ==, 5);
  g_assert_cmpint (traffic_class, ==, 8 << 2);
  gst_test_stop (pipeline);
}

/* The address to send from also selects the interface, as in IS-05. */
static void
test_sink_source_address (World *world)
{
  const TestFamily *family = world->family;
  GstElement *pipeline = launch_sink ();
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "element");
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v1", family->group, TEST_PORT);
  g_autofree char *address = test_family_address (family, world->here, "v1");
  g_autoptr (GSocketAddress) from = NULL;
  g_autofree char *host = NULL;
  g_autofree char *text = NULL;

  set_legs_printf (sink, "leg, group=%s, source-address=%s%s", family->group, address,
                   g_str_has_prefix (address, "fe80") ? ", interface=v1" : "");
  gst_test_play (pipeline);
  push (pipeline, "one");
  text = plain_receive (receiver, &from);
  host = plain_address_host (from);
  g_assert_cmpstr (host, ==, address);
  gst_test_stop (pipeline);
}

/* A change of a leg keeps its socket where that is possible, and never touches the other leg. */
static void
test_sink_changes (World *world)
{
  const TestFamily *family = world->family;
  GstElement *pipeline = launch_sink ();
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "element");
  g_autoptr (GSocket) first = plain_receiver_new (world->there, "v0", family->group, TEST_PORT);
  g_autoptr (GSocket)
    changed = plain_receiver_new (world->there, "v1", family->ssm_group, TEST_PORT);
  g_autoptr (GSocket)
    second = plain_receiver_new (world->there, "v1", family->other_group, TEST_PORT);
  guint first_port;
  guint second_port;

  set_legs_printf (sink, "leg, group=%s, interface=v0;leg, group=%s, interface=v1", family->group,
                   family->other_group);
  gst_test_play (pipeline);
  push (pipeline, "one");
  first_port = receive (first, "one");
  second_port = receive (second, "one");

  set_legs_printf (sink, "leg, group=%s, interface=v1;leg, group=%s, interface=v1",
                   family->ssm_group, family->other_group);
  push (pipeline, "two");
  g_assert_cmpuint (receive (changed, "two"), ==, first_port);
  g_assert_cmpuint (receive (second, "two"), ==, second_port);

  set_legs_printf (sink,
                   "leg, group=%s, interface=v0, source-port=7105;"
                   "leg, group=%s, interface=v1",
                   family->group, family->other_group);
  push (pipeline, "three");
  g_assert_cmpuint (receive (first, "three"), ==, 7105);
  g_assert_cmpuint (receive (second, "three"), ==, second_port);
  g_assert_false (plain_has_data (changed));
  gst_test_stop (pipeline);
}

/* TTL and DSCP of a leg change without a new socket; those of the element do not reach a leg that
 * has its own. */
static void
test_sink_header_changes (World *world)
{
  const TestFamily *family = world->family;
  GstElement *pipeline = launch_sink ();
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "element");
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v0", family->group, TEST_PORT);
  int hops;
  int traffic_class;

  set_legs_printf (sink, "leg, group=%s, interface=v0, ttl=3", family->group);
  gst_test_play (pipeline);
  plain_request_header (receiver);
  g_object_set (sink, "ttl-mc", 6, "qos-dscp", 10, NULL);
  push (pipeline, "one");
  plain_receive_header (receiver, &hops, &traffic_class);
  g_assert_cmpint (hops, ==, 3);
  g_assert_cmpint (traffic_class, ==, 10 << 2);
  set_legs_printf (sink, "leg, group=%s, interface=v0, ttl=4, dscp=46", family->group);
  push (pipeline, "two");
  plain_receive_header (receiver, &hops, &traffic_class);
  g_assert_cmpint (hops, ==, 4);
  g_assert_cmpint (traffic_class, ==, 46 << 2);
  set_legs_printf (sink, "leg, group=%s, interface=v0", family->group);
  push (pipeline, "three");
  plain_receive_header (receiver, &hops, &traffic_class);
  g_assert_cmpint (hops, ==, 6);
  g_assert_cmpint (traffic_class, ==, 10 << 2);
  gst_test_stop (pipeline);
}

/* A disabled leg sends nothing until it is enabled. */
static void
test_sink_disabled (World *world)
{
  const TestFamily *family = world->family;
  GstElement *pipeline = launch_sink ();
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "element");
  g_autoptr (GSocket) first = plain_receiver_new (world->there, "v0", family->group, TEST_PORT);
  g_autoptr (GSocket)
    second = plain_receiver_new (world->there, "v1", family->other_group, TEST_PORT);

  set_legs_printf (sink, "leg, group=%s, interface=v0;leg, group=%s, interface=v1, enabled=false",
                   family->group, family->other_group);
  gst_test_play (pipeline);
  push (pipeline, "one");
  receive (first, "one");
  set_legs_printf (sink, "leg, group=%s, interface=v0, enabled=false;leg, group=%s, interface=v1",
                   family->group, family->other_group);
  push (pipeline, "two");
  receive (second, "two");
  set_legs_printf (sink, "leg, group=%s, interface=v0;leg, group=%s, interface=v1", family->group,
                   family->other_group);
  push (pipeline, "three");
  receive (first, "three");
  receive (second, "three");
  gst_test_stop (pipeline);
}

/* A leg that fails does not stop the others, neither at the start nor later. */
static void
test_sink_failing_leg (World *world)
{
  const TestFamily *family = world->family;
  GstElement *pipeline = launch_sink ();
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "element");
  g_autoptr (GSocket) first = plain_receiver_new (world->there, "v0", family->group, TEST_PORT);
  g_autoptr (GSocket)
    second = plain_receiver_new (world->there, "v1", family->other_group, TEST_PORT);

  set_legs_printf (sink, "leg, group=%s, interface=nosuch0, name=bad;leg, group=%s, interface=v1",
                   family->group, family->other_group);
  gst_test_play (pipeline);
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_WARNING, "Leg bad: "));
  push (pipeline, "one");
  receive (second, "one");
  set_legs_printf (sink, "leg, group=%s, interface=v0, name=bad;leg, group=%s, interface=v1",
                   family->group, family->other_group);
  push (pipeline, "two");
  receive (first, "two");
  receive (second, "two");
  set_legs_printf (sink, "leg, group=%s, interface=nosuch0, name=bad;leg, group=%s, interface=v1",
                   family->group, family->other_group);
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_WARNING, "Leg bad: "));
  push (pipeline, "three");
  receive (first, "three");
  receive (second, "three");
  gst_test_stop (pipeline);
}

/* All buffers of a list arrive on each leg, in order. */
static void
test_sink_list (World *world)
{
  const TestFamily *family = world->family;
  GstElement *pipeline = launch_sink ();
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "element");
  g_autoptr (GstElement) in = gst_test_get_element (pipeline, "in");
  g_autoptr (GSocket) first = plain_receiver_new (world->there, "v0", family->group, TEST_PORT);
  g_autoptr (GSocket)
    second = plain_receiver_new (world->there, "v1", family->other_group, TEST_PORT);
  GstBufferList *list = gst_buffer_list_new ();

  set_legs_printf (sink, "leg, group=%s, interface=v0;leg, group=%s, interface=v1", family->group,
                   family->other_group);
  gst_test_play (pipeline);
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *text = g_strdup_printf ("buffer %u", i);

      gst_buffer_list_add (list, gst_buffer_new_memdup (text, strlen (text)));
    }
  g_assert_cmpint (gst_app_src_push_buffer_list (GST_APP_SRC (in), list), ==, GST_FLOW_OK);
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *text = g_strdup_printf ("buffer %u", i);

      receive (first, text);
      receive (second, text);
    }
  gst_test_stop (pipeline);
}

static void
test_all_fail (gconstpointer launch)
{
  g_autofree char *text = gst_test_get_error (launch);

  g_assert_nonnull (strstr (text, "Leg leg-1: "));
  g_assert_nonnull (strstr (text, "nosuch0"));
}

/* From groups to legs and back, while playing. */
static void
test_sink_replaces (World *world)
{
  const TestFamily *family = world->family;
  GstElement *pipeline = launch_sink ();
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "element");
  g_autoptr (GSocket) first = plain_receiver_new (world->there, "v0", family->group, TEST_PORT);
  g_autoptr (GSocket)
    second = plain_receiver_new (world->there, "v1", family->other_group, TEST_PORT);

  g_object_set (sink, "host", family->group, "interfaces", "v0", NULL);
  gst_test_play (pipeline);
  push (pipeline, "one");
  receive (first, "one");
  set_legs_printf (sink, "leg, group=%s, interface=v1", family->other_group);
  push (pipeline, "two");
  receive (second, "two");
  g_object_set (sink, "host", family->group, NULL);
  push (pipeline, "three");
  receive (first, "three");
  g_assert_false (plain_has_data (second));
  gst_test_stop (pipeline);
}

/* Several properties between freeze and thaw are one change. */
static void
test_sink_freeze (World *world)
{
  const TestFamily *family = world->family;
  GstElement *pipeline = launch_sink ();
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "element");
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v1", family->group, TEST_PORT);

  set_legs_printf (sink, "leg, group=%s, interface=v0", family->group);
  gst_test_play (pipeline);
  g_object_freeze_notify (G_OBJECT (sink));
  set_legs_printf (sink, "leg, group=%s, interface=nosuch0", family->group);
  g_object_set (sink, "interfaces", "v1", NULL);
  set_legs_printf (sink, "leg, group=%s", family->group);
  g_object_thaw_notify (G_OBJECT (sink));
  g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_WARNING, ""), ==, 0);
  push (pipeline, "one");
  receive (receiver, "one");
  gst_test_stop (pipeline);
}

/* --- Receiving ------------------------------------------------------------------------------- */

static GstElement *
launch_src (void)
{
  return gst_test_launch ("mcastsrc name=element ! appsink name=out sync=false async=false");
}

/* Sends an RTP packet with a sequence number. */
static void
send_rtp (Netns *ns, const char *name, const char *group, guint8 number)
{
  const guint8 packet[] = { 0x80, 96, 0, number, 0, 0, 0, number, 1, 2, 3, 4, 'x' };
  g_autoptr (GSocket) socket = plain_sender_new_to (ns, name, group, TEST_PORT);

  plain_send_data (socket, NULL, packet, sizeof packet);
}

static void
assert_pull_rtp (GstElement *pipeline, guint8 number)
{
  g_autoptr (GstBuffer) buffer = gst_test_pull (pipeline);
  GstMapInfo map;

  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  g_assert_cmpuint (map.size, ==, 13);
  g_assert_cmpuint (map.data[3], ==, number);
  gst_buffer_unmap (buffer, &map);
}

/* Each packet is pushed once, from whichever leg. */
static void
test_src_merge (World *world)
{
  const TestFamily *family = world->family;
  GstElement *pipeline = launch_src ();
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "element");

  set_legs_printf (src, "leg, group=%s, interface=v0;leg, group=%s, interface=v1", family->group,
                   family->other_group);
  gst_test_play (pipeline);
  send_rtp (world->there, "v0", family->group, 1);
  assert_pull_rtp (pipeline, 1);
  send_rtp (world->there, "v1", family->other_group, 1);
  send_rtp (world->there, "v1", family->other_group, 2);
  assert_pull_rtp (pipeline, 2);
  send_rtp (world->there, "v0", family->group, 2);
  send_rtp (world->there, "v0", family->group, 3);
  assert_pull_rtp (pipeline, 3);
  netns_assert_soon (gst_test_get_stat (pipeline, "element", "duplicates") == 2);
  gst_test_stop (pipeline);
}

/* Of a receiver, the source address is the sender to accept. */
static void
test_src_source (World *world)
{
  const TestFamily *family = world->family;
  GstElement *pipeline = launch_src ();
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "element");

  test_family_add_source (family, world->there, "v0", 0);
  test_family_add_source (family, world->there, "v0", 1);
  set_legs_printf (src, "leg, group=%s, interface=v0, source-address=%s", family->ssm_group,
                   family->sources[0]);
  gst_test_play (pipeline);
  plain_send_from (world->there, "v0", family->sources[1], family->ssm_group, TEST_PORT, "bad");
  plain_send_from (world->there, "v0", family->sources[0], family->ssm_group, TEST_PORT, "good");
  gst_test_assert_pull (pipeline, "good", 4);
  gst_test_stop (pipeline);
}

/* Legs are enabled, changed and disabled while playing, and the other leg keeps its membership. */
static void
test_src_changes (World *world)
{
  const TestFamily *family = world->family;
  GstElement *pipeline = launch_src ();
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "element");

  set_legs_printf (src,
                   "leg, group=%s, interface=v0, enabled=false;leg, group=%s, interface=v1, "
                   "enabled=false",
                   family->group, family->group);
  gst_test_play (pipeline);
  g_assert_cmpuint (netns_group_users (world->here, "v0", family->group), ==, 0);
  set_legs_printf (src, "leg, group=%s, interface=v0;leg, group=%s, interface=v1, enabled=false",
                   family->group, family->group);
  g_assert_cmpuint (netns_group_users (world->here, "v0", family->group), ==, 1);
  g_assert_cmpuint (netns_group_users (world->here, "v1", family->group), ==, 0);
  set_legs_printf (src, "leg, group=%s, interface=v0;leg, group=%s, interface=v1", family->group,
                   family->other_group);
  g_assert_cmpuint (netns_group_users (world->here, "v1", family->other_group), ==, 1);
  set_legs_printf (src, "leg, group=%s, interface=v0, enabled=false;leg, group=%s, interface=v1",
                   family->group, family->other_group);
  g_assert_cmpuint (netns_group_users (world->here, "v0", family->group), ==, 0);
  g_assert_cmpuint (netns_group_users (world->here, "v1", family->other_group), ==, 1);
  send_rtp (world->there, "v1", family->other_group, 1);
  assert_pull_rtp (pipeline, 1);
  g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_WARNING, ""), ==, 0);
  gst_test_stop (pipeline);
}

static void
test_src_failing_leg (World *world)
{
  const TestFamily *family = world->family;
  GstElement *pipeline = launch_src ();
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "element");

  set_legs_printf (src, "leg, group=%s, interface=nosuch0, name=bad;leg, group=%s, interface=v1",
                   family->group, family->other_group);
  gst_test_play (pipeline);
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_WARNING, "Leg bad: "));
  send_rtp (world->there, "v1", family->other_group, 1);
  assert_pull_rtp (pipeline, 1);
  set_legs_printf (src, "leg, group=%s, interface=v0, name=bad;leg, group=%s, interface=v1",
                   family->group, family->other_group);
  set_legs_printf (src, "leg, group=%s, interface=nosuch0, name=bad;leg, group=%s, interface=v1",
                   family->group, family->group);
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_WARNING, "Leg bad: "));
  g_assert_cmpuint (netns_group_users (world->here, "v0", family->group), ==, 1);
  g_assert_cmpuint (netns_group_users (world->here, "v1", family->group), ==, 1);
  g_assert_cmpuint (netns_group_users (world->here, "v1", family->other_group), ==, 0);
  gst_test_stop (pipeline);
}

static void
test_src_freeze (World *world)
{
  const TestFamily *family = world->family;
  GstElement *pipeline = launch_src ();
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "element");

  set_legs_printf (src, "leg, group=%s, interface=v0", family->group);
  gst_test_play (pipeline);
  g_object_freeze_notify (G_OBJECT (src));
  set_legs_printf (src, "leg, group=%s, interface=nosuch0", family->group);
  g_object_set (src, "address", family->other_group, "interfaces", "v1", NULL);
  g_assert_cmpuint (netns_group_users (world->here, "v0", family->group), ==, 1);
  set_legs_printf (src, "leg, group=%s", family->other_group);
  g_object_thaw_notify (G_OBJECT (src));
  g_assert_cmpuint (netns_group_users (world->here, "v0", family->group), ==, 0);
  g_assert_cmpuint (netns_group_users (world->here, "v1", family->other_group), ==, 1);
  g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_WARNING, ""), ==, 0);
  gst_test_stop (pipeline);
}

/* The mode of merging cannot change while playing. */
static void
test_src_late_merge (World *world)
{
  GstElement *pipeline = launch_src ();
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "element");

  g_object_set (src, "address", TEST_GROUP, "interfaces", "v0", NULL);
  gst_test_play (pipeline);
  set_legs (src,
            "leg, group=" TEST_GROUP ", interface=v0;leg, group=" TEST_GROUP_2 ", interface=v0");
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_WARNING, "The new merge"));
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_READY), ==, GST_STATE_CHANGE_SUCCESS);
  gst_test_play (pipeline);
  send_rtp (world->there, "v0", TEST_GROUP, 1);
  send_rtp (world->there, "v0", TEST_GROUP_2, 1);
  send_rtp (world->there, "v0", TEST_GROUP_2, 2);
  assert_pull_rtp (pipeline, 1);
  assert_pull_rtp (pipeline, 2);
  gst_test_stop (pipeline);
}

/* --- Names ----------------------------------------------------------------------------------- */

static void
assert_message (GstElement *pipeline, const char *leg, const char *iface, const char *state)
{
  g_autofree char *what = g_strdup_printf ("leg=(string)%s", leg);
  g_autoptr (GstMessage) message = gst_test_wait_message (pipeline, GST_MESSAGE_ELEMENT, what);
  const GstStructure *structure = gst_message_get_structure (message);

  g_assert_true (gst_structure_has_name (structure, "mcast-path-changed"));
  g_assert_cmpstr (gst_structure_get_string (structure, "interface"), ==, iface);
  g_assert_cmpstr (gst_structure_get_string (structure, "state"), ==, state);
}

static void
assert_path (const GstStructure *stats, guint i, const char *leg, const char *iface)
{
  const GValue *paths = gst_structure_get_value (stats, "paths");
  const GstStructure *path = gst_value_get_structure (gst_value_array_get_value (paths, i));

  g_assert_cmpstr (gst_structure_get_string (path, "leg"), ==, leg);
  g_assert_cmpstr (gst_structure_get_string (path, "interface"), ==, iface);
}

/* Names in the messages of the start and of a change, and in statistics. Both legs have the same
 * group, and one selects its interface by an address. */
static void
test_names (World *world)
{
  const char *launch = world->data;
  GstElement *pipeline = gst_test_launch (launch);
  g_autoptr (GstElement) element = gst_test_get_element (pipeline, "element");
  g_autofree char *address = netns_ipv4 (world->here, "v0");
  g_autoptr (GstStructure) stats = NULL;

  set_legs_printf (element,
                   "leg, group=" TEST_GROUP ", interface=%s, name=red;"
                   "leg, group=" TEST_GROUP ", interface=v1, name=blue",
                   address);
  gst_test_play (pipeline);
  assert_message (pipeline, "red", "v0", "ready");
  assert_message (pipeline, "blue", "v1", "ready");
  g_object_get (element, "stats", &stats, NULL);
  assert_path (stats, 0, "red", "v0");
  assert_path (stats, 1, "blue", "v1");
  netns_link_delete (world->here, "v1");
  assert_message (pipeline, "blue", "v1", "lost");
  gst_test_stop (pipeline);
}

/* The statistics are sums over the legs, also after the element has stopped. */
static void
test_sink_totals (World *world)
{
  GstElement *pipeline = launch_sink ();
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "element");
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v1", TEST_GROUP, TEST_PORT);
  guint64 n_bytes;

  set_legs (sink,
            "leg, group=" TEST_GROUP ", interface=v0;leg, group=" TEST_GROUP ", interface=v1");
  gst_test_play (pipeline);
  push (pipeline, "one");
  receive (receiver, "one");
  netns_assert_soon (gst_test_get_stat (pipeline, "element", "accepted") == 2);
  g_assert_cmpuint (gst_test_get_stat (pipeline, "element", "packets-sent"), ==, 2);
  g_assert_cmpuint (gst_test_get_stat (pipeline, "element", "bytes-sent"), ==, 6);
  g_object_get (sink, "bytes-served", &n_bytes, NULL);
  g_assert_cmpuint (n_bytes, ==, 6);
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_NULL), ==, GST_STATE_CHANGE_SUCCESS);
  g_assert_cmpuint (gst_test_get_stat (pipeline, "element", "accepted"), ==, 2);
  gst_test_stop (pipeline);
}

static void
add_families (const char *path, WorldTestFunc func)
{
  for (guint i = 0; i < N_TEST_FAMILIES; i++)
    {
      g_autofree char *full = g_strdup_printf ("%s/%s", path, test_families[i].name);

      world_test_add_full (full,
                           (WorldTest) { 2, func, .family = &test_families[i], .at_home = TRUE });
    }
}

static void
add_values (void)
{
  g_test_add_data_func ("/legs/values/mcastsrc", "mcastsrc", test_values);
  g_test_add_data_func ("/legs/values/mcastsink", "mcastsink", test_values);
  g_test_add_func ("/legs/values/sink-only", test_sink_values);
  g_test_add_data_func ("/legs/text/mcastsrc", "mcastsrc", test_text);
  g_test_add_data_func ("/legs/text/mcastsink", "mcastsink", test_text);
  g_test_add_data_func ("/legs/errors/mcastsrc", "mcastsrc", test_errors);
  g_test_add_data_func ("/legs/errors/mcastsink", "mcastsink", test_errors);
  g_test_add_func ("/legs/errors/src-only", test_src_errors);
  g_test_add_func ("/legs/errors/sink-only", test_sink_errors);
  g_test_add_func ("/legs/errors/at-start", test_error_at_start);
  g_test_add_func ("/legs/views/mcastsink", test_sink_views);
  g_test_add_func ("/legs/views/mcastsink/signals", test_sink_signals);
  g_test_add_func ("/legs/views/mcastsrc", test_src_views);
  g_test_add_func ("/legs/merge", test_merge);
}

static void
add_legs (void)
{
  add_families ("/legs/sink/wire", test_sink_wire);
  add_families ("/legs/sink/source-address", test_sink_source_address);
  add_families ("/legs/sink/changes", test_sink_changes);
  add_families ("/legs/sink/header-changes", test_sink_header_changes);
  add_families ("/legs/sink/disabled", test_sink_disabled);
  add_families ("/legs/sink/failing-leg", test_sink_failing_leg);
  add_families ("/legs/sink/list", test_sink_list);
  add_families ("/legs/sink/replaces-groups", test_sink_replaces);
  add_families ("/legs/sink/freeze", test_sink_freeze);
  gst_test_add ("/legs/sink/totals", 2, test_sink_totals);
  add_families ("/legs/src/merge", test_src_merge);
  add_families ("/legs/src/source-address", test_src_source);
  add_families ("/legs/src/changes", test_src_changes);
  add_families ("/legs/src/failing-leg", test_src_failing_leg);
  add_families ("/legs/src/freeze", test_src_freeze);
  gst_test_add ("/legs/src/late-merge", 1, test_src_late_merge);
}

int
main (int argc, char **argv)
{
  static const char sink[] = "appsrc is-live=true format=time ! mcastsink name=element sync=false "
                             "async=false";
  static const char src[] = "mcastsrc name=element ! fakesink sync=false async=false";

  gst_test_init (&argc, &argv);

  add_values ();
  g_test_add_data_func ("/legs/sink/all-fail",
                        "appsrc ! mcastsink "
                        "legs=\"<(structure)\\\"leg,group=239.1.1.1,interface=nosuch0\\\">\"",
                        test_all_fail);
  g_test_add_data_func ("/legs/src/all-fail",
                        "mcastsrc legs=\"<(structure)\\\"leg,group=239.1.1.1,interface=nosuch0"
                        "\\\",(structure)\\\"leg,group=239.1.1.2,interface=nosuch0\\\">\" "
                        "! fakesink",
                        test_all_fail);
  add_legs ();
  world_test_add_full ("/legs/names/mcastsink",
                       (WorldTest) { 2, test_names, .data = sink, .at_home = TRUE });
  world_test_add_full ("/legs/names/mcastsrc",
                       (WorldTest) { 2, test_names, .data = src, .at_home = TRUE });
  return g_test_run ();
}
