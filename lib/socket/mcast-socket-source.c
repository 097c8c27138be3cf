/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "socket/mcast-socket-source-private.h"

/* One for each address family, at most. */
#define MAX_WATCHED 2

typedef struct
{
  gpointer owner;
  GDestroyNotify release;
} Watched;

typedef struct
{
  GSource source;
  GObject *socket;
  Watched watched[MAX_WATCHED];
  guint n_watched;
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
finalize (GSource *source)
{
  McastSocketSource *self = (McastSocketSource *) source;

  for (guint i = 0; i < self->n_watched; i++)
    self->watched[i].release (self->watched[i].owner);
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

  g_source_set_static_name (source, G_OBJECT_TYPE_NAME (socket));
  ((McastSocketSource *) source)->socket = g_object_ref (socket);
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
                            GDestroyNotify release)
{
  McastSocketSource *self = (McastSocketSource *) source;

  g_source_add_unix_fd (source, fd, condition);
  self->watched[self->n_watched++] = (Watched) { owner, release };
}
