/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "verbs/flow.h"

#include <string.h>

#include "verbs/flow-candidates.h"

/* Anyone can forge senders, so their number has a limit. */
#define MAX_FLOWS 1000

struct _FlowOrigin
{
  char *key;
  /* What is not RTP, or not known to be RTP yet; NULL for nothing. */
  Flow *plain;
  GPtrArray *streams; /* of Flow, one for each SSRC */
  FlowCandidates candidates;
};

struct _FlowTable
{
  GPtrArray *flows;
  GHashTable *origins; /* key -> FlowOrigin */
  GQueue by_silence;   /* of Flow, the one that has been silent the longest first */
  guint64 n_removed;
};

static FlowOrigin *
origin_new (const char *key)
{
  FlowOrigin *self = g_new0 (FlowOrigin, 1);

  self->key = g_strdup (key);
  self->streams = g_ptr_array_new ();
  return self;
}

static void
origin_free (FlowOrigin *self)
{
  g_free (self->key);
  g_ptr_array_unref (self->streams);
  g_free (self);
}

static void
flow_free (Flow *self)
{
  g_free (self->group);
  g_free (self->destination);
  g_free (self->source);
  g_free (self->interface_name);
  flow_ts_clear (&self->ts);
  g_free (self);
}

FlowTable *
flow_table_new (void)
{
  FlowTable *self = g_new0 (FlowTable, 1);

  self->flows = g_ptr_array_new_with_free_func ((GDestroyNotify) flow_free);
  self->origins = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                         (GDestroyNotify) origin_free);
  return self;
}

void
flow_table_free (FlowTable *self)
{
  g_hash_table_unref (self->origins);
  g_ptr_array_unref (self->flows);
  g_free (self);
}

static gboolean
is_silent (const Flow *flow)
{
  return flow->n_silent_intervals >= FLOW_HISTORY;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const Flow *left = *(const Flow *const *) a;
  const Flow *right = *(const Flow *const *) b;
  int order = is_silent (left) - is_silent (right);

  if (order == 0)
    order = strcmp (left->group, right->group);
  if (order == 0)
    order = (int) left->port - (int) right->port;
  if (order == 0)
    order = strcmp (left->source, right->source);
  if (order == 0)
    order = strcmp (left->interface_name, right->interface_name);
  if (order == 0)
    order = right->is_rtp - left->is_rtp;
  if (order == 0)
    order = (left->rtp.ssrc > right->rtp.ssrc) - (left->rtp.ssrc < right->rtp.ssrc);
  return order;
}

static void
remove_flow (FlowTable *self, Flow *flow)
{
  FlowOrigin *origin = flow->origin;

  if (flow == origin->plain)
    origin->plain = NULL;
  else
    g_ptr_array_remove_fast (origin->streams, flow);
  g_queue_unlink (&self->by_silence, &flow->link);
  g_ptr_array_remove_fast (self->flows, flow);
  if (origin->plain == NULL && origin->streams->len == 0)
    g_hash_table_remove (self->origins, origin->key);
}

/* Adds a flow of @origin, which becomes one of its flows at once, so that it stays while the flow
 * that makes room is removed. */
static Flow *
add_flow (FlowTable *self, FlowOrigin *origin, const RxRun *run)
{
  g_autofree char *group = g_inet_address_to_string (run->group);
  Flow *flow = g_new0 (Flow, 1);

  flow->destination = g_strdup_printf (strchr (group, ':') != NULL ? "[%s]:%u" : "%s:%u", group,
                                       run->port);
  flow->group = g_steal_pointer (&group);
  flow->source = rx_run_dup_source (run);
  flow->interface_name = g_strdup (run->interface_name);
  flow->port = run->port;
  flow->origin = origin;
  flow->link.data = flow;
  g_ptr_array_add (self->flows, flow);
  g_queue_push_tail_link (&self->by_silence, &flow->link);
  return flow;
}

static void
make_room (FlowTable *self)
{
  while (self->flows->len > MAX_FLOWS)
    {
      remove_flow (self, g_queue_peek_head (&self->by_silence));
      self->n_removed++;
    }
}

static FlowOrigin *
find_origin (FlowTable *self, const RxRun *run)
{
  g_autofree char *group = g_inet_address_to_string (run->group);
  g_autofree char *source = rx_run_dup_source (run);
  g_autofree char *key = g_strdup_printf ("%s %u %s %s", group, run->port, source,
                                          run->interface_name);
  FlowOrigin *origin = g_hash_table_lookup (self->origins, key);

  if (origin == NULL)
    {
      origin = origin_new (key);
      g_hash_table_insert (self->origins, origin->key, origin);
    }
  return origin;
}

static Flow *
find_stream (FlowOrigin *origin, guint32 ssrc)
{
  for (guint i = 0; i < origin->streams->len; i++)
    {
      Flow *flow = origin->streams->pdata[i];

      if (flow->rtp.ssrc == ssrc)
        return flow;
    }
  return NULL;
}

static Flow *
find_plain (FlowTable *self, FlowOrigin *origin, const RxRun *run)
{
  if (origin->plain == NULL)
    {
      origin->plain = add_flow (self, origin, run);
      make_room (self);
    }
  return origin->plain;
}

/* Takes what is not reported yet to a flow of its own. What is reported stays where it is, so that
 * no number decreases. */
static Flow *
split (FlowTable *self, FlowOrigin *origin, const FlowCandidate *candidate, const RxRun *run)
{
  Flow *plain = origin->plain;
  Flow *stream = add_flow (self, origin, run);

  g_ptr_array_add (origin->streams, stream);
  stream->total = stream->since = candidate->since;
  flow_count_subtract (&plain->total, &candidate->since);
  flow_count_subtract (&plain->since, &candidate->since);
  if (plain->total.n_datagrams == 0)
    remove_flow (self, plain);
  make_room (self);
  return stream;
}

/* Makes a candidate a stream. */
static void
begin_stream (FlowTable *self, FlowOrigin *origin, const FlowCandidate *candidate, const RxRun *run)
{
  Flow *stream = origin->plain;

  if (candidate->total.n_datagrams == stream->total.n_datagrams)
    g_ptr_array_add (origin->streams, g_steal_pointer (&origin->plain));
  else
    stream = split (self, origin, candidate, run);
  stream->is_rtp = TRUE;
  flow_rtp_start (&stream->rtp, &candidate->last);
  flow_candidates_remove_latest (&origin->candidates);
}

static void
count (FlowTable *self, Flow *flow, gsize length)
{
  flow_count_add (&flow->total, length);
  flow_count_add (&flow->since, length);
  g_queue_unlink (&self->by_silence, &flow->link);
  g_queue_push_tail_link (&self->by_silence, &flow->link);
}

static void
add_datagram (FlowTable *self, FlowOrigin *origin, const RxDatagram *datagram)
{
  const RxRun *run = datagram->run;
  FlowRtpHeader header = { 0 };
  gboolean may_be_rtp = flow_rtp_header_read (&header, datagram->data, datagram->length);
  Flow *stream = may_be_rtp ? find_stream (origin, header.ssrc) : NULL;
  Flow *flow = stream != NULL ? stream : find_plain (self, origin, run);

  count (self, flow, datagram->length);
  if (stream != NULL)
    flow_rtp_add (&stream->rtp, &header, run->arrival_time);
  else if (may_be_rtp)
    {
      const FlowCandidate *candidate = flow_candidates_add (&origin->candidates, &header,
                                                            datagram->length);

      if (flow_candidate_is_sure (candidate))
        begin_stream (self, origin, candidate, run);
      return;
    }
  flow_ts_add (&flow->ts, datagram->data + header.size, datagram->length - header.size);
}

void
flow_table_add (FlowTable *self, const RxRun *run)
{
  FlowOrigin *origin = find_origin (self, run);
  RxDatagram datagram = { run };

  while (rx_datagram_next (&datagram))
    add_datagram (self, origin, &datagram);
}

static void
tick_flow (Flow *flow, double seconds)
{
  memmove (flow->history, flow->history + 1, (FLOW_HISTORY - 1) * sizeof flow->history[0]);
  flow->datagrams_per_second = flow->since.n_datagrams / seconds;
  flow->bits_per_second = flow->since.n_bytes * 8 / seconds;
  flow->history[FLOW_HISTORY - 1] = MIN (flow->since.n_bytes / seconds, G_MAXUINT);
  flow->n_silent_intervals = flow->since.n_datagrams > 0 ? 0 : flow->n_silent_intervals + 1;
  flow->since = (FlowCount) { 0 };
  flow_candidates_tick (&flow->origin->candidates);
  if (flow->is_rtp)
    flow_rtp_tick (&flow->rtp);
}

void
flow_table_tick (FlowTable *self, double seconds)
{
  for (guint i = 0; i < self->flows->len; i++)
    tick_flow (self->flows->pdata[i], seconds);
  g_ptr_array_sort (self->flows, compare);
}

GPtrArray *
flow_table_get_flows (FlowTable *self)
{
  return self->flows;
}

guint64
flow_table_get_removed (FlowTable *self)
{
  return self->n_removed;
}
