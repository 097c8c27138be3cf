/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "os/mcast-netlink-client-private.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/mcast-os-error-private.h"

/* The kernel's answers come in blocks of at most 32 KiB. */
#define BLOCK_SIZE (32 * 1024)

/* Asks the kernel one question after another. It has no lock. */
struct _McastNetlinkClient
{
  struct mnl_socket *socket;
  guint32 sequence;
  /* The last answer may not have been read to its end. */
  gboolean has_rest;
  guint8 block[BLOCK_SIZE];
};

/* Checks whether an errno means that a sandbox forbids netlink, or that it is missing. */
gboolean
_mcast_netlink_means_forbidden (int code)
{
  return code == EAFNOSUPPORT || code == EPROTONOSUPPORT || code == EOPNOTSUPP || code == EPERM
         || code == EACCES || code == ENOSYS;
}

gboolean
_mcast_netlink_is_forbidden (void)
{
  int fd = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

  if (fd < 0)
    return _mcast_netlink_means_forbidden (errno);
  close (fd);
  return FALSE;
}

McastNetlinkClient *
_mcast_netlink_client_new (GError **error)
{
  g_autoptr (McastNetlinkClient) self = g_new0 (McastNetlinkClient, 1);

  self->socket = mnl_socket_open2 (NETLINK_ROUTE, SOCK_CLOEXEC);
  if (self->socket != NULL && mnl_socket_bind (self->socket, 0, MNL_SOCKET_AUTOPID) == 0)
    return g_steal_pointer (&self);
  _mcast_os_set_error (error, errno, "Could not open a netlink socket");
  return NULL;
}

void
_mcast_netlink_client_free (McastNetlinkClient *self)
{
  if (self->socket != NULL)
    mnl_socket_close (self->socket);
  g_free (self);
}

static void
discard_rest (McastNetlinkClient *self)
{
  int fd = mnl_socket_get_fd (self->socket);

  while (recv (fd, self->block, sizeof self->block, MSG_DONTWAIT) >= 0 || errno == EINTR
         || errno == ENOBUFS)
    continue;
  self->has_rest = FALSE;
}

static int
send_request (McastNetlinkClient *self, struct nlmsghdr *request)
{
  ssize_t sent;

  request->nlmsg_seq = ++self->sequence;
  do
    sent = mnl_socket_sendto (self->socket, request, request->nlmsg_len);
  while (sent < 0 && errno == EINTR);
  return sent < 0 ? errno : 0;
}

/* Returns 0, or an errno; EINTR means that the kernel's table changed while it was read. */
static int
read_answer (McastNetlinkClient *self, gboolean is_dump, McastNetlinkFunc func, gpointer user_data)
{
  int result;

  do
    {
      ssize_t length = mnl_socket_recvfrom (self->socket, self->block, sizeof self->block);

      if (length < 0 && errno == EINTR)
        continue;
      result = length < 0 ? MNL_CB_ERROR
                          : mnl_cb_run (self->block, length, self->sequence,
                                        mnl_socket_get_portid (self->socket), func, user_data);
      if (result == MNL_CB_ERROR)
        return errno;
    }
  while (is_dump && result == MNL_CB_OK);
  return 0;
}

/* Sends a request and calls @func with each message of the answer. Returns 0, or the errno of the
 * request or of the kernel's answer. After a failure @func may have seen a part of the answer;
 * EINTR means that the kernel's table changed meanwhile. */
int
_mcast_netlink_client_ask (McastNetlinkClient *self, struct nlmsghdr *request,
                           McastNetlinkFunc func, gpointer user_data)
{
  gboolean is_dump = (request->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
  int code;

  if (self->has_rest)
    discard_rest (self);
  code = send_request (self, request);
  if (code == 0)
    code = read_answer (self, is_dump, func, user_data);
  self->has_rest = code != 0;
  return code;
}
