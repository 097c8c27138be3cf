/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "tx/mcast-tx-writer-private.h"

#include <errno.h>
#include <sys/socket.h>

#include "mcast-error.h"
#include "mcast-limits-private.h"
#include "mcast-log-private.h"
#include "os/mcast-os-message-private.h"
#include "os/mcast-os-wait-private.h"
#include "tx/mcast-tx-queue-private.h"

/* How often a wait for room in a send buffer checks whether the socket was closed. */
#define CLOSE_CHECK_NS G_GINT64_CONSTANT (100000000)
/* How often a datagram is tried while reports from the network arrive: an attacker who forges
 * them must not keep the writer busy forever. */
#define MAX_TRIES 100
/* How long an interface may delay datagrams that another one has sent: long enough for half of a
 * send buffer of the default size to leave at 100 Mbit/s, short enough for audio and video. */
#define PATIENCE_US 20000

G_STATIC_ASSERT (MCAST_OS_MAX_SEGMENTS <= MCAST_OS_BATCH_SIZE);

/* How often an item was tried, and how often it may be. */
typedef struct
{
  guint n;
  guint max;
} Tries;

/* An OS socket in a call. */
typedef struct
{
  McastTxQueue *queue;
  /* How many messages, from the first one on, it has accepted. */
  guint n_accepted;
  /* When to stop waiting for room, in monotonic time; 0 while there is no reason to. */
  gint64 patience_end;
} Outlet;

struct _McastTxWriter
{
  McastTxLedger *ledger;
  const gint *closed;
  /* Outlets of this call and, from n_outlets on, of earlier ones. */
  GPtrArray *outlets;
  guint n_outlets;
  /* The outlet of each path, NULL for one that is not ready. */
  GPtrArray *outlets_by_path;
  /* For the datagrams of a run that the kernel does not segment. */
  Outlet *singles;
  McastTxRuns *runs;
  McastTxRuns *single_runs;
  /* The descriptors of a wait. */
  GArray *waiting;
  McastLogLimit reports;

  /* The state of a call. */
  const McastTxWriterJob *job;
  /* How many messages, from the first one on, a path accepted or refused. */
  guint n_done;
  gboolean any_accepted;
  const McastTxPath *first_refused;
  int first_code;
  gsize first_size;
  /* Why the call ends early. */
  GError *stopped;
};

static Outlet *
outlet_new (void)
{
  Outlet *self = g_new0 (Outlet, 1);

  self->queue = _mcast_tx_queue_new ();
  return self;
}

static void
outlet_free (gpointer data)
{
  Outlet *self = data;

  _mcast_tx_queue_free (self->queue);
  g_free (self);
}

static void
outlet_begin (Outlet *self, McastTxEndpoint *endpoint)
{
  _mcast_tx_queue_begin (self->queue, endpoint);
  self->n_accepted = 0;
  self->patience_end = 0;
}

/* @closed becomes TRUE, atomically, to end the calls. */
McastTxWriter *
_mcast_tx_writer_new (McastTxLedger *ledger, const gint *closed)
{
  McastTxWriter *self = g_new0 (McastTxWriter, 1);

  self->ledger = ledger;
  self->closed = closed;
  self->outlets = g_ptr_array_new_with_free_func (outlet_free);
  self->outlets_by_path = g_ptr_array_new ();
  self->singles = outlet_new ();
  self->runs = _mcast_tx_runs_new ();
  self->single_runs = _mcast_tx_runs_new ();
  self->waiting = g_array_new (FALSE, FALSE, sizeof (int));
  return self;
}

void
_mcast_tx_writer_free (McastTxWriter *self)
{
  g_ptr_array_unref (self->outlets);
  g_ptr_array_unref (self->outlets_by_path);
  outlet_free (self->singles);
  _mcast_tx_runs_free (self->runs);
  _mcast_tx_runs_free (self->single_runs);
  g_array_unref (self->waiting);
  g_free (self);
}

static void
log_refusal (const McastTxPath *path, int code, const char *text)
{
  MCAST_LOG (INFO, (.iface = path->key.interface_name, .group = &path->key.group, .code = code),
             "%s (%s)", text, g_strerror (code));
}

static void
log_report (McastTxWriter *self, const McastTxPath *path, int code)
{
  guint n_suppressed;

  if (_mcast_log_limit_pass (&self->reports, g_get_monotonic_time (), &n_suppressed))
    MCAST_LOG (DEBUG, (.iface = path->key.interface_name, .group = &path->key.group, .code = code),
               "sending again after a report from the network (%s; %u lines suppressed)",
               g_strerror (code), n_suppressed);
}

static void
count_accepted (McastTxWriter *self, Outlet *outlet, guint n)
{
  const McastTxQueueItem *items = _mcast_tx_queue_peek (outlet->queue);

  _mcast_tx_ledger_lock (self->ledger);
  for (guint i = 0; i < n; i++)
    {
      const McastTxRun *run = items[i].run;

      _mcast_tx_counters_accept (items[i].path->counters, run->n_datagrams, run->bytes);
      outlet->n_accepted = MAX (outlet->n_accepted, run->last_message + 1);
    }
  _mcast_tx_ledger_unlock (self->ledger);
  self->n_done = MAX (self->n_done, outlet->n_accepted);
  self->any_accepted = TRUE;
  outlet->patience_end = 0;
}

static void
count_refused (McastTxWriter *self, const McastTxPath *path, int code, guint n_datagrams,
               gsize size)
{
  gboolean is_first;

  _mcast_tx_ledger_lock (self->ledger);
  is_first = _mcast_tx_counters_refuse (path->counters, code, n_datagrams, size);
  _mcast_tx_ledger_unlock (self->ledger);
  if (is_first)
    log_refusal (path, code, "a datagram was refused; further ones are only counted");
  if (self->first_refused == NULL)
    {
      self->first_refused = path;
      self->first_code = code;
      self->first_size = size;
    }
}

static void
refuse (McastTxWriter *self, const McastTxQueueItem *item, int code)
{
  self->n_done = MAX (self->n_done, item->run->last_message + 1);
  count_refused (self, item->path, code, item->run->n_datagrams, item->run->segment_size);
}

/* Drops an item because the call ends early. A message that no path has touched is for the
 * caller's next call; one that went out on another path is refused here. */
static void
abandon (McastTxWriter *self, const McastTxQueueItem *item)
{
  gboolean has_no_room = g_error_matches (self->stopped, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)
                         || g_error_matches (self->stopped, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);

  if (item->run->first_message < self->n_done)
    count_refused (self, item->path, has_no_room ? EAGAIN : ECANCELED, item->run->n_datagrams, 0);
}

static gboolean
is_stopped (McastTxWriter *self)
{
  if (self->stopped == NULL && g_atomic_int_get (self->closed))
    g_set_error_literal (&self->stopped, G_IO_ERROR, G_IO_ERROR_CLOSED,
                         "The sending socket is closed");
  if (self->stopped == NULL && self->job->cancellable != NULL)
    g_cancellable_set_error_if_cancelled (self->job->cancellable, &self->stopped);
  return self->stopped != NULL;
}

/* Returns how many nanoseconds of a wait to spend before checking again; 0 where the call ends
 * instead. */
static gint64
limit_wait (McastTxWriter *self, gint64 delay)
{
  gint64 left = G_MAXINT64;

  if (is_stopped (self))
    return 0;
  if (self->job->deadline > 0)
    left = self->job->deadline - g_get_monotonic_time ();
  if (self->job->deadline < 0)
    g_set_error_literal (&self->stopped, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK,
                         "The datagram cannot be sent without waiting");
  else if (left <= 0)
    g_set_error_literal (&self->stopped, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                         "The datagram could not be sent before the timeout");
  if (self->stopped != NULL)
    return 0;
  delay = MIN (delay, CLOSE_CHECK_NS);
  return left < delay / 1000 ? left * 1000 : delay;
}

/* Checks whether the kernel refuses to segment, rather than to send. */
static gboolean
is_offload_refusal (const McastTxQueueItem *item, int code)
{
  return item->run->n_datagrams > 1
         && (code == EINVAL || code == EIO || code == EMSGSIZE || code == EOPNOTSUPP);
}

static void flush (McastTxWriter *self, Outlet *const *outlets, guint n_outlets);

static void
flush_all (McastTxWriter *self)
{
  flush (self, (Outlet *const *) self->outlets->pdata, self->n_outlets);
}

static void
append (McastTxWriter *self, Outlet *outlet, McastTxPath *path, const McastTxRun *run)
{
  const McastTxQueueItem item = { path, run };

  if (_mcast_tx_queue_is_full (outlet->queue))
    flush_all (self);
  if (self->stopped != NULL)
    abandon (self, &item);
  else
    _mcast_tx_queue_append (outlet->queue, path, run);
}

/* Sends a run as the datagrams that it consists of, before it returns. */
static void
send_singles (McastTxWriter *self, Outlet *outlet, McastTxPath *path, const McastTxRun *run)
{
  const McastTxRunLimits single = { 1, G_MAXSIZE, G_MAXUINT };
  const McastTxMessage message = { run->vectors, run->n_vectors, run->segment_size };
  McastTxRun *singles;
  guint n_singles;

  _mcast_tx_runs_build (self->single_runs, &message, 1, &single);
  singles = _mcast_tx_runs_get (self->single_runs, &n_singles);
  outlet_begin (self->singles, _mcast_tx_queue_get_endpoint (outlet->queue));
  for (guint i = 0; i < n_singles; i++)
    {
      singles[i].first_message = run->first_message;
      singles[i].last_message = run->last_message;
      _mcast_tx_queue_append (self->singles->queue, path, &singles[i]);
    }
  flush (self, &self->singles, 1);
  outlet->n_accepted = MAX (outlet->n_accepted, self->singles->n_accepted);
}

/* Sends an item that the kernel refused to segment. */
static void
send_without_offload (McastTxWriter *self, Outlet *outlet, const McastTxQueueItem *item, int code)
{
  /* Too large is a matter of the interface's MTU at this moment; other reasons are permanent. */
  if (code != EMSGSIZE)
    {
      _mcast_tx_ledger_lock (self->ledger);
      item->path->counters->offload_refused = TRUE;
      _mcast_tx_ledger_unlock (self->ledger);
      log_refusal (item->path, code, "segmentation offload is disabled");
    }
  send_singles (self, outlet, item->path, item->run);
}

/* Checks whether an item is worth another try: a report from the network about an earlier datagram
 * makes the kernel refuse one that has nothing to do with it. Without such a report there is one
 * more try, because another reader of a shared socket may have read it. */
static gboolean
may_be_report (McastTxWriter *self, int fd, const McastTxQueueItem *item, int code, Tries *tries)
{
  if (_mcast_os_drain_errors (fd))
    {
      /* For the later tries, too: the kernel makes the socket fail only after it has queued the
       * report, which may have been read by then. */
      tries->max = MAX_TRIES;
      log_report (self, item->path, code);
    }
  return ++tries->n < tries->max;
}

static void
handle_refusal (McastTxWriter *self, Outlet *outlet, const McastTxQueueItem *item, int code)
{
  if (is_offload_refusal (item, code))
    send_without_offload (self, outlet, item, code);
  else
    refuse (self, item, code);
  is_stopped (self);
}

/* Sends what is queued, until the send buffer is full. Returns whether something is left. */
static gboolean
push (McastTxWriter *self, Outlet *outlet)
{
  const Tries untried = { .max = 2 };
  Tries tries = untried;
  const McastTxQueueItem *item = _mcast_tx_queue_peek (outlet->queue);

  for (; item != NULL && self->stopped == NULL; item = _mcast_tx_queue_peek (outlet->queue))
    {
      int fd = _mcast_tx_queue_get_fd (outlet->queue);
      int sent = _mcast_tx_queue_send (outlet->queue);

      if (sent == -EAGAIN)
        return TRUE;
      if (sent < 0 && sent != -ENOBUFS && may_be_report (self, fd, item, -sent, &tries))
        continue;
      if (sent > 0)
        count_accepted (self, outlet, sent);
      else
        handle_refusal (self, outlet, item, -sent);
      _mcast_tx_queue_remove (outlet->queue, MAX (sent, 1));
      tries = untried;
    }
  return FALSE;
}

/* Checks whether another OS socket has accepted the next item of @outlet. */
static gboolean
is_sent_elsewhere (McastTxWriter *self, const Outlet *outlet)
{
  McastTxEndpoint *endpoint = _mcast_tx_queue_get_endpoint (outlet->queue);
  const McastTxQueueItem *item = _mcast_tx_queue_peek (outlet->queue);

  for (guint i = 0; i < self->n_outlets && item != NULL; i++)
    {
      const Outlet *other = self->outlets->pdata[i];

      if (_mcast_tx_queue_get_endpoint (other->queue) != endpoint
          && other->n_accepted > item->run->last_message)
        return TRUE;
    }
  return FALSE;
}

/* Checks whether the wait of @outlet for room is over. It ends soon, so that a slow interface does
 * not delay what comes next on a fast one, and at once if the buffer was not free since the last
 * such wait. */
static gboolean
is_out_of_patience (McastTxWriter *self, Outlet *outlet, gint64 now)
{
  McastTxEndpoint *endpoint = _mcast_tx_queue_get_endpoint (outlet->queue);

  if (outlet->patience_end == 0)
    {
      outlet->patience_end = now + PATIENCE_US;
      if (self->job->deadline < 0 || _mcast_tx_endpoint_is_congested (endpoint))
        outlet->patience_end = now;
      else if (self->job->deadline > 0)
        outlet->patience_end = MIN (outlet->patience_end, self->job->deadline);
    }
  return now >= outlet->patience_end;
}

/* Refuses what the other paths have sent. */
static void
give_up (McastTxWriter *self, Outlet *outlet)
{
  while (is_sent_elsewhere (self, outlet))
    {
      refuse (self, _mcast_tx_queue_peek (outlet->queue), EAGAIN);
      _mcast_tx_queue_remove (outlet->queue, 1);
    }
  outlet->patience_end = 0;
  if (self->job->deadline >= 0)
    _mcast_tx_endpoint_set_congested (_mcast_tx_queue_get_endpoint (outlet->queue), TRUE);
}

/* Waits until one of the full send buffers has room, or the wait for one is over. */
static void
wait_for_room (McastTxWriter *self, Outlet *const *outlets, guint n_outlets)
{
  gint64 now = g_get_monotonic_time ();
  gint64 delay = CLOSE_CHECK_NS;

  g_array_set_size (self->waiting, 0);
  for (guint i = 0; i < n_outlets; i++)
    {
      Outlet *outlet = outlets[i];
      int fd = _mcast_tx_queue_get_fd (outlet->queue);
      gboolean is_late = is_sent_elsewhere (self, outlet);

      if (_mcast_tx_queue_peek (outlet->queue) == NULL)
        continue;
      if (is_late && is_out_of_patience (self, outlet, now))
        {
          give_up (self, outlet);
          return;
        }
      if (is_late)
        delay = MIN (delay, (outlet->patience_end - now) * 1000);
      g_array_append_val (self->waiting, fd);
    }
  delay = limit_wait (self, delay);
  if (delay > 0)
    _mcast_os_wait_writable ((const int *) (gpointer) self->waiting->data, self->waiting->len,
                             delay, self->job->cancellable);
  is_stopped (self);
}

static void
abandon_all (McastTxWriter *self, Outlet *outlet)
{
  while (_mcast_tx_queue_peek (outlet->queue) != NULL)
    {
      abandon (self, _mcast_tx_queue_peek (outlet->queue));
      _mcast_tx_queue_remove (outlet->queue, 1);
    }
}

/* A buffer of which a large part is free again is waited for again. */
static void
note_room (Outlet *outlet)
{
  McastTxEndpoint *endpoint = _mcast_tx_queue_get_endpoint (outlet->queue);

  if (endpoint != NULL && _mcast_tx_endpoint_is_congested (endpoint)
      && _mcast_os_is_writable (_mcast_tx_endpoint_get_fd (endpoint)))
    _mcast_tx_endpoint_set_congested (endpoint, FALSE);
}

/* Sends what is queued: to each OS socket as much as it takes, before any is waited for. */
static void
flush (McastTxWriter *self, Outlet *const *outlets, guint n_outlets)
{
  gboolean is_left = TRUE;

  for (guint i = 0; i < n_outlets; i++)
    note_room (outlets[i]);
  while (is_left && self->stopped == NULL)
    {
      is_left = FALSE;
      for (guint i = 0; i < n_outlets; i++)
        is_left = push (self, outlets[i]) || is_left;
      if (is_left)
        wait_for_room (self, outlets, n_outlets);
    }
  for (guint i = 0; i < n_outlets; i++)
    abandon_all (self, outlets[i]);
}

/* Waits until the pacer lets @bytes go. Returns FALSE when the call ends early. */
static gboolean
pace (McastTxWriter *self, gsize bytes)
{
  McastPacer *pacer = self->job->pacer;
  gint64 delay = _mcast_pacer_get_delay (pacer, _mcast_os_now ());

  while (delay > 0)
    {
      /* What is queued goes before the pause, not after it. */
      flush_all (self);
      delay = limit_wait (self, delay);
      if (delay == 0)
        return FALSE;
      _mcast_os_sleep (delay, self->job->cancellable);
      delay = _mcast_pacer_get_delay (pacer, _mcast_os_now ());
    }
  _mcast_pacer_take (pacer, _mcast_os_now (), bytes);
  return TRUE;
}

/* Returns the limits of runs that every path with offload can send; a run is one datagram where
 * there is no such path. */
static McastTxRunLimits
choose_limits (McastTxWriter *self, const McastTxMessage *messages, guint n_messages)
{
  McastTxRunLimits limits = {
    .max_datagrams = 1,
    .max_bytes = MIN (MCAST_MAX_PAYLOAD, _mcast_pacer_max_burst (self->job->pacer)),
    .max_segment = G_MAXUINT,
  };

  /* The most frequent call has nothing to segment. */
  if (n_messages == 1 && messages->segment_size == 0)
    return limits;
  for (guint i = 0; i < self->job->paths->len; i++)
    {
      const McastTxPath *path = self->job->paths->pdata[i];

      if (path->obstacle != MCAST_TX_OBSTACLE_NONE || !_mcast_tx_path_has_offload (path))
        continue;
      limits.max_datagrams = MCAST_OS_MAX_SEGMENTS;
      limits.max_segment = MIN (limits.max_segment, path->max_segment);
    }
  return limits;
}

static void
send_run (McastTxWriter *self, const McastTxRun *run)
{
  for (guint i = 0; i < self->job->paths->len; i++)
    {
      McastTxPath *path = self->job->paths->pdata[i];
      Outlet *outlet = self->outlets_by_path->pdata[i];

      if (outlet == NULL)
        continue;
      if (run->n_datagrams == 1 || _mcast_tx_path_has_offload (path))
        append (self, outlet, path, run);
      else
        {
          /* Earlier datagrams of the path may still be queued. */
          flush_all (self);
          send_singles (self, outlet, path, run);
        }
    }
}

static void
send_runs (McastTxWriter *self, const McastTxMessage *messages, guint n_messages)
{
  const McastTxRunLimits limits = choose_limits (self, messages, n_messages);
  const McastTxRun *runs;
  guint n_runs;

  _mcast_tx_runs_build (self->runs, messages, n_messages, &limits);
  runs = _mcast_tx_runs_get (self->runs, &n_runs);
  for (guint i = 0; i < n_runs && self->stopped == NULL; i++)
    {
      if (self->job->pacer->rate > 0 && !pace (self, runs[i].bytes))
        break;
      send_run (self, &runs[i]);
    }
  flush_all (self);
}

static guint
count_datagrams (const McastTxMessage *messages, guint n_messages)
{
  guint n = 0;

  for (guint i = 0; i < n_messages; i++)
    {
      gsize length = 0;

      for (guint j = 0; j < messages[i].n_vectors; j++)
        length += messages[i].vectors[j].size;
      n += messages[i].segment_size == 0 || length == 0
             ? 1
             : (guint) ((length + messages[i].segment_size - 1) / messages[i].segment_size);
    }
  return n;
}

/* Paths that are not ready refuse the messages that the others were given. */
static void
refuse_on_obstacles (McastTxWriter *self, const McastTxMessage *messages)
{
  guint n_datagrams = 0;

  for (guint i = 0; i < self->job->paths->len; i++)
    {
      const McastTxPath *path = self->job->paths->pdata[i];

      if (path->obstacle == MCAST_TX_OBSTACLE_NONE)
        continue;
      if (n_datagrams == 0)
        n_datagrams = count_datagrams (messages, self->n_done);
      count_refused (self, path, _mcast_tx_path_get_errno (path), n_datagrams, 0);
    }
}

static Outlet *
find_outlet (McastTxWriter *self, McastTxEndpoint *endpoint)
{
  Outlet *outlet;

  for (guint i = 0; i < self->n_outlets; i++)
    {
      outlet = self->outlets->pdata[i];
      if (_mcast_tx_queue_get_endpoint (outlet->queue) == endpoint)
        return outlet;
    }
  if (self->n_outlets == self->outlets->len)
    g_ptr_array_add (self->outlets, outlet_new ());
  outlet = self->outlets->pdata[self->n_outlets++];
  outlet_begin (outlet, endpoint);
  return outlet;
}

static void
begin (McastTxWriter *self, const McastTxWriterJob *job)
{
  Outlet *outlet = NULL;

  self->job = job;
  self->n_done = 0;
  self->any_accepted = FALSE;
  self->first_refused = NULL;
  self->n_outlets = 0;
  g_ptr_array_set_size (self->outlets_by_path, (gint) job->paths->len);
  for (guint i = 0; i < job->paths->len; i++)
    {
      McastTxPath *path = job->paths->pdata[i];
      McastTxEndpoint *endpoint = g_atomic_pointer_get (&path->endpoint);
      gboolean is_ready = path->obstacle == MCAST_TX_OBSTACLE_NONE;

      /* Most paths share the OS socket of the one before. */
      if (is_ready && (outlet == NULL || _mcast_tx_queue_get_endpoint (outlet->queue) != endpoint))
        outlet = find_outlet (self, endpoint);
      self->outlets_by_path->pdata[i] = is_ready ? outlet : NULL;
    }
}

static void
set_refused_error (McastTxWriter *self, GError **error)
{
  if (self->first_refused == NULL)
    g_set_error_literal (error, MCAST_ERROR, MCAST_ERROR_NO_GROUPS,
                         "The sending socket has no groups; add one");
  else if (self->first_refused->obstacle != MCAST_TX_OBSTACLE_NONE)
    _mcast_tx_path_set_obstacle_error (self->first_refused, error);
  else
    _mcast_tx_path_set_send_error (self->first_refused, self->first_code, self->first_size, error);
}

static gint
finish (McastTxWriter *self, GError **error)
{
  g_autoptr (GError) stopped = g_steal_pointer (&self->stopped);

  if (self->any_accepted)
    return (gint) self->n_done;
  if (stopped != NULL)
    g_propagate_error (error, g_steal_pointer (&stopped));
  else
    set_refused_error (self, error);
  return -1;
}

/* Sends every message on every path. Returns how many messages, from the first one on, are done
 * with, which are all unless the call was stopped; -1 with the first reason when no path accepted
 * any. */
gint
_mcast_tx_writer_write (McastTxWriter *self, const McastTxWriterJob *job,
                        const McastTxMessage *messages, guint n_messages, GError **error)
{
  begin (self, job);
  if (!is_stopped (self))
    {
      send_runs (self, messages, n_messages);
      if (self->stopped == NULL)
        self->n_done = n_messages;
      if (self->n_done > 0)
        refuse_on_obstacles (self, messages);
    }
  return finish (self, error);
}
