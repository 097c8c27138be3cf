/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastlists.h"

/* More than these are under way only when a queue fills up. */
#define MAX_IDLE 16
/* A list that is longer than this grows once. */
#define MIN_SIZE 64

struct _GstMcastLists
{
  GMutex lock;
  GstBufferList *idle[MAX_IDLE];
  guint n_idle;
  gboolean is_closed;
};

static GQuark
gst_mcast_lists_owner_quark (void)
{
  return g_quark_from_static_string ("gst-mcast-lists");
}

static void
finalize (gpointer data)
{
  g_mutex_clear (&((GstMcastLists *) data)->lock);
}

static void
gst_mcast_lists_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, finalize);
}

GstMcastLists *
gst_mcast_lists_new (void)
{
  GstMcastLists *self = g_atomic_rc_box_new0 (GstMcastLists);

  g_mutex_init (&self->lock);
  return self;
}

static gboolean
keep_idle (GstMcastLists *self, GstBufferList *list)
{
  gboolean is_kept;

  g_mutex_lock (&self->lock);
  is_kept = !self->is_closed && self->n_idle < MAX_IDLE;
  if (is_kept)
    self->idle[self->n_idle++] = list;
  g_mutex_unlock (&self->lock);
  return is_kept;
}

/* The last reference to a list is gone. */
static gboolean
dispose_list (GstMiniObject *object)
{
  GstBufferList *list = GST_BUFFER_LIST_CAST (object);
  GstMcastLists *self = gst_mini_object_get_qdata (object, gst_mcast_lists_owner_quark ());

  gst_buffer_list_ref (list);
  if (gst_buffer_list_length (list) > 0)
    gst_buffer_list_remove (list, 0, gst_buffer_list_length (list));
  if (keep_idle (self, list))
    return FALSE;
  /* Not an unref, which would dispose of the list again. */
  g_atomic_int_add (&object->refcount, -1);
  return TRUE;
}

static GstBufferList *
create_list (GstMcastLists *self, guint size)
{
  GstBufferList *list = gst_buffer_list_new_sized (MAX (size, MIN_SIZE));
  GstMiniObject *object = GST_MINI_OBJECT_CAST (list);

  gst_mini_object_set_qdata (object, gst_mcast_lists_owner_quark (), g_atomic_rc_box_acquire (self),
                             gst_mcast_lists_unref);
  object->dispose = dispose_list;
  return list;
}

/* An empty list for about @size buffers. */
GstBufferList *
gst_mcast_lists_acquire (GstMcastLists *self, guint size)
{
  GstBufferList *list = NULL;

  g_mutex_lock (&self->lock);
  if (self->n_idle > 0)
    list = self->idle[--self->n_idle];
  g_mutex_unlock (&self->lock);
  return list != NULL ? list : create_list (self, size);
}

/* Drops the reference of whoever made it; lists that are under way are freed when they end. */
void
gst_mcast_lists_close (GstMcastLists *self)
{
  guint n_idle;

  g_mutex_lock (&self->lock);
  self->is_closed = TRUE;
  n_idle = self->n_idle;
  self->n_idle = 0;
  g_mutex_unlock (&self->lock);
  /* Nothing is kept any more, so they go for good. */
  for (guint i = 0; i < n_idle; i++)
    gst_buffer_list_unref (self->idle[i]);
  gst_mcast_lists_unref (self);
}
