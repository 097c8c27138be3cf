/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "doctor/doctor-checks.h"

#include <string.h>

#include "doctor/doctor-system.h"

/* A bridge that snoops forwards a group only to ports with a membership report. Hosts repeat their
 * reports only if the bridge, or another device, is a querier. */

/* Returns the bridge that the interface is, or is a port of, or NULL. */
static char *
find_bridge (McastInterface *iface)
{
  const char *name = mcast_interface_get_name (iface);
  g_autofree char *own = g_strdup_printf ("/sys/class/net/%s/bridge", name);
  g_autofree char *master = g_strdup_printf ("/sys/class/net/%s/brport/bridge", name);
  g_autofree char *target = NULL;

  if (g_file_test (own, G_FILE_TEST_IS_DIR))
    return g_strdup (name);
  target = g_file_read_link (master, NULL);
  return target != NULL ? g_path_get_basename (target) : NULL;
}

/* Returns the memberships and routers that the bridge knows, which sysfs does not have, or NULL. */
static char *
read_database (DoctorReport *report, const char *bridge)
{
  const char *argv[] = { "bridge", "-details", "mdb", "show", "dev", bridge, NULL };
  g_autoptr (GError) error = NULL;
  char *text = doctor_run (argv, &error);

  if (text == NULL)
    doctor_report_add_note (report,
                            g_strdup_printf ("whether bridge %s has seen a querier is unknown: %s",
                                             bridge, error->message));
  return text;
}

static void
check_bridge (DoctorReport *report, McastInterface *iface, const char *bridge)
{
  g_autofree char *snooping = doctor_read_sysfs (bridge, "bridge/multicast_snooping");
  g_autofree char *querier = doctor_read_sysfs (bridge, "bridge/multicast_querier");
  g_autofree char *database = NULL;

  if (g_strcmp0 (snooping, "1") != 0 || g_strcmp0 (querier, "1") == 0)
    return;
  database = read_database (report, bridge);
  /* A port on which a querier was seen is a router port for as long. */
  if (database == NULL || strstr (database, "router ports on ") != NULL)
    return;
  doctor_report_add (
    report, "bridge-querier", iface,
    g_strdup_printf ("bridge %s snoops memberships, but the network has no querier", bridge),
    "The bridge forgets a membership after some minutes and then does not forward the group.",
    g_strdup_printf ("ip link set %s type bridge mcast_querier 1", bridge));
}

/* Returns whether /sys has the interface: it may show another network namespace. */
static gboolean
is_in_sysfs (McastInterface *iface)
{
  g_autofree char *index = doctor_read_sysfs (mcast_interface_get_name (iface), "ifindex");

  return index != NULL && g_ascii_strtoull (index, NULL, 10) == mcast_interface_get_index (iface);
}

void
doctor_check_bridges (const DoctorTarget *target, DoctorReport *report)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < target->interfaces->len; i++)
    if (!is_in_sysfs (target->interfaces->pdata[i]))
      {
        doctor_report_add_note (
          report, g_strdup ("whether a bridge forgets groups is unknown because /sys shows another "
                            "network namespace; mount it in this one: mount -t sysfs sysfs /sys"));
        return;
      }

  for (guint i = 0; i < target->interfaces->len; i++)
    {
      char *bridge = find_bridge (target->interfaces->pdata[i]);

      if (bridge != NULL && g_hash_table_add (seen, bridge))
        check_bridge (report, target->interfaces->pdata[i], bridge);
    }
}
