/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "tx/mcast-tx-paths-private.h"

#include <errno.h>
#include <sys/socket.h>

#include "mcast-error.h"
#include "os/mcast-netlink-private.h"

/* So many paths that are gone go on counting where they stopped when they come back: names of
 * interfaces may come and go for ever. */
#define MAX_GONE 256

struct _McastTxPaths
{
  McastTxPathsOptions options;
  GPtrArray *paths;
  GHashTable *counters;
  guint64 round;
  /* The sums of counters that were forgotten. */
  guint64 accepted;
  guint64 refused;
  guint64 bytes;
};

typedef enum
{
  ADDRESS_READY,
  /* It will be: IPv6 makes sure first that nobody else has it. */
  ADDRESS_TENTATIVE,
  ADDRESS_MISSING,
} AddressState;

McastTxPaths *
_mcast_tx_paths_new (const McastTxPathsOptions *options)
{
  McastTxPaths *self = g_new0 (McastTxPaths, 1);

  self->options = *options;
  self->paths = g_ptr_array_new_with_free_func ((GDestroyNotify) _mcast_tx_path_unref);
  self->counters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify) _mcast_tx_counters_unref);
  return self;
}

void
_mcast_tx_paths_free (McastTxPaths *self)
{
  g_ptr_array_unref (self->paths);
  g_hash_table_unref (self->counters);
  g_free (self);
}

/* Checks whether the socket can send to @group at all. */
gboolean
_mcast_tx_paths_check_group (McastTxPaths *self, McastGroup *group, GError **error)
{
  g_autofree char *text = mcast_group_to_string (group);

  if (mcast_group_get_sources (group)->len > 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "“%s” filters sources, which only a receiver can: leave out what stands before "
                 "the @; the address to send from is a setting of its own",
                 text);
  else if (mcast_group_get_port (group) == 0 && self->options.port == 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "“%s” has no port to send to; write %s:PORT or give the socket a port", text,
                 text);
  else if (self->options.source.family != AF_UNSPEC
           && self->options.source.family != _mcast_group_address (group)->family)
    {
      g_autofree char *source = _mcast_address_to_string (&self->options.source);

      g_set_error (error, MCAST_ERROR, MCAST_ERROR_FAMILY_MISMATCH,
                   "The source address %s cannot send to %s, which is of the other family", source,
                   text);
    }
  else
    return TRUE;
  return FALSE;
}

static AddressState
find_address (McastInterface *iface, int family)
{
  const McastInterfaceInfo *info = _mcast_interface_get_info (iface);

  if (_mcast_interface_first_address (iface, family) != NULL)
    return ADDRESS_READY;
  for (guint i = 0; i < info->n_addresses; i++)
    if (info->addresses[i].address.family == family)
      return ADDRESS_TENTATIVE;
  return ADDRESS_MISSING;
}

static AddressState
find_on_any (const McastAddress *address, GPtrArray *interfaces)
{
  AddressState state = ADDRESS_MISSING;

  for (guint i = 0; i < interfaces->len; i++)
    {
      const McastInterfaceInfo *info = _mcast_interface_get_info (interfaces->pdata[i]);

      for (guint j = 0; j < info->n_addresses; j++)
        if (_mcast_address_equal (&info->addresses[j].address, address))
          state = info->addresses[j].tentative ? MIN (state, ADDRESS_TENTATIVE) : ADDRESS_READY;
    }
  return state;
}

/* Of the address that is sent from: the one that was asked for, or one of the interface. */
static AddressState
find_source (McastTxPaths *self, McastInterface *iface, int family, GPtrArray *interfaces)
{
  if (self->options.source.family != AF_UNSPEC)
    return find_on_any (&self->options.source, interfaces);
  return find_address (iface, family);
}

/* Without an address of its own an interface would send with that of another one. */
static int
find_obstacle (McastTxPaths *self, McastInterface *iface, int family, GPtrArray *interfaces)
{
  if (!mcast_interface_is_up (iface))
    return ENETDOWN;
  return find_source (self, iface, family, interfaces) == ADDRESS_READY ? 0 : EADDRNOTAVAIL;
}

static McastTxCounters *
find_counters (McastTxPaths *self, const McastTxPath *path)
{
  g_autofree char *group = _mcast_address_to_string (&path->group);
  g_autofree char *name = g_strdup_printf ("%s:%u%%%s", group, path->port, path->interface_name);
  McastTxCounters *counters = g_hash_table_lookup (self->counters, name);

  if (counters == NULL)
    {
      counters = _mcast_tx_counters_new ();
      g_hash_table_insert (self->counters, g_steal_pointer (&name), counters);
    }
  counters->round = self->round;
  return _mcast_tx_counters_ref (counters);
}

/* The kernel takes an address of global scope for multicast, which the loopback does not have: it
 * would send with that of another interface, or with 0.0.0.0. */
static McastAddress
path_source (McastTxPaths *self, McastInterface *iface, int family)
{
  const McastInterfaceAddress *own = NULL;

  if (self->options.source.family == AF_UNSPEC && iface != NULL && family == AF_INET
      && mcast_interface_is_loopback (iface))
    own = _mcast_interface_first_address (iface, family);
  return own != NULL ? own->address : self->options.source;
}

/* @iface may be NULL; then @name is what there is to say of it. Two selectors that mean the same
 * interface make one path. */
static void
add_path (McastTxPaths *self, GPtrArray *paths, guint first, McastGroup *group,
          McastInterface *iface, const char *name, int obstacle)
{
  McastTxPath *path = g_new0 (McastTxPath, 1);
  guint port = mcast_group_get_port (group);

  g_atomic_ref_count_init (&path->ref_count);
  path->group = *_mcast_group_address (group);
  path->port = port != 0 ? port : self->options.port;
  path->interface_name = g_strdup (name);
  if (iface != NULL)
    _mcast_tx_path_set_interface (path, iface);
  path->source = path_source (self, iface, path->group.family);
  path->obstacle = obstacle;
  path->counters = find_counters (self, path);
  for (guint i = first; i < paths->len; i++)
    if (g_strcmp0 (((McastTxPath *) paths->pdata[i])->interface_name, name) == 0)
      {
        _mcast_tx_path_unref (path);
        return;
      }
  g_ptr_array_add (paths, path);
}

/* A caller hears of a path that never worked; one that did, or is only switched off, goes on by
 * itself. */
static void
report_path (McastTxPaths *self, GPtrArray *paths, GError **error)
{
  McastTxPath *path = paths->pdata[paths->len - 1];

  if (path->obstacle == 0)
    path->counters->was_ready = TRUE;
  else if (path->obstacle != ENETDOWN && !path->counters->was_ready
           && !self->options.wait_for_interfaces && *error == NULL)
    _mcast_tx_path_set_error (path, path->obstacle, 0, error);
}

static void
add_any (McastTxPaths *self, GPtrArray *paths, guint first, McastGroup *group, GPtrArray *selected,
         GPtrArray *interfaces)
{
  int family = _mcast_group_address (group)->family;

  for (guint i = 0; i < selected->len; i++)
    {
      McastInterface *iface = selected->pdata[i];

      /* Of "*", an interface without the family is not meant. */
      if (find_address (iface, family) != ADDRESS_MISSING)
        add_path (self, paths, first, group, iface, mcast_interface_get_name (iface),
                  find_obstacle (self, iface, family, interfaces));
    }
  if (paths->len == first)
    add_path (self, paths, first, group, NULL, "*", ENODEV);
}

static void
add_named (McastTxPaths *self, GPtrArray *paths, guint first, McastGroup *group,
           GPtrArray *selected, GPtrArray *interfaces, GError **error)
{
  int family = _mcast_group_address (group)->family;

  for (guint i = 0; i < selected->len; i++)
    {
      McastInterface *iface = selected->pdata[i];

      add_path (self, paths, first, group, iface, mcast_interface_get_name (iface),
                find_obstacle (self, iface, family, interfaces));
      if (find_source (self, iface, family, interfaces) != ADDRESS_TENTATIVE)
        report_path (self, paths, error);
    }
}

static void
set_ambiguous_error (McastInterfaceSelector *selector, GPtrArray *selected, GError **error)
{
  g_autofree char *names = _mcast_interface_names (selected);

  g_set_error (error, MCAST_ERROR, MCAST_ERROR_AMBIGUOUS_INTERFACE,
               "Address %s is on several interfaces (%s); choose by name",
               _mcast_interface_selector_get_text (selector), names);
}

static void
resolve_selector (McastTxPaths *self, GPtrArray *paths, guint first, McastGroup *group,
                  McastInterfaceSelector *selector, GPtrArray *interfaces, GError **error)
{
  gboolean met = _mcast_interface_selector_was_met (selector);
  g_autoptr (GPtrArray) selected = _mcast_interface_selector_select (selector, interfaces);

  if (_mcast_interface_selector_is_any (selector))
    {
      add_any (self, paths, first, group, selected, interfaces);
      return;
    }
  if (selected->len == 0)
    {
      add_path (self, paths, first, group, NULL, _mcast_interface_selector_get_text (selector),
                ENODEV);
      if (!met && !self->options.wait_for_interfaces && *error == NULL)
        _mcast_interface_selector_set_missing_error (selector, interfaces, error);
      return;
    }
  if (selected->len > 1 && !met && *error == NULL)
    set_ambiguous_error (selector, selected, error);
  add_named (self, paths, first, group, selected, interfaces, error);
}

/* Where nobody named an interface. */
static void
resolve_route (McastTxPaths *self, GPtrArray *paths, guint first, McastGroup *group,
               GPtrArray *interfaces, GError **error)
{
  const McastAddress *address = _mcast_group_address (group);
  McastInterface *iface = _mcast_interface_by_index (interfaces,
                                                     _mcast_netlink_multicast_route (address));

  if (iface == NULL)
    add_path (self, paths, first, group, NULL, "(route)", ENETUNREACH);
  else
    add_path (self, paths, first, group, iface, mcast_interface_get_name (iface),
              find_obstacle (self, iface, address->family, interfaces));
  report_path (self, paths, error);
}

/* Returns the interfaces that can be sent on. */
GPtrArray *
_mcast_tx_paths_list_active (McastTxPaths *self)
{
  GPtrArray *ready = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->paths->len; i++)
    {
      McastTxPath *path = self->paths->pdata[i];

      if (path->obstacle == 0
          && _mcast_interface_by_index (ready, mcast_interface_get_index (path->iface)) == NULL)
        g_ptr_array_add (ready, g_object_ref (path->iface));
    }
  return ready;
}

static void
add_counts (McastTxCounters *counters, guint64 *accepted, guint64 *refused, guint64 *bytes)
{
  *accepted += counters->accepted;
  *refused += counters->refused;
  *bytes += counters->bytes;
}

/* Of those that no path counts with, nor a call under way. */
static gboolean
forget_oldest_counters (McastTxPaths *self)
{
  McastTxCounters *oldest = NULL;
  const char *oldest_name = NULL;
  GHashTableIter iter;
  gpointer name;
  gpointer value;

  g_hash_table_iter_init (&iter, self->counters);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      McastTxCounters *counters = value;

      if (g_atomic_ref_count_compare (&counters->ref_count, 1)
          && (oldest == NULL || counters->round < oldest->round))
        {
          oldest = counters;
          oldest_name = name;
        }
    }
  if (oldest == NULL)
    return FALSE;
  add_counts (oldest, &self->accepted, &self->refused, &self->bytes);
  g_hash_table_remove (self->counters, oldest_name);
  return TRUE;
}

/* Makes the paths as the interfaces are now. Returns the first reason why one that is new cannot be
 * used. */
gboolean
_mcast_tx_paths_update (McastTxPaths *self, GPtrArray *interfaces, GError **error)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func ((GDestroyNotify) _mcast_tx_path_unref);
  g_autoptr (GError) failure = NULL;

  self->round++;
  for (guint i = 0; i < self->options.wanted->groups->len; i++)
    {
      McastWantedGroup *wanted = _mcast_wanted_get_nth (self->options.wanted, i);
      guint first = paths->len;

      if (wanted->selectors->len == 0)
        resolve_route (self, paths, first, wanted->group, interfaces, &failure);
      for (guint j = 0; j < wanted->selectors->len; j++)
        resolve_selector (self, paths, first, wanted->group, wanted->selectors->pdata[j],
                          interfaces, &failure);
    }

  g_ptr_array_unref (self->paths);
  self->paths = paths;
  while (g_hash_table_size (self->counters) > paths->len + MAX_GONE
         && forget_oldest_counters (self))
    continue;
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* All paths, also those that are not ready: an array that never changes, to be kept over a wait. */
GPtrArray *
_mcast_tx_paths_get (McastTxPaths *self)
{
  return g_ptr_array_ref (self->paths);
}

/* Those of the groups of the socket, without destinations that it was given with a datagram; a
 * socket has either groups or such. */
GPtrArray *
_mcast_tx_paths_get_regular (McastTxPaths *self)
{
  if (self->options.wanted->ad_hoc)
    return g_ptr_array_new ();
  return _mcast_tx_paths_get (self);
}

/* The paths to one destination; an index of 0 is any interface. */
GPtrArray *
_mcast_tx_paths_get_to (McastTxPaths *self, const McastAddress *group, guint port,
                        guint interface_index)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) _mcast_tx_path_unref);

  for (guint i = 0; i < self->paths->len; i++)
    {
      McastTxPath *path = self->paths->pdata[i];

      if (path->port != port || !_mcast_address_equal (&path->group, group))
        continue;
      if (interface_index == 0 || (path->iface != NULL && path->interface_index == interface_index))
        g_ptr_array_add (found, _mcast_tx_path_ref (path));
    }
  return found;
}

/* Checks whether a datagram may bring @group as its destination. */
gboolean
_mcast_tx_paths_check_ad_hoc (McastTxPaths *self, McastGroup *group, GError **error)
{
  if (!self->options.wanted->ad_hoc && self->options.wanted->groups->len > 0)
    {
      g_autofree char *text = mcast_group_to_string (group);

      g_set_error (error, MCAST_ERROR, MCAST_ERROR_NOT_A_DESTINATION,
                   "%s is none of the groups of the socket; add it, or make a socket without "
                   "groups",
                   text);
      return FALSE;
    }
  return _mcast_tx_paths_check_group (self, group, error);
}

/* The sums count paths that are gone, too. */
void
_mcast_tx_paths_add_stats (McastTxPaths *self, GVariantDict *dict)
{
  GVariantBuilder builder;
  GHashTableIter iter;
  gpointer counters;
  guint64 accepted = self->accepted;
  guint64 refused = self->refused;
  guint64 bytes = self->bytes;

  g_hash_table_iter_init (&iter, self->counters);
  while (g_hash_table_iter_next (&iter, NULL, &counters))
    add_counts (counters, &accepted, &refused, &bytes);
  g_variant_dict_insert (dict, "attempted", "t", accepted + refused);
  g_variant_dict_insert (dict, "accepted", "t", accepted);
  g_variant_dict_insert (dict, "refused", "t", refused);
  g_variant_dict_insert (dict, "bytes", "t", bytes);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < self->paths->len; i++)
    g_variant_builder_add_value (&builder, _mcast_tx_path_to_variant (self->paths->pdata[i]));
  g_variant_dict_insert_value (dict, "paths", g_variant_builder_end (&builder));
}
