/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "tx/mcast-tx-path-private.h"

#include <errno.h>
#include <sys/socket.h>

#include "mcast-error.h"
#include "mcast-group-private.h"
#include "mcast-limits-private.h"
#include "mcast-log-private.h"

/* The headers of IP without options, and of UDP. */
#define IPV4_OVERHEAD 28
#define IPV6_OVERHEAD 48

static guint
get_max_segment (McastInterface *iface, int family)
{
  guint overhead = family == AF_INET ? IPV4_OVERHEAD : IPV6_OVERHEAD;
  guint mtu = mcast_interface_get_mtu (iface);

  return mtu > overhead ? mtu - overhead : 0;
}

/* @iface is NULL if it is missing. */
McastTxPath *
_mcast_tx_path_new (const McastTxPathKey *key, McastInterface *iface)
{
  McastTxPath *self = g_new0 (McastTxPath, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->key = *key;
  self->key.interface_name = g_strdup (key->interface_name);
  if (iface != NULL)
    {
      self->iface = g_object_ref (iface);
      self->interface_index = mcast_interface_get_index (iface);
      self->max_segment = get_max_segment (iface, key->group.family);
    }
  return self;
}

/* Returns a path that differs in its obstacle only. */
McastTxPath *
_mcast_tx_path_copy_blocked (const McastTxPath *self, McastTxObstacle obstacle)
{
  McastTxPath *copy = _mcast_tx_path_new (&self->key, self->iface);

  copy->source = self->source;
  copy->obstacle = obstacle;
  copy->counters = _mcast_tx_counters_ref (self->counters);
  return copy;
}

McastTxPath *
_mcast_tx_path_ref (McastTxPath *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
_mcast_tx_path_unref (McastTxPath *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free ((char *) self->key.interface_name);
  g_clear_object (&self->iface);
  g_clear_pointer (&self->counters, _mcast_tx_counters_unref);
  g_clear_pointer (&self->endpoint, _mcast_tx_endpoint_unref);
  g_free (self);
}

/* Returns the canonical text of the group, with its port. */
char *
_mcast_tx_path_get_text (const McastTxPath *self)
{
  return _mcast_group_format (&self->key.group, self->key.port, NULL, NULL);
}

/* Checks whether the obstacle ends without the user. */
gboolean
_mcast_tx_path_is_waiting (const McastTxPath *self)
{
  return self->obstacle == MCAST_TX_OBSTACLE_NO_INTERFACE
         || self->obstacle == MCAST_TX_OBSTACLE_INTERFACE_DOWN;
}

/* Returns the errno under which datagrams count as refused because of the obstacle, 0 without. */
int
_mcast_tx_path_get_errno (const McastTxPath *self)
{
  switch (self->obstacle)
    {
    case MCAST_TX_OBSTACLE_NO_INTERFACE:
      return ENODEV;
    case MCAST_TX_OBSTACLE_INTERFACE_DOWN:
      return ENETDOWN;
    case MCAST_TX_OBSTACLE_NO_ADDRESS:
    case MCAST_TX_OBSTACLE_ADDRESS_TENTATIVE:
    case MCAST_TX_OBSTACLE_OTHER_ZONE:
      return EADDRNOTAVAIL;
    case MCAST_TX_OBSTACLE_NO_ROUTE:
      return ENETUNREACH;
    case MCAST_TX_OBSTACLE_NOT_CONTAINED:
      return EBUSY;
    case MCAST_TX_OBSTACLE_NONE:
    default:
      return 0;
    }
}

static McastPathState
get_state (const McastTxPath *self)
{
  if (self->obstacle == MCAST_TX_OBSTACLE_NONE)
    return MCAST_PATH_STATE_READY;
  return _mcast_tx_path_is_waiting (self) ? MCAST_PATH_STATE_WAITING : MCAST_PATH_STATE_FAILED;
}

static const char *
describe_state (const McastTxPath *self)
{
  static const char *const names[] = {
    [MCAST_PATH_STATE_WAITING] = "waiting",
    [MCAST_PATH_STATE_READY] = "ready",
    [MCAST_PATH_STATE_FAILED] = "failed",
  };

  return names[get_state (self)];
}

static const char *
get_reason (const McastTxPath *self)
{
  switch (self->obstacle)
    {
    case MCAST_TX_OBSTACLE_NO_INTERFACE:
      return "there is no such interface";
    case MCAST_TX_OBSTACLE_INTERFACE_DOWN:
      return "the interface is down";
    case MCAST_TX_OBSTACLE_NO_ADDRESS:
      return "there is no address to send from";
    case MCAST_TX_OBSTACLE_ADDRESS_TENTATIVE:
      return "the address to send from is tentative";
    case MCAST_TX_OBSTACLE_OTHER_ZONE:
      return "the address to send from belongs to another interface";
    case MCAST_TX_OBSTACLE_NO_ROUTE:
      return "there is no route";
    case MCAST_TX_OBSTACLE_NOT_CONTAINED:
      return "a TTL of 0 is not contained there";
    case MCAST_TX_OBSTACLE_NONE:
    default:
      return "nothing is in the way";
    }
}

/* Logs the state with the values that led to it. */
void
_mcast_tx_path_log_state (const McastTxPath *self)
{
  g_autofree char *source = NULL;

  if (self->obstacle != MCAST_TX_OBSTACLE_NONE)
    {
      MCAST_LOG (DEBUG,
                 (.iface = self->key.interface_name, .group = &self->key.group,
                  .code = _mcast_tx_path_get_errno (self)),
                 "%s to send to port %u: %s", describe_state (self), self->key.port,
                 get_reason (self));
      return;
    }
  if (self->source.family != AF_UNSPEC)
    source = _mcast_address_to_string (&self->source);
  MCAST_LOG (DEBUG, (.iface = self->key.interface_name, .group = &self->key.group),
             "ready to send to port %u (index %u, source address %s)", self->key.port,
             self->interface_index, source != NULL ? source : "chosen by the kernel");
}

static void
set_address_error (const McastTxPath *self, const char *group, GError **error)
{
  g_autofree char *source = NULL;

  if (self->source.family == AF_UNSPEC)
    {
      g_set_error (error, MCAST_ERROR, MCAST_ERROR_NO_ADDRESS,
                   "Could not send to %s: interface %s has no usable %s address; assign one (ip "
                   "address add), set source-address to an address of another interface, or wait "
                   "until duplicate address detection is complete",
                   group, self->key.interface_name,
                   self->key.group.family == AF_INET ? "IPv4" : "IPv6");
      return;
    }
  source = _mcast_address_to_string (&self->source);
  g_set_error (error, MCAST_ERROR, MCAST_ERROR_NO_ADDRESS,
               "Could not send to %s on %s: no interface has the source address %s, or its "
               "duplicate address detection is not complete",
               group, self->key.interface_name, source);
}

/* Says why nothing can be sent on the path. */
void
_mcast_tx_path_set_obstacle_error (const McastTxPath *self, GError **error)
{
  const char *name = self->key.interface_name;
  g_autofree char *group = _mcast_address_to_string (&self->key.group);

  switch (self->obstacle)
    {
    case MCAST_TX_OBSTACLE_NONE:
      break;
    case MCAST_TX_OBSTACLE_NO_INTERFACE:
      g_set_error (
        error, MCAST_ERROR, MCAST_ERROR_INTERFACE_NOT_READY,
        "Could not send to %s: interface %s does not exist; sending resumes when it appears", group,
        name);
      break;
    case MCAST_TX_OBSTACLE_INTERFACE_DOWN:
      g_set_error (error, MCAST_ERROR, MCAST_ERROR_INTERFACE_NOT_READY,
                   "Could not send to %s: interface %s is down; set it up (ip link set %s up)",
                   group, name, name);
      break;
    case MCAST_TX_OBSTACLE_NO_ADDRESS:
    case MCAST_TX_OBSTACLE_ADDRESS_TENTATIVE:
      set_address_error (self, group, error);
      break;
    case MCAST_TX_OBSTACLE_OTHER_ZONE:
      g_set_error (error, MCAST_ERROR, MCAST_ERROR_NO_ADDRESS,
                   "Could not send to %s on %s: the zone of the source address is another "
                   "interface; select that interface, or none",
                   group, name);
      break;
    case MCAST_TX_OBSTACLE_NO_ROUTE:
      g_set_error (error, MCAST_ERROR, MCAST_ERROR_NO_ROUTE,
                   "No route leads to %s; name an interface, or add a default route", group);
      break;
    case MCAST_TX_OBSTACLE_NOT_CONTAINED:
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                   "Could not send to %s on %s with TTL 0: the group could not be joined there, "
                   "which keeps its datagrams on this host; it is tried again",
                   group, name);
      break;
    }
}

static char *
get_route_remedy (const McastTxPath *self)
{
  if (self->key.group.family == AF_INET)
    return g_strdup ("; the link may be down");
  /* The loopback needs a route of type local: along any other the datagram is lost without an
   * error. */
  if (mcast_interface_is_loopback (self->iface))
    return g_strdup_printf ("; the IPv6 multicast route may be missing: "
                            "ip -6 route add local ff00::/8 dev %s",
                            self->key.interface_name);
  return g_strdup_printf ("; the IPv6 multicast route may be missing: "
                          "ip -6 route add ff00::/8 dev %s table local",
                          self->key.interface_name);
}

static char *
get_remedy (const McastTxPath *self, int code, gsize size)
{
  switch (code)
    {
    case EPERM:
      return g_strdup ("; a firewall rejects it (see nft list ruleset)");
    case EMSGSIZE:
      return g_strdup_printf ("; it has %" G_GSIZE_FORMAT
                              " bytes, and the maximum is %d over IPv4 and %d over IPv6",
                              size, MCAST_MAX_PAYLOAD, MCAST_MAX_PAYLOAD_IPV6);
    case ENETUNREACH:
    case EHOSTUNREACH:
      return get_route_remedy (self);
    default:
      return g_strdup ("");
    }
}

/* Says why the kernel refused a datagram of @size bytes with the errno @code. */
void
_mcast_tx_path_set_send_error (const McastTxPath *self, int code, gsize size, GError **error)
{
  g_autofree char *group = _mcast_address_to_string (&self->key.group);
  g_autofree char *remedy = NULL;

  if (code == ENOBUFS)
    {
      g_set_error (error, MCAST_ERROR, MCAST_ERROR_QUEUE_FULL,
                   "Could not send to %s on %s: the queue of the interface is full; send more "
                   "slowly (pacing-rate)",
                   group, self->key.interface_name);
      return;
    }
  remedy = get_remedy (self, code, size);
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "Could not send to %s on %s: %s%s",
               group, self->key.interface_name, g_strerror (code), remedy);
}

/* Sets the reason why the path is not ready, or else the error of the last refused datagram, if
 * there is one. */
static void
set_last_error (const McastTxPath *self, GError **error)
{
  const McastTxCounters *counters = self->counters;

  if (self->obstacle != MCAST_TX_OBSTACLE_NONE)
    _mcast_tx_path_set_obstacle_error (self, error);
  else if (counters->last_code != 0)
    _mcast_tx_path_set_send_error (self, counters->last_code, counters->last_size, error);
}

static GVariant *
make_stats (const McastTxPath *self, const char *text, const GError *error,
            GSocketAddress *local_address)
{
  g_autofree char *group = _mcast_address_to_string (&self->key.group);
  g_autofree char *local = NULL;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "group", "s", group);
  g_variant_dict_insert (&dict, "group-text", "s", text);
  g_variant_dict_insert (&dict, "port", "u", self->key.port);
  g_variant_dict_insert (&dict, "interface", "s", self->key.interface_name);
  if (self->iface != NULL)
    g_variant_dict_insert (&dict, "interface-index", "u", self->interface_index);
  if (local_address != NULL)
    {
      local = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (local_address));
      g_variant_dict_insert (&dict, "local-address", "s", local);
    }
  g_variant_dict_insert (&dict, "state", "s", describe_state (self));
  if (self->obstacle != MCAST_TX_OBSTACLE_NONE)
    g_variant_dict_insert (&dict, "error", "s", error->message);
  _mcast_tx_counters_add_stats (self->counters, &dict);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

/* Returns the path as it is now. @local_address is the address to send from, or NULL without one.
 * With the ledger locked. */
McastPath *
_mcast_tx_path_take_snapshot (const McastTxPath *self, GSocketAddress *local_address)
{
  g_autofree char *text = _mcast_tx_path_get_text (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) stats = NULL;
  McastPathInfo info = {
    .id = MCAST_PATH_NO_ID,
    .group = text,
    .interface_name = self->key.interface_name,
    .iface = self->iface,
    .local_address = local_address,
    .state = get_state (self),
  };

  set_last_error (self, &error);
  stats = make_stats (self, text, error, local_address);
  info.error = error;
  info.stats = stats;
  return _mcast_path_new (&info);
}
