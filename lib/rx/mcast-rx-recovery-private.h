/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The time if nothing is due. */
#define MCAST_RX_RECOVERY_NEVER G_MAXINT64

/* Decides when to retry failed paths, and when to refresh the memberships of silent paths, which a
 * switch may have forgotten. Times are microseconds of one monotonic clock. */
typedef struct
{
  /* The silence after which a membership is refreshed; 0 for never. */
  gint64 interval;
  /* The number of failed paths at the last check, and when they are retried. */
  guint n_failed;
  gint64 retry_at;
  gint64 retry_delay;
} McastRxRecovery;

/* The silence of one path. All members are 0 until the first check. */
typedef struct
{
  gint64 since;
  /* The time after @since until the next refresh. */
  gint64 patience;
  /* The number of datagrams that were delivered before it began. */
  guint64 delivered;
  /* A refresh has no effect. */
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
