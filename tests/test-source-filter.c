/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "mcast-source-filter-private.h"

#define UNIVERSE 5

static const char *const universe[UNIVERSE] = {
  "192.0.2.1", "192.0.2.2", "198.51.100.7", "2001:db8::1", "fe80::1",
};

static const McastFilterMode modes[] = { MCAST_FILTER_MODE_EXCLUDE, MCAST_FILTER_MODE_INCLUDE };

static McastAddress
address_of (const char *text)
{
  McastAddress address;

  g_assert_true (_mcast_address_parse (text, &address));
  return address;
}

/* Bit i of @set: universe[i] is listed. Backwards, since the order must not matter. */
static McastSourceFilter *
filter_of (McastFilterMode mode, guint set)
{
  McastAddress sources[UNIVERSE];
  guint n_sources = 0;

  for (guint i = UNIVERSE; i-- > 0;)
    if (set & 1u << i)
      sources[n_sources++] = address_of (universe[i]);
  return _mcast_source_filter_new (mode, sources, n_sources);
}

static void
assert_text (const McastSourceFilter *filter, const char *expected)
{
  g_autofree char *text = _mcast_source_filter_to_string (filter);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_matches (void)
{
  for (guint m = 0; m < G_N_ELEMENTS (modes); m++)
    for (guint set = 0; set < 1u << UNIVERSE; set++)
      {
        g_autoptr (McastSourceFilter) filter = filter_of (modes[m], set);
        gboolean include = modes[m] == MCAST_FILTER_MODE_INCLUDE;

        g_assert_cmpint (_mcast_source_filter_get_mode (filter), ==, modes[m]);
        for (guint i = 0; i < UNIVERSE; i++)
          {
            McastAddress source = address_of (universe[i]);
            gboolean listed = (set & 1u << i) != 0;

            g_assert_true (_mcast_source_filter_matches (filter, &source) == (listed == include));
          }
      }
}

static void
test_nobody_and_everybody (void)
{
  g_autoptr (McastSourceFilter)
    everybody = _mcast_source_filter_new (MCAST_FILTER_MODE_EXCLUDE, NULL, 0);
  g_autoptr (McastSourceFilter)
    nobody = _mcast_source_filter_new (MCAST_FILTER_MODE_INCLUDE, NULL, 0);
  McastAddress source = address_of ("192.0.2.1");
  McastAddress none = { 0 };

  g_assert_true (_mcast_source_filter_matches (everybody, &source));
  g_assert_true (_mcast_source_filter_matches (everybody, &none));
  g_assert_false (_mcast_source_filter_matches (nobody, &source));
  assert_text (everybody, "exclude {}");
  assert_text (nobody, "include {}");
}

static void
test_sorted_without_duplicates (void)
{
  McastAddress sources[] = {
    address_of ("192.0.2.2"), address_of ("2001:db8::1"), address_of ("192.0.2.1"),
    address_of ("192.0.2.2"), address_of ("192.0.2.2"),
  };
  g_autoptr (McastSourceFilter)
    filter = _mcast_source_filter_new (MCAST_FILTER_MODE_INCLUDE, sources, G_N_ELEMENTS (sources));
  guint n_sources;

  g_assert_nonnull (_mcast_source_filter_get_sources (filter, &n_sources));
  g_assert_cmpuint (n_sources, ==, 3);
  assert_text (filter, "include {192.0.2.1, 192.0.2.2, 2001:db8::1}");
}

/* A datagram of a link-local source comes with the index of the interface as its scope. */
static void
test_scope_ignored (void)
{
  McastAddress sources[2] = { address_of ("fe80::1"), address_of ("fe80::1") };
  g_autoptr (McastSourceFilter) filter = NULL;
  McastAddress source = address_of ("fe80::1");

  sources[1].scope_id = 4;
  source.scope_id = 7;
  filter = _mcast_source_filter_new (MCAST_FILTER_MODE_INCLUDE, sources, G_N_ELEMENTS (sources));
  g_assert_true (_mcast_source_filter_matches (filter, &source));
  assert_text (filter, "include {fe80::1}");
}

static void
check_merge (const McastSourceFilter *a, const McastSourceFilter *b)
{
  g_autoptr (McastSourceFilter) merged = _mcast_source_filter_merge (a, b);
  g_autoptr (McastSourceFilter) reversed = _mcast_source_filter_merge (b, a);
  McastAddress stranger = address_of ("203.0.113.9");

  for (guint i = 0; i < UNIVERSE; i++)
    {
      McastAddress source = address_of (universe[i]);

      g_assert_true (_mcast_source_filter_matches (merged, &source)
                     == (_mcast_source_filter_matches (a, &source)
                         || _mcast_source_filter_matches (b, &source)));
    }
  g_assert_true (_mcast_source_filter_matches (merged, &stranger)
                 == (_mcast_source_filter_matches (a, &stranger)
                     || _mcast_source_filter_matches (b, &stranger)));
  g_assert_true (_mcast_source_filter_equal (merged, reversed));
}

static void
test_merge_exhaustive (void)
{
  for (guint set_a = 0; set_a < 1u << UNIVERSE; set_a++)
    for (guint set_b = 0; set_b < 1u << UNIVERSE; set_b++)
      for (guint m = 0; m < 4; m++)
        {
          g_autoptr (McastSourceFilter) a = filter_of (modes[m & 1], set_a);
          g_autoptr (McastSourceFilter) b = filter_of (modes[m >> 1], set_b);

          check_merge (a, b);
          g_assert_true (_mcast_source_filter_equal (a, b)
                         == (set_a == set_b && (m == 0 || m == 3)));
        }
}

static void
test_merge_rules (void)
{
  static const struct
  {
    McastFilterMode mode_a;
    guint set_a;
    McastFilterMode mode_b;
    guint set_b;
    const char *expected;
  } cases[] = {
    { MCAST_FILTER_MODE_INCLUDE, 1, MCAST_FILTER_MODE_INCLUDE, 2,
      "include {192.0.2.1, 192.0.2.2}" },
    { MCAST_FILTER_MODE_INCLUDE, 0, MCAST_FILTER_MODE_INCLUDE, 0, "include {}" },
    { MCAST_FILTER_MODE_EXCLUDE, 3, MCAST_FILTER_MODE_EXCLUDE, 6, "exclude {192.0.2.2}" },
    { MCAST_FILTER_MODE_EXCLUDE, 3, MCAST_FILTER_MODE_EXCLUDE, 0, "exclude {}" },
    { MCAST_FILTER_MODE_EXCLUDE, 3, MCAST_FILTER_MODE_INCLUDE, 6, "exclude {192.0.2.1}" },
    { MCAST_FILTER_MODE_INCLUDE, 6, MCAST_FILTER_MODE_EXCLUDE, 3, "exclude {192.0.2.1}" },
    { MCAST_FILTER_MODE_EXCLUDE, 1, MCAST_FILTER_MODE_INCLUDE, 0, "exclude {192.0.2.1}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (McastSourceFilter) a = filter_of (cases[i].mode_a, cases[i].set_a);
      g_autoptr (McastSourceFilter) b = filter_of (cases[i].mode_b, cases[i].set_b);
      g_autoptr (McastSourceFilter) merged = _mcast_source_filter_merge (a, b);

      assert_text (merged, cases[i].expected);
    }
}

static void
test_ref (void)
{
  McastSourceFilter *filter = filter_of (MCAST_FILTER_MODE_INCLUDE, 1);

  g_assert_true (_mcast_source_filter_ref (filter) == filter);
  _mcast_source_filter_unref (filter);
  assert_text (filter, "include {192.0.2.1}");
  _mcast_source_filter_unref (filter);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/source-filter/matches", test_matches);
  g_test_add_func ("/source-filter/nobody-and-everybody", test_nobody_and_everybody);
  g_test_add_func ("/source-filter/sorted-without-duplicates", test_sorted_without_duplicates);
  g_test_add_func ("/source-filter/scope-ignored", test_scope_ignored);
  g_test_add_func ("/source-filter/merge/exhaustive", test_merge_exhaustive);
  g_test_add_func ("/source-filter/merge/rules", test_merge_rules);
  g_test_add_func ("/source-filter/ref", test_ref);

  return g_test_run ();
}
