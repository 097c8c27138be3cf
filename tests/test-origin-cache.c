/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rx/mcast-origin-cache-private.h"

#define PORT 5004
/* More flows at once than most receivers see; all are remembered. */
#define N_FLOWS 256

static McastInterface *
interface_new (const char *name, guint index)
{
  const McastInterfaceInfo info = { .index = index, .name = name };

  return _mcast_interface_new (&info);
}

static McastAddress
address_of (const char *text)
{
  McastAddress address;

  g_assert_true (_mcast_address_parse (text, &address));
  return address;
}

static McastAddress
source_of (guint number)
{
  g_autofree char *text = g_strdup_printf ("10.%u.%u.%u", number >> 16 & 255, number >> 8 & 255,
                                           number & 255);

  return address_of (text);
}

static McastRxPath *
path_new (const char *group, const char *name, guint index)
{
  const McastRxPathKey key = { address_of (group), PORT, index };
  g_autoptr (McastInterface) iface = interface_new (name, index);
  g_autoptr (McastRxCounters) counters = _mcast_rx_counters_new (0);
  g_autoptr (McastSourceFilter)
    filter = _mcast_source_filter_new (MCAST_FILTER_MODE_EXCLUDE, NULL, 0);

  return _mcast_rx_path_new (&key, iface, filter, counters);
}

typedef struct
{
  McastOriginCache *cache;
  McastRxPath *path;
  McastRxPath *other;
} Scene;

static Scene *
scene_new (void)
{
  Scene *self = g_new0 (Scene, 1);

  self->cache = _mcast_origin_cache_new ();
  self->path = path_new ("233.252.0.1", "eth0", 2);
  self->other = path_new ("233.252.0.1", "eth1", 3);
  return self;
}

static void
scene_free (Scene *self)
{
  _mcast_rx_path_free (self->path);
  _mcast_rx_path_free (self->other);
  _mcast_origin_cache_free (self->cache);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastDatagramOrigin, _mcast_datagram_origin_unref)

/* Returns a reference, so that no two origins ever have the same address. */
static McastDatagramOrigin *
get (Scene *self, McastRxPath *path, McastAddress source, guint16 port)
{
  return _mcast_datagram_origin_ref (_mcast_origin_cache_get (self->cache, path, &source, port));
}

static void
test_contents (void)
{
  g_autoptr (Scene) scene = scene_new ();
  g_autoptr (McastDatagramOrigin) origin = get (scene, scene->other, address_of ("fe80::1"), 6000);
  g_autofree char *source = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (origin->source));
  g_autofree char *group = g_inet_address_to_string (origin->group);

  g_assert_cmpstr (source, ==, "[fe80::1]:6000");
  g_assert_cmpstr (group, ==, "233.252.0.1");
  g_assert_cmpstr (origin->interface_name, ==, "eth1");
  g_assert_cmpuint (origin->interface_index, ==, 3);
  g_assert_cmpuint (origin->port, ==, PORT);
}

/* Whatever distinguishes two flows makes two origins, and one flow has one. */
static void
test_flows (void)
{
  g_autoptr (Scene) scene = scene_new ();
  g_autoptr (McastDatagramOrigin) first = get (scene, scene->path, source_of (1), 6000);
  g_autoptr (McastDatagramOrigin) second = get (scene, scene->path, source_of (2), 6000);
  g_autoptr (McastDatagramOrigin) third = get (scene, scene->path, source_of (1), 6001);
  g_autoptr (McastDatagramOrigin) fourth = get (scene, scene->other, source_of (1), 6000);
  g_autoptr (McastDatagramOrigin) again = get (scene, scene->path, source_of (1), 6000);

  g_assert_true (first != second);
  g_assert_true (first != third);
  g_assert_true (first != fourth);
  g_assert_true (first == again);
}

static void
test_scope (void)
{
  g_autoptr (Scene) scene = scene_new ();
  McastAddress source = address_of ("fe80::1");
  g_autoptr (McastDatagramOrigin) first = NULL;
  g_autoptr (McastDatagramOrigin) second = NULL;

  source.scope_id = 2;
  first = get (scene, scene->path, source, 6000);
  source.scope_id = 3;
  second = get (scene, scene->path, source, 6000);
  g_assert_true (first != second);
  g_assert_cmpuint (g_inet_socket_address_get_scope_id (first->source), ==, 2);
}

/* Senders that take turns do not push each other out, on one path or on two. */
static void
test_turns (void)
{
  g_autoptr (Scene) scene = scene_new ();
  g_autoptr (GPtrArray) origins = NULL;

  origins = g_ptr_array_new_with_free_func ((GDestroyNotify) _mcast_datagram_origin_unref);
  for (guint round = 0; round < 3; round++)
    for (guint i = 0; i < N_FLOWS; i++)
      {
        McastDatagramOrigin *origin = get (scene, i % 2 == 0 ? scene->path : scene->other,
                                           source_of (i / 2), 6000);

        if (round == 0)
          g_ptr_array_add (origins, g_steal_pointer (&origin));
        else
          {
            g_assert_true (origin == origins->pdata[i]);
            _mcast_datagram_origin_unref (origin);
          }
      }
}

/* An interface that is renamed has another name from the next datagram on; any other change of it
 * makes no difference. */
static void
test_rename (void)
{
  g_autoptr (Scene) scene = scene_new ();
  g_autoptr (McastInterface) renamed = interface_new ("lan", 2);
  g_autoptr (McastInterface) same = interface_new ("lan", 2);
  g_autoptr (McastDatagramOrigin) before = get (scene, scene->path, source_of (1), 6000);
  g_autoptr (McastDatagramOrigin) after = NULL;
  g_autoptr (McastDatagramOrigin) later = NULL;

  _mcast_rx_path_set_interface (scene->path, renamed);
  after = get (scene, scene->path, source_of (1), 6000);
  g_assert_cmpstr (before->interface_name, ==, "eth0");
  g_assert_cmpstr (after->interface_name, ==, "lan");
  _mcast_rx_path_set_interface (scene->path, same);
  later = get (scene, scene->path, source_of (1), 6000);
  g_assert_true (after == later);
}

/* However many sources are forged, memory is limited: the origins of most are freed. */
static void
test_forged (void)
{
  const guint n = 100000;
  g_autoptr (Scene) scene = scene_new ();
  guint n_alive = 0;
  gpointer *sources = g_new0 (gpointer, n);

  for (guint i = 0; i < n; i++)
    {
      McastAddress source = source_of (i);

      sources[i] = _mcast_origin_cache_get (scene->cache, scene->path, &source, 6000)->source;
      g_object_add_weak_pointer (sources[i], &sources[i]);
    }
  for (guint i = 0; i < n; i++)
    if (sources[i] != NULL)
      {
        n_alive++;
        g_object_remove_weak_pointer (sources[i], &sources[i]);
      }
  g_assert_cmpuint (n_alive, >=, N_FLOWS);
  g_assert_cmpuint (n_alive, <=, 1100);
  g_free (sources);
}

/* The origin of a removed path stays valid while it is referenced. */
static void
test_path_is_freed (void)
{
  g_autoptr (Scene) scene = scene_new ();
  McastRxPath *path = path_new ("233.252.0.9", "eth9", 9);
  g_autoptr (McastDatagramOrigin) origin = get (scene, path, source_of (1), 6000);
  g_autofree char *group = NULL;

  _mcast_rx_path_free (path);
  group = g_inet_address_to_string (origin->group);
  g_assert_cmpstr (group, ==, "233.252.0.9");
  g_assert_cmpstr (origin->interface_name, ==, "eth9");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/origin-cache/contents", test_contents);
  g_test_add_func ("/origin-cache/flows", test_flows);
  g_test_add_func ("/origin-cache/scope", test_scope);
  g_test_add_func ("/origin-cache/turns", test_turns);
  g_test_add_func ("/origin-cache/rename", test_rename);
  g_test_add_func ("/origin-cache/forged", test_forged);
  g_test_add_func ("/origin-cache/path-is-freed", test_path_is_freed);
  return g_test_run ();
}
