/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx/mcast-rx-path-private.h"

#include "mcast-group-private.h"

guint
_mcast_rx_path_key_hash (gconstpointer key)
{
  const McastRxPathKey *self = key;

  /* Interfaces are numbered one after another: multiplying spreads them (Knuth's constant). */
  return _mcast_address_hash (&self->group) ^ (self->port << 16)
         ^ (self->interface_index * 2654435761u);
}

gboolean
_mcast_rx_path_key_equal (gconstpointer a, gconstpointer b)
{
  const McastRxPathKey *left = a;
  const McastRxPathKey *right = b;

  return left->interface_index == right->interface_index && left->port == right->port
         && _mcast_address_equal (&left->group, &right->group);
}

McastRxPath *
_mcast_rx_path_new (const McastRxPathKey *key, McastInterface *iface, McastSourceFilter *filter,
                    McastRxCounters *counters)
{
  McastRxPath *self = g_new0 (McastRxPath, 1);

  self->key = *key;
  self->iface = g_object_ref (iface);
  self->filter = _mcast_source_filter_ref (filter);
  self->gio_group = _mcast_address_to_gio (&key->group);
  self->counters = _mcast_rx_counters_ref (counters);
  return self;
}

void
_mcast_rx_path_free (McastRxPath *self)
{
  g_object_unref (self->iface);
  _mcast_source_filter_unref (self->filter);
  g_object_unref (self->gio_group);
  _mcast_rx_counters_unref (self->counters);
  g_clear_pointer (&self->origin, _mcast_datagram_origin_unref);
  g_clear_error (&self->failure);
  g_free (self);
}

/* Updates the interface, which may have a new name. */
void
_mcast_rx_path_set_interface (McastRxPath *self, McastInterface *iface)
{
  if (g_set_object (&self->iface, iface))
    g_clear_pointer (&self->origin, _mcast_datagram_origin_unref);
}

void
_mcast_rx_path_set_origin (McastRxPath *self, McastDatagramOrigin *origin)
{
  g_clear_pointer (&self->origin, _mcast_datagram_origin_unref);
  self->origin = _mcast_datagram_origin_ref (origin);
}

void
_mcast_rx_path_set_filter (McastRxPath *self, McastSourceFilter *filter)
{
  _mcast_source_filter_ref (filter);
  _mcast_source_filter_unref (self->filter);
  self->filter = filter;
}

void
_mcast_rx_path_note_source (McastRxPath *self, const McastAddress *source)
{
  guint position = 0;

  while (position < self->n_recent && !_mcast_address_equal (&self->recent[position], source))
    position++;
  if (position == self->n_recent)
    {
      self->n_recent = MIN (self->n_recent + 1, MCAST_RX_RECENT_SOURCES);
      position = self->n_recent - 1;
    }
  for (; position > 0; position--)
    self->recent[position] = self->recent[position - 1];
  self->recent[0] = *source;
}

/* Takes ownership of the reason why there is no membership, or NULL if there is one. Returns
 * whether the reason is new, so that a lasting one is reported once. */
gboolean
_mcast_rx_path_set_failure (McastRxPath *self, GError *failure)
{
  g_autoptr (GError) before = g_steal_pointer (&self->failure);

  self->failure = failure;
  return failure != NULL && (before == NULL || g_strcmp0 (before->message, failure->message) != 0);
}

/* Returns the canonical text of the group, with its port and its sources. */
char *
_mcast_rx_path_get_text (const McastRxPath *self)
{
  return _mcast_group_format (&self->key.group, self->key.port, NULL, self->filter);
}

static void
insert_counter (GVariantDict *dict, const char *name, guint64 value)
{
  g_variant_dict_insert (dict, name, "t", value);
}

/* Adds the statistics of a path, without those of its OS socket. */
void
_mcast_rx_path_add_stats (McastRxPath *self, GVariantDict *dict)
{
  g_autofree char *group = _mcast_address_to_string (&self->key.group);
  g_autofree char *text = _mcast_rx_path_get_text (self);
  g_autofree char *filter = _mcast_source_filter_to_string (self->filter);

  g_variant_dict_insert (dict, "id", "u", self->counters->id);
  g_variant_dict_insert (dict, "group", "s", group);
  g_variant_dict_insert (dict, "group-text", "s", text);
  g_variant_dict_insert (dict, "port", "u", self->key.port);
  g_variant_dict_insert (dict, "interface", "s", mcast_interface_get_name (self->iface));
  g_variant_dict_insert (dict, "interface-index", "u", self->key.interface_index);
  g_variant_dict_insert (dict, "sources", "s", filter);
  g_variant_dict_insert (dict, "state", "s", self->endpoint != NULL ? "joined" : "failed");
  if (self->failure != NULL)
    g_variant_dict_insert (dict, "error", "s", self->failure->message);
  insert_counter (dict, "delivered", self->counters->delivered);
  insert_counter (dict, "bytes", self->counters->bytes);
  insert_counter (dict, "filtered", self->counters->filtered);
  insert_counter (dict, "duplicates", self->counters->duplicates);
  insert_counter (dict, "truncated", self->counters->truncated);
  insert_counter (dict, "joins", self->counters->joins);
  insert_counter (dict, "refreshes", self->counters->refreshes);
  g_variant_dict_insert (dict, "recovery-ineffective", "b", self->silence.ineffective);
}

/* Returns the path as it is now. @stats is its entry in the statistics, and may be floating. */
McastPath *
_mcast_rx_path_take_snapshot (McastRxPath *self, GVariant *stats)
{
  g_autofree char *text = _mcast_rx_path_get_text (self);
  g_autoptr (GVariant) owned = g_variant_ref_sink (stats);
  const McastPathInfo info = {
    .id = self->counters->id,
    .group = text,
    .interface_name = mcast_interface_get_name (self->iface),
    .iface = self->iface,
    .state = self->endpoint != NULL ? MCAST_PATH_STATE_READY : MCAST_PATH_STATE_FAILED,
    .error = self->failure,
    .stats = owned,
  };

  return _mcast_path_new (&info);
}
