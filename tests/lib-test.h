/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the tests of the library have in common: all that is not of one type of its own is
 * included here, and what is asked of a socket again and again is declared. */

#include <gio/gnetworking.h>
#include <mcast.h>
#include <string.h>

#include "family.h"
#include "netns.h"
#include "plain.h"
#include "process-test.h"
#include "world.h"

G_BEGIN_DECLS

/* A list of texts as the library wants it: WORDS ("v0", "v1"). */
#define WORDS(...) ((const char *const[]) { __VA_ARGS__, NULL })

/* The number of an error, and a text that its message contains. */
#define assert_error_says(error, domain, code, text) \
  G_STMT_START \
  { \
    g_assert_error (error, domain, code); \
    if (strstr ((error)->message, text) == NULL) \
      g_test_fail_printf ("“%s” is not in: %s", text, (error)->message); \
  } \
  G_STMT_END

/* --- Receiving sockets ------------------------------------------------------------------- */

/* An open socket. Where it would wait without end, it waits for NETNS_DEADLINE_MS, so that a test
 * fails rather than hangs. */
McastRxSocket *rx_new (const char *const *groups, guint port, const char *const *interfaces);

/* The same, with any properties: rx_new_full ("groups", groups, "merge", MCAST_MERGE_RTP, NULL). */
McastRxSocket *rx_new_full (const char *first_property, ...) G_GNUC_NULL_TERMINATED;

/* The next datagram; there must be one in time. */
McastDatagram *rx_receive (McastRxSocket *rx);

/* The payload as text. Free with g_free (). */
char *datagram_text (McastDatagram *datagram);

/* Fails the test unless the next datagram has this text. */
void rx_assert_receives (McastRxSocket *rx, const char *text);

/* Fails the test when a datagram is there now. */
void rx_assert_empty (McastRxSocket *rx);

/* --- Sending sockets --------------------------------------------------------------------- */

McastTxSocket *tx_new (const char *const *groups, guint port, const char *const *interfaces);
McastTxSocket *tx_new_full (const char *first_property, ...) G_GNUC_NULL_TERMINATED;

gboolean tx_try_send (McastTxSocket *tx, const char *text, GError **error);
void tx_send (McastTxSocket *tx, const char *text);

/* --- Statistics -------------------------------------------------------------------------- */

/* A counter of @stats, which is freed. */
guint64 take_counter (GVariant *stats, const char *name);

/* The statistics of one path, or NULL where there is no such path. @stats is freed. */
GVariant *take_path (GVariant *stats, const char *group, const char *name);

guint64 rx_counter (McastRxSocket *rx, const char *name);
guint64 tx_counter (McastTxSocket *tx, const char *name);

/* The number of a path, which must be there. */
guint rx_path_id (McastRxSocket *rx, const char *group, const char *name);

/* A counter of one path, 0 where there is no such path. */
guint64 rx_path_counter (McastRxSocket *rx, const char *group, const char *name,
                         const char *counter);
guint64 tx_path_counter (McastTxSocket *tx, const char *group, const char *name,
                         const char *counter);

/* Whether a path is in this state; where there is no such path, its state is "". */
gboolean rx_path_is (McastRxSocket *rx, const char *group, const char *name, const char *state);
gboolean tx_path_is (McastTxSocket *tx, const char *group, const char *name, const char *state);

/* Fails the test unless every datagram that arrived was delivered, filtered, dropped by the kernel
 * or a duplicate; or that was attempted, accepted or refused. */
void rx_assert_sums (McastRxSocket *rx);
void tx_assert_sums (McastTxSocket *tx);

G_END_DECLS
