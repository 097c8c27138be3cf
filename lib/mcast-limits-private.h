/* SPDX-FileCopyrightText: 2026 The mcast authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The largest payload of a UDP datagram. The length of an IPv4 packet, at most 65,535 bytes, counts
 * the headers of IP (20) and UDP (8); that of an IPv6 packet counts the header of UDP only. */
#define MCAST_MAX_PAYLOAD 65507
#define MCAST_MAX_PAYLOAD_IPV6 65527
