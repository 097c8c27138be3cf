/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Returns whether this program was built with JSON. */
gboolean json_is_available (void);

/* Returns @value as JSON: dictionaries as objects, their members in the order given. */
char *json_from_variant (GVariant *value, gboolean pretty);

/* Returns a string, or null if @text is NULL. */
static inline GVariant *
json_new_string (const char *text)
{
  return g_variant_new_maybe (G_VARIANT_TYPE_STRING,
                              text != NULL ? g_variant_new_string (text) : NULL);
}

/* Adds a member to an object, whose builder is of type a{sv}. Takes a floating @value. */
static inline void
json_add (GVariantBuilder *object, const char *name, GVariant *value)
{
  g_variant_builder_add (object, "{sv}", name, value);
}
