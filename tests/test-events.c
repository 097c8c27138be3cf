/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The events of the paths of both sockets: their types in order, and what each one says. */

#include "lib-test.h"

#define PATH_TEXT TEST_GROUP ":5004"

G_STATIC_ASSERT (TEST_PORT == 5004);

static char *
describe (McastEvent *event)
{
  g_autoptr (GEnumClass) types = g_type_class_ref (MCAST_TYPE_EVENT_TYPE);
  const GEnumValue *type = g_enum_get_value (types, (int) mcast_event_get_event_type (event));

  return g_strdup_printf ("%s %s on %s", type->value_nick, mcast_event_get_group (event),
                          mcast_event_get_interface_name (event));
}

static void
keep_event (GObject *socket, McastEvent *event, GPtrArray *events)
{
  g_ptr_array_add (events, mcast_event_ref (event));
}

static GPtrArray *
watch (gpointer socket)
{
  GPtrArray *events = g_ptr_array_new_with_free_func ((GDestroyNotify) mcast_event_unref);

  g_signal_connect (socket, "event", G_CALLBACK (keep_event), events);
  return events;
}

/* Fails the test unless the next event is this one, and no other one came with it. Frees the events
 * so far, and returns it. */
static McastEvent *
take_event (GPtrArray *events, const char *expected)
{
  g_autoptr (McastEvent) event = NULL;
  g_autofree char *text = NULL;

  netns_assert_soon (events->len > 0);
  event = mcast_event_ref (events->pdata[0]);
  text = describe (event);
  g_assert_cmpstr (text, ==, expected);
  g_ptr_array_remove_index (events, 0);
  return g_steal_pointer (&event);
}

static void
assert_event (GPtrArray *events, const char *expected)
{
  mcast_event_unref (take_event (events, expected));
}

static void
assert_no_event (GPtrArray *events)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpuint (events->len, ==, 0);
}

static void
test_receiver (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GPtrArray) events = watch (rx);
  g_autoptr (McastEvent) lost = NULL;

  netns_link_delete (world->here, "v0");
  lost = take_event (events, "lost " PATH_TEXT " on v0");
  g_assert_cmpstr (mcast_interface_get_name (mcast_event_get_interface (lost)), ==, "v0");
  assert_error_says (mcast_event_get_error (lost), MCAST_ERROR, MCAST_ERROR_INTERFACE_NOT_READY,
                     "v0");
  netns_link_recreate (world->here, "v0", 0, 0);
  assert_event (events, "recovered " PATH_TEXT " on v0");
  assert_no_event (events);
}

/* Also when both happens between two looks. */
static void
test_receiver_recreate (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("*"));
  g_autoptr (GPtrArray) events = watch (rx);

  netns_link_recreate (world->here, "v0", netns_index (world->here, "v0"), 0);
  assert_event (events, "lost " PATH_TEXT " on v0");
  netns_assert_soon (events->len > 0);
  while (events->len > 1)
    assert_event (events, "waiting " PATH_TEXT " on *");
  assert_event (events, "recovered " PATH_TEXT " on v0");
  assert_no_event (events);
}

static void
test_receiver_waiting (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new_full ("port", TEST_PORT, "interfaces", WORDS ("v0"),
                                              "wait-for-interfaces", TRUE, NULL);
  g_autoptr (GPtrArray) events = watch (rx);
  g_autoptr (McastEvent) waiting = NULL;
  g_autoptr (McastEvent) ready = NULL;

  g_assert_true (mcast_rx_socket_join (rx, TEST_GROUP "%late0", NULL));
  waiting = take_event (events, "waiting " PATH_TEXT " on late0");
  g_assert_null (mcast_event_get_interface (waiting));
  g_assert_nonnull (strstr (mcast_event_get_reason (waiting), "late0"));
  netns_link_rename (world->here, "v0", "late0");
  ready = take_event (events, "ready " PATH_TEXT " on late0");
  g_assert_cmpuint (mcast_interface_get_index (mcast_event_get_interface (ready)), ==,
                    netns_index (world->here, "late0"));
  g_assert_null (mcast_event_get_reason (ready));
  g_assert_null (mcast_event_get_error (ready));
  assert_no_event (events);
}

/* A path that waits is reported once, and again after its group was left. */
static void
test_receiver_waiting_again (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new_full ("port", TEST_PORT, "interfaces", WORDS ("late0"),
                                              "wait-for-interfaces", TRUE, NULL);
  g_autoptr (GPtrArray) events = watch (rx);

  g_assert_true (mcast_rx_socket_join (rx, TEST_GROUP, NULL));
  assert_event (events, "waiting " PATH_TEXT " on late0");
  g_assert_true (mcast_rx_socket_join (rx, TEST_GROUP_2, NULL));
  assert_event (events, "waiting " TEST_GROUP_2 ":5004 on late0");
  g_assert_true (mcast_rx_socket_join (rx, TEST_GROUP ":5006", NULL));
  assert_event (events, "waiting " TEST_GROUP ":5006 on late0");
  netns_link_set_down (world->here, "v0");
  g_assert_true (mcast_rx_socket_leave (rx, TEST_GROUP, NULL));
  g_assert_true (mcast_rx_socket_join (rx, TEST_GROUP, NULL));
  assert_event (events, "waiting " PATH_TEXT " on late0");
  assert_no_event (events);
}

/* What the program changes causes events as well, with the sources of the group. */
static void
test_receiver_changes (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (NULL, TEST_PORT, WORDS ("v0"));
  g_autoptr (GPtrArray) events = watch (rx);

  g_assert_true (mcast_rx_socket_join (rx, "10.7.0.2+10.7.0.1@232.252.0.1:5006", NULL));
  assert_event (events, "ready 10.7.0.1+10.7.0.2@232.252.0.1:5006 on v0");
  g_assert_true (mcast_rx_socket_leave (rx, "10.7.0.1+10.7.0.2@232.252.0.1:5006", NULL));
  assert_event (events, "lost 10.7.0.1+10.7.0.2@232.252.0.1:5006 on v0");
  g_assert_true (mcast_rx_socket_join (rx, "[ff15::1234]:5006", NULL));
  assert_event (events, "ready [ff15::1234]:5006 on v0");
  g_assert_true (mcast_rx_socket_remove_interface (rx, "v0", NULL));
  assert_event (events, "lost [ff15::1234]:5006 on v0");
  g_assert_false (mcast_rx_socket_add_interface (rx, "none0", NULL));
  assert_no_event (events);
}

/* The kernel refuses the filter, and later does not. */
static void
test_receiver_failed (World *world)
{
  g_autoptr (McastRxSocket)
    rx = rx_new (WORDS ("10.7.0.1+10.7.0.2@232.252.0.1"), TEST_PORT, WORDS ("v0"));
  g_autoptr (GPtrArray) events = watch (rx);
  g_autoptr (McastEvent) failed = NULL;

  netns_sysctl (world->here, "ipv4/igmp_max_msf", "1");
  netns_link_recreate (world->here, "v0", 0, 0);
  assert_event (events, "lost 10.7.0.1+10.7.0.2@232.252.0.1:5004 on v0");
  failed = take_event (events, "failed 10.7.0.1+10.7.0.2@232.252.0.1:5004 on v0");
  g_assert_error (mcast_event_get_error (failed), MCAST_ERROR, MCAST_ERROR_TOO_MANY_MEMBERSHIPS);
  g_assert_cmpstr (mcast_event_get_reason (failed), ==, mcast_event_get_error (failed)->message);
  netns_sysctl (world->here, "ipv4/igmp_max_msf", "10");
  assert_event (events, "recovered 10.7.0.1+10.7.0.2@232.252.0.1:5004 on v0");
}

static void
test_sender (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  g_autoptr (GPtrArray) events = watch (tx);
  g_autoptr (McastEvent) lost = NULL;
  g_autoptr (McastEvent) gone = NULL;

  netns_link_set_down (world->here, "v0");
  lost = take_event (events, "lost " PATH_TEXT " on v0");
  g_assert_error (mcast_event_get_error (lost), MCAST_ERROR, MCAST_ERROR_INTERFACE_NOT_READY);
  netns_link_set_up (world->here, "v0");
  assert_event (events, "recovered " PATH_TEXT " on v0");
  netns_link_delete (world->here, "v0");
  gone = take_event (events, "lost " PATH_TEXT " on v0");
  g_assert_nonnull (mcast_event_get_interface (gone));
  g_assert_cmpstr (mcast_interface_get_name (mcast_event_get_interface (gone)), ==, "v0");
  netns_link_recreate (world->here, "v0", 0, 0);
  assert_event (events, "recovered " PATH_TEXT " on v0");
  assert_no_event (events);
}

static void
test_sender_changes (World *world)
{
  g_autoptr (McastTxSocket) tx = tx_new_full ("port", TEST_PORT, "interfaces", WORDS ("v0"),
                                              "wait-for-interfaces", TRUE, NULL);
  g_autoptr (GPtrArray) events = watch (tx);

  g_assert_true (mcast_tx_socket_add_group (tx, TEST_GROUP, NULL));
  assert_event (events, "ready " PATH_TEXT " on v0");
  g_assert_true (mcast_tx_socket_add_group (tx, TEST_GROUP "%late0:5006", NULL));
  assert_event (events, "waiting " TEST_GROUP ":5006 on late0");
  g_assert_true (mcast_tx_socket_remove_group (tx, TEST_GROUP, NULL));
  assert_event (events, "lost " PATH_TEXT " on v0");
  assert_no_event (events);
}

typedef struct
{
  GMutex lock;
  GString *texts;
  GThread *thread;
} Direct;

static void
note_directly (GObject *socket, McastEvent *event, gpointer user_data)
{
  Direct *direct = user_data;
  g_autofree char *text = describe (event);

  /* It can call the socket. */
  g_variant_unref (mcast_rx_socket_get_stats (MCAST_RX_SOCKET (socket)));
  g_mutex_lock (&direct->lock);
  direct->thread = g_thread_self ();
  g_string_append_printf (direct->texts, "%s; ", text);
  g_mutex_unlock (&direct->lock);
}

static gboolean
has_text (Direct *direct, const char *text)
{
  g_autoptr (GMutexLocker) G_GNUC_UNUSED locker = g_mutex_locker_new (&direct->lock);

  return strstr (direct->texts->str, text) != NULL;
}

/* Without a main loop, in the thread that detects the change. */
static void
test_callback (World *world)
{
  g_autoptr (McastRxSocket) rx = rx_new (WORDS (TEST_GROUP), TEST_PORT, WORDS ("v0"));
  Direct direct = { .texts = g_string_new (NULL) };

  g_mutex_init (&direct.lock);
  mcast_rx_socket_set_event_callback (rx, note_directly, &direct, NULL);
  netns_link_delete (world->here, "v0");
  netns_assert_soon (has_text (&direct, "lost " PATH_TEXT " on v0; "));
  g_assert_true (direct.thread != g_thread_self ());
  mcast_rx_socket_set_event_callback (rx, NULL, NULL, NULL);
  mcast_rx_socket_close (rx);
  g_assert_cmpstr (direct.texts->str, ==, "lost " PATH_TEXT " on v0; ");
  g_string_free (direct.texts, TRUE);
  g_mutex_clear (&direct.lock);
}

/* The nicks are those of the elements' messages. */
static void
test_nicks (void)
{
  static const char *const nicks[] = { "waiting",       "ready",     "failed",
                                       "lost",          "recovered", "recovery-ineffective",
                                       "flow-switched", "leg-lost",  "leg-restored" };
  g_autoptr (GEnumClass) types = g_type_class_ref (MCAST_TYPE_EVENT_TYPE);

  g_assert_cmpuint (types->n_values, ==, G_N_ELEMENTS (nicks));
  for (guint i = 0; i < types->n_values; i++)
    {
      g_assert_cmpint (types->values[i].value, ==, i);
      g_assert_cmpstr (types->values[i].value_nick, ==, nicks[i]);
    }
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  g_test_add_func ("/events/nicks", test_nicks);
  world_test_add ("/events/receiver", 1, test_receiver);
  world_test_add ("/events/receiver/recreate", 1, test_receiver_recreate);
  world_test_add ("/events/receiver/waiting", 1, test_receiver_waiting);
  world_test_add ("/events/receiver/waiting-again", 1, test_receiver_waiting_again);
  world_test_add ("/events/receiver/changes", 1, test_receiver_changes);
  world_test_add ("/events/receiver/failed", 1, test_receiver_failed);
  world_test_add ("/events/sender", 1, test_sender);
  world_test_add ("/events/sender/changes", 1, test_sender_changes);
  world_test_add ("/events/callback", 1, test_callback);
  return g_test_run ();
}
