/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "tx/mcast-tx-plan-private.h"

#include <string.h>

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

/* Returns the interface that has the address, usable or not, or NULL; preferably @wanted. */
static McastInterface *
find_owner (const Planner *self, const McastAddress *address, McastInterface *wanted)
{
  McastInterface *owner = NULL;

  if (wanted != NULL && _mcast_interface_has_address (wanted, address))
    return wanted;
  for (guint i = 0; i < self->interfaces->len && owner == NULL; i++)
    if (_mcast_interface_has_address (self->interfaces->pdata[i], address))
      owner = self->interfaces->pdata[i];
  return owner;
}

static gboolean
is_in_zone (const Planner *self, McastInterface *iface)
{
  g_autoptr (GPtrArray) zone = NULL;

  if (self->options->zone == NULL)
    return TRUE;
  zone = _mcast_interface_selector_select (self->options->zone, self->interfaces);
  return g_ptr_array_find (zone, iface, NULL);
}

/* The source address may be that of any interface, unless it has a zone. */
static McastTxObstacle
check_source (const Planner *self, const McastAddress *source)
{
  McastTxObstacle obstacle = MCAST_TX_OBSTACLE_NO_ADDRESS;

  for (guint i = 0; i < self->interfaces->len; i++)
    {
      const McastInterfaceInfo *info = _mcast_interface_get_info (self->interfaces->pdata[i]);

      for (guint j = 0; j < info->n_addresses; j++)
        {
          const McastInterfaceAddress *own = &info->addresses[j];

          if (!_mcast_address_equal (&own->address, source)
              || !is_in_zone (self, self->interfaces->pdata[i]))
            continue;
          if (!own->tentative)
            return MCAST_TX_OBSTACLE_NONE;
          obstacle = MCAST_TX_OBSTACLE_ADDRESS_TENTATIVE;
        }
    }
  return obstacle;
}

static guint
get_port (const Planner *self)
{
  guint port = mcast_group_get_port (self->wanted->group);

  return port != 0 ? port : self->options->port;
}

static McastRouteQuestion
make_question (const Planner *self, McastInterface *iface)
{
  return (McastRouteQuestion) {
    .group = *_mcast_group_address (self->wanted->group),
    .port = get_port (self),
    .source = self->options->source,
    .interface_index = iface != NULL ? mcast_interface_get_index (iface) : 0,
  };
}

/* Returns the first usable IPv4 address, preferably one of global scope, or NULL. */
static const McastInterfaceAddress *
find_best_address (McastInterface *iface)
{
  const McastInterfaceInfo *info = _mcast_interface_get_info (iface);
  const McastInterfaceAddress *best = NULL;

  for (guint i = 0; i < info->n_addresses; i++)
    {
      const McastInterfaceAddress *own = &info->addresses[i];

      if (own->address.family == AF_INET && !own->tentative
          && (best == NULL || (best->limited_scope && !own->limited_scope)))
        best = own;
    }
  return best;
}

/* Returns whether the kernel itself would choose the address on @iface: for multicast it takes the
 * first one of global scope, without one that of another interface, and on the link-local
 * groups the first of any scope. The loopback interface has an address of host scope only. */
static gboolean
is_kernels_choice (McastInterface *iface, const McastAddress *address)
{
  const McastInterfaceInfo *info = _mcast_interface_get_info (iface);
  gboolean found = FALSE;

  for (guint i = 0; i < info->n_addresses; i++)
    {
      const McastInterfaceAddress *own = &info->addresses[i];

      if (own->address.family != AF_INET)
        continue;
      if (own->limited_scope)
        return FALSE;
      if (!found && !_mcast_address_equal (&own->address, address))
        return FALSE;
      found = TRUE;
    }
  return found && !mcast_interface_is_loopback (iface);
}

/* Returns the preferred source of the route to the group through @iface. */
static McastAddress
find_route_source (const Planner *self, McastInterface *iface)
{
  const McastRouteQuestion question = make_question (self, iface);

  return self->options->find_route (&question, self->options->route_data).source;
}

/* Returns the IPv4 address to send from on an interface that no address selected: what the route
 * says, or else one of the interface. AF_UNSPEC leaves the choice to the kernel, which does not
 * pause while addresses change. */
static McastAddress
choose_ipv4_source (const Planner *self, McastInterface *iface, McastAddress preferred)
{
  const McastInterfaceAddress *own = find_best_address (iface);
  McastAddress source = preferred;

  if (source.family == AF_UNSPEC || check_source (self, &source) != MCAST_TX_OBSTACLE_NONE)
    source = own != NULL ? own->address : (McastAddress) { .family = AF_UNSPEC };
  return is_kernels_choice (iface, &source) ? (McastAddress) { .family = AF_UNSPEC } : source;
}

/* Returns the address to send from on @iface: the one given, the one by which @selector selected
 * the interface, or one that the kernel would not find. */
static McastAddress
choose_source (const Planner *self, McastInterface *iface, McastInterfaceSelector *selector)
{
  const McastInterfaceAddress *selecting;

  if (self->options->source.family != AF_UNSPEC)
    return self->options->source;
  selecting = _mcast_interface_selector_find_address (selector, iface);
  if (selecting != NULL && selecting->address.family == get_family (self) && !selecting->tentative)
    return selecting->address;
  if (get_family (self) != AF_INET)
    return (McastAddress) { .family = AF_UNSPEC };
  return choose_ipv4_source (self, iface, find_route_source (self, iface));
}

/* Without a usable address, an interface would send from that of another one. */
static McastTxObstacle
find_obstacle (const Planner *self, McastInterface *iface, const McastAddress *source)
{
  if (!is_in_zone (self, iface))
    return MCAST_TX_OBSTACLE_OTHER_ZONE;
  if (!mcast_interface_is_up (iface))
    return MCAST_TX_OBSTACLE_INTERFACE_DOWN;
  if (source->family != AF_UNSPEC)
    return check_source (self, source);
  return check_own_address (iface, get_family (self));
}

static McastTxPathKey
make_key (const Planner *self, const char *interface_name)
{
  return (McastTxPathKey) {
    .group = *_mcast_group_address (self->wanted->group),
    .port = get_port (self),
    .interface_name = interface_name,
  };
}

static McastTxPath *
find_former (const Planner *self, const McastTxPathKey *key)
{
  return self->former != NULL ? g_hash_table_lookup (self->former->paths_by_key, key) : NULL;
}

/* A path can be called for in several ways: by several selectors, or by a group that is written
 * with and without its port or interface. */
static gboolean
is_planned (const Planner *self, const char *interface_name)
{
  const McastTxPathKey key = make_key (self, interface_name);

  return g_hash_table_contains (self->plan->paths_by_key, &key);
}

/* Adds the path of the group in hand, and returns it. A path that has not changed since the former
 * plan is the same object. */
static McastTxPath *
add_path (Planner *self, McastInterface *iface, const char *name, const McastAddress *source,
          McastTxObstacle obstacle)
{
  const McastTxPathKey key = make_key (self, name);
  McastTxPath *path = find_former (self, &key);

  if (path != NULL && path->iface == iface && path->obstacle == obstacle
      && _mcast_address_equal (&path->source, source))
    _mcast_tx_path_ref (path);
  else
    {
      path = _mcast_tx_path_new (&key, iface);
      path->source = *source;
      path->obstacle = obstacle;
    }
  g_ptr_array_add (self->plan->paths, path);
  g_hash_table_insert (self->plan->paths_by_key, &path->key, path);
  return path;
}

/* Adds a path without an interface; @name says what is missing. */
static McastTxPath *
add_absent (Planner *self, const char *name, McastTxObstacle obstacle)
{
  return add_path (self, NULL, name, &self->options->source, obstacle);
}

/* The caller learns of a new path that cannot be used, unless it will recover by itself because its
 * interface is down or its address is being checked. */
static gboolean
needs_report (const Planner *self, const McastTxPath *path)
{
  return (path->obstacle == MCAST_TX_OBSTACLE_NO_ADDRESS
          || path->obstacle == MCAST_TX_OBSTACLE_OTHER_ZONE
          || path->obstacle == MCAST_TX_OBSTACLE_NO_ROUTE)
         && !self->options->wait_for_interfaces && self->plan->error == NULL
         && find_former (self, &path->key) == NULL;
}

static void
report_path (Planner *self, const McastTxPath *path)
{
  if (needs_report (self, path))
    _mcast_tx_path_set_obstacle_error (path, &self->plan->error);
}

/* Adds the path on an interface that was chosen: by its name, index or address, or by the route. */
static void
add_chosen (Planner *self, McastInterface *iface, const McastAddress *source)
{
  const char *name = mcast_interface_get_name (iface);

  if (!is_planned (self, name))
    report_path (self, add_path (self, iface, name, source, find_obstacle (self, iface, source)));
}

/* For "*", an interface without an address of the family does not count. */
static void
add_any (Planner *self, McastInterfaceSelector *selector, GPtrArray *selected)
{
  gboolean found = FALSE;

  for (guint i = 0; i < selected->len; i++)
    {
      McastInterface *iface = selected->pdata[i];
      const char *name = mcast_interface_get_name (iface);
      McastAddress source;

      if (check_own_address (iface, get_family (self)) == MCAST_TX_OBSTACLE_NO_ADDRESS)
        continue;
      found = TRUE;
      if (is_planned (self, name))
        continue;
      source = choose_source (self, iface, selector);
      add_path (self, iface, name, &source, find_obstacle (self, iface, &source));
    }
  if (!found && self->plan->paths->len == self->first && !is_planned (self, "*"))
    add_absent (self, "*", MCAST_TX_OBSTACLE_NO_INTERFACE);
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
    add_absent (self, text, MCAST_TX_OBSTACLE_NO_INTERFACE);
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
      add_any (self, selector, selected);
      return;
    }
  if (selected->len == 0)
    add_missing (self, selector, was_met);
  if (selected->len > 1 && !was_met && self->plan->error == NULL)
    set_ambiguous_error (selector, selected, &self->plan->error);
  for (guint i = 0; i < selected->len; i++)
    {
      const McastAddress source = choose_source (self, selected->pdata[i], selector);

      add_chosen (self, selected->pdata[i], &source);
    }
}

static void
log_new_route (const Planner *self, const char *name, const char *why)
{
  const McastTxPathKey key = make_key (self, name);

  if (find_former (self, &key) == NULL)
    MCAST_LOG (DEBUG, (.group = &key.group), "%s %s", why, name);
}

static gboolean
is_loopback_address (const McastAddress *address)
{
  static const guint8 ipv6[16] = { [15] = 1 };

  return address->family == AF_INET ? address->bytes[0] == 127
                                    : memcmp (address->bytes, ipv6, sizeof ipv6) == 0;
}

/* Adds the path on the interface to which the route leads, and @why. */
static void
add_on_route (Planner *self, McastInterface *iface, const McastRoute *route, const char *why)
{
  McastAddress source = self->options->source;

  if (source.family == AF_UNSPEC && get_family (self) == AF_INET)
    source = choose_ipv4_source (self, iface, route->source);
  log_new_route (self, mcast_interface_get_name (iface), why);
  add_chosen (self, iface, &source);
}

/* For a group without a selector: a source address selects its interface, as with a socket that is
 * bound to it. One of the loopback interface does not, unless it leads only there: it stands for
 * the whole host. */
static void
add_routed (Planner *self)
{
  const McastRouteQuestion question = make_question (self, NULL);
  const McastAddress *source = &self->options->source;
  McastRoute route = self->options->find_route (&question, self->options->route_data);
  McastInterface *routed = _mcast_interface_by_index (self->interfaces, route.interface_index);
  McastInterface *owner = source->family != AF_UNSPEC ? find_owner (self, source, routed) : NULL;

  if (owner != NULL && (!mcast_interface_is_loopback (owner) || is_loopback_address (source)))
    add_on_route (self, owner, &route, "the source address selects");
  else if (routed != NULL)
    add_on_route (self, routed, &route, "the route leads to");
  else if (!is_planned (self, "(route)"))
    report_path (self, add_absent (self, "(route)", MCAST_TX_OBSTACLE_NO_ROUTE));
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
      if (planner.wanted->selectors->len == 0 && options->zone != NULL)
        add_selected (&planner, options->zone);
      else if (planner.wanted->selectors->len == 0)
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
