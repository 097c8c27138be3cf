/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* The options of several verbs, of which a verb has some. */
typedef enum
{
  OPTIONS_NONE = 0,
  OPTIONS_GROUPS = 1 << 0,
  OPTIONS_PORT = 1 << 1,
  OPTIONS_INTERFACES = 1 << 2,
  OPTIONS_TTL = 1 << 3,
  OPTIONS_FORMAT = 1 << 4,
  OPTIONS_REPLY_RATE = 1 << 5,
} OptionsFlags;

/* The command line. Numbers are text until options_get_* () parse them. */
typedef struct
{
  gboolean use_std;
  gboolean daemon;
  gboolean json;
  gboolean verbose;
  char *group;
  char **groups;
  char *port;
  char **interfaces;
  char *ttl;
  char *format;
  char *timeout;
  char *count;
  char *reply_rate;
  char **words;
} Options;

void options_clear (Options *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

typedef struct
{
  OptionsFlags flags;
  const GOptionEntry *entries; /* the verb's own, or NULL */
  const char *words;           /* the arguments after the options, or NULL */
  const char *summary;
  const char *description;
} OptionsSpec;

/* Parses the arguments of a verb. Returns FALSE if the program must exit with @status, after
 * printing the help or an error. */
gboolean options_parse (Options *self, const OptionsSpec *spec, int argc, char **argv, int *status);

/* Checks that this program was built with JSON. Reports a failure. */
gboolean options_check_json (int *status);

/* Prints the version. Returns an exit status. */
int options_print_version (void);

/* Moves the options before the verb after it, and gives each group of `--groups A B` an option of
 * its own. */
char **options_normalize (char **argv);

/* Parse @text, and leave @value as it is if that is NULL. Report a failure, and set @status to 2 if
 * it is not a number, or to 70 if it is out of range. */
gboolean options_get_integer (const char *name, const char *text, gint64 min, gint64 max,
                              gint64 *value, int *status);
gboolean options_get_seconds (const char *name, const char *text, gint64 *value_us, int *status);

/* Takes a number after the groups, as in GROUP PORT, for the option --port. */
void options_take_port (Options *self);
gboolean options_get_port (const Options *self, guint *port, int *status);
gboolean options_get_ttl (const Options *self, guint *ttl, int *status);

/* Returns the groups of --group, --groups and @words, or else of the environment, to receive them
 * or to send to them. Reports a URI that is no group, and returns NULL. */
char **options_dup_groups (const Options *self, char **words, gboolean receives, int *status);

/* Returns the interfaces of --interface, or NULL for the default. */
char **options_dup_interfaces (const Options *self);
