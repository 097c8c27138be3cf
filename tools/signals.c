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
static int cancellable_fd;
static gint caught; /* atomic */

static GMutex flush_lock;
static void (*flush) (gpointer data);
static gpointer flush_data;

static void
fill_set (sigset_t *set)
{
  sigemptyset (set);
  sigaddset (set, SIGINT);
  sigaddset (set, SIGTERM);
  sigaddset (set, SIGHUP);
}

/* Returns whether stdout or stderr is a pipe or terminal that is full. */
static gboolean
is_blocked (void)
{
  struct pollfd fds[] = { { STDOUT_FILENO, POLLOUT, 0 }, { STDERR_FILENO, POLLOUT, 0 } };

  return poll (fds, G_N_ELEMENTS (fds), 0) < (int) G_N_ELEMENTS (fds);
}

static void
end_at_once (int number)
{
  g_mutex_lock (&flush_lock);
  if (flush != NULL)
    flush (flush_data);
  if (!is_blocked ())
    fflush (stdout);
  _exit (128 + number);
}

static gpointer
wait_for_signals (gpointer data)
{
  sigset_t set;
  int number;

  fill_set (&set);
  for (guint n = 1; sigwait (&set, &number) == 0; n++)
    if (n == 1)
      {
        g_debug ("caught signal %d, ending", number);
        g_atomic_int_set (&caught, number);
        g_cancellable_cancel (cancellable);
      }
    else if (n > 2 || is_blocked ())
      end_at_once (number);
  return NULL;
}

void
signals_start (void)
{
  sigset_t set;

  cancellable = g_cancellable_new ();
  /* Keep the descriptor: GLib aborts if it cannot make another one later. */
  cancellable_fd = g_cancellable_get_fd (cancellable);
  fill_set (&set);
  pthread_sigmask (SIG_BLOCK, &set, NULL);
  g_thread_unref (g_thread_new ("signals", wait_for_signals, NULL));
}

void
signals_set_flush_func (void (*func) (gpointer data), gpointer data)
{
  g_mutex_lock (&flush_lock);
  flush = func;
  flush_data = data;
  g_mutex_unlock (&flush_lock);
}

GCancellable *
signals_get_cancellable (void)
{
  return cancellable;
}

int
signals_get_fd (void)
{
  return cancellable_fd;
}

int
signals_caught (void)
{
  return g_atomic_int_get (&caught);
}

gboolean
signals_sleep_us (gint64 duration)
{
  struct pollfd fd = { cancellable_fd, POLLIN, 0 };
  struct timespec timeout = { duration / G_USEC_PER_SEC, duration % G_USEC_PER_SEC * 1000 };

  ppoll (&fd, 1, &timeout, NULL);
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
