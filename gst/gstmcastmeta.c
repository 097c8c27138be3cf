/* SPDX-FileCopyrightText: 2026 The mcast authors */
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
 *     print (meta.get_structure ().get_string ("interface")) */

/* What GstMcastMeta of the same buffer was filled in with: to compare this is much cheaper than to
 * look at the fields of a structure. It is never copied to another buffer. */
typedef struct
{
  GstMeta meta;
  GstMcastOrigin *origin;
} OriginMeta;

static const GstMetaInfo *origin_meta_info;
static GstCaps *unix_time_caps;

static gboolean
origin_meta_init (GstMeta *meta, gpointer parameters, GstBuffer *buffer)
{
  ((OriginMeta *) meta)->origin = NULL;
  return TRUE;
}

static void
origin_meta_free (GstMeta *meta, GstBuffer *buffer)
{
  g_clear_pointer (&((OriginMeta *) meta)->origin, gst_mcast_origin_unref);
}

static void
register_origin_meta (void)
{
  static const char *tags[] = { NULL };
  GType api = gst_meta_api_type_register ("GstMcastOriginMetaAPI", tags);

  origin_meta_info = gst_meta_register (api, "GstMcastOriginMeta", sizeof (OriginMeta),
                                        origin_meta_init, origin_meta_free, NULL);
}

void
gst_mcast_meta_register (void)
{
  /* No tags: it stays true whatever becomes of the payload. */
  static const char *tags[] = { NULL };

  gst_meta_register_custom (GST_MCAST_META_NAME, tags, NULL, NULL, NULL);
  register_origin_meta ();
  unix_time_caps = gst_caps_new_empty_simple ("timestamp/x-unix");
  GST_MINI_OBJECT_FLAG_SET (unix_time_caps, GST_MINI_OBJECT_FLAG_MAY_BE_LEAKED);
}

static void
mark_pooled (GstMeta *meta)
{
  GST_META_FLAG_SET (meta, GST_META_FLAG_POOLED);
}

/* Locked, since each of the two relies on the other to be there. */
static OriginMeta *
add_metas (GstBuffer *buffer)
{
  GstCustomMeta *custom = gst_buffer_add_custom_meta (buffer, GST_MCAST_META_NAME);
  OriginMeta *origin = (OriginMeta *) gst_buffer_add_meta (buffer, origin_meta_info, NULL);

  GST_META_FLAG_SET (&custom->meta, GST_META_FLAG_POOLED | GST_META_FLAG_LOCKED);
  GST_META_FLAG_SET (&origin->meta, GST_META_FLAG_POOLED | GST_META_FLAG_LOCKED);
  return origin;
}

static void
fill_in (GstBuffer *buffer, OriginMeta *meta, GstMcastOrigin *origin)
{
  GstCustomMeta *custom = gst_buffer_get_custom_meta (buffer, GST_MCAST_META_NAME);

  g_clear_pointer (&meta->origin, gst_mcast_origin_unref);
  meta->origin = gst_mcast_origin_ref (origin);
  gst_mcast_origin_describe (origin, gst_custom_meta_get_structure (custom));
}

/* @buffer is from a pool, and only these functions put metas on it there. */
void
gst_mcast_meta_set (GstBuffer *buffer, GstMcastOrigin *origin)
{
  OriginMeta *meta = (OriginMeta *) gst_buffer_get_meta (buffer, origin_meta_info->api);

  if (meta == NULL)
    meta = add_metas (buffer);
  if (meta->origin != origin)
    fill_in (buffer, meta, origin);
}

void
gst_mcast_meta_set_sender (GstBuffer *buffer, GSocketAddress *sender)
{
  GstNetAddressMeta *meta = gst_buffer_get_net_address_meta (buffer);

  if (meta == NULL)
    mark_pooled (&gst_buffer_add_net_address_meta (buffer, sender)->meta);
  else if (meta->addr != sender)
    g_set_object (&meta->addr, sender);
}

/* @arrival: nanoseconds since 1970, or 0 if it is unknown */
void
gst_mcast_meta_set_arrival (GstBuffer *buffer, gint64 arrival)
{
  GstReferenceTimestampMeta *meta = gst_buffer_get_reference_timestamp_meta (buffer,
                                                                             unix_time_caps);

  if (meta != NULL && arrival == 0)
    gst_buffer_remove_meta (buffer, &meta->parent);
  else if (meta != NULL)
    meta->timestamp = (GstClockTime) arrival;
  else if (arrival != 0)
    mark_pooled (&gst_buffer_add_reference_timestamp_meta (buffer, unix_time_caps,
                                                           (GstClockTime) arrival,
                                                           GST_CLOCK_TIME_NONE)
                    ->parent);
}
