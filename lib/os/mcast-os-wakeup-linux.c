/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "os/mcast-os-wakeup-private.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "os/mcast-os-error-private.h"

/* Lets other threads wake one that waits for a descriptor or a time. */
struct _McastOsWakeup
{
  int wake_fd;
};

McastOsWakeup *
_mcast_os_wakeup_new (GError **error)
{
  McastOsWakeup *self;
  int fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);

  if (fd < 0)
    {
      _mcast_os_set_error (error, errno, "Could not create an event descriptor");
      return NULL;
    }
  self = g_new0 (McastOsWakeup, 1);
  self->wake_fd = fd;
  return self;
}

void
_mcast_os_wakeup_free (McastOsWakeup *self)
{
  close (self->wake_fd);
  g_free (self);
}

static int
milliseconds_until (gint64 deadline)
{
  gint64 left = deadline - g_get_monotonic_time ();

  if (deadline == G_MAXINT64)
    return -1;
  return (int) CLAMP ((left + 999) / 1000, 0, G_MAXINT);
}

/* Waits until @fd is readable, another thread signals the wake-up, a signal arrives, or until
 * @deadline, in microseconds of g_get_monotonic_time(); G_MAXINT64 is never. With -1 as @fd it
 * waits for the others only. */
void
_mcast_os_wakeup_wait (McastOsWakeup *self, int fd, gint64 deadline)
{
  struct pollfd fds[2] = {
    { .fd = fd, .events = POLLIN },
    { .fd = self->wake_fd, .events = POLLIN },
  };
  guint64 wakes;

  poll (fds, G_N_ELEMENTS (fds), milliseconds_until (deadline));
  while (read (self->wake_fd, &wakes, sizeof wakes) < 0 && errno == EINTR)
    continue;
}

/* Ends the present wait, or the next one, from any thread. */
void
_mcast_os_wakeup_signal (McastOsWakeup *self)
{
  const guint64 one = 1;

  while (write (self->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
    continue;
}
