/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-mcastdemux
 * @title: mcastdemux
 * @short_description: separates the groups that one mcastsrc receives
 * @see_also: mcastsrc
 *
 * One mcastsrc is one stream with one caps, on any number of groups and interfaces. mcastdemux
 * separates the groups: it adds a source pad for each group and port when the first datagram
 * arrives. The name of the pad is `src_GROUP_PORT`, where `-` replaces the dots and colons of the
 * group: `src_239-1-2-3_5004`, `src_ff15--1_5004`.
 *
 * It requests `GstMcastMeta` from mcastsrc in its ALLOCATION query. Buffers without this meta are
 * dropped with a warning: if an element between the two does not forward the query, set
 * #GstMcastSrc:add-origin-meta.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 mcastsrc groups=239.1.2.3,239.1.2.4 interfaces=lo ! mcastdemux name=demux \
 *     demux.src_239-1-2-3_5004 ! queue ! filesink location=first.ts \
 *     demux.src_239-1-2-4_5004 ! queue ! filesink location=second.ts
 * ]| Two recordings with one receiver.
 *
 * Since: 0.2
 */
#include "config.h"

#include "gstmcastdemux.h"

#include <gst/base/gstflowcombiner.h>

#include "gstmcastdebug.h"
#include "gstmcastelement.h"
#include "gstmcastmeta.h"

#define GST_CAT_DEFAULT gst_mcast_debug

struct _GstMcastDemux
{
  GstElement parent;

  GstPad *sink_pad;
  /* Of the streaming thread */
  GHashTable *pads; /* name to GstPad */
  GstFlowCombiner *combiner;
  gboolean warned;
};

static GstStaticPadTemplate sink_template =
  GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate src_template =
  GST_STATIC_PAD_TEMPLATE ("src_%s", GST_PAD_SRC, GST_PAD_SOMETIMES, GST_STATIC_CAPS_ANY);

G_DEFINE_FINAL_TYPE (GstMcastDemux, gst_mcast_demux, GST_TYPE_ELEMENT)

GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (mcastdemux, "mcastdemux", GST_RANK_NONE,
                                       GST_TYPE_MCAST_DEMUX, gst_mcast_element_init (plugin))

/* --- Pads ------------------------------------------------------------------------------------ */

/* Returns @event for @pad: a stream-start event gets the stream-id of the pad. */
static GstEvent *
adapt_event (GstMcastDemux *self, GstPad *pad, GstEvent *event)
{
  g_autofree char *id = NULL;
  GstEvent *start;
  guint group_id;

  if (GST_EVENT_TYPE (event) != GST_EVENT_STREAM_START)
    return gst_event_ref (event);
  id = gst_pad_create_stream_id (pad, GST_ELEMENT (self), GST_PAD_NAME (pad));
  start = gst_event_new_stream_start (id);
  if (gst_event_parse_group_id (event, &group_id))
    gst_event_set_group_id (start, group_id);
  return start;
}

static gboolean
copy_sticky_event (GstPad *sink_pad, GstEvent **event, gpointer pad)
{
  GstMcastDemux *self = GST_MCAST_DEMUX (GST_PAD_PARENT (sink_pad));
  g_autoptr (GstEvent) copy = NULL;

  if (GST_EVENT_TYPE (*event) == GST_EVENT_EOS)
    return TRUE;
  copy = adapt_event (self, pad, *event);
  gst_pad_store_sticky_event (pad, copy);
  return TRUE;
}

static GstPad *
add_pad (GstMcastDemux *self, const char *name)
{
  GstPad *pad = gst_pad_new_from_static_template (&src_template, name);

  GST_INFO_OBJECT (self, "Adding pad %s", name);
  g_hash_table_insert (self->pads, g_strdup (name), gst_object_ref (pad));
  gst_flow_combiner_add_pad (self->combiner, pad);
  gst_pad_set_active (pad, TRUE);
  gst_pad_sticky_events_foreach (self->sink_pad, copy_sticky_event, pad);
  gst_element_add_pad (GST_ELEMENT (self), pad);
  return pad;
}

static char *
get_pad_name (const GstStructure *origin)
{
  g_autofree char *group = g_strdup (gst_structure_get_string (origin, "group"));
  guint port = 0;

  gst_structure_get_uint (origin, "port", &port);
  return g_strdup_printf ("src_%s_%u", g_strdelimit (group, ".:", '-'), port);
}

/* Returns the pad of the group of @buffer, or %NULL if it is not known. */
static GstPad *
find_pad (GstMcastDemux *self, GstBuffer *buffer)
{
  GstCustomMeta *meta = gst_buffer_get_custom_meta (buffer, GST_MCAST_META_NAME);
  g_autofree char *name = NULL;
  GstPad *pad;

  if (meta == NULL)
    return NULL;
  name = get_pad_name (gst_custom_meta_get_structure (meta));
  pad = g_hash_table_lookup (self->pads, name);
  return pad != NULL ? pad : add_pad (self, name);
}

static void
remove_pads (GstMcastDemux *self)
{
  GHashTableIter iter;
  gpointer pad;

  g_hash_table_iter_init (&iter, self->pads);
  while (g_hash_table_iter_next (&iter, NULL, &pad))
    {
      gst_flow_combiner_remove_pad (self->combiner, pad);
      gst_pad_set_active (pad, FALSE);
      gst_element_remove_pad (GST_ELEMENT (self), pad);
      g_hash_table_iter_remove (&iter);
    }
}

/* --- Data ------------------------------------------------------------------------------------ */

static void
warn_of_missing_meta (GstMcastDemux *self)
{
  if (self->warned)
    return;
  self->warned = TRUE;
  GST_ELEMENT_WARNING (self, STREAM, DEMUX,
                       ("Buffers without GstMcastMeta are dropped: put mcastdemux after mcastsrc, "
                        "or set add-origin-meta=true."),
                       (NULL));
}

/* Takes @list and pushes it, unless it is empty. */
static GstFlowReturn
push_list (GstMcastDemux *self, GstPad *pad, GstBufferList *list)
{
  if (pad == NULL || gst_buffer_list_length (list) == 0)
    {
      gst_buffer_list_unref (list);
      return GST_FLOW_OK;
    }
  return gst_flow_combiner_update_pad_flow (self->combiner, pad, gst_pad_push_list (pad, list));
}

/* Pushes consecutive buffers of one group as a list. */
static GstFlowReturn
chain_list (GstPad *sink_pad, GstObject *parent, GstBufferList *list)
{
  GstMcastDemux *self = GST_MCAST_DEMUX (parent);
  GstBufferList *part = gst_buffer_list_new ();
  GstFlowReturn flow = GST_FLOW_OK;
  GstPad *current = NULL;
  guint n = gst_buffer_list_length (list);

  for (guint i = 0; i < n && flow == GST_FLOW_OK; i++)
    {
      GstBuffer *buffer = gst_buffer_list_get (list, i);
      GstPad *pad = find_pad (self, buffer);

      if (pad != current)
        {
          flow = push_list (self, current, part);
          part = gst_buffer_list_new ();
          current = pad;
        }
      if (pad != NULL)
        gst_buffer_list_insert (part, -1, gst_buffer_ref (buffer));
      else
        warn_of_missing_meta (self);
    }
  gst_buffer_list_unref (list);
  if (flow == GST_FLOW_OK)
    return push_list (self, current, part);
  gst_buffer_list_unref (part);
  return flow;
}

static GstFlowReturn
chain (GstPad *sink_pad, GstObject *parent, GstBuffer *buffer)
{
  GstMcastDemux *self = GST_MCAST_DEMUX (parent);
  GstPad *pad = find_pad (self, buffer);

  if (pad != NULL)
    return gst_flow_combiner_update_pad_flow (self->combiner, pad, gst_pad_push (pad, buffer));
  warn_of_missing_meta (self);
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

/* --- Events and queries ---------------------------------------------------------------------- */

static gboolean
push_event (GstElement *element, GstPad *pad, gpointer event)
{
  gst_pad_push_event (pad, adapt_event (GST_MCAST_DEMUX (element), pad, event));
  return TRUE;
}

static gboolean
handle_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstMcastDemux *self = GST_MCAST_DEMUX (parent);

  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP)
    gst_flow_combiner_reset (self->combiner);
  if (GST_EVENT_TYPE (event) != GST_EVENT_STREAM_START)
    return gst_pad_event_default (pad, parent, event);
  gst_element_foreach_src_pad (GST_ELEMENT (self), push_event, event);
  gst_event_unref (event);
  return TRUE;
}

static gboolean
handle_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return gst_pad_query_default (pad, parent, query);
  gst_mcast_meta_request (query);
  return TRUE;
}

/* --- The type -------------------------------------------------------------------------------- */

static GstStateChangeReturn
gst_mcast_demux_change_state (GstElement *element, GstStateChange transition)
{
  GstMcastDemux *self = GST_MCAST_DEMUX (element);
  GstStateChangeReturn result =
    GST_ELEMENT_CLASS (gst_mcast_demux_parent_class)->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    {
      remove_pads (self);
      gst_flow_combiner_reset (self->combiner);
      self->warned = FALSE;
    }
  return result;
}

static void
gst_mcast_demux_finalize (GObject *object)
{
  GstMcastDemux *self = GST_MCAST_DEMUX (object);

  g_hash_table_unref (self->pads);
  gst_flow_combiner_unref (self->combiner);
  G_OBJECT_CLASS (gst_mcast_demux_parent_class)->finalize (object);
}

static void
gst_mcast_demux_class_init (GstMcastDemuxClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_mcast_demux_finalize;
  element_class->change_state = gst_mcast_demux_change_state;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Multicast group separator",
                                         "Demuxer/Network",
                                         "Separates the groups that one mcastsrc receives",
                                         "The mcast developers");
}

static void
gst_mcast_demux_init (GstMcastDemux *self)
{
  self->pads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, gst_object_unref);
  self->combiner = gst_flow_combiner_new ();
  self->sink_pad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sink_pad, chain);
  gst_pad_set_chain_list_function (self->sink_pad, chain_list);
  gst_pad_set_event_function (self->sink_pad, handle_event);
  gst_pad_set_query_function (self->sink_pad, handle_query);
  gst_element_add_pad (GST_ELEMENT (self), self->sink_pad);
}
