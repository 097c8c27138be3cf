/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "interfaces/mcast-route-cache-private.h"

#include "mcast-log-private.h"
#include "os/mcast-netlink-route-private.h"

/* A sender without groups can ask for any number of them. */
#define MAX_ANSWERS 65536

/* The interfaces on which the routes lead to groups. An answer of the kernel is kept until the
 * routes change. Any thread may use it. */
struct _McastRouteCache
{
  GMutex lock;
  McastNetlinkClient *client;
  /* Grows when the routes change; an answer of an older generation is out of date. */
  guint64 generation;
  guint ipv6_default;
  guint64 ipv6_default_generation;
  GHashTable *answers;
  McastLogLimit failure_limit;
};

typedef struct
{
  McastAddress group;
  guint index;
  guint64 generation;
} Answer;

McastRouteCache *
_mcast_route_cache_new (GError **error)
{
  McastNetlinkClient *client = _mcast_netlink_client_new (error);
  McastRouteCache *self;

  if (client == NULL)
    return NULL;
  self = g_new0 (McastRouteCache, 1);
  g_mutex_init (&self->lock);
  self->client = client;
  self->generation = 1;
  self->answers = g_hash_table_new_full (_mcast_address_hash, _mcast_address_equal, NULL, g_free);
  return self;
}

void
_mcast_route_cache_free (McastRouteCache *self)
{
  _mcast_netlink_client_free (self->client);
  g_hash_table_unref (self->answers);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static gboolean
find_ipv6_default (McastRouteCache *self, guint *index, GError **error)
{
  if (self->ipv6_default_generation != self->generation)
    {
      if (!_mcast_netlink_find_default_route (self->client, AF_INET6, &self->ipv6_default, error))
        return FALSE;
      self->ipv6_default_generation = self->generation;
    }
  *index = self->ipv6_default;
  return TRUE;
}

/* The kernel has an IPv6 multicast route on each interface and would take the first one, so the
 * default route decides. */
static gboolean
ask (McastRouteCache *self, const McastAddress *group, guint *index, GError **error)
{
  *index = 0;
  if (group->family == AF_INET6 && !find_ipv6_default (self, index, error))
    return FALSE;
  return *index != 0 || _mcast_netlink_find_route (self->client, group, index, error);
}

static Answer *
get_answer (McastRouteCache *self, const McastAddress *group)
{
  Answer *answer = g_hash_table_lookup (self->answers, group);

  if (answer != NULL)
    return answer;
  if (g_hash_table_size (self->answers) == MAX_ANSWERS)
    g_hash_table_remove_all (self->answers);
  answer = g_new0 (Answer, 1);
  answer->group = *group;
  g_hash_table_insert (self->answers, &answer->group, answer);
  return answer;
}

static gboolean
refresh (McastRouteCache *self, Answer *answer, GError **error)
{
  g_autoptr (GError) failure = NULL;
  guint index;

  if (!ask (self, &answer->group, &index, &failure))
    {
      MCAST_LOG_LIMITED (&self->failure_limit, DEBUG, (.group = &answer->group),
                         "%s; interface %u remains", failure->message, answer->index);
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  answer->index = index;
  answer->generation = self->generation;
  return TRUE;
}

/* Stores the index of the interface on which multicast to @group leaves where none is named, 0
 * without a route. When the kernel cannot be asked, stores the last known answer and returns
 * FALSE. */
gboolean
_mcast_route_cache_find (McastRouteCache *self, const McastAddress *group, guint *index,
                         GError **error)
{
  gboolean known;
  Answer *answer;

  g_mutex_lock (&self->lock);
  answer = get_answer (self, group);
  known = answer->generation == self->generation || refresh (self, answer, error);
  *index = answer->index;
  g_mutex_unlock (&self->lock);
  return known;
}

/* Has the kernel asked again for each group, after its routes may have changed. */
void
_mcast_route_cache_invalidate (McastRouteCache *self)
{
  g_mutex_lock (&self->lock);
  self->generation++;
  g_mutex_unlock (&self->lock);
}
