/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "mcast-address-private.h"

G_BEGIN_DECLS

/* Socket addresses as objects, made once for a sender and not once for a datagram. */
typedef struct _McastSourceCache McastSourceCache;

/* Senders that are told apart in one round. */
#define MCAST_SOURCE_CACHE_SIZE 64

McastSourceCache *_mcast_source_cache_new (void);
void _mcast_source_cache_free (McastSourceCache *self);
void _mcast_source_cache_begin_round (McastSourceCache *self);
GSocketAddress *_mcast_source_cache_get (McastSourceCache *self, const McastAddress *address,
                                         guint16 port);

G_END_DECLS
