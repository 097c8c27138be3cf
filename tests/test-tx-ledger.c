/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tx/mcast-tx-ledger-private.h"

#include <errno.h>

static McastTxPathKey
key (const char *group, guint port, const char *interface_name)
{
  McastTxPathKey self = { .port = port, .interface_name = interface_name };

  g_assert_true (_mcast_address_parse (group, &self.group));
  return self;
}

static McastTxCounters *
find (McastTxLedger *ledger, const char *interface_name)
{
  const McastTxPathKey wanted = key ("233.252.0.1", 5004, interface_name);

  return _mcast_tx_ledger_find (ledger, &wanted);
}

static void
assert_sums (McastTxLedger *ledger, guint64 accepted, guint64 refused, guint64 bytes)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  guint64 value;

  _mcast_tx_ledger_lock (ledger);
  _mcast_tx_ledger_add_stats (ledger, &dict);
  _mcast_tx_ledger_unlock (ledger);
  g_assert_true (g_variant_dict_lookup (&dict, "accepted", "t", &value));
  g_assert_cmpuint (value, ==, accepted);
  g_assert_true (g_variant_dict_lookup (&dict, "refused", "t", &value));
  g_assert_cmpuint (value, ==, refused);
  g_assert_true (g_variant_dict_lookup (&dict, "bytes", "t", &value));
  g_assert_cmpuint (value, ==, bytes);
  g_assert_true (g_variant_dict_lookup (&dict, "attempted", "t", &value));
  g_assert_cmpuint (value, ==, accepted + refused);
}

/* Counters are those of a group, a port and an interface, as often as such a path is made. */
static void
test_find (void)
{
  g_autoptr (McastTxLedger) ledger = _mcast_tx_ledger_new ();
  const McastTxPathKey keys[] = {
    key ("233.252.0.1", 5004, "eth0"), key ("233.252.0.2", 5004, "eth0"),
    key ("233.252.0.1", 5005, "eth0"), key ("233.252.0.1", 5004, "eth1"),
    key ("ff15::1", 5004, "eth0"),
  };
  McastTxCounters *counters[G_N_ELEMENTS (keys)];

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      counters[i] = _mcast_tx_ledger_find (ledger, &keys[i]);
      for (guint j = 0; j < i; j++)
        g_assert_true (counters[i] != counters[j]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *name = g_strdup (keys[i].interface_name);
      const McastTxPathKey same = { keys[i].group, keys[i].port, name };
      g_autoptr (McastTxCounters) again = _mcast_tx_ledger_find (ledger, &same);

      g_assert_true (again == counters[i]);
      _mcast_tx_counters_unref (counters[i]);
    }
}

static void
test_counts (void)
{
  g_autoptr (McastTxLedger) ledger = _mcast_tx_ledger_new ();
  g_autoptr (McastTxCounters) eth0 = find (ledger, "eth0");
  g_autoptr (McastTxCounters) eth1 = find (ledger, "eth1");
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) errors = NULL;
  guint64 value;

  assert_sums (ledger, 0, 0, 0);
  _mcast_tx_ledger_lock (ledger);
  _mcast_tx_counters_accept (eth0, 3, 300);
  _mcast_tx_counters_accept (eth1, 1, 50);
  _mcast_tx_counters_refuse (eth0, ENOBUFS, 2, 100);
  _mcast_tx_counters_refuse (eth0, EPERM, 1, 100);
  _mcast_tx_counters_refuse (eth0, ENOBUFS, 4, 100);
  _mcast_tx_counters_add_stats (eth0, &dict);
  _mcast_tx_ledger_unlock (ledger);
  assert_sums (ledger, 4, 7, 350);
  g_assert_true (g_variant_dict_lookup (&dict, "accepted", "t", &value));
  g_assert_cmpuint (value, ==, 3);
  g_assert_true (g_variant_dict_lookup (&dict, "refused", "t", &value));
  g_assert_cmpuint (value, ==, 7);
  errors = g_variant_dict_lookup_value (&dict, "errors", G_VARIANT_TYPE ("a{st}"));
  g_assert_cmpuint (g_variant_n_children (errors), ==, 2);
  g_assert_true (g_variant_lookup (errors, "ENOBUFS", "t", &value));
  g_assert_cmpuint (value, ==, 6);
  g_assert_true (g_variant_lookup (errors, "EPERM", "t", &value));
  g_assert_cmpuint (value, ==, 1);
}

/* The longest unused counters go first; those in use stay, and so do the sums. */
static void
test_forget (void)
{
  g_autoptr (McastTxLedger) ledger = _mcast_tx_ledger_new ();
  g_autoptr (McastTxCounters) in_use = find (ledger, "in-use");
  g_autoptr (McastTxCounters) again = NULL;

  in_use->last_update = 1;
  _mcast_tx_counters_accept (in_use, 1, 10);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("eth%u", i);
      g_autoptr (McastTxCounters) counters = find (ledger, name);

      /* eth1 is the oldest one. */
      counters->last_update = i == 1 ? 2 : 3 + i;
      _mcast_tx_counters_accept (counters, 10 + i, 100);
    }
  _mcast_tx_ledger_forget_oldest (ledger, 4);
  _mcast_tx_ledger_forget_oldest (ledger, 3);
  assert_sums (ledger, 1 + 10 + 11 + 12, 0, 310);
  again = find (ledger, "eth1");
  g_assert_cmpuint (again->accepted, ==, 0);
  g_clear_pointer (&again, _mcast_tx_counters_unref);
  again = find (ledger, "eth0");
  g_assert_cmpuint (again->accepted, ==, 10);
  g_clear_pointer (&again, _mcast_tx_counters_unref);

  _mcast_tx_ledger_forget_oldest (ledger, 0);
  assert_sums (ledger, 1 + 10 + 11 + 12, 0, 310);
  again = find (ledger, "in-use");
  g_assert_true (again == in_use);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tx-ledger/find", test_find);
  g_test_add_func ("/tx-ledger/counts", test_counts);
  g_test_add_func ("/tx-ledger/forget", test_forget);
  return g_test_run ();
}
