/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstMcastEffect:
 * @GST_MCAST_EFFECT_NONE: none: the value is read where it is used
 * @GST_MCAST_EFFECT_IGNORED: the value never has an effect
 * @GST_MCAST_EFFECT_IMMEDIATE: the value is applied to the open sockets
 * @GST_MCAST_EFFECT_MEMBERSHIP: groups and interfaces of the open sockets are updated
 * @GST_MCAST_EFFECT_ALLOCATION: caps and buffers are renegotiated
 * @GST_MCAST_EFFECT_REOPEN: the sockets are reopened when the element leaves READY
 *
 * The effect of setting a property.
 */
typedef enum
{
  GST_MCAST_EFFECT_NONE,
  GST_MCAST_EFFECT_IGNORED,
  GST_MCAST_EFFECT_IMMEDIATE,
  GST_MCAST_EFFECT_MEMBERSHIP,
  GST_MCAST_EFFECT_ALLOCATION,
  GST_MCAST_EFFECT_REOPEN,
} GstMcastEffect;

/**
 * GstMcastInUri:
 * @GST_MCAST_IN_URI_NO: it is not a parameter
 * @GST_MCAST_IN_URI_YES: it is a parameter; a URI without it resets what the URI before it set
 * @GST_MCAST_IN_URI_ALWAYS: it is a parameter; a URI without it resets it
 *
 * Whether a property is a parameter of URIs.
 */
typedef enum
{
  GST_MCAST_IN_URI_NO,
  GST_MCAST_IN_URI_YES,
  GST_MCAST_IN_URI_ALWAYS,
} GstMcastInUri;

/**
 * GstMcastProperty:
 * @effect: the effect of setting it
 * @size: the size of its field in the structure of settings; 0 without a field
 * @offset: the offset of that field, whose type is the one in #GValue, `char *` for a string
 * @get: (nullable): gets the value, if it is not that of the field
 * @is_view: whether it shows a setting that other properties change too
 * @is_destination: whether legs replace it, and setting it clears legs
 * @in_uri: whether it is a parameter of URIs
 * @get_in_uri: (nullable): gets the value of the parameter, if it is not that of the property
 * @set: (nullable): called with the object lock, after the field has its new value
 * @socket_property: (nullable): the corresponding property of the sockets
 * @convert: (nullable): gets the value of @socket_property, called with the object lock; %NULL
 *   transforms the value of the field
 * @apply: (nullable): sets the value of @socket_property on an open socket
 *
 * A row of the table of properties of an element.
 */
typedef struct
{
  GstMcastEffect effect;
  gboolean is_view;
  gboolean is_destination;
  GstMcastInUri in_uri;
  void (*get_in_uri) (GstElement *element, GValue *value);
  gsize size;
  gsize offset;
  void (*get) (GstElement *element, GValue *value);
  void (*set) (GstElement *element, const GValue *value);
  const char *socket_property;
  void (*convert) (GstElement *element, GValue *value);
  gboolean (*apply) (gpointer socket, const GValue *value, GError **error);
} GstMcastProperty;

/* The members @size and @offset. */
#define GST_MCAST_FIELD(Type, name) \
  .size = sizeof (((Type *) NULL)->name), .offset = G_STRUCT_OFFSET (Type, name)

void gst_mcast_properties_install (GObjectClass *klass, const GstMcastProperty *properties,
                                   GParamSpec **pspecs, guint n_properties);

void gst_mcast_property_reset (const GstMcastProperty *self, GParamSpec *pspec, gpointer settings);
void gst_mcast_property_clear (const GstMcastProperty *self, GParamSpec *pspec, gpointer settings);
gboolean gst_mcast_property_store (const GstMcastProperty *self, GParamSpec *pspec,
                                   gpointer settings, const GValue *value);
void gst_mcast_property_read (const GstMcastProperty *self, gconstpointer settings, GValue *value);

G_END_DECLS
