/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/net/net.h>
#include <netinet/udp.h>

#include "gst-test.h"

/* mcastsrc and senders that use segmentation offload: what the kernel merged becomes the datagrams
 * that were sent, in memory that nobody else writes to. */

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

#define MAX_RUN 65507

static guint8 pattern[MAX_RUN + 256];

static void
fill_pattern (void)
{
  for (guint i = 0; i < sizeof pattern; i++)
    pattern[i] = (guint8) ((i * 7) ^ (i >> 8));
}

static GstElement *
launch (const char *properties)
{
  g_autofree char *description =
    g_strdup_printf ("mcastsrc name=src interfaces=lo address=" TEST_GROUP " buffer-size=2000000 "
                     "%s ! appsink name=out sync=false async=false",
                     properties);

  return gst_test_launch (description);
}

static GstElement *
launch_playing (const char *properties)
{
  GstElement *pipeline = launch (properties);

  gst_test_play (pipeline);
  return pipeline;
}

static GSocket *
lo_sender (void)
{
  return plain_sender_new_to (netns_home (), "lo", TEST_GROUP, TEST_PORT);
}

/* Has the kernel cut @data into datagrams of @segment_size; 0 is one datagram. */
static void
send_run (GSocket *socket, gconstpointer data, gsize length, guint segment_size)
{
  int value = (int) segment_size;

  g_assert_cmpint (setsockopt (g_socket_get_fd (socket), IPPROTO_UDP, UDP_SEGMENT, &value,
                               sizeof value),
                   ==, 0);
  plain_send_data (socket, NULL, data, length);
}

/* The datagrams of one run, without their first @skip bytes. */
static void
assert_pull_run (GstElement *pipeline, const guint8 *data, gsize length, gsize segment_size,
                 gsize skip)
{
  for (gsize at = 0; at < length; at += segment_size)
    if (MIN (segment_size, length - at) > skip)
      gst_test_assert_pull (pipeline, data + at + skip, MIN (segment_size, length - at) - skip);
}

static gboolean
shares_memory (GstBuffer *buffer)
{
  return gst_buffer_n_memory (buffer) == 1
         && gst_memory_is_type (gst_buffer_peek_memory (buffer, 0), "McastSlab");
}

/* --- What arrives ---------------------------------------------------------------------------- */

typedef struct
{
  guint length;
  guint segment_size;
} Run;

/* Long and short ones, with a short last datagram and without, datagrams larger than the mtu, and
 * a single one between them. */
static const Run runs[] = {
  { 49 * 1316, 1316 }, { 48 * 1316 + 1, 1316 },
  { 2 * 1316, 1316 },  { 1317, 1316 },
  { 500, 0 },          { 64 * 200, 200 },
  { 30, 9 },           { 40000, 4000 },
  { 65000, 30000 },    { 9000, 0 },
  { 64 * 1000, 1000 }, { 16384, 8192 },
  { 16383, 8192 },     { 1, 0 },
};

static void
send_all (GSocket *sender)
{
  for (guint i = 0; i < G_N_ELEMENTS (runs); i++)
    send_run (sender, pattern + i, runs[i].length, runs[i].segment_size);
}

static void
assert_all (GstElement *pipeline, gsize skip)
{
  for (guint i = 0; i < G_N_ELEMENTS (runs); i++)
    {
      guint segment_size = runs[i].segment_size != 0 ? runs[i].segment_size : runs[i].length;

      g_test_message ("%u bytes, cut at %u", runs[i].length, segment_size);
      assert_pull_run (pipeline, pattern + i, runs[i].length, segment_size, skip);
    }
}

static void
test_datagrams (gconstpointer properties)
{
  GstElement *pipeline = launch_playing (properties);
  g_autoptr (GSocket) sender = lo_sender ();

  for (guint i = 0; i < 3; i++)
    {
      send_all (sender);
      assert_all (pipeline, 0);
    }
  gst_test_stop (pipeline);
}

static void
test_two_receivers (void)
{
  GstElement *merged = launch_playing ("");
  GstElement *single = launch_playing ("allow-gro=false");
  g_autoptr (GSocket) sender = lo_sender ();

  send_all (sender);
  assert_all (merged, 0);
  assert_all (single, 0);
  gst_test_stop (merged);
  gst_test_stop (single);
}

/* Each sender's datagrams come in its order, whatever came between. */
static void
test_two_senders (void)
{
  GstElement *pipeline = launch_playing ("");
  g_autoptr (GSocket) sender = lo_sender ();
  g_autoptr (GSocket) other = lo_sender ();
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (sender, NULL);
  int port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  static const guint segment_sizes[2] = { 1316, 700 };
  gsize at[2] = { 0 };

  for (guint i = 0; i < 3; i++)
    {
      send_run (sender, pattern + i * 16 * 1316, 16 * 1316, 1316);
      send_run (other, pattern + i * 16 * 700, 16 * 700, 700);
    }
  for (guint i = 0; i < 2 * 3 * 16; i++)
    {
      g_autoptr (GstBuffer) buffer = gst_test_pull (pipeline);
      GstNetAddressMeta *meta = gst_buffer_get_net_address_meta (buffer);
      guint j = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (meta->addr)) != port;

      gst_test_assert_buffer (buffer, pattern + at[j], segment_sizes[j]);
      at[j] += segment_sizes[j];
    }
  gst_test_stop (pipeline);
}

static void
test_empty (void)
{
  GstElement *pipeline = launch_playing ("");
  g_autoptr (GSocket) sender = lo_sender ();

  send_run (sender, "", 0, 0);
  send_run (sender, pattern, 20 * 1316, 1316);
  send_run (sender, "", 0, 0);
  send_run (sender, "end", 3, 0);
  assert_pull_run (pipeline, pattern, 20 * 1316, 1316, 0);
  gst_test_assert_pull (pipeline, "end", 3);
  g_assert_cmpuint (gst_test_get_stat (pipeline, "src", "dropped-empty"), ==, 2);
  gst_test_stop (pipeline);
}

/* The last datagrams of three runs and the one of one byte are too short. */
static void
test_skip_first_bytes (gconstpointer properties)
{
  GstElement *pipeline = launch_playing (properties);
  g_autoptr (GSocket) sender = lo_sender ();

  send_all (sender);
  assert_all (pipeline, 4);
  /* The last one may be read by itself, after all buffers. */
  netns_assert_soon (gst_test_get_stat (pipeline, "src", "dropped-short") == 4);
  gst_test_stop (pipeline);
}

static void
test_keep_together (gconstpointer properties)
{
  GstElement *pipeline = launch_playing (properties);
  g_autoptr (GSocket) sender = lo_sender ();

  for (guint i = 0; i < 3; i++)
    {
      send_all (sender);
      for (guint j = 0; j < G_N_ELEMENTS (runs); j++)
        gst_test_assert_pull (pipeline, pattern + j, runs[j].length);
    }
  gst_test_stop (pipeline);
}

static void
test_num_buffers (void)
{
  GstElement *pipeline = launch ("num-buffers=60");
  g_autoptr (GSocket) sender = lo_sender ();
  g_autoptr (GstElement) out = gst_bin_get_by_name (GST_BIN (pipeline), "out");

  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_READY), ==, GST_STATE_CHANGE_SUCCESS);
  for (guint i = 0; i < 3; i++)
    send_run (sender, pattern, 49 * 1316, 1316);
  gst_test_play (pipeline);
  assert_pull_run (pipeline, pattern, 49 * 1316, 1316, 0);
  assert_pull_run (pipeline, pattern, 11 * 1316, 1316, 0);
  g_assert_null (gst_app_sink_pull_sample (GST_APP_SINK (out)));
  g_assert_true (gst_app_sink_is_eos (GST_APP_SINK (out)));
  gst_test_stop (pipeline);
}

static GstPadProbeReturn
count_lists (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  (*(guint *) data)++;
  return GST_PAD_PROBE_OK;
}

static void
test_single_buffers (void)
{
  GstElement *pipeline = launch ("batch-size=1");
  g_autoptr (GstElement) src = gst_bin_get_by_name (GST_BIN (pipeline), "src");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");
  g_autoptr (GSocket) sender = lo_sender ();
  guint n_lists = 0;

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER_LIST, count_lists, &n_lists, NULL);
  gst_test_play (pipeline);
  send_all (sender);
  assert_all (pipeline, 0);
  gst_test_stop (pipeline);
  g_assert_cmpuint (n_lists, ==, 0);
}

/* Copies are recognized datagram by datagram. */
static void
test_merge (void)
{
  GstElement *pipeline = launch_playing ("merge=rtp");
  g_autoptr (GSocket) sender = lo_sender ();
  g_autofree guint8 *packets = g_malloc0 (40 * 100);

  for (guint i = 0; i < 40; i++)
    {
      packets[i * 100] = 0x80;
      packets[i * 100 + 3] = (guint8) i;
    }
  send_run (sender, packets, 40 * 100, 100);
  assert_pull_run (pipeline, packets, 40 * 100, 100, 0);
  gst_test_stop (pipeline);
}

/* --- Metas ----------------------------------------------------------------------------------- */

static void
test_metas (void)
{
  GstElement *pipeline = launch_playing ("add-reference-timestamp-meta=true add-origin-meta=true");
  g_autoptr (GSocket) sender = lo_sender ();
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("timestamp/x-unix");

  for (guint i = 0; i < 3; i++)
    {
      send_run (sender, pattern, 49 * 1316, 1316);
      for (guint j = 0; j < 49; j++)
        {
          g_autoptr (GstBuffer) buffer = gst_test_pull (pipeline);
          GstCustomMeta *meta = gst_buffer_get_custom_meta (buffer, "GstMcastMeta");

          g_assert_true (GST_BUFFER_PTS_IS_VALID (buffer));
          g_assert_true (GST_BUFFER_DTS_IS_VALID (buffer));
          g_assert_nonnull (gst_buffer_get_net_address_meta (buffer));
          g_assert_nonnull (gst_buffer_get_reference_timestamp_meta (buffer, caps));
          g_assert_nonnull (meta);
          g_assert_cmpstr (gst_structure_get_string (gst_custom_meta_get_structure (meta),
                                                     "interface"),
                           ==, "lo");
        }
    }
  gst_test_stop (pipeline);
}

/* --- Memory ---------------------------------------------------------------------------------- */

static void
take_run (GstElement *pipeline, GPtrArray *held)
{
  for (guint i = 0; i < 49; i++)
    g_ptr_array_add (held, gst_test_pull (pipeline));
}

static void
assert_held (GPtrArray *held, guint run)
{
  for (guint i = 0; i < 49; i++)
    gst_test_assert_buffer (held->pdata[run * 49 + i], pattern + run + i * 1316, 1316);
}

/* What is kept stays as it was while more arrives, and after the element is gone. */
static void
test_hold (void)
{
  GstElement *pipeline = launch_playing ("");
  g_autoptr (GSocket) sender = lo_sender ();
  g_autoptr (GPtrArray) held = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_buffer_unref);

  for (guint i = 0; i < 100; i++)
    {
      send_run (sender, pattern + i, 49 * 1316, 1316);
      take_run (pipeline, held);
    }
  g_assert_true (shares_memory (held->pdata[20]));
  for (guint i = 0; i < 100; i++)
    assert_held (held, i);
  g_ptr_array_set_size (held, 50 * 49);
  for (guint i = 0; i < 100; i++)
    {
      send_run (sender, pattern, 49 * 1316, 1316);
      assert_pull_run (pipeline, pattern, 49 * 1316, 1316, 0);
    }
  gst_test_stop (pipeline);
  for (guint i = 0; i < 50; i++)
    assert_held (held, i);
}

/* A part of a datagram keeps the memory, although its buffer is gone. */
static void
test_hold_part (void)
{
  GstElement *pipeline = launch_playing ("");
  g_autoptr (GSocket) sender = lo_sender ();
  g_autoptr (GstBuffer) part = NULL;

  for (guint i = 0; i < 50; i++)
    {
      send_run (sender, pattern + i % 2, 49 * 1316, 1316);
      for (guint j = 0; j < 49; j++)
        {
          g_autoptr (GstBuffer) buffer = gst_test_pull (pipeline);

          gst_test_assert_buffer (buffer, pattern + i % 2 + j * 1316, 1316);
          if (i == 0 && j == 20)
            part = gst_buffer_copy_region (buffer, GST_BUFFER_COPY_ALL, 12, 1000);
        }
    }
  gst_test_assert_buffer (part, pattern + 20 * 1316 + 12, 1000);
  gst_test_stop (pipeline);
  gst_test_assert_buffer (part, pattern + 20 * 1316 + 12, 1000);
}

/* Who writes to a buffer, or makes it longer, does not hurt its neighbours. */
static void
test_write (void)
{
  GstElement *pipeline = launch_playing ("");
  g_autoptr (GSocket) sender = lo_sender ();

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GPtrArray)
        held = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_buffer_unref);

      send_run (sender, pattern, 49 * 1316, 1316);
      take_run (pipeline, held);
      for (guint j = 0; j < 49; j += 2)
        {
          GstMapInfo map;
          gsize offset;
          gsize most;

          held->pdata[j] = gst_buffer_make_writable (held->pdata[j]);
          g_assert_true (gst_buffer_map (held->pdata[j], &map, GST_MAP_READWRITE));
          memset (map.data, 0xff, map.size);
          gst_buffer_unmap (held->pdata[j], &map);
          gst_buffer_get_sizes (held->pdata[j], &offset, &most);
          if (shares_memory (held->pdata[j]))
            g_assert_cmpuint (most, ==, 1316);
          gst_buffer_append_memory (held->pdata[j], gst_allocator_alloc (NULL, 10, NULL));
        }
      for (guint j = 1; j < 49; j += 2)
        gst_test_assert_buffer (held->pdata[j], pattern + j * 1316, 1316);
    }
  gst_test_stop (pipeline);
}

/* A buffer that came back is used again. */
static void
test_reuse (void)
{
  GstElement *pipeline = launch_playing ("");
  g_autoptr (GSocket) sender = lo_sender ();
  g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL);
  guint n_again = 0;

  for (guint i = 0; i < 200; i++)
    {
      send_run (sender, pattern, 49 * 1316, 1316);
      for (guint j = 0; j < 49; j++)
        {
          g_autoptr (GstBuffer) buffer = gst_test_pull (pipeline);

          n_again += g_hash_table_add (known, buffer) ? 0 : 1;
        }
    }
  g_assert_cmpuint (n_again, >, 100 * 49);
  gst_test_stop (pipeline);
}

/* A few datagrams in a queue do not hold memory for many. */
static void
test_short_runs (void)
{
  GstElement *pipeline = launch_playing ("");
  g_autoptr (GSocket) sender = lo_sender ();

  send_run (sender, pattern, 4 * 1316, 1316);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GstBuffer) buffer = gst_test_pull (pipeline);

      g_assert_false (shares_memory (buffer));
      gst_test_assert_buffer (buffer, pattern + i * 1316, 1316);
    }
  gst_test_stop (pipeline);
}

/* --- Around it ------------------------------------------------------------------------------- */

static void
add (const char *path, const char *properties, GTestDataFunc func)
{
  g_test_add_data_func (path, properties, func);
}

static void
add_tests (void)
{
  add ("/mcastsrc-gro/datagrams", "", test_datagrams);
  add ("/mcastsrc-gro/datagrams/small-mtu", "mtu=100", test_datagrams);
  add ("/mcastsrc-gro/datagrams/large-mtu", "mtu=65507", test_datagrams);
  add ("/mcastsrc-gro/datagrams/huge-mtu", "mtu=200000", test_datagrams);
  add ("/mcastsrc-gro/datagrams/off", "allow-gro=false", test_datagrams);
  g_test_add_func ("/mcastsrc-gro/two-receivers", test_two_receivers);
  g_test_add_func ("/mcastsrc-gro/two-senders", test_two_senders);
  g_test_add_func ("/mcastsrc-gro/empty", test_empty);
  add ("/mcastsrc-gro/skip-first-bytes", "skip-first-bytes=4", test_skip_first_bytes);
  add ("/mcastsrc-gro/skip-first-bytes/keep-together",
       "skip-first-bytes=4 preserve-packetization=false", test_skip_first_bytes);
  add ("/mcastsrc-gro/keep-together", "preserve-packetization=false", test_keep_together);
  add ("/mcastsrc-gro/keep-together/single-buffers", "preserve-packetization=false batch-size=1",
       test_keep_together);
  add ("/mcastsrc-gro/keep-together/small-mtu", "preserve-packetization=false mtu=100",
       test_keep_together);
  add ("/mcastsrc-gro/keep-together/huge-mtu", "preserve-packetization=false mtu=200000",
       test_keep_together);
  g_test_add_func ("/mcastsrc-gro/num-buffers", test_num_buffers);
  g_test_add_func ("/mcastsrc-gro/single-buffers", test_single_buffers);
  g_test_add_func ("/mcastsrc-gro/merge", test_merge);
  g_test_add_func ("/mcastsrc-gro/metas", test_metas);
  g_test_add_func ("/mcastsrc-gro/memory/hold", test_hold);
  g_test_add_func ("/mcastsrc-gro/memory/hold-part", test_hold_part);
  g_test_add_func ("/mcastsrc-gro/memory/write", test_write);
  g_test_add_func ("/mcastsrc-gro/memory/reuse", test_reuse);
  g_test_add_func ("/mcastsrc-gro/memory/short-runs", test_short_runs);
}

/* What cannot be sent in runs here is not tested here. */
static gboolean
has_segmentation (void)
{
  g_autoptr (GSocket) socket = plain_socket_new (G_SOCKET_FAMILY_IPV4);
  int value = 100;

  return setsockopt (g_socket_get_fd (socket), IPPROTO_UDP, UDP_SEGMENT, &value, sizeof value) == 0;
}

static void
skip_all (void)
{
  g_test_skip ("the kernel has no UDP_SEGMENT");
}

int
main (int argc, char **argv)
{
  gst_test_init (&argc, &argv);
  fill_pattern ();
  if (has_segmentation ())
    add_tests ();
  else
    g_test_add_func ("/mcastsrc-gro", skip_all);
  return g_test_run ();
}
