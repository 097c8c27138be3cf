/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "os/mcast-os-namespace-private.h"

#include <sys/stat.h>

/* Returns a number that differs between network namespaces, for that of the calling thread. Without
 * /proc all have the same number. */
guint64
_mcast_os_get_namespace_id (void)
{
  struct stat info;

  return stat ("/proc/thread-self/ns/net", &info) == 0 ? (guint64) info.st_ino : 0;
}
