/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "mcast-address-private.h"
#include "mcast-source-filter-private.h"

G_BEGIN_DECLS

typedef enum
{
  MCAST_OS_JOINED,
  /* This socket holds as many memberships as the kernel allows. Another socket may join. */
  MCAST_OS_JOIN_FULL,
  MCAST_OS_JOIN_FAILED,
} McastOsJoinResult;

McastOsJoinResult _mcast_os_join (int fd, const McastAddress *group, guint index,
                                  McastSourceFilter *filter, GError **error);
void _mcast_os_leave (int fd, const McastAddress *group, guint index);
gboolean _mcast_os_set_filter (int fd, const McastAddress *group, guint index,
                               McastSourceFilter *filter, GError **error);

G_END_DECLS
