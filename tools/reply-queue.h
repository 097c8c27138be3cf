/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "options.h"

/* Sends replies to single hosts, with few system calls. It never waits: a reply that cannot be sent
 * at once is dropped and counted. */
typedef struct _ReplyQueue ReplyQueue;

/* Creates a queue with the limit of --reply-rate. Reports an invalid rate, and returns NULL. */
ReplyQueue *reply_queue_new (const Options *options, int *status);
void reply_queue_free (ReplyQueue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReplyQueue, reply_queue_free)

/* Returns whether @n replies to @to are within the rate, and counts them otherwise. */
gboolean reply_queue_admit (ReplyQueue *self, GInetSocketAddress *to, guint n);

/* Sends @payload to @to, at the latest with the next reply_queue_flush (). */
void reply_queue_push (ReplyQueue *self, GInetSocketAddress *to, GBytes *payload);
void reply_queue_flush (ReplyQueue *self);

/* Count a reply that was dropped because the send buffer is full, or that failed with @error. */
void reply_queue_add_blocked (ReplyQueue *self);
void reply_queue_add_failure (ReplyQueue *self, const GError *error);

/* Reports how many replies were not sent, if any. */
void reply_queue_warn (ReplyQueue *self);
