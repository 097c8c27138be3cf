/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastcore.h"

#include "gstmcasterror.h"
#include "gstmcastleggroup.h"
#include "gstmcastsocketproperty.h"
#include "gstmcastsocketsetup.h"
#include "gstmcasttextlist.h"

static GQuark
core_quark (void)
{
  return g_quark_from_static_string ("gst-mcast-core");
}

/* Returns the core of mcastsrc or mcastsink. */
GstMcastCore *
gst_mcast_core_get (GstElement *element)
{
  return g_object_get_qdata (G_OBJECT (element), core_quark ());
}

void
gst_mcast_core_init (GstMcastCore *self, const GstMcastCoreInfo *info, GstElement *element,
                     gpointer settings)
{
  self->info = info;
  self->element = element;
  self->settings = settings;
  g_object_set_qdata (G_OBJECT (element), core_quark (), self);
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
  g_clear_error (&self->destination_error);
  g_clear_pointer (&self->contradiction, g_free);
  g_clear_pointer (&self->last_stats, g_ptr_array_unref);
  g_clear_pointer (&self->legs, g_ptr_array_unref);
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
      property->convert (self->element, value);
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
      const GstMcastProperty *property = &self->info->properties[i];
      const char *name = property->socket_property;

      if (name == NULL)
        continue;
      convert (self, i,
               gst_mcast_socket_properties_add (properties, name,
                                                get_type_of (G_OBJECT_CLASS (klass), name)));
      gst_mcast_socket_properties_find (properties, name)->apply = property->apply;
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

/* Returns the legs, %NULL without any. */
GstMcastLegs *
gst_mcast_core_ref_legs (GstMcastCore *self)
{
  GstMcastLegs *legs;

  GST_OBJECT_LOCK (self->element);
  legs = self->legs != NULL ? g_ptr_array_ref (self->legs) : NULL;
  GST_OBJECT_UNLOCK (self->element);
  return legs;
}

/* Returns the groups of the enabled legs, %NULL without legs. */
char **
gst_mcast_core_dup_leg_groups (GstMcastCore *self)
{
  g_autoptr (GPtrArray) legs = gst_mcast_core_ref_legs (self);
  g_autoptr (GStrvBuilder) groups = g_strv_builder_new ();

  if (legs == NULL)
    return NULL;
  for (guint i = 0; i < legs->len; i++)
    {
      const GstMcastLeg *leg = g_ptr_array_index (legs, i);
      g_autofree char *group = leg->enabled
                                 ? gst_mcast_leg_get_group (leg, self->info->sends, 0, NULL)
                                 : NULL;

      if (group != NULL)
        g_strv_builder_add (groups, group);
    }
  return g_strv_builder_end (groups);
}

/* Removes the legs. Called with the object lock. */
void
gst_mcast_core_clear_legs (GstMcastCore *self)
{
  g_clear_pointer (&self->legs, g_ptr_array_unref);
}

/* Returns the setups for the enabled ones of @legs. Without its group, a leg keeps the one before.
 * */
static GPtrArray *
create_leg_setups (GstMcastCore *self, GstMcastLegs *legs, GPtrArray *errors)
{
  GPtrArray *setups = gst_mcast_socket_setups_new ();
  g_autoptr (GPtrArray) groups = gst_mcast_leg_groups_new ();

  for (guint i = 0; i < legs->len; i++)
    {
      const GstMcastLeg *leg = g_ptr_array_index (legs, i);
      g_autofree char *group = NULL;
      GError *error = NULL;

      if (!leg->enabled)
        continue;
      group = self->info->dup_leg_group (self->element, leg, &error);
      gst_mcast_sockets_add_error (errors, error, leg->name);
      if (self->info->sockets->shares_legs)
        gst_mcast_leg_groups_add (groups, group, leg->name);
      else
        gst_mcast_socket_setups_add_leg (setups, leg, group);
    }
  if (self->info->sockets->shares_legs)
    gst_mcast_socket_setups_add_shared (setups, g_steal_pointer (&groups));
  return setups;
}

/* Returns the setups of the sockets for the groups, %NULL, with an error, to keep the current ones.
 * */
static GPtrArray *
create_setups (GstMcastCore *self, GError **error)
{
  g_auto (GStrv) groups = self->info->dup_groups (self->element, error);
  GPtrArray *setups;

  if (groups == NULL)
    return NULL;
  setups = gst_mcast_socket_setups_new ();
  gst_mcast_socket_setups_add_copies (setups, (const char *const *) groups);
  return setups;
}

/* Applies groups or legs, and interfaces of the settings to @sockets. Adds the failures to @errors:
 * all of legs, but only the first one of an interface, of the text of a group or of a group. */
static void
update_sockets (GstMcastCore *self, GstMcastSockets *sockets, GError **limit, GPtrArray *errors)
{
  g_auto (GStrv) interfaces = dup_interfaces (self);
  g_autoptr (GPtrArray) legs = gst_mcast_core_ref_legs (self);
  g_autoptr (GPtrArray) setups = NULL;
  GError *error = NULL;

  if (legs != NULL)
    setups = create_leg_setups (self, legs, errors);
  else
    setups = create_setups (self, &error);
  gst_mcast_sockets_add_error (errors, error, NULL);
  gst_mcast_sockets_change (sockets, setups, (const char *const *) interfaces, limit, errors);
  if (legs == NULL && errors->len > 1)
    g_ptr_array_set_size (errors, 1);
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

/* Returns whether legs can be used although others have failed. */
static gboolean
has_working_leg (GstMcastCore *self, GstMcastSockets *sockets)
{
  g_autoptr (GPtrArray) legs = gst_mcast_core_ref_legs (self);
  g_autoptr (GPtrArray) all = gst_mcast_sockets_ref_all (sockets);

  return legs != NULL && all->len > 0;
}

/* Opens the sockets. Called with the open lock. The errors of legs that others do not share are
 * added to @errors. Returns (transfer full) (nullable): after an error, the sockets to close
 * without the lock */
static GstMcastSockets *
open_sockets (GstMcastCore *self, GError **limit, GPtrArray *errors, GError **error)
{
  GArray *properties = create_socket_properties (self);
  g_autoptr (GstMcastSockets)
    sockets = gst_mcast_sockets_new (self->info->sockets, properties, self->messages);

  update_sockets (self, sockets, limit, errors);
  if (errors->len > 0 && !has_working_leg (self, sockets))
    {
      g_propagate_error (error, g_ptr_array_steal_index (errors, 0));
      return g_steal_pointer (&sockets);
    }
  log_sockets (self, sockets, "Opened");
  GST_OBJECT_LOCK (self->element);
  self->sockets = g_steal_pointer (&sockets);
  self->reopen = FALSE;
  GST_OBJECT_UNLOCK (self->element);
  return NULL;
}

static GError *
dup_destination_error (GstMcastCore *self)
{
  GError *error;

  GST_OBJECT_LOCK (self->element);
  error = self->destination_error != NULL ? g_error_copy (self->destination_error) : NULL;
  GST_OBJECT_UNLOCK (self->element);
  return error;
}

static void
warn (GstMcastCore *self, const GError *error)
{
  if (error != NULL)
    gst_mcast_post_warning (self->element, GST_RESOURCE_ERROR_SETTINGS, error);
}

static void
warn_all (GstMcastCore *self, GPtrArray *errors)
{
  for (guint i = 0; i < errors->len; i++)
    warn (self, g_ptr_array_index (errors, i));
}

static GPtrArray *
errors_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) g_error_free);
}

/* Warns of a setting without an effect, once. */
static void
report_contradiction (GstMcastCore *self)
{
  g_autofree char *text = self->info->find_contradiction (self->element);
  gboolean is_new;

  GST_OBJECT_LOCK (self->element);
  is_new = g_strcmp0 (text, self->contradiction) != 0;
  g_free (self->contradiction);
  self->contradiction = g_strdup (text);
  GST_OBJECT_UNLOCK (self->element);
  if (text != NULL && is_new)
    GST_ELEMENT_WARNING (self->element, RESOURCE, SETTINGS, ("%s.", text), (NULL));
}

/* Opens the sockets. Returns %FALSE, with an error on the bus, if that fails. */
gboolean
gst_mcast_core_open (GstMcastCore *self)
{
  g_autoptr (GstMcastSockets) failed = NULL;
  g_autoptr (GPtrArray) errors = errors_new ();
  g_autoptr (GError) limit = NULL;
  g_autoptr (GError) error = dup_destination_error (self);

  lock (self);
  if (error == NULL)
    failed = open_sockets (self, &limit, errors, &error);
  unlock (self);

  if (failed != NULL)
    gst_mcast_sockets_close (failed);
  warn (self, limit);
  warn_all (self, errors);
  if (error == NULL)
    report_contradiction (self);
  else
    gst_mcast_post_error (self->element, self->info->open_error, error);
  return error == NULL;
}

/* Closes the sockets, except for the application's. Returns (transfer full) (nullable): the closed
 * sockets */
static GstMcastSockets *
close_sockets (GstMcastCore *self)
{
  GstMcastSockets *sockets;
  GPtrArray *stats;

  g_mutex_lock (&self->open_lock);
  GST_OBJECT_LOCK (self->element);
  sockets = g_steal_pointer (&self->sockets);
  GST_OBJECT_UNLOCK (self->element);
  g_mutex_unlock (&self->open_lock);

  if (sockets == NULL)
    return NULL;
  stats = gst_mcast_sockets_get_stats (sockets);
  gst_mcast_sockets_close (sockets);
  GST_OBJECT_LOCK (self->element);
  g_clear_pointer (&self->last_stats, g_ptr_array_unref);
  self->last_stats = stats;
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

  GST_OBJECT_LOCK (self->element);
  g_clear_pointer (&self->contradiction, g_free);
  GST_OBJECT_UNLOCK (self->element);
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

/* Returns one dictionary for each socket, or for each of the last sockets if none are open; %NULL
 * before the first start. */
GPtrArray *
gst_mcast_core_get_stats (GstMcastCore *self)
{
  g_autoptr (GstMcastSockets) sockets = gst_mcast_core_ref_sockets (self);
  GPtrArray *stats = NULL;

  if (sockets != NULL)
    return gst_mcast_sockets_get_stats (sockets);
  GST_OBJECT_LOCK (self->element);
  if (self->last_stats != NULL)
    stats = g_ptr_array_ref (self->last_stats);
  GST_OBJECT_UNLOCK (self->element);
  return stats;
}

/* --- Changing open sockets ------------------------------------------------------------------- */

/* Applies groups and interfaces of the settings to the open sockets. Setting a property cannot
 * fail, so errors are posted as warnings. */
static void
update_membership (GstMcastCore *self)
{
  g_autoptr (GstMcastSockets) sockets = NULL;
  g_autoptr (GPtrArray) errors = errors_new ();
  g_autoptr (GError) limit = NULL;

  lock (self);
  sockets = gst_mcast_core_ref_sockets (self);
  if (sockets != NULL)
    {
      update_sockets (self, sockets, &limit, errors);
      log_sockets (self, sockets, "Changed");
    }
  unlock (self);

  if (sockets == NULL)
    return;
  gst_mcast_sockets_close_unused (sockets);
  warn (self, limit);
  warn_all (self, errors);
  report_contradiction (self);
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
    gst_mcast_sockets_set_property (sockets, property->socket_property, &value, &error);
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

guint64
gst_mcast_core_get_set_by_uri (GstMcastCore *self)
{
  guint64 bits;

  GST_OBJECT_LOCK (self->element);
  bits = self->set_by_uri;
  GST_OBJECT_UNLOCK (self->element);
  return bits;
}

/* Notes that a URI has set @parameters, and no other ones. */
void
gst_mcast_core_take_uri (GstMcastCore *self, guint64 parameters)
{
  GST_OBJECT_LOCK (self->element);
  self->set_by_uri = parameters;
  g_clear_error (&self->destination_error);
  GST_OBJECT_UNLOCK (self->element);
}

/* Reports an invalid URI or legs, which change nothing. A setter cannot fail, and in NULL there is
 * no bus, so the next start fails instead. Takes @error. */
static void
refuse (GstMcastCore *self, GParamSpec *pspec, GError *error)
{
  g_autoptr (GError) owned = error;

  GST_CAT_WARNING_OBJECT (*self->info->category, self->element, "Failed to set %s: %s", pspec->name,
                          error->message);
  if (GST_STATE (self->element) > GST_STATE_NULL)
    {
      warn (self, error);
      return;
    }
  GST_OBJECT_LOCK (self->element);
  g_clear_error (&self->destination_error);
  self->destination_error = g_steal_pointer (&owned);
  GST_OBJECT_UNLOCK (self->element);
}

static char *
get_uri (GstMcastCore *self)
{
  char *uri;

  g_object_get (self->element, self->info->pspecs[self->info->uri]->name, &uri, NULL);
  return uri;
}

static void
set_uri (GstMcastCore *self, const char *uri)
{
  g_autofree char *current = get_uri (self);
  GError *error = NULL;

  /* As it reads without a destination. */
  if (uri == NULL && current == NULL)
    return;
  if (!self->info->set_uri (self, uri, &error))
    refuse (self, self->info->pspecs[self->info->uri], error);
}

static gboolean
values_differ (GParamSpec *pspec, const GValue *a, const GValue *b)
{
  /* g_param_values_cmp() compares the addresses of structures. */
  if (G_VALUE_HOLDS (a, GST_TYPE_ARRAY))
    return gst_value_compare (a, b) != GST_VALUE_EQUAL;
  return g_param_values_cmp (pspec, a, b) != 0;
}

/* Replaces the destinations with @legs (nullable), or the legs with no destination. */
static void
take_legs (GstMcastCore *self, GstMcastLegs *legs)
{
  GST_OBJECT_LOCK (self->element);
  if (legs != NULL || self->legs != NULL)
    {
      self->info->clear_destinations (self->element, legs == NULL);
      g_clear_error (&self->destination_error);
      gst_mcast_core_clear_legs (self);
      self->legs = legs != NULL ? g_ptr_array_ref (legs) : NULL;
    }
  GST_OBJECT_UNLOCK (self->element);
}

static void
set_legs (GstMcastCore *self, const GValue *array)
{
  GParamSpec *pspec = self->info->pspecs[self->info->legs];
  GError *error = NULL;
  g_autoptr (GPtrArray) legs = gst_mcast_legs_parse (array, self->info->sends, &error);

  if (error == NULL)
    take_legs (self, legs);
  else
    refuse (self, pspec, error);
}

/* Gets the legs as an array of structures. */
void
gst_mcast_core_get_legs (GstElement *element, GValue *array)
{
  g_autoptr (GPtrArray) legs = gst_mcast_core_ref_legs (gst_mcast_core_get (element));

  if (legs != NULL)
    gst_mcast_legs_write (legs, array);
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
    [GST_MCAST_EFFECT_IGNORED] = "ignored, because it has no effect on multicast here",
    [GST_MCAST_EFFECT_IMMEDIATE] = "applying it to the open sockets",
    [GST_MCAST_EFFECT_MEMBERSHIP] = "updating groups and interfaces when notified",
    [GST_MCAST_EFFECT_ALLOCATION] = "renegotiating caps and buffers",
    [GST_MCAST_EFFECT_REOPEN] = "reopening the sockets at the next start if the value is new",
  };

  return descriptions[effect];
}

/* Applies a setting that was just stored, except for groups and interfaces. */
static void
apply (GstMcastCore *self, guint id)
{
  switch (self->info->properties[id].effect)
    {
    case GST_MCAST_EFFECT_NONE:
    case GST_MCAST_EFFECT_IGNORED:
    case GST_MCAST_EFFECT_REOPEN:
    case GST_MCAST_EFFECT_MEMBERSHIP:
      break;
    case GST_MCAST_EFFECT_IMMEDIATE:
      apply_to_sockets (self, id);
      break;
    case GST_MCAST_EFFECT_ALLOCATION:
      gst_element_foreach_src_pad (self->element, reconfigure, NULL);
      break;
    }
}

/* Clears the bit of a property, and of the other names of the same setting. */
static void
forget_uri (GstMcastCore *self, guint id)
{
  const GstMcastProperty *properties = self->info->properties;

  for (guint i = 1; i < self->info->n_properties; i++)
    if (i == id
        || (properties[id].size > 0 && properties[i].size > 0
            && properties[i].offset == properties[id].offset))
      self->set_by_uri &= ~GST_MCAST_BIT (i);
}

static void
store_and_apply (GstMcastCore *self, guint id, const GValue *value)
{
  const GstMcastProperty *property = &self->info->properties[id];
  GParamSpec *pspec = self->info->pspecs[id];
  gboolean is_new;

  GST_OBJECT_LOCK (self->element);
  is_new = gst_mcast_property_store (property, pspec, self->settings, value);
  if (property->set != NULL)
    property->set (self->element, value);
  if (property->is_destination)
    gst_mcast_core_clear_legs (self);
  self->reopen |= is_new && property->effect == GST_MCAST_EFFECT_REOPEN;
  forget_uri (self, id);
  if (id == self->info->address)
    g_clear_error (&self->destination_error);
  GST_OBJECT_UNLOCK (self->element);

  GST_CAT_LEVEL_LOG (*self->info->category,
                     property->effect == GST_MCAST_EFFECT_IGNORED ? GST_LEVEL_INFO
                                                                  : GST_LEVEL_DEBUG,
                     self->element, "%s was set: %s", pspec->name,
                     describe_effect (property->effect));
  apply (self, id);
  if (is_new)
    gst_mcast_warn_late (self->element, pspec);
}

/* Returns whether a destination reads %NULL, because there are legs. */
static gboolean
is_replaced (GstMcastCore *self, guint id)
{
  g_autoptr (GPtrArray) legs = gst_mcast_core_ref_legs (self);

  return legs != NULL && self->info->properties[id].is_destination;
}

/* Applies groups and interfaces if one of @pspecs changes them. Called when changes are notified,
 * so that the changes between g_object_freeze_notify() and g_object_thaw_notify() are one. */
void
gst_mcast_core_dispatch (GstMcastCore *self, GParamSpec **pspecs, guint n_pspecs)
{
  for (guint i = 0; i < n_pspecs; i++)
    {
      guint id = pspecs[i]->param_id;

      if (id < self->info->n_properties && self->info->pspecs[id] == pspecs[i]
          && self->info->properties[id].effect == GST_MCAST_EFFECT_MEMBERSHIP)
        {
          update_membership (self);
          return;
        }
    }
}

/* Returns the values of the views, in the order of the table. */
GArray *
gst_mcast_core_read_views (GstMcastCore *self)
{
  GArray *values = g_array_new (FALSE, TRUE, sizeof (GValue));

  g_array_set_clear_func (values, (GDestroyNotify) g_value_unset);
  for (guint i = 1; i < self->info->n_properties; i++)
    if (self->info->properties[i].is_view)
      {
        g_array_set_size (values, values->len + 1);
        gst_mcast_core_get_property (self, i,
                                     g_value_init (&g_array_index (values, GValue, values->len - 1),
                                                   self->info->pspecs[i]->value_type));
      }
  return values;
}

/* Notifies the views whose values are not those of @before. */
void
gst_mcast_core_notify_views (GstMcastCore *self, GArray *before)
{
  g_autoptr (GArray) now = gst_mcast_core_read_views (self);
  guint n = 0;

  g_object_freeze_notify (G_OBJECT (self->element));
  for (guint i = 1; i < self->info->n_properties; i++)
    {
      GParamSpec *pspec = self->info->pspecs[i];

      if (!self->info->properties[i].is_view)
        continue;
      if (values_differ (pspec, &g_array_index (before, GValue, n),
                         &g_array_index (now, GValue, n)))
        g_object_notify_by_pspec (G_OBJECT (self->element), pspec);
      n++;
    }
  g_object_thaw_notify (G_OBJECT (self->element));
}

/* Notes that a setting has changed with another one and that the sockets have to be opened again.
 * */
void
gst_mcast_core_set_late (GstMcastCore *self, guint id)
{
  GST_OBJECT_LOCK (self->element);
  self->reopen = TRUE;
  GST_OBJECT_UNLOCK (self->element);
  gst_mcast_warn_late (self->element, self->info->pspecs[id]);
}

void
gst_mcast_core_set_property (GstMcastCore *self, guint id, const GValue *value)
{
  g_autoptr (GArray) before = gst_mcast_core_read_views (self);

  if (id == self->info->uri)
    set_uri (self, g_value_get_string (value));
  else if (id == self->info->legs)
    set_legs (self, value);
  else if (!is_replaced (self, id) || g_value_get_string (value) != NULL)
    store_and_apply (self, id, value);
  gst_mcast_core_notify_views (self, before);
}

void
gst_mcast_core_get_property (GstMcastCore *self, guint id, GValue *value)
{
  const GstMcastProperty *property = &self->info->properties[id];

  if (is_replaced (self, id))
    return;
  if (property->get != NULL)
    {
      property->get (self->element, value);
      return;
    }
  GST_OBJECT_LOCK (self->element);
  gst_mcast_property_read (property, self->settings, value);
  GST_OBJECT_UNLOCK (self->element);
}
