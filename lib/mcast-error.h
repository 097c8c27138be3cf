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
 * @MCAST_ERROR_NOT_MULTICAST: an address is not a usable multicast group. IPv4 groups are 224.0.0.0
 *   to 239.255.255.255 (RFC 5771), IPv6 groups start with ff (RFC 4291). Permanent: use another
 *   address
 * @MCAST_ERROR_NO_SUCH_INTERFACE: no interface matches the name, index or address. Permanent: check
 *   the spelling, or set `wait-for-interfaces` to wait for the interface
 * @MCAST_ERROR_AMBIGUOUS_INTERFACE: several interfaces have the address, but exactly one is
 *   required. Permanent while they share the address: select the interface by name
 * @MCAST_ERROR_NO_ADDRESS: the interface has no usable source address of the family, or no
 *   interface has the pinned source address. Transient while an address is being configured: assign
 *   an address, or wait until IPv6 duplicate address detection is complete
 * @MCAST_ERROR_NO_ROUTE: no interface was named, and no route selects one. Transient until there is
 *   a route: name an interface, or add a route
 * @MCAST_ERROR_FAMILY_MISMATCH: an IPv4 address and an IPv6 address were combined. Permanent: use
 *   addresses of one family
 * @MCAST_ERROR_NOT_A_DESTINATION: the destination is not one of the groups of the sending socket.
 *   Permanent: add the group first, or create a socket without groups
 * @MCAST_ERROR_TOO_MANY_MEMBERSHIPS: a limit of the kernel on groups or sources is reached.
 *   Permanent while the limit is in effect: raise the sysctl that the message names
 * @MCAST_ERROR_BUFFER_LIMIT: the kernel grants a smaller socket buffer than was requested.
 *   Permanent while the limit is in effect: raise the sysctl that the message names, or request
 *   less
 * @MCAST_ERROR_QUEUE_FULL: the transmit queue of every interface was full. Transient: send more
 *   slowly or in smaller bursts; see [property@TxSocket:pacing-rate]
 * @MCAST_ERROR_INTERFACE_NOT_READY: the interface disappeared, has not appeared yet or is down.
 *   Transient: the socket uses the interface again as soon as it is ready. Since: 0.2
 * @MCAST_ERROR_NO_GROUPS: the sending socket has no groups. Permanent: add a group, or use
 *   [method@TxSocket.send_to]. Since: 0.2
 * @MCAST_ERROR_NO_PORT: neither the group or destination nor the socket has a port. Permanent: add
 *   a port to the group, or set the port of the socket. Since: 0.2
 *
 * The errors that callers handle in different ways. All other errors have a code of
 * [error@Gio.IOErrorEnum]: the one that corresponds to the errno of the kernel;
 * `G_IO_ERROR_INVALID_ARGUMENT` for an invalid string or number; `G_IO_ERROR_CLOSED` after closing;
 * `G_IO_ERROR_NOT_INITIALIZED` before [method@Gio.Initable.init]; `G_IO_ERROR_EXISTS` if a group or
 * interface was already added; `G_IO_ERROR_NOT_FOUND` if the group or interface to remove was not
 * added.
 *
 * A permanent error recurs if the same call is repeated. A transient error can disappear without
 * any change to the call.
 *
 * Since: 0.1
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
  /* 7, 8 and 12 had the meaning of a GIOErrorEnum in 0.1. */
  MCAST_ERROR_TOO_MANY_MEMBERSHIPS = 9,
  MCAST_ERROR_BUFFER_LIMIT,
  MCAST_ERROR_QUEUE_FULL,
  MCAST_ERROR_INTERFACE_NOT_READY = 13,
  MCAST_ERROR_NO_GROUPS,
  MCAST_ERROR_NO_PORT,
} McastError;

/**
 * MCAST_ERROR:
 *
 * The error domain of mcast. Its codes are the values of [error@Error].
 *
 * Since: 0.1
 */
#define MCAST_ERROR (mcast_error_quark ())
MCAST_AVAILABLE_IN_0_1
GQuark mcast_error_quark (void);

#define MCAST_TYPE_ERROR (mcast_error_get_type ())
MCAST_AVAILABLE_IN_0_1
GType mcast_error_get_type (void) G_GNUC_CONST;

G_END_DECLS
