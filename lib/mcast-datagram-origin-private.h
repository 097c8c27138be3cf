/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "mcast-address-private.h"

G_BEGIN_DECLS

/* What the datagrams of one sender to one group on one interface have in common. It is immutable,
 * and consecutive datagrams share it. */
typedef struct
{
  gatomicrefcount ref_count;
  McastAddress source_address;
  guint16 source_port;
  GInetSocketAddress *source;
  GInetAddress *group;
  GRefString *interface_name;
  guint port;
  guint interface_index;
} McastDatagramOrigin;

McastDatagramOrigin *_mcast_datagram_origin_new (const McastAddress *source, guint16 source_port,
                                                 GInetAddress *group, guint port,
                                                 guint interface_index, GRefString *interface_name);
McastDatagramOrigin *_mcast_datagram_origin_ref (McastDatagramOrigin *self);
void _mcast_datagram_origin_unref (McastDatagramOrigin *self);

G_END_DECLS
