/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lib-test.h"
#include "sap/mcast-sap-packet-private.h"
#include "sap/mcast-sap-scope-private.h"

#define ORIGIN "192.0.2.1"
#define SITE_LOCAL "239.255.255.255"

static McastSapListener *
listener_new (const char *const *interfaces)
{
  g_autoptr (GError) error = NULL;
  McastSapListener *listener = mcast_sap_listener_new (interfaces, &error);

  g_assert_no_error (error);
  return listener;
}

static guint
n_sessions (McastSapListener *listener)
{
  return g_list_model_get_n_items (G_LIST_MODEL (listener));
}

static McastSapSession *
get (McastSapListener *listener, guint position)
{
  g_autoptr (McastSapSession) session = g_list_model_get_item (G_LIST_MODEL (listener), position);

  return session; /* the list keeps it */
}

static guint64
counter (McastSapListener *listener, const char *name)
{
  return take_counter (mcast_sap_listener_get_stats (listener), name);
}

static GBytes *
packet_new (guint id, guint hash, const char *name, gboolean is_deletion)
{
  g_auto (McastSapPacket) packet = {
    .hash = (guint16) hash,
    .is_deletion = is_deletion,
    .payload_type = g_strdup (MCAST_SAP_TYPE_SDP),
    .text = g_strdup_printf ("v=0\r\no=- %u 1 IN IP4 " ORIGIN "\r\ns=%s\r\n", id, name),
  };

  _mcast_address_parse (ORIGIN, &packet.origin);
  return _mcast_sap_packet_write (&packet);
}

static void
send_bytes (Netns *from, const char *iface, const char *group, GBytes *bytes)
{
  guint scope_id = netns_index (from, iface);
  g_autoptr (GSocketAddress) to = plain_address_new (group, MCAST_SAP_PORT, scope_id);
  g_autoptr (GSocket)
    sender = plain_sender_new (from, iface, g_socket_address_get_family (to), NULL);

  plain_send_data (sender, to, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
announce (World *world, const char *iface, guint id, guint hash, const char *name)
{
  g_autoptr (GBytes) bytes = packet_new (id, hash, name, FALSE);

  send_bytes (world->there, iface, SITE_LOCAL, bytes);
}

static void
withdraw (World *world, const char *iface, guint id, guint hash)
{
  g_autoptr (GBytes) bytes = packet_new (id, hash, "", TRUE);

  send_bytes (world->there, iface, SITE_LOCAL, bytes);
}

typedef struct
{
  guint n_signals;
  guint position;
  guint n_removed;
  guint n_added;
} Change;

static void
on_items_changed (GListModel *model, guint position, guint n_removed, guint n_added,
                  gpointer user_data)
{
  Change *change = user_data;

  *change = (Change) { change->n_signals + 1, position, n_removed, n_added };
}

static void
assert_interfaces (McastSapSession *session, const char *first, const char *second)
{
  g_auto (GStrv) names = mcast_sap_session_get_interfaces (session);

  g_assert_cmpuint (g_strv_length (names), ==, second != NULL ? 2 : 1);
  g_assert_true (g_strv_contains ((const char *const *) names, first));
  if (second != NULL)
    g_assert_true (g_strv_contains ((const char *const *) names, second));
}

/* --- Sessions ---------------------------------------------------------------------------- */

static void
test_session (World *world)
{
  g_autoptr (McastSapListener) listener = listener_new (WORDS ("v0"));
  Change change = { 0 };
  McastSapSession *session;
  g_autofree char *origin = NULL;

  g_signal_connect (listener, "items-changed", G_CALLBACK (on_items_changed), &change);
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (listener)) == MCAST_TYPE_SAP_SESSION);
  announce (world, "v0", 1, 7, "Radio");
  netns_assert_soon (n_sessions (listener) == 1);
  g_assert_cmpuint (change.n_added, ==, 1);

  session = get (listener, 0);
  origin = g_inet_address_to_string (mcast_sap_session_get_origin (session));
  g_assert_cmpstr (origin, ==, ORIGIN);
  g_assert_cmpstr (mcast_sap_session_get_name (session), ==, "Radio");
  g_assert_cmpstr (mcast_sap_session_get_payload_type (session), ==, "application/sdp");
  g_assert_true (g_str_has_prefix (mcast_sap_session_get_sdp (session), "v=0\r\no=- 1 "));
  g_assert_cmpuint (mcast_sap_session_get_message_hash (session), ==, 7);
  g_assert_cmpint (mcast_sap_session_get_first_seen_us (session), >, 0);
  g_assert_cmpint (mcast_sap_session_get_first_seen_us (session), <=, g_get_real_time ());
  assert_interfaces (session, "v0", NULL);
}

static void
test_scope (World *world)
{
  g_autoptr (McastSapListener) listener = listener_new (WORDS ("v0"));
  g_autoptr (GBytes) bytes = packet_new (1, 1, "Radio", FALSE);

  send_bytes (world->there, "v0", world->data, bytes);
  netns_assert_soon (n_sessions (listener) == 1);
}

/* The same announcement in two groups and on two interfaces is one session. */
static void
test_one_item (World *world)
{
  g_autoptr (McastSapListener) listener = listener_new (NULL);
  g_autoptr (GBytes) bytes = packet_new (1, 1, "Radio", FALSE);

  send_bytes (world->there, "v0", SITE_LOCAL, bytes);
  send_bytes (world->there, "v1", SITE_LOCAL, bytes);
  send_bytes (world->there, "v1", "224.2.127.254", bytes);
  netns_assert_soon (counter (listener, "packets") == 3);
  g_assert_cmpuint (n_sessions (listener), ==, 1);
  assert_interfaces (get (listener, 0), "v0", "v1");
}

static void
on_notify (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  g_string_append_printf (user_data, "%s ", pspec->name);
}

static void
test_repeat (World *world)
{
  g_autoptr (McastSapListener) listener = listener_new (WORDS ("v0"));
  g_autoptr (GString) notified = g_string_new (NULL);
  Change change = { 0 };

  announce (world, "v0", 1, 1, "Radio");
  netns_assert_soon (n_sessions (listener) == 1);
  g_signal_connect (listener, "items-changed", G_CALLBACK (on_items_changed), &change);
  g_signal_connect (get (listener, 0), "notify", G_CALLBACK (on_notify), notified);
  announce (world, "v0", 1, 1, "Radio");
  netns_assert_soon (counter (listener, "repeated") == 1);
  g_assert_cmpuint (change.n_signals, ==, 0);
  g_assert_cmpstr (notified->str, ==, "last-seen-us ");
}

static void
test_change (World *world)
{
  g_autoptr (McastSapListener) listener = listener_new (WORDS ("v0"));
  g_autoptr (GString) notified = g_string_new (NULL);
  Change change = { 0 };

  announce (world, "v0", 1, 1, "Radio");
  announce (world, "v0", 2, 2, "Talk");
  netns_assert_soon (n_sessions (listener) == 2);
  g_signal_connect (listener, "items-changed", G_CALLBACK (on_items_changed), &change);
  g_signal_connect (get (listener, 0), "notify", G_CALLBACK (on_notify), notified);
  announce (world, "v0", 1, 3, "Radio two");
  netns_assert_soon (change.n_signals == 1);
  g_assert_cmpuint (change.position, ==, 0);
  g_assert_cmpuint (change.n_removed, ==, 1);
  g_assert_cmpuint (change.n_added, ==, 1);
  netns_assert_soon (strstr (notified->str, "message-hash ") != NULL
                     && strstr (notified->str, "sdp ") != NULL
                     && strstr (notified->str, "name ") != NULL);
  g_assert_cmpstr (mcast_sap_session_get_name (get (listener, 0)), ==, "Radio two");
}

static void
test_deletion (World *world)
{
  g_autoptr (McastSapListener) listener = listener_new (WORDS ("v0", "v1"));

  announce (world, "v0", 1, 1, "Radio");
  announce (world, "v0", 2, 2, "Talk");
  netns_assert_soon (n_sessions (listener) == 2);
  /* The other link has another address: this is not the host that announced the session. */
  withdraw (world, "v1", 1, 1);
  netns_assert_soon (counter (listener, "conflicts") == 1);
  g_assert_cmpuint (n_sessions (listener), ==, 2);
  withdraw (world, "v0", 1, 1);
  netns_assert_soon (n_sessions (listener) == 1);
  g_assert_cmpstr (mcast_sap_session_get_name (get (listener, 0)), ==, "Talk");
}

static void
test_timeout (World *world)
{
  g_autoptr (McastSapListener)
    listener = g_initable_new (MCAST_TYPE_SAP_LISTENER, NULL, NULL, "interfaces", WORDS ("v0"),
                               "timeout-us", G_GINT64_CONSTANT (50000), NULL);

  announce (world, "v0", 1, 1, "Radio");
  netns_assert_soon (counter (listener, "added") == 1);
  netns_assert_soon (n_sessions (listener) == 0);
  g_assert_cmpuint (counter (listener, "expired"), ==, 1);
  announce (world, "v0", 1, 1, "Radio");
  netns_assert_soon (counter (listener, "expired") == 2);
}

/* --- Hostile packets --------------------------------------------------------------------- */

static void
send_text (World *world, const char *text, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, size);

  send_bytes (world->there, "v0", SITE_LOCAL, bytes);
}

static void
test_unusable (World *world)
{
  g_autoptr (McastSapListener)
    listener = g_initable_new (MCAST_TYPE_SAP_LISTENER, NULL, NULL, "interfaces", WORDS ("v0"),
                               "max-size", 100, NULL);
  g_autofree char *long_name = g_strnfill (100, 'x');

  send_text (world, "", 0);
  send_text (world, "no packet at all", 16);
  send_text (world, "\x22\0\0\1\xc0\0\2\1secret", 14);
  announce (world, "v0", 1, 1, long_name);
  announce (world, "v0", 2, 2, "Radio");
  netns_assert_soon (counter (listener, "packets") == 5);
  g_assert_cmpuint (counter (listener, "malformed"), ==, 2);
  g_assert_cmpuint (counter (listener, "encrypted"), ==, 1);
  g_assert_cmpuint (counter (listener, "too-large"), ==, 1);
  g_assert_cmpuint (counter (listener, "added"), ==, 1);
  g_assert_cmpstr (mcast_sap_session_get_name (get (listener, 0)), ==, "Radio");
}

static void
test_full (World *world)
{
  g_autoptr (McastSapListener)
    listener = g_initable_new (MCAST_TYPE_SAP_LISTENER, NULL, NULL, "interfaces", WORDS ("v0"),
                               "max-sessions", 2, NULL);

  for (guint i = 1; i <= 5; i++)
    announce (world, "v0", i, i, "Radio");
  netns_assert_soon (counter (listener, "added") == 5);
  g_assert_cmpuint (n_sessions (listener), ==, 2);
  g_assert_cmpuint (counter (listener, "displaced"), ==, 3);
}

/* --- Interfaces -------------------------------------------------------------------------- */

static void
test_follows_interfaces (World *world)
{
  g_autoptr (McastSapListener) listener = listener_new (WORDS ("v0"));

  netns_link_recreate (world->here, "v0", 0, 0);
  netns_assert_soon (netns_group_users (world->here, "v0", SITE_LOCAL) == 1);
  announce (world, "v0", 1, 1, "Radio");
  netns_assert_soon (n_sessions (listener) == 1);
}

/* One interface without IPv6 does not keep the other one from receiving it. */
static void
test_without_ipv6 (World *world)
{
  g_autoptr (McastSapListener) listener = NULL;
  g_autoptr (GBytes) bytes = packet_new (2, 2, "Talk", FALSE);

  netns_sysctl (world->here, "ipv6/conf/v0/disable_ipv6", "1");
  listener = listener_new (WORDS ("v0", "v1"));
  announce (world, "v0", 1, 1, "Radio");
  send_bytes (world->there, "v1", "ff02::2:7ffe", bytes);
  netns_assert_soon (n_sessions (listener) == 2);
}

static void
test_no_such_interface (World *world)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (mcast_sap_listener_new (WORDS ("absent"), &error));
  assert_error_says (error, MCAST_ERROR, MCAST_ERROR_NO_SUCH_INTERFACE, "absent");
}

/* --- Life -------------------------------------------------------------------------------- */

static void
close_it (McastSapListener *listener, guint position, guint n_removed, guint n_added,
          gpointer user_data)
{
  mcast_sap_listener_close (listener);
}

static void
test_close_in_handler (World *world)
{
  g_autoptr (McastSapListener) listener = listener_new (WORDS ("v0"));

  g_signal_connect (listener, "items-changed", G_CALLBACK (close_it), NULL);
  announce (world, "v0", 1, 1, "Radio");
  announce (world, "v0", 2, 2, "Talk");
  netns_assert_soon (mcast_sap_listener_is_closed (listener));
  g_assert_cmpuint (n_sessions (listener), ==, 1);
  g_assert_cmpuint (netns_group_users (world->here, "v0", SITE_LOCAL), ==, 0);
  g_assert_cmpuint (counter (listener, "added"), ==, 1);
  mcast_sap_listener_close (listener);
}

static void
drop_it (McastSapListener *listener, guint position, guint n_removed, guint n_added,
         gpointer user_data)
{
  g_clear_object ((McastSapListener **) user_data);
}

static void
test_drop_in_handler (World *world)
{
  McastSapListener *listener = listener_new (WORDS ("v0"));

  g_signal_connect (listener, "items-changed", G_CALLBACK (drop_it), &listener);
  announce (world, "v0", 1, 1, "Radio");
  netns_assert_soon (listener == NULL);
  g_assert_cmpuint (netns_group_users (world->here, "v0", SITE_LOCAL), ==, 0);
}

/* Nothing happens outside the context in which the listener was created. */
static void
test_context (World *world)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (McastSapListener) listener = NULL;
  g_autoptr (McastSapListener) other = listener_new (WORDS ("v0"));

  g_main_context_push_thread_default (context);
  listener = listener_new (WORDS ("v0"));
  g_main_context_pop_thread_default (context);
  announce (world, "v0", 1, 1, "Radio");
  netns_assert_soon (n_sessions (other) == 1);
  g_assert_cmpuint (n_sessions (listener), ==, 0);
  netns_assert_soon (g_main_context_iteration (context, FALSE) && n_sessions (listener) == 1);
}

static void
test_interfaces_property (World *world)
{
  g_autoptr (McastSapListener) named = listener_new (WORDS ("v0"));
  g_autoptr (McastSapListener) any = listener_new (NULL);
  g_auto (GStrv) names = mcast_sap_listener_get_interfaces (named);
  g_auto (GStrv) none = mcast_sap_listener_get_interfaces (any);

  g_assert_cmpstrv (names, WORDS ("v0"));
  g_assert_cmpuint (g_strv_length (none), ==, 0);
}

static void
add_scopes (GSocketFamily family)
{
  const char *const *groups = _mcast_sap_scope_list_groups (family);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autofree char *path = g_strconcat ("/sap-listener/scope/", groups[i], NULL);

      world_test_add_data (path, 1, groups[i], test_scope);
    }
}

int
main (int argc, char **argv)
{
  netns_test_init (&argc, &argv);
  world_test_add ("/sap-listener/session", 1, test_session);
  add_scopes (G_SOCKET_FAMILY_IPV4);
  add_scopes (G_SOCKET_FAMILY_IPV6);
  world_test_add ("/sap-listener/one-item", 2, test_one_item);
  world_test_add ("/sap-listener/repeat", 1, test_repeat);
  world_test_add ("/sap-listener/change", 1, test_change);
  world_test_add ("/sap-listener/deletion", 2, test_deletion);
  world_test_add ("/sap-listener/timeout", 1, test_timeout);
  world_test_add ("/sap-listener/unusable", 1, test_unusable);
  world_test_add ("/sap-listener/full", 1, test_full);
  world_test_add ("/sap-listener/follows-interfaces", 1, test_follows_interfaces);
  world_test_add_full ("/sap-listener/without-ipv6",
                       (WorldTest) { 2, test_without_ipv6, .needs = NETNS_SYSCTL });
  world_test_add ("/sap-listener/no-such-interface", 1, test_no_such_interface);
  world_test_add ("/sap-listener/close-in-handler", 1, test_close_in_handler);
  world_test_add ("/sap-listener/drop-in-handler", 1, test_drop_in_handler);
  world_test_add ("/sap-listener/context", 1, test_context);
  world_test_add ("/sap-listener/interfaces", 1, test_interfaces_property);
  return g_test_run ();
}
