/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <glib.h>

#include "mcast-version.h"

#define _MCAST_ENCODE_VERSION(major, minor) ((major) << 16 | (minor) << 8)
#define _MCAST_VERSION_CURRENT _MCAST_ENCODE_VERSION (MCAST_MAJOR_VERSION, MCAST_MINOR_VERSION)

/**
 * MCAST_VERSION_0_1:
 *
 * Release 0.1, a value for `MCAST_VERSION_MIN_REQUIRED` and `MCAST_VERSION_MAX_ALLOWED`.
 *
 * Since: 0.2
 */
#define MCAST_VERSION_0_1 (_MCAST_ENCODE_VERSION (0, 1))

/**
 * MCAST_VERSION_0_2:
 *
 * Release 0.2, a value for `MCAST_VERSION_MIN_REQUIRED` and `MCAST_VERSION_MAX_ALLOWED`.
 *
 * Since: 0.2
 */
#define MCAST_VERSION_0_2 (_MCAST_ENCODE_VERSION (0, 2))

/**
 * MCAST_VERSION_MIN_REQUIRED:
 *
 * The oldest release that a program runs with, such as `MCAST_VERSION_0_1`. The compiler warns
 * about functions that were deprecated in this release or before. A program defines it before it
 * includes `mcast.h`; the default is the release of the headers.
 *
 * Since: 0.2
 */
#ifndef MCAST_VERSION_MIN_REQUIRED
#define MCAST_VERSION_MIN_REQUIRED _MCAST_VERSION_CURRENT
#endif

/**
 * MCAST_VERSION_MAX_ALLOWED:
 *
 * The newest release whose functions a program uses, such as `MCAST_VERSION_0_1`. The compiler
 * warns about functions that are newer. A program defines it before it includes `mcast.h`; the
 * default is the release of the headers.
 *
 * Since: 0.2
 */
#ifndef MCAST_VERSION_MAX_ALLOWED
#define MCAST_VERSION_MAX_ALLOWED _MCAST_VERSION_CURRENT
#endif

#if MCAST_VERSION_MIN_REQUIRED < MCAST_VERSION_0_1
#error "MCAST_VERSION_MIN_REQUIRED must be MCAST_VERSION_0_1 or later"
#endif
#if MCAST_VERSION_MAX_ALLOWED < MCAST_VERSION_MIN_REQUIRED
#error "MCAST_VERSION_MAX_ALLOWED must not be older than MCAST_VERSION_MIN_REQUIRED"
#endif

#ifndef _MCAST_EXTERN
#if defined(_WIN32) && defined(MCAST_COMPILATION)
#define _MCAST_EXTERN __declspec(dllexport) extern
#elif defined(_WIN32)
#define _MCAST_EXTERN __declspec(dllimport) extern
#else
#define _MCAST_EXTERN __attribute__ ((visibility ("default"))) extern
#endif
#endif

/* A group for each release marks the functions that it introduces and that it deprecates. */
#define MCAST_AVAILABLE_IN_0_1 _MCAST_EXTERN
#define MCAST_AVAILABLE_IN_1_0 MCAST_AVAILABLE_IN_0_1 /* its name in 0.1 */

#if MCAST_VERSION_MAX_ALLOWED < MCAST_VERSION_0_2
#define MCAST_AVAILABLE_IN_0_2 G_UNAVAILABLE (0, 2) _MCAST_EXTERN
#else
#define MCAST_AVAILABLE_IN_0_2 _MCAST_EXTERN
#endif
#if MCAST_VERSION_MIN_REQUIRED >= MCAST_VERSION_0_2
#define MCAST_DEPRECATED_IN_0_2 G_DEPRECATED _MCAST_EXTERN
#define MCAST_DEPRECATED_IN_0_2_FOR(replacement) G_DEPRECATED_FOR (replacement) _MCAST_EXTERN
#else
#define MCAST_DEPRECATED_IN_0_2 _MCAST_EXTERN
#define MCAST_DEPRECATED_IN_0_2_FOR(replacement) _MCAST_EXTERN
#endif
