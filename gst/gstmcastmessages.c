/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastmessages.h"

/* Posts the library's events as element messages, one at a time and in the order of what happened.
 * It can outlive the element, since the library may be about to call it while the element is
 * finalized. */
struct _GstMcastMessages
{
  GWeakRef element;
  const char *gained;
  const char *lost;

  GMutex lock;
  GThread *holder;
  GQueue waiting;      /* of GstStructure */
  gboolean is_posting; /* a thread, which posts those of others too */
};

/* @gained and @lost are the names of the messages about an interface. */
GstMcastMessages *
gst_mcast_messages_new (GstElement *element, const char *gained, const char *lost)
{
  GstMcastMessages *self = g_atomic_rc_box_new0 (GstMcastMessages);

  g_weak_ref_init (&self->element, element);
  self->gained = gained;
  self->lost = lost;
  g_mutex_init (&self->lock);
  g_queue_init (&self->waiting);
  return self;
}

GstMcastMessages *
gst_mcast_messages_ref (GstMcastMessages *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
finalize (gpointer data)
{
  GstMcastMessages *self = data;

  g_weak_ref_clear (&self->element);
  g_mutex_clear (&self->lock);
  g_queue_clear_full (&self->waiting, (GDestroyNotify) gst_structure_free);
}

void
gst_mcast_messages_unref (GstMcastMessages *self)
{
  g_atomic_rc_box_release_full (self, finalize);
}

static void
post (GstMcastMessages *self, GstStructure *structure)
{
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);

  if (element != NULL)
    gst_element_post_message (element, gst_message_new_element (GST_OBJECT (element), structure));
  else
    gst_structure_free (structure);
}

/* Posts what waits, unless a thread is doing so. Called with the lock, which is given up for each
 * message: a handler may call the element. */
static void
post_waiting (GstMcastMessages *self)
{
  GstStructure *structure;

  if (self->is_posting)
    return;
  self->is_posting = TRUE;
  while ((structure = g_queue_pop_head (&self->waiting)) != NULL)
    {
      g_mutex_unlock (&self->lock);
      post (self, structure);
      g_mutex_lock (&self->lock);
    }
  self->is_posting = FALSE;
}

/* Posts @structure, which it takes, or holds it back. */
static void
post_or_hold (GstMcastMessages *self, McastInterface *iface, GstStructure *structure)
{
  gst_structure_set (structure, "interface", G_TYPE_STRING, mcast_interface_get_name (iface),
                     "interface-index", G_TYPE_UINT, mcast_interface_get_index (iface), NULL);

  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->waiting, structure);
  if (self->holder != g_thread_self ())
    post_waiting (self);
  g_mutex_unlock (&self->lock);
}

/* Posts that @iface is in use from now on, or no longer. */
void
gst_mcast_messages_post (GstMcastMessages *self, McastInterface *iface, gboolean gained)
{
  post_or_hold (self, iface, gst_structure_new_empty (gained ? self->gained : self->lost));
}

/* Posts a message for each of @interfaces that are in use from the start. */
void
gst_mcast_messages_post_present (GstMcastMessages *self, GPtrArray *interfaces)
{
  for (guint i = 0; i < interfaces->len; i++)
    gst_mcast_messages_post (self, g_ptr_array_index (interfaces, i), TRUE);
}

/* Posts that @group is silent on @iface and cannot be recovered. */
void
gst_mcast_messages_post_ineffective (GstMcastMessages *self, McastInterface *iface,
                                     const char *group)
{
  post_or_hold (self, iface,
                gst_structure_new ("mcast-recovery-ineffective", "group", G_TYPE_STRING, group,
                                   NULL));
}

/* Keeps the calling thread from posting until gst_mcast_messages_release(): a handler of messages
 * may call the element, which the thread has locked. */
void
gst_mcast_messages_hold (GstMcastMessages *self)
{
  g_mutex_lock (&self->lock);
  self->holder = g_thread_self ();
  g_mutex_unlock (&self->lock);
}

/* Ends what gst_mcast_messages_hold() began, while the element is still locked: after that another
 * thread may hold. */
void
gst_mcast_messages_release (GstMcastMessages *self)
{
  g_mutex_lock (&self->lock);
  self->holder = NULL;
  g_mutex_unlock (&self->lock);
}

/* Posts what was held back, once the element is not locked any more. */
void
gst_mcast_messages_flush (GstMcastMessages *self)
{
  g_mutex_lock (&self->lock);
  post_waiting (self);
  g_mutex_unlock (&self->lock);
}
