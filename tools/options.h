/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* Which of the options that several verbs share a verb has. */
typedef enum
{
  OPTIONS_NONE = 0,
  OPTIONS_GROUPS = 1 << 0,
  OPTIONS_PORT = 1 << 1,
  OPTIONS_INTERFACES = 1 << 2,
  OPTIONS_TTL = 1 << 3,
  OPTIONS_FORMAT = 1 << 4,
  OPTIONS_TIMEOUT = 1 << 5,
  OPTIONS_COUNT = 1 << 6,
  OPTIONS_REPLY_RATE = 1 << 7,
} OptionsFlags;

/* What the command line says. Numbers stand as they were written until options_get_* reads
 * them. */
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
  const char *words;           /* what stands behind the options, or NULL when nothing may */
  const char *summary;
  const char *description;
} OptionsSpec;

/* Reads the arguments of a verb. When it returns FALSE the program is to end with @status: what
 * was wrong has been said. */
gboolean options_parse (Options *self, const OptionsSpec *spec, int argc, char **argv, int *status);

/* Whether this program has JSON; when not, that has been said. */
gboolean options_check_json (int *status);

/* Returns an exit status. */
int options_print_version (void);

/* Moves what stands before the verb behind it, and gives each group of `--groups A B` an option of
 * its own. Free with g_strfreev (). */
char **options_normalize (char **argv);

/* Each returns FALSE after saying what was wrong with @text; @status is then the exit status:
 * 2 for what is no number, 70 for one out of range. @value is untouched when @text is NULL. */
gboolean options_get_integer (const char *name, const char *text, gint64 min, gint64 max,
                              gint64 *value, int *status);
gboolean options_get_seconds (const char *name, const char *text, gint64 *value_us, int *status);

gboolean options_get_port (const Options *self, guint *port, int *status);
gboolean options_get_ttl (const Options *self, guint *ttl, int *status);

/* The groups meant by --group, --groups, @words and, when there is none of them, the environment;
 * @receives says whether to receive them or to send to them. Free with g_strfreev (). */
char **options_dup_groups (const Options *self, char **words, gboolean receives);

/* The interfaces meant, NULL for the default. Free with g_strfreev (). */
char **options_dup_interfaces (const Options *self);
