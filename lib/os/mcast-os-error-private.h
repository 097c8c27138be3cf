/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void _mcast_os_set_error (GError **error, int code, const char *format, ...) G_GNUC_PRINTF (3, 4);
const char *_mcast_os_error_name (int code);

G_END_DECLS
