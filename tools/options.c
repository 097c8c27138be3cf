/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "options.h"

#include <mcast.h>
#include <stdio.h>
#include <string.h>

#include "console.h"
#include "descriptors.h"
#include "environment.h"
#include "exit-status.h"
#include "group-uri.h"
#include "json.h"
#include "log-writer.h"

/* How many descriptors a verb opens, apart from sockets for more than 20 groups. */
#define MIN_DESCRIPTORS 24

void
options_clear (Options *self)
{
  g_free (self->group);
  g_strfreev (self->groups);
  g_free (self->port);
  g_strfreev (self->interfaces);
  g_free (self->ttl);
  g_free (self->format);
  g_free (self->timeout);
  g_free (self->count);
  g_free (self->reply_rate);
  g_strfreev (self->words);
}

static void
add_shared_entries (GArray *entries, Options *self, OptionsFlags flags)
{
  const struct
  {
    OptionsFlags flag;
    GOptionEntry entry;
  } shared[] = {
    { OPTIONS_GROUPS,
      { "group", 0, 0, G_OPTION_ARG_STRING, &self->group, "the group (224.0.0.1)", "GROUP" } },
    { OPTIONS_GROUPS,
      { "groups", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->groups, "several groups", "GROUP..." } },
    /* The names of release 1 of the Python package. */
    { OPTIONS_GROUPS,
      { "bind-group", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &self->group, NULL, NULL } },
    { OPTIONS_GROUPS,
      { "mcast-group", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &self->group, NULL, NULL } },
    { OPTIONS_GROUPS,
      { "join-mcast-groups", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING_ARRAY, &self->groups,
        NULL, NULL } },
    { OPTIONS_PORT, { "port", 'p', 0, G_OPTION_ARG_STRING, &self->port, "UDP port (59259)", "N" } },
    { OPTIONS_INTERFACES,
      { "interface", 'i', 0, G_OPTION_ARG_STRING_ARRAY, &self->interfaces,
        "name, index, address or *; comma-separated", "IFACE" } },
    { OPTIONS_INTERFACES,
      { "iface", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->interfaces, "same as --interface",
        "IFACE" } },
    { OPTIONS_TTL,
      { "ttl", 0, 0, G_OPTION_ARG_STRING, &self->ttl, "time to live, 0 to 255 (1)", "N" } },
    { OPTIONS_FORMAT,
      { "format", 'f', 0, G_OPTION_ARG_STRING, &self->format,
        "output format: text, hex, json or raw", "FORMAT" } },
    { OPTIONS_REPLY_RATE,
      { "reply-rate", 0, 0, G_OPTION_ARG_STRING, &self->reply_rate,
        "replies per second and source (1000; 0 = unlimited)", "N" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (shared); i++)
    if ((flags & shared[i].flag) != 0)
      g_array_append_val (entries, shared[i].entry);
}

static void
add_global_entries (GArray *entries, Options *self)
{
  const GOptionEntry global[] = {
    { "use-std", 0, 0, G_OPTION_ARG_NONE, &self->use_std,
      "print received data even if not on a terminal", NULL },
    { "daemon", 0, 0, G_OPTION_ARG_NONE, &self->daemon, "run until stopped", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->json,
      "print JSON; streaming output is one object per line", NULL },
    { "verbose", 0, 0, G_OPTION_ARG_NONE, &self->verbose, "print debug messages on standard error",
      NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->words, NULL, NULL },
  };

  g_array_append_vals (entries, global, G_N_ELEMENTS (global));
}

/* Returns the options of a verb, with an empty one at the end. */
static GArray *
make_entries (Options *self, const OptionsSpec *spec, gboolean *help, gboolean *version)
{
  const GOptionEntry last[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, help, "show this help and exit", NULL },
    { "version", 'v', 0, G_OPTION_ARG_NONE, version, "show the version and exit", NULL },
  };
  GArray *entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));

  for (const GOptionEntry *entry = spec->entries; entry != NULL && entry->long_name != NULL;
       entry++)
    g_array_append_val (entries, *entry);
  add_shared_entries (entries, self, spec->flags);
  add_global_entries (entries, self);
  return g_array_append_vals (entries, last, G_N_ELEMENTS (last));
}

/* Returns the option that @argument begins with, if it takes a value, or NULL. */
static const GOptionEntry *
find_entry (GArray *entries, const char *argument)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const GOptionEntry *entry = &g_array_index (entries, GOptionEntry, i);
      gboolean by_letter = argument[0] == '-' && argument[1] != '\0'
                           && argument[1] == entry->short_name;
      gboolean by_name = g_str_has_prefix (argument, "--")
                         && strcmp (argument + 2, entry->long_name) == 0;

      if (entry->arg != G_OPTION_ARG_NONE && (by_letter || by_name))
        return entry;
    }
  return NULL;
}

/* Completes the beginning of an option's name as argparse does, unless it is ambiguous. */
static char *
complete_name (GArray *entries, const char *argument)
{
  const gsize length = strcspn (argument, "=");
  const char *name = NULL;
  guint n_found = 0;

  if (!g_str_has_prefix (argument, "--") || length == 2)
    return g_strdup (argument);
  for (guint i = 0; i < entries->len; i++)
    {
      const char *candidate = g_array_index (entries, GOptionEntry, i).long_name;

      if (strncmp (candidate, argument + 2, length - 2) != 0)
        continue;
      if (candidate[length - 2] == '\0')
        return g_strdup (argument);
      name = candidate;
      n_found++;
    }
  return n_found == 1 ? g_strconcat ("--", name, argument + length, NULL) : g_strdup (argument);
}

/* Completes the names of options, and lets a value follow its letter, as in `-c3` and `-c=3`, since
 * GOption supports neither. */
static char **
split_values (GArray *entries, char **argv)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (; *argv != NULL && strcmp (*argv, "--") != 0; argv++)
    {
      g_autofree char *argument = complete_name (entries, *argv);
      const char letter[] = { argument[0], argument[0] != '\0' ? argument[1] : '\0', '\0' };
      const GOptionEntry *entry = find_entry (entries, argument);

      if (entry != NULL && argument[1] != '-' && argument[2] != '\0')
        {
          g_strv_builder_add (builder, letter);
          g_strv_builder_add (builder, argument + (argument[2] == '=' ? 3 : 2));
          continue;
        }
      g_strv_builder_add (builder, argument);
      /* A value may look like an option. */
      if (entry != NULL && argv[1] != NULL)
        g_strv_builder_add (builder, *++argv);
    }
  g_strv_builder_addv (builder, (const char **) argv);
  return g_strv_builder_end (builder);
}

static gboolean
fail_usage (int *status, const char *message)
{
  console_error ("%s", message);
  fprintf (stderr, "Try: %s --help\n", console_get_verb ());
  *status = EXIT_STATUS_USAGE;
  return FALSE;
}

/* Prints the help, as GOption would do without noticing a full disk or a closed pipe. */
static gboolean
print_help (GOptionContext *context, int *status)
{
  g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);

  /* In lower case, as in the errors of the command and in those of Python. */
  *help = g_ascii_tolower (*help);
  console_print ("%s", help);
  *status = console_flush () ? EXIT_STATUS_OK : EXIT_STATUS_FAILURE;
  return FALSE;
}

int
options_print_version (void)
{
  console_print ("mcast %s\n", MCAST_VERSION_S);
  return console_flush () ? EXIT_STATUS_OK : EXIT_STATUS_FAILURE;
}

gboolean
options_check_json (int *status)
{
  return json_is_available ()
         || fail_usage (status,
                        "this mcast was built without JSON; rebuild it with -Djson=enabled");
}

static gboolean
check_words (const Options *self, const OptionsSpec *spec, int *status)
{
  g_autofree char *message = NULL;

  if (spec->words != NULL || self->words == NULL)
    return TRUE;
  message = g_strdup_printf ("unrecognized argument: '%s'", self->words[0]);
  return fail_usage (status, message);
}

gboolean
options_parse (Options *self, const OptionsSpec *spec, int argc, char **argv, int *status)
{
  g_autoptr (GOptionContext) context = g_option_context_new (spec->words);
  GOptionGroup *group = g_option_group_new (NULL, NULL, NULL, NULL, NULL);
  gboolean help = FALSE;
  gboolean version = FALSE;
  g_autoptr (GArray) entries = make_entries (self, spec, &help, &version);
  g_auto (GStrv) arguments = split_values (entries, argv);
  g_autoptr (GError) error = NULL;

  g_set_prgname (console_get_verb ());
  g_option_group_add_entries (group, &g_array_index (entries, GOptionEntry, 0));
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_main_group (context, group);
  g_option_context_set_summary (context, spec->summary);
  g_option_context_set_description (context, spec->description);

  if (!g_option_context_parse_strv (context, &arguments, &error))
    return fail_usage (status, error->message);
  if (help && version)
    return fail_usage (status, "argument -v/--version: not allowed with argument -h/--help");
  if (help)
    return print_help (context, status);
  if (version)
    {
      *status = options_print_version ();
      return FALSE;
    }
  if (self->verbose)
    log_writer_set_verbose ();
  if (self->json && !options_check_json (status))
    return FALSE;
  return check_words (self, spec, status) && descriptors_check (MIN_DESCRIPTORS, status);
}

/* Adds an option for each group after --groups, like argparse. Returns how many there are. */
static guint
add_group_list (GStrvBuilder *builder, char **arguments)
{
  guint i = 0;

  for (; arguments[i] != NULL && arguments[i][0] != '-'; i++)
    {
      g_autoptr (McastGroup) group = mcast_group_parse (arguments[i], NULL);
      g_autofree char *option = g_strconcat ("--groups=", arguments[i], NULL);

      if (i > 0 && group == NULL && !group_uri_is_uri (arguments[i]))
        break;
      g_strv_builder_add (builder, option);
    }
  return i;
}

char **
options_normalize (char **argv)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint verb = 1;

  while (argv[verb] != NULL && argv[verb][0] == '-')
    verb++;
  if (argv[verb] != NULL)
    g_strv_builder_add (builder, argv[verb]);
  for (guint i = 1; i < verb; i++)
    g_strv_builder_add (builder, argv[i]);
  if (argv[verb] == NULL)
    return g_strv_builder_end (builder);

  for (char **rest = argv + verb + 1; *rest != NULL; rest++)
    {
      if (strcmp (*rest, "--") == 0)
        {
          g_strv_builder_addv (builder, (const char **) rest);
          break;
        }
      if (strcmp (*rest, "--groups") == 0 || strcmp (*rest, "--join-mcast-groups") == 0)
        rest += add_group_list (builder, rest + 1);
      else
        g_strv_builder_add (builder, *rest);
    }
  return g_strv_builder_end (builder);
}

static gboolean
fail_range (const char *name, const char *text, const char *range, int *status)
{
  return console_fail (status, EXIT_STATUS_FAILURE, "argument %s: %s is not %s", name, text, range);
}

gboolean
options_get_integer (const char *name, const char *text, gint64 min, gint64 max, gint64 *value,
                     int *status)
{
  g_autofree char *range = g_strdup_printf ("from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, min,
                                            max);
  g_autoptr (GError) error = NULL;

  if (text == NULL)
    return TRUE;
  if (g_ascii_string_to_signed (text, 10, min, max, value, &error))
    return TRUE;
  if (g_error_matches (error, G_NUMBER_PARSER_ERROR, G_NUMBER_PARSER_ERROR_OUT_OF_BOUNDS))
    return fail_range (name, text, range, status);
  return console_fail (status, EXIT_STATUS_USAGE, "argument %s: invalid int value: '%s'", name,
                       text);
}

gboolean
options_get_seconds (const char *name, const char *text, gint64 *value_us, int *status)
{
  char *end = NULL;
  double seconds;

  if (text == NULL)
    return TRUE;
  seconds = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0')
    return console_fail (status, EXIT_STATUS_USAGE, "argument %s: invalid float value: '%s'", name,
                         text);
  if (!(seconds >= 0 && seconds <= 1e9))
    return fail_range (name, text, "from 0 to 1000000000 seconds", status);
  *value_us = seconds * G_USEC_PER_SEC;
  return TRUE;
}

gboolean
options_get_port (const Options *self, guint *port, int *status)
{
  gint64 value = self->port == NULL ? environment_get_port () : 0;

  if (!options_get_integer ("--port", self->port, 1, 65535, &value, status))
    return FALSE;
  *port = value;
  return TRUE;
}

void
options_take_port (Options *self)
{
  guint n_words = self->words != NULL ? g_strv_length (self->words) : 0;

  if (self->port != NULL || n_words < 2
      || !g_ascii_string_to_unsigned (self->words[n_words - 1], 10, 1, 65535, NULL, NULL))
    return;
  self->port = self->words[n_words - 1];
  self->words[n_words - 1] = NULL;
}

gboolean
options_get_ttl (const Options *self, guint *ttl, int *status)
{
  gint64 value = self->ttl == NULL ? environment_get_ttl () : 0;

  if (!options_get_integer ("--ttl", self->ttl, 0, 255, &value, status))
    return FALSE;
  *ttl = value;
  return TRUE;
}

static void
add_once (GPtrArray *array, const char *text)
{
  if (!g_ptr_array_find_with_equal_func (array, text, g_str_equal, NULL))
    g_ptr_array_add (array, g_strdup (text));
}

static void
add_list (GPtrArray *array, char **texts)
{
  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    {
      /* A URI may contain commas of its own. */
      g_auto (GStrv) parts = g_strsplit (texts[i], ",", group_uri_is_uri (texts[i]) ? 1 : -1);

      /* An empty list is an error, and not the default. */
      if (parts[0] == NULL)
        add_once (array, "");
      for (guint j = 0; parts[j] != NULL; j++)
        add_once (array, g_strstrip (parts[j]));
    }
}

static char **
end_list (GPtrArray *array)
{
  g_ptr_array_add (array, NULL);
  return (char **) g_ptr_array_free (array, FALSE);
}

/* Adds the groups that a URI stands for. */
static gboolean
add_uri (GPtrArray *groups, const char *text, GString *ignored, int *status)
{
  g_auto (GroupUri) uri = { 0 };
  g_auto (GStrv) texts = NULL;
  g_autoptr (GError) error = NULL;

  if (!group_uri_parse (&uri, text, &error))
    return console_fail (status, EXIT_STATUS_FAILURE, "%s", error->message);
  if (uri.ignored != NULL)
    g_string_append_printf (ignored, "%s%s", ignored->len > 0 ? ", " : "", uri.ignored);
  texts = group_uri_to_groups (&uri);
  for (guint i = 0; texts[i] != NULL; i++)
    add_once (groups, texts[i]);
  return TRUE;
}

/* Returns @texts with groups in the place of URIs. */
static char **
resolve_uris (char **texts, int *status)
{
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) ignored = g_string_new (NULL);

  for (guint i = 0; texts[i] != NULL; i++)
    if (!group_uri_is_uri (texts[i]))
      add_once (groups, texts[i]);
    else if (!add_uri (groups, texts[i], ignored, status))
      return NULL;
  if (ignored->len > 0)
    console_warning ("parameters of the URI without an equivalent are ignored: %s", ignored->str);
  g_ptr_array_set_free_func (groups, NULL);
  return end_list (g_steal_pointer (&groups));
}

char **
options_dup_groups (const Options *self, char **words, gboolean receives, int *status)
{
  GPtrArray *groups = g_ptr_array_new ();
  g_auto (GStrv) wanted = NULL;
  g_auto (GStrv) texts = NULL;

  if (self->group != NULL)
    add_once (groups, self->group);
  add_list (groups, self->groups);
  add_list (groups, words);
  if (groups->len == 0)
    {
      wanted = environment_dup_groups (receives);
      add_once (groups, environment_get_group ());
      add_list (groups, wanted);
    }
  texts = end_list (groups);
  return resolve_uris (texts, status);
}

char **
options_dup_interfaces (const Options *self)
{
  GPtrArray *interfaces = NULL;

  if (self->interfaces == NULL)
    return NULL;
  interfaces = g_ptr_array_new ();
  add_list (interfaces, self->interfaces);
  return end_list (interfaces);
}
