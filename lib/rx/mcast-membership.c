/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx/mcast-membership-private.h"

#include "mcast-error.h"
#include "os/mcast-igmp-private.h"
#include "interfaces/mcast-interface-table-private.h"
#include "os/mcast-netlink-private.h"

/* A group of its own socket costs the kernel least, but takes a descriptor: this part of those a
 * process may have is used so, and the groups beyond share sockets. */
#define DESCRIPTOR_SHARE 16
/* Counters of paths that are gone are kept for their return, up to this many. */
#define MAX_KEPT_COUNTERS 1024
/* What failed for want of descriptors or memory is tried again after so many microseconds, then
 * after twice the time, and so on, up to the longest. */
#define FIRST_RETRY 4000
#define LONGEST_RETRY G_USEC_PER_SEC
/* A refresh without effect is repeated after twice the time, up to this: hosts of IGMPv1, v2 and
 * MLDv1 report a join after a random delay of up to 10 seconds (RFC 2236 section 8.3), which
 * every further join would begin anew. */
#define MAX_PATIENCE (10 * G_USEC_PER_SEC)
/* How often in a recovery interval to look whether anything came: silence is noticed at most this
 * part of it late. */
#define RECOVERY_CHECKS 16

struct _McastMembership
{
  McastMembershipOptions options;
  McastOsPoll *poll;
  GPtrArray *endpoints;
  GHashTable *paths;
  GHashTable *counters;
  guint next_path_id;
  guint64 closed_dropped;
  guint64 discarded;
  /* What failed when it was tried last, when it is to be tried again, and how long after that. */
  guint n_failed_before;
  gint64 retry_at;
  gint64 retry_delay;
  guint64 n_updates;
  gboolean warned_waiting;
};

/* A path as it should be. */
typedef struct
{
  McastRxPathKey key;
  McastInterface *iface;
  McastSourceFilter *filter;
  /* Its interface was named, so that it must not fail; one of "*" may. */
  gboolean named;
} Plan;

/* The new failures of an update: the first on an interface that was named, and the others. */
typedef struct
{
  GError *named;
  GPtrArray *others;
} Outcome;

static void
plan_free (Plan *plan)
{
  g_object_unref (plan->iface);
  _mcast_source_filter_unref (plan->filter);
  g_free (plan);
}

McastMembership *
_mcast_membership_new (const McastMembershipOptions *options, McastOsPoll *poll)
{
  McastMembership *self = g_new0 (McastMembership, 1);

  self->options = *options;
  self->poll = _mcast_os_poll_ref (poll);
  self->endpoints = g_ptr_array_new_with_free_func ((GDestroyNotify) _mcast_rx_endpoint_free);
  self->paths = g_hash_table_new_full (_mcast_rx_path_key_hash, _mcast_rx_path_key_equal, NULL,
                                       (GDestroyNotify) _mcast_rx_path_free);
  self->counters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify) _mcast_rx_counters_unref);
  return self;
}

static void
close_endpoint (McastMembership *self, McastRxEndpoint *endpoint)
{
  _mcast_os_poll_remove (self->poll, _mcast_rx_endpoint_get_fd (endpoint));
  self->closed_dropped += _mcast_rx_endpoint_get_dropped (endpoint);
  g_ptr_array_remove_fast (self->endpoints, endpoint);
}

/* Leaves one by one: a socket that somebody else owns keeps what is not left. */
static void
leave_all (McastMembership *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->paths);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      McastRxPath *path = value;

      if (path->endpoint != NULL)
        _mcast_rx_endpoint_leave (path->endpoint, path);
      g_hash_table_iter_remove (&iter);
    }
}

void
_mcast_membership_free (McastMembership *self)
{
  leave_all (self);
  while (self->endpoints->len > 0)
    close_endpoint (self, self->endpoints->pdata[0]);
  g_ptr_array_unref (self->endpoints);
  g_hash_table_unref (self->paths);
  g_hash_table_unref (self->counters);
  _mcast_os_poll_unref (self->poll);
  g_free (self);
}

static gboolean
add_endpoint (McastMembership *self, McastRxEndpoint *endpoint, GError **error)
{
  if (!_mcast_os_poll_add (self->poll, _mcast_rx_endpoint_get_fd (endpoint), endpoint, error))
    {
      _mcast_rx_endpoint_free (endpoint);
      return FALSE;
    }
  g_ptr_array_add (self->endpoints, endpoint);
  return TRUE;
}

/* Uses a socket of the caller's for the groups of its family and port. */
gboolean
_mcast_membership_add_socket (McastMembership *self, int fd, int family, GError **error)
{
  const McastOsRxOptions options = {
    .bind_address = { .family = family },
    .hear_all = !self->options.auto_join,
    .merge_segments = self->options.merge_segments,
  };
  McastRxEndpoint *endpoint = _mcast_rx_endpoint_new_shared (fd, &options, error);

  if (endpoint == NULL)
    return FALSE;
  if (self->options.port != 0 && self->options.port != _mcast_os_get_port (fd))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "The socket given is bound to port %u, and port %u was asked for; give the "
                   "same, or 0",
                   _mcast_os_get_port (fd), self->options.port);
      _mcast_rx_endpoint_free (endpoint);
      return FALSE;
    }
  self->options.port = _mcast_os_get_port (fd);
  return add_endpoint (self, endpoint, error);
}

static guint
group_port (McastMembership *self, McastGroup *group)
{
  guint port = mcast_group_get_port (group);

  return port != 0 ? port : self->options.port;
}

/* Two wishes for one path become one that lets through what either does. */
static void
plan_path (McastMembership *self, GHashTable *plans, McastGroup *group, McastInterface *iface,
           gboolean named)
{
  const McastRxPathKey key = {
    .group = *_mcast_group_address (group),
    .port = group_port (self, group),
    .interface_index = mcast_interface_get_index (iface),
  };
  Plan *plan = g_hash_table_lookup (plans, &key);

  if (plan != NULL)
    {
      McastSourceFilter *merged = _mcast_source_filter_merge (plan->filter,
                                                              _mcast_group_filter (group));

      _mcast_source_filter_unref (plan->filter);
      plan->filter = merged;
      plan->named = plan->named || named;
      return;
    }

  plan = g_new0 (Plan, 1);
  plan->key = key;
  plan->iface = g_object_ref (iface);
  plan->filter = _mcast_source_filter_ref (_mcast_group_filter (group));
  plan->named = named;
  g_hash_table_insert (plans, &plan->key, plan);
}

/* A sender that names no interface sends on lo when the route leads there: then lo is where to
 * hear. */
static void
plan_route (McastMembership *self, GHashTable *plans, McastGroup *group, GPtrArray *interfaces)
{
  guint index = _mcast_netlink_multicast_route (_mcast_group_address (group));
  McastInterface *iface = _mcast_interface_by_index (interfaces, index);

  if (iface != NULL && mcast_interface_is_loopback (iface))
    plan_path (self, plans, group, iface, FALSE);
}

/* One that was there before is waited for in any case. */
static GPtrArray *
select_interfaces (McastMembership *self, McastInterfaceSelector *selector, GPtrArray *interfaces,
                   GError **error)
{
  GPtrArray *selected = _mcast_interface_selector_select (selector, interfaces);

  if (selected->len == 0 && !_mcast_interface_selector_is_any (selector)
      && !_mcast_interface_selector_was_met (selector) && !self->options.wait_for_interfaces
      && *error == NULL)
    _mcast_interface_selector_set_missing_error (selector, interfaces, error);
  return selected;
}

static void
plan_interfaces (McastMembership *self, GHashTable *plans, McastGroup *group,
                 McastInterfaceSelector *selector, GPtrArray *interfaces, GError **error)
{
  gboolean named = !_mcast_interface_selector_is_any (selector);
  g_autoptr (GPtrArray) selected = select_interfaces (self, selector, interfaces, error);

  for (guint i = 0; i < selected->len; i++)
    plan_path (self, plans, group, selected->pdata[i], named);
}

static gboolean
is_of (const McastAddress *group, const McastAddress *only)
{
  return only == NULL || _mcast_address_equal (group, only);
}

/* All paths there should be, or those of one group, from what the selectors mean now. */
static GHashTable *
make_plans (McastMembership *self, const McastAddress *only, GPtrArray *interfaces, GError **error)
{
  GHashTable *plans = g_hash_table_new_full (_mcast_rx_path_key_hash, _mcast_rx_path_key_equal,
                                             NULL, (GDestroyNotify) plan_free);

  for (guint i = 0; i < self->options.wanted->groups->len; i++)
    {
      McastWantedGroup *wanted = _mcast_wanted_get_nth (self->options.wanted, i);

      if (!is_of (_mcast_group_address (wanted->group), only))
        continue;
      for (guint j = 0; j < wanted->selectors->len; j++)
        plan_interfaces (self, plans, wanted->group, wanted->selectors->pdata[j], interfaces,
                         error);
      if (self->options.wanted->by_default != NULL
          && mcast_group_get_interface (wanted->group) == NULL)
        plan_route (self, plans, wanted->group, interfaces);
    }
  return plans;
}

static guint64
generation (McastInterface *iface, int family)
{
  const McastInterfaceInfo *info = _mcast_interface_get_info (iface);

  return family == AF_INET6 ? info->ipv6_generation : info->generation;
}

static gboolean
is_alive (McastRxPath *path, GPtrArray *interfaces)
{
  McastInterface *now = _mcast_interface_by_index (interfaces, path->key.interface_index);
  int family = path->key.group.family;

  return now != NULL && generation (now, family) == generation (path->iface, family);
}

/* Ends the paths that are not planned any more, and those of an interface that is gone, which may
 * have come back with the same index: the membership did not come with it. */
static void
end_paths (McastMembership *self, const McastAddress *only, GHashTable *plans,
           GPtrArray *interfaces)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->paths);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      McastRxPath *path = value;
      gboolean alive;

      if (!is_of (&path->key.group, only))
        continue;
      alive = is_alive (path, interfaces);
      if (alive && g_hash_table_contains (plans, &path->key))
        continue;
      g_hash_table_iter_steal (&iter);
      /* What the owner of a shared socket had joined there is as stale as ours. */
      path->borrowed = path->borrowed && alive;
      if (path->endpoint != NULL
          && _mcast_interface_by_index (interfaces, path->key.interface_index) == NULL)
        {
          _mcast_rx_endpoint_retire (path->endpoint, path);
          continue;
        }
      if (path->endpoint != NULL)
        _mcast_rx_endpoint_leave (path->endpoint, path);
      _mcast_rx_path_free (path);
    }
}

static guint
count_exclusive (McastMembership *self)
{
  guint n = 0;

  for (guint i = 0; i < self->endpoints->len; i++)
    if (_mcast_rx_endpoint_is_exclusive (self->endpoints->pdata[i]))
      n++;
  return n;
}

/* The kernel refuses to bind to a link-local IPv6 group without binding to one interface as
 * well. */
static gboolean
deserves_own_socket (McastMembership *self, const McastAddress *group)
{
  return !_mcast_address_needs_scope (group)
         && count_exclusive (self) < _mcast_os_descriptor_limit () / DESCRIPTOR_SHARE;
}

static void
share_endpoints (McastMembership *self, gboolean share)
{
  for (guint i = 0; i < self->endpoints->len; i++)
    if (_mcast_rx_endpoint_is_owner (self->endpoints->pdata[i]))
      _mcast_os_set_reuse (_mcast_rx_endpoint_get_fd (self->endpoints->pdata[i]), share);
}

static McastRxEndpoint *
open_endpoint (McastMembership *self, const McastRxPathKey *key, GError **error)
{
  McastOsRxOptions options = {
    .bind_address = { .family = key->group.family },
    .port = key->port,
    .reuse = self->options.reuse,
    .receive_buffer_size = self->options.receive_buffer_size,
    .hear_all = !self->options.auto_join,
    .merge_segments = self->options.merge_segments,
  };
  McastRxEndpoint *endpoint;

  if (deserves_own_socket (self, &key->group))
    options.bind_address = key->group;
  /* What is not shared with other programs is so among ourselves, for the moment of binding. */
  if (!self->options.reuse && self->endpoints->len > 0)
    {
      options.reuse = TRUE;
      share_endpoints (self, TRUE);
    }
  endpoint = _mcast_rx_endpoint_new (&options, error);
  if (!self->options.reuse)
    {
      share_endpoints (self, FALSE);
      if (endpoint != NULL)
        _mcast_os_set_reuse (_mcast_rx_endpoint_get_fd (endpoint), FALSE);
    }
  return endpoint != NULL && add_endpoint (self, endpoint, error) ? endpoint : NULL;
}

/* Puts the membership on a socket that has room, or else on a new one. */
static gboolean
join_path (McastMembership *self, McastRxPath *path, GError **error)
{
  McastRxEndpoint *endpoint;

  for (guint i = 0; i < self->endpoints->len; i++)
    {
      g_autoptr (GError) failure = NULL;
      McastOsJoinResult result;

      endpoint = self->endpoints->pdata[i];
      if (!_mcast_rx_endpoint_serves (endpoint, &path->key.group, path->key.port)
          || !_mcast_rx_endpoint_suits (endpoint, path, path->filter)
          || _mcast_rx_endpoint_is_full (endpoint))
        continue;
      result = _mcast_rx_endpoint_join (endpoint, path, &failure);
      if (result == MCAST_OS_JOIN_FAILED)
        g_propagate_error (error, g_steal_pointer (&failure));
      if (result != MCAST_OS_JOIN_FULL)
        return result == MCAST_OS_JOINED;
    }

  endpoint = open_endpoint (self, &path->key, error);
  return endpoint != NULL && _mcast_rx_endpoint_join (endpoint, path, error) == MCAST_OS_JOINED;
}

/* A failure that lasts is told once. */
static void
note_failure (McastMembership *self, McastRxPath *path, GError *failure, gboolean named,
              Outcome *outcome)
{
  g_autofree char *group = _mcast_address_to_string (&path->key.group);

  /* The buffer is too large for whatever group; and who asks for less hears this one. */
  if (!g_error_matches (failure, MCAST_ERROR, MCAST_ERROR_BUFFER_LIMIT))
    g_prefix_error (&failure, "%s cannot be heard on %s: ", group,
                    mcast_interface_get_name (path->iface));
  if (!_mcast_rx_path_set_failure (path, failure))
    return;
  path->failed_in_update = self->n_updates;
  if (named && outcome->named == NULL)
    outcome->named = g_error_copy (failure);
  else
    g_ptr_array_add (outcome->others, g_strdup (failure->message));
}

static void
try_path (McastMembership *self, McastRxPath *path, gboolean named, Outcome *outcome)
{
  GError *failure = NULL;

  if (join_path (self, path, &failure))
    _mcast_rx_path_set_failure (path, NULL);
  else
    note_failure (self, path, failure, named, outcome);
}

static McastRxCounters *
find_counters (McastMembership *self, const Plan *plan)
{
  g_autofree char *group = _mcast_address_to_string (&plan->key.group);
  g_autofree char *name = g_strdup_printf ("%s:%u%%%s", group, plan->key.port,
                                           mcast_interface_get_name (plan->iface));
  McastRxCounters *counters = g_hash_table_lookup (self->counters, name);

  if (counters == NULL)
    {
      counters = _mcast_rx_counters_new (self->next_path_id++);
      g_hash_table_insert (self->counters, g_steal_pointer (&name), counters);
    }
  return counters;
}

/* Whether all memberships of an IPv6 group on one socket are to have one filter; see
 * _mcast_rx_endpoint_suits(). */
static gboolean
plans_agree (GHashTable *plans, const McastRxPath *path, const Plan *plan)
{
  GPtrArray *others = _mcast_rx_endpoint_get_paths (path->endpoint);

  for (guint i = 0; path->key.group.family == AF_INET6 && i < others->len; i++)
    {
      McastRxPath *other = others->pdata[i];
      const Plan *others_plan = g_hash_table_lookup (plans, &other->key);

      if (_mcast_address_equal (&other->key.group, &path->key.group) && others_plan != NULL
          && !_mcast_source_filter_equal (others_plan->filter, plan->filter))
        return FALSE;
    }
  return TRUE;
}

/* What is there already stays as it is, so that nothing is missed; only its filter may change. */
static void
keep_path (McastMembership *self, GHashTable *plans, McastRxPath *path, const Plan *plan,
           Outcome *outcome)
{
  GError *failure = NULL;

  _mcast_rx_path_set_interface (path, plan->iface);
  if (path->endpoint != NULL && !plans_agree (plans, path, plan))
    _mcast_rx_endpoint_leave (path->endpoint, path);
  if (path->endpoint != NULL && !_mcast_source_filter_equal (path->filter, plan->filter)
      && !_mcast_rx_endpoint_set_filter (path->endpoint, path, plan->filter, &failure))
    {
      /* What was asked for has not happened, on whichever interface. */
      note_failure (self, path, failure, TRUE, outcome);
      return;
    }
  _mcast_rx_path_set_filter (path, plan->filter);
  if (path->endpoint != NULL)
    _mcast_rx_path_set_failure (path, NULL);
  else
    try_path (self, path, plan->named, outcome);
}

static void
carry_out (McastMembership *self, GHashTable *plans, Outcome *outcome)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, plans);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Plan *plan = value;
      McastRxPath *path = g_hash_table_lookup (self->paths, &plan->key);

      if (path != NULL)
        {
          keep_path (self, plans, path, plan, outcome);
          continue;
        }
      path = _mcast_rx_path_new (&plan->key, plan->iface, plan->filter, find_counters (self, plan));
      g_hash_table_insert (self->paths, &path->key, path);
      try_path (self, path, plan->named, outcome);
    }
}

static gboolean
is_endpoint_wanted (McastMembership *self, McastRxEndpoint *endpoint)
{
  if (_mcast_rx_endpoint_get_n_paths (endpoint) > 0 || !_mcast_rx_endpoint_is_owner (endpoint))
    return TRUE;
  for (guint i = 0; i < self->options.wanted->groups->len; i++)
    {
      McastGroup *group = _mcast_wanted_get_nth (self->options.wanted, i)->group;

      if (_mcast_rx_endpoint_serves (endpoint, _mcast_group_address (group),
                                     group_port (self, group)))
        return TRUE;
    }
  return FALSE;
}

/* A socket whose interfaces are all gone stays open for their return, and for what it has not been
 * read of. */
static void
close_unwanted (McastMembership *self)
{
  for (guint i = self->endpoints->len; i > 0; i--)
    {
      McastRxEndpoint *endpoint = self->endpoints->pdata[i - 1];

      if (is_endpoint_wanted (self, endpoint))
        continue;
      self->discarded += _mcast_os_discard (_mcast_rx_endpoint_get_fd (endpoint));
      close_endpoint (self, endpoint);
    }
}

static void
forget_counters (McastMembership *self)
{
  GHashTableIter iter;
  gpointer value;

  if (g_hash_table_size (self->counters) < MAX_KEPT_COUNTERS + g_hash_table_size (self->paths))
    return;
  g_hash_table_iter_init (&iter, self->counters);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      McastRxCounters *counters = value;

      if (!g_atomic_ref_count_compare (&counters->ref_count, 1))
        continue;
      self->options.forget_path (self->options.user_data, counters->id);
      g_hash_table_iter_remove (&iter);
    }
}

/* Returns the interfaces on which at least one group is joined. */
GPtrArray *
_mcast_membership_list_active (McastMembership *self)
{
  GPtrArray *joined = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->paths);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      McastRxPath *path = value;

      if (path->endpoint != NULL
          && _mcast_interface_by_index (joined, path->key.interface_index) == NULL)
        g_ptr_array_add (joined, g_object_ref (path->iface));
    }
  return joined;
}

static guint
count_failed (McastMembership *self)
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

static gboolean
is_heard_somewhere (McastMembership *self, const McastRxPathKey *key)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->paths);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      McastRxPath *path = value;

      if (path->endpoint != NULL && path->key.port == key->port
          && _mcast_address_equal (&path->key.group, &key->group))
        return TRUE;
    }
  return FALSE;
}

/* Why a group is heard on no interface at all, if that is new. */
static GError *
find_unheard (McastMembership *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->paths);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      McastRxPath *path = value;

      if (path->failure != NULL && path->failed_in_update == self->n_updates
          && !is_heard_somewhere (self, &path->key))
        return g_error_copy (path->failure);
    }
  return NULL;
}

/* A caller must hear of a failure on an interface that was named, and of a group that is heard
 * nowhere. That one interface of "*" fails is for the log. */
static gboolean
report (McastMembership *self, Outcome *outcome, GError **error)
{
  g_autoptr (GPtrArray) others = g_steal_pointer (&outcome->others);
  GError *failure = outcome->named != NULL ? outcome->named : find_unheard (self);

  for (guint i = 0; failure == NULL && i < others->len; i++)
    g_warning ("%s", (char *) others->pdata[i]);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, failure);
  return FALSE;
}

/* Port 0 lets the kernel choose one, which then is that of all groups. Returns the socket that
 * holds it until the others do, or -1. */
static int
choose_port (McastMembership *self, GError **error)
{
  for (guint i = 0; self->options.port == 0 && i < self->options.wanted->groups->len; i++)
    {
      McastGroup *group = _mcast_wanted_get_nth (self->options.wanted, i)->group;
      const McastAddress *address = _mcast_group_address (group);
      McastOsRxOptions options = {
        .bind_address = { .family = address->family },
        .reuse = self->options.reuse,
      };
      int fd;

      if (mcast_group_get_port (group) != 0)
        continue;
      if (!_mcast_address_needs_scope (address))
        options.bind_address = *address;
      fd = _mcast_os_rx_open (&options, error);
      if (fd >= 0)
        self->options.port = _mcast_os_get_port (fd);
      if (fd < 0 || options.reuse)
        return fd;
      _mcast_os_close (fd);
    }
  return -1;
}

static gboolean
is_joined_somewhere (McastMembership *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->paths);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((McastRxPath *) value)->endpoint != NULL)
      return TRUE;
  return FALSE;
}

static void
warn_waiting (McastMembership *self)
{
  if (is_joined_somewhere (self) || self->options.wanted->groups->len == 0)
    {
      self->warned_waiting = FALSE;
      return;
    }
  if (!self->warned_waiting && count_failed (self) == 0)
    {
      g_warning ("No interface to hear on yet; waiting for one");
      self->warned_waiting = TRUE;
    }
}

/* Makes the calls that are needed, and no others, for the kernel to hold what is wanted on the
 * interfaces there are. All that can be done is done; what failed newly is an error for the
 * caller. Where one group has changed and nothing else, @only is its address, so that the time for
 * it does not grow with the number of the others; NULL is all. */
gboolean
_mcast_membership_update (McastMembership *self, const McastAddress *only, GPtrArray *interfaces,
                          GError **error)
{
  g_autoptr (GError) failure = NULL;
  int port_fd = choose_port (self, &failure);
  g_autoptr (GHashTable) plans = make_plans (self, only, interfaces, &failure);
  Outcome outcome = { NULL, g_ptr_array_new_with_free_func (g_free) };

  self->n_updates++;
  end_paths (self, only, plans, interfaces);
  if (failure == NULL)
    carry_out (self, plans, &outcome);
  if (port_fd >= 0)
    _mcast_os_close (port_fd);
  close_unwanted (self);
  for (guint i = 0; i < self->endpoints->len; i++)
    _mcast_rx_endpoint_note_interfaces (self->endpoints->pdata[i], interfaces);
  forget_counters (self);

  if (!report (self, &outcome, failure != NULL ? NULL : error))
    return FALSE;
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  warn_waiting (self);
  return TRUE;
}

/* While another socket of the machine holds the group, the kernel reports nothing when we leave and
 * join: then a report of our own is needed, which takes a privilege. */
static void
refresh_path (McastMembership *self, McastRxPath *path)
{
  g_autofree char *group = _mcast_address_to_string (&path->key.group);
  guint index = path->key.interface_index;
  g_autoptr (GError) failure = NULL;
  gboolean shared = _mcast_igmp_count_users (&path->key.group, index) > 1;
  gboolean ineffective = shared && !_mcast_igmp_report (&path->key.group, index, path->filter);

  if (!shared && !_mcast_rx_endpoint_refresh (path->endpoint, path, &failure))
    {
      if (_mcast_rx_path_set_failure (path, g_steal_pointer (&failure)))
        g_warning ("%s", path->failure->message);
    }
  if (shared)
    path->counters->refreshes++;
  if (ineffective && !path->recovery_ineffective)
    self->options.report_ineffective (self->options.user_data, path->iface, group);
  path->recovery_ineffective = ineffective;
}

/* What waits to be read is no silence of the network. */
static gboolean
is_quiet (McastRxPath *path)
{
  return path->counters->delivered == path->delivered_then
         && !_mcast_os_has_data (_mcast_rx_endpoint_get_fd (path->endpoint));
}

static void
recover_path (McastMembership *self, McastRxPath *path, gint64 now)
{
  if (path->quiet_since == 0 || !is_quiet (path))
    {
      path->quiet_since = now;
      path->delivered_then = path->counters->delivered;
      path->patience = self->options.recovery_interval;
      path->recovery_ineffective = FALSE;
    }
  else if (now - path->quiet_since >= path->patience)
    {
      refresh_path (self, path);
      path->quiet_since = now;
      path->patience = MAX (MIN (2 * path->patience, MAX_PATIENCE),
                            self->options.recovery_interval);
    }
}

/* Whatever fails newly is tried again soon, also beside something that fails for good. An update
 * that comes in between does not put off the next try. */
static gint64
plan_retry (McastMembership *self, gint64 now)
{
  guint n_failed = count_failed (self);
  gboolean more = n_failed > self->n_failed_before;

  self->n_failed_before = n_failed;
  if (n_failed == 0)
    return MCAST_INTERFACE_TABLE_NEVER;
  if (more)
    self->retry_delay = FIRST_RETRY;
  else if (now < self->retry_at)
    return self->retry_at;
  self->retry_at = now + self->retry_delay;
  self->retry_delay = MIN (2 * self->retry_delay, LONGEST_RETRY);
  return self->retry_at;
}

/* Refreshes the memberships on which nothing came for the recovery interval: a switch may have
 * forgotten them. Returns when it, or an update for what failed, is to be called again. */
gint64
_mcast_membership_recover (McastMembership *self, gint64 now)
{
  gint64 retry = plan_retry (self, now);
  GHashTableIter iter;
  gpointer value;

  if (self->options.recovery_interval == 0)
    return retry;
  g_hash_table_iter_init (&iter, self->paths);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((McastRxPath *) value)->endpoint != NULL)
      recover_path (self, value, now);
  return MIN (retry, now + MAX (self->options.recovery_interval / RECOVERY_CHECKS, 1));
}

guint
_mcast_membership_get_port (McastMembership *self)
{
  return self->options.port;
}

GPtrArray *
_mcast_membership_get_endpoints (McastMembership *self)
{
  return self->endpoints;
}

static McastRxEndpoint *
find_serving (McastMembership *self, McastGroup *group)
{
  for (guint i = 0; i < self->endpoints->len; i++)
    if (_mcast_rx_endpoint_serves (self->endpoints->pdata[i], _mcast_group_address (group),
                                   group_port (self, group)))
      return self->endpoints->pdata[i];
  return NULL;
}

/* That of the first group of @family, or of the first of all for AF_UNSPEC, which has one. */
McastRxEndpoint *
_mcast_membership_find_endpoint (McastMembership *self, int family)
{
  for (guint i = 0; i < self->options.wanted->groups->len; i++)
    {
      McastGroup *group = _mcast_wanted_get_nth (self->options.wanted, i)->group;
      McastRxEndpoint *endpoint = find_serving (self, group);

      if (endpoint != NULL
          && (family == AF_UNSPEC || _mcast_group_address (group)->family == family))
        return endpoint;
    }
  return NULL;
}

guint64
_mcast_membership_get_dropped (McastMembership *self)
{
  guint64 dropped = self->closed_dropped;

  for (guint i = 0; i < self->endpoints->len; i++)
    dropped += _mcast_rx_endpoint_get_dropped (self->endpoints->pdata[i]);
  return dropped;
}

/* How many datagrams had not been read of groups that were left. */
guint64
_mcast_membership_get_discarded (McastMembership *self)
{
  return self->discarded;
}

/* Of one OS socket; 0 while there is none. */
guint
_mcast_membership_get_receive_buffer (McastMembership *self)
{
  if (self->endpoints->len == 0)
    return 0;
  return _mcast_os_get_receive_buffer (_mcast_rx_endpoint_get_fd (self->endpoints->pdata[0]));
}

static void
add_waiting (GVariantBuilder *builder, McastMembership *self, McastGroup *group,
             McastInterfaceSelector *selector)
{
  g_autofree char *address = _mcast_address_to_string (_mcast_group_address (group));
  GVariantDict dict;

  if (_mcast_interface_selector_has_selected (selector))
    return;
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "group", "s", address);
  g_variant_dict_insert (&dict, "port", "u", group_port (self, group));
  g_variant_dict_insert (&dict, "interface", "s", _mcast_interface_selector_get_text (selector));
  g_variant_dict_insert (&dict, "state", "s", "waiting");
  g_variant_builder_add_value (builder, g_variant_dict_end (&dict));
}

/* Paths as aa{sv}: first those there are, then what is waited for. */
GVariant *
_mcast_membership_paths_to_variant (McastMembership *self, McastRxPathStatsFunc more,
                                    gpointer user_data)
{
  GVariantBuilder builder;
  GHashTableIter iter;
  gpointer value;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  g_hash_table_iter_init (&iter, self->paths);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      GVariantDict dict;

      g_variant_dict_init (&dict, NULL);
      _mcast_rx_path_add_stats (value, &dict);
      more (value, &dict, user_data);
      g_variant_builder_add_value (&builder, g_variant_dict_end (&dict));
    }

  for (guint i = 0; i < self->options.wanted->groups->len; i++)
    {
      McastWantedGroup *wanted = _mcast_wanted_get_nth (self->options.wanted, i);

      for (guint j = 0; j < wanted->selectors->len; j++)
        add_waiting (&builder, self, wanted->group, wanted->selectors->pdata[j]);
    }
  return g_variant_builder_end (&builder);
}
