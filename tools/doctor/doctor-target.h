/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <mcast.h>

/* What the checks examine. */
typedef struct
{
  McastGroup *group; /* NULL if the user named none */
  char *group_text;
  guint port;
  GPtrArray *all;        /* every interface of the machine */
  GPtrArray *interfaces; /* the ones to examine */
  gboolean named;        /* whether the user named them */
} DoctorTarget;

/* @group and @interfaces are NULL if the user named none. */
gboolean doctor_target_init (DoctorTarget *self, const char *group, guint port, char **interfaces,
                             GError **error);
void doctor_target_clear (DoctorTarget *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DoctorTarget, doctor_target_clear)

/* Returns whether the group, if any, is of @family. */
gboolean doctor_target_wants (const DoctorTarget *self, GSocketFamily family);
