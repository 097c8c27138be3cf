/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The largest payload of a datagram: 65,535 bytes less the header of UDP, and over IPv4 that of IP,
 * whose length counts there too. */
#define GST_MCAST_MAX_PAYLOAD_IPV4 65507
#define GST_MCAST_MAX_PAYLOAD_IPV6 65527

/* The most datagrams that the kernel makes of one message (UDP_MAX_SEGMENTS). */
#define GST_MCAST_MAX_SEGMENTS 64
