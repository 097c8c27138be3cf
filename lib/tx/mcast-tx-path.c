/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "tx/mcast-tx-path-private.h"

#include <errno.h>
#include <sys/socket.h>

#include "mcast-error.h"
#include "mcast-limits-private.h"
#include "os/mcast-os-error-private.h"

/* Header of IP without options, and of UDP. */
#define IPV4_OVERHEAD 28
#define IPV6_OVERHEAD 48

McastTxCounters *
_mcast_tx_counters_new (void)
{
  McastTxCounters *self = g_new0 (McastTxCounters, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->errors = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return self;
}

McastTxCounters *
_mcast_tx_counters_ref (McastTxCounters *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
_mcast_tx_counters_unref (McastTxCounters *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_hash_table_unref (self->errors);
  g_free (self);
}

void
_mcast_tx_counters_refuse (McastTxCounters *self, int code, guint n_datagrams)
{
  guint64 *count = g_hash_table_lookup (self->errors, GINT_TO_POINTER (code));

  if (count == NULL)
    {
      count = g_new0 (guint64, 1);
      g_hash_table_insert (self->errors, GINT_TO_POINTER (code), count);
    }
  *count += n_datagrams;
  self->refused += n_datagrams;
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
  g_free (self->interface_name);
  g_clear_object (&self->iface);
  _mcast_tx_counters_unref (self->counters);
  g_free (self);
}

/* To be called once, when the group is known. */
void
_mcast_tx_path_set_interface (McastTxPath *self, McastInterface *iface)
{
  guint overhead = self->group.family == AF_INET ? IPV4_OVERHEAD : IPV6_OVERHEAD;
  guint mtu = mcast_interface_get_mtu (iface);

  self->iface = g_object_ref (iface);
  self->interface_index = mcast_interface_get_index (iface);
  self->max_segment = mtu > overhead ? mtu - overhead : 0;
}

static char *
route_remedy (McastTxPath *self)
{
  if (self->group.family == AF_INET)
    return g_strdup ("; perhaps the link is down");
  /* The loopback needs a route of type local: along any other the datagram is lost without a
   * word. */
  if (mcast_interface_is_loopback (self->iface))
    return g_strdup_printf ("; perhaps no IPv6 multicast route: "
                            "ip -6 route add local ff00::/8 dev %s",
                            self->interface_name);
  return g_strdup_printf ("; perhaps no IPv6 multicast route: "
                          "ip -6 route add ff00::/8 dev %s table local",
                          self->interface_name);
}

static char *
remedy (McastTxPath *self, int code, gsize size)
{
  switch (code)
    {
    case EPERM:
      return g_strdup ("; a firewall forbids it (see nft list ruleset)");
    case EMSGSIZE:
      return g_strdup_printf ("; it had %" G_GSIZE_FORMAT " bytes, and a datagram carries at most "
                              "%d over IPv4, %d over IPv6",
                              size, MCAST_MAX_PAYLOAD, MCAST_MAX_PAYLOAD_IPV6);
    case ENETUNREACH:
    case EHOSTUNREACH:
      return route_remedy (self);
    default:
      return g_strdup ("");
    }
}

/* Why nothing can be sent on it, or why one datagram of @size bytes was not. */
void
_mcast_tx_path_set_error (McastTxPath *self, int code, gsize size, GError **error)
{
  g_autofree char *group = _mcast_address_to_string (&self->group);
  g_autofree char *source = NULL;
  g_autofree char *hint = NULL;

  if (self->obstacle == 0 && code == ENOBUFS)
    g_set_error (error, MCAST_ERROR, MCAST_ERROR_QUEUE_FULL,
                 "Could not send to %s on %s: the queue of the interface is full; send slower "
                 "(pacing-rate)",
                 group, self->interface_name);
  else if (self->obstacle == 0)
    {
      hint = remedy (self, code, size);
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                   "Could not send to %s on %s: %s%s", group, self->interface_name,
                   g_strerror (code), hint);
    }
  else if (self->obstacle == EADDRNOTAVAIL && self->source.family != AF_UNSPEC)
    {
      source = _mcast_address_to_string (&self->source);
      g_set_error (error, MCAST_ERROR, MCAST_ERROR_NO_ADDRESS,
                   "Could not send to %s on %s: the source address %s is on no interface, or "
                   "duplicate address detection is not over there",
                   group, self->interface_name, source);
    }
  else if (self->obstacle == EADDRNOTAVAIL)
    g_set_error (error, MCAST_ERROR, MCAST_ERROR_NO_ADDRESS,
                 "Could not send to %s: interface %s has no usable %s address; give it one (ip "
                 "address add), or wait until duplicate address detection is over",
                 group, self->interface_name, self->group.family == AF_INET ? "IPv4" : "IPv6");
  else if (self->obstacle == ENETDOWN)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE,
                 "Could not send to %s: interface %s is down; switch it on (ip link set %s up)",
                 group, self->interface_name, self->interface_name);
  else if (self->obstacle == ENETUNREACH)
    g_set_error (error, MCAST_ERROR, MCAST_ERROR_NO_ROUTE,
                 "No route leads to %s, so no interface can be chosen: name one, or add a default "
                 "route",
                 group);
  else
    g_set_error (error, MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE,
                 "Could not send to %s: there is no interface %s now; sending goes on when there "
                 "is",
                 group, self->interface_name);
}

static GVariant *
errors_to_variant (McastTxPath *self)
{
  GVariantBuilder builder;
  GHashTableIter iter;
  gpointer code;
  gpointer count;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{st}"));
  g_hash_table_iter_init (&iter, self->counters->errors);
  while (g_hash_table_iter_next (&iter, &code, &count))
    g_variant_builder_add (&builder, "{st}", _mcast_os_error_name (GPOINTER_TO_INT (code)),
                           *(guint64 *) count);
  return g_variant_builder_end (&builder);
}

GVariant *
_mcast_tx_path_to_variant (McastTxPath *self)
{
  g_autofree char *group = _mcast_address_to_string (&self->group);
  gboolean waiting = self->obstacle == ENODEV || self->obstacle == ENETDOWN;
  const char *state = self->obstacle == 0 ? "ready" : waiting ? "waiting" : "failed";
  g_autoptr (GError) error = NULL;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "group", "s", group);
  g_variant_dict_insert (&dict, "port", "u", self->port);
  g_variant_dict_insert (&dict, "interface", "s", self->interface_name);
  if (self->iface != NULL)
    g_variant_dict_insert (&dict, "interface-index", "u", mcast_interface_get_index (self->iface));
  g_variant_dict_insert (&dict, "state", "s", state);
  if (self->obstacle != 0)
    {
      _mcast_tx_path_set_error (self, self->obstacle, 0, &error);
      g_variant_dict_insert (&dict, "error", "s", error->message);
    }
  g_variant_dict_insert (&dict, "accepted", "t", self->counters->accepted);
  g_variant_dict_insert (&dict, "bytes", "t", self->counters->bytes);
  g_variant_dict_insert (&dict, "refused", "t", self->counters->refused);
  g_variant_dict_insert (&dict, "segmentation-offload", "b", !self->counters->no_offload);
  g_variant_dict_insert_value (&dict, "errors", errors_to_variant (self));
  return g_variant_dict_end (&dict);
}
