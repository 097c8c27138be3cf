/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "os/mcast-os-poll-private.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "os/mcast-os-error-private.h"

#define MAX_READY 64

/* One descriptor that is readable while any socket of a changing set is. Its reference count keeps
 * it open for a thread that waits on it while its owner closes. */
struct _McastOsPoll
{
  gatomicrefcount ref_count;
  int epoll_fd;
  int wake_fd;
};

static gboolean
add_fd (McastOsPoll *self, int fd, gpointer data)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = data };

  return epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

McastOsPoll *
_mcast_os_poll_new (GError **error)
{
  g_autoptr (McastOsPoll) self = g_new0 (McastOsPoll, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (self->wake_fd < 0 || self->epoll_fd < 0 || !add_fd (self, self->wake_fd, NULL))
    {
      _mcast_os_set_error (error, errno, "Could not create an epoll descriptor");
      return NULL;
    }
  return g_steal_pointer (&self);
}

McastOsPoll *
_mcast_os_poll_ref (McastOsPoll *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
_mcast_os_poll_unref (McastOsPoll *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  if (self->epoll_fd >= 0)
    close (self->epoll_fd);
  if (self->wake_fd >= 0)
    close (self->wake_fd);
  g_free (self);
}

int
_mcast_os_poll_get_fd (McastOsPoll *self)
{
  return self->epoll_fd;
}

gboolean
_mcast_os_poll_add (McastOsPoll *self, int fd, gpointer data, GError **error)
{
  if (add_fd (self, fd, data))
    return TRUE;
  _mcast_os_set_error (error, errno, "Could not add a socket to the epoll descriptor");
  return FALSE;
}

void
_mcast_os_poll_remove (McastOsPoll *self, int fd)
{
  epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
}

/* Makes it readable permanently, so that a waiting thread notices that the owner was closed. */
void
_mcast_os_poll_wake (McastOsPoll *self)
{
  const guint64 one = 1;

  while (write (self->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
    continue;
}

/* Stores the data of at most @max sockets that are readable, and returns how many. The kernel takes
 * them in turn. */
guint
_mcast_os_poll_get_ready (McastOsPoll *self, gpointer *ready, guint max)
{
  struct epoll_event events[MAX_READY];
  guint n_ready = 0;
  int n;

  do
    n = epoll_wait (self->epoll_fd, events, (int) MIN (max, MAX_READY), 0);
  while (n < 0 && errno == EINTR);

  for (int i = 0; i < n; i++)
    if (events[i].data.ptr != NULL)
      ready[n_ready++] = events[i].data.ptr;
  return n_ready;
}

static int
poll_until (struct pollfd *fds, guint n_fds, gint64 deadline)
{
  struct timespec timeout = { 0, 0 };
  gint64 left;

  if (deadline < 0)
    return ppoll (fds, n_fds, NULL, NULL);
  left = MAX (deadline - g_get_monotonic_time (), 0);
  timeout.tv_sec = left / G_USEC_PER_SEC;
  timeout.tv_nsec = (left % G_USEC_PER_SEC) * 1000;
  return ppoll (fds, n_fds, &timeout, NULL);
}

/* Waits until @fd is readable, @deadline has come or @cancellable is cancelled. Returns what poll()
 * does, with its errno. */
static int
wait_for (int fd, gint64 deadline, GCancellable *cancellable)
{
  GPollFD cancel = { .fd = -1 };
  gboolean can_cancel = cancellable != NULL && g_cancellable_make_pollfd (cancellable, &cancel);
  struct pollfd fds[2] = {
    { .fd = fd, .events = POLLIN },
    { .fd = cancel.fd, .events = POLLIN },
  };
  int n;
  int saved;

  do
    n = poll_until (fds, can_cancel ? 2 : 1, deadline);
  while (n < 0 && errno == EINTR && !g_cancellable_is_cancelled (cancellable));
  saved = errno;
  if (can_cancel)
    g_cancellable_release_fd (cancellable);
  errno = saved;
  return n;
}

/* Waits until something is readable, or until @deadline, in microseconds of
 * g_get_monotonic_time(); -1 is never. Consumes nothing. */
gboolean
_mcast_os_poll_wait (McastOsPoll *self, gint64 deadline, GCancellable *cancellable, GError **error)
{
  int n = wait_for (self->epoll_fd, deadline, cancellable);
  int saved = errno;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (n > 0)
    return TRUE;
  if (n == 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                         "Timed out waiting for a datagram");
  else
    _mcast_os_set_error (error, saved, "Could not wait for a datagram");
  return FALSE;
}

/* Waits until @end, whether or not something is readable, or until the owner was closed. */
gboolean
_mcast_os_poll_pause (McastOsPoll *self, gint64 end, GCancellable *cancellable, GError **error)
{
  int n = wait_for (self->wake_fd, end, cancellable);
  int saved = errno;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (n >= 0)
    return TRUE;
  _mcast_os_set_error (error, saved, "Could not wait for datagrams");
  return FALSE;
}
