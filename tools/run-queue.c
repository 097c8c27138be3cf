/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "run-queue.h"

/* The approximate memory that a run takes in addition to its data. */
#define OVERHEAD 256

void
run_queue_clear (RunQueue *self)
{
  g_ptr_array_unref (run_queue_pop_all (self));
}

gboolean
run_queue_push (RunQueue *self, RxRun *newest, RxRun *oldest)
{
  gssize size = 0;
  RxRun *next;

  oldest->next = NULL;
  for (RxRun *run = newest; run != NULL; run = run->next)
    size += OVERHEAD + run->length;
  g_atomic_pointer_add (&self->size, size);
  do
    {
      next = g_atomic_pointer_get (&self->newest);
      oldest->next = next;
    }
  while (!g_atomic_pointer_compare_and_exchange (&self->newest, next, newest));
  /* The runs belong to the other thread now, which may have freed them already. */
  return next == NULL;
}

gboolean
run_queue_is_empty (RunQueue *self)
{
  return g_atomic_pointer_get (&self->newest) == NULL;
}

gsize
run_queue_get_size (RunQueue *self)
{
  return (gsize) g_atomic_pointer_get (&self->size);
}

GPtrArray *
run_queue_pop_all (RunQueue *self)
{
  GPtrArray *runs = g_ptr_array_new_with_free_func ((GDestroyNotify) rx_run_free);
  RxRun *newest = g_atomic_pointer_exchange (&self->newest, NULL);
  gssize size = 0;
  guint n = 0;

  for (RxRun *run = newest; run != NULL; run = run->next, n++)
    size += OVERHEAD + run->length;
  g_ptr_array_set_size (runs, n);
  for (RxRun *run = newest; run != NULL; run = run->next)
    runs->pdata[--n] = run;
  g_atomic_pointer_add (&self->size, -size);
  return runs;
}
