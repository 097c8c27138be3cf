/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rx-run.h"

/* Runs that one thread receives and another one processes. They share no lock: the thread that
 * processes has a lower priority, and while it holds a lock the other one could not receive. */
typedef struct
{
  RxRun *newest; /* atomic, linked to the older ones */
  gssize size;   /* atomic, bytes */
} RunQueue;

/* Frees the runs that are left. */
void run_queue_clear (RunQueue *self);

/* Adds runs, the newest of which is linked to the older ones up to @oldest. Returns whether the queue
 * was empty. */
gboolean run_queue_push (RunQueue *self, RxRun *newest, RxRun *oldest);

gboolean run_queue_is_empty (RunQueue *self);

/* Returns how many bytes of memory the runs take, about. */
gsize run_queue_get_size (RunQueue *self);

/* Removes all runs and returns them, the oldest first. */
GPtrArray *run_queue_pop_all (RunQueue *self);
