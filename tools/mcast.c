/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <locale.h>
#include <mcast.h>
#include <stdio.h>
#include <string.h>

#include "console.h"
#include "descriptors.h"
#include "exit-status.h"
#include "log-writer.h"
#include "options.h"
#include "verbs/verbs.h"

typedef struct
{
  const char *name;
  const char *summary;
  int (*run) (int argc, char **argv);
} Verb;

static const Verb verbs[] = {
  { "say", "send a message or standard input", verb_say },
  { "recv", "receive one datagram or several", verb_recv },
  { "hear", "answer each received datagram", verb_hear },
  { "interfaces", "list the interfaces and the groups joined on each", verb_interfaces },
  { "doctor", "find out why nothing arrives", verb_doctor },
  { "ping", "measure reachability and latency to another host", verb_ping },
  { "pong", "answer pings", verb_pong },
  { "relay", "forward datagrams to other groups and interfaces", verb_relay },
  { "monitor", "watch groups: rates, losses, errors", verb_monitor },
  { "playlist", "print a playlist for players that use mcast", verb_playlist },
  { "browse", "list the announced streams", verb_browse },
  { "announce", "announce streams", verb_announce },
  { "noop", "do nothing, successfully", verb_noop },
  { NULL },
};

static const char usage[] =
  "usage: mcast [--use-std] [--daemon] [--json] [--verbose] VERB [OPTION...]\n";

static const char epilogue[] =
  "\n"
  "Options before or after the verb:\n"
  "  -h, --help      show this help, or the help of the verb\n"
  "  -v, --version   show the version\n"
  "  --use-std       print received data even if not on a terminal\n"
  "  --daemon        run until stopped\n"
  "  --json          print JSON; streaming output is one object per line\n"
  "  --verbose       print debug messages on standard error\n"
  "\n"
  "The syntax of a group is [SOURCE[+SOURCE...]@]GROUP[%INTERFACE][:PORT]:\n"
  "  239.1.2.3   10.0.0.1@232.1.2.3:5004   [ff12::5%eth0]:5004\n"
  "\n"
  "Environment:\n"
  "  MULTICAST_GROUP        the group (224.0.0.1)\n"
  "  MULTICAST_GROUPS       more groups, separated by spaces\n"
  "  MULTICAST_PORT         the port, 49152 to 65535 (59259)\n"
  "  MULTICAST_TTL          time to live, 1 to 126 (1)\n"
  "  MULTICAST_BIND_ADDR    one more group to receive\n"
  "  MULTICAST_BUFFER_SIZE  bytes of each datagram of say --pipe (1316)\n"
  "\n"
  "Exit status: 0 success, 1 findings of doctor, 2 wrong usage, 70 failure,\n"
  "130 interrupted.\n"
  "\n"
  "Examples:\n"
  "  mcast hear --use-std                        in one terminal, and in another:\n"
  "  mcast say --message 'hello, all'\n"
  "  mcast recv --daemon --interface eth0 239.1.2.3:5004\n"
  "  mcast help recv\n";

static int
print_help (void)
{
  console_print ("%s\nSends and receives IP multicast, and finds out why it does not arrive.\n\n"
                 "Verbs, in upper or lower case:\n",
                 usage);
  for (const Verb *verb = verbs; verb->name != NULL; verb++)
    console_print ("  %-14s%s\n", verb->name, verb->summary);
  console_print ("%s", epilogue);
  return console_flush () ? EXIT_STATUS_OK : EXIT_STATUS_FAILURE;
}

static gboolean
is_flag (const char *argument, const char *long_name, const char *short_names)
{
  return strcmp (argument, long_name) == 0
         || (argument[0] == '-' && argument[1] != '\0' && argument[2] == '\0'
             && strchr (short_names, argument[1]) != NULL);
}

static int
fail_usage (const char *message)
{
  fputs (usage, stderr);
  console_error ("%s", message);
  return EXIT_STATUS_USAGE;
}

/* Checks whether at most @n letters differ between two words, where one may lack a letter of the
 * other. */
static gboolean
differ_by (const char *a, const char *b, guint n)
{
  while (*a != '\0' && g_ascii_tolower (*a) == g_ascii_tolower (*b))
    a++, b++;
  if (*a == '\0' && *b == '\0')
    return TRUE;
  if (n == 0)
    return FALSE;
  return (*a != '\0' && *b != '\0' && differ_by (a + 1, b + 1, n - 1))
         || (*a != '\0' && differ_by (a + 1, b, n - 1))
         || (*b != '\0' && differ_by (a, b + 1, n - 1));
}

/* Returns the verb that a misspelled word may stand for, or NULL. */
static const char *
find_similar (const char *word)
{
  for (guint n = 1; n <= 2 && n < strlen (word); n++)
    for (const Verb *verb = verbs; verb->name != NULL; verb++)
      if (differ_by (word, verb->name, n))
        return verb->name;
  return NULL;
}

static int
fail_unknown_verb (const char *word)
{
  const char *similar = find_similar (word);
  g_autoptr (GString) message = g_string_new (NULL);

  g_string_append_printf (message, "argument VERB: invalid choice: '%s' (choose from", word);
  for (const Verb *verb = verbs; verb->name != NULL; verb++)
    g_string_append_printf (message, "%s '%s'", verb == verbs ? "" : ",", verb->name);
  g_string_append_c (message, ')');
  if (similar != NULL)
    g_string_append_printf (message, "; did you mean '%s'?", similar);
  return fail_usage (message->str);
}

static int
fail_unknown_option (const char *option)
{
  g_autofree char *message =
    g_strdup_printf ("unrecognized option: '%s' (options of a verb follow the verb)", option);

  return fail_usage (message);
}

/* Runs the command without a verb. */
static int
run_without_verb (char **arguments)
{
  static const char *const global_options[] = { "--use-std", "--daemon", "--json", "--verbose",
                                                NULL };
  gboolean help = FALSE;
  gboolean version = FALSE;

  for (guint i = 0; arguments[i] != NULL; i++)
    if (is_flag (arguments[i], "--help", "h"))
      help = TRUE;
    else if (is_flag (arguments[i], "--version", "vV"))
      version = TRUE;
    else if (!g_strv_contains (global_options, arguments[i]))
      return fail_unknown_option (arguments[i]);
  if (help && version)
    return fail_usage ("argument -v/--version: not allowed with argument -h/--help");
  if (version)
    return options_print_version ();
  if (help)
    return print_help ();
  return fail_usage ("the verb is missing; see mcast --help");
}

/* Turns `help VERB` into `VERB --help`, and `help` into `--help`. */
static void
replace_help (char **arguments)
{
  if (g_strcmp0 (arguments[0], "help") != 0)
    return;
  g_free (arguments[0]);
  arguments[0] = arguments[1] != NULL ? arguments[1] : g_strdup ("--help");
  if (arguments[1] == NULL)
    return;
  arguments[1] = g_strdup ("--help");
  for (guint i = 2; arguments[i] != NULL; i++)
    g_clear_pointer (&arguments[i], g_free);
}

static const Verb *
find_verb (const char *word)
{
  for (const Verb *verb = verbs; verb->name != NULL; verb++)
    if (g_ascii_strcasecmp (word, verb->name) == 0)
      return verb;
  return NULL;
}

int
main (int argc, char **argv)
{
  g_auto (GStrv) arguments = options_normalize (argv);
  g_autofree char *name = NULL;
  const Verb *verb;

  descriptors_reserve_standard ();
  setlocale (LC_ALL, "");
  log_writer_start ();
  replace_help (arguments);
  if (arguments[0] == NULL || arguments[0][0] == '-')
    return run_without_verb (arguments);
  verb = find_verb (arguments[0]);
  if (verb == NULL)
    return fail_unknown_verb (arguments[0]);
  name = g_strconcat ("mcast ", verb->name, NULL);
  console_set_verb (name);
  return verb->run (g_strv_length (arguments), arguments);
}
