/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "tx/mcast-tx-endpoints-private.h"

#include <sys/socket.h>

#include "mcast-log-private.h"

struct _McastTxEndpoints
{
  const McastTxEndpointsOptions *options;
  McastTxEndpoint *ipv4;
  McastTxEndpoint *ipv6;
};

/* @options must outlive the endpoints. */
McastTxEndpoints *
_mcast_tx_endpoints_new (const McastTxEndpointsOptions *options)
{
  McastTxEndpoints *self = g_new0 (McastTxEndpoints, 1);

  self->options = options;
  return self;
}

void
_mcast_tx_endpoints_free (McastTxEndpoints *self)
{
  g_clear_pointer (&self->ipv4, _mcast_tx_endpoint_unref);
  g_clear_pointer (&self->ipv6, _mcast_tx_endpoint_unref);
  g_free (self);
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
open_endpoint (McastTxEndpoints *self, int family, GError **error)
{
  const McastOsTxOptions options = {
    .family = family,
    .source_port = self->options->source_port,
    .send_buffer_size = self->options->send_buffer_size,
  };
  GSocket *shared = find_shared (self, family);

  if (shared != NULL)
    return _mcast_tx_endpoint_new_shared (g_socket_get_fd (shared), family, error);
  return _mcast_tx_endpoint_new (&options, error);
}

static gboolean
configure (McastTxEndpoints *self, McastTxEndpoint *endpoint, int family, GError **error)
{
  int fd = _mcast_tx_endpoint_get_fd (endpoint);

  return _mcast_os_set_ttl (fd, family, self->options->ttl, error)
         && _mcast_os_set_loopback (fd, family, self->options->loopback, error)
         && (self->options->dscp < 0
             || _mcast_os_set_dscp (fd, family, self->options->dscp, error));
}

static void
log_opened (McastTxEndpoints *self, McastTxEndpoint *endpoint, int family)
{
  int fd = _mcast_tx_endpoint_get_fd (endpoint);

  MCAST_LOG (DEBUG, (0),
             "sending over %s with socket %d%s (port %u, send buffer %u bytes, TTL %u, "
             "loopback %s, DSCP %d)",
             family == AF_INET6 ? "IPv6" : "IPv4", fd,
             find_shared (self, family) != NULL ? " of the caller" : "", _mcast_os_get_port (fd),
             _mcast_os_get_send_buffer (fd), self->options->ttl,
             self->options->loopback ? "on" : "off", self->options->dscp);
}

/* Opens the OS socket of a family unless it is open. */
gboolean
_mcast_tx_endpoints_ensure (McastTxEndpoints *self, int family, GError **error)
{
  McastTxEndpoint **slot = family == AF_INET6 ? &self->ipv6 : &self->ipv4;
  g_autoptr (McastTxEndpoint) endpoint = NULL;

  if (*slot != NULL)
    return TRUE;
  endpoint = open_endpoint (self, family, error);
  if (endpoint == NULL || !configure (self, endpoint, family, error))
    return FALSE;
  log_opened (self, endpoint, family);
  *slot = g_steal_pointer (&endpoint);
  return TRUE;
}

/* Opens the OS sockets that @paths need. */
gboolean
_mcast_tx_endpoints_ensure_for (McastTxEndpoints *self, GPtrArray *paths, GError **error)
{
  for (guint i = 0; i < paths->len; i++)
    if (!_mcast_tx_endpoints_ensure (self, ((McastTxPath *) paths->pdata[i])->key.group.family,
                                     error))
      return FALSE;
  return TRUE;
}

/* Returns a reference to the OS socket of a family, or NULL while it is not open. */
McastTxEndpoint *
_mcast_tx_endpoints_get (McastTxEndpoints *self, int family)
{
  McastTxEndpoint *endpoint = family == AF_INET6 ? self->ipv6 : self->ipv4;

  return endpoint != NULL ? _mcast_tx_endpoint_ref (endpoint) : NULL;
}

typedef gboolean (*OptionFunc) (int fd, int family, int value, GError **error);

/* Sets an option on the OS sockets that are open: on both, or on none. */
static gboolean
set_option (McastTxEndpoints *self, OptionFunc set, int value, int former, GError **error)
{
  if (self->ipv4 != NULL && !set (_mcast_tx_endpoint_get_fd (self->ipv4), AF_INET, value, error))
    return FALSE;
  if (self->ipv6 == NULL || set (_mcast_tx_endpoint_get_fd (self->ipv6), AF_INET6, value, error))
    return TRUE;
  if (self->ipv4 != NULL)
    set (_mcast_tx_endpoint_get_fd (self->ipv4), AF_INET, former, NULL);
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
  McastTxEndpoint *endpoint = family == AF_INET6 ? self->ipv6 : self->ipv4;
  GSocket *shared = find_shared (self, family);

  if (shared != NULL)
    return _mcast_os_get_mark (g_socket_get_fd (shared));
  return endpoint != NULL ? _mcast_os_get_mark (_mcast_tx_endpoint_get_fd (endpoint)) : 0;
}

/* Returns NULL where the kernel has no address to send from now. */
static GSocketAddress *
get_local_address (McastTxEndpoints *self, const McastTxPath *path)
{
  McastTxEndpoint *endpoint = path->key.group.family == AF_INET6 ? self->ipv6 : self->ipv4;
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

/* Lists the address and port from which the datagrams of each ready path are sent. */
GPtrArray *
_mcast_tx_endpoints_list_local_addresses (McastTxEndpoints *self, GPtrArray *paths)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < paths->len; i++)
    {
      const McastTxPath *path = paths->pdata[i];
      GSocketAddress *address = path->obstacle == MCAST_TX_OBSTACLE_NONE
                                  ? get_local_address (self, path)
                                  : NULL;

      if (address != NULL)
        g_ptr_array_add (addresses, address);
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
                     || (family == G_SOCKET_FAMILY_INVALID && self->ipv4 == NULL);
  McastTxEndpoint *endpoint = is_ipv6 ? self->ipv6 : self->ipv4;
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
