/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "reply-limit.h"

#include <string.h>

#define NS_PER_SECOND G_GINT64_CONSTANT (1000000000)
#define BURST_NS (5 * NS_PER_SECOND)
#define MAX_SOURCES 16384
#define SWEEP_INTERVAL_NS (NS_PER_SECOND / 10)

struct _ReplyLimit
{
  GHashTable *full_times; /* by source, when its bucket will be full */
  gint64 token_ns;        /* time for one token */
  gint64 next_sweep_ns;
};

/* An attacker that does not know the multiplier cannot choose addresses that collide. */
static guint
address_hash (gconstpointer key)
{
  GInetAddress *address = (GInetAddress *) key;
  const guint8 *bytes = g_inet_address_to_bytes (address);
  static guint32 multiplier;
  guint hash = 0;

  if (multiplier == 0)
    multiplier = g_random_int () | 1;
  for (gsize i = 0; i < g_inet_address_get_native_size (address); i++)
    hash = (hash + bytes[i] + 1) * multiplier;
  return hash;
}

static gboolean
address_equal (gconstpointer a, gconstpointer b)
{
  return g_inet_address_equal ((GInetAddress *) a, (GInetAddress *) b);
}

ReplyLimit *
reply_limit_new (guint rate)
{
  ReplyLimit *self = g_new0 (ReplyLimit, 1);

  self->full_times = g_hash_table_new_full (address_hash, address_equal, g_object_unref, g_free);
  self->token_ns = NS_PER_SECOND / rate;
  return self;
}

void
reply_limit_free (ReplyLimit *self)
{
  g_hash_table_unref (self->full_times);
  g_free (self);
}

static gboolean
is_full (gpointer key, gpointer full_time, gpointer now_ns)
{
  return *(gint64 *) full_time <= *(gint64 *) now_ns;
}

/* Returns the bucket of @source, or NULL if too many sources have one. */
static gint64 *
find_bucket (ReplyLimit *self, GInetAddress *source, gint64 now_ns)
{
  gint64 *full_time = g_hash_table_lookup (self->full_times, source);

  if (full_time != NULL)
    return full_time;
  if (g_hash_table_size (self->full_times) == MAX_SOURCES && now_ns >= self->next_sweep_ns)
    {
      /* A source with a full bucket is the same as an unknown source. */
      g_hash_table_foreach_remove (self->full_times, is_full, &now_ns);
      self->next_sweep_ns = now_ns + SWEEP_INTERVAL_NS;
    }
  if (g_hash_table_size (self->full_times) == MAX_SOURCES)
    return NULL;
  full_time = g_new0 (gint64, 1);
  g_hash_table_insert (self->full_times, g_object_ref (source), full_time);
  return full_time;
}

gboolean
reply_limit_take (ReplyLimit *self, GInetAddress *source, guint n, gint64 now_ns)
{
  gint64 *bucket = find_bucket (self, source, now_ns);
  gint64 full_time;

  if (bucket == NULL)
    return FALSE;
  full_time = MAX (*bucket, now_ns) + n * self->token_ns;
  if (full_time > now_ns + BURST_NS)
    return FALSE;
  *bucket = full_time;
  return TRUE;
}
