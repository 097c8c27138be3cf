/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench-src.h"

/* More than a sink keeps at a time: two lists, or a few buffers. */
#define MAX_BUFFERS 130
#define FEW_BUFFERS 4

typedef struct
{
  guint8 *data;
  GstBuffer *buffer;
} Slot;

/* Not a GstBaseSrc, which costs as much for a buffer as some sinks do. */
struct _BenchSrc
{
  GstElement parent_instance;

  guint per_buffer;
  guint per_list;

  GstPad *pad;
  Slot slots[MAX_BUFFERS];
  guint next;
  guint64 sequence;
};

typedef enum
{
  PROP_PER_BUFFER = 1,
  PROP_PER_LIST,
} BenchSrcProperty;

static BenchMeter *the_meter;

static GstStaticPadTemplate template = GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS,
                                                                GST_STATIC_CAPS_ANY);

G_DEFINE_FINAL_TYPE (BenchSrc, bench_src, GST_TYPE_ELEMENT)

static gsize
get_size (BenchSrc *self)
{
  return (gsize) self->per_buffer * (gsize) the_meter->options->size;
}

static void
fill_slot (BenchSrc *self, Slot *slot)
{
  gsize size = get_size (self);

  slot->data = g_malloc0 (size);
  slot->buffer = gst_buffer_new_wrapped (slot->data, size);
}

/* The buffers go round, so that what is measured is the sink and not the making of buffers; no more
 * of them than needed, for plain sockets send from memory that the processor has at hand, too. */
static GstBuffer *
next_buffer (BenchSrc *self, gint64 now)
{
  guint n_slots = MAX (2 * self->per_list + 2, FEW_BUFFERS);
  Slot *slot = &self->slots[self->next];

  self->next = (self->next + 1) % n_slots;
  if (slot->buffer == NULL)
    fill_slot (self, slot);
  if (!gst_buffer_is_writable (slot->buffer))
    bench_fail ("The sink keeps more than %u buffers", n_slots);
  bench_write_heads (slot->data, get_size (self), (guint) the_meter->options->size, &self->sequence,
                     now);
  return gst_buffer_ref (slot->buffer);
}

static GstFlowReturn
push_list (BenchSrc *self, gint64 now)
{
  GstBufferList *list = gst_buffer_list_new_sized (self->per_list);

  for (guint i = 0; i < self->per_list; i++)
    gst_buffer_list_add (list, next_buffer (self, now));
  return gst_pad_push_list (self->pad, list);
}

static void
push_start (BenchSrc *self)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->pad, gst_event_new_stream_start ("bench"));
  gst_pad_push_event (self->pad, gst_event_new_segment (&segment));
}

static void
run (gpointer data)
{
  BenchSrc *self = data;
  guint n = self->per_buffer * MAX (self->per_list, 1);
  GstFlowReturn flow = GST_FLOW_OK;
  BenchClock clock;

  push_start (self);
  bench_clock_start (&clock, the_meter->options);
  while (flow == GST_FLOW_OK && bench_clock_tick (&clock, n))
    {
      if (self->per_list > 0)
        flow = push_list (self, clock.now);
      else
        flow = gst_pad_push (self->pad, next_buffer (self, clock.now));
      bench_meter_count (the_meter, n);
    }
  if (flow != GST_FLOW_OK)
    bench_fail ("The sink refuses: %s", gst_flow_get_name (flow));
  gst_pad_push_event (self->pad, gst_event_new_eos ());
  gst_pad_pause_task (self->pad);
}

static gboolean
activate (GstPad *pad, GstObject *parent, GstPadMode mode, gboolean active)
{
  if (mode != GST_PAD_MODE_PUSH)
    return FALSE;
  return active ? gst_pad_start_task (pad, run, parent, NULL) : gst_pad_stop_task (pad);
}

static void
bench_src_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BenchSrc *self = BENCH_SRC (object);

  switch ((BenchSrcProperty) id)
    {
    case PROP_PER_BUFFER:
      self->per_buffer = g_value_get_uint (value);
      break;
    case PROP_PER_LIST:
      self->per_list = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bench_src_finalize (GObject *object)
{
  BenchSrc *self = BENCH_SRC (object);

  for (guint i = 0; i < MAX_BUFFERS; i++)
    gst_clear_buffer (&self->slots[i].buffer);
  G_OBJECT_CLASS (bench_src_parent_class)->finalize (object);
}

static void
bench_src_class_init (BenchSrcClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS;

  object_class->set_property = bench_src_set_property;
  object_class->finalize = bench_src_finalize;
  g_object_class_install_property (object_class, PROP_PER_BUFFER,
                                   g_param_spec_uint ("per-buffer", "Per buffer",
                                                      "Datagrams in a buffer", 1, 64, 1, flags));
  g_object_class_install_property (object_class, PROP_PER_LIST,
                                   g_param_spec_uint ("per-list", "Per list", "Buffers in a list",
                                                      0, 64, 0, flags));
  gst_element_class_add_static_pad_template (element_class, &template);
  gst_element_class_set_static_metadata (element_class, "Generator", "Source",
                                         "Makes numbered datagrams", "The mcast developers");
}

static void
bench_src_init (BenchSrc *self)
{
  self->pad = gst_pad_new_from_static_template (&template, "src");
  gst_pad_set_activatemode_function (self->pad, activate);
  gst_element_add_pad (GST_ELEMENT (self), self->pad);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SOURCE);
}

void
bench_src_register (BenchMeter *meter)
{
  the_meter = meter;
  gst_element_register (NULL, "benchsrc", GST_RANK_NONE, BENCH_TYPE_SRC);
}
