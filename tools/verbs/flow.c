/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "verbs/flow.h"

#include <string.h>

/* Anyone can forge senders, so their number has a limit. */
#define MAX_FLOWS 1000

struct _FlowTable
{
  GPtrArray *flows;
  GHashTable *by_key;
  guint64 n_left_out;
};

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
  self->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
flow_table_free (FlowTable *self)
{
  g_hash_table_unref (self->by_key);
  g_ptr_array_unref (self->flows);
  g_free (self);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const Flow *left = *(const Flow *const *) a;
  const Flow *right = *(const Flow *const *) b;
  int order = strcmp (left->group, right->group);

  if (order == 0)
    order = (int) left->port - (int) right->port;
  if (order == 0)
    order = strcmp (left->source, right->source);
  return order != 0 ? order : strcmp (left->interface_name, right->interface_name);
}

static Flow *
find (FlowTable *self, const RxRun *run)
{
  g_autofree char *group = g_inet_address_to_string (run->group);
  g_autofree char *source = rx_run_dup_source (run);
  g_autofree char *key = g_strdup_printf ("%s %u %s %s", group, run->port, source,
                                          run->interface_name);
  Flow *flow = g_hash_table_lookup (self->by_key, key);

  if (flow != NULL || self->flows->len == MAX_FLOWS)
    return flow;
  flow = g_new0 (Flow, 1);
  flow->destination = g_strdup_printf (strchr (group, ':') != NULL ? "[%s]:%u" : "%s:%u", group,
                                       run->port);
  flow->group = g_steal_pointer (&group);
  flow->source = g_steal_pointer (&source);
  flow->interface_name = g_strdup (run->interface_name);
  flow->port = run->port;
  flow->min_size = G_MAXSIZE;
  g_ptr_array_add (self->flows, flow);
  g_hash_table_insert (self->by_key, g_steal_pointer (&key), flow);
  g_ptr_array_sort (self->flows, compare);
  return flow;
}

static void
count (FlowCount *self, gsize length)
{
  self->n_datagrams++;
  self->n_bytes += length;
}

static void
add_datagram (Flow *self, const RxDatagram *datagram)
{
  gsize payload = flow_rtp_add (&self->rtp, datagram->data, datagram->length,
                                datagram->run->arrival_time);

  count (&self->total, datagram->length);
  count (&self->since, datagram->length);
  self->min_size = MIN (self->min_size, datagram->length);
  self->max_size = MAX (self->max_size, datagram->length);
  flow_ts_add (&self->ts, datagram->data + payload, datagram->length - payload);
}

void
flow_table_add (FlowTable *self, const RxRun *run)
{
  Flow *flow = find (self, run);
  RxDatagram datagram = { run };

  while (rx_datagram_next (&datagram))
    if (flow != NULL)
      add_datagram (flow, &datagram);
    else
      self->n_left_out++;
}

void
flow_table_tick (FlowTable *self, double seconds)
{
  for (guint i = 0; i < self->flows->len; i++)
    {
      Flow *flow = self->flows->pdata[i];

      memmove (flow->history, flow->history + 1, (FLOW_HISTORY - 1) * sizeof flow->history[0]);
      flow->datagrams_per_second = flow->since.n_datagrams / seconds;
      flow->bits_per_second = flow->since.n_bytes * 8 / seconds;
      flow->history[FLOW_HISTORY - 1] = MIN (flow->since.n_bytes / seconds, G_MAXUINT);
      flow->since = (FlowCount) { 0 };
    }
}

GPtrArray *
flow_table_get_flows (FlowTable *self)
{
  return self->flows;
}

guint64
flow_table_get_left_out (FlowTable *self)
{
  return self->n_left_out;
}
