/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * McastRxMessage: (skip)
 * @vectors: (array length=n_vectors): in: the caller's memory for the payload, filled in order
 * @n_vectors: in: how many parts the memory has
 * @user_data: in: the caller's, to tell the memory by
 * @length: out: bytes of payload written to the memory
 * @segment_size: out: 0 for one datagram; otherwise the payload is a run of datagrams of this many
 *   bytes each, the last one possibly shorter
 * @truncated: out: the datagram was larger than the memory, the rest of it is lost
 * @hop_limit: out: time to live (IPv4) or hop limit (IPv6) on arrival, -1 if unknown
 * @interface_index: out: index of the interface it arrived on
 * @port: out: port it was sent to
 * @arrival_time: out: when the kernel got it, nanoseconds of real time since 1970, 0 if unknown
 * @interface_name: out: (transfer none): name of that interface
 * @group: out: (transfer none): group it was sent to
 * @source: out: (transfer none): who sent it
 *
 * One element of a batch for [method@RxSocket.receive_messages]. What the out pointers point to is
 * the socket's and valid until the next receive call on it; take a reference to keep it.
 *
 * The memory of a datagram that nobody asked for is used for the next one: then @vectors,
 * @n_vectors and @user_data have moved together to another element.
 *
 * Since: 1.0
 */
typedef struct
{
  GInputVector *vectors;
  guint n_vectors;
  gpointer user_data;
  gsize length;
  guint segment_size;
  gboolean truncated;
  int hop_limit;
  guint interface_index;
  guint port;
  gint64 arrival_time;
  const char *interface_name;
  GInetAddress *group;
  GSocketAddress *source;
} McastRxMessage;

G_END_DECLS
