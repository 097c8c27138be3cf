/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The sockets of mcastsrc and mcastsink: those they open and hand out, and those they are given. */

#include <gst/net/net.h>

#include "gst-test.h"

static GstElement *
launch_src (const char *properties)
{
  g_autofree char *description =
    g_strdup_printf ("mcastsrc name=src %s ! appsink name=out sync=false async=false", properties);

  return gst_test_launch (description);
}

static GstElement *
launch_sink (const char *properties)
{
  g_autofree char *description =
    g_strdup_printf ("appsrc name=in ! mcastsink name=sink sync=false async=false %s", properties);

  return gst_test_launch (description);
}

static void
make_ready (GstElement *pipeline)
{
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_READY), ==, GST_STATE_CHANGE_SUCCESS);
}

static GSocket *
get_socket (GstElement *pipeline, const char *element_name, const char *property)
{
  g_autoptr (GstElement) element = gst_test_get_element (pipeline, element_name);
  GSocket *socket;

  g_object_get (element, property, &socket, NULL);
  return socket;
}

static void
set_socket (GstElement *pipeline, const char *element_name, const char *property, GSocket *socket)
{
  g_autoptr (GstElement) element = gst_test_get_element (pipeline, element_name);

  g_object_set (element, property, socket, NULL);
}

static void
push (GstElement *pipeline, const char *text)
{
  gst_test_push (pipeline, gst_buffer_new_memdup (text, strlen (text)));
}

/* Waits for a buffer with @text; returns the port that it came from. */
static guint
pull_port (GstElement *pipeline, const char *text)
{
  g_autoptr (GstBuffer) buffer = gst_test_pull (pipeline);
  GstNetAddressMeta *from = gst_buffer_get_net_address_meta (buffer);

  gst_test_assert_buffer (buffer, text, strlen (text));
  return plain_address_port (from->addr);
}

/* The port that the next datagram came from. */
static guint
receive_port (GSocket *receiver)
{
  g_autoptr (GSocketAddress) from = NULL;

  g_bytes_unref (plain_receive_data (receiver, &from));
  return plain_address_port (from);
}

/* --- Sockets that an element opened ---------------------------------------------------------- */

/* As RTCP wants it: what the sink sends comes from the port that the source receives on. */
static void
test_one_port (gconstpointer data)
{
  const char *group = data;
  g_autofree char *where = g_strdup_printf ("interfaces=lo port=7004 address=%s", group);
  g_autofree char *to = g_strdup_printf ("interfaces=lo port=7004 host=%s", group);
  GstElement *receiving = launch_src (where);
  GstElement *sending = launch_sink (to);
  g_autoptr (GSocket) other = plain_receiver_new (netns_home (), "lo", group, 7004);
  g_autoptr (GSocket) used = NULL;
  g_autoptr (GSocket) used_by_sink = NULL;

  make_ready (receiving);
  used = get_socket (receiving, "src", "used-socket");
  g_assert_nonnull (used);
  g_assert_cmpuint (plain_local_port (used), ==, 7004);
  set_socket (sending, "sink", "socket", used);

  gst_test_play (receiving);
  gst_test_play (sending);
  used_by_sink = get_socket (sending, "sink",
                             strchr (group, ':') != NULL ? "used-socket-v6" : "used-socket");
  g_assert_true (used_by_sink == used);
  push (sending, "report");
  g_assert_cmpuint (pull_port (receiving, "report"), ==, 7004);
  g_assert_cmpuint (receive_port (other), ==, 7004);

  gst_test_stop (sending);
  gst_test_stop (receiving);
}

/* On each of its interfaces, and of several groups that of the first. */
static void
test_several (World *world)
{
  g_autoptr (GSocket) first = plain_receiver_new (world->there, "v0", TEST_GROUP, 7005);
  g_autoptr (GSocket) second = plain_receiver_new (world->there, "v1", TEST_GROUP, 7005);
  g_autoptr (GSocket) used = NULL;
  GstElement *receiving = launch_src ("interfaces=v0,v1 port=7006 groups=<" TEST_GROUP
                                      ":7005," TEST_GROUP_2 "," TEST_GROUP6 ">");
  GstElement *sending = launch_sink ("interfaces=v0,v1 port=7005 host=" TEST_GROUP);

  gst_test_play (receiving);
  used = get_socket (receiving, "src", "used-socket");
  set_socket (sending, "sink", "socket", used);
  gst_test_play (sending);
  push (sending, "to both");
  g_assert_cmpuint (receive_port (first), ==, 7005);
  g_assert_cmpuint (receive_port (second), ==, 7005);
  gst_test_stop (sending);
  gst_test_stop (receiving);
}

/* To close or keep the socket that was handed out does no harm to the element, nor the
 * element to it. */
static void
test_duplicate (void)
{
  GstElement *receiving = launch_src ("interfaces=lo port=7007 address=" TEST_GROUP);
  g_autoptr (GSocket) sender = plain_sender_new_to (netns_home (), "lo", TEST_GROUP, 7007);
  GstElement *sending = launch_sink ("interfaces=lo port=7007 host=" TEST_GROUP);
  g_autoptr (GSocket) receiver = plain_receiver_new (netns_home (), "lo", TEST_GROUP, 7007);
  g_autoptr (GSocket) used = NULL;
  g_autoptr (GSocket) again = NULL;
  g_autoptr (GSocket) gone = get_socket (receiving, "src", "used-socket");

  g_assert_null (gone);
  gst_test_play (receiving);
  used = get_socket (receiving, "src", "used-socket");
  again = get_socket (receiving, "src", "used-socket");
  g_assert_true (again == used);
  g_clear_object (&again);
  g_socket_close (used, NULL);
  plain_send_data (sender, NULL, "still", 5);
  pull_port (receiving, "still");
  g_assert_cmpuint (receive_port (receiver), !=, 7007);

  again = get_socket (receiving, "src", "used-socket");
  g_assert_true (again != used);
  set_socket (sending, "sink", "socket", again);
  gst_test_play (sending);
  gst_element_set_state (receiving, GST_STATE_NULL);
  gone = get_socket (receiving, "src", "used-socket");
  g_assert_null (gone);
  push (sending, "alone");
  g_assert_cmpuint (receive_port (receiver), ==, 7007);
  gst_test_stop (sending);
  g_assert_true (g_socket_is_closed (again));
  gst_test_stop (receiving);
}

/* The other way round: the sink's socket for the source. */
static void
test_of_sink (void)
{
  GstElement *sending = launch_sink ("interfaces=lo bind-port=7008 port=7008 groups=<" TEST_GROUP
                                     "," TEST_GROUP6 ">");
  GstElement *receiving = launch_src ("interfaces=lo port=0 address=" TEST_GROUP);
  g_autoptr (GSocket) ipv4 = NULL;
  g_autoptr (GSocket) ipv6 = NULL;
  g_autoptr (GSocket) sender = plain_sender_new_to (netns_home (), "lo", TEST_GROUP, 7008);

  gst_test_play (sending);
  ipv4 = get_socket (sending, "sink", "used-socket");
  ipv6 = get_socket (sending, "sink", "used-socket-v6");
  g_assert_cmpint (g_socket_get_family (ipv4), ==, G_SOCKET_FAMILY_IPV4);
  g_assert_cmpint (g_socket_get_family (ipv6), ==, G_SOCKET_FAMILY_IPV6);
  g_assert_cmpuint (plain_local_port (ipv4), ==, 7008);
  g_assert_cmpuint (plain_local_port (ipv6), ==, 7008);

  set_socket (receiving, "src", "socket", ipv4);
  gst_test_play (receiving);
  push (sending, "own");
  g_assert_cmpuint (pull_port (receiving, "own"), ==, 7008);
  plain_send_data (sender, NULL, "other", 5);
  g_assert_cmpuint (pull_port (receiving, "other"), !=, 7008);
  gst_test_stop (receiving);
  gst_test_stop (sending);
}

/* --- Sockets of the application -------------------------------------------------------------- */

/* Each is used for the groups of its family. */
static void
test_both_families (void)
{
  GstElement *sending = launch_sink ("interfaces=lo port=7010 groups=<" TEST_GROUP "," TEST_GROUP6
                                     ">");
  g_autoptr (GSocket) ipv4 = plain_bound_new (netns_home (), G_SOCKET_FAMILY_IPV4, 7011);
  g_autoptr (GSocket) ipv6 = plain_bound_new (netns_home (), G_SOCKET_FAMILY_IPV6, 7012);
  g_autoptr (GSocket) used = NULL;
  g_autoptr (GSocket) used_v6 = NULL;
  g_autoptr (GSocket) receiver = plain_receiver_new (netns_home (), "lo", TEST_GROUP, 7010);
  g_autoptr (GSocket) receiver6 = plain_receiver_new (netns_home (), "lo", TEST_GROUP6, 7010);

  set_socket (sending, "sink", "socket", ipv4);
  set_socket (sending, "sink", "socket-v6", ipv6);
  gst_test_play (sending);
  used = get_socket (sending, "sink", "used-socket");
  used_v6 = get_socket (sending, "sink", "used-socket-v6");
  g_assert_true (used == ipv4);
  g_assert_true (used_v6 == ipv6);
  push (sending, "both");
  g_assert_cmpuint (receive_port (receiver), ==, 7011);
  g_assert_cmpuint (receive_port (receiver6), ==, 7012);
  gst_test_stop (sending);
  g_assert_true (g_socket_is_closed (ipv4));
  g_assert_true (g_socket_is_closed (ipv6));
}

static void
assert_refused (GSocket *socket, GSocket *socket_v6, const char *text)
{
  GstElement *sending = launch_sink ("interfaces=lo host=" TEST_GROUP " close-socket=false");
  g_autoptr (GstMessage) message = NULL;
  g_autofree char *reason = NULL;

  set_socket (sending, "sink", "socket", socket);
  set_socket (sending, "sink", "socket-v6", socket_v6);
  g_assert_cmpint (gst_element_set_state (sending, GST_STATE_PLAYING), ==,
                   GST_STATE_CHANGE_FAILURE);
  message = gst_test_wait_message (sending, GST_MESSAGE_ERROR, NULL);
  reason = gst_test_message_text (message);
  g_assert_nonnull (strstr (reason, text));
  gst_test_stop (sending);
}

static void
test_wrong_family (void)
{
  g_autoptr (GSocket) ipv4 = plain_bound_new (netns_home (), G_SOCKET_FAMILY_IPV4, 0);
  g_autoptr (GSocket) ipv6 = plain_bound_new (netns_home (), G_SOCKET_FAMILY_IPV6, 0);
  g_autoptr (GSocket) other = plain_bound_new (netns_home (), G_SOCKET_FAMILY_IPV6, 0);

  assert_refused (NULL, ipv4, "is an IPv4 socket");
  assert_refused (ipv6, other, "Both sockets are IPv6 sockets");
  assert_refused (ipv6, NULL, "it is an IPv6 socket");
}

/* A socket for both families, as systemd passes them, does not receive IPv4. */
static void
test_both_families_of_src (void)
{
  GstElement *receiving = launch_src ("interfaces=lo port=0 address=" TEST_GROUP);
  g_autoptr (GSocketAddress) any = plain_address_new ("::", 7013, 0);
  g_autoptr (GSocket) both = plain_socket_new (G_SOCKET_FAMILY_IPV6);
  g_autoptr (GstMessage) message = NULL;
  g_autofree char *reason = NULL;

  plain_bind (both, any);
  set_socket (receiving, "src", "socket", both);
  g_assert_cmpint (gst_element_set_state (receiving, GST_STATE_PLAYING), ==,
                   GST_STATE_CHANGE_FAILURE);
  message = gst_test_wait_message (receiving, GST_MESSAGE_ERROR, NULL);
  reason = gst_test_message_text (message);
  g_assert_nonnull (strstr (reason, "it is an IPv6 socket"));
  gst_test_stop (receiving);
}

int
main (int argc, char **argv)
{
  gst_test_init (&argc, &argv);
  netns_add_lo_route (netns_home ());

  g_test_add_data_func ("/sockets/one-port/ipv4", TEST_GROUP, test_one_port);
  g_test_add_data_func ("/sockets/one-port/ipv6", TEST_GROUP6, test_one_port);
  gst_test_add ("/sockets/several", 2, test_several);
  g_test_add_func ("/sockets/duplicate", test_duplicate);
  g_test_add_func ("/sockets/of-sink", test_of_sink);
  g_test_add_func ("/sockets/both-families", test_both_families);
  g_test_add_func ("/sockets/wrong-family", test_wrong_family);
  g_test_add_func ("/sockets/both-families-of-src", test_both_families_of_src);

  return g_test_run ();
}
