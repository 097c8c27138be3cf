/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "socket/mcast-socket-source-private.h"

typedef struct
{
  gpointer owner;
  GDestroyNotify release;
} Watched;

typedef struct
{
  GSource source;
  GObject *socket;
  GArray *watched;
} McastSocketSource;

/* Dispatched when a descriptor is ready and, for a wait with a limit, when its time is over. */
static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  if (callback == NULL)
    {
      g_warning ("A source of %s was dispatched without a callback; call g_source_set_callback()",
                 G_OBJECT_TYPE_NAME (((McastSocketSource *) source)->socket));
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
release (gpointer data)
{
  Watched *watched = data;

  watched->release (watched->owner);
}

static void
finalize (GSource *source)
{
  McastSocketSource *self = (McastSocketSource *) source;

  g_array_unref (self->watched);
  g_clear_object (&self->socket);
}

static GSourceFuncs source_funcs = {
  NULL, NULL, dispatch, finalize, invoke_closure, (GSourceDummyMarshal) marshal_closure
};

/* Creates a source that keeps the socket. */
GSource *
_mcast_socket_source_new (GObject *socket, GCancellable *cancellable)
{
  GSource *source = g_source_new (&source_funcs, sizeof (McastSocketSource));
  McastSocketSource *self = (McastSocketSource *) source;

  g_source_set_static_name (source, G_OBJECT_TYPE_NAME (socket));
  self->socket = g_object_ref (socket);
  self->watched = g_array_new (FALSE, FALSE, sizeof (Watched));
  g_array_set_clear_func (self->watched, release);
  if (cancellable != NULL)
    {
      g_autoptr (GSource) cancel = g_cancellable_source_new (cancellable);

      g_source_set_dummy_callback (cancel);
      g_source_add_child_source (source, cancel);
    }
  return source;
}

/* Takes over @owner, which keeps @fd open: closing the socket must not leave the source waiting on
 * a number that means something else by then. */
void
_mcast_socket_source_watch (GSource *source, int fd, GIOCondition condition, gpointer owner,
                            GDestroyNotify release_owner)
{
  const Watched watched = { owner, release_owner };

  g_source_add_unix_fd (source, fd, condition);
  g_array_append_val (((McastSocketSource *) source)->watched, watched);
}
