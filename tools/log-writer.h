/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Prints messages of the library and of the command on stderr, as the command's own ones. */
void log_writer_start (void);

/* Prints their debug messages as well. To be called before there is a second thread. */
void log_writer_set_verbose (void);
