/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rx/mcast-rx-path-private.h"

G_BEGIN_DECLS

/* The origins of the most recent flows, so that an origin is created for each flow and not for each
 * datagram. */
typedef struct _McastOriginCache McastOriginCache;

McastOriginCache *_mcast_origin_cache_new (void);
void _mcast_origin_cache_free (McastOriginCache *self);
McastDatagramOrigin *_mcast_origin_cache_get (McastOriginCache *self, McastRxPath *path,
                                              const McastAddress *source, guint16 port);

G_END_DECLS
