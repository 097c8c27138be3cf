/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "socket/mcast-event-queue-private.h"

/* A function and its data, alive until the last call of it has returned. */
typedef struct
{
  GCallback func;
  gpointer user_data;
  GDestroyNotify destroy;
} Listener;

struct _McastEventQueue
{
  McastEventInvoke invoke;
  /* One signal for each kind, 0 for none. */
  const guint *signals;
  GMainContext *context;

  GMutex lock;
  /* Pushed, and not yet given to either outlet. */
  GPtrArray *pushed;
  /* To be given to the function by the thread that delivers. */
  GQueue waiting;
  gboolean delivering;
  Listener *listener;
};

/* Events on their way to the main context. */
typedef struct
{
  GWeakRef socket;
  GPtrArray *events;
  const guint *signals;
} Emission;

static void
event_clear (gpointer data)
{
  McastSocketEvent *event = data;

  g_object_unref (event->iface);
  g_free (event->group);
}

static McastSocketEvent *
event_ref (McastSocketEvent *event)
{
  return g_atomic_rc_box_acquire (event);
}

static void
event_unref (gpointer event)
{
  g_atomic_rc_box_release_full (event, event_clear);
}

static void
listener_clear (gpointer data)
{
  Listener *listener = data;

  if (listener->destroy != NULL)
    listener->destroy (listener->user_data);
}

static void
listener_unref (Listener *listener)
{
  g_atomic_rc_box_release_full (listener, listener_clear);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Listener, listener_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastSocketEvent, event_unref)

static GPtrArray *
events_new (void)
{
  return g_ptr_array_new_with_free_func (event_unref);
}

/* @signals has MCAST_N_EVENT_KINDS signal ids and must outlive the queue. */
McastEventQueue *
_mcast_event_queue_new (McastEventInvoke invoke, const guint *signals)
{
  McastEventQueue *self = g_new0 (McastEventQueue, 1);

  self->invoke = invoke;
  self->signals = signals;
  self->context = g_main_context_ref_thread_default ();
  self->pushed = events_new ();
  g_mutex_init (&self->lock);
  g_queue_init (&self->waiting);
  return self;
}

void
_mcast_event_queue_free (McastEventQueue *self)
{
  g_clear_pointer (&self->listener, listener_unref);
  g_queue_clear_full (&self->waiting, event_unref);
  g_ptr_array_unref (self->pushed);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Replaces the function, without waiting for a call of the former one to return: its data is
 * destroyed when the last such call has. */
void
_mcast_event_queue_set_func (McastEventQueue *self, GCallback func, gpointer user_data,
                             GDestroyNotify destroy)
{
  Listener *listener = NULL;
  g_autoptr (Listener) former = NULL;

  if (func != NULL)
    {
      listener = g_atomic_rc_box_new0 (Listener);
      listener->func = func;
      listener->user_data = user_data;
      listener->destroy = destroy;
    }
  g_mutex_lock (&self->lock);
  former = g_steal_pointer (&self->listener);
  self->listener = listener;
  g_mutex_unlock (&self->lock);
}

/* Adds an event. Callable with the socket's lock held; _mcast_event_queue_deliver() follows once
 * that lock is released. */
void
_mcast_event_queue_push (McastEventQueue *self, McastEventKind kind, McastInterface *iface,
                         const char *group)
{
  McastSocketEvent *event = g_atomic_rc_box_new0 (McastSocketEvent);

  event->kind = kind;
  event->iface = g_object_ref (iface);
  event->group = g_strdup (group);
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->pushed, event);
  g_mutex_unlock (&self->lock);
}

/* Adds one event for each interface of @from that is not in @of, in the same life. */
static void
push_missing (McastEventQueue *self, GPtrArray *from, GPtrArray *of, McastEventKind kind)
{
  for (guint i = 0; i < from->len; i++)
    {
      McastInterface *iface = from->pdata[i];
      McastInterface *other = _mcast_interface_by_index (of, mcast_interface_get_index (iface));

      if (other == NULL
          || _mcast_interface_get_info (other)->life != _mcast_interface_get_info (iface)->life)
        _mcast_event_queue_push (self, kind, iface, NULL);
    }
}

/* Adds the difference of two lists of interfaces, lost ones first. */
void
_mcast_event_queue_push_changes (McastEventQueue *self, GPtrArray *before, GPtrArray *after)
{
  push_missing (self, before, after, MCAST_EVENT_INTERFACE_LOST);
  push_missing (self, after, before, MCAST_EVENT_INTERFACE_GAINED);
}

static void
emission_free (gpointer data)
{
  Emission *emission = data;

  g_weak_ref_clear (&emission->socket);
  g_ptr_array_unref (emission->events);
  g_free (emission);
}

static gboolean
emit (gpointer data)
{
  Emission *emission = data;
  g_autoptr (GObject) socket = g_weak_ref_get (&emission->socket);

  for (guint i = 0; socket != NULL && i < emission->events->len; i++)
    {
      const McastSocketEvent *event = emission->events->pdata[i];

      if (emission->signals[event->kind] != 0)
        g_signal_emit (socket, emission->signals[event->kind], 0, event->iface, event->group);
    }
  return G_SOURCE_REMOVE;
}

static gboolean
has_handler (McastEventQueue *self, GObject *socket)
{
  for (guint i = 0; i < MCAST_N_EVENT_KINDS; i++)
    if (self->signals[i] != 0 && g_signal_has_handler_pending (socket, self->signals[i], 0, TRUE))
      return TRUE;
  return FALSE;
}

/* Without a handler nothing goes to the context: one that nobody iterates must not fill up. */
static void
queue_signals (McastEventQueue *self, GObject *socket, GPtrArray *events)
{
  g_autoptr (GSource) source = NULL;
  Emission *emission;

  if (!has_handler (self, socket))
    return;
  emission = g_new0 (Emission, 1);
  g_weak_ref_init (&emission->socket, socket);
  emission->events = g_ptr_array_ref (events);
  emission->signals = self->signals;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "mcast socket events");
  g_source_set_callback (source, emit, emission, emission_free);
  g_source_attach (source, self->context);
}

/* Called with the lock, which is given up for each call of the function. */
static void
call_func (McastEventQueue *self, GObject *socket)
{
  while (!g_queue_is_empty (&self->waiting))
    {
      g_autoptr (McastSocketEvent) event = g_queue_pop_head (&self->waiting);
      g_autoptr (Listener) listener = NULL;

      if (self->listener == NULL)
        continue;
      listener = g_atomic_rc_box_acquire (self->listener);
      g_mutex_unlock (&self->lock);
      self->invoke (socket, listener->func, event, listener->user_data);
      g_clear_pointer (&listener, listener_unref);
      g_mutex_lock (&self->lock);
    }
}

/* Gives what was pushed to both outlets, without the socket's lock: the function may call the
 * socket. Calls of the function come one at a time, in order; a thread that finds another one
 * delivering leaves its events to that one. */
void
_mcast_event_queue_deliver (McastEventQueue *self, GObject *socket)
{
  g_autoptr (GPtrArray) events = NULL;

  g_mutex_lock (&self->lock);
  if (self->pushed->len > 0)
    {
      events = g_steal_pointer (&self->pushed);
      self->pushed = events_new ();
      queue_signals (self, socket, events);
      for (guint i = 0; i < events->len; i++)
        g_queue_push_tail (&self->waiting, event_ref (events->pdata[i]));
    }
  if (!self->delivering)
    {
      self->delivering = TRUE;
      call_func (self, socket);
      self->delivering = FALSE;
    }
  g_mutex_unlock (&self->lock);
}
