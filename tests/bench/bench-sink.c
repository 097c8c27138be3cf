/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench-sink.h"

struct _BenchSink
{
  GstElement parent_instance;

  GPtrArray *held;
};

static BenchMeter *the_meter;
static gboolean holds;

static GstStaticPadTemplate template =
  GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

G_DEFINE_FINAL_TYPE (BenchSink, bench_sink, GST_TYPE_ELEMENT)

static void
look (BenchMeter *meter, GstBuffer *buffer)
{
  GstMapInfo map;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return;
  bench_meter_look (meter, map.data, map.size);
  gst_buffer_unmap (buffer, &map);
}

/* How many datagrams there are in @buffer; 0 when it is the end. */
static guint
take (GstElement *element, BenchMeter *meter, GstBuffer *buffer)
{
  gsize size = gst_buffer_get_size (buffer);

  if (size == BENCH_END_SIZE)
    {
      GstStructure *structure = gst_structure_new_empty ("bench-end");

      gst_element_post_message (element,
                                gst_message_new_application (GST_OBJECT (element), structure));
      return 0;
    }
  if (bench_meter_looks (meter))
    look (meter, buffer);
  return bench_meter_split (meter, size);
}

gboolean
bench_count_buffer (GstElement *element, BenchMeter *meter, GstBuffer *buffer)
{
  guint n = take (element, meter, buffer);

  if (n > 0)
    bench_meter_count (meter, n);
  return n > 0;
}

gboolean
bench_count_list (GstElement *element, BenchMeter *meter, GstBufferList *list)
{
  guint length = gst_buffer_list_length (list);
  guint n_datagrams = 0;
  gboolean is_sound = TRUE;

  for (guint i = 0; i < length && is_sound; i++)
    {
      guint n = take (element, meter, gst_buffer_list_get (list, i));

      n_datagrams += n;
      is_sound = n > 0;
    }
  if (n_datagrams > 0)
    bench_meter_count (meter, n_datagrams);
  return is_sound;
}

static void
keep_or_drop (BenchSink *self, GstMiniObject *object)
{
  if (holds)
    g_ptr_array_add (self->held, object);
  else
    gst_mini_object_unref (object);
}

static gboolean
on_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    gst_element_post_message (GST_ELEMENT (parent), gst_message_new_eos (parent));
  gst_event_unref (event);
  return TRUE;
}

static GstFlowReturn
chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  if (the_meter != NULL)
    bench_count_buffer (GST_ELEMENT (parent), the_meter, buffer);
  keep_or_drop (BENCH_SINK (parent), GST_MINI_OBJECT (buffer));
  return GST_FLOW_OK;
}

static GstFlowReturn
chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  if (the_meter != NULL)
    bench_count_list (GST_ELEMENT (parent), the_meter, list);
  keep_or_drop (BENCH_SINK (parent), GST_MINI_OBJECT (list));
  return GST_FLOW_OK;
}

static void
bench_sink_finalize (GObject *object)
{
  g_ptr_array_unref (BENCH_SINK (object)->held);
  G_OBJECT_CLASS (bench_sink_parent_class)->finalize (object);
}

static void
bench_sink_class_init (BenchSinkClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = bench_sink_finalize;
  gst_element_class_add_static_pad_template (element_class, &template);
  gst_element_class_set_static_metadata (element_class, "Counter", "Sink", "Counts datagrams",
                                         "The mcast developers");
}

static void
bench_sink_init (BenchSink *self)
{
  GstPad *pad = gst_pad_new_from_static_template (&template, "sink");

  self->held = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_mini_object_unref);
  gst_pad_set_event_function (pad, on_event);
  gst_pad_set_chain_function (pad, chain);
  gst_pad_set_chain_list_function (pad, chain_list);
  gst_element_add_pad (GST_ELEMENT (self), pad);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SINK);
}

void
bench_sink_register (BenchMeter *meter, gboolean hold)
{
  the_meter = meter;
  holds = hold;
  gst_element_register (NULL, "benchsink", GST_RANK_NONE, BENCH_TYPE_SINK);
}
