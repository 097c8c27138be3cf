/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Handlers that are called in the thread that posts a message, and change the element there. */

#include "gst-test.h"

typedef struct
{
  GstElement *pipeline;
  GstElement *element;
  gint n_lost;
  gint done;
} Crossing;

static gboolean
uses (GstElement *element, const char *iface)
{
  g_autoptr (GstStructure) stats = NULL;
  g_autofree char *text = NULL;

  g_object_get (element, "stats", &stats, NULL);
  text = stats != NULL ? gst_structure_to_string (stats) : g_strdup ("");
  return strstr (text, iface) != NULL;
}

/* Called in the library's own thread, when v0 is lost. By the time it changes the element, another
 * thread is doing so, too, and has a message to post. */
static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Crossing *self = user_data;
  const GstStructure *structure = gst_message_get_structure (message);
  gint64 deadline = g_get_monotonic_time () + NETNS_DEADLINE_MS * G_TIME_SPAN_MILLISECOND;

  if (structure != NULL && gst_structure_has_name (structure, "mcast-interface-lost")
      && g_atomic_int_add (&self->n_lost, 1) == 0)
    {
      while (!uses (self->element, "v1") && g_get_monotonic_time () < deadline)
        g_usleep (1000);
      g_object_set (self->element, "interfaces", "v1,lo", NULL);
      g_atomic_int_inc (&self->done);
    }
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static gpointer
change (gpointer user_data)
{
  Crossing *self = user_data;

  g_object_set (self->element, "interfaces", "v0,v1", NULL);
  g_atomic_int_inc (&self->done);
  return NULL;
}

static void
test_no_deadlock (World *world)
{
  Crossing crossing = { NULL };
  g_autoptr (GstBus) bus = NULL;
  GThread *thread;

  crossing.pipeline = gst_test_launch (world->data);
  crossing.element = gst_test_get_element (crossing.pipeline, "element");
  bus = gst_element_get_bus (crossing.pipeline);
  gst_bus_set_sync_handler (bus, on_message, &crossing, NULL);
  gst_test_play (crossing.pipeline);

  netns_link_delete (world->here, "v0");
  netns_assert_soon (g_atomic_int_get (&crossing.n_lost) > 0);
  thread = g_thread_new ("change", change, &crossing);
  netns_assert_soon (g_atomic_int_get (&crossing.done) == 2);
  g_thread_join (thread);

  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  gst_object_unref (crossing.element);
  gst_test_stop (crossing.pipeline);
}

static void
add_test (const char *path, const char *description)
{
  world_test_add_full (path,
                       (WorldTest) { 2, test_no_deadlock, .data = description, .at_home = TRUE });
}

int
main (int argc, char **argv)
{
  gst_test_init (&argc, &argv);
  /* That an interface is gone is said in the log. */
  gst_test_allow_warnings (TRUE);

  add_test ("/sync-handler/mcastsrc", "mcastsrc name=element address=" TEST_GROUP
                                      " interfaces=v0 ! fakesink sync=false async=false");
  add_test ("/sync-handler/mcastsink",
            "appsrc ! mcastsink name=element host=" TEST_GROUP " interfaces=v0 async=false");
  return g_test_run ();
}
