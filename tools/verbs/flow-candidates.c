/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "verbs/flow-candidates.h"

#include <string.h>

#define MIN_IN_ORDER 5

/* Moves the candidate of an SSRC to the end, or puts a new one there, for which the oldest makes
 * room. */
static FlowCandidate *
take (FlowCandidates *self, guint32 ssrc)
{
  FlowCandidate candidate = { 0 };
  guint position = 0;

  while (position < self->n && self->candidates[position].last.ssrc != ssrc)
    position++;
  if (position < self->n)
    candidate = self->candidates[position];
  else if (self->n < FLOW_MAX_CANDIDATES)
    self->n++;
  else
    position = 0;
  memmove (&self->candidates[position], &self->candidates[position + 1],
           (self->n - 1 - position) * sizeof candidate);
  self->candidates[self->n - 1] = candidate;
  return &self->candidates[self->n - 1];
}

const FlowCandidate *
flow_candidates_add (FlowCandidates *self, const FlowRtpHeader *header, gsize length)
{
  FlowCandidate *candidate = take (self, header->ssrc);
  guint16 expected = (guint16) (candidate->last.sequence + 1);
  gboolean is_in_order = candidate->total.n_datagrams > 0 && header->sequence == expected;

  candidate->n_in_order = is_in_order ? candidate->n_in_order + 1 : 0;
  candidate->last = *header;
  flow_count_add (&candidate->total, length);
  flow_count_add (&candidate->since, length);
  return candidate;
}

void
flow_candidates_remove_latest (FlowCandidates *self)
{
  self->n--;
}

void
flow_candidates_tick (FlowCandidates *self)
{
  for (guint i = 0; i < self->n; i++)
    self->candidates[i].since = (FlowCount) { 0 };
}

gboolean
flow_candidate_is_sure (const FlowCandidate *self)
{
  return self->n_in_order >= MIN_IN_ORDER;
}
