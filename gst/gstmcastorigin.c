/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastorigin.h"

/* The hop limit is for senders to choose: who changes it all the time must not fill the memory. */
#define MAX_ORIGINS 4096

struct _GstMcastOrigin
{
  GInetAddress *group;
  const char *interface_name; /* interned, as the name of the group */
  const char *group_name;
  guint interface_index;
  guint port;
  int hop_limit;
};

struct _GstMcastOrigins
{
  GHashTable *table; /* a set of GstMcastOrigin */
  GstMcastOrigin *last;
};

static GstMcastOrigin *
gst_mcast_origin_new (const McastRxMessage *message)
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

GstMcastOrigin *
gst_mcast_origin_ref (GstMcastOrigin *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
finalize (gpointer data)
{
  GstMcastOrigin *self = data;

  g_object_unref (self->group);
}

void
gst_mcast_origin_unref (GstMcastOrigin *self)
{
  g_atomic_rc_box_release_full (self, finalize);
}

/* An interned text is not copied: each buffer has such a structure. */
static void
set_string (GstStructure *structure, const char *name, const char *interned)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_interned_string (&value, interned);
  gst_structure_take_value (structure, name, &value);
}

/* Writes down in @structure what applications read. */
void
gst_mcast_origin_describe (GstMcastOrigin *self, GstStructure *structure)
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
hash (gconstpointer key)
{
  const GstMcastOrigin *self = key;

  return g_direct_hash (self->group) ^ (self->interface_index << 16) ^ self->port
         ^ ((guint) self->hop_limit << 24);
}

static gboolean
is_equal (gconstpointer a, gconstpointer b)
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

  self->table = g_hash_table_new_full (hash, is_equal, (GDestroyNotify) gst_mcast_origin_unref,
                                       NULL);
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
  origin = gst_mcast_origin_new (message);
  g_hash_table_add (self->table, origin);
  return origin;
}

/* Valid until the next call; the one of the last datagram is found at once. */
GstMcastOrigin *
gst_mcast_origins_get (GstMcastOrigins *self, const McastRxMessage *message)
{
  if (self->last == NULL || !is_of (self->last, message))
    self->last = look_up (self, message);
  return self->last;
}
