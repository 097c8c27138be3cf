/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"
#include "sap/mcast-sap-packet-private.h"
#include "sap/mcast-sap-schedule-private.h"
#include "sap/mcast-sap-scope-private.h"

#define SDP_OF(version, group) \
  "v=0\r\no=- 7 " version " IN IP4 192.0.2.1\r\ns=Radio " version "\r\nc=" group "\r\n" \
  "t=0 0\r\nm=audio 5004 RTP/AVP 96\r\na=rtpmap:96 L24/48000/2\r\n"
#define SDP SDP_OF ("1", "IN IP4 239.1.2.3/32")
#define SDP_2 SDP_OF ("2", "IN IP4 239.1.2.3/32")
#define GROUP "239.255.255.255"

static McastSapAnnouncer *
announcer_new (const char *const *interfaces)
{
  return mcast_sap_announcer_new (interfaces);
}

static guint
add (McastSapAnnouncer *announcer, const char *sdp)
{
  g_autoptr (GError) error = NULL;
  guint id = mcast_sap_announcer_add (announcer, sdp, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (id, >, 0);
  return id;
}

static guint64
counter (McastSapAnnouncer *announcer, const char *name)
{
  return take_counter (mcast_sap_announcer_get_stats (announcer), name);
}

static GSocket *
receiver_new (World *world, const char *iface, const char *group)
{
  return plain_receiver_new (world->there, iface, group, MCAST_SAP_PORT);
}

static void
receive (GSocket *socket, McastSapPacket *packet)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  netns_assert_soon (plain_has_data (socket));
  bytes = plain_receive_data (socket, NULL);
  _mcast_sap_packet_parse (packet, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), 9000,
                           &error);
  g_assert_no_error (error);
}

static void
assert_deletion (GSocket *socket, guint hash)
{
  g_auto (McastSapPacket) packet = { 0 };

  receive (socket, &packet);
  g_assert_true (packet.is_deletion);
  g_assert_cmpuint (packet.hash, ==, hash);
  g_assert_true (g_str_has_prefix (packet.text, "o=- 7 "));
}

/* --- Packets ----------------------------------------------------------------------------- */

static void
test_announces (World *world)
{
  g_autoptr (GSocket) socket = receiver_new (world, "v0", GROUP);
  g_autoptr (McastSapAnnouncer) announcer = announcer_new (WORDS ("v0"));
  g_autofree char *address = netns_ipv4 (world->here, "v0");
  g_autofree char *origin = NULL;
  g_auto (McastSapPacket) packet = { 0 };

  add (announcer, SDP);
  receive (socket, &packet);
  origin = _mcast_address_to_string (&packet.origin);
  g_assert_false (packet.is_deletion);
  g_assert_cmpstr (packet.text, ==, SDP);
  g_assert_cmpstr (packet.payload_type, ==, "application/sdp");
  g_assert_cmpuint (packet.hash, !=, 0);
  g_assert_cmpstr (origin, ==, address);
  g_assert_cmpuint (counter (announcer, "announcements"), ==, 1);
}

static void
test_time_to_live (World *world)
{
  g_autoptr (GSocket) socket = receiver_new (world, "v0", GROUP);
  g_autoptr (McastSapAnnouncer) announcer = announcer_new (WORDS ("v0"));
  int hops;
  int traffic_class;

  plain_request_header (socket);
  add (announcer, SDP);
  plain_receive_header (socket, &hops, &traffic_class);
  g_assert_cmpint (hops, ==, 255);
}

static void
test_repeats (World *world)
{
  g_autoptr (GSocket) socket = receiver_new (world, "v0", GROUP);
  g_autoptr (McastSapAnnouncer) announcer = announcer_new (WORDS ("v0"));

  mcast_sap_announcer_set_min_interval_us (announcer, 1000);
  add (announcer, SDP);
  for (guint i = 0; i < 5; i++)
    {
      g_auto (McastSapPacket) packet = { 0 };

      receive (socket, &packet);
      g_assert_cmpstr (packet.text, ==, SDP);
    }
}

static void
test_update (World *world)
{
  g_autoptr (GSocket) socket = receiver_new (world, "v0", GROUP);
  g_autoptr (McastSapAnnouncer) announcer = announcer_new (WORDS ("v0"));
  guint id = add (announcer, SDP);
  g_auto (McastSapPacket) first = { 0 };
  g_auto (McastSapPacket) second = { 0 };

  receive (socket, &first);
  g_assert_true (mcast_sap_announcer_update (announcer, id, SDP, NULL));
  g_assert_cmpuint (counter (announcer, "announcements"), ==, 1);
  g_assert_true (mcast_sap_announcer_update (announcer, id, SDP_2, NULL));
  receive (socket, &second);
  g_assert_cmpstr (second.text, ==, SDP_2);
  g_assert_cmpuint (second.hash, !=, first.hash);
  g_assert_true (_mcast_address_equal (&second.origin, &first.origin));
  assert_deletion (socket, first.hash);
}

/* A new group can be announced in another one, of another family. */
static void
test_update_scope (World *world)
{
  g_autoptr (GSocket) socket = receiver_new (world, "v0", GROUP);
  g_autoptr (GSocket) socket6 = receiver_new (world, "v0", "ff05::2:7ffe");
  g_autoptr (McastSapAnnouncer) announcer = announcer_new (WORDS ("v0"));
  guint id = add (announcer, SDP);
  g_auto (McastSapPacket) first = { 0 };
  g_auto (McastSapPacket) second = { 0 };

  receive (socket, &first);
  g_assert_true (mcast_sap_announcer_update (announcer, id, SDP_OF ("2", "IN IP6 ff15::1"), NULL));
  receive (socket6, &second);
  g_assert_cmpint (second.origin.family, ==, AF_INET6);
  assert_deletion (socket, first.hash);
}

static void
test_remove (World *world)
{
  g_autoptr (GSocket) socket = receiver_new (world, "v0", GROUP);
  g_autoptr (McastSapAnnouncer) announcer = announcer_new (WORDS ("v0"));
  g_autoptr (GError) error = NULL;
  guint id = add (announcer, SDP);
  g_auto (McastSapPacket) packet = { 0 };

  receive (socket, &packet);
  g_assert_true (mcast_sap_announcer_remove (announcer, id, NULL));
  assert_deletion (socket, packet.hash);
  g_assert_false (mcast_sap_announcer_remove (announcer, id, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_close (World *world)
{
  g_autoptr (GSocket) socket = receiver_new (world, "v0", GROUP);
  g_autoptr (McastSapAnnouncer) announcer = announcer_new (WORDS ("v0"));
  g_autoptr (GError) error = NULL;
  g_auto (McastSapPacket) packet = { 0 };

  add (announcer, SDP);
  receive (socket, &packet);
  mcast_sap_announcer_close (announcer);
  assert_deletion (socket, packet.hash);
  mcast_sap_announcer_close (announcer);
  g_assert_true (mcast_sap_announcer_is_closed (announcer));
  g_assert_cmpuint (counter (announcer, "deletions"), ==, 1);
  g_assert_cmpuint (mcast_sap_announcer_add (announcer, SDP, &error), ==, 0);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
test_last_reference (World *world)
{
  g_autoptr (GSocket) socket = receiver_new (world, "v0", GROUP);
  McastSapAnnouncer *announcer = announcer_new (WORDS ("v0"));
  g_auto (McastSapPacket) packet = { 0 };

  add (announcer, SDP);
  receive (socket, &packet);
  g_object_unref (announcer);
  assert_deletion (socket, packet.hash);
}

/* --- Where ------------------------------------------------------------------------------- */

typedef struct
{
  const char *sdp;
  const char *group;
} Scope;

static const Scope scopes[] = {
  { SDP_OF ("1", "IN IP4 239.1.2.3/32"), "239.255.255.255" },
  { SDP_OF ("1", "IN IP4 239.192.2.3/32"), "239.195.255.255" },
  { SDP_OF ("1", "IN IP4 224.2.200.1/127"), "224.2.127.254" },
  { SDP_OF ("1", "IN IP4 224.0.0.200/1"), "224.0.0.255" },
  { SDP_OF ("1", "IN IP6 ff12::1"), "ff02::2:7ffe" },
  { SDP_OF ("1", "IN IP6 ff18::1"), "ff08::2:7ffe" },
};

static void
test_scope (World *world)
{
  const Scope *scope = world->data;
  g_autoptr (GSocket) socket = receiver_new (world, "v0", scope->group);
  g_autoptr (McastSapAnnouncer) announcer = announcer_new (WORDS ("v0"));
  g_auto (McastSapPacket) packet = { 0 };

  add (announcer, scope->sdp);
  receive (socket, &packet);
  g_assert_cmpstr (packet.text, ==, scope->sdp);
}

static void
test_two_interfaces (World *world)
{
  g_autoptr (GSocket) first = receiver_new (world, "v0", GROUP);
  g_autoptr (GSocket) second = receiver_new (world, "v1", GROUP);
  g_autoptr (McastSapAnnouncer) announcer = announcer_new (WORDS ("v0", "v1"));
  g_auto (McastSapPacket) packet = { 0 };
  g_auto (McastSapPacket) copy = { 0 };

  add (announcer, SDP);
  receive (first, &packet);
  receive (second, &copy);
  g_assert_true (_mcast_address_equal (&packet.origin, &copy.origin));
  g_assert_cmpuint (packet.hash, ==, copy.hash);
}

static void
test_interface_returns (World *world)
{
  g_autoptr (McastSapAnnouncer) announcer = announcer_new (WORDS ("v0"));

  add (announcer, SDP);
  g_assert_cmpuint (counter (announcer, "announcements"), ==, 1);
  netns_link_recreate (world->here, "v0", 0, 0);
  netns_assert_soon (counter (announcer, "announcements") >= 2);
}

/* --- Errors ------------------------------------------------------------------------------ */

static void
test_invalid (World *world)
{
  static const struct
  {
    const char *sdp;
    const char *text;
  } rows[] = {
    { "", "not SDP" },
    { "hello", "not SDP" },
    { "v=0\r\ns=Radio\r\nc=IN IP4 239.1.2.3/32\r\n", "not SDP" },
    { "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nc=IN IP4 192.0.2.9\r\n", "no multicast address" },
    { "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n", "no multicast address" },
  };
  g_autoptr (McastSapAnnouncer) announcer = announcer_new (WORDS ("v0"));
  guint id = add (announcer, SDP);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) update_error = NULL;

      g_assert_cmpuint (mcast_sap_announcer_add (announcer, rows[i].sdp, &error), ==, 0);
      assert_error_says (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, rows[i].text);
      g_assert_false (mcast_sap_announcer_update (announcer, id, rows[i].sdp, &update_error));
      assert_error_says (update_error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, rows[i].text);
    }
}

static void
test_no_such_interface (World *world)
{
  g_autoptr (McastSapAnnouncer) announcer = announcer_new (WORDS ("absent"));
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (mcast_sap_announcer_add (announcer, SDP, &error), ==, 0);
  g_assert_error (error, MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE);
}

/* --- With a listener --------------------------------------------------------------------- */

static McastSapSession *
get_session (McastSapListener *listener)
{
  g_autoptr (McastSapSession) session = g_list_model_get_item (G_LIST_MODEL (listener), 0);

  return session; /* the list keeps it */
}

static void
test_listener (World *world)
{
  g_autoptr (McastSapListener) listener = mcast_sap_listener_new (WORDS ("v0", "v1"), NULL);
  g_autoptr (McastSapAnnouncer)
    announcer = g_object_new (MCAST_TYPE_SAP_ANNOUNCER, "interfaces", WORDS ("v0", "v1"),
                              "listener", listener, NULL);
  GListModel *model = G_LIST_MODEL (listener);
  guint id = add (announcer, SDP);

  netns_assert_soon (g_list_model_get_n_items (model) == 1);
  g_assert_true (mcast_sap_announcer_update (announcer, id, SDP_2, NULL));
  netns_assert_soon (g_strcmp0 (mcast_sap_session_get_name (get_session (listener)), "Radio 2")
                     == 0);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 1);
  mcast_sap_announcer_close (announcer);
  netns_assert_soon (g_list_model_get_n_items (model) == 0);
}

/* --- Times ------------------------------------------------------------------------------- */

static void
test_schedule (void)
{
  const gint64 minimum = 300 * G_USEC_PER_SEC;

  g_assert_cmpint (_mcast_sap_schedule_get_interval_us (minimum, 1, 1000), ==, minimum);
  g_assert_cmpint (_mcast_sap_schedule_get_interval_us (minimum, 150, 1000), ==, minimum);
  g_assert_cmpint (_mcast_sap_schedule_get_interval_us (minimum, 200, 1000), ==,
                   400 * G_USEC_PER_SEC);
  g_assert_cmpint (_mcast_sap_schedule_get_delay_us (minimum, 0), ==, 200 * G_USEC_PER_SEC);
  g_assert_cmpint (_mcast_sap_schedule_get_delay_us (minimum, 0.5), ==, minimum);
  g_assert_cmpint (_mcast_sap_schedule_get_delay_us (minimum, 1), ==, 400 * G_USEC_PER_SEC);
}

static void
on_notify (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
test_properties (void)
{
  g_autoptr (McastSapAnnouncer) announcer = announcer_new (WORDS ("v0"));
  g_auto (GStrv) interfaces = mcast_sap_announcer_get_interfaces (announcer);
  guint n_notified = 0;

  g_assert_cmpstrv (interfaces, WORDS ("v0"));
  g_assert_cmpint (mcast_sap_announcer_get_min_interval_us (announcer), ==, 300 * G_USEC_PER_SEC);
  g_signal_connect (announcer, "notify::min-interval-us", G_CALLBACK (on_notify), &n_notified);
  g_object_set (announcer, "min-interval-us", G_GINT64_CONSTANT (30000000), NULL);
  g_object_set (announcer, "min-interval-us", G_GINT64_CONSTANT (30000000), NULL);
  g_assert_cmpint (mcast_sap_announcer_get_min_interval_us (announcer), ==, 30 * G_USEC_PER_SEC);
  g_assert_cmpuint (n_notified, ==, 1);
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  g_test_add_func ("/sap-announcer/schedule", test_schedule);
  g_test_add_func ("/sap-announcer/properties", test_properties);
  world_test_add ("/sap-announcer/announces", 1, test_announces);
  world_test_add ("/sap-announcer/time-to-live", 1, test_time_to_live);
  world_test_add ("/sap-announcer/repeats", 1, test_repeats);
  world_test_add ("/sap-announcer/update", 1, test_update);
  world_test_add ("/sap-announcer/update/scope", 1, test_update_scope);
  world_test_add ("/sap-announcer/remove", 1, test_remove);
  world_test_add ("/sap-announcer/close", 1, test_close);
  world_test_add ("/sap-announcer/last-reference", 1, test_last_reference);
  for (guint i = 0; i < G_N_ELEMENTS (scopes); i++)
    {
      g_autofree char *path = g_strconcat ("/sap-announcer/scope/", scopes[i].group, NULL);

      world_test_add_data (path, 1, &scopes[i], test_scope);
    }
  world_test_add ("/sap-announcer/two-interfaces", 2, test_two_interfaces);
  world_test_add ("/sap-announcer/interface-returns", 1, test_interface_returns);
  world_test_add ("/sap-announcer/invalid", 1, test_invalid);
  world_test_add ("/sap-announcer/no-such-interface", 0, test_no_such_interface);
  world_test_add ("/sap-announcer/listener", 2, test_listener);
  return g_test_run ();
}
