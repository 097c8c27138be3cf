/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

/* Source filters, by the kernel, for both families. The peer has several addresses on each link; a
 * plain any-source socket is the witness that what is not wanted did arrive. */

typedef struct
{
  const char *name;
  const char *group;
  const char *a;
  const char *b;
  const char *c;
  int prefix;
} Family;

static const Family families[] = {
  { "ipv4", "232.0.1.1", "192.0.2.11", "192.0.2.12", "192.0.2.13", 24 },
  { "ipv6", "ff3e::8000:1", "2001:db8::a", "2001:db8::b", "2001:db8::c", 64 },
  { "ipv6-link-local", "ff32::8000:1", "fe80::a", "fe80::b", "fe80::c", 64 },
};

typedef struct
{
  World *world;
  const Family *family;
  McastRxSocket *rx;
  GSocket *witness;
} Scene;

static void
add_sources (World *world, const Family *family, const char *name)
{
  const char *const sources[] = { family->a, family->b, family->c };

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    {
      g_autofree char *address = g_strdup_printf ("%s/%d", sources[i], family->prefix);

      netns_address_add (world->there, name, address);
    }
}

/* @format: a group with G for the group and A, B, C for the sources. */
static char *
write_group (const Family *family, const char *format)
{
  g_autoptr (GString) text = g_string_new (format);

  g_string_replace (text, "G", family->group, 0);
  g_string_replace (text, "A", family->a, 0);
  g_string_replace (text, "B", family->b, 0);
  g_string_replace (text, "C", family->c, 0);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static Scene *
scene_new (const Family *family, const char *format)
{
  g_autofree char *group = write_group (family, format);
  Scene *self = g_new0 (Scene, 1);

  self->world = world_new (2);
  if (self->world == NULL)
    {
      g_free (self);
      return NULL;
    }
  self->family = family;
  add_sources (self->world, family, "v0");
  self->rx = rx_new (WORDS (group), TEST_PORT, WORDS ("v0"));
  self->witness = plain_receiver_new (self->world->here, "v0", family->group, TEST_PORT);
  return self;
}

static void
scene_free (Scene *self)
{
  g_object_unref (self->rx);
  g_object_unref (self->witness);
  world_free (self->world);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

static void
send_from (Scene *self, const char *source)
{
  plain_send_from (self->world->there, "v0", source, self->family->group, TEST_PORT, source);
  plain_assert_receives (self->witness, source);
}

/* All three send, the last of those that are wanted at the end. */
static void
assert_lets_through (Scene *self, gboolean a, gboolean b, gboolean c)
{
  const char *const sources[] = { self->family->a, self->family->b, self->family->c };
  const gboolean wanted[] = { a, b, c };

  for (guint i = 0; i < 3; i++)
    if (!wanted[i])
      send_from (self, sources[i]);
  for (guint i = 0; i < 3; i++)
    if (wanted[i])
      {
        send_from (self, sources[i]);
        rx_assert_receives (self->rx, sources[i]);
      }
  rx_assert_empty (self->rx);
  rx_assert_sums (self->rx);
}

static gboolean
change (Scene *self, gboolean (*call) (McastRxSocket *, const char *, GError **),
        const char *format)
{
  g_autofree char *group = write_group (self->family, format);
  g_autoptr (GError) error = NULL;
  gboolean changed = call (self->rx, group, &error);

  g_assert_no_error (error);
  return changed;
}

static void
test_include (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, "B@G");

  if (scene != NULL)
    assert_lets_through (scene, FALSE, TRUE, FALSE);
}

static void
test_include_several (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, "C+A@G");

  if (scene != NULL)
    assert_lets_through (scene, TRUE, FALSE, TRUE);
}

static void
test_exclude (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, "!B@G");

  if (scene != NULL)
    assert_lets_through (scene, TRUE, FALSE, TRUE);
}

static void
test_exclude_several (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, "!B+A@G");

  if (scene != NULL)
    assert_lets_through (scene, FALSE, FALSE, TRUE);
}

static void
test_any (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, "G");

  if (scene != NULL)
    assert_lets_through (scene, TRUE, TRUE, TRUE);
}

/* It is the kernel that filters: nothing of it takes room in our buffer. */
static void
test_by_the_kernel (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, "A@G");

  if (scene == NULL)
    return;
  assert_lets_through (scene, TRUE, FALSE, FALSE);
  g_assert_cmpuint (rx_counter (scene->rx, "filtered-source"), ==, 0);
}

/* Joining again with other sources adds to what is let through, and leaving takes it away. */
static void
test_change (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, "A@G");

  if (scene == NULL)
    return;
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
  g_assert_cmpuint (rx_path_counter (scene->rx, scene->family->group, "v0", "joins"), ==, 1);
}

/* The filter of one interface is not that of another. */
static void
test_per_interface (gconstpointer data)
{
  const Family *family = data;
  g_autoptr (World) world = world_new (2);
  g_autofree char *on_v0 = write_group (family, "A@G%v0");
  g_autofree char *on_v1 = write_group (family, "B@G%v1");
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GSocket) witness0 = NULL;
  g_autoptr (GSocket) witness1 = NULL;

  if (world == NULL)
    return;
  add_sources (world, family, "v0");
  add_sources (world, family, "v1");
  rx = rx_new (WORDS (on_v0, on_v1), TEST_PORT, NULL);
  witness0 = plain_receiver_new (world->here, "v0", family->group, TEST_PORT);
  witness1 = plain_receiver_new (world->here, "v1", family->group, 6000);
  plain_send_from (world->there, "v0", family->b, family->group, TEST_PORT, "no");
  plain_send_from (world->there, "v1", family->a, family->group, TEST_PORT, "no");
  plain_send_from (world->there, "v0", family->c, family->group, TEST_PORT, "no");
  plain_send_from (world->there, "v0", family->a, family->group, TEST_PORT, "a on v0");
  rx_assert_receives (rx, "a on v0");
  plain_send_from (world->there, "v1", family->b, family->group, TEST_PORT, "b on v1");
  rx_assert_receives (rx, "b on v1");
  rx_assert_empty (rx);
}

/* Any source on one interface, one source on another. */
static void
test_any_beside_include (gconstpointer data)
{
  const Family *family = data;
  g_autoptr (World) world = world_new (2);
  g_autofree char *on_v0 = write_group (family, "G%v0");
  g_autofree char *on_v1 = write_group (family, "B@G%v1");
  g_autoptr (McastRxSocket) rx = NULL;

  if (world == NULL)
    return;
  add_sources (world, family, "v0");
  add_sources (world, family, "v1");
  rx = rx_new (WORDS (on_v0, on_v1), TEST_PORT, NULL);
  plain_send_from (world->there, "v0", family->a, family->group, TEST_PORT, "a on v0");
  rx_assert_receives (rx, "a on v0");
  plain_send_from (world->there, "v1", family->c, family->group, TEST_PORT, "no");
  plain_send_from (world->there, "v1", family->b, family->group, TEST_PORT, "b on v1");
  rx_assert_receives (rx, "b on v1");
  plain_send_from (world->there, "v0", family->c, family->group, TEST_PORT, "c on v0");
  rx_assert_receives (rx, "c on v0");
}

/* Two objects of the same machine, each with its source. */
static void
test_two_objects (gconstpointer data)
{
  const Family *family = data;
  g_autoptr (Scene) scene = scene_new (family, "A@G");
  g_autofree char *group = write_group (family, "B@G");
  g_autoptr (McastRxSocket) second = NULL;

  if (scene == NULL)
    return;
  second = rx_new (WORDS (group), TEST_PORT, WORDS ("v0"));
  assert_lets_through (scene, TRUE, FALSE, FALSE);
  rx_assert_receives (second, family->b);
  rx_assert_empty (second);
}

/* More sources than anybody lets the kernel filter for a group: the limits are 10 and 64, unless
 * raised, and that of IPv6 cannot be read in a namespace. */
#define TOO_MANY 2000

static char *
write_too_many (const Family *family, const char *prefix)
{
  gboolean is_ipv4 = strchr (family->group, ':') == NULL;
  GString *text = g_string_new (prefix);

  for (guint i = 0; i < TOO_MANY; i++)
    if (is_ipv4)
      g_string_append_printf (text, "%s10.1.%u.%u", i > 0 ? "+" : "", i / 200, 1 + i % 200);
    else
      g_string_append_printf (text, "%s2001:db8::%x", i > 0 ? "+" : "", i + 1);
  g_string_append_printf (text, "@%s", family->group);
  return g_string_free (text, FALSE);
}

/* The limit of the kernel is told, and by which name it is raised. */
static void
test_too_many (gconstpointer data)
{
  const Family *family = data;
  g_autoptr (World) world = world_new (1);
  gboolean is_ipv4 = strchr (family->group, ':') == NULL;
  const char *name = is_ipv4 ? "net.ipv4.igmp_max_msf" : "net.ipv6.mld_max_msf";
  const char *const prefixes[] = { "", "!" };

  if (world == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      g_autofree char *group = write_too_many (family, prefixes[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (McastRxSocket)
        rx = mcast_rx_socket_new (WORDS (group), TEST_PORT, WORDS ("v0"), &error);

      g_assert_null (rx);
      assert_error_says (error, MCAST_ERROR, MCAST_ERROR_TOO_MANY_MEMBERSHIPS, name);
      assert_error_says (error, MCAST_ERROR, MCAST_ERROR_TOO_MANY_MEMBERSHIPS, family->group);
    }
  g_assert_cmpuint (netns_group_users (world->here, "v0", family->group), ==, 0);
}

/* At run time, a source too many is refused, and what was heard before goes on. */
static void
test_one_too_many (gconstpointer interfaces)
{
  const Family *family = &families[0];
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *first = write_group (family, "A@G");
  g_autofree char *second = write_group (family, "B@G");
  g_autofree char *other = write_group (family, "A+B@232.0.1.2");
  g_autoptr (GVariant) path = NULL;

  if (world == NULL || !netns_require (NETNS_SYSCTL))
    return;
  add_sources (world, family, "v0");
  netns_sysctl (world->here, "ipv4/igmp_max_msf", "1");
  rx = rx_new (WORDS (first), TEST_PORT, WORDS (interfaces));
  g_assert_false (mcast_rx_socket_join (rx, second, &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_TOO_MANY_MEMBERSHIPS, "net.ipv4.igmp_max_msf");
  g_clear_error (&error);
  g_assert_false (mcast_rx_socket_join (rx, other, &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_TOO_MANY_MEMBERSHIPS, "net.ipv4.igmp_max_msf");
  plain_send_from (world->there, "v0", family->b, family->group, TEST_PORT, "no");
  plain_send_from (world->there, "v0", family->a, family->group, TEST_PORT, "yes");
  rx_assert_receives (rx, "yes");
  path = take_path (mcast_rx_socket_get_stats (rx), family->group, "v0");
  g_assert_false (g_variant_lookup (path, "error", "s", NULL));
}

static void
add_cases (const char *name, GTestDataFunc func)
{
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sources/%s/%s", name, families[i].name);

      g_test_add_data_func (path, &families[i], func);
    }
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  add_cases ("any", test_any);
  add_cases ("include", test_include);
  add_cases ("include-several", test_include_several);
  add_cases ("exclude", test_exclude);
  add_cases ("exclude-several", test_exclude_several);
  add_cases ("by-the-kernel", test_by_the_kernel);
  add_cases ("change", test_change);
  add_cases ("per-interface", test_per_interface);
  add_cases ("any-beside-include", test_any_beside_include);
  add_cases ("two-objects", test_two_objects);
  add_cases ("too-many", test_too_many);
  g_test_add_data_func ("/sources/one-too-many/named", "v0", test_one_too_many);
  g_test_add_data_func ("/sources/one-too-many/any", "*", test_one_too_many);
  return g_test_run ();
}
