/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the tests of the elements have in common: plain sockets as peers, messages of a bus, what
 * comes out of a pipeline, and the comparison of properties. */

#include <gio/gnetworking.h>
#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <string.h>

#include "netns.h"
#include "process-test.h"

G_BEGIN_DECLS

#define TEST_PORT 5004
#define TEST_GROUP "233.252.0.1"
#define TEST_GROUP_2 "233.252.0.2"
#define TEST_GROUP6 "ff15::1"

static inline void
gst_test_init (int *argc, char ***argv)
{
  netns_test_init (argc, argv);
  gst_init (argc, argv);
}

/* The library warns in the log of what a test does to it, until this is taken back. */
static inline void
gst_test_allow_warnings (gboolean allow)
{
  g_log_set_always_fatal (
    (GLogLevelFlags) (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL | (allow ? 0 : G_LOG_LEVEL_WARNING)));
}

/* --- Plain sockets ----------------------------------------------------------------------- */

static inline GSocket *
gst_test_socket_new (const char *group)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (group);
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (g_inet_address_get_family (address), G_SOCKET_TYPE_DATAGRAM,
                                  G_SOCKET_PROTOCOL_UDP, &error);

  g_assert_no_error (error);
  g_socket_set_timeout (socket, NETNS_DEADLINE_MS / 1000);
  return socket;
}

/* A socket that g_socket_send () sends to @group with, through the interface. */
static inline GSocket *
gst_test_sender_new (Netns *ns, const char *name, const char *group, guint port)
{
  NETNS_VISIT (ns);
  GSocket *socket = gst_test_socket_new (group);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (group, port);
  struct ip_mreqn egress = { .imr_ifindex = (int) netns_index (ns, name) };
  int index = egress.imr_ifindex;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (index, !=, 0);
  /* On lo, the kernel would take the address of another interface. */
  if (g_str_equal (name, "lo"))
    egress.imr_address.s_addr = htonl (INADDR_LOOPBACK);
  if (g_socket_get_family (socket) == G_SOCKET_FAMILY_IPV4)
    setsockopt (g_socket_get_fd (socket), IPPROTO_IP, IP_MULTICAST_IF, &egress, sizeof egress);
  else
    setsockopt (g_socket_get_fd (socket), IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof index);
  g_socket_connect (socket, address, NULL, &error);
  g_assert_no_error (error);
  return socket;
}

static inline void
gst_test_send (GSocket *socket, gconstpointer data, gsize size)
{
  g_autoptr (GError) error = NULL;
  gssize sent = g_socket_send (socket, data, size, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (sent, ==, (gssize) size);
}

/* A socket that hears @group on the interface. */
static inline GSocket *
gst_test_receiver_new (Netns *ns, const char *name, const char *group, guint port)
{
  NETNS_VISIT (ns);
  GSocket *socket = gst_test_socket_new (group);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (group, port);
  GInetAddress *inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  g_autoptr (GError) error = NULL;

  g_socket_bind (socket, address, TRUE, &error);
  g_assert_no_error (error);
  g_socket_join_multicast_group (socket, inet, FALSE, name, &error);
  g_assert_no_error (error);
  return socket;
}

/* The next datagram as it came; the test fails when none comes in time. */
static inline GBytes *
gst_test_receive (GSocket *socket)
{
  g_autofree char *buffer = g_malloc (G_MAXUINT16);
  g_autoptr (GError) error = NULL;
  gssize size = g_socket_receive (socket, buffer, G_MAXUINT16, NULL, &error);

  g_assert_no_error (error);
  return g_bytes_new (buffer, (gsize) size);
}

static inline gboolean
gst_test_has_data (GSocket *socket)
{
  return (g_socket_condition_check (socket, G_IO_IN) & G_IO_IN) != 0;
}

/* --- Messages ---------------------------------------------------------------------------- */

/* The text of an error or warning, the structure of any other message. */
static inline char *
gst_test_message_text (GstMessage *message)
{
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING)
    gst_message_parse_warning (message, &error, NULL);
  else if (gst_message_get_structure (message) != NULL)
    return gst_structure_to_string (gst_message_get_structure (message));
  return g_strdup (error != NULL ? error->message : "");
}

/* Waits for a message of @types whose text contains @what, if that is not NULL. Others of these
 * types are thrown away. */
static inline GstMessage *
gst_test_wait_message (GstElement *pipeline, GstMessageType types, const char *what)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gint64 deadline = g_get_monotonic_time () + NETNS_DEADLINE_MS * G_TIME_SPAN_MILLISECOND;

  for (;;)
    {
      gint64 left = MAX (deadline - g_get_monotonic_time (), 0);
      g_autoptr (GstMessage)
        message = gst_bus_timed_pop_filtered (bus, (GstClockTime) left * GST_USECOND, types);
      g_autofree char *text = message != NULL ? gst_test_message_text (message) : NULL;

      if (message == NULL)
        g_error ("no message %s in time", what != NULL ? what : gst_message_type_get_name (types));
      if (what == NULL || strstr (text, what) != NULL)
        return g_steal_pointer (&message);
    }
}

/* How many messages of @types that contain @what wait on the bus; all of these types are taken. */
static inline guint
gst_test_count_messages (GstElement *pipeline, GstMessageType types, const char *what)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessage *message;
  guint n = 0;

  while ((message = gst_bus_pop_filtered (bus, types)) != NULL)
    {
      g_autofree char *text = gst_test_message_text (message);

      g_test_message ("%s", text);
      n += strstr (text, what) != NULL ? 1 : 0;
      gst_message_unref (message);
    }
  return n;
}

static inline GstElement *
gst_test_launch (const char *description)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (description, &error);

  g_assert_no_error (error);
  g_assert_nonnull (pipeline);
  return pipeline;
}

static inline void
gst_test_play (GstElement *pipeline)
{
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_PLAYING), !=,
                   GST_STATE_CHANGE_FAILURE);
}

static inline void
gst_test_stop (GstElement *pipeline)
{
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_NULL), ==, GST_STATE_CHANGE_SUCCESS);
  gst_object_unref (pipeline);
}

/* Plays what must fail to start and returns the text of its error. */
static inline char *
gst_test_get_error (const char *description)
{
  GstElement *pipeline = gst_test_launch (description);
  g_autoptr (GstMessage) message = NULL;
  char *text;

  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_PLAYING), ==,
                   GST_STATE_CHANGE_FAILURE);
  message = gst_test_wait_message (pipeline, GST_MESSAGE_ERROR, NULL);
  text = gst_test_message_text (message);
  gst_test_stop (pipeline);
  return text;
}

/* --- Elements of a pipeline --------------------------------------------------------------- */

static inline GstElement *
gst_test_get_element (GstElement *pipeline, const char *name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), name);

  g_assert_nonnull (element);
  return element;
}

/* A counter of the statistics of the element @name. */
static inline guint64
gst_test_get_stat (GstElement *pipeline, const char *name, const char *counter)
{
  g_autoptr (GstElement) element = gst_test_get_element (pipeline, name);
  g_autoptr (GstStructure) stats = NULL;
  guint64 value = 0;

  g_object_get (element, "stats", &stats, NULL);
  g_assert_true (gst_structure_get_uint64 (stats, counter, &value));
  return value;
}

/* What comes next to the appsink "out", or NULL when nothing comes in time. */
static inline GstSample *
gst_test_try_pull (GstElement *pipeline, guint timeout_ms)
{
  g_autoptr (GstElement) out = gst_test_get_element (pipeline, "out");

  return gst_app_sink_try_pull_sample (GST_APP_SINK (out), timeout_ms * GST_MSECOND);
}

static inline GstBuffer *
gst_test_pull (GstElement *pipeline)
{
  g_autoptr (GstSample) sample = gst_test_try_pull (pipeline, NETNS_DEADLINE_MS);

  g_assert_nonnull (sample);
  return gst_buffer_ref (gst_sample_get_buffer (sample));
}

static inline void
gst_test_assert_buffer (GstBuffer *buffer, gconstpointer data, gsize size)
{
  GstMapInfo map;

  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  g_assert_cmpmem (map.data, map.size, data, size);
  gst_buffer_unmap (buffer, &map);
}

static inline void
gst_test_assert_pull (GstElement *pipeline, gconstpointer data, gsize size)
{
  g_autoptr (GstBuffer) buffer = gst_test_pull (pipeline);

  gst_test_assert_buffer (buffer, data, size);
}

/* --- Properties -------------------------------------------------------------------------- */

/* Every property of @peer is there with the same type and default, but for @others. */
static inline void
gst_test_compare_properties (const char *name, const char *peer, const char *const *others)
{
  g_autoptr (GstElement) ours = gst_element_factory_make (name, NULL);
  g_autoptr (GstElement) theirs = gst_element_factory_make (peer, NULL);
  g_autofree GParamSpec **pspecs = NULL;
  guint n;

  g_assert_nonnull (ours);
  gst_object_ref_sink (ours);
  if (theirs == NULL)
    {
      g_test_skip ("the peer element is not installed");
      return;
    }
  gst_object_ref_sink (theirs);
  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (theirs), &n);
  for (guint i = 0; i < n; i++)
    {
      GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (ours), pspecs[i]->name);

      if (g_strv_contains (others, pspecs[i]->name))
        continue;
      g_test_message ("%s", pspecs[i]->name);
      g_assert_nonnull (pspec);
      g_assert_cmpstr (g_type_name (pspec->value_type), ==, g_type_name (pspecs[i]->value_type));
      g_assert_cmpint (pspec->flags & G_PARAM_READWRITE, ==, pspecs[i]->flags & G_PARAM_READWRITE);
      g_assert_cmpint (g_param_values_cmp (pspec, g_param_spec_get_default_value (pspec),
                                           g_param_spec_get_default_value (pspecs[i])),
                       ==, 0);
    }
}

G_END_DECLS
