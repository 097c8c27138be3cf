/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rx-run.h"

/* A relay sends from a port of a certain range, and ignores datagrams from these ports, so that any
 * number of relays can run without a loop. */

/* Opens a socket with the first free port of the range. */
McastTxSocket *relay_port_open (const char *const *groups, char **interfaces, guint port, guint ttl,
                                GError **error);

/* Returns whether the source of the run is a relay. */
gboolean relay_port_sent (const RxRun *run);
