/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <mcast.h>

G_BEGIN_DECLS

typedef struct
{
  McastGroup *group; /* what does not arrive, or NULL when none was named */
  char *group_text;
  guint port;
  GPtrArray *all;        /* every interface of the machine */
  GPtrArray *interfaces; /* those to look at */
  gboolean named;        /* whether the user named them */
  GPtrArray *findings;
  GPtrArray *tests;
  GPtrArray *notes; /* what could not be looked at, and why */
} Doctor;

typedef struct
{
  const char *id;
  char *interface_name; /* NULL for the machine */
  char *what;
  const char *why;
  char *fix;
} Finding;

typedef struct
{
  char *interface_name;
  const char *family;
  char *error; /* NULL when what was sent came back */
} SelfTest;

/* Adds a finding. @what and @fix are taken over. */
void doctor_report (Doctor *self, const char *id, McastInterface *iface, char *what,
                    const char *why, char *fix);

/* Adds a note, which is taken over. */
void doctor_note (Doctor *self, char *note);

/* Whether the family matters for what the user wants to know. */
gboolean doctor_wants (const Doctor *self, GSocketFamily family);

/* Each looks for faults of one kind. */
void doctor_check_links (Doctor *self);
void doctor_check_traps (Doctor *self);
void doctor_check_sysctls (Doctor *self);
void doctor_check_routes (Doctor *self);
void doctor_check_sockets (Doctor *self);
void doctor_check_bridges (Doctor *self);
void doctor_check_firewall (Doctor *self);
void doctor_test_interfaces (Doctor *self, gint64 timeout_us);

/* A number below /proc/sys/net, or -1 when there is none. @path is in printf format. */
gint64 doctor_read_sysctl (const char *path, ...) G_GNUC_PRINTF (1, 2);

/* The name as sysctl wants it in a key: a dot within is written as a slash. Free with g_free (). */
char *doctor_sysctl_name (McastInterface *iface);

/* What a program prints, or NULL and why not. Free with g_free (). */
char *doctor_run (const char *const *argv, GError **error);

G_END_DECLS
