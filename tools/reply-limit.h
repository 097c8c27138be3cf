/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* Limits the rate of replies to each source by a token bucket. Anybody can forge a source, which must
 * not be flooded by what it did not ask for. */
typedef struct _ReplyLimit ReplyLimit;

/* @rate is in replies per second; a bucket holds five times as many. */
ReplyLimit *reply_limit_new (guint rate);
void reply_limit_free (ReplyLimit *self);

/* Takes @n tokens of @source, at a time in nanoseconds. Returns FALSE, and takes none, if it has fewer. */
gboolean reply_limit_take (ReplyLimit *self, GInetAddress *source, guint n, gint64 now_ns);
