/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A pipeline, run in this process, whose time and memory are counted.
 *
 *   receive  --pipeline 'udpsrc ... ! benchsink'
 *   hold     the same, but what arrives is kept, as a queue that is not read keeps it
 *   send     --pipeline 'benchsrc ... ! udpsink ...'
 *
 * In place of benchsink another sink may stand, named "out". */

#include <gst/gst.h>
#include <stdlib.h>
#include <string.h>

#include "bench-sink.h"
#include "bench-src.h"
#include "bench.h"

/* An element or property that is not there is not a fault of this program. */
static GstElement *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch_full (text, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);

  if (error != NULL)
    bench_skip ("%s", error->message);
  return pipeline;
}

static void
start (GstElement *pipeline)
{
  if (gst_element_set_state (pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE
      || gst_element_get_state (pipeline, NULL, NULL, GST_CLOCK_TIME_NONE)
           == GST_STATE_CHANGE_FAILURE)
    {
      g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
      g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
      g_autoptr (GError) error = NULL;

      if (message != NULL)
        gst_message_parse_error (message, &error, NULL);
      bench_fail ("The pipeline does not start: %s", error != NULL ? error->message : "?");
    }
}

static void
wait_for_end (GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
                                                               GST_MESSAGE_EOS | GST_MESSAGE_ERROR
                                                                 | GST_MESSAGE_APPLICATION);
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return;
  gst_message_parse_error (message, &error, NULL);
  bench_fail ("%s: %s", GST_MESSAGE_SRC_NAME (message), error->message);
}

static GstPadProbeReturn
on_data (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstElement *out = gst_pad_get_parent_element (pad);

  if (GST_IS_BUFFER (info->data))
    bench_count_buffer (out, data, GST_PAD_PROBE_INFO_BUFFER (info));
  else
    bench_count_list (out, data, GST_PAD_PROBE_INFO_BUFFER_LIST (info));
  gst_object_unref (out);
  return GST_PAD_PROBE_OK;
}

/* A sink that cannot count, counted at its entrance. */
static void
watch (GstElement *pipeline, BenchMeter *meter)
{
  g_autoptr (GstElement) out = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  g_autoptr (GstPad) pad = NULL;

  if (out == NULL)
    return;
  pad = gst_element_get_static_pad (out, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_data,
                     meter, NULL);
}

static void
run (const BenchOptions *options)
{
  g_autoptr (GstElement) pipeline = NULL;
  gboolean sends = strcmp (options->mode, "send") == 0;
  BenchMeter meter;

  bench_meter_init (&meter, options);
  bench_sink_register (sends ? NULL : &meter, strcmp (options->mode, "hold") == 0);
  bench_src_register (&meter);
  pipeline = parse (options->pipeline);
  watch (pipeline, &meter);
  if (sends)
    bench_meter_ready (&meter);
  start (pipeline);
  if (!sends)
    bench_meter_ready (&meter);
  wait_for_end (pipeline);
  bench_meter_stop (&meter);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  bench_meter_print (&meter);
  bench_meter_clear (&meter);
}

int
main (int argc, char **argv)
{
  BenchOptions options;

  gst_init (NULL, NULL);
  bench_options_parse (&options, argc, argv);
  if (options.pipeline == NULL)
    bench_fail ("--pipeline is needed");
  run (&options);
  bench_options_clear (&options);
  return EXIT_SUCCESS;
}
