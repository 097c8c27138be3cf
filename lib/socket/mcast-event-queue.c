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
  const McastEventSignals *signals;
  GMainContext *context;

  GMutex lock;
  /* Pushed, and not yet given to functions and signals. */
  GPtrArray *pushed;
  /* To be given to the functions by the thread that delivers. */
  GQueue waiting;
  gboolean delivering;
  /* The older function, which knows the events of interfaces, and that for the events of paths. */
  Listener *listener;
  Listener *path_listener;
};

/* An event of a path, or of a whole interface. */
typedef struct
{
  McastEvent *event;
  gboolean is_of_interface;
} Item;

/* Events on their way to the main context. */
typedef struct
{
  GWeakRef socket;
  GPtrArray *items;
  const McastEventSignals *signals;
} Emission;

static void
item_clear (gpointer data)
{
  mcast_event_unref (((Item *) data)->event);
}

static Item *
item_ref (Item *item)
{
  return g_atomic_rc_box_acquire (item);
}

static void
item_unref (gpointer item)
{
  g_atomic_rc_box_release_full (item, item_clear);
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
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Item, item_unref)

static GPtrArray *
items_new (void)
{
  return g_ptr_array_new_with_free_func (item_unref);
}

/* @signals must outlive the queue. */
McastEventQueue *
_mcast_event_queue_new (McastEventInvoke invoke, const McastEventSignals *signals)
{
  McastEventQueue *self = g_new0 (McastEventQueue, 1);

  self->invoke = invoke;
  self->signals = signals;
  self->context = g_main_context_ref_thread_default ();
  self->pushed = items_new ();
  g_mutex_init (&self->lock);
  g_queue_init (&self->waiting);
  return self;
}

void
_mcast_event_queue_free (McastEventQueue *self)
{
  g_clear_pointer (&self->listener, listener_unref);
  g_clear_pointer (&self->path_listener, listener_unref);
  g_queue_clear_full (&self->waiting, item_unref);
  g_ptr_array_unref (self->pushed);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Replaces a function, without waiting for a call of the former one to return: its data is
 * destroyed when the last such call has. */
static void
set_listener (McastEventQueue *self, Listener **place, GCallback func, gpointer user_data,
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
  former = g_steal_pointer (place);
  *place = listener;
  g_mutex_unlock (&self->lock);
}

/* Sets the function that McastEventInvoke calls. */
void
_mcast_event_queue_set_func (McastEventQueue *self, GCallback func, gpointer user_data,
                             GDestroyNotify destroy)
{
  set_listener (self, &self->listener, func, user_data, destroy);
}

/* Sets the function that is called for each event of a path. */
void
_mcast_event_queue_set_callback (McastEventQueue *self, McastEventFunc func, gpointer user_data,
                                 GDestroyNotify destroy)
{
  set_listener (self, &self->path_listener, G_CALLBACK (func), user_data, destroy);
}

/* Takes over @event. */
static void
push (McastEventQueue *self, McastEvent *event, gboolean is_of_interface)
{
  Item *item = g_atomic_rc_box_new0 (Item);

  item->event = event;
  item->is_of_interface = is_of_interface;
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->pushed, item);
  g_mutex_unlock (&self->lock);
}

/* Adds the event of a path. Callable with the socket's lock held; _mcast_event_queue_deliver()
 * follows once that lock is released. */
void
_mcast_event_queue_push (McastEventQueue *self, McastEvent *event)
{
  push (self, mcast_event_ref (event), FALSE);
}

/* Adds one event for each interface of @from that is not in @of, in the same life. */
static void
push_missing (McastEventQueue *self, GPtrArray *from, GPtrArray *of, McastEventType type)
{
  for (guint i = 0; i < from->len; i++)
    {
      McastInterface *iface = from->pdata[i];
      McastInterface *other = _mcast_interface_by_index (of, mcast_interface_get_index (iface));
      const McastEventInfo info = {
        .type = type,
        .interface_name = mcast_interface_get_name (iface),
        .iface = iface,
      };

      if (other == NULL
          || _mcast_interface_get_info (other)->life != _mcast_interface_get_info (iface)->life)
        push (self, _mcast_event_new (&info), TRUE);
    }
}

/* Adds the difference of two lists of interfaces, lost ones first. */
void
_mcast_event_queue_push_changes (McastEventQueue *self, GPtrArray *before, GPtrArray *after)
{
  push_missing (self, before, after, MCAST_EVENT_LOST);
  push_missing (self, after, before, MCAST_EVENT_READY);
}

/* Checks whether the older function and signals know the event. */
static gboolean
is_for_older (const Item *item)
{
  return item->is_of_interface
         || mcast_event_get_event_type (item->event) == MCAST_EVENT_RECOVERY_INEFFECTIVE;
}

static void
emission_free (gpointer data)
{
  Emission *emission = data;

  g_weak_ref_clear (&emission->socket);
  g_ptr_array_unref (emission->items);
  g_free (emission);
}

static void
emit_older (GObject *socket, const McastEventSignals *signals, McastEvent *event)
{
  McastEventType type = mcast_event_get_event_type (event);
  McastInterface *iface = mcast_event_get_interface (event);
  g_autofree char *address = _mcast_event_dup_address (event);

  if (type == MCAST_EVENT_LOST && signals->interface_lost != 0)
    g_signal_emit (socket, signals->interface_lost, 0, iface);
  if (type == MCAST_EVENT_READY && signals->interface_gained != 0)
    g_signal_emit (socket, signals->interface_gained, 0, iface);
  if (type == MCAST_EVENT_RECOVERY_INEFFECTIVE && signals->recovery_ineffective != 0)
    g_signal_emit (socket, signals->recovery_ineffective, 0, iface, address);
}

static gboolean
emit (gpointer data)
{
  Emission *emission = data;
  g_autoptr (GObject) socket = g_weak_ref_get (&emission->socket);

  for (guint i = 0; socket != NULL && i < emission->items->len; i++)
    {
      const Item *item = emission->items->pdata[i];

      if (!item->is_of_interface)
        g_signal_emit (socket, emission->signals->event, 0, item->event);
      if (is_for_older (item))
        emit_older (socket, emission->signals, item->event);
    }
  return G_SOURCE_REMOVE;
}

static gboolean
has_handler (McastEventQueue *self, GObject *socket)
{
  const guint ids[] = { self->signals->event, self->signals->interface_gained,
                        self->signals->interface_lost, self->signals->recovery_ineffective };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    if (ids[i] != 0 && g_signal_has_handler_pending (socket, ids[i], 0, TRUE))
      return TRUE;
  return FALSE;
}

/* Without a handler nothing goes to the context: one that nobody iterates must not fill up. */
static void
queue_signals (McastEventQueue *self, GObject *socket, GPtrArray *items)
{
  g_autoptr (GSource) source = NULL;
  Emission *emission;

  if (!has_handler (self, socket))
    return;
  emission = g_new0 (Emission, 1);
  g_weak_ref_init (&emission->socket, socket);
  emission->items = g_ptr_array_ref (items);
  emission->signals = self->signals;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "mcast socket events");
  g_source_set_callback (source, emit, emission, emission_free);
  g_source_attach (source, self->context);
}

static void
invoke_path_func (gpointer socket, GCallback func, McastEvent *event, gpointer user_data)
{
  ((McastEventFunc) func) (socket, event, user_data);
}

/* Called with the lock, which is released during the call of the function. */
static void
call_listener (McastEventQueue *self, GObject *socket, Listener *present, McastEventInvoke invoke,
               const Item *item)
{
  g_autoptr (Listener) listener = NULL;

  if (present == NULL)
    return;
  listener = g_atomic_rc_box_acquire (present);
  g_mutex_unlock (&self->lock);
  invoke (socket, listener->func, item->event, listener->user_data);
  g_clear_pointer (&listener, listener_unref);
  g_mutex_lock (&self->lock);
}

/* Called with the lock. */
static void
call_functions (McastEventQueue *self, GObject *socket)
{
  while (!g_queue_is_empty (&self->waiting))
    {
      g_autoptr (Item) item = g_queue_pop_head (&self->waiting);

      if (!item->is_of_interface)
        call_listener (self, socket, self->path_listener, invoke_path_func, item);
      if (is_for_older (item))
        call_listener (self, socket, self->listener, self->invoke, item);
    }
}

/* Gives what was pushed to functions and signals, without the socket's lock: a function may call
 * the socket. Calls come one at a time, in order; a thread that finds another one delivering
 * leaves its events to that one. */
void
_mcast_event_queue_deliver (McastEventQueue *self, GObject *socket)
{
  g_autoptr (GPtrArray) items = NULL;

  g_mutex_lock (&self->lock);
  if (self->pushed->len > 0)
    {
      items = g_steal_pointer (&self->pushed);
      self->pushed = items_new ();
      queue_signals (self, socket, items);
      for (guint i = 0; i < items->len; i++)
        g_queue_push_tail (&self->waiting, item_ref (items->pdata[i]));
    }
  if (!self->delivering)
    {
      self->delivering = TRUE;
      call_functions (self, socket);
      self->delivering = FALSE;
    }
  g_mutex_unlock (&self->lock);
}
