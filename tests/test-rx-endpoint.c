/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rx/mcast-rx-endpoint-private.h"

#include "plain.h"
#include "world.h"

#define PORT 5004
#define SOURCE "192.0.2.1"
#define MANY 1000
/* How many paths of interfaces that are gone an OS socket keeps at most. */
#define MAX_RETIRED 64

typedef struct
{
  World *world;
  McastRxEndpoint *endpoint;
  McastInterface *iface;
  guint index;
} Scene;

static McastAddress
address_of (const char *text)
{
  McastAddress address;

  g_assert_true (_mcast_address_parse (text, &address));
  return address;
}

static McastInterface *
interface_new (guint index)
{
  const McastInterfaceInfo info = { .index = index, .name = "v0" };

  return _mcast_interface_new (&info);
}

/* An OS socket for the group of the world's family. */
static Scene *
scene_new (World *world)
{
  McastOsRxOptions options = {
    .bind_address = address_of (world->family->group),
    .port = PORT,
    .reuse = TRUE,
  };
  Scene *self = g_new0 (Scene, 1);
  g_autoptr (GError) error = NULL;

  if (_mcast_address_needs_scope (&options.bind_address))
    options.bind_address = address_of ("::");
  self->world = world;
  self->index = netns_index (world->here, "v0");
  self->iface = interface_new (self->index);
  self->endpoint = _mcast_rx_endpoint_new (&options, &error);
  g_assert_no_error (error);
  return self;
}

static void
scene_free (Scene *self)
{
  _mcast_rx_endpoint_free (self->endpoint);
  g_object_unref (self->iface);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

static McastRxPath *
path_new (Scene *self, const char *group, guint index, McastRxCounters *counters)
{
  g_autoptr (McastGroup) parsed = mcast_group_parse (group, NULL);
  const McastRxPathKey key = { *_mcast_group_address (parsed), PORT, index };

  return _mcast_rx_path_new (&key, self->iface, _mcast_group_filter (parsed), counters);
}

/* A path that is joined on v0. Its counters say whether it is still there. */
static McastRxPath *
join (Scene *self, const char *group, McastRxCounters *counters)
{
  McastRxPath *path = path_new (self, group, self->index, counters);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (_mcast_rx_endpoint_join (self->endpoint, path, &error), ==, MCAST_OS_JOINED);
  g_assert_no_error (error);
  return path;
}

static void
leave (Scene *self, McastRxPath *path)
{
  _mcast_rx_endpoint_leave (self->endpoint, path);
  _mcast_rx_path_free (path);
}

static McastOsRxInfo
info_of (Scene *self, const char *group, guint index, const char *source)
{
  return (McastOsRxInfo) {
    .has_destination = TRUE,
    .destination = address_of (group),
    .interface_index = index,
    .source = address_of (source),
    .arrival_time = 1,
  };
}

static McastRxVerdict
check (Scene *self, McastOsRxInfo info, McastRxPath **path)
{
  return _mcast_rx_endpoint_check (self->endpoint, &info, path);
}

/* Has one datagram wait in the socket, so that its paths are still needed. */
static void
let_one_wait (Scene *self)
{
  plain_send (self->world->there, "v0", self->world->family->group, PORT, "waits");
  netns_assert_soon (_mcast_os_has_data (_mcast_rx_endpoint_get_fd (self->endpoint)));
}

static void
read_it (Scene *self)
{
  g_assert_cmpuint (_mcast_os_discard (_mcast_rx_endpoint_get_fd (self->endpoint)), ==, 1);
}

/* --- Verdicts ---------------------------------------------------------------------------- */

static void
test_check (World *world)
{
  g_autoptr (Scene) scene = scene_new (world);
  g_autoptr (McastRxCounters) counters = _mcast_rx_counters_new (0);
  g_autofree char *group = g_strdup_printf (SOURCE "@%s", TEST_GROUP);
  McastRxPath *joined = join (scene, group, counters);
  McastOsRxInfo unknown = info_of (scene, TEST_GROUP, scene->index, SOURCE);
  McastRxPath *path;

  g_assert_cmpint (check (scene, info_of (scene, TEST_GROUP, scene->index, SOURCE), &path), ==,
                   MCAST_RX_ACCEPTED);
  g_assert_true (path == joined);
  g_assert_cmpint (check (scene, info_of (scene, TEST_GROUP, scene->index, "192.0.2.2"), &path), ==,
                   MCAST_RX_WRONG_SOURCE);
  g_assert_true (path == joined);
  g_assert_cmpint (check (scene, info_of (scene, TEST_GROUP, scene->index + 1, SOURCE), &path), ==,
                   MCAST_RX_WRONG_INTERFACE);
  g_assert_null (path);
  g_assert_cmpint (check (scene, info_of (scene, TEST_GROUP_2, scene->index, SOURCE), &path), ==,
                   MCAST_RX_WRONG_GROUP);
  unknown.has_destination = FALSE;
  g_assert_cmpint (check (scene, unknown, &path), ==, MCAST_RX_WRONG_GROUP);
  leave (scene, joined);
}

/* --- Paths of interfaces that are gone --------------------------------------------------- */

/* With nothing left to read, nothing is left to account for. */
static void
test_retire_idle (World *world)
{
  g_autoptr (Scene) scene = scene_new (world);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (McastRxCounters) counters = _mcast_rx_counters_new (0);
      McastRxPath *path = join (scene, world->family->group, counters);

      g_assert_true (_mcast_rx_counters_are_in_use (counters));
      _mcast_rx_endpoint_retire (scene->endpoint, path);
      g_assert_false (_mcast_rx_counters_are_in_use (counters));
    }
}

/* What arrived before is still delivered, and counted for the path. */
static void
test_retire_unread (World *world)
{
  g_autoptr (Scene) scene = scene_new (world);
  g_autoptr (McastRxCounters) counters = _mcast_rx_counters_new (0);
  McastRxPath *retired = join (scene, TEST_GROUP, counters);
  McastOsRxInfo late = info_of (scene, TEST_GROUP, scene->index, SOURCE);
  McastRxPath *path;

  let_one_wait (scene);
  _mcast_rx_endpoint_retire (scene->endpoint, retired);
  g_assert_true (_mcast_rx_counters_are_in_use (counters));
  g_assert_cmpint (check (scene, info_of (scene, TEST_GROUP, scene->index, SOURCE), &path), ==,
                   MCAST_RX_ACCEPTED);
  g_assert_true (path == retired);

  late.arrival_time = G_MAXINT64;
  _mcast_rx_endpoint_begin_read (scene->endpoint);
  retired->index_taken = TRUE;
  g_assert_cmpint (check (scene, late, &path), ==, MCAST_RX_WRONG_INTERFACE);

  _mcast_rx_endpoint_note_drained (scene->endpoint);
  g_assert_false (_mcast_rx_counters_are_in_use (counters));
}

/* A reader that waits for each datagram never finds the socket empty. The next change of the
 * interfaces does. */
static void
test_retire_read_later (World *world)
{
  g_autoptr (Scene) scene = scene_new (world);
  g_autoptr (McastRxCounters) counters = _mcast_rx_counters_new (0);
  g_autoptr (GPtrArray) interfaces = g_ptr_array_new ();
  McastRxPath *path = join (scene, world->family->group, counters);

  let_one_wait (scene);
  _mcast_rx_endpoint_retire (scene->endpoint, path);
  _mcast_rx_endpoint_note_interfaces (scene->endpoint, interfaces);
  g_assert_true (_mcast_rx_counters_are_in_use (counters));
  read_it (scene);
  _mcast_rx_endpoint_note_interfaces (scene->endpoint, interfaces);
  g_assert_false (_mcast_rx_counters_are_in_use (counters));
}

/* Where nobody reads at all, there is a limit, and the newest are kept. */
static void
test_retire_many (World *world)
{
  g_autoptr (Scene) scene = scene_new (world);
  g_autoptr (GPtrArray) all = NULL;
  guint n_in_use = 0;

  all = g_ptr_array_new_with_free_func ((GDestroyNotify) _mcast_rx_counters_unref);
  for (guint i = 0; i < MANY; i++)
    {
      McastRxCounters *counters = _mcast_rx_counters_new (i);
      McastRxPath *path = join (scene, world->family->group, counters);

      g_ptr_array_add (all, counters);
      if (i == 0)
        let_one_wait (scene);
      _mcast_rx_endpoint_retire (scene->endpoint, path);
    }
  for (guint i = 0; i < MANY; i++)
    if (_mcast_rx_counters_are_in_use (all->pdata[i]))
      {
        g_assert_cmpuint (i, >=, MANY - MAX_RETIRED);
        n_in_use++;
      }
  g_assert_cmpuint (n_in_use, ==, MAX_RETIRED);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  world_test_add ("/rx-endpoint/check", 1, test_check);
  world_test_add_families ("/rx-endpoint/retire/idle", 1, test_retire_idle);
  world_test_add ("/rx-endpoint/retire/unread", 1, test_retire_unread);
  world_test_add_families ("/rx-endpoint/retire/read-later", 1, test_retire_read_later);
  world_test_add ("/rx-endpoint/retire/many", 1, test_retire_many);
  return g_test_run ();
}
