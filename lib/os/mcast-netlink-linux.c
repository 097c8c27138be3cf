/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "os/mcast-netlink-private.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "mcast-log-private.h"
#include "os/mcast-netlink-attribute-private.h"
#include "os/mcast-netlink-client-private.h"
#include "os/mcast-os-error-private.h"
#include "os/mcast-os-interfaces-private.h"

/* More than any event takes. */
#define BLOCK_SIZE (32 * 1024)
/* For a storm of link changes: an overrun costs a resynchronization. */
#define EVENT_BUFFER_SIZE (1024 * 1024)
/* Missing beside RTMGRP_IPV4_RULE. */
#define RTMGRP_IPV6_RULE (1u << (RTNLGRP_IPV6_RULE - 1))
/* A dump is incomplete when the table changes meanwhile. */
#define DUMP_TRIES 20
/* More events than the buffer of the socket holds. */
#define MAX_DISCARDED 100000

struct _McastNetlink
{
  struct mnl_socket *socket;
  guint8 *block;
};

typedef struct
{
  const McastNetlinkHandler *handler;
  gpointer user_data;
} HandlerCall;

static McastLinkFlags
link_flags (unsigned native)
{
  McastLinkFlags flags = 0;

  if (native & IFF_UP)
    flags |= MCAST_LINK_UP;
  if (native & IFF_RUNNING)
    flags |= MCAST_LINK_RUNNING;
  if (native & IFF_LOOPBACK)
    flags |= MCAST_LINK_LOOPBACK;
  if (native & IFF_MULTICAST)
    flags |= MCAST_LINK_MULTICAST;
  if (native & IFF_POINTOPOINT)
    flags |= MCAST_LINK_POINT_TO_POINT;
  return flags;
}

static const char *
read_text (const struct nlattr *attribute)
{
  return attribute != NULL && mnl_attr_validate (attribute, MNL_TYPE_NUL_STRING) >= 0
           ? mnl_attr_get_str (attribute)
           : NULL;
}

static void
parse_kinds (const struct nlattr *info, McastNetlinkLink *link)
{
  const struct nlattr *attribute;

  if (info == NULL)
    return;
  mnl_attr_for_each_nested (attribute, info)
  {
    if (mnl_attr_get_type (attribute) == IFLA_INFO_KIND)
      link->kind = read_text (attribute);
    else if (mnl_attr_get_type (attribute) == IFLA_INFO_SLAVE_KIND)
      link->master_kind = read_text (attribute);
  }
}

/* Returns the alternative names as a NULL-terminated array of pointers into the message. */
static GPtrArray *
parse_alt_names (const struct nlattr *list)
{
  GPtrArray *names = g_ptr_array_new ();
  const struct nlattr *attribute;

  if (list != NULL)
    {
      mnl_attr_for_each_nested (attribute, list)
      {
        if (mnl_attr_get_type (attribute) == IFLA_ALT_IFNAME && read_text (attribute) != NULL)
          g_ptr_array_add (names, (gpointer) read_text (attribute));
      }
    }
  g_ptr_array_add (names, NULL);
  return names;
}

static void
parse_link (const struct nlmsghdr *header, const HandlerCall *call)
{
  const struct nlattr *attributes[IFLA_MAX + 1] = { NULL };
  const struct ifinfomsg *info = mnl_nlmsg_get_payload (header);
  g_autoptr (GPtrArray) alt_names = NULL;
  McastNetlinkLink link = { 0 };

  /* A bridge reports its ports as messages of family AF_BRIDGE: a port that leaves the bridge is a
   * RTM_DELLINK there, although the interface still exists. */
  if (!_mcast_netlink_collect_attributes (header, sizeof *info, attributes,
                                          G_N_ELEMENTS (attributes))
      || info->ifi_family != AF_UNSPEC || info->ifi_index <= 0)
    return;
  link.name = read_text (attributes[IFLA_IFNAME]);
  if (link.name == NULL)
    return;

  link.index = info->ifi_index;
  link.removed = header->nlmsg_type == RTM_DELLINK;
  link.flags = link_flags (info->ifi_flags);
  link.partial = !_mcast_netlink_read_u32 (attributes[IFLA_MTU], &link.mtu);
  _mcast_netlink_read_u32 (attributes[IFLA_CARRIER_UP_COUNT], &link.carrier_ups);
  if (attributes[IFLA_ADDRESS] != NULL)
    {
      link.hardware_address = mnl_attr_get_payload (attributes[IFLA_ADDRESS]);
      link.hardware_address_length = mnl_attr_get_payload_len (attributes[IFLA_ADDRESS]);
    }
  _mcast_netlink_read_u32 (attributes[IFLA_MASTER], &link.master);
  parse_kinds (attributes[IFLA_LINKINFO], &link);
  alt_names = parse_alt_names (attributes[IFLA_PROP_LIST]);
  link.alt_names = (const char *const *) alt_names->pdata;
  call->handler->link (&link, call->user_data);
}

static void
parse_address (const struct nlmsghdr *header, const HandlerCall *call)
{
  const struct nlattr *attributes[IFA_MAX + 1] = { NULL };
  const struct ifaddrmsg *info = mnl_nlmsg_get_payload (header);
  McastNetlinkAddress address = { 0 };
  guint32 flags;

  if (!_mcast_netlink_collect_attributes (header, sizeof *info, attributes,
                                          G_N_ELEMENTS (attributes))
      || (info->ifa_family != AF_INET && info->ifa_family != AF_INET6))
    return;
  /* On a point-to-point link IFA_ADDRESS is the other end's. */
  if (!_mcast_netlink_read_address (attributes[IFA_LOCAL], info->ifa_family, &address.address)
      && !_mcast_netlink_read_address (attributes[IFA_ADDRESS], info->ifa_family, &address.address))
    return;

  address.index = info->ifa_index;
  address.removed = header->nlmsg_type == RTM_DELADDR;
  address.prefix_length = info->ifa_prefixlen;
  if (!_mcast_netlink_read_u32 (attributes[IFA_FLAGS], &flags))
    flags = info->ifa_flags;
  address.tentative = (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) != 0
                      && (flags & IFA_F_OPTIMISTIC) == 0;
  address.limited_scope = info->ifa_scope != RT_SCOPE_UNIVERSE;
  address.label = read_text (attributes[IFA_LABEL]);
  call->handler->address (&address, call->user_data);
}

typedef struct
{
  McastAddress address;
  guint length;
} Network;

/* Checks whether one of the networks contains the other. */
static gboolean
overlap (const Network *a, const Network *b)
{
  guint common = MIN (a->length, b->length);
  guint rest = common % 8;

  return a->address.family == b->address.family
         && memcmp (a->address.bytes, b->address.bytes, common / 8) == 0
         && (rest == 0
             || (a->address.bytes[common / 8] ^ b->address.bytes[common / 8]) >> (8 - rest) == 0);
}

/* Checks whether a route to the network can decide where multicast leaves: one to groups, or for
 * IPv6 to the host that is asked for in their place. */
static gboolean
concerns_multicast (const Network *network)
{
  static const Network concerned[] = {
    { { .family = AF_INET, .bytes = { 224 } }, 4 },
    { { .family = AF_INET6, .bytes = { 0xff } }, 8 },
    { { .family = AF_INET6, .bytes = { 0x20 } }, 128 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (concerned); i++)
    if (overlap (network, &concerned[i]))
      return TRUE;
  return FALSE;
}

/* A machine may hold a full routing table, of which only what leads multicast somewhere counts: for
 * IPv6 the route to a host does, too (see mcast-netlink-route-linux.c). Half of all addresses, as
 * VPNs use it, is a network that contains all groups. */
static void
parse_route (const struct nlmsghdr *header, const HandlerCall *call)
{
  const struct nlattr *attributes[RTA_MAX + 1] = { NULL };
  const struct rtmsg *info = mnl_nlmsg_get_payload (header);
  Network network;

  if (!_mcast_netlink_collect_attributes (header, sizeof *info, attributes,
                                          G_N_ELEMENTS (attributes))
      || (info->rtm_family != AF_INET && info->rtm_family != AF_INET6))
    return;
  network.length = info->rtm_dst_len;
  if (network.length == 0
      || (_mcast_netlink_read_address (attributes[RTA_DST], info->rtm_family, &network.address)
          && concerns_multicast (&network)))
    call->handler->route (call->user_data);
}

static void
parse_message (const struct nlmsghdr *header, const HandlerCall *call)
{
  switch (header->nlmsg_type)
    {
    case RTM_NEWLINK:
    case RTM_DELLINK:
      parse_link (header, call);
      break;
    case RTM_NEWADDR:
    case RTM_DELADDR:
      parse_address (header, call);
      break;
    case RTM_NEWROUTE:
    case RTM_DELROUTE:
      parse_route (header, call);
      break;
    case RTM_NEWRULE:
    case RTM_DELRULE:
      call->handler->route (call->user_data);
      break;
    default:
      break;
    }
}

/* What cannot be understood is passed over: it says nothing of an interface. */
void
_mcast_netlink_parse (gconstpointer data, gsize length, const McastNetlinkHandler *handler,
                      gpointer user_data)
{
  const HandlerCall call = { handler, user_data };
  const struct nlmsghdr *header = data;
  int rest = (int) MIN (length, G_MAXINT);

  /* libmnl before 1.0.5 takes a length beyond G_MAXINT for a negative one. */
  while (mnl_nlmsg_ok (header, rest) && header->nlmsg_len <= (guint32) rest)
    {
      parse_message (header, &call);
      header = mnl_nlmsg_next (header, &rest);
    }
}

/* Returns a listener that is never notified. */
static McastNetlink *
new_without_socket (McastNetlink *self)
{
  MCAST_LOG (MESSAGE, (.code = errno),
             "Changes of network interfaces and routes are not followed, because netlink is not "
             "permitted (%s)",
             g_strerror (errno));
  g_clear_pointer (&self->socket, mnl_socket_close);
  return self;
}

McastNetlink *
_mcast_netlink_new (GError **error)
{
  g_autoptr (McastNetlink) self = g_new0 (McastNetlink, 1);
  const unsigned groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE
                          | RTMGRP_IPV6_ROUTE | RTMGRP_IPV4_RULE | RTMGRP_IPV6_RULE;
  int size = EVENT_BUFFER_SIZE;
  int fd;

  self->socket = mnl_socket_open2 (NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (self->socket == NULL || mnl_socket_bind (self->socket, groups, MNL_SOCKET_AUTOPID) < 0)
    {
      if (_mcast_netlink_means_forbidden (errno))
        return new_without_socket (g_steal_pointer (&self));
      _mcast_os_set_error (error, errno, "Could not monitor network interfaces (netlink)");
      return NULL;
    }

  /* Past net.core.rmem_max only root may go; a smaller buffer still works, by resynchronising. */
  fd = mnl_socket_get_fd (self->socket);
  if (setsockopt (fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
    (void) setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);

  self->block = g_malloc (BLOCK_SIZE);
  return g_steal_pointer (&self);
}

void
_mcast_netlink_free (McastNetlink *self)
{
  if (self->socket != NULL)
    mnl_socket_close (self->socket);
  g_free (self->block);
  g_free (self);
}

/* Returns -1 where netlink is forbidden. */
int
_mcast_netlink_get_fd (McastNetlink *self)
{
  return self->socket != NULL ? mnl_socket_get_fd (self->socket) : -1;
}

/* Reads one block of events, without waiting for one. */
McastNetlinkStatus
_mcast_netlink_read (McastNetlink *self, const McastNetlinkHandler *handler, gpointer user_data,
                     GError **error)
{
  struct sockaddr_nl sender = { 0 };
  socklen_t sender_size = sizeof sender;
  ssize_t length;

  if (self->socket == NULL)
    return MCAST_NETLINK_DRAINED;
  do
    length = recvfrom (_mcast_netlink_get_fd (self), self->block, BLOCK_SIZE, MSG_TRUNC,
                       (struct sockaddr *) &sender, &sender_size);
  while (length < 0 && errno == EINTR);

  if (length < 0 && errno == EAGAIN)
    return MCAST_NETLINK_DRAINED;
  if (length > BLOCK_SIZE || (length < 0 && errno == ENOBUFS))
    return MCAST_NETLINK_OVERRUN;
  if (length < 0)
    {
      _mcast_os_set_error (error, errno, "Could not read network interface events (netlink)");
      return MCAST_NETLINK_FAILED;
    }
  /* Only the kernel, whose port is 0, is believed. */
  if (sender_size == sizeof sender && sender.nl_pid == 0)
    _mcast_netlink_parse (self->block, length, handler, user_data);
  return MCAST_NETLINK_MORE;
}

/* Discards the events in the queue: after some were lost, the rest is older than what a dump
 * reports. Returns FALSE when they do not end. */
gboolean
_mcast_netlink_discard (McastNetlink *self, GError **error)
{
  int code = 0;

  for (guint i = 0; self->socket != NULL && i < MAX_DISCARDED; i++)
    {
      ssize_t length = recv (_mcast_netlink_get_fd (self), self->block, BLOCK_SIZE, MSG_DONTWAIT);

      code = length < 0 ? errno : 0;
      if (length < 0 && code != EINTR && code != ENOBUFS)
        return TRUE;
    }
  if (self->socket == NULL)
    return TRUE;
  _mcast_os_set_error (error, code != 0 ? code : EBUSY,
                       "Could not read network interface events (netlink)");
  return FALSE;
}

static int
parse_answer (const struct nlmsghdr *header, void *user_data)
{
  parse_message (header, user_data);
  return MNL_CB_OK;
}

static int
dump (McastNetlinkClient *client, guint16 type, gsize extra_header, const HandlerCall *call)
{
  guint8 buffer[256] = { 0 };
  struct nlmsghdr *request = mnl_nlmsg_put_header (buffer);

  request->nlmsg_type = type;
  request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  mnl_nlmsg_put_extra_header (request, extra_header);
  return _mcast_netlink_client_ask (client, request, parse_answer, (gpointer) call);
}

/* Passes all links, then all addresses to @handler. After a failure it may have seen a part of
 * them. */
gboolean
_mcast_netlink_dump (const McastNetlinkHandler *handler, gpointer user_data, GError **error)
{
  const HandlerCall call = { handler, user_data };
  g_autoptr (GError) failure = NULL;
  g_autoptr (McastNetlinkClient) client = _mcast_netlink_client_new (&failure);
  int code = EINTR;

  if (client == NULL && _mcast_netlink_is_forbidden ())
    return _mcast_os_interfaces_dump (handler, user_data, error);
  if (client == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  for (guint i = 0; i < DUMP_TRIES && code == EINTR; i++)
    {
      handler->begin (user_data);
      code = dump (client, RTM_GETLINK, sizeof (struct ifinfomsg), &call);
      if (code == 0)
        code = dump (client, RTM_GETADDR, sizeof (struct ifaddrmsg), &call);
    }
  if (code == 0)
    return TRUE;
  _mcast_os_set_error (error, code, "Could not list the network interfaces");
  return FALSE;
}
