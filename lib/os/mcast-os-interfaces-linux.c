/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "os/mcast-os-interfaces-private.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "os/mcast-os-error-private.h"

/* Lists the interfaces without netlink, which a sandbox may forbid. */

#define MAX_REQUESTS 4096
/* From linux/if_addr.h and linux/rtnetlink.h. */
#define FLAG_TENTATIVE 0x40
#define FLAG_DAD_FAILED 0x08
#define SCOPE_GLOBAL 0x00

typedef struct
{
  const McastNetlinkHandler *handler;
  gpointer user_data;
  int fd;
  /* The indexes of the interfaces that were passed on. */
  GHashTable *seen;
} Lister;

static gboolean
request (const Lister *self, struct ifreq *req, const char *name, unsigned long code)
{
  memset (req, 0, sizeof *req);
  g_strlcpy (req->ifr_name, name, sizeof req->ifr_name);
  return ioctl (self->fd, code, req) == 0;
}

static McastLinkFlags
translate_flags (int native)
{
  return ((native & IFF_UP) != 0 ? MCAST_LINK_UP : 0)
         | ((native & IFF_RUNNING) != 0 ? MCAST_LINK_RUNNING : 0)
         | ((native & IFF_LOOPBACK) != 0 ? MCAST_LINK_LOOPBACK : 0)
         | ((native & IFF_MULTICAST) != 0 ? MCAST_LINK_MULTICAST : 0)
         | ((native & IFF_POINTOPOINT) != 0 ? MCAST_LINK_POINT_TO_POINT : 0);
}

/* Passes on an interface with the values that can be asked for. Returns its index, or 0. */
static guint
add_link (Lister *self, const char *name)
{
  McastNetlinkLink link = { .name = name };
  struct ifreq req;

  if (!request (self, &req, name, SIOCGIFINDEX))
    return 0;
  link.index = (guint) req.ifr_ifindex;
  if (!g_hash_table_add (self->seen, GUINT_TO_POINTER (link.index)))
    return link.index;
  if (request (self, &req, name, SIOCGIFFLAGS))
    link.flags = translate_flags (req.ifr_flags);
  if (request (self, &req, name, SIOCGIFMTU))
    link.mtu = (guint) req.ifr_mtu;
  self->handler->link (&link, self->user_data);
  return link.index;
}

static guint
read_prefix_length (const Lister *self, const char *name)
{
  struct ifreq req;
  McastAddress mask;
  guint16 port;
  guint length = 0;

  if (!request (self, &req, name, SIOCGIFNETMASK)
      || !_mcast_address_from_sockaddr (&req.ifr_netmask, sizeof req.ifr_netmask, &mask, &port))
    return 32;
  while (length < 32 && (mask.bytes[length / 8] & 0x80 >> length % 8) != 0)
    length++;
  return length;
}

/* A name such as "eth0:1" is the label of an address. */
static void
add_ipv4 (Lister *self, const struct ifreq *req)
{
  g_autofree char *name = g_strndup (req->ifr_name, strcspn (req->ifr_name, ":"));
  McastNetlinkAddress address = { .index = add_link (self, name), .label = req->ifr_name };
  guint16 port;

  if (address.index == 0
      || !_mcast_address_from_sockaddr (&req->ifr_addr, sizeof req->ifr_addr, &address.address,
                                        &port))
    return;
  address.prefix_length = read_prefix_length (self, req->ifr_name);
  address.limited_scope = address.address.bytes[0] == 127
                          || (address.address.bytes[0] == 169 && address.address.bytes[1] == 254);
  self->handler->address (&address, self->user_data);
}

/* A line is "fe80000000000000000000fffe000001 02 40 20 80       eth0". */
static void
add_ipv6 (Lister *self, const char *line)
{
  char digits[33];
  char name[IF_NAMESIZE];
  guint scope;
  guint flags;
  guint8 bytes[16];
  McastNetlinkAddress address = { 0 };

  if (sscanf (line, "%32[0-9a-f] %*x %x %x %x %15s", digits, &address.prefix_length, &scope, &flags,
              name)
        != 5
      || strlen (digits) != 32)
    return;
  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) (g_ascii_xdigit_value (digits[2 * i]) << 4
                         | g_ascii_xdigit_value (digits[2 * i + 1]));
  address.index = add_link (self, name);
  if (address.index == 0
      || !_mcast_address_from_bytes (AF_INET6, bytes, sizeof bytes, &address.address))
    return;
  address.tentative = (flags & (FLAG_TENTATIVE | FLAG_DAD_FAILED)) != 0;
  address.limited_scope = scope != SCOPE_GLOBAL;
  self->handler->address (&address, self->user_data);
}

static gboolean
list_ipv4 (Lister *self)
{
  g_autofree struct ifreq *requests = g_new0 (struct ifreq, MAX_REQUESTS);
  struct ifconf conf = { .ifc_len = MAX_REQUESTS * (int) sizeof *requests, .ifc_req = requests };

  if (ioctl (self->fd, SIOCGIFCONF, &conf) < 0)
    return FALSE;
  for (guint i = 0; i < conf.ifc_len / sizeof *requests; i++)
    add_ipv4 (self, &requests[i]);
  return TRUE;
}

static void
list_ipv6 (Lister *self)
{
  FILE *file = fopen ("/proc/thread-self/net/if_inet6", "re");
  char line[256];

  while (file != NULL && fgets (line, sizeof line, file) != NULL)
    add_ipv6 (self, line);
  if (file != NULL)
    fclose (file);
}

/* Passes all interfaces that have an address, and their addresses, to @handler. */
gboolean
_mcast_os_interfaces_dump (const McastNetlinkHandler *handler, gpointer user_data, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  Lister self = { handler, user_data, socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), seen };
  gboolean listed = self.fd >= 0;

  if (listed)
    {
      handler->begin (user_data);
      listed = list_ipv4 (&self);
    }
  if (!listed)
    _mcast_os_set_error (error, errno, "Could not list the network interfaces");
  else
    list_ipv6 (&self);
  if (self.fd >= 0)
    close (self.fd);
  return listed;
}

typedef struct
{
  const McastAddress *address;
  guint index;
} Search;

static void
ignore_begin (gpointer user_data)
{
}

static void
ignore_link (const McastNetlinkLink *link, gpointer user_data)
{
}

static void
compare_address (const McastNetlinkAddress *address, gpointer user_data)
{
  Search *search = user_data;

  if (_mcast_address_equal (&address->address, search->address))
    search->index = address->index;
}

/* Returns the index of the interface that has the address, or 0. */
guint
_mcast_os_interfaces_find (const McastAddress *address)
{
  static const McastNetlinkHandler handler = { ignore_begin, ignore_link, compare_address, NULL };
  Search search = { address, 0 };

  _mcast_os_interfaces_dump (&handler, &search, NULL);
  return search.index;
}
