/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "signals.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "exit-status.h"

static GCancellable *cancellable;
static gint caught;

static void
fill_set (sigset_t *set)
{
  sigemptyset (set);
  sigaddset (set, SIGINT);
  sigaddset (set, SIGTERM);
  sigaddset (set, SIGHUP);
}

static gpointer
wait_for_signal (gpointer data)
{
  sigset_t set;
  int number;

  fill_set (&set);
  if (sigwait (&set, &number) == 0)
    {
      g_atomic_int_set (&caught, number);
      g_cancellable_cancel (cancellable);
      /* Whoever asks twice does not want to wait. */
      if (sigwait (&set, &number) == 0)
        _exit (128 + number);
    }
  return NULL;
}

void
signals_start (void)
{
  sigset_t set;

  cancellable = g_cancellable_new ();
  fill_set (&set);
  pthread_sigmask (SIG_BLOCK, &set, NULL);
  g_thread_unref (g_thread_new ("signals", wait_for_signal, NULL));
}

GCancellable *
signals_get_cancellable (void)
{
  return cancellable;
}

int
signals_caught (void)
{
  return g_atomic_int_get (&caught);
}

gboolean
signals_sleep_us (gint64 duration)
{
  struct pollfd fd = { g_cancellable_get_fd (cancellable), POLLIN, 0 };
  struct timespec timeout = { duration / G_USEC_PER_SEC, duration % G_USEC_PER_SEC * 1000 };

  ppoll (&fd, 1, &timeout, NULL);
  g_cancellable_release_fd (cancellable);
  return !g_cancellable_is_cancelled (cancellable);
}

int
signals_exit_status (int status)
{
  int number = signals_caught ();
  sigset_t set;

  if (number == 0)
    return status;
  if (number == SIGINT)
    return EXIT_STATUS_INTERRUPT;
  fflush (NULL);
  fill_set (&set);
  signal (number, SIG_DFL);
  raise (number);
  pthread_sigmask (SIG_UNBLOCK, &set, NULL);
  return 128 + number;
}
