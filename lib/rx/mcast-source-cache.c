/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx/mcast-source-cache-private.h"

typedef struct
{
  McastAddress address;
  guint16 port;
  guint64 round;
  GSocketAddress *object;
} Entry;

struct _McastSourceCache
{
  Entry entries[MCAST_SOURCE_CACHE_SIZE];
  guint64 round;
  guint last_hit;
  guint next;
};

McastSourceCache *
_mcast_source_cache_new (void)
{
  return g_new0 (McastSourceCache, 1);
}

void
_mcast_source_cache_free (McastSourceCache *self)
{
  for (guint i = 0; i < MCAST_SOURCE_CACHE_SIZE; i++)
    g_clear_object (&self->entries[i].object);
  g_free (self);
}

/* What is got from now on stays until the next round begins, for as many as the cache has
 * entries. */
void
_mcast_source_cache_begin_round (McastSourceCache *self)
{
  self->round++;
}

static gboolean
holds (const Entry *entry, const McastAddress *address, guint16 port)
{
  return entry->object != NULL && entry->port == port
         && _mcast_address_equal (&entry->address, address);
}

static GSocketAddress *
make_object (const McastAddress *address, guint16 port)
{
  struct sockaddr_storage storage;
  socklen_t length = _mcast_address_to_sockaddr (address, port, 0, &storage);

  return g_socket_address_new_from_native (&storage, length);
}

static Entry *
replace (McastSourceCache *self, const McastAddress *address, guint16 port)
{
  Entry *entry;

  do
    {
      entry = &self->entries[self->next];
      self->next = (self->next + 1) % MCAST_SOURCE_CACHE_SIZE;
    }
  while (entry->object != NULL && entry->round == self->round);

  g_clear_object (&entry->object);
  entry->address = *address;
  entry->port = port;
  entry->object = make_object (address, port);
  return entry;
}

/* To be called at most as often in a round as the cache has entries. */
GSocketAddress *
_mcast_source_cache_get (McastSourceCache *self, const McastAddress *address, guint16 port)
{
  Entry *entry = &self->entries[self->last_hit];

  for (guint i = 0; i < MCAST_SOURCE_CACHE_SIZE && !holds (entry, address, port); i++)
    entry = &self->entries[i];
  if (!holds (entry, address, port))
    entry = replace (self, address, port);

  self->last_hit = (guint) (entry - self->entries);
  entry->round = self->round;
  return entry->object;
}
