/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

/* What announcing and listening read in a session description (SDP, RFC 8866), and no more: the
 * name, who created the session, and the group that it is sent to. */

#include "sap/mcast-sap-sdp-private.h"

#include <string.h>

/* The fields of the line "o=". */
enum
{
  ORIGIN_USER,
  ORIGIN_ID,
  ORIGIN_VERSION,
  ORIGIN_NET_TYPE,
  ORIGIN_ADDRESS_TYPE,
  ORIGIN_ADDRESS,
  N_ORIGIN_FIELDS,
};

/* Finds the next line of a type, such as 'o', after @line, which is NULL for the first one. */
static const char *
next_line (const char *sdp, const char *line, char type)
{
  if (line == NULL)
    line = sdp;
  else
    line += strcspn (line, "\n");
  while (*line != '\0')
    {
      while (*line == '\n')
        line++;
      if (line[0] == type && line[1] == '=')
        return line;
      line += strcspn (line, "\n");
    }
  return NULL;
}

static char *
dup_value (const char *line)
{
  return g_strchomp (g_strndup (line + 2, strcspn (line + 2, "\r\n")));
}

static char *
dup_first (const char *sdp, char type)
{
  const char *line = next_line (sdp, NULL, type);

  return line != NULL ? dup_value (line) : NULL;
}

/* Splits the line "o=". Returns NULL unless it has all fields. */
static char **
split_origin (const char *sdp)
{
  g_autofree char *value = dup_first (sdp, 'o');
  g_auto (GStrv) fields = value != NULL ? g_strsplit (value, " ", N_ORIGIN_FIELDS + 1) : NULL;

  if (fields == NULL || g_strv_length (fields) != N_ORIGIN_FIELDS)
    return NULL;
  return g_steal_pointer (&fields);
}

/* Gets the name of the session. A session without one is named "-" or " ": NULL. */
char *
_mcast_sap_sdp_dup_name (const char *sdp)
{
  g_autofree char *name = dup_first (sdp, 's');

  if (name == NULL)
    return NULL;
  g_strchug (name);
  if (*name == '\0' || g_str_equal (name, "-"))
    return NULL;
  return g_steal_pointer (&name);
}

/* Gets the fields of "o=" that are equal in all versions of a session, or NULL. */
char *
_mcast_sap_sdp_dup_identity (const char *sdp)
{
  g_auto (GStrv) fields = split_origin (sdp);

  if (fields == NULL)
    return NULL;
  return g_strjoin (" ", fields[ORIGIN_USER], fields[ORIGIN_ID], fields[ORIGIN_NET_TYPE],
                    fields[ORIGIN_ADDRESS_TYPE], fields[ORIGIN_ADDRESS], NULL);
}

/* Gets the line "o=", which must be there. */
char *
_mcast_sap_sdp_dup_origin_line (const char *sdp)
{
  g_autofree char *value = dup_first (sdp, 'o');

  return g_strconcat ("o=", value, "\r\n", NULL);
}

/* Finds the address of the host that created the session, if "o=" has it as a number. */
gboolean
_mcast_sap_sdp_find_origin (const char *sdp, McastAddress *address)
{
  g_auto (GStrv) fields = split_origin (sdp);

  return fields != NULL && _mcast_address_parse (fields[ORIGIN_ADDRESS], address);
}

/* Parses "IN IP4 239.1.2.3/32/2": after the address may come a TTL and a number of groups. */
static gboolean
parse_connection (const char *line, McastAddress *group)
{
  g_autofree char *value = dup_value (line);
  g_auto (GStrv) fields = g_strsplit (value, " ", 4);

  if (g_strv_length (fields) != 3)
    return FALSE;
  fields[2][strcspn (fields[2], "/")] = '\0';
  return _mcast_address_parse (fields[2], group) && _mcast_address_is_multicast (group);
}

/* Finds the first multicast group of a line "c=", of the session or of a medium. */
gboolean
_mcast_sap_sdp_find_group (const char *sdp, McastAddress *group)
{
  for (const char *line = next_line (sdp, NULL, 'c'); line != NULL;
       line = next_line (sdp, line, 'c'))
    if (parse_connection (line, group))
      return TRUE;
  return FALSE;
}
