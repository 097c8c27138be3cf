/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-interface-monitor.h"

#include "interfaces/mcast-interface-table-private.h"
#include "mcast-log-private.h"
#include "mcast-weak-ref-private.h"

/**
 * McastInterfaceMonitor:
 *
 * Monitors the network interfaces of the machine.
 *
 * The monitor is a [iface@Gio.ListModel] of [class@Interface], ordered by index, which follows the
 * kernel. `items-changed` is emitted when interfaces appear, disappear, are renamed, go up or down,
 * or change their addresses. A new object replaces an interface that changed.
 *
 * Use the monitor only in the thread of the main context in which it was obtained: the list changes
 * there.
 *
 * Since: 0.1
 */
struct _McastInterfaceMonitor
{
  GObject parent_instance;

  GMainContext *context;
  McastInterfaceTable *table;
  McastInterfaceSubscription *subscription;
  GPtrArray *interfaces;
  /* Its context is going to look at the table. */
  gint pending;
  /* Opens the table after a failure. */
  GSource *retry;
  guint retry_delay_ms;
};

/* How long to wait before opening the table again: twice as long each time, up to the longest. */
#define FIRST_RETRY_MS 4
#define LONGEST_RETRY_MS 1000

/* The one monitor of a main context. The plain pointer is for comparing only. */
typedef struct
{
  GWeakRef ref;
  gconstpointer monitor;
} Shared;

G_LOCK_DEFINE_STATIC (monitors);
static GHashTable *monitors;

static Shared *
shared_new (McastInterfaceMonitor *monitor)
{
  Shared *shared = g_new (Shared, 1);

  g_weak_ref_init (&shared->ref, monitor);
  shared->monitor = monitor;
  return shared;
}

static void
shared_free (Shared *shared)
{
  g_weak_ref_clear (&shared->ref);
  g_free (shared);
}

static void
forget_shared (McastInterfaceMonitor *self)
{
  Shared *shared;

  G_LOCK (monitors);
  shared = monitors != NULL ? g_hash_table_lookup (monitors, self->context) : NULL;
  if (shared != NULL && shared->monitor == self)
    g_hash_table_remove (monitors, self->context);
  G_UNLOCK (monitors);
}

static GType
get_item_type (GListModel *model)
{
  return MCAST_TYPE_INTERFACE;
}

static guint
get_n_items (GListModel *model)
{
  return MCAST_INTERFACE_MONITOR (model)->interfaces->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  McastInterfaceMonitor *self = MCAST_INTERFACE_MONITOR (model);

  return position < self->interfaces->len ? g_object_ref (self->interfaces->pdata[position]) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (McastInterfaceMonitor, mcast_interface_monitor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

/* Interfaces that did not change are the same objects before and after: one run between a common
 * head and a common tail is what changed. */
static void
replace_items (McastInterfaceMonitor *self, GPtrArray *interfaces)
{
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->interfaces);
  guint head = 0;
  guint tail = 0;

  self->interfaces = g_ptr_array_ref (interfaces);
  while (head < old->len && head < interfaces->len && old->pdata[head] == interfaces->pdata[head])
    head++;
  while (tail < old->len - head && tail < interfaces->len - head
         && old->pdata[old->len - 1 - tail] == interfaces->pdata[interfaces->len - 1 - tail])
    tail++;
  if (head + tail < old->len || head + tail < interfaces->len)
    g_list_model_items_changed (G_LIST_MODEL (self), head, old->len - head - tail,
                                interfaces->len - head - tail);
}

static void
refresh (McastInterfaceMonitor *self)
{
  g_autoptr (GPtrArray) interfaces = _mcast_interface_table_snapshot (self->table, NULL);

  replace_items (self, interfaces);
}

static gboolean
on_idle (gpointer user_data)
{
  g_autoptr (McastInterfaceMonitor) self = g_weak_ref_get (user_data);

  if (self == NULL)
    return G_SOURCE_REMOVE;
  g_atomic_int_set (&self->pending, FALSE);
  refresh (self);
  return G_SOURCE_REMOVE;
}

/* In the listener thread: the list itself changes in its own context, where a flood of changes
 * must not queue up. */
static gint64
on_change (GPtrArray *interfaces, guint64 serial, gpointer user_data)
{
  g_autoptr (McastInterfaceMonitor) self = g_weak_ref_get (user_data);
  g_autoptr (GSource) source = NULL;

  if (self == NULL || !g_atomic_int_compare_and_exchange (&self->pending, FALSE, TRUE))
    return MCAST_INTERFACE_TABLE_NEVER;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_idle, _mcast_weak_ref_new (self), _mcast_weak_ref_free);
  g_source_set_static_name (source, "mcast interface monitor");
  g_source_attach (source, self->context);
  return MCAST_INTERFACE_TABLE_NEVER;
}

static void open_table_later (McastInterfaceMonitor *self);

/* Without descriptors or memory it fails, so it is repeated until it succeeds. */
static void
open_table (McastInterfaceMonitor *self)
{
  g_autoptr (GError) error = NULL;

  self->table = _mcast_interface_table_acquire (&error);
  if (self->table == NULL)
    {
      if (self->retry_delay_ms == 0)
        MCAST_LOG (MESSAGE, (0), "The list of network interfaces is empty: %s; trying again",
                   error->message);
      open_table_later (self);
      return;
    }
  self->subscription = _mcast_interface_table_subscribe (self->table, on_change,
                                                         _mcast_weak_ref_new (self),
                                                         _mcast_weak_ref_free);
  refresh (self);
}

static gboolean
on_retry (gpointer user_data)
{
  g_autoptr (McastInterfaceMonitor) self = g_weak_ref_get (user_data);

  if (self != NULL)
    {
      g_clear_pointer (&self->retry, g_source_unref);
      open_table (self);
    }
  return G_SOURCE_REMOVE;
}

static void
open_table_later (McastInterfaceMonitor *self)
{
  self->retry_delay_ms = CLAMP (2 * self->retry_delay_ms, FIRST_RETRY_MS, LONGEST_RETRY_MS);
  self->retry = g_timeout_source_new (self->retry_delay_ms);
  g_source_set_callback (self->retry, on_retry, _mcast_weak_ref_new (self), _mcast_weak_ref_free);
  g_source_set_static_name (self->retry, "mcast interface monitor retry");
  g_source_attach (self->retry, self->context);
}

static void
mcast_interface_monitor_dispose (GObject *object)
{
  McastInterfaceMonitor *self = MCAST_INTERFACE_MONITOR (object);

  if (self->retry != NULL)
    g_source_destroy (self->retry);
  g_clear_pointer (&self->retry, g_source_unref);
  g_clear_pointer (&self->subscription, _mcast_interface_subscription_cancel);
  g_clear_pointer (&self->table, _mcast_interface_table_release);

  G_OBJECT_CLASS (mcast_interface_monitor_parent_class)->dispose (object);
}

static void
mcast_interface_monitor_finalize (GObject *object)
{
  McastInterfaceMonitor *self = MCAST_INTERFACE_MONITOR (object);

  forget_shared (self);
  g_ptr_array_unref (self->interfaces);
  g_main_context_unref (self->context);

  G_OBJECT_CLASS (mcast_interface_monitor_parent_class)->finalize (object);
}

static void
mcast_interface_monitor_class_init (McastInterfaceMonitorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = mcast_interface_monitor_dispose;
  object_class->finalize = mcast_interface_monitor_finalize;
}

static void
mcast_interface_monitor_init (McastInterfaceMonitor *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->interfaces = g_ptr_array_new ();
  open_table (self);
}

/**
 * mcast_interface_monitor_get_default:
 *
 * Gets the monitor of the calling thread's default main context. All callers in that context share
 * one monitor. `items-changed` is emitted in that context, while it is iterated.
 *
 * If the kernel cannot list its interfaces, the reason is logged, and the list remains empty until
 * it can: the monitor keeps trying.
 *
 * Returns: (transfer full): the monitor
 * Since: 0.1
 */
McastInterfaceMonitor *
mcast_interface_monitor_get_default (void)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  McastInterfaceMonitor *self = NULL;
  Shared *shared;

  G_LOCK (monitors);
  if (monitors == NULL)
    monitors = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) shared_free);
  shared = g_hash_table_lookup (monitors, context);
  if (shared != NULL)
    self = g_weak_ref_get (&shared->ref);
  /* In a forked child that of the parent does not change any more. */
  if (self != NULL && self->table != NULL && _mcast_interface_table_is_inherited (self->table))
    g_clear_object (&self);
  if (self == NULL)
    {
      self = g_object_new (MCAST_TYPE_INTERFACE_MONITOR, NULL);
      g_hash_table_replace (monitors, context, shared_new (self));
    }
  G_UNLOCK (monitors);
  return self;
}
