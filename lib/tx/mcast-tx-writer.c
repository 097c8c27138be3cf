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
#include "tx/mcast-tx-path-private.h"
#include "tx/mcast-tx-runs-private.h"

/* How often a wait for room in the send buffer checks whether the socket was closed. */
#define CLOSE_CHECK_NS G_GINT64_CONSTANT (100000000)
/* How often a datagram is tried while reports from the network arrive: an attacker who forges
 * them must not keep the writer busy forever. */
#define MAX_TRIES 100

/* A run on a path, which one entry of a system call transfers. */
typedef struct
{
  McastTxPath *path;
  const McastTxRun *run;
} Item;

/* How often an item was tried, and how often it may be. */
typedef struct
{
  guint n;
  guint max;
} Tries;

/* The items that the next system call gives to one OS socket. */
typedef struct
{
  int fd;
  McastOsBatch *batch;
  Item items[MCAST_OS_BATCH_SIZE];
  guint n;
} Queue;

struct _McastTxWriter
{
  McastTxLedger *ledger;
  const gint *closed;
  Queue ipv4;
  Queue ipv6;
  /* For the datagrams of a run that the kernel does not segment. */
  Queue singles;
  McastTxRuns *runs;
  McastTxRuns *single_runs;
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

/* @closed becomes TRUE, atomically, to end the calls. */
McastTxWriter *
_mcast_tx_writer_new (McastTxLedger *ledger, const gint *closed)
{
  McastTxWriter *self = g_new0 (McastTxWriter, 1);

  self->ledger = ledger;
  self->closed = closed;
  self->ipv4.batch = _mcast_os_batch_new ();
  self->ipv6.batch = _mcast_os_batch_new ();
  self->singles.batch = _mcast_os_batch_new ();
  self->runs = _mcast_tx_runs_new ();
  self->single_runs = _mcast_tx_runs_new ();
  return self;
}

void
_mcast_tx_writer_free (McastTxWriter *self)
{
  _mcast_os_batch_free (self->ipv4.batch);
  _mcast_os_batch_free (self->ipv6.batch);
  _mcast_os_batch_free (self->singles.batch);
  _mcast_tx_runs_free (self->runs);
  _mcast_tx_runs_free (self->single_runs);
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
count_accepted (McastTxWriter *self, const Item *items, guint n)
{
  _mcast_tx_ledger_lock (self->ledger);
  for (guint i = 0; i < n; i++)
    {
      const McastTxRun *run = items[i].run;

      _mcast_tx_counters_accept (items[i].path->counters, run->n_datagrams, run->bytes);
      self->n_done = MAX (self->n_done, run->last_message + 1);
    }
  _mcast_tx_ledger_unlock (self->ledger);
  self->any_accepted = TRUE;
}

static void
count_refused (McastTxWriter *self, const McastTxPath *path, int code, guint n_datagrams,
               gsize size)
{
  gboolean is_first;

  _mcast_tx_ledger_lock (self->ledger);
  is_first = _mcast_tx_counters_refuse (path->counters, code, n_datagrams);
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
refuse (McastTxWriter *self, const Item *item, int code)
{
  self->n_done = MAX (self->n_done, item->run->last_message + 1);
  count_refused (self, item->path, code, item->run->n_datagrams, item->run->segment_size);
}

/* Drops an item because the call ends early. A message that no path has touched is for the
 * caller's next call; one that went out on another path is refused here. */
static void
abandon (McastTxWriter *self, const Item *item)
{
  if (item->run->first_message < self->n_done)
    count_refused (self, item->path, ECANCELED, item->run->n_datagrams, 0);
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

static void
wait_for_room (McastTxWriter *self, int fd)
{
  gint64 delay = limit_wait (self, CLOSE_CHECK_NS);

  if (delay > 0)
    _mcast_os_wait_writable (fd, delay, self->job->cancellable);
  is_stopped (self);
}

/* Checks whether the kernel refuses to segment, rather than to send. */
static gboolean
is_offload_refusal (const Item *item, int code)
{
  return item->run->n_datagrams > 1
         && (code == EINVAL || code == EIO || code == EMSGSIZE || code == EOPNOTSUPP);
}

static void flush (McastTxWriter *self, Queue *queue);

static void
append (McastTxWriter *self, Queue *queue, McastTxPath *path, const McastTxRun *run)
{
  const Item item = { path, run };
  const McastOsTxItem os_item = {
    .destination = &path->key.group,
    .port = path->key.port,
    .interface_index = path->interface_index,
    .source = &path->source,
    .vectors = run->vectors,
    .n_vectors = run->n_vectors,
    .segment_size = run->n_datagrams > 1 ? run->segment_size : 0,
  };

  if (queue->n == MCAST_OS_BATCH_SIZE)
    flush (self, queue);
  if (self->stopped != NULL)
    {
      abandon (self, &item);
      return;
    }
  _mcast_os_batch_set_item (queue->batch, queue->n, &os_item);
  queue->items[queue->n++] = item;
}

/* Sends a run as the datagrams that it consists of, before it returns. */
static void
send_singles (McastTxWriter *self, int fd, McastTxPath *path, const McastTxRun *run)
{
  const McastTxRunLimits single = { 1, G_MAXSIZE, G_MAXUINT };
  const McastTxMessage message = { run->vectors, run->n_vectors, run->segment_size };
  McastTxRun *singles;
  guint n_singles;

  _mcast_tx_runs_build (self->single_runs, &message, 1, &single);
  singles = _mcast_tx_runs_get (self->single_runs, &n_singles);
  self->singles.fd = fd;
  for (guint i = 0; i < n_singles; i++)
    {
      singles[i].first_message = run->first_message;
      singles[i].last_message = run->last_message;
      append (self, &self->singles, path, &singles[i]);
    }
  flush (self, &self->singles);
}

/* Sends an item that the kernel refused to segment. */
static void
send_without_offload (McastTxWriter *self, int fd, const Item *item, int code)
{
  /* Too large is a matter of the interface's MTU at this moment; other reasons are permanent. */
  if (code != EMSGSIZE)
    {
      _mcast_tx_ledger_lock (self->ledger);
      item->path->counters->offload_refused = TRUE;
      _mcast_tx_ledger_unlock (self->ledger);
      log_refusal (item->path, code, "segmentation offload is disabled");
    }
  send_singles (self, fd, item->path, item->run);
}

/* Checks whether an item is worth another try: a report from the network about an earlier datagram
 * makes the kernel refuse one that has nothing to do with it. Without such a report there is one
 * more try, because another reader of a shared socket may have read it. */
static gboolean
may_be_report (McastTxWriter *self, int fd, const Item *item, int code, Tries *tries)
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
handle_refusal (McastTxWriter *self, int fd, const Item *item, int code)
{
  if (is_offload_refusal (item, code))
    send_without_offload (self, fd, item, code);
  else
    refuse (self, item, code);
  is_stopped (self);
}

/* Sends what is queued. */
static void
flush (McastTxWriter *self, Queue *queue)
{
  const Tries untried = { .max = 2 };
  Tries tries = untried;
  guint done = 0;

  while (done < queue->n && self->stopped == NULL)
    {
      const Item *item = &queue->items[done];
      int sent = _mcast_os_batch_send (queue->batch, queue->fd, done, queue->n - done);

      if (sent > 0)
        {
          count_accepted (self, item, sent);
          done += sent;
          tries = untried;
        }
      else if (sent == -EAGAIN)
        wait_for_room (self, queue->fd);
      else if (sent == -ENOBUFS || !may_be_report (self, queue->fd, item, -sent, &tries))
        {
          handle_refusal (self, queue->fd, item, -sent);
          done++;
          tries = untried;
        }
    }
  for (; done < queue->n; done++)
    abandon (self, &queue->items[done]);
  queue->n = 0;
}

static void
flush_all (McastTxWriter *self)
{
  flush (self, &self->ipv4);
  flush (self, &self->ipv6);
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
      Queue *queue = path->key.group.family == AF_INET6 ? &self->ipv6 : &self->ipv4;

      if (path->obstacle != MCAST_TX_OBSTACLE_NONE)
        continue;
      if (run->n_datagrams == 1 || _mcast_tx_path_has_offload (path))
        append (self, queue, path, run);
      else
        {
          /* Earlier datagrams of the path may still be queued. */
          flush (self, queue);
          send_singles (self, queue->fd, path, run);
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

static void
begin (McastTxWriter *self, const McastTxWriterJob *job)
{
  self->job = job;
  self->n_done = 0;
  self->any_accepted = FALSE;
  self->first_refused = NULL;
  self->ipv4.fd = job->ipv4 != NULL ? _mcast_tx_endpoint_get_fd (job->ipv4) : -1;
  self->ipv6.fd = job->ipv6 != NULL ? _mcast_tx_endpoint_get_fd (job->ipv6) : -1;
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
