/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastmeta.h"

#include <gst/net/net.h>

/* What the kernel said of a datagram, as metas of its buffer. The buffers come back from the pool
 * with the metas of their last datagram (they are marked as pooled), so that a steady stream finds
 * them filled in already and allocates nothing.
 *
 * GstMcastMeta is a GstCustomMeta, which every binding reads without an API of ours:
 *
 *     meta = buffer.get_custom_meta ("GstMcastMeta")
 *     print (meta.get_structure ().get_string ("interface"))
 */

static const GstMetaInfo *mcast_meta_info;
static GstCaps *unix_time_caps;
static GQuark group_text_quark;
static GQuark group_quark;
static GQuark port_quark;
static GQuark interface_quark;
static GQuark interface_index_quark;
static GQuark hop_limit_quark;

void
gst_mcast_meta_register (void)
{
  /* No tags: it stays true whatever becomes of the payload. */
  static const char *tags[] = { NULL };

  mcast_meta_info = gst_meta_register_custom (GST_MCAST_META_NAME, tags, NULL, NULL, NULL);
  unix_time_caps = gst_caps_new_empty_simple ("timestamp/x-unix");
  GST_MINI_OBJECT_FLAG_SET (unix_time_caps, GST_MINI_OBJECT_FLAG_MAY_BE_LEAKED);
  group_text_quark = g_quark_from_static_string ("gst-mcast-group-text");
  group_quark = g_quark_from_static_string ("group");
  port_quark = g_quark_from_static_string ("port");
  interface_quark = g_quark_from_static_string ("interface");
  interface_index_quark = g_quark_from_static_string ("interface-index");
  hop_limit_quark = g_quark_from_static_string ("hop-limit");
}

/* The text stays with the address, which the socket hands out again with every datagram. */
static const char *
text_of (GInetAddress *group)
{
  char *text = g_object_get_qdata (G_OBJECT (group), group_text_quark);

  if (text == NULL)
    {
      text = g_inet_address_to_string (group);
      g_object_set_qdata_full (G_OBJECT (group), group_text_quark, text, g_free);
    }
  return text;
}

static gboolean
has_uint (const GstStructure *structure, GQuark field, guint wanted)
{
  const GValue *value = gst_structure_id_get_value (structure, field);

  return value != NULL && g_value_get_uint (value) == wanted;
}

static gboolean
has_int (const GstStructure *structure, GQuark field, int wanted)
{
  const GValue *value = gst_structure_id_get_value (structure, field);

  return value != NULL && g_value_get_int (value) == wanted;
}

static gboolean
has_text (const GstStructure *structure, GQuark field, const char *wanted)
{
  const GValue *value = gst_structure_id_get_value (structure, field);

  return value != NULL && g_strcmp0 (g_value_get_string (value), wanted) == 0;
}

static gboolean
is_filled_in (const GstStructure *structure, const McastRxMessage *message, const char *group)
{
  return has_uint (structure, interface_index_quark, message->interface_index)
         && has_uint (structure, port_quark, message->port)
         && has_int (structure, hop_limit_quark, message->hop_limit)
         && has_text (structure, interface_quark, message->interface_name)
         && has_text (structure, group_quark, group);
}

static void
mark_pooled (GstMeta *meta)
{
  GST_META_FLAG_SET (meta, GST_META_FLAG_POOLED);
}

void
gst_mcast_meta_set (GstBuffer *buffer, const McastRxMessage *message)
{
  GstCustomMeta *meta = (GstCustomMeta *) gst_buffer_get_meta (buffer, mcast_meta_info->api);
  const char *group = text_of (message->group);
  GstStructure *structure;

  if (meta == NULL)
    {
      meta = gst_buffer_add_custom_meta (buffer, GST_MCAST_META_NAME);
      mark_pooled (&meta->meta);
    }
  structure = gst_custom_meta_get_structure (meta);
  if (is_filled_in (structure, message, group))
    return;
  gst_structure_id_set (structure,
                        group_quark, G_TYPE_STRING, group,
                        port_quark, G_TYPE_UINT, message->port,
                        interface_quark, G_TYPE_STRING, message->interface_name,
                        interface_index_quark, G_TYPE_UINT, message->interface_index,
                        hop_limit_quark, G_TYPE_INT, message->hop_limit, NULL);
}

/* @sender: NULL takes the one of an earlier use of the buffer away */
void
gst_mcast_meta_set_sender (GstBuffer *buffer, GSocketAddress *sender)
{
  GstNetAddressMeta *meta = gst_buffer_get_net_address_meta (buffer);

  if (meta == NULL && sender != NULL)
    mark_pooled (&gst_buffer_add_net_address_meta (buffer, sender)->meta);
  else if (meta != NULL && sender != NULL)
    g_set_object (&meta->addr, sender);
  else if (meta != NULL)
    gst_buffer_remove_meta (buffer, &meta->meta);
}

/* @arrival: nanoseconds since 1970, or GST_CLOCK_TIME_NONE to take an earlier one away */
void
gst_mcast_meta_set_arrival (GstBuffer *buffer, GstClockTime arrival)
{
  GstReferenceTimestampMeta *meta =
    gst_buffer_get_reference_timestamp_meta (buffer, unix_time_caps);

  if (meta == NULL && arrival != GST_CLOCK_TIME_NONE)
    mark_pooled (&gst_buffer_add_reference_timestamp_meta (buffer, unix_time_caps, arrival,
                                                           GST_CLOCK_TIME_NONE)->parent);
  else if (meta != NULL && arrival != GST_CLOCK_TIME_NONE)
    meta->timestamp = arrival;
  else if (meta != NULL)
    gst_buffer_remove_meta (buffer, &meta->parent);
}
