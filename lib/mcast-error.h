/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined(MCAST_INSIDE) && !defined(MCAST_COMPILATION)
#error "Include <mcast.h>, not its parts."
#endif

#include <glib-object.h>

#include "mcast-version-macros.h"

G_BEGIN_DECLS

/**
 * McastError:
 * @MCAST_ERROR_NOT_MULTICAST: an address that should be a multicast group is not one: IPv4 groups
 *   are 224.0.0.0 to 239.255.255.255 (RFC 5771), IPv6 groups start with ff (RFC 4291)
 * @MCAST_ERROR_NO_SUCH_INTERFACE: no interface matches the name, index or address; check the
 *   spelling, or let the socket wait for it (`wait-for-interfaces`)
 * @MCAST_ERROR_AMBIGUOUS_INTERFACE: an address is on several interfaces where one was meant; choose
 *   by name
 * @MCAST_ERROR_NO_ADDRESS: the interface has no usable address of the family to send from, or the
 *   pinned source address is on no interface
 * @MCAST_ERROR_NO_ROUTE: no route says which interface to use; name one
 * @MCAST_ERROR_FAMILY_MISMATCH: an IPv4 and an IPv6 address where both must be of one family
 * @MCAST_ERROR_NOT_A_DESTINATION: the destination is none of the groups that the sending socket was
 *   made for
 * @MCAST_ERROR_NOT_A_MEMBER: the group or interface to be left was never joined
 * @MCAST_ERROR_ALREADY_JOINED: the group or interface to be joined is joined already
 * @MCAST_ERROR_TOO_MANY_MEMBERSHIPS: a limit of the kernel on groups or sources is reached; the
 *   text names the sysctl to raise
 * @MCAST_ERROR_BUFFER_LIMIT: the kernel grants less socket buffer than was asked for; the text
 *   names the sysctl to raise
 * @MCAST_ERROR_QUEUE_FULL: the queue of every interface was full: send slower, or in smaller bursts
 * @MCAST_ERROR_CLOSED: the socket was closed
 *
 * Errors after which a caller would act differently. Everything else is a [error@Gio.IOErrorEnum]
 * that corresponds to the kernel's errno, and `G_IO_ERROR_INVALID_ARGUMENT` for a text or number
 * that cannot be understood.
 *
 * Since: 1.0
 */
typedef enum
{
  MCAST_ERROR_NOT_MULTICAST,
  MCAST_ERROR_NO_SUCH_INTERFACE,
  MCAST_ERROR_AMBIGUOUS_INTERFACE,
  MCAST_ERROR_NO_ADDRESS,
  MCAST_ERROR_NO_ROUTE,
  MCAST_ERROR_FAMILY_MISMATCH,
  MCAST_ERROR_NOT_A_DESTINATION,
  MCAST_ERROR_NOT_A_MEMBER,
  MCAST_ERROR_ALREADY_JOINED,
  MCAST_ERROR_TOO_MANY_MEMBERSHIPS,
  MCAST_ERROR_BUFFER_LIMIT,
  MCAST_ERROR_QUEUE_FULL,
  MCAST_ERROR_CLOSED,
} McastError;

/**
 * MCAST_ERROR:
 *
 * Error domain of mcast; its codes are those of [error@Error].
 *
 * Since: 1.0
 */
#define MCAST_ERROR (mcast_error_quark ())
MCAST_AVAILABLE_IN_1_0
GQuark mcast_error_quark (void);

#define MCAST_TYPE_ERROR (mcast_error_get_type ())
MCAST_AVAILABLE_IN_1_0
GType mcast_error_get_type (void) G_GNUC_CONST;

G_END_DECLS
