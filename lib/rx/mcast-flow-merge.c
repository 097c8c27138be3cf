/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx/mcast-flow-merge-private.h"

#define MILLISECOND G_GINT64_CONSTANT (1000000)
/* Another path replaces a path that has been silent for this long. */
#define SILENCE (100 * MILLISECOND)
/* For this long after a datagram, other paths may bring copies of it. */
#define MAX_SKEW (SILENCE / 2)
#define MIN_DATAGRAMS 3
/* After this silence of all paths, a flow begins again. */
#define EXPIRY (2000 * MILLISECOND)
/* If a datagram of a path seems to have arrived this long before the previous one, the clock was
 * set back. */
#define MAX_STEP_BACK (1000 * MILLISECOND)
/* How often a path that may be replaced is checked for unread datagrams. */
#define CHECK_INTERVAL MILLISECOND

typedef struct
{
  McastAddress group;
  McastAddress source;
  guint port;
  guint source_port;
} Key;

typedef struct
{
  Key key;
  /* The place in the order of use; the data is the flow. */
  GList link;
  /* The path that delivers, unless it was forgotten, and when it last did. */
  guint path_id;
  gboolean has_path;
  gint64 last_time;
  /* The last datagram of any path. */
  gint64 last_time_of_any;
  /* The path that may replace it, when it last brought the flow, and its datagrams during the
   * silence. */
  guint challenger_id;
  gboolean has_challenger;
  gint64 last_challenge;
  guint n_challenges;
  gint64 first_challenge;
  gint64 next_check;
} Flow;

struct _McastFlowMerge
{
  McastFlowIsReadFunc is_read;
  gpointer user_data;
  /* Flow by its key. */
  GHashTable *flows;
  /* The most recently used flow is the first. */
  GQueue order;
  guint64 n_switches;
};

static guint
key_hash (gconstpointer key)
{
  const Key *self = key;

  return _mcast_address_hash (&self->source) ^ (self->source_port * 2654435761u)
         ^ (_mcast_address_hash (&self->group) * 31) ^ (self->port << 16);
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  const Key *left = a;
  const Key *right = b;

  return left->source_port == right->source_port && left->port == right->port
         && _mcast_address_equal (&left->source, &right->source)
         && _mcast_address_equal (&left->group, &right->group);
}

/* A link-local address has the index of the interface as its scope, which differs between
 * copies. */
static Key
make_key (const McastFlowDatagram *datagram)
{
  Key key = {
    .group = *datagram->group,
    .source = *datagram->source,
    .port = datagram->port,
    .source_port = datagram->source_port,
  };

  key.group.scope_id = 0;
  key.source.scope_id = 0;
  return key;
}

McastFlowMerge *
_mcast_flow_merge_new (McastFlowIsReadFunc is_read, gpointer user_data)
{
  McastFlowMerge *self = g_new0 (McastFlowMerge, 1);

  self->is_read = is_read;
  self->user_data = user_data;
  self->flows = g_hash_table_new_full (key_hash, key_equal, NULL, g_free);
  g_queue_init (&self->order);
  return self;
}

void
_mcast_flow_merge_free (McastFlowMerge *self)
{
  g_hash_table_unref (self->flows);
  g_free (self);
}

static void
remove_oldest (McastFlowMerge *self)
{
  Flow *flow = g_queue_peek_tail (&self->order);

  g_queue_unlink (&self->order, &flow->link);
  g_hash_table_remove (self->flows, &flow->key);
}

static void
flow_start (Flow *self, const McastFlowDatagram *datagram)
{
  self->path_id = datagram->path_id;
  self->has_path = TRUE;
  self->last_time = datagram->time;
  self->last_time_of_any = datagram->time;
  self->has_challenger = FALSE;
  self->n_challenges = 0;
  self->next_check = datagram->time;
}

static Flow *
add_flow (McastFlowMerge *self, const Key *key, const McastFlowDatagram *datagram)
{
  Flow *flow;

  if (g_hash_table_size (self->flows) == MCAST_FLOW_MERGE_MAX_FLOWS)
    remove_oldest (self);
  flow = g_new0 (Flow, 1);
  flow->key = *key;
  flow->link.data = flow;
  flow_start (flow, datagram);
  g_hash_table_insert (self->flows, &flow->key, flow);
  g_queue_push_head_link (&self->order, &flow->link);
  return flow;
}

/* Consecutive datagrams usually belong to one flow. */
static Flow *
find_flow (McastFlowMerge *self, const Key *key)
{
  Flow *last = g_queue_peek_head (&self->order);

  if (last != NULL && key_equal (&last->key, key))
    return last;
  return g_hash_table_lookup (self->flows, key);
}

static void
use_flow (McastFlowMerge *self, Flow *flow)
{
  if (self->order.head == &flow->link)
    return;
  g_queue_unlink (&self->order, &flow->link);
  g_queue_push_head_link (&self->order, &flow->link);
}

/* Notes the time of the next datagram of one path, whose previous time was @before. */
static void
flow_note_time (Flow *self, gint64 before, gint64 now)
{
  if (before - now > MAX_STEP_BACK)
    {
      self->last_time = now;
      self->last_time_of_any = now;
      self->next_check = now;
      self->n_challenges = 0;
    }
  self->last_time_of_any = MAX (self->last_time_of_any, now);
}

/* Counts a datagram of a path that does not deliver. Of several such paths, one is considered until
 * it is silent itself. */
static void
flow_challenge (Flow *self, const McastFlowDatagram *datagram)
{
  if (!self->has_challenger || self->challenger_id != datagram->path_id)
    {
      if (self->has_challenger && datagram->time - self->last_challenge < SILENCE)
        return;
      self->challenger_id = datagram->path_id;
      self->has_challenger = TRUE;
      self->n_challenges = 0;
      self->last_challenge = datagram->time;
    }
  flow_note_time (self, self->last_challenge, datagram->time);
  self->last_challenge = datagram->time;
  if (datagram->time - self->last_time < MAX_SKEW)
    return;
  if (self->n_challenges == 0)
    self->first_challenge = datagram->time;
  self->n_challenges += datagram->n_datagrams;
}

static gboolean
is_silence_read (McastFlowMerge *self, Flow *flow, gint64 now)
{
  if (now < flow->next_check)
    return FALSE;
  flow->next_check = now + CHECK_INTERVAL;
  return self->is_read (flow->path_id, flow->last_time + SILENCE, self->user_data);
}

/* Checks whether the path of @datagram replaces the path that has delivered. */
static gboolean
replaces (McastFlowMerge *self, Flow *flow, const McastFlowDatagram *datagram)
{
  return flow->challenger_id == datagram->path_id && flow->n_challenges >= MIN_DATAGRAMS
         && datagram->time - flow->first_challenge >= SILENCE - MAX_SKEW
         && is_silence_read (self, flow, datagram->time);
}

/* Checks whether a flow begins again after all paths were silent. */
static gboolean
is_expired (McastFlowMerge *self, Flow *flow, const McastFlowDatagram *datagram)
{
  return datagram->time - flow->last_time_of_any >= EXPIRY
         && is_silence_read (self, flow, datagram->time);
}

static McastFlowVerdict
check_other_path (McastFlowMerge *self, Flow *flow, const McastFlowDatagram *datagram)
{
  if (is_expired (self, flow, datagram))
    {
      flow_start (flow, datagram);
      return MCAST_FLOW_VERDICT_FORWARD;
    }
  flow_challenge (flow, datagram);
  if (flow->has_path && !replaces (self, flow, datagram))
    return MCAST_FLOW_VERDICT_DUPLICATE;
  flow_start (flow, datagram);
  self->n_switches++;
  return MCAST_FLOW_VERDICT_SWITCH;
}

static McastFlowVerdict
check (McastFlowMerge *self, Flow *flow, const McastFlowDatagram *datagram)
{
  if (flow->path_id != datagram->path_id)
    return check_other_path (self, flow, datagram);
  flow_note_time (flow, flow->last_time, datagram->time);
  flow->has_path = TRUE;
  flow->last_time = MAX (flow->last_time, datagram->time);
  flow->n_challenges = 0;
  return MCAST_FLOW_VERDICT_FORWARD;
}

/* Decides about the next datagram that was read. */
McastFlowVerdict
_mcast_flow_merge_check (McastFlowMerge *self, const McastFlowDatagram *datagram)
{
  Key key = make_key (datagram);
  Flow *flow = find_flow (self, &key);
  McastFlowVerdict verdict = MCAST_FLOW_VERDICT_FORWARD;

  if (flow == NULL)
    flow = add_flow (self, &key, datagram);
  else
    verdict = check (self, flow, datagram);
  use_flow (self, flow);
  return verdict;
}

/* Forgets a path that has ended. Its flows are delivered from the next path that brings them. */
void
_mcast_flow_merge_forget_path (McastFlowMerge *self, guint path_id)
{
  for (GList *link = self->order.head; link != NULL; link = link->next)
    {
      Flow *flow = link->data;

      if (flow->path_id == path_id)
        flow->has_path = FALSE;
      if (flow->challenger_id == path_id)
        flow->has_challenger = FALSE;
    }
}

/* Returns how often a path has replaced another one. */
guint64
_mcast_flow_merge_get_n_switches (McastFlowMerge *self)
{
  return self->n_switches;
}
