/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fault-watch.h"

#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "netns.h"

struct _FaultWatch
{
  char *iface;
  int fd;
  GThread *thread;

  GMutex lock;
  GCond came_up;
  gint64 time;
};

static gboolean
is_of (const struct nlmsghdr *header, const char *iface)
{
  const struct ifinfomsg *info = NLMSG_DATA (header);
  int left = (int) IFLA_PAYLOAD (header);

  for (const struct rtattr *attribute = IFLA_RTA (info); RTA_OK (attribute, left);
       attribute = RTA_NEXT (attribute, left))
    if (attribute->rta_type == IFLA_IFNAME)
      return strcmp (RTA_DATA (attribute), iface) == 0;
  return FALSE;
}

static gboolean
says_carrier (const struct nlmsghdr *header, const char *iface)
{
  const struct ifinfomsg *info = NLMSG_DATA (header);
  const guint wanted = IFF_UP | IFF_LOWER_UP;

  return header->nlmsg_type == RTM_NEWLINK && info->ifi_family == AF_UNSPEC
         && (info->ifi_flags & wanted) == wanted && is_of (header, iface);
}

static void
note (FaultWatch *self, gint64 now)
{
  g_mutex_lock (&self->lock);
  if (self->time == 0)
    self->time = now;
  g_cond_broadcast (&self->came_up);
  g_mutex_unlock (&self->lock);
}

/* Ends when the socket is shut. */
static gpointer
listen_to_kernel (gpointer user_data)
{
  FaultWatch *self = user_data;
  union
  {
    struct nlmsghdr header;
    char data[32768];
  } block;
  gssize length;

  while ((length = recv (self->fd, &block, sizeof block, 0)) != 0)
    {
      gint64 now = g_get_monotonic_time ();
      int left = (int) length;

      for (struct nlmsghdr *header = &block.header; NLMSG_OK (header, left);
           header = NLMSG_NEXT (header, left))
        {
          if (header->nlmsg_type == NLMSG_DONE)
            return NULL;
          if (says_carrier (header, self->iface))
            note (self, now);
        }
    }
  return NULL;
}

FaultWatch *
fault_watch_new (const char *iface)
{
  FaultWatch *self = g_new0 (FaultWatch, 1);
  struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };

  self->iface = g_strdup (iface);
  g_mutex_init (&self->lock);
  g_cond_init (&self->came_up);
  self->fd = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  g_assert_cmpint (bind (self->fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  self->thread = g_thread_new ("watch", listen_to_kernel, self);
  return self;
}

/* A netlink socket cannot be shut down: a message to itself ends the thread. */
static void
send_end (FaultWatch *self)
{
  struct sockaddr_nl own = { 0 };
  socklen_t size = sizeof own;
  const struct nlmsghdr end = { .nlmsg_len = NLMSG_HDRLEN, .nlmsg_type = NLMSG_DONE };
  gssize sent;

  getsockname (self->fd, (struct sockaddr *) &own, &size);
  own.nl_groups = 0;
  sent = sendto (self->fd, &end, sizeof end, 0, (struct sockaddr *) &own, sizeof own);
  g_assert_cmpint (sent, ==, sizeof end);
}

void
fault_watch_free (FaultWatch *self)
{
  send_end (self);
  g_thread_join (self->thread);
  close (self->fd);
  g_free (self->iface);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->came_up);
  g_free (self);
}

void
fault_watch_reset (FaultWatch *self)
{
  g_mutex_lock (&self->lock);
  self->time = 0;
  g_mutex_unlock (&self->lock);
}

gint64
fault_watch_wait (FaultWatch *self)
{
  gint64 deadline = g_get_monotonic_time () + NETNS_DEADLINE_MS * G_TIME_SPAN_MILLISECOND;
  gint64 time;

  g_mutex_lock (&self->lock);
  while (self->time == 0 && g_cond_wait_until (&self->came_up, &self->lock, deadline))
    continue;
  time = self->time;
  g_mutex_unlock (&self->lock);
  g_assert_cmpint (time, !=, 0);
  return time;
}
