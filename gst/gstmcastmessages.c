/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastmessages.h"

#include "gstmcastleggroup.h"

/* Posts the library's events as element messages, one at a time and in order. It can outlive the
 * element, because the library may call it while the element is finalized. */
struct _GstMcastMessages
{
  GWeakRef element;
  GstDebugCategory *category; /* of the element */
  const char *gained;
  const char *lost;

  GMutex lock;
  GThread *holder;
  GQueue waiting;      /* of GstStructure */
  gboolean is_posting; /* a thread posts the messages of all threads */
};

/* Creates the queue of messages of @element. Events are logged in @category. @gained and @lost are
 * the names of the messages about an interface. */
GstMcastMessages *
gst_mcast_messages_new (GstElement *element, GstDebugCategory *category, const char *gained,
                        const char *lost)
{
  GstMcastMessages *self = g_atomic_rc_box_new0 (GstMcastMessages);

  g_weak_ref_init (&self->element, element);
  self->category = category;
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

/* Posts the waiting messages, unless another thread is posting them. Called with the lock, which is
 * released for each message, because a handler may call the element. */
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

/* Logs an event when it happens, which may be before its message is posted. */
static void
log_event (GstMcastMessages *self, const GstStructure *structure)
{
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);

  GST_CAT_INFO_OBJECT (self->category, element, "%" GST_PTR_FORMAT, structure);
}

/* Logs how many messages were held back, if any. */
static void
log_release (GstMcastMessages *self, guint n_held)
{
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);

  if (n_held > 0)
    GST_CAT_DEBUG_OBJECT (self->category, element, "Posting %u messages that were held back",
                          n_held);
}

/* Takes @structure and posts it, or holds it back. */
static void
post_or_hold (GstMcastMessages *self, GstStructure *structure)
{
  log_event (self, structure);

  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->waiting, structure);
  if (self->holder != g_thread_self ())
    post_waiting (self);
  g_mutex_unlock (&self->lock);
}

static void
set_interface (GstStructure *structure, McastInterface *iface)
{
  gst_structure_set (structure, "interface", G_TYPE_STRING, mcast_interface_get_name (iface),
                     "interface-index", G_TYPE_UINT, mcast_interface_get_index (iface), NULL);
}

/* Posts that @iface came into use or was lost. */
void
gst_mcast_messages_post (GstMcastMessages *self, McastInterface *iface, gboolean gained)
{
  GstStructure *structure = gst_structure_new_empty (gained ? self->gained : self->lost);

  set_interface (structure, iface);
  post_or_hold (self, structure);
}

/* Posts a message for each of @interfaces, which are in use from the start. */
void
gst_mcast_messages_post_present (GstMcastMessages *self, GPtrArray *interfaces)
{
  for (guint i = 0; i < interfaces->len; i++)
    gst_mcast_messages_post (self, g_ptr_array_index (interfaces, i), TRUE);
}

/* Posts that @group is silent on @iface and its membership cannot be recovered. */
void
gst_mcast_messages_post_ineffective (GstMcastMessages *self, McastInterface *iface,
                                     const char *group)
{
  GstStructure *structure = gst_structure_new ("mcast-recovery-ineffective", "group", G_TYPE_STRING,
                                               group, NULL);

  set_interface (structure, iface);
  post_or_hold (self, structure);
}

static const char *
get_state (McastEvent *event)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (MCAST_TYPE_EVENT_TYPE);

  return g_enum_get_value (klass, (int) mcast_event_get_event_type (event))->value_nick;
}

static const char *
get_name (McastEvent *event)
{
  return mcast_event_get_event_type (event) == MCAST_EVENT_FLOW_SWITCHED ? "mcast-flow-switched"
                                                                         : GST_MCAST_PATH_CHANGED;
}

/* Returns a message about a path, whose leg is one of @groups (nullable). */
static GstStructure *
path_changed_new (const char *name, GPtrArray *groups, const char *address, guint port,
                  const char *iface, guint interface_index)
{
  g_autoptr (GPtrArray) known = NULL;
  const char *leg = groups != NULL ? gst_mcast_leg_groups_find (groups, address, port, iface,
                                                                interface_index, &known)
                                   : NULL;
  GstStructure *structure = gst_structure_new (name, "group", G_TYPE_STRING, address, "port",
                                               G_TYPE_UINT, port, "interface", G_TYPE_STRING, iface,
                                               "interface-index", G_TYPE_UINT, interface_index,
                                               NULL);

  if (leg != NULL)
    gst_structure_set (structure, "leg", G_TYPE_STRING, leg, NULL);
  return structure;
}

static void
set_error (GstStructure *structure, const GError *error)
{
  gst_structure_set (structure, "error", G_TYPE_ERROR, error, "text", G_TYPE_STRING, error->message,
                     NULL);
}

/* Posts the change of a path. A McastEventFunc. */
void
gst_mcast_messages_on_event (GObject *socket, McastEvent *event, gpointer self)
{
  g_autoptr (McastGroup) group = mcast_group_parse (mcast_event_get_group (event), NULL);
  g_autofree char *address = g_inet_address_to_string (mcast_group_get_address (group));
  g_autoptr (GPtrArray) groups = gst_mcast_leg_groups_of (socket);
  McastInterface *iface = mcast_event_get_interface (event);
  GstStructure *structure =
    path_changed_new (get_name (event), groups, address, mcast_group_get_port (group),
                      mcast_event_get_interface_name (event),
                      iface != NULL ? mcast_interface_get_index (iface) : 0);

  gst_structure_set (structure, "state", G_TYPE_STRING, get_state (event), NULL);
  if (mcast_event_get_error (event) != NULL)
    set_error (structure, mcast_event_get_error (event));
  else if (mcast_event_get_reason (event) != NULL)
    gst_structure_set (structure, "text", G_TYPE_STRING, mcast_event_get_reason (event), NULL);
  post_or_hold (self, structure);
}

/* Posts the state of a path in the statistics of a socket. */
static void
post_path (GstMcastMessages *self, GVariant *path, GPtrArray *groups)
{
  const char *group = "";
  const char *iface = "";
  const char *state = "";
  const char *reason = NULL;
  guint port = 0;
  guint index = 0;
  GstStructure *structure;

  g_variant_lookup (path, "group", "&s", &group);
  g_variant_lookup (path, "port", "u", &port);
  g_variant_lookup (path, "interface", "&s", &iface);
  g_variant_lookup (path, "interface-index", "u", &index);
  g_variant_lookup (path, "state", "&s", &state);
  structure = path_changed_new (GST_MCAST_PATH_CHANGED, groups, group, port, iface, index);
  gst_structure_set (structure, "state", G_TYPE_STRING,
                     g_str_equal (state, "joined") ? "ready" : state, NULL);
  if (g_variant_lookup (path, "error", "&s", &reason))
    {
      g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, reason);

      set_error (structure, error);
    }
  post_or_hold (self, structure);
}

/* Posts the states in which the paths of @socket are from the start: events are about changes. */
void
gst_mcast_messages_post_paths (GstMcastMessages *self, GObject *socket, GVariant *stats)
{
  g_autoptr (GPtrArray) groups = gst_mcast_leg_groups_of (socket);
  g_autoptr (GVariant) paths = g_variant_lookup_value (stats, "paths", G_VARIANT_TYPE ("aa{sv}"));
  gsize n = paths != NULL ? g_variant_n_children (paths) : 0;

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) path = g_variant_get_child_value (paths, i);

      post_path (self, path, groups);
    }
}

/* Keeps the calling thread, which has locked the element, from posting until
 * gst_mcast_messages_release(), because a message handler may call the element. */
void
gst_mcast_messages_hold (GstMcastMessages *self)
{
  g_mutex_lock (&self->lock);
  self->holder = g_thread_self ();
  g_mutex_unlock (&self->lock);
}

/* Ends gst_mcast_messages_hold(). Called while the element is still locked, because another thread
 * may call gst_mcast_messages_hold() afterwards. */
void
gst_mcast_messages_release (GstMcastMessages *self)
{
  g_mutex_lock (&self->lock);
  self->holder = NULL;
  g_mutex_unlock (&self->lock);
}

/* Posts the messages that were held back. Called when the element is no longer locked. */
void
gst_mcast_messages_flush (GstMcastMessages *self)
{
  guint n_held;

  g_mutex_lock (&self->lock);
  n_held = g_queue_get_length (&self->waiting);
  g_mutex_unlock (&self->lock);
  log_release (self, n_held);

  g_mutex_lock (&self->lock);
  post_waiting (self);
  g_mutex_unlock (&self->lock);
}
