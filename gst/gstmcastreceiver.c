/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastreceiver.h"

#include "gstmcastlimit.h"
#include "gstmcasttextlist.h"

/* An open socket of mcastsrc, with what it was opened for. Not to be used by two threads at
 * once, but for its socket. */
struct _GstMcastReceiver
{
  McastRxSocket *socket;
  GSocket *shared;

  GMutex lock;
  GSocket *used; /* of the socket's own, once somebody asked for it */

  char **groups;
  char **interfaces;
};

/* How a list has what the library hears on by default; the items of a user have no spaces. */
#define BY_DEFAULT " "
static const char *const by_default[] = { BY_DEFAULT, NULL };

static const char *
to_interface (const char *item)
{
  return g_str_equal (item, BY_DEFAULT) ? NULL : item;
}

void
gst_mcast_receiver_options_clear (GstMcastReceiverOptions *options)
{
  g_clear_pointer (&options->groups, g_strfreev);
  g_clear_pointer (&options->interfaces, g_strfreev);
  g_clear_object (&options->socket);
}

/* A short time is not none. */
static gint64
to_us (guint64 time)
{
  return time > 0 ? (gint64) MAX (time / 1000, 1) : 0;
}

static gint64
timeout_to_us (guint64 timeout)
{
  return timeout > 0 ? to_us (timeout) : -1;
}

static gpointer
open_socket (gconstpointer data, guint buffer_size, GError **error)
{
  const GstMcastReceiverOptions *options = data;

  return g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, error, "groups", options->groups, "port",
                         options->port, "interfaces", options->interfaces, "wait-for-interfaces",
                         options->wait_for_interfaces, "recovery-interval",
                         to_us (options->recovery_interval), "reuse-address", options->reuse,
                         "auto-join", options->auto_join, "socket", options->socket, "merge",
                         options->merge, "segment-merging", options->merge_segments,
                         "receive-buffer-size", buffer_size, "timeout-us",
                         timeout_to_us (options->timeout), NULL);
}

static void
on_event (McastRxSocket *socket, McastRxEvent event, McastInterface *iface, const char *group,
          gpointer data)
{
  if (event == MCAST_RX_EVENT_RECOVERY_INEFFECTIVE)
    gst_mcast_news_tell_ineffective (data, iface, group);
  else
    gst_mcast_news_tell (data, iface, event == MCAST_RX_EVENT_INTERFACE_JOINED);
}

/* @limit is set when it worked, but with a smaller buffer than wanted. */
GstMcastReceiver *
gst_mcast_receiver_open (const GstMcastReceiverOptions *options, GstMcastNews *news, GError **limit,
                         GError **error)
{
  McastRxSocket *socket = gst_mcast_open_within_limit (open_socket, options, options->buffer_size,
                                                       limit, error);
  g_autoptr (GPtrArray) interfaces = NULL;
  GstMcastReceiver *self;

  if (socket == NULL)
    return NULL;
  mcast_rx_socket_set_event_func (socket, on_event, gst_mcast_news_ref (news),
                                  (GDestroyNotify) gst_mcast_news_unref);
  interfaces = mcast_rx_socket_get_interfaces (socket);
  gst_mcast_news_tell_all (news, interfaces);

  self = g_atomic_rc_box_new0 (GstMcastReceiver);
  self->socket = socket;
  g_mutex_init (&self->lock);
  g_set_object (&self->shared, options->socket);
  self->groups = g_strdupv (options->groups);
  self->interfaces = g_strdupv (options->interfaces != NULL ? options->interfaces
                                                            : (char **) by_default);
  return self;
}

GstMcastReceiver *
gst_mcast_receiver_ref (GstMcastReceiver *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
finalize (gpointer data)
{
  GstMcastReceiver *self = data;

  g_object_unref (self->socket);
  g_clear_object (&self->shared);
  g_clear_object (&self->used);
  g_mutex_clear (&self->lock);
  g_strfreev (self->groups);
  g_strfreev (self->interfaces);
}

void
gst_mcast_receiver_unref (GstMcastReceiver *self)
{
  g_atomic_rc_box_release_full (self, finalize);
}

/* @close_shared: whether the application gave its socket away for good */
void
gst_mcast_receiver_close (GstMcastReceiver *self, gboolean close_shared)
{
  mcast_rx_socket_close (self->socket);
  if (self->shared != NULL && close_shared)
    g_socket_close (self->shared, NULL);
}

McastRxSocket *
gst_mcast_receiver_get_socket (GstMcastReceiver *self)
{
  return self->socket;
}

/* The one of the application, or one that shares the port of the first group. The same each time,
 * unless somebody closed it; NULL while there is none. */
GSocket *
gst_mcast_receiver_dup_used_socket (GstMcastReceiver *self)
{
  GSocket *used;

  if (self->shared != NULL)
    return g_object_ref (self->shared);
  g_mutex_lock (&self->lock);
  if (self->used != NULL && g_socket_is_closed (self->used))
    g_clear_object (&self->used);
  if (self->used == NULL)
    self->used = mcast_rx_socket_dup_socket (self->socket, G_SOCKET_FAMILY_INVALID, NULL);
  used = self->used != NULL ? g_object_ref (self->used) : NULL;
  g_mutex_unlock (&self->lock);
  return used;
}

/* Goes over to other groups, without a gap for those that stay. What fails is left out; @error
 * gets the first reason. */
void
gst_mcast_receiver_set_groups (GstMcastReceiver *self, const char *const *groups, GError **error)
{
  g_auto (GStrv) current = g_steal_pointer (&self->groups);

  /* The first group may be another one now. */
  g_mutex_lock (&self->lock);
  g_clear_object (&self->used);
  g_mutex_unlock (&self->lock);
  self->groups = gst_mcast_text_list_update ((const char *const *) current, groups,
                                             (GstMcastTextListFunc) mcast_rx_socket_join,
                                             (GstMcastTextListFunc) mcast_rx_socket_leave,
                                             self->socket, error);
}

static gboolean
add_interface (gpointer socket, const char *item, GError **error)
{
  return mcast_rx_socket_add_interface (socket, to_interface (item), error);
}

static gboolean
remove_interface (gpointer socket, const char *item, GError **error)
{
  return mcast_rx_socket_remove_interface (socket, to_interface (item), error);
}

/* The same for interfaces; NULL for the library's default. */
void
gst_mcast_receiver_set_interfaces (GstMcastReceiver *self, const char *const *interfaces,
                                   GError **error)
{
  g_auto (GStrv) current = g_steal_pointer (&self->interfaces);

  self->interfaces = gst_mcast_text_list_update ((const char *const *) current,
                                                 interfaces != NULL ? interfaces : by_default,
                                                 add_interface, remove_interface, self->socket,
                                                 error);
}

void
gst_mcast_receiver_set_timeout (GstMcastReceiver *self, guint64 timeout)
{
  /* Only a closed socket refuses, and that one times out no more. */
  mcast_rx_socket_set_timeout_us (self->socket, timeout_to_us (timeout), NULL);
}
