/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "interfaces/mcast-interface-table-private.h"

#include "interfaces/mcast-interface-log-private.h"
#include "interfaces/mcast-interface-set-private.h"
#include "interfaces/mcast-route-cache-private.h"
#include "mcast-log-private.h"
#include "os/mcast-os-fork-private.h"
#include "os/mcast-os-namespace-private.h"
#include "os/mcast-os-signals-private.h"
#include "os/mcast-os-wakeup-private.h"

/* How long to wait before a failed dump or lookup is repeated: twice as long each time, up to the
 * longest. */
#define FIRST_DELAY_US 4000
#define LONGEST_DELAY_US G_USEC_PER_SEC

/* The live table of interfaces, with a listener thread that runs from the first user to the last
 * one. A process that works in several network namespaces has a table for each. */
struct _McastInterfaceTable
{
  grefcount ref_count; /* under the lock of all tables */
  guint64 namespace_id;
  guint n_forks;
  McastNetlink *netlink;
  McastRouteCache *routes;
  McastOsWakeup *wakeup;
  GThread *thread;
  gint stopping;
  gint orphaned;
  gint route_failed;

  /* For the listener thread only. */
  McastInterfaceSet *set;
  gboolean changed;
  gboolean complete;
  gint64 resync_at;
  gint64 resync_delay;
  McastLogLimit failure_limit;
  gint64 next_call;
  gint64 route_retry_at;
  gint64 route_delay;

  GMutex lock;
  GPtrArray *snapshot;
  guint64 serial;
  GPtrArray *subscriptions;
};

struct _McastInterfaceSubscription
{
  gatomicrefcount ref_count;
  McastInterfaceTable *table;
  /* The latest time of the next call; under the table's lock. */
  gint64 call_at;

  /* Held during the call, so that none is in progress after cancelling. The callee may cancel. */
  GRecMutex lock;
  McastInterfaceTableFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
};

G_LOCK_DEFINE_STATIC (tables);
static GHashTable *tables;

static void
subscription_unref (McastInterfaceSubscription *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_rec_mutex_clear (&self->lock);
  g_free (self);
}

static void
begin (gpointer user_data)
{
  McastInterfaceTable *self = user_data;

  _mcast_interface_set_begin_resync (self->set);
  _mcast_route_cache_invalidate (self->routes);
  self->changed = TRUE;
}

/* The kernel sends no message about the IPv4 routes that it removes when a link goes down. */
static void
apply_link (const McastNetlinkLink *link, gpointer user_data)
{
  McastInterfaceTable *self = user_data;

  _mcast_interface_set_apply_link (self->set, link);
  _mcast_route_cache_invalidate (self->routes);
  self->changed = TRUE;
}

/* Older kernels send no message about the routes that they remove with their source address. */
static void
apply_address (const McastNetlinkAddress *address, gpointer user_data)
{
  McastInterfaceTable *self = user_data;

  _mcast_interface_set_apply_address (self->set, address);
  if (address->removed)
    _mcast_route_cache_invalidate (self->routes);
  self->changed = TRUE;
}

/* The interfaces are the same, but a subscriber that follows the routes must look them up again. */
static void
apply_route (gpointer user_data)
{
  McastInterfaceTable *self = user_data;

  _mcast_route_cache_invalidate (self->routes);
  self->changed = TRUE;
}

static const McastNetlinkHandler handler = { begin, apply_link, apply_address, apply_route };

static void
publish (McastInterfaceTable *self)
{
  g_autoptr (GPtrArray) old = NULL;

  g_mutex_lock (&self->lock);
  old = g_steal_pointer (&self->snapshot);
  self->snapshot = _mcast_interface_set_snapshot (self->set);
  self->serial++;
  g_mutex_unlock (&self->lock);
  self->changed = FALSE;
  if (old != NULL)
    _mcast_interface_log_changes (old, self->snapshot);
}

static gint64
increase_delay (gint64 delay)
{
  return CLAMP (2 * delay, FIRST_DELAY_US, LONGEST_DELAY_US);
}

/* Logs a failure so that a user sees the first one. */
static gboolean
note_failure (McastInterfaceTable *self, const GError *error)
{
  gboolean is_first = self->resync_delay == 0;

  self->resync_delay = increase_delay (self->resync_delay);
  if (!is_first)
    MCAST_LOG (DEBUG, (0), "%s; trying again in %d ms", error->message,
               (int) (self->resync_delay / 1000));
  else
    MCAST_LOG_LIMITED (&self->failure_limit, MESSAGE, (0), "%s; trying again", error->message);
  return FALSE;
}

/* Replaces the content of the set by what the kernel has now. */
static gboolean
load (McastInterfaceTable *self, GError **error)
{
  if (!_mcast_netlink_dump (&handler, self, error))
    return FALSE;
  _mcast_interface_set_end_resync (self->set);
  return TRUE;
}

static gboolean
resynchronize (McastInterfaceTable *self)
{
  g_autoptr (GError) error = NULL;

  MCAST_LOG (DEBUG, (0), "Changes of interfaces were missed: listing all of them again");
  return (_mcast_netlink_discard (self->netlink, &error) && load (self, &error))
         || note_failure (self, error);
}

/* Reads until there are no more messages, so that a burst of them is one change, or until the table
 * is released. Returns whether the set is complete. */
static gboolean
read_events (McastInterfaceTable *self)
{
  g_autoptr (GError) error = NULL;

  while (!g_atomic_int_get (&self->stopping))
    {
      switch (_mcast_netlink_read (self->netlink, &handler, self, &error))
        {
        case MCAST_NETLINK_MORE:
          break;
        case MCAST_NETLINK_DRAINED:
          return TRUE;
        case MCAST_NETLINK_OVERRUN:
          return resynchronize (self);
        case MCAST_NETLINK_FAILED:
        default:
          return note_failure (self, error);
        }
    }
  return FALSE;
}

static GPtrArray *
copy_subscriptions (McastInterfaceTable *self)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) subscription_unref);

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->subscriptions->len; i++)
    {
      McastInterfaceSubscription *subscription = self->subscriptions->pdata[i];

      g_atomic_ref_count_inc (&subscription->ref_count);
      g_ptr_array_add (copy, subscription);
    }
  g_mutex_unlock (&self->lock);
  return copy;
}

static void
set_call_at (McastInterfaceSubscription *self, gint64 call_at)
{
  g_mutex_lock (&self->table->lock);
  self->call_at = call_at;
  g_mutex_unlock (&self->table->lock);
}

static gint64
get_call_at (McastInterfaceSubscription *self)
{
  gint64 call_at;

  g_mutex_lock (&self->table->lock);
  call_at = self->call_at;
  g_mutex_unlock (&self->table->lock);
  return call_at;
}

/* A request for a call that is made during the call is not lost: the earlier time counts. */
static void
notify (McastInterfaceSubscription *self, GPtrArray *snapshot, guint64 serial)
{
  gint64 call_at;

  set_call_at (self, MCAST_INTERFACE_TABLE_NEVER);
  g_rec_mutex_lock (&self->lock);
  if (self->func != NULL)
    {
      call_at = self->func (snapshot, serial, self->user_data);
      set_call_at (self, MIN (call_at, get_call_at (self)));
    }
  g_rec_mutex_unlock (&self->lock);
}

/* Notifies every subscriber of a change, or else those whose time has come. Returns the time of the
 * next call. */
static gint64
notify_subscribers (McastInterfaceTable *self, gboolean changed)
{
  guint64 serial;
  g_autoptr (GPtrArray) snapshot = _mcast_interface_table_snapshot (self, &serial);
  g_autoptr (GPtrArray) subscriptions = copy_subscriptions (self);
  gint64 next = MCAST_INTERFACE_TABLE_NEVER;

  for (guint i = 0; i < subscriptions->len; i++)
    {
      McastInterfaceSubscription *subscription = subscriptions->pdata[i];

      if (changed || get_call_at (subscription) <= g_get_monotonic_time ())
        notify (subscription, snapshot, serial);
      next = MIN (next, get_call_at (subscription));
    }
  return next;
}

static void
table_free (McastInterfaceTable *self)
{
  g_clear_pointer (&self->netlink, _mcast_netlink_free);
  g_clear_pointer (&self->set, _mcast_interface_set_free);
  g_clear_pointer (&self->routes, _mcast_route_cache_free);
  g_clear_pointer (&self->snapshot, g_ptr_array_unref);
  g_clear_pointer (&self->subscriptions, g_ptr_array_unref);
  g_clear_pointer (&self->wakeup, _mcast_os_wakeup_free);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Waits for messages, a wake-up or the next time to act. While the set is incomplete, messages
 * would only be read to be discarded. */
static void
wait_for_work (McastInterfaceTable *self)
{
  if (self->complete)
    _mcast_os_wakeup_wait (self->wakeup, _mcast_netlink_get_fd (self->netlink),
                           MIN (self->next_call, self->route_retry_at));
  else
    _mcast_os_wakeup_wait (self->wakeup, -1, self->resync_at);
}

/* Returns whether the set is complete. */
static gboolean
update (McastInterfaceTable *self)
{
  if (!self->complete && g_get_monotonic_time () < self->resync_at)
    return FALSE;
  self->complete = (self->complete || resynchronize (self)) && read_events (self);
  if (self->complete)
    self->resync_delay = 0;
  else
    self->resync_at = g_get_monotonic_time () + self->resync_delay;
  return self->complete;
}

/* A route that could not be looked up is looked up again when its subscriber is called again. */
static void
schedule_route_retry (McastInterfaceTable *self, gboolean looked_up)
{
  gboolean failed = g_atomic_int_compare_and_exchange (&self->route_failed, TRUE, FALSE);

  if (looked_up)
    self->route_retry_at = MCAST_INTERFACE_TABLE_NEVER;
  if (failed)
    {
      self->route_delay = increase_delay (self->route_delay);
      self->route_retry_at = MIN (self->route_retry_at,
                                  g_get_monotonic_time () + self->route_delay);
    }
  else if (looked_up)
    self->route_delay = 0;
}

static gpointer
listen_for_changes (gpointer user_data)
{
  McastInterfaceTable *self = user_data;

  _mcast_os_block_signals ();
  while (!g_atomic_int_get (&self->stopping))
    {
      gboolean notify_all;

      wait_for_work (self);
      if (!update (self))
        continue;
      notify_all = self->changed || g_get_monotonic_time () >= self->route_retry_at;
      if (self->changed)
        publish (self);
      self->next_call = notify_subscribers (self, notify_all);
      schedule_route_retry (self, notify_all);
    }

  if (g_atomic_int_get (&self->orphaned))
    table_free (self);
  return NULL;
}

static gboolean
open_table (McastInterfaceTable *self, GError **error)
{
  self->wakeup = _mcast_os_wakeup_new (error);
  if (self->wakeup == NULL)
    return FALSE;
  self->routes = _mcast_route_cache_new (error);
  if (self->routes == NULL)
    return FALSE;
  /* Listening begins before the dump, so that no change in between is missed. */
  self->netlink = _mcast_netlink_new (error);
  if (self->netlink == NULL || !load (self, error))
    return FALSE;
  publish (self);
  MCAST_LOG (DEBUG, (0), "Following %u interfaces (network namespace %" G_GUINT64_FORMAT ")",
             self->snapshot->len, self->namespace_id);
  self->thread = g_thread_try_new ("mcast-interfaces", listen_for_changes, self, error);
  return self->thread != NULL;
}

static McastInterfaceTable *
table_new (guint64 namespace_id, GError **error)
{
  McastInterfaceTable *self = g_new0 (McastInterfaceTable, 1);

  g_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->namespace_id = namespace_id;
  self->n_forks = _mcast_os_get_n_forks ();
  self->set = _mcast_interface_set_new ();
  self->complete = TRUE;
  self->next_call = MCAST_INTERFACE_TABLE_NEVER;
  self->route_retry_at = MCAST_INTERFACE_TABLE_NEVER;
  self->subscriptions = g_ptr_array_new_with_free_func ((GDestroyNotify) subscription_unref);
  if (!open_table (self, error))
    g_clear_pointer (&self, table_free);
  return self;
}

static void
lock_tables (void)
{
  G_LOCK (tables);
}

static void
unlock_tables (void)
{
  G_UNLOCK (tables);
}

/* The listener threads remain in the parent only: the child starts its own at first use. What it
 * inherited is left alone, since locks in there may be held for good. */
static void
forget_tables (void)
{
  tables = NULL;
  G_UNLOCK (tables);
}

static void
watch_forks (void)
{
  static gsize watched;

  if (!g_once_init_enter (&watched))
    return;
  _mcast_os_at_fork (lock_tables, unlock_tables, forget_tables);
  g_once_init_leave (&watched, TRUE);
}

/* Returns whether the table is that of a parent process: nothing of it may be used then. */
gboolean
_mcast_interface_table_is_inherited (McastInterfaceTable *self)
{
  return self->n_forks != _mcast_os_get_n_forks ();
}

/* Returns the table of the calling thread's network namespace, to be released. */
McastInterfaceTable *
_mcast_interface_table_acquire (GError **error)
{
  guint64 namespace_id = _mcast_os_get_namespace_id ();
  McastInterfaceTable *self;

  watch_forks ();
  G_LOCK (tables);
  if (tables == NULL)
    tables = g_hash_table_new (g_int64_hash, g_int64_equal);
  self = g_hash_table_lookup (tables, &namespace_id);
  if (self != NULL)
    g_ref_count_inc (&self->ref_count);
  else
    {
      self = table_new (namespace_id, error);
      if (self != NULL)
        g_hash_table_insert (tables, &self->namespace_id, self);
    }
  G_UNLOCK (tables);
  return self;
}

/* Does nothing in a forked child, for a table of its parent. */
void
_mcast_interface_table_release (McastInterfaceTable *self)
{
  GThread *thread = self->thread;
  gboolean last;

  if (_mcast_interface_table_is_inherited (self))
    return;
  G_LOCK (tables);
  last = g_ref_count_dec (&self->ref_count);
  if (last)
    g_hash_table_remove (tables, &self->namespace_id);
  G_UNLOCK (tables);
  if (!last)
    return;

  MCAST_LOG (DEBUG, (0), "No longer following interfaces (network namespace %" G_GUINT64_FORMAT ")",
             self->namespace_id);
  /* The last user may release the table in a call of the listener, which then frees it. */
  if (thread == g_thread_self ())
    {
      g_atomic_int_set (&self->orphaned, TRUE);
      g_atomic_int_set (&self->stopping, TRUE);
      g_thread_unref (thread);
      return;
    }
  g_atomic_int_set (&self->stopping, TRUE);
  _mcast_os_wakeup_signal (self->wakeup);
  g_thread_join (thread);
  table_free (self);
}

/* Returns the present interfaces as an array that never changes and, unless @serial is NULL, the
 * number of their state. */
GPtrArray *
_mcast_interface_table_snapshot (McastInterfaceTable *self, guint64 *serial)
{
  GPtrArray *snapshot;

  g_mutex_lock (&self->lock);
  snapshot = g_ptr_array_ref (self->snapshot);
  if (serial != NULL)
    *serial = self->serial;
  g_mutex_unlock (&self->lock);
  return snapshot;
}

/* Stores the route on which a datagram leaves. When the kernel cannot be asked, stores the last
 * known answer, returns FALSE, and calls all subscribers again after a while. */
gboolean
_mcast_interface_table_find_route (McastInterfaceTable *self, const McastRouteQuestion *question,
                                   McastRoute *route, GError **error)
{
  if (_mcast_route_cache_find (self->routes, question, route, error))
    return TRUE;
  g_atomic_int_set (&self->route_failed, TRUE);
  _mcast_os_wakeup_signal (self->wakeup);
  return FALSE;
}

/* Calls @func after each change from now on. A snapshot taken after this call misses none. */
McastInterfaceSubscription *
_mcast_interface_table_subscribe (McastInterfaceTable *self, McastInterfaceTableFunc func,
                                  gpointer user_data, GDestroyNotify destroy)
{
  McastInterfaceSubscription *subscription = g_new0 (McastInterfaceSubscription, 1);

  g_atomic_ref_count_init (&subscription->ref_count);
  g_atomic_ref_count_inc (&subscription->ref_count);
  g_rec_mutex_init (&subscription->lock);
  subscription->table = self;
  subscription->call_at = MCAST_INTERFACE_TABLE_NEVER;
  subscription->func = func;
  subscription->user_data = user_data;
  subscription->destroy = destroy;

  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->subscriptions, subscription);
  g_mutex_unlock (&self->lock);
  return subscription;
}

/* Requests a call at @time or earlier, from any thread. */
void
_mcast_interface_subscription_call_at (McastInterfaceSubscription *self, gint64 time)
{
  set_call_at (self, MIN (time, get_call_at (self)));
  _mcast_os_wakeup_signal (self->table->wakeup);
}

/* Ends the calls. Waits for a call in progress unless it is made from that call, so the caller must
 * not hold a lock that the callee takes. Does nothing in a forked child, for a table of its
 * parent. */
void
_mcast_interface_subscription_cancel (McastInterfaceSubscription *self)
{
  McastInterfaceTable *table = self->table;

  if (_mcast_interface_table_is_inherited (table))
    return;
  g_mutex_lock (&table->lock);
  g_ptr_array_remove (table->subscriptions, self);
  g_mutex_unlock (&table->lock);

  g_rec_mutex_lock (&self->lock);
  self->func = NULL;
  if (self->destroy != NULL)
    self->destroy (self->user_data);
  self->destroy = NULL;
  g_rec_mutex_unlock (&self->lock);
  subscription_unref (self);
}
