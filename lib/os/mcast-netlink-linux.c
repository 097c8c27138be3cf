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

#include "os/mcast-os-error-private.h"

/* Dumps come in blocks of at most 32 KiB; events are smaller. */
#define BLOCK_SIZE (32 * 1024)
/* Room for a storm of link changes: an overrun costs a resynchronisation. */
#define EVENT_BUFFER_SIZE (1024 * 1024)
/* A dump is cut short when the table changes under it; a table that changes this often is at
 * fault. */
#define DUMP_TRIES 20

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

typedef struct
{
  const struct nlattr **attributes;
  guint n_attributes;
} AttributeTable;

static int
collect_attribute (const struct nlattr *attribute, void *user_data)
{
  AttributeTable *table = user_data;
  guint16 type = mnl_attr_get_type (attribute);

  if (type < table->n_attributes)
    table->attributes[type] = attribute;
  return MNL_CB_OK;
}

/* Collects the attributes that follow a header of @size bytes. Returns FALSE for a message that is
 * too short, or whose length is not a multiple of four, as each of the kernel's is: libmnl rounds
 * the length up and would read past the end. */
static gboolean
collect_attributes (const struct nlmsghdr *header, gsize size, const struct nlattr **attributes,
                    guint n_attributes)
{
  AttributeTable table = { attributes, n_attributes };

  return header->nlmsg_len % MNL_ALIGNTO == 0 && mnl_nlmsg_get_payload_len (header) >= size
         && mnl_attr_parse (header, size, collect_attribute, &table) >= 0;
}

static gboolean
read_u32 (const struct nlattr *attribute, guint32 *value)
{
  if (attribute == NULL || mnl_attr_validate (attribute, MNL_TYPE_U32) < 0)
    return FALSE;
  *value = mnl_attr_get_u32 (attribute);
  return TRUE;
}

static gboolean
read_address (const struct nlattr *attribute, int family, McastAddress *address)
{
  return attribute != NULL
         && _mcast_address_from_bytes (family, mnl_attr_get_payload (attribute),
                                       mnl_attr_get_payload_len (attribute), address);
}

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

static void
parse_link (const struct nlmsghdr *header, const HandlerCall *call)
{
  const struct nlattr *attributes[IFLA_MAX + 1] = { NULL };
  const struct ifinfomsg *info = mnl_nlmsg_get_payload (header);
  McastNetlinkLink link = { 0 };
  guint32 mtu;

  /* A bridge reports its ports as messages of family AF_BRIDGE: a port that leaves the bridge is a
   * RTM_DELLINK there, of an interface that goes on existing. */
  if (!collect_attributes (header, sizeof *info, attributes, G_N_ELEMENTS (attributes))
      || info->ifi_family != AF_UNSPEC || info->ifi_index <= 0)
    return;
  if (attributes[IFLA_IFNAME] == NULL
      || mnl_attr_validate (attributes[IFLA_IFNAME], MNL_TYPE_NUL_STRING) < 0)
    return;

  link.index = info->ifi_index;
  link.removed = header->nlmsg_type == RTM_DELLINK;
  link.name = mnl_attr_get_str (attributes[IFLA_IFNAME]);
  link.flags = link_flags (info->ifi_flags);
  if (read_u32 (attributes[IFLA_MTU], &mtu))
    link.mtu = mtu;
  if (attributes[IFLA_ADDRESS] != NULL)
    {
      link.hardware_address = mnl_attr_get_payload (attributes[IFLA_ADDRESS]);
      link.hardware_address_length = mnl_attr_get_payload_len (attributes[IFLA_ADDRESS]);
    }
  call->handler->link (&link, call->user_data);
}

static void
parse_address (const struct nlmsghdr *header, const HandlerCall *call)
{
  const struct nlattr *attributes[IFA_MAX + 1] = { NULL };
  const struct ifaddrmsg *info = mnl_nlmsg_get_payload (header);
  McastNetlinkAddress address = { 0 };
  guint32 flags;

  if (!collect_attributes (header, sizeof *info, attributes, G_N_ELEMENTS (attributes))
      || (info->ifa_family != AF_INET && info->ifa_family != AF_INET6))
    return;
  /* On a point-to-point link IFA_ADDRESS is the other end's. */
  if (!read_address (attributes[IFA_LOCAL], info->ifa_family, &address.address)
      && !read_address (attributes[IFA_ADDRESS], info->ifa_family, &address.address))
    return;

  address.index = info->ifa_index;
  address.removed = header->nlmsg_type == RTM_DELADDR;
  address.prefix_length = info->ifa_prefixlen;
  if (!read_u32 (attributes[IFA_FLAGS], &flags))
    flags = info->ifa_flags;
  address.tentative = (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) != 0
                      && (flags & IFA_F_OPTIMISTIC) == 0;
  call->handler->address (&address, call->user_data);
}

/* A machine may hold a full routing table, of which only what leads multicast somewhere counts. */
static void
parse_route (const struct nlmsghdr *header, const HandlerCall *call)
{
  const struct nlattr *attributes[RTA_MAX + 1] = { NULL };
  const struct rtmsg *info = mnl_nlmsg_get_payload (header);
  McastAddress destination;

  if (!collect_attributes (header, sizeof *info, attributes, G_N_ELEMENTS (attributes))
      || (info->rtm_family != AF_INET && info->rtm_family != AF_INET6))
    return;
  if (info->rtm_dst_len == 0
      || (read_address (attributes[RTA_DST], info->rtm_family, &destination)
          && _mcast_address_is_multicast (&destination)))
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

McastNetlink *
_mcast_netlink_new (GError **error)
{
  g_autoptr (McastNetlink) self = g_new0 (McastNetlink, 1);
  const unsigned groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE
                          | RTMGRP_IPV6_ROUTE;
  int size = EVENT_BUFFER_SIZE;
  int fd;

  self->socket = mnl_socket_open2 (NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (self->socket == NULL || mnl_socket_bind (self->socket, groups, MNL_SOCKET_AUTOPID) < 0)
    {
      _mcast_os_set_error (error, errno,
                           "Could not listen for changes of network interfaces (netlink)");
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

int
_mcast_netlink_get_fd (McastNetlink *self)
{
  return mnl_socket_get_fd (self->socket);
}

/* Reads one block of events, without waiting for one. */
McastNetlinkStatus
_mcast_netlink_read (McastNetlink *self, const McastNetlinkHandler *handler, gpointer user_data,
                     GError **error)
{
  struct sockaddr_nl sender = { 0 };
  socklen_t sender_size = sizeof sender;
  ssize_t length;

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
      _mcast_os_set_error (error, errno, "Could not read changes of network interfaces (netlink)");
      return MCAST_NETLINK_FAILED;
    }
  /* Only the kernel, whose port is 0, is believed. */
  if (sender_size == sizeof sender && sender.nl_pid == 0)
    _mcast_netlink_parse (self->block, length, handler, user_data);
  return MCAST_NETLINK_MORE;
}

/* Throws away the events that wait: after some were lost, what is left of them is older than the
 * truth. */
void
_mcast_netlink_discard (McastNetlink *self)
{
  while (recv (_mcast_netlink_get_fd (self), self->block, BLOCK_SIZE, MSG_DONTWAIT) >= 0
         || errno == EINTR || errno == ENOBUFS)
    continue;
}

/* Sends a request and gives each answer to the callback, until the kernel says it is done. */
static int
ask (struct nlmsghdr *request, mnl_cb_t callback, gpointer user_data)
{
  g_autofree guint8 *block = g_malloc (BLOCK_SIZE);
  struct mnl_socket *socket = mnl_socket_open2 (NETLINK_ROUTE, SOCK_CLOEXEC);
  ssize_t length;
  int result;
  int saved;

  if (socket == NULL)
    return -1;

  request->nlmsg_seq = 1;
  result = mnl_socket_bind (socket, 0, MNL_SOCKET_AUTOPID) < 0
               || mnl_socket_sendto (socket, request, request->nlmsg_len) < 0
             ? -1
             : MNL_CB_OK;
  while (result == MNL_CB_OK)
    {
      length = mnl_socket_recvfrom (socket, block, BLOCK_SIZE);
      if (length < 0 && errno == EINTR)
        continue;
      result = length < 0 ? -1
                          : mnl_cb_run (block, length, 1, mnl_socket_get_portid (socket), callback,
                                        user_data);
      /* The answer to a single question has no end marker. */
      if (result == MNL_CB_OK && (request->nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP)
        break;
    }

  saved = errno;
  mnl_socket_close (socket);
  errno = saved;
  return result;
}

static int
parse_answer (const struct nlmsghdr *header, void *user_data)
{
  parse_message (header, user_data);
  return MNL_CB_OK;
}

static gboolean
dump (guint16 type, gsize extra_header, const HandlerCall *call, GError **error)
{
  for (guint i = 0; i < DUMP_TRIES; i++)
    {
      guint8 buffer[256] = { 0 };
      struct nlmsghdr *request = mnl_nlmsg_put_header (buffer);

      request->nlmsg_type = type;
      request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
      mnl_nlmsg_put_extra_header (request, extra_header);
      if (ask (request, parse_answer, (gpointer) call) >= 0)
        return TRUE;
      /* libmnl's word for a table that changed while it was read. */
      if (errno != EINTR)
        break;
    }
  _mcast_os_set_error (error, errno, "Could not list the network interfaces (netlink)");
  return FALSE;
}

/* All links, then all addresses. After a failure the handler may have seen a part of them. */
gboolean
_mcast_netlink_dump (const McastNetlinkHandler *handler, gpointer user_data, GError **error)
{
  const HandlerCall call = { handler, user_data };

  return dump (RTM_GETLINK, sizeof (struct ifinfomsg), &call, error)
         && dump (RTM_GETADDR, sizeof (struct ifaddrmsg), &call, error);
}

typedef struct
{
  guint index;
  guint32 metric;
} BestRoute;

static guint
route_interface (const struct nlattr **attributes)
{
  const struct nlattr *paths = attributes[RTA_MULTIPATH];
  guint32 index;

  if (read_u32 (attributes[RTA_OIF], &index))
    return index;
  if (paths != NULL && mnl_attr_get_payload_len (paths) >= sizeof (struct rtnexthop))
    return ((const struct rtnexthop *) mnl_attr_get_payload (paths))->rtnh_ifindex;
  return 0;
}

static int
consider_route (const struct nlmsghdr *header, void *user_data)
{
  const struct nlattr *attributes[RTA_MAX + 1] = { NULL };
  const struct rtmsg *info = mnl_nlmsg_get_payload (header);
  BestRoute *best = user_data;
  guint32 metric = 0;
  guint index;

  if (!collect_attributes (header, sizeof *info, attributes, G_N_ELEMENTS (attributes))
      || info->rtm_dst_len != 0 || info->rtm_type != RTN_UNICAST
      || info->rtm_table != RT_TABLE_MAIN)
    return MNL_CB_OK;

  index = route_interface (attributes);
  read_u32 (attributes[RTA_PRIORITY], &metric);
  if (index != 0 && (best->index == 0 || metric < best->metric))
    *best = (BestRoute) { index, metric };
  return MNL_CB_OK;
}

/* Index of the interface of the default route with the lowest metric, 0 without one. */
guint
_mcast_netlink_default_route (int family)
{
  guint8 buffer[256] = { 0 };
  struct nlmsghdr *request = mnl_nlmsg_put_header (buffer);
  struct rtmsg *route;
  BestRoute best = { 0, 0 };

  request->nlmsg_type = RTM_GETROUTE;
  request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  route = mnl_nlmsg_put_extra_header (request, sizeof *route);
  route->rtm_family = family;
  if (ask (request, consider_route, &best) < 0)
    return 0;
  return best.index;
}

static int
take_route (const struct nlmsghdr *header, void *user_data)
{
  const struct nlattr *attributes[RTA_MAX + 1] = { NULL };
  guint *index = user_data;

  if (header->nlmsg_type == RTM_NEWROUTE
      && collect_attributes (header, sizeof (struct rtmsg), attributes, G_N_ELEMENTS (attributes)))
    *index = route_interface (attributes);
  return MNL_CB_OK;
}

/* Index of the interface that the kernel would send to @destination on, 0 when there is no
 * route. */
static guint
route_to (const McastAddress *destination)
{
  guint8 buffer[256] = { 0 };
  struct nlmsghdr *request = mnl_nlmsg_put_header (buffer);
  struct rtmsg *route;
  gsize size = destination->family == AF_INET ? 4 : 16;
  guint index = 0;

  request->nlmsg_type = RTM_GETROUTE;
  request->nlmsg_flags = NLM_F_REQUEST;
  route = mnl_nlmsg_put_extra_header (request, sizeof *route);
  route->rtm_family = destination->family;
  route->rtm_dst_len = size * 8;
  mnl_attr_put (request, RTA_DST, size, destination->bytes);
  if (ask (request, take_route, &index) < 0)
    return 0;
  return index;
}

/* Index of the interface that multicast to @group goes out on where nobody names one, 0 when there
 * is no route. For IPv6 the kernel has a multicast route on each interface and would take the
 * first, so the default route decides. */
guint
_mcast_netlink_multicast_route (const McastAddress *group)
{
  guint index = group->family == AF_INET6 ? _mcast_netlink_default_route (AF_INET6) : 0;

  return index != 0 ? index : route_to (group);
}
