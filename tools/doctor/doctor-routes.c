/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "doctor/doctor-checks.h"

#include <stdio.h>
#include <string.h>

#define RTF_LOCAL 0x80000000u

static void
check_choice (const DoctorTarget *target, DoctorReport *report, const char *group, gboolean ipv4)
{
  const char *groups[] = { group, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (McastTxSocket) tx = mcast_tx_socket_new (groups, target->port, NULL, &error);

  if (tx == NULL && g_error_matches (error, MCAST_ERROR, MCAST_ERROR_NO_ROUTE))
    doctor_report_add (
      report, "no-route", NULL, g_strdup_printf ("no route leads to %s", group),
      "Programs that do not name an interface cannot send to it, and most of them cannot join.",
      ipv4 ? g_strdup ("ip route add 224.0.0.0/4 dev INTERFACE")
           : g_strdup ("ip -6 route add default dev INTERFACE"));
}

/* Returns whether a route delivers IPv6 multicast on the loopback interface. A line begins with the
 * destination and ends with the flags and the interface. */
static gboolean
has_loopback_route (const char *name)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_file_get_contents ("/proc/net/ipv6_route", &text, NULL, NULL);
  lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char destination[33];
      char device[64];
      guint flags;

      if (sscanf (lines[i], "%32s %*s %*s %*s %*s %*s %*s %*s %x %63s", destination, &flags, device)
            == 3
          && g_str_has_prefix (destination, "ff") && (flags & RTF_LOCAL) != 0
          && strcmp (device, name) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
check_loopback (DoctorReport *report, McastInterface *iface)
{
  const char *name = mcast_interface_get_name (iface);

  if (mcast_interface_is_loopback (iface) && !has_loopback_route (name))
    doctor_report_add (
      report, "loopback-ipv6", iface,
      g_strdup ("IPv6 multicast has no route on the loopback interface"),
      "Datagrams are sent without an error and never arrive. IPv4 does not need this route.",
      g_strdup_printf ("ip -6 route add local ff00::/8 dev %s", name));
}

/* The kernel forwards multicast between the interfaces of such a table, for a routing daemon. */
static void
note_router (DoctorReport *report, const char *filename)
{
  g_autofree char *text = NULL;
  const char *end;

  if (!g_file_get_contents (filename, &text, NULL, NULL))
    return;
  end = strchr (text, '\n');
  if (end != NULL && end[1] != '\0')
    doctor_report_add_note (report,
                            g_strdup_printf ("this host routes multicast itself (%s): a group may "
                                             "arrive on several interfaces; select one of them",
                                             filename));
}

void
doctor_check_routes (const DoctorTarget *target, DoctorReport *report)
{
  if (doctor_target_wants (target, G_SOCKET_FAMILY_IPV4))
    note_router (report, "/proc/net/ip_mr_vif");
  if (doctor_target_wants (target, G_SOCKET_FAMILY_IPV6))
    note_router (report, "/proc/net/ip6_mr_vif");
  if (!target->named && target->group != NULL)
    check_choice (target, report, target->group_text,
                  mcast_group_get_family (target->group) == G_SOCKET_FAMILY_IPV4);
  else if (!target->named)
    check_choice (target, report, "224.0.0.1", TRUE);
  for (guint i = 0;
       doctor_target_wants (target, G_SOCKET_FAMILY_IPV6) && i < target->interfaces->len; i++)
    check_loopback (report, target->interfaces->pdata[i]);
}
