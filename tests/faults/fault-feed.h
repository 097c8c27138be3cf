/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "netns.h"

G_BEGIN_DECLS

/* Sends numbered datagrams to every group once a millisecond, from a namespace of its own. */
typedef struct _FaultFeed FaultFeed;

FaultFeed *fault_feed_new (Netns *ns, const char *iface);
void fault_feed_free (FaultFeed *self);

/* Before fault_feed_start (). */
void fault_feed_add (FaultFeed *self, const char *group, guint port);
/* Twice as fast, with a rest after every 500. Before fault_feed_start (). */
void fault_feed_set_rest (FaultFeed *self, guint us);
void fault_feed_start (FaultFeed *self);
/* Returns the last number, which is then on its way. */
guint64 fault_feed_stop (FaultFeed *self);

/* The last number that every group was sent. */
guint64 fault_feed_get_last (FaultFeed *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FaultFeed, fault_feed_free)

G_END_DECLS
