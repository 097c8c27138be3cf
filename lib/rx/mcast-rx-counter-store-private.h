/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rx/mcast-rx-counters-private.h"
#include "rx/mcast-rx-path-private.h"

G_BEGIN_DECLS

/* The counters of all paths, and of removed paths that may return, by group, port and interface
 * name. */
typedef struct _McastRxCounterStore McastRxCounterStore;

/* Called when the counters of a path are dropped. */
typedef void (*McastRxForgetFunc) (gpointer user_data, guint id);

McastRxCounterStore *_mcast_rx_counter_store_new (McastRxForgetFunc forget, gpointer user_data);
void _mcast_rx_counter_store_free (McastRxCounterStore *self);
McastRxCounters *_mcast_rx_counter_store_get (McastRxCounterStore *self, const McastRxPathKey *key,
                                              McastInterface *iface);
gboolean _mcast_rx_counter_store_is_lost (McastRxCounterStore *self, const McastRxPathKey *key,
                                          const char *interface_name);
void _mcast_rx_counter_store_trim (McastRxCounterStore *self, guint n_paths);

G_END_DECLS
