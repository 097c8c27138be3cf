/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a kernel or a sandbox may lack, and what works without it. */
typedef enum
{
  MCAST_OS_OPTION_UDP_GRO,
  MCAST_OS_OPTION_IP_MULTICAST_ALL,
  MCAST_OS_OPTION_IPV6_MULTICAST_ALL,
  MCAST_OS_OPTION_SO_RXQ_OVFL,
  MCAST_OS_OPTION_SO_TIMESTAMPNS,
  MCAST_OS_OPTION_SO_MEMINFO,
  MCAST_OS_OPTION_SO_ATTACH_FILTER,
  MCAST_OS_OPTION_IP_RECVTTL,
  MCAST_OS_OPTION_IPV6_RECVHOPLIMIT,
  MCAST_OS_OPTION_IP_RECVERR,
  MCAST_OS_OPTION_IPV6_RECVERR,
} McastOsOption;

void _mcast_os_set_optional (int fd, McastOsOption option, int value);
void _mcast_os_note_missing (McastOsOption option, int code);
void _mcast_os_add_missing (GVariantDict *dict);
void _mcast_os_insert_dropped (GVariantDict *dict, guint64 dropped);

G_END_DECLS
