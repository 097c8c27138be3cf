/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-interface-events-private.h"

static void
event_clear (McastInterfaceEvent *event)
{
  g_object_unref (event->iface);
}

GArray *
_mcast_interface_events_new (void)
{
  GArray *events = g_array_new (FALSE, FALSE, sizeof (McastInterfaceEvent));

  g_array_set_clear_func (events, (GDestroyNotify) event_clear);
  return events;
}

/* One event for each interface of @from that is not in @of, in the same life. */
static void
add_missing (GArray *events, GPtrArray *from, GPtrArray *of, gboolean gained)
{
  for (guint i = 0; i < from->len; i++)
    {
      McastInterface *iface = from->pdata[i];
      McastInterface *other = _mcast_interface_by_index (of, mcast_interface_get_index (iface));

      if (other == NULL
          || _mcast_interface_get_info (other)->generation
               != _mcast_interface_get_info (iface)->generation)
        {
          const McastInterfaceEvent event = { g_object_ref (iface), gained };

          g_array_append_val (events, event);
        }
    }
}

/* Appends what changed, first what is lost. */
void
_mcast_interface_events_compare (GArray *events, GPtrArray *before, GPtrArray *after)
{
  add_missing (events, before, after, FALSE);
  add_missing (events, after, before, TRUE);
}

/* Events on their way to a main context. */
typedef struct
{
  GWeakRef object;
  GArray *events;
  guint gained_signal;
  guint lost_signal;
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

      g_signal_emit (object, event->gained ? emission->gained_signal : emission->lost_signal, 0,
                     event->iface);
    }
  return G_SOURCE_REMOVE;
}

/* Emits the signals in @context. Without a handler nothing is queued: a context that nobody
 * iterates must not fill up. */
void
_mcast_interface_events_emit (GArray *events, GObject *object, GMainContext *context,
                              guint gained_signal, guint lost_signal)
{
  g_autoptr (GSource) source = NULL;
  Emission *emission;

  if (events->len == 0
      || (!g_signal_has_handler_pending (object, gained_signal, 0, TRUE)
          && !g_signal_has_handler_pending (object, lost_signal, 0, TRUE)))
    return;

  emission = g_new0 (Emission, 1);
  g_weak_ref_init (&emission->object, object);
  emission->events = g_array_ref (events);
  emission->gained_signal = gained_signal;
  emission->lost_signal = lost_signal;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "mcast interface signals");
  g_source_set_callback (source, emit, emission, (GDestroyNotify) emission_free);
  g_source_attach (source, context);
}
