/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <mcast.h>

#include "options.h"

/* Makes the socket that the options ask for, with the largest buffer the kernel grants; the groups
 * are those of @extra_group, unless it is NULL, and the options. On failure says why. */
McastRxSocket *receiver_open (const Options *options, const char *extra_group, int *status);

/* Warns when datagrams were lost for want of buffer. */
void receiver_warn_of_drops (McastRxSocket *rx);

/* What the peer's users know of a receiver that was interrupted. */
void receiver_say_interrupted (McastRxSocket *rx, const char *verb);
