/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <malloc.h>

#include "lib-test.h"

/* Interfaces vanish, return, move, are renamed and get other addresses; the sockets recover without
 * help. */

#define ROUNDS 3

typedef struct
{
  const char *name;
  gboolean from_source; /* source-specific: of the peer's own address */
} Kind;

static const Kind kinds[] = { { "any-source", FALSE }, { "source-specific", TRUE } };

/* A socket, and what it notified of its interfaces. */
typedef struct
{
  World *world;
  const char *group;
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

static gboolean
is_from_source (World *world)
{
  const Kind *kind = world->data;

  return kind != NULL && kind->from_source;
}

/* The group as the library wants it. */
static char *
write_group (Scene *self)
{
  return is_from_source (self->world) ? g_strdup_printf ("%s@%s", self->source, self->group)
                                      : g_strdup (self->group);
}

static Scene *
scene_new (World *world, const char *iface, gboolean wait)
{
  const TestFamily *family = world->family;
  Scene *self = g_new0 (Scene, 1);
  g_autofree char *group = NULL;

  self->world = world;
  self->group = is_from_source (world) ? family->ssm_group : family->group;
  self->source = test_family_address (family, world->there, "v0");
  self->log = g_string_new (NULL);
  group = write_group (self);
  self->rx = rx_new_full ("groups", WORDS (group), "port", TEST_PORT, "interfaces", WORDS (iface),
                          "wait-for-interfaces", wait, NULL);
  g_signal_connect (self->rx, "interface-joined", G_CALLBACK (on_joined), self);
  g_signal_connect (self->rx, "interface-lost", G_CALLBACK (on_lost), self);
  return self;
}

static void
scene_free (Scene *self)
{
  g_object_unref (self->rx);
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

/* The peer sends again and again until one arrives. When the others have been read as well, one
 * more arrives at once. */
static void
assert_receives_from (Scene *self, Netns *ns, const char *name)
{
  g_autofree char *mark = g_strdup_printf ("mark %u", g_test_rand_int ());
  gint64 deadline = g_get_monotonic_time () + NETNS_DEADLINE_MS * G_TIME_SPAN_MILLISECOND;

  do
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      plain_send_from (ns, name, self->source, self->group, TEST_PORT, "hello");
      while (g_main_context_iteration (NULL, FALSE))
        continue;
    }
  while (!is_there (self->rx));
  while (is_there (self->rx))
    continue;
  plain_send_from (ns, name, self->source, self->group, TEST_PORT, mark);
  rx_assert_receives (self->rx, mark);
  rx_assert_empty (self->rx);
}

static void
assert_receives (Scene *self)
{
  assert_receives_from (self, self->world->there, "v0");
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
  return rx_path_counter (self->rx, self->group, name, "joins");
}

/* --- What the kernel keeps --------------------------------------------------------------- */

/* Nothing is joined again, and no event is emitted. */
static void
test_down_and_up (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "v0", FALSE);

  assert_receives (scene);
  for (guint i = 0; i < ROUNDS; i++)
    {
      netns_link_set_down (world->here, "v0");
      netns_link_set_up (world->here, "v0");
      assert_receives (scene);
      netns_link_set_down (world->there, "v0");
      netns_link_set_up (world->there, "v0");
      assert_receives (scene);
    }
  g_assert_cmpuint (count_joins (scene, "v0"), ==, 1);
  assert_events (scene, 0, 0);
  g_assert_cmpuint (netns_group_users (world->here, "v0", scene->group), ==, 1);
}

/* A socket that gets the reports of IGMPv3 that arrive at the peer. */
static GSocket *
report_listener_new (World *world)
{
  const struct ip_mreqn routers = {
    .imr_multiaddr.s_addr = inet_addr ("224.0.0.22"),
    .imr_ifindex = (int) netns_index (world->there, "v0"),
  };
  g_autoptr (GError) error = NULL;
  GSocket *self;
  int fd;

  NETNS_VISIT (world->there);
  fd = socket (AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_IGMP);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (setsockopt (fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &routers, sizeof routers), ==, 0);
  self = g_socket_new_from_fd (fd, &error);
  g_assert_no_error (error);
  return self;
}

/* Whether a report of the group is there, among others. */
static gboolean
is_reported (GSocket *listener, const char *group)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (group);
  guint8 packet[1500];

  while (g_socket_condition_check (listener, G_IO_IN) != 0)
    {
      gssize size = g_socket_receive (listener, (char *) packet, sizeof packet, NULL, NULL);

      g_assert_cmpint (size, >, 0);
      if (memmem (packet, (gsize) size, g_inet_address_to_bytes (address), 4) != NULL)
        return TRUE;
    }
  return FALSE;
}

static guint64
count_refreshes (Scene *self)
{
  return rx_path_counter (self->rx, self->group, "v0", "refreshes");
}

/* The switch may have forgotten who wants the group. */
static void
test_carrier_returns (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "v0", FALSE);

  assert_receives (scene);
  for (guint i = 1; i <= ROUNDS; i++)
    {
      g_autoptr (GSocket) listener = NULL;

      netns_link_set_down (world->there, "v0");
      netns_link_set_up (world->there, "v0");
      listener = report_listener_new (world);
      netns_assert_soon (count_refreshes (scene) == i);
      netns_assert_soon (is_reported (listener, scene->group));
      assert_receives (scene);
    }
  g_assert_cmpuint (count_joins (scene, "v0"), ==, 1);
  assert_events (scene, 0, 0);
}

/* There the kernel does so itself. */
static void
test_carrier_returns_ipv6 (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "v0", FALSE);

  netns_link_set_down (world->there, "v0");
  netns_link_set_up (world->there, "v0");
  assert_receives (scene);
  g_assert_cmpuint (count_refreshes (scene), ==, 0);
}

/* Nothing was joined, so there is nothing to report. */
static void
test_carrier_returns_without_join (World *world)
{
  g_autoptr (GSocket) joined = plain_receiver_new (world->here, "v0", TEST_GROUP, 5999);
  g_autoptr (McastRxSocket) rx = rx_new_full ("groups", WORDS (TEST_GROUP), "port", TEST_PORT,
                                              "interfaces", WORDS ("v0"), "auto-join", FALSE, NULL);

  netns_link_set_down (world->there, "v0");
  netns_link_set_up (world->there, "v0");
  g_clear_object (&joined);
  netns_assert_soon (netns_group_users (world->here, "v0", TEST_GROUP) == 0);
  g_assert_cmpuint (rx_path_counter (rx, TEST_GROUP, "v0", "refreshes"), ==, 0);
}

static void
test_down_and_up_of_any (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "*", FALSE);

  for (guint i = 0; i < ROUNDS; i++)
    {
      netns_link_set_down (world->here, "v0");
      netns_link_set_up (world->here, "v0");
      assert_receives (scene);
    }
  g_assert_cmpuint (count_joins (scene, "v0"), ==, 1);
  assert_events (scene, 0, 0);
}

static void
test_address_change (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "v0", FALSE);

  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autofree char *own = netns_ipv4 (world->here, "v0");
      g_autofree char *with_prefix = g_strconcat (own, "/24", NULL);

      netns_address_remove (world->here, "v0", with_prefix);
      assert_receives (scene);
      netns_address_add (world->here, "v0", "192.0.2.1/24");
      netns_address_add (world->here, "v0", with_prefix);
      assert_receives (scene);
      netns_address_remove (world->here, "v0", "192.0.2.1/24");
    }
  g_assert_cmpuint (count_joins (scene, "v0"), ==, 1);
  assert_events (scene, 0, 0);
}

/* An interface that was chosen by its address stays chosen while nobody else has the address. */
static void
test_chosen_by_address (World *world)
{
  g_autoptr (McastRxSocket) rx = NULL;

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
test_ipv6_away_and_back (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "v0", FALSE);

  for (guint i = 0; i < ROUNDS; i++)
    {
      netns_ip (world->here, "link set dev v0 mtu 1000\n");
      netns_ip (world->here, "link set dev v0 mtu 1500\n");
      netns_link_set_up (world->here, "v0");
      assert_receives (scene);
    }
  g_assert_cmpuint (netns_group_users (world->here, "v0", scene->group), ==, 1);
}

/* Switched off and on by the administrator. */
static void
test_ipv6_off_and_on (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "v0", FALSE);

  for (guint i = 0; i < ROUNDS; i++)
    {
      netns_sysctl (world->here, "ipv6/conf/v0/disable_ipv6", "1");
      netns_sysctl (world->here, "ipv6/conf/v0/disable_ipv6", "0");
      netns_link_set_up (world->here, "v0");
      assert_receives (scene);
    }
  g_assert_cmpuint (netns_group_users (world->here, "v0", scene->group), ==, 1);
  assert_events (scene, 0, 0);
}

/* --- What is recreated ------------------------------------------------------------------- */

static void
check_recreate (Scene *scene, gboolean same_index)
{
  guint index = netns_index (scene->world->here, "v0");

  for (guint i = 1; i <= ROUNDS; i++)
    {
      netns_link_delete (scene->world->here, "v0");
      netns_link_recreate (scene->world->here, "v0", same_index ? index : 0, 0);
      assert_receives (scene);
      g_assert_cmpuint (count_joins (scene, "v0"), ==, i + 1);
      g_assert_cmpuint (netns_group_users (scene->world->here, "v0", scene->group), ==, 1);
      assert_events (scene, i, i);
    }
  g_assert_true (g_str_has_prefix (scene->log->str, "-v0 +v0 -v0 +v0 "));
  rx_assert_sums (scene->rx);
}

static void
test_recreate_new_index (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "v0", FALSE);

  check_recreate (scene, FALSE);
}

static void
test_recreate_same_index (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "v0", FALSE);

  check_recreate (scene, TRUE);
}

static void
test_recreate_of_any (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "*", FALSE);

  check_recreate (scene, FALSE);
}

/* Deleted and added again at once, before anybody can look. */
static void
test_recreate_at_once (World *world)
{
  static const char *const sources[] = { "192.0.2.2", "2001:db8::2", "fe80::77:2" };
  g_autoptr (Scene) scene = scene_new (world, "w0", TRUE);

  netns_sysctl (world->here, "ipv4/conf/default/accept_local", "1");
  g_free (scene->source);
  scene->source = g_strdup (sources[world->family - test_families]);
  if (is_from_source (world))
    {
      g_autofree char *group = write_group (scene);

      g_assert_true (mcast_rx_socket_join (scene->rx, group, NULL));
    }
  for (guint i = 0; i < 20; i++)
    netns_ip (world->here,
              "%slink add name w0 index 70 type veth peer name w1\n"
              "link set dev w0 addrgenmode none\nlink set dev w1 addrgenmode none\n"
              "link set dev w0 up\nlink set dev w1 up\n"
              "addr add 192.0.2.1/24 dev w0\naddr add 192.0.2.2/24 dev w1\n"
              "addr add 2001:db8::1/64 dev w0 nodad\naddr add 2001:db8::2/64 dev w1 nodad\n"
              "addr add fe80::77:1/64 dev w0 nodad\naddr add fe80::77:2/64 dev w1 nodad\n",
              i == 0 ? "" : "link del dev w0\n");
  assert_receives_from (scene, world->here, "w1");
  g_assert_cmpuint (netns_group_users (world->here, "w0", scene->group), ==, 1);
}

/* More often than the kernel has memberships for a socket. */
static void
test_recreate_often (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "v0", FALSE);
  guint descriptors = count_descriptors ();

  for (guint i = 0; i < 25; i++)
    {
      netns_link_recreate (world->here, "v0", 0, 0);
      netns_assert_soon (netns_group_users (world->here, "v0", scene->group) == 1);
    }
  assert_receives (scene);
  g_assert_cmpuint (netns_group_users (world->here, "v0", scene->group), ==, 1);
  g_assert_cmpuint (count_descriptors (), <=, descriptors);
  assert_events (scene, 25, 25);
}

/* Two sockets with one group on an interface that returns with the same index: one must not take
 * the other's membership with its own stale one. */
static void
test_recreate_under_two (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "v0", FALSE);
  g_autofree char *group = write_group (scene);
  McastRxSocket *second = rx_new (WORDS (group), TEST_PORT, WORDS ("v0"));
  guint index = netns_index (world->here, "v0");

  for (guint i = 0; i < ROUNDS; i++)
    {
      netns_link_recreate (world->here, "v0", index, 0);
      netns_assert_soon (netns_group_users (world->here, "v0", scene->group) == 2);
    }
  g_object_unref (second);
  assert_receives (scene);
  netns_assert_soon (netns_group_users (world->here, "v0", scene->group) == 1);
}

/* On a socket of the caller's that has joined before: its stale membership is no membership. */
static void
test_recreate_under_shared_socket (World *world)
{
  const char *group = world->family->group;
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (group);
  g_autoptr (GSocket)
    socket = plain_bound_new (world->here, world->family->socket_family, TEST_PORT);
  guint index = netns_index (world->here, "v0");
  g_autoptr (McastRxSocket) rx = NULL;

  g_assert_true (g_socket_join_multicast_group (socket, address, FALSE, "v0", NULL));
  rx = rx_new_full ("groups", WORDS (group), "port", TEST_PORT, "interfaces", WORDS ("v0"),
                    "socket", socket, NULL);
  netns_link_delete (world->here, "v0");
  netns_link_recreate (world->here, "v0", index, 0);
  netns_assert_soon (netns_group_users (world->here, "v0", group) == 1);
  plain_send (world->there, "v0", group, TEST_PORT, "back");
  rx_assert_receives (rx, "back");
}

static void
test_move_and_back (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "v0", FALSE);
  g_autoptr (Netns) elsewhere = netns_new ();

  for (guint i = 1; i <= ROUNDS; i++)
    {
      netns_link_move (world->here, "v0", elsewhere);
      assert_events (scene, i - 1, i);
      g_assert_true (rx_path_is (scene->rx, scene->group, "v0", "waiting"));
      netns_link_move (elsewhere, "v0", world->here);
      assert_receives (scene);
      assert_events (scene, i, i);
      g_assert_cmpuint (netns_group_users (world->here, "v0", scene->group), ==, 1);
    }
}

/* A name is what is wanted: what is renamed is left, and what gets the name is joined. */
static void
test_rename (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "v0", FALSE);

  netns_link_rename (world->here, "v0", "away");
  assert_events (scene, 0, 1);
  netns_assert_soon (netns_group_users (world->here, "away", scene->group) == 0);
  netns_link_rename (world->here, "away", "v0");
  assert_receives (scene);
  assert_events (scene, 1, 1);
  netns_link_rename (world->here, "v0", "away");
  assert_events (scene, 1, 2);
  g_assert_cmpstr (scene->log->str, ==, "-v0 +v0 -v0 ");
}

/* For "*" a name means nothing. */
static void
test_rename_of_any (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "*", FALSE);
  g_autoptr (McastDatagram) datagram = NULL;

  netns_link_rename (world->here, "v0", "lan");
  assert_receives (scene);
  assert_events (scene, 0, 0);
  plain_send_from (world->there, "v0", scene->source, scene->group, TEST_PORT, "x");
  datagram = rx_receive (scene->rx);
  g_assert_cmpstr (mcast_datagram_get_interface_name (datagram), ==, "lan");
  g_assert_cmpuint (netns_group_users (world->here, "lan", scene->group), ==, 1);
}

/* --- What comes later -------------------------------------------------------------------- */

static void
test_waits_for_interface (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "later", TRUE);

  g_assert_true (rx_path_is (scene->rx, scene->group, "later", "waiting"));
  netns_link_rename (world->here, "v0", "later");
  assert_receives (scene);
  assert_events (scene, 1, 0);
  g_assert_cmpstr (scene->log->str, ==, "+later ");
}

static void
test_any_waits (World *world)
{
  g_autoptr (Scene) scene = NULL;

  netns_link_delete (world->here, "v0");
  scene = scene_new (world, "*", FALSE);
  netns_link_recreate (world->here, "v0", 0, 0);
  assert_receives (scene);
  assert_events (scene, 1, 0);
  netns_add_veth (world->here, "v1", world->there, "v1", NETNS_LINK_DEFAULT);
  assert_events (scene, 2, 0);
  g_assert_cmpuint (netns_group_users (world->here, "v1", scene->group), ==, 1);
}

/* An interface that is not wanted causes no event, and is not joined. */
static void
test_others_do_not_matter (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "v0", FALSE);

  netns_add_veth (world->here, "v1", world->there, "v1", NETNS_LINK_DEFAULT);
  netns_link_recreate (world->here, "v1", 0, 0);
  netns_link_delete (world->here, "v1");
  assert_receives (scene);
  assert_events (scene, 0, 0);
  g_assert_cmpuint (count_joins (scene, "v0"), ==, 1);
}

/* What the application changes itself causes the same events. */
static void
test_events_of_changes (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "v0", FALSE);

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
  g_ptr_array_unref (mcast_rx_socket_get_active_interfaces (rx));
  g_atomic_int_inc (&direct->n_events);
}

/* Without a main loop, and while nobody receives. */
static void
test_event_func (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  Direct direct = { 0 };
  gint64 deadline;

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

/* The function closes the socket, in the thread that calls it. */
static void
test_close_in_event_func (World *world)
{
  McastRxSocket *rx;
  gint n_events = 0;
  guint descriptors;

  g_object_unref (rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0")));
  descriptors = count_descriptors ();
  rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  mcast_rx_socket_set_event_func (rx, close_on_event, &n_events, NULL);
  netns_link_recreate (world->here, "v0", 0, 0);
  netns_assert_soon (g_atomic_int_get (&n_events) > 0);
  netns_assert_soon (count_threads () == 0);
  netns_assert_soon (count_descriptors () <= descriptors);
  g_assert_true (mcast_rx_socket_is_closed (rx));
  g_object_unref (rx);
}

/* Two threads that each have an event to deliver. */
typedef struct
{
  McastRxSocket *rx;
  McastTxSocket *tx;
  GMutex lock;
  gint n_events;
  gint done;
} Crossing;

static guint
count_interfaces (Crossing *self)
{
  g_autoptr (GPtrArray) interfaces = self->rx != NULL
                                       ? mcast_rx_socket_get_active_interfaces (self->rx)
                                       : mcast_tx_socket_get_active_interfaces (self->tx);

  return interfaces->len;
}

/* Wants a lock that the other thread holds while it changes the socket. */
static void
cross (Crossing *self)
{
  gint64 deadline = g_get_monotonic_time () + NETNS_DEADLINE_MS * G_TIME_SPAN_MILLISECOND;

  if (g_atomic_int_add (&self->n_events, 1) > 0)
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
  netns_assert_soon (g_atomic_int_get (&crossing->n_events) > 0);
  thread = g_thread_new ("adds", add_under_lock, crossing);
  netns_assert_soon (g_atomic_int_get (&crossing->done) == 2);
  netns_assert_soon (g_atomic_int_get (&crossing->n_events) == 2);
  g_thread_join (thread);
}

/* The function may wait for a thread that has an event to deliver. */
static void
test_event_func_crossing (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  Crossing crossing = { .rx = rx };

  mcast_rx_socket_set_event_func (rx, on_receiver_crossing, &crossing, NULL);
  assert_cross (world, &crossing);
  mcast_rx_socket_set_event_func (rx, NULL, NULL, NULL);
  g_mutex_clear (&crossing.lock);
}

static void
test_sender_event_func_crossing (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  Crossing crossing = { .tx = tx };

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
test_waiter (World *world)
{
  g_autoptr (Scene) scene = scene_new (world, "v0", FALSE);
  Waiter waiter = { .rx = scene->rx };
  GThread *thread = g_thread_new ("waiter", wait_in_thread, &waiter);

  netns_link_recreate (world->here, "v0", 0, 0);
  netns_assert_soon (netns_group_users (world->here, "v0", scene->group) == 1);
  plain_send_from (world->there, "v0", scene->source, scene->group, TEST_PORT, "woken");
  g_thread_join (thread);
  g_assert_cmpstr (waiter.text, ==, "woken");
  g_free (waiter.text);
}

/* --- Sending ----------------------------------------------------------------------------- */

typedef struct
{
  guint n_ready;
  guint n_lost;
} Events;

static void
on_ready (McastTxSocket *tx, McastInterface *iface, Events *events)
{
  events->n_ready++;
}

static void
on_tx_lost (McastTxSocket *tx, McastInterface *iface, Events *events)
{
  events->n_lost++;
}

static void
assert_sender_events (Events *events, guint n_ready, guint n_lost)
{
  netns_assert_soon (events->n_ready == n_ready && events->n_lost == n_lost);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpuint (events->n_ready, ==, n_ready);
  g_assert_cmpuint (events->n_lost, ==, n_lost);
}

static void
assert_arrives (World *world, McastTxSocket *tx)
{
  const char *group = world->family->group;
  g_autoptr (GSocket) receiver = plain_receiver_new (world->there, "v0", group, TEST_PORT);

  netns_assert_soon (tx_path_is (tx, group, "v0", "ready"));
  tx_send (tx, "arrives");
  plain_assert_receives (receiver, "arrives");
}

static McastTxSocket *
sender_new (World *world, Events *events)
{
  McastTxSocket *tx = tx_new (WORDS (world->family->group), TEST_PORT, WORDS ("v0"));

  g_signal_connect (tx, "interface-ready", G_CALLBACK (on_ready), events);
  g_signal_connect (tx, "interface-lost", G_CALLBACK (on_tx_lost), events);
  return tx;
}

static void
test_sender_recreate (World *world)
{
  const char *group = world->family->group;
  Events events = { 0 };
  g_autoptr (McastTxSocket) tx = sender_new (world, &events);
  guint index = netns_index (world->here, "v0");

  assert_arrives (world, tx);
  for (guint i = 1; i <= ROUNDS; i++)
    {
      g_autoptr (GError) error = NULL;

      netns_link_delete (world->here, "v0");
      netns_assert_soon (tx_path_is (tx, group, "v0", "waiting"));
      g_assert_false (tx_try_send (tx, "lost", &error));
      assert_error_says (error, MCAST_ERROR, MCAST_ERROR_INTERFACE_NOT_READY, "v0");
      netns_link_recreate (world->here, "v0", i % 2 == 0 ? index : 0, 0);
      assert_arrives (world, tx);
      assert_sender_events (&events, i, i);
    }
  tx_assert_sums (tx);
}

static void
test_sender_move_and_back (World *world)
{
  g_autoptr (Netns) elsewhere = netns_new ();
  Events events = { 0 };
  g_autoptr (McastTxSocket) tx = sender_new (world, &events);

  netns_link_move (world->here, "v0", elsewhere);
  assert_sender_events (&events, 0, 1);
  netns_link_move (elsewhere, "v0", world->here);
  assert_arrives (world, tx);
  assert_sender_events (&events, 1, 1);
}

static void
test_sender_rename (World *world)
{
  Events events = { 0 };
  g_autoptr (McastTxSocket) tx = sender_new (world, &events);

  netns_link_rename (world->here, "v0", "away");
  netns_assert_soon (!tx_try_send (tx, "nowhere", NULL));
  netns_link_rename (world->here, "away", "v0");
  assert_arrives (world, tx);
  netns_assert_soon (events.n_ready > 0 && events.n_ready == events.n_lost);
}

static void
test_sender_down_and_up (World *world)
{
  Events events = { 0 };
  g_autoptr (McastTxSocket) tx = sender_new (world, &events);

  for (guint i = 0; i < ROUNDS; i++)
    {
      netns_link_set_down (world->here, "v0");
      netns_assert_soon (!tx_try_send (tx, "nowhere", NULL));
      netns_link_set_up (world->here, "v0");
      assert_arrives (world, tx);
    }
}

/* The interface has no address yet, and gets one. */
static void
test_sender_waits_for_address (World *world)
{
  const char *group = world->family->group;
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (GError) error = NULL;

  netns_ip (world->here, "addr flush dev v0\n");
  tx = tx_new_full ("groups", WORDS (group), "port", TEST_PORT, "interfaces", WORDS ("v0"),
                    "wait-for-interfaces", TRUE, NULL);
  g_assert_false (tx_try_send (tx, "no", &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NO_ADDRESS, "v0");
  netns_ip (world->here, "addr add 192.0.2.1/24 dev v0\naddr add 2001:db8::1/64 dev v0 nodad\n"
                         "addr add fe80::77:1/64 dev v0 nodad\n");
  receiver = plain_receiver_new (world->there, "v0", group, TEST_PORT);
  netns_assert_soon (tx_path_is (tx, group, "v0", "ready"));
  tx_send (tx, "now");
  plain_assert_receives (receiver, "now");
}

/* Nothing can be sent from an address that the kernel still makes sure of, be it asked for. */
static void
test_sender_waits_for_source (World *world)
{
  const char *source = "2001:db8::1";
  g_autoptr (McastTxSocket) tx = NULL;
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (GSocketAddress) from = NULL;
  g_autoptr (GInetAddress) expected = g_inet_address_new_from_string (source);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  netns_sysctl (world->here, "ipv6/conf/v0/accept_dad", "1");
  netns_sysctl (world->here, "ipv6/conf/v0/dad_transmits", "1000");
  netns_ip (world->here, "addr add 2001:db8::1/64 dev v0\n");
  tx = tx_new_full ("groups", WORDS (TEST_GROUP6), "port", TEST_PORT, "interfaces", WORDS ("v0"),
                    "source-address", source, NULL);
  g_assert_true (tx_path_is (tx, TEST_GROUP6, "v0", "failed"));
  g_assert_false (tx_try_send (tx, "no", &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NO_ADDRESS, source);

  netns_ip (world->here, "addr del 2001:db8::1/64 dev v0\naddr add 2001:db8::1/64 dev v0 nodad\n");
  receiver = plain_receiver_new (world->there, "v0", TEST_GROUP6, TEST_PORT);
  netns_assert_soon (tx_path_is (tx, TEST_GROUP6, "v0", "ready"));
  tx_send (tx, "now");
  text = plain_receive (receiver, &from);
  g_assert_cmpstr (text, ==, "now");
  g_assert_true (
    g_inet_address_equal (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (from)),
                          expected));
}

/* The destination of one datagram may wait for nothing, but comes back like the others. */
static void
test_sender_ad_hoc (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (NULL, 0, WORDS ("v0"));
  g_autoptr (GSocket) receiver = NULL;
  g_autoptr (GSocketAddress) to = plain_address_new (TEST_GROUP, TEST_PORT, 0);
  g_autoptr (GBytes) payload = g_bytes_new_static ("x", 1);

  g_assert_true (mcast_tx_socket_send_to (tx, to, payload, NULL, NULL));
  netns_link_recreate (world->here, "v0", 0, 0);
  receiver = plain_receiver_new (world->there, "v0", TEST_GROUP, TEST_PORT);
  netns_assert_soon (mcast_tx_socket_send_to (tx, to, payload, NULL, NULL));
  plain_assert_receives (receiver, "x");
}

/* --- Memory ------------------------------------------------------------------------------ */

#define N_MEMORY_GROUPS 20
#define N_MEMORY_ROUNDS 40
/* A third of what the paths of all rounds take. The sources of the last datagrams are
 * remembered. */
#define MAX_GROWTH 150000

/* Recreates v0, and receives one datagram that the socket was waited for. */
static void
recreate_and_receive (World *world, McastRxSocket *rx)
{
  netns_link_recreate (world->here, "v0", 0, 0);
  netns_assert_soon (netns_group_users (world->here, "v0", TEST_GROUP) == 1);
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "new");
  rx_assert_receives (rx, "new");
}

/* Interfaces that come and go leave no memory allocated, although the reader only reads when data
 * is available, and so never finds a socket empty. */
static void
test_memory (World *world)
{
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func (g_free);
  gsize before;

  if (mallinfo2 ().uordblks == 0)
    {
      g_test_skip ("Something else replaces malloc() here");
      return;
    }
  for (guint i = 0; i < N_MEMORY_GROUPS; i++)
    g_ptr_array_add (groups, g_strdup_printf ("233.252.0.%u", 1 + i));
  g_ptr_array_add (groups, NULL);
  rx = rx_new ((const char *const *) groups->pdata, TEST_PORT, WORDS ("v0"));
  for (guint i = 0; i < 5; i++)
    recreate_and_receive (world, rx);
  before = mallinfo2 ().uordblks;
  for (guint i = 0; i < N_MEMORY_ROUNDS; i++)
    recreate_and_receive (world, rx);
  g_assert_cmpuint (mallinfo2 ().uordblks, <, before + MAX_GROWTH);
}

/* --- Both -------------------------------------------------------------------------------- */

/* Many sockets on many interfaces that are all taken away at once. */
static void
test_all_at_once (World *world)
{
  const char *const *groups = WORDS (TEST_GROUP, TEST_GROUP_2, TEST_GROUP6, TEST_GROUP6_LOCAL);
  McastRxSocket *sockets[10];

  for (guint i = 0; i < 10; i++)
    sockets[i] = rx_new (groups, TEST_PORT,
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

      for (guint j = 0; groups[j] != NULL; j++)
        netns_assert_soon (netns_group_users (world->here, name, groups[j]) == 10);
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

/* A test for each kind of group. */
static void
add_kinds (const char *prefix, WorldTest test)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = g_strdup_printf ("/recovery/%s/%s/%s", prefix, test.family->name,
                                               kinds[i].name);

      test.data = &kinds[i];
      world_test_add_full (path, test);
    }
}

static void
add_cases (const char *prefix, guint n_links, WorldTestFunc func)
{
  for (guint i = 0; i < N_TEST_FAMILIES; i++)
    add_kinds (prefix, (WorldTest) { n_links, func, .family = &test_families[i] });
}

static void
add_ipv6_cases (const char *prefix, NetnsAbility needs, WorldTestFunc func)
{
  for (guint i = 1; i < N_TEST_FAMILIES; i++)
    add_kinds (prefix, (WorldTest) { 1, func, needs, .family = &test_families[i] });
}

static void
add_sender_cases (const char *prefix, WorldTestFunc func)
{
  for (guint i = 0; i < N_TEST_FAMILIES; i++)
    {
      g_autofree char *path = g_strdup_printf ("/recovery/sender/%s/%s/any-source", prefix,
                                               test_families[i].name);

      world_test_add_full (path, (WorldTest) { 1, func, .family = &test_families[i] });
    }
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  add_cases ("down-and-up", 1, test_down_and_up);
  add_cases ("down-and-up-of-any", 1, test_down_and_up_of_any);
  add_kinds ("carrier-returns",
             (WorldTest) { 1, test_carrier_returns, .family = &test_families[0] });
  add_ipv6_cases ("carrier-returns", 0, test_carrier_returns_ipv6);
  world_test_add ("/recovery/carrier-returns/without-join", 1, test_carrier_returns_without_join);
  add_cases ("address-change", 1, test_address_change);
  add_ipv6_cases ("ipv6-away-and-back", 0, test_ipv6_away_and_back);
  add_ipv6_cases ("ipv6-off-and-on", NETNS_SYSCTL, test_ipv6_off_and_on);
  add_cases ("recreate-new-index", 1, test_recreate_new_index);
  add_cases ("recreate-same-index", 1, test_recreate_same_index);
  add_cases ("recreate-of-any", 1, test_recreate_of_any);
  add_cases ("recreate-at-once", 1, test_recreate_at_once);
  add_cases ("recreate-often", 1, test_recreate_often);
  add_cases ("recreate-under-two", 1, test_recreate_under_two);
  add_cases ("move-and-back", 1, test_move_and_back);
  add_cases ("rename", 2, test_rename);
  add_cases ("rename-of-any", 1, test_rename_of_any);
  add_cases ("waits-for-interface", 1, test_waits_for_interface);
  add_cases ("waiter", 1, test_waiter);
  world_test_add_families ("/recovery/any-waits", 1, test_any_waits);
  world_test_add_full ("/recovery/recreate-under-shared-socket/ipv4",
                       (WorldTest) { 1, test_recreate_under_shared_socket });
  world_test_add_full ("/recovery/recreate-under-shared-socket/ipv6",
                       (WorldTest) { 1, test_recreate_under_shared_socket,
                                     .family = &test_families[1] });
  world_test_add ("/recovery/chosen-by-address", 2, test_chosen_by_address);
  world_test_add ("/recovery/others-do-not-matter", 1, test_others_do_not_matter);
  world_test_add ("/recovery/events-of-changes", 2, test_events_of_changes);
  world_test_add ("/recovery/event-func", 1, test_event_func);
  world_test_add ("/recovery/event-func/closes", 1, test_close_in_event_func);
  world_test_add ("/recovery/event-func/crossing", 2, test_event_func_crossing);
  world_test_add ("/recovery/event-func/crossing-of-sender", 2, test_sender_event_func_crossing);
  add_sender_cases ("recreate", test_sender_recreate);
  add_sender_cases ("move-and-back", test_sender_move_and_back);
  add_sender_cases ("rename", test_sender_rename);
  add_sender_cases ("down-and-up", test_sender_down_and_up);
  add_sender_cases ("waits-for-address", test_sender_waits_for_address);
  world_test_add_full ("/recovery/sender/waits-for-source",
                       (WorldTest) { 1, test_sender_waits_for_source, .needs = NETNS_SYSCTL });
  world_test_add ("/recovery/sender/ad-hoc", 1, test_sender_ad_hoc);
  world_test_add ("/recovery/memory", 1, test_memory);
  world_test_add ("/recovery/all-at-once", 5, test_all_at_once);
  return g_test_run ();
}
