/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the monitor counts. */

#include <string.h>

#include "verbs/flow.h"

#define HEADER_SIZE 12
#define MEDIA 0xaaaa
#define FEC 0
#define MAX_FLOWS 1000

/* --- Datagrams --------------------------------------------------------------------------- */

static void
add_data (FlowTable *table, guint source_port, const guint8 *data, gsize size)
{
  RxRun *run = g_malloc0 (sizeof *run + size);

  run->length = run->segment_size = size;
  run->port = 5004;
  run->interface_name = "eth0";
  run->group = g_inet_address_new_from_string ("233.252.0.1");
  run->source =
    G_INET_SOCKET_ADDRESS (g_inet_socket_address_new (run->group, (guint16) source_port));
  memcpy (run->data, data, size);
  flow_table_add (table, run);
  rx_run_free (run);
}

static void
add_rtp (FlowTable *table, guint32 ssrc, guint sequence)
{
  const guint8 packet[HEADER_SIZE] = {
    0x80,
    96,
    (guint8) (sequence >> 8),
    (guint8) sequence,
    0,
    0,
    0,
    0,
    (guint8) (ssrc >> 24),
    (guint8) (ssrc >> 16),
    (guint8) (ssrc >> 8),
    (guint8) ssrc,
  };

  add_data (table, 1000, packet, sizeof packet);
}

static void
add_range (FlowTable *table, guint32 ssrc, guint first, guint end)
{
  for (guint i = first; i < end; i++)
    add_rtp (table, ssrc, i);
}

/* --- What is reported -------------------------------------------------------------------- */

static guint64
count_all (FlowTable *table)
{
  GPtrArray *flows = flow_table_get_flows (table);
  guint64 n = 0;

  for (guint i = 0; i < flows->len; i++)
    n += ((Flow *) flows->pdata[i])->total.n_datagrams;
  return n;
}

static const Flow *
find_flow (FlowTable *table, gint64 ssrc)
{
  GPtrArray *flows = flow_table_get_flows (table);

  for (guint i = 0; i < flows->len; i++)
    {
      const Flow *flow = flows->pdata[i];

      if (ssrc < 0 ? !flow->is_rtp : flow->is_rtp && flow->rtp.ssrc == ssrc)
        return flow;
    }
  return NULL;
}

#define PLAIN -1

static void
assert_flow (FlowTable *table, gint64 ssrc, guint64 n_datagrams, guint64 n_lost)
{
  const Flow *flow = find_flow (table, ssrc);

  g_assert_nonnull (flow);
  g_assert_cmpuint (flow->total.n_datagrams, ==, n_datagrams);
  g_assert_cmpuint (flow->rtp.n_lost, ==, n_lost);
}

static void
assert_n_flows (FlowTable *table, guint n)
{
  g_assert_cmpuint (flow_table_get_flows (table)->len, ==, n);
}

/* --- SSRCs ------------------------------------------------------------------------------- */

static void
test_stream (void)
{
  g_autoptr (FlowTable) table = flow_table_new ();

  add_range (table, MEDIA, 65530, 65530 + 100);
  flow_table_tick (table, 1);
  assert_n_flows (table, 1);
  assert_flow (table, MEDIA, 100, 0);
}

/* A stream that is known only after the first reports keeps its flow. */
static void
test_slow_stream (void)
{
  g_autoptr (FlowTable) table = flow_table_new ();

  for (guint i = 0; i < 20; i++)
    {
      add_rtp (table, MEDIA, i);
      flow_table_tick (table, 1);
      g_assert_cmpuint (count_all (table), ==, i + 1);
    }
  assert_n_flows (table, 1);
  assert_flow (table, MEDIA, 20, 0);
}

static void
test_fec (void)
{
  g_autoptr (FlowTable) table = flow_table_new ();

  for (guint i = 0; i < 200; i++)
    {
      if (i != 150)
        add_rtp (table, MEDIA, i);
      if (i % 5 == 4)
        add_rtp (table, FEC, i / 5);
    }
  flow_table_tick (table, 1);
  assert_n_flows (table, 2);
  assert_flow (table, MEDIA, 199, 1);
  assert_flow (table, FEC, 40, 0);
}

/* What was reported before the SSRCs were known stays where it is: no number decreases. */
static void
test_slow_fec (void)
{
  g_autoptr (FlowTable) table = flow_table_new ();
  guint n = 0;

  for (guint i = 0; i < 100; i++)
    {
      guint64 before = find_flow (table, PLAIN) != NULL
                         ? find_flow (table, PLAIN)->total.n_datagrams
                         : 0;

      add_rtp (table, i % 3 == 2 ? FEC : MEDIA, n++ / 3 * (i % 3 == 2 ? 1 : 2) + i % 3 % 2);
      flow_table_tick (table, 1);
      g_assert_cmpuint (count_all (table), ==, i + 1);
      if (before > 0)
        g_assert_cmpuint (find_flow (table, PLAIN)->total.n_datagrams, >=, before);
    }
  assert_n_flows (table, 3);
  g_assert_cmpuint (find_flow (table, MEDIA)->rtp.n_lost, ==, 0);
  g_assert_cmpuint (find_flow (table, FEC)->rtp.n_lost, ==, 0);
}

static void
test_new_ssrc (void)
{
  g_autoptr (FlowTable) table = flow_table_new ();

  add_range (table, MEDIA, 0, 10);
  add_range (table, MEDIA, 13, 20);
  flow_table_tick (table, 1);
  add_range (table, MEDIA + 1, 500, 510);
  flow_table_tick (table, 1);
  assert_flow (table, MEDIA, 17, 3);
  assert_flow (table, MEDIA + 1, 10, 0);
}

/* Other data that begins like RTP has an SSRC that never returns, and RTCP is no RTP. */
static void
test_no_rtp (void)
{
  g_autoptr (FlowTable) table = flow_table_new ();
  const guint8 rtcp[HEADER_SIZE] = { 0x80, 200 };

  for (guint i = 0; i < 1000; i++)
    add_rtp (table, 1 + i * 7919, i);
  add_data (table, 1000, rtcp, sizeof rtcp);
  add_data (table, 1000, rtcp, 0);
  flow_table_tick (table, 1);
  assert_n_flows (table, 1);
  assert_flow (table, PLAIN, 1002, 0);
}

static void
test_rtcp_on_same_port (void)
{
  g_autoptr (FlowTable) table = flow_table_new ();
  const guint8 rtcp[HEADER_SIZE] = { 0x80, 200 };

  add_range (table, MEDIA, 0, 10);
  add_data (table, 1000, rtcp, sizeof rtcp);
  add_range (table, MEDIA, 10, 20);
  flow_table_tick (table, 1);
  assert_flow (table, MEDIA, 20, 0);
  assert_flow (table, PLAIN, 1, 0);
}

/* --- Losses ------------------------------------------------------------------------------ */

static void
test_late (void)
{
  g_autoptr (FlowTable) table = flow_table_new ();

  add_range (table, MEDIA, 0, 10);
  add_range (table, MEDIA, 11, 40);
  add_rtp (table, MEDIA, 10);
  flow_table_tick (table, 1);
  assert_flow (table, MEDIA, 40, 0);
}

/* A report between two packets in the wrong order. */
static void
test_late_after_report (void)
{
  g_autoptr (FlowTable) table = flow_table_new ();

  add_range (table, MEDIA, 0, 10);
  add_rtp (table, MEDIA, 11);
  flow_table_tick (table, 1);
  assert_flow (table, MEDIA, 11, 0);
  add_rtp (table, MEDIA, 10);
  flow_table_tick (table, 1);
  assert_flow (table, MEDIA, 12, 0);
}

/* What was reported as lost is not taken back. */
static void
test_late_after_loss (void)
{
  g_autoptr (FlowTable) table = flow_table_new ();

  add_range (table, MEDIA, 0, 10);
  add_range (table, MEDIA, 11, 20);
  flow_table_tick (table, 1);
  assert_flow (table, MEDIA, 19, 1);
  add_rtp (table, MEDIA, 10);
  flow_table_tick (table, 1);
  assert_flow (table, MEDIA, 20, 1);
}

/* The end of a stream is reported as well. */
static void
test_last_loss (void)
{
  g_autoptr (FlowTable) table = flow_table_new ();

  add_range (table, MEDIA, 0, 10);
  add_rtp (table, MEDIA, 11);
  flow_table_tick (table, 1);
  flow_table_tick (table, 1);
  assert_flow (table, MEDIA, 11, 1);
}

static void
test_duplicates (void)
{
  g_autoptr (FlowTable) table = flow_table_new ();

  add_range (table, MEDIA, 0, 10);
  for (guint i = 11; i < 20; i++)
    {
      add_rtp (table, MEDIA, i);
      add_rtp (table, MEDIA, i);
    }
  flow_table_tick (table, 1);
  assert_flow (table, MEDIA, 28, 1);
}

static void
test_long_gap (void)
{
  g_autoptr (FlowTable) table = flow_table_new ();

  add_range (table, MEDIA, 0, 10);
  add_range (table, MEDIA, 12, 20);
  add_range (table, MEDIA, 1020, 1030);
  flow_table_tick (table, 1);
  assert_flow (table, MEDIA, 28, 1002);
}

/* The sender starts again with other sequence numbers, before or after. */
static void
test_jump (void)
{
  static const guint starts[] = { 30000, 39000, 20, 60 };

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      g_autoptr (FlowTable) table = flow_table_new ();

      add_range (table, MEDIA, 10000, 10010);
      add_range (table, MEDIA, 10012, 10020);
      flow_table_tick (table, 1);
      add_range (table, MEDIA, starts[i], starts[i] + 10);
      add_range (table, MEDIA, starts[i] + 11, starts[i] + 20);
      flow_table_tick (table, 1);
      assert_flow (table, MEDIA, 37, 3);
    }
}

/* One packet with any number, as a forger sends it, changes nothing. */
static void
test_stray (void)
{
  g_autoptr (FlowTable) table = flow_table_new ();

  add_range (table, MEDIA, 0, 10);
  add_rtp (table, MEDIA, 40000);
  add_range (table, MEDIA, 10, 20);
  flow_table_tick (table, 1);
  assert_flow (table, MEDIA, 21, 0);
}

/* --- The limit --------------------------------------------------------------------------- */

/* Searches from a new port each do not hide what comes after them, or end what is there. */
static void
test_dead_flows (void)
{
  g_autoptr (FlowTable) table = flow_table_new ();
  const guint8 payload[] = "M-SEARCH";

  add_range (table, MEDIA, 0, 10);
  for (guint i = 0; i < 3 * MAX_FLOWS; i++)
    {
      add_data (table, 2000 + i, payload, sizeof payload);
      if (i % 100 == 0)
        add_rtp (table, MEDIA, 10 + i / 100);
    }
  for (guint i = 0; i < FLOW_HISTORY; i++)
    flow_table_tick (table, 1);
  assert_n_flows (table, MAX_FLOWS);
  assert_flow (table, MEDIA, 40, 0);
  g_assert_cmpuint (flow_table_get_removed (table), ==, 2 * MAX_FLOWS + 1);

  /* A terminal shows the beginning. */
  add_data (table, 60000, payload, sizeof payload);
  flow_table_tick (table, 1);
  assert_n_flows (table, MAX_FLOWS);
  g_assert_cmpstr (((Flow *) flow_table_get_flows (table)->pdata[0])->source, ==,
                   "233.252.0.1:60000");
}

/* The same with forged SSRCs. */
static void
test_many_ssrcs (void)
{
  g_autoptr (FlowTable) table = flow_table_new ();

  for (guint i = 0; i < 2 * MAX_FLOWS; i++)
    {
      add_range (table, 1000000 + i, 0, 10);
      add_rtp (table, MEDIA, i);
    }
  flow_table_tick (table, 1);
  assert_n_flows (table, MAX_FLOWS);
  g_assert_cmpuint (find_flow (table, MEDIA)->rtp.n_lost, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/monitor-flows/stream", test_stream);
  g_test_add_func ("/monitor-flows/slow-stream", test_slow_stream);
  g_test_add_func ("/monitor-flows/fec", test_fec);
  g_test_add_func ("/monitor-flows/slow-fec", test_slow_fec);
  g_test_add_func ("/monitor-flows/new-ssrc", test_new_ssrc);
  g_test_add_func ("/monitor-flows/no-rtp", test_no_rtp);
  g_test_add_func ("/monitor-flows/rtcp-on-same-port", test_rtcp_on_same_port);
  g_test_add_func ("/monitor-flows/late", test_late);
  g_test_add_func ("/monitor-flows/late/after-report", test_late_after_report);
  g_test_add_func ("/monitor-flows/late/after-loss", test_late_after_loss);
  g_test_add_func ("/monitor-flows/last-loss", test_last_loss);
  g_test_add_func ("/monitor-flows/duplicates", test_duplicates);
  g_test_add_func ("/monitor-flows/long-gap", test_long_gap);
  g_test_add_func ("/monitor-flows/jump", test_jump);
  g_test_add_func ("/monitor-flows/stray", test_stray);
  g_test_add_func ("/monitor-flows/dead-flows", test_dead_flows);
  g_test_add_func ("/monitor-flows/many-ssrcs", test_many_ssrcs);
  return g_test_run ();
}
