/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastfield.h"

#include "gstmcasttextlist.h"

/* No text, or an empty one, is the way back to the default. */
static void
set_string (char **string, GParamSpec *pspec, const GValue *value)
{
  const char *text = g_value_get_string (value);

  if (text == NULL || *text == '\0')
    text = g_value_get_string (g_param_spec_get_default_value (pspec));
  g_free (*string);
  *string = g_strdup (text);
}

void
gst_mcast_field_set (const GstMcastField *field, GParamSpec *pspec, gpointer settings,
                     const GValue *value)
{
  gpointer member = G_STRUCT_MEMBER_P (settings, field->offset);
  GType type = G_VALUE_TYPE (value);

  if (type == G_TYPE_STRING)
    set_string (member, pspec, value);
  else if (type == G_TYPE_BOOLEAN)
    *(gboolean *) member = g_value_get_boolean (value);
  else if (type == G_TYPE_INT)
    *(int *) member = g_value_get_int (value);
  else if (type == G_TYPE_UINT)
    *(guint *) member = g_value_get_uint (value);
  else if (type == G_TYPE_UINT64)
    *(guint64 *) member = g_value_get_uint64 (value);
  else if (G_TYPE_IS_ENUM (type))
    *(int *) member = g_value_get_enum (value);
  else if (g_type_is_a (type, G_TYPE_OBJECT))
    g_set_object ((GObject **) member, g_value_get_object (value));
  else if (type == GST_TYPE_CAPS)
    gst_caps_replace (member, g_value_get_boxed (value));
  else if (type == GST_TYPE_ARRAY)
    {
      g_strfreev (*(char ***) member);
      *(char ***) member = gst_mcast_text_list_from_value (value);
    }
  else
    g_assert_not_reached ();
}

void
gst_mcast_field_get (const GstMcastField *field, gconstpointer settings, GValue *value)
{
  gconstpointer member = (const guint8 *) settings + field->offset;
  GType type = G_VALUE_TYPE (value);

  if (type == G_TYPE_STRING)
    g_value_set_string (value, *(char *const *) member);
  else if (type == G_TYPE_BOOLEAN)
    g_value_set_boolean (value, *(const gboolean *) member);
  else if (type == G_TYPE_INT)
    g_value_set_int (value, *(const int *) member);
  else if (type == G_TYPE_UINT)
    g_value_set_uint (value, *(const guint *) member);
  else if (type == G_TYPE_UINT64)
    g_value_set_uint64 (value, *(const guint64 *) member);
  else if (G_TYPE_IS_ENUM (type))
    g_value_set_enum (value, *(const int *) member);
  else if (g_type_is_a (type, G_TYPE_OBJECT))
    g_value_set_object (value, *(GObject *const *) member);
  else if (type == GST_TYPE_CAPS)
    g_value_set_boxed (value, *(GstCaps *const *) member);
  else if (type == GST_TYPE_ARRAY)
    gst_mcast_text_list_to_value (*(const char *const *const *) member, value);
  else
    g_assert_not_reached ();
}

gboolean
gst_mcast_field_is (const GstMcastField *field, GParamSpec *pspec, gconstpointer settings,
                    const GValue *value)
{
  g_auto (GValue) current = G_VALUE_INIT;

  g_value_init (&current, pspec->value_type);
  gst_mcast_field_get (field, settings, &current);
  return g_param_values_cmp (pspec, &current, value) == 0;
}

static void
clear_one (const GstMcastField *field, GType type, gpointer settings)
{
  gpointer member = G_STRUCT_MEMBER_P (settings, field->offset);

  if (type == G_TYPE_STRING)
    g_clear_pointer ((char **) member, g_free);
  else if (g_type_is_a (type, G_TYPE_OBJECT))
    g_clear_object ((GObject **) member);
  else if (type == GST_TYPE_CAPS)
    gst_clear_caps (member);
  else if (type == GST_TYPE_ARRAY)
    g_clear_pointer ((char ***) member, g_strfreev);
}

/* The properties of @owner itself, without those of its parents. */
static GPtrArray *
list_properties (GType owner)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (owner);
  GPtrArray *own = g_ptr_array_new ();
  guint n;
  g_autofree GParamSpec **all = g_object_class_list_properties (G_OBJECT_CLASS (klass), &n);

  for (guint i = 0; i < n; i++)
    if (all[i]->owner_type == owner)
      g_ptr_array_add (own, all[i]);
  return own;
}

/* Gives every setting the default that its property announces. */
void
gst_mcast_fields_init (const GstMcastField *fields, GType owner, gpointer settings)
{
  g_autoptr (GPtrArray) properties = list_properties (owner);

  for (guint i = 0; i < properties->len; i++)
    {
      GParamSpec *pspec = g_ptr_array_index (properties, i);

      if (fields[pspec->param_id].exists)
        gst_mcast_field_set (&fields[pspec->param_id], pspec, settings,
                             g_param_spec_get_default_value (pspec));
    }
}

void
gst_mcast_fields_clear (const GstMcastField *fields, GType owner, gpointer settings)
{
  g_autoptr (GPtrArray) properties = list_properties (owner);

  for (guint i = 0; i < properties->len; i++)
    {
      GParamSpec *pspec = g_ptr_array_index (properties, i);

      if (fields[pspec->param_id].exists)
        clear_one (&fields[pspec->param_id], pspec->value_type, settings);
    }
}
