/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-path.h"

G_BEGIN_DECLS

/* The number of a path that has none. */
#define MCAST_PATH_NO_ID G_MAXUINT

/* A path at one moment; the caller keeps what the pointers refer to. */
typedef struct
{
  guint id;
  /* The canonical text, with the port and the sources. */
  const char *group;
  const char *interface_name;
  McastInterface *iface;
  GSocketAddress *local_address;
  McastPathState state;
  const GError *error;
  /* The entry in the statistics of the socket, a{sv}. */
  GVariant *stats;
} McastPathInfo;

McastPath *_mcast_path_new (const McastPathInfo *info);
GVariant *_mcast_path_get_stats (McastPath *self);

G_END_DECLS
