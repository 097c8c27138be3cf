/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "doctor/doctor-checks.h"

#include "doctor/doctor-system.h"
#include "joined-groups.h"

/* The kernel's defaults. */
#define DEFAULT_MEMBERSHIPS 20
#define DEFAULT_SOURCES 10
#define DEFAULT_BUFFER_SIZE 212992

/* Returns the larger of a setting for all interfaces and for one, which the kernel uses. */
static gint64
read_larger (McastInterface *iface, const char *name)
{
  return MAX (doctor_read_sysctl ("ipv4/conf/all/%s", name),
              doctor_read_sysctl ("ipv4/conf/%s/%s", mcast_interface_get_name (iface), name));
}

/* Returns the interface of the route to @address, or NULL if there is no route. */
static McastInterface *
find_route (const DoctorTarget *target, GInetAddress *address)
{
  g_autoptr (GSocket) socket = g_socket_new (g_inet_address_get_family (address),
                                             G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GSocketAddress) there = g_inet_socket_address_new (address, 9);
  g_autoptr (GSocketAddress) here = NULL;
  g_autofree char *text = NULL;
  const char *specifiers[] = { NULL, NULL };
  g_autoptr (GPtrArray) found = NULL;

  /* Connecting a datagram socket sends nothing. */
  if (socket == NULL || !g_socket_connect (socket, there, NULL, NULL))
    return NULL;
  here = g_socket_get_local_address (socket, NULL);
  if (here == NULL)
    return NULL;
  text =
    g_inet_address_to_string (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (here)));
  specifiers[0] = text;
  found = mcast_interface_find (specifiers, target->all, NULL);
  return found != NULL ? g_object_ref (found->pdata[0]) : NULL;
}

static GInetAddress *
get_source (const DoctorTarget *target)
{
  GPtrArray *sources = target->group != NULL ? mcast_group_get_sources (target->group) : NULL;

  if (sources == NULL || sources->len == 0
      || mcast_group_get_filter_mode (target->group) != MCAST_FILTER_MODE_INCLUDE)
    return NULL;
  return sources->pdata[0];
}

/* Returns whether the filter drops. A strict one requires that the route to the sender is through
 * the same interface, a loose one that there is a route. Only the default route leads to an unknown
 * one. */
static gboolean
filter_drops (const DoctorTarget *target, McastInterface *iface, gboolean strict)
{
  GInetAddress *source = get_source (target);
  g_autoptr (McastInterface) back = source != NULL
                                      ? find_route (target, source)
                                      : mcast_interface_get_default (G_SOCKET_FAMILY_IPV4, NULL);

  if (back == NULL)
    return TRUE;
  return strict && mcast_interface_get_index (back) != mcast_interface_get_index (iface);
}

static void
check_rp_filter (const DoctorTarget *target, DoctorReport *report, McastInterface *iface)
{
  gint64 filter = read_larger (iface, "rp_filter");
  g_autofree char *name = doctor_sysctl_name (iface);

  if (filter <= 0 || mcast_interface_is_loopback (iface)
      || !filter_drops (target, iface, filter == 1))
    return;
  doctor_report_add (report, "rp-filter", iface,
                     g_strdup_printf ("reverse path filtering is %s (rp_filter %d), and the route "
                                      "to %s is not through this interface",
                                      filter == 1 ? "strict" : "loose", (int) filter,
                                      get_source (target) != NULL ? "the source"
                                                                  : "senders in other networks"),
                     "The kernel silently drops their datagrams and the queries of routers. "
                     "Capture programs still show them.",
                     g_strdup_printf ("sysctl -w net.ipv4.conf.all.rp_filter=0 "
                                      "net.ipv4.conf.%s.rp_filter=0",
                                      name));
}

static gboolean
share_subnet (McastInterface *a, McastInterface *b)
{
  GPtrArray *of_a = mcast_interface_get_addresses (a);
  GPtrArray *of_b = mcast_interface_get_addresses (b);

  for (guint i = 0; i < of_a->len; i++)
    for (guint j = 0; j < of_b->len; j++)
      {
        GInetAddress *address = g_inet_address_mask_get_address (of_a->pdata[i]);
        GInetAddress *other = g_inet_address_mask_get_address (of_b->pdata[j]);
        guint length = g_inet_address_mask_get_length (of_a->pdata[i]);
        guint bits = 0;

        if (g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV4
            || g_inet_address_get_family (other) != G_SOCKET_FAMILY_IPV4
            || g_inet_address_mask_get_length (of_b->pdata[j]) != length)
          continue;
        while (bits < length
               && ((g_inet_address_to_bytes (address)[bits / 8]
                    ^ g_inet_address_to_bytes (other)[bits / 8])
                   & (0x80 >> bits % 8))
                    == 0)
          bits++;
        if (bits == length)
          return TRUE;
      }
  return FALSE;
}

static void
check_accept_local (const DoctorTarget *target, DoctorReport *report, McastInterface *iface)
{
  g_autofree char *name = doctor_sysctl_name (iface);

  if (read_larger (iface, "accept_local") != 0)
    return;
  for (guint i = 0; i < target->all->len; i++)
    {
      McastInterface *other = target->all->pdata[i];

      if (other == iface || !mcast_interface_is_up (other)
          || mcast_interface_get_index (other) == mcast_interface_get_index (iface)
          || !share_subnet (iface, other))
        continue;
      doctor_report_add (report, "accept-local", iface,
                         g_strdup_printf ("%s is on the same network, and accept_local is 0",
                                          mcast_interface_get_name (other)),
                         "Datagrams that this machine sends on one interface are dropped on the "
                         "other one, because their source is an address of this machine.",
                         g_strdup_printf ("sysctl -w net.ipv4.conf.%s.accept_local=1", name));
      return;
    }
}

static void
check_igmp_version (const DoctorTarget *target, DoctorReport *report, McastInterface *iface)
{
  gint64 forced = read_larger (iface, "force_igmp_version");
  guint spoken = joined_groups_get_igmp_version (mcast_interface_get_index (iface));
  g_autofree char *name = doctor_sysctl_name (iface);

  if (forced == 1 || forced == 2)
    doctor_report_add (report, "igmp-version", iface,
                       g_strdup_printf ("the kernel is configured for IGMPv%d", (int) forced),
                       "Source-specific groups cannot be requested, and a switch that requires "
                       "IGMPv3 does not forward the group.",
                       g_strdup_printf ("sysctl -w net.ipv4.conf.all.force_igmp_version=0 "
                                        "net.ipv4.conf.%s.force_igmp_version=0",
                                        name));
  else if (spoken > 0 && spoken < 3 && get_source (target) != NULL)
    doctor_report_add (
      report, "igmp-querier-version", iface,
      g_strdup_printf ("a router on the link uses IGMPv%u", spoken),
      "This machine therefore uses it as well and cannot request a source of a group.",
      g_strdup ("configure the router or switch for IGMPv3"));
}

static void
check_mld_version (DoctorReport *report, McastInterface *iface)
{
  g_autofree char *name = doctor_sysctl_name (iface);
  gint64 forced =
    MAX (doctor_read_sysctl ("ipv6/conf/all/force_mld_version"),
         doctor_read_sysctl ("ipv6/conf/%s/force_mld_version", mcast_interface_get_name (iface)));

  if (forced == 1)
    doctor_report_add (report, "mld-version", iface,
                       g_strdup ("the kernel is configured for MLDv1"),
                       "Source-specific groups cannot be requested.",
                       g_strdup_printf ("sysctl -w net.ipv6.conf.all.force_mld_version=0 "
                                        "net.ipv6.conf.%s.force_mld_version=0",
                                        name));
}

static void
check_limit (DoctorReport *report, const char *id, const char *name, const char *key, gint64 usual,
             const char *why)
{
  gint64 limit = doctor_read_sysctl ("%s", name);

  if (limit >= 0 && limit < usual)
    doctor_report_add (report, id, NULL,
                       g_strdup_printf ("%s is %" G_GINT64_FORMAT
                                        ", less than the usual %" G_GINT64_FORMAT,
                                        key, limit, usual),
                       why, g_strdup_printf ("sysctl -w %s=%" G_GINT64_FORMAT, key, usual));
}

static void
check_limits (const DoctorTarget *target, DoctorReport *report)
{
  if (doctor_target_wants (target, G_SOCKET_FAMILY_IPV4))
    {
      check_limit (report, "max-memberships", "ipv4/igmp_max_memberships",
                   "net.ipv4.igmp_max_memberships", DEFAULT_MEMBERSHIPS,
                   "A program cannot join more groups with one socket (ENOBUFS).");
      check_limit (report, "max-sources", "ipv4/igmp_max_msf", "net.ipv4.igmp_max_msf",
                   DEFAULT_SOURCES, "A program cannot name more sources of a group (ENOBUFS).");
    }
  check_limit (report, "buffer-limit", "core/rmem_max", "net.core.rmem_max", DEFAULT_BUFFER_SIZE,
               "Bursts that do not fit into the receive buffer are lost, and programs cannot "
               "request a larger one.");
  check_limit (report, "buffer-default", "core/rmem_default", "net.core.rmem_default",
               DEFAULT_BUFFER_SIZE,
               "Programs that do not request a receive buffer size lose the end of each burst.");
}

void
doctor_check_sysctls (const DoctorTarget *target, DoctorReport *report)
{
  for (guint i = 0; i < target->interfaces->len; i++)
    {
      McastInterface *iface = target->interfaces->pdata[i];

      if (doctor_target_wants (target, G_SOCKET_FAMILY_IPV4))
        {
          check_rp_filter (target, report, iface);
          check_accept_local (target, report, iface);
          check_igmp_version (target, report, iface);
        }
      if (doctor_target_wants (target, G_SOCKET_FAMILY_IPV6))
        check_mld_version (report, iface);
    }
  check_limits (target, report);
}
