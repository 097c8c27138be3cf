/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastmeta.h"

#include <gst/net/net.h>

/* The details of a datagram as metas of its buffer.
 *
 * GstMcastMeta is a GstCustomMeta, which every binding can read without another API:
 *
 *     meta = buffer.get_custom_meta ("GstMcastMeta")
 *     print (meta.get_structure ().get_string ("interface")) */

static const GstMetaInfo *origin_meta_info;
static GstCaps *unix_time_caps;

void
gst_mcast_meta_register (void)
{
  /* No tags: it remains valid when the payload changes. */
  static const char *tags[] = { NULL };

  origin_meta_info = gst_meta_register_custom (GST_MCAST_META_NAME, tags, NULL, NULL, NULL);
  unix_time_caps = gst_caps_new_empty_simple ("timestamp/x-unix");
  GST_MINI_OBJECT_FLAG_SET (unix_time_caps, GST_MINI_OBJECT_FLAG_MAY_BE_LEAKED);
}

/* Requests GstMcastMeta in an ALLOCATION query. */
void
gst_mcast_meta_request (GstQuery *query)
{
  gst_query_add_allocation_meta (query, origin_meta_info->api, NULL);
}

/* Returns whether an element downstream requests GstMcastMeta in its ALLOCATION query. */
gboolean
gst_mcast_meta_is_requested (GstQuery *query)
{
  return gst_query_find_allocation_meta (query, origin_meta_info->api, NULL);
}

/* Adds where a datagram was sent to and how it arrived. */
void
gst_mcast_meta_add_origin (GstBuffer *buffer, const McastRxMessage *message)
{
  GstCustomMeta *meta = gst_buffer_add_custom_meta (buffer, GST_MCAST_META_NAME);
  g_autofree char *group = g_inet_address_to_string (message->group);

  gst_structure_set (gst_custom_meta_get_structure (meta), "group", G_TYPE_STRING, group, "port",
                     G_TYPE_UINT, message->port, "interface", G_TYPE_STRING,
                     message->interface_name, "interface-index", G_TYPE_UINT,
                     message->interface_index, "hop-limit", G_TYPE_INT, message->hop_limit, NULL);
}

/* Adds the kernel's arrival time, if it is known. */
void
gst_mcast_meta_add_arrival (GstBuffer *buffer, const McastRxMessage *message)
{
  if (message->arrival_time != 0)
    gst_buffer_add_reference_timestamp_meta (buffer, unix_time_caps,
                                             (GstClockTime) message->arrival_time,
                                             GST_CLOCK_TIME_NONE);
}

/* Sets the sender of @buffer, which is from a pool. Buffers return to the pool with this meta
 * (which is marked as pooled), because every buffer has it by default: a steady stream allocates
 * nothing. */
void
gst_mcast_meta_set_sender (GstBuffer *buffer, const McastRxMessage *message)
{
  GstNetAddressMeta *meta = gst_buffer_get_net_address_meta (buffer);

  if (meta == NULL)
    {
      meta = gst_buffer_add_net_address_meta (buffer, G_SOCKET_ADDRESS (message->source));
      GST_META_FLAG_SET (&meta->meta, GST_META_FLAG_POOLED);
    }
  else if (meta->addr != G_SOCKET_ADDRESS (message->source))
    g_set_object (&meta->addr, G_SOCKET_ADDRESS (message->source));
}
