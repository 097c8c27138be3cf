/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Returns statistics of a socket with their members in a fixed order, which the library's
 * dictionary does not have. Unknown members come last, sorted by name. */
GVariant *statistics_in_order (GVariant *stats);
