/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "reader.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "signals.h"

#define N_MESSAGES 64
#define MESSAGE_SIZE 65536
/* Bookkeeping of one run, about. */
#define OVERHEAD 256
#define MAX_BACKLOG (256 * 1024 * 1024)
#define PAUSE_US 1000

typedef struct _Batch Batch;

struct _Batch
{
  Batch *next;
  guint n;
  RxRun *runs[N_MESSAGES];
};

/* The two threads share no lock: the one that works has less of the processor, and holding a lock
 * it would keep the other from the kernel's buffer. */
struct _Reader
{
  McastRxSocket *rx;
  GCancellable *cancellable;
  GThread *thread;
  char *memory;
  int event_fd;

  Batch *newest;  /* atomic, with the older ones behind it */
  gssize backlog; /* atomic, bytes */
  GError *error;  /* why it ended, once has_ended is set */
  gint has_ended; /* atomic */
};

static void
wake_up (Reader *self)
{
  guint64 one = 1;

  /* It only fails when the counter is full, and then it wakes anyway. */
  if (write (self->event_fd, &one, sizeof one) < 0)
    return;
}

static void
push (Reader *self, Batch *batch)
{
  do
    batch->next = g_atomic_pointer_get (&self->newest);
  while (!g_atomic_pointer_compare_and_exchange (&self->newest, batch->next, batch));
  if (batch->next == NULL)
    wake_up (self);
}

static Batch *
batch_new (Reader *self, const McastRxMessage *messages, gint n)
{
  Batch *batch = g_new (Batch, 1);
  gssize size = 0;

  batch->n = n;
  for (gint i = 0; i < n; i++)
    {
      batch->runs[i] = rx_run_new (&messages[i]);
      size += OVERHEAD + messages[i].length;
    }
  g_atomic_pointer_add (&self->backlog, size);
  return batch;
}

/* Waits while more is there than memory should hold: then the kernel drops, and counts it. */
static void
wait_for_room (Reader *self)
{
  while ((gssize) g_atomic_pointer_get (&self->backlog) > MAX_BACKLOG
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
      push (self, batch_new (self, messages, n));
      wait_for_room (self);
    }
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
  self->memory = g_malloc (N_MESSAGES * MESSAGE_SIZE);
  self->event_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  self->thread = g_thread_new ("reader", receive_all, self);
  /* Work on what was received can wait; what is not taken from the kernel in time is lost. */
  setpriority (PRIO_PROCESS, gettid (), 10);
  return self;
}

/* Takes all there is, oldest first. */
static GPtrArray *
take (Reader *self)
{
  GPtrArray *runs = g_ptr_array_new_with_free_func ((GDestroyNotify) rx_run_free);
  Batch *newer = NULL;
  Batch *batch = g_atomic_pointer_exchange (&self->newest, NULL);
  gssize size = 0;

  while (batch != NULL)
    {
      Batch *older = batch->next;

      batch->next = newer;
      newer = batch;
      batch = older;
    }
  while (newer != NULL)
    {
      batch = newer;
      newer = batch->next;
      for (guint i = 0; i < batch->n; i++)
        {
          size += OVERHEAD + batch->runs[i]->length;
          g_ptr_array_add (runs, batch->runs[i]);
        }
      g_free (batch);
    }
  g_atomic_pointer_add (&self->backlog, -size);
  return runs;
}

void
reader_free (Reader *self)
{
  g_cancellable_cancel (self->cancellable);
  g_thread_join (self->thread);
  g_ptr_array_unref (take (self));
  g_clear_error (&self->error);
  close (self->event_fd);
  g_free (self->memory);
  g_object_unref (self->cancellable);
  g_object_unref (self->rx);
  g_free (self);
}

/* Waits for a wake-up or a signal; FALSE when neither came before @end_time. */
static gboolean
wait_for_event (Reader *self, gint64 end_time)
{
  gint64 left = end_time < 0 ? 0 : MAX (end_time - g_get_monotonic_time (), 0);
  struct timespec timeout = { left / G_USEC_PER_SEC, left % G_USEC_PER_SEC * 1000 };
  struct pollfd fds[] = {
    { self->event_fd, POLLIN, 0 },
    { g_cancellable_get_fd (signals_get_cancellable ()), POLLIN, 0 },
  };
  guint64 count;
  int n = ppoll (fds, G_N_ELEMENTS (fds), end_time < 0 ? NULL : &timeout, NULL);

  g_cancellable_release_fd (signals_get_cancellable ());
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
      if (g_atomic_pointer_get (&self->newest) != NULL)
        return take (self);
      if (has_ended)
        {
          g_propagate_error (error, g_error_copy (self->error));
          return NULL;
        }
      if (!wait_for_event (self, end_time))
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "Nothing arrived in time");
          return NULL;
        }
    }
}
