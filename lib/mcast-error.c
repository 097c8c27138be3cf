/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include "mcast-error.h"

/**
 * mcast_error_quark:
 *
 * Gets the error domain of mcast. Its codes are the values of [error@Error].
 *
 * Returns: the domain
 * Since: 0.1
 */
/* clang-format takes the hyphens for operators. */
/* clang-format off */
G_DEFINE_QUARK (mcast-error-quark, mcast_error)
/* clang-format on */

G_DEFINE_ENUM_TYPE (McastError, mcast_error,
                    G_DEFINE_ENUM_VALUE (MCAST_ERROR_NOT_MULTICAST, "not-multicast"),
                    G_DEFINE_ENUM_VALUE (MCAST_ERROR_NO_SUCH_INTERFACE, "no-such-interface"),
                    G_DEFINE_ENUM_VALUE (MCAST_ERROR_AMBIGUOUS_INTERFACE, "ambiguous-interface"),
                    G_DEFINE_ENUM_VALUE (MCAST_ERROR_NO_ADDRESS, "no-address"),
                    G_DEFINE_ENUM_VALUE (MCAST_ERROR_NO_ROUTE, "no-route"),
                    G_DEFINE_ENUM_VALUE (MCAST_ERROR_FAMILY_MISMATCH, "family-mismatch"),
                    G_DEFINE_ENUM_VALUE (MCAST_ERROR_NOT_A_DESTINATION, "not-a-destination"),
                    G_DEFINE_ENUM_VALUE (MCAST_ERROR_TOO_MANY_MEMBERSHIPS, "too-many-memberships"),
                    G_DEFINE_ENUM_VALUE (MCAST_ERROR_BUFFER_LIMIT, "buffer-limit"),
                    G_DEFINE_ENUM_VALUE (MCAST_ERROR_QUEUE_FULL, "queue-full"),
                    G_DEFINE_ENUM_VALUE (MCAST_ERROR_INTERFACE_NOT_READY, "interface-not-ready"),
                    G_DEFINE_ENUM_VALUE (MCAST_ERROR_NO_GROUPS, "no-groups"),
                    G_DEFINE_ENUM_VALUE (MCAST_ERROR_NO_PORT, "no-port"))
