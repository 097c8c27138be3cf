/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Whether this program was built with JSON. */
gboolean json_is_available (void);

/* @value as JSON: dictionaries as objects, their members in the order given. Free with
 * g_free (). */
char *json_from_variant (GVariant *value, gboolean pretty);
