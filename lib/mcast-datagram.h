/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <gio/gio.h>

#include "mcast-version-macros.h"

G_BEGIN_DECLS

#define MCAST_TYPE_DATAGRAM (mcast_datagram_get_type ())

typedef struct _McastDatagram McastDatagram;

MCAST_AVAILABLE_IN_0_1
GType mcast_datagram_get_type (void) G_GNUC_CONST;

MCAST_AVAILABLE_IN_0_1
McastDatagram *mcast_datagram_ref (McastDatagram *self);
MCAST_AVAILABLE_IN_0_1
void mcast_datagram_unref (McastDatagram *self);

MCAST_AVAILABLE_IN_0_1
GBytes *mcast_datagram_get_payload (McastDatagram *self);
MCAST_AVAILABLE_IN_0_2
const guint8 *mcast_datagram_get_data (McastDatagram *self, gsize *size);
MCAST_AVAILABLE_IN_0_1
GInetSocketAddress *mcast_datagram_get_source (McastDatagram *self);
MCAST_AVAILABLE_IN_0_2
char *mcast_datagram_get_source_text (McastDatagram *self);
MCAST_AVAILABLE_IN_0_1
GInetAddress *mcast_datagram_get_group (McastDatagram *self);
MCAST_AVAILABLE_IN_0_1
guint mcast_datagram_get_port (McastDatagram *self);
MCAST_AVAILABLE_IN_0_1
guint mcast_datagram_get_interface_index (McastDatagram *self);
MCAST_AVAILABLE_IN_0_1
const char *mcast_datagram_get_interface_name (McastDatagram *self);
MCAST_AVAILABLE_IN_0_1
gint64 mcast_datagram_get_arrival_time (McastDatagram *self);
MCAST_AVAILABLE_IN_0_1
int mcast_datagram_get_hop_limit (McastDatagram *self);
MCAST_AVAILABLE_IN_0_1
gboolean mcast_datagram_is_truncated (McastDatagram *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastDatagram, mcast_datagram_unref)

G_END_DECLS
