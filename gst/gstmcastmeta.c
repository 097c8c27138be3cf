/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastmeta.h"

#include <gst/net/net.h>

/* The details of a datagram as metas of its buffer. Buffers return from the pool with the metas of
 * their last datagram (which are marked as pooled), so that a steady stream finds them filled in
 * and allocates nothing.
 *
 * GstMcastMeta is a GstCustomMeta, which every binding can read without another API:
 *
 *     meta = buffer.get_custom_meta ("GstMcastMeta")
 *     print (meta.get_structure ().get_string ("interface")) */

/* --- Origins --------------------------------------------------------------------------------- */

/* A sender that changes the hop limit of every datagram must not exhaust the memory. */
#define MAX_ORIGINS 4096

/* The common details of datagrams. Immutable, and shared by buffers, which any thread may free. */
struct _GstMcastOrigin
{
  GInetAddress *group;
  const char *interface_name; /* interned, like the name of the group */
  const char *group_name;
  guint interface_index;
  guint port;
  int hop_limit;
};

/* The known origins. Of one thread. */
struct _GstMcastOrigins
{
  GHashTable *table; /* a set of GstMcastOrigin */
  GstMcastOrigin *last;
};

static GstMcastOrigin *
create_origin (const McastRxMessage *message)
{
  GstMcastOrigin *self = g_atomic_rc_box_new0 (GstMcastOrigin);
  g_autofree char *group_name = g_inet_address_to_string (message->group);

  self->group = g_object_ref (message->group);
  self->interface_name = g_intern_string (message->interface_name);
  self->interface_index = message->interface_index;
  self->port = message->port;
  self->hop_limit = message->hop_limit;
  self->group_name = g_intern_string (group_name);
  return self;
}

static void
finalize_origin (gpointer data)
{
  g_object_unref (((GstMcastOrigin *) data)->group);
}

static void
unref_origin (gpointer origin)
{
  g_atomic_rc_box_release_full (origin, finalize_origin);
}

/* Sets an interned string without a copy, because each buffer has such a structure. */
static void
set_string (GstStructure *structure, const char *name, const char *interned)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_interned_string (&value, interned);
  gst_structure_take_value (structure, name, &value);
}

/* Sets the fields of @structure, which applications read. */
static void
describe (GstMcastOrigin *self, GstStructure *structure)
{
  set_string (structure, "group", self->group_name);
  set_string (structure, "interface", self->interface_name);
  gst_structure_set (structure, "port", G_TYPE_UINT, self->port, "interface-index", G_TYPE_UINT,
                     self->interface_index, "hop-limit", G_TYPE_INT, self->hop_limit, NULL);
}

static gboolean
is_of (const GstMcastOrigin *self, const McastRxMessage *message)
{
  return self->group == message->group && self->interface_index == message->interface_index
         && self->port == message->port && self->hop_limit == message->hop_limit
         && g_strcmp0 (self->interface_name, message->interface_name) == 0;
}

static guint
hash_origin (gconstpointer key)
{
  const GstMcastOrigin *self = key;

  return g_direct_hash (self->group) ^ (self->interface_index << 16) ^ self->port
         ^ ((guint) self->hop_limit << 24);
}

static gboolean
is_same_origin (gconstpointer a, gconstpointer b)
{
  const GstMcastOrigin *self = a;
  const GstMcastOrigin *other = b;

  return self->group == other->group && self->interface_index == other->interface_index
         && self->port == other->port && self->hop_limit == other->hop_limit
         && self->interface_name == other->interface_name;
}

GstMcastOrigins *
gst_mcast_origins_new (void)
{
  GstMcastOrigins *self = g_new0 (GstMcastOrigins, 1);

  self->table = g_hash_table_new_full (hash_origin, is_same_origin, unref_origin, NULL);
  return self;
}

void
gst_mcast_origins_free (GstMcastOrigins *self)
{
  g_hash_table_unref (self->table);
  g_free (self);
}

static GstMcastOrigin *
look_up (GstMcastOrigins *self, const McastRxMessage *message)
{
  const GstMcastOrigin key = {
    .group = message->group,
    .interface_name = g_intern_string (message->interface_name),
    .interface_index = message->interface_index,
    .port = message->port,
    .hop_limit = message->hop_limit,
  };
  GstMcastOrigin *origin = g_hash_table_lookup (self->table, &key);

  if (origin != NULL)
    return origin;
  if (g_hash_table_size (self->table) >= MAX_ORIGINS)
    g_hash_table_remove_all (self->table);
  origin = create_origin (message);
  g_hash_table_add (self->table, origin);
  return origin;
}

/* Returns the origin of @message, valid until the next call. The origin of the last datagram is
 * found without a lookup. */
GstMcastOrigin *
gst_mcast_origins_get (GstMcastOrigins *self, const McastRxMessage *message)
{
  if (self->last == NULL || !is_of (self->last, message))
    self->last = look_up (self, message);
  return self->last;
}

/* --- Registration ----------------------------------------------------------------------------- */

/* The origin with which GstMcastMeta of the same buffer was filled in. Comparing it is much cheaper
 * than comparing the fields of a structure. Never copied to another buffer. */
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
  g_clear_pointer (&((OriginMeta *) meta)->origin, unref_origin);
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
  /* No tags: it remains valid when the payload changes. */
  static const char *tags[] = { NULL };

  gst_meta_register_custom (GST_MCAST_META_NAME, tags, NULL, NULL, NULL);
  register_origin_meta ();
  unix_time_caps = gst_caps_new_empty_simple ("timestamp/x-unix");
  GST_MINI_OBJECT_FLAG_SET (unix_time_caps, GST_MINI_OBJECT_FLAG_MAY_BE_LEAKED);
}

/* --- Metas of a buffer ----------------------------------------------------------------------- */

static void
mark_pooled (GstMeta *meta)
{
  GST_META_FLAG_SET (meta, GST_META_FLAG_POOLED);
}

/* Locked, because each of the two metas requires the other. */
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

  g_clear_pointer (&meta->origin, unref_origin);
  meta->origin = g_atomic_rc_box_acquire (origin);
  describe (origin, gst_custom_meta_get_structure (custom));
}

/* Sets the origin of @buffer, which is from a pool. Only these functions add pooled metas to it. */
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

/* Sets the arrival time of @buffer, in nanoseconds since 1970, 0 if unknown. */
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
