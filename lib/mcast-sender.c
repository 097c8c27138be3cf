/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-sender-private.h"

#include <errno.h>
#include <sys/socket.h>

#include "mcast-error.h"
#include "mcast-os-message-private.h"
#include "mcast-os-poll-private.h"
#include "mcast-tx-runs-private.h"

/* The kernel cuts at most 64 datagrams at a time (UDP_MAX_SEGMENTS), of 65507 bytes altogether. */
#define MAX_SEGMENTS 64
/* How often a wait for room in the send buffer looks whether the socket was closed. */
#define CLOSE_CHECK_NS G_GINT64_CONSTANT (100000000)

/* What an item is part of, to account for it. */
typedef struct
{
  McastTxPath *path;
  const McastTxRun *run;
} Target;

struct _McastSender
{
  GMutex *counters_lock;
  gint *closed;
  McastOsBatch *batch;
  McastTxRuns *runs;
  McastTxRuns *pieces;
  GPtrArray *chosen;
  /* For each message, whether any path took it. */
  GByteArray *taken;

  McastOsTxItem items[MCAST_OS_BATCH_SIZE];
  Target targets[MCAST_OS_BATCH_SIZE];
  guint n_items;

  /* Of the call under way. */
  const McastSenderJob *job;
  int fd;
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
  self->batch = _mcast_os_batch_new ();
  self->runs = _mcast_tx_runs_new ();
  self->pieces = _mcast_tx_runs_new ();
  self->chosen = g_ptr_array_new ();
  self->taken = g_byte_array_new ();
  return self;
}

void
_mcast_sender_free (McastSender *self)
{
  _mcast_os_batch_free (self->batch);
  _mcast_tx_runs_free (self->runs);
  _mcast_tx_runs_free (self->pieces);
  g_ptr_array_unref (self->chosen);
  g_byte_array_unref (self->taken);
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
      for (guint j = run->first_message; j <= run->last_message; j++)
        self->taken->data[j] = TRUE;
    }
  g_mutex_unlock (self->counters_lock);
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
static gboolean
wait_for_room (McastSender *self)
{
  if (!is_stopped (self))
    _mcast_os_wait_writable (self->fd, CLOSE_CHECK_NS, self->job->cancellable);
  return !is_stopped (self);
}

/* Whether the kernel means that it will not cut, rather than that it will not send. */
static gboolean
is_offload_refusal (const McastOsTxItem *item, int code)
{
  return item->segment_size != 0
         && (code == EINVAL || code == EIO || code == EMSGSIZE || code == EOPNOTSUPP);
}

static void flush_items (McastSender *self, const McastOsTxItem *items, const Target *targets,
                         guint n);

static void
fill_item (McastOsTxItem *item, const McastTxPath *path, const McastTxRun *run)
{
  item->destination = path->group;
  item->port = path->port;
  item->interface_index = mcast_interface_get_index (path->iface);
  item->source = path->source;
  item->vectors = run->vectors;
  item->n_vectors = run->n_vectors;
  item->segment_size = run->n_datagrams > 1 ? run->segment_size : 0;
}

/* A run that the kernel did not want to cut goes as the datagrams it consists of. */
static void
send_in_pieces (McastSender *self, const Target *target, int code)
{
  const McastTxRunLimits single = { 1, G_MAXSIZE, G_MAXUINT };
  const McastTxMessage message
    = { target->run->vectors, target->run->n_vectors, target->run->segment_size };
  const McastTxRun *runs;
  guint n_runs;

  /* Too large is a matter of this interface's MTU at this moment; the others are for good. */
  if (code != EMSGSIZE)
    {
      g_mutex_lock (self->counters_lock);
      target->path->counters->no_offload = TRUE;
      g_mutex_unlock (self->counters_lock);
    }

  _mcast_tx_runs_build (self->pieces, &message, 1, &single);
  runs = _mcast_tx_runs_get (self->pieces, &n_runs);
  for (guint i = 0; i < n_runs && self->stopped == NULL; i++)
    {
      McastTxRun run = runs[i];
      const Target piece = { target->path, &run };
      McastOsTxItem item;

      run.first_message = target->run->first_message;
      run.last_message = target->run->last_message;
      fill_item (&item, target->path, &run);
      flush_items (self, &item, &piece, 1);
    }
}

/* A report of an earlier datagram's fate may be what made this one fail: it is tried twice. */
static void
flush_items (McastSender *self, const McastOsTxItem *items, const Target *targets, guint n)
{
  gboolean tried = FALSE;
  guint done = 0;

  while (done < n && self->stopped == NULL)
    {
      int sent = _mcast_os_batch_send (self->batch, self->fd, items + done, n - done);

      if (sent > 0)
        {
          account_accepted (self, targets + done, sent);
          done += sent;
          tried = FALSE;
        }
      else if (sent == -EAGAIN)
        {
          if (!wait_for_room (self))
            return;
        }
      else if (is_offload_refusal (&items[done], -sent))
        send_in_pieces (self, &targets[done++], -sent);
      else if (!tried && sent != -ENOBUFS)
        {
          _mcast_os_drain_errors (self->fd);
          tried = TRUE;
        }
      else
        {
          account_refused (self, targets[done].path, -sent, targets[done].run->n_datagrams,
                           targets[done].run->segment_size);
          done++;
          tried = FALSE;
        }
    }
}

static void
flush (McastSender *self)
{
  flush_items (self, self->items, self->targets, self->n_items);
  self->n_items = 0;
}

static void
append (McastSender *self, McastTxPath *path, const McastTxRun *run)
{
  if (self->n_items == MCAST_OS_BATCH_SIZE)
    flush (self);
  fill_item (&self->items[self->n_items], path, run);
  self->targets[self->n_items] = (Target) { path, run };
  self->n_items++;
}

/* What waits in the batch goes before the pause, not after it. */
static gboolean
pace (McastSender *self, gsize bytes)
{
  McastPacer *pacer = self->job->pacer;
  gint64 delay = _mcast_pacer_get_delay (pacer, _mcast_os_now ());

  while (delay > 0)
    {
      flush (self);
      if (is_stopped (self))
        return FALSE;
      _mcast_os_sleep (MIN (delay, CLOSE_CHECK_NS), self->job->cancellable);
      delay = _mcast_pacer_get_delay (pacer, _mcast_os_now ());
    }
  _mcast_pacer_take (pacer, _mcast_os_now (), bytes);
  return TRUE;
}

static void
send_runs (McastSender *self, const McastTxMessage *messages, guint n_messages,
           const McastTxRunLimits *limits)
{
  const McastTxRun *runs;
  guint n_runs;

  _mcast_tx_runs_build (self->runs, messages, n_messages, limits);
  runs = _mcast_tx_runs_get (self->runs, &n_runs);
  for (guint i = 0; i < n_runs && self->stopped == NULL; i++)
    {
      if (self->job->pacer->rate > 0 && !pace (self, runs[i].bytes))
        return;
      for (guint j = 0; j < self->chosen->len; j++)
        append (self, self->chosen->pdata[j], &runs[i]);
    }
  flush (self);
}

/* The ready paths of a family whose kernel side cuts, or does not. Returns the largest datagram
 * that all of them can cut. */
static guint
choose_paths (McastSender *self, int family, gboolean offload)
{
  guint max_segment = G_MAXUINT;

  g_ptr_array_set_size (self->chosen, 0);
  for (guint i = 0; i < self->job->paths->len; i++)
    {
      McastTxPath *path = self->job->paths->pdata[i];
      guint segment = _mcast_tx_path_max_segment (path);

      if (path->group.family != family || path->obstacle != 0 || (segment > 0) != offload)
        continue;
      max_segment = MIN (max_segment, segment);
      g_ptr_array_add (self->chosen, path);
    }
  return max_segment;
}

static void
send_on_family (McastSender *self, int family, McastTxEndpoint *endpoint,
                const McastTxMessage *messages, guint n_messages)
{
  McastTxRunLimits limits = {
    .max_datagrams = MAX_SEGMENTS,
    .max_bytes = MIN (MCAST_MAX_PAYLOAD, _mcast_pacer_max_burst (self->job->pacer)),
  };
  const McastTxRunLimits single = { 1, G_MAXSIZE, G_MAXUINT };

  if (endpoint == NULL)
    return;
  self->fd = _mcast_tx_endpoint_get_fd (endpoint);
  limits.max_segment = choose_paths (self, family, TRUE);
  if (self->chosen->len > 0)
    send_runs (self, messages, n_messages, &limits);
  choose_paths (self, family, FALSE);
  if (self->chosen->len > 0 && self->stopped == NULL)
    send_runs (self, messages, n_messages, &single);
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

static void
refuse_unready (McastSender *self, const McastTxMessage *messages, guint n_messages)
{
  guint n_datagrams = 0;

  for (guint i = 0; i < self->job->paths->len; i++)
    {
      McastTxPath *path = self->job->paths->pdata[i];

      if (path->obstacle == 0)
        continue;
      if (n_datagrams == 0)
        n_datagrams = count_datagrams (messages, n_messages);
      account_refused (self, path, path->obstacle, n_datagrams, 0);
    }
}

static void
begin (McastSender *self, const McastSenderJob *job, guint n_messages)
{
  self->job = job;
  self->n_items = 0;
  self->first_failed = NULL;
  self->first_code = 0;
  g_byte_array_set_size (self->taken, n_messages);
  memset (self->taken->data, FALSE, n_messages);
}

static gint
finish (McastSender *self, guint n_messages, GError **error)
{
  gint n_taken = 0;

  for (guint i = 0; i < n_messages; i++)
    n_taken += self->taken->data[i];
  if (self->stopped != NULL && n_taken == 0)
    g_propagate_error (error, g_steal_pointer (&self->stopped));
  else if (n_taken == 0 && self->first_failed != NULL)
    _mcast_tx_path_set_error (self->first_failed, self->first_code, self->first_size, error);
  else if (n_taken == 0)
    g_set_error_literal (error, MCAST_ERROR, MCAST_ERROR_NOT_A_DESTINATION,
                         "The sending socket has no group to send to; add one");
  g_clear_error (&self->stopped);
  return n_taken > 0 ? n_taken : -1;
}

/* Sends every message on every path. Returns how many messages at least one path took; -1 with the
 * first reason when there were none. */
gint
_mcast_sender_send (McastSender *self, const McastSenderJob *job, const McastTxMessage *messages,
                    guint n_messages, GError **error)
{
  begin (self, job, n_messages);
  if (!is_stopped (self))
    {
      refuse_unready (self, messages, n_messages);
      send_on_family (self, AF_INET, job->ipv4, messages, n_messages);
      send_on_family (self, AF_INET6, job->ipv6, messages, n_messages);
    }
  return finish (self, n_messages, error);
}
