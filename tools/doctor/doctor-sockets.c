/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "doctor/doctor-checks.h"

#include <stdio.h>
#include <string.h>

static gboolean
is_wanted (const DoctorTarget *target, GInetAddress *address, guint port)
{
  if (!g_inet_address_get_is_multicast (address))
    return FALSE;
  return target->group == NULL
         || (g_inet_address_equal (address, mcast_group_get_address (target->group))
             && port == target->port);
}

/* Parses an address, which consists of 32-bit numbers in host byte order. */
static GInetAddress *
parse_address (const char *digits)
{
  gboolean ipv4 = strlen (digits) == 8;
  guint32 words[4] = { 0 };

  for (guint i = 0; i < (ipv4 ? 1 : 4); i++)
    if (sscanf (digits + 8 * i, "%8x", &words[i]) != 1)
      return NULL;
  return g_inet_address_new_from_bytes ((const guint8 *) words,
                                        ipv4 ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6);
}

static void
check_line (const DoctorTarget *target, DoctorReport *report, const char *line)
{
  char digits[33];
  guint port;
  guint64 drops;
  g_autoptr (GInetAddress) address = NULL;
  g_autofree char *text = NULL;

  if (sscanf (line,
              " %*s %32[0-9A-F]:%x %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %" G_GUINT64_FORMAT,
              digits, &port, &drops)
        != 3
      || drops == 0)
    return;
  address = parse_address (digits);
  if (address == NULL || !is_wanted (target, address, port))
    return;
  text = g_inet_address_to_string (address);
  doctor_report_add (report, "drops", NULL,
                     g_strdup_printf ("a program that receives %s port %u lost %" G_GUINT64_FORMAT
                                      " datagrams",
                                      text, port, drops),
                     "The program reads too slowly, or its receive buffer is too small.",
                     g_strdup ("sysctl -w net.core.rmem_max=67108864  (then let the program "
                               "request a larger buffer: receive-buffer-size)"));
}

static void
check_drops (const DoctorTarget *target, DoctorReport *report, const char *filename)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (filename, &text, NULL, NULL))
    return;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    check_line (target, report, lines[i]);
}

/* Joins the group, since the library gives the best reason if that fails. */
static void
check_join (const DoctorTarget *target, DoctorReport *report)
{
  const char *groups[] = { target->group_text, NULL };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) interfaces = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (McastRxSocket) rx = NULL;

  for (guint i = 0; i < target->interfaces->len; i++)
    g_strv_builder_add (builder, mcast_interface_get_name (target->interfaces->pdata[i]));
  interfaces = g_strv_builder_end (builder);
  rx = mcast_rx_socket_new (groups, target->port, (const char *const *) interfaces, &error);
  if (rx == NULL)
    doctor_report_add (report, "cannot-join", NULL, g_strdup (error->message),
                       "No program of this user can receive the group.",
                       g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE)
                         ? g_strdup_printf ("ss -ulpn 'sport = :%u'  (then end that program)",
                                            target->port)
                         : g_strdup ("see the message"));
}

void
doctor_check_sockets (const DoctorTarget *target, DoctorReport *report)
{
  check_drops (target, report, "/proc/net/udp");
  check_drops (target, report, "/proc/net/udp6");
  if (target->group != NULL && target->interfaces->len > 0)
    check_join (target, report);
}
