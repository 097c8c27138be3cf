/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "memberships.h"

#include <stdio.h>
#include <string.h>

void
membership_free (Membership *self)
{
  g_object_unref (self->group);
  g_free (self);
}

static char **
read_lines (const char *path)
{
  g_autofree char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return g_strsplit (text != NULL ? text : "", "\n", -1);
}

static void
add (GPtrArray *memberships, guint index, GInetAddress *group, guint users)
{
  Membership *membership = g_new (Membership, 1);

  *membership = (Membership) { index, group, users };
  g_ptr_array_add (memberships, membership);
}

/* A line for each interface, "2 eth0 : 1 V3", and below it one for each group, with the address as
 * the number that it is in this machine's memory. */
static void
add_ipv4 (GPtrArray *memberships)
{
  g_auto (GStrv) lines = read_lines ("/proc/net/igmp");
  guint index = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      guint32 address;
      guint users;

      if (sscanf (lines[i], "\t%8x %u", &address, &users) == 2 && lines[i][0] == '\t')
        add (memberships, index,
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
add_ipv6 (GPtrArray *memberships)
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
        add (memberships, index, g_inet_address_new_from_bytes (bytes, G_SOCKET_FAMILY_IPV6),
             users);
    }
}

GPtrArray *
memberships_list (void)
{
  GPtrArray *memberships = g_ptr_array_new_with_free_func ((GDestroyNotify) membership_free);

  add_ipv4 (memberships);
  add_ipv6 (memberships);
  return memberships;
}

guint
memberships_get_igmp_version (guint interface_index)
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
