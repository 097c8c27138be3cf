/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * McastTxOptions: (skip)
 * @ttl: [property@TxSocket:ttl]
 * @dscp: [property@TxSocket:dscp]
 * @loopback: [property@TxSocket:loopback]
 * @wait_for_interfaces: [property@TxSocket:wait-for-interfaces]
 * @source_address: (nullable): [property@TxSocket:source-address]
 * @source_port: [property@TxSocket:source-port]
 * @send_buffer_size: [property@TxSocket:send-buffer-size]
 * @pacing_rate: [property@TxSocket:pacing-rate]
 * @socket: (nullable): [property@TxSocket:socket]
 * @socket_ipv6: (nullable): [property@TxSocket:socket-ipv6]
 *
 * The options of [ctor@TxSocket.new_with_options], which are the properties that
 * [ctor@TxSocket.new] leaves at their defaults.
 *
 * Initialize the structure with `MCAST_TX_OPTIONS_INIT`, then set members.
 *
 * ```c
 * McastTxOptions options = MCAST_TX_OPTIONS_INIT;
 * options.ttl = 4;
 * ```
 *
 * Since: 0.2
 */
typedef struct
{
  guint ttl;
  int dscp;
  gboolean loopback;
  gboolean wait_for_interfaces;
  const char *source_address;
  guint source_port;
  guint send_buffer_size;
  guint64 pacing_rate;
  GSocket *socket;
  GSocket *socket_ipv6;

  /*< private >*/
  gpointer reserved[8];
} McastTxOptions;

/**
 * MCAST_TX_OPTIONS_INIT: (skip)
 *
 * The defaults of a [struct@TxOptions], for its declaration.
 *
 * Since: 0.2
 */
/* In the order of the members, since C++ has no other form. */
#define MCAST_TX_OPTIONS_INIT \
  { \
    1, -1, TRUE, FALSE, NULL, 0, 0, 0, NULL, NULL, \
    { \
      NULL \
    } \
  }

G_END_DECLS
