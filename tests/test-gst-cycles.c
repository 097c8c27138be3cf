/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Starting and stopping, again and again, with data on its way: nothing is left over. 10,000 times
 * with -m slow. */

#include "gst-test.h"

static gint n_alive;

static void
on_freed (gpointer user_data, GstMiniObject *buffer)
{
  g_atomic_int_add (&n_alive, -1);
}

static gboolean
watch (GstBuffer **buffer, guint i, gpointer user_data)
{
  static const char mark[] = "seen";
  GQuark quark = g_quark_from_static_string (mark);

  /* A pool hands the same ones out again. */
  if (gst_mini_object_get_qdata (GST_MINI_OBJECT (*buffer), quark) == NULL)
    {
      gst_mini_object_set_qdata (GST_MINI_OBJECT (*buffer), quark, (gpointer) mark, NULL);
      gst_mini_object_weak_ref (GST_MINI_OBJECT (*buffer), on_freed, NULL);
      g_atomic_int_inc (&n_alive);
    }
  return TRUE;
}

static GstPadProbeReturn
on_data (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (info), watch, NULL);
  else
    watch ((GstBuffer **) &info->data, 0, NULL);
  g_atomic_int_inc ((gint *) user_data);
  return GST_PAD_PROBE_OK;
}

static void
probe (GstElement *pipeline, const char *name, const char *pad_name, gint *n_seen)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), name);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, pad_name);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_data,
                     n_seen, NULL);
}

/* Stops in the middle, the one that sends first or the one that receives. */
static void
cycle (GstElement *receiving, GstElement *sending, gint *n_received, guint i)
{
  GstElement *first = i % 2 == 0 ? receiving : sending;
  GstElement *second = i % 2 == 0 ? sending : receiving;
  gint before = g_atomic_int_get (n_received);

  gst_test_play (receiving);
  gst_test_play (sending);
  netns_assert_soon (g_atomic_int_get (n_received) > before);
  if (i % 3 == 0)
    gst_element_set_state (first, GST_STATE_PAUSED);
  gst_element_set_state (first, GST_STATE_NULL);
  gst_element_set_state (second, GST_STATE_NULL);
}

static void
test_cycles (void)
{
  GstElement *receiving = gst_test_launch ("mcastsrc name=src interfaces=lo address=" TEST_GROUP
                                           " ! fakesink sync=false async=false");
  GstElement *sending = gst_test_launch (
    "fakesrc name=in is-live=true sizetype=fixed sizemax=4000 filltype=zero "
    "! mcastsink interfaces=lo sync=false async=false packet-size=1316 "
    "host=" TEST_GROUP);
  guint n = g_test_slow () ? 10000 : 200;
  guint descriptors = 0;
  gint n_received = 0;
  gint n_sent = 0;

  probe (receiving, "src", "src", &n_received);
  probe (sending, "in", "src", &n_sent);
  for (guint i = 0; i < n; i++)
    {
      cycle (receiving, sending, &n_received, i);
      g_assert_cmpint (g_atomic_int_get (&n_alive), ==, 0);
      if (i == 5)
        descriptors = count_descriptors ();
    }
  g_assert_cmpuint (count_descriptors (), ==, descriptors);
  gst_object_unref (receiving);
  gst_object_unref (sending);
}

int
main (int argc, char **argv)
{
  gst_test_init (&argc, &argv);

  g_test_add_func ("/cycles", test_cycles);

  return g_test_run ();
}
