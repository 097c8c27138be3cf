/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-address-private.h"

G_BEGIN_DECLS

/* The payload type of a packet that names none. */
#define MCAST_SAP_TYPE_SDP "application/sdp"

/* A packet of the Session Announcement Protocol, RFC 2974. */
typedef struct
{
  gboolean is_deletion;
  gboolean is_authenticated; /* it has an authentication header, which is not verified */
  gboolean is_encrypted;     /* then payload_type and text are NULL */
  guint16 hash;              /* 0: the text alone identifies the session */
  McastAddress origin;
  char *payload_type;
  char *text; /* UTF-8 */
} McastSapPacket;

gboolean _mcast_sap_packet_parse (McastSapPacket *self, const guint8 *data, gsize size,
                                  gsize max_text_size, GError **error);
void _mcast_sap_packet_clear (McastSapPacket *self);
GBytes *_mcast_sap_packet_write (const McastSapPacket *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (McastSapPacket, _mcast_sap_packet_clear)

G_END_DECLS
