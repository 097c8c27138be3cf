/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "console.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "json.h"

static const char *current_verb = "mcast";

void
console_set_verb (const char *verb)
{
  current_verb = verb;
}

const char *
console_get_verb (void)
{
  return current_verb;
}

/* Returns whether a terminal only displays the character: a control character, an override of the
 * direction or a line separator does more. */
static gboolean
is_harmless (gunichar character)
{
  GUnicodeType type = g_unichar_type (character);

  return character == '\t'
         || (g_unichar_isprint (character) && type != G_UNICODE_LINE_SEPARATOR
             && type != G_UNICODE_PARAGRAPH_SEPARATOR);
}

/* Escapes what a value in a message may contain: anything but text on one line. */
static char *
escape_message (const char *message)
{
  g_autofree char *valid = g_utf8_make_valid (message, -1);
  GString *escaped = g_string_sized_new (strlen (valid));

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);

      if (is_harmless (character))
        g_string_append_unichar (escaped, character);
      else
        g_string_append_printf (escaped, character < 0x80 ? "\\x%02x" : "\\u%04x", character);
    }
  return g_string_free (escaped, FALSE);
}

static void G_GNUC_PRINTF (2, 0) print_message (const char *kind, const char *format, va_list args)
{
  g_autofree char *text = g_strdup_vprintf (format, args);
  g_autofree char *message = escape_message (text);

  /* Earlier output must appear before the message. */
  fflush (stdout);
  fprintf (stderr, "%s: %s%s\n", current_verb, kind, message);
}

void
console_message (const char *kind, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  print_message (kind, format, args);
  va_end (args);
}

void
console_log (const char *kind, const char *message)
{
  fprintf (stderr, "%s: %s%s\n", current_verb, kind, message);
}

gboolean
console_fail (int *status, int value, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  print_message ("error: ", format, args);
  va_end (args);
  *status = value;
  return FALSE;
}

void
console_print (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  vprintf (format, args);
  va_end (args);
}

void
console_bytes (gconstpointer data, gsize length)
{
  fwrite (data, 1, length, stdout);
}

gboolean
console_flush (void)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return TRUE;
  /* The reader has closed the pipe, as in `mcast recv --daemon | head`: end like other filters. */
  if (errno == EPIPE)
    {
      signal (SIGPIPE, SIG_DFL);
      raise (SIGPIPE);
    }
  console_error ("could not write to stdout: %s", g_strerror (errno));
  clearerr (stdout);
  return FALSE;
}

gboolean
console_is_terminal (void)
{
  return isatty (STDOUT_FILENO);
}

gboolean
console_has_colors (void)
{
  const char *no_color = g_getenv ("NO_COLOR");
  const char *term = g_getenv ("TERM");

  return console_is_terminal () && (no_color == NULL || *no_color == '\0')
         && g_strcmp0 (term, "dumb") != 0;
}

const char *
console_style (ConsoleStyle style)
{
  static const char *const sequences[] = {
    [CONSOLE_PLAIN] = "\033[0m", [CONSOLE_BOLD] = "\033[1m", [CONSOLE_GOOD] = "\033[32m",
    [CONSOLE_BAD] = "\033[31m",  [CONSOLE_DIM] = "\033[2m",
  };

  return console_has_colors () ? sequences[style] : "";
}

/* Escapes the characters above U+007F that have an effect on a terminal, which JSON leaves as they
 * are. */
static char *
escape_json (const char *json)
{
  GString *escaped = g_string_sized_new (strlen (json));

  for (const char *at = json; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);
      glong n_units = 0;
      g_autofree gunichar2 *units = NULL;

      /* A newline is between members, since newlines in a text are already escaped. */
      if (character == '\n' || is_harmless (character))
        {
          g_string_append_unichar (escaped, character);
          continue;
        }
      units = g_ucs4_to_utf16 (&character, 1, NULL, &n_units, NULL);
      for (glong i = 0; i < n_units; i++)
        g_string_append_printf (escaped, "\\u%04x", units[i]);
    }
  return g_string_free (escaped, FALSE);
}

static void
print_json (GVariant *value, gboolean pretty)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (value);
  g_autofree char *json = json_from_variant (owned, pretty);
  g_autofree char *escaped = escape_json (json);

  console_print ("%s\n", escaped);
}

void
console_json (GVariant *value)
{
  print_json (value, console_is_terminal ());
}

void
console_json_line (GVariant *value)
{
  print_json (value, FALSE);
}

/* Returns the size of the first character of a text, or 0 if it must be escaped. */
static gsize
get_harmless_size (const char *text, gsize length, gboolean is_terminal)
{
  gunichar character;

  if (!is_terminal)
    return *text != '\n' && *text != '\r';
  character = g_utf8_get_char_validated (text, length);
  if (character == (gunichar) -1 || character == (gunichar) -2 || !is_harmless (character))
    return 0;
  return g_utf8_next_char (text) - text;
}

void
console_line (const char *text, gsize length)
{
  gboolean is_terminal = console_is_terminal ();
  gsize done = 0;

  while (done < length)
    {
      gsize end = done;
      gsize size;

      while (end < length && (size = get_harmless_size (text + end, length - end, is_terminal)) > 0)
        end += size;
      console_bytes (text + done, end - done);
      if (end < length)
        console_print ("\\x%02x", (guchar) text[end++]);
      done = end;
    }
  console_print ("\n");
}
