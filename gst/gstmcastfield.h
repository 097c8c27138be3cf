/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Where in a structure of settings the value of a property is kept. The type of the property
 * decides the type of the field: a string is a char *, an array a GStrv, the others are what
 * GValue has. A table of them has one for each property of a class, by its number; those that
 * do not exist are for the element to answer. */
typedef struct
{
  gboolean exists;
  gsize offset;
} GstMcastField;

#define GST_MCAST_FIELD(Type, name) \
  { \
    TRUE, G_STRUCT_OFFSET (Type, name) \
  }

void gst_mcast_fields_init (const GstMcastField *fields, GType owner, gpointer settings);
void gst_mcast_fields_clear (const GstMcastField *fields, GType owner, gpointer settings);

void gst_mcast_field_set (const GstMcastField *field, GParamSpec *pspec, gpointer settings,
                          const GValue *value);
gboolean gst_mcast_field_is (const GstMcastField *field, GParamSpec *pspec, gconstpointer settings,
                             const GValue *value);
void gst_mcast_field_get (const GstMcastField *field, gconstpointer settings, GValue *value);

G_END_DECLS
