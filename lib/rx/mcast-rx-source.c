/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx/mcast-rx-source-private.h"

typedef struct
{
  GSource source;
  GObject *socket;
  McastOsPoll *poll;
} McastRxSource;

/* Dispatched when something can be read and, for a wait with a limit, when its time is over. */
static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  if (callback == NULL)
    {
      g_warning ("A source of McastRxSocket was dispatched without a callback; call "
                 "g_source_set_callback()");
      return G_SOURCE_REMOVE;
    }
  return callback (user_data);
}

static gboolean
invoke_closure (gpointer closure)
{
  g_auto (GValue) result = G_VALUE_INIT;

  g_value_init (&result, G_TYPE_BOOLEAN);
  g_closure_invoke (closure, &result, 0, NULL, NULL);
  return g_value_get_boolean (&result);
}

/* The generic marshaller of GLib requires an argument. */
static void
marshal_closure (GClosure *closure, GValue *result, guint n_values, const GValue *values,
                 gpointer hint, gpointer data)
{
  GSourceFunc callback = (GSourceFunc) ((GCClosure *) closure)->callback;

  g_value_set_boolean (result, callback (closure->data));
}

static void
finalize (GSource *source)
{
  McastRxSource *self = (McastRxSource *) source;

  g_clear_pointer (&self->poll, _mcast_os_poll_unref);
  g_clear_object (&self->socket);
}

static GSourceFuncs source_funcs = {
  NULL, NULL, dispatch, finalize, invoke_closure, (GSourceDummyMarshal) marshal_closure
};

/* Keeps the socket and its descriptor: closing it dispatches the source, rather than leave it
 * waiting on a number that means something else by now. A socket that is closed already has no
 * @poll. */
GSource *
_mcast_rx_source_new (GObject *socket, McastOsPoll *poll, GCancellable *cancellable)
{
  GSource *source = g_source_new (&source_funcs, sizeof (McastRxSource));
  McastRxSource *self = (McastRxSource *) source;

  g_source_set_static_name (source, "McastRxSocket");
  self->socket = g_object_ref (socket);
  if (poll != NULL)
    {
      self->poll = _mcast_os_poll_ref (poll);
      g_source_add_unix_fd (source, _mcast_os_poll_get_fd (poll), G_IO_IN);
    }
  else
    g_source_set_ready_time (source, 0);
  if (cancellable != NULL)
    {
      g_autoptr (GSource) cancel = g_cancellable_source_new (cancellable);

      g_source_set_dummy_callback (cancel);
      g_source_add_child_source (source, cancel);
    }
  return source;
}
