/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx/mcast-rx-counter-store-private.h"

/* How many counters of paths that are gone are kept for their return. */
#define MAX_UNUSED 1024

struct _McastRxCounterStore
{
  GHashTable *counters;
  guint next_id;
  McastRxForgetFunc forget;
  gpointer user_data;
};

McastRxCounterStore *
_mcast_rx_counter_store_new (McastRxForgetFunc forget, gpointer user_data)
{
  McastRxCounterStore *self = g_new0 (McastRxCounterStore, 1);

  self->counters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify) _mcast_rx_counters_unref);
  self->forget = forget;
  self->user_data = user_data;
  return self;
}

void
_mcast_rx_counter_store_free (McastRxCounterStore *self)
{
  g_hash_table_unref (self->counters);
  g_free (self);
}

static char *
format_name (const McastRxPathKey *key, const char *interface_name)
{
  g_autofree char *group = _mcast_address_to_string (&key->group);

  return g_strdup_printf ("%s:%u%%%s", group, key->port, interface_name);
}

/* Returns the counters of a path, which the store owns. An interface is known by its name, since a
 * recreated one has another index. */
McastRxCounters *
_mcast_rx_counter_store_get (McastRxCounterStore *self, const McastRxPathKey *key,
                             McastInterface *iface)
{
  g_autofree char *name = format_name (key, mcast_interface_get_name (iface));
  McastRxCounters *counters = g_hash_table_lookup (self->counters, name);

  if (counters == NULL)
    {
      counters = _mcast_rx_counters_new (self->next_id++);
      g_hash_table_insert (self->counters, g_steal_pointer (&name), counters);
    }
  return counters;
}

/* Checks whether the last event of a path was that it is lost or failed. */
gboolean
_mcast_rx_counter_store_is_lost (McastRxCounterStore *self, const McastRxPathKey *key,
                                 const char *interface_name)
{
  g_autofree char *name = format_name (key, interface_name);
  const McastRxCounters *counters = g_hash_table_lookup (self->counters, name);

  return counters != NULL && counters->reported == MCAST_RX_REPORTED_LOST;
}

/* Drops unused counters when there are too many of them beside those of @n_paths. */
void
_mcast_rx_counter_store_trim (McastRxCounterStore *self, guint n_paths)
{
  GHashTableIter iter;
  gpointer value;

  if (g_hash_table_size (self->counters) < MAX_UNUSED + n_paths)
    return;
  g_hash_table_iter_init (&iter, self->counters);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      McastRxCounters *counters = value;

      if (_mcast_rx_counters_are_in_use (counters))
        continue;
      self->forget (self->user_data, counters->id);
      g_hash_table_iter_remove (&iter);
    }
}
