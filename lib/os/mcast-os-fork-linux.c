/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "os/mcast-os-fork-private.h"

#include <pthread.h>

/* Has @prepare called before each fork() of the process, and afterwards @parent in the parent and
 * @child in the child, where only the calling thread is left. */
void
_mcast_os_at_fork (void (*prepare) (void), void (*parent) (void), void (*child) (void))
{
  pthread_atfork (prepare, parent, child);
}
