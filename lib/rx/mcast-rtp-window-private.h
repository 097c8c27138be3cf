/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The number of newest numbers that are remembered. */
#define MCAST_RTP_WINDOW_SIZE 32768

/* Which of the newest numbers have been seen. A number is a sequence number that never wraps. All
 * members are 0 before the first number. */
typedef struct
{
  guint64 base;
  guint64 newest;
  guint64 n_since_base;
  guint64 bits[MCAST_RTP_WINDOW_SIZE / 64];
} McastRtpWindow;

typedef enum
{
  MCAST_RTP_AHEAD,
  MCAST_RTP_HOLE,
  MCAST_RTP_SEEN,
  /* Older than the window. */
  MCAST_RTP_OLD,
} McastRtpPlace;

void _mcast_rtp_window_reset (McastRtpWindow *self, guint64 base);
guint64 _mcast_rtp_window_extend (const McastRtpWindow *self, guint16 sequence);
McastRtpPlace _mcast_rtp_window_get_place (const McastRtpWindow *self, guint64 number);
McastRtpPlace _mcast_rtp_window_add (McastRtpWindow *self, guint64 number);
guint64 _mcast_rtp_window_find_seen (const McastRtpWindow *self, guint64 number);
guint64 _mcast_rtp_window_count_missing (const McastRtpWindow *self);

G_END_DECLS
