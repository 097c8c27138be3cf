/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sap/mcast-sap-table-private.h"

#define SECOND G_USEC_PER_SEC
#define MINUTE (60 * G_GINT64_CONSTANT (1000000))
#define HOUR (60 * MINUTE)

/* A table whose changes are applied to a mirror, as a view does it. */
typedef struct
{
  McastSapTable *table;
  GPtrArray *mirror;
  guint n_changes;
  gint64 now_us;
} Fixture;

static void
apply (guint position, guint n_removed, guint n_added, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->n_changes++;
  g_assert_cmpuint (position + n_removed, <=, fixture->mirror->len);
  if (n_removed > 0)
    g_ptr_array_remove_range (fixture->mirror, position, n_removed);
  for (guint i = 0; i < n_added; i++)
    {
      McastSapSession *session = _mcast_sap_table_get_session (fixture->table, position + i);

      g_assert_nonnull (session);
      g_ptr_array_insert (fixture->mirror, (int) (position + i), g_object_ref (session));
    }
}

static void
fixture_init (Fixture *fixture, guint max_sessions)
{
  const McastSapTableOptions options = {
    .max_sessions = max_sessions,
    .timeout_us = HOUR,
    .changed = apply,
    .user_data = fixture,
  };

  *fixture = (Fixture) { .now_us = 1 };
  fixture->table = _mcast_sap_table_new (&options);
  fixture->mirror = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
fixture_clear (Fixture *fixture)
{
  g_assert_cmpuint (_mcast_sap_table_get_n_sessions (fixture->table), ==, fixture->mirror->len);
  for (guint i = 0; i < fixture->mirror->len; i++)
    g_assert_true (_mcast_sap_table_get_session (fixture->table, i) == fixture->mirror->pdata[i]);
  g_assert_null (_mcast_sap_table_get_session (fixture->table, fixture->mirror->len));
  _mcast_sap_table_free (fixture->table);
  g_ptr_array_unref (fixture->mirror);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, fixture_clear)

static McastAddress
address_of (const char *text)
{
  McastAddress address;

  g_assert_true (_mcast_address_parse (text, &address));
  return address;
}

typedef struct
{
  guint hash;
  const char *sdp;
  const char *sender; /* 192.0.2.1 unless set */
  guint iface_index;
  gboolean is_deletion;
  gboolean is_authenticated;
} Event;

static McastSapOutcome
handle (Fixture *fixture, Event event)
{
  g_auto (McastSapPacket) packet = {
    .hash = (guint16) event.hash,
    .is_deletion = event.is_deletion,
    .is_authenticated = event.is_authenticated,
    .origin = address_of ("192.0.2.1"),
    .payload_type = g_strdup (MCAST_SAP_TYPE_SDP),
    .text = g_strdup (event.sdp != NULL ? event.sdp : ""),
  };
  g_autofree char *name = g_strdup_printf ("v%u", event.iface_index);
  const McastSapArrival arrival = {
    .sender = address_of (event.sender != NULL ? event.sender : "192.0.2.1"),
    .iface_index = event.iface_index,
    .iface_name = name,
    .now_us = fixture->now_us,
    .real_time_us = fixture->now_us,
  };

  return _mcast_sap_table_handle (fixture->table, &packet, &arrival);
}

#define RADIO_1 "v=0\no=- 7 1 IN IP4 192.0.2.1\ns=Radio\n"
#define RADIO_2 "v=0\no=- 7 2 IN IP4 192.0.2.1\ns=Radio two\n"
#define TALK "v=0\no=- 8 1 IN IP4 192.0.2.1\ns=Talk\n"
#define NO_ORIGIN "v=0\ns=None\n"

static McastSapSession *
get (Fixture *fixture, guint position)
{
  return _mcast_sap_table_get_session (fixture->table, position);
}

static void
assert_names (Fixture *fixture, const char *expected)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; get (fixture, i) != NULL; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? "," : "",
                            mcast_sap_session_get_name (get (fixture, i)));
  g_assert_cmpstr (names->str, ==, expected);
}

static void
assert_interfaces (McastSapSession *session, const char *expected)
{
  g_auto (GStrv) names = mcast_sap_session_get_interfaces (session);
  g_autofree char *text = g_strjoinv (",", names);

  g_assert_cmpstr (text, ==, expected);
}

/* --- Announcements ----------------------------------------------------------------------- */

static void
count_notify (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
test_repeated (void)
{
  g_auto (Fixture) fixture;
  McastSapSession *session;
  guint n_notified = 0;

  fixture_init (&fixture, 10);
  g_assert_cmpint (handle (&fixture, (Event) { 1, RADIO_1 }), ==, MCAST_SAP_OUTCOME_ADDED);
  session = get (&fixture, 0);
  g_signal_connect (session, "notify::last-seen-us", G_CALLBACK (count_notify), &n_notified);
  g_assert_cmpint (mcast_sap_session_get_period_us (session), ==, 0);

  fixture.now_us += 30 * SECOND;
  g_assert_cmpint (handle (&fixture, (Event) { 1, RADIO_1 }), ==, MCAST_SAP_OUTCOME_REPEATED);
  g_assert_cmpuint (fixture.n_changes, ==, 1);
  g_assert_cmpuint (n_notified, ==, 1);
  g_assert_cmpint (mcast_sap_session_get_period_us (session), ==, 30 * SECOND);
  g_assert_cmpint (mcast_sap_session_get_first_seen_us (session), ==, 1);
  g_assert_cmpint (mcast_sap_session_get_last_seen_us (session), ==, fixture.now_us);
  g_assert_cmpuint (mcast_sap_session_get_message_hash (session), ==, 1);
  g_assert_cmpstr (mcast_sap_session_get_sdp (session), ==, RADIO_1);
}

/* Copies that follow at once, in another group or on another interface, are no period. */
static void
test_interfaces (void)
{
  g_auto (Fixture) fixture;

  fixture_init (&fixture, 10);
  handle (&fixture, (Event) { 1, RADIO_1, .iface_index = 1 });
  fixture.now_us += 1000;
  handle (&fixture, (Event) { 1, RADIO_1, .iface_index = 2, .sender = "192.0.2.2" });
  handle (&fixture, (Event) { 1, RADIO_1, .iface_index = 1 });
  assert_names (&fixture, "Radio");
  assert_interfaces (get (&fixture, 0), "v1,v2");
  g_assert_cmpint (mcast_sap_session_get_period_us (get (&fixture, 0)), ==, 0);
  g_assert_cmpuint (fixture.n_changes, ==, 1);

  for (guint i = 0; i < 3; i++)
    {
      fixture.now_us += HOUR / 2;
      handle (&fixture, (Event) { 1, RADIO_1, .iface_index = 1 });
    }
  fixture.now_us += 5 * HOUR;
  handle (&fixture, (Event) { 1, RADIO_1, .iface_index = 1 });
  assert_interfaces (get (&fixture, 0), "v1");
}

/* --- Changes, RFC 2974 section 5 --------------------------------------------------------- */

static void
test_new_hash (void)
{
  g_auto (Fixture) fixture;
  McastSapSession *session;

  fixture_init (&fixture, 10);
  handle (&fixture, (Event) { 1, RADIO_1 });
  handle (&fixture, (Event) { 2, TALK });
  session = get (&fixture, 0);
  g_assert_cmpint (handle (&fixture, (Event) { 3, RADIO_2 }), ==, MCAST_SAP_OUTCOME_CHANGED);
  assert_names (&fixture, "Radio two,Talk");
  g_assert_true (get (&fixture, 0) == session);
  g_assert_cmpuint (mcast_sap_session_get_message_hash (session), ==, 3);
  g_assert_cmpuint (fixture.n_changes, ==, 3);

  /* The deletion of the old version, which announcers send as well, is not one of the session. */
  g_assert_cmpint (handle (&fixture, (Event) { 1, .is_deletion = TRUE }), ==,
                   MCAST_SAP_OUTCOME_UNKNOWN);
  g_assert_cmpint (handle (&fixture, (Event) { 3, RADIO_2 }), ==, MCAST_SAP_OUTCOME_REPEATED);
}

static void
test_same_hash (void)
{
  g_auto (Fixture) fixture;

  fixture_init (&fixture, 10);
  handle (&fixture, (Event) { 1, RADIO_1 });
  g_assert_cmpint (handle (&fixture, (Event) { 1, RADIO_2 }), ==, MCAST_SAP_OUTCOME_CHANGED);
  assert_names (&fixture, "Radio two");
}

/* A changed description from another host is another session. */
static void
test_other_host (void)
{
  g_auto (Fixture) fixture;

  fixture_init (&fixture, 10);
  handle (&fixture, (Event) { 1, RADIO_1 });
  g_assert_cmpint (handle (&fixture, (Event) { 3, RADIO_2, .sender = "192.0.2.66" }), ==,
                   MCAST_SAP_OUTCOME_ADDED);
  assert_names (&fixture, "Radio,Radio two");
  g_assert_cmpint (handle (&fixture, (Event) { 1, TALK, .sender = "192.0.2.66" }), ==,
                   MCAST_SAP_OUTCOME_CONFLICT);
  assert_names (&fixture, "Radio,Radio two");
}

/* The same text from another host is the same session, but gives it no rights. */
static void
test_replayed (void)
{
  g_auto (Fixture) fixture;

  fixture_init (&fixture, 10);
  handle (&fixture, (Event) { 1, RADIO_1 });
  g_assert_cmpint (handle (&fixture, (Event) { 1, RADIO_1, .sender = "192.0.2.66" }), ==,
                   MCAST_SAP_OUTCOME_REPEATED);
  g_assert_cmpint (handle (&fixture, (Event) { 1, .sender = "192.0.2.66", .is_deletion = TRUE }),
                   ==, MCAST_SAP_OUTCOME_CONFLICT);
  assert_names (&fixture, "Radio");
}

/* A host with two interfaces may have two addresses; each of them can change the session. */
static void
test_two_senders (void)
{
  g_auto (Fixture) fixture;

  fixture_init (&fixture, 10);
  handle (&fixture, (Event) { 1, RADIO_1, .iface_index = 1 });
  handle (&fixture, (Event) { 1, RADIO_1, .iface_index = 2, .sender = "198.51.100.1" });
  g_assert_cmpint (handle (&fixture,
                           (Event) { 2, RADIO_2, .iface_index = 2, .sender = "198.51.100.1" }),
                   ==, MCAST_SAP_OUTCOME_CHANGED);
  g_assert_cmpint (handle (&fixture, (Event) { 2, RADIO_2, .iface_index = 1 }), ==,
                   MCAST_SAP_OUTCOME_REPEATED);
  assert_names (&fixture, "Radio two");
}

static void
test_authenticated (void)
{
  g_auto (Fixture) fixture;

  fixture_init (&fixture, 10);
  handle (&fixture, (Event) { 1, RADIO_1, .is_authenticated = TRUE });
  g_assert_cmpint (handle (&fixture, (Event) { 3, RADIO_2 }), ==, MCAST_SAP_OUTCOME_ADDED);
  g_assert_cmpint (handle (&fixture, (Event) { 1, .is_deletion = TRUE }), ==,
                   MCAST_SAP_OUTCOME_UNKNOWN);
  assert_names (&fixture, "Radio,Radio two");
}

/* Without a hash, or without "o=", each of the two identifies the session alone. */
static void
test_without_hash (void)
{
  g_auto (Fixture) fixture;

  fixture_init (&fixture, 10);
  handle (&fixture, (Event) { 0, RADIO_1 });
  handle (&fixture, (Event) { 0, TALK });
  g_assert_cmpint (handle (&fixture, (Event) { 0, RADIO_1 }), ==, MCAST_SAP_OUTCOME_REPEATED);
  g_assert_cmpint (handle (&fixture, (Event) { 0, RADIO_2 }), ==, MCAST_SAP_OUTCOME_CHANGED);
  assert_names (&fixture, "Radio two,Talk");
  g_assert_cmpint (handle (&fixture, (Event) { 0, TALK, .is_deletion = TRUE }), ==,
                   MCAST_SAP_OUTCOME_DELETED);
  assert_names (&fixture, "Radio two");
}

static void
test_without_origin (void)
{
  g_auto (Fixture) fixture;

  fixture_init (&fixture, 10);
  handle (&fixture, (Event) { 1, NO_ORIGIN });
  g_assert_cmpint (handle (&fixture, (Event) { 1, NO_ORIGIN }), ==, MCAST_SAP_OUTCOME_REPEATED);
  g_assert_cmpint (handle (&fixture, (Event) { 2, NO_ORIGIN }), ==, MCAST_SAP_OUTCOME_ADDED);
  assert_names (&fixture, "None,None");
}

/* --- The end of sessions ----------------------------------------------------------------- */

static void
test_deletion (void)
{
  g_auto (Fixture) fixture;

  fixture_init (&fixture, 10);
  handle (&fixture, (Event) { 1, RADIO_1 });
  handle (&fixture, (Event) { 2, TALK });
  g_assert_cmpint (handle (&fixture, (Event) { 9, .is_deletion = TRUE }), ==,
                   MCAST_SAP_OUTCOME_UNKNOWN);
  g_assert_cmpint (handle (&fixture, (Event) { 1, .is_deletion = TRUE }), ==,
                   MCAST_SAP_OUTCOME_DELETED);
  assert_names (&fixture, "Talk");
  g_assert_cmpint (handle (&fixture, (Event) { 1, RADIO_1 }), ==, MCAST_SAP_OUTCOME_ADDED);
  assert_names (&fixture, "Talk,Radio");
}

static void
test_timeout (void)
{
  g_auto (Fixture) fixture;

  fixture_init (&fixture, 10);
  g_assert_cmpint (_mcast_sap_table_expire (fixture.table, 0), ==, G_MAXINT64);
  handle (&fixture, (Event) { 1, RADIO_1 });
  g_assert_cmpint (_mcast_sap_table_expire (fixture.table, HOUR), ==, HOUR + 1);
  assert_names (&fixture, "Radio");
  g_assert_cmpint (_mcast_sap_table_expire (fixture.table, HOUR + 1), ==, G_MAXINT64);
  assert_names (&fixture, "");
  g_assert_cmpuint (_mcast_sap_table_get_n_expired (fixture.table), ==, 1);
}

/* A session with a long period ends after ten of them, later than one that was silent for less. */
static void
test_timeout_of_period (void)
{
  g_auto (Fixture) fixture;
  gint64 start;

  fixture_init (&fixture, 10);
  handle (&fixture, (Event) { 1, RADIO_1 });
  fixture.now_us += 20 * MINUTE;
  handle (&fixture, (Event) { 1, RADIO_1 });
  handle (&fixture, (Event) { 2, TALK });
  start = fixture.now_us;
  g_assert_cmpint (_mcast_sap_table_expire (fixture.table, start + HOUR - 1), ==, start + HOUR);
  assert_names (&fixture, "Radio,Talk");
  g_assert_cmpint (_mcast_sap_table_expire (fixture.table, start + HOUR), ==, start + 200 * MINUTE);
  assert_names (&fixture, "Radio");
  _mcast_sap_table_expire (fixture.table, start + 200 * MINUTE);
  assert_names (&fixture, "");
}

/* --- Limits ------------------------------------------------------------------------------ */

static McastSapOutcome
announce (Fixture *fixture, guint i)
{
  g_autofree char *sdp = g_strdup_printf ("v=0\no=- %u 1 IN IP4 192.0.2.1\ns=%u\n", i, i);

  return handle (fixture, (Event) { i, sdp });
}

static void
test_full_of_new (void)
{
  g_auto (Fixture) fixture;

  fixture_init (&fixture, 3);
  for (guint i = 1; i <= 5; i++)
    g_assert_cmpint (announce (&fixture, i), ==, MCAST_SAP_OUTCOME_ADDED);
  assert_names (&fixture, "3,4,5");
  g_assert_cmpuint (_mcast_sap_table_get_n_displaced (fixture.table), ==, 2);
}

/* What was announced again is never displaced, however long ago. */
static void
test_full_of_known (void)
{
  g_auto (Fixture) fixture;

  fixture_init (&fixture, 3);
  for (guint i = 1; i <= 2; i++)
    announce (&fixture, i);
  fixture.now_us += 30 * SECOND;
  for (guint i = 1; i <= 2; i++)
    announce (&fixture, i);
  g_assert_cmpuint (_mcast_sap_table_get_n_unconfirmed (fixture.table), ==, 0);
  for (guint i = 3; i <= 1000; i++)
    g_assert_cmpint (announce (&fixture, i), ==, MCAST_SAP_OUTCOME_ADDED);
  assert_names (&fixture, "1,2,1000");

  fixture.now_us += 30 * SECOND;
  announce (&fixture, 1000);
  g_assert_cmpint (announce (&fixture, 1001), ==, MCAST_SAP_OUTCOME_REFUSED);
  assert_names (&fixture, "1,2,1000");
  handle (&fixture, (Event) { 2, .is_deletion = TRUE });
  g_assert_cmpint (announce (&fixture, 1001), ==, MCAST_SAP_OUTCOME_ADDED);
  assert_names (&fixture, "1,1000,1001");
}

/* Copies at once do not confirm a session: a forger can send two packets as well as one. */
static void
test_copies_confirm_nothing (void)
{
  g_auto (Fixture) fixture;

  fixture_init (&fixture, 3);
  announce (&fixture, 1);
  fixture.now_us += SECOND / 2;
  announce (&fixture, 1);
  g_assert_cmpuint (_mcast_sap_table_get_n_unconfirmed (fixture.table), ==, 1);
}

/* Any order of events leaves a list that equals its mirror; fixture_clear () compares them. */
static void
test_random (void)
{
  g_auto (Fixture) fixture;

  fixture_init (&fixture, 20);
  for (guint i = 0; i < 20000; i++)
    {
      guint id = (guint) g_test_rand_int_range (1, 40);
      g_autofree char *sdp = g_strdup_printf ("v=0\no=- %u 1 IN IP4 192.0.2.1\ns=%d\n", id % 30,
                                              g_test_rand_int_range (0, 3));
      const char *sender = g_test_rand_int_range (0, 4) > 0 ? "192.0.2.1" : "192.0.2.2";

      fixture.now_us += g_test_rand_int_range (0, 2000000);
      handle (&fixture, (Event) { id % 35, sdp, sender, (guint) g_test_rand_int_range (0, 3),
                                  .is_deletion = g_test_rand_int_range (0, 5) == 0 });
      if (i % 2000 == 0)
        fixture.now_us += 1000 * HOUR;
      if (i % 100 == 0)
        _mcast_sap_table_expire (fixture.table, fixture.now_us);
    }
  g_assert_cmpuint (_mcast_sap_table_get_n_displaced (fixture.table), >, 0);
  g_assert_cmpuint (_mcast_sap_table_get_n_expired (fixture.table), >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sap-table/repeated", test_repeated);
  g_test_add_func ("/sap-table/interfaces", test_interfaces);
  g_test_add_func ("/sap-table/change/new-hash", test_new_hash);
  g_test_add_func ("/sap-table/change/same-hash", test_same_hash);
  g_test_add_func ("/sap-table/change/other-host", test_other_host);
  g_test_add_func ("/sap-table/change/replayed", test_replayed);
  g_test_add_func ("/sap-table/change/two-senders", test_two_senders);
  g_test_add_func ("/sap-table/change/authenticated", test_authenticated);
  g_test_add_func ("/sap-table/without-hash", test_without_hash);
  g_test_add_func ("/sap-table/without-origin", test_without_origin);
  g_test_add_func ("/sap-table/deletion", test_deletion);
  g_test_add_func ("/sap-table/timeout", test_timeout);
  g_test_add_func ("/sap-table/timeout/of-period", test_timeout_of_period);
  g_test_add_func ("/sap-table/limit/full-of-new", test_full_of_new);
  g_test_add_func ("/sap-table/limit/full-of-known", test_full_of_known);
  g_test_add_func ("/sap-table/limit/copies-confirm-nothing", test_copies_confirm_nothing);
  g_test_add_func ("/sap-table/random", test_random);
  return g_test_run ();
}
