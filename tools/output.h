/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* Names the verb in the messages that follow. */
void output_set_verb (const char *verb);
const char *output_get_verb (void);

/* A line on stderr: "mcast VERB: error: ...". */
void output_error (const char *format, ...) G_GNUC_PRINTF (1, 2);
void output_warning (const char *format, ...) G_GNUC_PRINTF (1, 2);
void output_note (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* Writes to stdout what stays in a buffer until output_flush (). */
void output_print (const char *format, ...) G_GNUC_PRINTF (1, 2);
void output_bytes (gconstpointer data, gsize length);

/* FALSE after saying why when stdout does not take it. */
gboolean output_flush (void);

gboolean output_is_terminal (void);

/* Whether stdout shows colours, and the user wants them (NO_COLOR). */
gboolean output_has_colors (void);

typedef enum
{
  OUTPUT_PLAIN,
  OUTPUT_BOLD,
  OUTPUT_GOOD,
  OUTPUT_BAD,
  OUTPUT_DIM,
} OutputStyle;

/* The sequence that begins a style, or "" where stdout shows none. */
const char *output_style (OutputStyle style);

/* Prints a value as JSON, indented on a terminal; the second always on one line. Both take a
 * floating reference. */
void output_json (GVariant *value);
void output_json_line (GVariant *value);

/* @text with what a terminal would obey made visible, valid UTF-8. Free with g_free (). */
char *output_escape (const char *text, gsize length);
