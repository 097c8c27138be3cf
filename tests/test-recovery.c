/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

/* Interfaces vanish, return, move, are renamed and re-addressed; the sockets go on without help. */

#define ROUNDS 3

typedef struct
{
  const char *name;
  const char *group;
  gboolean from_source; /* source-specific: of the peer's own address */
} Kind;

static const Kind kinds[] = {
  { "ipv4/any-source", TEST_GROUP, FALSE },
  { "ipv4/source-specific", "232.0.1.1", TRUE },
  { "ipv6/any-source", TEST_GROUP6, FALSE },
  { "ipv6/source-specific", "ff3e::8000:1", TRUE },
  { "ipv6-link-local/any-source", TEST_GROUP6_LOCAL, FALSE },
  { "ipv6-link-local/source-specific", "ff32::8000:1", TRUE },
};

/* A socket, and what it told of its interfaces. */
typedef struct
{
  World *world;
  const Kind *kind;
  char *source;
  McastRxSocket *rx;
  guint n_joined;
  guint n_lost;
  GString *log;
} Scene;

static void
on_joined (McastRxSocket *rx, McastInterface *iface, Scene *scene)
{
  scene->n_joined++;
  g_string_append_printf (scene->log, "+%s ", mcast_interface_get_name (iface));
}

static void
on_lost (McastRxSocket *rx, McastInterface *iface, Scene *scene)
{
  scene->n_lost++;
  g_string_append_printf (scene->log, "-%s ", mcast_interface_get_name (iface));
}

static char *
source_of (World *world, const Kind *kind)
{
  if (strchr (kind->group, ':') == NULL)
    return netns_ipv4 (world->there, "v0");
  return kind->group[3] == '2' ? netns_ipv6_local (world->there, "v0")
                               : netns_ipv6 (world->there, "v0");
}

static Scene *
scene_new (const Kind *kind, guint n_links, const char *interface, gboolean wait)
{
  World *world = world_new (n_links);
  g_autoptr (GError) error = NULL;
  g_autofree char *group = NULL;
  Scene *self;

  if (world == NULL)
    return NULL;
  self = g_new0 (Scene, 1);
  self->world = world;
  self->kind = kind;
  self->source = n_links > 0 ? source_of (world, kind) : NULL;
  self->log = g_string_new (NULL);
  group = kind->from_source ? g_strdup_printf ("%s@%s", self->source, kind->group)
                            : g_strdup (kind->group);
  self->rx = g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, &error, "groups", WORDS (group), "port",
                             TEST_PORT, "interfaces", WORDS (interface), "wait-for-interfaces",
                             wait, "timeout-us", (gint64) NETNS_DEADLINE_MS * 1000, NULL);
  g_assert_no_error (error);
  g_signal_connect (self->rx, "interface-joined", G_CALLBACK (on_joined), self);
  g_signal_connect (self->rx, "interface-lost", G_CALLBACK (on_lost), self);
  return self;
}

static void
scene_free (Scene *self)
{
  g_object_unref (self->rx);
  world_free (self->world);
  g_string_free (self->log, TRUE);
  g_free (self->source);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

static gboolean
is_there (McastRxSocket *rx)
{
  gint64 before = mcast_rx_socket_get_timeout_us (rx);
  g_autoptr (McastDatagram) datagram = NULL;

  mcast_rx_socket_set_timeout_us (rx, 20000, NULL);
  datagram = mcast_rx_socket_receive (rx, NULL, NULL);
  mcast_rx_socket_set_timeout_us (rx, before, NULL);
  return datagram != NULL;
}

/* The peer sends again and again until one arrives; then what is under way is read away, and one
 * more arrives at once. */
static void
assert_hears_from (Scene *self, Netns *ns, const char *name)
{
  g_autofree char *mark = g_strdup_printf ("mark %u", g_test_rand_int ());
  gint64 deadline = g_get_monotonic_time () + NETNS_DEADLINE_MS * G_TIME_SPAN_MILLISECOND;

  do
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      plain_send_from (ns, name, self->source, self->kind->group, TEST_PORT, "hello");
      while (g_main_context_iteration (NULL, FALSE))
        continue;
    }
  while (!is_there (self->rx));
  while (is_there (self->rx))
    continue;
  plain_send_from (ns, name, self->source, self->kind->group, TEST_PORT, mark);
  rx_assert_receives (self->rx, mark);
  rx_assert_empty (self->rx);
}

static void
assert_hears (Scene *self)
{
  assert_hears_from (self, self->world->there, "v0");
}

/* Exactly these, and no further one follows. */
static void
assert_events (Scene *self, guint n_joined, guint n_lost)
{
  netns_assert_soon (self->n_joined == n_joined && self->n_lost == n_lost);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpuint (self->n_joined, ==, n_joined);
  g_assert_cmpuint (self->n_lost, ==, n_lost);
}

static guint64
count_joins (Scene *self, const char *name)
{
  return rx_path_counter (self->rx, self->kind->group, name, "joins");
}

/* --- What the kernel keeps --------------------------------------------------------------- */

/* Nothing is joined anew, nothing is told. */
static void
test_down_and_up (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, 1, "v0", FALSE);

  if (scene == NULL)
    return;
  assert_hears (scene);
  for (guint i = 0; i < ROUNDS; i++)
    {
      netns_link_set_down (scene->world->here, "v0");
      netns_link_set_up (scene->world->here, "v0");
      assert_hears (scene);
      netns_link_set_down (scene->world->there, "v0");
      netns_link_set_up (scene->world->there, "v0");
      assert_hears (scene);
    }
  g_assert_cmpuint (count_joins (scene, "v0"), ==, 1);
  assert_events (scene, 0, 0);
  g_assert_cmpuint (netns_group_users (scene->world->here, "v0", scene->kind->group), ==, 1);
}

static void
test_down_and_up_of_any (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, 1, "*", FALSE);

  if (scene == NULL)
    return;
  for (guint i = 0; i < ROUNDS; i++)
    {
      netns_link_set_down (scene->world->here, "v0");
      netns_link_set_up (scene->world->here, "v0");
      assert_hears (scene);
    }
  g_assert_cmpuint (count_joins (scene, "v0"), ==, 1);
  assert_events (scene, 0, 0);
}

static void
test_address_change (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, 1, "v0", FALSE);

  if (scene == NULL)
    return;
  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autofree char *own = netns_ipv4 (scene->world->here, "v0");
      g_autofree char *with_prefix = g_strconcat (own, "/24", NULL);

      netns_address_remove (scene->world->here, "v0", with_prefix);
      assert_hears (scene);
      netns_address_add (scene->world->here, "v0", "192.0.2.1/24");
      netns_address_add (scene->world->here, "v0", with_prefix);
      assert_hears (scene);
      netns_address_remove (scene->world->here, "v0", "192.0.2.1/24");
    }
  g_assert_cmpuint (count_joins (scene, "v0"), ==, 1);
  assert_events (scene, 0, 0);
}

/* An interface that was chosen by its address stays chosen while nobody else has the address. */
static void
test_chosen_by_address (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (McastRxSocket) rx = NULL;

  if (world == NULL)
    return;
  netns_address_add (world->here, "v0", "192.0.2.1/24");
  rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("192.0.2.1"));
  netns_address_remove (world->here, "v0", "192.0.2.1/24");
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "still here");
  rx_assert_receives (rx, "still here");
  netns_address_add (world->here, "v1", "192.0.2.1/24");
  netns_assert_soon (rx_path_is (rx, TEST_GROUP, "v1", "joined")
                     && rx_path_is (rx, TEST_GROUP, "v0", ""));
  plain_send (world->there, "v1", TEST_GROUP, TEST_PORT, "moved");
  rx_assert_receives (rx, "moved");
  g_assert_cmpuint (netns_group_users (world->here, "v0", TEST_GROUP), ==, 0);
}

/* IPv6 is taken away and given back by the size of packets alone. */
static void
test_ipv6_away_and_back (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, 1, "v0", FALSE);

  if (scene == NULL)
    return;
  for (guint i = 0; i < ROUNDS; i++)
    {
      netns_ip (scene->world->here, "link set dev v0 mtu 1000\n");
      netns_ip (scene->world->here, "link set dev v0 mtu 1500\n");
      netns_link_set_up (scene->world->here, "v0");
      assert_hears (scene);
    }
  g_assert_cmpuint (netns_group_users (scene->world->here, "v0", scene->kind->group), ==, 1);
}

/* Switched off and on by the administrator. */
static void
test_ipv6_off_and_on (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, 1, "v0", FALSE);

  if (scene == NULL || !netns_require (NETNS_SYSCTL))
    return;
  for (guint i = 0; i < ROUNDS; i++)
    {
      netns_sysctl (scene->world->here, "ipv6/conf/v0/disable_ipv6", "1");
      netns_sysctl (scene->world->here, "ipv6/conf/v0/disable_ipv6", "0");
      netns_link_set_up (scene->world->here, "v0");
      assert_hears (scene);
    }
  g_assert_cmpuint (netns_group_users (scene->world->here, "v0", scene->kind->group), ==, 1);
  assert_events (scene, 0, 0);
}

/* --- What is made anew ------------------------------------------------------------------- */

static void
check_recreate (Scene *scene, gboolean same_index)
{
  guint index;

  if (scene == NULL)
    return;
  index = netns_index (scene->world->here, "v0");
  for (guint i = 1; i <= ROUNDS; i++)
    {
      netns_link_delete (scene->world->here, "v0");
      netns_link_recreate (scene->world->here, "v0", same_index ? index : 0, 0);
      assert_hears (scene);
      g_assert_cmpuint (count_joins (scene, "v0"), ==, i + 1);
      g_assert_cmpuint (netns_group_users (scene->world->here, "v0", scene->kind->group), ==, 1);
      assert_events (scene, i, i);
    }
  g_assert_true (g_str_has_prefix (scene->log->str, "-v0 +v0 -v0 +v0 "));
  rx_assert_sums (scene->rx);
}

static void
test_recreate_new_index (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, 1, "v0", FALSE);

  check_recreate (scene, FALSE);
}

static void
test_recreate_same_index (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, 1, "v0", FALSE);

  check_recreate (scene, TRUE);
}

static void
test_recreate_of_any (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, 1, "*", FALSE);

  check_recreate (scene, FALSE);
}

/* Deleted and made again in one breath, before anybody can look. */
static void
test_recreate_at_once (gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr (Scene) scene = scene_new (kind, 1, "w0", TRUE);
  World *world;
  guint i;

  if (scene == NULL)
    return;
  world = scene->world;
  netns_sysctl (world->here, "ipv4/conf/default/accept_local", "1");
  g_free (scene->source);
  scene->source = g_strdup (strchr (kind->group, ':') == NULL ? "192.0.2.2"
                            : kind->group[3] == '2'           ? "fe80::77:2"
                                                              : "2001:db8::2");
  if (kind->from_source)
    {
      g_autofree char *group = g_strdup_printf ("%s@%s", scene->source, kind->group);

      g_assert_true (mcast_rx_socket_join (scene->rx, group, NULL));
    }
  for (i = 0; i < 20; i++)
    netns_ip (world->here,
              "%slink add name w0 index 70 type veth peer name w1\n"
              "link set dev w0 addrgenmode none\nlink set dev w1 addrgenmode none\n"
              "link set dev w0 up\nlink set dev w1 up\n"
              "addr add 192.0.2.1/24 dev w0\naddr add 192.0.2.2/24 dev w1\n"
              "addr add 2001:db8::1/64 dev w0 nodad\naddr add 2001:db8::2/64 dev w1 nodad\n"
              "addr add fe80::77:1/64 dev w0 nodad\naddr add fe80::77:2/64 dev w1 nodad\n",
              i == 0 ? "" : "link del dev w0\n");
  assert_hears_from (scene, world->here, "w1");
  g_assert_cmpuint (netns_group_users (world->here, "w0", kind->group), ==, 1);
}

/* More often than the kernel has memberships for a socket. */
static void
test_recreate_often (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, 1, "v0", FALSE);
  guint descriptors = count_descriptors ();

  if (scene == NULL)
    return;
  descriptors = count_descriptors ();
  for (guint i = 0; i < 25; i++)
    {
      netns_link_recreate (scene->world->here, "v0", 0, 0);
      netns_assert_soon (netns_group_users (scene->world->here, "v0", scene->kind->group) == 1);
    }
  assert_hears (scene);
  g_assert_cmpuint (netns_group_users (scene->world->here, "v0", scene->kind->group), ==, 1);
  g_assert_cmpuint (count_descriptors (), <=, descriptors);
  assert_events (scene, 25, 25);
}

/* Two sockets with one group on an interface that returns with the same index: one must not take
 * the other's membership with its own stale one. */
static void
test_recreate_under_two (gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr (Scene) scene = scene_new (kind, 1, "v0", FALSE);
  McastRxSocket *second;
  g_autofree char *group = NULL;
  guint index;

  if (scene == NULL)
    return;
  group = kind->from_source ? g_strdup_printf ("%s@%s", scene->source, kind->group)
                            : g_strdup (kind->group);
  second = rx_new (WORDS (group), TEST_PORT, WORDS ("v0"));
  index = netns_index (scene->world->here, "v0");
  for (guint i = 0; i < ROUNDS; i++)
    {
      netns_link_recreate (scene->world->here, "v0", index, 0);
      netns_assert_soon (netns_group_users (scene->world->here, "v0", kind->group) == 2);
    }
  g_object_unref (second);
  assert_hears (scene);
  g_assert_cmpuint (netns_group_users (scene->world->here, "v0", kind->group), ==, 1);
}

/* On a socket of the caller's that has joined before: its stale membership is no membership. */
static void
test_recreate_under_shared_socket (gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr (World) world = world_new (1);
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GError) error = NULL;
  guint index;

  if (world == NULL)
    return;
  socket = plain_receiver_new (world->here, "v0", kind->group, TEST_PORT);
  rx = g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, &error, "groups", WORDS (kind->group), "port",
                       TEST_PORT, "interfaces", WORDS ("v0"), "socket", socket, "timeout-us",
                       (gint64) NETNS_DEADLINE_MS * 1000, NULL);
  g_assert_no_error (error);
  index = netns_index (world->here, "v0");
  netns_link_delete (world->here, "v0");
  netns_link_recreate (world->here, "v0", index, 0);
  netns_assert_soon (netns_group_users (world->here, "v0", kind->group) == 1);
  plain_send (world->there, "v0", kind->group, TEST_PORT, "back");
  rx_assert_receives (rx, "back");
}

static void
test_move_and_back (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, 1, "v0", FALSE);
  g_autoptr (Netns) elsewhere = NULL;

  if (scene == NULL)
    return;
  elsewhere = netns_new ();
  for (guint i = 1; i <= ROUNDS; i++)
    {
      netns_link_move (scene->world->here, "v0", elsewhere);
      assert_events (scene, i - 1, i);
      g_assert_true (rx_path_is (scene->rx, scene->kind->group, "v0", "waiting"));
      netns_link_move (elsewhere, "v0", scene->world->here);
      assert_hears (scene);
      assert_events (scene, i, i);
      g_assert_cmpuint (netns_group_users (scene->world->here, "v0", scene->kind->group), ==, 1);
    }
}

/* A name is what is wanted: what is renamed is left, and what gets the name is joined. */
static void
test_rename (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, 2, "v0", FALSE);
  World *world;

  if (scene == NULL)
    return;
  world = scene->world;
  netns_link_rename (world->here, "v0", "away");
  assert_events (scene, 0, 1);
  netns_assert_soon (netns_group_users (world->here, "away", scene->kind->group) == 0);
  netns_link_rename (world->here, "away", "v0");
  assert_hears (scene);
  assert_events (scene, 1, 1);
  netns_link_rename (world->here, "v0", "away");
  assert_events (scene, 1, 2);
  g_assert_cmpstr (scene->log->str, ==, "-v0 +v0 -v0 ");
}

/* For "*" a name means nothing. */
static void
test_rename_of_any (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, 1, "*", FALSE);
  g_autoptr (McastDatagram) datagram = NULL;

  if (scene == NULL)
    return;
  netns_link_rename (scene->world->here, "v0", "lan");
  assert_hears (scene);
  assert_events (scene, 0, 0);
  plain_send_from (scene->world->there, "v0", scene->source, scene->kind->group, TEST_PORT, "x");
  datagram = rx_receive (scene->rx);
  g_assert_cmpstr (mcast_datagram_get_interface_name (datagram), ==, "lan");
  g_assert_cmpuint (netns_group_users (scene->world->here, "lan", scene->kind->group), ==, 1);
}

/* --- What comes later -------------------------------------------------------------------- */

static void
test_waits_for_interface (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, 1, "later", TRUE);

  if (scene == NULL)
    return;
  g_assert_true (rx_path_is (scene->rx, scene->kind->group, "later", "waiting"));
  netns_link_rename (scene->world->here, "v0", "later");
  assert_hears (scene);
  assert_events (scene, 1, 0);
  g_assert_cmpstr (scene->log->str, ==, "+later ");
}

static void
test_any_waits (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, 0, "*", FALSE);

  if (scene == NULL)
    return;
  netns_add_veth (scene->world->here, "v0", scene->world->there, "v0", NETNS_LINK_DEFAULT);
  g_free (scene->source);
  scene->source = source_of (scene->world, scene->kind);
  assert_hears (scene);
  assert_events (scene, 1, 0);
  netns_add_veth (scene->world->here, "v1", scene->world->there, "v1", NETNS_LINK_DEFAULT);
  assert_events (scene, 2, 0);
  g_assert_cmpuint (netns_group_users (scene->world->here, "v1", scene->kind->group), ==, 1);
}

/* An interface that is not wanted is not told of, and not joined. */
static void
test_others_do_not_matter (void)
{
  g_autoptr (Scene) scene = scene_new (&kinds[0], 1, "v0", FALSE);

  if (scene == NULL)
    return;
  netns_add_veth (scene->world->here, "v1", scene->world->there, "v1", NETNS_LINK_DEFAULT);
  netns_link_recreate (scene->world->here, "v1", 0, 0);
  netns_link_delete (scene->world->here, "v1");
  assert_hears (scene);
  assert_events (scene, 0, 0);
  g_assert_cmpuint (count_joins (scene, "v0"), ==, 1);
}

/* What the application changes itself is told in the same way. */
static void
test_events_of_changes (void)
{
  g_autoptr (Scene) scene = scene_new (&kinds[0], 2, "v0", FALSE);

  if (scene == NULL)
    return;
  g_assert_true (mcast_rx_socket_add_interface (scene->rx, "v1", NULL));
  assert_events (scene, 1, 0);
  g_assert_true (mcast_rx_socket_join (scene->rx, TEST_GROUP_2, NULL));
  assert_events (scene, 1, 0);
  g_assert_true (mcast_rx_socket_leave (scene->rx, TEST_GROUP, NULL));
  assert_events (scene, 1, 0);
  g_assert_true (mcast_rx_socket_leave (scene->rx, TEST_GROUP_2, NULL));
  assert_events (scene, 1, 2);
}

typedef struct
{
  gint n_events;
  GThread *thread;
} Direct;

static void
on_event (McastRxSocket *rx, McastRxEvent event, McastInterface *iface, const char *group,
          gpointer user_data)
{
  Direct *direct = user_data;

  direct->thread = g_thread_self ();
  /* It may call the socket. */
  g_variant_unref (mcast_rx_socket_get_stats (rx));
  g_ptr_array_unref (mcast_rx_socket_get_interfaces (rx));
  g_atomic_int_inc (&direct->n_events);
}

/* Without a main loop, and while nobody receives. */
static void
test_event_func (void)
{
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastRxSocket) rx = NULL;
  Direct direct = { 0 };
  gint64 deadline;

  if (world == NULL)
    return;
  rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  mcast_rx_socket_set_event_func (rx, on_event, &direct, NULL);
  netns_link_recreate (world->here, "v0", 0, 0);
  deadline = g_get_monotonic_time () + NETNS_DEADLINE_MS * G_TIME_SPAN_MILLISECOND;
  while (g_atomic_int_get (&direct.n_events) < 2)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (1000);
    }
  g_assert_true (direct.thread != g_thread_self ());
  mcast_rx_socket_set_event_func (rx, NULL, NULL, NULL);
  netns_link_recreate (world->here, "v0", 0, 0);
  netns_assert_soon (rx_path_counter (rx, TEST_GROUP, "v0", "joins") == 3);
  g_assert_cmpint (g_atomic_int_get (&direct.n_events), ==, 2);
}

static void
close_on_event (McastRxSocket *rx, McastRxEvent event, McastInterface *iface, const char *group,
                gpointer user_data)
{
  mcast_rx_socket_close (rx);
  g_atomic_int_inc ((gint *) user_data);
}

/* The one that is told closes the socket, from the thread that tells. */
static void
test_close_in_event_func (void)
{
  g_autoptr (World) world = world_new (1);
  McastRxSocket *rx;
  gint n_events = 0;
  guint threads;
  guint descriptors;

  if (world == NULL)
    return;
  g_object_unref (rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0")));
  threads = count_threads ();
  descriptors = count_descriptors ();
  rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  mcast_rx_socket_set_event_func (rx, close_on_event, &n_events, NULL);
  netns_link_recreate (world->here, "v0", 0, 0);
  netns_assert_soon (g_atomic_int_get (&n_events) > 0);
  netns_assert_soon (count_threads () == threads);
  netns_assert_soon (count_descriptors () <= descriptors);
  g_assert_true (mcast_rx_socket_is_closed (rx));
  g_object_unref (rx);
}

/* Two threads of which each has something to tell. */
typedef struct
{
  McastRxSocket *rx;
  McastTxSocket *tx;
  GMutex lock;
  gint n_told;
  gint done;
} Crossing;

static guint
count_interfaces (Crossing *self)
{
  g_autoptr (GPtrArray) interfaces = self->rx != NULL ? mcast_rx_socket_get_interfaces (self->rx)
                                                      : mcast_tx_socket_get_interfaces (self->tx);

  return interfaces->len;
}

/* Wants a lock that the other thread holds while it changes the socket. */
static void
cross (Crossing *self)
{
  gint64 deadline = g_get_monotonic_time () + NETNS_DEADLINE_MS * G_TIME_SPAN_MILLISECOND;

  if (g_atomic_int_add (&self->n_told, 1) > 0)
    return;
  while (count_interfaces (self) == 0 && g_get_monotonic_time () < deadline)
    g_usleep (1000);
  g_mutex_lock (&self->lock);
  g_mutex_unlock (&self->lock);
  g_atomic_int_inc (&self->done);
}

static void
on_receiver_crossing (McastRxSocket *rx, McastRxEvent event, McastInterface *iface,
                      const char *group, gpointer user_data)
{
  cross (user_data);
}

static void
on_sender_crossing (McastTxSocket *tx, McastInterface *iface, gboolean ready, gpointer user_data)
{
  cross (user_data);
}

static gpointer
add_under_lock (gpointer user_data)
{
  Crossing *self = user_data;

  g_mutex_lock (&self->lock);
  if (self->rx != NULL)
    mcast_rx_socket_add_interface (self->rx, "v1", NULL);
  else
    mcast_tx_socket_add_interface (self->tx, "v1", NULL);
  g_mutex_unlock (&self->lock);
  g_atomic_int_inc (&self->done);
  return NULL;
}

static void
assert_cross (World *world, Crossing *crossing)
{
  GThread *thread;

  g_mutex_init (&crossing->lock);
  netns_link_delete (world->here, "v0");
  netns_assert_soon (g_atomic_int_get (&crossing->n_told) > 0);
  thread = g_thread_new ("adds", add_under_lock, crossing);
  netns_assert_soon (g_atomic_int_get (&crossing->done) == 2);
  netns_assert_soon (g_atomic_int_get (&crossing->n_told) == 2);
  g_thread_join (thread);
}

/* The function may wait for a thread that has something to tell. */
static void
test_event_func_crossing (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (McastRxSocket) rx = NULL;
  Crossing crossing = { NULL };

  if (world == NULL)
    return;
  crossing.rx = rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  mcast_rx_socket_set_event_func (rx, on_receiver_crossing, &crossing, NULL);
  assert_cross (world, &crossing);
  mcast_rx_socket_set_event_func (rx, NULL, NULL, NULL);
  g_mutex_clear (&crossing.lock);
}

static void
test_sender_event_func_crossing (void)
{
  g_autoptr (World) world = world_new (2);
  g_autoptr (McastTxSocket) tx = NULL;
  Crossing crossing = { NULL };

  if (world == NULL)
    return;
  crossing.tx = tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  mcast_tx_socket_set_event_func (tx, on_sender_crossing, &crossing, NULL);
  assert_cross (world, &crossing);
  mcast_tx_socket_set_event_func (tx, NULL, NULL, NULL);
  g_mutex_clear (&crossing.lock);
}

/* --- Waiting across a change ------------------------------------------------------------- */

typedef struct
{
  McastRxSocket *rx;
  char *text;
} Waiter;

static gpointer
wait_in_thread (gpointer data)
{
  Waiter *waiter = data;
  g_autoptr (McastDatagram) datagram = mcast_rx_socket_receive (waiter->rx, NULL, NULL);

  waiter->text = datagram != NULL ? datagram_text (datagram) : NULL;
  return NULL;
}

/* One that waits before is woken by what comes after. */
static void
test_waiter (gconstpointer data)
{
  g_autoptr (Scene) scene = scene_new (data, 1, "v0", FALSE);
  Waiter waiter = { 0 };
  GThread *thread;

  if (scene == NULL)
    return;
  waiter.rx = scene->rx;
  thread = g_thread_new ("waiter", wait_in_thread, &waiter);
  netns_link_recreate (scene->world->here, "v0", 0, 0);
  netns_assert_soon (netns_group_users (scene->world->here, "v0", scene->kind->group) == 1);
  plain_send_from (scene->world->there, "v0", scene->source, scene->kind->group, TEST_PORT,
                   "woken");
  g_thread_join (thread);
  g_assert_cmpstr (waiter.text, ==, "woken");
  g_free (waiter.text);
}

/* --- Sending ----------------------------------------------------------------------------- */

typedef struct
{
  guint n_ready;
  guint n_lost;
} Told;

static void
on_ready (McastTxSocket *tx, McastInterface *iface, Told *told)
{
  told->n_ready++;
}

static void
on_tx_lost (McastTxSocket *tx, McastInterface *iface, Told *told)
{
  told->n_lost++;
}

static void
assert_told (Told *told, guint n_ready, guint n_lost)
{
  netns_assert_soon (told->n_ready == n_ready && told->n_lost == n_lost);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpuint (told->n_ready, ==, n_ready);
  g_assert_cmpuint (told->n_lost, ==, n_lost);
}

static void
assert_is_heard (World *world, McastTxSocket *tx, const Kind *kind)
{
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v0", kind->group, TEST_PORT);

  netns_assert_soon (tx_path_is (tx, kind->group, "v0", "ready"));
  tx_send (tx, "heard");
  plain_assert_receives (receiver, "heard");
}

static McastTxSocket *
told_sender_new (const Kind *kind, Told *told)
{
  McastTxSocket *tx = tx_new (WORDS (kind->group), TEST_PORT, WORDS ("v0"));

  g_signal_connect (tx, "interface-ready", G_CALLBACK (on_ready), told);
  g_signal_connect (tx, "interface-lost", G_CALLBACK (on_tx_lost), told);
  return tx;
}

static void
test_sender_recreate (gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  Told told = { 0 };
  guint index;

  if (world == NULL)
    return;
  tx = told_sender_new (kind, &told);
  index = netns_index (world->here, "v0");
  assert_is_heard (world, tx, kind);
  for (guint i = 1; i <= ROUNDS; i++)
    {
      g_autoptr (GError) error = NULL;

      netns_link_delete (world->here, "v0");
      netns_assert_soon (tx_path_is (tx, kind->group, "v0", "waiting"));
      g_assert_false (tx_try_send (tx, "lost", &error));
      assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE, "v0");
      netns_link_recreate (world->here, "v0", i % 2 == 0 ? index : 0, 0);
      assert_is_heard (world, tx, kind);
      assert_told (&told, i, i);
    }
  tx_assert_sums (tx);
}

static void
test_sender_move_and_back (gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr (World) world = world_new (1);
  g_autoptr (Netns) elsewhere = NULL;
  g_autoptr (McastTxSocket) tx = NULL;
  Told told = { 0 };

  if (world == NULL)
    return;
  elsewhere = netns_new ();
  tx = told_sender_new (kind, &told);
  netns_link_move (world->here, "v0", elsewhere);
  assert_told (&told, 0, 1);
  netns_link_move (elsewhere, "v0", world->here);
  assert_is_heard (world, tx, kind);
  assert_told (&told, 1, 1);
}

static void
test_sender_rename (gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  Told told = { 0 };

  if (world == NULL)
    return;
  tx = told_sender_new (kind, &told);
  netns_link_rename (world->here, "v0", "away");
  netns_assert_soon (!tx_try_send (tx, "nowhere", NULL));
  netns_link_rename (world->here, "away", "v0");
  assert_is_heard (world, tx, kind);
  netns_assert_soon (told.n_ready > 0 && told.n_ready == told.n_lost);
}

static void
test_sender_down_and_up (gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  Told told = { 0 };

  if (world == NULL)
    return;
  tx = told_sender_new (kind, &told);
  for (guint i = 0; i < ROUNDS; i++)
    {
      netns_link_set_down (world->here, "v0");
      netns_assert_soon (!tx_try_send (tx, "nowhere", NULL));
      netns_link_set_up (world->here, "v0");
      assert_is_heard (world, tx, kind);
    }
}

/* The interface has no address yet, and gets one. */
static void
test_sender_waits_for_address (gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (GError) error = NULL;

  if (world == NULL)
    return;
  netns_ip (world->here, "addr flush dev v0\n");
  tx = g_initable_new (MCAST_TYPE_TX_SOCKET, NULL, &error, "groups", WORDS (kind->group), "port",
                       TEST_PORT, "interfaces", WORDS ("v0"), "wait-for-interfaces", TRUE, NULL);
  g_assert_no_error (error);
  g_assert_false (tx_try_send (tx, "no", &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NO_ADDRESS, "v0");
  netns_ip (world->here, "addr add 192.0.2.1/24 dev v0\naddr add 2001:db8::1/64 dev v0 nodad\n"
                         "addr add fe80::77:1/64 dev v0 nodad\n");
  receiver = plain_receiver_new (world->there, "v0", kind->group, TEST_PORT);
  netns_assert_soon (tx_path_is (tx, kind->group, "v0", "ready"));
  tx_send (tx, "now");
  plain_assert_receives (receiver, "now");
}

/* Nothing can be sent from an address that the kernel still makes sure of, be it asked for. */
static void
test_sender_waits_for_source (void)
{
  const char *source = "2001:db8::1";
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (GSocketAddress) from = NULL;
  g_autoptr (GInetAddress) expected = g_inet_address_new_from_string (source);
  g_autofree char *heard = NULL;
  g_autoptr (GError) error = NULL;

  if (world == NULL || !netns_require (NETNS_SYSCTL))
    return;
  netns_sysctl (world->here, "ipv6/conf/v0/accept_dad", "1");
  netns_sysctl (world->here, "ipv6/conf/v0/dad_transmits", "1000");
  netns_ip (world->here, "addr add 2001:db8::1/64 dev v0\n");
  tx = g_initable_new (MCAST_TYPE_TX_SOCKET, NULL, &error, "groups", WORDS (TEST_GROUP6), "port",
                       TEST_PORT, "interfaces", WORDS ("v0"), "source-address", source, NULL);
  g_assert_no_error (error);
  g_assert_true (tx_path_is (tx, TEST_GROUP6, "v0", "failed"));
  g_assert_false (tx_try_send (tx, "no", &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NO_ADDRESS, source);

  netns_ip (world->here, "addr del 2001:db8::1/64 dev v0\naddr add 2001:db8::1/64 dev v0 nodad\n");
  receiver = plain_receiver_new (world->there, "v0", TEST_GROUP6, TEST_PORT);
  netns_assert_soon (tx_path_is (tx, TEST_GROUP6, "v0", "ready"));
  tx_send (tx, "now");
  heard = plain_receive (receiver, &from);
  g_assert_cmpstr (heard, ==, "now");
  g_assert_true (
    g_inet_address_equal (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (from)),
                          expected));
}

/* The destination of one datagram may wait for nothing, but comes back like the others. */
static void
test_sender_ad_hoc (void)
{
  g_autoptr (World) world = world_new (1);
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (GSocketAddress) to = plain_address_new (TEST_GROUP, TEST_PORT, 0);
  g_autoptr (GBytes) payload = g_bytes_new_static ("x", 1);

  if (world == NULL)
    return;
  tx = tx_new (NULL, 0, WORDS ("v0"));
  g_assert_true (mcast_tx_socket_send_to (tx, to, payload, NULL, NULL));
  netns_link_recreate (world->here, "v0", 0, 0);
  receiver = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  netns_assert_soon (mcast_tx_socket_send_to (tx, to, payload, NULL, NULL));
  plain_assert_receives (receiver, "x");
}

/* --- Both -------------------------------------------------------------------------------- */

/* Many sockets on many interfaces that are all taken away at once. */
static void
test_all_at_once (void)
{
  g_autoptr (World) world = world_new (5);
  McastRxSocket *sockets[10];

  if (world == NULL)
    return;
  for (guint i = 0; i < 10; i++)
    sockets[i] = rx_new (WORDS (TEST_GROUP, TEST_GROUP_2, TEST_GROUP6, TEST_GROUP6_LOCAL),
                         TEST_PORT,
                         i % 2 == 0 ? WORDS ("*") : WORDS ("v0", "v1", "v2", "v3", "v4"));
  netns_ip (world->here, "link del dev v0\nlink del dev v1\nlink del dev v2\nlink del dev v3\n"
                         "link del dev v4\n");
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("v%u", i);

      netns_link_recreate (world->here, name, 0, 0);
    }
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("v%u", i);

      netns_assert_soon (netns_group_users (world->here, name, TEST_GROUP) == 10);
      netns_assert_soon (netns_group_users (world->here, name, TEST_GROUP6_LOCAL) == 10);
    }
  for (guint i = 0; i < 10; i++)
    {
      plain_send (world->there, "v3", TEST_GROUP6, TEST_PORT, "back");
      rx_assert_receives (sockets[i], "back");
      for (guint j = i + 1; j < 10; j++)
        rx_assert_receives (sockets[j], "back");
      g_object_unref (sockets[i]);
    }
}

static void
add_cases (const char *prefix, GTestDataFunc func, gboolean ipv6_only)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = g_strdup_printf ("/recovery/%s/%s", prefix, kinds[i].name);

      if (!ipv6_only || strchr (kinds[i].group, ':') != NULL)
        g_test_add_data_func (path, &kinds[i], func);
    }
}

static void
add_sender_cases (const char *prefix, GTestDataFunc func)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i += 2)
    {
      g_autofree char *path = g_strdup_printf ("/recovery/sender/%s/%s", prefix, kinds[i].name);

      g_test_add_data_func (path, &kinds[i], func);
    }
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  /* A socket that loses its interface says so in the log. */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  add_cases ("down-and-up", test_down_and_up, FALSE);
  add_cases ("down-and-up-of-any", test_down_and_up_of_any, FALSE);
  add_cases ("address-change", test_address_change, FALSE);
  add_cases ("ipv6-away-and-back", test_ipv6_away_and_back, TRUE);
  add_cases ("ipv6-off-and-on", test_ipv6_off_and_on, TRUE);
  add_cases ("recreate-new-index", test_recreate_new_index, FALSE);
  add_cases ("recreate-same-index", test_recreate_same_index, FALSE);
  add_cases ("recreate-of-any", test_recreate_of_any, FALSE);
  add_cases ("recreate-at-once", test_recreate_at_once, FALSE);
  add_cases ("recreate-often", test_recreate_often, FALSE);
  add_cases ("recreate-under-two", test_recreate_under_two, FALSE);
  add_cases ("move-and-back", test_move_and_back, FALSE);
  add_cases ("rename", test_rename, FALSE);
  add_cases ("rename-of-any", test_rename_of_any, FALSE);
  add_cases ("waits-for-interface", test_waits_for_interface, FALSE);
  add_cases ("waiter", test_waiter, FALSE);
  g_test_add_data_func ("/recovery/any-waits/ipv4", &kinds[0], test_any_waits);
  g_test_add_data_func ("/recovery/any-waits/ipv6", &kinds[2], test_any_waits);
  g_test_add_data_func ("/recovery/any-waits/ipv6-link-local", &kinds[4], test_any_waits);
  g_test_add_data_func ("/recovery/recreate-under-shared-socket/ipv4", &kinds[0],
                        test_recreate_under_shared_socket);
  g_test_add_data_func ("/recovery/recreate-under-shared-socket/ipv6", &kinds[2],
                        test_recreate_under_shared_socket);
  g_test_add_func ("/recovery/chosen-by-address", test_chosen_by_address);
  g_test_add_func ("/recovery/others-do-not-matter", test_others_do_not_matter);
  g_test_add_func ("/recovery/events-of-changes", test_events_of_changes);
  g_test_add_func ("/recovery/event-func", test_event_func);
  g_test_add_func ("/recovery/event-func/closes", test_close_in_event_func);
  g_test_add_func ("/recovery/event-func/crossing", test_event_func_crossing);
  g_test_add_func ("/recovery/event-func/crossing-of-sender", test_sender_event_func_crossing);
  add_sender_cases ("recreate", test_sender_recreate);
  add_sender_cases ("move-and-back", test_sender_move_and_back);
  add_sender_cases ("rename", test_sender_rename);
  add_sender_cases ("down-and-up", test_sender_down_and_up);
  add_sender_cases ("waits-for-address", test_sender_waits_for_address);
  g_test_add_func ("/recovery/sender/waits-for-source", test_sender_waits_for_source);
  g_test_add_func ("/recovery/sender/ad-hoc", test_sender_ad_hoc);
  g_test_add_func ("/recovery/all-at-once", test_all_at_once);
  return g_test_run ();
}
