/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Returns the output of `nft -a list ruleset` with the elements of a set or map in the place of its
 * name, and with a rule for each element of a map of verdicts. A set that a rule negates keeps its
 * name. */
char *firewall_expand_sets (const char *text);
