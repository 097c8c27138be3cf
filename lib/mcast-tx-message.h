/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * McastTxMessage: (skip)
 * @vectors: (array length=n_vectors): the parts of the payload, in order
 * @n_vectors: the number of parts
 * @segment_size: 0 to send the payload as one datagram; otherwise the size in bytes of the
 *   datagrams into which the payload is split, of which the last one can be shorter
 * @destination: (nullable): the group and port to send to, as for [method@TxSocket.send_to], or
 *   %NULL to send to every group
 * @flags: must be 0
 *
 * A message of a batch for [method@TxSocket.send_messages].
 *
 * Initialize the whole structure with zeros, since later releases use more of it.
 *
 * Since: 0.1
 */
typedef struct
{
  const GOutputVector *vectors;
  guint n_vectors;
  guint segment_size;
  GSocketAddress *destination;
  guint flags;

  /*< private >*/
  gpointer reserved[4];
} McastTxMessage;

G_END_DECLS
