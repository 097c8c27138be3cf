/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "verbs/flow-count.h"
#include "verbs/flow-rtp.h"

/* An SSRC that may be one: other data can look like RTP, too. */
typedef struct
{
  FlowRtpHeader last;
  guint n_in_order; /* consecutive packets after the first one */
  FlowCount total;
  FlowCount since; /* the last report */
} FlowCandidate;

#define FLOW_MAX_CANDIDATES 8

/* The latest candidates of one sender. */
typedef struct
{
  FlowCandidate candidates[FLOW_MAX_CANDIDATES]; /* the latest last */
  guint n;
} FlowCandidates;

/* Adds a packet. Returns its candidate, which is valid until the next call. */
const FlowCandidate *flow_candidates_add (FlowCandidates *self, const FlowRtpHeader *header,
                                          gsize length);

/* Removes the latest candidate. */
void flow_candidates_remove_latest (FlowCandidates *self);

/* Notes that what was counted is reported. */
void flow_candidates_tick (FlowCandidates *self);

/* Checks whether enough packets came in order. */
gboolean flow_candidate_is_sure (const FlowCandidate *self);
