/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "tx/mcast-tx-containment-private.h"

#include <sys/socket.h>

#include "mcast-log-private.h"
#include "mcast-source-filter-private.h"
#include "os/mcast-os-membership-private.h"
#include "os/mcast-os-socket-private.h"
#include "tx/mcast-tx-endpoint-private.h"

/* A group on an interface, which is another one after it was deleted and created again. */
typedef struct
{
  McastAddress group;
  guint index;
  guint64 generation;
  /* The path is ready. On another one, only a call in progress may still send. */
  gboolean is_needed;
  gboolean is_held;
} Membership;

struct _McastTxContainment
{
  /* In the order of the paths. */
  GArray *memberships;
  /* The sockets that hold them. Only the last one of a family has room for more. */
  GPtrArray *ipv4;
  GPtrArray *ipv6;
  McastLogLimit failures;
};

McastTxContainment *
_mcast_tx_containment_new (void)
{
  McastTxContainment *self = g_new0 (McastTxContainment, 1);

  self->memberships = g_array_new (FALSE, FALSE, sizeof (Membership));
  self->ipv4 = g_ptr_array_new_with_free_func ((GDestroyNotify) _mcast_tx_endpoint_unref);
  self->ipv6 = g_ptr_array_new_with_free_func ((GDestroyNotify) _mcast_tx_endpoint_unref);
  return self;
}

/* Leaves every group. */
void
_mcast_tx_containment_free (McastTxContainment *self)
{
  g_array_unref (self->memberships);
  g_ptr_array_unref (self->ipv4);
  g_ptr_array_unref (self->ipv6);
  g_free (self);
}

static gboolean
is_same_membership (const Membership *a, const Membership *b)
{
  return a->index == b->index && a->generation == b->generation
         && _mcast_address_equal (&a->group, &b->group);
}

static gboolean
holds_exactly (McastTxContainment *self, GArray *wanted)
{
  if (self->memberships->len != wanted->len)
    return FALSE;
  for (guint i = 0; i < wanted->len; i++)
    {
      const Membership *own = &g_array_index (self->memberships, Membership, i);
      const Membership *other = &g_array_index (wanted, Membership, i);

      if (!is_same_membership (own, other) || (other->is_needed && !own->is_held))
        return FALSE;
    }
  return TRUE;
}

/* The loopback interface is inside the machine. */
static gboolean
needs_membership (const McastTxPath *path)
{
  return path->iface != NULL && !mcast_interface_is_loopback (path->iface);
}

static Membership
get_membership (const McastTxPath *path)
{
  const McastInterfaceInfo *info = _mcast_interface_get_info (path->iface);

  return (Membership) {
    .group = path->key.group,
    .index = info->index,
    .generation = path->key.group.family == AF_INET6 ? info->ipv6_generation : info->generation,
    .is_needed = path->obstacle == MCAST_TX_OBSTACLE_NONE,
  };
}

static void
add_wanted (GArray *wanted, const McastTxPath *path)
{
  Membership membership;

  if (!needs_membership (path))
    return;
  membership = get_membership (path);
  g_array_append_val (wanted, membership);
}

static McastOsJoinResult
join_on_last (GPtrArray *sockets, const Membership *membership, GError **error)
{
  McastTxEndpoint *last = sockets->pdata[sockets->len - 1];
  g_autoptr (McastSourceFilter) any_source = NULL;
  g_autoptr (GError) failure = NULL;
  McastOsJoinResult result;

  any_source = _mcast_source_filter_new (MCAST_FILTER_MODE_EXCLUDE, NULL, 0);
  result = _mcast_os_join (_mcast_tx_endpoint_get_fd (last), &membership->group, membership->index,
                           any_source, &failure);
  /* Paths that differ in their port share a membership. The socket is new, so it is not stale. */
  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    return MCAST_OS_JOINED;
  if (result != MCAST_OS_JOINED)
    g_propagate_error (error, g_steal_pointer (&failure));
  return result;
}

static gboolean
add_socket (GPtrArray *sockets, int family, GError **error)
{
  const McastOsTxOptions options = { .family = family };
  int fd = _mcast_os_tx_open (&options, error);

  if (fd < 0)
    return FALSE;
  g_ptr_array_add (sockets, _mcast_tx_endpoint_new (fd, family));
  return TRUE;
}

/* Joins with the last of the sockets, or with another one if that is full. */
static gboolean
join (GPtrArray *sockets, const Membership *membership, GError **error)
{
  if (sockets->len > 0)
    {
      g_autoptr (GError) failure = NULL;
      McastOsJoinResult result = join_on_last (sockets, membership, &failure);

      if (result == MCAST_OS_JOIN_FAILED)
        g_propagate_error (error, g_steal_pointer (&failure));
      if (result != MCAST_OS_JOIN_FULL)
        return result == MCAST_OS_JOINED;
    }
  return add_socket (sockets, membership->group.family, error)
         && join_on_last (sockets, membership, error) == MCAST_OS_JOINED;
}

static gboolean
join_all (McastTxContainment *self, GError **error)
{
  for (guint i = 0; i < self->memberships->len; i++)
    {
      Membership *membership = &g_array_index (self->memberships, Membership, i);
      GPtrArray *sockets = membership->group.family == AF_INET6 ? self->ipv6 : self->ipv4;

      membership->is_held = join (sockets, membership, membership->is_needed ? error : NULL);
      if (membership->is_needed && !membership->is_held)
        return FALSE;
    }
  return TRUE;
}

static void
swap (McastTxContainment *self, McastTxContainment *other)
{
  McastTxContainment former = *self;

  *self = *other;
  *other = former;
  self->failures = former.failures;
}

static void
log_memberships (McastTxContainment *self)
{
  if (self->memberships->len > 0)
    MCAST_LOG (DEBUG, (0), "TTL 0 is contained (%u memberships, %u OS sockets)",
               self->memberships->len, self->ipv4->len + self->ipv6->len);
  else
    MCAST_LOG (DEBUG, (0), "nothing to contain for TTL 0 any more");
}

/* A failure is repeated until it is gone. */
static void
log_failure (McastTxContainment *self, const GError *failure)
{
  guint n_suppressed;

  if (_mcast_log_limit_pass (&self->failures, g_get_monotonic_time (), &n_suppressed))
    MCAST_LOG (INFO, (0), "TTL 0 is not contained on new paths: %s (%u lines suppressed)",
               failure->message, n_suppressed);
}

/* Holds what @paths need for @ttl, which is nothing unless it is 0. It must succeed before the
 * sending sockets get a TTL of 0, and be called again after they got another one. New memberships
 * are joined before old ones are left; on failure the old ones stay. */
gboolean
_mcast_tx_containment_update (McastTxContainment *self, GPtrArray *paths, guint ttl, GError **error)
{
  g_autoptr (McastTxContainment) next = _mcast_tx_containment_new ();
  g_autoptr (GError) failure = NULL;

  for (guint i = 0; ttl == 0 && i < paths->len; i++)
    add_wanted (next->memberships, paths->pdata[i]);
  if (holds_exactly (self, next->memberships))
    return TRUE;
  if (join_all (next, &failure))
    {
      swap (self, next);
      log_memberships (self);
      return TRUE;
    }
  log_failure (self, failure);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Checks whether datagrams on the path stay inside the machine. */
gboolean
_mcast_tx_containment_holds (McastTxContainment *self, const McastTxPath *path)
{
  Membership membership;

  if (!needs_membership (path))
    return TRUE;
  membership = get_membership (path);
  for (guint i = 0; i < self->memberships->len; i++)
    {
      const Membership *own = &g_array_index (self->memberships, Membership, i);

      if (own->is_held && is_same_membership (own, &membership))
        return TRUE;
    }
  return FALSE;
}
