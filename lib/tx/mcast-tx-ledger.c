/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "tx/mcast-tx-ledger-private.h"

#include "os/mcast-os-error-private.h"

typedef struct
{
  guint64 accepted;
  guint64 refused;
  guint64 bytes;
} Sums;

struct _McastTxLedger
{
  GMutex lock;
  /* McastTxPathKey -> McastTxCounters, which has the key. */
  GHashTable *counters;
  /* Of the counters that were forgotten. */
  Sums forgotten;
};

guint
_mcast_tx_path_key_hash (gconstpointer key)
{
  const McastTxPathKey *self = key;

  return _mcast_address_hash (&self->group) * 31 + self->port * 17
         + g_str_hash (self->interface_name);
}

gboolean
_mcast_tx_path_key_equal (gconstpointer a, gconstpointer b)
{
  const McastTxPathKey *left = a;
  const McastTxPathKey *right = b;

  return left->port == right->port && _mcast_address_equal (&left->group, &right->group)
         && g_str_equal (left->interface_name, right->interface_name);
}

static McastTxCounters *
counters_new (const McastTxPathKey *key)
{
  McastTxCounters *self = g_new0 (McastTxCounters, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->key = *key;
  self->key.interface_name = g_strdup (key->interface_name);
  self->errors = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return self;
}

McastTxCounters *
_mcast_tx_counters_ref (McastTxCounters *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
_mcast_tx_counters_unref (McastTxCounters *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free ((char *) self->key.interface_name);
  g_hash_table_unref (self->errors);
  g_free (self);
}

/* Counts datagrams of @size bytes that were refused with the errno @code. Returns whether they are
 * the first ones. With the ledger locked. */
gboolean
_mcast_tx_counters_refuse (McastTxCounters *self, int code, guint n_datagrams, gsize size)
{
  guint64 *count = g_hash_table_lookup (self->errors, GINT_TO_POINTER (code));
  gboolean is_first = count == NULL;

  if (is_first)
    {
      count = g_new0 (guint64, 1);
      g_hash_table_insert (self->errors, GINT_TO_POINTER (code), count);
    }
  *count += n_datagrams;
  self->refused += n_datagrams;
  self->last_code = code;
  self->last_size = size;
  return is_first;
}

static GVariant *
errors_to_variant (const McastTxCounters *self)
{
  GVariantBuilder builder;
  GHashTableIter iter;
  gpointer code;
  gpointer count;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{st}"));
  g_hash_table_iter_init (&iter, self->errors);
  while (g_hash_table_iter_next (&iter, &code, &count))
    g_variant_builder_add (&builder, "{st}", _mcast_os_error_name (GPOINTER_TO_INT (code)),
                           *(guint64 *) count);
  return g_variant_builder_end (&builder);
}

/* Adds the statistics of one path. With the ledger locked. */
void
_mcast_tx_counters_add_stats (const McastTxCounters *self, GVariantDict *dict)
{
  g_variant_dict_insert (dict, "accepted", "t", self->accepted);
  g_variant_dict_insert (dict, "bytes", "t", self->bytes);
  g_variant_dict_insert (dict, "refused", "t", self->refused);
  g_variant_dict_insert (dict, "segmentation-offload", "b", !self->offload_refused);
  g_variant_dict_insert_value (dict, "errors", errors_to_variant (self));
}

McastTxLedger *
_mcast_tx_ledger_new (void)
{
  McastTxLedger *self = g_new0 (McastTxLedger, 1);

  g_mutex_init (&self->lock);
  self->counters = g_hash_table_new_full (_mcast_tx_path_key_hash, _mcast_tx_path_key_equal, NULL,
                                          (GDestroyNotify) _mcast_tx_counters_unref);
  return self;
}

void
_mcast_tx_ledger_free (McastTxLedger *self)
{
  g_hash_table_unref (self->counters);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Returns a reference to the counters of a path, which are those of the last path with this key
 * unless they were forgotten. */
McastTxCounters *
_mcast_tx_ledger_find (McastTxLedger *self, const McastTxPathKey *key)
{
  McastTxCounters *counters;

  g_mutex_lock (&self->lock);
  counters = g_hash_table_lookup (self->counters, key);
  if (counters == NULL)
    {
      counters = counters_new (key);
      g_hash_table_insert (self->counters, &counters->key, counters);
    }
  _mcast_tx_counters_ref (counters);
  g_mutex_unlock (&self->lock);
  return counters;
}

static void
add_sums (Sums *sums, const McastTxCounters *counters)
{
  sums->accepted += counters->accepted;
  sums->refused += counters->refused;
  sums->bytes += counters->bytes;
}

/* Lists the counters that neither a path nor a call in progress uses. */
static GPtrArray *
list_unused (McastTxLedger *self)
{
  GPtrArray *unused = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->counters);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (g_atomic_ref_count_compare (&((McastTxCounters *) value)->ref_count, 1))
      g_ptr_array_add (unused, value);
  return unused;
}

static int
compare_last_update (gconstpointer a, gconstpointer b)
{
  const McastTxCounters *left = *(McastTxCounters *const *) a;
  const McastTxCounters *right = *(McastTxCounters *const *) b;

  return left->last_update < right->last_update ? -1 : left->last_update > right->last_update;
}

/* Forgets the counters that have been unused for longest, until @max are left or all are in use.
 * The sums keep their numbers. */
void
_mcast_tx_ledger_forget_oldest (McastTxLedger *self, guint max)
{
  g_autoptr (GPtrArray) unused = NULL;
  g_autoptr (GMutexLocker) G_GNUC_UNUSED locker = g_mutex_locker_new (&self->lock);

  if (g_hash_table_size (self->counters) <= max)
    return;
  unused = list_unused (self);
  g_ptr_array_sort (unused, compare_last_update);
  for (guint i = 0; i < unused->len && g_hash_table_size (self->counters) > max; i++)
    {
      McastTxCounters *counters = unused->pdata[i];

      add_sums (&self->forgotten, counters);
      g_hash_table_remove (self->counters, &counters->key);
    }
}

void
_mcast_tx_ledger_lock (McastTxLedger *self)
{
  g_mutex_lock (&self->lock);
}

void
_mcast_tx_ledger_unlock (McastTxLedger *self)
{
  g_mutex_unlock (&self->lock);
}

/* Adds the sums over all paths that there ever were. With the ledger locked. */
void
_mcast_tx_ledger_add_stats (McastTxLedger *self, GVariantDict *dict)
{
  Sums sums = self->forgotten;
  GHashTableIter iter;
  gpointer counters;

  g_hash_table_iter_init (&iter, self->counters);
  while (g_hash_table_iter_next (&iter, NULL, &counters))
    add_sums (&sums, counters);
  g_variant_dict_insert (dict, "attempted", "t", sums.accepted + sums.refused);
  g_variant_dict_insert (dict, "accepted", "t", sums.accepted);
  g_variant_dict_insert (dict, "refused", "t", sums.refused);
  g_variant_dict_insert (dict, "bytes", "t", sums.bytes);
}
