/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a fault did to one subject: printed with the test, and written as a line of JSON to the
 * file that MCAST_FAULTS_JSON names, from which table.py makes docs/reliability.md. */
typedef struct _FaultFigures FaultFigures;

/* @row: "F3"; @subject: "library"; @variant: "IPv4 SSM". */
FaultFigures *fault_figures_new (const char *row, const char *subject, const char *variant);

/* The fault happened once, and recovery took this number of microseconds. */
void fault_figures_add_time (FaultFigures *self, gint64 us);
/* ... or it never came back. */
void fault_figures_add_never (FaultFigures *self);
guint fault_figures_get_never (FaultFigures *self);

/* Any other number: "lost", "joins". */
void fault_figures_set (FaultFigures *self, const char *name, gint64 value);

/* Prints, writes and frees. */
void fault_figures_finish (FaultFigures *self);

G_END_DECLS
