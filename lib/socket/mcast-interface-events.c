/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "socket/mcast-interface-events-private.h"

#include <string.h>

static void
event_clear (McastInterfaceEvent *event)
{
  g_object_unref (event->iface);
  g_free (event->group);
}

GArray *
_mcast_interface_events_new (void)
{
  GArray *events = g_array_new (FALSE, FALSE, sizeof (McastInterfaceEvent));

  g_array_set_clear_func (events, (GDestroyNotify) event_clear);
  return events;
}

void
_mcast_interface_events_add (GArray *events, McastInterface *iface, McastInterfaceEventKind kind,
                             const char *group)
{
  const McastInterfaceEvent event = { g_object_ref (iface), kind, g_strdup (group) };

  g_array_append_val (events, event);
}

/* One event for each interface of @from that is not in @of, in the same life. */
static void
add_missing (GArray *events, GPtrArray *from, GPtrArray *of, McastInterfaceEventKind kind)
{
  for (guint i = 0; i < from->len; i++)
    {
      McastInterface *iface = from->pdata[i];
      McastInterface *other = _mcast_interface_by_index (of, mcast_interface_get_index (iface));

      if (other == NULL
          || _mcast_interface_get_info (other)->life != _mcast_interface_get_info (iface)->life)
        _mcast_interface_events_add (events, iface, kind, NULL);
    }
}

/* Appends what changed, first what is lost. */
void
_mcast_interface_events_compare (GArray *events, GPtrArray *before, GPtrArray *after)
{
  add_missing (events, before, after, MCAST_INTERFACE_LOST);
  add_missing (events, after, before, MCAST_INTERFACE_GAINED);
}

/* Events on their way to a main context. */
typedef struct
{
  GWeakRef object;
  GArray *events;
  guint signals[MCAST_INTERFACE_RECOVERY_INEFFECTIVE + 1];
} Emission;

static void
emission_free (Emission *emission)
{
  g_weak_ref_clear (&emission->object);
  g_array_unref (emission->events);
  g_free (emission);
}

static gboolean
emit (gpointer user_data)
{
  Emission *emission = user_data;
  g_autoptr (GObject) object = g_weak_ref_get (&emission->object);

  for (guint i = 0; object != NULL && i < emission->events->len; i++)
    {
      const McastInterfaceEvent *event = &g_array_index (emission->events, McastInterfaceEvent, i);

      if (emission->signals[event->kind] != 0)
        g_signal_emit (object, emission->signals[event->kind], 0, event->iface, event->group);
    }
  return G_SOURCE_REMOVE;
}

static gboolean
has_handler (GObject *object, const guint *signals)
{
  for (guint i = 0; i <= MCAST_INTERFACE_RECOVERY_INEFFECTIVE; i++)
    if (signals[i] != 0 && g_signal_has_handler_pending (object, signals[i], 0, TRUE))
      return TRUE;
  return FALSE;
}

/* Emits the signals in @context. Without a handler nothing is queued: a context that nobody
 * iterates must not fill up. */
void
_mcast_interface_events_emit (GArray *events, GObject *object, GMainContext *context,
                              const guint *signals)
{
  g_autoptr (GSource) source = NULL;
  Emission *emission;

  if (events->len == 0 || !has_handler (object, signals))
    return;

  emission = g_new0 (Emission, 1);
  g_weak_ref_init (&emission->object, object);
  emission->events = g_array_ref (events);
  memcpy (emission->signals, signals, sizeof emission->signals);
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "mcast interface signals");
  g_source_set_callback (source, emit, emission, (GDestroyNotify) emission_free);
  g_source_attach (source, context);
}
