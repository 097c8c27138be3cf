/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "tx/mcast-tx-plan-private.h"

#include "mcast-error.h"
#include "mcast-log-private.h"

/* A plan in the making. */
typedef struct
{
  McastTxPlan *plan;
  const McastTxPlanOptions *options;
  GPtrArray *interfaces;
  /* The plan that this one replaces, or NULL. */
  const McastTxPlan *former;
  /* The wanted group in hand, and where its paths begin. */
  const McastWantedGroup *wanted;
  guint first;
} Planner;

static void
set_family_error (const McastTxPlanOptions *options, const char *group, GError **error)
{
  g_autofree char *source = _mcast_address_to_string (&options->source);

  g_set_error (error, MCAST_ERROR, MCAST_ERROR_FAMILY_MISMATCH,
               "Source address %s and group %s are of different address families", source, group);
}

/* Checks whether a group can be sent to at all. */
gboolean
_mcast_tx_plan_check_group (const McastTxPlanOptions *options, McastGroup *group, GError **error)
{
  g_autofree char *text = mcast_group_to_string (group);
  int family = _mcast_group_address (group)->family;

  if (mcast_group_get_sources (group)->len > 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "“%s” has a source filter, which only receivers support; remove the part before "
                 "the @, and set source-address to select the address to send from",
                 text);
  else if (mcast_group_get_port (group) == 0 && options->port == 0)
    g_set_error (error, MCAST_ERROR, MCAST_ERROR_NO_PORT,
                 "“%s” has no port; use %s:PORT, or set the port of the socket", text, text);
  else if (options->source.family != AF_UNSPEC && options->source.family != family)
    set_family_error (options, text, error);
  else
    return TRUE;
  return FALSE;
}

static int
get_family (const Planner *self)
{
  return _mcast_group_address (self->wanted->group)->family;
}

static McastTxObstacle
check_own_address (McastInterface *iface, int family)
{
  const McastInterfaceInfo *info = _mcast_interface_get_info (iface);

  if (_mcast_interface_first_address (iface, family) != NULL)
    return MCAST_TX_OBSTACLE_NONE;
  for (guint i = 0; i < info->n_addresses; i++)
    if (info->addresses[i].address.family == family)
      return MCAST_TX_OBSTACLE_ADDRESS_TENTATIVE;
  return MCAST_TX_OBSTACLE_NO_ADDRESS;
}

/* The source address may be that of any interface. */
static McastTxObstacle
check_source (const Planner *self)
{
  McastTxObstacle obstacle = MCAST_TX_OBSTACLE_NO_ADDRESS;

  for (guint i = 0; i < self->interfaces->len; i++)
    {
      const McastInterfaceInfo *info = _mcast_interface_get_info (self->interfaces->pdata[i]);

      for (guint j = 0; j < info->n_addresses; j++)
        {
          const McastInterfaceAddress *own = &info->addresses[j];

          if (!_mcast_address_equal (&own->address, &self->options->source))
            continue;
          if (!own->tentative)
            return MCAST_TX_OBSTACLE_NONE;
          obstacle = MCAST_TX_OBSTACLE_ADDRESS_TENTATIVE;
        }
    }
  return obstacle;
}

/* Without an address of its own, an interface would send from that of another one. */
static McastTxObstacle
find_obstacle (const Planner *self, McastInterface *iface)
{
  if (!mcast_interface_is_up (iface))
    return MCAST_TX_OBSTACLE_INTERFACE_DOWN;
  if (self->options->source.family != AF_UNSPEC)
    return check_source (self);
  return check_own_address (iface, get_family (self));
}

/* For multicast the kernel takes an address of global scope, which the loopback interface does not
 * have: it would send from that of another interface, or from 0.0.0.0. */
static McastAddress
choose_source (const Planner *self, McastInterface *iface)
{
  const McastInterfaceAddress *own = NULL;

  if (self->options->source.family == AF_UNSPEC && iface != NULL && get_family (self) == AF_INET
      && mcast_interface_is_loopback (iface))
    own = _mcast_interface_first_address (iface, AF_INET);
  return own != NULL ? own->address : self->options->source;
}

static McastTxPathKey
make_key (const Planner *self, const char *interface_name)
{
  guint port = mcast_group_get_port (self->wanted->group);

  return (McastTxPathKey) {
    .group = *_mcast_group_address (self->wanted->group),
    .port = port != 0 ? port : self->options->port,
    .interface_name = interface_name,
  };
}

static McastTxPath *
find_former (const Planner *self, const McastTxPathKey *key)
{
  return self->former != NULL ? g_hash_table_lookup (self->former->paths_by_key, key) : NULL;
}

/* A path can be called for in several ways: by several selectors, or by a group that is written with
 * and without its port or interface. */
static gboolean
is_planned (const Planner *self, const char *interface_name)
{
  const McastTxPathKey key = make_key (self, interface_name);

  return g_hash_table_contains (self->plan->paths_by_key, &key);
}

/* Adds the path of the group in hand on @iface, which is NULL if it is missing, and returns it.
 * A path that has not changed since the former plan is the same object. */
static McastTxPath *
add_path (Planner *self, McastInterface *iface, const char *name, McastTxObstacle obstacle)
{
  const McastTxPathKey key = make_key (self, name);
  const McastAddress source = choose_source (self, iface);
  McastTxPath *path = find_former (self, &key);

  if (path != NULL && path->iface == iface && path->obstacle == obstacle
      && _mcast_address_equal (&path->source, &source))
    _mcast_tx_path_ref (path);
  else
    {
      path = _mcast_tx_path_new (&key, iface);
      path->source = source;
      path->obstacle = obstacle;
    }
  g_ptr_array_add (self->plan->paths, path);
  g_hash_table_insert (self->plan->paths_by_key, &path->key, path);
  return path;
}

/* The caller learns of a new path that cannot be used, unless it will recover by itself because its
 * interface is down or its address is being checked. */
static gboolean
needs_report (const Planner *self, const McastTxPath *path)
{
  return (path->obstacle == MCAST_TX_OBSTACLE_NO_ADDRESS
          || path->obstacle == MCAST_TX_OBSTACLE_NO_ROUTE)
         && !self->options->wait_for_interfaces && self->plan->error == NULL
         && find_former (self, &path->key) == NULL;
}

/* Adds the path on an interface that was chosen: by its name, index or address, or by the route. */
static void
add_chosen (Planner *self, McastInterface *iface, const char *name, McastTxObstacle obstacle)
{
  McastTxPath *path;

  if (is_planned (self, name))
    return;
  path = add_path (self, iface, name, obstacle);
  if (needs_report (self, path))
    _mcast_tx_path_set_obstacle_error (path, &self->plan->error);
}

/* For "*", an interface without an address of the family does not count. */
static void
add_any (Planner *self, GPtrArray *selected)
{
  gboolean found = FALSE;

  for (guint i = 0; i < selected->len; i++)
    {
      McastInterface *iface = selected->pdata[i];
      const char *name = mcast_interface_get_name (iface);

      if (check_own_address (iface, get_family (self)) == MCAST_TX_OBSTACLE_NO_ADDRESS)
        continue;
      found = TRUE;
      if (!is_planned (self, name))
        add_path (self, iface, name, find_obstacle (self, iface));
    }
  if (!found && self->plan->paths->len == self->first && !is_planned (self, "*"))
    add_path (self, NULL, "*", MCAST_TX_OBSTACLE_NO_INTERFACE);
}

static void
set_ambiguous_error (McastInterfaceSelector *selector, GPtrArray *selected, GError **error)
{
  g_autofree char *names = _mcast_interface_names (selected);

  g_set_error (error, MCAST_ERROR, MCAST_ERROR_AMBIGUOUS_INTERFACE,
               "Several interfaces have the address %s (%s); select one by name",
               _mcast_interface_selector_get_text (selector), names);
}

/* An interface that a selector found once is waited for when it is gone. */
static void
add_missing (Planner *self, McastInterfaceSelector *selector, gboolean was_met)
{
  const char *text = _mcast_interface_selector_get_text (selector);

  if (!is_planned (self, text))
    add_path (self, NULL, text, MCAST_TX_OBSTACLE_NO_INTERFACE);
  if (!was_met && !self->options->wait_for_interfaces && self->plan->error == NULL)
    _mcast_interface_selector_set_missing_error (selector, self->interfaces, &self->plan->error);
}

static void
add_selected (Planner *self, McastInterfaceSelector *selector)
{
  gboolean was_met = _mcast_interface_selector_was_met (selector);
  g_autoptr (GPtrArray) selected = _mcast_interface_selector_select (selector, self->interfaces);

  if (_mcast_interface_selector_is_any (selector))
    {
      add_any (self, selected);
      return;
    }
  if (selected->len == 0)
    add_missing (self, selector, was_met);
  if (selected->len > 1 && !was_met && self->plan->error == NULL)
    set_ambiguous_error (selector, selected, &self->plan->error);
  for (guint i = 0; i < selected->len; i++)
    {
      McastInterface *iface = selected->pdata[i];

      add_chosen (self, iface, mcast_interface_get_name (iface), find_obstacle (self, iface));
    }
}

static void
log_new_route (const Planner *self, const char *name)
{
  const McastTxPathKey key = make_key (self, name);

  if (find_former (self, &key) == NULL)
    MCAST_LOG (DEBUG, (.group = &key.group), "the route leads to %s", name);
}

/* For a group without a selector. */
static void
add_routed (Planner *self)
{
  guint index = self->options->find_route (_mcast_group_address (self->wanted->group),
                                           self->options->route_data);
  McastInterface *iface = _mcast_interface_by_index (self->interfaces, index);

  if (iface != NULL)
    {
      const char *name = mcast_interface_get_name (iface);

      log_new_route (self, name);
      add_chosen (self, iface, name, find_obstacle (self, iface));
    }
  else
    add_chosen (self, NULL, "(route)", MCAST_TX_OBSTACLE_NO_ROUTE);
}

static McastTxPlan *
plan_new (void)
{
  McastTxPlan *self = g_new0 (McastTxPlan, 1);

  self->paths = g_ptr_array_new_with_free_func ((GDestroyNotify) _mcast_tx_path_unref);
  self->paths_by_key = g_hash_table_new (_mcast_tx_path_key_hash, _mcast_tx_path_key_equal);
  return self;
}

/* @former is the plan that this one replaces, or NULL. */
McastTxPlan *
_mcast_tx_plan_new (const McastTxPlanOptions *options, GPtrArray *interfaces,
                    const McastTxPlan *former)
{
  Planner planner = {
    .plan = plan_new (),
    .options = options,
    .interfaces = interfaces,
    .former = former,
  };

  for (guint i = 0; i < options->wanted->groups->len; i++)
    {
      planner.wanted = _mcast_wanted_get_nth (options->wanted, i);
      planner.first = planner.plan->paths->len;
      if (planner.wanted->selectors->len == 0)
        add_routed (&planner);
      for (guint j = 0; j < planner.wanted->selectors->len; j++)
        add_selected (&planner, planner.wanted->selectors->pdata[j]);
    }
  return planner.plan;
}

/* Puts an obstacle in the way of a path. It must have its counters. */
void
_mcast_tx_plan_block (McastTxPlan *self, guint position, McastTxObstacle obstacle)
{
  g_autoptr (McastTxPath) former = self->paths->pdata[position];
  McastTxPath *path = _mcast_tx_path_copy_blocked (former, obstacle);

  self->paths->pdata[position] = path;
  g_hash_table_replace (self->paths_by_key, (gpointer) &path->key, path);
}

void
_mcast_tx_plan_free (McastTxPlan *self)
{
  g_hash_table_unref (self->paths_by_key);
  g_ptr_array_unref (self->paths);
  g_clear_error (&self->error);
  g_free (self);
}
