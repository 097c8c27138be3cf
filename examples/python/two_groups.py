#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mcast authors
# SPDX-License-Identifier: 0BSD
"""Prints to which of two groups, and to which port, each datagram was sent: two_groups.py"""

import libmcast

for datagram in libmcast.RxSocket(['239.1.2.3:5004', '239.1.2.4:5006']):
    print(datagram.group, datagram.port, datagram.payload, flush=True)
