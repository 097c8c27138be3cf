/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The maximum payload of a datagram: 65,535 bytes less the UDP header and, for IPv4, the IP header,
 * which is part of its length. */
#define GST_MCAST_MAX_PAYLOAD_IPV4 65507
#define GST_MCAST_MAX_PAYLOAD_IPV6 65527

/* The maximum number of segments per message (UDP_MAX_SEGMENTS). */
#define GST_MCAST_MAX_SEGMENTS 64
