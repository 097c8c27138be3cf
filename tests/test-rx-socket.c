/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"

#include <netinet/udp.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

/* --- What a datagram says ---------------------------------------------------------------- */

static void
set_hops (GSocket *socket, int hops)
{
  gboolean is_ipv4 = g_socket_get_family (socket) == G_SOCKET_FAMILY_IPV4;

  g_assert_true (g_socket_set_option (socket, is_ipv4 ? IPPROTO_IP : IPPROTO_IPV6,
                                      is_ipv4 ? IP_MULTICAST_TTL : IPV6_MULTICAST_HOPS, hops,
                                      NULL));
}

static void
assert_source_is (McastDatagram *datagram, GSocket *sender, const char *address)
{
  GSocketAddress *source = G_SOCKET_ADDRESS (mcast_datagram_get_source (datagram));
  g_autofree char *host = plain_address_host (source);

  g_assert_cmpstr (host, ==, address);
  g_assert_cmpuint (plain_address_port (source), ==, plain_local_port (sender));
}

static void
test_details (World *world)
{
  const TestFamily *family = world->family;
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (family->group), TEST_PORT, WORDS ("v0", "v1"));
  guint index = netns_index (world->here, "v1");
  g_autofree char *source = test_family_address (family, world->there, "v1");
  g_autoptr (GSocket) sender = plain_sender_new (world->there, "v1", family->socket_family, source);
  g_autoptr (GSocketAddress)
    to = plain_address_new (family->group, TEST_PORT, netns_index (world->there, "v1"));
  g_autoptr (McastDatagram) datagram = NULL;
  g_autofree char *group = NULL;

  set_hops (sender, 7);
  plain_send_data (sender, to, "what", 4);

  datagram = rx_receive (rx);
  assert_source_is (datagram, sender, source);
  group = g_inet_address_to_string (mcast_datagram_get_group (datagram));
  g_assert_cmpstr (group, ==, family->group);
  g_assert_cmpuint (mcast_datagram_get_port (datagram), ==, TEST_PORT);
  g_assert_cmpuint (mcast_datagram_get_interface_index (datagram), ==, index);
  g_assert_cmpstr (mcast_datagram_get_interface_name (datagram), ==, "v1");
  g_assert_cmpint (mcast_datagram_get_hop_limit (datagram), ==, 7);
  g_assert_false (mcast_datagram_is_truncated (datagram));
  g_assert_cmpuint (g_bytes_get_size (mcast_datagram_get_payload (datagram)), ==, 4);
  if (g_str_equal (family->group, TEST_GROUP6_LOCAL))
    g_assert_cmpuint (g_inet_socket_address_get_scope_id (mcast_datagram_get_source (datagram)), ==,
                      index);
}

/* The kernel may give a socket's first datagrams no time; then it is 0, and counted. */
static void
test_arrival_time (World *world)
{
  gint64 before = g_get_real_time () * 1000;
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  gint64 last = before;
  guint64 n = 0;
  guint64 n_without = 0;

  for (gint64 time = 0; time == 0; n++)
    {
      g_autoptr (McastDatagram) datagram = NULL;

      g_assert_cmpint (g_get_real_time () * 1000, <, before + NETNS_DEADLINE_MS * 1000000L);
      plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "when");
      datagram = rx_receive (rx);
      time = mcast_datagram_get_arrival_time (datagram);
      n_without += time == 0;
      last = time;
    }
  g_assert_cmpint (last, >=, before);
  g_assert_cmpint (last, <=, g_get_real_time () * 1000);
  g_assert_cmpuint (rx_counter (rx, "delivered"), ==, n);
  g_assert_cmpuint (rx_counter (rx, "without-timestamp"), ==, n_without);
}

/* --- Sizes ------------------------------------------------------------------------------- */

typedef struct
{
  const TestFamily *family;
  gsize size;
} Size;

static const Size sizes[] = {
  { &test_families[0], 0 },     { &test_families[0], 1 },     { &test_families[0], 1472 },
  { &test_families[0], 1473 },  { &test_families[0], 65506 }, { &test_families[0], 65507 },
  { &test_families[1], 0 },     { &test_families[1], 1453 },  { &test_families[1], 65507 },
  { &test_families[1], 65508 }, { &test_families[1], 65527 },
};

static void
test_size (World *world)
{
  const Size *size = world->data;
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GSocket) sender = NULL;
  g_autoptr (GSocketAddress) to = NULL;
  g_autofree guint8 *payload = g_malloc (size->size + 1);
  g_autoptr (McastDatagram) datagram = NULL;
  gsize received_size;
  gconstpointer received;

  for (gsize i = 0; i < size->size; i++)
    payload[i] = (guint8) (i * 7 + (i >> 8));
  rx = rx_new (WORDS (size->family->group), TEST_PORT, WORDS ("v0"));
  sender = plain_sender_new (world->there, "v0", size->family->socket_family, NULL);
  to = plain_address_new (size->family->group, TEST_PORT, 0);
  plain_send_data (sender, to, payload, size->size);

  datagram = rx_receive (rx);
  received = g_bytes_get_data (mcast_datagram_get_payload (datagram), &received_size);
  g_assert_cmpmem (received, received_size, payload, size->size);
  g_assert_false (mcast_datagram_is_truncated (datagram));
  g_assert_cmpuint (rx_counter (rx, "truncated"), ==, 0);
  g_assert_cmpuint (rx_counter (rx, "bytes"), ==, size->size);
}

static gpointer
get_payload (gpointer datagram)
{
  return mcast_datagram_get_payload (datagram);
}

static void
test_payload_outlives_datagram (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GBytes) payload = NULL;
  McastDatagram *datagram;
  GThread *thread;

  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "kept");

  datagram = rx_receive (rx);
  thread = g_thread_new ("reader", get_payload, datagram);
  payload = g_bytes_ref (mcast_datagram_get_payload (datagram));
  g_assert_true (g_thread_join (thread) == payload);
  mcast_datagram_unref (datagram);
  g_clear_object (&rx);
  g_assert_cmpmem (g_bytes_get_data (payload, NULL), g_bytes_get_size (payload), "kept", 4);
}

/* --- Batches ----------------------------------------------------------------------------- */

static void
send_numbered (World *world, const char *name, guint n)
{
  g_autoptr (GSocket) sender = plain_sender_new (world->there, name, G_SOCKET_FAMILY_IPV4, NULL);
  g_autoptr (GSocketAddress) to = plain_address_new (TEST_GROUP, TEST_PORT, 0);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      plain_send_data (sender, to, text, strlen (text));
    }
}

static void
test_batch (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  guint next = 0;

  send_numbered (world, "v0", 200);
  while (next < 200)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) batch = mcast_rx_socket_receive_batch (rx, 70, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (batch->len, >, 0);
      g_assert_cmpuint (batch->len, <=, 70);
      for (guint i = 0; i < batch->len; i++, next++)
        {
          g_autofree char *text = datagram_text (batch->pdata[i]);
          g_autofree char *expected = g_strdup_printf ("%u", next);

          g_assert_cmpstr (text, ==, expected);
        }
    }
  rx_assert_empty (rx);
}

/* One call gives all that is there, also where each group has an OS socket of its own. */
static void
test_batch_of_many_groups (World *world)
{
  const guint n_groups = 100;
  g_autoptr (McastRxSocket) rx = NULL;
  g_autoptr (GPtrArray) batch = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) groups = g_new0 (char *, n_groups + 1);

  for (guint i = 0; i < n_groups; i++)
    groups[i] = test_family_group (world->family, i);
  rx = rx_new ((const char *const *) groups, TEST_PORT, WORDS ("v0"));
  for (guint i = 0; i < n_groups; i++)
    for (guint j = 0; j <= i % 10; j++)
      plain_send (world->there, "v0", groups[i], TEST_PORT, "x");

  batch = mcast_rx_socket_receive_batch (rx, 1000, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (batch->len, ==, 550);
  rx_assert_empty (rx);
}

static void
test_batch_of_none (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) batch = mcast_rx_socket_receive_batch (rx, 0, NULL, &error);

  g_assert_null (batch);
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "0");
}

static void
assert_payloads (McastRxSocket *rx, guint max, const char *expected, const guint *expected_lengths,
                 gsize n_expected)
{
  g_autofree guint *lengths = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) payloads = NULL;
  gsize n_lengths;
  gsize size;
  gconstpointer data;

  payloads = mcast_rx_socket_receive_payloads (rx, max, &lengths, &n_lengths, NULL, &error);
  g_assert_no_error (error);
  data = g_bytes_get_data (payloads, &size);
  g_assert_cmpmem (data, size, expected, strlen (expected));
  g_assert_cmpmem (lengths, n_lengths * sizeof *lengths, expected_lengths,
                   n_expected * sizeof *expected_lengths);
}

static void
test_payloads (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GError) error = NULL;
  guint *lengths;
  gsize n_lengths;

  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "one");
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "");
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "three");
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "");
  assert_payloads (rx, 3, "onethree", (const guint[]) { 3, 0, 5 }, 3);
  assert_payloads (rx, G_MAXUINT, "", (const guint[]) { 0 }, 1);
  g_assert_cmpuint (rx_counter (rx, "delivered"), ==, 4);

  g_assert_null (mcast_rx_socket_receive_payloads (rx, 0, &lengths, &n_lengths, NULL, &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "0");
  g_clear_error (&error);
  g_object_set (rx, "timeout-us", (gint64) 0, NULL);
  g_assert_null (mcast_rx_socket_receive_payloads (rx, 5, &lengths, &n_lengths, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

/* A run gives the sizes of its datagrams, the last of which may be shorter. */
static void
test_payloads_of_runs (World *world)
{
  g_autoptr (McastRxSocket)
    rx = rx_new_full ("groups", WORDS (TEST_GROUP), "port", TEST_PORT, "interfaces", WORDS ("v0"),
                      "receive-offload", TRUE, NULL);
  g_autoptr (GSocket) sender = plain_sender_new (world->there, "v0", G_SOCKET_FAMILY_IPV4, NULL);
  g_autoptr (GSocketAddress) to = NULL;

  g_assert_true (g_socket_set_option (sender, IPPROTO_UDP, UDP_SEGMENT, 3, NULL));
  to = plain_address_new (TEST_GROUP, TEST_PORT, 0);
  plain_send_data (sender, to, "abcdefgh", 8);
  assert_payloads (rx, 1, "abcdefgh", (const guint[]) { 3, 3, 2 }, 3);
}

/* Into the caller's memory, which may be in parts, too small, or none. */
static void
test_messages (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GSocket) sender = plain_sender_new (world->there, "v0", G_SOCKET_FAMILY_IPV4, NULL);
  g_autoptr (GSocketAddress) to = plain_address_new (TEST_GROUP, TEST_PORT, 0);
  char a[4] = "", b[100] = "", c[5] = "", d[8] = "";
  GInputVector first[] = { { a, 2 }, { b, 50 } };
  GInputVector second[] = { { c, 5 } };
  GInputVector third[] = { { d, 0 } };
  McastRxMessage messages[3] = {
    { .vectors = first, .n_vectors = 2, .user_data = a },
    { .vectors = second, .n_vectors = 1, .user_data = c },
    { .vectors = third, .n_vectors = 1, .user_data = d },
  };
  gint n = 0;

  plain_send_data (sender, to, "abcdef", 6);
  plain_send_data (sender, to, "123456", 6);
  plain_send_data (sender, to, "x", 1);
  while (n < 3)
    {
      g_autoptr (GError) error = NULL;
      gint got = mcast_rx_socket_receive_messages (rx, messages + n, 3 - n, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpint (got, >, 0);
      n += got;
    }

  g_assert_cmpmem (a, 2, "ab", 2);
  g_assert_cmpmem (b, 4, "cdef", 4);
  g_assert_cmpuint (messages[0].length, ==, 6);
  g_assert_false (messages[0].truncated);
  g_assert_true (messages[0].user_data == a);
  g_assert_cmpuint (messages[0].port, ==, TEST_PORT);
  g_assert_cmpmem (c, 5, "12345", 5);
  g_assert_cmpuint (messages[1].length, ==, 5);
  g_assert_true (messages[1].truncated);
  g_assert_cmpuint (messages[2].length, ==, 0);
  g_assert_true (messages[2].truncated);
  g_assert_cmpuint (rx_counter (rx, "truncated"), ==, 2);
  g_assert_cmpuint (rx_counter (rx, "delivered"), ==, 3);
}

static guint
count_interfaces (McastRxSocket *rx)
{
  g_autoptr (GPtrArray) interfaces = mcast_rx_socket_get_active_interfaces (rx);

  return interfaces->len;
}

static void
assert_memory_refused (World *world, McastRxSocket *rx, McastRxMessage *message, const char *text)
{
  g_autoptr (GError) error = NULL;

  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "nowhere to go");
  g_assert_cmpint (mcast_rx_socket_receive_messages (rx, message, 1, NULL, &error), ==, -1);
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, text);
}

/* Memory that the kernel cannot write to is an error, however long the caller would wait. */
static void
test_messages_bad_memory (World *world)
{
  g_autoptr (McastRxSocket) rx = NULL;
  g_autofree GInputVector *many = g_new0 (GInputVector, 2000);
  gpointer forbidden = mmap (NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  GInputVector bad = { forbidden, 4096 };
  McastRxMessage message = { .vectors = &bad, .n_vectors = 1 };

  g_assert_true (forbidden != MAP_FAILED);
  rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  assert_memory_refused (world, rx, &message, "memory");
  message.vectors = many;
  message.n_vectors = 2000;
  assert_memory_refused (world, rx, &message, "1024");
  /* What was refused for its many parts alone is still there, and the socket works. */
  rx_assert_receives (rx, "nowhere to go");
  rx_assert_empty (rx);
  rx_assert_sums (rx);
  munmap (forbidden, 4096);
}

/* What the messages point to stays, although the interface vanishes and groups change. */
static void
test_messages_stay_valid (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0", "v1"));
  char memory[10] = "";
  GInputVector vector = { memory, sizeof memory };
  McastRxMessage message = { .vectors = &vector, .n_vectors = 1 };
  g_autoptr (GError) error = NULL;
  g_autofree char *group = NULL;

  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "stay");
  g_assert_cmpint (mcast_rx_socket_receive_messages (rx, &message, 1, NULL, &error), ==, 1);
  g_assert_true (mcast_rx_socket_join (rx, TEST_GROUP_2, NULL));
  g_assert_true (mcast_rx_socket_leave (rx, TEST_GROUP, NULL));
  netns_link_delete (world->here, "v0");
  netns_assert_soon (count_interfaces (rx) == 1);
  mcast_rx_socket_close (rx);
  group = g_inet_address_to_string (message.group);
  g_assert_cmpstr (message.interface_name, ==, "v0");
  g_assert_cmpstr (group, ==, TEST_GROUP);
  g_assert_true (G_IS_INET_SOCKET_ADDRESS (message.source));
}

/* --- Ports ------------------------------------------------------------------------------- */

static void
test_port_of_group (World *world)
{
  g_autoptr (McastRxSocket)
    rx = rx_new (WORDS (TEST_GROUP ":6000", TEST_GROUP_2), TEST_PORT, WORDS ("v0"));
  g_autoptr (McastDatagram) datagram = NULL;

  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "wrong port");
  plain_send (world->there, "v0", TEST_GROUP_2, 6000, "wrong port");
  plain_send (world->there, "v0", TEST_GROUP, 6000, "own");
  datagram = rx_receive (rx);
  g_assert_cmpuint (mcast_datagram_get_port (datagram), ==, 6000);
  plain_send (world->there, "v0", TEST_GROUP_2, TEST_PORT, "the socket's");
  rx_assert_receives (rx, "the socket's");
  g_assert_cmpuint (mcast_rx_socket_get_port (rx), ==, TEST_PORT);
}

/* One group on two ports is two paths. */
static void
test_two_ports_of_group (World *world)
{
  g_autoptr (McastRxSocket)
    rx = rx_new (WORDS (TEST_GROUP ":6000", TEST_GROUP ":6001"), 0, WORDS ("v0"));

  plain_send (world->there, "v0", TEST_GROUP, 6001, "one");
  rx_assert_receives (rx, "one");
  g_assert_true (mcast_rx_socket_leave (rx, TEST_GROUP ":6001", NULL));
  plain_send (world->there, "v0", TEST_GROUP, 6001, "left");
  plain_send (world->there, "v0", TEST_GROUP, 6000, "two");
  rx_assert_receives (rx, "two");
}

static void
test_port_chosen (World *world)
{
  const TestFamily *family = world->family;
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (family->group, "233.252.0.77"), 0, WORDS ("v0"));
  g_autoptr (McastRxSocket) other = rx_new (WORDS (family->group), 0, WORDS ("v0"));
  guint port = mcast_rx_socket_get_port (rx);

  g_assert_cmpuint (port, >, 0);
  g_assert_cmpuint (port, !=, mcast_rx_socket_get_port (other));
  plain_send (world->there, "v0", family->group, port, "first");
  rx_assert_receives (rx, "first");
  plain_send (world->there, "v0", "233.252.0.77", port, "second");
  rx_assert_receives (rx, "second");
  g_assert_true (mcast_rx_socket_join (rx, "233.252.0.78", NULL));
  plain_send (world->there, "v0", "233.252.0.78", port, "later");
  rx_assert_receives (rx, "later");
}

static void
count_notify (GObject *object, GParamSpec *pspec, gpointer data)
{
  (*(guint *) data)++;
}

static void
test_port_not_chosen_yet (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (NULL, 0, WORDS ("v0"));
  guint n_notified = 0;

  g_signal_connect (rx, "notify::port", G_CALLBACK (count_notify), &n_notified);
  g_assert_cmpuint (mcast_rx_socket_get_port (rx), ==, 0);
  g_assert_true (mcast_rx_socket_join (rx, TEST_GROUP, NULL));
  g_assert_cmpuint (n_notified, ==, 1);
  g_assert_true (mcast_rx_socket_join (rx, TEST_GROUP_2, NULL));
  g_assert_cmpuint (n_notified, ==, 1);
  g_assert_cmpuint (mcast_rx_socket_get_port (rx), >, 0);
  plain_send (world->there, "v0", TEST_GROUP, mcast_rx_socket_get_port (rx), "now");
  rx_assert_receives (rx, "now");
}

/* Without sharing, a second one must not get the port; but all groups of the one do. */
static void
test_reuse_off (World *world)
{
  g_autoptr (McastRxSocket)
    rx = rx_new_full ("groups", WORDS (TEST_GROUP, TEST_GROUP_2), "port", TEST_PORT, "interfaces",
                      WORDS ("v0"), "reuse-address", FALSE, NULL);
  g_autoptr (McastRxSocket) second = NULL;
  g_autoptr (GError) error = NULL;

  plain_send (world->there, "v0", TEST_GROUP_2, TEST_PORT, "mine");
  rx_assert_receives (rx, "mine");
  second = mcast_rx_socket_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"), &error);
  g_assert_null (second);
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE, "5004");
}

/* Link-local groups need another kind of socket than the others, and more groups or interfaces than
 * one OS socket carries need several: they must not stand in each other's way. */
static void
test_reuse_off_with_itself (World *world)
{
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (McastRxSocket) rx = NULL;

  for (guint i = 1; i <= 25; i++)
    g_ptr_array_add (groups, g_strdup_printf ("ff12::%x", i));
  g_ptr_array_add (groups, g_strdup (TEST_GROUP6));
  g_ptr_array_add (groups, NULL);
  rx = rx_new_full ("groups", groups->pdata, "port", TEST_PORT, "interfaces", WORDS ("v0"),
                    "reuse-address", FALSE, NULL);
  plain_send (world->there, "v0", "ff12::19", TEST_PORT, "the last");
  rx_assert_receives (rx, "the last");
  plain_send (world->there, "v0", TEST_GROUP6, TEST_PORT, "another kind");
  rx_assert_receives (rx, "another kind");
}

/* --- Waiting ----------------------------------------------------------------------------- */

static void
test_timeout (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GError) error = NULL;
  gint64 before;

  rx_assert_empty (rx);
  g_assert_true (mcast_rx_socket_set_timeout_us (rx, 30000, &error));
  before = g_get_monotonic_time ();
  g_assert_null (mcast_rx_socket_receive (rx, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - before, >=, 30000);
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "after");
  rx_assert_receives (rx, "after");
}

static void
test_timeout_wrong (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (McastRxSocket) none = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (mcast_rx_socket_set_timeout_us (rx, -2, &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "-2");
  g_assert_cmpint (mcast_rx_socket_get_timeout_us (rx), >, 0);
  g_clear_error (&error);
  none = g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, &error, "timeout-us", (gint64) -17, NULL);
  g_assert_null (none);
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "-17");
}

/* The longest wait there is still ends with a datagram. */
static void
test_timeout_longest (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));

  g_assert_true (mcast_rx_socket_set_timeout_us (rx, G_MAXINT64, NULL));
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "at last");
  rx_assert_receives (rx, "at last");
}

typedef struct
{
  McastRxSocket *rx;
  GCancellable *cancellable;
  GError *error;
  gint is_done;
} Waiter;

static gpointer
wait_in_thread (gpointer data)
{
  Waiter *waiter = data;
  g_autoptr (McastDatagram) datagram = NULL;

  datagram = mcast_rx_socket_receive (waiter->rx, waiter->cancellable, &waiter->error);
  g_atomic_int_set (&waiter->is_done, TRUE);
  return NULL;
}

/* A thread that waits is asleep; when it is, its state says so. */
static gboolean
sleeps (const char *name)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  const char *id;

  while ((id = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/task", id, "stat", NULL);
      g_autofree char *stat = NULL;
      g_autofree char *wanted = g_strdup_printf ("(%s) S", name);

      if (g_file_get_contents (path, &stat, NULL, NULL) && strstr (stat, wanted) != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
test_cancel_from_another_thread (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  Waiter waiter = { .rx = rx, .cancellable = g_cancellable_new () };
  GThread *thread;

  mcast_rx_socket_set_timeout_us (rx, -1, NULL);
  thread = g_thread_new ("waiter", wait_in_thread, &waiter);
  netns_assert_soon (sleeps ("waiter"));
  g_assert_false (g_atomic_int_get (&waiter.is_done));
  g_cancellable_cancel (waiter.cancellable);
  g_thread_join (thread);
  g_assert_error (waiter.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&waiter.error);
  g_clear_object (&waiter.cancellable);
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "not lost");
  rx_assert_receives (rx, "not lost");
}

/* What was cancelled before has taken nothing. */
static void
test_cancelled_before (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  struct pollfd fd = { .events = POLLIN };

  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "kept");
  fd.fd = mcast_rx_socket_get_fd (rx);
  g_assert_cmpint (poll (&fd, 1, NETNS_DEADLINE_MS), ==, 1);
  g_cancellable_cancel (cancellable);
  g_assert_null (mcast_rx_socket_receive (rx, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  rx_assert_receives (rx, "kept");
}

/* An idle socket keeps neither the cancellable of its last caller nor the descriptor. */
static void
test_cancellable_is_released (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  GCancellable *cancellable = g_cancellable_new ();
  guint descriptors = count_descriptors ();

  mcast_rx_socket_set_timeout_us (rx, 1, NULL);
  g_assert_null (mcast_rx_socket_receive (rx, cancellable, NULL));
  g_assert_cmpuint (count_descriptors (), ==, descriptors);
  g_assert_finalize_object (cancellable);
}

static void
test_close_from_another_thread (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP, TEST_GROUP6), TEST_PORT, WORDS ("v0"));
  Waiter waiter = { .rx = rx };
  GThread *thread;

  mcast_rx_socket_set_timeout_us (rx, -1, NULL);
  thread = g_thread_new ("waiter", wait_in_thread, &waiter);
  netns_assert_soon (sleeps ("waiter"));
  mcast_rx_socket_close (rx);
  g_thread_join (thread);
  g_assert_error (waiter.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&waiter.error);
}

typedef struct
{
  World *world;
  const char *to;
  gint stop;
} Flood;

static gpointer
flood_in_thread (gpointer data)
{
  Flood *flood = data;
  g_autoptr (GSocket)
    sender = plain_sender_new (flood->world->there, "v0", G_SOCKET_FAMILY_IPV6, NULL);
  g_autoptr (GSocketAddress) to = plain_address_new (flood->to, TEST_PORT, 0);

  while (!g_atomic_int_get (&flood->stop))
    g_socket_send_to (sender, to, "flood", 5, NULL, NULL);
  return NULL;
}

/* Datagrams that nobody asked for must not keep a wait from ending. */
static void
test_timeout_in_flood (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP6_LOCAL), TEST_PORT, WORDS ("v0"));
  g_autofree char *own = netns_ipv6 (world->here, "v0");
  Flood flood = { .world = world, .to = own };
  Waiter waiter = { .rx = rx };
  GThread *flooders[4];
  GThread *thread;
  gboolean ended;

  mcast_rx_socket_set_timeout_us (rx, 200000, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (flooders); i++)
    flooders[i] = g_thread_new ("flooder", flood_in_thread, &flood);
  netns_assert_soon (rx_counter (rx, "kernel-dropped") > 0);
  thread = g_thread_new ("waiter", wait_in_thread, &waiter);
  for (guint i = 0; i < 5000 && !g_atomic_int_get (&waiter.is_done); i++)
    g_usleep (1000);
  ended = g_atomic_int_get (&waiter.is_done);
  g_atomic_int_set (&flood.stop, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (flooders); i++)
    g_thread_join (flooders[i]);
  g_thread_join (thread);
  g_assert_error (waiter.error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&waiter.error);
  g_assert_true (ended);
}

/* --- The end ----------------------------------------------------------------------------- */

static void
test_after_close (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) interfaces = NULL;
  g_auto (GStrv) selectors = NULL;
  g_auto (GStrv) groups = NULL;
  char memory[10];
  GInputVector vector = { memory, sizeof memory };
  McastRxMessage message = { .vectors = &vector, .n_vectors = 1 };
  gint64 timeout_us;

  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "one");
  rx_assert_receives (rx, "one");
  g_assert_false (mcast_rx_socket_is_closed (rx));
  mcast_rx_socket_close (rx);
  mcast_rx_socket_close (rx);
  g_assert_true (mcast_rx_socket_is_closed (rx));

  g_assert_null (mcast_rx_socket_receive (rx, NULL, &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "closed");
  g_clear_error (&error);
  g_assert_null (mcast_rx_socket_receive_batch (rx, 5, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_cmpint (mcast_rx_socket_receive_messages (rx, &message, 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (mcast_rx_socket_join (rx, TEST_GROUP_2, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (mcast_rx_socket_leave (rx, TEST_GROUP, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (mcast_rx_socket_add_interface (rx, "lo", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_false (mcast_rx_socket_remove_interface (rx, "v0", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  timeout_us = mcast_rx_socket_get_timeout_us (rx);
  g_assert_false (mcast_rx_socket_set_timeout_us (rx, timeout_us + 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  /* A warning would end the test. */
  g_object_set (rx, "timeout-us", timeout_us + 1, NULL);
  g_assert_cmpint (mcast_rx_socket_get_timeout_us (rx), ==, timeout_us);

  groups = mcast_rx_socket_get_groups (rx);
  g_assert_cmpstrv (groups, WORDS (TEST_GROUP));
  selectors = mcast_rx_socket_get_interfaces (rx);
  g_assert_cmpstrv (selectors, WORDS ("v0"));
  interfaces = mcast_rx_socket_get_active_interfaces (rx);
  g_assert_cmpuint (interfaces->len, ==, 0);
  g_assert_cmpint (mcast_rx_socket_get_fd (rx), ==, -1);
  g_assert_cmpuint (mcast_rx_socket_get_port (rx), ==, TEST_PORT);
  g_assert_cmpuint (rx_counter (rx, "delivered"), ==, 1);
  rx_assert_sums (rx);
}

/* No descriptor, no thread and no membership is left. */
static void
test_leaves_nothing (World *world)
{
  guint descriptors;

  g_object_unref (rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0")));
  descriptors = count_descriptors ();
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (McastRxSocket)
        rx = rx_new (WORDS (TEST_GROUP, TEST_GROUP_2, TEST_GROUP6, TEST_GROUP6_LOCAL), TEST_PORT,
                     WORDS ("v0", "v1"));

      netns_assert_soon (count_threads () == 1);
      g_assert_cmpuint (netns_group_users (world->here, "v1", TEST_GROUP6_LOCAL), ==, 1);
      if (i % 2 == 0)
        mcast_rx_socket_close (rx);
    }
  g_assert_cmpuint (count_descriptors (), <=, descriptors);
  netns_assert_soon (count_threads () == 0);
  g_assert_cmpuint (netns_group_users (world->here, "v0", TEST_GROUP), ==, 0);
  g_assert_cmpuint (netns_group_users (world->here, "v1", TEST_GROUP6_LOCAL), ==, 0);
}

/* Nor by a socket that could not be made. */
static void
test_failure_leaves_nothing (World *world)
{
  guint descriptors;

  g_object_unref (rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0")));
  descriptors = count_descriptors ();
  for (guint i = 0; i < 20; i++)
    {
      g_assert_null (mcast_rx_socket_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0", "no"), NULL));
      g_assert_null (mcast_rx_socket_new (WORDS (TEST_GROUP, "x"), TEST_PORT, NULL, NULL));
    }
  g_assert_cmpuint (count_descriptors (), <=, descriptors);
  netns_assert_soon (count_threads () == 0);
  g_assert_cmpuint (netns_group_users (world->here, "v0", TEST_GROUP), ==, 0);
}

/* A child that runs another program holds none of our sockets. */
static void
test_descriptors_close_on_exec (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP, TEST_GROUP6), TEST_PORT, WORDS ("v0"));
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  const char *name;

  g_assert_cmpint (mcast_rx_socket_get_fd (rx), >, 2);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      int fd = atoi (name);
      g_autofree char *path = g_build_filename ("/proc/self/fd", name, NULL);
      g_autofree char *target = g_file_read_link (path, NULL);

      if (fd > 2 && target != NULL && g_str_has_prefix (target, "socket:"))
        g_assert_cmpint (fcntl (fd, F_GETFD) & FD_CLOEXEC, !=, 0);
    }
}

/* --- Errors ------------------------------------------------------------------------------ */

typedef struct
{
  const char *name;
  const char *group;
  guint port;
  const char *iface;
  gboolean is_mcast_error;
  int code;
  const char *says;
} Mistake;

static const Mistake mistakes[] = {
  { "not-multicast", "10.0.0.1", 5004, "v0", TRUE, MCAST_ERROR_NOT_MULTICAST, "10.0.0.1" },
  { "nonsense-group", "x.y", 5004, "v0", FALSE, G_IO_ERROR_INVALID_ARGUMENT, "x.y" },
  { "family-mismatch", "fe80::1@239.1.1.1", 5004, "v0", TRUE, MCAST_ERROR_FAMILY_MISMATCH,
    "fe80::1@239.1.1.1" },
  { "port", "239.1.1.1", 65536, "v0", FALSE, G_IO_ERROR_INVALID_ARGUMENT, "65536" },
  { "no-such-interface", "239.1.1.1", 5004, "eth77", TRUE, MCAST_ERROR_NO_SUCH_INTERFACE, "eth77" },
  { "no-such-index", "239.1.1.1", 5004, "4711", TRUE, MCAST_ERROR_NO_SUCH_INTERFACE, "4711" },
  { "no-such-address", "239.1.1.1", 5004, "192.0.2.77", TRUE, MCAST_ERROR_NO_SUCH_INTERFACE,
    "192.0.2.77" },
  { "nonsense-interface", "239.1.1.1", 5004, "a b", FALSE, G_IO_ERROR_INVALID_ARGUMENT, "a b" },
  { "empty-interface", "239.1.1.1", 5004, "", FALSE, G_IO_ERROR_INVALID_ARGUMENT, "“”" },
  { "interface-of-group", "239.1.1.1%eth78", 5004, "v0", TRUE, MCAST_ERROR_NO_SUCH_INTERFACE,
    "eth78" },
};

static void
test_mistake (World *world)
{
  const Mistake *mistake = world->data;
  g_autoptr (GError) error = NULL;
  g_autoptr (McastRxSocket) rx = mcast_rx_socket_new (WORDS (mistake->group), mistake->port,
                                                      WORDS (mistake->iface), &error);
  GQuark domain = mistake->is_mcast_error ? MCAST_ERROR : G_IO_ERROR;

  g_assert_null (rx);
  assert_error_says (error, domain, mistake->code, mistake->says);
}

/* The same mistakes at run time change nothing. */
static void
test_mistake_later (World *world)
{
  const Mistake *mistake = world->data;
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) groups = NULL;
  GQuark domain = mistake->is_mcast_error ? MCAST_ERROR : G_IO_ERROR;
  gboolean is_of_group = g_str_equal (mistake->iface, "v0");

  g_assert_false (is_of_group ? mcast_rx_socket_join (rx, mistake->group, &error)
                              : mcast_rx_socket_add_interface (rx, mistake->iface, &error));
  assert_error_says (error, domain, mistake->code, mistake->says);
  groups = mcast_rx_socket_get_groups (rx);
  g_assert_cmpuint (g_strv_length (groups), ==, 1);
  plain_send (world->there, "v0", TEST_GROUP, TEST_PORT, "still joined");
  rx_assert_receives (rx, "still joined");
  g_assert_cmpuint (rx_path_counter (rx, TEST_GROUP, "v0", "joins"), ==, 1);
}

static void
test_already_joined (World *world)
{
  g_autoptr (McastRxSocket)
    rx = rx_new (WORDS (TEST_GROUP, TEST_GROUP), TEST_PORT, WORDS ("v0", "v0"));
  g_autoptr (GError) error = NULL;

  g_assert_false (mcast_rx_socket_join (rx, TEST_GROUP, &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_EXISTS, TEST_GROUP);
  g_clear_error (&error);
  g_assert_false (mcast_rx_socket_add_interface (rx, "v0", &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "v0");
}

static void
test_not_a_member (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GError) error = NULL;

  g_assert_false (mcast_rx_socket_leave (rx, TEST_GROUP_2, &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, TEST_GROUP_2);
  g_clear_error (&error);
  g_assert_false (mcast_rx_socket_leave (rx, TEST_GROUP ":77", &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, TEST_GROUP ":77");
  g_clear_error (&error);
  g_assert_false (mcast_rx_socket_remove_interface (rx, "v7", &error));
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "v7");
}

static gpointer
ask_for_large_buffer (gpointer data)
{
  GError **error = data;

  /* It may pass the system's limits. */
  set_capability (CAP_NET_ADMIN, FALSE);
  return g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, error, "groups", WORDS (TEST_GROUP), "port",
                         TEST_PORT, "interfaces", WORDS ("v0"), "receive-buffer-size", 1000000000u,
                         NULL);
}

static void
test_buffer_limit (World *world)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (McastRxSocket)
    rx = g_thread_join (netns_thread_new (world->here, ask_for_large_buffer, &error));

  g_assert_null (rx);
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_BUFFER_LIMIT, "1000000000");
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_BUFFER_LIMIT, "net.core.rmem_max");
}

static void
test_buffer_size (World *world)
{
  g_autoptr (McastRxSocket)
    rx = rx_new_full ("groups", WORDS (TEST_GROUP), "port", TEST_PORT, "interfaces", WORDS ("v0"),
                      "receive-buffer-size", 100000, NULL);
  g_autoptr (McastRxSocket) none = NULL;
  g_autoptr (GVariant) stats = mcast_rx_socket_get_stats (rx);
  g_autoptr (GError) error = NULL;
  guint size = 0;

  g_variant_lookup (stats, "receive-buffer-size", "u", &size);
  g_assert_cmpuint (size, >=, 100000);
  none = g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, &error, "groups", WORDS (TEST_GROUP), "port",
                         TEST_PORT, "receive-buffer-size", 4000000000u, "interfaces", WORDS ("v0"),
                         NULL);
  g_assert_null (none);
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_BUFFER_LIMIT, "4000000000");
}

/* --- A socket of the caller's ------------------------------------------------------------ */

static void
test_shared_socket (World *world)
{
  g_autoptr (GSocket) socket = plain_bound_new (world->here, G_SOCKET_FAMILY_IPV4, 0);
  g_autoptr (McastRxSocket) rx = rx_new_full ("groups", WORDS (TEST_GROUP), "interfaces",
                                              WORDS ("v0"), "socket", socket, NULL);
  g_autofree char *own = NULL;

  plain_send (world->there, "v0", TEST_GROUP, mcast_rx_socket_get_port (rx), "shared");
  rx_assert_receives (rx, "shared");
  own = netns_ipv4 (world->here, "v0");
  plain_send (world->there, "v0", own, mcast_rx_socket_get_port (rx), "unicast");
  plain_send (world->there, "v0", TEST_GROUP, mcast_rx_socket_get_port (rx), "again");
  rx_assert_receives (rx, "again");
  g_assert_cmpuint (rx_counter (rx, "filtered-group"), ==, 1);

  /* It is left, not closed. */
  mcast_rx_socket_close (rx);
  g_assert_cmpuint (netns_group_users (world->here, "v0", TEST_GROUP), ==, 0);
  g_assert_false (g_socket_is_closed (socket));
  g_assert_cmpint (fcntl (g_socket_get_fd (socket), F_GETFD), >=, 0);
}

/* A socket that cannot serve what is asked for must not be put aside in silence. */
static void
test_shared_socket_of_another_port (World *world)
{
  g_autoptr (GSocket) socket = plain_bound_new (world->here, G_SOCKET_FAMILY_IPV4, 6001);
  g_autoptr (GError) error = NULL;
  g_autoptr (McastRxSocket)
    rx = g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, &error, "groups", WORDS (TEST_GROUP), "port",
                         6002, "interfaces", WORDS ("v0"), "socket", socket, NULL);

  g_assert_null (rx);
  assert_error_says (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "6001");
}

/* --- Properties -------------------------------------------------------------------------- */

static void
test_properties (World *world)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (McastRxSocket)
    rx = g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, &error, "groups",
                         WORDS ("[" TEST_GROUP "]:7", "10.0.0.2+10.0.0.1@232.0.1.1"), "port", 9,
                         "interfaces", WORDS ("v0"), "merge", MCAST_MERGE_RTP, NULL);
  g_auto (GStrv) groups = NULL;
  g_auto (GStrv) interfaces = NULL;
  guint port, buffer;
  gint64 timeout;
  gboolean wait, reuse;
  McastMerge merge;

  g_assert_no_error (error);
  g_object_get (rx, "groups", &groups, "port", &port, "interfaces", &interfaces, "timeout-us",
                &timeout, "receive-buffer-size", &buffer, "wait-for-interfaces", &wait,
                "reuse-address", &reuse, "merge", &merge, NULL);
  g_assert_cmpstrv (groups, WORDS (TEST_GROUP ":7", "10.0.0.1+10.0.0.2@232.0.1.1"));
  g_assert_cmpstrv (interfaces, WORDS ("v0"));
  g_assert_cmpuint (port, ==, 9);
  g_assert_cmpint (timeout, ==, -1);
  g_assert_cmpuint (buffer, ==, 0);
  g_assert_false (wait);
  g_assert_true (reuse);
  g_assert_cmpint (merge, ==, MCAST_MERGE_RTP);
}

static McastRxSocket *
try_open (const char *property, gint64 value, gboolean merging, GError **error)
{
  return g_initable_new (MCAST_TYPE_RX_SOCKET, NULL, error, "groups", WORDS (TEST_GROUP), "port",
                         TEST_PORT, "interfaces", WORDS ("v0"), "segment-merging", merging,
                         property, value, NULL);
}

/* The names that programs written for 0.1 use, and the new ones, mean the same. */
static void
test_properties_deprecated (World *world)
{
  const char *names[] = { "recovery-interval", "recovery-interval-us" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (McastRxSocket) rx = try_open (names[i], 1000, i == 0, &error);
      g_autoptr (McastRxSocket) wrong = NULL;
      gint64 interval, interval_us;
      gboolean merging, offload;

      g_assert_no_error (error);
      g_object_get (rx, "recovery-interval", &interval, "recovery-interval-us", &interval_us,
                    "segment-merging", &merging, "receive-offload", &offload, NULL);
      g_assert_cmpint (interval, ==, 1000);
      g_assert_cmpint (interval_us, ==, 1000);
      g_assert_cmpint (merging, ==, i == 0);
      g_assert_cmpint (offload, ==, i == 0);

      wrong = try_open (names[i], -1, FALSE, &error);
      g_assert_null (wrong);
      assert_error_says (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "-1");
    }
}

static void
test_interfaces (World *world)
{
  g_autofree char *address = netns_ipv4 (world->here, "v0");
  g_autofree char *index = g_strdup_printf ("%u", netns_index (world->here, "v1"));
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP, TEST_GROUP6, TEST_GROUP_2 "%v2"),
                                         TEST_PORT, WORDS (address, index));
  g_autoptr (GPtrArray) interfaces = mcast_rx_socket_get_active_interfaces (rx);

  g_assert_cmpuint (interfaces->len, ==, 3);
  g_assert_cmpuint (netns_group_users (world->here, "v0", TEST_GROUP), ==, 1);
  g_assert_cmpuint (netns_group_users (world->here, "v1", TEST_GROUP6), ==, 1);
  g_assert_cmpuint (netns_group_users (world->here, "v2", TEST_GROUP), ==, 0);
  g_assert_cmpuint (netns_group_users (world->here, "v2", TEST_GROUP_2), ==, 1);
  g_assert_cmpuint (netns_group_users (world->here, "v0", TEST_GROUP_2), ==, 0);
}

/* NULL is every interface but lo. */
static void
test_interfaces_default (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, NULL);

  g_assert_cmpuint (netns_group_users (world->here, "v0", TEST_GROUP), ==, 1);
  g_assert_cmpuint (netns_group_users (world->here, "v1", TEST_GROUP), ==, 1);
  g_assert_cmpuint (netns_group_users (world->here, "lo", TEST_GROUP), ==, 0);
  plain_send (world->there, "v1", TEST_GROUP, TEST_PORT, "any");
  rx_assert_receives (rx, "any");
}

static void
test_loopback_interface (World *world)
{
  g_autoptr (McastRxSocket) rx = NULL;

  netns_add_lo_route (world->here);
  rx = rx_new (WORDS (TEST_GROUP, TEST_GROUP6), TEST_PORT, WORDS ("lo"));
  plain_send (world->here, "lo", TEST_GROUP, TEST_PORT, "around");
  rx_assert_receives (rx, "around");
  plain_send (world->here, "lo", TEST_GROUP6, TEST_PORT, "and around");
  rx_assert_receives (rx, "and around");
}

/* --- RTP --------------------------------------------------------------------------------- */

static void
send_rtp (World *world, const char *name, guint16 sequence)
{
  g_autoptr (GSocket) sender = plain_sender_new (world->there, name, G_SOCKET_FAMILY_IPV4, NULL);
  g_autoptr (GSocketAddress) to = plain_address_new (TEST_GROUP, TEST_PORT, 0);
  guint8 packet[16] = { 0x80, 33, (guint8) (sequence >> 8), (guint8) sequence, 0, 0, 0, 1, 'S', 'S',
                        'R',  'C' };

  plain_send_data (sender, to, packet, sizeof packet);
}

/* Each packet once, whichever path brings it, in both orders. */
static void
test_merge_rtp (World *world)
{
  g_autoptr (McastRxSocket)
    rx = rx_new_full ("groups", WORDS (TEST_GROUP), "port", TEST_PORT, "interfaces",
                      WORDS ("v0", "v1"), "merge", MCAST_MERGE_RTP, NULL);

  for (guint16 i = 0; i < 100; i++)
    {
      g_autoptr (McastDatagram) datagram = NULL;
      const guint8 *packet;
      gsize size;

      /* Every fifth is lost on one path, and every seventh on the other. */
      if (i % 5 != 0)
        send_rtp (world, i % 2 == 0 ? "v0" : "v1", i);
      if (i % 7 != 0 || i % 5 == 0)
        send_rtp (world, i % 2 == 0 ? "v1" : "v0", i);
      datagram = rx_receive (rx);
      packet = g_bytes_get_data (mcast_datagram_get_payload (datagram), &size);
      g_assert_cmpuint (packet[2] * 256 + packet[3], ==, i);
    }
  rx_assert_empty (rx);
  g_assert_cmpuint (rx_counter (rx, "delivered"), ==, 100);
  g_assert_cmpuint (rx_counter (rx, "duplicates"), ==, 200 - 20 - 12 - 100);
  g_assert_cmpuint (rx_counter (rx, "unrecovered"), ==, 0);
  rx_assert_sums (rx);
}

static void
test_merge_off (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0", "v1"));

  send_rtp (world, "v0", 1);
  send_rtp (world, "v1", 1);
  mcast_datagram_unref (rx_receive (rx));
  mcast_datagram_unref (rx_receive (rx));
  g_assert_cmpuint (rx_counter (rx, "duplicates"), ==, 0);
}

static void
add_cases (void)
{
  world_test_add_families ("/rx-socket/details", 2, test_details);
  world_test_add_families ("/rx-socket/port/chosen", 1, test_port_chosen);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *path = g_strdup_printf ("/rx-socket/size/%s/%" G_GSIZE_FORMAT,
                                               sizes[i].family->name, sizes[i].size);

      world_test_add_data (path, 1, &sizes[i], test_size);
    }
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autofree char *now = g_strconcat ("/rx-socket/error/", mistakes[i].name, NULL);
      g_autofree char *later = g_strconcat ("/rx-socket/error-later/", mistakes[i].name, NULL);

      world_test_add_data (now, 1, &mistakes[i], test_mistake);
      if (mistakes[i].port <= G_MAXUINT16)
        world_test_add_data (later, 1, &mistakes[i], test_mistake_later);
    }
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  add_cases ();
  world_test_add ("/rx-socket/arrival-time", 1, test_arrival_time);
  world_test_add ("/rx-socket/payload-outlives-datagram", 1, test_payload_outlives_datagram);
  world_test_add ("/rx-socket/batch", 1, test_batch);
  world_test_add ("/rx-socket/batch/of-many-groups", 1, test_batch_of_many_groups);
  world_test_add ("/rx-socket/batch/of-none", 1, test_batch_of_none);
  world_test_add ("/rx-socket/payloads", 1, test_payloads);
  world_test_add ("/rx-socket/payloads/of-runs", 1, test_payloads_of_runs);
  world_test_add ("/rx-socket/messages", 1, test_messages);
  world_test_add ("/rx-socket/messages/bad-memory", 1, test_messages_bad_memory);
  world_test_add ("/rx-socket/messages/stay-valid", 2, test_messages_stay_valid);
  world_test_add ("/rx-socket/port/of-group", 1, test_port_of_group);
  world_test_add ("/rx-socket/port/two-of-group", 1, test_two_ports_of_group);
  world_test_add ("/rx-socket/port/not-chosen-yet", 1, test_port_not_chosen_yet);
  world_test_add ("/rx-socket/reuse-off", 1, test_reuse_off);
  world_test_add ("/rx-socket/reuse-off/with-itself", 1, test_reuse_off_with_itself);
  world_test_add ("/rx-socket/timeout", 1, test_timeout);
  world_test_add ("/rx-socket/timeout/wrong", 1, test_timeout_wrong);
  world_test_add ("/rx-socket/timeout/longest", 1, test_timeout_longest);
  world_test_add ("/rx-socket/timeout/in-flood", 1, test_timeout_in_flood);
  world_test_add ("/rx-socket/cancel/from-another-thread", 1, test_cancel_from_another_thread);
  world_test_add ("/rx-socket/cancel/before", 1, test_cancelled_before);
  world_test_add ("/rx-socket/cancel/is-released", 1, test_cancellable_is_released);
  world_test_add ("/rx-socket/close/from-another-thread", 1, test_close_from_another_thread);
  world_test_add ("/rx-socket/close/after", 1, test_after_close);
  world_test_add ("/rx-socket/leaves-nothing", 2, test_leaves_nothing);
  world_test_add ("/rx-socket/leaves-nothing/on-failure", 1, test_failure_leaves_nothing);
  world_test_add ("/rx-socket/close-on-exec", 1, test_descriptors_close_on_exec);
  world_test_add ("/rx-socket/error/already-joined", 1, test_already_joined);
  world_test_add ("/rx-socket/error/not-a-member", 1, test_not_a_member);
  world_test_add ("/rx-socket/error/buffer-limit", 1, test_buffer_limit);
  world_test_add ("/rx-socket/buffer-size", 1, test_buffer_size);
  world_test_add ("/rx-socket/shared-socket", 1, test_shared_socket);
  world_test_add ("/rx-socket/shared-socket/of-another-port", 1,
                  test_shared_socket_of_another_port);
  world_test_add ("/rx-socket/properties", 1, test_properties);
  world_test_add ("/rx-socket/properties/deprecated", 1, test_properties_deprecated);
  world_test_add ("/rx-socket/interfaces", 3, test_interfaces);
  world_test_add ("/rx-socket/interfaces/default", 2, test_interfaces_default);
  world_test_add ("/rx-socket/interfaces/lo", 0, test_loopback_interface);
  world_test_add ("/rx-socket/merge/rtp", 2, test_merge_rtp);
  world_test_add ("/rx-socket/merge/off", 2, test_merge_off);
  return g_test_run ();
}
