/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

#include <time.h>

/* Groups and interfaces come and go while datagrams do: what stays has no gap. */

#define RATE 20000
#define N_DATAGRAMS 30000

/* Numbered datagrams to one group at a steady rate, from a thread of its own. */
typedef struct
{
  World *world;
  const char *name;
  const char *group;
  gint is_done;
} Stream;

static gpointer
stream_in_thread (gpointer data)
{
  Stream *stream = data;
  guint index = netns_index (stream->world->there, stream->name);
  g_autoptr (GSocketAddress) to = plain_address_new (stream->group, TEST_PORT, index);
  g_autoptr (GSocket) sender = plain_sender_new (stream->world->there, stream->name,
                                                 g_socket_address_get_family (to), NULL);
  gint64 begin = g_get_monotonic_time ();

  for (guint32 i = 0; i < N_DATAGRAMS; i++)
    {
      gint64 due = begin + (gint64) i * G_USEC_PER_SEC / RATE;

      while (g_get_monotonic_time () < due)
        g_usleep (100);
      plain_send_data (sender, to, &i, sizeof i);
    }
  g_atomic_int_set (&stream->is_done, TRUE);
  return NULL;
}

/* Receives them all, in their order, and counts what else comes. */
typedef struct
{
  McastRxSocket *rx;
  const char *group;
  const char *name;
  guint32 next;
  guint n_gaps;
  guint n_others;
} Counter;

static gpointer
count_in_thread (gpointer data)
{
  Counter *counter = data;
  g_autoptr (GInetAddress) group = g_inet_address_new_from_string (counter->group);

  while (counter->next < N_DATAGRAMS)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) batch = mcast_rx_socket_receive_batch (counter->rx, 64, NULL, &error);

      if (batch == NULL)
        break;
      for (guint i = 0; i < batch->len; i++)
        {
          McastDatagram *datagram = batch->pdata[i];
          guint32 number = 0;

          if (!g_inet_address_equal (mcast_datagram_get_group (datagram), group)
              || !g_str_equal (mcast_datagram_get_interface_name (datagram), counter->name))
            {
              counter->n_others++;
              continue;
            }
          memcpy (&number, g_bytes_get_data (mcast_datagram_get_payload (datagram), NULL),
                  sizeof number);
          counter->n_gaps += number != counter->next;
          counter->next = number + 1;
        }
    }
  return NULL;
}

typedef void (*ChangeFunc) (World *world, McastRxSocket *rx, guint round);

typedef struct
{
  const char *name;
  const char *group;
  ChangeFunc change;
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
  Stream stream = { 0 };
  Counter counter = { 0 };
  GThread *sender;
  GThread *receiver;
  guint round = 0;

  counter.rx = rx_new_full ("groups", WORDS (test->group), "port", TEST_PORT, "interfaces",
                            WORDS ("v0"), "timeout-us", (gint64) 5000000, NULL);
  counter.group = test->group;
  counter.name = "v0";
  stream.world = world;
  stream.name = "v0";
  stream.group = test->group;
  receiver = g_thread_new ("receiver", count_in_thread, &counter);
  sender = g_thread_new ("sender", stream_in_thread, &stream);
  while (!g_atomic_int_get (&stream.is_done))
    test->change (world, counter.rx, round++);
  g_thread_join (sender);
  g_thread_join (receiver);
  g_test_message ("%u changes", round);
  /* What the kernel had no room for is the machine's fault, not a gap of ours. */
  if (rx_counter (counter.rx, "kernel-dropped") == 0)
    {
      g_assert_cmpuint (counter.n_gaps, ==, 0);
      g_assert_cmpuint (counter.next, ==, N_DATAGRAMS);
      g_assert_cmpuint (rx_path_counter (counter.rx, test->group, "v0", "delivered"), ==,
                        N_DATAGRAMS);
    }
  g_assert_cmpuint (rx_path_counter (counter.rx, test->group, "v0", "delivered")
                      + rx_counter (counter.rx, "kernel-dropped"),
                    ==, N_DATAGRAMS);
  g_assert_cmpuint (rx_path_counter (counter.rx, test->group, "v0", "joins"), ==, 1);
  g_assert_cmpuint (round, >, 0);
  rx_assert_sums (counter.rx);
  g_object_unref (counter.rx);
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
  g_autoptr (GError) error = NULL;

  for (guint i = 10; i < 60; i++)
    {
      g_autofree char *group = g_strdup_printf (round % 2 == 0 ? "ff12::%u" : "233.252.0.%u", i);

      assert_change (mcast_rx_socket_join (rx, group, &error), error);
    }
  for (guint i = 10; i < 60; i++)
    {
      g_autofree char *group = g_strdup_printf (round % 2 == 0 ? "ff12::%u" : "233.252.0.%u", i);

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
  { "groups/ipv4", TEST_GROUP, change_groups },
  { "groups/ipv6", TEST_GROUP6, change_groups },
  { "groups/ipv6-link-local", TEST_GROUP6_LOCAL, change_groups },
  { "many-groups/ipv4", TEST_GROUP, change_many_groups },
  { "many-groups/ipv6-link-local", TEST_GROUP6_LOCAL, change_many_groups },
  { "interfaces/ipv4", TEST_GROUP, change_interfaces },
  { "interfaces/ipv6", TEST_GROUP6, change_interfaces },
  { "interfaces/ipv6-link-local", TEST_GROUP6_LOCAL, change_interfaces },
  { "selectors/ipv4", TEST_GROUP, change_selectors },
  { "selectors/ipv6", TEST_GROUP6, change_selectors },
  { "sources/ipv4", TEST_GROUP, change_sources },
  { "sources/ipv6", TEST_GROUP6, change_sources },
  { "sources-on-two/ipv4", TEST_GROUP, change_sources_on_two },
  { "sources-on-two/ipv6", TEST_GROUP6, change_sources_on_two },
  { "machine/ipv4", TEST_GROUP, change_machine },
  { "machine/ipv6", TEST_GROUP6, change_machine },
  { "addresses/ipv4", TEST_GROUP, change_addresses },
};

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/change/", cases[i].name, NULL);

      world_test_add_data (path, 3, &cases[i], run_case);
    }
  return g_test_run ();
}
