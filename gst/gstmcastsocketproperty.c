/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastsocketproperty.h"

static void
clear_property (gpointer data)
{
  g_value_unset (&((GstMcastSocketProperty *) data)->value);
}

/* Returns an empty array of GstMcastSocketProperty. */
GArray *
gst_mcast_socket_properties_new (void)
{
  GArray *self = g_array_new (FALSE, TRUE, sizeof (GstMcastSocketProperty));

  g_array_set_clear_func (self, clear_property);
  return self;
}

/* Returns the value to set, valid until another property is added. */
GValue *
gst_mcast_socket_properties_add (GArray *self, const char *name, GType type)
{
  GstMcastSocketProperty *property;

  g_array_set_size (self, self->len + 1);
  property = &g_array_index (self, GstMcastSocketProperty, self->len - 1);
  property->name = name;
  return g_value_init (&property->value, type);
}

/* Returns %NULL if there is no such property. */
GstMcastSocketProperty *
gst_mcast_socket_properties_find (GArray *self, const char *name)
{
  for (guint i = 0; i < self->len; i++)
    if (g_str_equal (g_array_index (self, GstMcastSocketProperty, i).name, name))
      return &g_array_index (self, GstMcastSocketProperty, i);
  return NULL;
}
