/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "os/mcast-netlink-route-private.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/mcast-netlink-attribute-private.h"
#include "os/mcast-os-error-private.h"
#include "os/mcast-os-interfaces-private.h"

#define MAX_REQUEST_SIZE 256
/* The first address of the range of global unicast addresses (RFC 4291), which nobody has. */
#define ANY_IPV6_HOST "2000::"

/* What the kernel answers. */
typedef struct
{
  int family;
  guint interface_index;
  /* RTPROT_KERNEL for a route that the kernel has made by itself. */
  guint8 protocol;
  McastAddress source;
} Answer;

static guint
route_interface (const struct nlattr **attributes)
{
  const struct nlattr *paths = attributes[RTA_MULTIPATH];
  guint32 index;

  if (_mcast_netlink_read_u32 (attributes[RTA_OIF], &index))
    return index;
  if (paths != NULL && mnl_attr_get_payload_len (paths) >= sizeof (struct rtnexthop))
    return ((const struct rtnexthop *) mnl_attr_get_payload (paths))->rtnh_ifindex;
  return 0;
}

static int
take_answer (const struct nlmsghdr *header, void *user_data)
{
  const struct nlattr *attributes[RTA_MAX + 1] = { NULL };
  const struct rtmsg *info = mnl_nlmsg_get_payload (header);
  Answer *answer = user_data;

  if (header->nlmsg_type != RTM_NEWROUTE
      || !_mcast_netlink_collect_attributes (header, sizeof *info, attributes,
                                             G_N_ELEMENTS (attributes))
      || info->rtm_family != answer->family)
    return MNL_CB_OK;
  answer->interface_index = route_interface (attributes);
  answer->protocol = info->rtm_protocol;
  _mcast_netlink_read_address (attributes[RTA_PREFSRC], answer->family, &answer->source);
  return MNL_CB_OK;
}

static gsize
address_size (int family)
{
  return family == AF_INET ? 4 : 16;
}

static void
put_address (struct nlmsghdr *request, guint16 type, const McastAddress *address)
{
  mnl_attr_put (request, type, address_size (address->family), address->bytes);
}

/* Writes the question whether, and where, a datagram leaves. Older kernels ignore the protocol and
 * the port, which their rules do not look at. */
static struct nlmsghdr *
write_request (void *buffer, const McastRouteQuestion *question, guint flags)
{
  struct nlmsghdr *request = mnl_nlmsg_put_header (buffer);
  guint8 bits = (guint8) (8 * address_size (question->group.family));
  struct rtmsg *route;

  request->nlmsg_type = RTM_GETROUTE;
  request->nlmsg_flags = NLM_F_REQUEST;
  route = mnl_nlmsg_put_extra_header (request, sizeof *route);
  route->rtm_family = (guint8) question->group.family;
  route->rtm_dst_len = bits;
  route->rtm_flags = flags;
  put_address (request, RTA_DST, &question->group);
  if (question->source.family == question->group.family)
    {
      route->rtm_src_len = bits;
      put_address (request, RTA_SRC, &question->source);
    }
  if (question->interface_index != 0)
    mnl_attr_put_u32 (request, RTA_OIF, question->interface_index);
  if (question->mark != 0)
    mnl_attr_put_u32 (request, RTA_MARK, question->mark);
  mnl_attr_put_u8 (request, RTA_IP_PROTO, IPPROTO_UDP);
  if (question->port != 0)
    mnl_attr_put_u16 (request, RTA_DPORT, htons ((guint16) question->port));
  return request;
}

/* The kernel's answers for no route, for a route of type unreachable, prohibit or blackhole, and
 * for a family that is switched off. */
static gboolean
means_no_route (int code)
{
  return code == ENETUNREACH || code == EHOSTUNREACH || code == EACCES || code == EINVAL
         || code == EOPNOTSUPP || code == EAFNOSUPPORT;
}

static gboolean
ask (McastNetlinkClient *client, const McastRouteQuestion *question, guint flags, Answer *answer,
     GError **error)
{
  guint8 buffer[MAX_REQUEST_SIZE] = { 0 };
  g_autofree char *text = NULL;
  int code;

  *answer = (Answer) { .family = question->group.family };
  code = _mcast_netlink_client_ask (client, write_request (buffer, question, flags), take_answer,
                                    answer);
  if (code == 0)
    return TRUE;
  *answer = (Answer) { .family = question->group.family };
  if (means_no_route (code))
    return TRUE;
  text = _mcast_address_to_string (&question->group);
  _mcast_os_set_error (error, code, "Could not look up the route to %s", text);
  return FALSE;
}

/* The kernel makes an IPv6 multicast route on each interface, and follows the first of them. So the
 * route to hosts decides, unless an administrator has added one to the group. */
static gboolean
find_ipv6_interface (McastNetlinkClient *client, const McastRouteQuestion *question, guint *index,
                     GError **error)
{
  McastRouteQuestion host = *question;
  Answer to_group;
  Answer to_host;

  if (!ask (client, question, 0, &to_group, error))
    return FALSE;
  *index = to_group.interface_index;
  if (to_group.interface_index == 0 || to_group.protocol != RTPROT_KERNEL)
    return TRUE;
  _mcast_address_parse (ANY_IPV6_HOST, &host.group);
  if (!ask (client, &host, 0, &to_host, error))
    return FALSE;
  if (to_host.interface_index != 0)
    *index = to_host.interface_index;
  return TRUE;
}

/* Asks for the route as it was added: its first way if there are several, and the preferred source
 * only if one was given. Where the source alone decides, there is no such route. */
static gboolean
find_ipv4_route (McastNetlinkClient *client, const McastRouteQuestion *question, McastRoute *route,
                 GError **error)
{
  Answer answer;

  if (!ask (client, question, RTM_F_FIB_MATCH, &answer, error))
    return FALSE;
  route->source = answer.source;
  if (answer.interface_index == 0 && !ask (client, question, 0, &answer, error))
    return FALSE;
  route->interface_index = answer.interface_index;
  return TRUE;
}

/* Connecting a datagram socket sends nothing; then it has the address of the interface to which the
 * route leads. */
static guint
find_by_connecting (const McastRouteQuestion *question)
{
  struct sockaddr_storage storage;
  socklen_t length = _mcast_address_to_sockaddr (&question->group, 9, 0, &storage);
  int fd = socket (question->group.family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  McastAddress source;
  guint16 port;
  guint index = 0;

  if (fd < 0)
    return 0;
  if (connect (fd, (struct sockaddr *) &storage, length) == 0)
    {
      length = sizeof storage;
      if (getsockname (fd, (struct sockaddr *) &storage, &length) == 0
          && _mcast_address_from_sockaddr ((struct sockaddr *) &storage, length, &source, &port))
        index = _mcast_os_interfaces_find (&source);
    }
  close (fd);
  return index;
}

/* Stores the route on which the kernel would send. Returns FALSE when the kernel could not be
 * asked.
 * @client is NULL where netlink is forbidden. */
gboolean
_mcast_netlink_find_route (McastNetlinkClient *client, const McastRouteQuestion *question,
                           McastRoute *route, GError **error)
{
  *route = (McastRoute) { 0 };
  if (client == NULL)
    {
      route->interface_index = find_by_connecting (question);
      return TRUE;
    }
  if (question->group.family == AF_INET)
    return find_ipv4_route (client, question, route, error);
  return find_ipv6_interface (client, question, &route->interface_index, error);
}
