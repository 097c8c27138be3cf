/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "os/mcast-os-signals-private.h"

#include <signal.h>

/* Blocks all signals in the calling thread, so that the application's handlers run in the
 * application's threads. */
void
_mcast_os_block_signals (void)
{
  sigset_t all;

  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, NULL);
}
