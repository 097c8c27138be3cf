/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <glib.h>

#include "mcast-version-macros.h"

G_BEGIN_DECLS

MCAST_AVAILABLE_IN_0_2
const char *mcast_check_version (guint required_major, guint required_minor, guint required_micro);

G_END_DECLS
