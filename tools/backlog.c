/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "backlog.h"

/* Bookkeeping of one datagram, about. */
#define OVERHEAD 512
#define MAX_SIZE (256 * 1024 * 1024)

struct _Backlog
{
  GMutex lock;
  GCond changed;
  GQueue batches;
  gsize size;
  gboolean ended;
};

Backlog *
backlog_new (void)
{
  Backlog *self = g_new0 (Backlog, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_queue_init (&self->batches);
  return self;
}

void
backlog_free (Backlog *self)
{
  g_queue_clear_full (&self->batches, (GDestroyNotify) g_ptr_array_unref);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static gsize
get_size (GPtrArray *datagrams)
{
  gsize size = 0;

  for (guint i = 0; i < datagrams->len; i++)
    size += OVERHEAD + g_bytes_get_size (mcast_datagram_get_payload (datagrams->pdata[i]));
  return size;
}

void
backlog_push (Backlog *self, GPtrArray *datagrams)
{
  gsize size = get_size (datagrams);

  g_mutex_lock (&self->lock);
  while (self->size > MAX_SIZE && !self->ended)
    g_cond_wait (&self->changed, &self->lock);
  g_queue_push_tail (&self->batches, g_ptr_array_ref (datagrams));
  self->size += size;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

GPtrArray *
backlog_pop (Backlog *self)
{
  GPtrArray *datagrams;

  g_mutex_lock (&self->lock);
  while (g_queue_is_empty (&self->batches) && !self->ended)
    g_cond_wait (&self->changed, &self->lock);
  datagrams = g_queue_pop_head (&self->batches);
  if (datagrams != NULL)
    self->size -= get_size (datagrams);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return datagrams;
}

void
backlog_end (Backlog *self, gboolean discard)
{
  g_mutex_lock (&self->lock);
  self->ended = TRUE;
  if (discard)
    {
      g_queue_clear_full (&self->batches, (GDestroyNotify) g_ptr_array_unref);
      self->size = 0;
    }
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}
