/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastlistpool.h"

/* More lists than this are in use only while a queue fills up. */
#define MAX_IDLE 16
/* A longer list is reallocated once. */
#define MIN_SIZE 64

static GQuark
pool_quark (void)
{
  return g_quark_from_static_string ("gst-mcast-list-pool");
}

GstMcastFreeList *
gst_mcast_list_pool_new (void)
{
  return gst_mcast_free_list_new (MAX_IDLE, (GDestroyNotify) gst_buffer_list_unref);
}

/* Returns a list to its pool when its last reference is dropped. */
static gboolean
dispose_list (GstMiniObject *object)
{
  GstBufferList *list = GST_BUFFER_LIST_CAST (object);

  gst_buffer_list_ref (list);
  if (gst_buffer_list_length (list) > 0)
    gst_buffer_list_remove (list, 0, gst_buffer_list_length (list));
  if (gst_mcast_free_list_push (gst_mini_object_get_qdata (object, pool_quark ()), list))
    return FALSE;
  /* Not unref(), which would dispose of the list again. */
  g_atomic_int_add (&object->refcount, -1);
  return TRUE;
}

static GstBufferList *
create_list (GstMcastFreeList *pool, guint size)
{
  GstBufferList *list = gst_buffer_list_new_sized (MAX (size, MIN_SIZE));
  GstMiniObject *object = GST_MINI_OBJECT_CAST (list);

  gst_mini_object_set_qdata (object, pool_quark (), gst_mcast_free_list_ref (pool),
                             (GDestroyNotify) gst_mcast_free_list_unref);
  object->dispose = dispose_list;
  return list;
}

/* Returns an empty list for about @size buffers, which returns to @pool when its last reference is
 * dropped. */
GstBufferList *
gst_mcast_list_pool_acquire (GstMcastFreeList *pool, guint size)
{
  GstBufferList *list = gst_mcast_free_list_pop (pool);

  return list != NULL ? list : create_list (pool, size);
}
