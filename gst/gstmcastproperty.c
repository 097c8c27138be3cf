/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastproperty.h"

/* --- The table ------------------------------------------------------------------------------- */

static gsize
get_field_size (GType type)
{
  if (type == G_TYPE_UINT64)
    return sizeof (guint64);
  if (type == G_TYPE_STRING || type == GST_TYPE_CAPS || g_type_is_a (type, G_TYPE_OBJECT))
    return sizeof (gpointer);
  return sizeof (int);
}

/* A missing or invalid row aborts the program when the class is initialized. */
static void
check (const GstMcastProperty *self, GParamSpec *pspec)
{
  gboolean is_writable = (pspec->flags & G_PARAM_WRITABLE) != 0;

  if (self->size != 0 ? self->size != get_field_size (pspec->value_type) : self->get == NULL)
    g_error ("%s requires a field of its type or a getter", pspec->name);
  if (!is_writable && (self->set != NULL || self->effect != GST_MCAST_EFFECT_NONE))
    g_error ("%s is read-only, so it cannot have an effect", pspec->name);
  if ((self->apply != NULL) != (self->effect == GST_MCAST_EFFECT_IMMEDIATE))
    g_error ("%s requires an apply function exactly if its effect is immediate", pspec->name);
}

/* Installs @pspecs, which @properties complement; both start at number 1. */
void
gst_mcast_properties_install (GObjectClass *klass, const GstMcastProperty *properties,
                              GParamSpec **pspecs, guint n_properties)
{
  for (guint i = 1; i < n_properties; i++)
    check (&properties[i], pspecs[i]);
  g_object_class_install_properties (klass, n_properties, pspecs);
}

/* --- Fields ---------------------------------------------------------------------------------- */

/* %NULL and an empty string restore the default. */
static void
store_string (char **string, GParamSpec *pspec, const GValue *value)
{
  const char *text = g_value_get_string (value);

  if (text == NULL || *text == '\0')
    text = g_value_get_string (g_param_spec_get_default_value (pspec));
  g_free (*string);
  *string = g_strdup (text);
}

static void
store (gpointer field, GParamSpec *pspec, const GValue *value)
{
  GType type = G_VALUE_TYPE (value);

  if (type == G_TYPE_STRING)
    store_string (field, pspec, value);
  else if (type == G_TYPE_BOOLEAN)
    *(gboolean *) field = g_value_get_boolean (value);
  else if (type == G_TYPE_INT)
    *(int *) field = g_value_get_int (value);
  else if (type == G_TYPE_UINT)
    *(guint *) field = g_value_get_uint (value);
  else if (type == G_TYPE_UINT64)
    *(guint64 *) field = g_value_get_uint64 (value);
  else if (G_TYPE_IS_ENUM (type))
    *(int *) field = g_value_get_enum (value);
  else if (g_type_is_a (type, G_TYPE_OBJECT))
    g_set_object ((GObject **) field, g_value_get_object (value));
  else if (type == GST_TYPE_CAPS)
    gst_caps_replace (field, g_value_get_boxed (value));
  else
    g_assert_not_reached ();
}

/* Sets @value to the field, which the property must have. */
void
gst_mcast_property_read (const GstMcastProperty *self, gconstpointer settings, GValue *value)
{
  gconstpointer field = (const guint8 *) settings + self->offset;
  GType type = G_VALUE_TYPE (value);

  if (type == G_TYPE_STRING)
    g_value_set_string (value, *(char *const *) field);
  else if (type == G_TYPE_BOOLEAN)
    g_value_set_boolean (value, *(const gboolean *) field);
  else if (type == G_TYPE_INT)
    g_value_set_int (value, *(const int *) field);
  else if (type == G_TYPE_UINT)
    g_value_set_uint (value, *(const guint *) field);
  else if (type == G_TYPE_UINT64)
    g_value_set_uint64 (value, *(const guint64 *) field);
  else if (G_TYPE_IS_ENUM (type))
    g_value_set_enum (value, *(const int *) field);
  else if (g_type_is_a (type, G_TYPE_OBJECT))
    g_value_set_object (value, *(GObject *const *) field);
  else if (type == GST_TYPE_CAPS)
    g_value_set_boxed (value, *(GstCaps *const *) field);
  else
    g_assert_not_reached ();
}

/* Sets the field to @value. Returns whether the value changed. */
gboolean
gst_mcast_property_store (const GstMcastProperty *self, GParamSpec *pspec, gpointer settings,
                          const GValue *value)
{
  g_auto (GValue) before = G_VALUE_INIT;

  if (self->size == 0)
    return FALSE;
  g_value_init (&before, pspec->value_type);
  gst_mcast_property_read (self, settings, &before);
  store (G_STRUCT_MEMBER_P (settings, self->offset), pspec, value);
  return g_param_values_cmp (pspec, &before, value) != 0;
}

/* Sets the field to the default of the property. */
void
gst_mcast_property_reset (const GstMcastProperty *self, GParamSpec *pspec, gpointer settings)
{
  if (self->size > 0)
    store (G_STRUCT_MEMBER_P (settings, self->offset), pspec,
           g_param_spec_get_default_value (pspec));
}

/* Frees the value of the field. */
void
gst_mcast_property_clear (const GstMcastProperty *self, GParamSpec *pspec, gpointer settings)
{
  gpointer field = G_STRUCT_MEMBER_P (settings, self->offset);
  GType type = pspec->value_type;

  if (self->size == 0)
    return;
  if (type == G_TYPE_STRING)
    g_clear_pointer ((char **) field, g_free);
  else if (g_type_is_a (type, G_TYPE_OBJECT))
    g_clear_object ((GObject **) field);
  else if (type == GST_TYPE_CAPS)
    gst_clear_caps (field);
}
