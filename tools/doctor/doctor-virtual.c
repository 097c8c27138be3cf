/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "doctor/doctor-checks.h"

#include <string.h>

#include "doctor/doctor-system.h"

static void
check_proc (DoctorReport *report)
{
  if (g_file_test ("/proc/sys/net", G_FILE_TEST_IS_DIR)
      && g_file_test ("/proc/net/dev", G_FILE_TEST_EXISTS))
    return;
  doctor_report_add (
    report, "no-proc", NULL, g_strdup ("/proc is not mounted, or parts of it are hidden"),
    "Without it, the kernel's settings, routes, sockets and memberships cannot be checked.",
    g_strdup ("mount -t proc proc /proc"));
}

static void
check_wsl (DoctorReport *report)
{
  g_autofree char *release = NULL;
  g_autofree char *lower = NULL;

  if (!g_file_get_contents ("/proc/sys/kernel/osrelease", &release, NULL, NULL))
    return;
  lower = g_ascii_strdown (release, -1);
  if (strstr (lower, "microsoft") != NULL)
    doctor_report_add (
      report, "wsl", NULL, g_strdup ("this is the Windows Subsystem for Linux"),
      "Its default network translates addresses: joining succeeds, but nothing arrives.",
      g_strdup ("set networkingMode=mirrored in section [wsl2] of %UserProfile%\\.wslconfig, then: "
                "wsl --shutdown"));
}

static gboolean
is_container (void)
{
  const char *container = g_getenv ("container");

  return (container != NULL && *container != '\0')
         || g_file_test ("/.dockerenv", G_FILE_TEST_EXISTS)
         || g_file_test ("/run/.containerenv", G_FILE_TEST_EXISTS);
}

static guint
read_link_index (McastInterface *iface)
{
  g_autofree char *index = doctor_read_sysfs (mcast_interface_get_name (iface), "iflink");

  return index != NULL ? g_ascii_strtoull (index, NULL, 10) : mcast_interface_get_index (iface);
}

/* Returns whether the interface is one end of a pair with its other end in another namespace, which
 * a container has unless it uses the network of the host. */
static gboolean
is_half_pair (const DoctorTarget *target, McastInterface *iface)
{
  guint index = mcast_interface_get_index (iface);
  guint link = read_link_index (iface);

  for (guint i = 0; i < target->all->len; i++)
    if (mcast_interface_get_index (target->all->pdata[i]) == link
        && read_link_index (target->all->pdata[i]) == index)
      return FALSE;
  return link != index;
}

static void
check_container (const DoctorTarget *target, DoctorReport *report)
{
  if (!is_container ())
    return;
  for (guint i = 0; i < target->interfaces->len; i++)
    if (is_half_pair (target, target->interfaces->pdata[i]))
      doctor_report_add (report, "container", target->interfaces->pdata[i],
                         g_strdup ("this is the private network of a container"),
                         "The bridge between the container and the host does not route multicast.",
                         g_strdup (
                           "start the container with --network host, or on a macvlan network"));
}

static gboolean
is_container_bridge (const char *name)
{
  return g_str_has_prefix (name, "docker") || g_str_has_prefix (name, "podman")
         || g_str_has_prefix (name, "cni") || g_str_has_prefix (name, "virbr")
         || (g_str_has_prefix (name, "br-") && strlen (name) == 15);
}

/* Checks only interfaces that the user named: as one of all interfaces, a bridge does no harm. */
static void
check_container_bridges (const DoctorTarget *target, DoctorReport *report)
{
  for (guint i = 0; target->named && i < target->interfaces->len; i++)
    if (is_container_bridge (mcast_interface_get_name (target->interfaces->pdata[i])))
      doctor_report_add (
        report, "container-bridge", target->interfaces->pdata[i],
        g_strdup ("this is a bridge of containers or virtual machines"),
        "Datagrams reach only these machines, and nothing arrives from the network.",
        g_strdup ("name the interface of the network; see mcast interfaces"));
}

static void
check_vpn (const DoctorTarget *target, DoctorReport *report, GSocketFamily family)
{
  g_autoptr (McastInterface) iface = mcast_interface_get_default (family, NULL);

  if (iface == NULL || target->named || !doctor_target_wants (target, family)
      || (mcast_interface_is_multicast (iface) && !mcast_interface_is_point_to_point (iface)))
    return;
  doctor_report_add (
    report, "vpn", iface,
    g_strdup_printf ("the default route of %s leads into a tunnel",
                     family == G_SOCKET_FAMILY_IPV4 ? "IPv4" : "IPv6"),
    "Programs that do not name an interface send into it, and few VPNs carry multicast.",
    family == G_SOCKET_FAMILY_IPV4
      ? g_strdup ("ip route add 224.0.0.0/4 dev INTERFACE, or: mcast say "
                  "--interface INTERFACE")
      : g_strdup ("mcast say --interface INTERFACE"));
}

void
doctor_check_virtual (const DoctorTarget *target, DoctorReport *report)
{
  check_proc (report);
  check_wsl (report);
  check_container (target, report);
  check_container_bridges (target, report);
  check_vpn (target, report, G_SOCKET_FAMILY_IPV4);
  check_vpn (target, report, G_SOCKET_FAMILY_IPV6);
}
