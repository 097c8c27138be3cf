/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "rx/mcast-rx-recovery-private.h"

/* A failure such as a lack of descriptors or memory may end within milliseconds. */
#define FIRST_RETRY 4000
#define LONGEST_RETRY G_USEC_PER_SEC
/* The longest wait after a refresh without effect. Hosts of IGMPv1, IGMPv2 and MLDv1 report a
 * join after a random delay of up to 10 seconds (RFC 2236 section 8.3), and each further join
 * restarts that delay. */
#define MAX_PATIENCE (10 * G_USEC_PER_SEC)
/* Silence is detected at most one such part of the interval late. */
#define CHECKS_PER_INTERVAL 16

/* Returns when to retry failed paths: soon after a new failure, even if older failures last, and
 * then at increasing intervals. An update in between does not delay that. */
gint64
_mcast_rx_recovery_plan_retry (McastRxRecovery *self, guint n_failed, gint64 now)
{
  gboolean more = n_failed > self->n_failed;

  self->n_failed = n_failed;
  if (n_failed == 0)
    return MCAST_RX_RECOVERY_NEVER;
  if (more)
    self->retry_delay = FIRST_RETRY;
  else if (now < self->retry_at)
    return self->retry_at;
  self->retry_at = now + self->retry_delay;
  self->retry_delay = MIN (2 * self->retry_delay, LONGEST_RETRY);
  return self->retry_at;
}

/* Returns when to check the paths again. */
gint64
_mcast_rx_recovery_plan_check (const McastRxRecovery *self, gint64 now)
{
  if (self->interval == 0)
    return MCAST_RX_RECOVERY_NEVER;
  return now + MAX (self->interval / CHECKS_PER_INTERVAL, 1);
}

/* Checks whether a path has been silent long enough for a refresh of its membership. */
gboolean
_mcast_rx_recovery_is_due (const McastRxRecovery *self, McastRxSilence *silence, guint64 delivered,
                           gint64 now)
{
  if (self->interval == 0)
    return FALSE;
  if (silence->since == 0 || delivered != silence->delivered)
    _mcast_rx_recovery_restart (self, silence, delivered, now);
  return now - silence->since >= silence->patience;
}

/* Restarts the measurement of silence. */
void
_mcast_rx_recovery_restart (const McastRxRecovery *self, McastRxSilence *silence, guint64 delivered,
                            gint64 now)
{
  *silence = (McastRxSilence) {
    .since = now,
    .patience = self->interval,
    .delivered = delivered,
  };
}

/* Notes a refresh. The wait for its effect doubles each time. */
void
_mcast_rx_recovery_note_refresh (const McastRxRecovery *self, McastRxSilence *silence, gint64 now)
{
  silence->since = now;
  silence->patience = MAX (MIN (2 * silence->patience, MAX_PATIENCE), self->interval);
}
