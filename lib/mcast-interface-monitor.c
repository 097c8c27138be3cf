/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-interface-monitor.h"

#include "interfaces/mcast-interface-table-private.h"
#include "mcast-interface-private.h"
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
 * [func@InterfaceMonitor.get] returns the monitor of a main context. Use it only in the thread of
 * that context: the list changes there, while the context is iterated.
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

/* Recursive, since a handler of items-changed can get the monitor. */
static GRecMutex monitors_lock;
static GHashTable *monitors;

typedef enum
{
  PROP_ITEM_TYPE = 1,
  PROP_N_ITEMS,
} McastInterfaceMonitorProperty;

static GParamSpec *properties[PROP_N_ITEMS + 1];

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

  g_rec_mutex_lock (&monitors_lock);
  shared = monitors != NULL ? g_hash_table_lookup (monitors, self->context) : NULL;
  if (shared != NULL && shared->monitor == self)
    g_hash_table_remove (monitors, self->context);
  g_rec_mutex_unlock (&monitors_lock);
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
  if (old->len != interfaces->len)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
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

/* Opens the table unless it is open. */
static gboolean
open_table (McastInterfaceMonitor *self, GError **error)
{
  if (self->table != NULL)
    return TRUE;
  self->table = _mcast_interface_table_acquire (error);
  if (self->table == NULL)
    return FALSE;
  self->subscription = _mcast_interface_table_subscribe (self->table, on_change,
                                                         _mcast_weak_ref_new (self),
                                                         _mcast_weak_ref_free);
  refresh (self);
  return TRUE;
}

static void open_table_later (McastInterfaceMonitor *self);

static gboolean
on_retry (gpointer user_data)
{
  g_autoptr (McastInterfaceMonitor) self = g_weak_ref_get (user_data);

  if (self != NULL)
    {
      g_rec_mutex_lock (&monitors_lock);
      g_clear_pointer (&self->retry, g_source_unref);
      if (!open_table (self, NULL))
        open_table_later (self);
      g_rec_mutex_unlock (&monitors_lock);
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
mcast_interface_monitor_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  McastInterfaceMonitor *self = MCAST_INTERFACE_MONITOR (object);

  switch ((McastInterfaceMonitorProperty) id)
    {
    case PROP_ITEM_TYPE:
      g_value_set_gtype (value, MCAST_TYPE_INTERFACE);
      break;
    case PROP_N_ITEMS:
      g_value_set_uint (value, self->interfaces->len);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mcast_interface_monitor_class_init (McastInterfaceMonitorClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = mcast_interface_monitor_dispose;
  object_class->finalize = mcast_interface_monitor_finalize;
  object_class->get_property = mcast_interface_monitor_get_property;
  /**
   * McastInterfaceMonitor:item-type:
   *
   * The type of the items, [class@Interface].
   *
   * Since: 0.2
   */
  properties[PROP_ITEM_TYPE] = g_param_spec_gtype ("item-type", NULL, NULL, G_TYPE_OBJECT, flags);
  /**
   * McastInterfaceMonitor:n-items:
   *
   * The number of interfaces. It is notified in the main context of the monitor, after
   * `items-changed`.
   *
   * Since: 0.2
   */
  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
mcast_interface_monitor_init (McastInterfaceMonitor *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->interfaces = g_ptr_array_new ();
}

/* Returns the monitor of the calling thread's default main context, which may not be open. Called
 * with the lock. */
static McastInterfaceMonitor *
get_shared (void)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  McastInterfaceMonitor *self = NULL;
  Shared *shared;

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
  return self;
}

/**
 * mcast_interface_monitor_get:
 * @error: return location for an error
 *
 * Gets the monitor of the calling thread's default main context. All callers in that context share
 * one monitor. `items-changed` is emitted in that context, while it is iterated.
 *
 * Fails with a code of [error@Gio.IOErrorEnum] if the kernel cannot list its interfaces, such as
 * `G_IO_ERROR_TOO_MANY_OPEN_FILES`. The next call tries again.
 *
 * Returns: (transfer full): the monitor
 * Since: 0.2
 */
McastInterfaceMonitor *
mcast_interface_monitor_get (GError **error)
{
  McastInterfaceMonitor *self;

  g_rec_mutex_lock (&monitors_lock);
  self = get_shared ();
  if (!open_table (self, error))
    g_clear_object (&self);
  g_rec_mutex_unlock (&monitors_lock);
  return self;
}

/**
 * mcast_interface_monitor_lookup_index:
 * @self: a monitor
 * @index: the index that the kernel gave to an interface, as in [method@Interface.get_index]
 *
 * Finds the interface with an index of the kernel. For a position in the list, use
 * [method@Gio.ListModel.get_item].
 *
 * Returns: (transfer full) (nullable): the interface, or %NULL if there is no such interface now
 * Since: 0.2
 */
McastInterface *
mcast_interface_monitor_lookup_index (McastInterfaceMonitor *self, guint index)
{
  McastInterface *iface;

  g_return_val_if_fail (MCAST_IS_INTERFACE_MONITOR (self), NULL);

  iface = _mcast_interface_by_index (self->interfaces, index);
  return iface != NULL ? g_object_ref (iface) : NULL;
}

/**
 * mcast_interface_monitor_get_default:
 *
 * Gets the monitor of the calling thread's default main context, as [func@InterfaceMonitor.get]
 * does, but never fails: if the kernel cannot list its interfaces, the reason is logged, and the
 * list remains empty until it can.
 *
 * Returns: (transfer full): the monitor
 * Since: 0.1
 * Deprecated: 0.2: Use [func@InterfaceMonitor.get], which reports failures
 */
McastInterfaceMonitor *
mcast_interface_monitor_get_default (void)
{
  g_autoptr (GError) error = NULL;
  McastInterfaceMonitor *self;

  g_rec_mutex_lock (&monitors_lock);
  self = get_shared ();
  if (self->retry == NULL && !open_table (self, &error))
    {
      MCAST_LOG (MESSAGE, (0), "The list of network interfaces is empty: %s; trying again",
                 error->message);
      open_table_later (self);
    }
  g_rec_mutex_unlock (&monitors_lock);
  return self;
}
