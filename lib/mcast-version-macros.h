/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <glib.h>

#ifndef _MCAST_EXTERN
#define _MCAST_EXTERN __attribute__ ((visibility ("default"))) extern
#endif

/* Marks what has been there since API 1.0; each later cycle adds a macro of its own. */
#define MCAST_AVAILABLE_IN_1_0 _MCAST_EXTERN
