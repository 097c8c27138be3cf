/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastcore.h"

#include "gstmcasterror.h"
#include "gstmcasttextlist.h"
#include "gstmcasturi.h"

void
gst_mcast_core_init (GstMcastCore *self, const GstMcastCoreInfo *info, GstElement *element,
                     gpointer settings)
{
  self->info = info;
  self->element = element;
  self->settings = settings;
  g_mutex_init (&self->open_lock);
  self->messages = gst_mcast_messages_new (element, info->gained, "mcast-interface-lost");
  self->cancellable = g_cancellable_new ();
  for (guint i = 1; i < info->n_properties; i++)
    gst_mcast_property_reset (&info->properties[i], info->pspecs[i], settings);
}

void
gst_mcast_core_clear (GstMcastCore *self)
{
  for (guint i = 1; i < self->info->n_properties; i++)
    gst_mcast_property_clear (&self->info->properties[i], self->info->pspecs[i], self->settings);
  g_mutex_clear (&self->open_lock);
  gst_mcast_messages_unref (self->messages);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->uri_error);
}

static gconstpointer
get_field (GstMcastCore *self, guint id)
{
  return G_STRUCT_MEMBER_P (self->settings, self->info->properties[id].offset);
}

/* --- Opening and closing --------------------------------------------------------------------- */

static void
lock (GstMcastCore *self)
{
  g_mutex_lock (&self->open_lock);
  gst_mcast_messages_hold (self->messages);
}

static void
unlock (GstMcastCore *self)
{
  gst_mcast_messages_release (self->messages);
  g_mutex_unlock (&self->open_lock);
  gst_mcast_messages_flush (self->messages);
}

GstMcastSockets *
gst_mcast_core_ref_sockets (GstMcastCore *self)
{
  GstMcastSockets *sockets;

  GST_OBJECT_LOCK (self->element);
  sockets = self->sockets != NULL ? gst_mcast_sockets_ref (self->sockets) : NULL;
  GST_OBJECT_UNLOCK (self->element);
  return sockets;
}

/* Sets @value to what the settings say of a property of the sockets. Called with the object
 * lock. */
static void
convert (GstMcastCore *self, guint id, GValue *value)
{
  const GstMcastProperty *property = &self->info->properties[id];
  g_auto (GValue) setting = G_VALUE_INIT;

  if (property->convert != NULL)
    {
      property->convert (self->settings, value);
      return;
    }
  g_value_init (&setting, self->info->pspecs[id]->value_type);
  gst_mcast_property_read (property, self->settings, &setting);
  g_value_transform (&setting, value);
}

static GType
get_type_of (GObjectClass *klass, const char *name)
{
  return g_object_class_find_property (klass, name)->value_type;
}

/* Returns what the settings say of the properties of the sockets; groups and interfaces are up to
 * the sockets. */
static GArray *
create_socket_properties (GstMcastCore *self)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (self->info->sockets->get_type ());
  GArray *properties = gst_mcast_socket_properties_new ();

  gst_mcast_socket_properties_add (properties, "groups", G_TYPE_STRV);
  gst_mcast_socket_properties_add (properties, "interfaces", G_TYPE_STRV);
  GST_OBJECT_LOCK (self->element);
  for (guint i = 1; i < self->info->n_properties; i++)
    {
      const char *name = self->info->properties[i].socket_property;

      if (name != NULL)
        convert (self, i,
                 gst_mcast_socket_properties_add (properties, name,
                                                  get_type_of (G_OBJECT_CLASS (klass), name)));
    }
  GST_OBJECT_UNLOCK (self->element);
  return properties;
}

static char **
dup_interfaces (GstMcastCore *self)
{
  char **interfaces;

  GST_OBJECT_LOCK (self->element);
  interfaces =
    gst_mcast_text_list_split (*(char *const *) get_field (self, self->info->interfaces));
  GST_OBJECT_UNLOCK (self->element);
  return interfaces;
}

/* Makes @sockets receive or send what the settings say. @error gets the first reason why a part of
 * that fails. */
static void
update_sockets (GstMcastCore *self, GstMcastSockets *sockets, GError **limit, GError **error)
{
  g_auto (GStrv) interfaces = dup_interfaces (self);
  g_auto (GStrv) groups = NULL;

  gst_mcast_sockets_set_interfaces (sockets, (const char *const *) interfaces, error);
  groups = self->info->dup_groups (self->element, *error == NULL ? error : NULL);
  if (groups != NULL)
    gst_mcast_sockets_set_groups (sockets, (const char *const *) groups, limit, error);
}

/* Opens the sockets. Called with the open lock. Returns (transfer full) (nullable): what is to be
 * closed without that, after an error */
static GstMcastSockets *
open_sockets (GstMcastCore *self, GError **limit, GError **error)
{
  GArray *properties = create_socket_properties (self);
  g_autoptr (GstMcastSockets)
    sockets = gst_mcast_sockets_new (self->info->sockets, properties, self->messages);

  update_sockets (self, sockets, limit, error);
  if (*error != NULL)
    return g_steal_pointer (&sockets);
  GST_OBJECT_LOCK (self->element);
  self->sockets = g_steal_pointer (&sockets);
  self->reopen = FALSE;
  GST_OBJECT_UNLOCK (self->element);
  return NULL;
}

static GError *
dup_uri_error (GstMcastCore *self)
{
  GError *error;

  GST_OBJECT_LOCK (self->element);
  error = self->uri_error != NULL ? g_error_copy (self->uri_error) : NULL;
  GST_OBJECT_UNLOCK (self->element);
  return error;
}

static void
warn (GstMcastCore *self, const GError *error)
{
  if (error != NULL)
    gst_mcast_post_warning (self->element, GST_RESOURCE_ERROR_SETTINGS, error);
}

/* Opens the sockets. Returns %FALSE, with an error on the bus, if that fails. */
gboolean
gst_mcast_core_open (GstMcastCore *self)
{
  g_autoptr (GstMcastSockets) failed = NULL;
  g_autoptr (GError) limit = NULL;
  g_autoptr (GError) error = dup_uri_error (self);

  lock (self);
  if (error == NULL)
    failed = open_sockets (self, &limit, &error);
  unlock (self);

  if (failed != NULL)
    gst_mcast_sockets_close (failed);
  warn (self, limit);
  if (error != NULL)
    gst_mcast_post_error (self->element, self->info->open_error, error);
  return error == NULL;
}

/* Closes the sockets, but not those of the application. Returns (transfer full) (nullable): the
 * closed ones */
static GstMcastSockets *
close_sockets (GstMcastCore *self)
{
  GstMcastSockets *sockets;

  g_mutex_lock (&self->open_lock);
  GST_OBJECT_LOCK (self->element);
  sockets = g_steal_pointer (&self->sockets);
  GST_OBJECT_UNLOCK (self->element);
  g_mutex_unlock (&self->open_lock);

  if (sockets == NULL)
    return NULL;
  gst_mcast_sockets_close (sockets);
  GST_OBJECT_LOCK (self->element);
  self->n_bytes = gst_mcast_sockets_get_n_bytes (sockets);
  GST_OBJECT_UNLOCK (self->element);
  return sockets;
}

static gboolean
closes_shared (GstMcastCore *self)
{
  gboolean close_shared;

  GST_OBJECT_LOCK (self->element);
  close_shared = *(const gboolean *) get_field (self, self->info->close_socket);
  GST_OBJECT_UNLOCK (self->element);
  return close_shared;
}

/* Closes the sockets, and those of the application if it gave them away. */
void
gst_mcast_core_close (GstMcastCore *self)
{
  g_autoptr (GstMcastSockets) sockets = close_sockets (self);

  if (sockets != NULL && closes_shared (self))
    gst_mcast_sockets_close_shared (sockets, NULL);
}

/* Returns whether a setting has changed since the sockets were opened that only opening applies. */
gboolean
gst_mcast_core_needs_reopening (GstMcastCore *self)
{
  gboolean reopen;

  GST_OBJECT_LOCK (self->element);
  reopen = self->reopen;
  GST_OBJECT_UNLOCK (self->element);
  return reopen;
}

/* Closes the sockets and opens them with the settings of now; those of the application stay open
 * while they are still set. */
gboolean
gst_mcast_core_reopen (GstMcastCore *self)
{
  g_autoptr (GstMcastSockets) old = close_sockets (self);
  g_autoptr (GstMcastSockets) sockets = NULL;

  if (!gst_mcast_core_open (self))
    return FALSE;
  sockets = gst_mcast_core_ref_sockets (self);
  if (old != NULL && closes_shared (self))
    gst_mcast_sockets_close_shared (old, sockets);
  return TRUE;
}

/* Returns the bytes that went through the sockets since they were opened, or through the last ones
 * if none are open. */
guint64
gst_mcast_core_get_n_bytes (GstMcastCore *self)
{
  g_autoptr (GstMcastSockets) sockets = gst_mcast_core_ref_sockets (self);
  guint64 n_bytes;

  if (sockets != NULL)
    return gst_mcast_sockets_get_n_bytes (sockets);
  GST_OBJECT_LOCK (self->element);
  n_bytes = self->n_bytes;
  GST_OBJECT_UNLOCK (self->element);
  return n_bytes;
}

/* --- Changing what is open ------------------------------------------------------------------- */

/* Makes the sockets receive or send what the settings say. Setting a property cannot fail, so what
 * goes wrong is a warning on the bus. */
void
gst_mcast_core_update_membership (GstMcastCore *self)
{
  g_autoptr (GstMcastSockets) sockets = NULL;
  g_autoptr (GError) limit = NULL;
  g_autoptr (GError) error = NULL;

  lock (self);
  sockets = gst_mcast_core_ref_sockets (self);
  if (sockets != NULL)
    update_sockets (self, sockets, &limit, &error);
  unlock (self);

  if (sockets != NULL)
    gst_mcast_sockets_close_unused (sockets);
  warn (self, limit);
  warn (self, error);
}

static void
apply_to_sockets (GstMcastCore *self, guint id)
{
  const GstMcastProperty *property = &self->info->properties[id];
  g_autoptr (GTypeClass) klass = g_type_class_ref (self->info->sockets->get_type ());
  g_autoptr (GstMcastSockets) sockets = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, get_type_of (G_OBJECT_CLASS (klass), property->socket_property));
  lock (self);
  sockets = gst_mcast_core_ref_sockets (self);
  GST_OBJECT_LOCK (self->element);
  convert (self, id, &value);
  GST_OBJECT_UNLOCK (self->element);
  if (sockets != NULL)
    gst_mcast_sockets_set_property (sockets, property, &value, &error);
  unlock (self);

  warn (self, error);
}

/* --- Cancelling ------------------------------------------------------------------------------ */

GCancellable *
gst_mcast_core_ref_cancellable (GstMcastCore *self)
{
  GCancellable *cancellable;

  GST_OBJECT_LOCK (self->element);
  cancellable = g_object_ref (self->cancellable);
  GST_OBJECT_UNLOCK (self->element);
  return cancellable;
}

void
gst_mcast_core_cancel (GstMcastCore *self)
{
  g_autoptr (GCancellable) cancellable = gst_mcast_core_ref_cancellable (self);

  g_cancellable_cancel (cancellable);
}

/* Replaces the cancellable: a call that has not yet seen the old one cancelled must still see
 * it. */
void
gst_mcast_core_renew_cancellable (GstMcastCore *self)
{
  g_autoptr (GCancellable) old = NULL;

  GST_OBJECT_LOCK (self->element);
  old = g_steal_pointer (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  GST_OBJECT_UNLOCK (self->element);
}

/* --- Properties ------------------------------------------------------------------------------ */

/* Sets the URI. A wrong one stops the element from starting: there is no other way to report it. */
static void
set_uri (GstMcastCore *self, const char *uri)
{
  g_autoptr (GError) old = NULL;
  GError *error = gst_mcast_uri_set_property (self->element, uri);

  GST_OBJECT_LOCK (self->element);
  old = self->uri_error;
  self->uri_error = error;
  GST_OBJECT_UNLOCK (self->element);
}

static gboolean
reconfigure (GstElement *element, GstPad *pad, gpointer data)
{
  gst_pad_mark_reconfigure (pad);
  return TRUE;
}

/* Makes a setting take effect that was just stored. */
static void
apply (GstMcastCore *self, guint id)
{
  switch (self->info->properties[id].effect)
    {
    case GST_MCAST_EFFECT_NONE:
    case GST_MCAST_EFFECT_REOPEN:
      break;
    case GST_MCAST_EFFECT_IMMEDIATE:
      apply_to_sockets (self, id);
      break;
    case GST_MCAST_EFFECT_MEMBERSHIP:
      gst_mcast_core_update_membership (self);
      break;
    case GST_MCAST_EFFECT_ALLOCATION:
      gst_element_foreach_src_pad (self->element, reconfigure, NULL);
      break;
    }
}

void
gst_mcast_core_set_property (GstMcastCore *self, guint id, const GValue *value)
{
  const GstMcastProperty *property = &self->info->properties[id];
  GParamSpec *pspec = self->info->pspecs[id];
  gboolean is_new;

  if (id == self->info->uri)
    {
      set_uri (self, g_value_get_string (value));
      return;
    }
  GST_OBJECT_LOCK (self->element);
  is_new = gst_mcast_property_store (property, pspec, self->settings, value);
  if (property->set != NULL)
    property->set (self->element, value);
  self->reopen |= is_new && property->effect == GST_MCAST_EFFECT_REOPEN;
  if (id == self->info->address)
    g_clear_error (&self->uri_error);
  GST_OBJECT_UNLOCK (self->element);

  apply (self, id);
  if (is_new)
    gst_mcast_warn_late (self->element, pspec);
}

void
gst_mcast_core_get_property (GstMcastCore *self, guint id, GValue *value)
{
  const GstMcastProperty *property = &self->info->properties[id];

  if (property->get != NULL)
    {
      property->get (self->element, value);
      return;
    }
  GST_OBJECT_LOCK (self->element);
  gst_mcast_property_read (property, self->settings, value);
  GST_OBJECT_UNLOCK (self->element);
}
