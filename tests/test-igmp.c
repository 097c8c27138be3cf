/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "os/mcast-igmp-private.h"

#include <stdio.h>
#include <string.h>

/* --- The kernel's files ------------------------------------------------------------------ */

/* The text of each file, or NULL for a file that is missing. */
static const char *igmp_text;
static const char *igmp6_text;

/* What fopen() is with 64-bit offsets. */
FILE *__wrap_fopen64 (const char *filename, const char *mode);

FILE *
__wrap_fopen64 (const char *filename, const char *mode)
{
  const char *text = g_str_has_suffix (filename, "/igmp6") ? igmp6_text : igmp_text;

  return text != NULL ? fmemopen ((gpointer) text, strlen (text), "r") : NULL;
}

/* As in net/ipv4/igmp.c; the address is a number in the byte order of the machine. */
#define HEADER "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n"
#define GROUP(users) "\t\t\t\t010000EF     " users " 0:00000000\t\t0\n"

static McastAddress
group_of (const char *text)
{
  McastAddress group;

  g_assert_true (_mcast_address_parse (text, &group));
  return group;
}

static McastAddress
swapped_group (void)
{
  McastAddress group = group_of ("239.0.0.1");
  guint32 number = 0x010000ef;

  memcpy (group.bytes, &number, sizeof number);
  return group;
}

/* --- Tests ------------------------------------------------------------------------------- */

/* The name is padded to ten characters, and the colon follows a longer one at once. */
static void
test_version (void)
{
  static const struct
  {
    const char *line;
    gboolean reports_filters;
  } cases[] = {
    { "2\teth0      :     1      V3\n", TRUE },
    { "2\teth0      :     1      V2\n", FALSE },
    { "2\teth0      :     1      V1\n", FALSE },
    { "2\tenp0s31f6i:     1      V2\n", FALSE },
    { "2\tenx001122334455:     1      V2\n", FALSE },
    { "2\tenx001122334455:     1      V3\n", TRUE },
    { "2\tV2V3V2V3V2V3V2V:     1      V2\n", FALSE },
    { "2\tcaf\xe9      :     1      V2\n", FALSE },
    { "2\teth0      : 12345      V2\n", FALSE },
    /* Another interface. */
    { "3\tenx001122334455:     1      V2\n", TRUE },
    { "", TRUE },
  };
  const McastAddress group = swapped_group ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strconcat (HEADER, cases[i].line, GROUP ("1"), NULL);

      igmp_text = text;
      g_assert_cmpint (_mcast_igmp_reports_filters (&group, 2), ==, cases[i].reports_filters);
    }
}

static void
test_users (void)
{
  const McastAddress group = swapped_group ();
  const McastAddress other = group_of ("239.0.0.9");

  igmp_text = HEADER
    "2\tenx001122334455:     1      V2\n" GROUP ("3") "3\teth1      :     1      V3\n" GROUP ("1");
  g_assert_cmpuint (_mcast_igmp_count_users (&group, 2), ==, 3);
  g_assert_cmpuint (_mcast_igmp_count_users (&group, 3), ==, 1);
  g_assert_cmpuint (_mcast_igmp_count_users (&group, 4), ==, 0);
  g_assert_cmpuint (_mcast_igmp_count_users (&other, 2), ==, 0);
}

static void
test_users_ipv6 (void)
{
  const McastAddress group = group_of ("ff15::7");

  igmp6_text = "2    enx001122334455 ff150000000000000000000000000007     2 0000000C 0\n"
               "3    eth1            ff150000000000000000000000000007     1 0000000C 0\n";
  g_assert_cmpuint (_mcast_igmp_count_users (&group, 2), ==, 2);
  g_assert_cmpuint (_mcast_igmp_count_users (&group, 3), ==, 1);
  g_assert_cmpuint (_mcast_igmp_count_users (&group, 4), ==, 0);
}

/* A container may have no /proc. */
static void
test_no_files (void)
{
  const McastAddress group = group_of ("239.0.0.1");
  const McastAddress group6 = group_of ("ff15::7");

  igmp_text = igmp6_text = NULL;
  g_assert_cmpuint (_mcast_igmp_count_users (&group, 2), ==, 0);
  g_assert_cmpuint (_mcast_igmp_count_users (&group6, 2), ==, 0);
  g_assert_true (_mcast_igmp_reports_filters (&group, 2));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/igmp/version", test_version);
  g_test_add_func ("/igmp/users", test_users);
  g_test_add_func ("/igmp/users/ipv6", test_users_ipv6);
  g_test_add_func ("/igmp/no-files", test_no_files);

  return g_test_run ();
}
