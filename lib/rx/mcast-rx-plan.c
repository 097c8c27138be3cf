/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx/mcast-rx-plan-private.h"

/* A socket that is bound to its group takes the kernel the least time for each datagram, but needs
 * a descriptor. One in DESCRIPTOR_SHARE descriptors is used for such sockets; further groups share
 * sockets. */
#define DESCRIPTOR_SHARE 16
/* The kernel's default for IPv4 (igmp_max_memberships). It searches the memberships of a socket
 * one by one for each datagram, so a shared socket never gets more, even if the limit is higher. */
#define MAX_SHARED_PATHS 20

typedef struct
{
  const McastRxPlanInput *input;
  GPtrArray *steps;
  /* The steps towards wanted paths, by key. */
  GHashTable *wanted;
  GHashTable *interfaces_by_index;
  /* The selected interfaces by selector, since many groups share a selector. */
  GHashTable *selections;
} Planner;

/* One IPv6 group on one OS socket, and its filter there. */
typedef struct
{
  McastRxEndpoint *endpoint;
  McastAddress group;
  McastSourceFilter *filter;
} Agreement;

static void
step_free (McastRxStep *step)
{
  g_object_unref (step->iface);
  _mcast_source_filter_unref (step->filter);
  g_free (step);
}

static McastRxStep *
add_step (Planner *self, const McastRxPathKey *key, McastRxPath *path, McastInterface *iface,
          McastSourceFilter *filter)
{
  McastRxStep *step = g_new0 (McastRxStep, 1);

  step->key = *key;
  step->path = path;
  step->iface = g_object_ref (iface);
  step->filter = _mcast_source_filter_ref (filter);
  g_ptr_array_add (self->steps, step);
  return step;
}

static McastInterface *
find_interface (Planner *self, guint index)
{
  return g_hash_table_lookup (self->interfaces_by_index, GUINT_TO_POINTER (index));
}

/* Merges a second request for a path. The merged filter accepts what either filter accepts. */
static void
merge_request (McastRxStep *step, McastGroup *group, gboolean named)
{
  McastSourceFilter *filter = _mcast_group_filter (group);

  step->named = step->named || named;
  if (_mcast_source_filter_equal (step->filter, filter))
    return;
  filter = _mcast_source_filter_merge (step->filter, filter);
  _mcast_source_filter_unref (step->filter);
  step->filter = filter;
}

static void
want_path (Planner *self, McastGroup *group, McastInterface *iface, gboolean named)
{
  guint port = mcast_group_get_port (group);
  const McastRxPathKey key = {
    .group = *_mcast_group_address (group),
    .port = port != 0 ? port : self->input->port,
    .interface_index = mcast_interface_get_index (iface),
  };
  McastRxStep *step = g_hash_table_lookup (self->wanted, &key);

  if (step == NULL)
    {
      step = add_step (self, &key, NULL, iface, _mcast_group_filter (group));
      step->action = MCAST_RX_JOIN;
      g_hash_table_insert (self->wanted, &step->key, step);
    }
  merge_request (step, group, named);
}

static GPtrArray *
select_interfaces (Planner *self, McastInterfaceSelector *selector)
{
  GPtrArray *selected = g_hash_table_lookup (self->selections, selector);

  if (selected == NULL)
    {
      selected = _mcast_interface_selector_select (selector, self->input->interfaces);
      g_hash_table_insert (self->selections, selector, selected);
    }
  return selected;
}

/* A named interface that was present before is waited for in any case. */
static gboolean
may_be_missing (Planner *self, McastInterfaceSelector *selector)
{
  return self->input->wait_for_interfaces || _mcast_interface_selector_is_any (selector)
         || _mcast_interface_selector_was_met (selector);
}

static gboolean
want_selected (Planner *self, McastGroup *group, McastInterfaceSelector *selector, GError **error)
{
  gboolean named = !_mcast_interface_selector_is_any (selector);
  GPtrArray *selected = select_interfaces (self, selector);

  if (selected->len == 0 && !may_be_missing (self, selector))
    {
      _mcast_interface_selector_set_missing_error (selector, self->input->interfaces, error);
      return FALSE;
    }
  for (guint i = 0; i < selected->len; i++)
    want_path (self, group, selected->pdata[i], named);
  return TRUE;
}

/* A sender that names no interface sends on lo if the route leads there, so a receiver that names
 * none listens there. */
static void
want_route (Planner *self, McastGroup *group)
{
  guint index = self->input->find_route (_mcast_group_address (group), self->input->user_data);
  McastInterface *iface = find_interface (self, index);

  if (iface != NULL && mcast_interface_is_loopback (iface))
    want_path (self, group, iface, FALSE);
}

static gboolean
is_planned (Planner *self, const McastAddress *group)
{
  return self->input->only == NULL || _mcast_address_equal (group, self->input->only);
}

static gboolean
want_paths (Planner *self, GError **error)
{
  McastWanted *all = self->input->wanted;

  for (guint i = 0; i < all->groups->len; i++)
    {
      McastWantedGroup *wanted = _mcast_wanted_get_nth (all, i);

      if (!is_planned (self, _mcast_group_address (wanted->group)))
        continue;
      for (guint j = 0; j < wanted->selectors->len; j++)
        if (!want_selected (self, wanted->group, wanted->selectors->pdata[j], error))
          return FALSE;
      if (all->by_default != NULL && mcast_group_get_interface (wanted->group) == NULL)
        want_route (self, wanted->group);
    }
  return TRUE;
}

static guint64
get_generation (McastInterface *iface, int family)
{
  const McastInterfaceInfo *info = _mcast_interface_get_info (iface);

  return family == AF_INET6 ? info->ipv6_generation : info->generation;
}

/* Checks whether the kernel still has the memberships of the path's interface. A recreated
 * interface has lost them, even if its index is the same. */
static gboolean
is_alive (Planner *self, McastRxPath *path)
{
  McastInterface *now = find_interface (self, path->key.interface_index);
  int family = path->key.group.family;

  return now != NULL && get_generation (now, family) == get_generation (path->iface, family);
}

static McastRxAction
choose_end (Planner *self, McastRxPath *path)
{
  if (path->endpoint == NULL)
    return MCAST_RX_FORGET;
  if (find_interface (self, path->key.interface_index) == NULL)
    return MCAST_RX_RETIRE;
  return is_alive (self, path) ? MCAST_RX_LEAVE : MCAST_RX_LEAVE_STALE;
}

/* When the carrier of an interface returns, the kernel reports its IPv6 memberships again, and its
 * IPv4 ones only after the next query. */
static gboolean
needs_refresh (const McastRxStep *step)
{
  return step->key.group.family == AF_INET
         && _mcast_interface_get_info (step->iface)->n_carriers
              != _mcast_interface_get_info (step->path->iface)->n_carriers;
}

static McastRxAction
choose_continuation (const McastRxStep *step)
{
  if (step->path->endpoint == NULL)
    return MCAST_RX_JOIN;
  if (_mcast_interface_get_vrf (step->iface) != _mcast_interface_get_vrf (step->path->iface))
    return MCAST_RX_REJOIN;
  if (!_mcast_source_filter_equal (step->path->filter, step->filter))
    return MCAST_RX_SET_FILTER;
  return needs_refresh (step) ? MCAST_RX_REFRESH : MCAST_RX_KEEP;
}

/* Compares the existing paths with the wanted ones. */
static void
compare_paths (Planner *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->input->paths);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      McastRxPath *path = value;
      McastRxStep *step = g_hash_table_lookup (self->wanted, &path->key);

      if (!is_planned (self, &path->key.group))
        continue;
      if (step != NULL && is_alive (self, path))
        {
          step->path = path;
          step->action = choose_continuation (step);
          continue;
        }
      step = add_step (self, &path->key, path, path->iface, path->filter);
      step->action = choose_end (self, path);
    }
}

static guint
agreement_hash (gconstpointer key)
{
  const Agreement *self = key;

  return g_direct_hash (self->endpoint) ^ _mcast_address_hash (&self->group);
}

static gboolean
agreement_equal (gconstpointer a, gconstpointer b)
{
  const Agreement *left = a;
  const Agreement *right = b;

  return left->endpoint == right->endpoint && _mcast_address_equal (&left->group, &right->group);
}

static void
agree_on_filter (GHashTable *agreements, McastRxStep *step)
{
  const Agreement key = { step->path->endpoint, step->key.group, step->filter };
  const Agreement *present = g_hash_table_lookup (agreements, &key);

  if (present == NULL)
    g_hash_table_add (agreements, g_memdup2 (&key, sizeof key));
  else if (!_mcast_source_filter_equal (present->filter, step->filter))
    step->action = MCAST_RX_REJOIN;
}

/* Of several memberships of one IPv6 group on one OS socket, the kernel applies the filter of the
 * first, whichever interface a datagram arrived on. So all get one filter, preferably that of a
 * path that does not change, and the others go elsewhere. */
static void
separate_filters (Planner *self)
{
  static const McastRxAction order[] = { MCAST_RX_KEEP, MCAST_RX_SET_FILTER };
  g_autoptr (GHashTable)
    agreements = g_hash_table_new_full (agreement_hash, agreement_equal, g_free, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    for (guint j = 0; j < self->steps->len; j++)
      {
        McastRxStep *step = self->steps->pdata[j];

        if (step->action == order[i] && step->key.group.family == AF_INET6)
          agree_on_filter (agreements, step);
      }
}

static gint
compare_actions (gconstpointer a, gconstpointer b)
{
  const McastRxStep *left = *(McastRxStep *const *) a;
  const McastRxStep *right = *(McastRxStep *const *) b;

  return (gint) left->action - (gint) right->action;
}

static void
planner_init (Planner *self, const McastRxPlanInput *input)
{
  self->input = input;
  self->steps = g_ptr_array_new_with_free_func ((GDestroyNotify) step_free);
  self->wanted = g_hash_table_new (_mcast_rx_path_key_hash, _mcast_rx_path_key_equal);
  self->interfaces_by_index = g_hash_table_new (NULL, NULL);
  self->selections = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  for (guint i = 0; i < input->interfaces->len; i++)
    {
      McastInterface *iface = input->interfaces->pdata[i];

      g_hash_table_insert (self->interfaces_by_index,
                           GUINT_TO_POINTER (mcast_interface_get_index (iface)), iface);
    }
}

static void
planner_clear (Planner *self)
{
  g_clear_pointer (&self->steps, g_ptr_array_unref);
  g_hash_table_unref (self->wanted);
  g_hash_table_unref (self->interfaces_by_index);
  g_hash_table_unref (self->selections);
}

/* Plans the calls, and no others, that make the kernel hold the wanted groups on the interfaces
 * present. Within one action, new paths are in the order of the wanted groups. Where a named
 * interface is missing that never was present, and is not waited for, there is an error and no
 * plan. Returns McastRxStep in the order of execution; each refers to a path of the input until
 * that step is done. */
GPtrArray *
_mcast_rx_plan_new (const McastRxPlanInput *input, GError **error)
{
  Planner self = { NULL };
  GPtrArray *steps = NULL;

  planner_init (&self, input);
  if (want_paths (&self, error))
    {
      compare_paths (&self);
      separate_filters (&self);
      g_ptr_array_sort (self.steps, compare_actions);
      steps = g_steal_pointer (&self.steps);
    }
  planner_clear (&self);
  return steps;
}

/* Checks whether datagrams of @group to @port can arrive through an OS socket. */
gboolean
_mcast_rx_plan_serves (const McastRxEndpointState *endpoint, const McastAddress *group, guint port)
{
  if (endpoint->port != port || endpoint->bind_address.family != group->family)
    return FALSE;
  return _mcast_address_is_any (&endpoint->bind_address)
         || _mcast_address_equal (&endpoint->bind_address, group);
}

static gboolean
has_room (const McastRxEndpointState *endpoint)
{
  if (endpoint->is_full)
    return FALSE;
  return endpoint->is_foreign || !_mcast_address_is_any (&endpoint->bind_address)
         || endpoint->paths->len < MAX_SHARED_PATHS;
}

/* See separate_filters(). */
static gboolean
agrees (const McastRxEndpointState *endpoint, const McastRxPath *path)
{
  for (guint i = 0; path->key.group.family == AF_INET6 && i < endpoint->paths->len; i++)
    {
      const McastRxPath *other = endpoint->paths->pdata[i];

      if (_mcast_address_equal (&other->key.group, &path->key.group)
          && !_mcast_source_filter_equal (other->filter, path->filter))
        return FALSE;
    }
  return TRUE;
}

/* Checks whether an OS socket can take one more path. If none can, a new one is opened. */
gboolean
_mcast_rx_plan_can_take (const McastRxEndpointState *endpoint, const McastRxPath *path)
{
  return _mcast_rx_plan_serves (endpoint, &path->key.group, path->key.port)
         && (endpoint->is_foreign || endpoint->vrf == _mcast_interface_get_vrf (path->iface))
         && has_room (endpoint) && agrees (endpoint, path);
}

/* Checks whether a new OS socket for @group is bound to it, when @n_bound are bound to a group
 * already. The kernel does not bind to a link-local IPv6 group without binding to one interface
 * as well. */
gboolean
_mcast_rx_plan_binds_to_group (const McastAddress *group, guint n_bound, guint descriptor_limit)
{
  return !_mcast_address_needs_scope (group) && n_bound < descriptor_limit / DESCRIPTOR_SHARE;
}
