/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The time when nothing is due. */
#define MCAST_RX_RECOVERY_NEVER G_MAXINT64

/* When to retry what failed, and when to refresh the membership of a silent path: a switch may have
 * forgotten it. Times are microseconds of one monotonic clock. */
typedef struct
{
  /* The silence after which a membership is refreshed; 0 for never. */
  gint64 interval;
  /* How many paths had failed at the last look, and when they are tried next. */
  guint n_failed;
  gint64 retry_at;
  gint64 retry_delay;
} McastRxRecovery;

/* The silence of one path. All zero until it is first looked at. */
typedef struct
{
  gint64 since;
  /* How much longer than @since it may last until the next refresh. */
  gint64 patience;
  /* How many datagrams had been delivered when it began. */
  guint64 delivered;
  /* No refresh of ours can end it. */
  gboolean ineffective;
} McastRxSilence;

gint64 _mcast_rx_recovery_plan_retry (McastRxRecovery *self, guint n_failed, gint64 now);
gint64 _mcast_rx_recovery_plan_check (const McastRxRecovery *self, gint64 now);
gboolean _mcast_rx_recovery_is_due (const McastRxRecovery *self, McastRxSilence *silence,
                                    guint64 delivered, gint64 now);
void _mcast_rx_recovery_restart (const McastRxRecovery *self, McastRxSilence *silence,
                                 guint64 delivered, gint64 now);
void _mcast_rx_recovery_note_refresh (const McastRxRecovery *self, McastRxSilence *silence,
                                      gint64 now);

G_END_DECLS
