/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastnews.h"

/* Tells the application what becomes of interfaces, as element messages. It outlives the
 * element where it must: the library may be about to call it while the element goes. */
struct _GstMcastNews
{
  GWeakRef element;
  const char *gained;
  const char *lost;

  GMutex lock;
  GThread *holder;
  GPtrArray *held;
};

/* @gained and @lost are the names of the messages. */
GstMcastNews *
gst_mcast_news_new (GstElement *element, const char *gained, const char *lost)
{
  GstMcastNews *self = g_atomic_rc_box_new0 (GstMcastNews);

  g_weak_ref_init (&self->element, element);
  self->gained = gained;
  self->lost = lost;
  g_mutex_init (&self->lock);
  self->held = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_structure_free);
  return self;
}

GstMcastNews *
gst_mcast_news_ref (GstMcastNews *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
finalize (gpointer data)
{
  GstMcastNews *self = data;

  g_weak_ref_clear (&self->element);
  g_mutex_clear (&self->lock);
  g_ptr_array_unref (self->held);
}

void
gst_mcast_news_unref (GstMcastNews *self)
{
  g_atomic_rc_box_release_full (self, finalize);
}

static void
post (GstMcastNews *self, GstStructure *structure)
{
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);

  if (element != NULL)
    gst_element_post_message (element, gst_message_new_element (GST_OBJECT (element), structure));
  else
    gst_structure_free (structure);
}

/* Takes @structure over. */
static void
tell (GstMcastNews *self, McastInterface *iface, GstStructure *structure)
{
  gboolean held;

  gst_structure_set (structure, "interface", G_TYPE_STRING, mcast_interface_get_name (iface),
                     "interface-index", G_TYPE_UINT, mcast_interface_get_index (iface), NULL);

  g_mutex_lock (&self->lock);
  held = self->holder == g_thread_self ();
  if (held)
    g_ptr_array_add (self->held, structure);
  g_mutex_unlock (&self->lock);
  if (!held)
    post (self, structure);
}

void
gst_mcast_news_tell (GstMcastNews *self, McastInterface *iface, gboolean gained)
{
  tell (self, iface, gst_structure_new_empty (gained ? self->gained : self->lost));
}

/* That @group is silent on @iface, and cannot be brought back. */
void
gst_mcast_news_tell_ineffective (GstMcastNews *self, McastInterface *iface, const char *group)
{
  tell (self, iface,
        gst_structure_new ("mcast-recovery-ineffective", "group", G_TYPE_STRING, group, NULL));
}

/* Tells of interfaces that are there from the start. */
void
gst_mcast_news_tell_all (GstMcastNews *self, GPtrArray *interfaces)
{
  for (guint i = 0; i < interfaces->len; i++)
    gst_mcast_news_tell (self, g_ptr_array_index (interfaces, i), TRUE);
}

/* What the calling thread tells from now on waits for the release: a handler of messages may
 * call the element, which the thread has locked. */
void
gst_mcast_news_hold (GstMcastNews *self)
{
  g_mutex_lock (&self->lock);
  self->holder = g_thread_self ();
  g_mutex_unlock (&self->lock);
}

void
gst_mcast_news_release (GstMcastNews *self)
{
  g_autoptr (GPtrArray) held = NULL;

  g_mutex_lock (&self->lock);
  self->holder = NULL;
  held = self->held;
  self->held = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_structure_free);
  g_mutex_unlock (&self->lock);

  for (guint i = 0; i < held->len; i++)
    post (self, gst_structure_copy (g_ptr_array_index (held, i)));
}
