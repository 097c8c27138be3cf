/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-sap-session-private.h"

G_BEGIN_DECLS

typedef struct _McastSapTable McastSapTable;

/* @n_removed sessions from @position on were replaced by @n_added. One of each: it changed. */
typedef void (*McastSapTableFunc) (guint position, guint n_removed, guint n_added,
                                   gpointer user_data);

typedef struct
{
  guint max_sessions;
  gint64 timeout_us;
  McastSapTableFunc changed;
  gpointer user_data;
} McastSapTableOptions;

typedef enum
{
  MCAST_SAP_OUTCOME_ADDED,
  MCAST_SAP_OUTCOME_REPEATED,
  MCAST_SAP_OUTCOME_CHANGED,
  MCAST_SAP_OUTCOME_DELETED,
  MCAST_SAP_OUTCOME_UNKNOWN,  /* the deletion of a session that is not in the table */
  MCAST_SAP_OUTCOME_CONFLICT, /* another host announces the session */
  MCAST_SAP_OUTCOME_REFUSED,  /* the table is full of sessions that are known for longer */
  MCAST_SAP_N_OUTCOMES,
} McastSapOutcome;

McastSapTable *_mcast_sap_table_new (const McastSapTableOptions *options);
void _mcast_sap_table_free (McastSapTable *self);

McastSapOutcome _mcast_sap_table_handle (McastSapTable *self, McastSapPacket *packet,
                                         const McastSapArrival *arrival);
gint64 _mcast_sap_table_expire (McastSapTable *self, gint64 now_us);

guint _mcast_sap_table_get_n_sessions (McastSapTable *self);
McastSapSession *_mcast_sap_table_get_session (McastSapTable *self, guint position);
guint _mcast_sap_table_get_n_unconfirmed (McastSapTable *self);
guint64 _mcast_sap_table_get_n_displaced (McastSapTable *self);
guint64 _mcast_sap_table_get_n_expired (McastSapTable *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastSapTable, _mcast_sap_table_free)

G_END_DECLS
