/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "console.h"
#include "exit-status.h"
#include "group-uri.h"
#include "options.h"
#include "verbs/verbs.h"

static const char description[] =
  "FILE is an M3U playlist, or - for standard input. The lines with a multicast\n"
  "URI, in the forms of FFmpeg, VLC, TSDuck and mediamtx, are printed with the\n"
  "scheme mcast://, for which GStreamer's players choose mcastsrc; the others are\n"
  "printed as they are.\n"
  "\n"
  "Examples:\n"
  "  mcast playlist channels.m3u > mcast.m3u\n"
  "  curl -s http://router/channels.m3u | mcast playlist - > mcast.m3u\n";

static gboolean
read_file (const char *filename, char **text, GError **error)
{
  if (strcmp (filename, "-") == 0)
    return g_file_get_contents ("/dev/stdin", text, NULL, error);
  return g_file_get_contents (filename, text, NULL, error);
}

static gboolean
is_own (const char *line)
{
  return g_ascii_strncasecmp (line, "mcast:", strlen ("mcast:")) == 0;
}

/* Returns the line as mcastsrc plays it, or NULL to leave it as it is. */
static char *
rewrite (const char *line)
{
  g_auto (GroupUri) uri = { 0 };
  g_autofree char *text = g_strstrip (g_strdup (line));
  g_autoptr (GError) error = NULL;

  if (text[0] == '#' || is_own (text) || !group_uri_is_group (text))
    return NULL;
  if (!group_uri_parse (&uri, text, &error))
    {
      console_warning ("%s", error->message);
      return NULL;
    }
  if (uri.ignored != NULL)
    console_warning ("“%s”: parameters without an equivalent are left out: %s", text, uri.ignored);
  return group_uri_to_string (&uri);
}

static void
print_lines (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *rewritten = rewrite (lines[i]);
      const char *end = lines[i + 1] != NULL ? "\n" : "";
      gboolean has_return = g_str_has_suffix (lines[i], "\r");

      if (rewritten != NULL)
        console_print ("%s%s%s", rewritten, has_return ? "\r" : "", end);
      else
        console_print ("%s%s", lines[i], end);
    }
}

int
verb_playlist (int argc, char **argv)
{
  const OptionsSpec spec = {
    .words = "FILE",
    .summary = "Prints a playlist for players that use mcast.",
    .description = description,
  };
  g_auto (Options) options = { 0 };
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  int status = EXIT_STATUS_OK;

  if (!options_parse (&options, &spec, argc, argv, &status))
    return status;
  if (options.words == NULL || options.words[1] != NULL)
    console_fail (&status, EXIT_STATUS_USAGE, "give one FILE, or - for standard input");
  else if (!read_file (options.words[0], &text, &error))
    console_fail (&status, EXIT_STATUS_FAILURE, "%s", error->message);
  else
    {
      print_lines (text);
      if (!console_flush ())
        status = EXIT_STATUS_FAILURE;
    }
  return status;
}
