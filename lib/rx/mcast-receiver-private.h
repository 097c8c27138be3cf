/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-enums.h"
#include "mcast-event-private.h"
#include "mcast-rx-message.h"
#include "rx/mcast-rx-endpoints-private.h"

G_BEGIN_DECLS

/* Reads the OS sockets, delivers what was requested and accounts for the rest.
 * It has no lock; the owner calls it under the lock of the socket. */
typedef struct _McastReceiver McastReceiver;

typedef enum
{
  MCAST_RECEIVER_GOT_SOME,
  /* All that arrived was filtered; there may be more. */
  MCAST_RECEIVER_GOT_NONE,
  MCAST_RECEIVER_DRAINED,
  /* The next call would fail as well. */
  MCAST_RECEIVER_FAILED,
} McastReceiverResult;

/* Reports that a flow is delivered from another path. */
typedef void (*McastReceiverReportFunc) (gpointer user_data, const McastEventInfo *info);

McastReceiver *_mcast_receiver_new (McastMerge merge, McastReceiverReportFunc report,
                                    gpointer user_data);
void _mcast_receiver_free (McastReceiver *self);

McastReceiverResult _mcast_receiver_receive (McastReceiver *self, McastRxEndpoints *endpoints,
                                             McastOsPoll *poll, McastRxMessage *messages,
                                             guint n_messages, guint *n_received, GError **error);
gboolean _mcast_receiver_left_some (McastReceiver *self);
void _mcast_receiver_leave_path (McastReceiver *self, guint id);
void _mcast_receiver_forget_path (McastReceiver *self, guint id);
McastDatagramOrigin *_mcast_receiver_get_origin (McastReceiver *self, guint i);
void _mcast_receiver_add_path_stats (McastRxPath *path, GVariantDict *dict, gpointer user_data);
void _mcast_receiver_add_stats (McastReceiver *self, McastRxEndpoints *endpoints,
                                GVariantDict *dict);

G_END_DECLS
