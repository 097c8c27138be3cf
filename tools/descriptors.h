/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Keeps a closed stdin, stdout or stderr from becoming the descriptor of a socket. Call this
 * first. */
void descriptors_reserve_standard (void);

/* Checks that @n more descriptors can be opened, because GLib aborts a program that has none left.
 * Reports a failure. */
gboolean descriptors_check (guint n, int *status);
