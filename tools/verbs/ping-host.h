/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "verbs/ping-message.h"

/* The replies of one pong that came by unicast, or by multicast. */
typedef struct
{
  GByteArray *seen; /* whether a reply came, by sequence number */
  guint64 n_received;
  guint64 n_duplicates;
  gint64 min_us;
  gint64 max_us;
  gint64 sum_us;
} PingReplies;

typedef struct
{
  guint64 id;
  char *address;
  PingReplies unicast;
  PingReplies multicast;
} PingHost;

PingHost *ping_host_new (guint64 id, const char *address);
void ping_host_free (PingHost *self);

PingReplies *ping_host_get_replies (PingHost *self, PingType type);

/* Counts a reply. Returns whether it is the first to its sequence number. */
gboolean ping_replies_add (PingReplies *self, guint32 sequence, gint64 time_us);

/* Returns the percentage of @n_sent without a reply. */
double ping_replies_get_loss (const PingReplies *self, guint32 n_sent);
