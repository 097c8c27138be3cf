/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

#include "gstmcastmessages.h"
#include "gstmcastproperty.h"
#include "gstmcastsockets.h"

G_BEGIN_DECLS

/**
 * GstMcastCoreInfo:
 * @properties: the table of properties, by number
 * @pspecs: their specifications
 * @n_properties: how many there are, number 0 included
 * @address: the property that has the group of a URI
 * @interfaces: the property with the list of interfaces
 * @close_socket: the property that says whether to close the sockets of the application
 * @uri: the property that has the URI
 * @sockets: what sockets the element opens
 * @gained: the name of the message about an interface that comes into use
 * @open_error: the code of an error of opening that has no code of its own
 * @dup_groups: gets the groups as the library reads them; %NULL, with an error, changes nothing;
 *   with groups, the error is about others, which are left out
 *
 * What is different between the elements.
 */
typedef struct
{
  const GstMcastProperty *properties;
  GParamSpec **pspecs;
  guint n_properties;
  guint address;
  guint interfaces;
  guint close_socket;
  guint uri;
  const GstMcastSocketInfo *sockets;
  const char *gained;
  GstResourceError open_error;
  char **(*dup_groups) (GstElement *element, GError **error);
} GstMcastCoreInfo;

/**
 * GstMcastCore:
 * @info: what is different between the elements
 * @element: the element that has this
 * @settings: its structure of settings
 * @open_lock: held while sockets are opened, closed or changed, so that none of them misses a
 *   setting; taken before the object lock
 * @messages: what the sockets post
 * @sockets: (nullable): what is open
 * @cancellable: cancels what the streaming thread does with them
 * @uri_error: (nullable): of the last URI, if it was wrong and no address came after it
 * @reopen: whether a setting changed that only opening applies
 * @n_bytes: what went through the last sockets, once they are closed
 *
 * What mcastsrc and mcastsink have in common. The settings and the last five members are under the
 * object lock.
 */
typedef struct
{
  const GstMcastCoreInfo *info;
  GstElement *element;
  gpointer settings;
  GMutex open_lock;
  GstMcastMessages *messages;

  GstMcastSockets *sockets;
  GCancellable *cancellable;
  GError *uri_error;
  gboolean reopen;
  guint64 n_bytes;
} GstMcastCore;

void gst_mcast_core_init (GstMcastCore *self, const GstMcastCoreInfo *info, GstElement *element,
                          gpointer settings);
void gst_mcast_core_clear (GstMcastCore *self);

gboolean gst_mcast_core_open (GstMcastCore *self);
void gst_mcast_core_close (GstMcastCore *self);
gboolean gst_mcast_core_needs_reopening (GstMcastCore *self);
gboolean gst_mcast_core_reopen (GstMcastCore *self);
guint64 gst_mcast_core_get_n_bytes (GstMcastCore *self);
GstMcastSockets *gst_mcast_core_ref_sockets (GstMcastCore *self);
void gst_mcast_core_update_membership (GstMcastCore *self);

GCancellable *gst_mcast_core_ref_cancellable (GstMcastCore *self);
void gst_mcast_core_cancel (GstMcastCore *self);
void gst_mcast_core_renew_cancellable (GstMcastCore *self);

void gst_mcast_core_set_property (GstMcastCore *self, guint id, const GValue *value);
void gst_mcast_core_get_property (GstMcastCore *self, guint id, GValue *value);

G_END_DECLS
