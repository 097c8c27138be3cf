/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gst-test.h"

/* What is set in READY, where the sockets are open already, takes effect when the element leaves
 * that: properties that only opening applies. */

typedef struct
{
  const char *group;
  GSocketFamily family;
  const char *local;
  const char *socket_property;
  const char *used_property;
} Family;

static const Family families[] = {
  { TEST_GROUP, G_SOCKET_FAMILY_IPV4, "127.0.0.1", "socket", "used-socket" },
  { TEST_GROUP6, G_SOCKET_FAMILY_IPV6, "::1", "socket-v6", "used-socket-v6" },
};

static GstElement *
launch_ready (const Family *family)
{
  g_autofree char *description =
    g_strdup_printf ("appsrc name=in format=time is-live=true ! mcastsink name=sink sync=false "
                     "async=false interfaces=lo host=%s",
                     family->group);
  GstElement *pipeline = gst_test_launch (description);

  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_READY), ==, GST_STATE_CHANGE_SUCCESS);
  return pipeline;
}

/* Plays, sends a datagram and returns where it came from. */
static GSocketAddress *
send_one (GstElement *pipeline, const Family *family)
{
  g_autoptr (GSocket) receiver = plain_receiver_new (netns_home (), "lo", family->group, TEST_PORT);
  GSocketAddress *from = NULL;

  gst_test_play (pipeline);
  gst_test_push (pipeline, gst_buffer_new_memdup ("x", 1));
  g_bytes_unref (plain_receive_data (receiver, &from));
  return from;
}

static void
test_bind (gconstpointer data)
{
  const Family *family = data;
  GstElement *pipeline = launch_ready (family);
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "sink");
  g_autoptr (GSocketAddress) from = NULL;
  g_autofree char *host = NULL;

  g_object_set (sink, "bind-port", 7001, "bind-address", family->local, NULL);
  from = send_one (pipeline, family);
  host = plain_address_host (from);
  g_assert_cmpstr (host, ==, family->local);
  g_assert_cmpuint (plain_address_port (from), ==, 7001);
  gst_test_stop (pipeline);
}

/* Without a way through NULL: what was set while it played, and was warned of. */
static void
test_bind_late (gconstpointer data)
{
  const Family *family = data;
  GstElement *pipeline = launch_ready (family);
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "sink");
  g_autoptr (GSocketAddress) before = send_one (pipeline, family);
  g_autoptr (GSocketAddress) after = NULL;

  g_object_set (sink, "bind-port", 7002, NULL);
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_WARNING, "bind-port"));
  g_assert_cmpuint (plain_address_port (before), !=, 7002);
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_READY), ==, GST_STATE_CHANGE_SUCCESS);
  after = send_one (pipeline, family);
  g_assert_cmpuint (plain_address_port (after), ==, 7002);
  gst_test_stop (pipeline);
}

static void
test_socket (gconstpointer data)
{
  const Family *family = data;
  GstElement *pipeline = launch_ready (family);
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "sink");
  g_autoptr (GSocket) shared = plain_bound_new (netns_home (), family->family, 7003);
  g_autoptr (GSocketAddress) from = NULL;
  g_autoptr (GSocket) used = NULL;

  g_object_set (sink, family->socket_property, shared, NULL);
  from = send_one (pipeline, family);
  g_assert_cmpuint (plain_address_port (from), ==, 7003);
  g_object_get (sink, family->used_property, &used, NULL);
  g_assert_true (used == shared);
  gst_test_stop (pipeline);
  g_assert_true (g_socket_is_closed (shared));
}

static void
test_buffer_size (gconstpointer data)
{
  const Family *family = data;
  GstElement *pipeline = launch_ready (family);
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "sink");
  g_autoptr (GSocketAddress) from = NULL;
  g_autoptr (GSocket) used = NULL;
  int size = 0;

  g_object_set (sink, "buffer-size", 20000, NULL);
  from = send_one (pipeline, family);
  g_object_get (sink, family->used_property, &used, NULL);
  g_assert_true (g_socket_get_option (used, SOL_SOCKET, SO_SNDBUF, &size, NULL));
  /* The kernel doubles it, for its bookkeeping. */
  g_assert_cmpint (size, ==, 40000);
  gst_test_stop (pipeline);
}

/* The socket of the application stays open when the element opens its sockets again, and is closed
 * when it is replaced. */
static void
test_socket_kept (gconstpointer data)
{
  const Family *family = data;
  GstElement *pipeline = launch_ready (family);
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "sink");
  g_autoptr (GSocket) shared = plain_bound_new (netns_home (), family->family, 7004);
  g_autoptr (GSocketAddress) from = NULL;
  g_autoptr (GSocketAddress) other = NULL;

  g_object_set (sink, family->socket_property, shared, NULL);
  g_object_unref (send_one (pipeline, family));
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_READY), ==, GST_STATE_CHANGE_SUCCESS);
  g_object_set (sink, "wait-for-interfaces", TRUE, NULL);
  from = send_one (pipeline, family);
  g_assert_cmpuint (plain_address_port (from), ==, 7004);
  g_assert_false (g_socket_is_closed (shared));

  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_READY), ==, GST_STATE_CHANGE_SUCCESS);
  g_object_set (sink, family->socket_property, NULL, NULL);
  other = send_one (pipeline, family);
  g_assert_cmpuint (plain_address_port (other), !=, 7004);
  g_assert_true (g_socket_is_closed (shared));
  gst_test_stop (pipeline);
}

static void
test_src_socket_kept (gconstpointer data)
{
  const Family *family = data;
  g_autofree char *description =
    g_strdup_printf ("mcastsrc name=src interfaces=lo port=7005 address=%s ! appsink name=out "
                     "sync=false async=false",
                     family->group);
  GstElement *pipeline = gst_test_launch (description);
  g_autoptr (GstElement) src = gst_test_get_element (pipeline, "src");
  g_autoptr (GSocket) sender = plain_sender_new_to (netns_home (), "lo", family->group, 7005);
  g_autoptr (GSocket) shared = plain_bound_new (netns_home (), family->family, 7005);

  g_object_set (src, "socket", shared, NULL);
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_READY), ==, GST_STATE_CHANGE_SUCCESS);
  g_object_set (src, "batch-size", 4, NULL);
  gst_test_play (pipeline);
  plain_send_data (sender, NULL, "shared", 6);
  gst_test_assert_pull (pipeline, "shared", 6);
  g_assert_false (g_socket_is_closed (shared));

  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_READY), ==, GST_STATE_CHANGE_SUCCESS);
  g_object_set (src, "socket", NULL, NULL);
  gst_test_play (pipeline);
  plain_send_data (sender, NULL, "own", 3);
  gst_test_assert_pull (pipeline, "own", 3);
  g_assert_true (g_socket_is_closed (shared));
  gst_test_stop (pipeline);
}

static void
test_wait_for_interfaces (void)
{
  GstElement *pipeline = launch_ready (&families[0]);
  g_autoptr (GstElement) sink = gst_test_get_element (pipeline, "sink");

  g_object_set (sink, "wait-for-interfaces", TRUE, "interfaces", "nosuch0", NULL);
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_PLAYING), !=,
                   GST_STATE_CHANGE_FAILURE);
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_READY), ==, GST_STATE_CHANGE_SUCCESS);

  g_object_set (sink, "wait-for-interfaces", FALSE, NULL);
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_PLAYING), ==,
                   GST_STATE_CHANGE_FAILURE);
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_ERROR, "nosuch0"));

  /* A correct value helps without going through NULL. */
  g_object_set (sink, "interfaces", "lo", NULL);
  g_object_unref (send_one (pipeline, &families[0]));
  gst_test_stop (pipeline);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    GTestDataFunc func;
  } tests[] = {
    { "mcastsink/bind", test_bind },
    { "mcastsink/bind-late", test_bind_late },
    { "mcastsink/socket", test_socket },
    { "mcastsink/socket-kept", test_socket_kept },
    { "mcastsink/buffer-size", test_buffer_size },
    { "mcastsrc/socket-kept", test_src_socket_kept },
  };

  gst_test_init (&argc, &argv);
  netns_add_lo_route (netns_home ());
  gst_test_allow_warnings (TRUE);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    for (guint j = 0; j < G_N_ELEMENTS (families); j++)
      {
        g_autofree char *path = g_strdup_printf ("/ready/%s/ipv%u", tests[i].name, j == 0 ? 4 : 6);

        g_test_add_data_func (path, &families[j], tests[i].func);
      }
  g_test_add_func ("/ready/mcastsink/wait-for-interfaces", test_wait_for_interfaces);
  return g_test_run ();
}
