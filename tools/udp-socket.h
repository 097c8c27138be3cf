/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* Opens a non-blocking socket on a port that the system assigns. */
GSocket *udp_socket_new (GSocketFamily family, GError **error);
