/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-datagram-origin-private.h"
#include "mcast-datagram.h"

G_BEGIN_DECLS

McastDatagram *_mcast_datagram_new (gconstpointer payload, gsize length,
                                    McastDatagramOrigin *origin, gint64 arrival_time, int hop_limit,
                                    gboolean truncated);

G_END_DECLS
