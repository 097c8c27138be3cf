/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "joined-groups.h"

#include <stdio.h>
#include <string.h>

#include "console.h"

void
joined_group_free (JoinedGroup *self)
{
  g_object_unref (self->group);
  g_free (self);
}

static char **
read_lines (const char *filename)
{
  g_autofree char *text = NULL;

  g_file_get_contents (filename, &text, NULL, NULL);
  return g_strsplit (text != NULL ? text : "", "\n", -1);
}

static void
add (GPtrArray *groups, guint index, GInetAddress *group, guint users)
{
  JoinedGroup *joined = g_new (JoinedGroup, 1);

  *joined = (JoinedGroup) { index, group, users };
  g_ptr_array_add (groups, joined);
}

/* The file has a line for each interface, "2 eth0 : 1 V3", followed by a line for each of its
 * groups. The address is a number in the byte order of the machine. */
static void
add_ipv4 (GPtrArray *groups)
{
  g_auto (GStrv) lines = read_lines ("/proc/net/igmp");
  guint index = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      guint32 address;
      guint users;

      if (sscanf (lines[i], "\t%8x %u", &address, &users) == 2 && lines[i][0] == '\t')
        add (groups, index,
             g_inet_address_new_from_bytes ((const guint8 *) &address, G_SOCKET_FAMILY_IPV4),
             users);
      else
        sscanf (lines[i], "%u", &index);
    }
}

static gboolean
parse_ipv6 (const char *digits, guint8 *bytes)
{
  if (strlen (digits) != 32)
    return FALSE;
  for (guint i = 0; i < 16; i++)
    bytes[i] = g_ascii_xdigit_value (digits[2 * i]) << 4 | g_ascii_xdigit_value (digits[2 * i + 1]);
  return TRUE;
}

static void
add_ipv6 (GPtrArray *groups)
{
  g_auto (GStrv) lines = read_lines ("/proc/net/igmp6");

  for (guint i = 0; lines[i] != NULL; i++)
    {
      guint8 bytes[16];
      char digits[33];
      guint index;
      guint users;

      if (sscanf (lines[i], "%u %*s %32s %u", &index, digits, &users) == 3
          && parse_ipv6 (digits, bytes))
        add (groups, index, g_inet_address_new_from_bytes (bytes, G_SOCKET_FAMILY_IPV6), users);
    }
}

GPtrArray *
joined_groups_list (void)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func ((GDestroyNotify) joined_group_free);

  /* Without IPv6 there is no /proc/net/igmp6. */
  if (!g_file_test ("/proc/net/igmp", G_FILE_TEST_EXISTS))
    console_warning (
      "the joined groups are unknown because /proc/net/igmp is missing; mount /proc: "
      "mount -t proc proc /proc");
  add_ipv4 (groups);
  add_ipv6 (groups);
  return groups;
}

guint
joined_groups_get_igmp_version (guint interface_index)
{
  g_auto (GStrv) lines = read_lines ("/proc/net/igmp");

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *version = strrchr (lines[i], 'V');
      guint index;

      if (lines[i][0] != '\t' && version != NULL && sscanf (lines[i], "%u", &index) == 1
          && index == interface_index && g_ascii_isdigit (version[1]))
        return version[1] - '0';
    }
  return 0;
}
