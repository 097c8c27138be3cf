/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "tx/mcast-sender-private.h"

#include <errno.h>
#include <sys/socket.h>

#include "mcast-error.h"
#include "mcast-limits-private.h"
#include "os/mcast-os-message-private.h"
#include "os/mcast-os-wait-private.h"
#include "tx/mcast-tx-runs-private.h"

/* How often a wait for room in the send buffer looks whether the socket was closed. */
#define CLOSE_CHECK_NS G_GINT64_CONSTANT (100000000)

/* What a datagram that waits in a lane is part of, to account for it. */
typedef struct
{
  McastTxPath *path;
  const McastTxRun *run;
} Target;

/* What goes to one OS socket with the next system call. */
typedef struct
{
  int fd;
  McastOsBatch *batch;
  Target targets[MCAST_OS_BATCH_SIZE];
  guint n;
} Lane;

struct _McastSender
{
  GMutex *counters_lock;
  gint *closed;
  Lane ipv4;
  Lane ipv6;
  /* Datagrams of a run that is not to be cut by the kernel. */
  Lane loose;
  McastTxRuns *runs;
  McastTxRuns *pieces;

  /* Of the call under way. */
  const McastSenderJob *job;
  /* Messages from the first one on that a path took or refused. */
  guint n_done;
  gboolean any_taken;
  McastTxPath *first_failed;
  int first_code;
  gsize first_size;
  GError *stopped;
};

McastSender *
_mcast_sender_new (GMutex *counters_lock, gint *closed)
{
  McastSender *self = g_new0 (McastSender, 1);

  self->counters_lock = counters_lock;
  self->closed = closed;
  self->ipv4.batch = _mcast_os_batch_new ();
  self->ipv6.batch = _mcast_os_batch_new ();
  self->loose.batch = _mcast_os_batch_new ();
  self->runs = _mcast_tx_runs_new ();
  self->pieces = _mcast_tx_runs_new ();
  return self;
}

void
_mcast_sender_free (McastSender *self)
{
  _mcast_os_batch_free (self->ipv4.batch);
  _mcast_os_batch_free (self->ipv6.batch);
  _mcast_os_batch_free (self->loose.batch);
  _mcast_tx_runs_free (self->runs);
  _mcast_tx_runs_free (self->pieces);
  g_free (self);
}

static void
account_accepted (McastSender *self, const Target *targets, guint n)
{
  g_mutex_lock (self->counters_lock);
  for (guint i = 0; i < n; i++)
    {
      const McastTxRun *run = targets[i].run;

      targets[i].path->counters->accepted += run->n_datagrams;
      targets[i].path->counters->bytes += run->bytes;
      self->n_done = MAX (self->n_done, run->last_message + 1);
    }
  g_mutex_unlock (self->counters_lock);
  self->any_taken = TRUE;
}

static void
account_refused (McastSender *self, McastTxPath *path, int code, guint n_datagrams, gsize size)
{
  g_mutex_lock (self->counters_lock);
  _mcast_tx_counters_refuse (path->counters, code, n_datagrams);
  g_mutex_unlock (self->counters_lock);
  if (self->first_failed == NULL)
    {
      self->first_failed = path;
      self->first_code = code;
      self->first_size = size;
    }
}

static void
refuse (McastSender *self, const Target *target, int code)
{
  self->n_done = MAX (self->n_done, target->run->last_message + 1);
  account_refused (self, target->path, code, target->run->n_datagrams, target->run->segment_size);
}

/* The call ends before its time. What no path has touched is for the caller's next call; of a
 * message that went out on another path this is the last there is to say. */
static void
abandon (McastSender *self, const Target *target)
{
  if (target->run->first_message < self->n_done)
    account_refused (self, target->path, ECANCELED, target->run->n_datagrams, 0);
}

static gboolean
is_stopped (McastSender *self)
{
  if (self->stopped == NULL && g_atomic_int_get (self->closed))
    g_set_error_literal (&self->stopped, MCAST_ERROR, MCAST_ERROR_CLOSED,
                         "The sending socket is closed");
  if (self->stopped == NULL)
    g_cancellable_set_error_if_cancelled (self->job->cancellable, &self->stopped);
  return self->stopped != NULL;
}

/* Until the kernel has room. */
static void
wait_for_room (McastSender *self, int fd)
{
  if (!is_stopped (self))
    _mcast_os_wait_writable (fd, CLOSE_CHECK_NS, self->job->cancellable);
  is_stopped (self);
}

/* Whether the kernel means that it will not cut, rather than that it will not send. */
static gboolean
is_offload_refusal (const Target *target, int code)
{
  return target->run->n_datagrams > 1
         && (code == EINVAL || code == EIO || code == EMSGSIZE || code == EOPNOTSUPP);
}

static void flush (McastSender *self, Lane *lane);

static void
append (McastSender *self, Lane *lane, McastTxPath *path, const McastTxRun *run)
{
  const Target target = { path, run };
  const McastOsTxItem item = {
    .destination = &path->group,
    .port = path->port,
    .interface_index = path->interface_index,
    .source = &path->source,
    .vectors = run->vectors,
    .n_vectors = run->n_vectors,
    .segment_size = run->n_datagrams > 1 ? run->segment_size : 0,
  };

  if (lane->n == MCAST_OS_BATCH_SIZE)
    flush (self, lane);
  if (self->stopped != NULL)
    {
      abandon (self, &target);
      return;
    }
  _mcast_os_batch_set_item (lane->batch, lane->n, &item);
  lane->targets[lane->n++] = target;
}

/* A run goes as the datagrams it consists of, before this returns. */
static void
send_loose (McastSender *self, int fd, McastTxPath *path, const McastTxRun *run)
{
  const McastTxRunLimits single = { 1, G_MAXSIZE, G_MAXUINT };
  const McastTxMessage message = { run->vectors, run->n_vectors, run->segment_size };
  McastTxRun *pieces;
  guint n_pieces;

  _mcast_tx_runs_build (self->pieces, &message, 1, &single);
  pieces = _mcast_tx_runs_get (self->pieces, &n_pieces);
  self->loose.fd = fd;
  for (guint i = 0; i < n_pieces; i++)
    {
      pieces[i].first_message = run->first_message;
      pieces[i].last_message = run->last_message;
      append (self, &self->loose, path, &pieces[i]);
    }
  flush (self, &self->loose);
}

/* The kernel did not want to cut. */
static void
send_uncut (McastSender *self, int fd, const Target *target, int code)
{
  /* Too large is a matter of this interface's MTU at this moment; the others are for good. */
  if (code != EMSGSIZE)
    {
      g_mutex_lock (self->counters_lock);
      target->path->counters->no_offload = TRUE;
      g_mutex_unlock (self->counters_lock);
    }
  send_loose (self, fd, target->path, target->run);
}

/* A report of an earlier datagram's fate may be what made this one fail: it is tried twice. */
static void
flush (McastSender *self, Lane *lane)
{
  gboolean tried = FALSE;
  guint done = 0;

  while (done < lane->n && self->stopped == NULL)
    {
      const Target *target = &lane->targets[done];
      int sent = _mcast_os_batch_send (lane->batch, lane->fd, done, lane->n - done);

      if (sent > 0)
        {
          account_accepted (self, target, sent);
          done += sent;
          tried = FALSE;
        }
      else if (sent == -EAGAIN)
        wait_for_room (self, lane->fd);
      else if (is_offload_refusal (target, -sent))
        {
          send_uncut (self, lane->fd, target, -sent);
          done++;
        }
      else if (!tried && sent != -ENOBUFS)
        {
          _mcast_os_drain_errors (lane->fd);
          tried = TRUE;
        }
      else
        {
          refuse (self, target, -sent);
          done++;
          tried = FALSE;
        }
    }
  for (; done < lane->n; done++)
    abandon (self, &lane->targets[done]);
  lane->n = 0;
}

static void
flush_all (McastSender *self)
{
  flush (self, &self->ipv4);
  flush (self, &self->ipv6);
}

/* What waits in the lanes goes before the pause, not after it. */
static gboolean
pace (McastSender *self, gsize bytes)
{
  McastPacer *pacer = self->job->pacer;
  gint64 delay = _mcast_pacer_get_delay (pacer, _mcast_os_now ());

  while (delay > 0)
    {
      flush_all (self);
      if (is_stopped (self))
        return FALSE;
      _mcast_os_sleep (MIN (delay, CLOSE_CHECK_NS), self->job->cancellable);
      delay = _mcast_pacer_get_delay (pacer, _mcast_os_now ());
    }
  _mcast_pacer_take (pacer, _mcast_os_now (), bytes);
  return TRUE;
}

/* What the kernel is to cut at a time: what all paths that cut can; one datagram where none does,
 * or there is nothing to cut. */
static McastTxRunLimits
choose_limits (McastSender *self)
{
  McastTxRunLimits limits = {
    .max_datagrams = 1,
    .max_bytes = MIN (MCAST_MAX_PAYLOAD, _mcast_pacer_max_burst (self->job->pacer)),
    .max_segment = G_MAXUINT,
  };

  for (guint i = 0; i < self->job->paths->len; i++)
    {
      const McastTxPath *path = self->job->paths->pdata[i];

      if (path->obstacle != 0 || !_mcast_tx_path_cuts (path))
        continue;
      limits.max_datagrams = MCAST_OS_MAX_SEGMENTS;
      limits.max_segment = MIN (limits.max_segment, path->max_segment);
    }
  return limits;
}

static void
send_run (McastSender *self, const McastTxRun *run)
{
  for (guint i = 0; i < self->job->paths->len; i++)
    {
      McastTxPath *path = self->job->paths->pdata[i];
      Lane *lane = path->group.family == AF_INET6 ? &self->ipv6 : &self->ipv4;

      if (path->obstacle != 0)
        continue;
      if (run->n_datagrams == 1 || _mcast_tx_path_cuts (path))
        append (self, lane, path, run);
      else
        {
          /* Its earlier datagrams may still be waiting there. */
          flush (self, lane);
          send_loose (self, lane->fd, path, run);
        }
    }
}

static void
send_runs (McastSender *self, const McastTxMessage *messages, guint n_messages)
{
  const McastTxRunLimits limits = choose_limits (self);
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

/* The paths that are not ready refuse what the others were given. */
static void
refuse_unready (McastSender *self, const McastTxMessage *messages)
{
  guint n_datagrams = 0;

  for (guint i = 0; i < self->job->paths->len; i++)
    {
      McastTxPath *path = self->job->paths->pdata[i];

      if (path->obstacle == 0)
        continue;
      if (n_datagrams == 0)
        n_datagrams = count_datagrams (messages, self->n_done);
      account_refused (self, path, path->obstacle, n_datagrams, 0);
    }
}

static void
begin (McastSender *self, const McastSenderJob *job)
{
  self->job = job;
  self->n_done = 0;
  self->any_taken = FALSE;
  self->first_failed = NULL;
  self->ipv4.fd = job->ipv4 != NULL ? _mcast_tx_endpoint_get_fd (job->ipv4) : -1;
  self->ipv6.fd = job->ipv6 != NULL ? _mcast_tx_endpoint_get_fd (job->ipv6) : -1;
}

static gint
finish (McastSender *self, GError **error)
{
  gint result = self->any_taken ? (gint) self->n_done : -1;

  if (self->any_taken)
    g_clear_error (&self->stopped);
  else if (self->stopped != NULL)
    g_propagate_error (error, g_steal_pointer (&self->stopped));
  else if (self->first_failed != NULL)
    _mcast_tx_path_set_error (self->first_failed, self->first_code, self->first_size, error);
  else
    g_set_error_literal (error, MCAST_ERROR, MCAST_ERROR_NOT_A_DESTINATION,
                         "The sending socket has no group to send to; add one");
  return result;
}

/* Sends every message on every path. Returns how many messages from the first one on are done with:
 * fewer than there are only when it was stopped. -1 with the first reason when no path took any. */
gint
_mcast_sender_send (McastSender *self, const McastSenderJob *job, const McastTxMessage *messages,
                    guint n_messages, GError **error)
{
  begin (self, job);
  if (!is_stopped (self))
    {
      send_runs (self, messages, n_messages);
      if (self->stopped == NULL)
        self->n_done = n_messages;
      if (self->n_done > 0)
        refuse_unready (self, messages);
    }
  return finish (self, error);
}
