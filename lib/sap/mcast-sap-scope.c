/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "sap/mcast-sap-scope-private.h"

#define GLOBAL "224.2.127.254"
#define LINK_LOCAL "224.0.0.255"
#define ORGANIZATION_LOCAL "239.195.255.255"
#define SITE_LOCAL "239.255.255.255"

/* The scope is the second half of the second byte of an IPv6 group. */
#define IPV6_SCOPE_MASK 0x0f
#define IPV6_ANY_SCOPE "ff00::2:7ffe"

/* Lists the groups in which sessions are announced, RFC 2974 section 3: that of each scope of IPv4
 * (RFC 2365, RFC 5771), and of the scopes of IPv6 that are in use: link, site, organization,
 * global. */
const char *const *
_mcast_sap_scope_list_groups (GSocketFamily family)
{
  static const char *const ipv4[] = { GLOBAL, SITE_LOCAL, ORGANIZATION_LOCAL, LINK_LOCAL, NULL };
  static const char *const ipv6[] = {
    "ff02::2:7ffe", "ff05::2:7ffe", "ff08::2:7ffe", "ff0e::2:7ffe", NULL,
  };

  return family == G_SOCKET_FAMILY_IPV6 ? ipv6 : ipv4;
}

static const char *
find_ipv4 (const guint8 *session)
{
  if (session[0] == 224 && session[1] == 0 && session[2] == 0)
    return LINK_LOCAL;
  if (session[0] != 239)
    return GLOBAL;
  /* Devices announce all other groups of 239.0.0.0/8 as AES67 devices do. */
  return (session[1] & 0xfc) == 192 ? ORGANIZATION_LOCAL : SITE_LOCAL;
}

/* Finds the group in which to announce a session that is sent to the group @session. */
void
_mcast_sap_scope_find_group (const McastAddress *session, McastAddress *group)
{
  if (session->family == AF_INET6)
    {
      _mcast_address_parse (IPV6_ANY_SCOPE, group);
      group->bytes[1] |= session->bytes[1] & IPV6_SCOPE_MASK;
    }
  else
    _mcast_address_parse (find_ipv4 (session->bytes), group);
}
