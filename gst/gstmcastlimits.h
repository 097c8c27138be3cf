/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The largest payload of a datagram over IPv4: 65,535 bytes less the headers of IP and UDP. */
#define GST_MCAST_MAX_PAYLOAD_IPV4 65507

/* The most datagrams that the kernel makes of one message (UDP_MAX_SEGMENTS). */
#define GST_MCAST_MAX_SEGMENTS 64
