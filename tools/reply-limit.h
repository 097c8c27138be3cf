/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* Limits the rate of replies to each source with a token bucket. Anyone can forge a source address,
 * whose host must not be flooded. */
typedef struct _ReplyLimit ReplyLimit;

/* Allows @rate replies per second, and five times as many in a burst. */
ReplyLimit *reply_limit_new (guint rate);
void reply_limit_free (ReplyLimit *self);

/* Takes @n tokens of @source, or returns FALSE if it has fewer. The time is in nanoseconds. */
gboolean reply_limit_take (ReplyLimit *self, GInetAddress *source, guint n, gint64 now_ns);
