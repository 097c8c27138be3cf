/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gst-test.h"

/* The largest datagrams of mcastsink: what fits arrives whole and without a warning. */

#define MAX_PAYLOAD_IPV4 65507
#define MAX_PAYLOAD_IPV6 65527

static void
push (GstElement *pipeline, gsize size)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);

  gst_buffer_memset (buffer, 0, 0, size);
  gst_test_push (pipeline, buffer);
}

/* Sends a buffer that fits and one that does not, and then one that shows that both are done. */
static void
assert_limit (const char *groups, const char *group, gsize fits, gsize does_not_fit)
{
  g_autofree char *description =
    g_strdup_printf ("appsrc name=in format=time is-live=true ! mcastsink interfaces=lo sync=false "
                     "async=false groups=\"<%s>\"",
                     groups);
  GstElement *pipeline = gst_test_launch (description);
  g_autoptr (GSocket) receiver = plain_receiver_new (netns_home (), "lo", group, TEST_PORT);
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) last = NULL;

  gst_test_play (pipeline);
  push (pipeline, fits);
  first = plain_receive_data (receiver, NULL);
  g_assert_cmpuint (g_bytes_get_size (first), ==, fits);
  g_assert_cmpuint (gst_test_count_messages (pipeline, GST_MESSAGE_WARNING, ""), ==, 0);

  push (pipeline, does_not_fit);
  push (pipeline, 1);
  gst_message_unref (gst_test_wait_message (pipeline, GST_MESSAGE_WARNING, "packet-size"));
  do
    {
      g_clear_pointer (&last, g_bytes_unref);
      last = plain_receive_data (receiver, NULL);
    }
  while (g_bytes_get_size (last) != 1);
  gst_test_stop (pipeline);
}

static void
test_ipv4 (void)
{
  assert_limit (TEST_GROUP, TEST_GROUP, MAX_PAYLOAD_IPV4, MAX_PAYLOAD_IPV4 + 1);
}

static void
test_ipv6 (void)
{
  netns_add_lo_route (netns_home ());
  assert_limit (TEST_GROUP6, TEST_GROUP6, MAX_PAYLOAD_IPV6, MAX_PAYLOAD_IPV6 + 1);
}

/* What only IPv6 can carry does not get to the other group. */
static void
test_both (void)
{
  assert_limit (TEST_GROUP6 "," TEST_GROUP, TEST_GROUP6, MAX_PAYLOAD_IPV4, MAX_PAYLOAD_IPV6);
}

int
main (int argc, char **argv)
{
  gst_test_init (&argc, &argv);

  g_test_add_func ("/mcastsink/payload/ipv4", test_ipv4);
  g_test_add_func ("/mcastsink/payload/ipv6", test_ipv6);
  g_test_add_func ("/mcastsink/payload/both", test_both);
  return g_test_run ();
}
