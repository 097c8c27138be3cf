/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-sap-session.h"
#include "sap/mcast-sap-packet-private.h"

G_BEGIN_DECLS

/* How a packet arrived. */
typedef struct
{
  McastAddress sender;
  guint iface_index;
  const char *iface_name;
  gint64 now_us;       /* monotonic */
  gint64 real_time_us; /* since 1970 */
} McastSapArrival;

McastSapSession *_mcast_sap_session_new (McastSapPacket *packet, const McastSapArrival *arrival);
void _mcast_sap_session_change (McastSapSession *self, McastSapPacket *packet);
gboolean _mcast_sap_session_repeat (McastSapSession *self, const McastSapArrival *arrival,
                                    gint64 min_timeout_us);

gboolean _mcast_sap_session_is_sender (McastSapSession *self, const McastSapArrival *arrival);
const McastAddress *_mcast_sap_session_get_sender (McastSapSession *self, guint index);
gboolean _mcast_sap_session_has_text (McastSapSession *self, const McastSapPacket *packet);
gboolean _mcast_sap_session_is_confirmed (McastSapSession *self);
gint64 _mcast_sap_session_get_last_us (McastSapSession *self);
gint64 _mcast_sap_session_get_deadline_us (McastSapSession *self, gint64 min_timeout_us);

const McastAddress *_mcast_sap_session_origin (McastSapSession *self);
gboolean _mcast_sap_session_is_authenticated (McastSapSession *self);

G_END_DECLS
