/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

/* Source filters, by the kernel, for both families. The peer has several addresses on each link; a
 * plain any-source socket is the witness that what is not wanted did arrive. */

enum
{
  A,
  B,
  C
};

typedef struct
{
  World *world;
  McastRxSocket *rx;
  GSocket *witness;
} Scene;

static void
add_sources (World *world, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (world->family->sources); i++)
    test_family_add_source (world->family, world->there, name, i);
}

static void
send_from (World *world, const char *name, guint source, const char *text)
{
  plain_send_from (world->there, name, world->family->sources[source], world->family->ssm_group,
                   TEST_PORT, text);
}

/* @format: a group with G for the group and A, B, C for the sources. */
static char *
write_group (const TestFamily *family, const char *format)
{
  g_autoptr (GString) text = g_string_new (format);

  g_string_replace (text, "G", family->ssm_group, 0);
  g_string_replace (text, "A", family->sources[0], 0);
  g_string_replace (text, "B", family->sources[1], 0);
  g_string_replace (text, "C", family->sources[2], 0);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static Scene *
scene_new (World *world, const char *format)
{
  g_autofree char *group = write_group (world->family, format);
  Scene *self = g_new0 (Scene, 1);

  self->world = world;
  add_sources (world, "v0");
  self->rx = rx_new (WORDS (group), TEST_PORT, WORDS ("v0"));
  self->witness = plain_receiver_new (world->here, "v0", world->family->ssm_group, TEST_PORT);
  return self;
}

static void
scene_free (Scene *self)
{
  g_object_unref (self->rx);
  g_object_unref (self->witness);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

static void
assert_arrives (Scene *self, guint source)
{
  const char *text = self->world->family->sources[source];

  send_from (self->world, "v0", source, text);
  plain_assert_receives (self->witness, text);
}

/* All three send, the unwanted ones first. */
static void
assert_lets_through (Scene *self, gboolean a, gboolean b, gboolean c)
{
  const gboolean wanted[] = { a, b, c };

  for (guint i = A; i <= C; i++)
    if (!wanted[i])
      assert_arrives (self, i);
  for (guint i = A; i <= C; i++)
    if (wanted[i])
      {
        assert_arrives (self, i);
        rx_assert_receives (self->rx, self->world->family->sources[i]);
      }
  rx_assert_empty (self->rx);
  rx_assert_sums (self->rx);
}

static gboolean
change (Scene *self, gboolean (*call) (McastRxSocket *, const char *, GError **),
        const char *format)
{
  g_autofree char *group = write_group (self->world->family, format);
  g_autoptr (GError) error = NULL;
  gboolean changed = call (self->rx, group, &error);

  g_assert_no_error (error);
  return changed;
}

static void
test_include (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "B@G");

  assert_lets_through (scene, FALSE, TRUE, FALSE);
}

static void
test_include_several (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "C+A@G");

  assert_lets_through (scene, TRUE, FALSE, TRUE);
}

static void
test_exclude (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "!B@G");

  assert_lets_through (scene, TRUE, FALSE, TRUE);
}

static void
test_exclude_several (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "!B+A@G");

  assert_lets_through (scene, FALSE, FALSE, TRUE);
}

static void
test_any (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "G");

  assert_lets_through (scene, TRUE, TRUE, TRUE);
}

/* It is the kernel that filters: nothing of it takes room in our buffer. */
static void
test_by_the_kernel (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "A@G");

  assert_lets_through (scene, TRUE, FALSE, FALSE);
  g_assert_cmpuint (rx_counter (scene->rx, "filtered-source"), ==, 0);
}

/* Joining again with other sources adds to what is let through, and leaving takes it away. */
static void
test_change (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "A@G");

  g_assert_true (change (scene, mcast_rx_socket_join, "B@G"));
  assert_lets_through (scene, TRUE, TRUE, FALSE);
  g_assert_true (change (scene, mcast_rx_socket_leave, "A@G"));
  assert_lets_through (scene, FALSE, TRUE, FALSE);
  g_assert_true (change (scene, mcast_rx_socket_join, "!B@G"));
  assert_lets_through (scene, TRUE, TRUE, TRUE);
  g_assert_true (change (scene, mcast_rx_socket_leave, "B@G"));
  assert_lets_through (scene, TRUE, FALSE, TRUE);
  g_assert_true (change (scene, mcast_rx_socket_join, "G"));
  assert_lets_through (scene, TRUE, TRUE, TRUE);
  g_assert_true (change (scene, mcast_rx_socket_leave, "!B@G"));
  assert_lets_through (scene, TRUE, TRUE, TRUE);
  g_assert_cmpuint (rx_path_counter (scene->rx, world->family->ssm_group, "v0", "joins"), ==, 1);
}

/* The filter of one interface is not that of another. */
static void
test_per_interface (World *world)
{
  const TestFamily *family = world->family;
  g_autofree char *on_v0 = write_group (family, "A@G%v0");
  g_autofree char *on_v1 = write_group (family, "B@G%v1");
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GSocket) witness0 = NULL;
  g_autoptr (GSocket) witness1 = NULL;

  add_sources (world, "v0");
  add_sources (world, "v1");
  rx = rx_new (WORDS (on_v0, on_v1), TEST_PORT, NULL);
  witness0 = plain_receiver_new (world->here, "v0", family->ssm_group, TEST_PORT);
  witness1 = plain_receiver_new (world->here, "v1", family->ssm_group, 6000);
  send_from (world, "v0", B, "no");
  send_from (world, "v1", A, "no");
  send_from (world, "v0", C, "no");
  send_from (world, "v0", A, "a on v0");
  rx_assert_receives (rx, "a on v0");
  send_from (world, "v1", B, "b on v1");
  rx_assert_receives (rx, "b on v1");
  rx_assert_empty (rx);
}

/* Any source on one interface, one source on another. */
static void
test_any_beside_include (World *world)
{
  const TestFamily *family = world->family;
  g_autofree char *on_v0 = write_group (family, "G%v0");
  g_autofree char *on_v1 = write_group (family, "B@G%v1");
  g_autoptr (McastRxSocket) rx = NULL;

  add_sources (world, "v0");
  add_sources (world, "v1");
  rx = rx_new (WORDS (on_v0, on_v1), TEST_PORT, NULL);
  send_from (world, "v0", A, "a on v0");
  rx_assert_receives (rx, "a on v0");
  send_from (world, "v1", C, "no");
  send_from (world, "v1", B, "b on v1");
  rx_assert_receives (rx, "b on v1");
  send_from (world, "v0", C, "c on v0");
  rx_assert_receives (rx, "c on v0");
}

/* Two objects of the same machine, each with its source. */
static void
test_two_objects (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "A@G");
  g_autofree char *group = write_group (world->family, "B@G");
  g_autoptr (McastRxSocket) second = rx_new (WORDS (group), TEST_PORT, WORDS ("v0"));

  assert_lets_through (scene, TRUE, FALSE, FALSE);
  rx_assert_receives (second, world->family->sources[1]);
  rx_assert_empty (second);
}

/* More sources than anybody lets the kernel filter for a group: the limits are 10 and 64, unless
 * raised, and that of IPv6 cannot be read in a namespace. */
#define TOO_MANY 2000

static char *
write_too_many (const TestFamily *family, const char *prefix)
{
  gboolean is_ipv4 = family->socket_family == G_SOCKET_FAMILY_IPV4;
  GString *text = g_string_new (prefix);

  for (guint i = 0; i < TOO_MANY; i++)
    if (is_ipv4)
      g_string_append_printf (text, "%s10.1.%u.%u", i > 0 ? "+" : "", i / 200, 1 + i % 200);
    else
      g_string_append_printf (text, "%s2001:db8::%x", i > 0 ? "+" : "", i + 1);
  g_string_append_printf (text, "@%s", family->ssm_group);
  return g_string_free (text, FALSE);
}

/* The error names the limit of the kernel. */
static void
test_too_many (World *world)
{
  const TestFamily *family = world->family;
  gboolean is_ipv4 = family->socket_family == G_SOCKET_FAMILY_IPV4;
  const char *name = is_ipv4 ? "net.ipv4.igmp_max_msf" : "net.ipv6.mld_max_msf";
  const char *const prefixes[] = { "", "!" };

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      g_autofree char *group = write_too_many (family, prefixes[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (McastRxSocket)
        rx = mcast_rx_socket_new (WORDS (group), TEST_PORT, WORDS ("v0"), &error);

      g_assert_null (rx);
      assert_error_says (error, MCAST_ERROR, MCAST_ERROR_TOO_MANY_MEMBERSHIPS, name);
      assert_error_says (error, MCAST_ERROR, MCAST_ERROR_TOO_MANY_MEMBERSHIPS, family->ssm_group);
    }
  g_assert_cmpuint (netns_group_users (world->here, "v0", family->ssm_group), ==, 0);
}

/* At run time, a source too many is refused, and what was received before still is. */
static void
test_one_too_many (World *world)
{
  const char *interfaces = world->data;
  const TestFamily *family = world->family;
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *first = write_group (family, "A@G");
  g_autofree char *second = write_group (family, "B@G");
  g_autofree char *other = write_group (family, "A+B@232.0.1.2");
  g_autoptr (GVariant) path = NULL;

  add_sources (world, "v0");
  netns_sysctl (world->here, "ipv4/igmp_max_msf", "1");
  rx = rx_new (WORDS (first), TEST_PORT, WORDS (interfaces));
  g_assert_false (mcast_rx_socket_join (rx, second, &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_TOO_MANY_MEMBERSHIPS, "net.ipv4.igmp_max_msf");
  g_clear_error (&error);
  g_assert_false (mcast_rx_socket_join (rx, other, &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_TOO_MANY_MEMBERSHIPS, "net.ipv4.igmp_max_msf");
  send_from (world, "v0", B, "no");
  send_from (world, "v0", A, "yes");
  rx_assert_receives (rx, "yes");
  path = take_path (mcast_rx_socket_get_stats (rx), family->ssm_group, "v0");
  g_assert_false (g_variant_lookup (path, "error", "s", NULL));
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  world_test_add_families ("/sources/any", 1, test_any);
  world_test_add_families ("/sources/include", 1, test_include);
  world_test_add_families ("/sources/include-several", 1, test_include_several);
  world_test_add_families ("/sources/exclude", 1, test_exclude);
  world_test_add_families ("/sources/exclude-several", 1, test_exclude_several);
  world_test_add_families ("/sources/by-the-kernel", 1, test_by_the_kernel);
  world_test_add_families ("/sources/change", 1, test_change);
  world_test_add_families ("/sources/per-interface", 2, test_per_interface);
  world_test_add_families ("/sources/any-beside-include", 2, test_any_beside_include);
  world_test_add_families ("/sources/two-objects", 1, test_two_objects);
  world_test_add_families ("/sources/too-many", 1, test_too_many);
  world_test_add_full ("/sources/one-too-many/named",
                       (WorldTest) { 1, test_one_too_many, .needs = NETNS_SYSCTL, .data = "v0" });
  world_test_add_full ("/sources/one-too-many/any",
                       (WorldTest) { 1, test_one_too_many, .needs = NETNS_SYSCTL, .data = "*" });
  return g_test_run ();
}
