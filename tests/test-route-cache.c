/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The cache, with a kernel of the test's own. */

#include "interfaces/mcast-route-cache-private.h"

#include <gio/gio.h>

#include "os/mcast-netlink-route-private.h"

/* --- The kernel -------------------------------------------------------------------------- */

typedef struct
{
  guint index;
  gboolean fails;
  guint n_lookups;
} Kernel;

static Kernel kernel;

McastNetlinkClient *__wrap__mcast_netlink_client_new (GError **error);
void __wrap__mcast_netlink_client_free (McastNetlinkClient *self);
gboolean __wrap__mcast_netlink_find_route (McastNetlinkClient *client,
                                           const McastRouteQuestion *question, McastRoute *route,
                                           GError **error);

static gboolean
can_answer (GError **error)
{
  if (kernel.fails)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES, "no descriptor");
  return !kernel.fails;
}

McastNetlinkClient *
__wrap__mcast_netlink_client_new (GError **error)
{
  return can_answer (error) ? (McastNetlinkClient *) &kernel : NULL;
}

void
__wrap__mcast_netlink_client_free (McastNetlinkClient *self)
{
  g_assert_true (self == (McastNetlinkClient *) &kernel);
}

gboolean
__wrap__mcast_netlink_find_route (McastNetlinkClient *client, const McastRouteQuestion *question,
                                  McastRoute *route, GError **error)
{
  kernel.n_lookups++;
  *route = (McastRoute) { .interface_index = kernel.index };
  return can_answer (error);
}

/* --- The cache --------------------------------------------------------------------------- */

static McastRouteCache *
cache_new (Kernel initial)
{
  g_autoptr (GError) error = NULL;
  McastRouteCache *cache;

  kernel = initial;
  cache = _mcast_route_cache_new (&error);
  g_assert_no_error (error);
  return cache;
}

static McastAddress
address_of (const char *text)
{
  McastAddress address;

  g_assert_true (_mcast_address_parse (text, &address));
  return address;
}

static void
assert_found (McastRouteCache *cache, const char *group, guint expected)
{
  const McastRouteQuestion question = { .group = address_of (group) };
  g_autoptr (GError) error = NULL;
  McastRoute route = { .interface_index = 99 };

  g_assert_true (_mcast_route_cache_find (cache, &question, &route, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (route.interface_index, ==, expected);
}

static void
assert_unknown (McastRouteCache *cache, const char *group, guint last_known)
{
  const McastRouteQuestion question = { .group = address_of (group) };
  g_autoptr (GError) error = NULL;
  McastRoute route = { .interface_index = 99 };

  g_assert_false (_mcast_route_cache_find (cache, &question, &route, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES);
  g_assert_cmpuint (route.interface_index, ==, last_known);
}

static void
test_asks_once (void)
{
  g_autoptr (McastRouteCache) cache = cache_new ((Kernel) { .index = 3 });

  for (guint i = 0; i < 3; i++)
    assert_found (cache, "233.252.0.1", 3);
  g_assert_cmpuint (kernel.n_lookups, ==, 1);
  assert_found (cache, "233.252.0.2", 3);
  g_assert_cmpuint (kernel.n_lookups, ==, 2);
}

/* No route is an answer, too. */
static void
test_no_route (void)
{
  g_autoptr (McastRouteCache) cache = cache_new ((Kernel) { 0 });

  for (guint i = 0; i < 3; i++)
    assert_found (cache, "233.252.0.1", 0);
  g_assert_cmpuint (kernel.n_lookups, ==, 1);
}

static void
test_invalidate (void)
{
  g_autoptr (McastRouteCache) cache = cache_new ((Kernel) { .index = 3 });

  assert_found (cache, "233.252.0.1", 3);
  kernel.index = 4;
  assert_found (cache, "233.252.0.1", 3);
  _mcast_route_cache_invalidate (cache);
  assert_found (cache, "233.252.0.1", 4);
  assert_found (cache, "233.252.0.1", 4);
  g_assert_cmpuint (kernel.n_lookups, ==, 2);
}

/* Whatever rules look at makes another question. */
static void
test_questions (void)
{
  const McastRouteQuestion questions[] = {
    { .group = address_of ("233.252.0.1") },
    { .group = address_of ("ff15::1") },
    { .group = address_of ("233.252.0.1"), .port = 5004 },
    { .group = address_of ("233.252.0.1"), .source = address_of ("192.0.2.1") },
    { .group = address_of ("233.252.0.1"), .mark = 7 },
    { .group = address_of ("233.252.0.1"), .interface_index = 2 },
  };
  g_autoptr (McastRouteCache) cache = cache_new ((Kernel) { .index = 3 });

  for (guint i = 0; i < 2 * G_N_ELEMENTS (questions); i++)
    {
      McastRoute route;

      g_assert_true (
        _mcast_route_cache_find (cache, &questions[i % G_N_ELEMENTS (questions)], &route, NULL));
      g_assert_cmpuint (route.interface_index, ==, 3);
    }
  g_assert_cmpuint (kernel.n_lookups, ==, G_N_ELEMENTS (questions));
}

/* Not to know is not to have none. */
static void
test_failure (void)
{
  g_autoptr (McastRouteCache) cache = cache_new ((Kernel) { .index = 3 });

  assert_found (cache, "233.252.0.1", 3);
  assert_found (cache, "ff15::1", 3);
  kernel.fails = TRUE;
  assert_found (cache, "233.252.0.1", 3);
  _mcast_route_cache_invalidate (cache);
  assert_unknown (cache, "233.252.0.1", 3);
  assert_unknown (cache, "ff15::1", 3);
  assert_unknown (cache, "233.252.0.2", 0);
  kernel.fails = FALSE;
  kernel.index = 0;
  assert_found (cache, "233.252.0.1", 0);
  assert_found (cache, "ff15::1", 0);
  assert_found (cache, "233.252.0.2", 0);
}

static void
test_cannot_begin (void)
{
  g_autoptr (GError) error = NULL;

  kernel = (Kernel) { .fails = TRUE };
  g_assert_null (_mcast_route_cache_new (&error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES);
}

/* More groups than it remembers are looked up all the same. */
static void
test_many_groups (void)
{
  g_autoptr (McastRouteCache) cache = cache_new ((Kernel) { .index = 3 });
  McastRouteQuestion question = { .group = address_of ("233.0.0.0") };

  for (guint i = 0; i < 70000; i++)
    {
      McastRoute route;

      question.group.bytes[1] = (guint8) (i >> 16);
      question.group.bytes[2] = (guint8) (i >> 8);
      question.group.bytes[3] = (guint8) i;
      g_assert_true (_mcast_route_cache_find (cache, &question, &route, NULL));
      g_assert_cmpuint (route.interface_index, ==, 3);
    }
  g_assert_cmpuint (kernel.n_lookups, ==, 70000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/route-cache/asks-once", test_asks_once);
  g_test_add_func ("/route-cache/no-route", test_no_route);
  g_test_add_func ("/route-cache/invalidate", test_invalidate);
  g_test_add_func ("/route-cache/questions", test_questions);
  g_test_add_func ("/route-cache/failure", test_failure);
  g_test_add_func ("/route-cache/failure/at-once", test_cannot_begin);
  g_test_add_func ("/route-cache/many-groups", test_many_groups);

  return g_test_run ();
}
