/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

#include <time.h>

/* Groups and interfaces come and go while datagrams do: what stays has no gap. */

#define RATE 20000
#define N_DATAGRAMS 30000
/* At most this number waits, so that none is dropped. The default buffer holds about 250 of them,
 * and the kernel may keep a quarter of it for datagrams that were read already. */
#define WINDOW 50
/* After this number of datagrams come some that were not asked for. */
#define N_BETWEEN_UNWANTED 100

/* Numbered datagrams to one group at a steady rate, and what a receiver makes of them; each from a
 * thread of its own. */
typedef struct
{
  World *world;
  const char *group;
  const char *unwanted_group;
  const char *unwanted_link; /* or NULL */
  McastRxSocket *rx;
  gint is_sent;

  gint next;
  guint n_gaps;
  guint n_others;
  gint is_received;
} Stream;

static void
await_turn (Stream *self, guint number, gint64 begin)
{
  gint64 due = begin + (gint64) number * G_USEC_PER_SEC / RATE;

  while (g_get_monotonic_time () < due)
    g_usleep (100);
  while (number >= (guint) g_atomic_int_get (&self->next) + WINDOW
         && !g_atomic_int_get (&self->is_received))
    g_usleep (100);
}

static void
send_unwanted (Stream *self)
{
  plain_send (self->world->there, "v0", self->unwanted_group, TEST_PORT, "unwanted");
  if (self->unwanted_link != NULL)
    plain_send (self->world->there, self->unwanted_link, self->group, TEST_PORT, "unwanted");
}

static gpointer
send_in_thread (gpointer data)
{
  Stream *self = data;
  g_autoptr (GSocket)
    sender = plain_sender_new_to (self->world->there, "v0", self->group, TEST_PORT);
  gint64 begin = g_get_monotonic_time ();

  for (guint32 i = 0; i < N_DATAGRAMS; i++)
    {
      await_turn (self, i, begin);
      plain_send_data (sender, NULL, &i, sizeof i);
      if (i % N_BETWEEN_UNWANTED == 0)
        send_unwanted (self);
    }
  g_atomic_int_set (&self->is_sent, TRUE);
  return NULL;
}

/* What was sent unwanted is longer than a number. */
static void
count (Stream *self, McastDatagram *datagram)
{
  g_autofree char *group = g_inet_address_to_string (mcast_datagram_get_group (datagram));
  guint32 number = 0;
  gsize size;
  gconstpointer payload = g_bytes_get_data (mcast_datagram_get_payload (datagram), &size);

  if (size != sizeof number || !g_str_equal (group, self->group)
      || !g_str_equal (mcast_datagram_get_interface_name (datagram), "v0"))
    {
      self->n_others++;
      return;
    }
  memcpy (&number, payload, sizeof number);
  self->n_gaps += number != (guint32) self->next;
  g_atomic_int_set (&self->next, (gint) number + 1);
}

static gpointer
receive_in_thread (gpointer data)
{
  Stream *self = data;

  while (self->next < N_DATAGRAMS)
    {
      g_autoptr (GPtrArray) batch = mcast_rx_socket_receive_batch (self->rx, 64, NULL, NULL);

      if (batch == NULL)
        break;
      for (guint i = 0; i < batch->len; i++)
        count (self, batch->pdata[i]);
    }
  g_atomic_int_set (&self->is_received, TRUE);
  return NULL;
}

typedef void (*ChangeFunc) (World *world, McastRxSocket *rx, guint round);

typedef struct
{
  const char *name;
  guint n_families;
  ChangeFunc change;
  gboolean wants_any; /* at times every interface is wanted */
} Case;

static void
assert_change (gboolean changed, GError *error)
{
  g_assert_no_error (error);
  g_assert_true (changed);
}

static void
run_case (World *world)
{
  const Case *test = world->data;
  const char *group = world->family->group;
  g_autofree char *unwanted = test_family_group (world->family, 1000);
  g_autoptr (GSocket) witness = plain_receiver_new (world->here, "v0", unwanted, TEST_PORT);
  g_autoptr (GSocket) other_witness = plain_receiver_new (world->here, "v3", group, TEST_PORT);
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (group), TEST_PORT, WORDS ("v0"));
  Stream stream = { .world = world,
                    .group = group,
                    .unwanted_group = unwanted,
                    .unwanted_link = test->wants_any ? NULL : "v3",
                    .rx = rx };
  GThread *receiver = g_thread_new ("receiver", receive_in_thread, &stream);
  GThread *sender = g_thread_new ("sender", send_in_thread, &stream);
  guint round = 0;

  while (!g_atomic_int_get (&stream.is_sent))
    test->change (world, rx, round++);
  g_thread_join (sender);
  g_thread_join (receiver);
  g_test_message ("%u changes", round);
  g_assert_cmpuint (round, >, 0);
  g_assert_true (plain_has_data (witness));
  g_assert_true (plain_has_data (other_witness));
  g_assert_cmpuint (stream.n_others, ==, 0);
  g_assert_cmpuint (stream.n_gaps, ==, 0);
  g_assert_cmpint (stream.next, ==, N_DATAGRAMS);
  g_assert_cmpuint (rx_counter (rx, "kernel-dropped"), ==, 0);
  g_assert_cmpuint (rx_path_counter (rx, group, "v0", "delivered"), ==, N_DATAGRAMS);
  g_assert_cmpuint (rx_path_counter (rx, group, "v0", "joins"), ==, 1);
  rx_assert_sums (rx);
}

static void
change_groups (World *world, McastRxSocket *rx, guint round)
{
  static const char *const groups[] = { "233.252.0.2", "233.252.0.3", "ff15::2", "ff12::3",
                                        "10.0.0.1@232.1.1.1" };
  const char *group = groups[round % G_N_ELEMENTS (groups)];
  g_autoptr (GError) error = NULL;

  assert_change (mcast_rx_socket_join (rx, group, &error), error);
  assert_change (mcast_rx_socket_leave (rx, group, &error), error);
}

static void
change_many_groups (World *world, McastRxSocket *rx, guint round)
{
  const TestFamily *family = &test_families[round % 2 == 0 ? 2 : 0];
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *group = test_family_group (family, i);

      assert_change (mcast_rx_socket_join (rx, group, &error), error);
    }
  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *group = test_family_group (family, i);

      assert_change (mcast_rx_socket_leave (rx, group, &error), error);
    }
}

static void
change_interfaces (World *world, McastRxSocket *rx, guint round)
{
  const char *name = round % 2 == 0 ? "v1" : "v2";
  g_autoptr (GError) error = NULL;

  assert_change (mcast_rx_socket_add_interface (rx, name, &error), error);
  assert_change (mcast_rx_socket_remove_interface (rx, name, &error), error);
}

/* The same interface under another name, so that the first one may go. */
static void
change_selectors (World *world, McastRxSocket *rx, guint round)
{
  g_autoptr (GError) error = NULL;

  assert_change (mcast_rx_socket_add_interface (rx, "*", &error), error);
  assert_change (mcast_rx_socket_remove_interface (rx, "v0", &error), error);
  assert_change (mcast_rx_socket_add_interface (rx, "v0", &error), error);
  assert_change (mcast_rx_socket_remove_interface (rx, "*", &error), error);
}

/* The filter widens and narrows, and lets the stream through all the time. */
static void
change_sources (World *world, McastRxSocket *rx, guint round)
{
  g_auto (GStrv) groups = mcast_rx_socket_get_groups (rx);
  g_autofree char *one = NULL;
  g_autoptr (GError) error = NULL;

  one = strchr (groups[0], ':') != NULL ? g_strconcat ("!fd77::1@", groups[0], NULL)
                                        : g_strconcat ("!10.77.0.1@", groups[0], NULL);
  assert_change (mcast_rx_socket_join (rx, one, &error), error);
  assert_change (mcast_rx_socket_leave (rx, groups[0], &error), error);
  assert_change (mcast_rx_socket_join (rx, groups[0], &error), error);
  assert_change (mcast_rx_socket_leave (rx, one, &error), error);
}

/* The same on two interfaces, whose filters are one and change together. */
static void
change_sources_on_two (World *world, McastRxSocket *rx, guint round)
{
  if (round == 0)
    g_assert_true (mcast_rx_socket_add_interface (rx, "v1", NULL));
  change_sources (world, rx, round);
}

/* Other interfaces of the machine vanish and come back. */
static void
change_machine (World *world, McastRxSocket *rx, guint round)
{
  g_autoptr (GError) error = NULL;

  if (round == 0)
    {
      assert_change (mcast_rx_socket_add_interface (rx, "v1", &error), error);
      assert_change (mcast_rx_socket_add_interface (rx, "*", &error), error);
    }
  netns_link_recreate (world->here, round % 2 == 0 ? "v1" : "v2", 0, 0);
}

/* Its own interface is renamed, gets and loses addresses, and others watch. */
static void
change_addresses (World *world, McastRxSocket *rx, guint round)
{
  g_autoptr (GVariant) stats = mcast_rx_socket_get_stats (rx);

  g_assert_nonnull (stats);
  netns_address_add (world->here, "v0", "192.0.2.1/24");
  netns_address_remove (world->here, "v0", "192.0.2.1/24");
}

static const Case cases[] = {
  { "groups", 3, change_groups },         { "many-groups", 3, change_many_groups },
  { "interfaces", 3, change_interfaces }, { "selectors", 2, change_selectors, TRUE },
  { "sources", 2, change_sources },       { "sources-on-two", 2, change_sources_on_two },
  { "machine", 2, change_machine, TRUE }, { "addresses", 1, change_addresses },
};

static void
add_case (const Case *test)
{
  for (guint i = 0; i < test->n_families; i++)
    {
      g_autofree char *path = g_strdup_printf ("/change/%s/%s", test->name, test_families[i].name);

      world_test_add_full (path,
                           (WorldTest) { 4, run_case, .family = &test_families[i], .data = test });
    }
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    add_case (&cases[i]);
  return g_test_run ();
}
