/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "os/mcast-os-wait-private.h"

#include <poll.h>
#include <time.h>

#include "os/mcast-os-message-private.h"

/* Returns monotonic time in nanoseconds. */
gint64
_mcast_os_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (gint64) now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

/* Waits for what the first @n of @fds are waited for, or for the cancellable, which takes the place
 * after them. */
static void
wait_for (struct pollfd *fds, guint n, gint64 nanoseconds, GCancellable *cancellable)
{
  const struct timespec timeout = {
    .tv_sec = nanoseconds / G_GINT64_CONSTANT (1000000000),
    .tv_nsec = nanoseconds % G_GINT64_CONSTANT (1000000000),
  };
  GPollFD cancel = { .fd = -1 };
  gboolean can_cancel = cancellable != NULL && g_cancellable_make_pollfd (cancellable, &cancel);

  fds[n] = (struct pollfd) { .fd = cancel.fd, .events = POLLIN };
  ppoll (fds, n + 1, &timeout, NULL);
  if (can_cancel)
    g_cancellable_release_fd (cancellable);
}

/* Sleeps. Ends early when cancelled or interrupted. */
void
_mcast_os_sleep (gint64 nanoseconds, GCancellable *cancellable)
{
  struct pollfd cancel;

  wait_for (&cancel, 0, nanoseconds, cancellable);
}

/* Waits until one of @fds takes more to send, for a limited time. Ends early when cancelled or
 * interrupted, or for a report of an error, which is read, since no wait would be possible while it
 * is there. */
void
_mcast_os_wait_writable (const int *fds, guint n, gint64 nanoseconds, GCancellable *cancellable)
{
  g_autofree struct pollfd *writable = g_new0 (struct pollfd, n + 1);

  for (guint i = 0; i < n; i++)
    writable[i] = (struct pollfd) { .fd = fds[i], .events = POLLOUT };
  wait_for (writable, n, nanoseconds, cancellable);
  for (guint i = 0; i < n; i++)
    if ((writable[i].revents & POLLERR) != 0)
      _mcast_os_drain_errors (fds[i]);
}

/* Returns whether a large part of the send buffer is free. */
gboolean
_mcast_os_is_writable (int fd)
{
  struct pollfd writable = { .fd = fd, .events = POLLOUT };

  return poll (&writable, 1, 0) > 0 && (writable.revents & POLLOUT) != 0;
}
