/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx/mcast-origin-cache-private.h"

#include <string.h>

/* The hash of an origin selects its set, in which it may have any place. The size is fixed, so that
 * forged sources take no more memory. */
#define N_SETS 128
#define SET_SIZE 8

typedef struct
{
  /* The last one used is the first. */
  McastDatagramOrigin *origins[SET_SIZE];
} Set;

struct _McastOriginCache
{
  Set sets[N_SETS];
};

McastOriginCache *
_mcast_origin_cache_new (void)
{
  return g_new0 (McastOriginCache, 1);
}

void
_mcast_origin_cache_free (McastOriginCache *self)
{
  for (guint i = 0; i < N_SETS; i++)
    for (guint j = 0; j < SET_SIZE; j++)
      g_clear_pointer (&self->sets[i].origins[j], _mcast_datagram_origin_unref);
  g_free (self);
}

static gboolean
is_from (const McastDatagramOrigin *origin, const McastAddress *source, guint16 port)
{
  return origin->source_port == port && _mcast_address_equal (&origin->source_address, source);
}

/* Each path has a group object of its own, which its origins keep. */
static gboolean
is_origin_of (const McastDatagramOrigin *origin, const McastRxPath *path)
{
  return origin->group == path->gio_group
         && g_str_equal (origin->interface_name, mcast_interface_get_name (path->iface));
}

static Set *
find_set (McastOriginCache *self, const McastRxPath *path, const McastAddress *source, guint16 port)
{
  guint hash = _mcast_address_hash (source) ^ (port * 2654435761u)
               ^ _mcast_rx_path_key_hash (&path->key);

  return &self->sets[(hash ^ hash >> 16) % N_SETS];
}

static void
use_first (Set *set, guint position, McastDatagramOrigin *origin)
{
  memmove (&set->origins[1], &set->origins[0], position * sizeof set->origins[0]);
  set->origins[0] = origin;
}

static McastDatagramOrigin *
make_origin (Set *set, McastRxPath *path, const McastAddress *source, guint16 port)
{
  McastDatagramOrigin *origin;

  origin = _mcast_datagram_origin_new (source, port, path->gio_group, path->key.port,
                                       path->key.interface_index,
                                       _mcast_interface_get_ref_name (path->iface));
  g_clear_pointer (&set->origins[SET_SIZE - 1], _mcast_datagram_origin_unref);
  use_first (set, SET_SIZE - 1, origin);
  return origin;
}

static McastDatagramOrigin *
find_origin (McastOriginCache *self, McastRxPath *path, const McastAddress *source, guint16 port)
{
  Set *set = find_set (self, path, source, port);

  for (guint i = 0; i < SET_SIZE && set->origins[i] != NULL; i++)
    {
      McastDatagramOrigin *origin = set->origins[i];

      if (is_from (origin, source, port) && is_origin_of (origin, path))
        {
          use_first (set, i, origin);
          return origin;
        }
    }
  return make_origin (set, path, source, port);
}

/* Returns the origin of a datagram that arrived on @path, which owns it until its next datagram
 * from elsewhere. */
McastDatagramOrigin *
_mcast_origin_cache_get (McastOriginCache *self, McastRxPath *path, const McastAddress *source,
                         guint16 port)
{
  if (path->origin == NULL || !is_from (path->origin, source, port))
    _mcast_rx_path_set_origin (path, find_origin (self, path, source, port));
  return path->origin;
}
