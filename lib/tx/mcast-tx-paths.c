/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "tx/mcast-tx-paths-private.h"

#include "mcast-error.h"
#include "mcast-log-private.h"
#include "tx/mcast-tx-containment-private.h"
#include "tx/mcast-tx-plan-private.h"

/* How many removed paths keep their counters for the case that they return: names of interfaces
 * may come and go forever. */
#define MAX_REMOVED 256

struct _McastTxPaths
{
  McastTxPlanOptions options;
  McastInterfaceTable *table;
  guint mark_ipv4;
  guint mark_ipv6;
  McastTxLedger *ledger;
  void (*report_event) (gpointer user_data, const McastEventInfo *info);
  gpointer user_data;
  McastTxContainment *containment;
  gboolean is_contained;
  /* NULL before the first update. */
  McastTxPlan *plan;
  guint64 n_updates;
};

/* Where the kernel cannot be asked now, and never could, there is no route until the table asks
 * again. */
static McastRoute
find_route (const McastRouteQuestion *question, gpointer user_data)
{
  McastTxPaths *self = user_data;
  McastRouteQuestion marked = *question;
  McastRoute route = { 0 };

  marked.mark = question->group.family == AF_INET6 ? self->mark_ipv6 : self->mark_ipv4;
  _mcast_interface_table_find_route (self->table, &marked, &route, NULL);
  return route;
}

McastTxPaths *
_mcast_tx_paths_new (const McastTxPathsOptions *options)
{
  McastTxPaths *self = g_new0 (McastTxPaths, 1);

  self->options = (McastTxPlanOptions) {
    .wanted = options->wanted,
    .port = options->port,
    .source = options->source,
    .zone = options->zone,
    .wait_for_interfaces = options->wait_for_interfaces,
    .find_route = find_route,
    .route_data = self,
  };
  self->table = options->table;
  self->ledger = options->ledger;
  self->report_event = options->report_event;
  self->user_data = options->user_data;
  self->containment = _mcast_tx_containment_new ();
  return self;
}

void
_mcast_tx_paths_free (McastTxPaths *self)
{
  g_clear_pointer (&self->plan, _mcast_tx_plan_free);
  _mcast_tx_containment_free (self->containment);
  g_free (self);
}

/* Checks whether the socket can send to @group at all. */
gboolean
_mcast_tx_paths_check_group (McastTxPaths *self, McastGroup *group, GError **error)
{
  return _mcast_tx_plan_check_group (&self->options, group, error);
}

/* Checks whether a datagram may bring @group as its destination. */
gboolean
_mcast_tx_paths_check_ad_hoc (McastTxPaths *self, McastGroup *group, GError **error)
{
  g_autofree char *text = NULL;

  if (self->options.wanted->ad_hoc || self->options.wanted->groups->len == 0)
    return _mcast_tx_paths_check_group (self, group, error);
  text = mcast_group_to_string (group);
  g_set_error (error, MCAST_ERROR, MCAST_ERROR_NOT_A_DESTINATION,
               "%s is not a group of the socket; add it, or create a socket without groups", text);
  return FALSE;
}

static void
attach_counters (McastTxPaths *self)
{
  GPtrArray *paths = self->plan->paths;

  self->n_updates++;
  for (guint i = 0; i < paths->len; i++)
    {
      McastTxPath *path = paths->pdata[i];

      if (path->counters == NULL)
        path->counters = _mcast_tx_ledger_find (self->ledger, &path->key);
      path->counters->last_update = self->n_updates;
    }
}

static void
block_uncontained (McastTxPaths *self)
{
  for (guint i = 0; i < self->plan->paths->len; i++)
    {
      const McastTxPath *path = self->plan->paths->pdata[i];

      if (path->obstacle == MCAST_TX_OBSTACLE_NONE
          && !_mcast_tx_containment_holds (self->containment, path))
        _mcast_tx_plan_block (self->plan, i, MCAST_TX_OBSTACLE_NOT_CONTAINED);
    }
}

static gboolean
is_same_state (const McastTxPath *a, const McastTxPath *b)
{
  return a->obstacle == b->obstacle && a->interface_index == b->interface_index
         && _mcast_address_equal (&a->source, &b->source);
}

/* A path that has lost its interface has the one of @before, the path before, which can be NULL. */
static void
report_event (McastTxPaths *self, const McastTxPath *path, const McastTxPath *before,
              McastEventType type, const GError *error, const char *reason)
{
  g_autofree char *group = _mcast_tx_path_get_text (path);
  const McastEventInfo info = {
    .type = type,
    .group = group,
    .interface_name = path->key.interface_name,
    .iface = path->iface == NULL && before != NULL ? before->iface : path->iface,
    .error = error,
    .reason = reason,
  };

  self->report_event (self->user_data, &info);
}

/* A path that is lost has no further event until it recovers, and no path has the same event twice
 * in succession. */
static void
report_obstacle (McastTxPaths *self, const McastTxPath *path, const McastTxPath *before)
{
  McastTxReported reported = path->counters->reported;
  gboolean waits = _mcast_tx_path_is_waiting (path);
  McastTxReported now = waits ? MCAST_TX_REPORTED_WAITING : MCAST_TX_REPORTED_FAILED;
  McastEventType type = waits ? MCAST_EVENT_WAITING : MCAST_EVENT_FAILED;
  g_autoptr (GError) error = NULL;

  if (reported == MCAST_TX_REPORTED_LOST || reported == now)
    return;
  if (reported == MCAST_TX_REPORTED_READY)
    {
      now = MCAST_TX_REPORTED_LOST;
      type = MCAST_EVENT_LOST;
    }
  _mcast_tx_path_set_obstacle_error (path, &error);
  report_event (self, path, before, type, error, NULL);
  path->counters->reported = now;
}

/* Reports that a path is lost until its interface returns. */
static void
report_disappeared (McastTxPaths *self, const McastTxPath *path)
{
  g_autoptr (GError) error = NULL;

  if (path->counters->reported != MCAST_TX_REPORTED_READY)
    return;
  error = g_error_new (MCAST_ERROR, MCAST_ERROR_INTERFACE_NOT_READY,
                       "Interface %s disappeared; sending resumes when it returns",
                       path->key.interface_name);
  report_event (self, path, NULL, MCAST_EVENT_LOST, error, NULL);
  path->counters->reported = MCAST_TX_REPORTED_LOST;
}

static void
report_removed (McastTxPaths *self, const McastTxPath *path)
{
  if (path->counters->reported == MCAST_TX_REPORTED_READY)
    report_event (self, path, NULL, MCAST_EVENT_LOST, NULL,
                  "The group or the interface was removed");
  path->counters->reported = MCAST_TX_REPORTED_NONE;
}

static gboolean
is_same_interface (McastInterface *a, McastInterface *b)
{
  return a != NULL && b != NULL
         && _mcast_interface_get_info (a)->life == _mcast_interface_get_info (b)->life;
}

/* Checks whether the interface of a path has been deleted since, even if there is a new one with
 * its name or index. */
static gboolean
has_disappeared (const McastTxPath *path, GPtrArray *interfaces)
{
  return path->iface != NULL
         && !is_same_interface (path->iface,
                                _mcast_interface_by_index (interfaces, path->interface_index));
}

static void
report_state (McastTxPaths *self, const McastTxPath *path, const McastTxPath *before)
{
  McastTxReported reported = path->counters->reported;
  gboolean again = reported == MCAST_TX_REPORTED_LOST || reported == MCAST_TX_REPORTED_FAILED;

  if (path->obstacle != MCAST_TX_OBSTACLE_NONE)
    {
      report_obstacle (self, path, before);
      return;
    }
  if (reported != MCAST_TX_REPORTED_READY)
    report_event (self, path, before, again ? MCAST_EVENT_RECOVERED : MCAST_EVENT_READY, NULL,
                  NULL);
  path->counters->reported = MCAST_TX_REPORTED_READY;
}

/* Logs and reports how the plan differs from @former, the plan before, or NULL. */
static void
note_changes (McastTxPaths *self, const McastTxPlan *former, GPtrArray *interfaces)
{
  for (guint i = 0; former != NULL && i < former->paths->len; i++)
    {
      const McastTxPath *path = former->paths->pdata[i];

      if (g_hash_table_lookup (self->plan->paths_by_key, &path->key) != NULL)
        continue;
      MCAST_LOG (DEBUG, (.iface = path->key.interface_name, .group = &path->key.group),
                 "no longer sent to");
      if (has_disappeared (path, interfaces))
        report_disappeared (self, path);
      else
        report_removed (self, path);
    }
  for (guint i = 0; i < self->plan->paths->len; i++)
    {
      const McastTxPath *path = self->plan->paths->pdata[i];
      const McastTxPath *before = NULL;
      gboolean recreated;

      if (former != NULL)
        before = g_hash_table_lookup (former->paths_by_key, &path->key);
      recreated = before != NULL && path->iface != NULL && has_disappeared (before, interfaces);
      if (before != NULL && !recreated && is_same_state (before, path))
        continue;
      _mcast_tx_path_log_state (path);
      if (recreated)
        report_disappeared (self, before);
      report_state (self, path, before);
    }
}

/* Sets the marks of the OS sockets (SO_MARK), which the application may have set, for the routes of
 * the next update. */
void
_mcast_tx_paths_set_marks (McastTxPaths *self, guint ipv4, guint ipv6)
{
  self->mark_ipv4 = ipv4;
  self->mark_ipv6 = ipv6;
}

/* Brings the paths up to date. Returns FALSE if a new one cannot be used, or if datagrams with a
 * @ttl of 0 would leave the machine on one; the other paths can be used. */
gboolean
_mcast_tx_paths_update (McastTxPaths *self, GPtrArray *interfaces, guint ttl, GError **error)
{
  g_autoptr (McastTxPlan) former = g_steal_pointer (&self->plan);
  g_autoptr (GError) failure = NULL;

  self->plan = _mcast_tx_plan_new (&self->options, interfaces, former);
  attach_counters (self);
  self->is_contained = _mcast_tx_paths_contain (self, ttl, &failure);
  if (!self->is_contained)
    block_uncontained (self);
  note_changes (self, former, interfaces);
  g_clear_pointer (&former, _mcast_tx_plan_free);
  _mcast_tx_ledger_forget_oldest (self->ledger, self->plan->paths->len + MAX_REMOVED);

  if (self->plan->error != NULL)
    g_propagate_error (error, g_steal_pointer (&self->plan->error));
  else if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  else
    return TRUE;
  return FALSE;
}

/* Joins what keeps datagrams with a @ttl of 0 inside the machine, and leaves it for another @ttl.
 * To be called before the first datagram with a TTL of 0, and after the last one. */
gboolean
_mcast_tx_paths_contain (McastTxPaths *self, guint ttl, GError **error)
{
  return _mcast_tx_containment_update (self->containment, self->plan->paths, ttl, error);
}

/* Returns FALSE while the last update could not contain a TTL of 0; another update is due soon. */
gboolean
_mcast_tx_paths_is_contained (McastTxPaths *self)
{
  return self->is_contained;
}

/* Returns all paths, whether ready or not, as an array that never changes. */
GPtrArray *
_mcast_tx_paths_get (McastTxPaths *self)
{
  return g_ptr_array_ref (self->plan->paths);
}

/* Returns the paths of the socket's groups, without destinations of single datagrams: a socket has
 * only one of the two. */
GPtrArray *
_mcast_tx_paths_get_regular (McastTxPaths *self)
{
  return self->options.wanted->ad_hoc ? g_ptr_array_new () : _mcast_tx_paths_get (self);
}

/* Returns the paths to one destination; an index of 0 stands for every interface. */
GPtrArray *
_mcast_tx_paths_get_to (McastTxPaths *self, const McastAddress *group, guint port,
                        guint interface_index)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) _mcast_tx_path_unref);

  for (guint i = 0; i < self->plan->paths->len; i++)
    {
      McastTxPath *path = self->plan->paths->pdata[i];

      if (path->key.port == port && _mcast_address_equal (&path->key.group, group)
          && (interface_index == 0 || path->interface_index == interface_index))
        g_ptr_array_add (found, _mcast_tx_path_ref (path));
    }
  return found;
}

/* Lists the interfaces that can be sent on. */
GPtrArray *
_mcast_tx_paths_list_active (McastTxPaths *self)
{
  GPtrArray *active = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->plan->paths->len; i++)
    {
      McastTxPath *path = self->plan->paths->pdata[i];

      if (path->obstacle == MCAST_TX_OBSTACLE_NONE
          && _mcast_interface_by_index (active, path->interface_index) == NULL)
        g_ptr_array_add (active, g_object_ref (path->iface));
    }
  return active;
}

/* Returns the paths of one moment (McastPath), and adds their sums, which include removed paths.
 * @local_addresses has an address, or NULL, for each path. */
GPtrArray *
_mcast_tx_paths_take_snapshot (McastTxPaths *self, GPtrArray *local_addresses, GVariantDict *totals)
{
  GPtrArray *paths = self->plan->paths;
  GPtrArray *snapshot = g_ptr_array_new_full (paths->len, g_object_unref);

  _mcast_tx_ledger_lock (self->ledger);
  _mcast_tx_ledger_add_stats (self->ledger, totals);
  for (guint i = 0; i < paths->len; i++)
    g_ptr_array_add (snapshot,
                     _mcast_tx_path_take_snapshot (paths->pdata[i], local_addresses->pdata[i]));
  _mcast_tx_ledger_unlock (self->ledger);
  return snapshot;
}
