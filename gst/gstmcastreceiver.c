/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "gstmcastreceiver.h"

#include "gstmcastlimit.h"
#include "gstmcastlist.h"
#include "gstmcastmessage.h"

/* An open socket of mcastsrc, with what it was opened for. Not to be used by two threads at once, but
 * for its socket. */
struct _GstMcastReceiver
{
  McastRxSocket *socket;
  char **groups;
  char **interfaces;
};

void
gst_mcast_receiver_options_clear (GstMcastReceiverOptions *options)
{
  g_clear_pointer (&options->groups, g_strfreev);
  g_clear_pointer (&options->interfaces, g_strfreev);
}

static gint64
timeout_to_us (guint64 timeout)
{
  return timeout > 0 ? (gint64) MAX (timeout / 1000, 1) : -1;
}

static gpointer
open_socket (gconstpointer data, guint buffer_size, GError **error)
{
  const GstMcastReceiverOptions *options = data;

  return g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, error,
                         "groups", options->groups,
                         "port", options->port,
                         "interfaces", options->interfaces,
                         "wait-for-interfaces", options->wait_for_interfaces,
                         "merge", options->merge,
                         "receive-buffer-size", buffer_size,
                         "timeout-us", timeout_to_us (options->timeout), NULL);
}

static void
on_interface_event (McastRxSocket *socket, McastInterface *iface, gboolean joined, gpointer data)
{
  gst_mcast_post_interface (GST_ELEMENT (data),
                            joined ? "mcast-interface-joined" : "mcast-interface-lost", iface);
}

/* @limit is set when it worked, but with a smaller buffer than wanted. Interfaces that are joined or
 * lost from now on are messages of @element. */
GstMcastReceiver *
gst_mcast_receiver_open (GstElement *element, const GstMcastReceiverOptions *options,
                         GError **limit, GError **error)
{
  McastRxSocket *socket = gst_mcast_open_within_limit (open_socket, options, options->buffer_size,
                                                       limit, error);
  GstMcastReceiver *self;

  if (socket == NULL)
    return NULL;
  mcast_rx_socket_set_event_func (socket, on_interface_event, gst_object_ref (element),
                                  gst_object_unref);
  self = g_atomic_rc_box_new0 (GstMcastReceiver);
  self->socket = socket;
  self->groups = g_strdupv (options->groups);
  self->interfaces = g_strdupv (options->interfaces);
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
  g_strfreev (self->groups);
  g_strfreev (self->interfaces);
}

void
gst_mcast_receiver_unref (GstMcastReceiver *self)
{
  g_atomic_rc_box_release_full (self, finalize);
}

void
gst_mcast_receiver_close (GstMcastReceiver *self)
{
  /* The function holds the element, which holds this. */
  mcast_rx_socket_set_event_func (self->socket, NULL, NULL, NULL);
  mcast_rx_socket_close (self->socket);
}

McastRxSocket *
gst_mcast_receiver_get_socket (GstMcastReceiver *self)
{
  return self->socket;
}

/* Goes over to other groups and interfaces, without a gap for those that stay. What fails is left out;
 * @error gets the first reason. */
void
gst_mcast_receiver_update (GstMcastReceiver *self, const char *const *groups,
                           const char *const *interfaces, GError **error)
{
  g_auto (GStrv) old_groups = g_steal_pointer (&self->groups);
  g_auto (GStrv) old_interfaces = g_steal_pointer (&self->interfaces);

  self->interfaces =
    gst_mcast_list_update ((const char *const *) old_interfaces, interfaces,
                           (GstMcastListFunc) mcast_rx_socket_add_interface,
                           (GstMcastListFunc) mcast_rx_socket_remove_interface, self->socket,
                           error);
  self->groups =
    gst_mcast_list_update ((const char *const *) old_groups, groups,
                           (GstMcastListFunc) mcast_rx_socket_join,
                           (GstMcastListFunc) mcast_rx_socket_leave, self->socket, error);
}

void
gst_mcast_receiver_set_timeout (GstMcastReceiver *self, guint64 timeout)
{
  /* Only a closed socket refuses, and that one times out no more. */
  mcast_rx_socket_set_timeout_us (self->socket, timeout_to_us (timeout), NULL);
}

/* Tells what is received from the start: only later ones are events. */
void
gst_mcast_receiver_post_interfaces (GstMcastReceiver *self, GstElement *element)
{
  g_autoptr (GPtrArray) interfaces = mcast_rx_socket_get_interfaces (self->socket);

  for (guint i = 0; i < interfaces->len; i++)
    gst_mcast_post_interface (element, "mcast-interface-joined",
                              g_ptr_array_index (interfaces, i));
}
