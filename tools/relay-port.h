/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rx-run.h"

/* What relays sends from one of certain ports, and relays nothing that came from one of them: so no
 * datagram circles, however many relays there are. */

/* Opens a socket with the first of these ports that is free. */
McastTxSocket *relay_port_open (const char *const *groups, char **interfaces, guint port, guint ttl,
                                GError **error);

/* Returns whether a relay sent the run. */
gboolean relay_port_sent (const RxRun *run);
