/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <gio/gio.h>

#include "mcast-enums.h"

G_BEGIN_DECLS

/**
 * McastRxOptions: (skip)
 * @timeout_us: [property@RxSocket:timeout-us]
 * @recovery_interval_us: [property@RxSocket:recovery-interval-us]
 * @receive_buffer_size: [property@RxSocket:receive-buffer-size]
 * @merge: [property@RxSocket:merge]
 * @receive_offload: [property@RxSocket:receive-offload]
 * @wait_for_interfaces: [property@RxSocket:wait-for-interfaces]
 * @reuse_address: [property@RxSocket:reuse-address]
 * @auto_join: [property@RxSocket:auto-join]
 * @socket: (nullable): [property@RxSocket:socket]
 * @receive_delay_us: [property@RxSocket:receive-delay-us]
 *
 * The options of [ctor@RxSocket.new_with_options], which are the properties that
 * [ctor@RxSocket.new] leaves at their defaults.
 *
 * Initialize the structure with `MCAST_RX_OPTIONS_INIT`, then set members.
 *
 * ```c
 * McastRxOptions options = MCAST_RX_OPTIONS_INIT;
 * options.receive_offload = TRUE;
 * ```
 *
 * Since: 0.2
 */
typedef struct
{
  gint64 timeout_us;
  gint64 recovery_interval_us;
  guint receive_buffer_size;
  McastMerge merge;
  gboolean receive_offload;
  gboolean wait_for_interfaces;
  gboolean reuse_address;
  gboolean auto_join;
  GSocket *socket;
  gint64 receive_delay_us;

  /*< private >*/
  gpointer reserved[7];
} McastRxOptions;

/**
 * MCAST_RX_OPTIONS_INIT: (skip)
 *
 * The defaults of a [struct@RxOptions], for its declaration.
 *
 * Since: 0.2
 */
/* In the order of the members, since C++ has no other form. */
#define MCAST_RX_OPTIONS_INIT \
  { \
    -1, 0, 0, MCAST_MERGE_NONE, FALSE, FALSE, TRUE, TRUE, NULL, 0, \
    { \
      NULL \
    } \
  }

G_END_DECLS
