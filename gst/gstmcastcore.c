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
  self->messages = gst_mcast_messages_new (element, *info->category, info->gained,
                                           "mcast-interface-lost");
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

/* Sets @value to the value of a socket property that follows from the settings. Called with the
 * object lock. */
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

/* Returns the socket properties that follow from the settings. The sockets set groups and
 * interfaces themselves. */
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

/* Applies groups and interfaces of the settings to @sockets. @error is set to the first failure. */
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

/* Logs interfaces, groups and buffers of @sockets. */
static void
log_sockets (GstMcastCore *self, GstMcastSockets *sockets, const char *change)
{
  g_autofree char *text = NULL;

  if (gst_debug_category_get_threshold (*self->info->category) < GST_LEVEL_INFO)
    return;
  text = gst_mcast_sockets_to_string (sockets);
  GST_CAT_INFO_OBJECT (*self->info->category, self->element, "%s: %s", change, text);
}

/* Opens the sockets. Called with the open lock. Returns (transfer full) (nullable): after an error,
 * the sockets to close without the lock */
static GstMcastSockets *
open_sockets (GstMcastCore *self, GError **limit, GError **error)
{
  GArray *properties = create_socket_properties (self);
  g_autoptr (GstMcastSockets)
    sockets = gst_mcast_sockets_new (self->info->sockets, properties, self->messages);

  update_sockets (self, sockets, limit, error);
  if (*error != NULL)
    return g_steal_pointer (&sockets);
  log_sockets (self, sockets, "Opened");
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

/* Closes the sockets, except for the application's. Returns (transfer full) (nullable): the closed
 * sockets */
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
  GST_CAT_INFO_OBJECT (*self->info->category, self->element, "Closed");
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

/* Closes the sockets, and the application's if close-socket is set. */
void
gst_mcast_core_close (GstMcastCore *self)
{
  g_autoptr (GstMcastSockets) sockets = close_sockets (self);

  if (sockets != NULL && closes_shared (self))
    gst_mcast_sockets_close_shared (sockets, NULL);
}

/* Returns whether a setting that opening applies has changed since the sockets were opened. */
gboolean
gst_mcast_core_needs_reopening (GstMcastCore *self)
{
  gboolean reopen;

  GST_OBJECT_LOCK (self->element);
  reopen = self->reopen;
  GST_OBJECT_UNLOCK (self->element);
  return reopen;
}

/* Closes the sockets and opens them with the current settings. Sockets of the application stay open
 * while they are still set. */
gboolean
gst_mcast_core_reopen (GstMcastCore *self)
{
  g_autoptr (GstMcastSockets) old = NULL;
  g_autoptr (GstMcastSockets) sockets = NULL;

  GST_CAT_DEBUG_OBJECT (*self->info->category, self->element,
                        "Reopening the sockets for the properties that were set in READY");
  old = close_sockets (self);
  if (!gst_mcast_core_open (self))
    return FALSE;
  sockets = gst_mcast_core_ref_sockets (self);
  if (old != NULL && closes_shared (self))
    gst_mcast_sockets_close_shared (old, sockets);
  return TRUE;
}

/* Returns the number of bytes of the sockets since they were opened, or of the last sockets if none
 * are open. */
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

/* --- Changing open sockets ------------------------------------------------------------------- */

/* Applies groups and interfaces of the settings to the open sockets. Setting a property cannot
 * fail, so errors are posted as warnings. */
void
gst_mcast_core_update_membership (GstMcastCore *self)
{
  g_autoptr (GstMcastSockets) sockets = NULL;
  g_autoptr (GError) limit = NULL;
  g_autoptr (GError) error = NULL;

  lock (self);
  sockets = gst_mcast_core_ref_sockets (self);
  if (sockets != NULL)
    {
      update_sockets (self, sockets, &limit, &error);
      log_sockets (self, sockets, "Changed");
    }
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

/* Replaces the cancellable instead of resetting it: a call that has not noticed the cancellation
 * yet must still notice it. */
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

/* Sets the URI. The setter cannot fail, so an invalid URI makes the next start fail. */
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

static const char *
describe_effect (GstMcastEffect effect)
{
  static const char *const descriptions[] = {
    [GST_MCAST_EFFECT_NONE] = "read where it is used",
    [GST_MCAST_EFFECT_IMMEDIATE] = "applying it to the open sockets",
    [GST_MCAST_EFFECT_MEMBERSHIP] = "updating groups and interfaces",
    [GST_MCAST_EFFECT_ALLOCATION] = "renegotiating caps and buffers",
    [GST_MCAST_EFFECT_REOPEN] = "reopening the sockets at the next start if the value is new",
  };

  return descriptions[effect];
}

/* Applies a setting that was just stored. */
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

  GST_CAT_DEBUG_OBJECT (*self->info->category, self->element, "%s was set: %s", pspec->name,
                        describe_effect (property->effect));
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
