/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "tx/mcast-tx-runs-private.h"

#include <string.h>

/* The kernel takes at most 1024 vectors at a time (UIO_MAXIOV). */
#define MAX_VECTORS 1024
/* Enough for a usual list of buffers without growing. */
#define INITIAL_ROOM 64

struct _McastTxRuns
{
  McastTxRun *runs;
  guint n_runs;
  guint max_runs;
  GOutputVector *vectors;
  guint n_vectors;
  guint max_vectors;
  /* Copies of datagrams in more vectors than the kernel takes. */
  GPtrArray *copies;
};

/* The place in a message where the next datagram begins. */
typedef struct
{
  const McastTxMessage *message;
  guint vector;
  gsize offset;
} Cursor;

McastTxRuns *
_mcast_tx_runs_new (void)
{
  McastTxRuns *self = g_new0 (McastTxRuns, 1);

  self->copies = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
_mcast_tx_runs_free (McastTxRuns *self)
{
  g_free (self->runs);
  g_free (self->vectors);
  g_ptr_array_unref (self->copies);
  g_free (self);
}

static void
add_run (McastTxRuns *self, const McastTxRun *run)
{
  if (self->n_runs == self->max_runs)
    {
      self->max_runs = MAX (2 * self->max_runs, INITIAL_ROOM);
      self->runs = g_renew (McastTxRun, self->runs, self->max_runs);
    }
  self->runs[self->n_runs++] = *run;
}

static void
add_vector (McastTxRuns *self, gconstpointer buffer, gsize size)
{
  if (self->n_vectors == self->max_vectors)
    {
      self->max_vectors = MAX (2 * self->max_vectors, INITIAL_ROOM);
      self->vectors = g_renew (GOutputVector, self->vectors, self->max_vectors);
    }
  self->vectors[self->n_vectors++] = (GOutputVector) { buffer, size };
}

/* Appends the vectors of the next datagram of the message, at most @limit bytes unless that is 0,
 * and returns its length. */
static gsize
take_datagram (McastTxRuns *self, Cursor *cursor, gsize limit)
{
  const McastTxMessage *message = cursor->message;
  gsize length = 0;

  while (cursor->vector < message->n_vectors && (limit == 0 || length < limit))
    {
      const GOutputVector *vector = &message->vectors[cursor->vector];
      gsize rest = vector->size - cursor->offset;
      gsize part = limit == 0 ? rest : MIN (rest, limit - length);

      if (part > 0)
        add_vector (self, (const guint8 *) vector->buffer + cursor->offset, part);
      length += part;
      cursor->offset += part;
      if (cursor->offset == vector->size)
        {
          cursor->vector++;
          cursor->offset = 0;
        }
    }
  return length;
}

/* Copies the vectors from @first on into a single one. */
static void
join_vectors (McastTxRuns *self, guint first, gsize length)
{
  guint8 *whole = g_malloc (length);
  guint8 *end = whole;

  for (guint i = first; i < self->n_vectors; i++)
    {
      memcpy (end, self->vectors[i].buffer, self->vectors[i].size);
      end += self->vectors[i].size;
    }
  g_ptr_array_add (self->copies, whole);
  self->n_vectors = first;
  add_vector (self, whole, length);
}

/* Empty vectors at the end must not become an empty datagram after the last full one. */
static gboolean
is_at_end (const Cursor *cursor)
{
  const McastTxMessage *message = cursor->message;

  for (guint i = cursor->vector; i < message->n_vectors; i++)
    if (message->vectors[i].size > (i == cursor->vector ? cursor->offset : 0))
      return FALSE;
  return TRUE;
}

/* The datagrams of a run have the size of its first one; a shorter one ends it. */
static gboolean
fits (const McastTxRun *run, gsize length, guint n_vectors, const McastTxRunLimits *limits)
{
  return run->n_datagrams < limits->max_datagrams && length > 0 && length <= run->segment_size
         && run->segment_size <= limits->max_segment
         && run->bytes == (gsize) run->n_datagrams * run->segment_size
         && run->bytes + length <= limits->max_bytes && run->n_vectors + n_vectors <= MAX_VECTORS;
}

static void
add_datagram (McastTxRuns *self, guint message, gsize length, guint n_vectors,
              const McastTxRunLimits *limits)
{
  McastTxRun *last = NULL;

  if (self->n_runs > 0)
    last = &self->runs[self->n_runs - 1];
  if (last != NULL && fits (last, length, n_vectors, limits))
    {
      last->n_datagrams++;
      last->bytes += length;
      last->n_vectors += n_vectors;
      last->last_message = message;
    }
  else
    {
      const McastTxRun run = {
        .n_datagrams = 1,
        .segment_size = (guint) MIN (length, G_MAXUINT),
        .bytes = length,
        .first_message = message,
        .last_message = message,
        .n_vectors = n_vectors,
      };

      add_run (self, &run);
    }
}

/* A payload in one vector is cut without a look at each of its datagrams. */
static void
add_whole_runs (McastTxRuns *self, guint message, const GOutputVector *vector, guint segment_size,
                const McastTxRunLimits *limits)
{
  gsize max = MIN ((gsize) limits->max_datagrams, limits->max_bytes / segment_size);

  for (gsize offset = 0; offset < vector->size;)
    {
      gsize bytes = MIN (vector->size - offset, MAX (max, 1) * segment_size);
      const McastTxRun run = {
        .n_datagrams = (guint) ((bytes + segment_size - 1) / segment_size),
        .segment_size = (guint) MIN (bytes, segment_size),
        .bytes = bytes,
        .first_message = message,
        .last_message = message,
        .n_vectors = 1,
      };

      add_vector (self, (const guint8 *) vector->buffer + offset, bytes);
      add_run (self, &run);
      offset += bytes;
    }
}

static void
add_datagrams (McastTxRuns *self, guint number, const McastTxMessage *message,
               const McastTxRunLimits *limits)
{
  Cursor cursor = { message, 0, 0 };

  do
    {
      guint before = self->n_vectors;
      gsize length = take_datagram (self, &cursor, message->segment_size);

      if (self->n_vectors - before > MAX_VECTORS)
        join_vectors (self, before, length);
      add_datagram (self, number, length, self->n_vectors - before, limits);
    }
  while (message->segment_size != 0 && !is_at_end (&cursor));
}

/* Most messages are one vector: one datagram, or a large payload. */
static void
add_message (McastTxRuns *self, guint number, const McastTxMessage *message,
             const McastTxRunLimits *limits)
{
  const GOutputVector *only = message->n_vectors == 1 ? message->vectors : NULL;
  guint segment_size = message->segment_size;

  if (only != NULL && segment_size != 0 && only->size >= segment_size
      && segment_size <= limits->max_segment)
    add_whole_runs (self, number, only, segment_size, limits);
  else if (only != NULL && only->size > 0 && (segment_size == 0 || only->size <= segment_size))
    {
      add_vector (self, only->buffer, only->size);
      add_datagram (self, number, only->size, 1, limits);
    }
  else
    add_datagrams (self, number, message, limits);
}

/* The array of vectors moves while it grows, so the runs cannot point into it before. */
static void
point_at_vectors (McastTxRuns *self)
{
  const GOutputVector *next = self->vectors;

  for (guint i = 0; i < self->n_runs; i++)
    {
      self->runs[i].vectors = next;
      next += self->runs[i].n_vectors;
    }
}

void
_mcast_tx_runs_build (McastTxRuns *self, const McastTxMessage *messages, guint n_messages,
                      const McastTxRunLimits *limits)
{
  self->n_runs = 0;
  self->n_vectors = 0;
  if (self->copies->len > 0)
    g_ptr_array_set_size (self->copies, 0);
  for (guint i = 0; i < n_messages; i++)
    add_message (self, i, &messages[i], limits);
  point_at_vectors (self);
}

McastTxRun *
_mcast_tx_runs_get (McastTxRuns *self, guint *n_runs)
{
  *n_runs = self->n_runs;
  return self->runs;
}
