/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "socket/mcast-event-teller-private.h"

struct _McastEventTeller
{
  McastEventInvoke invoke;

  GMutex lock;
  /* Signalled when nobody tells any more. */
  GCond idle;
  GThread *telling;
  /* What the thread that tells has yet to tell, also for others. */
  GQueue waiting;
  GCallback func;
  gpointer user_data;
  GDestroyNotify destroy;
};

McastEventTeller *
_mcast_event_teller_new (McastEventInvoke invoke)
{
  McastEventTeller *self = g_new0 (McastEventTeller, 1);

  self->invoke = invoke;
  g_mutex_init (&self->lock);
  g_cond_init (&self->idle);
  g_queue_init (&self->waiting);
  return self;
}

/* The function must have been taken away before. */
void
_mcast_event_teller_free (McastEventTeller *self)
{
  g_queue_clear_full (&self->waiting, (GDestroyNotify) g_array_unref);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->idle);
  g_free (self);
}

/* When this returns, no call of the former function is under way, unless it is the one that called
 * this. */
void
_mcast_event_teller_set_func (McastEventTeller *self, GCallback func, gpointer user_data,
                              GDestroyNotify destroy)
{
  GDestroyNotify former_destroy;
  gpointer former_data;

  g_mutex_lock (&self->lock);
  while (self->telling != NULL && self->telling != g_thread_self ())
    g_cond_wait (&self->idle, &self->lock);
  former_destroy = self->destroy;
  former_data = self->user_data;
  self->func = func;
  self->user_data = user_data;
  self->destroy = destroy;
  g_mutex_unlock (&self->lock);

  if (former_destroy != NULL)
    former_destroy (former_data);
}

/* Called with the lock, which is given up for each call of the function. */
static void
tell_each (McastEventTeller *self, gpointer socket, GArray *events)
{
  for (guint i = 0; i < events->len && self->func != NULL; i++)
    {
      GCallback func = self->func;
      gpointer user_data = self->user_data;

      g_mutex_unlock (&self->lock);
      self->invoke (socket, func, &g_array_index (events, McastInterfaceEvent, i), user_data);
      g_mutex_lock (&self->lock);
    }
}

/* Where a thread tells already, be it this one, it tells these as well, after its own. */
void
_mcast_event_teller_tell (McastEventTeller *self, gpointer socket, GArray *events)
{
  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->waiting, g_array_ref (events));
  if (self->telling == NULL)
    {
      self->telling = g_thread_self ();
      while (!g_queue_is_empty (&self->waiting))
        {
          g_autoptr (GArray) next = g_queue_pop_head (&self->waiting);

          tell_each (self, socket, next);
        }
      self->telling = NULL;
      g_cond_broadcast (&self->idle);
    }
  g_mutex_unlock (&self->lock);
}
