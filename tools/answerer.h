/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <mcast.h>

/* Sends to single hosts, from a port of its own, in few system calls. */
typedef struct _Answerer Answerer;

Answerer *answerer_new (void);
void answerer_free (Answerer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answerer, answerer_free)

/* Sends @text to @to, at the latest with the next answerer_flush (). */
void answerer_send (Answerer *self, GInetSocketAddress *to, GBytes *payload);
void answerer_flush (Answerer *self);

/* How many could not be sent; @reason is that of the first, or NULL. */
guint64 answerer_get_failures (Answerer *self, const char **reason);
