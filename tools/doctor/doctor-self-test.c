/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "doctor/doctor-checks.h"

#include <string.h>

#include "doctor/doctor-system.h"

/* Groups of local scope (RFC 2365) and of site scope, unless the user names one. */
#define TEST_GROUP4 "239.255.67.67"
#define TEST_GROUP6 "ff15::6767"

/* Waits for the datagram. Other programs may send to the group as well. */
static gboolean
wait_for (McastRxSocket *rx, GBytes *payload, gint64 timeout_us, GError **error)
{
  while (TRUE)
    {
      g_autoptr (McastDatagram)
        datagram = mcast_rx_socket_receive_with_timeout (rx, timeout_us, NULL, error);

      if (datagram == NULL)
        return FALSE;
      if (g_bytes_equal (mcast_datagram_get_payload (datagram), payload))
        return TRUE;
    }
}

static gboolean
send_to_itself (const char *group, const char *iface, gint64 timeout_us, GError **error)
{
  g_autofree char *text = g_uuid_string_random ();
  g_autoptr (GBytes) payload = g_bytes_new (text, strlen (text));
  const char *const groups[] = { group, NULL };
  const char *const interfaces[] = { iface, NULL };
  McastTxOptions tx_options = MCAST_TX_OPTIONS_INIT;
  g_autoptr (McastRxSocket) rx = mcast_rx_socket_new (groups, 0, interfaces, error);
  g_autoptr (McastTxSocket) tx = NULL;

  if (rx == NULL)
    return FALSE;
  tx_options.ttl = 0;
  tx = mcast_tx_socket_new_with_options (groups, mcast_rx_socket_get_port (rx), interfaces,
                                         &tx_options, error);
  return tx != NULL && mcast_tx_socket_send (tx, payload, NULL, error)
         && wait_for (rx, payload, timeout_us, error);
}

static void
run_test (DoctorReport *report, McastInterface *iface, const char *group, const char *family,
          gint64 timeout_us)
{
  const char *name = mcast_interface_get_name (iface);
  g_autoptr (GError) error = NULL;

  g_debug ("%s on %s: sending to itself", group, name);
  if (!send_to_itself (group, name, timeout_us, &error))
    doctor_report_add (report, "self-test", iface,
                       g_strdup_printf ("a datagram to %s was not received: %s", group,
                                        error->message),
                       "Programs on this machine do not receive what other programs on it send.",
                       g_strdup ("see the other findings; a firewall is the usual reason"));
  doctor_report_add_test (report, iface, family, error);
}

/* Returns the address of the group, since the self-test has its own port and source. */
static char *
get_test_group (const DoctorTarget *target, GSocketFamily family)
{
  if (target->group != NULL)
    return g_inet_address_to_string (mcast_group_get_address (target->group));
  return g_strdup (family == G_SOCKET_FAMILY_IPV4 ? TEST_GROUP4 : TEST_GROUP6);
}

void
doctor_test_interfaces (const DoctorTarget *target, DoctorReport *report, gint64 timeout_us)
{
  const GSocketFamily families[] = { G_SOCKET_FAMILY_IPV4, G_SOCKET_FAMILY_IPV6 };
  static const char *const names[] = { "IPv4", "IPv6" };

  for (guint i = 0; i < target->interfaces->len; i++)
    for (guint j = 0; j < G_N_ELEMENTS (families); j++)
      {
        McastInterface *iface = target->interfaces->pdata[i];
        g_autofree char *group = get_test_group (target, families[j]);

        if (mcast_interface_is_up (iface) && doctor_target_wants (target, families[j])
            && (target->group != NULL || doctor_has_address (iface, families[j])))
          run_test (report, iface, group, names[j], timeout_us);
      }
}
