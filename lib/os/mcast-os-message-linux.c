/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "os/mcast-os-message-private.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

/* Enough for all that is requested of the kernel with a datagram: addresses, time, hops, drops,
 * segments. */
#define CONTROL_SIZE 256

G_STATIC_ASSERT (sizeof (GInputVector) == sizeof (struct iovec));
G_STATIC_ASSERT (sizeof (GOutputVector) == sizeof (struct iovec));
G_STATIC_ASSERT (G_STRUCT_OFFSET (GInputVector, size) == G_STRUCT_OFFSET (struct iovec, iov_len));
G_STATIC_ASSERT (CONTROL_SIZE >= CMSG_SPACE (sizeof (struct in6_pktinfo))
                                   + CMSG_SPACE (sizeof (struct timespec))
                                   + 3 * CMSG_SPACE (sizeof (int)));

typedef union
{
  struct cmsghdr alignment;
  guint8 bytes[CONTROL_SIZE];
} Control;

/* Several datagrams to or from one socket in one system call, with all memory that the call needs.
 * A batch either receives or sends. */
struct _McastOsBatch
{
  struct mmsghdr headers[MCAST_OS_BATCH_SIZE];
  struct sockaddr_storage names[MCAST_OS_BATCH_SIZE];
  Control controls[MCAST_OS_BATCH_SIZE];
  /* How many headers the kernel has written to since they were reset. Resetting all of them would
   * cost more than a call that receives few datagrams. */
  guint n_used;
};

McastOsBatch *
_mcast_os_batch_new (void)
{
  McastOsBatch *self = g_new0 (McastOsBatch, 1);

  self->n_used = MCAST_OS_BATCH_SIZE;
  return self;
}

void
_mcast_os_batch_free (McastOsBatch *self)
{
  g_free (self);
}

/* Restores the lengths of names and control data, which the kernel overwrites. */
static void
reset_used (McastOsBatch *self)
{
  for (guint i = 0; i < self->n_used; i++)
    {
      struct msghdr *header = &self->headers[i].msg_hdr;

      header->msg_name = &self->names[i];
      header->msg_control = self->controls[i].bytes;
      header->msg_namelen = sizeof self->names[i];
      header->msg_controllen = sizeof self->controls[i].bytes;
    }
  self->n_used = 0;
}

/* Sets the memory for the datagram at @i of the next receive calls. */
void
_mcast_os_batch_set_memory (McastOsBatch *self, guint i, GInputVector *vectors, guint n_vectors)
{
  self->headers[i].msg_hdr.msg_iov = (struct iovec *) vectors;
  self->headers[i].msg_hdr.msg_iovlen = n_vectors;
}

/* Receives up to @n datagrams without waiting. Returns how many, or a negative errno. */
int
_mcast_os_batch_receive (McastOsBatch *self, int fd, guint n)
{
  int received;

  reset_used (self);
  do
    received = recvmmsg (fd, self->headers, n, MSG_DONTWAIT, NULL);
  while (received < 0 && errno == EINTR);
  self->n_used = received > 0 ? (guint) received : 0;
  return received < 0 ? -errno : received;
}

static gboolean
is_message (const struct cmsghdr *message, int level, int type, gsize size)
{
  return message->cmsg_level == level && message->cmsg_type == type
         && message->cmsg_len >= CMSG_LEN (size);
}

static void
read_control (const struct cmsghdr *message, McastOsRxInfo *info)
{
  const guint8 *data = CMSG_DATA (message);
  int value;

  if (is_message (message, IPPROTO_IP, IP_PKTINFO, sizeof (struct in_pktinfo)))
    {
      struct in_pktinfo pktinfo;

      memcpy (&pktinfo, data, sizeof pktinfo);
      info->has_destination = TRUE;
      info->destination.family = AF_INET;
      memcpy (info->destination.bytes, &pktinfo.ipi_addr, sizeof pktinfo.ipi_addr);
      info->interface_index = pktinfo.ipi_ifindex;
    }
  else if (is_message (message, IPPROTO_IPV6, IPV6_PKTINFO, sizeof (struct in6_pktinfo)))
    {
      struct in6_pktinfo pktinfo;

      memcpy (&pktinfo, data, sizeof pktinfo);
      info->has_destination = TRUE;
      info->destination.family = AF_INET6;
      memcpy (info->destination.bytes, &pktinfo.ipi6_addr, sizeof pktinfo.ipi6_addr);
      info->interface_index = pktinfo.ipi6_ifindex;
    }
  else if (is_message (message, SOL_SOCKET, SCM_TIMESTAMPNS, sizeof (struct timespec)))
    {
      struct timespec time;

      memcpy (&time, data, sizeof time);
      info->arrival_time = (gint64) time.tv_sec * G_GINT64_CONSTANT (1000000000) + time.tv_nsec;
    }
  else if (is_message (message, IPPROTO_IP, IP_TTL, sizeof value)
           || is_message (message, IPPROTO_IPV6, IPV6_HOPLIMIT, sizeof value))
    {
      memcpy (&value, data, sizeof value);
      info->hop_limit = value;
    }
  else if (is_message (message, IPPROTO_UDP, UDP_GRO, sizeof value))
    {
      memcpy (&value, data, sizeof value);
      info->segment_size = value > 0 ? value : 0;
    }
}

/* Stores what the kernel reported with the datagram at @i of the last receive call. */
void
_mcast_os_batch_get_info (McastOsBatch *self, guint i, McastOsRxInfo *info)
{
  struct msghdr *header = &self->headers[i].msg_hdr;

  memset (info, 0, sizeof *info);
  info->length = self->headers[i].msg_len;
  info->truncated = (header->msg_flags & MSG_TRUNC) != 0;
  info->hop_limit = -1;
  _mcast_address_from_sockaddr (header->msg_name, header->msg_namelen, &info->source,
                                &info->source_port);

  for (struct cmsghdr *message = CMSG_FIRSTHDR (header); message != NULL;
       message = CMSG_NXTHDR (header, message))
    read_control (message, info);
}

static void
append_control (struct msghdr *header, int level, int type, gconstpointer data, gsize size)
{
  struct cmsghdr *message = (gpointer) ((guint8 *) header->msg_control + header->msg_controllen);

  message->cmsg_level = level;
  message->cmsg_type = type;
  message->cmsg_len = CMSG_LEN (size);
  memcpy (CMSG_DATA (message), data, size);
  header->msg_controllen += CMSG_SPACE (size);
}

static void
append_path (struct msghdr *header, const McastOsTxItem *item)
{
  if (item->destination->family == AF_INET)
    {
      struct in_pktinfo pktinfo = { .ipi_ifindex = (int) item->interface_index };

      if (item->source->family == AF_INET)
        memcpy (&pktinfo.ipi_spec_dst, item->source->bytes, sizeof pktinfo.ipi_spec_dst);
      append_control (header, IPPROTO_IP, IP_PKTINFO, &pktinfo, sizeof pktinfo);
    }
  else
    {
      struct in6_pktinfo pktinfo = { .ipi6_ifindex = item->interface_index };

      if (item->source->family == AF_INET6)
        memcpy (&pktinfo.ipi6_addr, item->source->bytes, sizeof pktinfo.ipi6_addr);
      append_control (header, IPPROTO_IPV6, IPV6_PKTINFO, &pktinfo, sizeof pktinfo);
    }
}

/* Sets the datagram at @i of the next send call. The memory that @item points to must stay valid
 * until then. */
void
_mcast_os_batch_set_item (McastOsBatch *self, guint i, const McastOsTxItem *item)
{
  struct msghdr *header = &self->headers[i].msg_hdr;
  guint32 scope = item->destination->family == AF_INET6 ? item->interface_index : 0;

  header->msg_name = &self->names[i];
  header->msg_namelen = _mcast_address_to_sockaddr (item->destination, item->port, scope,
                                                    &self->names[i]);
  header->msg_iov = (struct iovec *) item->vectors;
  header->msg_iovlen = item->n_vectors;
  header->msg_control = self->controls[i].bytes;
  header->msg_controllen = 0;
  header->msg_flags = 0;
  append_path (header, item);
  if (item->segment_size != 0)
    {
      guint16 segment_size = (guint16) item->segment_size;

      append_control (header, IPPROTO_UDP, UDP_SEGMENT, &segment_size, sizeof segment_size);
    }
}

/* Sends @n items without waiting. Returns how many the kernel accepted, in order, or a negative
 * errno when it refused the first. */
int
_mcast_os_batch_send (McastOsBatch *self, int fd, guint first, guint n)
{
  int sent;

  do
    sent = sendmmsg (fd, self->headers + first, n, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent < 0 ? -errno : sent;
}

/* Checks whether a report comes from the network, rather than from this host. */
static gboolean
is_from_network (struct msghdr *header)
{
  for (struct cmsghdr *message = CMSG_FIRSTHDR (header); message != NULL;
       message = CMSG_NXTHDR (header, message))
    {
      struct sock_extended_err report;

      if (!is_message (message, IPPROTO_IP, IP_RECVERR, sizeof report)
          && !is_message (message, IPPROTO_IPV6, IPV6_RECVERR, sizeof report))
        continue;
      memcpy (&report, CMSG_DATA (message), sizeof report);
      return report.ee_origin == SO_EE_ORIGIN_ICMP || report.ee_origin == SO_EE_ORIGIN_ICMP6;
    }
  return FALSE;
}

/* Takes the error that the next call on the socket would return although it has nothing to do with
 * that call. */
static gboolean
take_pending_error (int fd)
{
  int code = 0;
  socklen_t length = sizeof code;

  return getsockopt (fd, SOL_SOCKET, SO_ERROR, &code, &length) == 0 && code != 0;
}

/* Reads reports of errors, which count against the socket's memory until they are read. Returns
 * whether any came from the network: such a report makes a call on the socket fail that has nothing
 * to do with it. It reads one batch at most, so that a flood of forged reports does not keep the
 * caller busy. */
gboolean
_mcast_os_drain_errors (int fd)
{
  guint8 payload[1];
  Control control;
  struct iovec vector = { payload, sizeof payload };
  gboolean found = FALSE;

  for (guint i = 0; i < MCAST_OS_BATCH_SIZE; i++)
    {
      struct msghdr header = {
        .msg_iov = &vector,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes,
      };
      ssize_t length = recvmsg (fd, &header, MSG_ERRQUEUE | MSG_DONTWAIT);

      if (length < 0 && errno != EINTR)
        break;
      found = (length >= 0 && is_from_network (&header)) || found;
    }
  /* The kernel makes the next report in the queue the pending error. */
  return take_pending_error (fd) || found;
}
