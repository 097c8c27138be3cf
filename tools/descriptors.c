/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "descriptors.h"

#include <fcntl.h>
#include <unistd.h>

void
descriptors_reserve_standard (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0)
      /* Reading and writing still fail, and it is there without /dev. */
      open ("/", O_PATH);
}
