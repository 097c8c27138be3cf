/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx/mcast-rx-endpoints-private.h"

#include "mcast-log-private.h"

struct _McastRxEndpoints
{
  McastRxEndpointsOptions options;
  McastOsPoll *poll;
  GPtrArray *all;
  guint64 closed_dropped;
  guint64 discarded;
};

McastRxEndpoints *
_mcast_rx_endpoints_new (const McastRxEndpointsOptions *options, McastOsPoll *poll)
{
  McastRxEndpoints *self = g_new0 (McastRxEndpoints, 1);

  self->options = *options;
  self->poll = _mcast_os_poll_ref (poll);
  self->all = g_ptr_array_new_with_free_func ((GDestroyNotify) _mcast_rx_endpoint_free);
  return self;
}

static void
close_endpoint (McastRxEndpoints *self, McastRxEndpoint *endpoint)
{
  int fd = _mcast_rx_endpoint_get_fd (endpoint);

  MCAST_LOG (DEBUG, (0), "%s socket %d",
             _mcast_rx_endpoint_is_owner (endpoint) ? "closed" : "no longer using", fd);
  _mcast_os_poll_remove (self->poll, fd);
  self->closed_dropped += _mcast_rx_endpoint_get_dropped (endpoint);
  g_ptr_array_remove_fast (self->all, endpoint);
}

/* Removes the sockets from the poll set and closes them. The paths must have left before. */
void
_mcast_rx_endpoints_close_all (McastRxEndpoints *self)
{
  while (self->all->len > 0)
    close_endpoint (self, self->all->pdata[0]);
}

/* Closes the descriptors of sockets that are still open, and changes nothing else. */
void
_mcast_rx_endpoints_free (McastRxEndpoints *self)
{
  g_ptr_array_unref (self->all);
  _mcast_os_poll_unref (self->poll);
  g_free (self);
}

static void
log_added (McastRxEndpoints *self, McastRxEndpoint *endpoint)
{
  const McastRxEndpointState *state = _mcast_rx_endpoint_get_state (endpoint);
  int fd = _mcast_rx_endpoint_get_fd (endpoint);
  g_autofree char *group = NULL;

  if (!_mcast_address_is_any (&state->bind_address))
    group = _mcast_address_to_string (&state->bind_address);
  MCAST_LOG (DEBUG, (0),
             "receiving %s over %s with socket %d%s (port %u, receive buffer %u bytes, segment "
             "merging %s)",
             group != NULL ? group : "any group",
             state->bind_address.family == AF_INET6 ? "IPv6" : "IPv4", fd,
             state->is_foreign ? " of the caller" : "", state->port,
             _mcast_os_get_receive_buffer (fd), self->options.merge_segments ? "on" : "off");
}

static gboolean
add_endpoint (McastRxEndpoints *self, McastRxEndpoint *endpoint, GError **error)
{
  if (!_mcast_os_poll_add (self->poll, _mcast_rx_endpoint_get_fd (endpoint), endpoint, error))
    {
      _mcast_rx_endpoint_free (endpoint);
      return FALSE;
    }
  g_ptr_array_add (self->all, endpoint);
  log_added (self, endpoint);
  return TRUE;
}

/* Uses a socket that the caller opened and bound, and still owns. */
gboolean
_mcast_rx_endpoints_add_foreign (McastRxEndpoints *self, int fd, int family, GError **error)
{
  const McastOsRxOptions options = {
    .bind_address = { .family = family },
    .receive_all = !self->options.auto_join,
    .merge_segments = self->options.merge_segments,
  };
  McastRxEndpoint *endpoint = _mcast_rx_endpoint_new_foreign (fd, &options, error);

  return endpoint != NULL && add_endpoint (self, endpoint, error);
}

static guint
count_bound (McastRxEndpoints *self)
{
  guint n = 0;

  for (guint i = 0; i < self->all->len; i++)
    if (!_mcast_address_is_any (&_mcast_rx_endpoint_get_state (self->all->pdata[i])->bind_address))
      n++;
  return n;
}

static void
set_reuse (McastRxEndpoints *self, gboolean reuse)
{
  for (guint i = 0; i < self->all->len; i++)
    if (_mcast_rx_endpoint_is_owner (self->all->pdata[i]))
      _mcast_os_set_reuse (_mcast_rx_endpoint_get_fd (self->all->pdata[i]), reuse);
}

static McastRxEndpoint *
open_endpoint (McastRxEndpoints *self, const McastRxPath *path, GError **error)
{
  const McastRxPathKey *key = &path->key;
  McastOsRxOptions options = {
    .bind_address = { .family = key->group.family },
    .port = key->port,
    .reuse = self->options.reuse,
    .receive_buffer_size = self->options.receive_buffer_size,
    .receive_all = !self->options.auto_join,
    .vrf = _mcast_interface_get_vrf (path->iface),
    .merge_segments = self->options.merge_segments,
  };
  McastRxEndpoint *endpoint;

  if (_mcast_rx_plan_binds_to_group (&key->group, count_bound (self),
                                     _mcast_os_descriptor_limit ()))
    options.bind_address = key->group;
  /* A port that other programs cannot share is shared among our own sockets while one binds. */
  if (!self->options.reuse && self->all->len > 0)
    {
      options.reuse = TRUE;
      set_reuse (self, TRUE);
    }
  endpoint = _mcast_rx_endpoint_new (&options, error);
  if (!self->options.reuse)
    {
      set_reuse (self, FALSE);
      if (endpoint != NULL)
        _mcast_os_set_reuse (_mcast_rx_endpoint_get_fd (endpoint), FALSE);
    }
  return endpoint != NULL && add_endpoint (self, endpoint, error) ? endpoint : NULL;
}

/* Returns the state of the caller's socket, or NULL. */
const McastRxEndpointState *
_mcast_rx_endpoints_find_foreign (McastRxEndpoints *self)
{
  for (guint i = 0; i < self->all->len; i++)
    if (!_mcast_rx_endpoint_is_owner (self->all->pdata[i]))
      return _mcast_rx_endpoint_get_state (self->all->pdata[i]);
  return NULL;
}

/* Joins on an OS socket that has room for the path, or on a new one. */
gboolean
_mcast_rx_endpoints_join (McastRxEndpoints *self, McastRxPath *path, GError **error)
{
  McastRxEndpoint *endpoint;

  for (guint i = 0; i < self->all->len; i++)
    {
      g_autoptr (GError) failure = NULL;
      McastOsJoinResult result;

      endpoint = self->all->pdata[i];
      if (!_mcast_rx_plan_can_take (_mcast_rx_endpoint_get_state (endpoint), path))
        continue;
      result = _mcast_rx_endpoint_join (endpoint, path, &failure);
      if (result == MCAST_OS_JOIN_FAILED)
        g_propagate_error (error, g_steal_pointer (&failure));
      if (result != MCAST_OS_JOIN_FULL)
        return result == MCAST_OS_JOINED;
      MCAST_LOG (DEBUG, (0), "socket %d is full (%u memberships)",
                 _mcast_rx_endpoint_get_fd (endpoint),
                 _mcast_rx_endpoint_get_state (endpoint)->paths->len);
    }

  endpoint = open_endpoint (self, path, error);
  return endpoint != NULL && _mcast_rx_endpoint_join (endpoint, path, error) == MCAST_OS_JOINED;
}

/* Lets the kernel choose a port. Returns a socket that holds it until it is closed, or -1. */
int
_mcast_rx_endpoints_reserve_port (McastRxEndpoints *self, const McastAddress *group, GError **error)
{
  McastOsRxOptions options = {
    .bind_address = { .family = group->family },
    .reuse = self->options.reuse,
  };

  if (!_mcast_address_needs_scope (group))
    options.bind_address = *group;
  return _mcast_os_rx_open (&options, error);
}

/* Closes the sockets that carry no path and that no wanted group needs. One whose interfaces are
 * all gone stays open for their return, and for the datagrams that have not been read. */
void
_mcast_rx_endpoints_close_unwanted (McastRxEndpoints *self, McastRxIsWantedFunc is_wanted,
                                    gpointer user_data)
{
  for (guint i = self->all->len; i > 0; i--)
    {
      McastRxEndpoint *endpoint = self->all->pdata[i - 1];
      const McastRxEndpointState *state = _mcast_rx_endpoint_get_state (endpoint);

      if (state->paths->len > 0 || state->is_foreign || is_wanted (state, user_data))
        continue;
      self->discarded += _mcast_os_discard (_mcast_rx_endpoint_get_fd (endpoint));
      close_endpoint (self, endpoint);
    }
}

void
_mcast_rx_endpoints_note_interfaces (McastRxEndpoints *self, GPtrArray *interfaces)
{
  for (guint i = 0; i < self->all->len; i++)
    _mcast_rx_endpoint_note_interfaces (self->all->pdata[i], interfaces);
}

GPtrArray *
_mcast_rx_endpoints_get_all (McastRxEndpoints *self)
{
  return self->all;
}

/* Checks whether every datagram that arrived until @time on the path with these counters has been
 * read. A path that was left has no datagrams. */
gboolean
_mcast_rx_endpoints_are_read (McastRxEndpoints *self, guint counters_id, gint64 time)
{
  for (guint i = 0; i < self->all->len; i++)
    if (_mcast_rx_endpoint_carries (self->all->pdata[i], counters_id)
        && !_mcast_rx_endpoint_is_read (self->all->pdata[i], time))
      return FALSE;
  return TRUE;
}

/* Finds a socket through which datagrams of @group can arrive. */
McastRxEndpoint *
_mcast_rx_endpoints_find (McastRxEndpoints *self, const McastAddress *group, guint port)
{
  for (guint i = 0; i < self->all->len; i++)
    if (_mcast_rx_plan_serves (_mcast_rx_endpoint_get_state (self->all->pdata[i]), group, port))
      return self->all->pdata[i];
  return NULL;
}

guint64
_mcast_rx_endpoints_get_dropped (McastRxEndpoints *self)
{
  guint64 dropped = self->closed_dropped;

  for (guint i = 0; i < self->all->len; i++)
    dropped += _mcast_rx_endpoint_get_dropped (self->all->pdata[i]);
  return dropped;
}

/* Returns the number of datagrams that were unread when their socket was closed. */
guint64
_mcast_rx_endpoints_get_discarded (McastRxEndpoints *self)
{
  return self->discarded;
}

/* Returns the receive buffer of one OS socket; 0 while there is no socket. */
guint
_mcast_rx_endpoints_get_receive_buffer (McastRxEndpoints *self)
{
  if (self->all->len == 0)
    return 0;
  return _mcast_os_get_receive_buffer (_mcast_rx_endpoint_get_fd (self->all->pdata[0]));
}
