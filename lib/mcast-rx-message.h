/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * McastRxMessageFlags: (skip)
 * @MCAST_RX_MESSAGE_FLAGS_NONE: no flags
 * @MCAST_RX_MESSAGE_FLAGS_KEEP_MEMORY: never exchange the memory of the message with that of
 *   another one. Where an unwanted datagram is received before a wanted one, the wanted one is
 *   copied, and truncated if the memory is too small for it
 *
 * Options of a [struct@RxMessage].
 *
 * Since: 0.2
 */
typedef enum
{
  MCAST_RX_MESSAGE_FLAGS_NONE = 0,
  MCAST_RX_MESSAGE_FLAGS_KEEP_MEMORY = 1 << 0,
} McastRxMessageFlags;

/**
 * McastRxMessage: (skip)
 * @vectors: (array length=n_vectors): in: the caller's memory for the payload, filled in order
 * @n_vectors: in: the number of parts of the memory
 * @user_data: in: data of the caller, to identify the memory
 * @length: out: the number of payload bytes written to the memory
 * @segment_size: out: 0 for one datagram; otherwise the payload is a run of datagrams of this size
 *   in bytes, of which the last one can be shorter
 * @truncated: out: whether the datagram was larger than the memory; the rest of it is lost
 * @hop_limit: out: the time to live (IPv4) or hop limit (IPv6) on arrival, or -1 if unknown
 * @interface_index: out: the index of the interface on which the datagram arrived
 * @port: out: the UDP port to which the datagram was sent
 * @arrival_time: out: the time at which the kernel received the datagram, in nanoseconds of real
 *   time since 1970, or 0 if unknown
 * @interface_name: out: (transfer none): the name of the interface
 * @group: out: (transfer none): the group to which the datagram was sent
 * @source: out: (transfer none): the address and port of the sender
 * @flags: in: options
 * @path_id: out: the number by which the socket knows the path; `id` of the path in the statistics
 *
 * A message of a batch for [method@RxSocket.receive_messages].
 *
 * The out pointers belong to the socket and are valid until the next receive call on it. Take a
 * reference to an object to keep it.
 *
 * The memory of an unwanted datagram is used for the next datagram: @vectors, @n_vectors and
 * @user_data then move together to another message, unless %MCAST_RX_MESSAGE_FLAGS_KEEP_MEMORY is
 * set.
 *
 * Initialize the whole structure with zeros, since later releases use more of it.
 *
 * Since: 0.1
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
  GInetSocketAddress *source;
  McastRxMessageFlags flags;
  guint path_id;

  /*< private >*/
  gpointer reserved[4];
} McastRxMessage;

G_END_DECLS
