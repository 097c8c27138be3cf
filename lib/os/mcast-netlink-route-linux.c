/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "os/mcast-netlink-route-private.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#include "os/mcast-netlink-attribute-private.h"
#include "os/mcast-os-error-private.h"

#define MAX_REQUEST_SIZE 256
/* A dump is incomplete when the table changes meanwhile. */
#define DUMP_TRIES 20

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

  if (_mcast_netlink_read_u32 (attributes[RTA_OIF], &index))
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

  if (!_mcast_netlink_collect_attributes (header, sizeof *info, attributes,
                                          G_N_ELEMENTS (attributes))
      || info->rtm_dst_len != 0 || info->rtm_type != RTN_UNICAST
      || info->rtm_table != RT_TABLE_MAIN)
    return MNL_CB_OK;

  index = route_interface (attributes);
  _mcast_netlink_read_u32 (attributes[RTA_PRIORITY], &metric);
  if (index != 0 && (best->index == 0 || metric < best->metric))
    *best = (BestRoute) { index, metric };
  return MNL_CB_OK;
}

/* Stores the index of the interface of the default route with the lowest metric, 0 without one.
 * Returns FALSE when the kernel could not be asked. */
gboolean
_mcast_netlink_find_default_route (McastNetlinkClient *client, int family, guint *index,
                                   GError **error)
{
  int code = EINTR;

  for (guint i = 0; i < DUMP_TRIES && code == EINTR; i++)
    {
      guint8 buffer[MAX_REQUEST_SIZE] = { 0 };
      struct nlmsghdr *request = mnl_nlmsg_put_header (buffer);
      struct rtmsg *route;
      BestRoute best = { 0, 0 };

      request->nlmsg_type = RTM_GETROUTE;
      request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
      route = mnl_nlmsg_put_extra_header (request, sizeof *route);
      route->rtm_family = family;
      code = _mcast_netlink_client_ask (client, request, consider_route, &best);
      if (code == 0)
        *index = best.index;
    }
  if (code == 0)
    return TRUE;
  _mcast_os_set_error (error, code, "Could not look up the default route");
  return FALSE;
}

static int
take_route (const struct nlmsghdr *header, void *user_data)
{
  const struct nlattr *attributes[RTA_MAX + 1] = { NULL };
  guint *index = user_data;

  if (header->nlmsg_type == RTM_NEWROUTE
      && _mcast_netlink_collect_attributes (header, sizeof (struct rtmsg), attributes,
                                            G_N_ELEMENTS (attributes)))
    *index = route_interface (attributes);
  return MNL_CB_OK;
}

/* The kernel's answers for no route, and for a route of type unreachable, prohibit or blackhole. */
static gboolean
means_no_route (int code)
{
  return code == ENETUNREACH || code == EHOSTUNREACH || code == EACCES || code == EINVAL;
}

/* Stores the index of the interface on which the kernel would send to @destination, 0 without a
 * route. Returns FALSE when the kernel could not be asked. */
gboolean
_mcast_netlink_find_route (McastNetlinkClient *client, const McastAddress *destination,
                           guint *index, GError **error)
{
  guint8 buffer[MAX_REQUEST_SIZE] = { 0 };
  struct nlmsghdr *request = mnl_nlmsg_put_header (buffer);
  gsize size = destination->family == AF_INET ? 4 : 16;
  g_autofree char *text = NULL;
  struct rtmsg *route;
  int code;

  *index = 0;
  request->nlmsg_type = RTM_GETROUTE;
  request->nlmsg_flags = NLM_F_REQUEST;
  route = mnl_nlmsg_put_extra_header (request, sizeof *route);
  route->rtm_family = destination->family;
  route->rtm_dst_len = size * 8;
  mnl_attr_put (request, RTA_DST, size, destination->bytes);
  code = _mcast_netlink_client_ask (client, request, take_route, index);
  if (code == 0 || means_no_route (code))
    return TRUE;
  text = _mcast_address_to_string (destination);
  _mcast_os_set_error (error, code, "Could not look up the route to %s", text);
  return FALSE;
}
