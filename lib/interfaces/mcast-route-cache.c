/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "interfaces/mcast-route-cache-private.h"

#include "mcast-log-private.h"
#include "os/mcast-netlink-route-private.h"

/* A sender without groups can ask for any number of them. */
#define MAX_ANSWERS 65536

/* The routes to groups. An answer of the kernel is kept until the
 * routes change. Any thread may use it. */
struct _McastRouteCache
{
  GMutex lock;
  /* NULL where netlink is forbidden. */
  McastNetlinkClient *client;
  /* Grows when the routes change; an answer of an older generation is out of date. */
  guint64 generation;
  /* Answer by its question. */
  GHashTable *answers;
  McastLogLimit failure_limit;
};

typedef struct
{
  McastRouteQuestion question;
  McastRoute route;
  guint64 generation;
} Answer;

McastRouteCache *
_mcast_route_cache_new (GError **error)
{
  g_autoptr (GError) failure = NULL;
  McastNetlinkClient *client = _mcast_netlink_client_new (&failure);
  McastRouteCache *self;

  if (client == NULL && !_mcast_netlink_is_forbidden ())
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  self = g_new0 (McastRouteCache, 1);
  g_mutex_init (&self->lock);
  self->client = client;
  self->generation = 1;
  self->answers = g_hash_table_new_full (_mcast_route_question_hash, _mcast_route_question_equal,
                                         NULL, g_free);
  return self;
}

void
_mcast_route_cache_free (McastRouteCache *self)
{
  g_clear_pointer (&self->client, _mcast_netlink_client_free);
  g_hash_table_unref (self->answers);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static Answer *
get_answer (McastRouteCache *self, const McastRouteQuestion *question)
{
  Answer *answer = g_hash_table_lookup (self->answers, question);

  if (answer != NULL)
    return answer;
  if (g_hash_table_size (self->answers) == MAX_ANSWERS)
    g_hash_table_remove_all (self->answers);
  answer = g_new0 (Answer, 1);
  answer->question = *question;
  g_hash_table_insert (self->answers, &answer->question, answer);
  return answer;
}

static gboolean
refresh (McastRouteCache *self, Answer *answer, GError **error)
{
  g_autoptr (GError) failure = NULL;
  McastRoute route;

  if (!_mcast_netlink_find_route (self->client, &answer->question, &route, &failure))
    {
      MCAST_LOG_LIMITED (&self->failure_limit, DEBUG, (.group = &answer->question.group),
                         "%s; interface %u remains", failure->message,
                         answer->route.interface_index);
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  answer->route = route;
  answer->generation = self->generation;
  return TRUE;
}

/* Stores the route on which a datagram leaves. When the kernel cannot be asked, stores the last
 * known answer and returns FALSE. */
gboolean
_mcast_route_cache_find (McastRouteCache *self, const McastRouteQuestion *question,
                         McastRoute *route, GError **error)
{
  gboolean known;
  Answer *answer;

  g_mutex_lock (&self->lock);
  answer = get_answer (self, question);
  known = answer->generation == self->generation || refresh (self, answer, error);
  *route = answer->route;
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
