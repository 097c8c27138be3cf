/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastfreelist.h"

/* The idle items of a pool. Items return from any thread, even after the pool was freed, so each
 * item in use holds a reference. */
struct _GstMcastFreeList
{
  GDestroyNotify free_item;
  guint max_items;

  GMutex lock;
  gpointer *items;
  guint n_items;
  guint n_places; /* for items; 0 when closed */
  gboolean is_closed;
};

/* Creates an empty list that keeps up to @max_items items, and frees items with @free_item. */
GstMcastFreeList *
gst_mcast_free_list_new (guint max_items, GDestroyNotify free_item)
{
  GstMcastFreeList *self = g_atomic_rc_box_new0 (GstMcastFreeList);

  self->free_item = free_item;
  self->max_items = max_items;
  g_mutex_init (&self->lock);
  return self;
}

GstMcastFreeList *
gst_mcast_free_list_ref (GstMcastFreeList *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
finalize (gpointer data)
{
  GstMcastFreeList *self = data;

  g_free (self->items);
  g_mutex_clear (&self->lock);
}

void
gst_mcast_free_list_unref (GstMcastFreeList *self)
{
  g_atomic_rc_box_release_full (self, finalize);
}

/* Frees all items, keeps none from now on, and drops the caller's reference. */
void
gst_mcast_free_list_close (GstMcastFreeList *self)
{
  guint n_items;

  g_mutex_lock (&self->lock);
  self->is_closed = TRUE;
  self->n_places = 0;
  n_items = self->n_items;
  self->n_items = 0;
  g_mutex_unlock (&self->lock);

  for (guint i = 0; i < n_items; i++)
    self->free_item (self->items[i]);
  gst_mcast_free_list_unref (self);
}

/* Adds places, up to the limit. Called with the lock. */
static gboolean
grow (GstMcastFreeList *self)
{
  if (self->is_closed || self->n_places == self->max_items)
    return FALSE;
  self->n_places = MIN (MAX (2 * self->n_places, 16), self->max_items);
  self->items = g_renew (gpointer, self->items, self->n_places);
  return TRUE;
}

/* Keeps @item for gst_mcast_free_list_pop(). Returns %FALSE, and leaves @item to the caller, if the
 * list is full or closed. */
gboolean
gst_mcast_free_list_push (GstMcastFreeList *self, gpointer item)
{
  gboolean is_kept;

  g_mutex_lock (&self->lock);
  is_kept = self->n_items < self->n_places || grow (self);
  if (is_kept)
    self->items[self->n_items++] = item;
  g_mutex_unlock (&self->lock);
  return is_kept;
}

/* Returns the last item, whose memory may still be cached, or %NULL if the list is empty. */
gpointer
gst_mcast_free_list_pop (GstMcastFreeList *self)
{
  gpointer item = NULL;

  g_mutex_lock (&self->lock);
  if (self->n_items > 0)
    item = self->items[--self->n_items];
  g_mutex_unlock (&self->lock);
  return item;
}
