/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/net/net.h>

#include "gst-test.h"

/* The metas of mcastsrc belong to one buffer each, although buffers return to a pool. */

/* More than the pool creates at first, so that buffers are used again. */
#define N_BUFFERS 60

static GstElement *
launch_playing (const char *properties)
{
  g_autofree char *description = g_strdup_printf ("mcastsrc name=src address=" TEST_GROUP
                                                  " interfaces=lo batch-size=1 %s "
                                                  "! appsink name=out sync=false async=false",
                                                  properties);
  GstElement *pipeline = gst_test_launch (description);

  gst_test_play (pipeline);
  return pipeline;
}

static GstBuffer *
send_and_pull (GstElement *pipeline, GSocket *sender)
{
  plain_send_data (sender, NULL, "x", 1);
  return gst_buffer_make_writable (gst_test_pull (pipeline));
}

static GSocket *
lo_sender (void)
{
  return plain_sender_new_to (netns_home (), "lo", TEST_GROUP, TEST_PORT);
}

/* --- On request ------------------------------------------------------------------------------ */

static void
test_by_default (void)
{
  GstElement *pipeline = launch_playing ("");
  g_autoptr (GSocket) sender = lo_sender ();
  g_autoptr (GstBuffer) buffer = send_and_pull (pipeline, sender);
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "src");
  GstStructure *origin;

  g_signal_emit_by_name (src, "get-origin", buffer, &origin);
  g_assert_null (origin);
  g_assert_null (gst_buffer_get_custom_meta (buffer, "GstMcastMeta"));
  g_assert_null (gst_buffer_get_reference_timestamp_meta (buffer, NULL));
  g_assert_nonnull (gst_buffer_get_net_address_meta (buffer));
  gst_test_stop (pipeline);
}

static GstPadProbeReturn
request_meta (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;
  gst_query_add_allocation_meta (query, gst_meta_get_info ("GstMcastMeta")->api, NULL);
  return GST_PAD_PROBE_HANDLED;
}

static void
test_request_from_downstream (void)
{
  GstElement *pipeline = gst_test_launch ("mcastsrc address=" TEST_GROUP " interfaces=lo "
                                          "! appsink name=out sync=false async=false");
  g_autoptr (GstElement) out = gst_test_get_element (pipeline, "out");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (out, "sink");
  g_autoptr (GSocket) sender = lo_sender ();
  g_autoptr (GstBuffer) buffer = NULL;

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, request_meta, NULL, NULL);
  gst_test_play (pipeline);
  buffer = send_and_pull (pipeline, sender);
  g_assert_nonnull (gst_buffer_get_custom_meta (buffer, "GstMcastMeta"));
  gst_test_stop (pipeline);
}

/* --- Changes by the application -------------------------------------------------------------- */

static void
assert_original (GstBuffer *buffer, GSocket *sender)
{
  GstCustomMeta *origin = gst_buffer_get_custom_meta (buffer, "GstMcastMeta");
  GstReferenceTimestampMeta *arrival = gst_buffer_get_reference_timestamp_meta (buffer, NULL);
  GstNetAddressMeta *address = gst_buffer_get_net_address_meta (buffer);
  GstStructure *structure;

  g_assert_nonnull (origin);
  structure = gst_custom_meta_get_structure (origin);
  g_assert_cmpstr (gst_structure_get_string (structure, "interface"), ==, "lo");
  g_assert_false (gst_structure_has_field (structure, "mine"));
  g_assert_cmpint (gst_structure_n_fields (structure), ==, 5);
  g_assert_nonnull (arrival);
  g_assert_cmpuint (arrival->duration, ==, GST_CLOCK_TIME_NONE);
  g_assert_nonnull (address);
  g_assert_cmpuint (plain_address_port (address->addr), ==, plain_local_port (sender));
  g_assert_cmpuint (gst_buffer_get_n_meta (buffer, gst_meta_get_info ("GstMcastMeta")->api), ==, 1);
  g_assert_cmpuint (gst_buffer_get_n_meta (buffer, GST_REFERENCE_TIMESTAMP_META_API_TYPE), ==, 1);
  g_assert_cmpuint (gst_buffer_get_n_meta (buffer, GST_NET_ADDRESS_META_API_TYPE), ==, 1);
}

/* What an application writes into metas stays on that buffer. */
static void
test_edit (void)
{
  GstElement *pipeline = launch_playing ("add-origin-meta=true add-reference-timestamp-meta=true");
  g_autoptr (GSocket) sender = lo_sender ();
  g_autoptr (GSocketAddress) other = g_inet_socket_address_new_from_string ("127.0.0.9", 9);
  g_autoptr (GstCaps) ntp = gst_caps_new_empty_simple ("timestamp/x-ntp");

  for (guint i = 0; i < N_BUFFERS; i++)
    {
      g_autoptr (GstBuffer) buffer = send_and_pull (pipeline, sender);
      GstReferenceTimestampMeta *arrival;

      assert_original (buffer, sender);
      gst_structure_set (gst_custom_meta_get_structure (
                           gst_buffer_get_custom_meta (buffer, "GstMcastMeta")),
                         "interface", G_TYPE_STRING, "changed", "mine", G_TYPE_INT, 1, NULL);
      arrival = gst_buffer_get_reference_timestamp_meta (buffer, NULL);
      arrival->duration = 1;
      gst_caps_replace (&arrival->reference, ntp);
      g_set_object (&gst_buffer_get_net_address_meta (buffer)->addr, other);
    }
  gst_test_stop (pipeline);
}

static void
test_remove (void)
{
  GstElement *pipeline = launch_playing ("add-origin-meta=true add-reference-timestamp-meta=true");
  g_autoptr (GSocket) sender = lo_sender ();

  for (guint i = 0; i < N_BUFFERS; i++)
    {
      g_autoptr (GstBuffer) buffer = send_and_pull (pipeline, sender);
      GstCustomMeta *origin;

      assert_original (buffer, sender);
      origin = gst_buffer_get_custom_meta (buffer, "GstMcastMeta");
      g_assert_true (gst_buffer_remove_meta (buffer, &origin->meta));
      g_assert_null (gst_buffer_get_custom_meta (buffer, "GstMcastMeta"));
      g_assert_true (
        gst_buffer_remove_meta (buffer, &gst_buffer_get_net_address_meta (buffer)->meta));
      g_assert_true (
        gst_buffer_remove_meta (buffer,
                                &gst_buffer_get_reference_timestamp_meta (buffer, NULL)->parent));
    }
  gst_test_stop (pipeline);
}

int
main (int argc, char **argv)
{
  gst_test_init (&argc, &argv);

  g_test_add_func ("/mcastsrc-metas/by-default", test_by_default);
  g_test_add_func ("/mcastsrc-metas/request-from-downstream", test_request_from_downstream);
  g_test_add_func ("/mcastsrc-metas/edit", test_edit);
  g_test_add_func ("/mcastsrc-metas/remove", test_remove);
  return g_test_run ();
}
