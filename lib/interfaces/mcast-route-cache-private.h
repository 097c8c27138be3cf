/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mcast-route-private.h"

G_BEGIN_DECLS

typedef struct _McastRouteCache McastRouteCache;

McastRouteCache *_mcast_route_cache_new (GError **error);
void _mcast_route_cache_free (McastRouteCache *self);
gboolean _mcast_route_cache_find (McastRouteCache *self, const McastRouteQuestion *question,
                                  McastRoute *route, GError **error);
void _mcast_route_cache_invalidate (McastRouteCache *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (McastRouteCache, _mcast_route_cache_free)

G_END_DECLS
