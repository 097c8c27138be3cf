/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "doctor/doctor-checks.h"

#include <net/if.h>
#include <string.h>

#include "doctor/doctor-system.h"

static guint64
read_flags (McastInterface *iface)
{
  g_autofree char *flags = doctor_read_sysfs (mcast_interface_get_name (iface), "flags");

  return flags != NULL ? g_ascii_strtoull (flags, NULL, 16) : 0;
}

static void
check_flags (DoctorReport *report, McastInterface *iface)
{
  const char *name = mcast_interface_get_name (iface);

  if (!mcast_interface_is_up (iface))
    doctor_report_add (report, "down", iface, g_strdup ("the interface is down"),
                       "Nothing is sent or received on an interface that is down.",
                       g_strdup_printf ("ip link set %s up", name));
  else if (!mcast_interface_is_running (iface))
    doctor_report_add (report, "no-link", iface,
                       g_strdup ("the interface is up but has no carrier"),
                       "The cable or the radio link is missing, or the other end is down.",
                       g_strdup_printf ("ip -details link show %s  (then check the other end)",
                                        name));
  if (!mcast_interface_is_multicast (iface) && !mcast_interface_is_loopback (iface))
    doctor_report_add (report, "no-multicast", iface,
                       g_strdup ("the interface is not multicast-capable"),
                       "Without the flag MULTICAST, * does not include it, and routes skip it.",
                       g_strdup_printf ("ip link set %s multicast on", name));
  if ((read_flags (iface) & IFF_NOARP) != 0 && !mcast_interface_is_loopback (iface)
      && !mcast_interface_is_point_to_point (iface))
    doctor_report_add (report, "no-arp", iface,
                       g_strdup ("the interface does not resolve unicast addresses"),
                       "With the flag NOARP, answers to single hosts are lost, such as those of "
                       "mcast hear and pong.",
                       g_strdup_printf ("ip link set %s arp on", name));
}

/* Returns whether the interface has an address of the family, and each is valid on its link
 * only. */
static gboolean
has_only_link_local (McastInterface *iface, GSocketFamily family)
{
  GPtrArray *masks = mcast_interface_get_addresses (iface);
  gboolean found = FALSE;

  for (guint i = 0; i < masks->len; i++)
    {
      GInetAddress *address = g_inet_address_mask_get_address (masks->pdata[i]);

      if (g_inet_address_get_family (address) != family)
        continue;
      if (!g_inet_address_get_is_link_local (address))
        return FALSE;
      found = TRUE;
    }
  return found;
}

/* On a network where all have such addresses nothing is wrong; on a host that is also on another
 * one, receivers may expect an address of that. */
static void
check_link_local_source (const DoctorTarget *target, DoctorReport *report, McastInterface *iface)
{
  g_autoptr (McastInterface) other = mcast_interface_get_default (G_SOCKET_FAMILY_IPV4, NULL);

  if (!has_only_link_local (iface, G_SOCKET_FAMILY_IPV4) || other == NULL
      || mcast_interface_get_index (other) == mcast_interface_get_index (iface))
    return;
  doctor_report_add (report, "link-local-source", iface,
                     g_strdup ("the interface has only a link-local IPv4 address"),
                     "Datagrams are sent from it. A receiver with another kind of address drops "
                     "them if its reverse path filter is on (rp_filter).",
                     g_strdup_printf ("ip address add ADDRESS/LENGTH dev %s  (an address of the "
                                      "receivers' network)",
                                      mcast_interface_get_name (iface)));
}

static gboolean
is_wider_than_link (GInetAddress *group)
{
  return !g_inet_address_get_is_mc_link_local (group)
         && !g_inet_address_get_is_mc_node_local (group);
}

static void
check_ipv6_addresses (const DoctorTarget *target, DoctorReport *report, McastInterface *iface)
{
  const char *name = mcast_interface_get_name (iface);
  g_autofree char *sysctl_name = doctor_sysctl_name (iface);

  if (!doctor_has_ipv6 ())
    return;
  if (doctor_read_sysctl ("ipv6/conf/%s/disable_ipv6", name) == 1)
    doctor_report_add (report, "ipv6-disabled", iface, g_strdup ("IPv6 is disabled"),
                       "Joining succeeds, but no IPv6 datagrams are sent or received.",
                       g_strdup_printf ("sysctl -w net.ipv6.conf.%s.disable_ipv6=0", sysctl_name));
  else if (!doctor_has_address (iface, G_SOCKET_FAMILY_IPV6))
    doctor_report_add (
      report, "no-ipv6-address", iface, g_strdup ("the interface has no IPv6 address"),
      "Membership reports (MLD) need a link-local address; without them, switches do not forward "
      "the group.",
      g_strdup_printf ("ip link set %s addrgenmode eui64 && ip link set %s down && "
                       "ip link set %s up",
                       name, name, name));
  else if (!mcast_interface_is_loopback (iface) && has_only_link_local (iface, G_SOCKET_FAMILY_IPV6)
           && is_wider_than_link (mcast_group_get_address (target->group)))
    doctor_report_add (report, "no-global-ipv6-address", iface,
                       g_strdup ("the interface has only a link-local IPv6 address"),
                       "Datagrams are sent from it, which no router forwards.",
                       g_strdup_printf ("ip -6 address add ADDRESS/LENGTH dev %s", name));
}

static void
check_addresses (const DoctorTarget *target, DoctorReport *report, McastInterface *iface)
{
  gboolean ipv6 = doctor_has_address (iface, G_SOCKET_FAMILY_IPV6);

  if (!mcast_interface_is_up (iface))
    return;
  if (doctor_target_wants (target, G_SOCKET_FAMILY_IPV4))
    {
      if (!doctor_has_address (iface, G_SOCKET_FAMILY_IPV4) && !(target->group == NULL && ipv6))
        doctor_report_add (report, "no-ipv4-address", iface,
                           g_strdup ("the interface has no IPv4 address"),
                           "Nothing can be sent, and switches ignore membership reports from "
                           "0.0.0.0.",
                           g_strdup_printf ("ip address add ADDRESS/LENGTH dev %s",
                                            mcast_interface_get_name (iface)));
      check_link_local_source (target, report, iface);
    }
  if (target->group != NULL && doctor_target_wants (target, G_SOCKET_FAMILY_IPV6))
    check_ipv6_addresses (target, report, iface);
}

static McastInterface *
find_by_name (GPtrArray *interfaces, const char *name)
{
  for (guint i = 0; name != NULL && i < interfaces->len; i++)
    if (strcmp (mcast_interface_get_name (interfaces->pdata[i]), name) == 0)
      return interfaces->pdata[i];
  return NULL;
}

/* A member of a VRF works with mcast, but not with a program that knows nothing of VRFs. */
static void
check_master (const DoctorTarget *target, DoctorReport *report, McastInterface *iface)
{
  const char *name = mcast_interface_get_name (iface);
  const char *master_name = mcast_interface_get_master (iface);
  McastInterface *master = find_by_name (target->all, master_name);
  const char *kind = master != NULL ? mcast_interface_get_kind (master) : NULL;

  if (master_name == NULL)
    return;
  if (g_strcmp0 (kind, "vrf") == 0)
    doctor_report_add_note (
      report, g_strdup_printf ("%s is a member of VRF %s: a program that does not use mcast "
                               "receives there only after ip vrf exec %s PROGRAM, or sysctl -w "
                               "net.ipv4.udp_l3mdev_accept=1",
                               name, master_name, master_name));
  else
    doctor_report_add (report, "port", iface,
                       g_strdup_printf ("the interface is a port of %s %s",
                                        kind != NULL ? kind : "interface", master_name),
                       "Most of what arrives on a port is received on the interface to which the "
                       "port belongs, and nothing on the port.",
                       g_strdup_printf ("mcast doctor --interface %s  (and use %s in place of %s)",
                                        master_name, master_name, name));
}

void
doctor_check_links (const DoctorTarget *target, DoctorReport *report)
{
  for (guint i = 0; i < target->interfaces->len; i++)
    {
      check_flags (report, target->interfaces->pdata[i]);
      check_addresses (target, report, target->interfaces->pdata[i]);
      check_master (target, report, target->interfaces->pdata[i]);
    }
  if (target->group != NULL && doctor_target_wants (target, G_SOCKET_FAMILY_IPV6)
      && !doctor_has_ipv6 ())
    doctor_report_add (report, "no-ipv6", NULL, g_strdup ("the kernel runs without IPv6"),
                       "No program can send or receive IPv6 datagrams.",
                       g_strdup (
                         "remove ipv6.disable=1 from the command line of the kernel, or load "
                         "the module ipv6, and restart"));
  if (target->interfaces->len == 0)
    doctor_report_add (report, "no-interface", NULL,
                       g_strdup ("no interface is up and multicast-capable"),
                       "Datagrams can arrive only on the loopback interface.",
                       g_strdup (
                         "mcast interfaces  (then: ip link set INTERFACE up multicast on)"));
}
