/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx/mcast-memberships-private.h"

#include "mcast-error.h"
#include "mcast-log-private.h"
#include "os/mcast-igmp-private.h"
#include "os/mcast-os-option-private.h"
#include "rx/mcast-rx-counter-store-private.h"

#define LOG_PATH(path, ...) \
  MCAST_LOG (DEBUG, \
             (.iface = mcast_interface_get_name ((path)->iface), .group = &(path)->key.group), \
             __VA_ARGS__)
#define LOG_PATH_LIMITED(limit, level, path, ...) \
  MCAST_LOG_LIMITED (limit, level, \
                     (.iface = mcast_interface_get_name ((path)->iface), \
                      .group = &(path)->key.group), \
                     __VA_ARGS__)

struct _McastMemberships
{
  McastMembershipsOptions options;
  McastRxEndpoints *endpoints;
  /* McastRxPath by its key. */
  GHashTable *paths;
  McastRxCounterStore *counters;
  McastRxRecovery recovery;
  /* The paths that wait for an interface, by the address of their group: sets of texts, each of a
   * group and a selector. */
  GHashTable *waiting;
  guint64 n_updates;
  gboolean reported_waiting;
  McastLogLimit failure_limit;
  McastLogLimit recovery_limit;
};

/* The new failures of an update: the first on a named interface, the first of the others, and the
 * number of the others. */
typedef struct
{
  GError *named;
  GError *other;
  guint n_others;
} Outcome;

static GHashTable *
new_waiting (void)
{
  return g_hash_table_new_full (_mcast_address_hash, _mcast_address_equal, g_free,
                                (GDestroyNotify) g_hash_table_unref);
}

McastMemberships *
_mcast_memberships_new (const McastMembershipsOptions *options, McastOsPoll *poll)
{
  McastMemberships *self = g_new0 (McastMemberships, 1);
  const McastRxEndpointsOptions endpoints_options = {
    .reuse = options->reuse,
    .auto_join = options->auto_join,
    .receive_buffer_size = options->receive_buffer_size,
    .merge_segments = options->merge_segments,
  };

  self->options = *options;
  self->endpoints = _mcast_rx_endpoints_new (&endpoints_options, poll);
  self->paths = g_hash_table_new_full (_mcast_rx_path_key_hash, _mcast_rx_path_key_equal, NULL,
                                       (GDestroyNotify) _mcast_rx_path_free);
  self->counters = _mcast_rx_counter_store_new (options->forget_path, options->user_data);
  self->waiting = new_waiting ();
  self->recovery.interval = options->recovery_interval;
  return self;
}

/* Leaves each group, since the sockets of callers stay open. */
static void
leave_all (McastMemberships *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->paths);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      McastRxPath *path = value;

      if (path->endpoint != NULL)
        _mcast_rx_endpoint_leave (path->endpoint, path);
    }
  g_hash_table_remove_all (self->paths);
}

void
_mcast_memberships_free (McastMemberships *self)
{
  leave_all (self);
  _mcast_rx_endpoints_close_all (self->endpoints);
  _mcast_memberships_free_inherited (self);
}

/* Closes the descriptors without leaving the groups: in a forked child, the memberships and the
 * poll set still belong to the parent. */
void
_mcast_memberships_free_inherited (McastMemberships *self)
{
  _mcast_rx_endpoints_free (self->endpoints);
  g_hash_table_unref (self->paths);
  g_hash_table_unref (self->waiting);
  _mcast_rx_counter_store_free (self->counters);
  g_free (self);
}

/* Uses a socket of the caller for the groups of its family and port. */
gboolean
_mcast_memberships_add_socket (McastMemberships *self, int fd, int family, GError **error)
{
  guint port = _mcast_os_get_port (fd);

  if (self->options.port != 0 && self->options.port != port)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "The socket is bound to port %u, not to the requested port %u; use the same "
                   "port, or 0",
                   port, self->options.port);
      return FALSE;
    }
  self->options.port = port;
  return _mcast_rx_endpoints_add_foreign (self->endpoints, fd, family, error);
}

static guint
group_port (McastMemberships *self, McastGroup *group)
{
  guint port = mcast_group_get_port (group);

  return port != 0 ? port : self->options.port;
}

static void
report_event (McastMemberships *self, McastRxPath *path, McastEventType type, const GError *error,
              const char *reason)
{
  g_autofree char *group = _mcast_rx_path_get_text (path);
  const McastEventInfo info = {
    .type = type,
    .group = group,
    .interface_name = mcast_interface_get_name (path->iface),
    .iface = path->iface,
    .error = error,
    .reason = reason,
  };

  self->options.report_event (self->options.user_data, &info);
}

/* Notes that the path has the failure that is new. */
static void
note_new_failure (McastMemberships *self, McastRxPath *path)
{
  report_event (self, path, MCAST_EVENT_FAILED, path->failure, NULL);
  path->counters->reported = MCAST_RX_REPORTED_LOST;
}

/* Notes that the path does what is wanted. */
static void
note_success (McastMemberships *self, McastRxPath *path)
{
  McastRxReported reported = path->counters->reported;

  _mcast_rx_path_set_failure (path, NULL);
  path->counters->reported = MCAST_RX_REPORTED_READY;
  if (reported != MCAST_RX_REPORTED_READY)
    report_event (self, path,
                  reported == MCAST_RX_REPORTED_LOST ? MCAST_EVENT_RECOVERED : MCAST_EVENT_READY,
                  NULL, NULL);
}

/* Notes that a path ends because its interface disappeared. After messages were lost, the interface
 * may be the same, and the path is joined again at once. */
static void
note_lost (McastMemberships *self, McastRxPath *path, GPtrArray *interfaces)
{
  McastInterface *now = _mcast_interface_by_index (interfaces, path->key.interface_index);

  if (now != NULL
      && _mcast_interface_get_info (now)->life == _mcast_interface_get_info (path->iface)->life)
    return;
  if (path->counters->reported == MCAST_RX_REPORTED_READY)
    {
      g_autoptr (GError) error = g_error_new (MCAST_ERROR, MCAST_ERROR_INTERFACE_NOT_READY,
                                              "Interface %s disappeared; reception resumes when it "
                                              "returns",
                                              mcast_interface_get_name (path->iface));

      report_event (self, path, MCAST_EVENT_LOST, error, NULL);
    }
  path->counters->reported = MCAST_RX_REPORTED_LOST;
}

/* Notes that a path ends because it is not wanted any more. */
static void
note_removed (McastMemberships *self, McastRxPath *path)
{
  if (path->counters->reported == MCAST_RX_REPORTED_READY)
    report_event (self, path, MCAST_EVENT_LOST, NULL, "The group or the interface was removed");
  path->counters->reported = MCAST_RX_REPORTED_NONE;
}

/* Takes ownership of @failure. A lasting failure is reported once. An interface that has
 * disappeared since it was selected is not a failure, since the path ends when that is notified. */
static void
note_failure (McastMemberships *self, McastRxPath *path, GError *failure, gboolean named,
              Outcome *outcome)
{
  g_autofree char *group = _mcast_address_to_string (&path->key.group);

  if (g_error_matches (failure, MCAST_ERROR, MCAST_ERROR_INTERFACE_NOT_READY))
    {
      LOG_PATH (path, "not joined, since the interface disappeared");
      g_error_free (failure);
      _mcast_rx_path_set_failure (path, NULL);
      return;
    }
  /* The size of the buffer concerns every group. */
  if (!g_error_matches (failure, MCAST_ERROR, MCAST_ERROR_BUFFER_LIMIT))
    g_prefix_error (&failure, "Could not receive %s on %s: ", group,
                    mcast_interface_get_name (path->iface));
  if (!_mcast_rx_path_set_failure (path, failure))
    return;
  LOG_PATH_LIMITED (&self->failure_limit, DEBUG, path, "failed: %s", failure->message);
  path->failed_in_update = self->n_updates;
  note_new_failure (self, path);
  if (named && outcome->named == NULL)
    {
      outcome->named = g_error_copy (failure);
      return;
    }
  if (outcome->other == NULL)
    outcome->other = g_error_copy (failure);
  outcome->n_others++;
}

static void
log_joined (McastMemberships *self, const McastRxPath *path)
{
  g_autofree char *filter = _mcast_source_filter_to_string (path->filter);
  const char *what = "joined";

  if (!self->options.auto_join)
    what = "receiving without joining";
  else if (path->borrowed)
    what = "already joined by the owner of the socket";
  LOG_PATH (path, "%s (port %u, sources %s, socket %d)", what, path->key.port, filter,
            _mcast_rx_endpoint_get_fd (path->endpoint));
}

static void
try_path (McastMemberships *self, McastRxPath *path, gboolean named, Outcome *outcome)
{
  GError *failure = NULL;

  if (!_mcast_rx_endpoints_join (self->endpoints, path, &failure))
    {
      note_failure (self, path, failure, named, outcome);
      return;
    }
  note_success (self, path);
  log_joined (self, path);
}

static void
log_end (const McastRxPath *path, McastRxAction action)
{
  const char *what = "left";

  if (action == MCAST_RX_FORGET)
    what = "no longer waiting to join";
  else if (action == MCAST_RX_RETIRE)
    what = "left, since the interface disappeared";
  else if (action == MCAST_RX_LEAVE_STALE)
    what = "left a stale membership, since the interface was recreated";
  LOG_PATH (path, "%s (index %u)", what, path->key.interface_index);
}

static void
end_path (McastMemberships *self, const McastRxStep *step, GPtrArray *interfaces)
{
  McastRxPath *path = step->path;

  log_end (path, step->action);
  if (step->action == MCAST_RX_RETIRE || step->action == MCAST_RX_LEAVE_STALE)
    note_lost (self, path, interfaces);
  else
    note_removed (self, path);
  g_hash_table_steal (self->paths, &path->key);
  /* A membership of the owner of a foreign socket is also stale if its interface is gone. */
  if (step->action != MCAST_RX_LEAVE)
    path->borrowed = FALSE;
  if (step->action == MCAST_RX_RETIRE)
    {
      _mcast_rx_endpoint_retire (path->endpoint, path);
      return;
    }
  if (path->endpoint != NULL)
    _mcast_rx_endpoint_leave (path->endpoint, path);
  if (step->action == MCAST_RX_LEAVE)
    self->options.leave_path (self->options.user_data, path->counters->id);
  _mcast_rx_path_free (path);
}

static void
log_filter (const McastRxPath *path, McastSourceFilter *filter)
{
  g_autofree char *before = _mcast_source_filter_to_string (path->filter);
  g_autofree char *after = _mcast_source_filter_to_string (filter);

  LOG_PATH (path, "source filter changed from %s to %s", before, after);
}

static void
set_filter (McastMemberships *self, const McastRxStep *step, Outcome *outcome)
{
  McastRxPath *path = step->path;
  GError *failure = NULL;

  if (_mcast_rx_endpoint_set_filter (path->endpoint, path, step->filter, &failure))
    {
      log_filter (path, step->filter);
      _mcast_rx_path_set_filter (path, step->filter);
      note_success (self, path);
    }
  else
    /* A requested change failed, so it is reported for every interface. */
    note_failure (self, path, failure, TRUE, outcome);
}

static void
join (McastMemberships *self, const McastRxStep *step, Outcome *outcome)
{
  McastRxPath *path = step->path;

  if (path == NULL)
    {
      path =
        _mcast_rx_path_new (&step->key, step->iface, step->filter,
                            _mcast_rx_counter_store_get (self->counters, &step->key, step->iface));
      g_hash_table_insert (self->paths, &path->key, path);
    }
  if (path->endpoint != NULL)
    {
      LOG_PATH (path, "moving to another socket, since socket %d has another source filter",
                _mcast_rx_endpoint_get_fd (path->endpoint));
      _mcast_rx_endpoint_leave (path->endpoint, path);
    }
  _mcast_rx_path_set_filter (path, step->filter);
  try_path (self, path, step->named, outcome);
}

/* Refreshes a membership. While another socket of the machine holds the group, the kernel sends no
 * report when we leave and join; then a report of our own is needed, which requires a privilege. */
static void
refresh_path (McastMemberships *self, McastRxPath *path)
{
  guint index = path->key.interface_index;
  g_autoptr (GError) failure = NULL;
  gboolean shared = _mcast_igmp_count_users (&path->key.group, index) > 1;
  gboolean ineffective = shared && !_mcast_igmp_report (&path->key.group, index, path->filter);

  if (!shared && !_mcast_rx_endpoint_refresh (path->endpoint, path, &failure))
    {
      if (_mcast_rx_path_set_failure (path, g_steal_pointer (&failure)))
        {
          MCAST_LOG (MESSAGE, (0), "%s", path->failure->message);
          note_new_failure (self, path);
        }
    }
  if (shared)
    path->counters->refreshes++;
  if (ineffective && !path->silence.ineffective)
    {
      LOG_PATH_LIMITED (&self->recovery_limit, INFO, path,
                        "a refresh has no effect, since another socket of this host holds the "
                        "group, and sending a report requires CAP_NET_RAW");
      report_event (self, path, MCAST_EVENT_RECOVERY_INEFFECTIVE, NULL,
                    "Another socket of this host is a member of the group, and a membership report "
                    "requires CAP_NET_RAW");
    }
  path->silence.ineffective = ineffective;
}

/* Reports a membership again after the carrier of its interface returned. */
static void
report_again (McastMemberships *self, McastRxPath *path)
{
  MCAST_LOG (DEBUG, (.iface = mcast_interface_get_name (path->iface), .group = &path->key.group),
             "the carrier returned; reporting the membership again");
  note_success (self, path);
  refresh_path (self, path);
}

static void
carry_out_step (McastMemberships *self, const McastRxStep *step, GPtrArray *interfaces,
                Outcome *outcome)
{
  if (step->path != NULL)
    _mcast_rx_path_set_interface (step->path, step->iface);
  switch (step->action)
    {
    case MCAST_RX_FORGET:
    case MCAST_RX_RETIRE:
    case MCAST_RX_LEAVE_STALE:
    case MCAST_RX_LEAVE:
      end_path (self, step, interfaces);
      break;
    case MCAST_RX_KEEP:
      note_success (self, step->path);
      break;
    case MCAST_RX_REFRESH:
      report_again (self, step->path);
      break;
    case MCAST_RX_SET_FILTER:
      set_filter (self, step, outcome);
      break;
    case MCAST_RX_REJOIN:
    case MCAST_RX_JOIN:
    default:
      join (self, step, outcome);
    }
}

static gboolean
is_endpoint_wanted (const McastRxEndpointState *endpoint, gpointer user_data)
{
  McastMemberships *self = user_data;

  for (guint i = 0; i < self->options.wanted->groups->len; i++)
    {
      McastGroup *group = _mcast_wanted_get_nth (self->options.wanted, i)->group;

      if (_mcast_rx_plan_serves (endpoint, _mcast_group_address (group), group_port (self, group)))
        return TRUE;
    }
  return FALSE;
}

/* Returns the interfaces on which at least one group is joined. */
GPtrArray *
_mcast_memberships_list_active (McastMemberships *self)
{
  GPtrArray *joined = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) indexes = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->paths);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      McastRxPath *path = value;

      if (path->endpoint != NULL
          && g_hash_table_add (indexes, GUINT_TO_POINTER (path->key.interface_index)))
        g_ptr_array_add (joined, g_object_ref (path->iface));
    }
  return joined;
}

static guint
count_failed (McastMemberships *self)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->paths);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((McastRxPath *) value)->failure != NULL)
      n++;
  return n;
}

/* Returns the groups that are joined on any interface, as keys of paths with interface index 0. */
static GHashTable *
list_joined_groups (McastMemberships *self)
{
  GHashTable *groups = g_hash_table_new_full (_mcast_rx_path_key_hash, _mcast_rx_path_key_equal,
                                              g_free, NULL);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->paths);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const McastRxPath *path = value;
      McastRxPathKey key = path->key;

      key.interface_index = 0;
      if (path->endpoint != NULL && !g_hash_table_contains (groups, &key))
        g_hash_table_add (groups, g_memdup2 (&key, sizeof key));
    }
  return groups;
}

/* Returns why a group is joined on no interface at all, if that is new. */
static GError *
find_unjoined (McastMemberships *self)
{
  g_autoptr (GHashTable) joined = list_joined_groups (self);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->paths);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const McastRxPath *path = value;
      McastRxPathKey key = path->key;

      key.interface_index = 0;
      if (path->failure != NULL && path->failed_in_update == self->n_updates
          && !g_hash_table_contains (joined, &key))
        return g_error_copy (path->failure);
    }
  return NULL;
}

/* Logs that paths of "*" failed, in one line. */
static void
log_failures (const Outcome *outcome)
{
  if (outcome->n_others == 1)
    MCAST_LOG (MESSAGE, (0), "%s", outcome->other->message);
  else
    MCAST_LOG (MESSAGE, (0), "%s; %u more paths failed", outcome->other->message,
               outcome->n_others - 1);
}

/* Reports a failure on a named interface, or of a group that is not joined on any interface, to the
 * caller. Failures on interfaces of "*" are logged. */
static gboolean
report (McastMemberships *self, Outcome *outcome, GError **error)
{
  g_autoptr (GError) other = outcome->other;
  GError *failure = outcome->named;

  if (failure == NULL && other != NULL)
    failure = find_unjoined (self);
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  if (other != NULL)
    log_failures (outcome);
  return TRUE;
}

/* Has the kernel choose a port unless one is set, which then applies to all groups. Returns a
 * socket that reserves it until the others are open, or -1. */
static int
choose_port (McastMemberships *self, GError **error)
{
  for (guint i = 0; self->options.port == 0 && i < self->options.wanted->groups->len; i++)
    {
      McastGroup *group = _mcast_wanted_get_nth (self->options.wanted, i)->group;
      int fd;

      if (mcast_group_get_port (group) != 0)
        continue;
      fd = _mcast_rx_endpoints_reserve_port (self->endpoints, _mcast_group_address (group), error);
      if (fd >= 0)
        {
          self->options.port = _mcast_os_get_port (fd);
          MCAST_LOG (DEBUG, (0), "the kernel chose port %u", self->options.port);
        }
      if (fd < 0 || self->options.reuse)
        return fd;
      _mcast_os_close (fd);
    }
  return -1;
}

static gboolean
is_waiting (McastMemberships *self)
{
  GHashTableIter iter;
  gpointer value;

  if (self->options.wanted->groups->len == 0)
    return FALSE;
  g_hash_table_iter_init (&iter, self->paths);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((McastRxPath *) value)->endpoint != NULL)
      return FALSE;
  return TRUE;
}

static void
report_waiting (McastMemberships *self)
{
  gboolean waiting = is_waiting (self);

  if (waiting && !self->reported_waiting && count_failed (self) == 0)
    {
      MCAST_LOG (MESSAGE, (0), "No multicast-capable interface available; waiting for one");
      self->reported_waiting = TRUE;
    }
  if (!waiting)
    self->reported_waiting = FALSE;
}

static GError *
new_waiting_error (const char *interface_name)
{
  return g_error_new (MCAST_ERROR, MCAST_ERROR_INTERFACE_NOT_READY,
                      "No network interface matches “%s” yet", interface_name);
}

static char *
format_group (McastMemberships *self, McastGroup *group)
{
  return _mcast_group_format (_mcast_group_address (group), group_port (self, group), NULL,
                              _mcast_group_filter (group));
}

static void
report_path_waiting (McastMemberships *self, McastGroup *group, const char *interface_name)
{
  g_autofree char *text = format_group (self, group);
  g_autoptr (GError) error = new_waiting_error (interface_name);
  const McastEventInfo info = {
    .type = MCAST_EVENT_WAITING,
    .group = text,
    .interface_name = interface_name,
    .error = error,
  };

  self->options.report_event (self->options.user_data, &info);
}

/* Notes a path that waits, and reports it unless it is one of @before, which may be NULL. One that
 * was lost has been reported as that. */
static void
note_waiting (McastMemberships *self, McastGroup *group, McastInterfaceSelector *selector,
              GHashTable *before)
{
  const McastAddress *address = _mcast_group_address (group);
  const char *name = _mcast_interface_selector_get_text (selector);
  const McastRxPathKey key = { *address, group_port (self, group), 0 };
  g_autofree char *text = mcast_group_to_string (group);
  g_autofree char *path = g_strdup_printf ("%s on %s", text, name);
  GHashTable *paths = g_hash_table_lookup (self->waiting, address);

  if (paths == NULL)
    {
      paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (self->waiting, g_memdup2 (address, sizeof *address), paths);
    }
  if ((before == NULL || !g_hash_table_contains (before, path))
      && !_mcast_rx_counter_store_is_lost (self->counters, &key, name))
    report_path_waiting (self, group, name);
  g_hash_table_add (paths, g_steal_pointer (&path));
}

/* Takes the noted paths of the groups with the address @only, or of all if it is NULL. */
static GHashTable *
steal_waiting (McastMemberships *self, const McastAddress *only)
{
  GHashTable *stolen = self->waiting;
  gpointer address;
  gpointer paths;

  if (only == NULL)
    {
      self->waiting = new_waiting ();
      return stolen;
    }
  stolen = new_waiting ();
  if (g_hash_table_steal_extended (self->waiting, only, &address, &paths))
    g_hash_table_insert (stolen, address, paths);
  return stolen;
}

static void
note_all_waiting (McastMemberships *self, const McastAddress *only)
{
  g_autoptr (GHashTable) before = steal_waiting (self, only);

  for (guint i = 0; i < self->options.wanted->groups->len; i++)
    {
      const McastWantedGroup *wanted = _mcast_wanted_get_nth (self->options.wanted, i);
      const McastAddress *address = _mcast_group_address (wanted->group);

      if (only != NULL && !_mcast_address_equal (address, only))
        continue;
      for (guint j = 0; j < wanted->selectors->len; j++)
        if (!_mcast_interface_selector_has_selected (wanted->selectors->pdata[j]))
          note_waiting (self, wanted->group, wanted->selectors->pdata[j],
                        g_hash_table_lookup (before, address));
    }
}

/* Returns the last answer if the kernel cannot be asked. */
static guint
find_route (const McastAddress *group, gpointer table)
{
  const McastRouteQuestion question = { .group = *group };
  McastRoute route;

  _mcast_interface_table_find_route (table, &question, &route, NULL);
  return route.interface_index;
}

static GPtrArray *
make_plan (McastMemberships *self, const McastAddress *only, GPtrArray *interfaces, GError **error)
{
  const McastRxPlanInput input = {
    .wanted = self->options.wanted,
    .interfaces = interfaces,
    .paths = self->paths,
    .only = only,
    .port = self->options.port,
    .wait_for_interfaces = self->options.wait_for_interfaces,
    .find_route = find_route,
    .user_data = self->options.table,
  };

  return _mcast_rx_plan_new (&input, error);
}

static gboolean
carry_out (McastMemberships *self, GPtrArray *steps, const McastAddress *only,
           GPtrArray *interfaces, GError **error)
{
  Outcome outcome = { NULL };

  self->n_updates++;
  for (guint i = 0; i < steps->len; i++)
    carry_out_step (self, steps->pdata[i], interfaces, &outcome);
  _mcast_rx_endpoints_close_unwanted (self->endpoints, is_endpoint_wanted, self);
  _mcast_rx_endpoints_note_interfaces (self->endpoints, interfaces);
  _mcast_rx_counter_store_trim (self->counters, g_hash_table_size (self->paths));
  note_all_waiting (self, only);
  return report (self, &outcome, error);
}

/* Says why the caller's socket cannot receive a group. */
static void
set_socket_error (const McastRxEndpointState *foreign, const McastAddress *group, guint port,
                  GError **error)
{
  g_autofree char *text = _mcast_address_to_string (group);
  gboolean is_ipv6 = foreign->bind_address.family == AF_INET6;

  if (foreign->bind_address.family != group->family)
    g_set_error (error, MCAST_ERROR, MCAST_ERROR_FAMILY_MISMATCH,
                 "Could not receive %s with the socket that was given: it is an %s socket; give an "
                 "%s socket, or none",
                 text, is_ipv6 ? "IPv6" : "IPv4", is_ipv6 ? "IPv4" : "IPv6");
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "Could not receive %s with the socket that was given: it is bound to port %u, not "
                 "to port %u; use the same port",
                 text, foreign->port, port);
}

/* Checks whether the caller's socket receives any group: it is not put aside silently. */
static gboolean
check_socket (McastMemberships *self, GError **error)
{
  const McastRxEndpointState *foreign = _mcast_rx_endpoints_find_foreign (self->endpoints);
  McastWanted *wanted = self->options.wanted;
  McastGroup *first;

  if (foreign == NULL || wanted->groups->len == 0)
    return TRUE;
  for (guint i = 0; i < wanted->groups->len; i++)
    {
      McastGroup *group = _mcast_wanted_get_nth (wanted, i)->group;

      if (_mcast_rx_plan_serves (foreign, _mcast_group_address (group), group_port (self, group)))
        return TRUE;
    }
  first = _mcast_wanted_get_nth (wanted, 0)->group;
  set_socket_error (foreign, _mcast_group_address (first), group_port (self, first), error);
  return FALSE;
}

/* Makes the calls that are necessary, and no others, for the kernel to hold the wanted groups on
 * the present interfaces. Continues after failures, and reports the new ones. If only one group has
 * changed, @only is its address, so that the time does not depend on the number of the others;
 * otherwise it is NULL. */
gboolean
_mcast_memberships_update (McastMemberships *self, const McastAddress *only, GPtrArray *interfaces,
                           GError **error)
{
  g_autoptr (GPtrArray) steps = NULL;
  g_autoptr (GError) failure = NULL;
  int port_fd = choose_port (self, &failure);
  gboolean done;

  if (failure == NULL && check_socket (self, &failure))
    steps = make_plan (self, only, interfaces, &failure);
  done = steps != NULL && carry_out (self, steps, only, interfaces, &failure);
  if (port_fd >= 0)
    _mcast_os_close (port_fd);
  if (done)
    report_waiting (self);
  else
    g_propagate_error (error, g_steal_pointer (&failure));
  return done;
}

static void
recover_path (McastMemberships *self, McastRxPath *path, gint64 now)
{
  guint64 delivered = path->counters->delivered;

  if (path->endpoint == NULL
      || !_mcast_rx_recovery_is_due (&self->recovery, &path->silence, delivered, now))
    return;
  /* An unread datagram also ends the silence. */
  if (_mcast_os_has_data (_mcast_rx_endpoint_get_fd (path->endpoint)))
    {
      _mcast_rx_recovery_restart (&self->recovery, &path->silence, delivered, now);
      return;
    }
  LOG_PATH_LIMITED (&self->recovery_limit, DEBUG, path,
                    "silent for %" G_GINT64_FORMAT " ms; refreshing the membership",
                    (now - path->silence.since) / 1000);
  refresh_path (self, path);
  _mcast_rx_recovery_note_refresh (&self->recovery, &path->silence, now);
}

static gint64
plan_retry (McastMemberships *self, gint64 now)
{
  guint n_before = self->recovery.n_failed;
  guint n_failed = count_failed (self);
  gint64 retry_at = _mcast_rx_recovery_plan_retry (&self->recovery, n_failed, now);

  if (n_failed > n_before)
    MCAST_LOG_LIMITED (&self->failure_limit, DEBUG, (0),
                       "%u paths are not joined; trying again in %" G_GINT64_FORMAT " ms", n_failed,
                       (retry_at - now) / 1000);
  else if (n_failed == 0 && n_before > 0)
    MCAST_LOG_LIMITED (&self->failure_limit, DEBUG, (0), "no path is failed any more");
  return retry_at;
}

/* Refreshes the memberships of silent paths. Returns when to call this, or an update that retries
 * failed paths, again. */
gint64
_mcast_memberships_recover (McastMemberships *self, gint64 now)
{
  gint64 retry = plan_retry (self, now);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->paths);
  while (self->recovery.interval > 0 && g_hash_table_iter_next (&iter, NULL, &value))
    recover_path (self, value, now);
  return MIN (retry, _mcast_rx_recovery_plan_check (&self->recovery, now));
}

guint
_mcast_memberships_get_port (McastMemberships *self)
{
  return self->options.port;
}

McastRxEndpoints *
_mcast_memberships_get_endpoints (McastMemberships *self)
{
  return self->endpoints;
}

/* Finds the endpoint of the first group of @family, or for AF_UNSPEC of the first group that has
 * one. */
McastRxEndpoint *
_mcast_memberships_find_endpoint (McastMemberships *self, int family)
{
  for (guint i = 0; i < self->options.wanted->groups->len; i++)
    {
      McastGroup *group = _mcast_wanted_get_nth (self->options.wanted, i)->group;
      const McastAddress *address = _mcast_group_address (group);
      McastRxEndpoint *endpoint = _mcast_rx_endpoints_find (self->endpoints, address,
                                                            group_port (self, group));

      if (endpoint != NULL && (family == AF_UNSPEC || address->family == family))
        return endpoint;
    }
  return NULL;
}

static McastPath *
make_waiting (McastMemberships *self, McastGroup *group, const char *interface_name)
{
  g_autofree char *address = _mcast_address_to_string (_mcast_group_address (group));
  g_autofree char *text = format_group (self, group);
  g_autoptr (GError) error = new_waiting_error (interface_name);
  g_autoptr (GVariant) stats = NULL;
  McastPathInfo info = {
    .id = MCAST_PATH_NO_ID,
    .group = text,
    .interface_name = interface_name,
    .state = MCAST_PATH_STATE_WAITING,
    .error = error,
  };
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "group", "s", address);
  g_variant_dict_insert (&dict, "group-text", "s", text);
  g_variant_dict_insert (&dict, "port", "u", group_port (self, group));
  g_variant_dict_insert (&dict, "interface", "s", interface_name);
  g_variant_dict_insert (&dict, "state", "s", "waiting");
  stats = g_variant_ref_sink (g_variant_dict_end (&dict));
  info.stats = stats;
  return _mcast_path_new (&info);
}

static McastPath *
make_path (McastRxPath *path, McastRxPathStatsFunc more, gpointer user_data)
{
  guint64 dropped = path->endpoint != NULL ? _mcast_rx_endpoint_get_dropped (path->endpoint) : 0;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  _mcast_rx_path_add_stats (path, &dict);
  _mcast_os_insert_dropped (&dict, dropped);
  more (path, &dict, user_data);
  return _mcast_rx_path_take_snapshot (path, g_variant_dict_end (&dict));
}

/* Returns the position of each address and port in the list of groups; the key of a group has no
 * interface. */
static GHashTable *
find_positions (McastMemberships *self)
{
  GHashTable *positions = g_hash_table_new_full (_mcast_rx_path_key_hash, _mcast_rx_path_key_equal,
                                                 g_free, NULL);

  for (guint i = self->options.wanted->groups->len; i > 0; i--)
    {
      McastGroup *group = _mcast_wanted_get_nth (self->options.wanted, i - 1)->group;
      McastRxPathKey key = { *_mcast_group_address (group), group_port (self, group), 0 };

      g_hash_table_replace (positions, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (i - 1));
    }
  return positions;
}

static int
compare_paths (gconstpointer a, gconstpointer b, gpointer positions)
{
  McastRxPathKey left = (*(McastRxPath *const *) a)->key;
  McastRxPathKey right = (*(McastRxPath *const *) b)->key;
  guint left_index = left.interface_index;
  guint right_index = right.interface_index;
  guint left_position;
  guint right_position;

  left.interface_index = right.interface_index = 0;
  left_position = GPOINTER_TO_UINT (g_hash_table_lookup (positions, &left));
  right_position = GPOINTER_TO_UINT (g_hash_table_lookup (positions, &right));
  if (left_position != right_position)
    return left_position < right_position ? -1 : 1;
  return left_index < right_index ? -1 : left_index > right_index;
}

static GPtrArray *
sort_paths (McastMemberships *self)
{
  GPtrArray *paths = g_ptr_array_new ();
  g_autoptr (GHashTable) positions = find_positions (self);
  GHashTableIter iter;
  gpointer path;

  g_hash_table_iter_init (&iter, self->paths);
  while (g_hash_table_iter_next (&iter, NULL, &path))
    g_ptr_array_add (paths, path);
  g_ptr_array_sort_with_data (paths, compare_paths, positions);
  return paths;
}

/* Returns the paths (McastPath) in the order of the groups and of the interfaces; the ones that
 * wait for their interface follow. */
GPtrArray *
_mcast_memberships_take_snapshot (McastMemberships *self, McastRxPathStatsFunc more,
                                  gpointer user_data)
{
  GPtrArray *snapshot = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) paths = sort_paths (self);

  for (guint i = 0; i < paths->len; i++)
    g_ptr_array_add (snapshot, make_path (paths->pdata[i], more, user_data));

  for (guint i = 0; i < self->options.wanted->groups->len; i++)
    {
      McastWantedGroup *wanted = _mcast_wanted_get_nth (self->options.wanted, i);

      for (guint j = 0; j < wanted->selectors->len; j++)
        {
          McastInterfaceSelector *selector = wanted->selectors->pdata[j];
          const char *name = _mcast_interface_selector_get_text (selector);

          if (!_mcast_interface_selector_has_selected (selector))
            g_ptr_array_add (snapshot, make_waiting (self, wanted->group, name));
        }
    }
  return snapshot;
}
