/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "os/mcast-os-membership-private.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

#include "mcast-error.h"
#include "os/mcast-os-error-private.h"

static int
ip_level (int family)
{
  return family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
}

static gboolean
change_group (int fd, int name, const McastAddress *group, guint index)
{
  struct group_req request = { .gr_interface = index };

  _mcast_address_to_sockaddr (group, 0, 0, &request.gr_group);
  return setsockopt (fd, ip_level (group->family), name, &request, sizeof request) == 0;
}

static gboolean
change_source (int fd, int name, const McastAddress *group, guint index, const McastAddress *source)
{
  struct group_source_req request = { .gsr_interface = index };

  _mcast_address_to_sockaddr (group, 0, 0, &request.gsr_group);
  _mcast_address_to_sockaddr (source, 0, 0, &request.gsr_source);
  return setsockopt (fd, ip_level (group->family), name, &request, sizeof request) == 0;
}

/* Sets an error if @code says that the interface is gone. An interface without IPv6 has the same
 * code. */
static gboolean
set_gone_error (GError **error, int code, int fd, guint index)
{
  struct ifreq request = { .ifr_ifindex = (int) index };

  if (code != ENODEV || ioctl (fd, SIOCGIFNAME, &request) == 0)
    return FALSE;
  g_set_error (error, MCAST_ERROR, MCAST_ERROR_INTERFACE_NOT_READY, "Interface %u no longer exists",
               index);
  return TRUE;
}

static void
set_membership_error (GError **error, int code, int fd, const McastAddress *group, guint index)
{
  g_autofree char *text = _mcast_address_to_string (group);
  const char *limit = group->family == AF_INET ? "net.ipv4.igmp_max_memberships"
                                               : "net.core.optmem_max";

  if (code == ENOBUFS || code == ENOMEM)
    g_set_error (error, MCAST_ERROR, MCAST_ERROR_TOO_MANY_MEMBERSHIPS,
                 "Could not join %s on interface %u: the kernel's limit on memberships is reached; "
                 "raise it with sysctl -w %s=NUMBER",
                 text, index, limit);
  else if (!set_gone_error (error, code, fd, index))
    _mcast_os_set_error (error, code, "Could not join %s on interface %u%s", text, index,
                         group->family == AF_INET6 && (code == ENODEV || code == EINVAL)
                           ? "; IPv6 may be disabled (sysctl net.ipv6.conf.*.disable_ipv6)"
                           : "");
}

static void
set_source_error (GError **error, int code, int fd, const McastAddress *group, guint index,
                  guint n_sources)
{
  g_autofree char *text = _mcast_address_to_string (group);
  const char *limit = group->family == AF_INET ? "net.ipv4.igmp_max_msf" : "net.ipv6.mld_max_msf";

  if (code == ENOBUFS || code == ENOMEM)
    g_set_error (error, MCAST_ERROR, MCAST_ERROR_TOO_MANY_MEMBERSHIPS,
                 "Could not filter %u sources of %s: the kernel's limit on sources per group is "
                 "lower; raise it with sysctl -w %s=%u",
                 n_sources, text, limit, n_sources);
  else if (!set_gone_error (error, code, fd, index))
    _mcast_os_set_error (error, code, "Could not filter the sources of %s", text);
}

/* Adds the sources after the first. On failure it leaves the group. */
static McastOsJoinResult
add_sources (int fd, const McastAddress *group, guint index, int name, const McastAddress *sources,
             guint first, guint n_sources, GError **error)
{
  for (guint i = first; i < n_sources; i++)
    {
      if (!change_source (fd, name, group, index, &sources[i]))
        {
          set_source_error (error, errno, fd, group, index, n_sources);
          _mcast_os_leave (fd, group, index);
          return MCAST_OS_JOIN_FAILED;
        }
    }
  return MCAST_OS_JOINED;
}

/* Joins a group, with the protocol-independent calls of RFC 3678. */
McastOsJoinResult
_mcast_os_join (int fd, const McastAddress *group, guint index, McastSourceFilter *filter,
                GError **error)
{
  gboolean include = _mcast_source_filter_get_mode (filter) == MCAST_FILTER_MODE_INCLUDE;
  guint n_sources;
  const McastAddress *sources = _mcast_source_filter_get_sources (filter, &n_sources);
  gboolean joined;

  if (include)
    joined = change_source (fd, MCAST_JOIN_SOURCE_GROUP, group, index, &sources[0]);
  else
    joined = change_group (fd, MCAST_JOIN_GROUP, group, index);

  if (!joined)
    {
      int saved = errno;

      set_membership_error (error, saved, fd, group, index);
      return saved == ENOBUFS || saved == ENOMEM ? MCAST_OS_JOIN_FULL : MCAST_OS_JOIN_FAILED;
    }
  return add_sources (fd, group, index, include ? MCAST_JOIN_SOURCE_GROUP : MCAST_BLOCK_SOURCE,
                      sources, include ? 1 : 0, n_sources, error);
}

/* Leaves a group, also with a source-specific membership: for a removed interface the kernel
 * accepts no other call, and without a leave the slot stays occupied. It is no error if there is
 * nothing to leave. */
void
_mcast_os_leave (int fd, const McastAddress *group, guint index)
{
  change_group (fd, MCAST_LEAVE_GROUP, group, index);
}

/* Replaces the filter of a membership in one step, so that no datagram that both filters pass is
 * lost. */
gboolean
_mcast_os_set_filter (int fd, const McastAddress *group, guint index, McastSourceFilter *filter,
                      GError **error)
{
  guint n_sources;
  const McastAddress *sources = _mcast_source_filter_get_sources (filter, &n_sources);
  gsize size = GROUP_FILTER_SIZE (n_sources);
  g_autofree struct group_filter *request = g_malloc0 (MAX (size, sizeof *request));

  request->gf_interface = index;
  _mcast_address_to_sockaddr (group, 0, 0, &request->gf_group);
  request->gf_fmode = _mcast_source_filter_get_mode (filter) == MCAST_FILTER_MODE_INCLUDE
                        ? MCAST_INCLUDE
                        : MCAST_EXCLUDE;
  request->gf_numsrc = n_sources;
  for (guint i = 0; i < n_sources; i++)
    _mcast_address_to_sockaddr (&sources[i], 0, 0, &request->gf_slist[i]);

  if (setsockopt (fd, ip_level (group->family), MCAST_MSFILTER, request, size) == 0)
    return TRUE;
  set_source_error (error, errno, fd, group, index, n_sources);
  return FALSE;
}
