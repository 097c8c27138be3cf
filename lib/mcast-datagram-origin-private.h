/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What datagrams of one sender to one group on one interface have in common: mostly many come one
 * after another, and share one of these. It does not change. */
typedef struct
{
  gatomicrefcount ref_count;
  GInetSocketAddress *source;
  GInetAddress *group;
  GRefString *interface_name;
  guint port;
  guint interface_index;
} McastDatagramOrigin;

McastDatagramOrigin *_mcast_datagram_origin_new (GSocketAddress *source, GInetAddress *group,
                                                 guint port, guint interface_index,
                                                 GRefString *interface_name);
McastDatagramOrigin *_mcast_datagram_origin_ref (McastDatagramOrigin *self);
void _mcast_datagram_origin_unref (McastDatagramOrigin *self);

G_END_DECLS
