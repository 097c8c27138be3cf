/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Prints warnings and messages of the library on stderr, like those of the command. */
void log_writer_start (void);

/* Prints debug messages of the library and of the command as well. Call this before starting a
 * thread. */
void log_writer_set_verbose (void);
