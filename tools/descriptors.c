/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "descriptors.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "console.h"
#include "exit-status.h"

void
descriptors_reserve_standard (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0)
      /* Unlike /dev/null, it exists without /dev, and reading and writing still fail. */
      open ("/", O_PATH);
}

gboolean
descriptors_check (guint n, int *status)
{
  g_autofree int *fds = g_new (int, n);
  struct rlimit limit;
  guint available = 0;

  while (available < n && (fds[available] = open ("/", O_PATH | O_CLOEXEC)) >= 0)
    available++;
  for (guint i = 0; i < available; i++)
    close (fds[i]);
  if (available == n || getrlimit (RLIMIT_NOFILE, &limit) < 0)
    return TRUE;
  return console_fail (status, EXIT_STATUS_FAILURE,
                       "the limit of open files is %u, and %u more are needed; raise it to at "
                       "least %u: ulimit -n %u",
                       (guint) limit.rlim_cur, n - available,
                       (guint) limit.rlim_cur + n - available,
                       MAX (1024, (guint) limit.rlim_cur + n - available));
}
