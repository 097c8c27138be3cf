/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <mcast.h>

G_BEGIN_DECLS

/* Datagrams between the thread that takes them from the kernel and the one that works on them, so
 * that slow work does not let the kernel's buffer run over. */
typedef struct _Backlog Backlog;

Backlog *backlog_new (void);
void backlog_free (Backlog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Backlog, backlog_free)

/* Waits while more is there than memory should hold. */
void backlog_push (Backlog *self, GPtrArray *datagrams);

/* Waits for datagrams; NULL when there will be none any more. */
GPtrArray *backlog_pop (Backlog *self);

/* Nothing is pushed any more. With @discard what is there is thrown away, else it is still
 * popped. */
void backlog_end (Backlog *self, gboolean discard);

G_END_DECLS
