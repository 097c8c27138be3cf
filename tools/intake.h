/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "heard.h"

/* A thread that takes datagrams from the kernel as they come, so that work on them does not let the
 * kernel's buffer run over. */
typedef struct _Intake Intake;

/* Begins to receive from @rx, which must merge segments; a signal ends it. The calling thread gets
 * less of the processor from now on. */
Intake *intake_new (McastRxSocket *rx);
void intake_free (Intake *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Intake, intake_free)

/* Waits for datagrams, at most @timeout_us unless that is negative. Gives HeardRun, or NULL and an
 * error: G_IO_ERROR_TIMED_OUT, G_IO_ERROR_CANCELLED after a signal, or why nothing more can be
 * received. */
GPtrArray *intake_pop (Intake *self, gint64 timeout_us, GError **error);
