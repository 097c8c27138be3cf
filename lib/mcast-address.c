/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-address-private.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static gsize
family_size (int family)
{
  switch (family)
    {
    case AF_INET:
      return 4;
    case AF_INET6:
      return 16;
    default:
      return 0;
    }
}

/* Takes an address in network order. Returns FALSE and sets @address to none when the length is not
 * that of the family. */
gboolean
_mcast_address_from_bytes (int family, gconstpointer bytes, gsize length, McastAddress *address)
{
  gsize size = family_size (family);

  *address = (McastAddress) { .family = AF_UNSPEC };
  if (size == 0 || length != size)
    return FALSE;

  address->family = family;
  memcpy (address->bytes, bytes, size);
  return TRUE;
}

/* Parses an address without a scope. Returns FALSE and sets @address to none for any other text. */
gboolean
_mcast_address_parse (const char *text, McastAddress *address)
{
  static const int families[] = { AF_INET, AF_INET6 };

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      guint8 bytes[16];

      if (inet_pton (families[i], text, bytes) == 1)
        return _mcast_address_from_bytes (families[i], bytes, family_size (families[i]), address);
    }

  *address = (McastAddress) { .family = AF_UNSPEC };
  return FALSE;
}

/* Parses an address with an optional zone (RFC 4007), which only a link-local one can have: @zone
 * is the name or index of an interface, or NULL. */
gboolean
_mcast_address_parse_zoned (const char *text, McastAddress *address, char **zone)
{
  const char *percent = strchr (text, '%');
  g_autofree char *bare = percent != NULL ? g_strndup (text, (gsize) (percent - text))
                                          : g_strdup (text);

  *zone = NULL;
  if (!_mcast_address_parse (bare, address))
    return FALSE;
  if (percent == NULL)
    return TRUE;
  if (percent[1] == '\0' || address->family != AF_INET6 || !_mcast_address_is_link_local (address))
    return FALSE;
  *zone = g_strdup (percent + 1);
  return TRUE;
}

static gboolean
from_sockaddr_in (const struct sockaddr *sockaddr, gsize length, McastAddress *address,
                  guint16 *port)
{
  struct sockaddr_in in;

  if (length < sizeof in)
    return FALSE;
  memcpy (&in, sockaddr, sizeof in);

  if (port != NULL)
    *port = g_ntohs (in.sin_port);
  return _mcast_address_from_bytes (AF_INET, &in.sin_addr, sizeof in.sin_addr, address);
}

static gboolean
from_sockaddr_in6 (const struct sockaddr *sockaddr, gsize length, McastAddress *address,
                   guint16 *port)
{
  struct sockaddr_in6 in6;

  if (length < sizeof in6)
    return FALSE;
  memcpy (&in6, sockaddr, sizeof in6);

  if (port != NULL)
    *port = g_ntohs (in6.sin6_port);
  _mcast_address_from_bytes (AF_INET6, &in6.sin6_addr, sizeof in6.sin6_addr, address);
  address->scope_id = in6.sin6_scope_id;
  return TRUE;
}

/* Takes the address and, unless @port is NULL, the port of @sockaddr, which need not be aligned.
 * Returns FALSE and sets @address to none for another family or when it is too short. */
gboolean
_mcast_address_from_sockaddr (const struct sockaddr *sockaddr, gsize length, McastAddress *address,
                              guint16 *port)
{
  gsize family_offset = G_STRUCT_OFFSET (struct sockaddr, sa_family);
  sa_family_t family;

  *address = (McastAddress) { .family = AF_UNSPEC };
  if (port != NULL)
    *port = 0;
  if (sockaddr == NULL || length < family_offset + sizeof family)
    return FALSE;

  memcpy (&family, (const guint8 *) sockaddr + family_offset, sizeof family);
  if (family == AF_INET)
    return from_sockaddr_in (sockaddr, length, address, port);
  if (family == AF_INET6)
    return from_sockaddr_in6 (sockaddr, length, address, port);
  return FALSE;
}

/* Returns the address as text, with a numeric scope after a %; "none" for none. */
char *
_mcast_address_to_string (const McastAddress *address)
{
  char text[INET6_ADDRSTRLEN];

  if (inet_ntop (address->family, address->bytes, text, sizeof text) == NULL)
    return g_strdup ("none");
  if (address->scope_id == 0)
    return g_strdup (text);
  return g_strdup_printf ("%s%%%u", text, address->scope_id);
}

static socklen_t
to_sockaddr_in (const McastAddress *address, guint16 port, struct sockaddr_storage *storage)
{
  struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = g_htons (port) };

  memcpy (&in.sin_addr, address->bytes, sizeof in.sin_addr);
  memcpy (storage, &in, sizeof in);
  return sizeof in;
}

static socklen_t
to_sockaddr_in6 (const McastAddress *address, guint16 port, guint32 scope_id,
                 struct sockaddr_storage *storage)
{
  struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = g_htons (port) };

  memcpy (&in6.sin6_addr, address->bytes, sizeof in6.sin6_addr);
  in6.sin6_scope_id = scope_id != 0 ? scope_id : address->scope_id;
  memcpy (storage, &in6, sizeof in6);
  return sizeof in6;
}

/* Returns the size that was written to @storage, 0 for none. A @scope_id of 0 stands for the scope
 * of the address. */
socklen_t
_mcast_address_to_sockaddr (const McastAddress *address, guint16 port, guint32 scope_id,
                            struct sockaddr_storage *storage)
{
  memset (storage, 0, sizeof *storage);
  if (address->family == AF_INET)
    return to_sockaddr_in (address, port, storage);
  if (address->family == AF_INET6)
    return to_sockaddr_in6 (address, port, scope_id, storage);
  return 0;
}

McastAddress
_mcast_address_from_gio (GInetAddress *gio_address)
{
  McastAddress address;

  _mcast_address_from_bytes ((int) g_inet_address_get_family (gio_address),
                             g_inet_address_to_bytes (gio_address),
                             g_inet_address_get_native_size (gio_address), &address);
  return address;
}

/* Returns the address without its scope; NULL for none. */
GInetAddress *
_mcast_address_to_gio (const McastAddress *address)
{
  if (family_size (address->family) == 0)
    return NULL;
  return g_inet_address_new_from_bytes (address->bytes, (GSocketFamily) address->family);
}

/* The type is that of GEqualFunc. The scope counts. */
gboolean
_mcast_address_equal (gconstpointer a, gconstpointer b)
{
  const McastAddress *left = a;
  const McastAddress *right = b;

  if (left->family != right->family || left->scope_id != right->scope_id)
    return FALSE;
  if (left->family == AF_INET)
    return memcmp (left->bytes, right->bytes, 4) == 0;
  return memcmp (left->bytes, right->bytes, sizeof left->bytes) == 0;
}

/* The type is that of GHashFunc. */
guint
_mcast_address_hash (gconstpointer address)
{
  const McastAddress *self = address;
  gsize size = family_size (self->family);
  guint hash = 5381 + self->scope_id;

  for (gsize i = 0; i < size; i++)
    hash = hash * 33 + self->bytes[i];
  return hash;
}

/* Orders by family, bytes and scope. The type is that of GCompareFunc. */
int
_mcast_address_compare (gconstpointer a, gconstpointer b)
{
  const McastAddress *first = a;
  const McastAddress *second = b;
  int order;

  if (first->family != second->family)
    return first->family < second->family ? -1 : 1;

  order = memcmp (first->bytes, second->bytes, family_size (first->family));
  if (order != 0)
    return order;
  return (first->scope_id > second->scope_id) - (first->scope_id < second->scope_id);
}

gboolean
_mcast_address_is_multicast (const McastAddress *address)
{
  if (address->family == AF_INET)
    return (address->bytes[0] & 0xf0) == 0xe0;
  return address->family == AF_INET6 && address->bytes[0] == 0xff;
}

gboolean
_mcast_address_is_any (const McastAddress *address)
{
  static const guint8 zero[16];
  gsize size = family_size (address->family);

  return size > 0 && memcmp (address->bytes, zero, size) == 0;
}

gboolean
_mcast_address_is_link_local (const McastAddress *address)
{
  const guint8 *bytes = address->bytes;

  if (address->family == AF_INET)
    return bytes[0] == 169 && bytes[1] == 254;
  return address->family == AF_INET6 && bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}

/* The kernel refuses to bind() to these groups unless the interface is given (RFC 4291, 2.7). */
gboolean
_mcast_address_needs_scope (const McastAddress *address)
{
  guint8 scope = address->bytes[1] & 0x0f;

  return address->family == AF_INET6 && address->bytes[0] == 0xff && (scope == 1 || scope == 2);
}
