/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "verbs/ping-message.h"

/* The answers of one pong on one way. */
typedef struct
{
  GByteArray *seen; /* for each number asked whether it was answered */
  guint64 n_received;
  guint64 n_duplicates;
  gint64 min_us;
  gint64 max_us;
  gint64 sum_us;
} PingWay;

typedef struct
{
  guint64 id;
  char *address;
  PingWay unicast;
  PingWay multicast;
} PingTally;

PingTally *ping_tally_new (guint64 id, const char *address);
void ping_tally_free (PingTally *self);

PingWay *ping_tally_get_way (PingTally *self, PingType type);

/* Counts an answer; TRUE for the first to its number. */
gboolean ping_way_add (PingWay *self, guint32 sequence, gint64 time_us);

/* Percentage of @n_sent that was not answered. */
double ping_way_get_loss (const PingWay *self, guint32 n_sent);
