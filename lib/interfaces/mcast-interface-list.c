/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-interface.h"

#include "interfaces/mcast-interface-selector-private.h"
#include "interfaces/mcast-interface-set-private.h"
#include "mcast-error.h"
#include "os/mcast-netlink-private.h"
#include "os/mcast-netlink-route-private.h"

static void
begin (gpointer user_data)
{
  _mcast_interface_set_begin_resync (user_data);
}

static void
apply_link (const McastNetlinkLink *link, gpointer user_data)
{
  _mcast_interface_set_apply_link (user_data, link);
}

static void
apply_address (const McastNetlinkAddress *address, gpointer user_data)
{
  _mcast_interface_set_apply_address (user_data, address);
}

/**
 * mcast_interface_list:
 * @error: return location for an error
 *
 * Lists all interfaces of the machine, or of the network namespace of the calling thread, ordered
 * by index. Interfaces that are down or not multicast-capable are included. Any thread can call
 * this function.
 *
 * Fails with a code of [error@Gio.IOErrorEnum] if the kernel does not answer.
 *
 * Returns: (transfer container) (element-type McastInterface): the interfaces
 * Since: 0.1
 */
GPtrArray *
mcast_interface_list (GError **error)
{
  static const McastNetlinkHandler handler = { begin, apply_link, apply_address, NULL };
  g_autoptr (McastInterfaceSet) set = _mcast_interface_set_new ();

  if (!_mcast_netlink_dump (&handler, set, error))
    return NULL;
  return _mcast_interface_set_snapshot (set);
}

static void
add_new (GPtrArray *found, GPtrArray *more)
{
  for (guint i = 0; i < more->len; i++)
    if (_mcast_interface_by_index (found, mcast_interface_get_index (more->pdata[i])) == NULL)
      g_ptr_array_add (found, g_object_ref (more->pdata[i]));
}

static GPtrArray *
find (const char *const *specifiers, GPtrArray *known, GError **error)
{
  g_autoptr (GPtrArray) selectors = _mcast_interface_selector_new_list (specifiers, error);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);

  if (selectors == NULL)
    return NULL;
  for (guint i = 0; i < selectors->len; i++)
    {
      McastInterfaceSelector *selector = selectors->pdata[i];
      g_autoptr (GPtrArray) matches = NULL;

      matches = _mcast_interface_selector_select (selector, known);
      if (matches->len == 0 && !_mcast_interface_selector_is_any (selector))
        {
          _mcast_interface_selector_set_missing_error (selector, known, error);
          return NULL;
        }
      add_new (found, matches);
    }
  return g_steal_pointer (&found);
}

/**
 * mcast_interface_find:
 * @specifiers: (array zero-terminated=1): names, indexes, addresses or `*`
 * @known: (nullable) (element-type McastInterface): the interfaces to search, which saves listing
 *   them again, or %NULL to list them now. JavaScript passes `null` as an empty array, which is
 *   searched as it is: pass the result of [func@Interface.list]
 * @error: return location for an error
 *
 * Finds the interfaces that @specifiers select, in the order of the first match. Each interface is
 * returned once.
 *
 * A specifier is compared with names first, then with alternative names, indexes, and addresses and
 * their labels (`eth0:1`). Several interfaces can have the same address; an IPv6 link-local address
 * matches all of them unless it is written with a scope (`fe80::1%eth0`). `*` selects every
 * interface that is up, multicast-capable, not a loopback interface and not a port of a bridge,
 * bond or team. There may be no such interface.
 *
 * Fails with %MCAST_ERROR_NO_SUCH_INTERFACE if a specifier matches no interface, with
 * `G_IO_ERROR_INVALID_ARGUMENT` if a specifier is invalid, and as [func@Interface.list] does if
 * @known is %NULL.
 *
 * Returns: (transfer container) (element-type McastInterface): the interfaces
 * Since: 0.1
 */
GPtrArray *
mcast_interface_find (const char *const *specifiers, GPtrArray *known, GError **error)
{
  g_autoptr (GPtrArray) listed = NULL;

  g_return_val_if_fail (specifiers != NULL, NULL);

  if (known == NULL)
    {
      listed = mcast_interface_list (error);
      if (listed == NULL)
        return NULL;
    }
  return find (specifiers, listed != NULL ? listed : known, error);
}

/**
 * mcast_interface_lookup:
 * @specifier: a name, index or address
 * @error: return location for an error
 *
 * Finds the one interface that @specifier selects; see [func@Interface.find].
 *
 * Fails with %MCAST_ERROR_NO_SUCH_INTERFACE if there is no such interface, with
 * %MCAST_ERROR_AMBIGUOUS_INTERFACE if there are several, and with `G_IO_ERROR_INVALID_ARGUMENT` if
 * @specifier is invalid.
 *
 * Returns: (transfer full): the interface
 * Since: 0.2
 */
McastInterface *
mcast_interface_lookup (const char *specifier, GError **error)
{
  const char *const specifiers[] = { specifier, NULL };
  g_autoptr (GPtrArray) found = NULL;

  g_return_val_if_fail (specifier != NULL, NULL);

  found = mcast_interface_find (specifiers, NULL, error);
  if (found == NULL)
    return NULL;
  if (found->len == 1)
    return g_object_ref (found->pdata[0]);
  if (found->len == 0)
    g_set_error (error, MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE,
                 "“%s” selects no interface at present", specifier);
  else
    g_set_error (error, MCAST_ERROR, MCAST_ERROR_AMBIGUOUS_INTERFACE,
                 "“%s” selects %u interfaces: use a name", specifier, found->len);
  return NULL;
}

/* Addresses of hosts to which only a default route leads, or routes to half of all addresses: of
 * the documentation (RFC 5737), and the first one of global scope. */
#define ANY_HOST "203.0.113.0"
#define ANY_IPV6_HOST "2000::"

static gboolean
find_default_index (GSocketFamily family, guint *index, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (McastNetlinkClient) client = _mcast_netlink_client_new (&failure);
  McastRouteQuestion question = { 0 };
  McastRoute route;

  if (client == NULL && !_mcast_netlink_is_forbidden ())
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  _mcast_address_parse (family == G_SOCKET_FAMILY_IPV6 ? ANY_IPV6_HOST : ANY_HOST, &question.group);
  if (!_mcast_netlink_find_route (client, &question, &route, error))
    return FALSE;
  *index = route.interface_index;
  return TRUE;
}

/**
 * mcast_interface_get_default:
 * @family: `G_SOCKET_FAMILY_IPV4` or `G_SOCKET_FAMILY_IPV6`
 * @error: return location for an error
 *
 * Gets the interface of the default route of a family. If there are several default routes, the one
 * with the lowest metric is used. Any thread can call this function.
 *
 * Fails with a code of [error@Gio.IOErrorEnum] if the kernel does not answer.
 *
 * Returns: (transfer full) (nullable): the interface; %NULL without an error if there is no default
 *   route
 * Since: 0.1
 */
McastInterface *
mcast_interface_get_default (GSocketFamily family, GError **error)
{
  g_autoptr (GPtrArray) known = NULL;
  McastInterface *iface;
  guint index;

  g_return_val_if_fail (family == G_SOCKET_FAMILY_IPV4 || family == G_SOCKET_FAMILY_IPV6, NULL);

  known = mcast_interface_list (error);
  if (known == NULL || !find_default_index (family, &index, error))
    return NULL;
  iface = _mcast_interface_by_index (known, index);
  return iface != NULL ? g_object_ref (iface) : NULL;
}
