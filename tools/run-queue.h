/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rx-run.h"

/* Runs that one thread receives and another one processes. There is no lock: the thread that
 * processes has a lower priority, and would keep the other one from receiving while it held a
 * lock. */
typedef struct
{
  RxRun *newest; /* atomic */
  gssize size;   /* atomic, bytes */
} RunQueue;

/* Frees the runs that are left. */
void run_queue_clear (RunQueue *self);

/* Adds the runs from @newest to @oldest, which their @next links. Returns whether the queue was
 * empty. */
gboolean run_queue_push (RunQueue *self, RxRun *newest, RxRun *oldest);

gboolean run_queue_is_empty (RunQueue *self);

/* Returns the approximate memory that the runs take, in bytes. */
gsize run_queue_get_size (RunQueue *self);

/* Removes all runs and returns them, the oldest first. */
GPtrArray *run_queue_pop_all (RunQueue *self);
