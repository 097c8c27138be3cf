/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-event-private.h"

#include "mcast-group.h"

/**
 * McastEvent:
 *
 * A change of the state of a path: of one group on one interface.
 *
 * Both sockets emit events with [signal@RxSocket::event] and [signal@TxSocket::event].
 * [enum@EventType] lists the types. What is in use when a socket opens causes no event;
 * a socket has an event for each later change.
 *
 * An event is immutable and can be used from any thread.
 *
 * Since: 0.2
 */
struct _McastEvent
{
  gatomicrefcount ref_count;
  McastEventType type;
  char *group;
  char *interface_name;
  McastInterface *iface;
  GError *error;
  char *reason;
};

G_DEFINE_BOXED_TYPE (McastEvent, mcast_event, mcast_event_ref, mcast_event_unref)

McastEvent *
_mcast_event_new (const McastEventInfo *info)
{
  McastEvent *self = g_new0 (McastEvent, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->type = info->type;
  self->group = g_strdup (info->group);
  self->interface_name = g_strdup (info->interface_name);
  self->iface = info->iface != NULL ? g_object_ref (info->iface) : NULL;
  self->error = info->error != NULL ? g_error_copy (info->error) : NULL;
  self->reason = g_strdup (info->reason);
  return self;
}

/* Returns the address of the group alone, or NULL if the event is of an interface. */
char *
_mcast_event_dup_address (McastEvent *self)
{
  g_autoptr (McastGroup) group = NULL;

  if (self->group == NULL)
    return NULL;
  group = mcast_group_parse (self->group, NULL);
  return g_inet_address_to_string (mcast_group_get_address (group));
}

/**
 * mcast_event_ref:
 * @self: an event
 *
 * Takes a reference. Safe from any thread.
 *
 * Returns: (transfer full): @self, to be released with [method@Event.unref]
 * Since: 0.2
 */
McastEvent *
mcast_event_ref (McastEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * mcast_event_unref:
 * @self: (transfer full): an event
 *
 * Releases a reference; the last one frees the event. Safe from any thread.
 *
 * Since: 0.2
 */
void
mcast_event_unref (McastEvent *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->group);
  g_free (self->interface_name);
  g_clear_object (&self->iface);
  g_clear_error (&self->error);
  g_free (self->reason);
  g_free (self);
}

/**
 * mcast_event_get_event_type:
 * @self: an event
 *
 * Gets the type of the event.
 *
 * Returns: the type
 * Since: 0.2
 */
McastEventType
mcast_event_get_event_type (McastEvent *self)
{
  g_return_val_if_fail (self != NULL, MCAST_EVENT_WAITING);

  return self->type;
}

/**
 * mcast_event_get_group:
 * @self: an event
 *
 * Gets the canonical text of the group, with its port and its sources, such as `239.1.2.3:5004`.
 * [func@Group.parse] converts it to a [struct@Group].
 *
 * Returns: (transfer none): the text
 * Since: 0.2
 */
const char *
mcast_event_get_group (McastEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->group;
}

/**
 * mcast_event_get_interface:
 * @self: an event
 *
 * Gets the interface, in its last known state.
 *
 * Returns: (transfer none) (nullable): the interface, or %NULL if it has never existed
 * Since: 0.2
 */
McastInterface *
mcast_event_get_interface (McastEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->iface;
}

/**
 * mcast_event_get_interface_name:
 * @self: an event
 *
 * Gets the name of the interface. If the interface has never existed, this is the text that selects
 * it, such as `*` or an address.
 *
 * Returns: (transfer none): the name
 * Since: 0.2
 */
const char *
mcast_event_get_interface_name (McastEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->interface_name;
}

/**
 * mcast_event_get_reason:
 * @self: an event
 *
 * Gets the reason in English, for display.
 *
 * Returns: (transfer none) (nullable): the reason, or %NULL if the type says everything, as for
 *   `ready`
 * Since: 0.2
 */
const char *
mcast_event_get_reason (McastEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->reason == NULL && self->error != NULL ? self->error->message : self->reason;
}

/**
 * mcast_event_get_error:
 * @self: an event
 *
 * Gets the error that caused the event. Its message is the reason.
 *
 * Returns: (transfer none) (nullable): the error, or %NULL if no error caused the event
 * Since: 0.2
 */
const GError *
mcast_event_get_error (McastEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->error;
}
