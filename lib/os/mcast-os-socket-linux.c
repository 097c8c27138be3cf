/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "os/mcast-os-socket-private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "mcast-error.h"
#include "mcast-log-private.h"
#include "os/mcast-os-error-private.h"
#include "os/mcast-os-option-private.h"

#define MAX_DISCARD 1000000

static gboolean
set_option (int fd, int level, int name, int value)
{
  return setsockopt (fd, level, name, &value, sizeof value) == 0;
}

static int
open_socket (int family, GError **error)
{
  int fd = socket (family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP);

  if (fd < 0)
    _mcast_os_set_error (error, errno, "Could not open %s socket",
                         family == AF_INET ? "an IPv4" : "an IPv6");
  return fd;
}

/* The kernel doubles the size that is set, for its own bookkeeping, and reports the doubled
 * size. */
static guint
get_buffer (int fd, int name)
{
  int size = 0;
  socklen_t length = sizeof size;

  if (getsockopt (fd, SOL_SOCKET, name, &size, &length) < 0)
    return 0;
  return size / 2;
}

static gboolean
set_buffer (int fd, int name, int force_name, guint size, GError **error)
{
  const char *limit = name == SO_RCVBUF ? "net.core.rmem_max" : "net.core.wmem_max";

  if (size == 0)
    return TRUE;
  if (size > G_MAXINT / 2)
    {
      g_set_error (error, MCAST_ERROR, MCAST_ERROR_BUFFER_LIMIT,
                   "Socket buffer of %u bytes is too large: the maximum is %d bytes", size,
                   G_MAXINT / 2);
      return FALSE;
    }
  if (set_option (fd, SOL_SOCKET, name, size) && get_buffer (fd, name) >= size)
    return TRUE;
  if (set_option (fd, SOL_SOCKET, force_name, size) && get_buffer (fd, name) >= size)
    return TRUE;

  g_set_error (error, MCAST_ERROR, MCAST_ERROR_BUFFER_LIMIT,
               "The kernel grants a socket buffer of %u bytes instead of %u; raise the limit with "
               "sysctl -w %s=%u",
               get_buffer (fd, name), size, limit, size);
  return FALSE;
}

/* Requests with each datagram its destination, which is checked, and what else the user is given
 * where the kernel supports it. */
static gboolean
request_details (int fd, int family)
{
  _mcast_os_set_optional (fd, MCAST_OS_OPTION_SO_TIMESTAMPNS, 1);
  _mcast_os_set_optional (fd, MCAST_OS_OPTION_SO_RXQ_OVFL, 1);
  _mcast_os_set_optional (fd,
                          family == AF_INET ? MCAST_OS_OPTION_IP_RECVTTL
                                            : MCAST_OS_OPTION_IPV6_RECVHOPLIMIT,
                          1);
  return family == AF_INET ? set_option (fd, IPPROTO_IP, IP_PKTINFO, 1)
                           : set_option (fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
}

/* Returns the same OS socket with a descriptor of its own, so that closing one leaves the other
 * open. */
GSocket *
_mcast_os_dup_socket (int fd, GError **error)
{
  int copy = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  GSocket *socket;

  if (copy < 0)
    {
      _mcast_os_set_error (error, errno, "Could not duplicate a socket");
      return NULL;
    }
  socket = g_socket_new_from_fd (copy, error);
  if (socket == NULL)
    close (copy);
  return socket;
}

/* Has a socket receive only the groups that it joins itself, unless the options say otherwise, and
 * report the destination of each datagram, which is checked. By default it also receives every
 * group that any other program of the machine has joined; where this cannot be changed, the check
 * alone keeps them out. */
gboolean
_mcast_os_rx_prepare (int fd, const McastOsRxOptions *options, GError **error)
{
  int family = options->bind_address.family;

  _mcast_os_set_optional (fd,
                          family == AF_INET ? MCAST_OS_OPTION_IP_MULTICAST_ALL
                                            : MCAST_OS_OPTION_IPV6_MULTICAST_ALL,
                          options->receive_all ? 1 : 0);
  if (options->merge_segments)
    _mcast_os_set_optional (fd, MCAST_OS_OPTION_UDP_GRO, 1);
  if (request_details (fd, family))
    return TRUE;
  _mcast_os_set_error (error, errno, "Could not enable ancillary data for datagrams");
  return FALSE;
}

/* Returns the remedy for a failure to bind, or an empty text. */
static const char *
get_bind_remedy (int code, gboolean shares_load)
{
  if (code == EADDRINUSE && shares_load)
    return "; another program shares it with SO_REUSEPORT alone, which must set SO_REUSEADDR as "
           "well";
  if (code == EADDRINUSE)
    return "; another program uses it without sharing it (see ss -ulpn)";
  return code == EACCES ? "; ports below net.ipv4.ip_unprivileged_port_start require root" : "";
}

/* Checks whether the port can be had with SO_REUSEPORT. */
static gboolean
is_load_shared (const McastAddress *address, guint port)
{
  struct sockaddr_storage local;
  socklen_t length = _mcast_address_to_sockaddr (address, port, 0, &local);
  int fd = open_socket (address->family, NULL);
  gboolean shared;

  if (fd < 0)
    return FALSE;
  shared = set_option (fd, SOL_SOCKET, SO_REUSEPORT, 1)
           && (address->family == AF_INET || set_option (fd, IPPROTO_IPV6, IPV6_V6ONLY, 1))
           && bind (fd, (struct sockaddr *) &local, length) == 0;
  close (fd);
  return shared;
}

/* Binds beside a program that shares its port with SO_REUSEPORT alone. The option is set only while
 * the socket is bound, and only for a socket that is bound to its group: among sockets with one
 * address the kernel distributes the datagrams to single hosts. */
static gboolean
bind_beside_load_sharer (int fd, const McastAddress *address, struct sockaddr_storage *local,
                         socklen_t length)
{
  gboolean bound;

  if (!_mcast_address_is_multicast (address) || !set_option (fd, SOL_SOCKET, SO_REUSEPORT, 1))
    return FALSE;
  bound = bind (fd, (struct sockaddr *) local, length) == 0;
  set_option (fd, SOL_SOCKET, SO_REUSEPORT, 0);
  return bound;
}

static gboolean
bind_socket (int fd, const McastAddress *address, guint port, gboolean reuse, const char *purpose,
             GError **error)
{
  struct sockaddr_storage local;
  socklen_t length = _mcast_address_to_sockaddr (address, port, 0, &local);
  g_autofree char *text = NULL;
  int code;

  if (bind (fd, (struct sockaddr *) &local, length) == 0)
    return TRUE;
  code = errno;
  if (code == EADDRINUSE && reuse && bind_beside_load_sharer (fd, address, &local, length))
    {
      MCAST_LOG (DEBUG, (.group = address),
                 "bound to port %u beside a program that shares it with SO_REUSEPORT alone", port);
      return TRUE;
    }
  text = _mcast_address_to_string (address);
  _mcast_os_set_error (error, code, "Could not %s %s port %u%s", purpose, text, port,
                       get_bind_remedy (code,
                                        code == EADDRINUSE && is_load_shared (address, port)));
  return FALSE;
}

static gboolean
is_bound_to_device (int fd, const char *name)
{
  char bound[IF_NAMESIZE] = "";
  socklen_t length = sizeof bound;

  return getsockopt (fd, SOL_SOCKET, SO_BINDTODEVICE, bound, &length) == 0
         && strcmp (bound, name) == 0;
}

/* With net.ipv4.udp_l3mdev_accept a socket receives the datagrams of every VRF, also of IPv6. */
static gboolean
receives_in_vrfs (void)
{
  g_autofree char *text = NULL;

  return g_file_get_contents ("/proc/sys/net/ipv4/udp_l3mdev_accept", &text, NULL, NULL)
         && text[0] == '1';
}

/* Has the socket receive what arrives on the members of a VRF. Before Linux 5.7 this takes the
 * privilege CAP_NET_RAW, and with "ip vrf exec" it has been done already. */
static gboolean
enter_vrf (int fd, guint vrf, GError **error)
{
  char name[IF_NAMESIZE] = "";
  int code;

  if (vrf == 0 || if_indextoname (vrf, name) == NULL
      || setsockopt (fd, SOL_SOCKET, SO_BINDTODEVICE, name, strlen (name)) == 0)
    return TRUE;
  code = errno;
  if (is_bound_to_device (fd, name) || receives_in_vrfs ())
    return TRUE;
  _mcast_os_set_error (error, code,
                       "Could not receive in VRF %s (start the program with ip vrf exec %s, or use "
                       "sysctl -w net.ipv4.udp_l3mdev_accept=1)",
                       name, name);
  return FALSE;
}

/* Opens a socket for receiving. SO_REUSEADDR lets several sockets receive one group. Its
 * counterpart for load sharing is never set, since it delivers a group's datagrams to sockets that
 * did not join it. */
int
_mcast_os_rx_open (const McastOsRxOptions *options, GError **error)
{
  int family = options->bind_address.family;
  int fd = open_socket (family, error);

  if (fd < 0)
    return -1;

  if (options->reuse && !set_option (fd, SOL_SOCKET, SO_REUSEADDR, 1))
    _mcast_os_set_error (error, errno, "Could not share port %u", options->port);
  else if (family == AF_INET6 && !set_option (fd, IPPROTO_IPV6, IPV6_V6ONLY, 1))
    _mcast_os_set_error (error, errno, "Could not restrict the socket to IPv6");
  else if (_mcast_os_rx_prepare (fd, options, error) && enter_vrf (fd, options->vrf, error)
           && set_buffer (fd, SO_RCVBUF, SO_RCVBUFFORCE, options->receive_buffer_size, error)
           && bind_socket (fd, &options->bind_address, options->port, options->reuse, "listen on",
                           error))
    return fd;

  close (fd);
  return -1;
}

void
_mcast_os_close (int fd)
{
  close (fd);
}

guint
_mcast_os_get_port (int fd)
{
  struct sockaddr_storage local = { 0 };
  socklen_t length = sizeof local;
  McastAddress address;
  guint16 port = 0;

  if (getsockname (fd, (struct sockaddr *) &local, &length) < 0
      || !_mcast_address_from_sockaddr ((struct sockaddr *) &local, length, &address, &port))
    return 0;
  return port;
}

guint
_mcast_os_get_receive_buffer (int fd)
{
  return get_buffer (fd, SO_RCVBUF);
}

guint
_mcast_os_get_send_buffer (int fd)
{
  return get_buffer (fd, SO_SNDBUF);
}

/* Returns whether a datagram can be read, which may be an empty one. */
gboolean
_mcast_os_has_data (int fd)
{
  struct pollfd readable = { .fd = fd, .events = POLLIN };

  return poll (&readable, 1, 0) > 0 && (readable.revents & POLLIN) != 0;
}

/* Reads the datagrams that are left in a socket that is going to be closed. Returns how many; no
 * more than a receive buffer holds, in case more keep coming. */
guint64
_mcast_os_discard (int fd)
{
  guint64 n = 0;
  guint8 byte;

  while (n < MAX_DISCARD && recv (fd, &byte, sizeof byte, MSG_DONTWAIT) >= 0)
    n++;
  return n;
}

/* Sets whether other sockets may be bound to the same port from now on. */
void
_mcast_os_set_reuse (int fd, gboolean reuse)
{
  set_option (fd, SOL_SOCKET, SO_REUSEADDR, reuse);
}

/* Returns how many datagrams the kernel dropped because the buffer was full. Unlike SO_RXQ_OVFL
 * this does not take a further datagram. */
guint32
_mcast_os_get_dropped (int fd)
{
  guint32 info[SK_MEMINFO_VARS] = { 0 };
  socklen_t length = sizeof info;

  if (getsockopt (fd, SOL_SOCKET, SO_MEMINFO, info, &length) < 0)
    _mcast_os_note_missing (MCAST_OS_OPTION_SO_MEMINFO, errno);
  return info[SK_MEMINFO_DROPS];
}

guint
_mcast_os_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) < 0)
    return 0;
  return (guint) MIN (limit.rlim_cur, G_MAXINT);
}

/* A sender never reads, so that datagrams to its port would fill its buffer. */
static void
refuse_input (int fd)
{
  struct sock_filter code[] = { BPF_STMT (BPF_RET | BPF_K, 0) };
  struct sock_fprog program = { G_N_ELEMENTS (code), code };

  if (setsockopt (fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) < 0)
    _mcast_os_note_missing (MCAST_OS_OPTION_SO_ATTACH_FILTER, errno);
}

/* Undoes refuse_input() for a socket that is going to be read. Fails only where nothing was
 * refused. */
void
_mcast_os_accept_input (int fd)
{
  int ignored = 0;

  setsockopt (fd, SOL_SOCKET, SO_DETACH_FILTER, &ignored, sizeof ignored);
}

/* Prepares a socket for sending. With IP_RECVERR a full queue of the interface fails with ENOBUFS;
 * without it the datagram counts as sent although it was dropped. */
void
_mcast_os_tx_prepare (int fd, int family)
{
  _mcast_os_set_optional (fd,
                          family == AF_INET ? MCAST_OS_OPTION_IP_RECVERR
                                            : MCAST_OS_OPTION_IPV6_RECVERR,
                          1);
}

/* A fixed port is shared with the receivers of that port, present and later ones, since
 * protocols with one port for both directions require it. */
static gboolean
bind_sender (int fd, const McastAddress *any, guint port, GError **error)
{
  if (port != 0)
    _mcast_os_set_reuse (fd, TRUE);
  return bind_socket (fd, any, port, FALSE, "send from", error);
}

/* Opens a socket for sending that has no port yet. */
static int
open_sender (const McastOsTxOptions *options, GError **error)
{
  int family = options->family;
  int fd = open_socket (family, error);

  if (fd < 0)
    return -1;

  refuse_input (fd);
  _mcast_os_tx_prepare (fd, family);
  if (family == AF_INET6 && !set_option (fd, IPPROTO_IPV6, IPV6_V6ONLY, 1))
    _mcast_os_set_error (error, errno, "Could not prepare a socket for sending");
  else if (set_buffer (fd, SO_SNDBUF, SO_SNDBUFFORCE, options->send_buffer_size, error))
    return fd;

  close (fd);
  return -1;
}

int
_mcast_os_tx_open (const McastOsTxOptions *options, GError **error)
{
  McastAddress any = { .family = options->family };
  int fd = open_sender (options, error);

  if (fd < 0 || bind_sender (fd, &any, options->source_port, error))
    return fd;
  close (fd);
  return -1;
}

/* Binds to the port of @first, and to a group that is never joined: what is sent to the port is for
 * @first alone. */
static gboolean
bind_beside (int fd, int first, int family, GError **error)
{
  const McastAddress unused = {
    .family = family,
    .bytes = { family == AF_INET6 ? 0xff : 224, family == AF_INET6 ? 0x0e : 0 },
  };

  _mcast_os_set_reuse (first, TRUE);
  _mcast_os_set_reuse (fd, TRUE);
  return bind_socket (fd, &unused, _mcast_os_get_port (first), FALSE, "send from", error);
}

/* Routes may depend on the mark. */
static gboolean
copy_mark (int fd, int first, GError **error)
{
  guint mark = _mcast_os_get_mark (first);

  if (mark == 0 || set_option (fd, SOL_SOCKET, SO_MARK, (int) mark))
    return TRUE;
  _mcast_os_set_error (error, errno, "Could not set the mark %u", mark);
  return FALSE;
}

/* Opens a socket that sends from the port of another one. */
int
_mcast_os_tx_open_beside (int first, const McastOsTxOptions *options, GError **error)
{
  int fd = open_sender (options, error);
  gboolean opened;

  if (fd < 0)
    return -1;
  opened = copy_mark (fd, first, error) && bind_beside (fd, first, options->family, error);
  /* A port that the kernel chose is not shared with other programs. */
  if (options->source_port == 0)
    {
      _mcast_os_set_reuse (first, FALSE);
      _mcast_os_set_reuse (fd, FALSE);
    }
  if (opened)
    return fd;
  close (fd);
  return -1;
}

/* Returns the mark that rules can look at, 0 for none. */
guint
_mcast_os_get_mark (int fd)
{
  guint32 mark = 0;
  socklen_t length = sizeof mark;

  return getsockopt (fd, SOL_SOCKET, SO_MARK, &mark, &length) == 0 ? mark : 0;
}

/* Finds the source address that the kernel chooses for @group on an interface: connecting makes it
 * choose and sends nothing. */
gboolean
_mcast_os_find_source (const McastAddress *group, guint index, McastAddress *source)
{
  const struct ip_mreqn interface = { .imr_ifindex = (int) index };
  struct sockaddr_storage storage;
  socklen_t length = _mcast_address_to_sockaddr (group, 9, index, &storage);
  int fd = open_socket (group->family, NULL);
  guint16 port;
  gboolean found;

  if (fd < 0)
    return FALSE;
  found = (group->family == AF_INET
             ? setsockopt (fd, IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof interface) == 0
             : set_option (fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int) index))
          && connect (fd, (struct sockaddr *) &storage, length) == 0;
  length = sizeof storage;
  found = found && getsockname (fd, (struct sockaddr *) &storage, &length) == 0
          && _mcast_address_from_sockaddr ((struct sockaddr *) &storage, length, source, &port);
  close (fd);
  source->scope_id = 0;
  return found;
}

gboolean
_mcast_os_set_ttl (int fd, int family, guint ttl, GError **error)
{
  gboolean set = family == AF_INET ? set_option (fd, IPPROTO_IP, IP_MULTICAST_TTL, ttl)
                                   : set_option (fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, ttl);

  if (!set)
    _mcast_os_set_error (error, errno, "Could not set a time to live of %u", ttl);
  return set;
}

gboolean
_mcast_os_set_loopback (int fd, int family, gboolean loopback, GError **error)
{
  gboolean set = family == AF_INET ? set_option (fd, IPPROTO_IP, IP_MULTICAST_LOOP, loopback)
                                   : set_option (fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, loopback);

  if (!set)
    _mcast_os_set_error (error, errno, "Could not turn loopback %s", loopback ? "on" : "off");
  return set;
}

/* Sets the six bits of RFC 2474, which precede the two of congestion notification. A @dscp of -1 is
 * the default, 0. */
gboolean
_mcast_os_set_dscp (int fd, int family, int dscp, GError **error)
{
  int value = MAX (dscp, 0) << 2;
  gboolean set = family == AF_INET ? set_option (fd, IPPROTO_IP, IP_TOS, value)
                                   : set_option (fd, IPPROTO_IPV6, IPV6_TCLASS, value);

  if (!set)
    _mcast_os_set_error (error, errno, "Could not set DSCP %d", dscp);
  return set;
}
