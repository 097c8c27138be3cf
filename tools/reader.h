/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rx-run.h"

/* A thread that receives datagrams, so that the receive buffer does not overflow while earlier ones
 * are processed. */
typedef struct _Reader Reader;

/* Starts to receive from @rx, which must merge segments, until a signal. Lowers the priority of the
 * calling thread. */
Reader *reader_new (McastRxSocket *rx);
void reader_free (Reader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reader, reader_free)

/* Waits for datagrams, at most @timeout_us unless that is negative, and returns them as RxRuns.
 * Fails with G_IO_ERROR_TIMED_OUT, with G_IO_ERROR_CANCELLED after a signal, or because receiving
 * failed. */
GPtrArray *reader_pop (Reader *self, gint64 timeout_us, GError **error);
