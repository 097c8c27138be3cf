/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

typedef struct
{
  guint64 n_datagrams;
  guint64 n_bytes;
  gsize min_size;
  gsize max_size;
} FlowCount;

static inline void
flow_count_add (FlowCount *self, gsize length)
{
  self->min_size = self->n_datagrams == 0 ? length : MIN (self->min_size, length);
  self->max_size = MAX (self->max_size, length);
  self->n_datagrams++;
  self->n_bytes += length;
}

/* The sizes do not change. */
static inline void
flow_count_subtract (FlowCount *self, const FlowCount *other)
{
  self->n_datagrams -= other->n_datagrams;
  self->n_bytes -= other->n_bytes;
}
