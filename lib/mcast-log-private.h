/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-address-private.h"

G_BEGIN_DECLS

/* The structured fields of a line beside its text: MCAST_INTERFACE, MCAST_GROUP and ERRNO. A field
 * that is zero is left out. */
typedef struct
{
  const char *iface;
  const McastAddress *group;
  int code;
} McastLogFields;

/* Holds back lines that repeat. All zero is the initial state; one thread at a time. */
typedef struct
{
  gint64 window_start;
  guint n_logged;
  guint n_suppressed;
} McastLogLimit;

/* How many lines a limit lets through in a window, and how long the window is. */
#define MCAST_LOG_BURST 10
#define MCAST_LOG_WINDOW_US (10 * G_USEC_PER_SEC)

void _mcast_log (GLogLevelFlags level, const McastLogFields *fields, const char *format, ...)
  G_GNUC_PRINTF (3, 4);
void _mcast_log_limited (McastLogLimit *limit, GLogLevelFlags level, const McastLogFields *fields,
                         const char *format, ...) G_GNUC_PRINTF (4, 5);
gboolean _mcast_log_limit_pass (McastLogLimit *self, gint64 now, guint *n_suppressed);

/* For example: MCAST_LOG (DEBUG, (.iface = name, .group = &address), "joined (socket %d)", fd); */
#define MCAST_LOG(level, fields, ...) \
  _mcast_log (G_LOG_LEVEL_##level, &(const McastLogFields) MCAST_LOG_FIELDS fields, __VA_ARGS__)
/* The same for lines that may repeat. */
#define MCAST_LOG_LIMITED(limit, level, fields, ...) \
  _mcast_log_limited (limit, G_LOG_LEVEL_##level, &(const McastLogFields) MCAST_LOG_FIELDS fields, \
                      __VA_ARGS__)
#define MCAST_LOG_FIELDS(...) \
  { \
    __VA_ARGS__ \
  }

G_END_DECLS
