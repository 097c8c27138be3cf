/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Somebody who sends to one group: ours, or a peer to compare with. */

#include <gio/gio.h>

#include "fault-figures.h"

G_BEGIN_DECLS

typedef enum
{
  OUTPUT_LIBRARY,
  OUTPUT_ELEMENT,
  OUTPUT_UDPSINK,
  OUTPUT_PLAIN,
} OutputKind;

typedef struct
{
  guint ready;
  guint lost;
  /* Of the element: that a path failed, that it works again. */
  guint failed;
  guint recovered;
} OutputEvents;

typedef struct _Output Output;

/* Sends from this namespace, on the interface; @source: the address to send from, or NULL. */
Output *output_new (OutputKind kind, const char *group, guint port, const char *iface,
                    const char *source);
void output_free (Output *self);

const char *output_kind_name (OutputKind kind);
OutputKind output_get_kind (Output *self);
gboolean output_is_ours (Output *self);

/* Whether it succeeds is seen in the statistics and by the receiver. */
void output_send (Output *self, gconstpointer data, gsize size);

/* The statistics of ours: "attempted", "accepted", "refused". */
guint64 output_get_counter (Output *self, const char *name);
/* How many were refused for this errno. */
guint64 output_get_errors (Output *self, const char *name);
/* How many were refused for each errno; these must be all. */
void output_add_errors (Output *self, FaultFigures *figures);
gboolean output_is (Output *self, const char *state);
OutputEvents output_get_events (Output *self);

/* The error that ended it, or NULL. */
const char *output_get_failure (Output *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Output, output_free)

G_END_DECLS
