/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <mcast.h>

#include "options.h"

/* Opens a socket that receives @extra_group, unless that is NULL, and the groups of the options,
 * with the largest receive buffer that the kernel grants. Reports a failure. */
McastRxSocket *rx_open (const Options *options, const char *extra_group, int *status);

/* Warns if datagrams were lost because the receive buffer was full. */
void rx_warn_of_drops (McastRxSocket *rx);

/* Prints what the Python package `multicast` prints after SIGINT. */
void rx_print_interrupted (McastRxSocket *rx, const char *verb);
