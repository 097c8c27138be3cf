/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "os/mcast-os-fork-private.h"

#include <pthread.h>

/* Written in a child before it has a second thread. */
static guint n_forks;
static void (*child_func) (void);

static void
begin_child (void)
{
  n_forks++;
  child_func ();
}

/* Returns a number that differs between a process and its forked child, once
 * _mcast_os_at_fork() was called. */
guint
_mcast_os_get_n_forks (void)
{
  return n_forks;
}

/* Has @prepare called before each fork() of the process, and afterwards @parent in the parent and
 * @child in the child, where only the calling thread is left. To be called once. */
void
_mcast_os_at_fork (void (*prepare) (void), void (*parent) (void), void (*child) (void))
{
  child_func = child;
  pthread_atfork (prepare, parent, begin_child);
}
