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

/* Returns what the first descriptor is ready for. */
static short
wait_for (const struct pollfd *first, gint64 nanoseconds, GCancellable *cancellable)
{
  const struct timespec timeout = {
    .tv_sec = nanoseconds / G_GINT64_CONSTANT (1000000000),
    .tv_nsec = nanoseconds % G_GINT64_CONSTANT (1000000000),
  };
  GPollFD cancel = { .fd = -1 };
  gboolean can_cancel = cancellable != NULL && g_cancellable_make_pollfd (cancellable, &cancel);
  struct pollfd fds[2] = { *first, { .fd = cancel.fd, .events = POLLIN } };

  ppoll (fds, 2, &timeout, NULL);
  if (can_cancel)
    g_cancellable_release_fd (cancellable);
  return fds[0].revents;
}

/* Sleeps. Ends early when cancelled or interrupted. */
void
_mcast_os_sleep (gint64 nanoseconds, GCancellable *cancellable)
{
  struct pollfd none = { .fd = -1 };

  wait_for (&none, nanoseconds, cancellable);
}

/* Waits until @fd takes more to send, for a limited time. Ends early when cancelled or interrupted,
 * or for a report of an error, which is read, since no wait would be possible while it is there. */
void
_mcast_os_wait_writable (int fd, gint64 nanoseconds, GCancellable *cancellable)
{
  struct pollfd writable = { .fd = fd, .events = POLLOUT };

  if ((wait_for (&writable, nanoseconds, cancellable) & POLLERR) != 0)
    _mcast_os_drain_errors (fd);
}
