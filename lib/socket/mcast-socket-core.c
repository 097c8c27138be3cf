/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "socket/mcast-socket-core-private.h"

#include "mcast-log-private.h"
#include "os/mcast-os-fork-private.h"

/* The callback data of the table: a call in progress never meets a half-destroyed socket. */
typedef struct
{
  GWeakRef socket;
  McastSocketCore *core;
} Subscriber;

static Subscriber *
subscriber_new (McastSocketCore *core)
{
  Subscriber *self = g_new0 (Subscriber, 1);

  g_weak_ref_init (&self->socket, core->socket);
  self->core = core;
  return self;
}

static void
subscriber_free (gpointer data)
{
  Subscriber *self = data;

  g_weak_ref_clear (&self->socket);
  g_free (self);
}

/* Returns whether the socket is that of a parent process, in a forked child. */
gboolean
_mcast_socket_core_is_inherited (McastSocketCore *self)
{
  return self->n_forks != _mcast_os_get_n_forks ();
}

/* @layer and @signals must outlive the socket. */
void
_mcast_socket_core_init (McastSocketCore *self, GObject *socket, const McastSocketLayer *layer,
                         McastEventInvoke invoke, const McastEventSignals *signals)
{
  self->socket = socket;
  self->layer = layer;
  self->n_forks = _mcast_os_get_n_forks ();
  self->events = _mcast_event_queue_new (invoke, signals);
  self->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) mcast_event_unref);
  self->closed = TRUE;
  self->active = g_ptr_array_new_with_free_func (g_object_unref);
  g_mutex_init (&self->lock);
  _mcast_wanted_init (&self->wanted);
}

/* Frees everything. The socket must be closed. */
void
_mcast_socket_core_clear (McastSocketCore *self)
{
  /* A lock that was held when the parent forked cannot be cleared. */
  if (_mcast_socket_core_is_inherited (self))
    return;
  _mcast_event_queue_free (self->events);
  g_ptr_array_unref (self->changes);
  g_strfreev (self->groups);
  g_strfreev (self->interfaces);
  g_clear_error (&self->opening_error);
  g_clear_pointer (&self->last_stats, g_variant_unref);
  g_clear_pointer (&self->last_paths, g_ptr_array_unref);
  g_ptr_array_unref (self->active);
  _mcast_wanted_clear (&self->wanted);
  g_mutex_clear (&self->lock);
}

/* Adds the event of a path. Called by the layer below, with the lock. */
void
_mcast_socket_core_add_event (McastSocketCore *self, const McastEventInfo *info)
{
  g_ptr_array_add (self->changes, _mcast_event_new (info));
}

static gboolean
is_of_same_path (McastEvent *event, McastEvent *other)
{
  return g_strcmp0 (mcast_event_get_group (event), mcast_event_get_group (other)) == 0
         && g_strcmp0 (mcast_event_get_interface_name (event),
                       mcast_event_get_interface_name (other))
              == 0;
}

/* Drops the events of the paths that a change added, after it was taken back. */
static void
drop_additions (McastSocketCore *self)
{
  for (guint i = self->changes->len; i > 0; i--)
    {
      g_autoptr (McastEvent) addition = mcast_event_ref (self->changes->pdata[i - 1]);
      McastEventType type = mcast_event_get_event_type (addition);

      if (type != MCAST_EVENT_READY && type != MCAST_EVENT_WAITING && type != MCAST_EVENT_FAILED)
        continue;
      for (guint j = self->changes->len; j >= i; j--)
        if (is_of_same_path (self->changes->pdata[j - 1], addition))
          g_ptr_array_remove_index (self->changes, j - 1);
    }
}

/* Hands over the events of paths, and adds those for the interfaces that have come into use, or
 * gone out of it, since the last call. */
static void
note_active (McastSocketCore *self)
{
  g_autoptr (GPtrArray) before = g_steal_pointer (&self->active);

  self->active = self->layer->list_active (self->socket);
  if (self->active->len == 0 && before->len > 0)
    MCAST_LOG (INFO, (0), "%s %p: no interface left; waiting for one",
               G_OBJECT_TYPE_NAME (self->socket), self->socket);
  _mcast_event_queue_push_changes (self->events, before, self->active);
  for (guint i = 0; i < self->changes->len; i++)
    _mcast_event_queue_push (self->events, self->changes->pdata[i]);
  g_ptr_array_set_size (self->changes, 0);
}

static gint64
recover (McastSocketCore *self)
{
  if (self->layer->recover == NULL)
    return MCAST_INTERFACE_TABLE_NEVER;
  return self->layer->recover (self->socket, g_get_monotonic_time ());
}

/* In the listener thread, whether or not anyone is receiving or sending. */
static gint64
on_interfaces (GPtrArray *interfaces, guint64 serial, gpointer user_data)
{
  const Subscriber *subscriber = user_data;
  g_autoptr (GObject) socket = g_weak_ref_get ((GWeakRef *) &subscriber->socket);
  McastSocketCore *self = subscriber->core;
  g_autoptr (GError) error = NULL;
  gint64 call_at = MCAST_INTERFACE_TABLE_NEVER;

  if (socket == NULL)
    return call_at;

  g_mutex_lock (&self->lock);
  if (!self->closed && serial >= self->serial)
    {
      self->serial = serial;
      if (!self->layer->update (socket, NULL, interfaces, &error))
        MCAST_LOG (DEBUG, (0), "%s %p: %s", G_OBJECT_TYPE_NAME (socket), socket, error->message);
      call_at = recover (self);
      note_active (self);
    }
  g_mutex_unlock (&self->lock);

  _mcast_event_queue_deliver (self->events, socket);
  return call_at;
}

/* Has the kernel follow a change, on the interfaces as they are now. Called with the lock. */
static gboolean
update_now (McastSocketCore *self, const McastAddress *only, GError **error)
{
  g_autoptr (GPtrArray) interfaces = NULL;
  gboolean updated;
  gint64 call_at;

  interfaces = _mcast_interface_table_snapshot (self->table, &self->serial);
  updated = self->layer->update (self->socket, only, interfaces, error);
  call_at = recover (self);
  if (call_at != MCAST_INTERFACE_TABLE_NEVER)
    _mcast_interface_subscription_call_at (self->subscription, call_at);
  return updated;
}

/* The same interface given twice is one. */
static gboolean
add_interfaces (McastSocketCore *self, GError **error)
{
  if (self->layer->selects_by_default && (self->interfaces == NULL || self->interfaces[0] == NULL))
    return _mcast_wanted_add_interface (&self->wanted, NULL, error);
  for (gsize i = 0; self->interfaces != NULL && self->interfaces[i] != NULL; i++)
    {
      g_autoptr (GError) failure = NULL;

      if (!_mcast_wanted_add_interface (&self->wanted, self->interfaces[i], &failure)
          && !g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_EXISTS))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
    }
  return TRUE;
}

/* Checks whether the interfaces that were added from @first on exist, which an update does only for
 * the interfaces that a group uses. Called with the lock. */
static gboolean
check_interfaces (McastSocketCore *self, guint first, GError **error)
{
  g_autoptr (GPtrArray) interfaces = NULL;
  guint64 serial;

  if (self->layer->waits_for_interfaces (self->socket))
    return TRUE;
  interfaces = _mcast_interface_table_snapshot (self->table, &serial);
  return _mcast_wanted_check_interfaces (&self->wanted, first, interfaces, error);
}

static gboolean
check_group (McastSocketCore *self, McastGroup *group, GError **error)
{
  return self->layer->check_group == NULL || self->layer->check_group (self->socket, group, error);
}

/* The same group given twice is one. */
static gboolean
add_groups (McastSocketCore *self, GError **error)
{
  g_autoptr (GPtrArray) groups = NULL;

  groups = _mcast_group_parse_list ((const char *const *) self->groups, error);
  for (guint i = 0; groups != NULL && i < groups->len; i++)
    {
      if (!check_group (self, groups->pdata[i], error))
        return FALSE;
      if (!_mcast_wanted_has_group (&self->wanted, groups->pdata[i]))
        _mcast_wanted_add_group (&self->wanted, groups->pdata[i]);
    }
  return groups != NULL;
}

/* Returns whether the port has changed since the last call. */
static gboolean
note_port (McastSocketCore *self)
{
  guint before = self->wanted.port;

  self->wanted.port = self->layer->get_port (self->socket);
  return self->wanted.port != before;
}

static gboolean
open_socket (McastSocketCore *self, GError **error)
{
  gboolean opened;

  self->table = _mcast_interface_table_acquire (error);
  if (self->table == NULL || !self->layer->open (self->socket, error))
    return FALSE;
  self->subscription = _mcast_interface_table_subscribe (self->table, on_interfaces,
                                                         subscriber_new (self), subscriber_free);

  g_mutex_lock (&self->lock);
  note_port (self);
  opened = add_interfaces (self, error) && add_groups (self, error)
           && update_now (self, NULL, error)
           && (self->wanted.groups->len > 0 || check_interfaces (self, 0, error));
  if (opened)
    {
      /* What is in use from the start is no event. */
      g_ptr_array_set_size (self->changes, 0);
      g_ptr_array_unref (self->active);
      self->active = self->layer->list_active (self->socket);
      note_port (self);
      g_atomic_int_set (&self->closed, FALSE);
    }
  g_mutex_unlock (&self->lock);
  return opened;
}

static char *
join_texts (char **texts, const char *none)
{
  return texts != NULL && texts[0] != NULL ? g_strjoinv (",", texts) : g_strdup (none);
}

static void
log_opening (McastSocketCore *self)
{
  g_autofree char *groups = join_texts (self->groups, "none");
  g_autofree char *interfaces = join_texts (self->interfaces, "default");
  const char *name = G_OBJECT_TYPE_NAME (self->socket);
  guint n_active;

  /* From the subscription on, the thread of the interface table replaces the list. */
  g_mutex_lock (&self->lock);
  n_active = self->active->len;
  g_mutex_unlock (&self->lock);
  if (self->opening_error == NULL)
    MCAST_LOG (DEBUG, (0), "%s %p: opened (groups %s, interfaces %s, in use on %u)", name,
               self->socket, groups, interfaces, n_active);
  else
    MCAST_LOG (DEBUG, (0), "%s %p: could not open (groups %s, interfaces %s): %s", name,
               self->socket, groups, interfaces, self->opening_error->message);
}

/* Opens the socket. A second call has the result of the first. */
gboolean
_mcast_socket_core_open (McastSocketCore *self, GError **error)
{
  if (!self->was_opened)
    {
      open_socket (self, &self->opening_error);
      log_opening (self);
    }
  self->was_opened = TRUE;
  if (self->opening_error == NULL)
    return TRUE;
  g_propagate_error (error, g_error_copy (self->opening_error));
  return FALSE;
}

/* Returns the statistics of one moment, and in @paths the paths: McastPath. */
static GVariant *
take_snapshot (McastSocketCore *self, GPtrArray **paths)
{
  GVariantBuilder builder;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  *paths = self->layer->list_paths (self->socket, &dict);
  for (guint i = 0; i < (*paths)->len; i++)
    g_variant_builder_add_value (&builder, _mcast_path_get_stats ((*paths)->pdata[i]));
  g_variant_dict_insert_value (&dict, "paths", g_variant_builder_end (&builder));
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

/* Closes what a forked child inherited, without any lock: a thread that held one is not here to
 * release it. The parent still uses the memberships and the epoll set. */
static void
close_inherited (McastSocketCore *self)
{
  g_atomic_int_set (&self->closed, TRUE);
  self->layer->close (self->socket, TRUE);
  self->subscription = NULL;
  self->table = NULL;
}

/* Closes the socket, also one that failed to open. Closing again does nothing. */
void
_mcast_socket_core_close (McastSocketCore *self)
{
  McastInterfaceSubscription *subscription;
  McastInterfaceTable *table;

  if (_mcast_socket_core_is_inherited (self))
    {
      close_inherited (self);
      return;
    }
  g_mutex_lock (&self->lock);
  if (!self->closed)
    {
      self->last_stats = take_snapshot (self, &self->last_paths);
      MCAST_LOG (DEBUG, (0), "%s %p: closed", G_OBJECT_TYPE_NAME (self->socket), self->socket);
    }
  g_atomic_int_set (&self->closed, TRUE);
  self->layer->close (self->socket, FALSE);
  subscription = g_steal_pointer (&self->subscription);
  table = g_steal_pointer (&self->table);
  g_mutex_unlock (&self->lock);

  /* Without the lock, which a call of the listener in progress may want. */
  g_clear_pointer (&subscription, _mcast_interface_subscription_cancel);
  g_clear_pointer (&table, _mcast_interface_table_release);
}

/* Closes the socket and drops the function for events. */
void
_mcast_socket_core_dispose (McastSocketCore *self)
{
  _mcast_socket_core_close (self);
  if (!_mcast_socket_core_is_inherited (self))
    _mcast_event_queue_set_func (self->events, NULL, NULL, NULL);
}

/* Takes the lock of an open socket; returns FALSE, without the lock, when it is closed. */
gboolean
_mcast_socket_core_lock (McastSocketCore *self, GError **error)
{
  g_mutex_lock (&self->lock);
  if (!self->closed)
    return TRUE;
  g_mutex_unlock (&self->lock);
  if (!self->was_opened)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                 "The %s was not opened; call g_initable_init ()",
                 G_OBJECT_TYPE_NAME (self->socket));
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, self->layer->closed_text);
  return FALSE;
}

/* Checks a time limit in microseconds, of which -1 stands for no limit. */
gboolean
_mcast_socket_core_check_timeout (gint64 timeout_us, GError **error)
{
  if (timeout_us >= -1)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "Timeout of %" G_GINT64_FORMAT
               " µs is out of range: use 0 or more, or -1 to wait forever",
               timeout_us);
  return FALSE;
}

/* Takes the lock to change a setting, which needs no open socket before the socket was opened.
 * Returns FALSE, without the lock, after closing. */
gboolean
_mcast_socket_core_lock_setting (McastSocketCore *self, GError **error)
{
  if (self->was_opened)
    return _mcast_socket_core_lock (self, error);
  g_mutex_lock (&self->lock);
  return TRUE;
}

/* Reports that a property of an opened socket was not set, for a property cannot return an error.
 * To set one after closing is not a bug: the socket may have been closed in another thread. */
void
_mcast_socket_core_report_unset (McastSocketCore *self, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    MCAST_LOG (DEBUG, (0), "%s %p: property not set: %s", G_OBJECT_TYPE_NAME (self->socket),
               self->socket, error->message);
  else
    g_warning ("%s", error->message);
}

void
_mcast_socket_core_unlock (McastSocketCore *self)
{
  g_mutex_unlock (&self->lock);
}

/* Delivers the events that came up under the lock. Called without it, and without any lock that a
 * function of the application may want. */
void
_mcast_socket_core_deliver (McastSocketCore *self)
{
  _mcast_event_queue_deliver (self->events, self->socket);
}

gboolean
_mcast_socket_core_is_closed (McastSocketCore *self)
{
  return g_atomic_int_get (&self->closed);
}

static gboolean
add_wanted_group (McastSocketCore *self, McastGroup *group, GError **error)
{
  g_autofree char *text = NULL;

  if (!check_group (self, group, error))
    return FALSE;
  if (!_mcast_wanted_has_group (&self->wanted, group))
    {
      _mcast_wanted_add_group (&self->wanted, group);
      return TRUE;
    }
  text = mcast_group_to_string (group);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "%s %s", text, self->layer->present_text);
  return FALSE;
}

static gboolean
remove_wanted_group (McastSocketCore *self, McastGroup *group, GError **error)
{
  g_autofree char *text = NULL;

  if (_mcast_wanted_remove_group (&self->wanted, group))
    return TRUE;
  text = mcast_group_to_string (group);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s %s", text, self->layer->absent_text);
  return FALSE;
}

/* Ends a change: notes its events, releases the lock, delivers, and notifies of the property that
 * has changed, unless it is NULL, and of the port. */
static void
finish_change (McastSocketCore *self, const char *property)
{
  gboolean has_new_port;

  note_active (self);
  has_new_port = note_port (self);
  g_mutex_unlock (&self->lock);
  _mcast_socket_core_deliver (self);
  if (property != NULL)
    g_object_notify (self->socket, property);
  if (has_new_port)
    g_object_notify (self->socket, "port");
}

/* Has the kernel follow a group that was added, or takes it out again. */
static gboolean
follow_group (McastSocketCore *self, McastGroup *group, const McastAddress *only, GError **error)
{
  if (update_now (self, only, error))
    return TRUE;
  _mcast_wanted_remove_group (&self->wanted, group);
  update_now (self, only, NULL);
  drop_additions (self);
  return FALSE;
}

static void
log_change (McastSocketCore *self, const char *what, const char *text, gboolean changed)
{
  MCAST_LOG (DEBUG, (0), "%s %p: %s %s%s", G_OBJECT_TYPE_NAME (self->socket), self->socket, what,
             text != NULL ? text : "the default interfaces", changed ? "" : " failed");
}

static void
log_group (McastSocketCore *self, const char *what, McastGroup *group, gboolean changed)
{
  g_autofree char *text = mcast_group_to_string (group);

  log_change (self, what, text, changed);
}

/* Adds a group while the socket is in use; on failure nothing has changed. */
gboolean
_mcast_socket_core_add_group (McastSocketCore *self, McastGroup *group, GError **error)
{
  gboolean added;

  if (!_mcast_socket_core_lock (self, error))
    return FALSE;
  added = add_wanted_group (self, group, error)
          && follow_group (self, group, _mcast_group_address (group), error);
  log_group (self, "adding group", group, added);
  finish_change (self, added ? "groups" : NULL);
  return added;
}

/* Removes a group. It succeeds whatever becomes of the other groups. */
gboolean
_mcast_socket_core_remove_group (McastSocketCore *self, McastGroup *group, GError **error)
{
  gboolean removed;

  if (!_mcast_socket_core_lock (self, error))
    return FALSE;
  removed = remove_wanted_group (self, group, error);
  if (removed)
    update_now (self, _mcast_group_address (group), NULL);
  log_group (self, "removing group", group, removed);
  finish_change (self, removed ? "groups" : NULL);
  return removed;
}

gboolean
_mcast_socket_core_add_group_text (McastSocketCore *self, const char *text, GError **error)
{
  g_autoptr (McastGroup) group = mcast_group_parse (text, error);

  return group != NULL && _mcast_socket_core_add_group (self, group, error);
}

gboolean
_mcast_socket_core_remove_group_text (McastSocketCore *self, const char *text, GError **error)
{
  g_autoptr (McastGroup) group = mcast_group_parse (text, error);

  return group != NULL && _mcast_socket_core_remove_group (self, group, error);
}

/* Adds the destination of a datagram, for a socket without groups; the oldest of @max such
 * destinations makes room. Called with the lock. */
gboolean
_mcast_socket_core_add_ad_hoc (McastSocketCore *self, McastGroup *group, guint max, GError **error)
{
  gboolean added;

  _mcast_wanted_add_ad_hoc (&self->wanted, group, max);
  added = follow_group (self, group, NULL, error);
  note_active (self);
  return added;
}

/* Adds an interface for the groups that name none; on failure nothing has changed. */
gboolean
_mcast_socket_core_add_interface (McastSocketCore *self, const char *text, GError **error)
{
  gboolean added;

  if (!_mcast_socket_core_lock (self, error))
    return FALSE;
  added = _mcast_wanted_add_interface (&self->wanted, text, error);
  if (added
      && !(check_interfaces (self, self->wanted.selectors->len - 1, error)
           && update_now (self, NULL, error)))
    {
      added = FALSE;
      _mcast_wanted_remove_interface (&self->wanted, text, NULL);
      update_now (self, NULL, NULL);
      drop_additions (self);
    }
  log_change (self, "adding interface", text, added);
  finish_change (self, added ? "interfaces" : NULL);
  return added;
}

/* Removes an interface. It succeeds whatever becomes of the other ones. */
gboolean
_mcast_socket_core_remove_interface (McastSocketCore *self, const char *text, GError **error)
{
  gboolean removed;

  if (!_mcast_socket_core_lock (self, error))
    return FALSE;
  removed = _mcast_wanted_remove_interface (&self->wanted, text, error);
  if (removed)
    update_now (self, NULL, NULL);
  log_change (self, "removing interface", text, removed);
  finish_change (self, removed ? "interfaces" : NULL);
  return removed;
}

/* Checks whether the socket is or was open, so that its wanted groups and interfaces count. */
static gboolean
was_opened_well (McastSocketCore *self)
{
  return self->was_opened && self->opening_error == NULL;
}

static char **
copy_texts (char **texts)
{
  return texts != NULL ? g_strdupv (texts) : g_new0 (char *, 1);
}

/* Returns the canonical texts of the groups, before opening as they were given. */
char **
_mcast_socket_core_get_groups (McastSocketCore *self)
{
  char **groups;

  g_mutex_lock (&self->lock);
  groups = was_opened_well (self) ? _mcast_wanted_get_groups (&self->wanted)
                                  : copy_texts (self->groups);
  g_mutex_unlock (&self->lock);
  return groups;
}

/* Returns the groups: McastGroup. The array is empty before opening. */
GPtrArray *
_mcast_socket_core_list_groups (McastSocketCore *self)
{
  GPtrArray *groups;

  g_mutex_lock (&self->lock);
  groups = _mcast_wanted_list_groups (&self->wanted);
  g_mutex_unlock (&self->lock);
  return groups;
}

/* Returns the texts that select interfaces, without the default. */
char **
_mcast_socket_core_get_interfaces (McastSocketCore *self)
{
  char **interfaces;

  g_mutex_lock (&self->lock);
  interfaces = was_opened_well (self) ? _mcast_wanted_get_interfaces (&self->wanted)
                                      : copy_texts (self->interfaces);
  g_mutex_unlock (&self->lock);
  return interfaces;
}

/* Returns the interfaces in use; none after closing. */
GPtrArray *
_mcast_socket_core_get_active (McastSocketCore *self)
{
  GPtrArray *active;

  g_mutex_lock (&self->lock);
  active = self->closed ? g_ptr_array_new_with_free_func (g_object_unref)
                        : _mcast_interface_copy_list (self->active);
  g_mutex_unlock (&self->lock);
  return active;
}

/* Returns the statistics, after closing those of that moment. */
GVariant *
_mcast_socket_core_get_stats (McastSocketCore *self)
{
  g_autoptr (GPtrArray) paths = NULL;
  GVariant *stats;

  g_mutex_lock (&self->lock);
  if (!self->closed)
    stats = take_snapshot (self, &paths);
  else if (self->last_stats != NULL)
    stats = g_variant_ref (self->last_stats);
  else
    stats = g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
  g_mutex_unlock (&self->lock);
  return stats;
}

static gpointer
ref_object (gconstpointer object, gpointer user_data)
{
  return g_object_ref ((gpointer) object);
}

/* Returns the paths (McastPath), after closing those of that moment. */
GPtrArray *
_mcast_socket_core_get_paths (McastSocketCore *self)
{
  g_autoptr (GVariant) stats = NULL;
  GPtrArray *paths;

  g_mutex_lock (&self->lock);
  if (!self->closed)
    stats = take_snapshot (self, &paths);
  else if (self->last_paths != NULL)
    paths = g_ptr_array_copy (self->last_paths, ref_object, NULL);
  else
    paths = g_ptr_array_new_with_free_func (g_object_unref);
  g_mutex_unlock (&self->lock);
  return paths;
}
