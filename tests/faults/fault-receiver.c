/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fault-receiver.h"

#include <gst/app/app.h>
#include <gst/gst.h>

#include "lib-test.h"

struct _FaultReceiver
{
  McastRxSocket *rx;
  GstElement *pipeline;
};

/* The error of a pipeline that does not start. */
static void
take_error (GstElement *pipeline, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);

  g_assert_nonnull (message);
  gst_message_parse_error (message, error, NULL);
}

/* What GLib and GStreamer need to wait is made at the first wait, and they end the program where it
 * cannot be: later there may be no descriptors. */
static void
await_first_wait (GstElement *pipeline)
{
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gboolean has_waited = FALSE;

  while (!has_waited)
    {
      g_autoptr (GstMessage) message =
        gst_bus_timed_pop_filtered (bus, NETNS_DEADLINE_MS * GST_MSECOND, GST_MESSAGE_ELEMENT);

      g_assert_nonnull (message);
      has_waited = gst_message_has_name (message, "GstUDPSrcTimeout");
    }
  g_object_set (source, "timeout", (guint64) 0, NULL);
}

static gboolean
open_pipeline (FaultReceiver *self, const char *const *groups, const char *const *interfaces,
               gboolean wait_for_interfaces, GError **error)
{
  g_autofree char *group_list = g_strjoinv ("\",\"", (char **) groups);
  g_autofree char *interface_list = g_strjoinv (",", (char **) interfaces);
  g_autofree char *description =
    g_strdup_printf ("mcastsrc name=source groups=<\"%s\"> port=%d interfaces=%s "
                     "wait-for-interfaces=%d timeout=1000000 "
                     "! appsink name=out sync=false async=false",
                     group_list, FAULT_RECEIVER_PORT, interface_list, wait_for_interfaces);
  g_autoptr (GError) failure = NULL;

  self->pipeline = gst_parse_launch (description, &failure);
  g_assert_no_error (failure);
  if (gst_element_set_state (self->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
    {
      take_error (self->pipeline, error);
      return FALSE;
    }
  await_first_wait (self->pipeline);
  return TRUE;
}

FaultReceiver *
fault_receiver_new (gboolean element, const char *const *groups, const char *const *interfaces,
                    gboolean wait_for_interfaces, GError **error)
{
  FaultReceiver *self = g_new0 (FaultReceiver, 1);
  gboolean opened;

  if (element)
    opened = open_pipeline (self, groups, interfaces, wait_for_interfaces, error);
  else
    {
      self->rx = g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, error, "groups", groups, "port",
                                 FAULT_RECEIVER_PORT, "interfaces", interfaces,
                                 "wait-for-interfaces", wait_for_interfaces, "timeout-us",
                                 (gint64) NETNS_DEADLINE_MS * 1000, NULL);
      opened = self->rx != NULL;
    }
  if (opened)
    return self;
  fault_receiver_free (self);
  return NULL;
}

void
fault_receiver_free (FaultReceiver *self)
{
  g_clear_object (&self->rx);
  if (self->pipeline != NULL)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_clear_pointer (&self->pipeline, gst_object_unref);
  g_free (self);
}

const char *
fault_receiver_name (FaultReceiver *self)
{
  return self->pipeline != NULL ? "mcastsrc" : "library";
}

void
fault_receiver_assert_receives (FaultReceiver *self, const char *text)
{
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstSample) sample = NULL;
  GstMapInfo map;

  if (self->rx != NULL)
    {
      rx_assert_receives (self->rx, text);
      return;
    }
  sink = gst_bin_get_by_name (GST_BIN (self->pipeline), "out");
  sample = gst_app_sink_try_pull_sample (GST_APP_SINK (sink), NETNS_DEADLINE_MS * GST_MSECOND);
  g_assert_nonnull (sample);
  g_assert_true (gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ));
  g_assert_cmpmem (map.data, map.size, text, strlen (text));
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
}

static gboolean
is_path (const GstStructure *path, const char *group, const char *iface, const char *state)
{
  return g_strcmp0 (gst_structure_get_string (path, "group"), group) == 0
         && g_strcmp0 (gst_structure_get_string (path, "interface"), iface) == 0
         && g_strcmp0 (gst_structure_get_string (path, "state"), state) == 0;
}

gboolean
fault_receiver_is (FaultReceiver *self, const char *group, const char *iface, const char *state)
{
  g_autoptr (GstElement) source = NULL;
  g_autoptr (GstStructure) stats = NULL;
  const GValue *paths;

  if (self->rx != NULL)
    return rx_path_is (self->rx, group, iface, state);
  source = gst_bin_get_by_name (GST_BIN (self->pipeline), "source");
  g_object_get (source, "stats", &stats, NULL);
  paths = gst_structure_get_value (stats, "paths");
  for (guint i = 0; i < gst_value_array_get_size (paths); i++)
    if (is_path (gst_value_get_structure (gst_value_array_get_value (paths, i)), group, iface,
                 state))
      return TRUE;
  return FALSE;
}
