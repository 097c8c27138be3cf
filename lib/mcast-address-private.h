/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <sys/socket.h>

G_BEGIN_DECLS

/* An IPv4 or IPv6 address as a plain value: copied by assignment, compared without allocation.
 * All zero bytes (AF_UNSPEC) is "none". The bytes are in network order, the first 4 of them for
 * IPv4. The scope is an interface index, 0 for none, and always 0 for IPv4. */
typedef struct
{
  int family;
  guint32 scope_id;
  guint8 bytes[16];
} McastAddress;

gboolean _mcast_address_parse (const char *text, McastAddress *address);
gboolean _mcast_address_parse_zoned (const char *text, McastAddress *address, char **zone);
gboolean _mcast_address_from_bytes (int family, gconstpointer bytes, gsize length,
                                    McastAddress *address);
gboolean _mcast_address_from_sockaddr (const struct sockaddr *sockaddr, gsize length,
                                       McastAddress *address, guint16 *port);

char *_mcast_address_to_string (const McastAddress *address);
socklen_t _mcast_address_to_sockaddr (const McastAddress *address, guint16 port, guint32 scope_id,
                                      struct sockaddr_storage *storage);
McastAddress _mcast_address_from_gio (GInetAddress *gio_address);
GInetAddress *_mcast_address_to_gio (const McastAddress *address);

gboolean _mcast_address_equal (gconstpointer a, gconstpointer b);
guint _mcast_address_hash (gconstpointer address);
int _mcast_address_compare (gconstpointer a, gconstpointer b);

gboolean _mcast_address_is_multicast (const McastAddress *address);
gboolean _mcast_address_is_any (const McastAddress *address);
gboolean _mcast_address_is_link_local (const McastAddress *address);
gboolean _mcast_address_needs_scope (const McastAddress *address);

G_END_DECLS
