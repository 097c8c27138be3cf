/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* The statistics of a socket with their members in the order in which one reads them: the library's
 * dictionary has none. What is not known here comes last, by name. Returns a floating reference. */
GVariant *statistics_in_order (GVariant *stats);
