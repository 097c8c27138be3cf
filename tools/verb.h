/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* What a shell sees. Those of the Python package `multicast`, so that scripts go on working. */
#define EXIT_STATUS_OK 0
#define EXIT_STATUS_FINDINGS 1
#define EXIT_STATUS_USAGE 2
#define EXIT_STATUS_FAILURE 70
#define EXIT_STATUS_INTERRUPT 130

/* A word on the command line that says what to do. @run gets the arguments behind the word, and
 * the word itself as the first; it returns an exit status. */
typedef struct
{
  const char *name;
  const char *summary;
  int (*run) (int argc, char **argv);
} Verb;

/* Ends with an entry without a name. */
extern const Verb verbs[];

int verb_say (int argc, char **argv);
int verb_recv (int argc, char **argv);
int verb_hear (int argc, char **argv);
int verb_noop (int argc, char **argv);
int verb_interfaces (int argc, char **argv);
int verb_monitor (int argc, char **argv);
int verb_doctor (int argc, char **argv);
int verb_relay (int argc, char **argv);
int verb_ping (int argc, char **argv);
int verb_pong (int argc, char **argv);
