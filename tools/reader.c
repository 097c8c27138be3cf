/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "reader.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "run-queue.h"
#include "signals.h"

#define N_MESSAGES 64
#define MESSAGE_SIZE 65536
#define MAX_BACKLOG (256 * 1024 * 1024)
#define PAUSE_US 1000

struct _Reader
{
  McastRxSocket *rx;
  GCancellable *cancellable;
  GThread *thread;
  char *memory;
  int event_fd;
  RunQueue queue;
  gboolean has_been_full;
  GError *error;  /* why reception ended, once has_ended is set */
  gint has_ended; /* atomic */
};

static void
wake_up (Reader *self)
{
  guint64 one = 1;

  /* It fails only if the counter is full, and then the other thread wakes up anyway. */
  if (write (self->event_fd, &one, sizeof one) < 0)
    return;
}

static void
push (Reader *self, const McastRxMessage *messages, gint n)
{
  RxRun *newest = NULL;
  RxRun *oldest = NULL;

  for (gint i = 0; i < n; i++)
    {
      RxRun *run = rx_run_new (&messages[i]);

      run->next = newest;
      newest = run;
      if (oldest == NULL)
        oldest = run;
    }
  if (n > 0 && run_queue_push (&self->queue, newest, oldest))
    wake_up (self);
}

/* Waits while the queue is too large. The kernel drops and counts datagrams meanwhile. */
static void
wait_for_room (Reader *self)
{
  if (run_queue_get_size (&self->queue) > MAX_BACKLOG && !self->has_been_full)
    {
      self->has_been_full = TRUE;
      g_debug ("%u MiB are waiting to be processed, reception pauses", MAX_BACKLOG >> 20);
    }
  while (run_queue_get_size (&self->queue) > MAX_BACKLOG
         && !g_cancellable_is_cancelled (self->cancellable))
    g_usleep (PAUSE_US);
}

static gpointer
receive_all (gpointer data)
{
  Reader *self = data;
  GInputVector vectors[N_MESSAGES];
  McastRxMessage messages[N_MESSAGES] = { 0 };
  gint n;

  for (guint i = 0; i < N_MESSAGES; i++)
    {
      vectors[i] = (GInputVector) { self->memory + i * MESSAGE_SIZE, MESSAGE_SIZE };
      messages[i].vectors = &vectors[i];
      messages[i].n_vectors = 1;
    }
  while ((n = mcast_rx_socket_receive_messages (self->rx, messages, N_MESSAGES, self->cancellable,
                                                &self->error))
         >= 0)
    {
      push (self, messages, n);
      wait_for_room (self);
    }
  g_debug ("reception ended: %s", self->error->message);
  g_atomic_int_set (&self->has_ended, TRUE);
  wake_up (self);
  return NULL;
}

Reader *
reader_new (McastRxSocket *rx)
{
  Reader *self = g_new0 (Reader, 1);

  self->rx = g_object_ref (rx);
  self->cancellable = g_cancellable_new ();
  /* Keep the descriptor: GLib aborts if it cannot make another one later. */
  g_cancellable_get_fd (self->cancellable);
  self->memory = g_malloc (N_MESSAGES * MESSAGE_SIZE);
  self->event_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  self->thread = g_thread_new ("reader", receive_all, self);
  /* Processing can wait; datagrams that are not read in time are lost. */
  setpriority (PRIO_PROCESS, gettid (), 10);
  return self;
}

void
reader_free (Reader *self)
{
  g_cancellable_cancel (self->cancellable);
  g_thread_join (self->thread);
  run_queue_clear (&self->queue);
  g_clear_error (&self->error);
  close (self->event_fd);
  g_free (self->memory);
  g_cancellable_release_fd (self->cancellable);
  g_object_unref (self->cancellable);
  g_object_unref (self->rx);
  g_free (self);
}

/* Waits for a wake-up or a signal. Returns FALSE at @end_time. */
static gboolean
wait_for_event (Reader *self, gint64 end_time)
{
  gint64 left = end_time < 0 ? 0 : MAX (end_time - g_get_monotonic_time (), 0);
  struct timespec timeout = { left / G_USEC_PER_SEC, left % G_USEC_PER_SEC * 1000 };
  struct pollfd fds[] = {
    { self->event_fd, POLLIN, 0 },
    { signals_get_fd (), POLLIN, 0 },
  };
  guint64 count;
  int n = ppoll (fds, G_N_ELEMENTS (fds), end_time < 0 ? NULL : &timeout, NULL);

  if (n > 0 && (fds[0].revents & POLLIN) != 0 && read (self->event_fd, &count, sizeof count) < 0)
    return FALSE;
  return n != 0;
}

GPtrArray *
reader_pop (Reader *self, gint64 timeout_us, GError **error)
{
  gint64 end_time = timeout_us < 0 ? -1 : g_get_monotonic_time () + timeout_us;

  while (TRUE)
    {
      gboolean has_ended = g_atomic_int_get (&self->has_ended);

      if (g_cancellable_set_error_if_cancelled (signals_get_cancellable (), error))
        return NULL;
      if (!run_queue_is_empty (&self->queue))
        return run_queue_pop_all (&self->queue);
      if (has_ended)
        {
          g_propagate_error (error, g_error_copy (self->error));
          return NULL;
        }
      if (!wait_for_event (self, end_time))
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                               "Timed out waiting for a datagram");
          return NULL;
        }
    }
}
