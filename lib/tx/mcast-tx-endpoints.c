/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "tx/mcast-tx-endpoints-private.h"

#include <sys/socket.h>

#include "mcast-error.h"
#include "mcast-log-private.h"
#include "os/mcast-os-socket-private.h"

/* The OS sockets of a family. */
typedef struct
{
  /* The first one, which has the port, and the interface that it sends on: 0 if that is gone. The
   * user may share it, and receive with it. */
  McastTxEndpoint *first;
  guint first_index;
  /* Interface index -> McastTxEndpoint, for the other interfaces. */
  GHashTable *others;
} Family;

struct _McastTxEndpoints
{
  const McastTxEndpointsOptions *options;
  Family ipv4;
  Family ipv6;
};

static GHashTable *
others_new (void)
{
  return g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) _mcast_tx_endpoint_unref);
}

/* @options must outlive the endpoints. */
McastTxEndpoints *
_mcast_tx_endpoints_new (const McastTxEndpointsOptions *options)
{
  McastTxEndpoints *self = g_new0 (McastTxEndpoints, 1);

  self->options = options;
  self->ipv4.others = others_new ();
  self->ipv6.others = others_new ();
  return self;
}

static void
family_clear (Family *self)
{
  g_clear_pointer (&self->first, _mcast_tx_endpoint_unref);
  g_clear_pointer (&self->others, g_hash_table_unref);
}

void
_mcast_tx_endpoints_free (McastTxEndpoints *self)
{
  family_clear (&self->ipv4);
  family_clear (&self->ipv6);
  g_free (self);
}

static Family *
get_family (McastTxEndpoints *self, int family)
{
  return family == AF_INET6 ? &self->ipv6 : &self->ipv4;
}

/* Returns the socket of the caller for a family, or NULL. */
static GSocket *
find_shared (McastTxEndpoints *self, int family)
{
  GSocketFamily wanted = family == AF_INET6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4;
  GSocket *shared = self->options->shared;

  if (family == AF_INET6 && self->options->shared_ipv6 != NULL)
    return self->options->shared_ipv6;
  return shared != NULL && g_socket_get_family (shared) == wanted ? shared : NULL;
}

static McastTxEndpoint *
use_shared (GSocket *shared, int family)
{
  int fd = g_socket_get_fd (shared);

  _mcast_os_tx_prepare (fd, family);
  return _mcast_tx_endpoint_new_shared (fd, family);
}

/* @first is the OS socket whose port the new one gets, or NULL. */
static McastTxEndpoint *
open_own (McastTxEndpoints *self, int family, McastTxEndpoint *first, GError **error)
{
  const McastOsTxOptions options = {
    .family = family,
    .source_port = self->options->source_port,
    .send_buffer_size = self->options->send_buffer_size,
  };
  int fd = first != NULL
             ? _mcast_os_tx_open_beside (_mcast_tx_endpoint_get_fd (first), &options, error)
             : _mcast_os_tx_open (&options, error);

  return fd >= 0 ? _mcast_tx_endpoint_new (fd, family) : NULL;
}

static gboolean
configure (McastTxEndpoints *self, McastTxEndpoint *endpoint, GError **error)
{
  int fd = _mcast_tx_endpoint_get_fd (endpoint);
  int family = _mcast_tx_endpoint_get_family (endpoint);

  return _mcast_os_set_ttl (fd, family, self->options->ttl, error)
         && _mcast_os_set_loopback (fd, family, self->options->loopback, error)
         && (self->options->dscp < 0
             || _mcast_os_set_dscp (fd, family, self->options->dscp, error));
}

static void
log_opened (McastTxEndpoints *self, McastTxEndpoint *endpoint, const char *interface_name)
{
  int fd = _mcast_tx_endpoint_get_fd (endpoint);
  int family = _mcast_tx_endpoint_get_family (endpoint);

  MCAST_LOG (DEBUG, (.iface = interface_name),
             "sending over %s with socket %d%s (port %u, send buffer %u bytes, TTL %u, "
             "loopback %s, DSCP %d)",
             family == AF_INET6 ? "IPv6" : "IPv4", fd,
             find_shared (self, family) != NULL ? " of the caller" : "", _mcast_os_get_port (fd),
             _mcast_os_get_send_buffer (fd), self->options->ttl,
             self->options->loopback ? "on" : "off", self->options->dscp);
}

/* Checks whether the caller's sockets send to any group: they are not put aside silently. */
static gboolean
check_shared (McastTxEndpoints *self, GPtrArray *paths, GError **error)
{
  gboolean is_ipv6 = FALSE;

  if (self->options->shared == NULL && self->options->shared_ipv6 == NULL)
    return TRUE;
  for (guint i = 0; i < paths->len; i++)
    {
      const McastTxPath *path = paths->pdata[i];

      is_ipv6 = path->key.group.family == AF_INET6;
      if (find_shared (self, path->key.group.family) != NULL)
        return TRUE;
    }
  if (paths->len == 0)
    return TRUE;
  g_set_error (error, MCAST_ERROR, MCAST_ERROR_FAMILY_MISMATCH,
               "Could not send to an %s group with the socket that was given: it is an %s socket; "
               "give an %s socket, or none",
               is_ipv6 ? "IPv6" : "IPv4", is_ipv6 ? "IPv4" : "IPv6", is_ipv6 ? "IPv6" : "IPv4");
  return FALSE;
}

/* Opens the first OS socket of a family unless it is open. */
static gboolean
ensure_first (McastTxEndpoints *self, int family, GError **error)
{
  Family *own = get_family (self, family);
  GSocket *shared = find_shared (self, family);
  g_autoptr (McastTxEndpoint) endpoint = NULL;

  if (own->first != NULL)
    return TRUE;
  endpoint = shared != NULL ? use_shared (shared, family) : open_own (self, family, NULL, error);
  if (endpoint == NULL || !configure (self, endpoint, error))
    return FALSE;
  log_opened (self, endpoint, NULL);
  own->first = g_steal_pointer (&endpoint);
  return TRUE;
}

/* Opens the OS socket of a further interface. Without one, its paths share the first. */
static McastTxEndpoint *
open_other (McastTxEndpoints *self, const McastTxPath *path)
{
  Family *own = get_family (self, path->key.group.family);
  g_autoptr (GError) error = NULL;
  g_autoptr (McastTxEndpoint)
    endpoint = open_own (self, path->key.group.family, own->first, &error);

  if (endpoint == NULL || !configure (self, endpoint, &error))
    {
      MCAST_LOG (INFO, (.iface = path->key.interface_name),
                 "sending with the socket of another interface, which shares its buffer: %s",
                 error->message);
      return NULL;
    }
  log_opened (self, endpoint, path->key.interface_name);
  g_hash_table_insert (own->others, GUINT_TO_POINTER (path->interface_index),
                       _mcast_tx_endpoint_ref (endpoint));
  return g_steal_pointer (&endpoint);
}

/* Returns a reference to the OS socket for a path. The caller's socket is for all. */
static McastTxEndpoint *
choose_endpoint (McastTxEndpoints *self, const McastTxPath *path)
{
  Family *own = get_family (self, path->key.group.family);
  McastTxEndpoint *other = g_hash_table_lookup (own->others,
                                                GUINT_TO_POINTER (path->interface_index));

  if (other != NULL)
    return _mcast_tx_endpoint_ref (other);
  if (own->first_index == 0)
    own->first_index = path->interface_index;
  if (own->first_index != path->interface_index
      && find_shared (self, path->key.group.family) == NULL)
    other = open_other (self, path);
  return other != NULL ? other : _mcast_tx_endpoint_ref (own->first);
}

static gboolean
is_used (GPtrArray *paths, int family, guint index)
{
  for (guint i = 0; i < paths->len; i++)
    {
      const McastTxPath *path = paths->pdata[i];

      if (path->key.group.family == family && path->interface_index == index)
        return TRUE;
    }
  return FALSE;
}

/* Closes the OS sockets of interfaces that are gone, except the first, which has the port. */
static void
close_unused (McastTxEndpoints *self, int family, GPtrArray *paths)
{
  Family *own = get_family (self, family);
  GHashTableIter iter;
  gpointer index;

  if (!is_used (paths, family, own->first_index))
    own->first_index = 0;
  g_hash_table_iter_init (&iter, own->others);
  while (g_hash_table_iter_next (&iter, &index, NULL))
    if (!is_used (paths, family, GPOINTER_TO_UINT (index)))
      g_hash_table_iter_remove (&iter);
}

/* Gives each of @paths the OS socket that it needs. */
gboolean
_mcast_tx_endpoints_ensure_for (McastTxEndpoints *self, GPtrArray *paths, GError **error)
{
  if (!check_shared (self, paths, error))
    return FALSE;
  close_unused (self, AF_INET, paths);
  close_unused (self, AF_INET6, paths);
  for (guint i = 0; i < paths->len; i++)
    {
      McastTxPath *path = paths->pdata[i];

      if (!ensure_first (self, path->key.group.family, error))
        return FALSE;
      if (path->interface_index != 0 && g_atomic_pointer_get (&path->endpoint) == NULL)
        g_atomic_pointer_set (&path->endpoint, choose_endpoint (self, path));
    }
  return TRUE;
}

static void
add_endpoints (Family *own, GPtrArray *endpoints)
{
  GHashTableIter iter;
  gpointer endpoint;

  if (own->first != NULL)
    g_ptr_array_add (endpoints, own->first);
  g_hash_table_iter_init (&iter, own->others);
  while (g_hash_table_iter_next (&iter, NULL, &endpoint))
    g_ptr_array_add (endpoints, endpoint);
}

typedef gboolean (*OptionFunc) (int fd, int family, int value, GError **error);

/* Sets an option on the OS sockets that are open: on all, or on none. */
static gboolean
set_option (McastTxEndpoints *self, OptionFunc set, int value, int former, GError **error)
{
  g_autoptr (GPtrArray) endpoints = g_ptr_array_new ();
  guint n_set = 0;

  add_endpoints (&self->ipv4, endpoints);
  add_endpoints (&self->ipv6, endpoints);
  for (; n_set < endpoints->len; n_set++)
    if (!set (_mcast_tx_endpoint_get_fd (endpoints->pdata[n_set]),
              _mcast_tx_endpoint_get_family (endpoints->pdata[n_set]), value, error))
      break;
  if (n_set == endpoints->len)
    return TRUE;
  for (guint i = 0; i < n_set; i++)
    set (_mcast_tx_endpoint_get_fd (endpoints->pdata[i]),
         _mcast_tx_endpoint_get_family (endpoints->pdata[i]), former, NULL);
  return FALSE;
}

static gboolean
set_ttl (int fd, int family, int value, GError **error)
{
  return _mcast_os_set_ttl (fd, family, (guint) value, error);
}

/* Sets the time to live, 0 to 255. The caller stores it in the options. */
gboolean
_mcast_tx_endpoints_set_ttl (McastTxEndpoints *self, guint ttl, GError **error)
{
  return set_option (self, set_ttl, (int) ttl, (int) self->options->ttl, error);
}

/* The caller stores it in the options. */
gboolean
_mcast_tx_endpoints_set_loopback (McastTxEndpoints *self, gboolean loopback, GError **error)
{
  return set_option (self, _mcast_os_set_loopback, loopback, self->options->loopback, error);
}

/* The caller stores it in the options. */
gboolean
_mcast_tx_endpoints_set_dscp (McastTxEndpoints *self, int dscp, GError **error)
{
  return set_option (self, _mcast_os_set_dscp, dscp, self->options->dscp, error);
}

/* Returns the mark of the OS socket of a family, or 0: of the one that will be used, if it is not
 * open yet. */
guint
_mcast_tx_endpoints_get_mark (McastTxEndpoints *self, int family)
{
  McastTxEndpoint *endpoint = get_family (self, family)->first;
  GSocket *shared = find_shared (self, family);

  if (shared != NULL)
    return _mcast_os_get_mark (g_socket_get_fd (shared));
  return endpoint != NULL ? _mcast_os_get_mark (_mcast_tx_endpoint_get_fd (endpoint)) : 0;
}

/* Returns NULL where the kernel has no address to send from now. */
static GSocketAddress *
get_local_address (McastTxEndpoints *self, const McastTxPath *path)
{
  McastTxEndpoint *endpoint = get_family (self, path->key.group.family)->first;
  McastAddress address = path->source;
  struct sockaddr_storage storage;
  guint scope_id = 0;
  socklen_t length;

  if (endpoint == NULL
      || (address.family == AF_UNSPEC
          && !_mcast_os_find_source (&path->key.group, path->interface_index, &address)))
    return NULL;
  if (address.family == AF_INET6 && _mcast_address_is_link_local (&address))
    scope_id = path->interface_index;
  length = _mcast_address_to_sockaddr (&address,
                                       _mcast_os_get_port (_mcast_tx_endpoint_get_fd (endpoint)),
                                       scope_id, &storage);
  return g_socket_address_new_from_native (&storage, length);
}

static void
unref_address (gpointer address)
{
  g_clear_object (&address);
}

/* Lists the address and port from which the datagrams of each path are sent, with NULL for a path
 * that is not ready. */
GPtrArray *
_mcast_tx_endpoints_list_local_addresses (McastTxEndpoints *self, GPtrArray *paths)
{
  GPtrArray *addresses = g_ptr_array_new_full (paths->len, unref_address);

  for (guint i = 0; i < paths->len; i++)
    {
      const McastTxPath *path = paths->pdata[i];
      gboolean is_ready = path->obstacle == MCAST_TX_OBSTACLE_NONE;

      g_ptr_array_add (addresses, is_ready ? get_local_address (self, path) : NULL);
    }
  return addresses;
}

static const char *
describe_family (GSocketFamily family)
{
  if (family == G_SOCKET_FAMILY_INVALID)
    return "any group";
  return family == G_SOCKET_FAMILY_IPV6 ? "an IPv6 group" : "an IPv4 group";
}

/* Returns the socket of the caller, or a duplicate of an own one that accepts input from now on.
 * G_SOCKET_FAMILY_INVALID stands for IPv4 if that is open, otherwise for IPv6. */
GSocket *
_mcast_tx_endpoints_dup_socket (McastTxEndpoints *self, GSocketFamily family, GError **error)
{
  gboolean is_ipv6 = family == G_SOCKET_FAMILY_IPV6
                     || (family == G_SOCKET_FAMILY_INVALID && self->ipv4.first == NULL);
  McastTxEndpoint *endpoint = (is_ipv6 ? &self->ipv6 : &self->ipv4)->first;
  GSocket *shared = find_shared (self, is_ipv6 ? AF_INET6 : AF_INET);

  if (endpoint == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "No OS socket is open for %s; add one",
                   describe_family (family));
      return NULL;
    }
  if (shared != NULL)
    return g_object_ref (shared);
  _mcast_os_accept_input (_mcast_tx_endpoint_get_fd (endpoint));
  return _mcast_os_dup_socket (_mcast_tx_endpoint_get_fd (endpoint), error);
}
