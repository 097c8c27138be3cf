/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "doctor/doctor-checks.h"

#include <string.h>

#include "doctor/doctor-system.h"

/* A bridge that snoops sends a group only to where a report came from, and asks for reports only
 * when it, or somebody, is a querier. */

/* The bridge that the interface is, or is a port of; NULL when it is neither. */
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

/* What the bridge has heard; sysfs has nothing of it. NULL when unknown. */
static char *
read_database (DoctorReport *report, const char *bridge)
{
  const char *argv[] = { "bridge", "-details", "mdb", "show", "dev", bridge, NULL };
  g_autoptr (GError) error = NULL;
  char *text = doctor_run (argv, &error);

  if (text == NULL)
    doctor_report_add_note (
      report, g_strdup_printf ("whether bridge %s has heard a querier is not known: %s", bridge,
                               error->message));
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
  /* A port where a querier was heard is one of a router, too, and as long. */
  if (database == NULL || strstr (database, "router ports on ") != NULL)
    return;
  doctor_report_add (report, "bridge-querier", iface,
                     g_strdup_printf ("bridge %s snoops on memberships, and nobody asks for them",
                                      bridge),
                     "It forgets a group some minutes after it was joined, and sends it to nobody "
                     "from then on.",
                     g_strdup_printf ("ip link set %s type bridge mcast_querier 1", bridge));
}

/* Who enters a network namespace, and not its /sys, sees the interfaces of another. */
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
        doctor_report_add_note (report,
                                g_strdup (
                                  "whether a bridge forgets groups is not known: /sys is of "
                                  "another network namespace; in this one mount it anew with "
                                  "mount -t sysfs sysfs /sys"));
        return;
      }

  for (guint i = 0; i < target->interfaces->len; i++)
    {
      char *bridge = find_bridge (target->interfaces->pdata[i]);

      if (bridge != NULL && g_hash_table_add (seen, bridge))
        check_bridge (report, target->interfaces->pdata[i], bridge);
    }
}
