/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The cache, with a kernel of the test's own. */

#include "interfaces/mcast-route-cache-private.h"

#include <gio/gio.h>

#include "os/mcast-netlink-route-private.h"

/* --- The kernel -------------------------------------------------------------------------- */

typedef struct
{
  guint ipv6_default;
  guint index;
  gboolean fails;
  guint n_default_lookups;
  guint n_lookups;
} Kernel;

static Kernel kernel;

McastNetlinkClient *__wrap__mcast_netlink_client_new (GError **error);
void __wrap__mcast_netlink_client_free (McastNetlinkClient *self);
gboolean __wrap__mcast_netlink_find_default_route (McastNetlinkClient *client, int family,
                                                   guint *index, GError **error);
gboolean __wrap__mcast_netlink_find_route (McastNetlinkClient *client,
                                           const McastAddress *destination, guint *index,
                                           GError **error);

static gboolean
answer (guint value, guint *index, GError **error)
{
  if (kernel.fails)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES, "no descriptor");
  else
    *index = value;
  return !kernel.fails;
}

McastNetlinkClient *
__wrap__mcast_netlink_client_new (GError **error)
{
  guint index;

  return answer (0, &index, error) ? (McastNetlinkClient *) &kernel : NULL;
}

void
__wrap__mcast_netlink_client_free (McastNetlinkClient *self)
{
  g_assert_true (self == (McastNetlinkClient *) &kernel);
}

gboolean
__wrap__mcast_netlink_find_default_route (McastNetlinkClient *client, int family, guint *index,
                                          GError **error)
{
  g_assert_cmpint (family, ==, AF_INET6);
  kernel.n_default_lookups++;
  return answer (kernel.ipv6_default, index, error);
}

gboolean
__wrap__mcast_netlink_find_route (McastNetlinkClient *client, const McastAddress *destination,
                                  guint *index, GError **error)
{
  kernel.n_lookups++;
  return answer (kernel.index, index, error);
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
  McastAddress address = address_of (group);
  g_autoptr (GError) error = NULL;
  guint index = 99;

  g_assert_true (_mcast_route_cache_find (cache, &address, &index, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (index, ==, expected);
}

static void
assert_unknown (McastRouteCache *cache, const char *group, guint last_known)
{
  McastAddress address = address_of (group);
  g_autoptr (GError) error = NULL;
  guint index = 99;

  g_assert_false (_mcast_route_cache_find (cache, &address, &index, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES);
  g_assert_cmpuint (index, ==, last_known);
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
  g_assert_cmpuint (kernel.n_default_lookups, ==, 0);
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

/* Of IPv6 the default route decides, for all groups at once. */
static void
test_ipv6_default (void)
{
  g_autoptr (McastRouteCache) cache = cache_new ((Kernel) { .ipv6_default = 7, .index = 3 });

  assert_found (cache, "ff15::1", 7);
  assert_found (cache, "ff15::2", 7);
  g_assert_cmpuint (kernel.n_default_lookups, ==, 1);
  g_assert_cmpuint (kernel.n_lookups, ==, 0);
  kernel.ipv6_default = 0;
  _mcast_route_cache_invalidate (cache);
  assert_found (cache, "ff15::1", 3);
  g_assert_cmpuint (kernel.n_default_lookups, ==, 2);
  g_assert_cmpuint (kernel.n_lookups, ==, 1);
}

/* Not to know is not to have none. */
static void
test_failure (void)
{
  g_autoptr (McastRouteCache) cache = cache_new ((Kernel) { .index = 3, .ipv6_default = 5 });

  assert_found (cache, "233.252.0.1", 3);
  assert_found (cache, "ff15::1", 5);
  kernel.fails = TRUE;
  assert_found (cache, "233.252.0.1", 3);
  _mcast_route_cache_invalidate (cache);
  assert_unknown (cache, "233.252.0.1", 3);
  assert_unknown (cache, "ff15::1", 5);
  assert_unknown (cache, "233.252.0.2", 0);
  kernel.fails = FALSE;
  kernel.index = 0;
  kernel.ipv6_default = 6;
  assert_found (cache, "233.252.0.1", 0);
  assert_found (cache, "ff15::1", 6);
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
  McastAddress address = address_of ("233.0.0.0");

  for (guint i = 0; i < 70000; i++)
    {
      guint index;

      address.bytes[1] = (guint8) (i >> 16);
      address.bytes[2] = (guint8) (i >> 8);
      address.bytes[3] = (guint8) i;
      g_assert_true (_mcast_route_cache_find (cache, &address, &index, NULL));
      g_assert_cmpuint (index, ==, 3);
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
  g_test_add_func ("/route-cache/ipv6-default", test_ipv6_default);
  g_test_add_func ("/route-cache/failure", test_failure);
  g_test_add_func ("/route-cache/failure/at-once", test_cannot_begin);
  g_test_add_func ("/route-cache/many-groups", test_many_groups);

  return g_test_run ();
}
