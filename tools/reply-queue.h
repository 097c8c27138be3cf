/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <mcast.h>

/* Sends datagrams to single hosts, from a port of its own, in few system calls. */
typedef struct _ReplyQueue ReplyQueue;

ReplyQueue *reply_queue_new (void);
void reply_queue_free (ReplyQueue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReplyQueue, reply_queue_free)

/* Sends @payload to @to, at the latest with the next reply_queue_flush (). */
void reply_queue_push (ReplyQueue *self, GInetSocketAddress *to, GBytes *payload);
void reply_queue_flush (ReplyQueue *self);

/* Warns if replies could not be sent. */
void reply_queue_warn_of_failures (ReplyQueue *self);
