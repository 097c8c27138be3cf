/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

#include "gstmcastleg.h"
#include "gstmcastmessages.h"
#include "gstmcastproperty.h"
#include "gstmcastsockets.h"

G_BEGIN_DECLS

typedef struct _GstMcastCore GstMcastCore;

/**
 * GstMcastCoreInfo:
 * @properties: the table of properties, by number
 * @pspecs: their specifications
 * @n_properties: the number of properties, including number 0
 * @address: the property that holds the group of a URI
 * @port: the property that holds the port of a URI
 * @interfaces: the property with the list of interfaces
 * @close_socket: the property that decides whether to close the sockets of the application
 * @uri: the property that holds the URI
 * @legs: the property that holds the legs
 * @sends: whether the element sends
 * @sockets: the kind of sockets that the element opens
 * @category: the debug category of the element
 * @gained: the name of the message about an interface that comes into use
 * @open_error: the code of an open error that has no code of its own
 * @set_uri: sets the properties in a URI
 * @dup_groups: gets the groups in the form that the library parses; %NULL, with an error, keeps the
 *   current groups; groups with an error are the valid ones
 * @dup_leg_group: gets the group of a leg in the form that the library parses
 * @clear_destinations: removes the groups that legs replace, called with the object lock; with
 *   @restore, restores the default
 * @find_contradiction: returns which setting has no effect because of another one, or %NULL
 *
 * The differences between mcastsrc and mcastsink.
 */
typedef struct
{
  const GstMcastProperty *properties;
  GParamSpec **pspecs;
  guint n_properties;
  guint address;
  guint port;
  guint interfaces;
  guint close_socket;
  guint uri;
  guint legs;
  gboolean sends;
  const GstMcastSocketInfo *sockets;
  GstDebugCategory **category;
  const char *gained;
  GstResourceError open_error;
  gboolean (*set_uri) (GstMcastCore *core, const char *uri, GError **error);
  char **(*dup_groups) (GstElement *element, GError **error);
  char *(*dup_leg_group) (GstElement *element, const GstMcastLeg *leg, GError **error);
  void (*clear_destinations) (GstElement *element, gboolean restore);
  char *(*find_contradiction) (GstElement *element);
} GstMcastCoreInfo;

/**
 * GstMcastCore:
 * @info: the differences between the elements
 * @element: the element that owns this
 * @settings: its structure of settings
 * @open_lock: held while sockets are opened, closed or changed, so that none of them misses a
 *   setting; taken before the object lock
 * @messages: the queue of messages about the sockets
 * @sockets: (nullable): the open sockets
 * @cancellable: cancels the calls of the streaming thread
 * @legs: (nullable): the legs, which replace groups
 * @destination_error: (nullable): the error of the last URI or legs, if no address was set after it
 * @set_by_uri: the properties that the last URI set and nothing else since then, as #GST_MCAST_BIT
 * @contradiction: (nullable): the contradiction that was reported last
 * @reopen: whether a setting that opening applies has changed
 * @last_stats: (nullable): the statistics of the last sockets, before they were closed
 * @n_bytes: the number of bytes of the last sockets, after they were closed
 *
 * The common part of mcastsrc and mcastsink. The settings and the last nine members are under the
 * object lock.
 */
struct _GstMcastCore
{
  const GstMcastCoreInfo *info;
  GstElement *element;
  gpointer settings;
  GMutex open_lock;
  GstMcastMessages *messages;

  GstMcastSockets *sockets;
  GCancellable *cancellable;
  GstMcastLegs *legs;
  GError *destination_error;
  guint64 set_by_uri;
  char *contradiction;
  gboolean reopen;
  guint64 n_bytes;
  GPtrArray *last_stats;
};

/* The bit of a property by its number. */
#define GST_MCAST_BIT(id) (G_GUINT64_CONSTANT (1) << (id))

GstMcastCore *gst_mcast_core_get (GstElement *element);
void gst_mcast_core_init (GstMcastCore *self, const GstMcastCoreInfo *info, GstElement *element,
                          gpointer settings);
void gst_mcast_core_clear (GstMcastCore *self);

gboolean gst_mcast_core_open (GstMcastCore *self);
void gst_mcast_core_close (GstMcastCore *self);
gboolean gst_mcast_core_needs_reopening (GstMcastCore *self);
gboolean gst_mcast_core_reopen (GstMcastCore *self);
guint64 gst_mcast_core_get_n_bytes (GstMcastCore *self);
GPtrArray *gst_mcast_core_get_stats (GstMcastCore *self);
GstMcastSockets *gst_mcast_core_ref_sockets (GstMcastCore *self);
GstMcastLegs *gst_mcast_core_ref_legs (GstMcastCore *self);
char **gst_mcast_core_dup_leg_groups (GstMcastCore *self);
void gst_mcast_core_clear_legs (GstMcastCore *self);
void gst_mcast_core_get_legs (GstElement *element, GValue *array);

GCancellable *gst_mcast_core_ref_cancellable (GstMcastCore *self);
void gst_mcast_core_cancel (GstMcastCore *self);
void gst_mcast_core_renew_cancellable (GstMcastCore *self);

void gst_mcast_core_set_property (GstMcastCore *self, guint id, const GValue *value);
void gst_mcast_core_set_late (GstMcastCore *self, guint id);
guint64 gst_mcast_core_get_set_by_uri (GstMcastCore *self);
void gst_mcast_core_take_uri (GstMcastCore *self, guint64 parameters);
void gst_mcast_core_dispatch (GstMcastCore *self, GParamSpec **pspecs, guint n_pspecs);
GArray *gst_mcast_core_read_views (GstMcastCore *self);
void gst_mcast_core_notify_views (GstMcastCore *self, GArray *before);
void gst_mcast_core_get_property (GstMcastCore *self, guint id, GValue *value);

G_END_DECLS
