/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The exit statuses, which are those of the Python package `multicast` so that scripts keep
 * working. */
#define EXIT_STATUS_OK 0
#define EXIT_STATUS_FINDINGS 1
#define EXIT_STATUS_USAGE 2
#define EXIT_STATUS_FAILURE 70
#define EXIT_STATUS_INTERRUPT 130
