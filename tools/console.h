/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* Sets the name of the verb, with which messages begin. */
void console_set_verb (const char *verb);
const char *console_get_verb (void);

/* Prints a line on stderr: "mcast VERB: error: ...". */
#define console_error(...) console_message ("error: ", __VA_ARGS__)
#define console_warning(...) console_message ("warning: ", __VA_ARGS__)
#define console_note(...) console_message ("", __VA_ARGS__)
void console_message (const char *kind, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Prints a line on stderr, in any thread. */
void console_log (const char *kind, const char *message);

/* Print to the buffer of stdout, which console_flush () writes. */
void console_print (const char *format, ...) G_GNUC_PRINTF (1, 2);
void console_bytes (gconstpointer data, gsize length);

/* Prints an error, sets @status to @value, and returns FALSE. */
gboolean console_fail (int *status, int value, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* Returns FALSE after reporting why stdout could not be written. */
gboolean console_flush (void);

gboolean console_is_terminal (void);

/* Returns whether stdout is a terminal with colors, and NO_COLOR is not set. */
gboolean console_has_colors (void);

typedef enum
{
  CONSOLE_PLAIN,
  CONSOLE_BOLD,
  CONSOLE_GOOD,
  CONSOLE_BAD,
  CONSOLE_DIM,
} ConsoleStyle;

/* Returns the escape sequence of a style, or "" without colors. */
const char *console_style (ConsoleStyle style);

/* Print a floating value as JSON, indented on a terminal or on one line. */
void console_json (GVariant *value);
void console_json_line (GVariant *value);

/* Prints received text as one line. Escapes line breaks, and on a terminal all control
 * characters. */
void console_line (const char *text, gsize length);
