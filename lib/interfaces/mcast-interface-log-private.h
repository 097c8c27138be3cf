/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-interface-private.h"

G_BEGIN_DECLS

void _mcast_interface_log_changes (GPtrArray *before, GPtrArray *after);

G_END_DECLS
