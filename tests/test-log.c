/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The lines of the library's log: fields, text, and the limit of what repeats. */

#include "mcast-log-private.h"

static GHashTable *seen;

static GLogWriterOutput
keep_fields (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  g_hash_table_remove_all (seen);
  for (gsize i = 0; i < n_fields; i++)
    g_hash_table_insert (seen, g_strdup (fields[i].key), g_strdup (fields[i].value));
  return G_LOG_WRITER_HANDLED;
}

static void
test_fields (void)
{
  McastAddress group;

  g_assert_true (_mcast_address_parse ("233.252.0.1", &group));
  MCAST_LOG (DEBUG, (.iface = "eth0", .group = &group, .code = 19), "failed in %d ms", 3);
  g_assert_cmpstr (g_hash_table_lookup (seen, "MESSAGE"), ==,
                   "233.252.0.1 on eth0: failed in 3 ms");
  g_assert_cmpstr (g_hash_table_lookup (seen, "GLIB_DOMAIN"), ==, "Mcast");
  g_assert_cmpstr (g_hash_table_lookup (seen, "PRIORITY"), ==, "7");
  g_assert_cmpstr (g_hash_table_lookup (seen, "MCAST_INTERFACE"), ==, "eth0");
  g_assert_cmpstr (g_hash_table_lookup (seen, "MCAST_GROUP"), ==, "233.252.0.1");
  g_assert_cmpstr (g_hash_table_lookup (seen, "ERRNO"), ==, "19");
}

static void
test_without_fields (void)
{
  MCAST_LOG (INFO, (0), "began");
  g_assert_cmpstr (g_hash_table_lookup (seen, "MESSAGE"), ==, "began");
  g_assert_cmpstr (g_hash_table_lookup (seen, "PRIORITY"), ==, "6");
  g_assert_null (g_hash_table_lookup (seen, "MCAST_INTERFACE"));
  g_assert_null (g_hash_table_lookup (seen, "ERRNO"));
  MCAST_LOG (MESSAGE, (.iface = "eth0"), "disappeared");
  g_assert_cmpstr (g_hash_table_lookup (seen, "MESSAGE"), ==, "eth0: disappeared");
}

static void
test_limit (void)
{
  McastLogLimit limit = { 0 };
  guint n_suppressed;

  for (guint i = 0; i < MCAST_LOG_BURST; i++)
    g_assert_true (_mcast_log_limit_pass (&limit, 1, &n_suppressed));
  for (guint i = 0; i < 3; i++)
    g_assert_false (_mcast_log_limit_pass (&limit, MCAST_LOG_WINDOW_US, &n_suppressed));
  g_assert_true (_mcast_log_limit_pass (&limit, 1 + MCAST_LOG_WINDOW_US, &n_suppressed));
  g_assert_cmpuint (n_suppressed, ==, 3);
  g_assert_true (_mcast_log_limit_pass (&limit, 2 + MCAST_LOG_WINDOW_US, &n_suppressed));
  g_assert_cmpuint (n_suppressed, ==, 0);
}

static void
test_limited (void)
{
  McastLogLimit limit = { 0 };

  for (guint i = 0; i < MCAST_LOG_BURST + 3; i++)
    MCAST_LOG_LIMITED (&limit, DEBUG, (.iface = "eth0"), "line %u", i);
  g_assert_cmpstr (g_hash_table_lookup (seen, "MESSAGE"), ==, "eth0: line 9");
  limit.window_start -= MCAST_LOG_WINDOW_US;
  MCAST_LOG_LIMITED (&limit, DEBUG, (.iface = "eth0"), "later");
  g_assert_cmpstr (g_hash_table_lookup (seen, "MESSAGE"), ==,
                   "eth0: later (3 similar messages were suppressed)");
  g_assert_cmpstr (g_hash_table_lookup (seen, "MCAST_INTERFACE"), ==, "eth0");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_log_set_writer_func (keep_fields, NULL, NULL);
  g_test_add_func ("/log/fields", test_fields);
  g_test_add_func ("/log/without-fields", test_without_fields);
  g_test_add_func ("/log/limit", test_limit);
  g_test_add_func ("/log/limited", test_limited);
  return g_test_run ();
}
