/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Included before GStreamer's tests of udpsrc and udpsink, so that they test mcastsrc and
 * mcastsink: other elements are made, and their unicast addresses become groups. */

#include <gio/gio.h>
#include <gst/check/gstcheck.h>

/* The destination of both elements. */
#define GROUP "233.252.0.1"

static inline GstElement *
make_mcast_element (const char *name)
{
  gboolean is_src = g_str_equal (name, "udpsrc");
  GstElement *element = gst_check_setup_element (is_src ? "mcastsrc" : "mcastsink");

  g_object_set (element, is_src ? "address" : "host", GROUP, NULL);
  return element;
}

/* The address to which the test of udpsrc sends. */
static inline GInetAddress *
make_group (GSocketFamily family)
{
  return g_inet_address_new_from_string (GROUP);
}

static inline const char *
to_group (const char *host)
{
  if (g_str_equal (host, "localhost"))
    return GROUP;
  return g_str_equal (host, "127.0.0.1") ? "233.252.0.2" : "233.252.0.3";
}

/* Adds or removes a destination, as the test of udpsink does. */
static inline void
emit_for_group (gpointer element, const char *signal, const char *host, int port, gpointer unused)
{
  g_signal_emit_by_name (element, signal, to_group (host), port);
}

#define gst_check_setup_element make_mcast_element
#define g_inet_address_new_loopback make_group
#define g_signal_emit_by_name emit_for_group
