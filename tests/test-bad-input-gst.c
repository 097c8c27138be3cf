/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/gst.h>
#include <string.h>

#include "netns.h"
#include "process-test.h"

/* Wrong values given to the elements, as properties in the text of a pipeline and as URIs: each
 * must be refused, at the latest when the pipeline starts, with an error that says what was wrong,
 * and nothing must be left. Where only a part of a value is wrong it stands in braces, which are
 * not given to the element. */

typedef struct
{
  const char *name;
  const char *format; /* of a pipeline, or NULL: the value is a URI */
  GstURIType type;
  /* A number that a property cannot hold is refused by GObject, with a warning. */
  gboolean warns;
  const char *const *values;
  gsize n_values;
} Table;

/* What the pipeline says of itself: its first error. */
static char *
wait_error (GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus, NETNS_DEADLINE_MS * GST_MSECOND,
                                                               GST_MESSAGE_ERROR | GST_MESSAGE_EOS
                                                                 | GST_MESSAGE_ASYNC_DONE);
  g_autoptr (GError) error = NULL;
  g_autofree char *debug = NULL;

  g_assert_nonnull (message);
  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return NULL;
  gst_message_parse_error (message, &error, &debug);
  return g_strdup_printf ("%s\n%s", error->message, debug != NULL ? debug : "");
}

/* Why the pipeline cannot be, or cannot start. */
static char *
run_pipeline (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (text, &error);
  char *reason;

  if (error != NULL)
    return g_strdup (error->message);
  gst_object_ref_sink (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  reason = wait_error (pipeline);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return reason;
}

static char *
set_uri (GstURIType type, const char *uri)
{
  g_autoptr (GstElement)
    element = gst_element_factory_make (type == GST_URI_SRC ? "mcastsrc" : "mcastsink", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *before = gst_uri_handler_get_uri (GST_URI_HANDLER (element));
  g_autofree char *after = NULL;

  gst_object_ref_sink (element);
  g_assert_false (gst_uri_handler_set_uri (GST_URI_HANDLER (element), uri, &error));
  after = gst_uri_handler_get_uri (GST_URI_HANDLER (element));
  g_assert_cmpstr (before, ==, after);
  g_assert_nonnull (error);
  return g_strdup (error->message);
}

static char *
set_number (const char *text, const char *value)
{
  g_autoptr (GstElement) pipeline = NULL;
  g_autofree char *pattern = g_strdup_printf ("*\"%s\"*out of range*", value);

  g_test_expect_message ("GLib-GObject", G_LOG_LEVEL_WARNING, pattern);
  pipeline = gst_parse_launch (text, NULL);
  g_test_assert_expected_messages ();
  return g_strdup (pattern);
}

static char *
refuse (const Table *table, const char *value)
{
  g_auto (GStrv) parts = NULL;
  g_autofree char *text = NULL;

  if (table->format == NULL)
    return set_uri (table->type, value);
  parts = g_strsplit (table->format, "VALUE", 2);
  text = g_strjoinv (value, parts);
  return table->warns ? set_number (text, value) : run_pipeline (text);
}

static void
check_value (const Table *table, const char *marked)
{
  guint descriptors = count_descriptors ();
  g_auto (GStrv) parts = g_strsplit_set (marked, "{}", 3);
  g_autofree char *value = g_strjoinv (NULL, parts);
  const char *wrong = g_strv_length (parts) == 3 ? parts[1] : value;
  g_autofree char *reason = refuse (table, value);

  g_test_message ("%s “%s”: %s", table->name, value, reason != NULL ? reason : "no error");
  g_assert_nonnull (reason);
  g_assert_nonnull (strstr (reason, wrong));
  /* The listener of the interfaces has some of its own for a moment. */
  netns_assert_soon (count_descriptors () <= descriptors);
}

static void
test_table (gconstpointer data)
{
  const Table *table = data;

  for (gsize i = 0; i < table->n_values; i++)
    check_value (table, table->values[i]);
}

static const char *const no_groups[] = {
  "239.1.2",
  "239.1.2.256",
  "10.1.2.3",
  "127.0.0.1",
  "255.255.255.255",
  "::1",
  "fe80::1",
  "ff00::1",
  "ff02::g",
  "239.1.2.3:0",
  "239.1.2.3:65536",
  "239.1.2.3:x",
  "[ff15::5",
  "[ff15::5]5004",
  "239.1.2.3%",
  "239.1.2.3%a/b",
  "239.1.2.3%{nowhere0}",
  "::1@239.1.2.3",
  "host@239.1.2.3",
  "@239.1.2.3",
  "!239.1.2.3",
  "no.such.name.invalid",
};
static const char *const no_interfaces[] = {
  "nowhere0", "lo,{nowhere0}", "{nowhere0},lo",    "99999",
  "a/b",      "10.99.99.99",   "sixteen-letters0", "fe80::1%nowhere0",
};
static const char *const no_sources[] = { "host",      "+{host}", "-{10.0.0}", "+10.0.0.1+{host}",
                                          "239.9.9.9", "0.0.0.0", "::1" };
static const char *const no_words[] = { "http", "1.5", "0x", "10000000000" };
static const char *const no_ports[] = { "-1", "65536", "70000" };
static const char *const no_ttls[] = { "-1", "256" };
static const char *const no_dscps[] = { "-2", "64" };
static const char *const no_batches[] = { "0", "1025" };
static const char *const no_buffers[] = { "-1", "-2147483648" };
static const char *const no_booleans[] = { "perhaps", "2x" };
static const char *const no_merges[] = { "both", "17" };
static const char *const no_clients[] = { "239.1.2.3:", "239.1.2.3:{70000}", "{10.1.2.3}:5004",
                                          "{239.1.2.256}:5004", "239.1.2.3:5004,{10.1.2.3}:5004" };
static const char *const no_properties[] = { "{colour}=blue", "{ttl-mcast}=3",
                                             "{multicast-ifaces}=lo" };
static const char *const no_uris[] = {
  "",
  "mcast",
  "mcast:",
  "mcast://",
  "mcast://:5004",
  "mcast:///239.1.2.3",
  "{http}://239.1.2.3:5004",
  "{file}:///dev/null",
  "mcast://{10.1.2.3}:5004",
  "mcast://{127.0.0.1}",
  "mcast://{239.1.2.256}",
  "mcast://239.1.2.3:70000",
  "mcast://239.1.2.3:-1",
  "mcast://239.1.2.3:x",
  "mcast://[ff15::5",
  "mcast://[{::1}]:5004",
  "mcast://[{ff00::1}]:5004",
  "mcast://239.1.2.3:5004/path",
  "mcast://239.1.2.3:5004#part",
  "mcast://239.1.2.3?colour=blue",
  "mcast://239.1.2.3?interfaces",
  "mcast://239.1.2.3?loop=perhaps",
  "mcast://239.1.2.3?uri=x",
  "mcast://239.1.2.3?interfaces=a&interfaces=b",
  "mcast://239.1.2.3?%zz=1",
  "{udp}://10.1.2.3:5004",
};

#define VALUES(values) values, G_N_ELEMENTS (values)
#define SRC(settings) "mcastsrc " settings " ! fakesink", GST_URI_SRC
#define SINK(settings) "fakesrc num-buffers=1 ! mcastsink " settings, GST_URI_SINK

static const Table tables[] = {
  { "src/address", SRC ("interfaces=lo address=\"VALUE\""), FALSE, VALUES (no_groups) },
  { "src/multicast-group", SRC ("interfaces=lo multicast-group=\"VALUE\""), FALSE,
    VALUES (no_groups) },
  { "src/groups", SRC ("interfaces=lo groups=\"<(string)\\\"VALUE\\\">\""), FALSE,
    VALUES (no_groups) },
  { "src/interfaces", SRC ("address=239.1.2.3 interfaces=\"VALUE\""), FALSE,
    VALUES (no_interfaces) },
  { "src/multicast-iface", SRC ("address=239.1.2.3 multicast-iface=\"VALUE\""), FALSE,
    VALUES (no_interfaces) },
  { "src/multicast-source", SRC ("interfaces=lo address=239.1.2.3 multicast-source=\"VALUE\""),
    FALSE, VALUES (no_sources) },
  { "src/port", SRC ("port=VALUE"), TRUE, VALUES (no_ports) },
  { "src/port-word", SRC ("port=VALUE"), FALSE, VALUES (no_words) },
  { "src/buffer-size", SRC ("buffer-size=VALUE"), TRUE, VALUES (no_buffers) },
  { "src/batch-size", SRC ("batch-size=VALUE"), TRUE, VALUES (no_batches) },
  { "src/merge", SRC ("merge=VALUE"), FALSE, VALUES (no_merges) },
  { "src/reuse", SRC ("reuse=VALUE"), FALSE, VALUES (no_booleans) },
  { "src/unknown", SRC ("VALUE"), FALSE, VALUES (no_properties) },
  { "src/uri", NULL, GST_URI_SRC, FALSE, VALUES (no_uris) },
  { "sink/host", SINK ("interfaces=lo host=\"VALUE\""), FALSE, VALUES (no_groups) },
  { "sink/groups", SINK ("interfaces=lo groups=\"<(string)\\\"VALUE\\\">\""), FALSE,
    VALUES (no_groups) },
  { "sink/clients", SINK ("interfaces=lo clients=\"VALUE\""), FALSE, VALUES (no_clients) },
  { "sink/interfaces", SINK ("host=239.1.2.3 interfaces=\"VALUE\""), FALSE,
    VALUES (no_interfaces) },
  { "sink/multicast-iface", SINK ("host=239.1.2.3 multicast-iface=\"VALUE\""), FALSE,
    VALUES (no_interfaces) },
  { "sink/port", SINK ("port=VALUE"), TRUE, VALUES (no_ports) },
  { "sink/port-word", SINK ("port=VALUE"), FALSE, VALUES (no_words) },
  { "sink/ttl-mc", SINK ("ttl-mc=VALUE"), TRUE, VALUES (no_ttls) },
  { "sink/qos-dscp", SINK ("qos-dscp=VALUE"), TRUE, VALUES (no_dscps) },
  { "sink/loop", SINK ("loop=VALUE"), FALSE, VALUES (no_booleans) },
  { "sink/buffer-size", SINK ("buffer-size=VALUE"), TRUE, VALUES (no_buffers) },
  { "sink/unknown", SINK ("VALUE"), FALSE, VALUES (no_properties) },
  { "sink/uri", NULL, GST_URI_SINK, FALSE, VALUES (no_uris) },
};

int
main (int argc, char **argv)
{
  g_autofree char *reason = NULL;

  netns_test_init (&argc, &argv);
  gst_init (&argc, &argv);
  /* What GStreamer opens once and keeps. */
  reason = run_pipeline ("mcastsrc address=239.1.2.3 interfaces=nowhere0 ! fakesink");
  g_assert_nonnull (reason);
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *path = g_strdup_printf ("/bad-input-gst/%s", tables[i].name);

      g_test_add_data_func (path, &tables[i], test_table);
    }
  return g_test_run ();
}
